// @ts-check
/**
 * The screens of a lesson, each in a frame of its own: the one that is seen, those before it, and the next two, which are
 * made ready, out of sight and at their start, while the present one is shown.
 */
import { h } from "../kit/dom.js";

/** How often a frame that is being made ready is looked at, in milliseconds. */
const LOOK_EVERY = 40;

/** A frame that is not ready by then is shown as far as it is, in milliseconds. */
const PATIENCE = 15_000;

/** The attribute of Streamlit's root that says whether a script is running (1.67). */
const SCRIPT = "[data-test-script-state]";

/** What Streamlit shows of an element whose code is still on its way, a component of ours with nothing in it yet (1.67). */
const COMING = '[data-testid="stSkeleton"], [data-testid="stBidiComponentRegular"]:not(:has([data-testid]))';

/**
 * Whether a screen can be shown: its live view has drawn, its sweep has, or its question stands; a page with neither is
 * ready when its script has ended and all that it drew has come.
 *
 * @param {Pick<Document, "querySelector"> | null} inner
 */
export function isReady(inner) {
  const view = viewOf(inner);
  if (view?.dataset.asking === "true") return true;
  const drawn = view?.dataset.frames ?? view?.dataset.drawn;
  if (view) return Number(drawn ?? 0) > 0;
  const there = Boolean(inner?.querySelector('[data-testid="stMain"] [data-testid]'));
  return atRest(inner) && there && !inner?.querySelector(COMING);
}

/** Whether no script of its page is running. @param {Pick<Document, "querySelector"> | null} inner */
const atRest = (inner) => inner?.querySelector(SCRIPT)?.getAttribute("data-test-script-state") === "notRunning";

/**
 * Whether a screen is made ready: it can be shown, and the rest of its script takes no time from its run.
 *
 * @param {Pick<Document, "querySelector"> | null} inner
 */
export const isPrepared = (inner) => isReady(inner) && atRest(inner);

/**
 * Whether the answer to its question can be opened: the run that it lets begin is there, where the page has one.
 *
 * @param {Pick<Document, "querySelector"> | null} inner
 */
export function isAnswerable(inner) {
  const view = viewOf(inner);
  return view?.dataset.testid === "ask-view" || Number(view?.dataset.frames ?? view?.dataset.drawn ?? 0) > 0;
}

/** Whether its question is still open. @param {Pick<Document, "querySelector"> | null} inner */
export const isAsking = (inner) => viewOf(inner)?.dataset.asking === "true";

/** Whether its question has been answered. @param {Pick<Document, "querySelector"> | null} inner */
export const isRevealed = (inner) =>
  inner?.querySelector('[data-testid="ask"]')?.getAttribute("data-state") === "revealed";

/** Whether a run is playing. @param {Pick<Document, "querySelector"> | null} inner */
export const isPlaying = (inner) => viewOf(inner)?.dataset.state === "playing";

/** Let a run begin that has waited at its start. @param {Pick<Document, "querySelector"> | null} inner */
export function play(inner) {
  const view = viewOf(inner);
  const waits = view?.dataset.state === "paused" && view.dataset.epoch === "0";
  if (waits && !isAsking(inner)) press(inner, "play");
}

/** Open the answer to a question. @param {Pick<Document, "querySelector"> | null} inner */
export const reveal = (inner) => press(inner, "ask-reveal");

/** @param {Pick<Document, "querySelector"> | null} inner @param {string} name */
function press(inner, name) {
  /** @type {HTMLElement | null | undefined} */ (inner?.querySelector(`[data-testid="${name}"]`))?.click();
}

/** @param {Pick<Document, "querySelector"> | null} inner */
function viewOf(inner) {
  const found = inner?.querySelector('[data-testid="live-view"], [data-testid="strip-view"], [data-testid="ask-view"]');
  return /** @type {HTMLElement | null | undefined} */ (found);
}

export class Frames {
  /**
   * @param {HTMLElement} host
   * @param {(place: number) => string} addressOf
   * @param {(event: KeyboardEvent) => void} onKey keys that were pressed inside a frame
   */
  constructor(host, addressOf, onKey) {
    this.host = host;
    this.addressOf = addressOf;
    this.onKey = onKey;
    /** @type {Map<number, HTMLIFrameElement>} */ this.held = new Map();
  }

  /** Make a screen ready, out of sight. @param {number} place @returns {HTMLIFrameElement} */
  prepare(place) {
    const known = this.held.get(place);
    if (known) return known;
    const frame = h("iframe", { class: "nnl-screen", src: this.addressOf(place), "data-screen": place + 1 });
    frame.inert = true;
    frame.title = `Screen ${place + 1}`;
    frame.addEventListener("load", () => frame.contentWindow?.addEventListener("keydown", this.onKey, true));
    this.held.set(place, frame);
    this.host.append(frame);
    return frame;
  }

  /**
   * Wait until a screen can be shown.
   *
   * @param {number} place @param {(inner: Document | null) => boolean} [enough] when that is
   */
  async ready(place, enough = isReady) {
    const frame = this.prepare(place);
    const end = performance.now() + PATIENCE;
    while (!enough(frame.contentDocument) && performance.now() < end && this.held.get(place) === frame)
      await new Promise((done) => setTimeout(done, LOOK_EVERY));
    return frame;
  }

  /**
   * Let one screen be seen, and its run begin.
   *
   * @param {number} place
   * @param {boolean} [begins] false where its run has begun by a reveal
   * @returns {HTMLIFrameElement | undefined}
   */
  show(place, begins = true) {
    for (const [other, frame] of this.held) {
      const seen = other === place;
      frame.inert = !seen;
      frame.classList.toggle("nnl-seen", seen);
    }
    const frame = this.held.get(place);
    frame?.contentWindow?.focus();
    if (frame && begins) this.begin(place, frame);
    return frame;
  }

  /**
   * Let the run begin that has waited to be seen: at once, or, on a machine that was too slow for our patience, as soon as it
   * is there.
   *
   * @param {number} place @param {HTMLIFrameElement} frame
   */
  async begin(place, frame) {
    const end = performance.now() + PATIENCE;
    const comes = () => !viewOf(frame.contentDocument) && performance.now() < end;
    while (comes() || !isReady(frame.contentDocument)) {
      await new Promise((done) => setTimeout(done, LOOK_EVERY));
      if (this.held.get(place) !== frame || frame.inert) return;
    }
    play(frame.contentDocument);
  }

  /** Let go of all screens but some. @param {readonly number[]} places */
  keep(places) {
    for (const [place, frame] of this.held) {
      if (places.includes(place)) continue;
      frame.remove();
      this.held.delete(place);
    }
  }

  /** What a screen's frame holds. @param {number} place */
  document(place) {
    return this.held.get(place)?.contentDocument ?? null;
  }
}
