// @ts-check
/** Where panels and neurons stand, and how much room each has. */
import assert from "node:assert/strict";
import { test } from "node:test";

import {
  arrange,
  cardPlace,
  forFingers,
  gridStyle,
  intoView,
  lecturePanels,
  withCard,
} from "../../ui/web/live/layout.js";
import { MOST, plan } from "../../ui/web/panels/network_plan.js";

const GATES = ["loss", "map", "truth", "network", "matrix"];
const DIGITS = ["loss", "accuracy", "matrix", "mistakes", "filters", "pad"];
const PATTERNS = ["map", "network", "loss", "accuracy", "matrix"];
const CURVES = ["fit", "loss", "residuals", "network"];
const TABLES = ["loss", "accuracy", "matrix", "network"];

/** Those of some neurons that come nearer to one another than so many pixels. @param {readonly import("../../ui/web/panels/network_plan.js").Node[]} nodes @param {number} least */
const apart = (nodes, least) =>
  nodes.flatMap((one, i) =>
    nodes
      .slice(i + 1)
      .filter(
        (other) =>
          Math.max(Math.abs(one.x - other.x), Math.abs(one.y - other.y)) < one.size - 1e-9 ||
          Math.hypot(one.x - other.x, one.y - other.y) < least - 1e-9,
      ),
  );

test("every drawn neuron lies inside the drawing, up to six layers and wide ones", () => {
  for (const dims of [
    [2, 1],
    [2, 4, 1],
    [2, 8, 8, 8, 8, 8, 8, 1],
    [64, 100, 30, 10],
    [8, 12, 8, 1],
    [2, 16, 16, 2],
  ]) {
    const { nodes, more } = plan(dims, { width: 620, height: 300 }, { scale: 1 });
    assert.deepEqual(
      nodes.map((layer) => layer.length),
      dims.map((n) => (n > MOST ? MOST - 1 : n)),
    );
    assert.equal(
      more.reduce((sum, item) => sum + item.count, 0),
      dims.reduce((sum, n) => sum + (n > MOST ? n - MOST + 1 : 0), 0),
    );
    for (const { x, y, size } of nodes.flat()) {
      assert.ok(x - size / 2 > 0 && x + size / 2 < 620, `${dims} x`);
      assert.ok(y - size / 2 >= 12 && y + size / 2 <= 301, `${dims} y ${y}`);
    }
    for (const layer of nodes) {
      assert.ok(
        layer.every(({ y }, i) => i === 0 || y > layer[i - 1].y),
        "from top to bottom",
      );
      assert.deepEqual(apart(layer, 0), [], `${dims} overlap`);
    }
  }
});

test("sixteen neurons are as far apart as fingers need it, and large enough for what is drawn in them", () => {
  // The panel of the gates at 1280x720 with its keys, and on a phone.
  for (const [width, height] of [
    [360, 160],
    [320, 470],
  ]) {
    const { nodes } = plan([2, 16, 1], { width, height }, { scale: 1, left: 31, right: 62, key: 24 });
    assert.equal(nodes[1].length, 16);
    assert.deepEqual(apart(nodes[1], 24), []);
    assert.ok(nodes[1][0].size >= 18, String(nodes[1][0].size));
  }
  // Two such layers, as far apart as the panels' height leaves them room; the lines between all layers have the same.
  for (const [panels, width, name] of /** @type {const} */ ([
    [GATES, 362, 60],
    [PATTERNS, 404, 62],
  ])) {
    const { areas, rows } = arrange(panels, 932, false, 720, [2, 16, 16, 1]);
    const height = rows[areas.findIndex((names_) => names_.includes("network"))] - 40;
    const { nodes } = plan([2, 16, 16, 1], { width, height }, { scale: 1, left: 25, right: name, key: 24 });
    for (const layer of nodes.slice(1, 3)) assert.deepEqual(apart(layer, 20), []);
    assert.ok(nodes[1][0].size >= 16, `${panels}: ${nodes[1][0].size}`);
    const [ends, begins] = [Math.max, Math.min].map((most, side) =>
      nodes.map((layer) => most(...layer.map(({ x, size }) => x + (side ? -size : size) / 2))),
    );
    const free = begins.slice(1).map((x, i) => x - ends[i]);
    assert.ok(Math.max(...free) - Math.min(...free) < 1e-9, String(free));
  }
  const few = plan([2, 4, 1], { width: 360, height: 160 }, { scale: 1 }).nodes[1];
  assert.ok(
    few.every(({ x }) => x === few[0].x),
    "as many as have room stand in one column",
  );
});

test("every panel has its place, once and in one rectangle, at every width", () => {
  for (const panels of [
    GATES,
    DIGITS,
    ["map", "loss", "network", "matrix"],
    ["fit", "loss", "residuals"],
    ["loss"],
    ["loss", "accuracy", "matrix", "network", "map"],
  ]) {
    for (const [width, height] of [360, 700, 900, 1200, 1800].flatMap((each) => [
      [each, 720],
      [each, Infinity],
    ])) {
      const { areas, rows, columns } = arrange(panels, width, false, height);
      assert.equal(areas.length, rows.length);
      assert.deepEqual([...new Set(areas.flat())].sort(), [...panels].sort());
      for (const row of areas) assert.equal(row.length, columns);
      for (const id of panels) {
        const cells = areas.flatMap((row, y) => row.flatMap((name, x) => (name === id ? [[x, y]] : [])));
        const [xs, ys] = [cells.map((cell) => cell[0]), cells.map((cell) => cell[1])];
        assert.equal(
          cells.length,
          (Math.max(...xs) - Math.min(...xs) + 1) * (Math.max(...ys) - Math.min(...ys) + 1),
          `${id} at ${width}`,
        );
      }
    }
  }
});

test("in a low window what a page is about is in the first two rows, which share the height that there is", () => {
  for (const [panels, needed] of /** @type {const} */ ([
    [GATES, ["map", "truth", "network", "loss"]],
    [PATTERNS, ["map", "network", "matrix", "loss"]],
    [CURVES, ["fit", "network", "loss"]],
    [
      ["map", "loss", "network", "residuals"],
      ["map", "network", "loss"],
    ],
    [
      ["map", "network", "loss"],
      ["map", "network", "loss"],
    ],
  ])) {
    for (const width of [932, 1232]) {
      const { areas, rows } = arrange(panels, width, false, 720);
      assert.ok(rows[0] + rows[1] + 10 <= 402, `${panels}: ${rows}`);
      const first = new Set(areas.slice(0, 2).flat());
      assert.ok(
        needed.every((id) => first.has(id)),
        `${panels}: ${areas}`,
      );
      assert.deepEqual([...new Set(areas.flat())].sort(), [...panels].sort());
      const many = arrange(panels, width, false, 720, [2, 16, 1]);
      assert.deepEqual([many.areas, many.rows[0] + many.rows[1]], [areas, rows[0] + rows[1]]);
      const at = areas.findIndex((names_) => names_.includes("network"));
      assert.ok(many.rows[at] > rows[at] && many.rows[1 - at] >= 150, String(many.rows));
      const higher = arrange(panels, width, false, 900).rows;
      assert.ok(Math.abs(higher[0] + higher[1] - rows[0] - rows[1] - 180) < 10);
      assert.deepEqual(arrange(panels, width, false, 1080), arrange(panels, width, false));
    }
    assert.deepEqual(arrange(panels, 500, false, 720), arrange(panels, 500, false));
  }
});

test("all panels of a table are in view below the line of its file, in a low window, the network as high as both rows", () => {
  const room = 720 - 371; // below the view's bar and a verdict of two lines on Own data
  for (const panels of [
    ["loss", "accuracy", "matrix", "network"],
    ["loss", "residuals", "network"],
  ]) {
    const dims = [8, 16, 16, 1];
    const plan_ = arrange(panels, 932, false, 720, dims);
    assert.equal(intoView(plan_, room), plan_);
    assert.deepEqual([...new Set(plan_.areas.flat())].sort(), [...panels].sort());
    assert.deepEqual(plan_, arrange(panels, 932, false, 720, [8, 4, 1]));
    assert.ok(plan_.areas.length === 2 && plan_.areas.every((names_) => names_[0] === "network"));
    const higher = arrange(panels, 932, false, 900, dims).rows;
    assert.ok(higher[0] + higher[1] > 400);
  }
});

test("under fingers a network is as high as 24 pixels a neuron take, and nothing else moves", () => {
  const plan_ = arrange(CURVES, 800, false);
  const { rows } = forFingers(plan_, { network: [1, 16, 1] }, 800);
  assert.deepEqual([rows[1], plan_.areas[0].includes("network")], [plan_.rows[1], true]);
  const { nodes } = plan([1, 16, 1], { width: 300, height: rows[0] - 46 }, { scale: 1, key: 24 });
  assert.deepEqual(apart(nodes[1], 24), []);
  assert.deepEqual(forFingers(plan_, { network: [1, 4, 1] }, 800), plan_);
  assert.ok(forFingers(plan_, { network: [1, 100, 1] }, 800).rows[0] <= rows[0]);
});

test("under fingers a network that stands in several rows has that height in all of them together", () => {
  const dims = [8, 12, 8, 1];
  for (const [width, least] of [
    [700, 144 + 24 * 12],
    [1300, 144 + 24 * 8],
  ]) {
    const flat = arrange(TABLES, width, false, 800, dims);
    const low = { ...flat, rows: [150, 140] };
    assert.ok(flat.areas.slice(0, 2).every((names) => names.includes("network")));
    const { rows } = forFingers(low, { network: dims, "a-network": [] }, width);
    assert.deepEqual([rows[0] + 10 + rows[1], rows[0] - rows[1]], [least, 10], String(width));
    assert.deepEqual(forFingers(low, { network: [] }, width), low);
  }
});

test("the card of a held neuron has a row of its own below the network, and moves nothing above it", () => {
  for (const width of [342, 760, 1230]) {
    const bare = arrange(PATTERNS, width, false);
    const { areas, rows } = withCard(bare);
    const at = areas.findIndex((names) => names.includes("card"));
    assert.deepEqual([rows[at], gridStyle({ columns: 12, areas, rows }, 0).rows.split(" ")[at]], [0, "auto"]);
    assert.deepEqual(areas.slice(0, at), bare.areas.slice(0, at));
    assert.ok(areas[at].every((name, i) => (name === "card") === (areas[at - 1][i] === "network")));
    // A panel beside it goes on through that row, or ends above it: an area must be a rectangle.
    assert.ok(areas[at].every((name, i) => [".", "card"].includes(name) || name === areas[at + 1][i]));
  }
  assert.equal(
    withCard(arrange(DIGITS, 342, false))
      .areas.flat()
      .includes("card"),
    false,
  );
});

test("the card of a held neuron stands in a panel that is in view with the network, and not on the network itself", () => {
  const alone = { split: false, fingers: false, fills: false };
  const SURFACE = ["map", "loss", "network", "residuals"];
  for (const panels of [
    GATES,
    PATTERNS,
    CURVES,
    SURFACE,
    TABLES,
    ["loss", "residuals", "network"],
    ["map", "network", "loss"],
  ]) {
    for (const width of [640, 932, 1232]) {
      const place = cardPlace(panels, width, alone);
      const { areas, seen = 0 } = arrange(panels, width, false, 720);
      assert.ok(
        place !== "network" && areas.slice(0, seen).some((names) => names.includes(place)),
        `${panels}: ${place}`,
      );
      assert.equal(cardPlace(panels, width, { ...alone, fingers: true }), "card");
      assert.equal(cardPlace(panels, width, { ...alone, split: true }), "network");
    }
    const shown = lecturePanels(panels);
    const place = cardPlace(shown, 1230, { split: false, fingers: true, fills: true });
    assert.ok(place !== "network" && shown.includes(place), `${panels} in lecture mode: ${place}`);
  }
  assert.deepEqual(
    [PATTERNS, CURVES, TABLES].map((panels) => cardPlace(panels, 500, alone)),
    ["map", "fit", "card"],
  );
  assert.equal(cardPlace(["loss", "network"], 1230, alone), "card");
  assert.equal(cardPlace(["loss", "network"], 1230, { ...alone, fills: true }), "network");
});

test("lecture mode shows at most four panels and fills the room it has", () => {
  for (const panels of [GATES, DIGITS, PATTERNS, CURVES, TABLES, ["map", "loss", "network"], ["loss", "network"]]) {
    const shown = lecturePanels(panels);
    assert.ok(shown.length >= Math.min(3, panels.length) && shown.length <= 4);
    assert.ok(shown.includes("loss"));
    const plan_ = arrange(shown, 1230, true);
    assert.ok(Math.abs(plan_.rows.reduce((a, b) => a + b, 0) - 1) < 1e-9);
    assert.deepEqual([...new Set(plan_.areas.flat())].sort(), [...shown].sort());
    const heights = gridStyle(plan_, 480)
      .rows.split(" ")
      .map((row) => parseInt(row, 10));
    assert.ok(heights.reduce((a, b) => a + b, 0) <= 482);
  }
});

test("what a page is about has the whole height in lecture mode", () => {
  for (const [panels, main] of /** @type {const} */ ([
    [PATTERNS, "map"],
    [CURVES, "fit"],
  ])) {
    const { areas, columns } = arrange(lecturePanels(panels), 1230, true);
    assert.ok(areas.every((names) => names.filter((id) => id === main).length >= columns / 2));
  }
});
