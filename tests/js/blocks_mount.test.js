// @ts-check
/** Every building block built, told what is new, clicked, and taken away, in a page without a browser. */
import assert from "node:assert/strict";
import { test } from "node:test";

import show from "../../ui/web/blocks/blocks.js";
import { alive, Element, surroundings } from "./page.js";

const AXIS = [-6, 0, 6];
const CURVE = { formula: "z", note: "", typed: "z", value: AXIS, closed: [1, 1, 1], auto: [1, 1, 1], difference: 0 };
const COST = { value: [1, 1, 0], closed: [-1, -1, -1], auto: [-1, -1, -1] };
const KEYS = ["b1_1", "b1_2", "w1_11", "w1_12", "w1_21", "w1_22", "b2", "w2_1", "w2_2"];
const RAW = Object.fromEntries(KEYS.map((key, i) => [key, i - 4]));

/** @type {Record<string, any>} the least that each block draws */
const DATA = {
  activation: {
    items: [
      { name: "one", ...CURVE },
      { name: "two", ...CURVE },
    ],
    axis: AXIS,
    flat: 0.05,
    chosen: "one",
    z: 1,
    height: 250,
  },
  cost: {
    items: [{ name: "one", label: "One", formula: "p", note: "", targets: { 0: COST, 1: COST } }],
    axis: [0, 0.5, 1],
    chosen: "one",
    target: "1",
    p: 0.5,
    height: 300,
  },
  softmax: { sums: [2, 1, -1] },
  paths: {
    ...{ name: "bowl", label: "Bowl", formula: "(x² + y²) / 2", help: "Round.", curvatures: [1, 1], minima: [[0, 0]] },
    ...{
      bounds: [
        [-3, 3],
        [-3, 3],
      ],
      start: [-2, 1],
      eta: 0.1,
      etas: [0.01, 0.1, 1, 10],
      momentum: 0.9,
    },
    ...{ schedulers: ["Constant", "Momentum"], steps: 200, step: -1, race: "same", without: [] },
    ...{ map_height: 300, cost_height: 150, stable_height: 150 },
  },
  backprop: {
    ...{ row: "1 0", order: KEYS, limit: 10, by_hand: false, numbers: RAW, raw: RAW, check: "", stage: 0 },
    stages: [
      { title: "A row enters", lines: ["x1 = 1"], keys: KEYS, notes: [] },
      { title: "Then", lines: [], keys: [], notes: ["p has rounded to 1."] },
    ],
  },
};

/** Give the modules the browser's globals, all of them counted. */
function browser() {
  const { page, environment, pass, waiting } = surroundings();
  const { ResizeObserver, requestAnimationFrame, cancelAnimationFrame } = environment;
  let clock = performance.now();
  Object.assign(globalThis, {
    ResizeObserver,
    cancelAnimationFrame,
    requestAnimationFrame: (/** @type {(now: number) => void} */ run) =>
      requestAnimationFrame(() => run((clock += 500))),
    innerHeight: 720,
    innerWidth: 1280,
    getComputedStyle: () => ({ getPropertyValue: () => "" }),
    matchMedia: () => ({ matches: false }),
    addEventListener: page.addEventListener.bind(page),
  });
  return { page, pass, waiting };
}

for (const [kind, own] of Object.entries(DATA)) {
  test(`${kind}: leaving and coming back leaves nothing behind`, () => {
    const { page, pass, waiting } = browser();
    const before = { ...alive };
    for (let turn = 0; turn < 2; turn += 1) {
      const told = /** @type {[string, unknown][]} */ ([]);
      const parentElement = /** @type {any} */ (new Element("div"));
      const context = /** @type {any} */ ({
        data: { kind, lecture: false, ...own },
        parentElement,
        setTriggerValue: (/** @type {string} */ name, /** @type {unknown} */ value) => told.push([name, value]),
      });
      const end = show(context);
      show({ ...context, data: { ...context.data } });
      assert.equal(parentElement.children.length, 1);
      assert.ok(alive.listeners > before.listeners);
      // Lecture mode on and off, and every key, while it runs.
      show({ ...context, data: { ...context.data, lecture: true } });
      for (const key of ["ArrowRight", "PageUp", "Home", " "]) {
        page.dispatchEvent(Object.assign(new Event("keydown"), { key, composedPath: () => [new Element("body")] }));
        pass(50);
      }
      end();
      pass(200);
      assert.deepEqual(alive, before);
      assert.equal(waiting(), 0);
      assert.equal(parentElement.children.length, 0);
    }
  });
}

test("a race walks by itself to its end, and then asks for no more frames", () => {
  const { pass, waiting } = browser();
  const parentElement = /** @type {any} */ (new Element("div"));
  const data = { kind: "paths", lecture: false, ...DATA.paths };
  const end = show(/** @type {any} */ ({ data, parentElement, setTriggerValue: () => undefined }));
  // Streamlit tells the block its data with the first call; the observer of its size does it here.
  show(/** @type {any} */ ({ data, parentElement, setTriggerValue: () => undefined }));
  const [host] = parentElement.children;
  assert.equal(host.getAttribute("data-playing"), "true");
  pass(500);
  assert.equal(host.getAttribute("data-playing"), "false");
  assert.equal(host.getAttribute("data-step"), "200");
  assert.equal(waiting(), 0);
  end();
});

/** Every element below one, itself included. @param {any} element @returns {any[]} */
const below = (element) => [element, ...element.children.flatMap((/** @type {any} */ child) => below(child))];

test("learning rate and momentum of the race are typed as well; what is no such number is told and changes nothing", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  browser();
  const parentElement = /** @type {any} */ (new Element("div"));
  const told = /** @type {[string, unknown][]} */ ([]);
  const context = /** @type {any} */ ({
    data: { kind: "paths", lecture: false, ...DATA.paths },
    parentElement,
    setTriggerValue: (/** @type {string} */ name, /** @type {unknown} */ value) => told.push([name, value]),
  });
  const end = show(context);
  show(context);
  const [host] = parentElement.children;
  const find = (/** @type {(element: any) => boolean} */ wanted) => below(host).find(wanted);
  const typed = (/** @type {string} */ name, /** @type {string} */ text) => {
    const box = find((element) => element.attributes?.get("data-testid") === `walk-${name}-typed`);
    box.value = text;
    box.dispatchEvent(new Event("change"));
    show(context); // the script answers
    return box;
  };
  const alert = find((element) => element.attributes?.get("class") === "nnb-problem");
  const voice = find((element) => element.attributes?.get("role") === "status");
  const now = () => [host.getAttribute("data-eta"), host.getAttribute("data-momentum")];
  assert.deepEqual([now(), alert.hidden], [["0.1", "0.9"], true]);

  assert.equal(typed("eta", " 3,7e-2").value, "0.037");
  assert.equal(typed("momentum", ".905").value, "0.905");
  assert.deepEqual(now(), ["0.037", "0.905"]);
  assert.deepEqual(
    told.filter(([name]) => name !== "step"),
    [
      ["eta", 0.037],
      ["momentum", 0.905],
    ],
  );

  for (const text of ["fast", "", "11", "-1", "0", "0x1", "Infinity", "1 2"]) {
    typed("eta", text);
    assert.equal(alert.hidden, false);
    assert.equal(
      alert.textContent,
      `Learning rate must be a number from 0.01 to 10; got “${text}”. 0.037 stays in use.`,
    );
  }
  typed("momentum", "1");
  t.mock.timers.tick(600); // a hand that types has come to rest
  assert.equal(voice.textContent, alert.textContent);
  assert.equal(alert.textContent, "Momentum must be a number from 0 to 0.99; got “1”. 0.905 stays in use.");
  assert.deepEqual(now(), ["0.037", "0.905"]);
  typed("momentum", "0");
  assert.deepEqual([alert.hidden, now()], [true, ["0.037", "0"]]);
  end();
});

test("a card of the gallery that has the focus stays on the page when its choice is answered; another formula is drawn", () => {
  browser();
  const parentElement = /** @type {any} */ (new Element("div"));
  const shown = (/** @type {any} */ own) => ({
    data: structuredClone({ kind: "activation", lecture: false, ...DATA.activation, ...own }),
    parentElement,
    setTriggerValue: () => undefined,
  });
  const end = show(/** @type {any} */ (shown({})));
  show(/** @type {any} */ (shown({})));
  const cards = () => below(parentElement).filter((element) => element.attributes?.has("data-name"));
  const before = cards();
  assert.equal(before.length, 2);
  show(/** @type {any} */ (shown({ chosen: "two" })));
  assert.deepEqual(
    cards().map((card, i) => card === before[i]),
    [true, true],
  );
  assert.equal(before[1].getAttribute("aria-pressed"), "true");
  const [one, two] = DATA.activation.items;
  show(/** @type {any} */ (shown({ items: [one, { ...two, formula: "z + 1" }] })));
  assert.equal(
    cards().some((card) => before.includes(card)),
    false,
  );
  end();
});

test("a walk starts anywhere by its button, and from where it was once the browser takes the pointer away", () => {
  browser();
  const parentElement = /** @type {any} */ (new Element("div"));
  const context = /** @type {any} */ ({
    data: { kind: "paths", ...DATA.paths },
    parentElement,
    setTriggerValue: () => 0,
  });
  const end = show(context);
  const block = parentElement.querySelector("block-paths");
  const start = () => block.getAttribute("data-start");
  const map = block.querySelector("walk-map");
  assert.equal(start(), "-2,1");
  map.fire("pointerdown", { button: 0, pointerId: 1, clientX: 50, clientY: 50 });
  assert.equal(start(), "0,0");
  map.fire("pointercancel");
  assert.equal(start(), "-2,1");
  block.querySelector("walk-new-start").fire("click");
  assert.notEqual(start(), "-2,1");
  end();
});
