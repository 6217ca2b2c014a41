// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";

import {
  binSize,
  costAxis,
  decades,
  formatNumber,
  formatPercent,
  growEnd,
  linearTicks,
  logGrid,
  nearest,
  place,
  roomyTicks,
  spread,
  supportText,
  thin,
} from "../../ui/web/kit/scales.js";
import { from } from "../../ui/web/kit/series.js";

test("numbers read as people write them", () => {
  const cases = [
    [0.03, "0.03"],
    [0.029999999, "0.03"],
    [3e-4, "3e-4"],
    [1e-5, "1e-5"],
    [0.1, "0.1"],
    [100, "100"],
    [0, "0"],
    [-0.25, "−0.25"],
    [1234567, "1.23e6"],
    [0.00123456, "0.00123"],
    [-2e-4, "−2e-4"],
    [NaN, "not a number"],
    [Infinity, "∞"],
    [null, "not a number"],
  ];
  for (const [value, text] of cases) assert.equal(formatNumber(/** @type {any} */ (value)), text);
});

test("a share is 100 % only when all are right", () => {
  assert.equal(formatPercent(1), "100 %");
  assert.equal(formatPercent(0.9999), "> 99.9 %");
  assert.equal(formatPercent(0.9994), "99.9 %");
  assert.equal(formatPercent(0.995), "99.5 %");
  assert.equal(formatPercent(0.5), "50 %");
  assert.equal(formatPercent(0.0001), "< 0.1 %");
  assert.equal(formatPercent(0.0006), "0.1 %");
  assert.equal(formatPercent(0), "0 %");
  assert.equal(formatPercent(NaN), "–");
});

test("no probability is written as 0 or 100 %, nor a tiny one as the least that is written", () => {
  const shares = [0, 1e-12, 0.004, 0.5, 0.9999, 1].map((share) => supportText(share));
  assert.deepEqual(shares, ["< 0.1 %", "< 0.1 %", "0.4 %", "50 %", "> 99.9 %", "> 99.9 %"]);
  assert.equal(supportText(1, "sigmoid"), "> 99.9 %");
  assert.equal(supportText(null), "–");
  assert.equal(supportText(1, "identity"), "1.00");
});

test("the slider's values are round, ascending and even in ratio", () => {
  const grid = logGrid(1e-5, 100);
  assert.equal(grid[0], 1e-5);
  assert.equal(grid[grid.length - 1], 100);
  assert.equal(grid.length, 71);
  for (let i = 1; i < grid.length; i += 1) {
    const ratio = grid[i] / grid[i - 1];
    assert.ok(ratio > 1.19 && ratio < 1.35, `${grid[i - 1]} to ${grid[i]}`);
    assert.equal(String(grid[i]).replace(/^0\.0*|[.0]|e.*$/g, "").length <= 2, true, String(grid[i]));
  }
});

test("the nearest value is nearest in ratio", () => {
  const grid = logGrid(1e-3, 1);
  assert.equal(grid[nearest(grid, 0.03)], 0.03);
  assert.equal(grid[nearest(grid, 0.033)], 0.03);
  assert.equal(grid[nearest(grid, 50)], 1);
  assert.equal(nearest(grid, 0), 0);
  assert.equal(nearest(grid, NaN), 0);
});

test("decades of a range", () => {
  assert.deepEqual(decades(1e-2, 1), [0.01, 0.1, 1]);
  assert.deepEqual(decades(0.02, 5), [0.1, 1]);
});

test("the epoch axis grows in steps, never shrinks, and ends at the plan", () => {
  const ends = [];
  let end = 0;
  for (let epoch = 0; epoch <= 200; epoch += 1) {
    const next = growEnd(end, epoch, 200);
    assert.ok(next >= end && next >= epoch);
    if (next !== end) ends.push(next);
    end = next;
  }
  assert.deepEqual(ends, [50, 100, 200]);
  assert.equal(growEnd(200, 3, 200), 200);
  assert.equal(growEnd(200, 201, 200), 300);
  assert.equal(growEnd(0, 0, 1), 1);
});

test("thinning keeps each bin's lowest and highest value, the last one, and what is no number", () => {
  const values = Array.from({ length: 1000 }, (_, i) => Math.sin(i));
  values[500] = 99;
  values[501] = -99;
  values[700] = NaN;
  const { x, y } = thin(from(values), 50);
  assert.ok(x.length <= 45);
  assert.ok(y.includes(99) && y.includes(-99) && y.some(Number.isNaN));
  assert.equal(x[x.length - 1], 999);
  for (let i = 1; i < x.length; i += 1) assert.ok(x[i] > x[i - 1]);
});

test("thinning does not change a drawn bin when more epochs arrive", () => {
  const values = Array.from({ length: 400 }, (_, i) => Math.cos(i * i));
  const early = thin(from(values.slice(0, 200)), 8);
  const late = thin(from(values), 8);
  assert.deepEqual(late.x.slice(0, early.x.length - 1), early.x.slice(0, -1));
});

test("short histories are drawn whole, the empty one not at all", () => {
  assert.deepEqual(thin(from([3, 1, 2]), 1), { x: [0, 1, 2], y: [3, 1, 2] });
  assert.deepEqual(thin(from([]), 1), { x: [], y: [] });
});

test("bins depend on the axis alone", () => {
  assert.equal(binSize(200), 1);
  assert.equal(binSize(1000), 1);
  assert.equal(binSize(2000), 4);
  assert.ok((2 * 100000) / binSize(100000) <= 1000);
});

test("a low chart keeps its edges and drops the ticks that would lie on one another", () => {
  for (const type of /** @type {const} */ (["log", "linear"])) {
    const axis = costAxis([5e-5, 5], type);
    const all = roomyTicks(axis, 200);
    assert.deepEqual(all.tickvals, axis.ticks);
    const few = roomyTicks(axis, 4);
    assert.ok(few.tickvals.length < axis.ticks.length && few.tickvals.length >= 2);
    assert.deepEqual([few.ticktext[0], few.ticktext.at(-1)], [axis.labels[0], axis.labels.at(-1)]);
    assert.deepEqual(
      few.ticktext,
      few.tickvals.map((tick) => axis.labels[axis.ticks.indexOf(tick)]),
    );
    assert.deepEqual(roomyTicks(axis, 0.5).ticktext, [axis.labels[0], axis.labels.at(-1)]);
  }
});

test("a cost above, below or of no number goes to its edge band, inside the drawn range", () => {
  for (const type of /** @type {const} */ (["log", "linear"])) {
    const axis = costAxis([1e-4, 10], type);
    const [bottom, top] = type === "log" ? axis.range.map((e) => 10 ** e) : axis.range;
    for (const value of [11, Infinity, NaN, -Infinity]) {
      const at = place(value, axis);
      assert.equal(at.edge, 1);
      assert.ok(at.y > axis.hi && at.y < top);
    }
    const low = place(type === "log" ? 0 : -1, axis);
    assert.equal(low.edge, -1);
    assert.ok(low.y < axis.lo && low.y > bottom);
    assert.deepEqual(place(0.5, axis), { y: 0.5, edge: 0 });
  }
});

test("the cost axis is the problem's, and without one that of its starting cost", () => {
  const axis = costAxis([1e-4, 10], "log");
  assert.deepEqual(axis.labels, ["< 1e-4", "0.001", "0.01", "0.1", "1", "> 10"]);
  assert.deepEqual(axis.ticks.slice(1, -1), [1e-3, 1e-2, 0.1, 1]);
  assert.deepEqual([axis.ticks[0], axis.ticks[5]], [axis.floor, axis.ceiling]);
  assert.deepEqual(costAxis([1e-4, 5], "linear").labels, ["0", "1", "2", "3", "4", "> 5"]);
  const own = costAxis(undefined, "log", 0.7);
  assert.ok(own.lo < 0.7 && own.hi > 0.7);
  const odd = costAxis([0, 0], "log", NaN);
  assert.ok(Number.isFinite(odd.range[0]) && odd.range[1] > odd.range[0]);
});

test("about five round ticks", () => {
  assert.deepEqual(linearTicks(0, 200), [0, 50, 100, 150, 200]);
  assert.deepEqual(linearTicks(-1, 1), [-1, -0.5, 0, 0.5, 1]);
  assert.deepEqual(linearTicks(3, 3), [3]);
});

test("labels move apart, keep their order and stay inside", () => {
  const at = spread([50, 52, 51, 200], 18, 10, 190);
  const sorted = [...at].sort((a, b) => a - b);
  for (let i = 1; i < sorted.length; i += 1) assert.ok(sorted[i] - sorted[i - 1] >= 17.999);
  assert.ok(sorted[0] >= 10 && sorted[3] <= 190);
  assert.ok(at[0] < at[2] && at[2] < at[1]);
  assert.deepEqual(spread([30], 18, 0, 100), [30]);
});
