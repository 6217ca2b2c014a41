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

/**
 * How far below the top of its page an element stands, wherever the page is scrolled to.
 *
 * @param {Element} element
 */
export function placeOnPage(element) {
  let { top } = element.getBoundingClientRect();
  for (let node = element.parentElement; node; node = node.parentElement) top += node.scrollTop;
  return top;
}
