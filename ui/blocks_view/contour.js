// @ts-check
/** The picture of a landscape and the marks on it. */

import { h } from "../live_view/dom.js";
import { rgb } from "../live_view/theme.js";
import { bandPicture, floats } from "./walks.js";

const BANDS = 18;

/**
 * @typedef {object} Landscape as it comes from the server
 * @property {string} height base64 of float32, n by n
 * @property {number} n
 * @property {[number, number][]} bounds
 */

/**
 * Paint the bands of a landscape.
 *
 * @param {Landscape} data
 * @param {import("../live_view/theme.js").Theme} theme
 * @param {{width: number, height: number}} size in pixels
 */
export function paintLandscape(data, theme, size) {
  const [w, k] = [Math.round(size.width), Math.round(size.height)];
  const canvas = h("canvas", { width: w, height: k });
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  const image = context.createImageData(w, k);
  const { band, edge } = bandPicture(floats(data.height), data.n, { width: w, height: k, bands: BANDS });
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
 * @param {[number, number]} at
 * @param {string} fill
 * @param {string} edge
 */
export function dot(context, [x, y], fill, edge) {
  context.beginPath();
  context.arc(x, y, 5, 0, 2 * Math.PI);
  context.fillStyle = fill;
  context.fill();
  context.lineWidth = 1.5;
  context.strokeStyle = edge;
  context.stroke();
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {[number, number]} at
 * @param {string} colour
 */
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
 * @param {{ground: string, colour: string, dash: number[]}} how
 */
export function strokePath(context, { ground, colour, dash }) {
  context.lineJoin = "round";
  context.setLineDash([]);
  context.strokeStyle = ground;
  context.lineWidth = 4.5;
  context.globalAlpha = 0.4;
  context.stroke();
  context.globalAlpha = 1;
  context.setLineDash(dash);
  context.strokeStyle = colour;
  context.lineWidth = 2.5;
  context.stroke();
  context.setLineDash([]);
}
