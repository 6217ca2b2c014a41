// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";

import { decadeLabel, linearScale, logScale, logTicks } from "../../ui/web/kit/axis.js";
import { counted, linearTicks } from "../../ui/web/kit/scales.js";
import { floats, integers, parseMessage } from "../../ui/web/kit/decode.js";
import { cellOf, heatColour, HeatPlot, lonelyCells, nearestDone, progress } from "../../ui/web/sweep/heat_plot.js";
import { dialWords, reached } from "../../ui/web/sweep/curvature_mode.js";
import { bandPath, linePath } from "../../ui/web/kit/paths.js";
import {
  LEARNED,
  OVERFLOW,
  PENDING,
  SLOW,
  STUCK,
  UNSTABLE,
  bestIndex,
  costRange,
  costWord,
  heldRange,
  majority,
  nearestKnown,
  quantile,
  readStrip,
  runAt,
  runSentence,
  spanPixels,
  stripSentence,
  window80,
  zones,
} from "../../ui/web/panels/strip_model.js";
import { emptyStore, mainStrip, reduce } from "../../ui/web/panels/strip_store.js";
import { testRange } from "../../ui/web/sweep/other_modes.js";
import { tableRows } from "../../ui/web/sweep/strip_table.js";
import { surroundings } from "./page.js";

/** @param {ArrayLike<number>} values @param {any} kind */
const packed = (values, kind) => Buffer.from(kind.from(values).buffer).toString("base64");

/** A strip of four rates and two seeds: slow, learned, mixed, overflow. @param {any} [more] */
export const message = (more = {}) => ({
  t: "strip",
  job: 1,
  name: "main",
  label: "Adam",
  etas: [0.001, 0.01, 0.1, 1],
  seeds: [7, 8],
  final: packed([0.6, 0.7, 0.01, 0.02, 0.01, 0.8, NaN, NaN], Float32Array),
  outcome: packed([SLOW, SLOW, LEARNED, LEARNED, LEARNED, UNSTABLE, OVERFLOW, OVERFLOW], Uint8Array),
  reached: packed([-1, -1, 12, 14, 3, -1, -1, -1], Int32Array),
  epochs: [0, 10, 20],
  curves: packed([0.7, 0.65, 0.6, 0.7, 0.1, 0.01, 0.7, 0.02, 0.01, 0.7, NaN, NaN], Float32Array),
  known: packed([1, 1, 1, 1], Uint8Array),
  startCost: 0.7,
  target: 0.05,
  map: {
    n: 2,
    b64: packed(
      Array.from({ length: 16 }, (_, i) => i),
      Uint8Array,
    ),
  },
  ...more,
});

test("arrays survive the way through base64, NaN included", () => {
  assert.deepEqual([...floats(packed([0.5, NaN, -2], Float32Array))], [0.5, NaN, -2]);
  assert.deepEqual([...integers(packed([1, -1], Int32Array))], [1, -1]);
});

test("nonsense on the socket is no message", () => {
  for (const text of ["", "{", "[1]", '"t"', "null", '{"t":1}', 3, undefined]) assert.equal(parseMessage(text), null);
  assert.deepEqual(parseMessage('{"t":"tick"}'), { t: "tick" });
});

test("a quantile lies between its neighbours and infinity sorts last", () => {
  assert.equal(quantile([1, 2, 3], 0.5), 2);
  assert.equal(quantile([1, 2], 0.5), 1.5);
  assert.equal(quantile([1, Infinity], 0.5), Infinity);
  assert.ok(Number.isNaN(quantile([], 0.5)));
});

test("of equally frequent outcomes the worse one counts", () => {
  assert.equal(majority([2, 0, 2, 0, 0, 0]), SLOW);
  assert.equal(majority([3, 0, 2, 0, 2, 0]), LEARNED);
  assert.equal(majority([0, 0, 0, 0]), PENDING);
});

test("a strip is summed up over its seeds", () => {
  const strip = readStrip(message());
  assert.deepEqual([...strip.share], [0, 1, 0.5, 0]);
  assert.deepEqual([...strip.majority], [SLOW, LEARNED, UNSTABLE, OVERFLOW]);
  assert.ok(Math.abs(strip.median[1] - 0.015) < 1e-6);
  assert.equal(strip.median[3], Infinity);
  assert.equal(bestIndex(strip), 1);
  assert.deepEqual(zones(strip), [
    { kind: SLOW, first: 0, last: 0 },
    { kind: LEARNED, first: 1, last: 1 },
    { kind: UNSTABLE, first: 2, last: 2 },
    { kind: OVERFLOW, first: 3, last: 3 },
  ]);
});

test("runs that are not done leave no trace in zones, best rate or table", () => {
  const strip = readStrip(message({ outcome: packed([SLOW, SLOW, ...Array(6).fill(PENDING)], Uint8Array) }));
  assert.deepEqual(zones(strip), [{ kind: SLOW, first: 0, last: 0 }]);
  assert.equal(bestIndex(strip), 0);
  assert.equal(tableRows(strip).length, 1);
  assert.match(runSentence(strip, 1, 20), /still being computed/);
});

test("the window is where four in five starts learn", () => {
  const found = window80(readStrip(message()));
  assert.deepEqual(found, { low: 0.01, high: 0.01, best: 0.01, index: 1 });
  const none = readStrip(message({ outcome: packed(Array(8).fill(SLOW), Uint8Array) }));
  assert.equal(window80(none), null);
  assert.match(stripSentence(none), /No rate learns from four in five starts/);
});

test("the run at a rate is that of the first seed", () => {
  const strip = readStrip(message());
  const run = runAt(strip, 2);
  assert.equal(run.outcome, LEARNED);
  assert.equal(run.reached, 3);
  assert.deepEqual([...(run.map ?? [])], [8, 9, 10, 11]);
  assert.ok(Math.abs((run.curve ?? [])[1] - 0.02) < 1e-6);
});

test("of a first picture only known rates have a row, and each finds its own", () => {
  const first = message({
    known: packed([0, 1, 0, 1], Uint8Array),
    curves: packed([0.7, 0.1, 0.01, 0.7, NaN, NaN], Float32Array),
    map: { n: 1, b64: packed([5, 6], Uint8Array) },
    table: packed([0.25, 0.5, 0.75, 1], Float32Array),
  });
  const strip = readStrip(first);
  assert.deepEqual([...(runAt(strip, 3).map ?? [])], [6]);
  assert.deepEqual([...(runAt(strip, 1).table ?? [])], [0.25, 0.5]);
  assert.ok(Math.abs((runAt(strip, 1).curve ?? [])[1] - 0.1) < 1e-6);
  for (const pending of [0, 2]) {
    const { curve, map, table, known } = runAt(strip, pending);
    assert.deepEqual({ curve, map, table, known }, { curve: null, map: null, table: null, known: false });
  }
});

test("every outcome has its sentence", () => {
  const strip = readStrip(message());
  const words = [0, 1, 2, 3].map((i) => runSentence(strip, i, 20));
  assert.match(words[0], /^η = 0.001: not learned in 20 epochs, the cost is still 0.6; 0 of 2 starts learned$/);
  assert.match(words[1], /^η = 0.01: learned, target in epoch 12, final cost 0.01; 2 of 2/);
  assert.match(words[3], /overflow/);
  assert.match(stripSentence(strip), /slow at 0.001, learned at 0.01, unstable at 0.1, overflow at 1/);
});

test("one epoch is singular, and of a stuck run nothing is said that was not tried", () => {
  assert.deepEqual(
    [1, 20].map((n) => counted(n, "epoch")),
    ["1 epoch", "20 epochs"],
  );
  assert.match(runSentence(readStrip(message()), 0, 1), /not learned in 1 epoch, the cost/);
  const stuck = message({ outcome: packed(Array(8).fill(STUCK), Uint8Array) });
  assert.match(
    runSentence(readStrip(stuck), 0, 20),
    /stuck, the cost rests or creeps at \S+, with no sign that more epochs help/,
  );
  // An unstable rate may lie below one that learns; what rose is all that the rule says.
  const unstable = message({ outcome: packed(Array(8).fill(UNSTABLE), Uint8Array) });
  assert.match(runSentence(readStrip(unstable), 0, 20), /: unstable, the cost rose on its way and ends at 0\.6;/);
  // Where the training cost is at its target, it is not that cost which is waited for.
  const waiting = readStrip(message({ target: 0.65 }));
  assert.match(runSentence(waiting, 0, 20), /the cost is 0\.6, and the validation cost has still to follow; 0 of 2/);
});

test("of a strip that is not complete nothing is said that the rest may change", () => {
  const half = packed([STUCK, STUCK, STUCK, STUCK, PENDING, PENDING, PENDING, PENDING], Uint8Array);
  assert.equal(
    stripSentence(readStrip(message({ outcome: half }))),
    "Final cost against learning rate, so far: stuck from 0.001 to 0.01. The rest is not computed yet.",
  );
  const none = packed(Array(8).fill(PENDING), Uint8Array);
  assert.match(stripSentence(readStrip(message({ outcome: none }))), /, so far: nothing\. The rest/);
});

test("the marker goes to the nearest rate whose run can be shown", () => {
  const strip = readStrip(message({ known: packed([1, 0, 0, 1], Uint8Array) }));
  assert.equal(nearestKnown(strip, 0.02), 0);
  assert.equal(nearestKnown(strip, 0.05), 3);
  assert.equal(nearestKnown(readStrip(message()), 0.05), 2);
});

test("the cost axis holds start and typical best, and no single outlier", () => {
  assert.deepEqual(costRange([readStrip(message())]), [0.01, 7]);
  const deep = readStrip(message({ final: packed([0.6, 0.6, 1e-30, 0.02, 1, 1, 1, 1], Float32Array) }));
  assert.ok(costRange([deep])[0] >= 1e-3);
  assert.deepEqual(
    costRange([readStrip(message({ startCost: null, final: packed(Array(8).fill(NaN), Float32Array) }))]),
    [0.1, 10],
  );
});

test("what a new sweep has not drawn yet stays as it was, and what an old one sends is dropped", () => {
  let store = reduce(emptyStore(), { t: "job", job: 1, meta: { main: "main" } });
  store = reduce(store, message());
  assert.equal(mainStrip(store)?.etas.length, 4);
  store = reduce(store, { t: "job", job: 2, meta: { main: "main" } });
  assert.equal(store.fresh, true);
  assert.equal(mainStrip(store)?.etas.length, 4);
  assert.equal(reduce(store, message()), store);
  assert.equal(reduce(store, { t: "tick", job: 1, state: "done", done: 1 }), store);
  store = reduce(store, message({ job: 2, etas: [1], known: packed([1], Uint8Array) }));
  assert.equal(mainStrip(store)?.etas.length, 1);
  assert.equal(store.fresh, false);
});

test("progress and failure are told", () => {
  let store = reduce(emptyStore(), { t: "job", job: 3, meta: {} });
  store = reduce(store, { t: "tick", job: 3, state: "working", done: 0.4, text: "few" });
  assert.deepEqual([store.state, store.done, store.text], ["working", 0.4, "few"]);
  store = reduce(store, { t: "error", message: "Oh." });
  assert.deepEqual([store.state, store.error], ["failed", "Oh."]);
  assert.equal(reduce(store, { t: "something" }), store);
});

test("lines are interrupted where there is no number", () => {
  assert.equal(linePath([0, 1, 2, 3], [5, NaN, 6, 7]), "M0.0,5.0M2.0,6.0L3.0,7.0");
  assert.equal(bandPath([0, 1, 2], [1, 1, NaN], [2, 2, 2]), "M0.0,2.0L1.0,2.0L1.0,1.0L0.0,1.0Z");
  assert.equal(linePath([], []), "");
});

test("scales there and back, and zero on a logarithm at the low end", () => {
  const x = logScale(1e-5, 100, 50, 750);
  assert.ok(Math.abs(x.at(0.1) - 450) < 1e-9);
  assert.ok(Math.abs(x.invert(450) - 0.1) < 1e-12);
  assert.equal(x.at(0), 50);
  assert.equal(linearScale(1, 1, 0, 10).invert(5), 1);
  assert.deepEqual(logTicks(1e-5, 100, 4), [1e-5, 1e-3, 0.1, 10]);
  assert.deepEqual(linearTicks(0, 200, 5), [0, 50, 100, 150, 200]);
  assert.deepEqual([1e-5, 0.01, 1, 100].map(decadeLabel), ["1e-5", "0.01", "1", "100"]);
});

test("zones meet half-way between their rates", () => {
  const x = logScale(0.01, 1, 0, 200);
  assert.deepEqual(spanPixels([0.01, 0.1, 1], x, 0, 0), [0, 50]);
  assert.deepEqual(spanPixels([0.01, 0.1, 1], x, 1, 2), [50, 200]);
});

test("a cell that is not done borrows its nearest neighbour", () => {
  const outcome = Uint8Array.from([LEARNED, PENDING, PENDING, UNSTABLE]);
  assert.deepEqual([...nearestDone(outcome, 1, 4)], [0, 0, 3, 3]);
  assert.deepEqual([...nearestDone(Uint8Array.from([PENDING]), 1, 1)], [-1]);
});

test("a cell that disagrees with all its neighbours is counted as lonely", () => {
  const outcome = Uint8Array.from([SLOW, SLOW, SLOW, SLOW, LEARNED, SLOW, SLOW, SLOW, SLOW]);
  assert.equal(lonelyCells(outcome, 3, 3), 1);
  assert.equal(lonelyCells(Uint8Array.from([LEARNED, LEARNED]), 1, 2), 0);
});

test("the cursor starts at the experiment's own cell", () => {
  const heat = { etas: [0.01, 0.1, 1], values: [1e-4, 1e-2, 1] };
  assert.deepEqual(cellOf(heat, { eta: 0.12, value: 0.02 }), { row: 1, col: 1 });
  assert.deepEqual(cellOf(heat, { eta: 5, value: 0 }), { row: 0, col: 2 });
  assert.deepEqual(cellOf({ etas: [1], values: [[2], [4]] }, { eta: 1, value: [4] }), { row: 1, col: 0 });
});

test("the colours of cost rise in lightness, for eyes that tell no hues", () => {
  const light = [0, 0.25, 0.5, 0.75, 1].map((share) => {
    const [r, g, b] = heatColour(share);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  });
  assert.deepEqual(
    light,
    [...light].sort((a, b) => a - b),
  );
  assert.deepEqual(heatColour(-3), heatColour(0));
});

test("a map of runs of which none gets below its start, or none has come, is drawn dark and says so", () => {
  const ending = new AbortController();
  const fills = [
    { start: 0.25, final: [0.25, 0.25] },
    { start: 0.25, final: [0.3, 0.5] },
    { start: 0.25, final: [NaN, NaN] },
    { start: null, final: [0.3, 0.2] },
  ].map(({ start, final }) => {
    const { page } = surroundings();
    const spec = { onOpen: () => undefined, onLook: () => undefined, signal: ending.signal };
    const plot = new HeatPlot(/** @type {any} */ (page.createElement("div")), spec);
    const heat = {
      ...{ etas: [0.1, 1], values: [0], valueLabels: ["0"], axisLabel: "lambda", label: "", note: "" },
      ...{ final: Float32Array.from(final), outcome: Uint8Array.of(STUCK, STUCK), startCost: start },
    };
    plot.render(heat, { eta: 0.1, value: 0 });
    assert.match(plot.legend().textContent ?? "", /^no run ends below its start/);
    return /** @type {any} */ (plot.ground.children[0]).getAttribute("fill");
  });
  ending.abort();
  assert.deepEqual(new Set(fills), new Set([`rgb(${heatColour(0).join(",")})`]));
  assert.deepEqual(
    [0.7, 0.07, 0.007].map((cost) => Math.round(10 * progress(cost, 0.7, 0.007))),
    [0, 5, 10],
  );
});

test("the axis of costs holds still unless it would waste two decades", () => {
  assert.deepEqual(heldRange(null, [1e-4, 7]), [1e-4, 7]);
  assert.deepEqual(heldRange([1e-5, 7], [1e-4, 9]), [1e-5, 9]);
  assert.deepEqual(heldRange([1e-7, 7], [1e-4, 7]), [1e-4, 7]);
  assert.deepEqual(heldRange([1e-3, 7], [1e-4, 7]), [1e-4, 7]);
});

test("a cost beyond single precision is told as such", () => {
  assert.equal(costWord(3.4028234663852886e38), "more than 1e38");
  assert.equal(costWord(0.0625), "0.0625");
  // What travels as 0 may have been 1e-60.
  assert.equal(costWord(Math.fround(1e-60)), "less than 1e-38");
  assert.equal(costWord(NaN), "overflow");
});

test("the dial says which side of the limit the run is on", () => {
  assert.match(dialWords(0.5, 2), /^0.5, the limit is 2. Below it .* settle/);
  assert.match(dialWords(1.99, 2), /At the edge/);
  assert.match(dialWords(2.9, 2), /Above it .* grow/);
  assert.match(dialWords(NaN, 2), /No finite curvature/);
  assert.match(dialWords(0, 2), /No direction bends up here/);
  assert.match(dialWords(-0.6, 2), /No direction bends up here/);
});

test("a run is shown up to the epoch that is reached", () => {
  assert.equal(reached([0, 2, 4], 0), 1);
  assert.equal(reached([0, 2, 4], 3.9), 2);
  assert.equal(reached([0, 2, 4], 99), 3);
  assert.equal(reached([], 5), 0);
});

test("the range test's costs have an axis of their own, of five decades at most and no higher than ten times the first", () => {
  const near = (/** @type {number[]} */ found, /** @type {number[]} */ wanted) =>
    found.forEach((value, i) => assert.ok(Math.abs(value / wanted[i] - 1) < 1e-9, `${found} and ${wanted}`));
  near(testRange([0.7, 0.5, 0.1, 0.3, NaN]), [0.1 / 1.5, 0.7 * 1.5]);
  near(testRange([0.7, 0.1, 1e6, Infinity]), [0.1 / 1.5, 7 * 1.5]);
  near(testRange([1, 1e-30]), [1e-5 / 1.5, 1.5]);
  near(testRange([NaN]), [0.1, 1]);
});
