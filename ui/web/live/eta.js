// @ts-check
/**
 * The learning rate's control: a logarithmic range input that speaks over the channel at every step, its value in large
 * type, and beside it the facts of the run that a back row needs.
 */
import { facts } from "../kit/controls.js";
import { h, listen, setAttribute, setText } from "../kit/dom.js";
import { decades, formatNumber, logGrid, nearest } from "../kit/scales.js";
import { rangeInput } from "../kit/range_input.js";
import { Rest } from "../kit/slider.js";
import { KEYS } from "./keys.js";
/** @import { Environment } from "../kit/environment.js" */

/**
 * @typedef {object} EtaOptions
 * @property {string} label
 * @property {string} symbol
 * @property {string} testid
 * @property {readonly [number, number]} bounds
 * @property {boolean} [zero] the slider's first place is 0
 * @property {(value: number, mode: "drag" | "commit" | "live") => void} onChange
 * @property {() => boolean} live whether changes go to the running run
 * @property {Pick<Environment, "setTimeout" | "clearTimeout" | "now">} clock
 * @property {AbortSignal} signal
 */

/** Least time between two values that a moving hand hands to a run that goes on, in milliseconds. */
const LIVE_GAP = 150;

/** A logarithmic slider with its value in large type. */
export class LogSlider {
  /** @param {EtaOptions} options */
  constructor(options) {
    this.options = options;
    this.grid = [...(options.zero ? [0] : []), ...logGrid(...options.bounds)];
    this.value = this.grid[0];
    this.dragging = false;
    this.byKey = false;
    this.lived = -Infinity;
    /** @type {number | null} the last value that a run went on with */ this.told = null;
    this.awaited = false; // whether the run has still to say that it does
    this.rest = new Rest(options.clock, () => options.onChange(this.value, "commit"));
    this.input = rangeInput({
      label: options.label,
      testid: options.testid,
      min: 0,
      max: this.grid.length - 1,
      step: 1,
      class: "nnp-range",
      signal: options.signal,
      title: options.testid === "eta" ? `${KEYS.eta.says} (key ${KEYS.eta.label})` : undefined,
    });
    this.output = h("output", { class: "nnp-slider-value", "aria-hidden": "true" });
    this.element = h(
      "div",
      { class: `nnp-slider nnp-slider-${options.testid}` },
      h(
        "div",
        { class: "nnp-slider-name" },
        h("span", { text: `${options.label} ` }),
        h("b", { text: options.symbol }),
      ),
      this.output,
      h("div", { class: "nnp-slider-track" }, this.input, this.ticks()),
    );
    // A range input stands in its middle until it is told where; the first value may well be the lowest one.
    this.input.value = "0";
    this.write();
    this.listen();
  }

  ticks() {
    const ticks = h("div", { class: "nnp-ticks", "aria-hidden": "true" });
    const most = this.grid.length - 1;
    if (this.options.zero) ticks.append(this.tick("0", 0));
    for (const value of decades(...this.options.bounds))
      ticks.append(this.tick(formatNumber(value), nearest(this.grid, value) / most));
    return ticks;
  }

  /**
   * @param {string} text
   * @param {number} share of the track
   */
  tick(text, share) {
    const tick = h("span", { class: "nnp-tick", text });
    tick.style.setProperty("--nnp-at", String(share));
    return tick;
  }

  listen() {
    const { signal } = this.options;
    const hold = (/** @type {boolean} */ held) => () => {
      if (held) this.byKey = false;
      this.dragging = held;
    };
    const heard = {
      input: () => this.moved(),
      change: () => this.released(),
      keydown: (/** @type {KeyboardEvent} */ event) => {
        this.byKey = /^(Arrow|Page|Home|End)/.test(event.key);
      },
      pointerdown: hold(true),
      pointerup: hold(false),
      pointercancel: hold(false),
      blur: () => this.settle(),
    };
    listen(this.input, heard, signal);
    signal.addEventListener("abort", () => this.rest.stop());
  }

  moved() {
    this.value = this.grid[Number(this.input.value)];
    this.write();
    if (!this.options.live()) this.options.onChange(this.value, "drag");
    else if (this.options.clock.now() - this.lived >= LIVE_GAP) this.live();
  }

  /** The browser says `change` after each arrow key, and once when a pointer lets go. */
  released() {
    if (this.options.live()) {
      if (this.value !== this.told) this.live();
      return;
    }
    if (this.byKey) this.rest.begin();
    else this.rest.end();
  }

  /** A value that a key has led to counts now, before whatever else is chosen. */
  settle() {
    if (this.rest.waiting) this.rest.end();
  }

  /** Go on with this value: each one is kept by the address, so a hand on its way tells only some. */
  live() {
    this.lived = this.options.clock.now();
    this.told = this.value;
    this.awaited = true;
    this.options.onChange(this.value, "live");
  }

  /** Whether the user's hand is on it; what the server says then has to wait. */
  busy() {
    return this.dragging || this.rest.waiting;
  }

  /** Show what a run goes on with: of several values told in haste, not one before the last. @param {number | null} value */
  confirm(value) {
    if (!this.awaited || value === this.told) this.show(value);
  }

  /**
   * Show a value that came from elsewhere: the text box, the address, a new run.
   *
   * @param {number | null | undefined} value
   */
  show(value) {
    this.awaited = false;
    if (value === null || value === undefined || this.busy() || value === this.value) return;
    this.value = value;
    this.input.value = String(value === 0 && this.options.zero ? 0 : nearest(this.grid, value));
    this.write();
  }

  write() {
    const text = formatNumber(this.value);
    setText(this.output, text);
    setAttribute(this.input, "aria-valuetext", text);
    this.input.style.setProperty("--nnp-filled", `${(100 * Number(this.input.value)) / (this.grid.length - 1)}%`);
  }
}

/**
 * The bar on top: learning rate, lambda where the page gives one, the live switch, and the run's facts.
 *
 * @param {object} options
 * @param {readonly [number, number]} options.bounds
 * @param {readonly [number, number] | null} options.lamBounds null: no lambda here
 * @param {(value: number, mode: "drag" | "commit" | "live") => void} options.onEta
 * @param {(value: number, mode: "drag" | "commit" | "live") => void} options.onLam
 * @param {LogSlider["options"]["clock"]} options.clock
 * @param {AbortSignal} options.signal
 */
export function etaBar({ bounds, lamBounds, onEta, onLam, clock, signal }) {
  const box = h("input", { type: "checkbox", "data-testid": "eta-live" });
  const live = () => box.checked;
  const eta = new LogSlider({
    label: "Learning rate",
    symbol: "η",
    testid: "eta",
    bounds,
    onChange: onEta,
    live,
    clock,
    signal,
  });
  const lam =
    lamBounds &&
    new LogSlider({
      label: "Penalty",
      symbol: "λ",
      testid: "lam",
      bounds: lamBounds,
      zero: true,
      onChange: onLam,
      live,
      clock,
      signal,
    });
  const list = h("dl", { class: "nnp-facts" });
  const side = h(
    "div",
    { class: "nnp-bar-side" },
    list,
    h("div", { class: "nnp-bar-row" }, lam ? lam.element : null, liveSwitch(box)),
  );
  const element = h(
    "div",
    { class: "nnp-bar", role: "group", "aria-label": "Learning rate and facts of the run" },
    eta.element,
    side,
  );
  return {
    element,
    eta,
    lam,
    live,
    facts: (/** @type {readonly [string, string][]} */ rows) => {
      list.style.setProperty("--nnp-letters", String(letters(rows)));
      facts(list, rows, "nnp-fact");
    },
  };
}

/**
 * How many letters wide the four facts are that are never left out, each with the least that the style sheet gives it.
 *
 * @param {readonly [string, string][]} rows
 */
const letters = (rows) => LEAST.reduce((sum, least, i) => sum + Math.max(least, rows[i][1].length), 0);

/** Letters of scheduler, epoch, training cost and seed. */
const LEAST = [4, 4, 6.5, 2];

/** @param {HTMLInputElement} box */
function liveSwitch(box) {
  const title =
    "Off: every change starts again from the same weights. On: the run goes on, and a mark stays on its curve.";
  return h("label", { class: "nnp-live", title }, box, h("span", { text: "change while running" }));
}
