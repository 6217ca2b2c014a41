// @ts-check
/**
 * Ink of a pen on a bitmap, and what the digits' scanner made of ink: the digit cut out, as large as the picture, all digits
 * about equally black, counted in blocks.
 */

/** The scanned digits were bitmaps of 32 x 32, counted in blocks of 4 x 4; the pad does the same. */
export const SIDE = 32;
export const BLOCK = 4;

/** Pixels of 32 x 32 that are black in scikit-learn's digits: 0.306 of them on average, 0.297 to 0.323 for each of the ten. */
const BLACK = Math.round(0.306 * SIDE * SIDE);

/** Further from the pen's line than this no pixel turns black, nor inside it white. */
const REACH = 4;

/**
 * Share of ink in each block, row-major.
 *
 * @param {Uint8Array} bitmap SIDE * SIDE of 0 and 1
 * @returns {number[]} 64 values from 0 to 1
 */
export function blocks(bitmap) {
  const n = SIDE / BLOCK;
  const out = new Array(n * n).fill(0);
  for (let row = 0; row < SIDE; row += 1) {
    for (let col = 0; col < SIDE; col += 1)
      out[Math.floor(row / BLOCK) * n + Math.floor(col / BLOCK)] += bitmap[row * SIDE + col] / BLOCK ** 2;
  }
  return out;
}

/**
 * Ink along a line, with a round pen.
 *
 * @param {Uint8Array} bitmap changed in place
 * @param {readonly [number, number]} from column and row, as fractions of the grid
 * @param {readonly [number, number]} to
 * @param {number} [radius]
 */
export function stroke(bitmap, from, to, radius = 1.7) {
  const steps = Math.max(1, Math.ceil(2 * Math.hypot(to[0] - from[0], to[1] - from[1])));
  for (let k = 0; k <= steps; k += 1) {
    const x = from[0] + ((to[0] - from[0]) * k) / steps;
    const y = from[1] + ((to[1] - from[1]) * k) / steps;
    for (let row = Math.max(0, Math.floor(y - radius)); row <= Math.min(SIDE - 1, y + radius); row += 1) {
      for (let col = Math.max(0, Math.floor(x - radius)); col <= Math.min(SIDE - 1, x + radius); col += 1) {
        if (Math.hypot(col + 0.5 - x, row + 0.5 - y) <= radius) bitmap[row * SIDE + col] = 1;
      }
    }
  }
}

/**
 * A drawing in the form of the training images: as large as the picture, in its middle, as black as they are. A small digit in
 * a corner, or one of a thin pen, would be something the network has never seen.
 *
 * @param {Uint8Array} bitmap SIDE * SIDE of 0 and 1
 * @returns {Uint8Array} another bitmap; nothing stays nothing
 */
export function asScanned(bitmap) {
  const box = boxOf(bitmap);
  return box ? blackened(enlarged(bitmap, box)) : new Uint8Array(SIDE * SIDE);
}

/** @param {Uint8Array} bitmap @returns {{top: number, left: number, height: number, width: number} | null} where the ink is */
function boxOf(bitmap) {
  const inked = [...bitmap.keys()].filter((at) => bitmap[at]);
  if (!inked.length) return null;
  const rows = inked.map((at) => Math.floor(at / SIDE));
  const columns = inked.map((at) => at % SIDE);
  const [top, left] = [Math.min(...rows), Math.min(...columns)];
  return { top, left, height: Math.max(...rows) - top + 1, width: Math.max(...columns) - left + 1 };
}

/** @param {Uint8Array} bitmap @param {{top: number, left: number, height: number, width: number}} box */
function enlarged(bitmap, { top, left, height, width }) {
  const scale = SIDE / Math.max(height, width);
  const out = new Uint8Array(SIDE * SIDE);
  const inside = (/** @type {number} */ at, /** @type {number} */ size) =>
    Math.floor((at + 0.5 - SIDE / 2) / scale + size / 2);
  for (let row = 0; row < SIDE; row += 1) {
    for (let col = 0; col < SIDE; col += 1) {
      const [y, x] = [inside(row, height), inside(col, width)];
      if (y >= 0 && y < height && x >= 0 && x < width) out[row * SIDE + col] = bitmap[(top + y) * SIDE + left + x];
    }
  }
  return out;
}

/** The bitmap with its lines made thicker or thinner, until at least as many pixels are black as in the data. @param {Uint8Array} bitmap */
function blackened(bitmap) {
  const depth = Array.from(bitmap, (_, at) => depthAt(bitmap, at));
  const least = [...depth].sort((a, b) => b - a)[BLACK - 1];
  return Uint8Array.from(depth, (value) => (value >= least && value > -REACH ? 1 : 0));
}

/** How deep a pixel lies in the ink, in pixels: its distance from the nearest paper, or less the one from the nearest ink. */
function depthAt(/** @type {Uint8Array} */ bitmap, /** @type {number} */ at) {
  const [row, col, own] = [Math.floor(at / SIDE), at % SIDE, bitmap[at]];
  let nearest = REACH;
  for (let y = Math.max(0, row - REACH); y <= Math.min(SIDE - 1, row + REACH); y += 1) {
    for (let x = Math.max(0, col - REACH); x <= Math.min(SIDE - 1, col + REACH); x += 1)
      if (bitmap[y * SIDE + x] !== own) nearest = Math.min(nearest, Math.hypot(y - row, x - col));
  }
  return own ? nearest : -nearest;
}
