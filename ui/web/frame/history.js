// @ts-check
/**
 * Back and Forward visit what somebody chose, and nothing else. Streamlit (1.67) adds an entry to the browser's history for
 * every address that a script writes, also for the first one of a page that was just opened: Back from there leads to the bare
 * address, which the page at once fills in again. So while the script run of an arrival goes on, what is written replaces the
 * entry of the arrival. At times the new page's parameters come before its path, and then stand for a moment behind the path
 * of the page that was left: that entry, too, becomes the new page's.
 */

/** The attribute of Streamlit's root that says whether a script is running. */
const STATE = "data-test-script-state";

/**
 * Lay the rule down for a window, before Streamlit has begun in it.
 *
 * @param {Window & typeof globalThis} page
 */
export function keepHistory(page) {
  const { history } = page;
  const push = history.pushState.bind(history);
  let running = false;
  let arriving = true;
  let written = false; // whether the present entry was added in the script run that goes on
  history.pushState = (state, unused, url) => {
    const { pathname, search } = new URL(url ?? "", page.location.href);
    const other = pathname !== page.location.pathname;
    const early = other && written && search === page.location.search;
    if (early || (arriving && !other)) history.replaceState(state, unused, url);
    else push(state, unused, url);
    written = running;
    arriving ||= other;
  };
  const follow = (/** @type {MutationRecord[]} */ changes) => {
    const root = /** @type {Element} */ (changes[changes.length - 1].target);
    running = root.getAttribute(STATE) === "running";
    // Somebody who is quick begins the next run before the end of the first has been told: both come at once.
    if (changes.some(({ oldValue }) => oldValue === "running")) arriving = written = false;
  };
  const options = { subtree: true, attributeOldValue: true, attributeFilter: [STATE] };
  new page.MutationObserver(follow).observe(page.document, options);
}
