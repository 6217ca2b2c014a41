// @ts-check
// The learning rate under the hand: a range input below the strip, and dragging on the strip itself.

import { formatNumber } from "../kit/scales.js";
import { h } from "../kit/dom.js";
import { nearestKnown, runSentence } from "../panels/strip_model.js";
import { MARGINS } from "./strip_plot.js";

const THUMB = 18; // width of the thumb in pixels, as the style sheet has it
const REST = 350; // milliseconds without a key until the learning rate counts as chosen

export class Slider {
  /**
   * @param {(index: number) => void} onMove @param {(index: number) => void} onCommit
   * @param {{ setTimeout: (run: () => void, ms: number) => any, clearTimeout: (id: any) => void }} environment
   */
  constructor(onMove, onCommit, environment) {
    this.environment = environment;
    this.onMove = onMove;
    this.onCommit = onCommit;
    this.listeners = new AbortController();
    this.input = h("input", { type: "range", step: "any", "aria-label": "Learning rate η", "data-testid": "eta" });
    // The thumb's middle, not its edge, stands under the marker.
    this.input.style.marginLeft = `${MARGINS.left - THUMB / 2}px`;
    this.input.style.width = `calc(100% - ${MARGINS.left + MARGINS.right - THUMB}px)`;
    this.legend = h("span", { class: "nns-legend" });
    const label = h("span", { class: "nns-slider-label" }, "learning rate η: drag, or arrow keys");
    this.root = h(
      "div",
      { class: "nns-slider" },
      this.input,
      h("div", { class: "nns-slider-row" }, label, this.legend),
    );
    /** @type {any} */
    this.strip = null;
    this.index = 0;
    /** @type {any} */
    this.timer = null;
    const { signal } = this.listeners;
    this.input.addEventListener("input", () => this.step(this.indexOf(10 ** Number(this.input.value))), { signal });
    this.input.addEventListener("change", () => this.settle(0), { signal });
    this.input.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => this.key(event), { signal });
    this.input.addEventListener("keyup", () => this.strip && this.timer && this.settle(REST), { signal });
  }

  /** @param {any} strip @param {number} index @param {number} epochs */
  setStrip(strip, index, epochs) {
    this.strip = strip;
    this.epochs = epochs;
    this.input.min = String(Math.log10(strip.etas[0]));
    this.input.max = String(Math.log10(strip.etas[strip.etas.length - 1]));
    this.place(index);
  }

  /** @param {number} index */
  place(index) {
    this.index = index;
    const eta = this.strip.etas[index];
    this.input.value = String(Math.log10(eta));
    this.input.setAttribute("aria-valuetext", runSentence(this.strip, index, this.epochs ?? 0));
    this.input.title = `η = ${formatNumber(eta)}`;
  }

  /** @param {number} eta */
  indexOf(eta) {
    return this.strip ? nearestKnown(this.strip, eta) : 0;
  }

  /** @param {number} index */
  step(index) {
    if (!this.strip) return;
    this.index = index;
    this.onMove(index);
  }

  /** Count the rate as chosen after a rest. @param {number} rest milliseconds */
  settle(rest) {
    this.environment.clearTimeout(this.timer);
    this.timer = this.environment.setTimeout(() => {
      this.timer = null;
      if (this.strip) this.onCommit(this.index);
    }, rest);
  }

  /** One rate a key, a decade with page up and page down. @param {KeyboardEvent} event */
  key(event) {
    if (!this.strip) return;
    const last = this.strip.etas.length - 1;
    const eta = this.strip.etas[this.index];
    const to = {
      ArrowLeft: () => this.neighbour(-1),
      ArrowDown: () => this.neighbour(-1),
      ArrowRight: () => this.neighbour(1),
      ArrowUp: () => this.neighbour(1),
      PageDown: () => this.indexOf(eta / 10),
      PageUp: () => this.indexOf(eta * 10),
      Home: () => this.indexOf(this.strip.etas[0]),
      End: () => this.indexOf(this.strip.etas[last]),
    }[event.key];
    if (!to) return;
    event.preventDefault();
    this.step(to());
    this.settle(REST);
  }

  /** The next rate in a direction whose run is there. @param {number} direction */
  neighbour(direction) {
    for (let i = this.index + direction; i >= 0 && i < this.strip.etas.length; i += direction) {
      if (this.strip.known[i] === 1) return i;
    }
    return this.index;
  }

  /** Let the strip itself be dragged, by mouse, pen or finger. @param {import("./strip_plot.js").StripPlot} plot */
  watch(plot) {
    const { signal } = this.listeners;
    const { root } = plot;
    const take = (/** @type {PointerEvent} */ event) => {
      const box = root.getBoundingClientRect();
      const eta = plot.etaAt(((event.clientX - box.left) * root.viewBox.baseVal.width) / box.width);
      if (Number.isFinite(eta) && this.strip) this.step(this.indexOf(eta));
    };
    root.addEventListener(
      "pointerdown",
      (/** @type {PointerEvent} */ event) => {
        if (event.button !== 0 || !this.strip) return;
        event.preventDefault();
        root.setPointerCapture(event.pointerId);
        this.input.focus({ preventScroll: true });
        take(event);
      },
      { signal },
    );
    root.addEventListener(
      "pointermove",
      (/** @type {PointerEvent} */ event) => {
        if (root.hasPointerCapture(event.pointerId)) take(event);
      },
      { signal },
    );
    root.addEventListener("pointerup", () => this.strip && this.settle(0), { signal });
  }

  close() {
    this.environment.clearTimeout(this.timer);
    this.listeners.abort();
  }
}
