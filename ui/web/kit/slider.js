// @ts-check
/** What sliders share: when a value counts as chosen, and how a pressed pointer is followed. */
import { h, listen } from "./dom.js";
/** @import { Environment } from "./environment.js" */

/** Quiet time after the last arrow key before a value counts as chosen; a held key thus shows the runs that it passes. */
export const REST = 350;

/**
 * @param {{label: string, testid: string, signal: AbortSignal} & Record<string, any>} spec what else an input may have
 */
export function rangeInput({ label, testid, signal, ...more }) {
  const input = h("input", { type: "range", "data-testid": testid, "aria-label": label, ...more });
  patient(input, signal);
  return input;
}

/** Something to do once a hand has rested. */
export class Rest {
  /** @param {Pick<Environment, "setTimeout" | "clearTimeout">} clock @param {() => void} run */
  constructor(clock, run) {
    this.clock = clock;
    this.run = run;
    /** @type {any} */ this.timer = null;
  }

  get waiting() {
    return this.timer !== null;
  }

  /** @param {number} [ms] */
  begin(ms = REST) {
    this.stop();
    this.timer = this.clock.setTimeout(() => this.end(), ms);
  }

  stop() {
    this.clock.clearTimeout(this.timer);
    this.timer = null;
  }

  end() {
    this.stop();
    this.run();
  }
}

/** How far a finger has to go sideways, in pixels, before it is meant for the chart and not for the page. */
const SLIP = 6;

/** @typedef {"up" | "waiting" | "down"} Hand a finger waits until it has shown its direction */

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

/**
 * Follow a pressed pointer over an element. A finger has to show its direction first: up and down it scrolls the page, which
 * the style sheet leaves to it (`touch-action: pan-y`); then, or when a call comes in, the browser cancels and all is as it was.
 *
 * @param {Element} element
 * @param {{signal: AbortSignal, onStart: (event: PointerEvent) => void, onMove: (x: number) => void, onEnd: () => void,
 *   onCancel: () => void}} spec `x` in pixels from its left edge
 */
export function dragged(element, { signal, onStart, onMove, onEnd, onCancel }) {
  /** @type {Hand} */ let state = "up";
  let from = 0;
  const move = (/** @type {PointerEvent} */ event) => onMove(event.clientX - element.getBoundingClientRect().left);
  const begin = (/** @type {PointerEvent} */ event) => {
    state = "down";
    element.setPointerCapture(event.pointerId);
    onStart(event);
    move(event);
  };
  const pointerdown = (/** @type {PointerEvent} */ event) => {
    if (event.button) return;
    from = event.clientX;
    if (event.pointerType === "touch") state = "waiting";
    else begin(event);
  };
  const pointermove = (/** @type {PointerEvent} */ event) => {
    if (state === "down") move(event);
    else if (state === "waiting" && Math.abs(event.clientX - from) >= SLIP) begin(event);
  };
  const pointerup = (/** @type {PointerEvent} */ event) => {
    if (state === "waiting") begin(event); // a tap
    if (state === "down") onEnd();
    state = "up";
  };
  const pointercancel = () => {
    if (state === "down") onCancel();
    state = "up";
  };
  listen(element, { pointerdown, pointermove, pointerup, pointercancel }, signal);
}
