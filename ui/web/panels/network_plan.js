// @ts-check
/** Where the neurons of a drawn network stand. Pure. */

/**
 * @typedef {{layer: number, index: number, x: number, y: number, size: number}} Node
 * @typedef {{nodes: Node[][], more: {x: number, y: number, count: number}[], size: number, gap: number, wide: boolean}} Plan
 *   `gap`: between two columns; `wide`: number and activation of a layer stand on one line
 */

/** Most neurons drawn of one layer; the rest is said in words. */
export const MOST = 16;

/** Pixels between two columns from which a layer's words stand between its keys on one line. */
const WIDE = 150;

/**
 * Places of the neurons that are drawn.
 *
 * @param {readonly number[]} dims widths of all layers, inputs first
 * @param {{width: number, height: number}} size
 * @param {{scale: number, left?: number, right?: number}} look size of the type, room for the names at both ends
 * @returns {Plan}
 */
export function plan(dims, { width, height }, { scale, left = 56 * scale, right = 62 * scale }) {
  const shown = dims.map((n) => (n > MOST ? MOST - 1 : n));
  const tallest = Math.max(...dims.map((n, i) => shown[i] + (n > MOST ? 0.7 : 0)));
  const wide = (width - left - right) / Math.max(1, dims.length - 1) >= WIDE * scale;
  const [top, bottom] = [(wide ? 28 : 42) * scale, 8];
  const pitchOf = (/** @type {number} */ count) => (height - top - bottom) / count;
  const size = Math.max(
    10,
    Math.min(58 * scale, pitchOf(tallest) * 0.82, pitchOf(tallest) - 3, ((width - left - right) / dims.length) * 0.55),
  );
  const gap = (width - left - right - size) / Math.max(1, dims.length - 1);
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

/** Letters of a name that stand beside the drawing. */
const LETTERS = 16;

/**
 * Names of the inputs and outputs, short enough to stand beside the drawing.
 *
 * @param {Meta} meta
 * @returns {{inputs: string[], outputs: string[]}}
 */
export function names({ dims = [], features = [], classes = [] }) {
  const short = (/** @type {string} */ text) => (text.length > LETTERS ? `${text.slice(0, LETTERS - 1)}…` : text);
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
