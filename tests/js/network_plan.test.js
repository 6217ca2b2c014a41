// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";

import { lineOf, weightAt, weightOf, weightWords } from "../../ui/web/panels/network_edges.js";
import { everySo, names, plan } from "../../ui/web/panels/network_plan.js";

test("names beside the network are short, and there is one for each end", () => {
  const { inputs, outputs } = names({
    dims: [3, 4, 2],
    features: ["x", "a very long name of a column"],
    classes: ["no", "yes"],
  });
  assert.deepEqual(inputs, ["x", "a very long nam…", "x3"]);
  assert.deepEqual(outputs, ["no", "yes"]);
  assert.deepEqual(names({ dims: [2, 1], features: ["x", "y"], classes: ["0", "1"] }).outputs, ["output"]);
});

test("a weight is found under its line and a bias under its dot, and nothing between them", () => {
  const drawn = plan([2, 3, 1], { width: 620, height: 300 }, { scale: 1 });
  const [from, to] = [drawn.nodes[0][1], drawn.nodes[1][2]];
  const { middle } = lineOf(from, to);
  assert.deepEqual(weightAt(drawn, middle, (from.y + to.y) / 2), { layer: 0, row: 2, column: 2 });
  const corner = [to.x - to.size / 2, to.y + to.size / 2];
  assert.deepEqual(weightAt(drawn, corner[0], corner[1]), { layer: 0, row: 0, column: 2 });
  assert.equal(weightAt(drawn, 2, 2), null);
});

test("the number of a weight is read from the layer's flat list, row by row, biases first", () => {
  const state = /** @type {any} */ ({
    meta: { dims: [2, 2, 1] },
    parts: {
      weights: [
        [1, 2, 3, 4, 5, 6],
        [7, 8, null],
      ],
    },
  });
  assert.equal(weightOf(state, { layer: 0, row: 2, column: 1 }), 6);
  assert.equal(weightWords({ layer: 0, row: 2, column: 1 }, 6), "weight 2 → 2: 6");
  assert.equal(
    weightWords({ layer: 1, row: 0, column: 0 }, weightOf(state, { layer: 1, row: 0, column: 0 })),
    "bias of 2, 1: 7",
  );
  assert.equal(weightOf(state, { layer: 1, row: 2, column: 0 }), null);
});

test("all neurons of a layer of sixteen are drawn, and of seventeen fifteen and a word", () => {
  const count = (/** @type {number} */ width) =>
    plan([2, width, 1], { width: 400, height: 240 }, { scale: 1 }).nodes[1].length;
  assert.deepEqual([count(16), count(17)], [16, 15]);
});

test("names of inputs are written as far as they do not touch", () => {
  const column = (/** @type {number} */ count, /** @type {number} */ gap) =>
    Array.from({ length: count }, (_, index) => ({
      layer: 0,
      index,
      x: 0,
      y: 10 + gap * index,
      size: 4,
      wide: 4,
      high: gap,
    }));
  for (const [gap, told] of [
    [20, [0, 1, 2, 3, 4, 5]],
    [14, [0, 1, 2, 3, 4, 5]],
    [9, [0, 2, 4]],
    [3, [0, 5]],
  ]) {
    const shown = everySo(column(6, /** @type {number} */ (gap)), 14);
    assert.deepEqual(
      shown.map(({ index }) => index),
      told,
    );
  }
  assert.equal(everySo(column(1, 0), 14).length, 1);
});
