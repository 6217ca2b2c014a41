// @ts-check
/**
 * A history that grows by appending. An append writes past the end of the older value and shares its memory, so that
 * older values stay true and thirty appends a second cost nothing; a rewrite of known epochs copies.
 *
 * @typedef {Readonly<{buffer: Float64Array, length: number}>} Series
 */

/** @type {Series} */
export const EMPTY = Object.freeze({ buffer: new Float64Array(0), length: 0 });

/**
 * Set values from epoch `from` on; what stood there and after is replaced.
 *
 * @param {Series} series
 * @param {number} from epochs before it are kept; a gap, which a lost message would leave, is filled with NaN
 * @param {readonly (number | null)[] | undefined} values null stands for a cost that is no finite number
 * @returns {Series}
 */
export function extend(series, from, values) {
  if (!values || values.length === 0) return from === 0 ? EMPTY : series;
  const length = from + values.length;
  const appends = from >= series.length && length <= series.buffer.length && ownsTail(series);
  const buffer = appends ? series.buffer : grown(series, from, length);
  for (let i = series.length; i < from; i += 1) buffer[i] = NaN;
  for (let i = 0; i < values.length; i += 1) buffer[from + i] = values[i] ?? NaN;
  tails.set(buffer, length);
  return Object.freeze({ buffer, length });
}

/** How far each shared buffer has been written: only the longest value of a buffer may append in place. */
const tails = new WeakMap();

/** @param {Series} series */
function ownsTail(series) {
  return tails.get(series.buffer) === series.length;
}

/** @param {Series} series @param {number} from @param {number} length */
function grown(series, from, length) {
  const buffer = new Float64Array(Math.max(64, 2 * length));
  buffer.set(series.buffer.subarray(0, Math.min(from, series.length)));
  return buffer;
}

/**
 * @param {Series} series
 * @returns {number | null} the newest value, null where there is none
 */
export function last({ buffer, length }) {
  return length > 0 ? buffer[length - 1] : null;
}

/** @param {readonly (number | null)[]} values @returns {Series} */
export function from(values) {
  return extend(EMPTY, 0, values);
}
