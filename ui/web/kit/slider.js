// @ts-check
/** What sliders share: when a value counts as chosen, and how a pressed pointer is followed. */
import { h, listen } from "./dom.js";
/** @import { Environment } from "./environment.js" */

/** Quiet time after the last arrow key before a value counts as chosen; a held key thus shows the runs that it passes. */
export const REST = 350;

/**
 * @param {{label: string, testid: string} & Record<string, string | number | undefined>} spec what else an input may have
 */
export const rangeInput = ({ label, testid, ...more }) =>
  h("input", { type: "range", "data-testid": testid, "aria-label": label, ...more });

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
 * Follow a pressed pointer over an element.
 *
 * @param {Element} element
 * @param {{signal: AbortSignal, onStart?: (event: PointerEvent) => void, onMove: (x: number) => void, onEnd: () => void}} spec
 *   `x` in pixels from its left edge
 */
export function dragged(element, { signal, onStart, onMove, onEnd }) {
  let down = false;
  const move = (/** @type {PointerEvent} */ event) => onMove(event.clientX - element.getBoundingClientRect().left);
  const end = () => {
    if (down) onEnd();
    down = false;
  };
  const pointerdown = (/** @type {PointerEvent} */ event) => {
    if (event.button) return;
    down = true;
    element.setPointerCapture(event.pointerId);
    onStart?.(event);
    move(event);
  };
  const pointermove = (/** @type {PointerEvent} */ event) => down && move(event);
  listen(element, { pointerdown, pointermove, pointerup: end, pointercancel: end }, signal);
}
