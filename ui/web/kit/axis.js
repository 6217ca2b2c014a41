// @ts-check
/** Scales, ticks and axes. */

import { svg } from "./dom.js";
import { decades, formatNumber } from "./scales.js";

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
  return {
    at: (value) => from + (value - low) * slope,
    invert: (pixel) => (slope === 0 ? low : low + (pixel - from) / slope),
    low,
    high,
    from,
    to,
    log: false,
  };
}

/**
 * A logarithmic scale; values at or below zero stand at the low end.
 * @param {number} low @param {number} high @param {number} from @param {number} to
 * @returns {Scale}
 */
export function logScale(low, high, from, to) {
  const inner = linearScale(Math.log10(low), Math.log10(high), from, to);
  return {
    at: (value) => (value > 0 ? inner.at(Math.log10(value)) : from),
    invert: (pixel) => 10 ** inner.invert(pixel),
    low,
    high,
    from,
    to,
    log: true,
  };
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
 * Round steps of 1, 2 or 5 within low..high.
 * @param {number} low @param {number} high @param {number} most
 * @returns {number[]}
 */
export function linearTicks(low, high, most) {
  if (!(high > low)) return [low];
  const raw = (high - low) / most;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = power * (raw / power <= 1 ? 1 : raw / power <= 2 ? 2 : raw / power <= 5 ? 5 : 10);
  const out = [];
  for (let k = Math.ceil(low / step - 1e-9); k * step <= high + 1e-9 * step; k++) {
    out.push(Number((k * step).toPrecision(12)));
  }
  return out;
}

/**
 * The label of a decade: 0.01, 1, 100, and 1e-5 where the zeros would be counted.
 * @param {number} value
 * @returns {string}
 */
export const decadeLabel = (value) => (value >= 0.0099 && value < 1e4 ? String(value) : formatNumber(value, 1));

/**
 * Axis lines, ticks and labels.
 * @param {{ x: Scale, y: Scale,
 *           xTicks: [number, string][], yTicks: [number, string][], xLabel?: string, yLabel?: string }} spec
 */
export function axes({ x, y, xTicks, yTicks, xLabel, yLabel }) {
  const group = svg("g", { class: "nns-axes" });
  for (const [value, label] of xTicks) {
    const at = x.at(value);
    group.append(svg("path", { d: `M${at},${y.from}V${y.to}`, class: "nns-grid" }));
    group.append(svg("text", { x: at, y: y.from + 16, "text-anchor": "middle" }, label));
  }
  for (const [value, label] of yTicks) {
    const at = y.at(value);
    group.append(svg("path", { d: `M${x.from},${at}H${x.to}`, class: "nns-grid" }));
    group.append(svg("text", { x: x.from - 6, y: at + 4, "text-anchor": "end" }, label));
  }
  group.append(svg("path", { d: `M${x.from},${y.to}V${y.from}H${x.to}`, class: "nns-frame" }));
  if (xLabel) {
    group.append(
      svg("text", { x: (x.from + x.to) / 2, y: y.from + 33, "text-anchor": "middle", class: "nns-title" }, xLabel),
    );
  }
  if (yLabel) {
    const middle = (y.from + y.to) / 2;
    group.append(
      svg(
        "text",
        { transform: `translate(13 ${middle}) rotate(-90)`, "text-anchor": "middle", class: "nns-title" },
        yLabel,
      ),
    );
  }
  return group;
}
