// @ts-check
/**
 * Streamlit (1.67) draws what a popover holds at the end of the page and leaves the focus on its button: by Tab one would have to
 * walk through everything before it is reached. From the button Tab leads into it, and back from its first control.
 */

const BUTTON = '[data-testid="stPopoverButton"]';
const BODY = '[data-testid="stPopoverBody"]';
const CONTROLS = 'button, input, select, textarea, summary, a[href], [tabindex="0"]';

/** @param {Document} page */
export function keepPopover(page) {
  /** @type {HTMLElement | null} */ let opener = null;
  page.addEventListener("keydown", (event) => {
    const body = page.querySelector(BODY);
    if (event.key !== "Tab" || !body) return;
    const at = /** @type {HTMLElement} */ (event.target);
    const first = /** @type {HTMLElement[]} */ ([...body.querySelectorAll(CONTROLS)]).find(
      (one) => one.checkVisibility({ visibilityProperty: true }) && !one.matches(":disabled, [tabindex='-1']"),
    );
    const to = event.shiftKey ? at === first && opener : at.closest(BUTTON) && first;
    if (!to) return;
    if (!event.shiftKey) opener = at;
    event.preventDefault();
    to.focus();
  });
}
