// @ts-check
/** A browser's own slider, which a finger that scrolls the page does not move. */
import { h, listen } from "./dom.js";

/** How far a finger has to go sideways, in pixels, before it is meant for the chart and not for the page. */
export const SLIP = 6;

/** @typedef {"up" | "waiting" | "down"} Hand a finger waits until it has shown its direction */

/**
 * @param {{label: string, testid: string, signal: AbortSignal} & Record<string, any>} spec what else an input may have
 */
export function rangeInput({ label, testid, signal, ...more }) {
  const input = h("input", { type: "range", "data-testid": testid, "aria-label": label, ...more });
  patient(input, signal);
  return input;
}

/**
 * Browsers move a thumb to where a finger touches, also where that goes on to scroll the page: until it has shown its direction
 * nobody hears of it, and what a browser takes over goes back.
 *
 * @param {HTMLInputElement} input
 * @param {AbortSignal} signal
 */
function patient(input, signal) {
  /** @type {Hand} */ let state = "up";
  let [from, before, meant, said] = [0, "", "", false];
  const say = (/** @type {string} */ value) => {
    input.value = value;
    for (const type of ["input", "change"]) input.dispatchEvent(new Event(type, { bubbles: true }));
  };
  const pointerdown = (/** @type {PointerEvent} */ { pointerType, clientX }) => {
    state = pointerType === "touch" ? "waiting" : "down";
    [from, before, meant, said] = [clientX, input.value, input.value, false];
  };
  const pointermove = (/** @type {PointerEvent} */ { clientX }) => {
    if (state === "waiting" && Math.abs(clientX - from) >= SLIP) state = "down";
  };
  const moved = (/** @type {Event} */ event) => {
    if (state !== "waiting") return;
    meant = input.value;
    input.value = before;
    event.stopImmediatePropagation();
  };
  const change = (/** @type {Event} */ event) => {
    if (said) event.stopImmediatePropagation(); // the browser's own, of what was told already
  };
  const end = (/** @type {string} */ value) => {
    const tells = value !== input.value;
    state = "up";
    if (tells) say(value);
    said = true;
  };
  const pointerup = () => (state === "waiting" ? end(meant) : (state = "up"));
  // What moved meanwhile and was not moved by the finger stays.
  const pointercancel = () => end(state === "down" ? before : input.value);
  const keydown = () => (said = false);
  listen(input, { pointerdown, pointermove, input: moved, change, pointerup, pointercancel, keydown }, signal);
}
