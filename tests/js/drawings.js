// @ts-check
/**
 * Two hundred digits as hands draw them on the pad: plain figures with random pen, size, place, slant and a little unsteadiness.
 *
 *     node tests/js/drawings.js > tests/data/drawings.json
 */
import { pathToFileURL } from "node:url";

import { asScanned, blocks, SIDE, stroke } from "../../ui/web/panels/ink.js";

/** @typedef {[number, number]} Point */
/** @typedef {{digit: number, pixels: number[]}} Drawing pixels in sixteenths, as scikit-learn keeps them */

/** Part of an ellipse, from one angle to another in degrees, counter-clockwise from the right; y points down. */
function arc(
  /** @type {Point} */ [x, y],
  /** @type {Point} */ [a, b],
  /** @type {number} */ from,
  /** @type {number} */ to,
) {
  return Array.from({ length: 25 }, (_, k) => {
    const angle = ((from + ((to - from) * k) / 24) * Math.PI) / 180;
    return /** @type {Point} */ ([x + a * Math.cos(angle), y - b * Math.sin(angle)]);
  });
}

/** Strokes of each digit in a square of side 1. @type {Point[][][]} */
// prettier-ignore
const FIGURES = [
  [arc([0.5, 0.5], [0.3, 0.48], 90, 450)],
  [[[0.3, 0.22], [0.52, 0.02], [0.52, 0.98]]],
  [[...arc([0.5, 0.28], [0.3, 0.26], 165, -30), [0.22, 0.98], [0.82, 0.98]]],
  [[...arc([0.45, 0.26], [0.3, 0.25], 150, -80), ...arc([0.45, 0.74], [0.33, 0.25], 80, -150)]],
  [[[0.6, 0.02], [0.15, 0.65], [0.85, 0.65]], [[0.62, 0.35], [0.62, 0.98]]],
  [[[0.8, 0.03], [0.28, 0.03], [0.25, 0.45], ...arc([0.47, 0.68], [0.32, 0.3], 120, -140)]],
  [[[0.68, 0.03], ...arc([0.62, 0.6], [0.4, 0.58], 110, 180), ...arc([0.5, 0.71], [0.28, 0.27], 180, 540)]],
  [[[0.2, 0.04], [0.82, 0.04], [0.42, 0.98]]],
  [arc([0.5, 0.26], [0.25, 0.24], -90, 270), arc([0.5, 0.74], [0.3, 0.25], 90, 450)],
  [[...arc([0.5, 0.28], [0.28, 0.26], 0, 360), [0.78, 0.3], [0.7, 0.98]]],
];

/** Numbers from 0 to 1, the same for the same seed: mulberry32 (T. Ettinger, public domain). @param {number} seed */
function random(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** @param {number} digit @param {(low: number, high: number) => number} between @returns {Uint8Array} the pad's bitmap */
function draw(digit, between) {
  const bitmap = new Uint8Array(SIDE * SIDE);
  const radius = between(1.2, 2.4);
  const height = between(14, 26);
  const width = height * between(0.75, 1.05);
  const slant = between(-0.25, 0.25);
  const turn = (between(-10, 10) * Math.PI) / 180;
  const margin = Math.min(SIDE / 2, 0.55 * height + 2);
  const [left, top] = [between(margin, SIDE - margin), between(margin, SIDE - margin)];
  const place = (/** @type {Point} */ [a, b]) => {
    const [u, v] = [a - 0.5 + between(-0.02, 0.02), b - 0.5 + between(-0.02, 0.02)];
    const [x, y] = [(u - slant * v) * width, v * height];
    return /** @type {Point} */ ([
      left + x * Math.cos(turn) - y * Math.sin(turn),
      top + x * Math.sin(turn) + y * Math.cos(turn),
    ]);
  };
  for (const line of FIGURES[digit]) {
    const points = line.map(place);
    points.slice(1).forEach((to, k) => stroke(bitmap, points[k], to, radius));
  }
  return bitmap;
}

/** @param {number} [count] @param {number} [seed] @returns {Drawing[]} */
export function drawings(count = 200, seed = 2026) {
  const next = random(seed);
  const between = (/** @type {number} */ low, /** @type {number} */ high) => low + (high - low) * next();
  return Array.from({ length: count }, (_, k) => {
    const pixels = blocks(asScanned(draw(k % 10, between)));
    return { digit: k % 10, pixels: pixels.map((share) => Math.round(16 * share)) };
  });
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href)
  process.stdout.write(
    `[\n${drawings()
      .map((one) => JSON.stringify(one))
      .join(",\n")}\n]\n`,
  );
