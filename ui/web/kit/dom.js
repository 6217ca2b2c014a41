// @ts-check
/** Small helpers to build and change the page. Text always goes in as text, never as HTML. */

/**
 * Make an element.
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

/** @type {Record<string, string>} outlines of the transport's signs, on a field of 24 x 24 */
const ICONS = {
  play: "M7 4.5v15l12.5-7.5z",
  pause: "M6 4.5h4.5v15H6zM13.5 4.5H18v15h-4.5z",
  step: "M5 4.5v15l9.5-7.5zM16 4.5h3.5v15H16z",
  restart: "M12 4a8 8 0 1 1-7.7 5.9l2.5.7A5.4 5.4 0 1 0 12 6.6v3.2L6.6 5.3 12 .8z",
  dice: "M5 3h14a2 2 0 0 1 2 2v14a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2V5a2 2 0 0 1 2-2zm3 3.4A1.6 1.6 0 1 0 8 9.6 1.6 1.6 0 0 0 8 6.4zm8 8A1.6 1.6 0 1 0 16 17.6 1.6 1.6 0 0 0 16 14.4zm-4-4A1.6 1.6 0 1 0 12 13.6 1.6 1.6 0 0 0 12 10.4z",
  pin: "M15 2.5l6.5 6.5-2 1-1-.4-4 4 .3 4-1.8 1.8-4-4-5 5-1.5.6.6-1.5 5-5-4-4L6 8.300l4 .3 4-4-.4-1z",
  wide: "M3 4h18v12H3zM5.300 6.300v7.400h13.400V6.300zM8 18h8v2H8z",
};

/**
 * A sign, hidden from screen readers: its button carries the words.
 *
 * @param {string} name
 */
export function icon(name) {
  return svg(
    "svg",
    { viewBox: "0 0 24 24", class: "nnp-icon", "aria-hidden": "true" },
    svg("path", { d: ICONS[name], "fill-rule": "evenodd" }),
  );
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

/**
 * The frame around every panel.
 *
 * @param {string} id
 * @param {string} title
 * @returns {{element: HTMLElement, body: HTMLElement, note: HTMLElement, tools: HTMLElement}} `note` is a short line
 *   beside the title, `tools` a place for the panel's own buttons
 */
export function panelFrame(id, title) {
  const note = h("span", { class: "nnp-panel-note" });
  const tools = h("span", { class: "nnp-panel-tools" });
  const body = h("div", { class: "nnp-panel-body" });
  const head = h(
    "div",
    { class: "nnp-panel-head" },
    h("div", { class: "nnp-panel-title", role: "heading", "aria-level": 3, text: title }),
    note,
    tools,
  );
  const element = h(
    "section",
    { class: `nnp-panel nnp-panel-${id}`, "data-testid": `panel-${id}`, "aria-label": title },
    head,
    body,
  );
  element.style.gridArea = id;
  return { element, body, note, tools };
}

/**
 * A canvas that fills its host and is as sharp as the screen.
 *
 * @param {HTMLElement} host
 * @param {string} label what it shows, for screen readers
 */
export function canvasIn(host, label) {
  const canvas = h("canvas", { class: "nnp-canvas", role: "img", "aria-label": label });
  host.append(canvas);
  return canvas;
}

/**
 * Fit a canvas to its host's size.
 *
 * @param {HTMLCanvasElement} canvas
 * @param {{width: number, height: number}} size in CSS pixels
 * @returns {CanvasRenderingContext2D | null} ready to draw in CSS pixels, cleared
 */
export function fitted(canvas, { width, height }) {
  const scale = globalThis.devicePixelRatio || 1;
  const [w, k] = [Math.round(width * scale), Math.round(height * scale)];
  if (canvas.width !== w) canvas.width = w;
  if (canvas.height !== k) canvas.height = k;
  const context = canvas.getContext("2d");
  if (!context) return null;
  context.setTransform(scale, 0, 0, scale, 0, 0);
  context.clearRect(0, 0, width, height);
  return context;
}
