// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";

import { flatRanges, passage } from "../../ui/blocks_view/activation.js";
import { inSight } from "../../ui/blocks_view/backprop.js";
import { outline } from "../../ui/blocks_view/chart.js";
import { dashes, pointAt, share } from "../../ui/blocks_view/contour.js";
import { jacobian, shares } from "../../ui/blocks_view/softmax.js";
import { verdict } from "../../ui/blocks_view/stability.js";
import { bandPicture, bestEta, costAt, LOST, lostAt, placeAt, readWalks } from "../../ui/blocks_view/walks.js";

/** @param {ArrayLike<number>} values */
const packed = (values) => Buffer.from(new Int16Array(Array.from(values)).buffer).toString("base64");

test("softmax gives shares that add up to one, whatever is added to all", () => {
  // nncore.softmax([2, 1, -1])
  const expected = [0.7053845126982412, 0.25949646034241913, 0.03511902695933972];
  shares([2, 1, -1]).forEach((p, i) => assert.ok(Math.abs(p - expected[i]) < 1e-15));
  const far = shares([1002, 1001, 999]);
  far.forEach((p, i) => assert.ok(Math.abs(p - expected[i]) < 1e-12));
  assert.deepEqual(shares([0, 0]), [0.5, 0.5]);
});

test("rows and columns of softmax's derivative add up to nothing", () => {
  const table = jacobian(shares([2, 1, -1]));
  for (const row of table) assert.ok(Math.abs(row.reduce((a, b) => a + b, 0)) < 1e-15);
  assert.ok(table[0][0] > 0 && table[0][1] < 0);
  assert.equal(table[0][1], table[1][0]);
});

test("flat stretches are found up to both ends, and gaps are not flat", () => {
  const x = [0, 1, 2, 3, 4, 5];
  assert.deepEqual(flatRanges(x, [0, 0.01, 1, 1, 0.02, 0], 0.05), [
    [0, 1],
    [4, 5],
  ]);
  assert.deepEqual(flatRanges(x, [1, null, null, 1, 1, 1], 0.05), []);
  assert.deepEqual(flatRanges(x, [-0.01, -0.9, 0, 0, 0, -2], 0.05), [
    [0, 0],
    [2, 4],
  ]);
});

test("what a slope does to a gradient is said in words", () => {
  assert.match(passage(0), /nothing goes back/);
  assert.match(passage(1), /unchanged/);
  assert.match(passage(0.5), /multiplied by 0.031/);
  assert.match(passage(null), /No finite slope/);
});

test("a line breaks where there is no number", () => {
  const scale = { at: (/** @type {number} */ v) => v };
  const d = outline({ x: [0, 1, 2, 3], y: [1, null, 3, 4] }, { x: scale, y: scale });
  assert.equal(d, "M0.0,1.0M2.0,3.0L3.0,4.0");
  assert.equal(outline({ x: [0], y: [NaN] }, { x: scale, y: scale }), "");
});

test("stages show what came before them, and mark what is new", () => {
  const stages = [{ keys: ["x1", "x2"] }, { keys: ["z1"] }, { keys: ["a1"] }];
  const { seen, fresh } = inSight(stages, 1);
  assert.deepEqual([...seen], ["x1", "x2", "z1"]);
  assert.deepEqual([...fresh], ["z1"]);
});

test("points of the map and of the plane are the same both ways", () => {
  const bounds = /** @type {[number, number][]} */ ([
    [-3, 3],
    [-1.5, 1.5],
  ]);
  assert.deepEqual(share([0, 0], bounds), [0.5, 0.5]);
  assert.deepEqual(pointAt([0.5, 0.5], bounds), [0, 0]);
  assert.deepEqual(pointAt([0, 0], bounds), [-3, 1.5]);
});

test("dashes are drawn as they are named", () => {
  assert.equal(dashes("red", []), "red");
  assert.match(dashes("red", [4, 2]), /red 0px 4px, transparent 4px 6px/);
});

// Two schedulers, two learning rates, two steps.
const WALKS = readWalks({
  schedulers: ["A", "B"],
  etas: [0.1, 1],
  steps: 2,
  places: [
    packed([...[0, 0, 5000, 5000, 10000, 2500], ...[0, 0, LOST, LOST, LOST, LOST]]),
    packed([...[0, 0, 1, 1, 2, 2], ...[0, 0, 1, 1, 2, 2]]),
  ],
  costs: [packed([...[1000, 500, 0], ...[1000, LOST, LOST]]), packed([...[1000, 2000, 3000], ...[1000, 0, -1000]])],
});

test("walks are read where they were written", () => {
  assert.deepEqual(placeAt(WALKS, 0, 0, 1), [0.5, 0.5]);
  assert.deepEqual(placeAt(WALKS, 0, 0, 2), [1, 0.25]);
  assert.equal(placeAt(WALKS, 0, 1, 1), null);
  assert.equal(costAt(WALKS, 0, 0, 2), 1);
  assert.equal(costAt(WALKS, 1, 1, 2), 0.1);
  assert.equal(costAt(WALKS, 0, 1, 2), null);
  assert.equal(lostAt(WALKS, 0, 1), 1);
  assert.equal(lostAt(WALKS, 1, 1), -1);
});

test("the best learning rate is the one that ends lowest and never the one that diverged", () => {
  assert.equal(bestEta(WALKS, 0), 0);
  assert.equal(bestEta(WALKS, 1), 1);
});

test("bands rise with the ground, the top row of the picture being the highest y", () => {
  const { band, edge } = bandPicture(new Float32Array([0, 0, 1, 1]), 2, { width: 3, height: 4, bands: 2 });
  assert.deepEqual([...band.slice(0, 3)], [1, 1, 1]);
  assert.deepEqual([...band.slice(9)], [0, 0, 0]);
  assert.ok(edge.slice(0, 3).every((value) => value === 0));
  assert.ok(edge.some((value) => value === 1));
});

test("momentum diverges beyond twice one plus its share, and says how fast it is before", () => {
  assert.match(verdict(2.1, 0), /diverges, beyond 2/);
  assert.match(verdict(3.7, 0.9), /takes off 5.1 % of the error/);
  assert.match(verdict(3.9, 0.9), /diverges, beyond 3.8/);
  assert.match(verdict(1, 0), /takes off 100 %/);
});
