// @ts-check
/** The page that shows a lesson: one screen, its caption at the foot, and the keys that lead on. */
import { h, listen, setText } from "../kit/dom.js";
import { targetOf } from "../kit/keys.js";
import { Frames, isAnswerable, isAsking, isPlaying, isPrepared, isReady, isRevealed, reveal } from "./frames.js";
import { hashOf, leftAt, placeOf, revealedIn } from "./place.js";
import { remoteAction } from "./remote.js";

/** The next screen is made ready once the present run has come to rest, and after so many milliseconds at the latest. */
const REST_AT_MOST = 3000;
const LOOK_EVERY = 150;

/** Screens that are held beside one. @param {number} place */
const around = (place) => [-2, -1, 0, 1, 2].map((by) => place + by);

/**
 * @typedef {object} Lesson
 * @property {string} title
 * @property {{address: string, caption: string}[]} screens
 */

class Stage {
  /** @param {HTMLElement} body @param {Lesson} lesson @param {{lesson: string, screen: number}} place */
  constructor(body, lesson, place) {
    this.body = body;
    this.lesson = lesson;
    this.packed = place.lesson;
    /** @type {number | null} */ this.shown = null;
    this.wanted = -1;
    /** Screens whose question was answered, as far as this entry of the tab's history knows: a reload keeps it. */
    this.revealed = new Set(revealedIn(globalThis.history.state));
    this.number = h("span", { class: "nnl-number" });
    this.caption = h("p", { class: "nnl-caption", "aria-live": "polite", "data-testid": "lesson-caption" });
    this.host = h("main", { class: "nnl-screens" });
    const onKey = (/** @type {KeyboardEvent} */ event) => this.key(event);
    this.frames = new Frames(this.host, (at) => body.dataset.base + lesson.screens[at].address, onKey);
    const foot = h("footer", { class: "nnl-foot" }, this.number, this.caption, ...this.buttons());
    this.dark = h("button", { class: "nnl-dark", hidden: true, "data-testid": "lesson-dark" });
    this.dark.ariaLabel = "The screen is dark. Any key brings the lesson back.";
    this.dark.onclick = () => this.darken(false);
    body.append(this.host, foot, this.dark);
    listen(body.ownerDocument, { keydown: onKey }, new AbortController().signal);
    globalThis.addEventListener("pagehide", () => this.note());
    this.go(Math.min(place.screen, lesson.screens.length - 1));
  }

  buttons() {
    const button = (
      /** @type {string} */ name,
      /** @type {string} */ sign,
      /** @type {string} */ words,
      /** @type {() => void} */ run,
    ) => {
      const made = h("button", {
        class: "nnl-button",
        "data-testid": `lesson-${name}`,
        title: words,
        "aria-label": words,
        text: sign,
      });
      made.onclick = run;
      return made;
    };
    return [
      button("previous", "‹", "Previous screen (key Page Up)", () => this.go(this.wanted - 1)),
      button("next", "›", "Reveal, or next screen (key Page Down)", () => this.next()),
      button("leave", "✕", "Go on with this screen alone (key L)", () => this.leave()),
    ];
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const action = this.dark.hidden ? remoteAction(event, targetOf(event.target)) : "light";
    if (action === null) return this.hand(event);
    event.preventDefault();
    event.stopImmediatePropagation();
    if (action === "light" || action === "dark") this.darken(action === "dark");
    else if (action === "next") this.next();
    else if (action === "previous") this.go(this.wanted - 1);
    else this.leave();
  }

  /** All eyes to the lecturer: the screen goes dark, or comes back as it was. @param {boolean} on */
  darken(on) {
    this.dark.hidden = !on;
    if (on) this.dark.focus();
    else if (this.shown !== null) this.frames.held.get(this.shown)?.contentWindow?.focus();
  }

  /** A key that was pressed while nothing had the focus is the screen's. @param {KeyboardEvent} event */
  hand(event) {
    const frame = this.shown === null ? null : this.frames.held.get(this.shown);
    if (event.target !== this.body || !frame?.contentDocument) return;
    frame.contentWindow?.focus();
    const { key, code } = event;
    const handed = new KeyboardEvent("keydown", { key, code, bubbles: true, cancelable: true });
    frame.contentDocument.body.dispatchEvent(handed);
    if (handed.defaultPrevented) event.preventDefault();
  }

  /** What is asked is answered first. */
  next() {
    const inner = this.shown === null || this.shown !== this.wanted ? null : this.frames.document(this.shown);
    if (!isAsking(inner)) return this.go(this.wanted + 1);
    reveal(inner);
    this.note();
  }

  /** What was revealed stands, also where its frame is let go of. */
  note() {
    if (this.shown === null || !isRevealed(this.frames.document(this.shown))) return;
    this.revealed.add(this.shown);
    globalThis.history.replaceState({ revealed: [...this.revealed] }, "");
  }

  /**
   * Show a screen as soon as it can be; until then the present one stays.
   *
   * @param {number} place
   */
  async go(place) {
    if (place < 0 || place >= this.lesson.screens.length || place === this.wanted) return;
    this.note();
    this.wanted = place;
    this.body.dataset.wanted = String(place + 1);
    setText(this.number, `${place + 1} / ${this.lesson.screens.length}`);
    // What was passed by in haste is not waited for.
    this.frames.keep([...around(this.shown ?? place), place]);
    const frame = await this.frames.ready(place, this.revealed.has(place) ? isAnswerable : isReady);
    if (this.wanted === place && this.frames.held.get(place) === frame) this.show(place);
  }

  /** @param {number} place */
  show(place) {
    this.shown = place;
    const opened = this.frames.document(place);
    const again = this.revealed.has(place) && isAsking(opened);
    if (again) reveal(opened);
    const frame = this.frames.show(place, !again);
    setText(this.caption, this.lesson.screens[place].caption);
    this.body.dataset.shown = String(place + 1);
    this.paint(frame?.contentDocument ?? null);
    const state = { revealed: [...this.revealed] };
    globalThis.history.replaceState(state, "", hashOf({ lesson: this.packed, screen: place }));
    this.frames.keep(around(place));
    this.plan(place, performance.now() + REST_AT_MOST);
  }

  /**
   * Make the neighbours ready when that takes no time from the present run, and the one after the next: a remote is soon
   * pressed twice.
   *
   * @param {number} place
   * @param {number} end
   */
  plan(place, end) {
    globalThis.clearTimeout(this.planned);
    this.planned = globalThis.setTimeout(() => {
      if (this.shown !== place) return;
      if (performance.now() < end && isPlaying(this.frames.document(place))) this.plan(place, end);
      else this.surround(place);
    }, LOOK_EVERY);
  }

  /** @type {any} */ planned = null;

  /** @param {number} place */
  async surround(place) {
    for (const near of [place + 1, place - 1, place + 2]) {
      if (near < 0 || near >= this.lesson.screens.length || this.shown !== place) continue;
      await this.frames.ready(near, isPrepared);
    }
    if (this.shown === place) this.body.dataset.prepared = String(place + 1);
  }

  /** The foot has the colours of the screen. @param {Document | null} inner */
  paint(inner) {
    const app = inner?.querySelector('[data-testid="stApp"]');
    if (!app) return;
    const { backgroundColor, color } = getComputedStyle(app);
    this.body.style.setProperty("--nnl-ground", backgroundColor);
    this.body.style.setProperty("--nnl-text", color);
  }

  leave() {
    if (this.shown === null) return;
    const inner = this.frames.document(this.shown);
    if (inner) globalThis.location.assign(leftAt(inner.location.href, isAsking(inner)));
  }
}

/** @param {HTMLElement} body @param {readonly string[]} sentences */
function refuse(body, sentences) {
  const lines = sentences.map((text) => h("li", { text }));
  body.append(
    h(
      "div",
      { class: "nnl-refused", role: "alert" },
      h("p", { text: "No lesson can be shown:" }),
      h("ul", {}, ...lines),
    ),
  );
}

/** @param {HTMLElement} body */
async function open(body) {
  const place = placeOf(globalThis.location.hash);
  const asked = body.dataset.name || place.lesson;
  try {
    const answer = await fetch(String(body.dataset.read), { method: "POST", body: asked });
    const content = await answer.json();
    if (!answer.ok) return refuse(body, content.problems);
    body.ownerDocument.title = content.title || "Lesson";
    return new Stage(body, content, place);
  } catch {
    return refuse(body, ["The server does not answer. Reload the page to try again; the address holds the lesson."]);
  }
}

open(document.body);
globalThis.addEventListener("hashchange", () => globalThis.location.reload());
