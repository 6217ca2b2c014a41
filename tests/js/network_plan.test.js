// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";

import { lineOf, weightAt, weightOf, weightWords } from "../../ui/web/panels/network_edges.js";
import { drawn, everySo, moreWords, names, plan } from "../../ui/web/panels/network_plan.js";

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

test("names that begin alike are told apart by their ends", () => {
  const features = ["measure_10", "measure_11", "measure_1", "age"];
  const { inputs } = names({ dims: [4, 1], features, classes: [] }, 200);
  assert.deepEqual(inputs, ["…sure_10", "…sure_11", "…asure_1", "age"]);
  assert.deepEqual(names({ dims: [2, 1], features: ["long_name_a", "other"] }, 200).inputs, ["long_na…", "other"]);
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

test("whatever the network and its room, no neuron lies on another, and of those that are not drawn the number is said", () => {
  const rooms = [205, 134, 205, 150, 325, 250, 360, 160, 620, 300];
  for (let at = 0; at < rooms.length; at += 2)
    for (const key of [0, 24])
      for (const inputs of [1, 2, 12, 30])
        for (const outputs of [1, 3, 10])
          for (let depth = 0; depth <= 6; depth += 1)
            for (const width of [1, 8, 12, 16, 40]) {
              const dims = [inputs, ...Array(depth).fill(width), outputs];
              const size = { width: rooms[at], height: rooms[at + 1] };
              const { nodes, more } = plan(dims, size, { scale: 1, left: 60, right: 60, key });
              const name = `${dims.join("-")} in ${size.width} x ${size.height}, keys ${key}`;
              const flat = nodes.flat();
              flat.forEach((a, i) =>
                flat.slice(i + 1).forEach((b) => {
                  const apart = Math.max(Math.abs(a.x - b.x), Math.abs(a.y - b.y)) - (a.size + b.size) / 2;
                  assert.ok(apart >= 1, `${name}: ${apart} pixels between two`);
                }),
              );
              const told = more.reduce((sum, { count }) => sum + count, flat.length);
              assert.equal(
                told,
                dims.reduce((sum, n) => sum + n, 0),
                name,
              );
            }
});

test("where there is room for fewer, fewer are drawn, and the same ones beside a neuron's card", () => {
  const look = { scale: 1, left: 30, right: 60, key: 24 };
  const [whole, beside] = [
    { width: 205, height: 134 },
    { width: 205, height: 76 },
  ];
  const count = drawn([2, 16, 16, 1], whole, look);
  assert.ok(count[1] > 8 && count[1] < 16 && count[0] === 2, String(count));
  const { nodes, more } = plan([2, 16, 16, 1], beside, { ...look, key: 0, shown: count });
  assert.deepEqual(
    nodes.map((layer) => layer.length),
    count,
  );
  assert.deepEqual(
    more.map((one) => one.count),
    [16 - count[1], 16 - count[2]],
  );
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

test("numbers of neurons that are not drawn stand below their layers, and as one where they would touch", () => {
  const more = [
    { x: 20, y: 90, count: 24 },
    { x: 42, y: 94, count: 94 },
  ];
  const words = (/** @type {number} */ letter) => moreWords(more, "", (text) => letter * text.length);
  assert.deepEqual(
    words(7).map(({ x, text }) => [x, text]),
    [
      [20, "+24"],
      [42, "+94"],
    ],
  );
  assert.deepEqual(words(8), [{ x: 31, y: 94, text: "118 not drawn" }]);
  assert.deepEqual(
    moreWords([], "", () => 9),
    [],
  );
});

test("where there is no room at all one neuron of each layer has a place within the width", () => {
  for (const height of [0, 30, 90, 120]) {
    const { nodes } = plan(
      [2, 16, 16, 16, 16, 1],
      { width: 640, height },
      { scale: 2.09, left: 60, right: 130, key: 50 },
    );
    assert.ok(
      nodes.flat().every(({ x, y }) => x >= 0 && x <= 640 && Number.isFinite(y)),
      `${height} pixels`,
    );
    assert.ok(nodes.every((layer) => layer.length >= 1));
  }
});
