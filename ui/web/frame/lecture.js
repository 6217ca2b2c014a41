// @ts-check
/** Key L changes the whole screen, which only who sees it is told of. A live view, which changes at once, says so itself. */
import { free, targetOf } from "../kit/keys.js";

/** So long a script is waited for, in milliseconds. */
const PATIENCE = 20_000;

/**
 * @param {Document} page
 * @param {(words: string) => void} say
 * @param {() => number} [now]
 */
export function keepLecture(page, say, now = () => performance.now()) {
  const head = () => page.querySelector('[data-testid="stHeader"]')?.checkVisibility({ visibilityProperty: true });
  const press = (/** @type {KeyboardEvent} */ event) => {
    const meant = event.key?.toLowerCase() === "l" && !event.repeat && free(event, targetOf(page.activeElement));
    if (!meant || page.querySelector('[data-testid="live-view"]')) return;
    const [before, begun] = [head(), now()];
    const look = () => {
      const shown = head();
      if (shown !== before) return say(`Lecture mode ${shown ? "off" : "on"}.`);
      if (now() - begun < PATIENCE) page.defaultView?.requestAnimationFrame(look);
    };
    look();
  };
  page.addEventListener("keydown", press, true);
}
