// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";

import { EMPTY, extend, from, last } from "../../ui/web/kit/series.js";

/** @param {import("../../ui/web/kit/series.js").Series} series */
const values = (series) => [...series.buffer.subarray(0, series.length)];

test("an append leaves the older value as it was", () => {
  const one = from([1, 2]);
  const two = extend(one, 2, [3]);
  assert.deepEqual(values(one), [1, 2]);
  assert.deepEqual(values(two), [1, 2, 3]);
  assert.equal(two.buffer, one.buffer);
});

test("two appends to the same value do not disturb each other", () => {
  const start = from([1, 2]);
  const left = extend(start, 2, [3]);
  const right = extend(start, 2, [30, 40]);
  assert.deepEqual(values(left), [1, 2, 3]);
  assert.deepEqual(values(right), [1, 2, 30, 40]);
});

test("a rewrite of known epochs replaces them and what came after", () => {
  const before = from([1, 2, 3, 4]);
  const after = extend(before, 1, [20]);
  assert.deepEqual(values(after), [1, 20]);
  assert.deepEqual(values(before), [1, 2, 3, 4]);
});

test("null is no number, and so is a gap that a lost message would leave", () => {
  assert.deepEqual(values(extend(from([1]), 3, [null, 5])), [1, NaN, NaN, NaN, 5]);
});

test("nothing at epoch 0 empties, nothing later changes nothing", () => {
  const series = from([1, 2]);
  assert.equal(extend(series, 0, []), EMPTY);
  assert.equal(extend(series, 2, []), series);
  assert.equal(extend(series, 2, undefined), series);
});

test("it grows past its first room", () => {
  let series = EMPTY;
  for (let i = 0; i < 1000; i += 1) series = extend(series, i, [i]);
  assert.equal(series.length, 1000);
  assert.equal(last(series), 999);
  assert.equal(series.buffer[0], 0);
  assert.equal(last(EMPTY), null);
});
