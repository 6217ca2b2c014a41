// @ts-check
// Making elements: text always goes in as text, never as markup.

const SVG = "http://www.w3.org/2000/svg";

/**
 * @param {string} name @param {Record<string, string | number>} [attributes] @param {(Node | string)[]} [children]
 * @returns {any} an SVG element
 */
export function svg(name, attributes = {}, children = []) {
  const node = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, String(value));
  node.append(...children);
  return node;
}

/**
 * @param {string} name @param {Record<string, string | number>} [attributes] @param {(Node | string)[]} [children]
 * @returns {any} an HTML element
 */
export function html(name, attributes = {}, children = []) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, String(value));
  node.append(...children);
  return node;
}

/**
 * Patterns that tell the outcomes apart without colour; ids are unique within the page.
 * @param {string} id prefix
 */
export function hatchings(id) {
  const line = (/** @type {string} */ d, /** @type {string} */ cls) => svg("path", { d, class: cls, fill: "none" });
  const pattern = (/** @type {string} */ kind, /** @type {number} */ size, /** @type {Node[]} */ marks) =>
    svg("pattern", { id: `${id}-${kind}`, width: size, height: size, patternUnits: "userSpaceOnUse" }, [
      svg("rect", { width: size, height: size, class: `nns-ground nns-${kind}` }),
      ...marks,
    ]);
  return svg("defs", {}, [
    pattern("learned", 12, []),
    pattern("slow", 10, [svg("circle", { cx: 5, cy: 5, r: 1.1, class: "nns-mark nns-slow nns-dot" })]),
    pattern("unstable", 10, [line("M-2,2L2,-2M-2,12L12,-2M8,12L12,8", "nns-mark nns-unstable")]),
    pattern("overflow", 9, [line("M0,0L9,9M9,0L0,9", "nns-mark nns-overflow")]),
  ]);
}

/** The plot area's size and margins. @typedef {{ left: number, right: number, top: number, bottom: number }} Margins */

/**
 * Axis lines, ticks and labels.
 * @param {{ x: import("./axis.js").Scale, y: import("./axis.js").Scale,
 *           xTicks: [number, string][], yTicks: [number, string][], xLabel?: string, yLabel?: string }} spec
 */
export function axes({ x, y, xTicks, yTicks, xLabel, yLabel }) {
  const group = svg("g", { class: "nns-axes" });
  for (const [value, label] of xTicks) {
    const at = x.at(value);
    group.append(svg("path", { d: `M${at},${y.from}V${y.to}`, class: "nns-grid" }));
    group.append(svg("text", { x: at, y: y.from + 16, "text-anchor": "middle" }, [label]));
  }
  for (const [value, label] of yTicks) {
    const at = y.at(value);
    group.append(svg("path", { d: `M${x.from},${at}H${x.to}`, class: "nns-grid" }));
    group.append(svg("text", { x: x.from - 6, y: at + 4, "text-anchor": "end" }, [label]));
  }
  group.append(svg("path", { d: `M${x.from},${y.to}V${y.from}H${x.to}`, class: "nns-frame" }));
  if (xLabel) {
    group.append(
      svg("text", { x: (x.from + x.to) / 2, y: y.from + 33, "text-anchor": "middle", class: "nns-title" }, [xLabel]),
    );
  }
  if (yLabel) {
    const middle = (y.from + y.to) / 2;
    group.append(
      svg("text", { transform: `translate(13 ${middle}) rotate(-90)`, "text-anchor": "middle", class: "nns-title" }, [
        yLabel,
      ]),
    );
  }
  return group;
}
