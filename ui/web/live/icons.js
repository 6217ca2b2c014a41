// @ts-check
/** The signs on the buttons of a run. */
import { svg } from "../kit/dom.js";

/** @type {Record<string, string>} outlines of the transport's signs, on a field of 24 x 24 */
const ICONS = {
  play: "M7 4.5v15l12.5-7.5z",
  pause: "M6 4.5h4.5v15H6zM13.5 4.5H18v15h-4.5z",
  step: "M5 4.5v15l9.5-7.5zM16 4.5h3.5v15H16z",
  restart: "M12 4a8 8 0 1 1-7.7 5.9l2.5.7A5.4 5.4 0 1 0 12 6.6v3.2L6.6 5.3 12 .8z",
  dice: "M5 3h14a2 2 0 0 1 2 2v14a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2V5a2 2 0 0 1 2-2zm3 3.4A1.6 1.6 0 1 0 8 9.6 1.6 1.6 0 0 0 8 6.4zm8 8A1.6 1.6 0 1 0 16 17.6 1.6 1.6 0 0 0 16 14.4zm-4-4A1.6 1.6 0 1 0 12 13.6 1.6 1.6 0 0 0 12 10.4z",
  pin: "M15 2.5l6.5 6.5-2 1-1-.4-4 4 .3 4-1.8 1.8-4-4-5 5-1.5.6.6-1.5 5-5-4-4L6 8.300l4 .3 4-4-.4-1z",
  two: "M3 4h8v16H3zM13 4h8v16h-8zM5 6v12h4V6z",
  wide: "M3 4h18v12H3zM5.300 6.300v7.400h13.400V6.300zM8 18h8v2H8z",
};

/** A sign, hidden from screen readers: its button carries the words. @param {string} name */
export function icon(name) {
  return svg(
    "svg",
    { viewBox: "0 0 24 24", class: "nnp-icon", "aria-hidden": "true" },
    svg("path", { d: ICONS[name], "fill-rule": "evenodd" }),
  );
}
