// @ts-check
/** What the view says in words: the line under the keys, the screen reader's live region, and the pictures' texts. */
import { costText, counted, formatNumber, movedText } from "../kit/scales.js";
import { last } from "../kit/series.js";
import { newWords } from "../kit/voice.js";
import { neuronTitle } from "../panels/network_keys.js";
import { moment, name, overflowed, shownCost, standing } from "../panels/run_state.js";
import { SPEED_NAMES } from "./keys.js";
/** @import { Meta, Term, Update } from "../panels/messages.js" */
/** @import { State } from "../panels/run_state.js" */
/** @import { Settings, Shown } from "../panels/shown.js" */
/** @import { Data } from "./context.js" */

/**
 * The sentence under the transport row.
 *
 * @param {State} state
 * @param {boolean} [live] whether a moved learning rate goes on with the same run
 * @returns {{text: string, tone: "plain" | "good" | "bad"}}
 */
export function sentence(state, live = false) {
  const status = name(state);
  if (state.hindrance) return { text: state.hindrance, tone: "bad" };
  if (status === "offline")
    return {
      text: "Offline: the connection to the server is gone. It comes back by itself; the curve stays until then.",
      tone: "bad",
    };
  if (state.error) return { text: state.error, tone: "bad" };
  const tone =
    state.outcome === "learned"
      ? "good"
      : state.outcome === "overflow" || state.outcome === "unstable"
        ? "bad"
        : "plain";
  if (state.seek !== null) return { text: `Looking back at epoch ${state.seek}. ${playWords(state)}`, tone: "plain" };
  if (state.update) return { text: updateWords(state.update, state.meta), tone: "plain" };
  if (state.message) return { text: state.message, tone };
  if (status === "playing" && state.share !== null) {
    const part = `${Math.round(100 * state.share)} %`;
    return {
      text: `Training … It asks for much, and others are at work: it gets ${part} of the time, and goes on slowly.`,
      tone: "plain",
    };
  }
  if (status === "playing") {
    const moving = live ? "goes on with the new rate" : "starts again from the same weights";
    return { text: `Training … Space pauses; moving η ${moving}.`, tone: "plain" };
  }
  if (status === "paused") return { text: pauseWords(state), tone: "plain" };
  return { text: state.shown === null ? "Connecting …" : "", tone: "plain" };
}

/**
 * How many more epochs are offered: those that were tried, and helped.
 *
 * @param {State} state
 * @returns {number} 0 for none
 */
export const moreEpochs = ({ phase, seek, advice }) => (phase === "finished" && seek === null && advice?.more) || 0;

/**
 * What the last step did to the neuron that is looked at: the weight or bias that moved most.
 *
 * @param {Update} update
 * @param {Meta} meta
 */
export function updateWords({ epoch, batch, batches, layer, index, terms }, meta) {
  const moved = (/** @type {Term} */ term) => Math.abs((term.new ?? NaN) - (term.old ?? NaN));
  const most = terms.reduce((best, term) => (moved(term) > moved(best) ? term : best), terms[0]);
  const which = most.name === "bias" ? "bias" : `weight of ${most.name}`;
  const where = batches > 1 ? `Epoch ${epoch}, mini-batch ${batch} of ${batches}` : `Epoch ${epoch}`;
  const name = neuronTitle({ layer: layer + 1, index }, meta);
  const gradient = `gradient ${costText(most.gradient)}`;
  const [old, now] = movedText(most.old, most.new, 5);
  return `${where}. ${name}: ${which} ${old === now ? `stays ${old}, ${gradient}` : `was ${old}, ${gradient}, is ${now}`}.`;
}

/** Where a run was stopped, and of when the numbers are. @param {State} state */
function pauseWords(state) {
  const ends = state.into ? ` The pictures are of this moment, costs and curves end at epoch ${state.newest}.` : "";
  return `Paused at ${moment(state)}.${ends}`;
}

/**
 * What the first key of the row does, as the server does it: only a run that has overflowed is begun anew.
 *
 * @param {State} state
 * @returns {string}
 */
function playWords(state) {
  const { phase, newest } = state;
  if (phase === "playing") return "The run goes on meanwhile.";
  if (phase === "finished") return `The run has ended at epoch ${newest}; Play goes on beyond it.`;
  if (phase === "overflow") return `The run overflowed at epoch ${newest}; Play starts it again from epoch 0.`;
  return `Play goes on from ${standing(state)}.`;
}

/**
 * What a picture shows, in words; of a network whose numbers have overflowed it shows nothing.
 *
 * @param {{id: string, element: Pick<HTMLElement, "getAttribute">, describe: (shown: Shown) => string}} panel
 * @param {Shown} shown
 */
export function pictureWords(panel, shown) {
  const { state } = shown;
  if (!overflowed(state) || KEEPS_A_RECORD.has(panel.id)) return panel.describe(shown);
  return `${panel.element.getAttribute("aria-label")}: overflow at epoch ${state.epoch}, there are no numbers to show`;
}

/** Panels of what was before, or with words of their own for no answer. */
const KEEPS_A_RECORD = new Set(["loss", "accuracy", "truth", "pad"]);

/**
 * What a key has set that nothing else tells; a control that has the focus tells it itself.
 *
 * @param {string} action
 * @param {Settings} settings as they are now
 * @returns {string} "" for nothing
 */
export function setBy(action, { axis, speed, lecture }) {
  if (action === "axis") return `Cost axis ${axis === "log" ? "logarithmic" : "linear"}.`;
  if (action === "speed") return `Speed: ${SPEED_NAMES[speed]}.`;
  return action === "lecture" ? `Lecture mode ${lecture ? "on" : "off"}.` : "";
}

/** What a run that is at its end by the next moment is not said to do. */
export const RUNS = "Training runs.";

/**
 * What of a run's message was not told yet; of another run all of it.
 *
 * @param {State} before
 * @param {State} after
 */
export const newMessage = (before, after) =>
  newWords((before.shown === after.shown && before.message) || "", after.message ?? "");

/**
 * What a screen reader is told when the run stops, starts or breaks. Never per frame: thirty sentences a second would be
 * noise.
 *
 * @param {State} before
 * @param {State} after
 * @returns {string} "" for nothing new
 */
export function spoken(before, after) {
  const [was, is] = [name(before), name(after)];
  if (was === is && before.outcome === after.outcome) {
    return newMessage(before, after);
  }
  if (is === "playing") return was === "playing" ? "" : RUNS;
  if (is === "idle") return "";
  if (is === "paused") return `${pauseWords(after)} ${costWords(after)}`;
  return `${sentence(after).text} ${is === "offline" ? "" : costWords(after)}`.trim();
}

/**
 * What a screen reader is told of what the script did: a run is pinned, or two stand side by side.
 *
 * @param {Partial<Data>} before
 * @param {Data} after
 * @param {string} told what the script was asked for last
 * @returns {string} "" for nothing new
 */
export function newsOf(before, after, told) {
  const pins = after.pins ?? [];
  if (told === "pin" && pins.length > (before.pins ?? []).length) return `Pinned as ${pins[pins.length - 1].label}.`;
  if (!before.token || !before.beside === !after.beside) return "";
  return after.beside ? "Two side by side: the controls change B." : "One alone again.";
}

/**
 * @param {State} state
 * @returns {string} "Training cost fell from 0.91 to 0.002 in 200 epochs."
 */
export function costWords(state) {
  const { train } = state.history;
  const end = last(train);
  if (end === null || train.length < 2) return "";
  const start = train.buffer[0];
  if (costText(end) === costText(start))
    return `Training cost stayed at ${costText(end)} for ${counted(train.length - 1, "epoch")}.`;
  const verb = !Number.isFinite(end) ? "went" : end < start ? "fell" : "rose";
  return `Training cost ${verb} from ${costText(start)} to ${costText(end)} in ${counted(train.length - 1, "epoch")}.`;
}

/**
 * How fast it goes; nothing of what is not known.
 *
 * @param {string} rate epochs a second
 * @param {string} fps drawn frames a second
 * @returns {[string, string][]}
 */
function speeds(rate, fps) {
  const known = /** @type {const} */ ([
    ["epochs/s", rate],
    ["fps", fps],
  ]).filter(([, value]) => value);
  return known.length ? [[known.map(([name]) => name).join(", "), known.map(([, value]) => value).join(", ")]] : [];
}

/**
 * Facts for the bar on top: costs in two digits, since they stand in large type.
 *
 * @param {State} state
 * @param {number | null} fps drawn frames a second
 * @returns {[string, string][]}
 */
export function facts(state, fps) {
  const { meta } = state;
  const rate = state.rate !== null && state.phase === "playing" ? formatNumber(state.rate, 2) : "";
  return [
    ["scheduler", meta.scheduler ?? "–"],
    ["epoch", String(state.epoch)],
    ["training cost", state.history.train.length ? costText(shownCost(state), 2) : "–"],
    ["seed", meta.seed === undefined || meta.seed === null ? "–" : String(meta.seed)],
    ...speeds(rate, fps ? String(Math.round(fps)) : ""),
  ];
}
