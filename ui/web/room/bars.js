// @ts-check
/** The answers of a question, and, at the reveal, how many gave each: bars that grow. */
import { h, setText } from "../kit/dom.js";
import { formatPercent } from "../kit/scales.js";
/** @import { Store } from "./room_store.js" */

export class Bars {
  constructor() {
    this.list = h("ol", { class: "nnr-bars" });
    this.why = h("p", { class: "nnr-why" });
    this.root = h("div", { class: "nnr-votes" }, this.list, this.why);
    this.asked = "";
  }

  /** @param {Store} store */
  draw({ room, votes }) {
    const answers = room?.answers ?? [];
    const asked = JSON.stringify([room?.round, answers]);
    if (asked !== this.asked) this.begin(answers);
    this.asked = asked;
    const all = votes?.counts.reduce((sum, count) => sum + count, 0) ?? 0;
    Array.from(this.list.children).forEach((item, place) => {
      const [, , bar, words] = /** @type {HTMLElement[]} */ (Array.from(item.children));
      const count = votes?.counts[place] ?? 0;
      bar.style.setProperty("--share", String(all ? count / all : 0));
      setText(words, votes ? `${count}${all ? ` · ${formatPercent(count / all)}` : ""}` : "");
      const right = votes?.right === place;
      item.toggleAttribute("data-right", right);
    });
    setText(this.why, votes?.why ?? "");
  }

  /** @param {string[]} answers */
  begin(answers) {
    const item = (/** @type {string} */ text, /** @type {number} */ place) =>
      h(
        "li",
        {},
        h("span", { class: "nnr-number", "aria-hidden": "true", text: String(place + 1) }),
        h("span", { class: "nnr-text", text }),
        h("span", { class: "nnr-bar", "aria-hidden": "true" }),
        h("span", { class: "nnr-share" }),
      );
    this.list.replaceChildren(...answers.map(item));
  }
}
