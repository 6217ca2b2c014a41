// @ts-check
/**
 * A script draws figures and pictures for the theme in which it ran (`ui/shared/theme.py`), and Streamlit (1.67) runs none when
 * another theme is chosen, or the system changes its own: white curves would stay on white, and black ones on black. It is asked
 * to, by its own key.
 */

import { isDark } from "../kit/theme.js";

/** Streamlit dresses the body in its theme; that this is over can be listened to only where it takes a time. */
const LOOKS = "body { transition: background-color 1ms; }";

/** @param {Document} page */
export function keepGround(page) {
  const style = page.createElement("style");
  style.textContent = LOOKS;
  page.head.append(style);
  const worn = (/** @type {Element} */ element, /** @type {string} */ name) =>
    page.defaultView?.getComputedStyle(element).getPropertyValue(name) ?? "";
  page.body.addEventListener("transitionend", ({ target, propertyName }) => {
    if (target !== page.body || propertyName !== "background-color") return;
    const drawnOn = worn(page.documentElement, "--nn-drawn-on");
    if (!drawnOn || isDark(drawnOn) === isDark(worn(page.body, "background-color"))) return;
    // To the document itself: whoever turned single keys off for their own hand wants this one too. A key that is not let go is not pressed again.
    for (const kind of ["keydown", "keyup"]) page.dispatchEvent(new KeyboardEvent(kind, { key: "r", code: "KeyR" }));
  });
}
