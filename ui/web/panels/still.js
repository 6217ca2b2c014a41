// @ts-check
// What one run looks like at its end: decision map, fitted curve, truth table, confusion matrix.

import { formatPercent, outputText } from "../kit/scales.js";
import { inkOn, mapColours } from "../kit/theme.js";
import { axes, linearScale, linearTicks } from "../kit/axis.js";
import { h, svg } from "../kit/dom.js";
import { linePath } from "../kit/paths.js";

/** @typedef {import("../kit/theme.js").Theme} Theme */

/**
 * Paint a map of bytes, first row at the bottom.
 * @param {HTMLCanvasElement} canvas @param {number} n @param {ArrayLike<number>} values @param {Uint32Array} colours
 */
export function paintMap(canvas, n, values, colours) {
  if (canvas.width !== n) [canvas.width, canvas.height] = [n, n];
  const context = canvas.getContext("2d");
  if (!context) return;
  const image = context.createImageData(n, n);
  const pixels = new Uint32Array(image.data.buffer);
  for (let row = 0; row < n; row++) {
    const to = (n - 1 - row) * n;
    for (let col = 0; col < n; col++) pixels[to + col] = colours[values[row * n + col]];
  }
  context.putImageData(image, 0, 0);
}

/** Output of the network over the plane of its two inputs, with the training points on it. */
export class MapPanel {
  /** @param {HTMLElement} host */
  constructor(host) {
    this.canvas = h("canvas", { class: "nns-map", role: "img" });
    this.points = svg("svg", { class: "nns-points", viewBox: "0 0 100 100", preserveAspectRatio: "none" });
    host.append(h("div", { class: "nns-map-box" }, this.canvas, this.points));
    this.key = "";
  }

  /** @param {any} meta @param {Theme} theme */
  setMeta(meta, theme) {
    this.colours = mapColours(theme);
    const key = JSON.stringify([meta.points, meta.bounds]);
    if (key === this.key) return;
    this.key = key;
    const [[x0, x1], [y0, y1]] = meta.bounds;
    const values = meta.points.t.map(Number);
    const [low, high] = [Math.min(...values), Math.max(...values)];
    const middle = (low + high) / 2;
    this.points.replaceChildren(
      ...meta.points.X.map((/** @type {number[]} */ [x, y], /** @type {number} */ i) => {
        const size = meta.points.X.length > 40 ? 1.1 : 2.6;
        const [cx, cy] = [(100 * (x - x0)) / (x1 - x0), 100 - (100 * (y - y0)) / (y1 - y0)];
        // Two shapes, so that the classes differ without colour.
        return values[i] > middle
          ? svg("circle", { cx, cy, r: size, class: "nns-point nns-one" })
          : svg("rect", { x: cx - size, y: cy - size, width: 2 * size, height: 2 * size, class: "nns-point nns-zero" });
      }),
    );
  }

  /** @param {number} n @param {ArrayLike<number> | null} values @param {string} label */
  show(n, values, label) {
    this.canvas.setAttribute("aria-label", label);
    this.canvas.style.visibility = values ? "visible" : "hidden";
    if (values && this.colours) paintMap(this.canvas, n, values, this.colours);
  }
}

/** The fitted curve of a one-dimensional regression over its points. */
export class FitPanel {
  /** @param {HTMLElement} host */
  constructor(host) {
    this.host = host;
    this.root = svg("svg", { class: "nns-fit", role: "img" });
    this.ground = svg("g");
    this.line = svg("path", { class: "nns-run nns-run-main" });
    this.root.append(this.ground, this.line);
    host.append(this.root);
    this.x = linearScale(0, 1, 0, 1);
    this.y = this.x;
    /** @type {number[]} */ this.grid = [];
  }

  /** @param {any} meta */
  setMeta(meta) {
    const [width, height] = [Math.max(160, this.host.clientWidth), Math.max(100, this.host.clientHeight)];
    this.root.setAttribute("viewBox", `0 0 ${width} ${height}`);
    const { grid, truth, range } = meta.curve;
    const x = linearScale(grid[0], grid[grid.length - 1], 44, width - 8);
    const y = linearScale(range[0], range[1], height - 36, 8);
    [this.x, this.y, this.grid] = [x, y, grid];
    const ticks = (/** @type {any} */ s) =>
      linearTicks(s.low, s.high, 5).map((v) => /** @type {[number, string]} */ ([v, String(v)]));
    this.ground.replaceChildren(
      axes({ x, y, xTicks: ticks(x), yTicks: ticks(y), xLabel: "x" }),
      ...meta.curve.x.map((/** @type {number} */ v, /** @type {number} */ i) =>
        svg("circle", { cx: x.at(v), cy: y.at(meta.curve.y[i]), r: 2.4, class: "nns-point nns-one" }),
      ),
      ...(truth ? [svg("path", { d: linePath(grid.map(x.at), truth.map(y.at)), class: "nns-truth-line" })] : []),
    );
  }

  /** @param {ArrayLike<number> | null} values @param {string} label */
  show(values, label) {
    this.root.setAttribute("aria-label", label);
    const y = values
      ? Array.from(values, (v) =>
          Number.isFinite(v) ? this.y.at(Math.min(Math.max(v, this.y.low), this.y.high)) : NaN,
        )
      : [];
    this.line.setAttribute("d", linePath(this.grid.slice(0, y.length).map(this.x.at), y));
  }
}

/** A gate's four rows: inputs, target, output, right or wrong. */
export class TruthPanel {
  /** @param {HTMLElement} host */
  constructor(host) {
    this.body = h("tbody");
    const head = h("tr", {}, ...["inputs", "target", "output", ""].map((word) => h("th", { scope: "col" }, word)));
    host.append(h("table", { class: "nns-truth" }, h("thead", {}, head), this.body));
    /** @type {any[]} */
    this.rows = [];
  }

  /** @param {any} meta */
  setMeta(meta) {
    this.rows = meta.truth.X.map((/** @type {number[]} */ inputs, /** @type {number} */ i) => {
      const output = h("td", { class: "nns-output" });
      const mark = h("td", { class: "nns-tick" });
      const row = h("tr", {}, h("td", {}, inputs.join("  ")), h("td", {}, String(meta.truth.t[i])), output, mark);
      return { row, output, mark, target: meta.truth.t[i] };
    });
    this.body.replaceChildren(...this.rows.map(({ row }) => row));
  }

  /** @param {ArrayLike<number> | null} values outputs, one per row */
  show(values) {
    this.rows.forEach(({ output, mark, target }, i) => {
      const p = values ? values[i] : NaN;
      const known = Number.isFinite(p);
      // As the network decides: an output on the border itself is a 0.
      const right = known && (p > 0.5 ? 1 : 0) === target;
      output.textContent = outputText(known ? p : null);
      mark.textContent = !known ? "–" : right ? "✓ right" : "✗ wrong";
      mark.dataset.right = String(right);
    });
  }
}

/** Counts of target against prediction. */
export class MatrixPanel {
  /** @param {HTMLElement} host */
  constructor(host) {
    this.caption = h("caption");
    this.body = h("tbody");
    host.append(h("table", { class: "nns-matrix" }, this.caption, this.body));
    /** @type {any[]} */
    this.cells = [];
  }

  /** @param {any} meta @param {Theme} theme */
  setMeta(meta, theme) {
    this.theme = theme;
    this.classes = meta.classes;
    this.part = meta.matrix_part;
    const head = h(
      "tr",
      {},
      h("th", {}, "↓ target"),
      ...meta.classes.map((/** @type {string} */ c) => h("th", { scope: "col" }, c)),
    );
    this.cells = [];
    const rows = meta.classes.map((/** @type {string} */ name) => {
      const cells = meta.classes.map(() => h("td"));
      this.cells.push(...cells);
      return h("tr", {}, h("th", { scope: "row" }, name), ...cells);
    });
    this.body.replaceChildren(head, ...rows);
  }

  /** @param {ArrayLike<number> | null} counts row by row */
  show(counts) {
    const k = this.classes.length;
    let right = 0;
    let all = 0;
    this.cells.forEach((cell, i) => {
      const count = counts ? counts[i] : 0;
      const row = Math.floor(i / k);
      let total = 0;
      for (let j = 0; j < k; j++) total += counts ? counts[row * k + j] : 0;
      all += count;
      if (i % (k + 1) === 0) right += count;
      const share = total ? count / total : 0;
      const { middle, high, low } = /** @type {Theme} */ (this.theme);
      const end = i % (k + 1) === 0 ? high : low;
      const ground = middle.map((c, j) => Math.round(c + (end[j] - c) * share ** 0.7));
      cell.style.background = count ? `rgb(${ground.join(",")})` : "transparent";
      cell.style.color = count ? inkOn(ground) : "";
      cell.textContent = count ? String(count) : "";
    });
    this.caption.textContent = all
      ? `${this.part}: ${right} of ${all} right (${formatPercent(right / all)})`
      : `${this.part}: no network left to ask`;
  }
}

/** A row of facts about the run at the marker. */
export class FactsPanel {
  /** @param {HTMLElement} host */
  constructor(host) {
    this.list = h("dl", { class: "nns-facts" });
    host.append(this.list);
  }

  /** @param {[string, string][]} facts */
  show(facts) {
    this.list.replaceChildren(...facts.flatMap(([name, value]) => [h("dt", {}, name), h("dd", {}, value)]));
  }
}
