// @ts-check
/** Between two runs side by side: what became of each, in what they differ, and the button by which they change places. */
import { h, setAttribute, setText } from "../kit/dom.js";
import { courseWords } from "../panels/run_state.js";
import { sentence } from "./announce.js";
import { tip } from "./keys.js";
import { Words } from "./words.js";
/** @import { PictureColumn } from "../panels/chooser.js" */
/** @import { Difference } from "../panels/messages.js" */
/** @import { State } from "../panels/run_state.js" */

/** Differences that are named; the tooltip has all. */
const NAMED = 4;

/**
 * A difference as one reads it: "learning rate 0.1 | 0.3".
 *
 * @param {Difference} difference
 */
export function apartWords({ label, a, b, unit }) {
  const name = /^.[A-Z\d]/.test(label) ? label : label.charAt(0).toLowerCase() + label.slice(1);
  return `${name} ${a} | ${b}${unit && b !== "none" ? ` ${unit}` : ""}`;
}

/** @param {readonly Difference[]} apart @param {number} [most] */
export function allApart(apart, most = apart.length) {
  if (!apart.length) return "the same so far: the controls change B";
  const rest = apart.length > most ? [`${apart.length - most} more`] : [];
  return [...apart.slice(0, most).map(apartWords), ...rest].join(", ");
}

export class Versus {
  /**
   * @param {object} options
   * @param {HTMLElement} options.say the line of words of B, which stands alone where nothing is held
   * @param {() => void} options.onSwap
   * @param {(both: boolean) => void} options.onBoth data and inputs are chosen for both, or for B alone
   * @param {AbortSignal} options.signal
   */
  constructor({ say, onSwap, onBoth, signal }) {
    this.words = new Words(signal);
    this.course = new Words(signal, { class: "nnp-course" });
    this.held = h(
      "div",
      { class: "nnp-say", "data-testid": "words-a" },
      sideName("A"),
      this.words.element,
      this.course.element,
    );
    this.name = sideName("B");
    say.prepend(this.name);
    this.apart = h("span", { class: "nnp-apart", "data-testid": "apart" });
    const swap = h("button", {
      type: "button",
      class: "nnp-button nnp-swap",
      "data-testid": "swap",
      "aria-label": `Swap: ${tip("swap")}`,
      title: tip("swap"),
      text: "⇄",
    });
    swap.addEventListener("click", onSwap, { signal });
    /** @type {HTMLElement[]} */ this.offered = [];
    this.whose = h("button", { type: "button", class: "nnp-button nnp-whose", "data-testid": "pictures-of" });
    let both = false;
    const other = () => {
      both = !both;
      this.choose(both);
      onBoth(both);
    };
    this.whose.addEventListener("click", other, { signal });
    this.pictures = h("div", { class: "nnp-of-b", hidden: true });
    this.between = h("div", { class: "nnp-between" }, this.apart, swap, this.pictures);
    this.element = h("div", { class: "nnp-versus" }, this.between, say, this.held);
    this.choose(false);
    this.show(false);
  }

  /** @param {boolean} split whether two stand side by side */
  show(split) {
    this.held.hidden = this.between.hidden = this.name.hidden = !split;
    setAttribute(this.element, "data-split", split ? "true" : null);
  }

  /** Say whose data and inputs the pictures change. @param {boolean} both */
  choose(both) {
    const whose = both ? "A+B" : "B";
    setText(this.whose, whose);
    const now = both ? "data and inputs of both; press for B alone" : "data and inputs of B; press for A as well";
    // A name begins with what is written on the button.
    setAttribute(this.whose, "aria-label", `${whose}: ${now}`);
    setAttribute(this.whose, "title", `${now[0].toUpperCase()}${now.slice(1)}`);
  }

  /** What of B may be chosen by its picture. @param {readonly (PictureColumn | null | undefined)[]} columns */
  offer(columns) {
    this.offered = columns.flatMap((column) => column?.element ?? []);
    this.pictures.replaceChildren(this.whose, ...this.offered);
    this.fitOffer();
  }

  /** The room has changed. */
  fit() {
    this.course.fit();
    this.words.fit();
  }

  /** Where nothing is offered there is no row for it. */
  fitOffer() {
    this.pictures.hidden = this.offered.every((element) => element.hidden);
  }

  /** @param {State} run @param {State} held */
  report(run, held) {
    const said = sentence(held);
    const going = held.phase === "playing" && !held.message;
    const refused = run.error !== null && held.shown === null;
    this.words.say(going ? "Training … It is held: the controls change B." : refused ? "No run to show." : said.text);
    this.course.say(courseWords(held.course));
    setAttribute(this.held, "data-tone", said.tone);
    const apart = run.course?.apart ?? [];
    setText(this.apart, allApart(apart, NAMED));
    setAttribute(this.apart, "title", apart.length > NAMED ? allApart(apart) : null);
  }
}

/** @param {string} letter */
function sideName(letter) {
  return h("b", { class: "nnp-side-name", text: letter });
}
