// @ts-check
/** What sliders share: when a value counts as chosen, and how a pressed pointer is followed. */
import { listen } from "./dom.js";
import { SLIP } from "./range_input.js";
/** @import { Environment } from "./environment.js" */
/** @import { Hand } from "./range_input.js" */

/** Quiet time after the last arrow key before a value counts as chosen; a held key thus shows the runs that it passes. */
export const REST = 350;

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
