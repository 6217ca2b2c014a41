// @ts-check
/** What a neuron makes of a single input: its output along that input, as a small curve in the neuron's square. */
/** @import { Theme } from "../kit/theme.js" */

/** The byte that stands for zero; 1 and 255 are the ends of the scale. */
const ZERO = 128;

/**
 * Points of the curve inside a square.
 *
 * @param {ArrayLike<number>} values bytes, 128 for zero
 * @param {{left: number, top: number, size: number}} box
 * @returns {[number, number][]}
 */
export function curvePoints(values, { left, top, size }) {
  const step = size / Math.max(1, values.length - 1);
  return Array.from(values, (value, i) => [left + i * step, top + (size * (255 - value)) / 254]);
}

/** The input itself: a straight line through zero in the middle. @param {number} n */
export function inputCurve(n) {
  return Array.from({ length: n }, (_, i) => 1 + (254 * i) / (n - 1));
}

/**
 * Draw the curve, filled down or up to zero: blue above it, orange below, as everywhere.
 *
 * @param {CanvasRenderingContext2D} context
 * @param {ArrayLike<number>} values
 * @param {{left: number, top: number, size: number}} box
 * @param {Theme} theme
 */
export function drawCurve(context, values, box, theme) {
  const points = curvePoints(values, box);
  const zero = box.top + (box.size * (255 - ZERO)) / 254;
  const halves = /** @type {const} */ ([
    [box.top, zero, theme.positive],
    [zero, box.top + box.size, theme.negative],
  ]);
  for (const [top, bottom, colour] of halves) {
    context.save();
    context.beginPath();
    context.rect(box.left, top, box.size, bottom - top);
    context.clip();
    context.fillStyle = colour;
    context.globalAlpha = 0.45;
    context.beginPath();
    context.moveTo(box.left, zero);
    for (const [x, y] of points) context.lineTo(x, y);
    context.lineTo(box.left + box.size, zero);
    context.fill();
    context.restore();
  }
  context.strokeStyle = theme.text;
  context.lineWidth = 1.6;
  context.lineJoin = "round";
  context.beginPath();
  for (const [x, y] of points) context.lineTo(x, y);
  context.stroke();
}
