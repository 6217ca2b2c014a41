// @ts-check
/**
 * Streamlit (1.67) leaves the focus nowhere where what was used by key goes, rests or is hidden, such as the last screen of a
 * lesson that is taken out, or a control of the side bar in lecture mode: it goes to the like of what was used, else to the next
 * control that is there, else to the one before. A page whose order was changed says where what was used is now, in an element of
 * its own: `data-focus` the key of a control, its text what is said of that.
 */
import { free, targetOf } from "../kit/keys.js";

const REACHED = 'button, input, select, textarea, summary, a[href], [tabindex="0"]';
const AT_REST = '[data-testid="stApp"][data-test-script-state="notRunning"]';
const MOVED = "[data-focus]";

/** Views hand the focus on by themselves, some with their next picture: so long it is waited for, in milliseconds. */
const VIEWS = 500;

/** So long a script is waited for, in milliseconds. */
const PATIENCE = 20_000;

/**
 * @param {Document} page
 * @param {(words: string) => void} say
 * @param {() => number} [now]
 */
export function keepFocus(page, say, now = () => performance.now()) {
  let watched = 0;
  const nowhere = () => page.activeElement === null || page.activeElement === page.body;
  const movedTo = () => page.querySelector(MOVED)?.outerHTML;
  const follow = (/** @type {Element} */ used) => {
    const mine = watched;
    const order = /** @type {HTMLElement[]} */ ([...page.querySelectorAll(REACHED)]);
    const like = likeOf(used);
    const [at, before, begun] = [page.location.pathname, movedTo(), now()];
    let there = begun;
    const look = () => {
      if (mine !== watched || now() - begun > PATIENCE || page.location.pathname !== at) return;
      const [rests, moved] = [page.querySelector(AT_REST) !== null, movedTo()];
      if (!nowhere()) there = now();
      if (rests && moved !== undefined && moved !== before) {
        const mark = page.querySelector(MOVED);
        give(order, used, `.st-key-${mark?.getAttribute("data-focus")} button`);
        return say(mark?.textContent ?? "");
      }
      if (rests && now() - there >= VIEWS) give(order, used, like);
      page.defaultView?.requestAnimationFrame(look);
    };
    look();
  };
  page.addEventListener(
    "keydown",
    (event) => {
      watched += 1;
      const used = page.activeElement;
      const acts = event.key === "Enter" || (event.key?.length === 1 && free(event, targetOf(used)));
      if (acts && used && !nowhere()) follow(used);
    },
    true,
  );
  page.addEventListener("pointerdown", () => (watched += 1), true);
}

/**
 * Give the focus to the first that takes it.
 *
 * @param {HTMLElement[]} order what could be reached before, in order
 * @param {Element} used
 * @param {string} like selects what stands for it now
 */
function give(order, used, like) {
  const page = used.ownerDocument;
  const heirs = /** @type {HTMLElement[]} */ ([...page.querySelectorAll(like)]);
  const at = order.indexOf(heirs[0]) < 0 ? order.indexOf(/** @type {HTMLElement} */ (used)) : order.indexOf(heirs[0]);
  for (const one of [...heirs, ...order.slice(at + 1), ...order.slice(0, Math.max(at, 0)).reverse()]) {
    if (!one.isConnected || one.tabIndex < 0 || !one.checkVisibility({ visibilityProperty: true })) continue;
    one.focus();
    if (page.activeElement === one) return;
  }
}

/** Selects what an element is drawn anew as: the same kind, in the Streamlit widget of the same key. @param {Element} used */
function likeOf(used) {
  const key = /\bst-key-[\w-]+/.exec(used.closest('[class*="st-key-"]')?.className ?? "");
  return key ? `.${key[0]} ${used.tagName.toLowerCase()}` : ":not(*)";
}
