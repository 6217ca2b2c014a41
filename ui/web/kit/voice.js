// @ts-check
/** What a screen reader is told of what happens by itself. Each view has one voice, so that nothing is said by two. */
import { h } from "./dom.js";

/** Out of sight, in reach of a screen reader: what is not displayed is not read. */
export const UNSEEN =
  "position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap";

/** What was said stays for who looks back; what is added to it is read. */
const READ = { "aria-live": "polite", "aria-atomic": "false" };

/** Milliseconds without another word after which a hand that moves something is taken to rest. */
const REST = 600;

/** Sentences that stay. */
const KEPT = 3;

/** @param {string} words */
const sentences = (words) => words.split(/(?<=[.!?]) (?=\S)/);

/**
 * What of words that grow was not said before: of a verdict that what was tried out since stands behind, that alone.
 *
 * @param {string} before
 * @param {string} now
 */
export function newWords(before, now) {
  const [said, all] = [sentences(before), sentences(now)];
  return (all[0] === said[0] ? all.filter((one) => !said.includes(one)) : all).join(" ");
}

/**
 * A place of words, and what says them when nothing else is being read; words that were said last are not said again, nor,
 * where more is added to what was said, its sentences.
 *
 * @param {{setTimeout: (run: () => void, ms: number) => any, clearTimeout: (id: any) => void}} [clock]
 */
export function voice(clock = globalThis) {
  const element = h("div", { class: "nn-voice", role: "status", ...READ, style: UNSEEN });
  let [said, waiting] = ["", /** @type {any} */ (null)];
  const announce = (/** @type {string} */ words) => {
    if (!words) return;
    clock.clearTimeout(waiting);
    if (words === said) return;
    const fresh = newWords(said, words);
    said = words;
    if (fresh) element.append(h("p", { text: fresh }));
    while (element.children.length > KEPT) element.children[0].remove();
  };
  /** What changes under a hand is told once that rests: its control tells the way there. @param {string} words */
  const announceAtRest = (words) => {
    clock.clearTimeout(waiting);
    waiting = clock.setTimeout(() => announce(words), REST);
  };
  /** What is told next is news, also where its words are the same. */
  const forget = () => {
    said = "";
  };
  return { element, announce, announceAtRest, forget, end: () => clock.clearTimeout(waiting) };
}
