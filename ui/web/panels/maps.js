// @ts-check
/** The decision map: the network's output over the two inputs, the data on it, the border, and a legend. */
import { fitted, paint } from "../kit/canvas.js";
import { bytes } from "../kit/decode.js";
import { h, setText } from "../kit/dom.js";
import { formatNumber, formatPercent, linearTicks } from "../kit/scales.js";
import { mapColours } from "../kit/theme.js";
import { CanvasPanel } from "./panel.js";
import { drawPoints } from "./points.js";
/** @import { PointEditor } from "./editor.js" */
/** @import { Meta } from "./messages.js" */
/** @import { Box } from "./points.js" */
/** @import { Shown } from "./shown.js" */

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
 * The square in which the map is drawn, with room for axes below and left, and the legend at the right or, where there
 * is more height than width, below.
 *
 * @param {{width: number, height: number}} size
 * @param {number} scale of the type
 * @returns {Box}
 */
export function mapBox({ width, height }, scale) {
  const tall = height > width;
  const [left, right, below] = [42 * scale, (tall ? 12 : 62) * scale, (tall ? 92 : 40) * scale];
  const side = Math.max(20, Math.min(width - left - right, height - below - 12));
  const top = tall ? Math.max(8, (height - below - side) / 2) : 8;
  return { left: left + Math.max(0, (width - left - right - side) / 2), top, width: side, height: side, tall };
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

export class MapPanel extends CanvasPanel {
  constructor() {
    super("map", "Decision map");
    this.top = h("canvas", { class: "nnp-canvas", "aria-hidden": "true" });
    this.body.append(this.top);
    this.version = -1;
    /** @type {Uint32Array} */ this.colours = new Uint32Array(256);
    /** @type {Box | null} */ this.box = null;
    /** @type {PointEditor | null} on pages where points may be edited by hand */ this.editor = null;
  }

  /** @param {Shown} shown */
  draw(shown) {
    if (this.size.width === 0) return;
    const version = shown.state.versions.map ?? 0;
    const all = this.changed(this.sign(shown));
    if (!all && version === this.version) return;
    this.version = version;
    const box = mapBox(this.size, shown.scale);
    this.box = box;
    if (all) {
      this.editor?.name();
      setText(this.title, titleOf(shown.state.meta));
      this.colours = mapColours(shown.theme, shown.settings.discrete);
      this.drawFixed(shown, box);
    }
    this.drawMap(shown, box);
  }

  /** @param {Shown} shown */
  sign({ state, theme, scale, settings }) {
    return JSON.stringify([
      this.size,
      theme.background,
      theme.text,
      scale,
      settings.discrete,
      settings.show_val,
      state.versions.run,
    ]);
  }

  /** @param {Shown} shown @param {Box} box */
  drawMap({ state, theme, settings, scale }, box) {
    const context = fitted(this.canvas, this.size);
    const map = state.parts.map;
    if (!context || !map) return;
    drawPlane(context, bytes(map.b64), {
      n: map.n,
      box,
      small: this.small,
      colours: this.colours,
      smooth: !settings.discrete,
      edge: state.meta.task === "regression" ? null : { colour: theme.text, width: 2.2 * scale },
    });
  }

  /** Axes, points and legend, which change only with the run. @param {Shown} shown @param {Box} box */
  drawFixed(shown, box) {
    const context = fitted(this.top, this.size);
    if (!context) return;
    drawAxes(context, shown, box);
    drawLegend(context, shown, box, this.colours);
    drawPoints(context, shown, { box, at: places(shown, box) });
  }

  /** @param {Shown} shown */
  describe({ state }) {
    const map = state.parts.map;
    if (!map) return `${titleOf(state.meta)}: nothing to show yet`;
    const values = bytes(map.b64);
    const start = `${titleOf(state.meta)} at epoch ${state.epoch}: the network`;
    if (state.meta.task !== "regression") {
      const high = values.reduce((count, value) => count + (value > 127 ? 1 : 0), 0) / values.length;
      return `${start} says 1 on ${formatPercent(high)} of the square`;
    }
    const [lo, hi] = targetRange(state.meta);
    const [low, high] = [Math.min(...values), Math.max(...values)].map((value) => lo + ((hi - lo) * value) / 255);
    return `${start} gives values from ${formatNumber(low, 2)} to ${formatNumber(high, 2)}`;
  }
}

/** @param {Meta} meta */
function titleOf({ task }) {
  return task === "regression" ? "Surface" : "Decision map";
}

/** Targets that the ends of a regression's colours stand for. @param {Meta} meta */
function targetRange({ target_range: range = [-1, 1] }) {
  return range;
}

/**
 * @param {Shown} shown
 * @param {Box} box
 * @returns {{x: (value: number) => number, y: (value: number) => number, bounds: number[][]}}
 */
function places({ state }, box) {
  const bounds = state.meta.bounds?.length
    ? state.meta.bounds
    : [
        [0, 1],
        [0, 1],
      ];
  const [[x0, x1], [y0, y1]] = [bounds[0], bounds[1] ?? bounds[0]];
  return {
    bounds: [
      [x0, x1],
      [y0, y1],
    ],
    x: (value) => box.left + ((value - x0) / (x1 - x0)) * box.width,
    y: (value) => box.top + box.height - ((value - y0) / (y1 - y0)) * box.height,
  };
}

/** @param {CanvasRenderingContext2D} context @param {Shown} shown @param {Box} box */
function drawAxes(context, shown, box) {
  const { theme, scale, state } = shown;
  const at = places(shown, box);
  // Points of the plane keep their coordinates, whatever features of them the network is given.
  const names = state.meta.points ? ["x", "y"] : (state.meta.features ?? ["x₁", "x₂"]);
  context.strokeStyle = theme.muted;
  context.lineWidth = 1;
  context.strokeRect(box.left + 0.5, box.top + 0.5, box.width - 1, box.height - 1);
  context.fillStyle = theme.text;
  context.font = `${13 * scale}px ${theme.font}`;
  context.textAlign = "center";
  context.textBaseline = "top";
  for (const tick of fewTicks(at.bounds[0])) context.fillText(formatNumber(tick), at.x(tick), box.top + box.height + 5);
  context.fillText(names[0] ?? "", box.left + box.width / 2, box.top + box.height + 21 * scale);
  context.textAlign = "right";
  context.textBaseline = "middle";
  for (const tick of fewTicks(at.bounds[1])) context.fillText(formatNumber(tick), box.left - 6, at.y(tick));
  context.save();
  context.translate(box.left - 34 * scale, box.top + box.height / 2);
  context.rotate(-Math.PI / 2);
  context.textAlign = "center";
  context.fillText(names[1] ?? "", 0, 0);
  context.restore();
}

/** @param {number[]} bounds */
function fewTicks([lo, hi]) {
  const whole = linearTicks(lo, hi).filter((tick) => Number.isInteger(tick));
  return whole.length >= 2 && whole.length <= 7 ? whole : linearTicks(lo, hi);
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Shown} shown
 * @param {Box} box
 * @param {Uint32Array} colours
 */
function drawLegend(context, { theme, scale, state }, box, colours) {
  const length = (box.tall ? box.width : box.height) * 0.72;
  const thick = 14 * scale;
  const left = box.tall ? box.left + (box.width - length) / 2 : box.left + box.width + 12;
  const top = box.tall ? box.top + box.height + 48 * scale : box.top + (box.height - length) / 2;
  const [width, height] = box.tall ? [length, thick] : [thick, length];
  for (let i = 0; i < 64; i += 1) {
    const colour = colours[box.tall ? i * 4 : 255 - i * 4];
    context.fillStyle = `rgb(${colour & 255},${(colour >> 8) & 255},${(colour >> 16) & 255})`;
    if (box.tall) context.fillRect(left + (i * length) / 64, top, length / 64 + 0.7, thick);
    else context.fillRect(left, top + (i * length) / 64, thick, length / 64 + 0.7);
  }
  context.strokeStyle = theme.muted;
  context.strokeRect(left, top, width, height);
  context.fillStyle = theme.text;
  context.textBaseline = "middle";
  context.font = `${12.5 * scale}px ${theme.font}`;
  const ends = legendWords(state.meta);
  context.textAlign = box.tall ? "center" : "left";
  ends.forEach((text, i) => {
    if (box.tall) context.fillText(text, left + length - (i * length) / 2, top + thick + 11 * scale);
    else context.fillText(text, left + thick + 5, top + (i * length) / 2);
  });
  context.textAlign = box.tall ? "right" : "center";
  if (box.tall) context.fillText("output", left - 8, top + thick / 2);
  else context.fillText("output", left + thick / 2 + 6, top - 13 * scale);
}

/** The legend's highest, middle and lowest value. @param {Meta} meta */
function legendWords(meta) {
  if (meta.task !== "regression") return ["1", "½", "0"];
  const [lo, hi] = targetRange(meta);
  return [formatNumber(hi), formatNumber((lo + hi) / 2), formatNumber(lo)];
}
