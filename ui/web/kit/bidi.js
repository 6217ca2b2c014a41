// @ts-check
/** Words from right to left in a sentence from left to right. */

/** Hebrew, Arabic and their like. */
const LEFTWARD = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;

/**
 * Somebody's words, kept apart from the sentence around them: numbers and stops that follow would else be drawn among them.
 *
 * @param {string} text
 */
export const apart = (text) => (LEFTWARD.test(text) ? `\u2068${text}\u2069` : text);
