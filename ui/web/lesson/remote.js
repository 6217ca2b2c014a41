// @ts-check
/** What a presenter's remote and the keys of a desk mean to a lesson. Pure: it reads an event's few fields. */
import { free } from "../kit/keys.js";
/** @import { Press, Target } from "../kit/keys.js" */

/** Keys with which a remote leads; they mean the same wherever the focus is, but in a text box. */
const REMOTE = /** @type {Record<string, "next" | "previous">} */ ({ PageDown: "next", PageUp: "previous" });

/** Keys that mean something to whatever has the focus, and to the lesson where nothing has it. */
const ARROWS = /** @type {Record<string, "next" | "previous" | "leave">} */ ({
  ArrowRight: "next",
  ArrowLeft: "previous",
  Escape: "leave",
});

/** What remotes send for a dark screen: one kind the letter, the other the dot. */
const DARK = new Set(["b", "."]);

/** Elements that have the focus where nothing has it. */
const NOTHING = new Set(["BODY", "HTML", undefined]);

/**
 * @param {Press} event
 * @param {Target} target the element that has the focus
 * @returns {"next" | "previous" | "leave" | "dark" | null}
 */
export function remoteAction(event, target) {
  if (event.repeat || !free(event, target)) return null;
  if (Object.hasOwn(REMOTE, event.key)) return REMOTE[event.key];
  if (DARK.has(event.key.toLowerCase())) return "dark";
  if (event.key.toLowerCase() === "l") return "leave";
  if (Object.hasOwn(ARROWS, event.key) && NOTHING.has(target.tagName)) return ARROWS[event.key];
  return null;
}
