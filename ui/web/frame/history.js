// @ts-check
/**
 * Back and Forward visit what somebody chose, and nothing else. Streamlit (1.67) adds an entry to the browser's history for
 * every address that a script writes, also for the first one of a page that was just opened: Back from there leads to the bare
 * address, which the page at once fills in again. So until somebody touches a page, what it writes replaces the entry of its
 * arrival. At times the new page's parameters come before its path, and then stand for a moment behind the path of the page
 * that was left: that entry, too, becomes the new page's.
 *
 * It does nothing about Back or Forward before its first script has begun to draw, while it knows no pages yet: whoever goes back
 * from a page that was just loaded again would stand at one address and see what another opens. The address is then loaded.
 */

/** What people do that may lead to another address. */
const TOUCHES = ["pointerdown", "keydown", "change"];

/** What a script has drawn; before that a place stands empty, or holds what Streamlit lets one wait with. */
const DRAWN = '[data-testid="stElementContainer"] > :not([data-testid="stSkeleton"])';

/**
 * Lay the rule down for a window, before Streamlit has begun in it.
 *
 * @param {Window & typeof globalThis} page
 */
export function keepHistory(page) {
  const { history, document: shown } = page;
  const push = history.pushState.bind(history);
  let arriving = true;
  let written = false; // whether the present entry was added since the last touch
  history.pushState = (state, unused, url) => {
    const { pathname, search } = new URL(url ?? "", page.location.href);
    const other = pathname !== page.location.pathname;
    const early = other && written && search === page.location.search;
    if (early || (arriving && !other)) history.replaceState(state, unused, url);
    else push(state, unused, url);
    written = true;
    arriving ||= other;
  };
  const touched = () => {
    arriving = written = false;
  };
  const gone = () => {
    if (!shown.querySelector(DRAWN)) page.location.reload();
  };
  page.addEventListener("popstate", gone);
  for (const kind of TOUCHES) page.addEventListener(kind, touched, { capture: true, passive: true });
}
