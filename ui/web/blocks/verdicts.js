// @ts-check
/** Where a race down a landscape stands, in words. Pure. */

import { formatNumber } from "../kit/scales.js";

/** A number whose exponent is not torn off at the end of a line. @param {number | null} value @param {number} [digits] */
export const plain = (value, digits = 3) => formatNumber(value, digits).replace("e-", "e−");

/**
 * Why walkers were lost: what plain and heavy-ball steps can bear, beside what they met at the start.
 *
 * @param {{name: string, eta: number, step: number}[]} lost walkers, with the step at which each was lost
 * @param {{momentum: number, curvature: number}} now the largest curvature at the start
 * @returns {string} nothing where nobody was lost
 */
export function lossWords(lost, { momentum, curvature }) {
  const told = lost.map((one) => `${one.name} diverged at step ${one.step}: ${reason(one, { momentum, curvature })}.`);
  return told.join(" ");
}

/** @param {{name: string, eta: number}} walker @param {{momentum: number, curvature: number}} now */
function reason({ name, eta }, { momentum, curvature }) {
  const heavy = name === "Momentum";
  if (!heavy && name !== "Constant") return "its steps grew until it left the map for good";
  const limit = heavy ? 2 * (1 + momentum) : 2;
  const product = `η × curvature = ${plain(eta)} × ${plain(curvature)} = ${plain(eta * curvature)}`;
  const bound = `${plain(limit)}${heavy ? ", twice (1 + momentum)" : ""}`;
  if (eta * curvature >= limit) return `${product} at the start is beyond ${bound}, so it overshoots further each time`;
  return `it met ground steeper than curvature ${plain(limit / eta)}, which is all that η = ${plain(eta)} can bear`;
}

/**
 * Who is lowest, and who ended above the start.
 *
 * @param {{name: string, cost: number | null}[]} walkers with their cost above the lowest, null once diverged
 * @param {{step: number, top: number}} now `top`: the cost at the start
 */
export function rankWords(walkers, { step, top }) {
  const standing = walkers.flatMap(({ name, cost }) => (cost === null ? [] : [{ name, cost }]));
  if (!standing.length) return `After ${step} steps all have diverged; try a smaller learning rate.`;
  if (step === 0) return "All stand at the start.";
  const [best] = standing.sort((a, b) => a.cost - b.cost);
  const higher = standing.filter(({ cost }) => cost > top).map(({ name }) => name);
  const above = higher.length ? `; higher than the start: ${higher.join(", ")}` : "";
  return `After ${step} steps ${best.name} is lowest, ${plain(best.cost, 2)} above the minimum${above}.`;
}
