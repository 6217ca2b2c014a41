// @ts-check
/**
 * The side bar begins closed in windows under 900 pixels, where it would leave a page less than its panels need. Streamlit (1.67)
 * closes it under 768 alone, unless its own note in the browser says otherwise: that is what is written here, and taken
 * back in a wider window, where it has not become somebody's choice.
 */

const NARROW = 900;
const NOTE = "stSidebarCollapsed-";
const OURS = "nn-side-bar-closed";

/**
 * Lay the rule down for a window, before Streamlit has begun in it.
 *
 * @param {Window} page
 * @param {Storage} kept
 */
export function keepSideBar(page, kept) {
  const fit = () => {
    if (page.innerWidth < NARROW && kept.getItem(NOTE) === null) {
      kept.setItem(NOTE, "true");
      kept.setItem(OURS, "true");
    } else if (page.innerWidth >= NARROW && kept.getItem(OURS) !== null) {
      if (kept.getItem(NOTE) === "true") kept.removeItem(NOTE);
      kept.removeItem(OURS);
    }
  };
  fit();
  page.addEventListener("resize", fit);
  page.addEventListener("click", (event) => handOver(event, page.document));
}

/** What opens the side bar, and what closes it: whichever is used goes, and Streamlit leaves the focus nowhere. */
const BUTTONS = ['[data-testid="stExpandSidebarButton"]', '[data-testid="stSidebarCollapseButton"] button'];

/** Display frames in which the other one comes. */
const SOON = 60;

/** A button that was used by keyboard hands the focus over to its like. @param {MouseEvent} event @param {Document} page */
function handOver({ target, detail }, page) {
  const used = BUTTONS.findIndex((one) => /** @type {Element | null} */ (target)?.closest?.(one));
  if (used < 0 || detail > 0) return; // the mouse counts its clicks
  const seek = (/** @type {number} */ frames) => {
    const other = /** @type {HTMLElement | null} */ (page.querySelector(BUTTONS[1 - used]));
    other?.focus();
    if (frames > 0 && page.activeElement !== other) soon(frames - 1);
  };
  const soon = (/** @type {number} */ frames) => page.defaultView?.requestAnimationFrame(() => seek(frames));
  soon(SOON);
}
