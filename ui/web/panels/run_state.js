// @ts-check
/**
 * What the view knows, as one value, and the pure function that takes in each message. Nothing here draws or sends.
 *
 * @typedef {"idle" | "playing" | "paused" | "finished" | "overflow" | "offline"} Name
 *
 * @typedef {object} State
 * @property {string | null} token whose channel this is
 * @property {boolean} online
 * @property {number | null} run id of the newest run; frames of others are not for us
 * @property {Meta | null} coming facts of the newest run, until its first frame
 * @property {number | null} shown id of the run that the pictures show
 * @property {Meta} meta of the run that the pictures show
 * @property {"idle" | "playing" | "paused" | "finished" | "overflow"} phase as the server last said
 * @property {number} epoch the epoch that the pictures show
 * @property {number} newest the last epoch trained
 * @property {number | null} seek the kept epoch being looked back at
 * @property {boolean} met whether this page has been connected before: until then it waits, it is not offline
 * @property {string | null} outcome
 * @property {string | null} message
 * @property {Advice | null} advice the learning rate to try after a run that did not go well
 * @property {string | null} error
 * @property {string | null} hindrance what whoever runs the server must set, where its sockets are refused
 * @property {{train: Series, val: Series, train_acc: Series, val_acc: Series}} history
 * @property {Partial<Pick<Frame, typeof PARTS[number]>>} parts
 * @property {Record<string, number>} versions counts how often each part changed, so that a panel knows when to draw
 * @property {Mark[]} marks
 * @property {number[]} scrub epochs that can be looked back at
 * @property {number | null} eta
 * @property {Course | null} course how the run goes beyond its plan
 * @property {Update | null} update what the last step did
 * @property {[number, number] | null} into mini-batches of the next epoch that are done, and how many it has
 * @property {number | null} rate epochs a second
 * @property {number | null} share part of the time that the run gets, where others slow it down
 * @property {CellMessage | null} cell
 * @property {Rows} rows that matrix and images are about
 * @property {DrawMessage | null} draw
 * @property {NeuronMessage | null} neuron
 * @property {boolean} fresh a new run whose first frame has not been drawn yet
 */
import { formatNumber } from "../kit/numbers.js";
import { EMPTY, extend, last } from "../kit/series.js";
import { PARTS, SERIES } from "./messages.js";
/** @import { Series } from "../kit/series.js" */
/** @import { Advice, CellMessage, Course, DrawMessage, Frame, Mark, Message, Meta, NeuronMessage, Rows, RunMessage, Update } from "./messages.js" */

const PHASES = new Set(["idle", "playing", "paused", "finished", "overflow"]);

/** @param {string | null} [token] @returns {State} */
export function initial(token = null) {
  return {
    token,
    online: false,
    met: false,
    run: null,
    coming: null,
    shown: null,
    meta: {},
    phase: "idle",
    epoch: 0,
    newest: 0,
    seek: null,
    outcome: null,
    message: null,
    advice: null,
    error: null,
    hindrance: null,
    history: { train: EMPTY, val: EMPTY, train_acc: EMPTY, val_acc: EMPTY },
    parts: {},
    versions: {},
    marks: [],
    scrub: [],
    eta: null,
    course: null,
    update: null,
    into: null,
    rate: null,
    share: null,
    cell: null,
    rows: "val",
    draw: null,
    neuron: null,
    fresh: false,
  };
}

/** The name of the state, as tests and screen readers see it. @param {State} state @returns {Name} */
export function name(state) {
  return state.online || !state.met ? state.phase : "offline";
}

/** An experiment's name; of a table of one's own, whose widths only the run knows, with these. @param {Meta} meta */
export const named = ({ label = "", dims = [] }) => label.replace(/[^\s,]*\?[^\s,]*/, dims.join("-"));

/** Its data and network alone: the name of a data set may have commas of its own. @param {Meta} meta */
export const networkOf = (meta) => named(meta).split(`, ${meta.scheduler},`)[0];

/** The same of two side by side, which may differ in it. @param {State} state @param {State | null} [beside] the one that is held */
export function networksOf({ meta }, beside) {
  const [own, held] = [networkOf(meta), networkOf(beside?.meta ?? meta)];
  return own === held ? own : `A ${held} | B ${own}`;
}

/** The penalty in force. @param {Pick<State, "marks" | "meta">} state */
export function penalty({ marks, meta }) {
  return marks.filter(({ field }) => field === "lam").at(-1)?.value ?? meta.lam ?? null;
}

/** Where the run stands: costs and curves end with an epoch, its weights go on within the next. @param {Pick<State, "newest" | "into">} state */
export const standing = ({ newest, into }) =>
  into ? `epoch ${newest} and ${into[0]} of ${into[1]} mini-batches` : `epoch ${newest}`;

/** Of when the pictures are; those that are looked back at are of the end of an epoch. @param {State} state */
export const moment = ({ epoch, seek, into }) => standing({ newest: epoch, into: seek === null ? into : null });

/** Data set and settings of what the pictures show, in one line. @param {State} state */
export function about(state) {
  const { course, meta } = state;
  // What was changed since the run began belongs to its name: one number would be that of its end alone.
  return [
    named({ ...meta, label: course?.label ?? meta.label }),
    course === null && meta.lam ? `lambda ${formatNumber(meta.lam)}` : "",
    meta.others ?? "",
    course?.touched ?? "",
    moment(state),
  ]
    .filter(Boolean)
    .join(", ");
}

/** The same of two side by side. @param {State} state @param {State | null} [beside] the one that is held */
export const aboutBoth = (state, beside) => (beside ? `A: ${about(beside)}; B: ${about(state)}` : about(state));

/** What is to be said of a run beyond its plan: how it goes on, and what no link holds. @param {Course | null} course */
export function courseWords(course) {
  if (course === null) return "";
  const touched = course.touched && `${course.touched[0].toUpperCase()}${course.touched.slice(1)}: no link holds them.`;
  return [course.words, touched].filter(Boolean).join(" ");
}

/**
 * The training cost of the epoch that the pictures show.
 *
 * @param {State} state
 * @returns {number | null} null before there is one
 */
export function shownCost({ seek, history: { train } }) {
  return seek === null ? last(train) : train.buffer[seek];
}

/**
 * Whether the network that the pictures show has left the finite numbers.
 *
 * @param {State} state
 */
export function overflowed({ phase, outcome, seek }) {
  return seek === null && (phase === "overflow" || outcome === "overflow");
}

/**
 * Another token is another channel: its runs are counted from 1 again, so nothing of the old one may refuse them. The
 * drawn curve stays until the new channel's first frame.
 *
 * @param {State} state
 * @param {string} token
 * @returns {State}
 */
export function adopt(state, token) {
  return state.token === token ? state : { ...state, token, run: null, coming: null };
}

/** @param {State} state @param {boolean} online @returns {State} */
export function connected(state, online) {
  if (state.online === online) return state;
  return { ...state, online, met: state.met || online, hindrance: online ? null : state.hindrance };
}

/** @param {State} state @param {string | null} hindrance @returns {State} */
export function hindered(state, hindrance) {
  return state.online || state.hindrance === hindrance ? state : { ...state, hindrance };
}

/**
 * Take in one message of the server.
 *
 * @param {State} state
 * @param {Message} message
 * @returns {State} the same object where the message says nothing new (a frame of a run that has been replaced)
 */
export function reduce(state, message) {
  switch (message.t) {
    case "run":
      return takeRun(state, message);
    case "frame":
      return takeFrame(state, message);
    case "cell":
      return { ...state, cell: message, rows: message.rows ?? state.rows, versions: counted(state.versions, ["cell"]) };
    case "draw":
      return { ...state, draw: message, versions: counted(state.versions, ["draw"]) };
    case "neuron":
      return { ...state, neuron: message, versions: counted(state.versions, ["neuron"]) };
    case "error":
      return { ...state, error: message.message };
    default:
      return state;
  }
}

/** @param {State} state @param {RunMessage} message @returns {State} */
function takeRun(state, { run, meta }) {
  if (state.run !== null && run < state.run) return state;
  return { ...state, run, coming: meta };
}

/**
 * The first frame of a run brings its facts with it; until then all that is shown belongs to the run before.
 *
 * @param {State} state
 * @returns {State}
 */
function enter(state) {
  const { coming } = state;
  if (coming === null) return state;
  return {
    ...state,
    meta: coming,
    coming: null,
    shown: state.run,
    eta: coming.eta ?? null,
    error: null,
    cell: null,
    rows: coming.rows ?? "val",
    neuron: null,
    parts: {},
    fresh: true,
    versions: counted(state.versions, ["run"]),
  };
}

/** @param {State} before @param {Frame} frame @returns {State} */
function takeFrame(before, frame) {
  if (frame.run !== before.run) return before;
  const state = enter(before);
  const next = { ...state, ...reported(state, frame) };
  const changed = PARTS.filter((part) => frame[part] != null);
  next.parts = { ...state.parts };
  for (const part of changed) Object.assign(next.parts, { [part]: frame[part] });
  next.versions = counted(state.versions, changed);
  if (frame.seek == null) Object.assign(next, grow(state, frame));
  return next;
}

/** What a frame says beside its pictures and histories. @param {State} state @param {Frame} frame */
function reported(state, frame) {
  return {
    phase: /** @type {State["phase"]} */ (PHASES.has(frame.state) ? frame.state : state.phase),
    epoch: frame.seek ?? frame.epoch,
    seek: frame.seek ?? null,
    outcome: frame.outcome === undefined ? state.outcome : frame.outcome,
    message: frame.message === undefined ? state.message : frame.message,
    advice: frame.outcome === undefined ? state.advice : (frame.advice ?? null),
    marks: frame.marks ?? state.marks,
    scrub: frame.scrub ?? state.scrub,
    eta: frame.eta ?? state.eta,
    course: frame.course ?? state.course,
    update: frame.update ?? null,
    into: frame.into ?? null,
    rate: frame.rate ?? state.rate,
    share: frame.share ?? null,
  };
}

/** @param {State} state @param {Frame} frame */
function grow(state, frame) {
  const history = { ...state.history };
  for (const key of SERIES) history[key] = extend(history[key], frame.from ?? 0, frame[key]);
  return { history, newest: frame.epoch };
}

/** The first frame of a run is on the screen. @param {State} state @returns {State} */
export function drawn(state) {
  return state.fresh ? { ...state, fresh: false } : state;
}

/** @param {Record<string, number>} versions @param {readonly string[]} keys */
function counted(versions, keys) {
  if (keys.length === 0) return versions;
  const next = { ...versions };
  for (const key of keys) next[key] = (next[key] ?? 0) + 1;
  return next;
}
