// @ts-check
/** Axes, thinning and numbers as text. Pure: no page, no Plotly. */
import { formatNumber } from "./numbers.js";
/** @import { Series } from "./series.js" */

export { counted, formatNumber, logGrid, nearest, readNumber } from "./numbers.js";

/**
 * A number of a run, which is none once the run has left the finite ones.
 *
 * @param {number | null | undefined} value
 * @param {number} [digits] significant digits
 */
export function costText(value, digits = 3) {
  return Number.isFinite(value ?? NaN) ? formatNumber(value, digits) : "overflow";
}

/** Digits of a difference that are told. */
const MOVED = 2;

/**
 * A number before and after a step, in so many digits, or in as many more as show by how much it moved.
 *
 * @param {number | null} old @param {number | null} now null for what is no finite number
 * @param {number} [digits] significant ones
 * @returns {[string, string]}
 */
export function movedText(old, now, digits = 3) {
  const decade = (/** @type {number} */ size) => Math.floor(Math.log10(size));
  const [from, to] = [old ?? NaN, now ?? NaN];
  const needed = decade(Math.max(Math.abs(from), Math.abs(to))) - decade(Math.abs(to - from)) + MOVED;
  const enough = Number.isFinite(needed) ? Math.min(17, Math.max(digits, needed)) : digits;
  return [costText(old, enough), costText(now, enough)];
}

/** A share of a run's rows, in percent, in the same words. @param {number | null | undefined} share */
export function shareText(share) {
  return Number.isFinite(share ?? NaN) ? formatPercent(share) : "overflow";
}

/** Words in a row: "a, b and c". @param {readonly string[]} words */
export const listed = (words) => [words.slice(0, -1).join(", "), words[words.length - 1]].filter(Boolean).join(" and ");

/**
 * A share as whole percent, never 100 % before all are right nor 0 % while one is.
 *
 * @param {number | null | undefined} share between 0 and 1
 * @returns {string}
 */
export function formatPercent(share) {
  if (share === null || share === undefined || Number.isNaN(share)) return "–";
  const percent = 100 * share;
  if (percent > 0 && percent < 0.05) return "< 0.1 %";
  if (percent > 99.95 && percent < 100) return "> 99.9 %";
  return `${Number(percent.toFixed(percent < 1 || percent > 99 ? 1 : 0))} %`;
}

/** Outputs that are probabilities. @type {readonly unknown[]} */
const PROBABLE = ["softmax", "sigmoid"];
/** Less than any share that is written otherwise than as the least. */
const LEAST = 1e-9;

/**
 * What a network gives a class: a share where its output is a probability, else the bare number.
 *
 * @param {number | null} value null for what is no finite number
 * @param {string} [output] name of the output's activation
 */
export function supportText(value, output = "softmax") {
  if (!PROBABLE.includes(output)) return outputText(value);
  // No such probability is 0 or 1: one that is here was rounded on its way.
  return formatPercent(value === null ? value : Math.min(1 - LEAST, Math.max(LEAST, value)));
}

/**
 * A network's output in few signs: two places, and of what has run away the size.
 *
 * @param {number | null} value null for what is no finite number
 */
export function outputText(value) {
  if (value === null) return "–";
  // Single precision, in which a strip's outputs travel, ends there.
  if (!Number.isFinite(value)) return value > 0 ? "> 1e38" : "< −1e38";
  // Three signs of the power leave room for one before them.
  if (Math.abs(value) >= 100) return formatNumber(value, Math.abs(value) < 1e100 ? 2 : 1);
  return value
    .toFixed(2)
    .replace(/^-0\.00$/, "0.00")
    .replace("-", "−");
}

/** Whole decades in a range. @param {number} lo @param {number} hi @returns {number[]} */
export function decades(lo, hi) {
  const out = [];
  for (let k = Math.ceil(Math.log10(lo) - 1e-9); k <= Math.floor(Math.log10(hi) + 1e-9); k += 1)
    out.push(Number(`1e${k}`));
  return out;
}

/**
 * The end of the epoch axis: it grows in steps and never shrinks, so that the curve does not seem to breathe. Beyond the
 * planned epochs it goes on in steps of half.
 *
 * @param {number} end present end, 0 for none
 * @param {number} epoch newest epoch to show
 * @param {number} planned epochs of the run
 * @returns {number}
 */
export function growEnd(end, epoch, planned) {
  const plan = Math.max(1, planned);
  let next = end > 0 ? end : Math.max(1, Math.ceil(plan / 4));
  while (next < epoch) next = next < plan ? Math.min(plan, 2 * next) : Math.ceil(1.5 * next);
  return next;
}

/**
 * Epochs per bin when a curve is thinned. It depends on the axis alone, never on which frames happened to arrive.
 *
 * @param {number} end of the epoch axis
 * @param {number} [most] points to draw at most
 */
export function binSize(end, most = 1000) {
  let bin = 1;
  while ((2 * end) / bin > most && end > most) bin *= 2;
  return bin;
}

/**
 * Thin a history by bins of fixed epochs, keeping the lowest and the highest value of each in their order, and every
 * value that is no finite number: a spike survives, an overflow is not smoothed away.
 *
 * @param {Series} series
 * @param {number} bin epochs
 * @returns {{x: number[], y: number[]}} epochs and values; NaN and infinity as they are
 */
export function thin(series, bin) {
  /** @type {number[]} */ const x = [];
  /** @type {number[]} */ const y = [];
  const { buffer, length } = series;
  for (let start = 0; start < length; start += bin) {
    const stop = Math.min(length, start + bin);
    for (const i of chosen(buffer, start, stop)) {
      x.push(i);
      y.push(buffer[i]);
    }
  }
  if (length > 0 && x[x.length - 1] !== length - 1) {
    x.push(length - 1);
    y.push(buffer[length - 1]);
  }
  return { x, y };
}

/**
 * @param {Float64Array} buffer
 * @param {number} start
 * @param {number} stop
 * @returns {number[]} ascending places worth keeping
 */
function chosen(buffer, start, stop) {
  if (stop - start <= 2) return stop - start === 2 ? [start, start + 1] : [start];
  let low = -1;
  let high = -1;
  for (let i = start; i < stop; i += 1) {
    if (!Number.isFinite(buffer[i])) return low < 0 ? [i] : [...new Set([low, high, i])].sort((a, b) => a - b);
    if (low < 0 || buffer[i] < buffer[low]) low = i;
    if (high < 0 || buffer[i] > buffer[high]) high = i;
  }
  return low === high ? [low] : [Math.min(low, high), Math.max(low, high)];
}

/**
 * The cost axis of a problem. Fixed for the problem, so that two learning rates can be compared by eye; what lies above
 * or below is drawn in an edge band that says so.
 *
 * @typedef {object} CostAxis
 * @property {"log" | "linear"} type
 * @property {number} lo lowest value drawn at its place
 * @property {number} hi highest value drawn at its place
 * @property {number} floor where smaller values are drawn
 * @property {number} ceiling where greater values, and those that are no number, are drawn
 * @property {[number, number]} range for Plotly: exponents of ten when `type` is log
 * @property {number[]} ticks those of the edge bands included
 * @property {string[]} labels their words; an edge band's says which values it holds
 */

/**
 * @param {readonly number[] | undefined} yRange lowest and highest cost of interest
 * @param {"log" | "linear"} type
 * @param {number} [startCost] used where no range is given
 * @returns {CostAxis}
 */
export function costAxis(yRange, type, startCost = 1) {
  const start = startCost > 0 && Number.isFinite(startCost) ? startCost : 1;
  const [low, high] = usable(yRange) ?? [
    10 ** Math.floor(Math.log10(start) - 3),
    10 ** Math.ceil(Math.log10(2 * start)),
  ];
  return type === "log" ? logAxis(low, high) : linearAxis(high);
}

/** @param {readonly number[] | undefined} range @returns {[number, number] | null} */
function usable(range) {
  const good = range?.length === 2 && range[0] > 0 && range[1] > range[0] && Number.isFinite(range[1]);
  return good ? [range[0], range[1]] : null;
}

/** @param {number} lo @param {number} hi @returns {CostAxis} */
function logAxis(lo, hi) {
  const band = (Math.log10(hi) - Math.log10(lo)) * 0.045;
  const bottom = Math.log10(lo) - band;
  const top = Math.log10(hi) + band;
  const every = decades(lo, hi).length > 7 ? 2 : 1;
  const clear = (/** @type {number} */ tick) => Math.min(tick / lo, hi / tick) > 10 ** (band * 1.8);
  const ticks = decades(lo, hi).filter((tick, i, all) => (all.length - 1 - i) % every === 0 && clear(tick));
  const [floor, ceiling] = [10 ** (bottom + band / 2), 10 ** (top - band / 2)];
  return {
    type: "log",
    lo,
    hi,
    floor,
    ceiling,
    range: [bottom, top],
    ticks: [floor, ...ticks, ceiling],
    labels: [`< ${formatNumber(lo)}`, ...ticks.map((tick) => formatNumber(tick)), `> ${formatNumber(hi)}`],
  };
}

/** @param {number} hi @returns {CostAxis} */
function linearAxis(hi) {
  const band = hi * 0.045;
  const ticks = linearTicks(0, hi).filter((tick) => hi - tick > band * 1.2);
  const ceiling = hi + band / 2;
  return {
    type: "linear",
    lo: 0,
    hi,
    floor: -band / 2,
    ceiling,
    range: [-band, hi + band],
    ticks: [...ticks, ceiling],
    labels: [...ticks.map((tick) => formatNumber(tick)), `> ${formatNumber(hi)}`],
  };
}

/**
 * The ticks of a cost axis for which there is room: those of the edges always, between them none nearer than a line.
 *
 * @param {CostAxis} axis
 * @param {number} lines lines of text that the axis is high
 * @returns {{tickvals: number[], ticktext: string[]}}
 */
export function roomyTicks({ type, range, ticks, labels }, lines) {
  const at = (/** @type {number} */ tick) =>
    (((type === "log" ? Math.log10(tick) : tick) - range[0]) / (range[1] - range[0])) * lines;
  const last = ticks.length - 1;
  const kept = /** @type {number[]} */ ([]);
  ticks.forEach((tick, i) => {
    const before = kept.length > 0 ? at(ticks[kept[kept.length - 1]]) : -Infinity;
    if (i === 0 || i === last || (at(tick) - before >= 1 && at(ticks[last]) - at(tick) >= 1)) kept.push(i);
  });
  return { tickvals: kept.map((i) => ticks[i]), ticktext: kept.map((i) => labels[i]) };
}

/**
 * Round ticks within a range, in steps of 1, 2 or 5, about so many.
 *
 * @param {number} low
 * @param {number} high
 * @param {number} [most]
 * @returns {number[]}
 */
export function linearTicks(low, high, most = 5) {
  const raw = (high - low) / most;
  if (!(raw > 0)) return [low];
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = power * ([1, 2, 5].find((round) => round * power >= raw * 0.999) ?? 10);
  const ticks = [];
  for (let k = Math.ceil(low / step - 1e-9); k * step <= high + 1e-9 * step; k += 1) {
    ticks.push(Number((k * step).toPrecision(12)));
  }
  return ticks;
}

/**
 * Where a cost is drawn on the axis.
 *
 * @param {number} value
 * @param {CostAxis} axis
 * @returns {{y: number, edge: -1 | 0 | 1}} edge 1: above the axis or no number, -1: below
 */
export function place(value, axis) {
  if (!Number.isFinite(value) || value > axis.hi) return { y: axis.ceiling, edge: 1 };
  if (value < axis.lo) return { y: axis.floor, edge: -1 };
  return { y: value, edge: 0 };
}

/**
 * Move labels apart so that none covers another, keeping their order and staying inside the range.
 *
 * @param {readonly number[]} wanted places in pixels
 * @param {number} gap least distance
 * @param {number} lo
 * @param {number} hi
 * @returns {number[]} places in the order given
 */
export function spread(wanted, gap, lo, hi) {
  const order = wanted.map((_, i) => i).sort((a, b) => wanted[a] - wanted[b] || a - b);
  const out = wanted.map((y) => Math.min(hi, Math.max(lo, y)));
  for (let k = 1; k < order.length; k += 1) out[order[k]] = Math.max(out[order[k]], out[order[k - 1]] + gap);
  let limit = hi;
  for (let k = order.length - 1; k >= 0; k -= 1) {
    out[order[k]] = Math.min(out[order[k]], limit);
    limit = out[order[k]] - gap;
  }
  return out;
}
