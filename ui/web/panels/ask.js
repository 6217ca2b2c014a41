// @ts-check
/**
 * The question before a run: large, where the verdict will stand. Answers are chosen with keys 1 to 5 or a click, Space
 * reveals: then the run plays, the verdict takes the question's place, and the marked answer stands below it with its why.
 */
import { apart } from "../kit/bidi.js";
import { h, setAttribute } from "../kit/dom.js";
import { keepFocus } from "../kit/focus.js";
import { free, operatedBySpace, targetOf } from "../kit/keys.js";
/** @import { Press, Target } from "../kit/keys.js" */

/**
 * @typedef {object} Question as the script hands it over
 * @property {string} id of the opening of the page; a question is asked once in each
 * @property {string} text
 * @property {string[]} answers
 * @property {number | null} right place of the marked answer
 * @property {string} why
 */

/** Openings whose answers stand open; a view that is built anew does not ask again. @type {Set<string>} */
const REVEALED = new Set();

/** Questions whose run has given way to another one. @type {Set<string>} */
const PAST = new Set();

/** Letters of a question with its answers that have room in large type, on a screen of 4 to 3. */
const MOST_LARGE = 220;

/**
 * What a key means while something is asked: the place of an answer, or the reveal.
 *
 * @param {Press} event
 * @param {Target} target the element that has the focus
 * @param {number} count of answers
 * @returns {number | "reveal" | null}
 */
export function askAction(event, target, count) {
  if (event.repeat || !free(event, target)) return null;
  if (event.key === " ") return operatedBySpace(target) ? null : "reveal";
  const place = /^[1-5]$/.test(event.key) ? Number(event.key) - 1 : count;
  return place < count ? place : null;
}

/** Whether two openings ask in the same words. @param {Question} one @param {Question | null} other */
const same = (one, other) => JSON.stringify({ ...one, id: "" }) === JSON.stringify({ ...other, id: "" });

/** Letters of a question and its answers together. @param {{text: string, answers: string[]}} question */
const letters = ({ text, answers }) => text.length + answers.join("").length;

/** Whether a question has so many letters that large type leaves no room. @param {{text: string, answers: string[]}} question */
export const isLong = (question) => letters(question) > MOST_LARGE;

export class AskBox {
  /**
   * @param {Document} page
   * @param {{onChange: (asking: boolean) => void, announce: (words: string) => void, signal: AbortSignal}} events `onChange`
   *   hears of a question and its reveal, `announce` what is asked and answered
   */
  constructor(page, { onChange, announce, signal }) {
    this.element = h("div", { class: "nnp-ask", hidden: true, "data-testid": "ask", role: "group", tabindex: -1 });
    this.onChange = onChange;
    this.announce = announce;
    /** @type {Question | null} */ this.question = null;
    /** @type {number | null} the answer that the room chose */ this.chosen = null;
    this.asking = false;
    this.token = "";
    const keydown = (/** @type {KeyboardEvent} */ event) => this.key(event);
    // Before the view's own keys, which mean something else while nothing is asked.
    page.addEventListener("keydown", keydown, { signal, capture: true });
  }

  /**
   * The script says what is asked; the same opening again changes nothing.
   *
   * @param {Question | null} given
   * @param {string} [token] another one with the same words is that of a server which has been restarted and remembers nothing
   */
  update(given, token = "") {
    const restarted = given !== null && token !== this.token && same(given, this.question);
    if (restarted && !this.asking) REVEALED.add(given.id);
    this.token = token;
    const question = given && PAST.has(given.id) ? null : given;
    if (question?.id === this.question?.id) return;
    this.question = question;
    if (!restarted) this.chosen = null;
    this.asking = question !== null && !REVEALED.has(question.id);
    this.draw();
    if (this.asking) this.announce(this.element.textContent ?? "");
    this.onChange(this.asking);
  }

  /** Another run is on the screen, of which nothing was asked. */
  drop() {
    if (this.question) PAST.add(this.question.id);
    this.update(null);
  }

  /** @returns {boolean} whether something was asked */
  reveal() {
    if (!this.asking || !this.question) return false;
    REVEALED.add(this.question.id);
    this.asking = false;
    this.draw();
    this.announce(this.element.textContent ?? "");
    this.onChange(false);
    return true;
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    if (!this.asking || !this.question) return;
    const action = askAction(event, targetOf(event.target), this.question.answers.length);
    if (action === null) return;
    event.preventDefault();
    if (action === "reveal") this.reveal();
    else this.choose(action);
  }

  /** @param {number} place */
  choose(place) {
    this.chosen = place;
    this.draw();
  }

  draw() {
    const { question, element, asking } = this;
    element.hidden = question === null;
    setAttribute(element, "data-state", question === null ? null : asking ? "asking" : "revealed");
    setAttribute(element, "data-long", question !== null && isLong(question) ? "" : null);
    setAttribute(element, "aria-label", asking ? "Question before the run" : "Answer");
    const parts = question ? (asking ? this.asked(question) : this.answered(question)) : [];
    keepFocus(element, () => element.replaceChildren(...parts));
  }

  /** @param {Question} question @returns {Node[]} */
  asked({ text, answers }) {
    const row = answers.map((answer, place) => {
      const button = h(
        "button",
        { class: "nnp-answer", "data-testid": `answer-${place + 1}`, "aria-pressed": String(place === this.chosen) },
        h("b", { text: String(place + 1) }),
        h("span", { text: answer }),
      );
      button.onclick = () => this.choose(place);
      return button;
    });
    const reveal = h("button", {
      class: "nnp-button nnp-reveal",
      "data-testid": "ask-reveal",
      title: "Play the run and show the answer (key Space)",
      text: "Reveal",
    });
    reveal.onclick = () => this.reveal();
    return [h("p", { class: "nnp-question", text }), h("div", { class: "nnp-answers" }, ...row, reveal)];
  }

  /** @param {Question} question @returns {Node[]} */
  answered({ answers, right, why }) {
    const marks = answers.map((answer, place) => {
      const state = place === right ? "right" : place === this.chosen ? "chosen" : "other";
      const sign = place === right ? "✓ " : "";
      const words = `${sign}${place + 1} ${apart(answer)}${place === this.chosen ? " (chosen)" : ""}`;
      return h("span", { class: "nnp-answer", "data-mark": state, "data-testid": `answer-${place + 1}`, text: words });
    });
    const reason = why ? h("span", { class: "nnp-why-answer", "data-testid": "ask-why", text: why }) : null;
    return [h("div", { class: "nnp-answers" }, ...marks, reason)];
  }
}
