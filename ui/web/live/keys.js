// @ts-check
/** Which key does what. Pure: it reads an event's few fields and says the action, or nothing. */
import { free, operatedBySpace } from "../kit/keys.js";
/** @import { Press, Target } from "../kit/keys.js" */

/**
 * Keys on the buttons. Streamlit keeps C and R for itself (1.67).
 *
 * @type {Record<string, {key: string, label: string, says: string}>}
 */
export const KEYS = {
  play: { key: " ", label: "Space", says: "Play or pause; beyond the end, as many epochs again" },
  step: { key: "s", label: "S", says: "Train one epoch, and show what its last update did" },
  restart: { key: "b", label: "B", says: "Back to the start, same weights" },
  "new-start": { key: "n", label: "N", says: "New start: other random weights" },
  pin: { key: "p", label: "P", says: "Pin this run as a ghost curve" },
  axis: { key: "y", label: "Y", says: "Cost axis logarithmic or linear" },
  split: { key: "t", label: "T", says: "Two side by side, or one again" },
  swap: { key: "x", label: "X", says: "A and B change places" },
  lecture: { key: "l", label: "L", says: "Lecture mode: large, no side bar" },
  eta: { key: "e", label: "E", says: "Go to the learning rate; arrow keys change it" },
};

/** Speeds by key; the digits are the epochs drawn per frame. */
export const SPEED_KEYS = /** @type {Record<string, string>} */ ({ 1: "1", 2: "2", 5: "5", 0: "normal", m: "max" });

/** @type {Record<string, string>} */
export const SPEED_NAMES = { 1: "1 epoch / frame", 2: "2 / frame", 5: "5 / frame", normal: "Normal", max: "Maximum" };

/**
 * @param {Press} event
 * @param {Target} target the element that has the focus
 * @returns {{name: string, value?: string} | null}
 */
export function keyAction(event, target) {
  if (event.repeat || !free(event, target)) return null;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  if (key === " " && operatedBySpace(target)) return null;
  if (Object.hasOwn(SPEED_KEYS, key)) return { name: "speed", value: SPEED_KEYS[key] };
  const found = Object.entries(KEYS).find(([, entry]) => entry.key === key);
  return found ? { name: found[0] } : null;
}

/** What a key does while two runs stand side by side. @type {Record<string, {label: string, says: string}>} */
const BESIDE = { hold: { label: KEYS.pin.label, says: "Hold B as A, to go on from there" } };

/** Words for a button's tooltip and label. @param {string} name */
export function tip(name) {
  const entry = KEYS[name] ?? BESIDE[name];
  return `${entry.says} (key ${entry.label})`;
}
