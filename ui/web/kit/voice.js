// @ts-check
/** What a screen reader is told of what happens by itself. Each view has one voice, so that nothing is said by two. */
import { h, setText } from "./dom.js";

/** Out of sight, in reach of a screen reader: what is not displayed is not read. */
export const UNSEEN =
  "position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap";

/**
 * @returns {{element: HTMLElement, announce: (words: string) => void}} the place of the words, and what says them when
 *   nothing else is being read; words that were said last are not said again
 */
export function voice() {
  const element = h("div", { class: "nn-voice", role: "status", "aria-live": "polite", style: UNSEEN });
  return { element, announce: (words) => setText(element, words) };
}
