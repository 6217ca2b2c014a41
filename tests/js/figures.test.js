// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";

import {
  costLines,
  bothLevels,
  joined,
  costMarks,
  curveFigure,
  epochTicks,
  levels,
  pointsOf,
  spaced,
} from "../../ui/web/panels/figures.js";
import { titleLines } from "../../ui/web/panels/plotly_chart.js";
import { shares } from "../../ui/web/panels/matrix_cells.js";
import { classNames, hasRoom, matrixFigure } from "../../ui/web/panels/matrix_figure.js";
import { neuronWords } from "../../ui/web/panels/network.js";
import { held, residualRows, span, valueRange } from "../../ui/web/panels/fit.js";
import { costAxis } from "../../ui/web/kit/scales.js";
import { from } from "../../ui/web/kit/series.js";
import { initial } from "../../ui/web/panels/run_state.js";
import { readTheme } from "../../ui/web/kit/theme.js";

const theme = readTheme(() => "");
const size = { width: 500, height: 300, scale: 1 };

/** @param {any} more */
function stateWith(more) {
  const state = initial("t");
  return {
    ...state,
    ...more,
    history: { ...state.history, train: from(more.train ?? [1, 0.1]), val: from(more.val ?? []) },
  };
}

test("the present run lies on top of its pins, and each pin has a dash of its own", () => {
  const pins = Array.from({ length: 6 }, (_, i) => ({ label: `eta ${i}`, train: [1, 0.5], color: i }));
  const lines = costLines(stateWith({ val: [1, 0.2] }), pins, { theme, showVal: true, scale: 1 });
  assert.deepEqual(
    lines.map((line) => line.uid),
    ["pin0", "pin1", "pin2", "pin3", "pin4", "pin5", "train", "val"],
  );
  assert.equal(new Set(lines.slice(0, 6).map((line) => line.dash)).size, 6);
  assert.equal(new Set(lines.slice(0, 6).map((line) => line.colour)).size, 6);
  assert.notEqual(lines[6].dash, lines[7].dash);
});

test("validation is drawn only where there is some and it is wanted", () => {
  const look = { theme, scale: 1 };
  assert.equal(costLines(stateWith({}), [], { ...look, showVal: true }).length, 1);
  assert.equal(costLines(stateWith({ val: [1] }), [], { ...look, showVal: false }).length, 1);
});

test("costs that are no number stay on the line, at the upper edge, and say so on hover", () => {
  const axis = costAxis([1e-4, 10], "log");
  const [line] = costLines(stateWith({ train: [1, 50, null] }), [], { theme, showVal: true, scale: 1 });
  const { x, y } = pointsOf(line, axis, 10);
  assert.deepEqual(x, [0, 1, 2]);
  assert.deepEqual(y, [1, axis.ceiling, axis.ceiling]);
  const figure = curveFigure([line], { axis, end: 10, theme, size, right: 100, rest: true });
  assert.deepEqual(figure.data[0].customdata, ["1", "50", "overflow"]);
});

test("a single value makes a line of two points, which Plotly gives a path", () => {
  const [line] = costLines(stateWith({ train: [0.7] }), [], { theme, showVal: true, scale: 1 });
  assert.deepEqual(pointsOf(line, costAxis([1e-4, 10], "log"), 10).x, [0, 0]);
});

test("axes are those of the problem, whatever the curve does", () => {
  const axis = costAxis([1e-4, 10], "log");
  const layouts = [
    [1, 0.1],
    [1, 1e9],
  ].map((train) => {
    const lines = costLines(stateWith({ train }), [], { theme, showVal: true, scale: 1 });
    return curveFigure(lines, { axis, end: 200, theme, size, right: 100, rest: false }).layout;
  });
  assert.deepEqual(layouts[0], layouts[1]);
  assert.deepEqual(layouts[0].xaxis.range, [0, 200]);
  assert.equal(layouts[0].hovermode, false);
});

test("an overflow is marked at the first epoch that has no number", () => {
  const axis = costAxis([1e-4, 10], "log");
  const state = stateWith({ train: [1, 5, null], phase: "overflow", outcome: "overflow", newest: 2 });
  const { annotations, shapes } = costMarks(state, axis, { theme, scale: 1, end: 10 });
  assert.ok(annotations.some((item) => /overflow<br>at epoch 2/.test(item.text)));
  assert.ok(shapes.some((shape) => shape.x0 === 2 && shape.x1 === 2));
  const calm = costMarks(stateWith({}), axis, { theme, scale: 1, end: 10 });
  assert.ok(!calm.annotations.some((item) => /overflow/.test(item.text)));
});

test("a learning rate changed in mid-run leaves its mark where it happened", () => {
  const state = stateWith({
    marks: [
      { epoch: 7, field: "eta", value: 0.03 },
      { epoch: 99, field: "lam", value: 1 },
    ],
  });
  const { annotations } = costMarks(state, costAxis([1e-4, 10], "log"), { theme, scale: 1, end: 10 });
  assert.deepEqual(
    annotations.filter((item) => /→/.test(item.text)).map((item) => [item.x, item.text]),
    [[7, "η → 0.03"]],
  );
});

test("the target and reference lines stand only where the axis shows them", () => {
  const state = stateWith({
    meta: {
      target_cost: 0.01,
      start_cost: 1,
      reference: [
        { value: 0.69, label: "guessing" },
        { value: 99, label: "beyond" },
      ],
    },
  });
  const axis = costAxis([1e-4, 10], "log");
  assert.deepEqual(
    levels(state.meta, axis).map((item) => item.label),
    ["guessing", "target 0.01"],
  );
  const lines = costMarks(state, axis, { theme, scale: 1, end: 10 }).shapes.filter((shape) => shape.type === "line");
  assert.deepEqual(
    lines.map((line) => line.y0),
    [0.69, 0.01],
  );
});

test("where there is no room for both runs' levels one name stands for those of a kind", () => {
  const names = (/** @type {string[]} */ ...labels) =>
    joined(labels.map((label, value) => ({ label, value }))).map(({ label, value }) => [label, value]);
  const all = names("straight model", "A guessing", "A target 0.05", "B guessing", "B target 4e-3");
  assert.deepEqual(all, [["straight model", 0], ["A, B guessing", 1], ["A, B target", 2]]); // prettier-ignore
  assert.deepEqual(names("guessing", "A target 0.05"), [["guessing", 0], ["A target 0.05", 1]]); // prettier-ignore
});

test("two runs share a level, and where theirs differ each says whose it is", () => {
  const axis = costAxis([1e-4, 10], "log");
  const of = (/** @type {number} */ target, /** @type {number} */ guess) =>
    stateWith({ meta: { target_cost: target, reference: [{ value: guess, label: "guessing" }] } });
  const told = (/** @type {any} */ state, /** @type {any} */ beside) =>
    bothLevels({ state, beside }, axis).map(({ label }) => label);
  assert.deepEqual(told(of(0.05, 0.69), null), ["guessing", "target 0.05"]);
  assert.deepEqual(told(of(0.05, 0.69), of(0.05, 0.69)), ["guessing", "target 0.05"]);
  assert.deepEqual(told(of(0.04, 0.69), of(0.05, 0.69)), ["guessing", "A target 0.05", "B target 0.04"]);
  assert.deepEqual(told(of(0.04, 0.56), of(0.05, 0.69)), [
    "A guessing",
    "A target 0.05",
    "B guessing",
    "B target 0.04",
  ]);
  const look = { theme, scale: 1, end: 10, beside: of(0.05, 0.69) };
  const across = costMarks(of(0.04, 0.69), axis, look).shapes.filter((shape) => shape.type === "line");
  assert.deepEqual(across.map((line) => line.y0), [0.69, 0.05, 0.04]); // prettier-ignore
});

test("the words of changes in mid-run do not lie on one another, however narrow the plot", () => {
  const marks = [50, 90, 120].map((epoch, i) => ({ epoch, field: "eta", value: i + 1 }));
  const named = (/** @type {number} */ width) =>
    costMarks(stateWith({ marks }), costAxis([1e-4, 10], "log"), { theme, scale: 1, end: 200, width }).annotations.map(
      ({ x }) => x,
    );
  assert.deepEqual(named(900), [50, 90, 120]);
  assert.deepEqual(named(350), [50, 120]);
  assert.deepEqual(named(180), [120]);
});

test("the title of a picture is cut into lines that it holds, and nothing of it is lost", () => {
  const text = "Cost: A: XOR 2-4-1 tanh, Adam, eta 0.1 until epoch 50, then 0.3, seed 1, epoch 200; B: XOR 2-8-1 tanh";
  for (const width of [60, 240, 439, 900]) {
    const lines = titleLines(text, width);
    assert.equal(lines.join(" "), text);
    for (const line of lines) assert.ok(line.length * 7 <= width || !line.includes(" "), `${width}: ${line}`);
  }
  assert.deepEqual(titleLines(text, 900), [text]);
  assert.ok(titleLines(text, 240).length <= 5);
});

test("the matrix tells right from wrong by sign, on a scale that never moves", () => {
  assert.deepEqual(shares([4, 0, 3, 1], 2), [
    [1, 0],
    [-Math.sqrt(0.75), 0.5],
  ]);
  assert.deepEqual(shares([0, 0, 0, 0], 2), [
    [0, 0],
    [0, 0],
  ]);
  const figure = matrixFigure([4, 0, 3, 1], ["0", "1"], { theme, size, rest: true, numbers: true });
  assert.deepEqual(figure.data[0].text, [
    ["4", ""],
    ["3", "1"],
  ]);
  assert.deepEqual([figure.data[0].zmin, figure.data[0].zmax], [-1, 1]);
});

test("a matrix of less than a line's height or width is not drawn: its axes would have no names to stand beside", () => {
  const classes = Array.from({ length: 10 }, (_, i) => String(i));
  const fits = (/** @type {number} */ width, /** @type {number} */ height, scale = 1) =>
    hasRoom(classes, { width, height, scale });
  assert.deepEqual([fits(500, 36), fits(500, 50), fits(500, 51)], [false, false, true]);
  assert.deepEqual([fits(16, 300), fits(80, 300), fits(81, 300)], [false, false, true]);
  assert.deepEqual([fits(500, 80, 2), fits(500, 134, 2)], [false, true]);
  // In a low window the rows are told apart without the word below them, and have it from two lines' height on.
  const titled = (/** @type {number} */ height) => classNames(["0", "1"], { width: 168, height, scale: 1 });
  assert.deepEqual([titled(71).titled, titled(71).y.ticktext], [false, ["0", "1"]]);
  assert.deepEqual([titled(87).titled, titled(88).titled], [false, true]);
});

test("a wild fit ends at the edge of the data's own range", () => {
  const curve = { x: [0, 1], y: [-1, 1], grid: [0, 0.5, 1] };
  const [lo, hi] = valueRange(curve);
  assert.deepEqual(held([99, -99, null, 0.5], [lo, hi]), [hi, lo, NaN, 0.5]);
  assert.deepEqual(span([3, 3]), [2, 4]);
  assert.deepEqual(span([]), [0, 1]);
});

test("residuals stand over the input of a curve, else over the target, on axes that no fit moves", () => {
  const curve = { x: [0, 1], y: [-1, 1], grid: [0, 0.5, 1], xv: [0.5] };
  assert.deepEqual(residualRows({ curve })?.x, [0, 1]);
  assert.equal(residualRows({ curve })?.spread, 2);
  const targets = { t: [0, 4], tv: [5], label: "target" };
  const rows = residualRows({ targets });
  assert.deepEqual([rows?.x, rows?.xv, rows?.spread, rows?.label], [[0, 4], [5], 4, "target"]);
  assert.ok(rows && rows.range[0] < 0 && rows.range[1] > 5);
  assert.equal(residualRows({ task: "binary" }), null);
});

test("of a quick series of changes only the last is named", () => {
  const marks = [1, 2, 3, 40, 41].map((epoch) => ({ epoch, field: "eta", value: epoch }));
  assert.deepEqual(
    spaced(marks, 10).map((mark) => mark.epoch),
    [3, 41],
  );
  assert.deepEqual(spaced([], 10), []);
});

test("a neuron's sum can be redone by hand", () => {
  const neuron = {
    t: /** @type {const} */ ("neuron"),
    layer: 0,
    index: 1,
    inputs: [
      { name: "x", value: 1, weight: -0.5 },
      { name: "y", value: 1, weight: 2 },
    ],
    bias: -0.25,
    sum: 1.25,
    activation: 0.848,
    func: "tanh",
  };
  const words = neuronWords(neuron, "inputs 1, 1");
  assert.equal(
    words.join(""),
    "Layer 1, neuron 2, inputs 1, 1: weights · inputs + bias = (−0.5)·1 + 2·1 + (−0.25) = 1.25; tanh(1.25) = 0.848",
  );
  const called = (/** @type {any} */ meta) => neuronWords(neuron, "first training row", meta)[0];
  assert.equal(called({ dims: [2, 3, 1] }), "Layer 1, neuron 2, first training row: ");
  assert.equal(called({ dims: [2, 2], classes: ["cat", "dog"] }), "Output dog, first training row: ");
});

test("epochs are written where there is room, and the last one always", () => {
  assert.deepEqual(epochTicks(200, 400), [0, 50, 100, 150, 200]);
  assert.deepEqual(epochTicks(1000, 150), [0, 500, 1000]);
  assert.deepEqual(epochTicks(1, 400), [0, 1]);
  assert.deepEqual(epochTicks(3000, 65), [0, 3000], "one number alone tells no length");
});

test("names of classes never run into the words beside the matrix, however long or many they are", () => {
  const size = { width: 340, height: 230, scale: 1 };
  const digits = classNames([..."0123456789"], size);
  assert.deepEqual([digits.left, digits.below, digits.x.tickangle, digits.y.ticktext.length], [56, 46, 0, 10]);
  const iris = classNames(["setosa", "versicolor", "virginica"], size);
  assert.ok(iris.left >= 10 * 6.8 + 20, "room for the longest name and the title");
  assert.equal(iris.x.tickangle, 0);
  const long = classNames(["a class with a very long name", "b"], size);
  assert.equal(long.y.ticktext[0].length, 14);
  assert.ok(long.left <= 0.4 * size.width);
  const tumours = ["malignant", "benign"];
  const high = classNames(tumours, { ...size, width: 200 });
  assert.deepEqual([high.x.tickangle, high.x.ticktext], [-90, tumours]);
  const low = classNames(tumours, { ...size, width: 200, height: 110 });
  assert.deepEqual([low.x.tickangle, low.x.ticktext, low.below], [0, ["maligna…", "benign"], 46]);
  assert.deepEqual(low.y.ticktext, tumours);
  const many = classNames(
    Array.from({ length: 50 }, (_, i) => `class number ${i}`),
    size,
  );
  assert.equal(many.x.tickangle, -90);
  assert.ok(many.below > 100);
  assert.ok(many.y.ticktext.length <= 10 && many.y.tickvals[0] === 0);
  assert.equal(many.y.tickvals.length, many.y.ticktext.length);
});
