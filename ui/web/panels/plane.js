// @ts-check
/** What a network makes of the plane of its two inputs: colours, and the border where its answer changes. */
import { paint } from "../kit/canvas.js";

/**
 * Line pieces where a grid crosses a level (marching squares, ends by linear interpolation).
 *
 * @param {Uint8Array} values row-major, n * n
 * @param {number} n
 * @param {number} level
 * @returns {number[]} x0, y0, x1, y1, ... in cells from 0 to n - 1
 */
export function border(values, n, level) {
  /** @type {number[]} */ const out = [];
  for (let row = 0; row + 1 < n; row += 1) {
    for (let col = 0; col + 1 < n; col += 1) {
      const i = row * n + col;
      const cuts = crossings([values[i], values[i + 1], values[i + n + 1], values[i + n]], level);
      for (let k = 0; k + 1 < cuts.length; k += 2)
        out.push(col + cuts[k][0], row + cuts[k][1], col + cuts[k + 1][0], row + cuts[k + 1][1]);
    }
  }
  return out;
}

/** Corners of a cell in the order its values are given. */
const CORNERS = [
  [0, 0],
  [1, 0],
  [1, 1],
  [0, 1],
];

/**
 * @param {readonly number[]} corner values around a cell
 * @param {number} level
 * @returns {number[][]} points on the cell's sides, none, two or four
 */
function crossings(corner, level) {
  const out = [];
  for (let k = 0; k < 4; k += 1) {
    const [a, b] = [corner[k], corner[(k + 1) % 4]];
    if (a > level === b > level) continue;
    const share = (level - a) / (b - a);
    const [from, to] = [CORNERS[k], CORNERS[(k + 1) % 4]];
    out.push([from[0] + share * (to[0] - from[0]), from[1] + share * (to[1] - from[1])]);
  }
  return out;
}

/**
 * The output over the plane, and the border where it crosses one half.
 *
 * @param {CanvasRenderingContext2D} context
 * @param {Uint8Array} values row-major, n * n
 * @param {{n: number, box: {left: number, top: number, width: number, height: number}, small: HTMLCanvasElement,
 *   colours: Uint32Array, smooth: boolean, edge: {colour: string, width: number} | null}} how
 */
export function drawPlane(context, values, { n, box, small, colours, smooth, edge }) {
  context.imageSmoothingEnabled = smooth;
  context.drawImage(paint(values, n, colours, small), box.left, box.top, box.width, box.height);
  if (!edge) return;
  const pieces = border(values, n, 127.5);
  const [sx, sy] = [box.width / n, box.height / n];
  context.beginPath();
  for (let i = 0; i < pieces.length; i += 4) {
    context.moveTo(box.left + (pieces[i] + 0.5) * sx, box.top + box.height - (pieces[i + 1] + 0.5) * sy);
    context.lineTo(box.left + (pieces[i + 2] + 0.5) * sx, box.top + box.height - (pieces[i + 3] + 0.5) * sy);
  }
  context.lineCap = "round";
  context.strokeStyle = edge.colour;
  context.lineWidth = edge.width;
  context.stroke();
}
