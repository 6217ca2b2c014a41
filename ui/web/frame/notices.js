// @ts-check
/**
 * A notice of more lines than its box holds is scrolled (`ui/shared/theme.py`), by key too: axe, and WebKit, want that said. Its
 * style begins an animation of no change, by which it is known without watching the whole page.
 */

const BEGUN = "nn-notice";

/** @param {Document} page */
export function keepNotices(page) {
  page.addEventListener("animationstart", ({ animationName, target }) => {
    if (animationName !== BEGUN || !(target instanceof HTMLElement)) return;
    if (target.scrollHeight > target.clientHeight) target.tabIndex = 0;
  });
}
