// @ts-check
// What an eta strip holds and what can be read off it: pure functions, no page.

import { bytes, floats, integers } from "../kit/decode.js";
import { counted, formatNumber, nearest } from "../kit/scales.js";
/** @import { Scale } from "../kit/axis.js" */

export const LEARNED = 0;
export const MEMORISED = 1;
export const SLOW = 2;
export const STUCK = 3;
export const UNSTABLE = 4;
export const OVERFLOW = 5;
export const PENDING = 255;
export const OUTCOMES = ["learned", "memorised", "slow", "stuck", "unstable", "overflow"];

/** How a learning rate counts as one that works: this share of the starts learned. */
const WINDOW_SHARE = 0.8;

/** Costs below this share of the start are drawn on the lower edge. */
const FLOOR = 1e-5;

/**
 * @typedef {{
 *   name: string, label: string, note: string, etas: number[], seeds: number[],
 *   final: Float32Array, outcome: Uint8Array, reached: Int32Array,
 *   epochs: number[], curves: Float32Array | null, known: Uint8Array,
 *   map: { n: number, values: Uint8Array } | null,
 *   table: Float32Array | null, matrix: Int32Array | null, fit: Float32Array | null,
 *   sharp: { epochs: number[], values: Float32Array } | null,
 *   tiles: { n: number, values: Uint8Array } | null, reported: Float32Array | null,
 *   startCost: number, target: number | null,
 *   median: Float32Array, low: Float32Array, high: Float32Array,
 *   share: Float32Array, majority: Uint8Array,
 * }} Strip
 */

/**
 * The value below which a share of the sorted values lies, linear between neighbours; infinity sorts last.
 * @param {number[]} sorted @param {number} share 0..1
 * @returns {number}
 */
export function quantile(sorted, share) {
  if (!sorted.length) return NaN;
  const at = share * (sorted.length - 1);
  const below = Math.floor(at);
  const part = at - below;
  if (part === 0) return sorted[below];
  const [a, b] = [sorted[below], sorted[below + 1]];
  return Number.isFinite(b) ? a + part * (b - a) : b;
}

/**
 * The outcome that most of the counted runs had; of equals the worse one, so that a mixed rate never looks safe.
 * @param {number[]} counts one per outcome
 * @returns {number}
 */
export function majority(counts) {
  let best = PENDING;
  let most = 0;
  for (let kind = 0; kind < counts.length; kind++) {
    if (counts[kind] > 0 && counts[kind] >= most) {
      best = kind;
      most = counts[kind];
    }
  }
  return best;
}

/**
 * Median, band, share and majority of every rate over its seeds.
 * @param {Float32Array} final (rates x seeds), NaN where a run overflowed or is not done
 * @param {Uint8Array} outcome (rates x seeds) @param {number} rates @param {number} seeds
 */
function summarise(final, outcome, rates, seeds) {
  const median = new Float32Array(rates).fill(NaN);
  const low = new Float32Array(rates).fill(NaN);
  const high = new Float32Array(rates).fill(NaN);
  const share = new Float32Array(rates).fill(NaN);
  const most = new Uint8Array(rates).fill(PENDING);
  for (let i = 0; i < rates; i++) {
    const costs = [];
    const counts = OUTCOMES.map(() => 0);
    for (let j = 0; j < seeds; j++) {
      const kind = outcome[i * seeds + j];
      if (kind === PENDING) continue;
      counts[kind] += 1;
      const cost = final[i * seeds + j];
      costs.push(kind === OVERFLOW || !Number.isFinite(cost) ? Infinity : cost);
    }
    if (!costs.length) continue;
    costs.sort((a, b) => a - b);
    median[i] = quantile(costs, 0.5);
    low[i] = quantile(costs, 0.1);
    high[i] = quantile(costs, 0.9);
    share[i] = counts[LEARNED] / costs.length;
    most[i] = majority(counts);
  }
  return { median, low, high, share, majority: most };
}

/** Read a strip message. @param {any} message @returns {Strip} */
export function readStrip(message) {
  const final = floats(message.final);
  const outcome = bytes(message.outcome);
  const rates = message.etas.length;
  const seeds = message.seeds.length;
  return {
    name: message.name,
    label: message.label,
    note: message.note ?? "",
    etas: message.etas,
    seeds: message.seeds,
    final,
    outcome,
    reached: integers(message.reached),
    epochs: message.epochs ?? [],
    curves: message.curves ? floats(message.curves) : null,
    known: message.known ? bytes(message.known) : new Uint8Array(rates),
    map: message.map ? { n: message.map.n, values: bytes(message.map.b64) } : null,
    table: message.table ? floats(message.table) : null,
    matrix: message.matrix ? integers(message.matrix) : null,
    fit: message.fit ? floats(message.fit) : null,
    sharp: message.sharp ? { epochs: message.sharp.epochs, values: floats(message.sharp.b64) } : null,
    tiles: message.tiles ? { n: message.tiles.n, values: bytes(message.tiles.b64) } : null,
    reported: message.reported ? floats(message.reported) : null,
    startCost: message.startCost ?? NaN,
    target: message.target,
    ...summarise(final, outcome, rates, seeds),
  };
}

/**
 * Spans of neighbouring rates that share an outcome.
 * @param {Strip} strip
 * @returns {{ kind: number, first: number, last: number }[]}
 */
export function zones(strip) {
  /** @type {{ kind: number, first: number, last: number }[]} */
  const out = [];
  for (let i = 0; i < strip.etas.length; i++) {
    const kind = strip.majority[i];
    if (kind === PENDING) continue;
    const last = out[out.length - 1];
    if (last && last.kind === kind) last.last = i;
    else out.push({ kind, first: i, last: i });
  }
  return out;
}

/**
 * Left and right pixel of a span of rates: half-way to the neighbours, the ends of the axis outside.
 * @param {number[]} etas @param {Scale} x @param {number} first @param {number} last
 */
export function spanPixels(etas, x, first, last) {
  const left = first === 0 ? x.from : (x.at(etas[first - 1]) + x.at(etas[first])) / 2;
  const right = last === etas.length - 1 ? x.to : (x.at(etas[last]) + x.at(etas[last + 1])) / 2;
  return [left, right];
}

/**
 * The rates between which at least `WINDOW_SHARE` of the starts learn, and the best of them.
 * The window is the longest unbroken one; the best rate has the lowest median cost within it.
 * @param {Strip} strip
 * @returns {{ low: number, high: number, best: number, index: number } | null}
 */
export function window80(strip) {
  let best = null;
  let first = -1;
  /** @type {number[]} */
  const done = [];
  for (let i = 0; i < strip.etas.length; i++) if (strip.majority[i] !== PENDING) done.push(i);
  for (let k = 0; k <= done.length; k++) {
    const works = k < done.length && strip.share[done[k]] >= WINDOW_SHARE;
    if (works && first < 0) first = k;
    if (!works && first >= 0) {
      if (!best || k - first > best.to - best.from) best = { from: first, to: k };
      first = -1;
    }
  }
  if (!best) return null;
  let index = done[best.from];
  for (let k = best.from; k < best.to; k++) {
    if (strip.median[done[k]] < strip.median[index]) index = done[k];
  }
  return { low: strip.etas[done[best.from]], high: strip.etas[done[best.to - 1]], best: strip.etas[index], index };
}

/**
 * Index of the rate with the lowest median cost of all that are done; -1 where none is.
 * @param {Strip} strip
 */
export function bestIndex(strip) {
  let best = -1;
  for (let i = 0; i < strip.etas.length; i++) {
    if (Number.isFinite(strip.median[i]) && (best < 0 || strip.median[i] < strip.median[best])) best = i;
  }
  return best;
}

/**
 * The one run that the strip shows at a rate: that of the experiment's own seed. Its curve and pictures are null until
 * it is known.
 * @param {Strip} strip @param {number} index
 */
export function runAt(strip, index) {
  const seeds = strip.seeds.length;
  const known = strip.known[index] === 1;
  // Only known rates have a row.
  const rowsBefore = (/** @type {number} */ end) => strip.known.subarray(0, end).reduce((sum, one) => sum + one, 0);
  const at = rowsBefore(index);
  const rows = rowsBefore(strip.known.length);
  /** @template {Float32Array | Int32Array | Uint8Array} T @param {T | null | undefined} array @returns {T | null} */
  const row = (array) => {
    if (!array || !known) return null;
    const width = array.length / rows;
    return /** @type {T} */ (array.subarray(at * width, (at + 1) * width));
  };
  return {
    eta: strip.etas[index],
    cost: strip.final[index * seeds],
    outcome: strip.outcome[index * seeds],
    reached: strip.reached[index * seeds],
    curve: row(strip.curves),
    map: row(strip.map?.values),
    table: row(strip.table),
    matrix: row(strip.matrix),
    fit: row(strip.fit),
    sharp: row(strip.sharp?.values),
    reported: row(strip.reported),
    known,
  };
}

/** Index of the rate nearest to `eta` whose run can be shown. @param {Strip} strip @param {number} eta */
export function nearestKnown(strip, eta) {
  const known = strip.etas.map((value, i) => [value, i]).filter(([, i]) => strip.known[i] === 1);
  if (!known.length) return nearest(strip.etas, eta);
  return known[
    nearest(
      known.map(([value]) => value),
      eta,
    )
  ][1];
}

/** Beyond these a cost is no longer told exactly: single precision, in which costs travel, ends there. */
const LARGEST = 3.4e38;
const SMALLEST = 1e-38;

/** A cost in words. @param {number} value @returns {string} */
export const costWord = (value) => {
  if (!Number.isFinite(value)) return "overflow";
  if (value >= LARGEST) return "more than 1e38";
  return value >= 0 && value < SMALLEST ? "less than 1e-38" : formatNumber(value);
};

/**
 * What happened at a rate, in one sentence.
 * @param {Strip} strip @param {number} index @param {number} epochs planned
 * @param {string} [whose] start it is told of, where that has to be said
 * @returns {string}
 */
export function runSentence(strip, index, epochs, whose = "") {
  const run = runAt(strip, index);
  const rate = `η = ${formatNumber(run.eta)}${whose && `, ${whose}`}`;
  if (run.outcome === PENDING) return `${rate}: still being computed`;
  const cost = costWord(run.cost);
  const share = shareWords(strip, index);
  const of = share ? `; ${share}` : "";
  switch (run.outcome) {
    case LEARNED:
      // Of the training rows alone: what is learned is decided at the end, and where there are validation rows by them too.
      return `${rate}: learned${run.reached >= 0 ? `, target in epoch ${run.reached}` : ""}, final cost ${cost}${of}`;
    case MEMORISED:
      return `${rate}: memorised, final cost ${cost}, which the validation rows do not share${of}`;
    case SLOW:
      return strip.target !== null && run.cost <= strip.target
        ? `${rate}: not there yet after ${counted(epochs, "epoch")}, the cost is ${cost}, and the validation cost has still to follow${of}`
        : `${rate}: not learned in ${counted(epochs, "epoch")}, the cost is still ${cost}${of}`;
    case STUCK:
      return `${rate}: stuck, the cost rests or creeps at ${cost}, with no sign that more epochs help${of}`;
    case UNSTABLE:
      return `${rate}: unstable, the cost rose on its way and ends at ${cost}${of}`;
    default:
      return `${rate}: overflow, the numbers of the run came to their end${of}`;
  }
}

/** "7 of 10 starts learned" @param {Strip} strip @param {number} index */
export function shareWords(strip, index) {
  const seeds = strip.seeds.length;
  let done = 0;
  let learned = 0;
  for (let j = 0; j < seeds; j++) {
    const kind = strip.outcome[index * seeds + j];
    if (kind !== PENDING) done += 1;
    if (kind === LEARNED) learned += 1;
  }
  return done > 1 ? `${learned} of ${done} starts learned` : "";
}

/** The whole strip in one sentence, for those who do not see it. @param {Strip} strip @returns {string} */
export function stripSentence(strip) {
  const parts = zones(strip).map(
    ({ kind, first, last }) =>
      `${OUTCOMES[kind]} ${first === last ? "at" : "from"} ${formatNumber(strip.etas[first])}` +
      (first === last ? "" : ` to ${formatNumber(strip.etas[last])}`),
  );
  const found = window80(strip);
  const at = bestIndex(strip);
  // Of rates that are still to come nothing is known.
  if (strip.outcome.includes(PENDING))
    return `Final cost against learning rate, so far: ${parts.join(", ") || "nothing"}. The rest is not computed yet.`;
  const best =
    (at < 0 ? "" : ` Lowest median cost at ${formatNumber(strip.etas[at])}.`) +
    (found ? "" : strip.seeds.length > 1 ? " No rate learns from four in five starts." : " No rate learns.");
  return `Final cost against learning rate: ${parts.join(", ")}.${best}`;
}

/**
 * Lowest and highest cost to draw: fixed for the whole strip, so that curves of different rates compare.
 * What lies above ten times the start is drawn in the edge band at the top, what lies far below the typical best
 * on the lower edge.
 * @param {Strip[]} strips
 * @returns {[number, number]}
 */
export function costRange(strips) {
  let start = 0;
  let least = Infinity;
  for (const strip of strips) {
    if (Number.isFinite(strip.startCost)) start = Math.max(start, strip.startCost);
    for (const cost of strip.median) if (cost > 0 && cost < least) least = cost;
  }
  if (!(start > 0)) start = 1;
  const low = Math.min(start / 10, Math.max(least, FLOOR * start));
  return [10 ** Math.floor(Math.log10(low) + 1e-9), 10 * start];
}

/**
 * The range to draw in where another one was drawn before: its lower end stays as long as it does not waste two
 * decades, so that the axis holds still while a sweep fills in and when a seed is changed.
 * @param {[number, number] | null} held @param {[number, number]} range
 * @returns {[number, number]}
 */
export const heldRange = (held, [low, high]) => [held && held[0] < low && held[0] > low / 101 ? held[0] : low, high];
