// @ts-check
/** Numbers as people write and read them, and those that a logarithmic slider can take. */

/**
 * A number for people: 0.03 and not 0.029999, 3e-4 and not 0.0003.
 *
 * @param {number | null | undefined} value
 * @param {number} [digits] significant digits
 * @returns {string}
 */
export function formatNumber(value, digits = 3) {
  if (value === null || value === undefined || Number.isNaN(value)) return "not a number";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  if (value === 0) return "0";
  const rounded = Number(value.toPrecision(digits));
  const size = Math.abs(rounded);
  const text = size >= 1e-3 && size < 1e5 ? String(rounded) : exponent(rounded);
  return text.replace("-", rounded < 0 ? "−" : "-");
}

/** A count with its word: "1 epoch", "20 epochs". @param {number} n @param {string} unit */
export const counted = (n, unit) => `${n} ${unit}${n === 1 ? "" : "s"}`;

/** @param {number} value */
function exponent(value) {
  return value.toExponential().replace("e+", "e");
}

/** A number that was typed, with a point or a decimal comma; null where it is none. @param {string} text */
export function readNumber(text) {
  const plain = text.trim().replace("−", "-").replace(",", ".");
  return /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(plain) ? Number(plain) : null;
}

/** Round steps within a decade; neighbours differ by a fifth to a third, so one arrow key is one visible step. */
const STEPS = [1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8];

/**
 * The values a logarithmic slider can take.
 *
 * @param {number} lo positive
 * @param {number} hi above `lo`
 * @returns {number[]}
 */
export function logGrid(lo, hi) {
  const values = [];
  for (let decade = Math.floor(Math.log10(lo)); decade <= Math.ceil(Math.log10(hi)); decade += 1) {
    for (const step of STEPS) values.push(Number(`${step}e${decade}`));
  }
  return values.filter((value) => value >= lo * (1 - 1e-9) && value <= hi * (1 + 1e-9));
}

/**
 * Place of the grid value that is nearest in ratio.
 *
 * @param {readonly number[]} grid ascending, positive
 * @param {number} value
 */
export function nearest(grid, value) {
  if (!(value > 0)) return 0;
  let best = 0;
  for (let i = 1; i < grid.length; i += 1) {
    if (Math.abs(Math.log(grid[i] / value)) < Math.abs(Math.log(grid[best] / value))) best = i;
  }
  return best;
}
