// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";

import show from "../../ui/web/compare/compare.js";
import { SHAPES, symbol } from "../../ui/web/kit/symbols.js";
import { alive, Element, surroundings } from "./page.js";

/** A place to mount in, and the globals that a browser has. */
function place() {
  const { environment } = surroundings();
  Object.assign(globalThis, {
    ResizeObserver: environment.ResizeObserver,
    getComputedStyle: () => ({ getPropertyValue: () => "" }),
  });
  return /** @type {any} */ (new Element("div"));
}

const CURVE = { name: "nncore", colour: "#0072b2", x: [0, 1, 2], y: [1, 0.5, 0.25], dash: "", shape: "", marks: [] };
const OTHER = { ...CURVE, name: "PyTorch", y: [1, null, 0.25], dash: "8 5", shape: "circle", marks: [0, 1, 2] };

/** @param {any[]} curves @param {boolean} [more] */
const data = (curves, more = false) => ({
  curves,
  x: [0, 2],
  y: [0.1, 1],
  log: true,
  height: 300,
  label: "Two curves.",
  told: "They are one.",
  more,
});

/** What Streamlit hands over. @param {any} parentElement @param {any} shown @param {string[]} [said] */
const context = (parentElement, shown, said = []) => ({
  data: shown,
  parentElement,
  setTriggerValue: (/** @type {string} */ name) => said.push(name),
});

/** Let intervals run by hand, on any Node.js. @param {any} t @returns {(ms: number) => void} lets time pass */
function intervals(t) {
  const running = /** @type {Map<number, {run: () => void, every: number, at: number}>} */ (new Map());
  let [now, ids] = [0, 0];
  t.mock.method(globalThis, "setInterval", (/** @type {() => void} */ run, /** @type {number} */ every) => {
    running.set((ids += 1), { run, every, at: now + every });
    return ids;
  });
  t.mock.method(globalThis, "clearInterval", (/** @type {number} */ id) => running.delete(id));
  return (ms) => {
    now += ms;
    for (const one of running.values()) for (; one.at <= now; one.at += one.every) one.run();
  };
}

test("a second call draws into the same element, and the end takes everything away, twice", () => {
  const parentElement = place();
  const before = alive.observers;
  const end = show(context(parentElement, data([CURVE])));
  assert.equal(alive.observers, before + 1);
  const host = parentElement.children[1];
  assert.equal(show(context(parentElement, data([CURVE, OTHER]))), end);
  assert.equal(parentElement.children.length, 2);
  assert.equal(parentElement.children[1], host);
  assert.equal(host.getAttribute("data-curves"), "2");
  end();
  assert.equal(alive.observers, before);
  assert.equal(parentElement.children.length, 0);
  const again = show(context(parentElement, data([CURVE])));
  assert.notEqual(parentElement.children[1], host);
  again();
  assert.equal(alive.observers, before);
});

test("the view asks for more as long as there is some, and no longer once it has ended", (t) => {
  const pass = intervals(t);
  const parentElement = place();
  const said = /** @type {string[]} */ ([]);
  const end = show(context(parentElement, data([CURVE], true), said));
  pass(1000);
  assert.deepEqual(said, ["look", "look"]);
  assert.equal(parentElement.children[0].textContent, "", "nothing is said before all have come");
  show(context(parentElement, data([CURVE, OTHER], true), said));
  pass(500);
  assert.equal(said.length, 3);
  show(context(parentElement, data([CURVE, OTHER], false), said));
  pass(5000);
  assert.equal(said.length, 3);
  assert.equal(parentElement.children[1].getAttribute("data-state"), "complete");
  assert.equal(parentElement.children[0].textContent, "They are one.");
  show(context(parentElement, data([CURVE], true), said));
  end();
  pass(5000);
  assert.equal(said.length, 3);
});

test("a hidden tab with a slowed clock asks no more, until it is seen again", (t) => {
  let now = 0;
  const pass = intervals(t);
  t.mock.method(Date, "now", () => now);
  const parentElement = place();
  const said = /** @type {string[]} */ ([]);
  const page = /** @type {any} */ (globalThis.document);
  page.hidden = true;
  const end = show(context(parentElement, data([CURVE], true), said));
  const after = (/** @type {number} */ ms) => {
    now += ms;
    pass(500);
    return said.length;
  };
  assert.equal(after(1000), 1);
  assert.equal(after(60_000), 1);
  page.hidden = false;
  assert.equal(after(60_000), 2);
  end();
  delete page.hidden;
});

test("an axis of less than a decade has numbers too", () => {
  const parentElement = place();
  const end = show(context(parentElement, { ...data([CURVE]), y: [0.26, 0.98] }));
  const host = parentElement.children[1];
  host.clientWidth = 800;
  show(context(parentElement, { ...data([CURVE]), y: [0.26, 0.98] }));
  const words = (/** @type {any} */ node) => [node.textContent, ...(node.children ?? []).flatMap(words)];
  assert.deepEqual(
    ["0.4", "0.6", "0.8"].filter((tick) => words(host).includes(tick)),
    ["0.4", "0.6", "0.8"],
  );
  end();
});

test("every library's symbol has an outline of its own", () => {
  place();
  const outlines = SHAPES.map((shape) => symbol(shape, { x: 1, y: 2, colour: "red" }).getAttribute("d"));
  assert.equal(new Set(outlines).size, SHAPES.length);
});
