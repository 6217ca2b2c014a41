// @ts-check
/** Which key moves a building block on. Pure. */

import { free, operatedBySpace } from "../kit/keys.js";
/** @import { Press, Target } from "../kit/keys.js" */

/** @type {Record<string, string>} presenters' remote controls send the page keys */
const KEYS = { ArrowRight: "next", PageDown: "next", ArrowLeft: "back", PageUp: "back", Home: "first", " ": "play" };

/** @type {Set<string | null>} */
const OWN_ARROWS = new Set(["radio", "tab", "application"]);

/**
 * @param {Press} event
 * @param {Target} target the element that has the focus
 * @returns {string | null} next, back, first or play
 */
export function blockKey(event, target) {
  if (!free(event, target)) return null;
  if (event.key === " ") return operatedBySpace(target) ? null : "play";
  // A slider has its own use for arrows and page keys, and so have a map and a row of choices.
  if (target.tagName === "INPUT" || OWN_ARROWS.has(target.role)) return null;
  return Object.hasOwn(KEYS, event.key) ? KEYS[event.key] : null;
}

/**
 * The item after or before the chosen one, round and round.
 *
 * @param {{name: string}[]} items
 * @param {string} chosen
 * @param {string} action
 * @returns {string | null} its name; nothing for an action other than next and back
 */
export function neighbour(items, chosen, action) {
  const by = { next: 1, back: -1 }[action];
  if (!by) return null;
  const at = items.findIndex(({ name }) => name === chosen);
  return items[(at + by + items.length) % items.length].name;
}
