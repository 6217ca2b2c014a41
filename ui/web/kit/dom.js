// @ts-check
/** Small helpers to build and change the page. Text always goes in as text, never as HTML. */

/**
 * Make an element; a button is one that sends no form.
 *
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {Record<string, string | number | boolean | undefined>} [attributes] `text` is its text; true sets an empty
 *   attribute, false and undefined none
 * @param {...(Node | string | null)} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  if (tag === "button") element.setAttribute("type", "button");
  for (const [key, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) continue;
    if (key === "text") element.textContent = String(value);
    else element.setAttribute(key, value === true ? "" : String(value));
  }
  for (const child of children) if (child) element.append(child);
  return element;
}

const SVG = "http://www.w3.org/2000/svg";

/**
 * Make an SVG element.
 *
 * @template {keyof SVGElementTagNameMap} K
 * @param {K} tag
 * @param {Record<string, string | number>} [attributes]
 * @param {...(Node | string)} children
 * @returns {SVGElementTagNameMap[K]}
 */
export function svg(tag, attributes = {}, ...children) {
  const element = /** @type {SVGElementTagNameMap[K]} */ (document.createElementNS(SVG, tag));
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  element.append(...children);
  return element;
}

/**
 * Change an element's text only where it differs: thirty times a second, most of it does not.
 *
 * @param {Element} element
 * @param {string} text
 */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/**
 * @param {Element} element
 * @param {string} name
 * @param {string | number | null} value null takes the attribute away
 */
export function setAttribute(element, name, value) {
  if (value === null) {
    if (element.hasAttribute(name)) element.removeAttribute(name);
  } else if (element.getAttribute(name) !== String(value)) {
    element.setAttribute(name, String(value));
  }
}

/** @param {Element} element @param {Record<string, string | number | null>} values */
export function setAttributes(element, values) {
  for (const [name, value] of Object.entries(values)) setAttribute(element, name, value);
}

/**
 * Hear an element's events until the signal ends.
 *
 * @param {EventTarget} target
 * @param {{[Type in keyof HTMLElementEventMap]?: (event: HTMLElementEventMap[Type]) => unknown}} heard
 * @param {AbortSignal} signal
 */
export function listen(target, heard, signal) {
  for (const [type, run] of Object.entries(heard)) {
    target.addEventListener(type, /** @type {EventListener} */ (run), { signal });
  }
}

/**
 * Hand the focus on from a control that was used and has gone, or rests: a browser leaves it nowhere.
 *
 * @param {any} used what had the focus
 * @param {HTMLElement | undefined} heir
 */
export function handOn(used, heir) {
  if (heir && used && (used.disabled || !used.checkVisibility())) heir.focus();
}

/** What a keyboard reaches. */
const REACHED = 'button, input, select, a[href], [tabindex="0"]';

/**
 * Build the inside of an element anew: what had the focus in it, or its like of the same test id, has it again; where there is
 * none yet, the first that a keyboard reaches where it stood.
 *
 * @param {HTMLElement} root
 * @param {() => void} build
 * @returns {(() => boolean) | undefined} where a like may be drawn later: hands it the focus, and says whether that is settled
 */
export function keepFocus(root, build) {
  const focused = () => /** @type {HTMLElement | null | undefined} */ (root.ownerDocument?.activeElement);
  const used = focused();
  if (!used || used === root || !root.contains(used)) return void build();
  const all = (/** @type {string} */ selector) => /** @type {HTMLElement[]} */ ([...root.querySelectorAll(selector)]);
  const names = namesUpTo(root, used).map((name) => `[data-testid="${name}"]`);
  const before = names.length ? all(names[0]) : [];
  build();
  if (focused() === used && used.checkVisibility()) return undefined;
  const give = (/** @type {(HTMLElement | undefined)[]} */ heirs) =>
    heirs.find((one) => {
      one?.focus({ preventScroll: true });
      return one && focused() === one;
    });
  /** Of two side by side the last is the one that the controls change. */
  const like = () => {
    const found = names.length ? all(names[0]) : [];
    return give([found[found.length === before.length ? before.indexOf(used) : found.length - 1]]);
  };
  if (like()) return undefined;
  const kinds = [`${used.tagName.toLowerCase()}:not([tabindex="-1"])`, `:is(${REACHED})`];
  const places = [...names, ""].flatMap((name) => kinds.map((kind) => `${name} ${kind}`));
  const heir = give([...places.flatMap(all), root]);
  const lost = [heir ?? root.ownerDocument.body, used];
  return () => !lost.includes(/** @type {HTMLElement} */ (focused())) || like() !== undefined;
}

/** The test ids of an element and of what it stands in. @param {HTMLElement} root @param {HTMLElement} element */
function namesUpTo(root, element) {
  const names = [];
  for (let at = /** @type {HTMLElement | null} */ (element); at && root.contains(at); at = at.parentElement)
    if (at.dataset.testid) names.push(at.dataset.testid);
  return names;
}
