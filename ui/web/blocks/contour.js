// @ts-check
/** The picture of a landscape and the marks on it. */

import { h } from "../kit/dom.js";
import { rgb } from "../kit/theme.js";
import { heights } from "./landscapes.js";
/** @import { Theme } from "../kit/theme.js" */
/** @import { Landscape } from "./landscapes.js" */

const BANDS = 18;
/** Heights are taken on so many points each way, and drawn between them. */
const GRID = 121;

/**
 * Paint the bands of a landscape.
 *
 * @param {{landscape: Landscape, lowest: number}} ground
 * @param {{bounds: [number, number][], theme: Theme,
 *   size: {width: number, height: number}}} look size in pixels
 */
export function paintLandscape({ landscape, lowest }, { bounds, theme, size }) {
  const [w, k] = [Math.round(size.width), Math.round(size.height)];
  const canvas = h("canvas", { width: w, height: k });
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  const image = context.createImageData(w, k);
  const height = heights(landscape, { bounds, lowest, n: GRID });
  const { band, edge } = bandPicture(height, GRID, { width: w, height: k, bands: BANDS });
  const ground = rgb(theme.background) ?? [255, 255, 255];
  const top = theme.dark ? [120, 130, 145] : [112, 122, 138];
  for (let i = 0; i < band.length; i += 1) {
    const share = edge[i] ? Math.min(1, 0.7 * (band[i] / BANDS) + 0.2) : (band[i] / BANDS) * 0.6;
    for (let c = 0; c < 3; c += 1) image.data[4 * i + c] = ground[c] + (top[c] - ground[c]) * share;
    image.data[4 * i + 3] = 255;
  }
  context.putImageData(image, 0, 0);
  return canvas;
}

/**
 * A point as shares of the drawn range.
 *
 * @param {readonly number[]} point
 * @param {readonly [number, number][]} bounds
 * @returns {[number, number]}
 */
export function share([x, y], [[x0, x1], [y0, y1]]) {
  return [(x - x0) / (x1 - x0), (y - y0) / (y1 - y0)];
}

/**
 * A place on the map as a point of the plane, with two digits behind the point.
 *
 * @param {readonly number[]} place shares of width and height, from the upper left corner
 * @param {readonly [number, number][]} bounds
 * @returns {number[]}
 */
export function pointAt([u, v], [[x0, x1], [y0, y1]]) {
  return [x0 + u * (x1 - x0), y0 + (1 - v) * (y1 - y0)].map((value) => Number(value.toFixed(2)));
}

/**
 * A dashed line as a background, so that the key shows the very dashes of the map.
 *
 * @param {string} colour
 * @param {number[]} dash
 */
export function dashes(colour, dash) {
  if (!dash.length) return colour;
  let at = 0;
  const stops = dash.map((part, i) => {
    const from = at;
    at += part;
    return `${i % 2 ? "transparent" : colour} ${from}px ${at}px`;
  });
  return `repeating-linear-gradient(90deg, ${stops.join(", ")}) 0 / ${at * 20}px 100%`;
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {{at: readonly number[], fill: string, edge: string, radius: number}} look
 */
export function dot(context, { at: [x, y], fill, edge, radius }) {
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.fillStyle = fill;
  context.fill();
  context.lineWidth = radius / 3.3;
  context.strokeStyle = edge;
  context.stroke();
}

/** @param {CanvasRenderingContext2D} context @param {[number, number]} at @param {string} colour */
export function cross(context, [x, y], colour) {
  context.beginPath();
  context.moveTo(x - 6, y - 6);
  context.lineTo(x + 6, y + 6);
  context.moveTo(x - 6, y + 6);
  context.lineTo(x + 6, y - 6);
  context.lineWidth = 3;
  context.strokeStyle = colour;
  context.stroke();
}

/**
 * Stroke a path twice, pale and wide below, so that it stands out from every ground.
 *
 * @param {CanvasRenderingContext2D} context with the path open
 * @param {{ground: string, colour: string, dash: number[], scale: number}} how
 */
export function strokePath(context, { ground, colour, dash, scale }) {
  context.lineJoin = "round";
  context.setLineDash([]);
  context.strokeStyle = ground;
  context.lineWidth = 4.5 * scale;
  context.globalAlpha = 0.4;
  context.stroke();
  context.globalAlpha = 1;
  context.setLineDash(dash);
  context.strokeStyle = colour;
  context.lineWidth = 2.5 * scale;
  context.stroke();
  context.setLineDash([]);
}

/**
 * The bands of a landscape: heights in `n` steps of equal share of the range.
 *
 * @param {Float32Array} height n by n, rows from low to high y
 * @param {number} n
 * @param {{width: number, height: number, bands: number}} size of the picture
 * @returns {{band: Uint8Array, edge: Uint8Array}} the band of each pixel, top row first, and whether a line runs there
 */
export function bandPicture(height, n, { width, height: rows, bands }) {
  let [low, high] = [Infinity, -Infinity];
  for (const value of height) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  const band = new Uint8Array(width * rows);
  const edge = new Uint8Array(width * rows);
  for (let row = 0; row < rows; row += 1) {
    const v = ((rows - 1 - row) / (rows - 1)) * (n - 1);
    const j = Math.min(n - 2, Math.floor(v));
    for (let column = 0; column < width; column += 1) {
      const u = (column / (width - 1)) * (n - 1);
      const i = Math.min(n - 2, Math.floor(u));
      const [a, b] = [u - i, v - j];
      const k = j * n + i;
      const value =
        (1 - b) * ((1 - a) * height[k] + a * height[k + 1]) + b * ((1 - a) * height[k + n] + a * height[k + n + 1]);
      const at = row * width + column;
      band[at] = Math.min(bands - 1, Math.floor(((value - low) / (high - low || 1)) * bands));
      if ((column > 0 && band[at] !== band[at - 1]) || (row > 0 && band[at] !== band[at - width])) edge[at] = 1;
    }
  }
  return { band, edge };
}
