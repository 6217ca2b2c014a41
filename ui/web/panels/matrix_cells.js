// @ts-check
/** The colours of the cells of a confusion matrix, wherever it is drawn. */
import { blend, inkOn } from "../kit/theme.js";
/** @import { Theme } from "../kit/theme.js" */

/**
 * @param {readonly number[]} counts
 * @param {number} k
 * @returns {number[][]} root of the share of the row: positive on the diagonal, negative off it
 */
export function shares(counts, k) {
  return Array.from({ length: k }, (_, i) => {
    const row = counts.slice(i * k, (i + 1) * k);
    const sum = row.reduce((a, b) => a + b, 0) || 1;
    return row.map((count, j) => Math.sqrt(count / sum) * (i === j ? 1 : -1) + 0);
  });
}

/**
 * Ink for a cell of the matrix.
 *
 * @param {number} value signed root share
 * @param {Theme} theme
 */
export function cellInk(value, theme) {
  return inkOn(blend(theme, (value + 1) / 2));
}
