// @ts-check
/**
 * When to draw, when to ask for the next frame, and which costly drawing may happen now. Pure: times come in as numbers
 * (milliseconds of one clock), so that tests need no clock.
 */
/** @import { Job } from "../panels/shown.js" */

/**
 * Longest mean time between two drawings of a playing run, in milliseconds, and that with which a view begins: while a
 * page is put together there is the least room for drawing.
 */
export const LONGEST_GAP = 30;

/**
 * Share of the time that drawing may take, style, layout and paint included. Without a rest Streamlit's own messages
 * would wait (seen with Streamlit 1.67).
 */
const DRAWING_SHARE = 0.65;

/** Share of a tick of the display that is waited at least, so that a tick that comes early counts as well. */
const TICK_SHARE = 0.9;

/** Displays are taken to show a picture every so many milliseconds: at least, at most, and before it is known. */
const TICK = { least: 4, most: 34, usual: 1000 / 60 };

/** Ticks that are looked at: a quarter of them may come early, and more than half late. */
const TICKS = 40;

/** Weight of the latest drawing in what drawing usually costs; of a first few, all count alike. */
const SMOOTHING = 0.1;

/** Drawings before which nothing is known of their cost. */
const FEW = 8;

/**
 * The mean time between two drawings: as short as the display's ticks, but no shorter than leaves the browser a rest. A
 * drawing that comes late may be followed by one at the very next tick, so that the mean holds on a busy machine.
 */
export class Pace {
  /** @type {number[]} */ #ticks = [];
  #last = Number.NaN;
  #cost = 0;
  #count = 0;

  /**
   * Note that the browser is about to paint.
   *
   * @param {number} now
   * @param {boolean} following whether the tick before this one was noted as well
   */
  tick(now, following) {
    const span = now - this.#last;
    this.#last = now;
    if (!following || !(span >= TICK.least && span <= TICK.most)) return;
    this.#ticks.push(span);
    if (this.#ticks.length > TICKS) this.#ticks.shift();
  }

  /** @param {number} milliseconds from the start of a drawing until the browser had time for other things */
  drew(milliseconds) {
    this.#count += 1;
    this.#cost += Math.max(SMOOTHING, 1 / this.#count) * (milliseconds - this.#cost);
  }

  /** Milliseconds between two drawings. */
  get gap() {
    if (this.#count < FEW) return LONGEST_GAP;
    return Math.min(LONGEST_GAP, Math.max(TICK_SHARE * this.#tick, this.#cost / DRAWING_SHARE));
  }

  /** Whether the browser could draw at every tick: then it is the server that a late frame is waited for. */
  get able() {
    return this.#count >= FEW && this.#cost / DRAWING_SHARE <= this.#tick;
  }

  get #tick() {
    const sorted = [...this.#ticks].sort((a, b) => a - b);
    return sorted[Math.floor(sorted.length / 4)] ?? TICK.usual;
  }
}

/** The same where the reader asked for less motion: five pictures a second. */
export const CALM_GAP = 200;

/**
 * Least time between two first frames of runs, so that a dragged control is followed at each tick. The run before may have
 * been drawn just now: whoever has moved a control does not wait for that.
 */
export const FIRST_GAP = 12;

/** Frames that may be on their way; the server holds to the same number. */
export const CREDITS = 2;

/** A playing run without a frame for this long has lost its credit (a reconnect); one more is then asked for. */
const STARVED = 2000;

/** Numbers and sliders change no faster than this while a run plays: nobody reads more, and each costs a layout. */
export const WORDS_EVERY = 100;

/** A run is at rest when nothing has come for this long; then the charts are drawn in full, with hover. */
export const REST = 160;

/**
 * @param {{now: number, lastDraw: number, lastFirst: number, due: number, dirty: boolean, fresh: boolean, calm?: boolean}} at
 *   `lastFirst`: when a run's first frame was drawn last; `due`: when the next drawing may come, as `nextDue` said at the
 *   last one; `calm`: less motion wanted
 * @returns {"draw" | "wait" | "nothing"}
 */
export function decide({ now, lastDraw, lastFirst, due, dirty, fresh, calm = false }) {
  if (!dirty) return "nothing";
  const from = calm ? lastDraw + CALM_GAP : fresh ? lastFirst + FIRST_GAP : due;
  return now >= from ? "draw" : "wait";
}

/**
 * When the drawing after this one may come: on a grid of its own, of which at most one line is made up for.
 *
 * @param {number} due of the present drawing
 * @param {number} now
 * @param {number} gap mean time between two drawings
 */
export function nextDue(due, now, gap) {
  return Math.max(due, now - gap) + gap;
}

/** A frame that comes so many milliseconds after it could have been drawn has missed a tick. */
const LATE = 2.5;

/**
 * How many frames to ask for now, before drawing the present one: as a rule one, which is made while this one is drawn.
 * Where it alone came, and too late for a browser that is able to draw, a second one is made ready beside it.
 *
 * @param {{outstanding: number, phase: string, online: boolean, able: boolean, arrived: number, late: number}} at
 *   `arrived`: frames since the drawing before; `late`: milliseconds after the last of them could have been drawn that
 *   it came
 */
export function asks({ outstanding, phase, online, able, arrived, late }) {
  if (!online || phase !== "playing" || outstanding >= CREDITS) return 0;
  return able && outstanding === 0 && arrived === 1 && late > LATE ? CREDITS : 1;
}

/** @param {{now: number, lastFrame: number, phase: string, online: boolean}} at */
export function starved({ now, lastFrame, phase, online }) {
  return online && phase === "playing" && now - lastFrame > STARVED;
}

/**
 * At most one costly drawing an animation frame: the urgent ones first, else the one that has waited longest beyond
 * its own interval.
 *
 * @param {number} now
 * @param {readonly Job[]} jobs
 * @returns {string | null} the job to do now
 */
export function choose(now, jobs) {
  let best = null;
  let most = -Infinity;
  for (const job of jobs) {
    if (!job.dirty) continue;
    const waited = now - job.last - job.every;
    if (waited < 0 && !job.urgent) continue;
    const weight = waited + (job.urgent ? 1e9 : 0);
    if (weight > most) {
      most = weight;
      best = job.id;
    }
  }
  return best;
}

/**
 * Drawn frames a second over the last drawings.
 *
 * @param {readonly number[]} times of the drawings, ascending
 * @returns {number | null} null before there are three
 */
export function frameRate(times) {
  if (times.length < 3) return null;
  const span = times[times.length - 1] - times[0];
  return span > 0 ? (1000 * (times.length - 1)) / span : null;
}
