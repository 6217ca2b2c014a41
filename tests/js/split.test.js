// @ts-check
/** Two runs side by side in the browser: where the panels stand, what is said between them, what goes to which side. */
import assert from "node:assert/strict";
import { test } from "node:test";

import live from "../../ui/web/live/component.js";
import { arrangeTwo, hallPanels, lecturePanels } from "../../ui/web/live/layout.js";
import { allApart, apartWords } from "../../ui/web/live/versus.js";
import { Words } from "../../ui/web/live/words.js";
import { fitting, labelRoom } from "../../ui/web/panels/curves.js";
import { costLines } from "../../ui/web/panels/figures.js";
import { readMessage } from "../../ui/web/panels/messages.js";
import { initial } from "../../ui/web/panels/run_state.js";
import { from } from "../../ui/web/kit/series.js";
import { readTheme } from "../../ui/web/kit/theme.js";
import { alive, Element, surroundings } from "./page.js";

const META = {
  data: "XOR",
  task: "binary",
  dims: [2, 2, 1],
  eta: 0.3,
  epochs: 20,
  start_cost: 0.7,
  y_range: [1e-4, 10],
};
const PANELS = ["loss", "truth", "map", "network", "matrix"];
const APART = [{ label: "Learning rate", a: "0.1", b: "0.3", unit: "" }];

const DOT = [[0.5, 0.5, 1]];
const CHOICES = {
  sets: ["circle", "spiral"].map((name) => ({ name, label: name, points: DOT })),
  features: ["x", "x2"].map((name) => ({ name, label: name })),
  on: ["circle", "x"],
};

/** @param {any} beside what the script says of the second run @param {any} [more] and besides */
function mount(beside, more = {}) {
  const place = surroundings();
  const parentElement = /** @type {any} */ (new Element("div"));
  const said = /** @type {[string, any][]} */ ([]);
  const say = (/** @type {string} */ key, /** @type {any} */ value) => said.push([key, value]);
  const data = {
    socket: "/live/socket",
    token: "one",
    panels: PANELS,
    eta: 0.3,
    view: { speed: "normal" },
    beside,
    ...more,
  };
  const context = { parentElement, data, setTriggerValue: say };
  const again = () => live(/** @type {any} */ (context), place.environment);
  const end = again();
  place.sockets[0].onopen({});
  const root = parentElement.querySelector("live-view");
  const find = (/** @type {string} */ id) => root.querySelector(id);
  const hear = (/** @type {any} */ message) => place.sockets[0].hear(message);
  return { ...place, context, again, end, root, find, hear, said, sent: () => place.sockets[0].sent };
}

/** Every element below one. @param {any} element @returns {any[]} */
const all = (element) =>
  element.children.flatMap((/** @type {any} */ child) => (child.children ? [child, ...all(child)] : []));

/** @param {number} run @param {any} more */
const frame = (run, more) => ({
  t: "frame",
  run,
  from: 0,
  epoch: 0,
  state: "playing",
  train: [0.7],
  eta: 0.3,
  ...more,
});

test("two runs come in one message, and both are shown at its epoch with the words of each", () => {
  const before = { ...alive };
  const view = mount({ panels: PANELS });
  view.hear({ t: "run", run: 1, meta: META, beside: { t: "run", run: 2, meta: { ...META, eta: 0.1 } } });
  const course = { key: "k", words: "", epochs: 20, apart: APART };
  view.hear(frame(1, { course, beside: frame(2, { eta: 0.1 }) }));
  const over = { state: "finished", from: 1, epoch: 20, train: [0.1], outcome: "learned" };
  const end = { ...over, message: "B is there." };
  view.hear(frame(1, { ...end, beside: frame(2, { ...over, message: "A is there." }) }));
  view.pass(100);
  assert.equal(view.root.getAttribute("data-epoch"), "20");
  assert.equal(view.root.getAttribute("data-beside"), "20");
  assert.match(view.find("words-a").textContent, /^AA is there\.$/);
  assert.match(view.root.querySelector(".nnp-words").textContent, /B is there/);
  assert.equal(view.find("apart").textContent, "learning rate 0.1 | 0.3");
  const spoken = () => view.root.querySelector(".nn-voice").textContent;
  assert.match(spoken(), /B is there.*A: A is there/s);
  const told = spoken().length;
  view.hear(frame(1, { ...end, beside: frame(2, { ...over, message: "A is there. eta = 0.3 is faster." }) }));
  view.hear(frame(1, { ...end, message: "B is there. So it is.", beside: frame(2, over) }));
  assert.equal(spoken().slice(told), "A: eta = 0.3 is faster.So it is.", "what was tried out since, and of which");
  view.end();
  assert.deepEqual([alive.listeners, alive.observers], [before.listeners, before.observers]);
});

test("what shows both stands once, the others on both sides, and one again leaves those of the controls", () => {
  const view = mount({ panels: PANELS });
  const count = (/** @type {string} */ id) =>
    all(view.root).filter((one) => one.getAttribute("data-testid") === id).length;
  assert.deepEqual(["panel-loss", "panel-map", "panel-matrix"].map(count), [1, 2, 2]);
  assert.equal(view.find("split").getAttribute("aria-pressed") ?? "true", "true");
  Object.assign(view.context, { data: { ...view.context.data, beside: null } });
  view.again();
  assert.deepEqual(["panel-loss", "panel-map", "side-a"].map(count), [1, 1, 0]);
  view.end();
});

test("what is drawn on the pad stays when a second run comes beside it and goes, and each run that is shown reads it", () => {
  const view = mount(null, { panels: ["loss", "pad"] });
  const asked = () => view.sent().filter((/** @type {any} */ { op }) => op === "draw");
  const notes = () =>
    all(view.root)
      .filter((one) => one.getAttribute("data-testid") === "panel-pad")
      .map((panel) => panel.querySelector(".nnp-panel-note").textContent);
  const show = (/** @type {any} */ beside) => {
    Object.assign(view.context, { data: { ...view.context.data, beside } });
    view.again();
    view.pass(50);
  };
  const meta = { ...META, data: "digits", classes: ["0", "1"] };
  view.hear({ t: "run", run: 1, meta });
  view.hear(frame(1, {}));
  show({ panels: ["pad"] });
  assert.equal(asked().length, 0, "of a bare pad nothing is asked");
  show(null);
  const pad = view.find("pad");
  for (const clientY of [20, 80]) pad.fire("pointerdown", { clientX: 50, clientY, pointerId: 1 });
  pad.fire("pointerup");
  const { pixels } = asked()[1];
  show({ panels: ["pad"] });
  assert.deepEqual([asked().length, asked()[2].pixels], [3, pixels]);
  view.hear({ t: "draw", p: [0.9, 0.1], nearest: [] });
  view.hear({ t: "draw", p: [0.2, 0.8], nearest: [], side: "a" });
  view.pass(50);
  assert.deepEqual(notes(), ["looks like 1, 80 %", "looks like 0, 90 %"]);
  show(null);
  assert.deepEqual([asked().length, asked()[3].pixels], [4, pixels]);
  assert.deepEqual(notes(), ["looks like 0, 90 %"]);
  view.find("pad-clear").fire("click");
  show({ panels: ["pad"] });
  assert.equal(asked().length, 5, "a pad that was wiped stays so");
  view.end();
});

test("what is pressed on A is asked of A, and the keys tell the script", () => {
  const view = mount({ panels: PANELS });
  view.hear({ t: "run", run: 1, meta: META, beside: { t: "run", run: 2, meta: META } });
  view.hear(frame(1, { beside: frame(2, {}) }));
  view.find("swap").dispatchEvent(new Event("click"));
  view.again(); // the script has run
  view.find("split").dispatchEvent(new Event("click"));
  assert.deepEqual(
    view.said.filter(([key]) => key === "action").map(([, value]) => value.name),
    ["swap", "split"],
  );
  view.end();
});

test("the script is told once of where the view has led, and never of what it has set itself", () => {
  const view = mount(null, { course: "more=0" });
  view.hear({ t: "run", run: 1, meta: META });
  const led = (/** @type {string} */ key) => {
    view.hear(frame(1, { course: { key, words: "", epochs: 20, apart: [] } }));
    view.pass(100);
  };
  led("more=10");
  led("more=20");
  view.pass(300);
  assert.deepEqual(view.said, [["follow", "more=20"]]);
  led("hidden=5"); // the frame of a width that was set in the side bar is there before its script has ended
  Object.assign(view.context, { data: { ...view.context.data, course: "hidden=5" } });
  view.again();
  view.pass(300);
  assert.equal(view.said.length, 1);
  view.end();
});

test("on a tablet held upright what shows both runs stands in a row of its own, and each run has half of the others", () => {
  for (const panels of [PANELS, ["loss", "accuracy", "matrix", "network"]]) {
    const own = panels.filter((id) => id !== "loss" && id !== "accuracy");
    for (const row of arrangeTwo(panels, own, 770, false).areas) {
      const both = row.filter((id) => id === "loss" || id === "accuracy");
      assert.ok(both.length === 0 || both.length === row.length, row.join(" "));
      assert.ok(new Set(row).size <= 2, row.join(" "));
    }
  }
});

test("every panel of both has its place, once and in one rectangle, at every width and in lecture mode", () => {
  const digits = ["loss", "accuracy", "matrix", "mistakes", "filters", "pad"];
  const pages = [
    PANELS,
    digits,
    ["map", "network", "loss", "accuracy", "matrix"],
    ["fit", "loss", "residuals", "network"],
  ];
  for (const every of [...pages, ["loss", "accuracy", "matrix", "network"], ["loss", "residuals", "network"]]) {
    for (const [width, lecture] of /** @type {[number, boolean][]} */ ([
      [360, false],
      [770, false],
      [930, false],
      [1500, false],
      [1230, true],
    ])) {
      const panels = lecture ? lecturePanels(every) : every;
      const own = panels.filter((id) => id !== "loss" && id !== "accuracy");
      const { areas, rows, columns } = arrangeTwo(panels, own, width, lecture);
      assert.equal(areas.length, rows.length);
      assert.ok(areas.every((row) => row.length === columns));
      assert.deepEqual([...new Set(areas.flat())].sort(), [...panels, ...own.map((id) => `a-${id}`)].sort());
      for (const id of new Set(areas.flat())) {
        const at = areas.flatMap((row, y) => row.flatMap((name, x) => (name === id ? [[x, y]] : [])));
        const span = (/** @type {number} */ k) => {
          const places = at.map((one) => one[k]);
          return Math.max(...places) - Math.min(...places) + 1;
        };
        assert.equal(at.length, span(0) * span(1), `${id} at ${width}`);
      }
    }
  }
});

test("data and inputs of B may be chosen by their pictures, its points edited by hand; of A nothing", () => {
  const view = mount({ panels: PANELS }, { edit: true, choices: CHOICES });
  for (const id of ["data-spiral", "feature-x2", "edit-high"])
    assert.equal(all(view.root).filter((one) => one.getAttribute("data-testid") === id).length, 1, id);
  assert.equal(view.find("data-circle").getAttribute("aria-pressed"), "true");
  view.find("data-spiral").dispatchEvent(new Event("click"));
  view.again();
  view.find("feature-x2").dispatchEvent(new Event("click"));
  assert.deepEqual(
    view.said.filter(([key]) => key === "action").map(([, value]) => value),
    [
      { name: "data", value: "spiral" },
      { name: "feature", value: "x2" },
    ],
  );
  assert.equal(view.find("pictures-of").textContent, "B");
  view.find("pictures-of").dispatchEvent(new Event("click"));
  view.again();
  view.find("data-circle").dispatchEvent(new Event("click"));
  assert.deepEqual(view.said.at(-1)?.[1], { name: "data", value: { name: "circle", both: true } });
  assert.deepEqual(
    [view.find("pictures-of").textContent, view.find("pictures-of").getAttribute("aria-label")],
    ["A+B", "A+B: data and inputs of both; press for B alone"],
  );
  view.again();
  assert.deepEqual([view.find("edit-high").textContent, view.find("edit-remove").textContent], ["+●", "×"]);
  Object.assign(view.context, { data: { ...view.context.data, beside: null } });
  view.again();
  assert.equal(view.find("edit-remove").textContent, "remove");
  assert.ok(view.find("data-spiral"), "beside the map again");
  view.end();
});

test("a long verdict is as many sentences as there is room for, and whole under pointer or focus", () => {
  const ending = new AbortController();
  const words = new Words(ending.signal);
  let room = 1000;
  const { text, over, element } = words;
  Object.defineProperty(text, "scrollHeight", { get: () => ((text.textContent ?? "").length > room ? 60 : 40) });
  Object.defineProperty(text, "clientHeight", { value: 40 });
  const whole = "Stuck: the cost is 2.32 after 10 epochs. The neurons are dead. eta = 0.001 learns.";
  words.say(whole);
  assert.deepEqual([text.textContent, element.getAttribute("tabindex")], [whole, null]);
  room = 70;
  words.fit();
  assert.equal(text.textContent, "Stuck: the cost is 2.32 after 10 epochs. The neurons are dead. …");
  room = 50;
  words.say(whole, "Try η = 0.001");
  assert.equal(text.textContent, "Stuck: the cost is 2.32 after 10 epochs. …");
  assert.equal(element.getAttribute("tabindex"), "0");
  for (const [open, shut] of [
    ["focus", "blur"],
    ["pointerenter", "pointerleave"],
  ]) {
    element.dispatchEvent(new Event(open));
    assert.deepEqual([over.textContent, element.getAttribute("data-open")], [whole, "true"]);
    assert.match(text.textContent ?? "", /…$/, "what is pointed at keeps its place");
    element.dispatchEvent(new Event(shut));
    assert.deepEqual([over.textContent, element.getAttribute("data-open")], ["", null]);
  }
  room = 12;
  words.say("Training … It is held: the controls change B.");
  assert.equal(text.textContent, "Training …");
  words.say("Learned: the cost ends at 0.01.");
  element.dispatchEvent(new Event("focus"));
  assert.equal(element.getAttribute("data-open"), "true", "one sentence that is cut opens too");
  room = 1000;
  words.fit();
  assert.deepEqual([element.getAttribute("data-open"), element.getAttribute("tabindex")], [null, null]);
  ending.abort();
});

test("the names of four curves stand in a low chart one above the other, none beyond its edge", () => {
  const line = 24;
  const low = labelRoom(4, line, { top: 14, height: 67 });
  assert.ok(
    low.top >= 0.4 * line && low.bottom <= 81 && low.gap > 0.8 * line && low.top + 3 * low.gap <= low.bottom + 1e-9,
  );
  for (const height of [90, 106, 118, 240]) {
    const { gap } = labelRoom(fitting(height), 17, { top: 10, height: height - 34 });
    assert.ok(gap >= 13, `${fitting(height)} labels in ${height}: ${gap} apart`);
  }
  assert.deepEqual(labelRoom(2, line, { top: 14, height: 200 }), { gap: line, top: 26, bottom: 208 });
});

test("a question leaves a lecture's screen what it is about, and its answer a picture and the curve of each", () => {
  const roomy = { asking: false, split: false, low: false, told: false };
  const digits = ["loss", "accuracy", "matrix", "mistakes", "filters", "pad"];
  const table = ["map", "network", "loss", "accuracy", "matrix"].slice(1);
  for (const [panels, asked, told] of /** @type {[string[], string[], string[]][]} */ ([
    [PANELS, ["map", "truth"], ["map", "loss"]],
    [digits, ["pad", "matrix"], ["matrix", "loss"]],
    [["fit", "loss", "residuals", "network"], ["fit"], ["fit", "loss"]],
    [table, ["network", "matrix"], ["matrix", "loss"]],
  ])) {
    const all = lecturePanels(panels);
    assert.deepEqual(hallPanels(panels, roomy), all);
    assert.deepEqual(hallPanels(panels, { ...roomy, asking: true }), all);
    assert.deepEqual(hallPanels(panels, { ...roomy, told: true }), all, "one run");
    assert.deepEqual(hallPanels(panels, { ...roomy, asking: true, low: true }), asked);
    assert.deepEqual(hallPanels(panels, { ...roomy, asking: true, split: true }), asked);
    assert.deepEqual(hallPanels(panels, { ...roomy, split: true }), all);
    assert.deepEqual(hallPanels(panels, { ...roomy, split: true, told: true }), told);
  }
});

test("a panel that only one of them has leaves the other's place empty", () => {
  const { areas } = arrangeTwo(["map", "network", "loss"], ["map", "network", "matrix"], 930, false);
  assert.deepEqual([areas[1][0], areas[1][23]], ["a-matrix", "."]);
});

test("differences are named as one reads them, and of many the first", () => {
  assert.equal(apartWords({ label: "Batch size", a: "all", b: "7", unit: "rows" }), "batch size all | 7 rows");
  const layers = { label: "Hidden layers", unit: "neurons" };
  assert.equal(apartWords({ ...layers, a: "4", b: "none" }), "hidden layers 4 | none");
  assert.equal(apartWords({ ...layers, a: "none", b: "4" }), "hidden layers none | 4 neurons");
  assert.equal(apartWords({ label: "L2 penalty λ", a: "0", b: "0.1", unit: "" }), "L2 penalty λ 0 | 0.1");
  assert.match(allApart([]), /^the same so far/);
  assert.equal(allApart([...APART, ...APART, ...APART], 1), "learning rate 0.1 | 0.3, 2 more");
});

test("both curves stand on one chart, in colours and dashes of their own", () => {
  const history = { train: from([1, 0.5]), val: from([1, 0.7]), train_acc: from([]), val_acc: from([]) };
  const state = { ...initial(), history };
  const lines = costLines(state, [], { theme: readTheme(() => ""), showVal: true, scale: 1, beside: state });
  assert.deepEqual(
    lines.map(({ text }) => text),
    ["A training", "A validation", "B training", "B validation"],
  );
  assert.equal(new Set(lines.map(({ dash }) => dash)).size, 4);
});

test("a pin whose letter is that of a run beside another says that it is a pin", () => {
  const history = { train: from([1, 0.5]), val: from([]), train_acc: from([]), val_acc: from([]) };
  const state = { ...initial(), history };
  const pins = [{ label: "B: eta 0.1", train: [1, 0.3], color: 1 }];
  const names = (/** @type {typeof state | null} */ beside) =>
    costLines(state, pins, { theme: readTheme(() => ""), showVal: true, scale: 1, beside }).map(({ text }) => text);
  assert.deepEqual(names(null), ["B: eta 0.1", "training"]);
  assert.deepEqual(names(state), ["pin B: eta 0.1", "A training", "B training"]);
});

test("a second run that is not whole is left out, the first one is read", () => {
  const broken = JSON.stringify(frame(1, { beside: { t: "frame", run: "x" } }));
  assert.deepEqual(readMessage(broken), JSON.parse(JSON.stringify(frame(1, {}))));
});
