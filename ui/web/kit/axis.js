// @ts-check
/** Scales, ticks and axes. */

import { svg } from "./dom.js";
import { decades, formatNumber, linearTicks } from "./scales.js";

/**
 * @typedef {{ at: (value: number) => number, invert: (pixel: number) => number,
 *             low: number, high: number, from: number, to: number, log: boolean }} Scale
 */

/**
 * A linear scale from values low..high to pixels from..to.
 * @param {number} low @param {number} high @param {number} from @param {number} to
 * @returns {Scale}
 */
export function linearScale(low, high, from, to) {
  const slope = high === low ? 0 : (to - from) / (high - low);
  const at = (/** @type {number} */ value) => from + (value - low) * slope;
  const invert = (/** @type {number} */ pixel) => (slope === 0 ? low : low + (pixel - from) / slope);
  return { at, invert, low, high, from, to, log: false };
}

/**
 * A logarithmic scale; values at or below zero stand at the low end.
 * @param {number} low @param {number} high @param {number} from @param {number} to
 * @returns {Scale}
 */
export function logScale(low, high, from, to) {
  const inner = linearScale(Math.log10(low), Math.log10(high), from, to);
  const at = (/** @type {number} */ value) => (value > 0 ? inner.at(Math.log10(value)) : from);
  const invert = (/** @type {number} */ pixel) => 10 ** inner.invert(pixel);
  return { at, invert, low, high, from, to, log: true };
}

/**
 * Decades, thinned so that at most `most` remain, the first always among them.
 * @param {number} low @param {number} high @param {number} most
 * @returns {number[]}
 */
export function logTicks(low, high, most) {
  const all = decades(low, high);
  const every = Math.max(1, Math.ceil(all.length / most));
  return all.filter((_, i) => i % every === 0);
}

/**
 * The label of a decade: 0.01, 1, 100, and 1e-5 where the zeros would be counted.
 * @param {number} value
 * @returns {string}
 */
export const decadeLabel = (value) => (value >= 0.0099 && value < 1e4 ? String(value) : formatNumber(value, 1));

/**
 * Ticks of a scale with their words: decades where it is logarithmic, and round values beside them where there is one
 * decade or none to read the others by.
 *
 * @param {Scale} scale
 * @param {number} most
 * @returns {[number, string][]}
 */
export function ticksOf({ low, high, log }, most) {
  const tens = log ? logTicks(low, high, most) : [];
  const round = tens.length < 2 ? linearTicks(low, high, most).filter((tick) => !log || tick > 0) : [];
  return [...new Set([...tens, ...round])].map((tick) => [
    tick,
    tens.includes(tick) ? decadeLabel(tick) : String(tick).replace("-", "−"),
  ]);
}

/** Where a scale has a value, one beyond its ends at the end; NaN where it is no number. @param {Scale} scale */
export const held = (scale) => (/** @type {number} */ value) =>
  Number.isFinite(value) ? scale.at(Math.min(Math.max(value, scale.low), scale.high)) : NaN;

/**
 * A line from one side of a chart to the other, with its word at the right, or at the left where it comes `first`.
 *
 * @param {number} at pixels
 * @param {{from: number, to: number}} x
 * @param {{text: string, className: string, first?: boolean}} look
 */
export function levelLine(at, { from, to }, { text, className, first = false }) {
  const [x, anchor] = first ? [from + 6, "start"] : [to - 4, "end"];
  return svg(
    "g",
    { class: className },
    svg("path", { d: `M${from},${at}H${to}` }),
    svg("text", { x, y: at - 4, "text-anchor": anchor }, text),
  );
}

/**
 * Axis lines, ticks and labels, in the colours of `paintTheme`.
 *
 * @param {{x: Scale, y: Scale, xTicks: [number, string][], yTicks: [number, string][], xLabel?: string, yLabel?: string,
 *   size?: number, grid?: boolean}} spec `size` of the type in pixels; `grid`: lines at the ticks
 */
export function axes({ x, y, xTicks, yTicks, xLabel, yLabel, size = 12, grid = true }) {
  const group = svg("g", { fill: "var(--nn-text)", "font-size": size });
  const line = (/** @type {string} */ d) => svg("path", { d, stroke: "var(--nn-grid)" });
  for (const [value, label] of xTicks) {
    const at = x.at(value);
    if (grid) group.append(line(`M${at},${y.from}V${y.to}`));
    group.append(svg("text", { x: at, y: y.from + 1.32 * size, "text-anchor": "middle" }, label));
  }
  for (const [value, label] of yTicks) {
    const at = y.at(value);
    if (grid) group.append(line(`M${x.from},${at}H${x.to}`));
    group.append(svg("text", { x: x.from - 6, y: at + size / 3, "text-anchor": "end" }, label));
  }
  group.append(svg("path", { d: `M${x.from},${y.to}V${y.from}H${x.to}`, stroke: "var(--nn-muted)", fill: "none" }));
  const title = { "text-anchor": "middle" };
  const [across, up] = [(x.from + x.to) / 2, (y.from + y.to) / 2];
  if (xLabel) group.append(svg("text", { x: across, y: y.from + 2.72 * size, ...title }, xLabel));
  if (yLabel) group.append(svg("text", { transform: `translate(${1.05 * size} ${up}) rotate(-90)`, ...title }, yLabel));
  return group;
}
