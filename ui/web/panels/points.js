// @ts-check
/** The data on the decision map: the corners of a gate, the rows of a cloud, the values of a surface. */
import { blend, css } from "../kit/theme.js";
import { single } from "./messages.js";
/** @import { Theme } from "../kit/theme.js" */
/** @import { Meta } from "./messages.js" */

/** @typedef {{left: number, top: number, width: number, height: number, tall: boolean}} Box `tall`: the legend stands below the map */
/**
 * What of all that is shown the points need.
 *
 * @typedef {{state: {meta: Meta}, settings: {show_val: boolean},
 *   theme: Theme, scale: number}} Drawn
 */
/** @typedef {{x: (value: number) => number, y: (value: number) => number, bounds: number[][]}} Places */

/**
 * @typedef {{x: number, y: number, target: number, share: number, size: number, open: boolean,
 *   theme: Theme}} Point `share`: where the target lies in its range; `open`: of the validation set
 * @typedef {{train: number[], val: number[]} | null} Marked points that stand out; null: all are alike
 */

/** @param {CanvasRenderingContext2D} context @param {Drawn} shown @param {{box: Box, at: Places, marked?: Marked}} where */
export function drawPoints(context, shown, { box, at, marked = null }) {
  const { truth, points, task } = shown.state.meta;
  if (truth) drawGate(context, shown, { box, at, marked });
  else if (points) drawCloud(context, shown, { at, marked, draw: task === "regression" ? valuePoint : dataPoint });
}

/**
 * Draw a point as one that is pointed at, as one that is not, or as ever.
 *
 * @param {CanvasRenderingContext2D} context
 * @param {boolean | null} marked
 * @param {{x: number, y: number, size: number, theme: Theme}} point
 * @param {() => void} draw
 */
function standOut(context, marked, { x, y, size, theme }, draw) {
  context.globalAlpha = marked === false ? 0.3 : 1;
  draw();
  context.globalAlpha = 1;
  if (!marked) return;
  const reach = size * 1.3 + 3;
  for (const [width, colour] of /** @type {[number, string][]} */ ([
    [5, theme.background],
    [2.4, theme.text],
  ])) {
    context.beginPath();
    context.arc(x, y, reach, 0, 2 * Math.PI);
    context.lineWidth = width;
    context.strokeStyle = colour;
    context.stroke();
  }
}

/** @param {CanvasRenderingContext2D} context @param {Drawn} shown @param {{box: Box, at: Places, marked: Marked}} where */
function drawGate(context, { state, theme, scale }, { box, at, marked }) {
  const { X, t } = /** @type {NonNullable<Meta["truth"]>} */ (state.meta.truth);
  const size = Math.min(17 * scale, Math.max(10 * scale, box.width / 9)); // a digit is written in each
  const within = (/** @type {number} */ value, /** @type {number} */ lo, /** @type {number} */ length) =>
    Math.min(lo + length - size - 4, Math.max(lo + size + 4, value));
  X.forEach((row, i) => {
    const x = within(at.x(row[0]), box.left, box.width);
    const y = within(at.y(row[1]), box.top, box.height);
    const point = { x, y, target: single(t[i]), size, theme };
    standOut(context, marked && marked.train.includes(i), point, () => gatePoint(context, point));
  });
}

/**
 * Rows of a cloud; those of the validation set stand open, and only where they are wanted.
 *
 * @param {CanvasRenderingContext2D} context
 * @param {Drawn} shown
 * @param {{at: Places, marked: Marked, draw: typeof dataPoint | typeof valuePoint}} how
 */
function drawCloud(context, { state, settings, theme, scale }, { at, marked, draw }) {
  const points = /** @type {NonNullable<Meta["points"]>} */ (state.meta.points);
  const [[x0, x1], [y0, y1]] = at.bounds;
  const [lo, hi] = state.meta.target_range ?? [-1, 1];
  const roomy = Math.max(2.6, Math.min(5, 70 / Math.sqrt(points.X.length))) * scale;
  const size = Math.min(roomy, Math.max(2, (at.x(x1) - at.x(x0)) / 44)); // or they would hide a small map
  /** @param {number[][]} X @param {(number | number[])[]} t @param {boolean} open */
  const each = (X, t, open) =>
    X.forEach(([x, y], i) => {
      if (x < x0 || x > x1 || y < y0 || y > y1) return;
      const target = single(t[i]);
      const share = Math.min(1, Math.max(0, (target - lo) / (hi - lo || 1)));
      const point = { x: at.x(x), y: at.y(y), target, share, size, theme, open };
      const among = marked && (open ? marked.val : marked.train).includes(i);
      standOut(context, among, point, () => draw(context, point));
    });
  each(points.X, points.t, false);
  if (settings.show_val && points.Xv && points.tv) each(points.Xv, points.tv, true);
}

/**
 * A corner of a gate: its wanted output as a digit; 1 in a disc, 0 in a square, so that colour is not needed.
 *
 * @param {CanvasRenderingContext2D} context
 * @param {Omit<Point, "share" | "open">} point
 */
function gatePoint(context, { x, y, target, size, theme }) {
  context.beginPath();
  if (target > 0.5) context.arc(x, y, size, 0, 2 * Math.PI);
  else context.rect(x - size * 0.9, y - size * 0.9, size * 1.8, size * 1.8);
  context.fillStyle = target > 0.5 ? (theme.dark ? "#0b5d91" : "#004b7a") : theme.dark ? "#a84300" : "#9c3f00";
  context.fill();
  context.lineWidth = Math.max(2, size * 0.16);
  context.strokeStyle = "#ffffff";
  context.stroke();
  context.fillStyle = "#ffffff";
  context.font = `700 ${size * 1.25}px ${theme.font}`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillText(target > 0.5 ? "1" : "0", x, y + size * 0.06);
}

/**
 * One row of a cloud: discs for 1, squares for 0; validation rows are open.
 *
 * @param {CanvasRenderingContext2D} context
 * @param {Point} point
 */
function dataPoint(context, { x, y, target, size, theme, open }) {
  const high = target > 0.5;
  context.beginPath();
  if (high) context.arc(x, y, size, 0, 2 * Math.PI);
  else context.rect(x - size * 0.88, y - size * 0.88, size * 1.76, size * 1.76);
  const colour = high ? (theme.dark ? "#2a97d8" : "#004f80") : theme.dark ? "#e06c14" : "#a34200";
  context.fillStyle = open ? theme.background : colour;
  context.strokeStyle = open ? colour : theme.dark ? "#10141a" : "#ffffff";
  context.lineWidth = open ? 2 : 1.1;
  context.fill();
  context.stroke();
}

/**
 * A point of a regression: filled with its target's colour, a disc for training, a diamond for validation, so that a
 * point which the surface meets melts into it.
 *
 * @param {CanvasRenderingContext2D} context
 * @param {Point} point
 */
function valuePoint(context, { x, y, share, size, theme, open }) {
  context.beginPath();
  if (open) {
    const reach = size * 1.25;
    context.moveTo(x, y - reach);
    context.lineTo(x + reach, y);
    context.lineTo(x, y + reach);
    context.lineTo(x - reach, y);
    context.closePath();
  } else context.arc(x, y, size, 0, 2 * Math.PI);
  context.fillStyle = css(blend(theme, share));
  context.strokeStyle = theme.text;
  context.lineWidth = 1.1;
  context.fill();
  context.stroke();
}
