// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";

import { CurvePanel } from "../../ui/web/panels/curves.js";
import { PointEditor } from "../../ui/web/panels/editor.js";
import { FitPanel } from "../../ui/web/panels/fit.js";
import { hollow, MistakesPanel } from "../../ui/web/panels/images.js";
import { endsOf, legendOfPoints, MapPanel } from "../../ui/web/panels/maps.js";
import { MatrixPanel } from "../../ui/web/panels/matrix.js";
import { NetworkPanel } from "../../ui/web/panels/network.js";
import { PadPanel } from "../../ui/web/panels/pad.js";
import { from } from "../../ui/web/kit/series.js";
import { initial } from "../../ui/web/panels/run_state.js";
import { readTheme } from "../../ui/web/kit/theme.js";
import { surroundings } from "./page.js";

const living = () => new AbortController().signal;

/** Everything a panel draws from. @param {any} state @returns {import("../../ui/web/panels/shown.js").Shown} */
const shown = (state) => ({
  state: { ...initial(), ...state },
  settings: { speed: "normal", axis: "log", lecture: false, discrete: false, show_val: true },
  theme: readTheme(() => ""),
  pins: [],
  now: 0,
  rest: false,
  scale: 1,
});

test("a chosen neuron stays chosen in the next run, as long as its network has it", () => {
  surroundings();
  const told = /** @type {any[]} */ ([]);
  const panel = new NetworkPanel({ onNeuron: (...neuron) => told.push(neuron), signal: living() });
  panel.resize({ width: 600, height: 300 });
  const run = (/** @type {number[]} */ dims, /** @type {number} */ number) =>
    shown({ meta: { dims }, versions: { run: number } });
  panel.draw(run([2, 4, 1], 1));
  panel.pick(panel.plan.nodes[1][3]);
  panel.draw(run([2, 4, 1], 2));
  assert.equal(panel.card.hidden, false);
  panel.draw(run([2, 3, 1], 3));
  assert.equal(panel.card.hidden, true);
  assert.deepEqual(told, [
    [0, 3],
    [null, null],
  ]);
});

test("in a low panel a held neuron's card leaves the drawing its room, and each neuron its own place to be pressed", () => {
  surroundings();
  const panel = new NetworkPanel({ onNeuron: () => undefined, signal: living() });
  const draw = (/** @type {number} */ height, /** @type {number} */ number) => {
    panel.resize({ width: 300, height });
    Object.assign(panel.card, { offsetHeight: 90 });
    panel.draw(shown({ meta: { dims: [2, 16, 1] }, versions: { run: number } }));
    const places = panel.neurons.buttons[1].map(({ style }) =>
      [style.left, style.top, style.width, style.height].map(parseFloat),
    );
    for (const [i, [x, y, w, h]] of places.entries())
      for (const [left, top] of places.slice(i + 1))
        assert.ok(Math.abs(left - x) >= w - 1e-9 || Math.abs(top - y) >= h - 1e-9, `overlapping at ${height}`);
    return Math.max(...places.map(([, top, , high]) => top + high));
  };
  draw(165, 1);
  panel.pick(panel.plan.nodes[1][0]);
  assert.ok(draw(165, 2) > 165 - 90, "the card takes less than it would");
  assert.equal(panel.card.getAttribute("data-low"), "true");
  assert.equal(panel.layers.feet, false, "the keys between the layers make room");
  draw(300, 3);
  assert.equal(panel.layers.feet, true);
  assert.equal(panel.card.getAttribute("data-low"), null);
});

test("a pointer that rests on the network is told of the weight that comes to lie below it", () => {
  surroundings();
  const panel = new NetworkPanel({ onNeuron: () => undefined, signal: living() });
  const canvas = /** @type {any} */ (panel.canvas);
  panel.resize({ width: 600, height: 300 });
  let version = 0;
  const draw = (/** @type {number[]} */ dims, /** @type {number[][]} */ weights) =>
    panel.draw(shown({ meta: { dims }, parts: { weights }, versions: { weights: (version += 1) } }));
  const told = () => (panel.tip.element.hidden ? null : panel.tip.words.textContent);
  draw([1, 1], [[0, 4]]);
  const [[from], [to]] = panel.plan.nodes;
  canvas.fire("pointermove", { clientX: (from.x + to.x) / 2, clientY: from.y });
  assert.equal(told(), "weight 1 → 1: 4");
  draw([1, 1], [[0, 5]]);
  assert.equal(told(), "weight 1 → 1: 5");
  draw([2, 1], [[0, 1, 2]]); // its two lines run above and below
  assert.equal(told(), null);
  draw([3, 1], [[0, 1, 2, 3]]);
  assert.equal(told(), "weight 2 → 1: 2");
  canvas.fire("pointerleave");
  draw([1, 1], [[0, 4]]);
  assert.equal(told(), null);
});

test("a key that can add no more neurons or layers is still, and says why", () => {
  surroundings();
  const panel = new NetworkPanel({ onNeuron: () => undefined, signal: living() });
  panel.resize({ width: 600, height: 300 });
  const still = (/** @type {number[]} */ dims, /** @type {number} */ run) => {
    panel.draw(shown({ meta: { dims, most: { layers: 2, neurons: 5 } }, versions: { run } }));
    return Object.entries(panel.layers.keys).flatMap(([id, key]) => (key.disabled ? [id] : []));
  };
  assert.deepEqual(still([2, 5, 1], 1), ["layer-1-plus"]);
  assert.equal(panel.layers.keys["layer-1-plus"].getAttribute("title"), "A layer has at most 5 neurons");
  assert.deepEqual(still([2, 4, 1, 1], 2), ["layer-2-minus", "layers-plus-0", "layers-plus-1", "layers-plus"]);
  assert.equal(panel.layers.keys["layers-plus"].getAttribute("title"), "There are at most 2 hidden layers");
  assert.deepEqual(still([2, 4, 1], 3), []);
  assert.match(panel.layers.keys["layers-plus"].getAttribute("title") ?? "", /before the output$/);
});

test("keys at layers cover neither numbers nor neurons nor one another, in any panel and at any depth", () => {
  surroundings();
  const panel = new NetworkPanel({ onNeuron: () => undefined, signal: living() });
  const box = (/** @type {HTMLElement} */ { style }) => {
    const [left, top, width] = [style.left, style.top, style.width || `${panel.layers.side}px`].map(parseFloat);
    return { left, top, right: left + width, bottom: top + (parseFloat(style.height) || width) };
  };
  const near = 0.5;
  const apart = (/** @type {ReturnType<typeof box>} */ a, /** @type {ReturnType<typeof box>} */ b) =>
    a.right < b.left + near || b.right < a.left + near || a.bottom < b.top + near || b.bottom < a.top + near;
  let run = 0;
  for (const hidden of [[4], [12, 8], [8, 8, 6], [16, 100, 16, 2], [4, 4, 4, 4, 4, 4]])
    for (const width of [209, 330, 620]) {
      panel.resize({ width, height: 140 });
      panel.draw(shown({ meta: { dims: [2, ...hidden, 1] }, versions: { run: (run += 1) } }));
      const keys = Object.values(panel.layers.keys).map(box);
      const words = panel.heads.map(({ x, width: wide }) => ({
        left: x - wide / 2,
        right: x + wide / 2,
        top: 6,
        bottom: 18,
      }));
      const all = [...keys, ...words, ...panel.neurons.buttons.slice(1, -1).flat().map(box)];
      for (const [i, key] of keys.entries()) {
        assert.ok(key.left >= -near && key.right <= width + near, `${hidden} in ${width}`);
        for (const other of all.slice(i + 1)) assert.ok(apart(key, other), `${hidden} in ${width}`);
      }
      if (hidden.length < 3) assert.ok(panel.layers.side >= 24);
    }
});

test("a network that has overflowed says nothing about a drawn digit", () => {
  surroundings();
  const said = /** @type {string[]} */ ([]);
  const panel = new PadPanel({ onDraw: () => undefined, onSay: (words) => said.push(words), signal: living() });
  panel.put(new Array(64).fill(1));
  const answered = (/** @type {(number | null)[]} */ p, /** @type {number} */ number) =>
    shown({ meta: { classes: ["a", "b"] }, draw: { t: "draw", p, nearest: [] }, versions: { draw: number } });
  panel.draw(answered([0.25, 0.75], 1));
  assert.equal(panel.note.textContent, "looks like b, 75 %");
  panel.draw(answered([null, null], 2));
  assert.equal(panel.note.textContent, "the network has no answer");
  assert.deepEqual(said, ["looks like b, 75 %", "the network has no answer"]);
});

test("a drawing looks like nothing where no class leads, and an output that is no probability is no share", () => {
  surroundings();
  const panel = new PadPanel({ onDraw: () => undefined, onSay: () => undefined, signal: living() });
  panel.put(new Array(64).fill(1));
  let number = 0;
  const said = (/** @type {number[]} */ p, output_func = "softmax") => {
    const draw = { t: "draw", p, nearest: [] };
    panel.draw(shown({ meta: { classes: ["a", "b", "c"], output_func }, draw, versions: { draw: (number += 1) } }));
    return panel.note.textContent;
  };
  assert.equal(said([0.3333, 0.3333, 0.3333]), "undecided: every class has 33 %");
  assert.equal(said([0.4, 0.2, 0.4]), "undecided: a and c have 40 % each");
  assert.equal(said([0.4, 1.3, -0.2], "identity"), "looks like b, 1.30");
  assert.equal(said([-1.4, -1.3, -2], "identity"), "looks like b, −1.30");
});

test("the pen of the pad is heard as it goes down and up, and what was drawn once it is up", () => {
  surroundings();
  const said = /** @type {string[]} */ ([]);
  const panel = new PadPanel({ onDraw: () => undefined, onSay: (words) => said.push(words), signal: living() });
  const press = (/** @type {string} */ key) => /** @type {any} */ (panel.canvas).fire("keydown", { key });
  const answer = (/** @type {number} */ number) => {
    const draw = { t: "draw", p: [0.1, 0.9], nearest: [] };
    panel.draw(shown({ meta: { classes: ["a", "b"] }, draw, versions: { draw: number } }));
  };
  press(" ");
  press("ArrowRight");
  answer(1);
  press(" ");
  answer(2);
  press("Delete");
  assert.deepEqual(said, ["Pen down.", "Pen up. looks like b, 90 %", "looks like b, 90 %", "Wiped."]);
});

test("a stroke is gone once the browser takes the finger away, and a second finger draws none", () => {
  surroundings();
  const panel = new PadPanel({ onDraw: () => undefined, onSay: () => undefined, signal: living() });
  const inked = () => panel.bitmap.reduce((sum, on) => sum + on, 0);
  const fire = (/** @type {string} */ type, /** @type {number} */ clientX, isPrimary = true) =>
    /** @type {any} */ (panel.canvas).fire(type, { clientX, clientY: 50, pointerId: 1, isPrimary });
  fire("pointerdown", 20);
  fire("pointerup", 20);
  const first = inked();
  assert.ok(first > 0);
  fire("pointerdown", 50);
  fire("pointerdown", 90, false);
  fire("pointermove", 90, false);
  fire("pointermove", 60);
  assert.ok(inked() > first);
  assert.ok(!panel.bitmap.some((on, at) => on && at % 32 > 24));
  fire("pointercancel", 60);
  assert.equal(inked(), first);
  fire("pointermove", 70);
  assert.equal(inked(), first);
});

test("the confusion matrix has its counts in a table as well, with the names of its classes", () => {
  surroundings();
  const panel = new MatrixPanel({
    onCell: () => undefined,
    onPoint: () => undefined,
    onRows: () => undefined,
    signal: living(),
  });
  panel.describe(shown({ meta: { classes: ["cat", "dog"] }, parts: { matrix: { train: [5, 1, 2, 7] } } }));
  const { element, title } = panel.table;
  assert.match(title.textContent ?? "", /^Confusion matrix of 15 training rows/);
  const cells = (/** @type {any} */ row) => row.children.map((/** @type {any} */ cell) => cell.textContent);
  const [, head, body] = /** @type {any} */ (element).children;
  assert.deepEqual(cells(head.children[0]), ["true", "predicted cat", "predicted dog"]);
  assert.deepEqual(body.children.map(cells), [
    ["cat", "5", "1"],
    ["dog", "2", "7"],
  ]);
});

test("the choice of a cell says which one is shown, wherever it was chosen", () => {
  surroundings();
  const panel = new MistakesPanel({ onCell: () => undefined, onImage: () => undefined, signal: living() });
  const [row, col] = ["cell-row", "cell-col"].map((id) => panel.element.querySelector(id));
  const chosen = () => [row, col].map((select) => /** @type {any} */ (select).value);
  const meta = { classes: ["a", "b", "c"] };
  const cell = { t: "cell", row: 2, col: 0, items: [] };
  panel.draw(shown({ meta }));
  assert.deepEqual(chosen(), ["", ""]);
  panel.draw(shown({ meta, cell, versions: { cell: 1 } }));
  assert.deepEqual(chosen(), ["2", "0"]);
  panel.draw(shown({ meta, versions: { run: 2, cell: 1 } }));
  assert.deepEqual(chosen(), ["", ""], "a new run begins with the mistakes of all");
  /** @type {any} */ (row).value = "1";
  panel.draw(shown({ meta, versions: { run: 2, cell: 1, mistakes: 1 } }));
  assert.deepEqual(chosen(), ["1", ""], "a row that was chosen first waits for its column");
});

/** A map of the plane from -1 to 1 on 100 x 100 pixels, with a point in its middle, and a tool that adds points. */
function editor() {
  surroundings();
  const edits = /** @type {any[]} */ ([]);
  const panel = new MapPanel();
  const facts = () => ({
    meta: {
      bounds: [
        [-1, 1],
        [-1, 1],
      ],
      points: {
        X: [
          [0, 0],
          [0.5, 0.5],
        ],
        t: [0, 1],
      },
    },
    frame: { left: 0, top: 0, width: 100, height: 100 },
  });
  const said = /** @type {string[]} */ ([]);
  const made = new PointEditor(panel, {
    facts,
    onEdit: (edit) => edits.push(edit),
    onSay: (words) => said.push(words),
    now: () => 0,
    signal: living(),
  });
  made.choose("high");
  const fire = (/** @type {string} */ type, /** @type {number} */ clientX, /** @type {number} */ clientY, button = 0) =>
    /** @type {any} */ (panel.body).fire(type, { clientX, clientY, button, pointerId: 1 });
  const press = (/** @type {string} */ key) => /** @type {any} */ (panel.body).fire("keydown", { key });
  return { made, edits, said, panel, fire, press };
}

test("only a click of the main button that began on the map adds a point", () => {
  const { edits, fire } = editor();
  fire("pointerdown", 10, 10, 2);
  fire("pointerup", 10, 10, 2);
  fire("pointerup", 20, 20);
  assert.deepEqual(edits, []);
  fire("pointerdown", 10, 10);
  fire("pointerup", 10, 10);
  fire("pointerup", 10, 10);
  assert.deepEqual(edits, [{ add: [-0.8, 0.8, 1] }]);
});

test("a point is where it was once the browser takes the pointer away, and letting go means nothing then", () => {
  const { edits, fire } = editor();
  fire("pointerdown", 50, 50);
  fire("pointermove", 80, 50);
  fire("pointercancel", 80, 50);
  fire("pointerup", 80, 50);
  assert.deepEqual(edits, [{ move: [0, 0.6, 0] }, { move: [0, 0, 0] }]);
  fire("pointerdown", 50, 50);
  fire("pointercancel", 50, 50);
  assert.equal(edits.length, 2, "nothing had moved");
});

test("a point picked up by key is put down with its tool, and forgotten when another one goes", () => {
  const { made, edits, said, panel, press } = editor();
  assert.equal(panel.body.getAttribute("role"), "application");
  press("Enter");
  assert.equal(made.mark.getAttribute("data-carries"), "true");
  press("ArrowRight");
  press("Enter");
  assert.deepEqual(said, ["Point picked up.", "0.05, 0", "Point put down."]);
  assert.equal(made.mark.getAttribute("data-carries"), "false");
  assert.deepEqual(edits, [{ move: [0, 0.05, 0] }]);
  made.cursor = [50, 50];
  press("Enter");
  made.choose("low");
  made.cursor = [10, 50];
  press("Enter");
  assert.deepEqual(edits.at(-1), { add: [-0.8, 0, 0] }, "the tool was put down in between");
  made.cursor = [75, 25];
  press("Enter");
  made.cursor = [50, 50];
  press("Delete");
  made.cursor = [10, 50];
  press("Enter");
  assert.deepEqual(edits.slice(-2), [{ remove: 0 }, { add: [-0.8, 0, 0] }]);
});

test("beside the fit stands the cost of the epoch that is drawn, also looking back", () => {
  surroundings();
  const panel = new FitPanel("fit");
  panel.chart.axes = () => /** @type {any} */ ({});
  panel.chart.writePath = () => true;
  const history = { ...initial().history, train: from([1, 0.5, 0.25]) };
  const state = { meta: { curve: { x: [0], y: [0], grid: [0] } }, parts: { fit: [0] }, history };
  panel.draw(shown({ ...state, versions: { fit: 1 } }));
  assert.equal(panel.note.textContent, "training cost 0.25");
  panel.draw(shown({ ...state, seek: 1, versions: { fit: 2 } }));
  assert.equal(panel.note.textContent, "training cost 0.5");
});

test("a neuron's curve stands under the neuron's name, also where the whole chart is drawn anew at rest", () => {
  const panel = new FitPanel("fit");
  panel.resize({ width: 500, height: 300 });
  const figures = /** @type {any[]} */ ([]);
  panel.chart.keyFrame = (/** @type {any} */ figure) => Boolean(figures.push(figure));
  const meta = {
    dims: [1, 2, 1],
    task: "regression",
    target_range: [-1, 1],
    curve: { x: [0], y: [0], grid: [0, 1], label: "x" },
  };
  const parts = { fit: [0.5, 0.6], look: { layer: 1, index: 1, values: [0.1, 0.2] } };
  const seen = (/** @type {any} */ look) => {
    panel.key({ ...shown({ meta, parts, versions: { fit: 1, look: 1 } }), look, rest: true });
    const { name, y } = figures.at(-1).data.at(-1);
    return [name, ...y];
  };
  assert.deepEqual(seen(null), ["network", 0.5, 0.6]);
  const signed = panel.signature;
  assert.deepEqual(seen({ layer: 1, index: 1 }), ["Layer 1, neuron 2", 0.1, 0.2]);
  assert.notEqual(panel.signature, signed);
});

test("residuals move with the run, and are drawn in full only where a point is missing or for the hover at rest", () => {
  surroundings();
  const panel = new FitPanel("residuals");
  panel.resize({ width: 500, height: 300 });
  panel.chart.plotly = /** @type {any} */ ({ react: () => {} });
  const point = () => {
    const places = /** @type {string[]} */ ([]);
    return { places, setAttribute: (/** @type {string} */ name, /** @type {string} */ to) => places.push(name, to) };
  };
  let points = [point(), point()];
  const scaled = { type: "linear", l2p: (/** @type {number} */ value) => 10 * value };
  Object.assign(panel.chart.host, {
    _fullLayout: { xaxis: scaled, yaxis: scaled },
    querySelectorAll: (/** @type {string} */ wanted) => (/^\.tracennpres /.test(wanted) ? points : []),
  });
  const meta = { curve: { x: [1, 2], y: [0, 3], grid: [0, 3] } };
  const at = (/** @type {number} */ version, /** @type {any[]} */ residuals, rest = false) => ({
    ...shown({ meta, parts: { residuals }, versions: { residuals: version } }),
    now: 1000 * version,
    rest,
  });
  const drawn = (/** @type {any} */ now) => {
    panel.draw(now);
    const { dirty } = panel.job(now);
    if (dirty) panel.key(now);
    return dirty;
  };
  assert.equal(drawn(at(1, [0.5, -0.5])), true);
  assert.equal(drawn(at(2, [0.25, -1])), false);
  assert.deepEqual(
    points
      .map(({ places }) => places)
      .at(-1)
      ?.slice(-2),
    ["transform", "translate(20,-10)"],
  );
  assert.deepEqual(panel.chart.picture?.()?.data[0].y, [0.25, -1]);
  assert.equal(drawn(at(2, [0.25, -1], true)), true);
  assert.equal(drawn(at(3, [0.25, null])), true);
  points = [point()];
  assert.equal(drawn(at(4, [0.25, 1])), true);
});

test("what guessing costs is said in words beside the chart, where there is room for them", () => {
  surroundings();
  const panel = new CurvePanel("loss");
  const level = { value: 0.69, label: "guessing" };
  const said = () => panel.explained(level).map(({ label }) => label);
  panel.resize({ width: 400, height: 200 });
  assert.deepEqual(said(), ["guessing", "(one answer for all)"]);
  for (const size of [
    { width: 300, height: 200 },
    { width: 400, height: 90 },
  ]) {
    panel.resize(size);
    assert.deepEqual(said(), ["guessing"]);
  }
});

test("filled and hollow points are told apart below the map, where both are drawn", () => {
  const points = { X: [[0, 0]], t: [1], Xv: [[1, 1]], tv: [0] };
  const legend = (/** @type {any} */ meta, show_val = true, width = 300) =>
    legendOfPoints({ ...shown({ meta }), settings: { ...shown({}).settings, show_val } }, width);
  assert.deepEqual(legend({ points }), ["●■ training", "○□ validation"]);
  assert.deepEqual(legend({ points, task: "regression" }), ["● training", "◆ validation"]);
  assert.deepEqual(legend({ points }, true, 150), ["●■ train", "○□ val"]);
  assert.equal(legend({ points }, false), null);
  assert.equal(legend({ points: { X: [[0, 0]], t: [1] } }), null);
});

test("a map is told in shares of its square, a surface in the values that it takes", () => {
  surroundings();
  const panel = new MapPanel();
  const map = { n: 2, b64: btoa(String.fromCharCode(0, 51, 102, 255)) };
  const told = (/** @type {any} */ meta) => panel.describe(shown({ meta, parts: { map }, epoch: 7 }));
  assert.equal(told({ task: "binary" }), "Decision map at epoch 7: the network says 1 on 25 % of the square");
  assert.equal(
    told({ task: "regression", target_range: [-2, 3] }),
    "Surface at epoch 7: the network gives values from −2 to 3",
  );
  assert.equal(panel.describe(shown({ meta: { task: "regression" } })), "Surface: nothing to show yet");
});

test("a neuron under the pointer is drawn large until it leaves, a held one stays, and the same click lets go", () => {
  surroundings();
  const told = /** @type {any[]} */ ([]);
  const onLook = (/** @type {any} */ place) => told.push(place && `${place.layer}-${place.index}`);
  const panel = new NetworkPanel({ onNeuron: () => undefined, onLook, signal: living() });
  panel.resize({ width: 600, height: 300 });
  panel.draw(shown({ meta: { dims: [2, 4, 1] }, versions: { run: 1 } }));
  const node = panel.plan.nodes[1][2];
  panel.point({ layer: 1, index: 2 });
  panel.point(null);
  panel.pick(node);
  assert.equal(panel.neurons.buttons[1][2].getAttribute("aria-pressed"), "true");
  panel.point({ layer: 1, index: 0 });
  panel.point(null);
  panel.pick(node);
  assert.deepEqual(told, ["1-2", null, "1-2", "1-0", "1-2", null]);
});

test("who walks through a network hears each neuron's numbers, and of one that is held its sum, once", () => {
  surroundings();
  const said = /** @type {string[]} */ ([]);
  const onSay = (/** @type {string} */ words) => said.push(words);
  const panel = new NetworkPanel({ onNeuron: () => undefined, onSay, signal: living() });
  panel.resize({ width: 600, height: 300 });
  const weights = [
    [0.5, 0, 1, -2, 3, 4],
    [0, 1, 1],
  ];
  const input = { name: "x", value: 1, weight: 3 };
  const sum = { layer: 0, index: 0, inputs: [input], bias: 0.5, sum: 3.5, activation: 1, func: "tanh" };
  const draw = (/** @type {any} */ neuron) =>
    panel.draw(shown({ meta: { dims: [2, 2, 1] }, parts: { weights }, versions: { run: 1 }, neuron }));
  draw(null);
  const walked = Object.defineProperty(new Event("focusin"), "target", { value: panel.neurons.buttons[1][0] });
  panel.neurons.element.dispatchEvent(walked);
  assert.deepEqual(said, ["Bias 0.5, weights 1, 3."]);
  panel.pick(panel.plan.nodes[1][0]);
  for (const neuron of [null, sum, { ...sum }]) draw(neuron);
  assert.equal(said.length, 2);
  assert.match(said[1], /^Layer 1, neuron 1.*3\.5.*tanh/);
});

test("who walks through the confusion matrix hears each cell", () => {
  surroundings();
  const said = /** @type {string[]} */ ([]);
  const nothing = () => undefined;
  const onSay = (/** @type {string} */ words) => said.push(words);
  const panel = new MatrixPanel({ onCell: nothing, onPoint: nothing, onRows: nothing, onSay, signal: living() });
  panel.classes = 2;
  panel.draw(shown({ meta: { classes: ["cat", "dog"] }, parts: { matrix: { train: [5, 1, 2, 7] } } }));
  /** @type {any} */ (panel.walker).fire("focus");
  panel.walk(/** @type {any} */ ({ key: "ArrowDown", preventDefault: nothing, stopPropagation: nothing }), nothing);
  assert.deepEqual(said, ["true cat, predicted cat: 5", "true dog, predicted cat: 2"]);
  const held = /** @type {any[]} */ ([]);
  for (const key of ["Enter", "Escape", "Tab"])
    panel.walk(/** @type {any} */ ({ key, preventDefault: nothing, stopPropagation: nothing }), (...cell) =>
      held.push(cell),
    );
  assert.deepEqual(held, [[1, 0], [null, null]]); // prettier-ignore
});

test("weights below zero are hollow in the pictures of the first layer, so that no sign hangs on a hue", () => {
  const large = hollow(new Uint8Array([100, 200]), 2);
  assert.deepEqual(
    [...large],
    [100, 100, 100, 200, 200, 200, 100, 128, 100, 200, 200, 200, 100, 100, 100, 200, 200, 200],
  );
});

test("the values at a map's legend have as many digits as their span, and room beside it", () => {
  assert.deepEqual(endsOf(-1.08, 1.1346), ["1.13", "0.03", "−1.08"]);
  assert.deepEqual(endsOf(-0.984, 0.97), ["0.97", "−0.01", "−0.98"]);
  assert.deepEqual(endsOf(0, 1), ["1", "0.5", "0"]);
  assert.deepEqual(endsOf(0.5, 0.5), ["0.5", "0.5", "0.5"]);
});
