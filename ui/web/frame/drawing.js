// @ts-check
/** Canvases, images and drawings of a page as they stand in a picture of it, without the page's style sheets. */

/** What a drawing's children take over from it. */
const INHERITED = [
  "fill",
  "fill-opacity",
  "fill-rule",
  "stroke",
  "stroke-opacity",
  "stroke-width",
  "stroke-dasharray",
  "stroke-linecap",
  "stroke-linejoin",
  "paint-order",
  "font-family",
  "font-size",
  "font-weight",
  "font-style",
  "letter-spacing",
  "text-anchor",
  "dominant-baseline",
  "visibility",
];

/** What each element has for itself, with the value that says nothing. */
const OWN = /** @type {const} */ ({ opacity: "1", display: "inline", "clip-path": "none", mask: "none" });

/** @typedef {{left: number, top: number, width: number, height: number}} Box pixels of the page */

/** @param {string} text */
export const escaped = (text) =>
  text.replace(/[&<>"]/g, (sign) => /** @type {Record<string, string>} */ (ENTITIES)[sign]);

const ENTITIES = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/** Attributes of an element's tag. @param {Record<string, string | number>} values */
export const attributes = (values) =>
  Object.entries(values)
    .map(([name, value]) => ` ${name}="${escaped(typeof value === "number" ? String(+value.toFixed(2)) : value)}"`)
    .join("");

/** @param {Box} box */
export const placed = ({ left, top, width, height }) => ({ x: left, y: top, width, height });

/**
 * @param {HTMLCanvasElement | HTMLImageElement} source
 * @param {Box} box
 * @returns {string} an `<image>`; nothing where there is nothing to see
 */
export function bitmap(source, box) {
  const canvas = source instanceof HTMLCanvasElement ? source : copied(source, box);
  if (!canvas.width || !canvas.height) return "";
  return `<image${attributes({ ...placed(box), preserveAspectRatio: "none", href: canvas.toDataURL() })}/>`;
}

/** @param {HTMLImageElement} image @param {Box} box */
function copied(image, { width, height }) {
  const canvas = image.ownerDocument.createElement("canvas");
  [canvas.width, canvas.height] = [2 * width, 2 * height];
  canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
  return canvas;
}

/**
 * @param {SVGSVGElement} source
 * @param {Box} box
 * @returns {string} a nested `<svg>` that needs no style sheet
 */
export function drawing(source, box) {
  const copy = /** @type {SVGSVGElement} */ (source.cloneNode(true));
  wear(source, copy, null);
  const { width, height } = box;
  if (!copy.hasAttribute("viewBox")) copy.setAttribute("viewBox", `0 0 ${width} ${height}`);
  for (const [name, value] of Object.entries(placed(box))) copy.setAttribute(name, String(value));
  if (getComputedStyle(source).overflow === "visible") copy.setAttribute("overflow", "visible");
  return new XMLSerializer().serializeToString(copy);
}

/**
 * Write what style sheets say of an element into a copy of it.
 *
 * @param {Element} source
 * @param {Element} copy
 * @param {CSSStyleDeclaration | null} above of the element around it
 */
function wear(source, copy, above) {
  const style = getComputedStyle(source);
  copy.removeAttribute("style");
  copy.removeAttribute("class");
  for (const name of INHERITED) {
    const value = style.getPropertyValue(name);
    if (value === above?.getPropertyValue(name)) copy.removeAttribute(name);
    else copy.setAttribute(name, value);
  }
  for (const [name, plain] of Object.entries(OWN)) {
    const value = style.getPropertyValue(name);
    if (value === plain || (name === "display" && value !== "none")) copy.removeAttribute(name);
    else copy.setAttribute(name, value);
  }
  [...source.children].forEach((child, at) => wear(child, copy.children[at], style));
}
