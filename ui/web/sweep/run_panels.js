// @ts-check
/** What one run of a sweep looks like at its end, at a size that follows the marker: the panels' drawings, with less around them. */

import { fitted } from "../kit/canvas.js";
import { facts } from "../kit/controls.js";
import { h } from "../kit/dom.js";
import { formatPercent } from "../kit/scales.js";
import { blend, css, mapColours } from "../kit/theme.js";
import { cellInk, shares } from "../panels/matrix_cells.js";
import { drawPlane } from "../panels/plane.js";
import { drawPoints } from "../panels/points.js";
import { TruthTable } from "../panels/truth.js";
import { CurvePlot } from "./curve_plot.js";
/** @import { Theme } from "../kit/theme.js" */

/** The map is drawn at this size at least, in pixels, and shown as large as there is room, which may come later. */
const SIDE = 320;

/** The most that is drawn while the marker is dragged. */
const MOST = 900;

/** Output of the network over the plane of its two inputs, with the training points on it. */
export class PlaneMap {
  /** @param {HTMLElement} host */
  constructor(host) {
    this.host = host;
    this.canvas = h("canvas", { class: "nns-map", role: "img" });
    this.small = h("canvas");
    host.append(this.canvas);
  }

  /** @param {any} meta @param {Theme} theme */
  setMeta(meta, theme) {
    const { host } = this;
    if (host.parentElement) host.parentElement.style.width = `${host.clientHeight}px`;
    this.meta = meta;
    this.theme = theme;
    this.colours = mapColours(theme);
  }

  /** @param {number} n @param {Uint8Array | null} values @param {string} label */
  show(n, values, label) {
    const { canvas, meta, theme, colours, small } = this;
    canvas.setAttribute("aria-label", label);
    canvas.style.visibility = values ? "visible" : "hidden";
    const side = Math.max(SIDE, Math.min(canvas.clientHeight || 0, MOST));
    const context = values && fitted(canvas, { width: side, height: side });
    if (!context || !theme || !colours) return;
    const box = { left: 0, top: 0, width: side, height: side, tall: false };
    const edge = { colour: theme.text, width: (2.6 * side) / SIDE };
    drawPlane(context, values, { n, box, small, colours, smooth: true, edge });
    const [[x0, x1], [y0, y1]] = meta.bounds;
    const at = {
      bounds: meta.bounds,
      x: (/** @type {number} */ value) => ((value - x0) / (x1 - x0)) * side,
      y: (/** @type {number} */ value) => (1 - (value - y0) / (y1 - y0)) * side,
    };
    drawPoints(
      context,
      { state: { meta }, settings: { show_val: false }, theme, scale: (1.4 * side) / SIDE },
      { box, at },
    );
  }
}

/** The fitted curve of a one-dimensional regression over its points. */
export class FitCurve {
  /** @param {HTMLElement} host */
  constructor(host) {
    this.plot = new CurvePlot(host);
    /** @type {number[]} */ this.grid = [];
  }

  /** @param {any} meta */
  setMeta({ curve: { grid, truth, range, x, y } }) {
    this.grid = grid;
    this.plot.setFrame({
      range,
      across: [grid[0], grid[grid.length - 1]],
      log: false,
      xLabel: "x",
      yLabel: "",
      dots: { x, y },
      truth: truth && { x: grid, y: truth },
    });
  }

  /** @param {ArrayLike<number> | null} values @param {string} label */
  show(values, label) {
    this.plot.setCurves(values ? [{ epochs: this.grid, values, kind: "fit" }] : [], label);
  }
}

/** A gate's rows: inputs, target, output, right or wrong. */
export class GateRows {
  /** @param {HTMLElement} host */
  constructor(host) {
    this.table = new TruthTable();
    host.append(this.table.element);
  }

  /** @param {any} meta */
  setMeta({ truth }) {
    this.table.build(truth, ["inputs"]);
  }

  /** @param {ArrayLike<number> | null} values outputs, one a row @param {boolean} [overflowed] */
  show(values, overflowed = false) {
    this.table.show(this.table.rows.map((_, i) => (values && overflowed ? null : (values?.[i] ?? NaN))));
  }
}

/** Counts of target against prediction. */
export class CountTable {
  /** @param {HTMLElement} host */
  constructor(host) {
    this.caption = h("caption");
    this.body = h("tbody");
    host.append(h("table", { class: "nns-matrix" }, this.caption, this.body));
    /** @type {HTMLElement[][]} */ this.cells = [];
  }

  /** @param {{classes: string[], matrix_part: string, matrix_right?: string}} meta @param {Theme} theme */
  setMeta({ classes, matrix_part: part, matrix_right: words }, theme) {
    this.theme = theme;
    this.part = part;
    this.words = words || "right";
    this.cells = classes.map(() => classes.map(() => h("td")));
    const heads = classes.map((name) => h("th", { scope: "col" }, name));
    const rows = classes.map((name, i) => h("tr", {}, h("th", { scope: "row" }, name), ...this.cells[i]));
    this.body.replaceChildren(h("tr", {}, h("th", {}, "↓ target"), ...heads), ...rows);
  }

  /** @param {ArrayLike<number> | null} values counts row by row */
  show(values) {
    const theme = /** @type {Theme} */ (this.theme);
    const k = this.cells.length;
    const counts = values ? Array.from(values) : new Array(k * k).fill(0);
    shares(counts, k).forEach((row, i) =>
      row.forEach((share, j) => {
        const cell = this.cells[i][j];
        cell.style.background = share ? css(blend(theme, (share + 1) / 2)) : "transparent";
        cell.style.color = share ? cellInk(share, theme) : "";
        cell.textContent = share ? String(counts[i * k + j]) : "";
      }),
    );
    const all = counts.reduce((sum, count) => sum + count, 0);
    const right = this.cells.reduce((sum, _, i) => sum + counts[i * (k + 1)], 0);
    this.caption.textContent = all
      ? `${this.part}: ${right} of ${all} ${this.words} (${formatPercent(right / all)})`
      : `${this.part}: no network left to ask`;
  }
}

/** Facts about the run at the marker. */
export class FactList {
  /** @param {HTMLElement} host */
  constructor(host) {
    this.list = h("dl", { class: "nns-facts" });
    host.append(this.list);
  }

  /** @param {[string, string][]} rows */
  show(rows) {
    facts(this.list, rows);
  }
}
