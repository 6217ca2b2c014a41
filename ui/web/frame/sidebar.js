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
}
