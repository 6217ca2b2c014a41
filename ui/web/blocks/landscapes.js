// @ts-check
/**
 * The costs of two weights of `nncore/study/landscapes.py`, term by term, so that a dragged number is answered without the
 * server. Tests hold both against each other.
 *
 * @typedef {object} Landscape
 * @property {(x: number, y: number) => number} cost
 * @property {(x: number, y: number) => [number, number]} slope the two partial derivatives
 */

/** @param {number} x @param {number} y @returns {[number, number, number]} */
const beale = (x, y) => [1.5 - x + x * y, 2.25 - x + x * y ** 2, 2.625 - x + x * y ** 3];

/** @type {Record<string, Landscape>} */
export const LANDSCAPES = {
  bowl: { cost: (x, y) => (x ** 2 + y ** 2) / 2, slope: (x, y) => [x, y] },
  ravine: { cost: (x, y) => (x ** 2 + 25 * y ** 2) / 2, slope: (x, y) => [x, 25 * y] },
  saddle: { cost: (x, y) => x ** 2 / 2 - y ** 2 / 2 + y ** 4 / 10, slope: (x, y) => [x, -y + 0.4 * y ** 3] },
  rosenbrock: {
    cost: (x, y) => (1 - x) ** 2 + 100 * (y - x ** 2) ** 2,
    slope: (x, y) => [-2 * (1 - x) - 400 * x * (y - x ** 2), 200 * (y - x ** 2)],
  },
  beale: {
    cost: (x, y) => {
      const [one, two, three] = beale(x, y);
      return one ** 2 + two ** 2 + three ** 2;
    },
    slope: (x, y) => {
      const [one, two, three] = beale(x, y);
      return [
        2 * one * (y - 1) + 2 * two * (y ** 2 - 1) + 2 * three * (y ** 3 - 1),
        2 * one * x + 4 * two * x * y + 6 * three * x * y ** 2,
      ];
    },
  },
};

/**
 * Heights for the bands of a map: the logarithm of the cost above its lowest value, since the same bands then suit
 * bowls and walls.
 *
 * @param {Landscape} landscape
 * @param {{bounds: readonly (readonly [number, number])[], lowest: number, n: number}} spec
 * @returns {Float32Array} n by n, rows from low to high y
 */
export function heights({ cost }, { bounds: [[x0, x1], [y0, y1]], lowest, n }) {
  const above = new Float64Array(n * n);
  for (let row = 0; row < n; row += 1) {
    const y = y0 + ((y1 - y0) * row) / (n - 1);
    for (let column = 0; column < n; column += 1) {
      above[row * n + column] = cost(x0 + ((x1 - x0) * column) / (n - 1), y) - lowest;
    }
  }
  const floor = 0.003 * [...above].sort((a, b) => a - b)[Math.floor(above.length / 2)];
  return Float32Array.from(above, (value) => Math.log10(value + floor));
}

/**
 * The curvatures at a point, with their signs: least and greatest eigenvalue of the second derivative. One below 0 is a
 * ridge, across which a step runs away downhill; only those above 0 are overshot.
 *
 * @param {Landscape} landscape
 * @param {readonly number[]} point
 * @returns {[number, number]}
 */
export function curvaturesAt({ slope }, [x, y]) {
  const step = 1e-4;
  const [right, left] = [slope(x + step, y), slope(x - step, y)];
  const [above, below] = [slope(x, y + step), slope(x, y - step)];
  const xx = (right[0] - left[0]) / (2 * step);
  const yy = (above[1] - below[1]) / (2 * step);
  const xy = (above[0] - below[0]) / (2 * step);
  const spread = Math.hypot((xx - yy) / 2, xy);
  return [(xx + yy) / 2 - spread, (xx + yy) / 2 + spread];
}
