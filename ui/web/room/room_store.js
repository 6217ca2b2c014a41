// @ts-check
/**
 * What the lecturer's view knows of its room: pure functions, no page.
 *
 * @typedef {object} Runs
 * @property {number[]} etas rising
 * @property {number[]} phones how many have each
 * @property {string[]} names
 * @property {number[]} epochs of which costs are known
 * @property {number} planned
 * @property {[number, number]} range of the cost axis
 * @property {number | null} target
 * @property {Float32Array[]} costs of each run, NaN where not known
 * @property {number[]} known how many of each run's costs are known
 * @property {number} epoch
 *
 * @typedef {object} Ends
 * @property {Uint8Array} outcome
 * @property {Int32Array} reached
 * @property {(number | null)[]} final
 * @property {number[]} winners of those that learned, all that were at the target first
 * @property {number} learned
 *
 * @typedef {object} Asked
 * @property {string} code
 * @property {number} round
 * @property {"asking" | "revealed" | "training" | "finished" | "closed"} state
 * @property {string} text
 * @property {string} label of the experiment
 * @property {string[] | null} answers
 * @property {boolean} hidden nicknames
 *
 * @typedef {object} Store
 * @property {Asked | null} room
 * @property {{answered: number, phones: number}} count
 * @property {{counts: number[], right: number | null, why: string} | null} votes
 * @property {Runs | null} runs
 * @property {Ends | null} ends
 * @property {string} error
 */
import { apart } from "../kit/bidi.js";
import { bytes, floats, integers } from "../kit/decode.js";
import { counted, formatNumber } from "../kit/numbers.js";
import { formatPercent, listed } from "../kit/scales.js";
import { OUTCOMES, quantile } from "../panels/strip_model.js";

/** @returns {Store} */
export const emptyRoom = () => ({
  room: null,
  count: { answered: 0, phones: 0 },
  votes: null,
  runs: null,
  ends: null,
  error: "",
});

/** @param {Store} store @param {any} message @returns {Store} */
export function reduce(store, message) {
  switch (message.t) {
    case "room": {
      const same = message.round === store.room?.round && message.code === store.room?.code;
      return { ...(same ? store : emptyRoom()), room: message };
    }
    case "count":
      return { ...store, count: { answered: message.answered, phones: message.phones } };
    case "votes":
      return { ...store, votes: message };
    case "runs":
      return { ...store, runs: newRuns(message), ends: null };
    case "frame":
      return store.runs ? { ...store, runs: grown(store.runs, message) } : store;
    case "ends": {
      const { outcome, reached } = message;
      return { ...store, ends: { ...message, outcome: bytes(outcome), reached: integers(reached) } };
    }
    case "error":
      return { ...store, error: message.message };
    default:
      return store;
  }
}

/** @param {any} message @returns {Runs} */
const newRuns = (message) => ({
  ...message,
  costs: message.etas.map(() => new Float32Array(message.epochs.length).fill(NaN)),
  known: message.etas.map(() => 0),
  epoch: 0,
});

/** New costs go into the arrays that are there: thirty times a second nothing is copied. @param {Runs} runs @param {any} message */
function grown(runs, { epoch, parts }) {
  const known = [...runs.known];
  for (const { row, rows, from, b64 } of parts) {
    const values = floats(b64);
    const width = values.length / rows;
    for (let k = 0; k < rows; k += 1) {
      runs.costs[row + k].set(values.subarray(k * width, (k + 1) * width), from);
      known[row + k] = from + width;
    }
  }
  return { ...runs, known, epoch };
}

/** How many have answered, in words; never what. @param {Store} store */
export const countWords = ({ room, count: { answered, phones } }) =>
  `${answered} of ${phones} ${phones === 1 ? "phone has" : "phones have"} ${room?.answers ? "answered" : "sent a learning rate"}`;

/** How many gave each answer, and which is right: what the bars show. @param {Pick<Store, "room" | "votes">} store */
export function voteWords({ room, votes }) {
  if (!votes || !room?.answers) return "";
  const each = room.answers.map((answer, place) => `${apart(answer)}: ${votes.counts[place]}`).join(", ");
  const right = votes.right === null ? "" : ` Right is ${apart(room.answers[votes.right])}.`;
  return `${each}.${right} ${votes.why ?? ""}`.trim();
}

/**
 * The cost that half of the phones are below, after one kept epoch; runs that are gone count as the worst.
 *
 * @param {Runs} runs @param {number} place
 */
export function medianAt({ costs, phones }, place) {
  /** @type {number[]} */ const values = [];
  costs.forEach((curve, run) => {
    const cost = Number.isFinite(curve[place]) ? curve[place] : Infinity;
    for (let k = 0; k < phones[run]; k += 1) values.push(cost);
  });
  return quantile(
    values.sort((a, b) => a - b),
    0.5,
  );
}

/** How many phones each outcome has, the best outcome first. @param {Runs} runs @param {Ends} ends */
export function tally(runs, ends) {
  const counts = OUTCOMES.map(() => 0);
  ends.outcome.forEach((kind, run) => (counts[kind] += runs.phones[run]));
  return counts;
}

/** What became of a room's runs, in words. @param {Store} store */
export function verdict({ runs, ends, room }) {
  if (!runs) return room?.state === "revealed" && !room.answers ? "Nobody has sent a learning rate." : "";
  if (!ends) return `Training ${total(runs)}: epoch ${runs.epoch} of ${runs.planned}.`;
  return [first(runs, ends, room?.hidden ?? false), share(runs, ends)].join(" ");
}

/** @param {Runs} runs */
const total = ({ phones }) => {
  const all = phones.reduce((sum, count) => sum + count, 0);
  return `${all} ${all === 1 ? "phone's run" : "phones' runs"}`;
};

/** Rates that are named one by one where several are level. */
const MOST_NAMED = 3;

/** @param {Runs} runs @param {Ends} ends @param {boolean} hidden */
function first({ etas, phones, names }, { winners, reached }, hidden) {
  if (!winners.length) return "No run learned.";
  const [low, high] = [winners[0], winners[winners.length - 1]].map((run) => formatNumber(etas[run], 4));
  const many = winners.reduce((sum, run) => sum + phones[run], 0);
  const rates =
    winners.length > MOST_NAMED
      ? `${winners.length} rates from ${low} to ${high} (${counted(many, "phone")})`
      : listed(winners.map((run) => rate(etas[run], hidden ? "" : names[run], phones[run])));
  // Others may have been at the target before, and lost it, or learned their rows by heart.
  return `First of those that learned: ${rates}, at the target after ${counted(reached[winners[0]], "epoch")}.`;
}

/** A rate, and who has it. @param {number} eta @param {string} name @param {number} many */
function rate(eta, name, many) {
  const who = [apart(name), many > 1 ? counted(many, "phone") : ""].filter(Boolean).join(", ");
  return `η = ${formatNumber(eta, 4)}${who && ` (${who})`}`;
}

/** @param {Runs} runs @param {Ends} ends */
function share(runs, ends) {
  const counts = tally(runs, ends);
  const words = OUTCOMES.map((name, kind) => (counts[kind] ? `${counts[kind]} ${name}` : "")).filter(Boolean);
  const alone = runs.phones.length === 1 && runs.phones[0] === 1;
  const what = alone ? total(runs) : `${formatPercent(ends.learned)} of ${total(runs)} learned`;
  return `${what}: ${words.join(", ")}.`;
}
