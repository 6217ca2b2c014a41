// @ts-check
/** The map of step size times curvature against momentum: how fast an error shrinks, and where it grows. */

import { fitted } from "../kit/canvas.js";
import { h } from "../kit/dom.js";
import { rgb } from "../kit/theme.js";
import { plain } from "./verdicts.js";
/** @import { Theme } from "../kit/theme.js" */

const BOX = { left: 52, right: 14, top: 26, bottom: 38 };
/** How far the map reaches in step size times curvature, and in how many cells it is painted. */
const END = 4.2;
const CELLS = { columns: 127, rows: 51 };

/**
 * The factor by which an error shrinks in each update on a parabola: below 1 it converges. Source: G. Goh, "Why
 * momentum really works", Distill (2017).
 *
 * @param {number} step learning rate times curvature
 * @param {number} momentum
 */
export function convergenceRate(step, momentum) {
  const middle = 1 + momentum - step;
  const inside = middle ** 2 - 4 * momentum;
  return inside < 0 ? Math.sqrt(momentum) : (Math.abs(middle) + Math.sqrt(inside)) / 2;
}

/** A number with as many digits as tell it apart from a limit. @param {number} value @param {number} limit */
function apart(value, limit) {
  let digits = 3;
  while (digits < 12 && plain(value, digits) === plain(limit, digits)) digits += 1;
  return plain(value, digits);
}

/**
 * What momentum does at one point of the map, in words.
 *
 * @param {number} step learning rate times curvature
 * @param {number} momentum
 */
export function verdict(step, momentum) {
  const edge = 2 * (1 + momentum);
  // Rounding of a product such as 0.08 × 25 is no side of the edge.
  if (Math.abs(step - edge) < 1e-9 * edge) return `${plain(step)}: at the edge, the error stays`;
  if (step > edge) return `${apart(step, edge)}: diverges, beyond ${plain(edge)}`;
  const shrinks = `takes off ${plain(100 * (1 - convergenceRate(step, momentum)), 2)} % of the error`;
  return `${apart(step, edge)}: ${momentum ? "in the long run " : ""}each step ${shrinks}`;
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {{theme: Theme, eta: number, momentum: number, curvatures: number[],
 *   height: number, scale: number}} now
 * @returns {string[]} what is marked, one sentence a curvature
 */
export function drawStability(canvas, { theme, eta, momentum, curvatures, height, scale }) {
  const width = canvas.clientWidth || 400;
  canvas.style.height = `${height}px`;
  const context = fitted(canvas, { width, height });
  if (!context) return [];
  const box = Object.fromEntries(Object.entries(BOX).map(([side, size]) => [side, size * scale]));
  const plot = { x: box.left, y: box.top, w: width - box.left - box.right, h: height - box.top - box.bottom };
  context.imageSmoothingEnabled = true;
  context.drawImage(picture(theme), plot.x, plot.y, plot.w, plot.h);
  const at = (/** @type {number} */ step, /** @type {number} */ beta) =>
    /** @type {[number, number]} */ ([plot.x + (Math.min(step, END) / END) * plot.w, plot.y + (1 - beta) * plot.h]);
  context.beginPath();
  context.moveTo(...at(2, 0));
  context.lineTo(...at(4, 1));
  context.lineWidth = 2.5;
  context.strokeStyle = theme.text;
  context.stroke();
  words(context, { theme, plot, at, scale });
  const found = [...new Set(curvatures)].map((curvature) => {
    mark(context, at(eta * curvature, momentum), {
      theme,
      beyond: eta * curvature > 2 * (1 + momentum),
      off: eta * curvature > END,
      scale,
    });
    return `η × curvature ${plain(curvature)} = ${verdict(eta * curvature, momentum)}`;
  });
  canvas.setAttribute(
    "aria-label",
    `Stability of momentum ${momentum.toFixed(2)} at learning rate ${plain(eta)}: ${found.join("; ")}`,
  );
  return found;
}

/** @type {{dark: boolean, canvas: HTMLCanvasElement} | null} the map as it was painted last */
let painted = null;

/** @param {Theme} theme */
function picture(theme) {
  if (painted?.dark === theme.dark) return painted.canvas;
  const { columns, rows } = CELLS;
  const canvas = h("canvas", { width: columns, height: rows });
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  const image = context.createImageData(columns, rows);
  const [ground, good, bad] = [theme.background, theme.positive, theme.negative].map(
    (colour) => rgb(colour) ?? [128, 128, 128],
  );
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0; column < columns; column += 1) {
      const rate = convergenceRate((END * column) / (columns - 1), (rows - 1 - row) / (rows - 1));
      // At the very edge an error neither grows nor shrinks.
      const [colour, share] = rate < 1 + 1e-9 ? [good, 0.15 + 0.75 * Math.max(0, 1 - rate)] : [bad, 0.55];
      const i = 4 * (row * columns + column);
      for (let c = 0; c < 3; c += 1) image.data[i + c] = ground[c] + (colour[c] - ground[c]) * share;
      image.data[i + 3] = 255;
    }
  }
  context.putImageData(image, 0, 0);
  painted = { dark: theme.dark, canvas };
  return canvas;
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {{theme: Theme, plot: {x: number, y: number, w: number, h: number},
 *   at: (step: number, beta: number) => [number, number], scale: number}} how
 */
function words(context, { theme, plot, at, scale }) {
  const size = 13 * scale;
  context.font = `${size}px ${theme.font}`;
  context.fillStyle = theme.text;
  context.textAlign = "center";
  for (const step of [0, 1, 2, 3, 4]) context.fillText(String(step), at(step, 0)[0], plot.y + plot.h + 1.2 * size);
  context.fillText("η × curvature at the minimum", plot.x + plot.w / 2, plot.y + plot.h + 2.5 * size);
  context.textAlign = "right";
  for (const beta of [0, 0.5, 1]) context.fillText(String(beta), plot.x - 6, at(0, beta)[1] + size / 3);
  context.textAlign = "left";
  context.font = `bold ${size}px ${theme.font}`;
  context.fillText("Momentum: the deeper the blue, the faster", plot.x, plot.y - 0.75 * size);
  context.textAlign = "right";
  context.fillText("diverges", at(END, 0)[0] - 8, at(0, 0.12)[1]);
  context.save();
  context.translate(size, plot.y + plot.h / 2);
  context.rotate(-Math.PI / 2);
  context.textAlign = "center";
  context.font = `${size}px ${theme.font}`;
  context.fillText("momentum", 0, 0);
  context.restore();
}

/**
 * @param {CanvasRenderingContext2D} context @param {[number, number]} at
 * @param {{theme: any, beyond: boolean, off: boolean, scale: number}} how
 */
function mark(context, [x, y], { theme, beyond, off, scale }) {
  context.beginPath();
  context.arc(x, y, 6 * scale, 0, 2 * Math.PI);
  context.fillStyle = beyond ? theme.background : theme.text;
  context.fill();
  context.lineWidth = 3;
  context.strokeStyle = beyond ? theme.text : theme.background;
  context.stroke();
  if (!off) return;
  context.beginPath();
  context.moveTo(x - 16 * scale, y - 5);
  context.lineTo(x - 9 * scale, y);
  context.lineTo(x - 16 * scale, y + 5);
  context.stroke();
}
