// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";

import { labels, nearestPoint, REACH, toPanel, toPlane } from "../../ui/web/panels/editor.js";
import { fieldsOf, MOST_FIELDS, typedWeight } from "../../ui/web/panels/weights.js";

const FRAME = { left: 100, top: 20, width: 240, height: 240 };
const BOUNDS = [
  [-6, 6],
  [-6, 6],
];

test("a click on the map is a point of the plane, and back", () => {
  assert.deepEqual(toPlane([220, 140], FRAME, BOUNDS), [0, 0]);
  assert.deepEqual(toPlane([100, 20], FRAME, BOUNDS), [-6, 6]);
  assert.deepEqual(toPanel([3, -3], FRAME, BOUNDS), [280, 200]);
  const there = toPlane([151, 77], FRAME, BOUNDS);
  assert.deepEqual(toPanel(/** @type {any} */ (there), FRAME, BOUNDS).map(Math.round), [151, 77]);
});

test("beside the map there is nothing to edit", () => {
  for (const place of [
    [99, 100],
    [341, 100],
    [200, 19],
    [200, 261],
  ])
    assert.equal(toPlane(/** @type {any} */ (place), FRAME, BOUNDS), null);
});

test("the nearest point within reach is taken, none beyond", () => {
  const at = (/** @type {readonly number[]} */ point) => toPanel(point, FRAME, BOUNDS);
  const points = [
    [0, 0],
    [0.3, 0],
    [5, 5],
  ];
  assert.equal(nearestPoint(points, [221, 140], at), 0);
  assert.equal(nearestPoint(points, [225, 140], at), 1);
  assert.equal(nearestPoint(points, [226 + REACH + 1, 140], at), -1);
  assert.equal(nearestPoint([], [220, 140], at), -1);
  assert.equal(nearestPoint(points, [226 + REACH - 1, 140], at, REACH / 2), -1);
});

test("two classes are 1 and 0, a regression has the ends of its range", () => {
  assert.deepEqual(
    labels({ task: "binary" }).map(({ value }) => value),
    [1, 0],
  );
  assert.deepEqual(
    labels({ task: "regression", target_range: [-2, 5] }).map(({ value }) => value),
    [5, -2],
  );
});

test("a neuron's fields are its bias and its first weights", () => {
  const inputs = Array.from({ length: 20 }, (_, i) => ({ name: `x${i}`, value: 1, weight: i / 10, gradient: 0 }));
  const neuron = /** @type {any} */ ({ layer: 0, index: 3, inputs, bias: -0.5 });
  const fields = fieldsOf(neuron);
  assert.equal(fields.length, MOST_FIELDS + 1);
  assert.deepEqual(fields[0], { name: "bias", row: 0, value: -0.5 });
  assert.deepEqual(fields[2], { name: "x1", row: 2, value: 0.1 });
});

test("only numbers that a weight can have are taken", () => {
  assert.equal(typedWeight("0,25"), 0.25);
  assert.equal(typedWeight("-3e-1"), -0.3);
  for (const text of ["", "  ", "two", "1e9", "Infinity", "1,2,3"]) assert.equal(typedWeight(text), null, text);
});
