// @ts-check
// The learning rate under the hand: a range input below the strip, and dragging on the strip itself.

import { h, listen, setAttribute } from "../kit/dom.js";
import { formatNumber } from "../kit/scales.js";
import { rangeInput } from "../kit/range_input.js";
import { dragged, Rest } from "../kit/slider.js";
import { nearestKnown } from "../panels/strip_model.js";
import { MARGINS } from "./strip_plot.js";
/** @import { StripPlot } from "./strip_plot.js" */

const THUMB = 18; // width of the thumb in pixels of a drawing, as the style sheet has it in rem

export class Slider {
  /**
   * @param {(index: number) => void} onMove @param {(index: number) => void} onCommit
   * @param {{ setTimeout: (run: () => void, ms: number) => any, clearTimeout: (id: any) => void }} environment
   * @param {AbortSignal} signal
   */
  constructor(onMove, onCommit, environment, signal) {
    this.onMove = onMove;
    this.onCommit = onCommit;
    this.signal = signal;
    this.input = rangeInput({ label: "Learning rate η", testid: "eta", step: "any", "aria-keyshortcuts": "E", signal });
    // The thumb's middle, not its edge, stands under the marker.
    this.input.style.marginLeft = `${(MARGINS.left - THUMB / 2) / 16}rem`;
    this.legend = h("span", { class: "nns-legend" });
    const label = h("span", { class: "nns-slider-label" }, "learning rate η: drag, or arrow keys (E)");
    this.row = h("div", { class: "nns-slider-row" }, label, this.legend);
    this.root = h("div", { class: "nns-slider" }, this.input, this.row);
    /** @type {any} */
    this.strip = null;
    this.index = 0;
    this.rest = new Rest(environment, () => this.strip && this.onCommit(this.index));
    const heard = {
      input: () => this.step(this.indexOf(10 ** Number(this.input.value))),
      change: () => this.rest.begin(0),
      keydown: (/** @type {KeyboardEvent} */ event) => this.key(event),
      keyup: () => this.rest.waiting && this.rest.begin(),
    };
    listen(this.input, heard, signal);
  }

  /** @param {any} strip @param {number} index */
  setStrip(strip, index) {
    this.strip = strip;
    this.input.min = String(Math.log10(strip.etas[0]));
    this.input.max = String(Math.log10(strip.etas[strip.etas.length - 1]));
    this.place(index);
  }

  /** @param {number} index */
  place(index) {
    this.index = index;
    const eta = this.strip.etas[index];
    this.input.value = String(Math.log10(eta));
    this.input.title = `η = ${formatNumber(eta)}`;
  }

  /** What happens at the rate under the thumb is the slider's value in words. @param {string} words */
  say(words) {
    setAttribute(this.input, "aria-valuetext", words);
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
    this.rest.begin();
  }

  /** The next rate in a direction whose run is there. @param {number} direction */
  neighbour(direction) {
    for (let i = this.index + direction; i >= 0 && i < this.strip.etas.length; i += direction) {
      if (this.strip.known[i] === 1) return i;
    }
    return this.index;
  }

  /** Let the strip itself be dragged, by mouse, pen or finger. @param {StripPlot} plot */
  watch(plot) {
    const { root } = plot;
    let before = this.index;
    const onMove = (/** @type {number} */ x) => {
      const eta = plot.etaAt((x * root.viewBox.baseVal.width) / root.getBoundingClientRect().width);
      if (Number.isFinite(eta) && this.strip) this.step(this.indexOf(eta));
    };
    const onStart = (/** @type {PointerEvent} */ event) => {
      event.preventDefault();
      before = this.index;
      this.input.focus({ preventScroll: true });
    };
    const onCancel = () => {
      this.step(before);
      this.onCommit(before);
    };
    dragged(root, { signal: this.signal, onStart, onMove, onEnd: () => this.rest.begin(0), onCancel });
  }

  close() {
    this.rest.stop();
  }
}
