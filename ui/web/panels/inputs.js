// @ts-check
/** What the inputs of a network are over the plane: small maps for the drawing's first column. Pure. */

/** Pixels along a side, as in the neurons' maps. */
export const SIDE = 20;

/** @type {Record<string, (x: number, y: number) => number>} inputs by the names that the data gives them */
const FEATURES = {
  x: (x) => x,
  y: (_, y) => y,
  "x²": (x) => x * x,
  "y²": (_, y) => y * y,
  xy: (x, y) => x * y,
  "sin x": (x) => Math.sin(x),
  "sin y": (_, y) => Math.sin(y),
};

/**
 * An input as bytes, row-major from the lowest y: 128 is zero where the input can be negative, else 0 is.
 *
 * @param {string} name
 * @param {readonly number[][]} bounds lowest and highest value of x and y
 * @returns {Uint8Array | null} null for an input that is no function of the plane
 */
export function inputMap(name, [[x0, x1], [y0, y1]]) {
  if (!Object.hasOwn(FEATURES, name)) return null;
  const values = new Float64Array(SIDE * SIDE);
  let [low, most] = [0, 0];
  for (let row = 0; row < SIDE; row += 1) {
    for (let col = 0; col < SIDE; col += 1) {
      const value = FEATURES[name](x0 + ((x1 - x0) * col) / (SIDE - 1), y0 + ((y1 - y0) * row) / (SIDE - 1));
      values[row * SIDE + col] = value;
      low = Math.min(low, value);
      most = Math.max(most, Math.abs(value));
    }
  }
  const unit = most || 1;
  return Uint8Array.from(values, (value) => (low < 0 ? 127.5 + (127.5 * value) / unit : (255 * value) / unit));
}
