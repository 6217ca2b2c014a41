// @ts-check
/** What is said of a run: whole, or as many sentences as there is room for, and the whole under pointer or focus. */
import { h, listen, setAttribute, setText } from "../kit/dom.js";

/** Where a sentence ends: a number has its point in its middle. */
const END = /(?<=[.!?…]) (?=\S)/;

export class Words {
  /** @param {AbortSignal} signal @param {Record<string, string>} [about] attributes of its own */
  constructor(signal, { class: name = "", ...about } = {}) {
    this.text = h("span", { class: "nnp-said" });
    // The whole lies below what stands here, which keeps its place: nothing moves away under a pointer.
    this.over = h("span", { class: "nnp-whole" });
    this.element = h("span", { class: `nnp-words ${name}`.trim(), ...about }, this.text, this.over);
    this.whole = "";
    const open = (/** @type {boolean} */ on) => () => this.show(on);
    const [shown, hidden] = [open(true), open(false)];
    listen(this.element, { pointerenter: shown, focus: shown, pointerleave: hidden, blur: hidden }, signal);
    this.open = false;
    this.brief = "";
    this.beside = "";
    this.cut = false;
  }

  /**
   * @param {string} whole
   * @param {string} [beside] what shares the room with it, in words that differ where the room does
   */
  say(whole, beside = "") {
    if (whole === this.whole && beside === this.beside) return;
    [this.whole, this.beside] = [whole, beside];
    this.fit();
  }

  /** Say as much as there is room for: asked again where the room has changed. */
  fit() {
    const parts = this.whole.split(END);
    this.brief = this.whole;
    setText(this.text, this.brief);
    for (let count = parts.length - 1; count > 0 && this.cuts(); count -= 1) {
      this.brief = `${parts.slice(0, count).join(" ").replace(/ …$/, "")} …`;
      setText(this.text, this.brief);
    }
    this.cut = this.brief !== this.whole || this.cuts();
    setAttribute(this.element, "tabindex", this.cut ? 0 : null);
    this.show(this.open);
  }

  /** Whether what stands there is cut: the style sheet says after how many lines. */
  cuts() {
    return this.text.scrollHeight > this.text.clientHeight + 1;
  }

  /** @param {boolean} open */
  show(open) {
    this.open = open;
    setAttribute(this.element, "data-open", this.cut && open ? "true" : null);
    setText(this.over, this.cut && open ? this.whole : "");
  }
}
