// @ts-check
/**
 * Streamlit's toasts (1.67) are dialogs that nobody opened, without the role by which a screen reader reads what appears by itself:
 * their words are said by the tab's own voice.
 */

const REGION = '[data-testid="stToastContainer"]';
const WORDS = '[data-testid="stToastText"]';

/** @param {Document} page @param {(words: string) => void} say */
export function keepToasts(page, say) {
  const told = new WeakSet();
  const look = () => {
    for (const words of page.querySelectorAll(WORDS)) {
      if (told.has(words)) continue;
      told.add(words);
      say(words.textContent ?? "");
    }
  };
  const inside = new MutationObserver(look);
  // Their region is put at the end of the page with the first one, and taken away with the last.
  new MutationObserver(() => {
    const region = page.querySelector(REGION);
    if (region) inside.observe(region, { childList: true, subtree: true });
    look();
  }).observe(page.body, { childList: true });
}
