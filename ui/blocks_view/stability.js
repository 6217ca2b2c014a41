// @ts-check
/** The map of step size times curvature against momentum: how fast an error shrinks, and where it grows. */

import { fitted, h } from "../live_view/dom.js";
import { formatNumber } from "../live_view/scales.js";
import { bytes } from "../live_view/protocol.js";
import { rgb } from "../live_view/theme.js";
import { room } from "./parts.js";

const BOX = { left: 52, right: 14, top: 26, bottom: 38 };

/**
 * What momentum does at one point of the map, in words.
 *
 * @param {number} step learning rate times curvature
 * @param {number} momentum
 */
export function verdict(step, momentum) {
  const edge = 2 * (1 + momentum);
  if (step >= edge) return `${formatNumber(step)}: diverges, beyond ${formatNumber(edge)}`;
  const middle = 1 + momentum - step;
  const inside = middle ** 2 - 4 * momentum;
  const rate = inside < 0 ? Math.sqrt(momentum) : (Math.abs(middle) + Math.sqrt(inside)) / 2;
  return `${formatNumber(step)}: each step takes off ${formatNumber(100 * (1 - rate), 2)} % of the error`;
}

/**
 * @param {HTMLCanvasElement} canvas
 * @returns {string[]} what is marked, one sentence a curvature
 * @param {any} data `rates` base64 uint8 (200 is a rate of 1), `rates_shape`, `step_end`, `curvatures`, `cost_height`
 * @param {{theme: import("../live_view/theme.js").Theme, eta: number, momentum: number}} now
 */
export function drawStability(canvas, data, { theme, eta, momentum }) {
  const [width, height] = [canvas.clientWidth || 400, data.cost_height + 0.35 * room()];
  canvas.style.height = `${height}px`;
  const context = fitted(canvas, { width, height });
  if (!context) return [];
  const plot = { x: BOX.left, y: BOX.top, w: width - BOX.left - BOX.right, h: height - BOX.top - BOX.bottom };
  context.imageSmoothingEnabled = true;
  context.drawImage(picture(data, theme), plot.x, plot.y, plot.w, plot.h);
  const at = (/** @type {number} */ step, /** @type {number} */ beta) =>
    /** @type {[number, number]} */ ([
      plot.x + (Math.min(step, data.step_end) / data.step_end) * plot.w,
      plot.y + (1 - beta) * plot.h,
    ]);
  context.beginPath();
  context.moveTo(...at(2, 0));
  context.lineTo(...at(4, 1));
  context.lineWidth = 2.5;
  context.strokeStyle = theme.text;
  context.stroke();
  words(context, theme, plot, at);
  const found = [...new Set(data.curvatures)].map((/** @type {any} */ curvature) => {
    mark(context, at(eta * curvature, momentum), {
      theme,
      beyond: eta * curvature >= 2 * (1 + momentum),
      off: eta * curvature > data.step_end,
    });
    return `η × curvature ${formatNumber(curvature)} = ${verdict(eta * curvature, momentum)}`;
  });
  canvas.setAttribute(
    "aria-label",
    `Stability of momentum ${momentum.toFixed(2)} at learning rate ${formatNumber(eta)}: ${found.join("; ")}`,
  );
  return found;
}

/** @type {WeakMap<any, {dark: boolean, canvas: HTMLCanvasElement}>} */
const pictures = new WeakMap();

/** @param {any} data @param {import("../live_view/theme.js").Theme} theme */
function picture(data, theme) {
  const known = pictures.get(data);
  if (known?.dark === theme.dark) return known.canvas;
  const [rows, columns] = data.rates_shape;
  const canvas = h("canvas", { width: columns, height: rows });
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  const image = context.createImageData(columns, rows);
  const rates = bytes(data.rates);
  const [ground, good, bad] = [theme.background, theme.positive, theme.negative].map(
    (colour) => rgb(colour) ?? [128, 128, 128],
  );
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0; column < columns; column += 1) {
      const rate = rates[(rows - 1 - row) * columns + column] / 200;
      const [colour, share] = rate < 1 ? [good, 0.15 + 0.75 * (1 - rate)] : [bad, 0.55];
      const i = 4 * (row * columns + column);
      for (let c = 0; c < 3; c += 1) image.data[i + c] = ground[c] + (colour[c] - ground[c]) * share;
      image.data[i + 3] = 255;
    }
  }
  context.putImageData(image, 0, 0);
  pictures.set(data, { dark: theme.dark, canvas });
  return canvas;
}

/**
 * @param {CanvasRenderingContext2D} context @param {import("../live_view/theme.js").Theme} theme
 * @param {{x: number, y: number, w: number, h: number}} plot @param {(step: number, beta: number) => [number, number]} at
 */
function words(context, theme, plot, at) {
  context.font = `13px ${theme.font}`;
  context.fillStyle = theme.text;
  context.textAlign = "center";
  for (const step of [0, 1, 2, 3, 4]) context.fillText(String(step), at(step, 0)[0], plot.y + plot.h + 16);
  context.fillText("η × curvature at the minimum", plot.x + plot.w / 2, plot.y + plot.h + 33);
  context.textAlign = "right";
  for (const beta of [0, 0.5, 1]) context.fillText(String(beta), plot.x - 6, at(0, beta)[1] + 4);
  context.textAlign = "left";
  context.font = `bold 13px ${theme.font}`;
  context.fillText("Momentum: the deeper the blue, the faster; beyond the line it diverges", plot.x, plot.y - 10);
  context.save();
  context.translate(14, plot.y + plot.h / 2);
  context.rotate(-Math.PI / 2);
  context.textAlign = "center";
  context.font = `13px ${theme.font}`;
  context.fillText("momentum", 0, 0);
  context.restore();
}

/** @param {CanvasRenderingContext2D} context @param {[number, number]} at @param {{theme: any, beyond: boolean, off: boolean}} how */
function mark(context, [x, y], { theme, beyond, off }) {
  context.beginPath();
  context.arc(x, y, 6, 0, 2 * Math.PI);
  context.fillStyle = beyond ? theme.background : theme.text;
  context.fill();
  context.lineWidth = 3;
  context.strokeStyle = beyond ? theme.text : theme.background;
  context.stroke();
  if (!off) return;
  context.beginPath();
  context.moveTo(x - 16, y - 5);
  context.lineTo(x - 9, y);
  context.lineTo(x - 16, y + 5);
  context.stroke();
}
