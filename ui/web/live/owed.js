// @ts-check
/**
 * What was chosen in the view and is not in the address yet, told in `data-owed` as parameters of an address: a tab that is
 * reloaded now opens it all the same (`../frame/owed.js`). With two side by side the controls' are those of B.
 */
import { setAttribute } from "../kit/dom.js";
/** @import { Teller } from "../kit/teller.js" */
/** @typedef {{eta?: number, lam?: number | null, course?: string}} Known what the script said last */

export class Owed {
  /** @param {{split: boolean, elements: {root: HTMLElement}, context: {data: Known}, teller: Pick<Teller, "waits">}} view */
  constructor(view) {
    this.view = view;
    /** @type {Map<"eta" | "lam", number>} */ this.chosen = new Map();
    /** @type {string | undefined} of which epochs, layers and changes on the way consist */ this.led = undefined;
  }

  /** @param {"eta" | "lam"} name @param {number} value */
  choice(name, value) {
    this.chosen.set(name, value);
    this.tell();
  }

  /** @param {string} key */
  course(key) {
    this.led = key;
    this.tell();
  }

  /** The script has spoken: what it has taken over, or has set otherwise, is owed no more. @param {Known} data @param {Known} before */
  update(data, before) {
    for (const name of /** @type {const} */ (["eta", "lam"]))
      if (!this.view.teller.waits(name) && (data[name] !== before[name] || data[name] === this.chosen.get(name)))
        this.chosen.delete(name);
    if (data.course !== before.course) this.led = undefined;
    this.tell(data);
  }

  /** @param {Known} [data] */
  tell(data = this.view.context.data) {
    const side = this.view.split ? "b." : "";
    const owed = new URLSearchParams(this.led === data.course ? "" : this.led);
    for (const [name, value] of this.chosen) owed.set(side + name, String(value));
    setAttribute(this.view.elements.root, "data-owed", String(owed) || null);
  }
}
