// @ts-check
// What the server has sent so far: a reducer over its messages, no page.

import { bytes, floats } from "../kit/decode.js";
import { readStrip } from "./strip_model.js";
/** @import { Strip } from "./strip_model.js" */

/**
 * @typedef {{
 *   job: number, meta: any, next?: any, fresh: boolean,
 *   strips: Map<string, Strip>,
 *   heat: any, range: any, edge: any, state: "waiting" | "working" | "done" | "cancelled" | "failed",
 *   done: number, text: string, error: string,
 * }} Store
 */

/** @returns {Store} */
export const emptyStore = () => ({
  job: 0,
  meta: null,
  fresh: false,
  strips: new Map(),
  heat: null,
  range: null,
  edge: null,
  state: "waiting",
  done: 0,
  text: "",
  error: "",
});

/**
 * Take one message in. What an older sweep sent is dropped; what the last sweep drew stays until the new one has
 * something to show, so that nothing blinks.
 * @param {Store} store @param {any} message
 * @returns {Store}
 */
export function reduce(store, message) {
  switch (message.t) {
    case "job":
      if (message.job < store.job) return store;
      return {
        ...store,
        job: message.job,
        next: message.meta,
        fresh: true,
        state: "working",
        done: 0,
        text: "",
        error: "",
      };
    case "strip":
    case "heat":
    case "range":
    case "edge":
      return message.job === store.job ? withResult(renewed(store), message) : store;
    case "tick":
      return message.job === store.job
        ? { ...store, state: message.state, done: message.done, text: message.text ?? "" }
        : store;
    case "error":
      return { ...store, state: "failed", error: message.message };
    default:
      return store;
  }
}

/** The store without what an older sweep drew, once the new one has a first result. @param {any} store */
function renewed(store) {
  if (!store.fresh) return store;
  return {
    ...store,
    meta: store.next,
    next: null,
    fresh: false,
    strips: new Map(),
    heat: null,
    range: null,
    edge: null,
  };
}

/** @param {Store} store @param {any} message @returns {Store} */
function withResult(store, message) {
  if (message.t === "strip") {
    return { ...store, strips: new Map(store.strips).set(message.name, readStrip(message)) };
  }
  if (message.t === "heat") {
    return { ...store, heat: { ...message, final: floats(message.final), outcome: bytes(message.outcome) } };
  }
  if (message.t === "edge") {
    return { ...store, edge: { ...message, sharp: floats(message.sharp), costs: floats(message.costs) } };
  }
  return { ...store, range: { ...message, losses: floats(message.losses), median: floats(message.median) } };
}

/** The strip whose zones and marker are drawn. @param {Store} store */
export const mainStrip = (store) => store.strips.get(store.meta?.main) ?? null;
