// @ts-check
/** A background that goes from colour to colour, left to right, as a drawing has it. */
import { attributes } from "./drawing.js";
/** @import { Box } from "./drawing.js" */

const LEFT_TO_RIGHT = /^(repeating-)?linear-gradient\((?:90deg|to right), (.*)\)$/;
const STOP = /(rgba?\([^)]*\))(?: (-?[\d.]+)(px|%))?/g;

/**
 * @param {string} image `background-image`, as a browser computes it
 * @param {Box} box
 * @returns {{markup: string, fill: string} | null} what defines it and how it is named; null for any other image
 */
export function gradient(image, { left, top, width }) {
  const [, repeated, list] = LEFT_TO_RIGHT.exec(image) ?? [];
  if (list === undefined) return null;
  const stops = [...list.matchAll(STOP)].map(([, colour, place, unit], at, all) => {
    if (place === undefined) return { colour, at: (at / Math.max(1, all.length - 1)) * width };
    return { colour, at: unit === "%" ? (Number(place) / 100) * width : Number(place) };
  });
  const end = repeated ? stops[stops.length - 1].at : width;
  const id = `gradient-${Math.round(10 * left)}-${Math.round(10 * top)}`;
  const reach = { x1: left, x2: left + end, spreadMethod: repeated ? "repeat" : "pad" };
  const marks = stops.map(({ colour, at }) => `<stop${attributes({ offset: at / end, "stop-color": colour })}/>`);
  const open = attributes({ id, gradientUnits: "userSpaceOnUse", ...reach });
  return { markup: `<linearGradient${open}>${marks.join("")}</linearGradient>`, fill: `url(#${id})` };
}
