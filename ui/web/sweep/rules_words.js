// @ts-check
// What is seen where the textbook's rule and the published code run from one start: pure functions over their curves.

import { formatNumber, formatPercent } from "../kit/scales.js";
import { OUTCOMES, OVERFLOW, PENDING, costWord, runAt } from "../panels/strip_model.js";
/** @import { Strip } from "../panels/strip_model.js" */

/** Costs are said to be apart from this ratio on. */
const APART = 1.1;

/** Lines from the textbook's rule to the published code, each with more of its habits than the one before. */
export const ORDER = ["main", "forgetting", "schedulers", "published"];

/**
 * @typedef {{ name: string, label: string, epochs: number[], run: ReturnType<typeof runAt> }} Ruled
 */

/**
 * The runs at a learning rate that are computed, by the name of their strip.
 * @param {Map<string, Strip>} strips @param {number} eta
 * @returns {Record<string, Ruled>}
 */
export function runsAt(strips, eta) {
  /** @type {Record<string, Ruled>} */
  const runs = {};
  for (const name of ORDER) {
    const strip = strips.get(name);
    const at = strip ? strip.etas.indexOf(eta) : -1;
    if (!strip || at < 0) continue;
    const run = runAt(strip, at);
    if (run.outcome !== PENDING && run.known) runs[name] = { name, label: strip.label, epochs: strip.epochs, run };
  }
  return runs;
}

/** @param {Ruled} ruled */
const ended = ({ run }) => run.outcome !== OVERFLOW && Number.isFinite(run.cost) && run.cost > 0;

/** @param {Ruled} ruled */
const ending = (ruled) =>
  ruled.run.outcome === OVERFLOW ? "overflows" : `ends at ${costWord(ruled.run.cost)} (${OUTCOMES[ruled.run.outcome]})`;

/**
 * The first drawn epoch at which two curves are more than a tenth apart, -1 where there is none.
 * @param {Ruled} a @param {Ruled} b
 */
export function partingEpoch(a, b) {
  const [one, other] = [a.run.curve ?? [], b.run.curve ?? []];
  for (let i = 0; i < Math.min(one.length, other.length); i++) {
    const [low, high] = [Math.min(one[i], other[i]), Math.max(one[i], other[i])];
    if (!(high <= APART * low)) return a.epochs[i];
  }
  return -1;
}

/** How one cost compares with another. @param {Ruled} ruled @param {Ruled} against */
export function timesWord(ruled, against) {
  if (!ended(ruled) || !ended(against)) return "–";
  const ratio = ruled.run.cost / against.run.cost;
  if (ratio < APART && ratio > 1 / APART) return "within a tenth";
  return ratio > 1 ? `× ${formatNumber(ratio, 2)}` : `÷ ${formatNumber(1 / ratio, 2)}`;
}

/** How both runs end, in one sentence. @param {Record<string, Ruled>} runs @param {number} eta */
export function rulesLead(runs, eta) {
  const rate = `η = ${formatNumber(eta)}`;
  const { main, published } = runs;
  if (!main) return `${rate}: still being computed`;
  const theirs = published ? ending(published) : "is still being computed";
  return `${rate}: the textbook rule ${ending(main)}, the published code ${theirs}`;
}

/**
 * Where they part, what the habits between them do, and what the published code says of itself.
 * @param {Record<string, Ruled>} runs
 */
export function rulesDetail(runs) {
  const { main, published, forgetting } = runs;
  if (!main || !published) return "";
  const parted = partingEpoch(main, published);
  const words = [
    parted < 0
      ? "At no epoch drawn are the two costs more than a tenth apart."
      : `The two costs are more than a tenth apart by epoch ${parted}.`,
  ];
  if (forgetting) words.push(betweenSentence(main, forgetting, published));
  words.push(reportSentence(published));
  return words.filter(Boolean).join(" ");
}

/**
 * Where the line between ends, beside the two. @param {Ruled} main @param {Ruled} between @param {Ruled} published
 */
function betweenSentence(main, between, published) {
  const lead = `With ${between.label} it ${ending(between)}`;
  if (![main, between, published].every(ended)) return `${lead}.`;
  const [t, b, p] = [main, between, published].map(({ run }) => Math.log(run.cost));
  const near = (/** @type {number} */ end) => Math.abs(b - end) <= Math.log(APART);
  if (near(p) && near(t)) return `${lead}, within a tenth of both.`;
  if (near(p)) return `${lead}, within a tenth of the published code.`;
  if (near(t)) return `${lead}, within a tenth of the textbook rule: the published code's other habits do it here.`;
  if ((b - t) * (b - p) < 0) return `${lead}, between the two: the published code's other habits do the rest.`;
  return Math.abs(b - p) < Math.abs(b - t)
    ? `${lead}, beyond the published code, whose other habits undo a part of that.`
    : `${lead}, on the other side of the textbook rule: the published code's other habits outweigh it.`;
}

/** What the published code reports itself. @param {Ruled} published */
export function reportSentence(published) {
  const reported = published.run.reported;
  if (!reported) return "";
  const [cost, share] = reported;
  if (Number.isNaN(share)) return `The cost that it reports itself is ${costWord(cost)}.`;
  return (
    `It reports itself a cost of ${costWord(cost)} and ${formatPercent(share)} of the target's entries right: ` +
    "both are those of its 0/1 decisions."
  );
}
