// @ts-check
/** Walks of the schedulers down a landscape, as `nncore/schedulers.py` makes them. Pure. */

import { LANDSCAPES } from "./landscapes.js";
import { RULES, WITH_MOMENTUM } from "./rules.js";
/** @import { Landscape } from "./landscapes.js" */
/** @import { Numbers, Rule } from "./rules.js" */

/** A walker this far from the origin, or at a cost that is no number, has diverged and is stopped. */
const FAR = 1e6;
/** Nothing is drawn below this cost. */
const FLOOR = 1e-12;

/**
 * @typedef {object} Walk
 * @property {Float64Array} places x and y in turn, up to where the walker was lost
 * @property {Float64Array} costs above the lowest
 * @property {number} lost the first step at which it has diverged, -1 for never
 *
 * @typedef {{name: string, eta: number, hidden: boolean, walk: Walk}} Runner
 */

/**
 * One walk.
 *
 * @param {Landscape} landscape
 * @param {Rule} rule
 * @param {{start: readonly [number, number], steps: number, lowest: number}} spec
 * @returns {Walk}
 */
export function walk(landscape, rule, { start, steps, lowest }) {
  const places = new Float64Array(2 * (steps + 1));
  const costs = new Float64Array(steps + 1);
  let [x, y] = start;
  for (let step = 0; ; step += 1) {
    const cost = landscape.cost(x, y);
    // Written so that what is no number counts as far.
    if (step > 0 && !(Math.max(Math.abs(x), Math.abs(y)) < FAR && Number.isFinite(cost))) {
      return { places: places.subarray(0, 2 * step), costs: costs.subarray(0, step), lost: step };
    }
    [places[2 * step], places[2 * step + 1], costs[step]] = [x, y, Math.max(cost - lowest, FLOOR)];
    if (step === steps) return { places, costs, lost: -1 };
    const [dx, dy] = rule(landscape.slope(x, y));
    [x, y] = [x - dx, y - dy];
  }
}

/** The walks of one landscape from one start; each is walked once and remembered. */
export class Walks {
  /**
   * @param {string} name of the landscape
   * @param {{schedulers: readonly string[], start: readonly [number, number], steps: number,
   *   minima: readonly (readonly [number, number])[]}} spec
   */
  constructor(name, { schedulers, start, steps, minima }) {
    this.landscape = LANDSCAPES[name];
    this.schedulers = schedulers;
    this.start = start;
    this.steps = steps;
    this.lowest = Math.min(...minima.map(([x, y]) => this.landscape.cost(x, y)));
    /** @type {Map<string, Walk>} */ this.known = new Map();
  }

  /** @param {string} scheduler @param {Numbers} numbers @returns {Walk} */
  of(scheduler, { eta, momentum }) {
    const key = `${scheduler} ${eta} ${WITH_MOMENTUM.has(scheduler) ? momentum : ""}`;
    let found = this.known.get(key);
    if (!found) {
      // A drag along both sliders leaves thousands behind; nobody comes back to the old ones.
      if (this.known.size > 3000) this.known.clear();
      found = walk(this.landscape, RULES[scheduler]({ eta, momentum }), this);
      this.known.set(key, found);
    }
    return found;
  }

  /**
   * The learning rate with which a scheduler ends lowest.
   *
   * @param {string} scheduler @param {{etas: readonly number[], momentum: number}} among
   */
  best(scheduler, { etas, momentum }) {
    let [best, lowest] = [etas[0], Infinity];
    for (const eta of etas) {
      const { costs, lost } = this.of(scheduler, { eta, momentum });
      if (lost < 0 && costs[this.steps] < lowest) [best, lowest] = [eta, costs[this.steps]];
    }
    return best;
  }
}

/** Whether a walker has diverged by a step. @param {Walk} walked @param {number} step */
export const isLost = ({ lost }, step) => lost >= 0 && lost <= step;

/** A walker's place at a step, null once it has diverged. @param {Walk} walked @param {number} step @returns {[number, number] | null} */
export function placeAt(walked, step) {
  return isLost(walked, step) ? null : [walked.places[2 * step], walked.places[2 * step + 1]];
}

/** A walker's cost above the lowest, null once it has diverged. @param {Walk} walked @param {number} step */
export function costAt(walked, step) {
  return isLost(walked, step) ? null : walked.costs[step];
}

/** What is beyond a limit is so by this factor at least: nearer, nothing runs away in a few hundred steps. */
const BEYOND = 1.01;

/**
 * Where a walker that was lost began to overshoot further each time, until it was lost: from there on every step went
 * past the lowest point of its line, was longer than the one before, and η times the curvature along it was beyond
 * `limit`. The curvature along a step is the change of slope from its one end to the other, by its length.
 *
 * @param {Landscape} landscape
 * @param {Walk} walked
 * @param {{eta: number, limit: number}} rule
 * @returns {{step: number, curvature: number} | null} the first of these steps, counted from 1; null if there is none
 */
export function runaway({ slope }, { places, lost }, { eta, limit }) {
  let found = null;
  let after = Infinity;
  for (let step = lost - 1; step >= 1; step -= 1) {
    const [x0, y0, x1, y1] = places.subarray(2 * step - 2, 2 * step + 2);
    const [dx, dy] = [x1 - x0, y1 - y0];
    const along = (/** @type {[number, number]} */ [gx, gy]) => gx * dx + gy * dy;
    const [length, end] = [Math.hypot(dx, dy), along(slope(x1, y1))];
    const curvature = (end - along(slope(x0, y0))) / length ** 2;
    if (!(end > 0 && length < after && eta * curvature > BEYOND * limit)) break;
    found = { step, curvature };
    after = length;
  }
  return found;
}
