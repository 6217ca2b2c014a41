// @ts-check
/**
 * Streamlit (1.67) gives a number field its least value and its step, and a browser takes whatever lies between such steps for
 * wrong: of 200 epochs, ten a step from 1 on, a screen reader says that they are invalid. Streamlit's own keys and buttons
 * count by themselves, so the browser is told that any number will do.
 */

/** @param {Document} page */
export function keepNumbers(page) {
  page.addEventListener("focusin", () => {
    for (const field of page.querySelectorAll('input[type="number"]')) field.setAttribute("step", "any");
  });
}
