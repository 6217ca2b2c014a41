// @ts-check
/** Where the neurons of a drawn network stand. Pure. */

/**
 * @typedef {{layer: number, index: number, x: number, y: number, size: number}} Node
 * @typedef {{nodes: Node[][], more: {x: number, y: number, count: number}[], size: number, gap: number, wide: boolean}} Plan
 *   `gap`: between two columns; `wide`: number and activation of a layer stand on one line
 */

/** Most neurons drawn of one layer; the rest is said in words. */
export const MOST = 16;

/** Between the drawing and what stands at the foot of its panel, in pixels. */
const FOOT = 8;

/** Pixels between two columns from which a layer's words stand between its keys on one line. */
const WIDE = 150;

/**
 * Places of the neurons that are drawn.
 *
 * @param {readonly number[]} dims widths of all layers, inputs first
 * @param {{width: number, height: number}} size
 * @param {{scale: number, left?: number, right?: number, key?: number}} look size of the type, room for the names at both ends;
 *   side of the keys at the foot, for which there is room between the columns or below them
 * @returns {Plan}
 */
export function plan(dims, { width, height }, { scale, left = 56 * scale, right = 62 * scale, key = 0 }) {
  const shown = dims.map((n) => (n > MOST ? MOST - 1 : n));
  const tallest = Math.max(...dims.map((n, i) => shown[i] + (n > MOST ? 0.7 : 0)));
  const wide = (width - left - right) / Math.max(1, dims.length - 1) >= WIDE * scale;
  const top = (wide ? 28 : 42) * scale;
  const sized = (/** @type {number} */ foot) => {
    const pitch = (height - top - foot) / tallest;
    const most = Math.min(58 * scale, pitch * 0.82, pitch - 3, ((width - left - right) / dims.length) * 0.55);
    const size = Math.max(10, most);
    return { foot, size, gap: (width - left - right - size) / Math.max(1, dims.length - 1) };
  };
  const whole = sized(FOOT);
  const { foot: bottom, size, gap } = whole.gap - whole.size < 2 * key ? sized(FOOT + key) : whole;
  const pitchOf = (/** @type {number} */ count) => (height - top - bottom) / count;
  const more = /** @type {Plan["more"]} */ ([]);
  const nodes = shown.map((count, layer) => {
    const x = left + size / 2 + gap * layer;
    const hidden = dims[layer] - count;
    const pitch = Math.min(pitchOf(count + (hidden ? 0.7 : 0)), size * 1.55);
    const first = top + (height - top - bottom) / 2 - (pitch * (count + (hidden ? 0.5 : 0) - 1)) / 2;
    if (hidden) more.push({ x, y: first + pitch * (count - 0.25), count: hidden });
    return Array.from({ length: count }, (_, index) => ({ layer, index, x, y: first + pitch * index, size }));
  });
  return { nodes, more, size, gap, wide };
}

/**
 * Middles of what stands in a row: each as near to where it is wanted as leaves room for all, in their order.
 *
 * @param {readonly number[]} wanted
 * @param {readonly number[]} widths
 * @param {number} width of the row
 */
export function inRow(wanted, widths, width) {
  const apart = (/** @type {number} */ i) => (widths[i - 1] + widths[i]) / 2;
  const out = [...wanted];
  for (let i = 0; i < out.length; i += 1) out[i] = Math.max(out[i], i === 0 ? widths[0] / 2 : out[i - 1] + apart(i));
  for (let i = out.length - 1; i >= 0; i -= 1)
    out[i] = Math.min(out[i], i === out.length - 1 ? width - widths[i] / 2 : out[i + 1] - apart(i + 1));
  return out;
}

/**
 * Middles of the second lines of words above the layers: each as near to its first as leaves room for all; none where all
 * have no room.
 *
 * @param {readonly {x: number}[]} heads
 * @param {readonly number[]} widths
 * @param {number} width of the drawing
 */
export function secondLines(heads, widths, width) {
  const needed = widths.reduce((sum, one) => sum + one, 0);
  const wanted = heads.map(({ x }) => x);
  return needed > width ? [] : inRow(wanted, widths, width);
}

/** Most letters of a name that stand beside the drawing, and the width of a drawing that has room for one of them. */
const LETTERS = 16;
const LETTER_OF = 24;

/**
 * Names of the inputs and outputs, short enough to stand beside the drawing.
 *
 * @param {Meta} meta
 * @param {number} [width] of the drawing
 * @returns {{inputs: string[], outputs: string[]}}
 */
export function names({ dims = [], features = [], classes = [] }, width = Infinity) {
  const letters = Math.max(6, Math.min(LETTERS, Math.floor(width / LETTER_OF)));
  const short = (/** @type {string} */ text) => (text.length > letters ? `${text.slice(0, letters - 1)}…` : text);
  const count = dims[dims.length - 1] ?? 0;
  return {
    inputs: Array.from({ length: dims[0] ?? 0 }, (_, i) => short(String(features[i] ?? `x${i + 1}`))),
    outputs: count === 1 ? ["output"] : Array.from({ length: count }, (_, i) => short(String(classes[i] ?? i + 1))),
  };
}

/**
 * Every so many of the neurons that stand below one another, so that lines of words beside them do not touch.
 *
 * @param {readonly Node[]} nodes
 * @param {number} line height of a line in pixels
 */
export function everySo(nodes, line) {
  const apart = Math.min(...nodes.slice(1).map(({ y }, i) => y - nodes[i].y));
  const step = Math.max(1, Math.ceil(line / apart));
  return nodes.filter((_, place) => place % step === 0);
}

/** @import { Meta } from "./messages.js" */
