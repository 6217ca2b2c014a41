// @ts-check
/** What is said of a run: whole, or where there is no room its first sentence, and the whole under pointer or focus. */
import { h, listen, setAttribute, setText } from "../kit/dom.js";

/** Where a sentence ends: a number has its point in its middle. */
const END = /(?<=[.!?…]) (?=\S)/;

export class Words {
  /** @param {AbortSignal} signal */
  constructor(signal) {
    this.text = h("span", { class: "nnp-said" });
    this.element = h("span", { class: "nnp-words" }, this.text);
    this.whole = "";
    const open = (/** @type {boolean} */ on) => () => this.show(on);
    const [shown, hidden] = [open(true), open(false)];
    listen(this.element, { pointerenter: shown, focus: shown, pointerleave: hidden, blur: hidden }, signal);
    this.open = false;
    this.brief = false;
  }

  /** @param {string} whole @param {boolean} [brief] */
  say(whole, brief = false) {
    [this.whole, this.brief] = [whole, brief && whole.split(END).length > 1];
    setAttribute(this.element, "tabindex", this.brief ? 0 : null);
    this.show(this.open);
  }

  /** @param {boolean} open */
  show(open) {
    this.open = open;
    setAttribute(this.element, "data-open", this.brief && open ? "true" : null);
    const first = this.whole.split(END)[0].replace(/ …$/, "");
    setText(this.text, this.brief && !open ? `${first} …` : this.whole);
  }
}
