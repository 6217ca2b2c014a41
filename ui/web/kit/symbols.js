// @ts-check
/** Open symbols that tell curves apart without their colours. */

import { svg } from "./dom.js";

/** @type {Record<string, string>} outlines about the origin */
const OUTLINES = {
  circle: "M-5,0A5,5 0 1 1 5,0A5,5 0 1 1 -5,0Z",
  square: "M-4.5,-4.5H4.5V4.5H-4.5Z",
  diamond: "M0,-6.5L6.5,0L0,6.5L-6.5,0Z",
  triangle: "M0,-6L5.6,4.5H-5.6Z",
};

export const SHAPES = Object.keys(OUTLINES);

/**
 * @param {string} shape one of `SHAPES`
 * @param {{x: number, y: number, colour: string, scale?: number}} at in pixels
 * @returns {SVGElement}
 */
export function symbol(shape, { x, y, colour, scale = 1 }) {
  return svg("path", {
    d: OUTLINES[shape] ?? OUTLINES.circle,
    transform: `translate(${x} ${y}) scale(${scale})`,
    fill: "none",
    stroke: colour,
    "stroke-width": 2,
  });
}
