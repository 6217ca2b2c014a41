// @ts-check
/**
 * The messages of the live channel: what the server may say, read with care, and the names used on both sides.
 *
 * @typedef {object} Meta facts of a run that hold from its first epoch to its last
 * @property {string} [task] binary, multiclass or regression
 * @property {string} [label] short human text of the experiment
 * @property {string} [others] what it leaves out of the settings
 * @property {string} [data] name of the data set
 * @property {number[]} [dims] widths of all layers, inputs first
 * @property {{layers: number, neurons: number}} [most] hidden layers, and neurons of one, that there may be
 * @property {string[]} [hidden_func]
 * @property {string} [output_func]
 * @property {string} [scheduler]
 * @property {number} [eta]
 * @property {number} [lam]
 * @property {number} [epochs] planned
 * @property {number} [seed]
 * @property {number} [n_train]
 * @property {number} [n_val]
 * @property {string[]} [classes]
 * @property {string[]} [features]
 * @property {number[][]} [bounds] lowest and highest value per input
 * @property {number} [start_cost]
 * @property {number} [target_cost]
 * @property {boolean} [small] the server answers a dragged learning rate with finished runs
 * @property {{X: number[][], t: (number | number[])[]}} [truth] a gate's table
 * @property {{X: number[][], t: (number | number[])[], Xv?: number[][], tv?: (number | number[])[]}} [points]
 * @property {{t: number[], tv?: number[], label: string}} [targets] of a regression with more than one input
 * @property {{x: number[], y: number[], xv?: number[], yv?: number[], grid: number[], truth?: number[], range?: number[]}} [curve]
 * @property {number[]} [image_shape]
 * @property {string} [matrix_right] what the diagonal of the confusion matrix counts, in words
 * @property {number[]} [y_range] of the cost axis
 * @property {number[]} [target_range] of a regression map: the values of bytes 0 and 255
 * @property {Rows} [rows] that matrix and images are about
 * @property {{value: number, label: string}[]} [reference] lines across the cost axis
 *
 * @typedef {{index?: number, target: number, predicted: number, confidence: number, b64: string}} Picture
 * @typedef {{epoch: number, field: string, value: number}} Mark
 * @typedef {{label: string, eta?: number, change?: Record<string, string>, more?: number}} Advice what its button sets: a
 *   rate, or fields; and how many epochs may be added, where that was tried and helps
 * @typedef {{label: string, a: string, b: string, unit: string}} Difference a setting of two runs side by side
 * @typedef {{key: string, words: string, epochs: number, label: string, touched: string, apart?: Difference[]}} Course what
 *   the address has to keep of a run, what is to be said of it, the epochs of it all, its name with what is changed on its
 *   way, what was done to its weights that no address keeps, and in what it differs from the one beside it
 * @typedef {{name: string, old: number | null, gradient: number | null, new: number | null}} Term
 * @typedef {{epoch: number, batch: number, batches: number, layer: number, index: number, terms: Term[]}} Update the last
 *   update of one neuron, layer 0 for the first one with weights
 * @typedef {"val" | "train"} Rows
 * @typedef {object} Frame
 * @property {"frame"} t
 * @property {number} run
 * @property {number} from first epoch that the four series below speak of
 * @property {number} epoch
 * @property {string} state
 * @property {string | null} [outcome]
 * @property {string | null} [message]
 * @property {Advice} [advice] with the outcome of a run that did not go well
 * @property {(number | null)[]} [train]
 * @property {(number | null)[]} [val]
 * @property {(number | null)[]} [train_acc]
 * @property {(number | null)[]} [val_acc]
 * @property {(number | null)[]} [table] outputs for the rows of a gate's table
 * @property {{n: number, b64: string}} [map]
 * @property {{n: number, curve?: boolean, layers: (string | null)[][]}} [neurons] maps of n by n pixels, or curves of n points
 * @property {Look} [look] the neuron that is pointed at, large
 * @property {(number | null)[][]} [weights] a list a layer, row by row, the biases first
 * @property {{train?: number[] | null, val?: number[] | null, judge?: number[] | null}} [matrix] `judge`: a gate's clean table
 * @property {Picture[]} [mistakes]
 * @property {string[]} [filters]
 * @property {(number | null)[]} [fit]
 * @property {(number | null)[]} [residuals]
 * @property {Mark[]} [marks]
 * @property {number[]} [scrub]
 * @property {number} [eta]
 * @property {Course} [course]
 * @property {Update} [update] what the last step did
 * @property {number} [rate] epochs a second
 * @property {[number, number]} [into] mini-batches of the next epoch that are done, and how many it has
 * @property {number} [share] part of the time that the run gets, where others slow it down
 * @property {number | null} [seek]
 * @property {Frame} [beside] what is new in the run beside it
 *
 * @typedef {{layer: number, index: number, low: number, high: number, n: number, b64?: string,
 *   values?: (number | null)[]}} Look layer 0 holds the inputs; a map of n by n bytes from low to high, or values of a curve
 * @typedef {{t: "run", run: number, meta: Meta, beside?: RunMessage}} RunMessage
 * @typedef {{t: "cell", row: number | null, col: number | null, rows?: Rows, items: Picture[],
 *   points?: number[], points_val?: number[], side?: string}} CellMessage
 * @typedef {{t: "draw", p: (number | null)[], nearest: {target: number, b64: string}[], side?: string}} DrawMessage
 * @typedef {{t: "neuron", layer: number, index: number, func: string,
 *   inputs: {name: string, value: number | null, weight: number | null}[],
 *   bias: number | null, sum: number | null, activation: number | null, side?: string}} NeuronMessage
 * @typedef {{t: "error", message: string}} ErrorMessage
 * @typedef {{t: "key", key: string}} KeyMessage what the next connection of this view has to show; only the link hears it
 * @typedef {{t: "marked"}} MarkedMessage what was sent before has come; only the link hears it
 * @typedef {RunMessage | Frame | CellMessage | DrawMessage | NeuronMessage | ErrorMessage | KeyMessage | MarkedMessage} Message
 */

import { parseMessage } from "../kit/decode.js";

/** Parts of a frame that come at their own, lower rates; the last one received stays valid until the next. */
export const PARTS = /** @type {const} */ ([
  "table",
  "map",
  "neurons",
  "look",
  "weights",
  "matrix",
  "mistakes",
  "filters",
  "fit",
  "residuals",
]);

/** Histories of a run, one value an epoch, entry 0 before any training. */
export const SERIES = /** @type {const} */ (["train", "val", "train_acc", "val_acc"]);

/** @type {Record<string, (message: any) => boolean>} what each kind of message needs to be of any use */
const NEEDS = {
  run: (m) => Number.isInteger(m.run) && typeof m.meta === "object" && m.meta !== null,
  frame: (m) => Number.isInteger(m.run) && Number.isInteger(m.epoch) && Number.isInteger(m.from ?? 0),
  cell: (m) => Array.isArray(m.items),
  draw: (m) => Array.isArray(m.p),
  neuron: (m) => Number.isInteger(m.layer) && Number.isInteger(m.index),
  error: (m) => typeof m.message === "string",
  key: (m) => typeof m.key === "string",
  marked: () => true,
};

/**
 * Read one message of the server.
 *
 * @param {unknown} text
 * @returns {Message | null} null for anything that is not a message: the view then keeps what it shows
 */
export function readMessage(text) {
  const message = parseMessage(text);
  if (!whole(message)) return null;
  if (message.beside && !(whole(message.beside) && message.beside.t === message.t)) delete message.beside;
  return message;
}

/** @param {any} message */
function whole(message) {
  return Boolean(message && Object.hasOwn(NEEDS, message.t) && NEEDS[message.t](message));
}

/**
 * A target as one number, whether it is given as a number or as a row of one.
 *
 * @param {number | number[]} target
 */
export function single(target) {
  return Array.isArray(target) ? target[0] : target;
}
