// @ts-check
/** Where a race down a landscape stands, in words. Pure. */

import { counted, formatNumber } from "../kit/scales.js";
import { curvaturesAt } from "./landscapes.js";
import { costAt, isLost, runaway } from "./walks.js";
/** @import { Runner, Walks } from "./walks.js" */

/** A number whose exponent is not torn off at the end of a line. @param {number | null} value @param {number} [digits] */
export const plain = (value, digits = 3) => formatNumber(value, digits).replace("e-", "e−");

/** Costs are drawn and compared down to here. */
const FLOOR = 1e-12;

/**
 * What η times curvature may be before steps grow: 2 for plain steps, twice (1 + momentum) for the heavy ball; none is
 * known of those that divide by what they have seen.
 *
 * @param {string} name @param {number} momentum
 */
const stableLimit = (name, momentum) => ({ Constant: 2, Momentum: 2 * (1 + momentum) })[name] ?? Infinity;

/**
 * What is to be said of the walkers that are drawn.
 *
 * @param {Runner[]} runners
 * @param {{walks: Walks, step: number, momentum: number}} now
 * @returns {{why: string, rank: string}} why some were lost, and who is lowest
 */
export function raceWords(runners, { walks: { landscape, start }, step, momentum }) {
  const seen = runners.filter(({ hidden }) => !hidden);
  const lost = seen
    .filter(({ walk }) => isLost(walk, step))
    .map(({ name, eta, walk }) => {
      const from = runaway(landscape, walk, { eta, limit: stableLimit(name, momentum) });
      const slope = Math.hypot(...landscape.slope(walk.places[2 * walk.lost - 2], walk.places[2 * walk.lost - 1]));
      return { name, eta, step: walk.lost, from, slope };
    });
  const walkers = seen.map(({ name, walk }) => ({ name, cost: costAt(walk, step) }));
  return {
    why: lossWords(lost, { momentum, low: curvaturesAt(landscape, start)[0] }),
    rank: walkers.length ? rankWords(walkers, { step, top: seen[0].walk.costs[0] }) : "",
  };
}

/**
 * @typedef {object} Lost
 * @property {string} name
 * @property {number} eta
 * @property {number} step at which it was lost
 * @property {{step: number, curvature: number} | null} from where it began to overshoot further each time
 * @property {number} slope where it stood last, in size
 */

/**
 * Why walkers were lost: the curvature that they overshot, and since when.
 *
 * @param {Lost[]} lost
 * @param {{momentum: number, low: number}} now the least curvature at the start
 * @returns {string} nothing where nobody was lost
 */
export function lossWords(lost, { momentum, low }) {
  const first = lost.find(({ from }) => from);
  const told = lost.map((one) => reason(one, { momentum, first: one === first }));
  // Whoever overshoots from the first step on has not noticed the ridge.
  if (low < -1e-3 && lost.some(({ from }) => from?.step !== 1))
    told.unshift(`The start lies on a ridge (curvature ${plain(low, 4)} across it), where steps run away downhill.`);
  return told.join(" ");
}

/** @param {Lost} walker @param {{momentum: number, first: boolean}} how the first one says what the numbers are */
function reason({ name, eta, step, from, slope }, { momentum, first }) {
  if (!from) {
    const thrown = `it met a slope of ${plain(slope)}, which η = ${plain(eta, 6)} makes a step of ${plain(eta * slope)}`;
    return `${name} diverged at step ${step}: ${thrown}.`;
  }
  const bound = `${plain(stableLimit(name, momentum))}${name === "Momentum" ? " = 2 (1 + momentum)" : ""}`;
  const [rate, curvature] = [Number(eta.toPrecision(6)), Number(from.curvature.toPrecision(4))];
  const product = `${plain(rate, 6)} × ${plain(curvature, 4)} = ${plain(rate * curvature)} > ${bound}`;
  const once = step - from.step === 1;
  const how = once ? "overshooting at once" : "overshooting further each time";
  const what = first ? `diverged at step ${step}, ${how}: η × curvature =` : `at step ${step}:`;
  return `${name} ${what} ${product} ${once ? `in step ${from.step}` : `from step ${from.step} on`}.`;
}

/**
 * Who is lowest, and who ended above the start.
 *
 * @param {{name: string, cost: number | null}[]} walkers with their cost above the lowest, null once diverged
 * @param {{step: number, top: number}} now `top`: the cost at the start
 */
export function rankWords(walkers, { step, top }) {
  const standing = walkers.flatMap(({ name, cost }) => (cost === null ? [] : [{ name, cost }]));
  if (!standing.length)
    return `After ${counted(step, "step")} ${everyone(walkers)} diverged; try a smaller learning rate.`;
  if (step === 0) return "All stand at the start.";
  const least = Math.min(...standing.map(({ cost }) => cost));
  const best = standing.filter(({ cost }) => cost === least).map(({ name }) => name);
  const higher = standing.filter(({ cost }) => cost > top).map(({ name }) => name);
  const above = higher.length ? `; higher than the start: ${higher.join(", ")}` : "";
  const height = least > FLOOR ? plain(least, 2) : `at most ${plain(FLOOR)}`;
  const who = best.length > 1 ? `${best.slice(0, -1).join(", ")} and ${best.at(-1)} are` : `${best[0]} is`;
  return `After ${counted(step, "step")} ${who} lowest, ${height} above the minimum${above}.`;
}

/** @param {{name: string}[]} walkers */
const everyone = (walkers) => (walkers.length > 1 ? "all have" : `${walkers[0].name} has`);
