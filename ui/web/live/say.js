// @ts-check
/** The line of words of a run: what became of it, how it goes beyond its plan, and the buttons that do what is advised. */
import { h, handOn, setAttribute, setText } from "../kit/dom.js";
import { counted } from "../kit/numbers.js";
import { courseWords } from "../panels/run_state.js";
import { Words } from "./words.js";
/** @import { Advice, Course } from "../panels/messages.js" */
/** @import { Commands } from "./commands.js" */

/**
 * @typedef {object} Told
 * @property {string} text what became of the run
 * @property {string} tone
 * @property {Course | null} [course] how it goes beyond its plan
 * @property {Advice | null} [advice]
 * @property {number} [epochs] offered to this very run; 0 for none
 */

export class Say {
  /**
   * @param {Pick<Commands, "rescue" | "more" | "action">} commands
   * @param {HTMLElement} play the run's first key
   * @param {AbortSignal} signal
   */
  constructor(commands, play, signal) {
    const button = (/** @type {string} */ kind, /** @type {string} */ id, /** @type {string} */ title, text = "") =>
      h("button", { class: `nnp-button nnp-${kind}`, hidden: true, "data-testid": id, title, text });
    this.play = play;
    this.words = new Words(signal);
    this.course = new Words(signal, { class: "nnp-course", "data-testid": "course" });
    const anew = "Begin anew without what was added and changed on the way";
    this.planned = button("planned", "as-planned", anew, "As planned");
    this.more = button("more", "more-epochs", "Go on with this run");
    this.rescue = button("rescue", "try-eta", "Train again from the same start, with this learning rate");
    this.planned.addEventListener("click", () => commands.action("as_planned"), { signal });
    this.more.addEventListener("click", () => commands.more(Number(this.more.dataset.epochs)), { signal });
    this.rescue.addEventListener("click", () => commands.rescue(), { signal });
    this.buttons = [this.planned, this.more, this.rescue];
    this.element = h("div", { class: "nnp-say" }, this.words.element, this.course.element, ...this.buttons);
  }

  /** @param {Told} told */
  tell({ text, tone, course = null, advice = null, epochs = 0 }) {
    setText(this.more, `+ ${counted(epochs, "epoch")}`);
    this.more.dataset.epochs = String(epochs);
    if (advice) setText(this.rescue, advice.label);
    this.offer([Boolean(course?.words), epochs > 0, advice?.eta !== undefined || advice?.change !== undefined]);
    setAttribute(this.element, "data-tone", tone);
    const beside = `${this.buttons.map((one) => !one.hidden && one.textContent)}`;
    const beyond = courseWords(course);
    this.course.say(beyond, beside);
    this.words.say(text, beside + beyond);
  }

  /** Who has pressed a button of the line, which goes with it, is at the run's first key. @param {boolean[]} shown */
  offer(shown) {
    const used = this.element.ownerDocument?.activeElement;
    this.buttons.forEach((one, i) => Object.assign(one, { hidden: !shown[i] }));
    handOn(
      this.buttons.find((one) => one === used),
      this.play,
    );
  }

  /** The room has changed. */
  fit() {
    this.course.fit();
    this.words.fit();
  }
}
