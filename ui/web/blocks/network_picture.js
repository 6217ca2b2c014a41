// @ts-check
/** The drawing of a 2-2-1 network with every number in it. */

import { svg } from "../kit/dom.js";
import { lineWidth } from "../kit/theme.js";
/** @import { Theme } from "../kit/theme.js" */

/** Of the lines, beside those of the live view, whose drawing is smaller. */
const SCALE = 1.3;
const FONT = 22;
const LINE = 26;
/** Height of what is pressed: 24 pixels where the drawing is smallest. */
const FINGER = 46;
const UNSEEN = "fill: none; stroke: none; pointer-events: all";
/**
 * Size of the drawing, its columns, rows and the neurons' radius; where on the slanted lines to the output their numbers
 * stand, how far beside the straight ones, and how far aside the hidden neurons' biases. On a phone all of it is in view, higher than wide, and its numbers can be read.
 *
 * @typedef {{width: number, height: number, columns: number[], rows: number[], radius: number, share: number, beside: number, aside: number}} Layout
 */
/** @type {Layout} */
const WIDE = {
  ...{ width: 880, height: 500, columns: [66, 400, 776], rows: [132, 368], radius: 58 },
  ...{ share: 0.45, beside: 0, aside: 0 },
};
/** @type {Layout} */
const NARROW = {
  ...{ width: 656, height: 760, columns: [58, 322, 545], rows: [150, 610], radius: 54 },
  ...{ share: 0.33, beside: 62, aside: 90 },
};

/** Width in pixels under which the narrow one is drawn. */
export const PHONE = 460;

/** Places of the neurons. @param {Layout} layout @returns {Record<string, [number, number]>} */
function placesIn({ columns: [inputs, hidden, output], rows: [top, bottom] }) {
  const o = /** @type {[number, number]} */ ([output, (top + bottom) / 2]);
  return { x1: [inputs, top], x2: [inputs, bottom], h1: [hidden, top], h2: [hidden, bottom], o };
}

/** Connections: key of the weight, from, to, and where on the line its numbers stand (share of its length), else by the layout. */
const EDGES = /** @type {[string, string, string, number?][]} */ ([
  ["w1_11", "x1", "h1", 0.5],
  ["w1_12", "x1", "h2", 0.34],
  ["w1_21", "x2", "h1", 0.34],
  ["w1_22", "x2", "h2", 0.5],
  ["w2_1", "h1", "o"],
  ["w2_2", "h2", "o"],
]);

/**
 * @typedef {object} State
 * @property {Set<string>} seen keys of the numbers in sight
 * @property {Set<string>} fresh those that are new
 * @property {string} chosen the weight that is set by hand
 * @property {Theme} colours
 * @property {boolean} [narrow] whether it is drawn for a phone
 *
 * @typedef {[string, boolean, string]} Row text, whether it is new, colour
 */

/**
 * What a weight or bias is called in the arithmetic beside the drawing: w12 leads from x1 to neuron 2, v1 from neuron 1
 * to the output.
 *
 * @param {string} key such as w1_12, b1_1, w2_1 or b2
 */
export function symbolOf(key) {
  if (key === "b2") return "b";
  const [layer, index] = key.split("_");
  return layer === "w2" ? `v${index}` : `${layer[0]}${index}`;
}

/**
 * @param {any} data numbers as texts, `raw` as numbers, the `row` that goes through
 * @param {State} state
 * @returns {SVGElement}
 */
export function drawNetwork(data, state) {
  const { colours, narrow } = state;
  const layout = narrow ? NARROW : WIDE;
  const { width, height, radius } = layout;
  const places = placesIn(layout);
  const root = svg("svg", {
    viewBox: `0 0 ${width} ${height}`,
    role: "group",
    "aria-label": `Network 2-2-1 with the numbers of the row ${data.row}`,
    "font-family": colours.font,
    "font-size": FONT,
    ...(narrow ? { "data-narrow": "true" } : {}),
  });
  const say = (/** @type {string} */ key, /** @type {string} */ prefix) =>
    state.seen.has(key) ? `${prefix}${data.numbers[key]}` : "";
  const row = (/** @type {string} */ key, /** @type {string} */ prefix, /** @type {string} */ colour) =>
    /** @type {Row} */ ([say(key, prefix), state.fresh.has(key), colour]);
  for (const edge of EDGES) drawEdge(root, { data, state, edge, layout, row });
  for (const [cx, cy] of Object.values(places)) {
    const look = { fill: colours.background, stroke: colours.text, "stroke-width": 2.5 };
    root.append(svg("circle", { cx, cy, r: radius, ...look }));
  }
  const [plain, warm, cool] = [colours.text, colours.negative, colours.positive];
  for (const i of ["1", "2"]) {
    words(root, places[`x${i}`], [[`x${i}`, false, colours.muted], row(`x${i}`, "", plain)]);
    words(root, places[`h${i}`], [
      row(`z1_${i}`, `z${i} `, plain),
      row(`a1_${i}`, `a${i} `, cool),
      row(`d1_${i}`, `δ${i} `, warm),
    ]);
    const [x, y] = places[`h${i}`];
    const at = /** @type {[number, number]} */ ([x + layout.aside, y + (i === "1" ? -1 : 1) * (radius + LINE + 8)]);
    drawHandle(root, { data, state, key: `b1_${i}`, at, row });
  }
  const [x, y] = places.o;
  words(root, [x, y], [row("z2", "z ", plain), row("a2", "p ", cool), row("d2", "δ ", warm)]);
  drawHandle(root, { data, state, key: "b2", at: [x, y - radius - LINE - 20], row });
  words(root, [x, y + radius + LINE + 14], [row("t", "target ", plain), row("cost", "cost ", warm)]);
  return root;
}

/**
 * @param {SVGElement} root
 * @param {{data: any, state: State, edge: [string, string, string, number?], layout: Layout,
 *   row: (key: string, prefix: string, colour: string) => Row}} what
 */
function drawEdge(root, { data, state, edge: [key, from, to, share], layout, row }) {
  const { colours, fresh, chosen } = state;
  const { [from]: start, [to]: end } = placesIn(layout);
  const [[x0, y0], [x1, y1]] = [start, end];
  const value = data.raw[key];
  const stands = fresh.has(`g${key}`) || fresh.has(`new_${key}`) || chosen === key;
  root.append(
    svg("path", {
      d: `M${x0},${y0}L${x1},${y1}`,
      stroke: value < 0 ? colours.negative : colours.positive,
      "stroke-width": lineWidth(value, SCALE),
      ...(value < 0 ? { "stroke-dasharray": "9 5" } : {}),
      opacity: stands ? 1 : 0.65,
    }),
  );
  const at = share ?? layout.share;
  const beside = y0 === y1 ? (y0 === layout.rows[0] ? -1 : 1) * layout.beside : 0;
  const spot = /** @type {[number, number]} */ ([x0 + (x1 - x0) * at, y0 + (y1 - y0) * at + beside]);
  drawHandle(root, { data, state, key, at: spot, row });
}

/**
 * The numbers of a weight or bias where they stand.
 *
 * @param {SVGElement} root
 * @param {{data: any, state: State, key: string, at: [number, number],
 *   row: (key: string, prefix: string, colour: string) => Row}} what
 */
function drawHandle(root, { data, state, key, at, row }) {
  const name = symbolOf(key);
  const rows = [weightRow(data, state, key, name), row(`g${key}`, `dC/d${name} `, state.colours.negative)];
  root.append(handle({ key, at, rows, state }));
}

/** @param {any} data @param {State} state @param {string} key @param {string} name @returns {Row} */
function weightRow({ numbers }, { seen, fresh, colours }, key, name) {
  const then = seen.has(`new_${key}`) ? ` → ${numbers[`new_${key}`]}` : "";
  return [`${name} ${numbers[key]}${then}`, fresh.has(key) || fresh.has(`new_${key}`), colours.text];
}

/**
 * The numbers of a weight or bias on a ground of their own; a click takes it into the hand.
 *
 * @param {{key: string, at: [number, number], rows: Row[], state: State}} what
 */
function handle({ key, at: [x, y], rows, state: { colours, chosen } }) {
  const shown = rows.filter(([text]) => text !== "");
  const width = Math.max(...shown.map(([text]) => text.length)) * 0.48 * FONT + 12;
  const height = shown.length * LINE + 6;
  const group = svg("g", {
    class: "nnb-weight",
    "data-weight": key,
    role: "button",
    tabindex: 0,
    "aria-label": `${shown.map(([text]) => text).join(" ")}; press to set it by hand`,
  });
  const pressed = Math.max(height, FINGER);
  group.append(
    svg("rect", { x: x - width / 2, y: y - pressed / 2, width, height: pressed, style: UNSEEN }),
    svg("rect", {
      x: x - width / 2,
      y: y - height / 2,
      width,
      height,
      rx: 6,
      fill: colours.background,
      ...(chosen === key ? { stroke: colours.text, "stroke-width": 2.5 } : {}),
    }),
  );
  words(group, [x, y], shown);
  return group;
}

/** @param {SVGElement} root @param {[number, number]} at @param {Row[]} rows */
function words(root, [x, y], rows) {
  const shown = rows.filter(([text]) => text !== "");
  shown.forEach(([text, bold, fill], i) => {
    const at = { x, y: y + FONT / 3 + (i - (shown.length - 1) / 2) * LINE, "text-anchor": "middle" };
    const element = svg("text", { ...at, fill, "font-weight": bold ? 700 : 400 });
    element.textContent = text;
    // A space between the lines: what is written here is read as one text.
    root.append(element, " ");
  });
}
