// @ts-check
/** The decision map: the network's output over the two inputs, the data on it, the border, and a legend. */
import { fitted } from "../kit/canvas.js";
import { bytes } from "../kit/decode.js";
import { h, setAttribute, setText } from "../kit/dom.js";
import { formatNumber, formatPercent, linearTicks } from "../kit/scales.js";
import { mapColours } from "../kit/theme.js";
import { neuronTitle } from "./network_keys.js";
import { CanvasPanel } from "./panel.js";
import { drawPlane } from "./plane.js";
import { drawPoints } from "./points.js";
import { moment } from "./run_state.js";
import { markedRows } from "./truth.js";
/** @import { PictureColumn } from "./chooser.js" */
/** @import { PointEditor } from "./editor.js" */
/** @import { Meta } from "./messages.js" */
/** @import { Box } from "./points.js" */
/** @import { Shown } from "./shown.js" */

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

export class MapPanel extends CanvasPanel {
  /** @param {{brief?: boolean}} [options] `brief`: there is room for a short title */
  constructor({ brief = false } = {}) {
    super("map", "Decision map");
    this.brief = brief;
    this.top = h("canvas", { class: "nnp-canvas", "aria-hidden": "true" });
    this.body.append(this.top);
    this.version = -1;
    /** @type {PictureColumn | null} */ this.sets = null;
    /** @type {Uint32Array} */ this.colours = new Uint32Array(256);
    /** @type {Box | null} */ this.box = null;
    /** @type {PointEditor | null} on pages where points may be edited by hand */ this.editor = null;
  }

  /** @param {Shown} shown */
  draw(shown) {
    if (this.size.width === 0) return;
    const { state } = shown;
    const version = (state.versions.map ?? 0) + (state.versions.look ?? 0);
    const all = this.changed(this.sign(shown));
    if (!all && version === this.version) return;
    this.version = version;
    const box = mapBox(this.size, shown.scale);
    this.box = box;
    if (all) {
      this.editor?.name();
      const neuron = lookedAt(shown);
      setText(this.title, neuron ? neuronTitle(neuron, state.meta) : titleOf(state.meta, this.brief));
      setAttribute(this.element, "data-neuron", neuron ? `${neuron.layer}-${neuron.index + 1}` : null);
      this.colours = mapColours(shown.theme, shown.settings.discrete);
      this.drawFixed(shown, box);
    }
    this.drawMap(shown, box);
  }

  /** @param {Shown} shown */
  sign(shown) {
    const { state, theme, scale, settings } = shown;
    const neuron = lookedAt(shown);
    return JSON.stringify([
      neuron && [neuron.layer, neuron.index, neuron.low, neuron.high],
      markedPoints(shown),
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
  drawMap(shown, box) {
    const { state, theme, settings, scale } = shown;
    const context = fitted(this.canvas, this.size);
    const map = lookedAt(shown) ?? state.parts.map;
    if (!context || !map?.b64) return;
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
    drawLegendOfPoints(context, shown, box);
    drawPoints(context, shown, { box, at: places(shown, box), marked: markedPoints(shown) });
  }

  /** @param {Shown} shown */
  describe({ state }) {
    const map = state.parts.map;
    if (!map) return `${titleOf(state.meta)}: nothing to show yet`;
    const values = bytes(map.b64);
    const start = `${titleOf(state.meta)} at ${moment(state)}: the network`;
    if (state.meta.task !== "regression") {
      const high = values.reduce((count, value) => count + (value > 127 ? 1 : 0), 0) / values.length;
      return `${start} says 1 on ${formatPercent(high)} of the square`;
    }
    const [lo, hi] = targetRange(state.meta);
    const [low, high] = [Math.min(...values), Math.max(...values)].map((value) => lo + ((hi - lo) * value) / 255);
    return `${start} gives values from ${formatNumber(low, 2)} to ${formatNumber(high, 2)}`;
  }
}

/**
 * The neuron that is drawn instead of the whole network, once the server has told what it answers.
 *
 * @param {Shown} shown
 */
function lookedAt({ look, state }) {
  const told = state.parts.look;
  return look && told?.b64 && told.layer === look.layer && told.index === look.index ? told : null;
}

/**
 * The points that are pointed at elsewhere: their numbers among those drawn; null where nothing is.
 *
 * @param {Shown} shown
 * @returns {{train: number[], val: number[]} | null}
 */
function markedPoints({ marked, state }) {
  if (!marked) return null;
  const rows = markedRows(marked, state);
  if (rows) return { train: rows, val: [] };
  const { cell } = state;
  if (!marked.cell || cell?.row !== marked.cell[0] || cell.col !== marked.cell[1] || !cell.points) return null;
  return { train: cell.points, val: cell.points_val ?? [] };
}

/** @param {Meta} meta @param {boolean} [brief] */
function titleOf({ task }, brief = false) {
  return task === "regression" ? "Surface" : brief ? "Map" : "Decision map";
}

/**
 * What filled and hollow points are, where both are on the map: what stands at the left and at the right below it.
 *
 * @param {Pick<Shown, "state" | "settings" | "scale">} shown
 * @param {number} width of the map
 * @returns {[string, string] | null}
 */
export function legendOfPoints({ state: { meta }, settings, scale }, width) {
  if (!settings.show_val || !meta.points?.Xv?.length) return null;
  const [filled, hollow] = meta.task === "regression" ? ["●", "◆"] : ["●■", "○□"];
  return width < 220 * scale ? [`${filled} train`, `${hollow} val`] : [`${filled} training`, `${hollow} validation`];
}

/** @param {CanvasRenderingContext2D} context @param {Shown} shown @param {Box} box */
function drawLegendOfPoints(context, shown, box) {
  const words = legendOfPoints(shown, box.width);
  if (!words) return;
  const { theme, scale } = shown;
  context.fillStyle = theme.text;
  context.font = `${12.5 * scale}px ${theme.font}`;
  context.textBaseline = "top";
  const y = box.top + box.height + 21 * scale;
  // Below a small map they stand on both sides of the axis' name, and reach beyond it.
  const [small, middle] = [box.width < 130 * scale, box.left + box.width / 2];
  const [left, right] = small ? [middle - 10 * scale, middle + 10 * scale] : [box.left, box.left + box.width];
  context.textAlign = small ? "right" : "left";
  context.fillText(words[0], left, y);
  context.textAlign = small ? "left" : "right";
  context.fillText(words[1], right, y);
}

/** Targets that the ends of a regression's colours stand for. @param {Meta} meta @returns {[number, number]} */
function targetRange({ target_range: range = [-1, 1] }) {
  return [range[0], range[1]];
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
function drawLegend(context, shown, box, colours) {
  const { theme, scale, state } = shown;
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
  const neuron = lookedAt(shown);
  const ends = neuron ? endsOf(neuron.low, neuron.high) : legendWords(state.meta);
  context.textAlign = box.tall ? "center" : "left";
  ends.forEach((text, i) => {
    if (box.tall) context.fillText(text, left + length - (i * length) / 2, top + thick + 11 * scale);
    else context.fillText(text, left + thick + 5, top + (i * length) / 2);
  });
  context.textAlign = box.tall ? "right" : "center";
  if (box.tall) context.fillText("output", left - 8, top + thick / 2);
  else if (top >= 20 * scale) context.fillText("output", left + thick / 2 + 6, top - 13 * scale);
}

/** Both ends and the middle, to a hundredth of what lies between: more digits have no room. @param {number} low @param {number} high */
export function endsOf(low, high) {
  const step = high > low ? 10 ** Math.floor(Math.log10((high - low) / 50)) : 0;
  const short = (/** @type {number} */ value) => (step ? Math.round(value / step) * step : value);
  return [high, (low + high) / 2, low].map((value) => formatNumber(short(value), 3));
}

/** The legend's highest, middle and lowest value. @param {Meta} meta */
function legendWords(meta) {
  if (meta.task !== "regression") return ["1", "½", "0"];
  return endsOf(...targetRange(meta));
}
