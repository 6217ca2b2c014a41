// @ts-check
/**
 * When to draw, when to ask for the next frame, and which costly drawing may happen now. Pure: times come in as numbers
 * (milliseconds of one clock), so that tests need no clock.
 */

/**
 * Least time between two drawings. Screens tick every 16.7 ms; 28 lets every second tick through even when it comes a
 * little early. Drawing on every tick would leave Streamlit's own messages waiting (seen with Streamlit 1.67).
 */
export const FRAME_GAP = 28;

/** The same where the reader asked for less motion: five pictures a second instead of thirty. */
export const CALM_GAP = 200;

/** Least time between two drawings of a run's first frame, so that a dragged control is followed at each tick. */
export const FIRST_GAP = 12;

/** Frames that may be on their way; the server holds to the same number. */
export const CREDITS = 2;

/** A playing run without a frame for this long has lost its credit (a reconnect); one more is then asked for. */
export const STARVED = 2000;

/** Numbers and sliders change no faster than this while a run plays: nobody reads more, and each costs a layout. */
export const WORDS_EVERY = 100;

/** A run is at rest when nothing has come for this long; then the charts are drawn in full, with hover. */
export const REST = 160;

/**
 * @param {{now: number, lastDraw: number, dirty: boolean, fresh: boolean, calm?: boolean}} at `calm`: less motion wanted
 * @returns {"draw" | "wait" | "nothing"}
 */
export function decide({ now, lastDraw, dirty, fresh, calm = false }) {
  if (!dirty) return "nothing";
  const gap = calm ? CALM_GAP : fresh ? FIRST_GAP : FRAME_GAP;
  return now - lastDraw >= gap ? "draw" : "wait";
}

/**
 * Whether to ask for another frame now, before drawing the present one.
 *
 * @param {{outstanding: number, phase: string, online: boolean}} at
 */
export function asks({ outstanding, phase, online }) {
  return online && phase === "playing" && outstanding < CREDITS;
}

/**
 * @param {{now: number, lastFrame: number, phase: string, online: boolean}} at
 */
export function starved({ now, lastFrame, phase, online }) {
  return online && phase === "playing" && now - lastFrame > STARVED;
}

/**
 * At most one costly drawing an animation frame: the urgent ones first, else the one that has waited longest beyond
 * its own interval.
 *
 * @param {number} now
 * @param {readonly {id: string, dirty: boolean, urgent: boolean, last: number, every: number}[]} jobs
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
