// @ts-check
/**
 * Ink of a pen on a bitmap, and what the digits' scanner made of ink: the digit cut out, as large as the picture, all digits
 * about equally black, counted in blocks.
 */

/** The scanned digits were bitmaps of 32 x 32, counted in blocks of 4 x 4; the pad does the same. */
export const SIDE = 32;
export const BLOCK = 4;

/** Pixels a side of what is made of a drawing: twice as many, since slanted and enlarged lines are ragged in few. */
export const FINE = 2 * SIDE;

/**
 * Share of black pixels. In scikit-learn's digits it is 0.306 (0.297 to 0.323 for each of the ten); a little more is read
 * better, since lines as thick everywhere as a pen's have no thin places.
 */
const BLACK = Math.round(0.34 * FINE * FINE);

/** Further from the pen's line than this no pixel turns black, nor inside it white. */
const REACH = FINE / 8;

/** Of a drawing's slant this share is taken back, of no more than so many columns a row: a 7 is slanted by itself. */
const [UPRIGHT, MOST_SLANT] = [0.5, 0.6];

/** Width of the scanned digits as a share of their height, how far a drawing goes towards it, and by what factor at most. */
const [WIDE, WIDER, MOST_WIDER] = [0.72, 0.4, 1.5];

/**
 * Share of ink in each block, row-major.
 *
 * @param {Uint8Array} bitmap a square of 0 and 1, as the pad's or finer
 * @returns {number[]} 64 values from 0 to 1
 */
export function blocks(bitmap) {
  const n = SIDE / BLOCK;
  const side = Math.sqrt(bitmap.length);
  const block = side / n;
  const out = new Array(n * n).fill(0);
  for (let row = 0; row < side; row += 1) {
    for (let col = 0; col < side; col += 1)
      out[Math.floor(row / block) * n + Math.floor(col / block)] += bitmap[row * side + col] / block ** 2;
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
 * A drawing in the form of the training images: half of its slant taken back, as high as the picture, nearly as wide as they
 * are, in its middle, its lines about as thick. A small digit in a corner, a narrow one, or one of a thin pen, would be something
 * the network has never seen.
 *
 * @param {Uint8Array} bitmap SIDE * SIDE of 0 and 1
 * @returns {Uint8Array} FINE * FINE of 0 and 1; nothing stays nothing
 */
export function asScanned(bitmap) {
  const place = placeOf(bitmap);
  return place ? blackened(enlarged(bitmap, place)) : new Uint8Array(FINE * FINE);
}

/**
 * @typedef {object} Place of the ink, in pixels of the pad
 * @property {number} middle row about which it is slanted
 * @property {number} slant that is taken back: pixels to the right for each row below that
 * @property {readonly [number, number]} rows first and last edge
 * @property {readonly [number, number]} columns the same once it is upright
 */

/** @param {Uint8Array} bitmap @returns {Place | null} */
function placeOf(bitmap) {
  const inked = [...bitmap.keys()].filter((at) => bitmap[at]);
  if (!inked.length) return null;
  const ys = inked.map((at) => Math.floor(at / SIDE) + 0.5);
  const xs = inked.map((at) => (at % SIDE) + 0.5);
  const mean = (/** @type {number[]} */ values) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [middle, centre] = [mean(ys), mean(xs)];
  const high = mean(ys.map((y) => (y - middle) ** 2));
  const lean = high > 0 ? mean(ys.map((y, i) => (y - middle) * (xs[i] - centre))) / high : 0;
  const slant = UPRIGHT * Math.max(-MOST_SLANT, Math.min(MOST_SLANT, lean));
  const edges = (/** @type {number[]} */ values) =>
    /** @type {const} */ ([Math.min(...values) - 0.5, Math.max(...values) + 0.5]);
  return { middle, slant, rows: edges(ys), columns: edges(xs.map((x, i) => x - slant * (ys[i] - middle))) };
}

/** @param {Uint8Array} bitmap @param {Place} place */
function enlarged(bitmap, { middle, slant, rows, columns }) {
  const [height, width] = [rows[1] - rows[0], columns[1] - columns[0]];
  const scale = FINE / Math.max(height, width);
  const wider = Math.max(1 / MOST_WIDER, Math.min(MOST_WIDER, ((WIDE * FINE) / (width * scale)) ** WIDER));
  const across = Math.min(scale * wider, FINE / width);
  const out = new Uint8Array(FINE * FINE);
  for (let row = 0; row < FINE; row += 1) {
    const y = (row + 0.5 - FINE / 2) / scale + (rows[0] + rows[1]) / 2;
    for (let col = 0; col < FINE; col += 1) {
      const x = (col + 0.5 - FINE / 2) / across + (columns[0] + columns[1]) / 2 + slant * (y - middle);
      out[row * FINE + col] = share(bitmap, y, x) >= 0.5 ? 1 : 0;
    }
  }
  return out;
}

/** Ink at a place between the middles of four pixels, from 0 to 1. */
function share(/** @type {Uint8Array} */ bitmap, /** @type {number} */ y, /** @type {number} */ x) {
  const [row, col] = [Math.floor(y - 0.5), Math.floor(x - 0.5)];
  const down = y - 0.5 - row;
  const right = x - 0.5 - col;
  const above = (1 - right) * inkAt(bitmap, row, col) + right * inkAt(bitmap, row, col + 1);
  const below = (1 - right) * inkAt(bitmap, row + 1, col) + right * inkAt(bitmap, row + 1, col + 1);
  return (1 - down) * above + down * below;
}

/** @param {Uint8Array} bitmap @param {number} row @param {number} col @returns {number} 0 beyond the edge */
function inkAt(bitmap, row, col) {
  return row >= 0 && row < SIDE && col >= 0 && col < SIDE ? bitmap[row * SIDE + col] : 0;
}

/** The bitmap with its lines made thicker or thinner, until at least as many pixels are black as wanted. @param {Uint8Array} bitmap */
function blackened(bitmap) {
  const [toInk, toPaper] = [1, 0].map((kind) => distances(bitmap, kind));
  const depth = Float32Array.from(bitmap, (own, at) => (own ? toPaper[at] : -toInk[at]));
  const least = depth.slice().sort()[depth.length - BLACK];
  return Uint8Array.from(depth, (value) => (value >= least && value > -REACH ? 1 : 0));
}

/**
 * How far each pixel is from the nearest one of a kind, in pixels, at most REACH: first along columns, then across them.
 *
 * @param {Uint8Array} bitmap FINE * FINE
 * @param {number} kind 1 for ink, 0 for paper
 */
function distances(bitmap, kind) {
  const start = Float32Array.from(bitmap, (own) => (own === kind ? 0 : Infinity));
  return nearest(nearest(start, FINE), 1).map((square) => Math.min(REACH, Math.sqrt(square)));
}

/**
 * The least, for each pixel, of those along one direction with the squares of their distances added.
 *
 * @param {Float32Array} squares
 * @param {number} stride from one pixel to the next: FINE along columns, 1 along rows
 */
function nearest(squares, stride) {
  const out = squares.slice();
  for (let at = 0; at < out.length; at += 1) {
    const place = stride === 1 ? at % FINE : Math.floor(at / FINE);
    const [first, last] = [Math.max(-REACH, -place), Math.min(REACH, FINE - 1 - place)];
    for (let step = first; step <= last; step += 1) {
      const square = squares[at + step * stride] + step * step;
      if (square < out[at]) out[at] = square;
    }
  }
  return out;
}
