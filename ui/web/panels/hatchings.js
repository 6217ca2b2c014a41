// @ts-check
/** Patterns of the outcomes of a sweep. */

import { h, svg } from "../kit/dom.js";
import { OUTCOMES, spanPixels, zones } from "./strip_model.js";
/** @import { Scale } from "../kit/axis.js" */
/** @import { Strip } from "./strip_model.js" */

/**
 * Patterns that tell the outcomes apart without colour; ids are unique within the page.
 * @param {string} id prefix
 */
export function hatchings(id) {
  const line = (/** @type {string} */ d, /** @type {string} */ cls) => svg("path", { d, class: cls, fill: "none" });
  const pattern = (/** @type {string} */ kind, /** @type {number} */ size, /** @type {Node[]} */ marks) =>
    svg(
      "pattern",
      { id: `${id}-${kind}`, width: size, height: size, patternUnits: "userSpaceOnUse" },
      svg("rect", { width: size, height: size, class: `nns-ground nns-${kind}` }),
      ...marks,
    );
  return svg(
    "defs",
    {},
    pattern("learned", 12, []),
    pattern("slow", 10, [svg("circle", { cx: 5, cy: 5, r: 1.1, class: "nns-mark nns-slow nns-dot" })]),
    pattern("memorised", 12, [line("M0,6H12", "nns-mark nns-memorised")]),
    pattern("stuck", 10, [line("M2,8H8M5,8V3", "nns-mark nns-stuck")]),
    pattern("unstable", 10, [line("M-2,2L2,-2M-2,12L12,-2M8,12L12,8", "nns-mark nns-unstable")]),
    pattern("overflow", 9, [line("M0,0L9,9M9,0L0,9", "nns-mark nns-overflow")]),
  );
}

/** What a pattern means: a piece of it with its word. @param {string} id prefix @param {string} outcome */
export function swatch(id, outcome) {
  const piece = svg("rect", { width: 20, height: 12, fill: `url(#${id}-${outcome})` });
  const box = svg("svg", { width: 20, height: 12, class: "nns-swatch", "aria-hidden": "true" }, piece);
  return h("span", { class: "nns-key" }, box, outcome);
}

/**
 * The zones of a strip, and their words where there is room for them.
 *
 * @param {Strip} strip
 * @param {Scale} x
 * @param {{id: string, top: number, bottom: number, level: (zone: {kind: number, name: string, left: number}) => number}} how
 *   `id`: prefix of the patterns, `level`: where a zone's word stands
 */
export function drawZones(strip, x, { id, top, bottom, level }) {
  const found = zones(strip).map(({ kind, first, last }) => {
    const [left, right] = spanPixels(strip.etas, x, first, last);
    return { kind, name: OUTCOMES[kind], left, width: right - left };
  });
  const areas = found.map(({ name, left, width }) => {
    const box = { x: left, y: top, width: Math.max(0.5, width), height: bottom - top };
    return svg("rect", { ...box, fill: `url(#${id}-${name})`, class: "nns-zone", "data-outcome": name });
  });
  const words = found
    .filter(({ name, width }) => width > 7.5 * name.length + 10)
    .map((zone) => svg("text", { x: zone.left + 5, y: level(zone), class: "nns-zone-word" }, zone.name));
  return { areas, words };
}
