// @ts-check
/**
 * Walks of six schedulers for many learning rates, as they come from the server. Pure.
 *
 * @typedef {object} Walks
 * @property {string[]} schedulers
 * @property {number[]} etas
 * @property {number} steps
 * @property {Int16Array} places ten thousandths of the drawn range, x and y in turn
 * @property {Int16Array} costs 1000 log10 of the cost above the lowest
 */

import { bytes } from "../live_view/protocol.js";

/** Stands for a walker that has diverged. */
export const LOST = -32768;

/**
 * @param {readonly string[]} parts base64 of little-endian int16, one a scheduler, all of one length
 * @returns {Int16Array} one behind the other
 */
export function shorts(parts) {
  const arrays = parts.map((text) => new Int16Array(bytes(text).buffer));
  const all = new Int16Array(arrays.reduce((sum, { length }) => sum + length, 0));
  arrays.forEach((array, i) => all.set(array, i * array.length));
  return all;
}

/** @param {string} text base64 of little-endian float32 */
export const floats = (text) => new Float32Array(bytes(text).buffer);

/**
 * @param {any} data
 * @returns {Walks}
 */
export function readWalks(data) {
  return {
    schedulers: data.schedulers,
    etas: data.etas,
    steps: data.steps,
    places: shorts(data.places),
    costs: shorts(data.costs),
  };
}

/**
 * Where a walk begins in `costs`.
 *
 * @param {Walks} walks @param {number} scheduler @param {number} eta index
 */
function offset(walks, scheduler, eta) {
  return (scheduler * walks.etas.length + eta) * (walks.steps + 1);
}

/**
 * One walker's place as shares of the drawn range, null once it has diverged.
 *
 * @param {Walks} walks @param {number} scheduler @param {number} eta index @param {number} step
 * @returns {[number, number] | null}
 */
export function placeAt(walks, scheduler, eta, step) {
  const i = 2 * (offset(walks, scheduler, eta) + step);
  return walks.places[i] === LOST ? null : [walks.places[i] / 1e4, walks.places[i + 1] / 1e4];
}

/**
 * One walker's cost above the lowest, null once it has diverged.
 *
 * @param {Walks} walks @param {number} scheduler @param {number} eta index @param {number} step
 */
export function costAt(walks, scheduler, eta, step) {
  const value = walks.costs[offset(walks, scheduler, eta) + step];
  return value === LOST ? null : 10 ** (value / 1000);
}

/**
 * The first step at which a walker is lost, -1 for never.
 *
 * @param {Walks} walks @param {number} scheduler @param {number} eta index
 */
export function lostAt(walks, scheduler, eta) {
  const start = offset(walks, scheduler, eta);
  for (let step = 0; step <= walks.steps; step += 1) if (walks.costs[start + step] === LOST) return step;
  return -1;
}

/**
 * The learning rate with which a scheduler ends lowest.
 *
 * @param {Walks} walks @param {number} scheduler
 * @returns {number} index
 */
export function bestEta(walks, scheduler) {
  let best = 0;
  let lowest = Infinity;
  for (let eta = 0; eta < walks.etas.length; eta += 1) {
    const value = walks.costs[offset(walks, scheduler, eta) + walks.steps];
    if (value !== LOST && value < lowest) [best, lowest] = [eta, value];
  }
  return best;
}

/**
 * The bands of a landscape: heights in `n` steps of equal share of the range.
 *
 * @param {Float32Array} height n by n, rows from low to high y
 * @param {number} n
 * @param {{width: number, height: number, bands: number}} size of the picture
 * @returns {{band: Uint8Array, edge: Uint8Array}} the band of each pixel, top row first, and whether a line runs there
 */
export function bandPicture(height, n, { width, height: rows, bands }) {
  let [low, high] = [Infinity, -Infinity];
  for (const value of height) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  const band = new Uint8Array(width * rows);
  const edge = new Uint8Array(width * rows);
  for (let row = 0; row < rows; row += 1) {
    const v = ((rows - 1 - row) / (rows - 1)) * (n - 1);
    const j = Math.min(n - 2, Math.floor(v));
    for (let column = 0; column < width; column += 1) {
      const u = (column / (width - 1)) * (n - 1);
      const i = Math.min(n - 2, Math.floor(u));
      const [a, b] = [u - i, v - j];
      const k = j * n + i;
      const value =
        (1 - b) * ((1 - a) * height[k] + a * height[k + 1]) + b * ((1 - a) * height[k + n] + a * height[k + n + 1]);
      const at = row * width + column;
      band[at] = Math.min(bands - 1, Math.floor(((value - low) / (high - low || 1)) * bands));
      if ((column > 0 && band[at] !== band[at - 1]) || (row > 0 && band[at] !== band[at - width])) edge[at] = 1;
    }
  }
  return { band, edge };
}
