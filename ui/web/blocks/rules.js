// @ts-check
/**
 * The six schedulers of `nncore/schedulers.py` for two weights, operation by operation, so that both walk alike to
 * rounding. Tests hold them against each other.
 *
 * @typedef {{eta: number, momentum: number}} Numbers
 * @typedef {(gradient: readonly [number, number]) => [number, number]} Rule gradient to the change of both weights
 */

const DELTA = 1e-8;
const RHO = 0.9;
const RHO2 = 0.999;

/** Apply a rule of one weight to both, each with a memory of its own. @param {() => (g: number) => number} one @returns {Rule} */
const each = (one) => {
  const [x, y] = [one(), one()];
  return ([gx, gy]) => [x(gx), y(gy)];
};

/** @type {Record<string, (numbers: Numbers) => Rule>} */
export const RULES = {
  Constant: ({ eta }) => each(() => (g) => g * eta),
  Momentum: ({ eta, momentum }) =>
    each(() => {
      let change = 0;
      return (g) => (change = change * momentum + g * eta);
    }),
  Adagrad: ({ eta }) =>
    each(() => {
      let squares = 0;
      return (g) => {
        squares += g * g;
        return (g / (Math.sqrt(squares) + DELTA)) * eta;
      };
    }),
  AdagradMomentum: ({ eta, momentum }) =>
    each(() => {
      let [squares, change] = [0, 0];
      return (g) => {
        squares += g * g;
        return (change = change * momentum + (g / (Math.sqrt(squares) + DELTA)) * eta);
      };
    }),
  RMS_prop: ({ eta }) =>
    each(() => {
      let squares = 0;
      const root = (1 - RHO) ** 0.5;
      return (g) => {
        squares = squares * RHO + g * g;
        return (g / (Math.sqrt(squares) + DELTA / root)) * (eta / root);
      };
    }),
  Adam: ({ eta }) =>
    each(() => {
      let [first, second, updates] = [0, 0, 0];
      return (g) => {
        updates += 1;
        first = first * RHO + g;
        second = second * RHO2 + g * g;
        const root = ((1 - RHO2) / (1 - RHO2 ** updates)) ** 0.5;
        const share = (1 - RHO) / (1 - RHO ** updates);
        return (first / (Math.sqrt(second) + DELTA / root)) * ((eta * share) / root);
      };
    }),
};

/** Schedulers that keep a share of their last change. */
export const WITH_MOMENTUM = new Set(["Momentum", "AdagradMomentum"]);
