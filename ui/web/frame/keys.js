// @ts-check
/**
 * One keyboard for every page. A key that writes a character means something to a page only where nobody writes or chooses and
 * no dialog or menu is open, and whoever speaks to a computer can turn such keys off (WCAG 2.2, 2.1.4). Views and Streamlit's own
 * shortcuts listen on the document, so it is asked here, one step before.
 */

import { declared, free, targetOf } from "../kit/keys.js";

const KEPT = "nn-single-keys";
/* A toast of Streamlit (1.67) calls itself a dialog, and takes no key. */
const OPEN = [
  ...["dialog", "alertdialog", "menu", "listbox"].map((role) => `[role="${role}"]:not([data-testid="stToast"])`),
  '[data-testid="stPopoverBody"], .nn-camera[open] > div',
].join();
/* Streamlit dresses the body in its theme, also when that changes without a script run. */
const LOOKS = `
.nn-keys { position: fixed; top: 0.9rem; right: 6.5rem; z-index: 1000000; min-height: 1.75rem; padding: 0 0.6rem;
  border: 1px solid transparent; border-radius: 0.9rem; background: none; color: inherit;
  opacity: 0.75; font: 0.75rem sans-serif; cursor: pointer; }
.nn-keys:hover, .nn-keys[aria-checked="false"] { border-color: currentColor; }
.nn-keys:focus-visible { outline: 3px solid #56b4e9; outline-offset: 1px; }
@media print { .nn-keys { display: none; } }
`;

/** @param {KeyboardEvent} event */
const writes = ({ key, ctrlKey, metaKey, altKey }) => key?.length === 1 && !(ctrlKey || metaKey || altKey);

/**
 * Lay the rule down for a tab.
 *
 * @param {Document} page
 * @param {Storage} kept
 */
export function keepKeys(page, kept) {
  const off = () => kept.getItem(KEPT) === "off";
  const open = () => [...page.querySelectorAll(OPEN)].some((one) => one.checkVisibility());
  const gate = (/** @type {KeyboardEvent} */ event) => {
    if (!writes(event)) return;
    const [target] = event.composedPath();
    const refused = (off() && event.key !== " ") || open() || !free(event, targetOf(target));
    // Streamlit (1.67) keeps its shortcuts from every input, sliders included: they get the key as if nothing had the focus.
    const slid = event.key !== " " && /** @type {Element} */ (target).tagName === "INPUT";
    if (refused || slid) event.stopPropagation();
    if (!refused && slid && !page.body.dispatchEvent(copy(event))) event.preventDefault();
  };
  page.documentElement.addEventListener("keydown", gate);
  page.defaultView?.addEventListener("keydown", (event) => writes(event) && declared(page, event));
  return keySwitch(page, kept, off);
}

/** @param {KeyboardEvent} event */
function copy({ key, code, shiftKey, repeat }) {
  return new KeyboardEvent("keydown", { key, code, shiftKey, repeat, bubbles: true, cancelable: true });
}

/**
 * @param {Document} page
 * @param {Storage} kept
 * @param {() => boolean} off
 */
function keySwitch(page, kept, off) {
  const made = page.createElement("button");
  const style = page.createElement("style");
  style.textContent = LOOKS;
  const show = () => {
    made.textContent = off() ? "Keys off" : "Keys on";
    made.setAttribute("aria-checked", String(!off()));
  };
  const attributes = { type: "button", role: "switch", class: "nn-keys", "data-testid": "single-keys" };
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.setAttribute("title", "Single keys such as L, E and N; Space and arrows stay. Kept in this browser.");
  made.addEventListener("pointerdown", (event) => event.preventDefault());
  made.addEventListener("click", () => {
    kept.setItem(KEPT, off() ? "on" : "off");
    show();
  });
  show();
  page.body.append(style, made);
  return made;
}
