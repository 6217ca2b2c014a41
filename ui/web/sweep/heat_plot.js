// @ts-check
// A map of outcome and cost over learning rate and a second setting; it fills in from coarse to fine.

import { axes, decadeLabel, linearScale, logTicks } from "../kit/axis.js";
import { h, listen, setAttributes, svg } from "../kit/dom.js";
import { arrow } from "../kit/keys.js";
import { formatNumber, nearest } from "../kit/scales.js";
import { roomIn } from "../kit/unit.js";
import { hatchings, swatch } from "../panels/hatchings.js";
import {
  LEARNED,
  MEMORISED,
  OUTCOMES,
  OVERFLOW,
  PENDING,
  SLOW,
  STUCK,
  UNSTABLE,
  costWord,
} from "../panels/strip_model.js";

/** Height that a label of a row takes, in pixels. */
const LABEL = 17;

let drawn = 0;

/** Black, purple, orange, yellow of the cividis kind: rises in lightness, safe for the colour-blind. */
const STOPS = [
  [0, 32, 76],
  [60, 77, 110],
  [124, 123, 120],
  [190, 175, 110],
  [255, 233, 69],
];

/** @param {number} share 0 worst, 1 best @returns {number[]} */
export function heatColour(share) {
  const at = Math.min(0.9999, Math.max(0, share)) * (STOPS.length - 1);
  const k = Math.floor(at);
  return STOPS[k].map((c, i) => Math.round(c + (at - k) * (STOPS[k + 1][i] - c)));
}

/**
 * How far a cost has come from the start to the lowest of all, 0 to 1 by its logarithm; 0 where none lies below the start.
 * @param {number} cost @param {number | null} start @param {number} best
 */
export function progress(cost, start, best) {
  if (start === null || !(best < start) || !(cost >= 0)) return 0;
  return Math.log(start / cost) / Math.log(start / best);
}

/**
 * The cell whose colour a cell borrows until it is computed: the nearest one done; -1 where none is.
 * @param {Uint8Array} outcome @param {number} rows @param {number} cols
 * @returns {Int32Array}
 */
export function nearestDone(outcome, rows, cols) {
  const source = new Int32Array(rows * cols).fill(-1);
  /** @type {number[]} */
  const done = [];
  for (let i = 0; i < outcome.length; i++) if (outcome[i] !== PENDING) done.push(i);
  for (let i = 0; i < source.length; i++) {
    if (outcome[i] !== PENDING) {
      source[i] = i;
      continue;
    }
    let least = Infinity;
    for (const k of done) {
      const dr = Math.floor(k / cols) - Math.floor(i / cols);
      const dc = (k % cols) - (i % cols);
      const distance = dr * dr + dc * dc;
      if (distance < least) [least, source[i]] = [distance, k];
    }
  }
  return source;
}

/**
 * Which of the learned cells stand alone among failures: partly luck, and marked as such.
 * @param {Uint8Array} outcome @param {number} rows @param {number} cols
 * @returns {number} count
 */
export function lonelyCells(outcome, rows, cols) {
  let lonely = 0;
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < cols; c++) {
      const own = outcome[r * cols + c];
      if (own === PENDING) continue;
      const around = [
        [r - 1, c],
        [r + 1, c],
        [r, c - 1],
        [r, c + 1],
      ]
        .filter(([a, b]) => a >= 0 && b >= 0 && a < rows && b < cols)
        .map(([a, b]) => outcome[a * cols + b])
        .filter((kind) => kind !== PENDING);
      if (around.length && around.every((kind) => (kind === LEARNED) !== (own === LEARNED))) lonely += 1;
    }
  }
  return lonely;
}

/** The cell nearest to an experiment. @param {any} heat @param {{ eta: number, value: any }} own */
export function cellOf(heat, own) {
  const key = JSON.stringify(own.value);
  const exact = heat.values.findIndex((/** @type {any} */ v) => JSON.stringify(v) === key);
  const numeric = typeof own.value === "number" && own.value > 0;
  const row = exact >= 0 ? exact : numeric ? nearest(heat.values, own.value) : 0;
  return { row, col: nearest(heat.etas, own.eta) };
}

export class HeatPlot {
  /**
   * @param {HTMLElement} host
   * @param {{onOpen: (row: number, col: number) => void, onLook: (row: number, col: number) => void, signal: AbortSignal}} spec
   */
  constructor(host, { onOpen, onLook, signal }) {
    this.host = host;
    this.id = `nns-heat-${(drawn += 1)}`;
    const reached = { role: "application", tabindex: 0, "aria-keyshortcuts": "E" };
    this.root = svg("svg", { class: "nns-heat", "data-testid": "heat", ...reached });
    this.ground = svg("g");
    this.cursor = svg("rect", { class: "nns-cursor" });
    this.root.append(hatchings(this.id), this.ground, this.cursor);
    host.append(this.root);
    this.at = { row: 0, col: 0 };
    /** @type {any} */
    this.heat = null;
    this.own = "";
    this.best = NaN;
    this.rows = 0;
    this.cols = 0;
    this.x = linearScale(0, 0, 0, 0);
    this.y = this.x;
    this.onOpen = onOpen;
    this.onLook = onLook;
    const heard = {
      pointermove: (/** @type {MouseEvent} */ event) => this.look(event),
      click: (/** @type {MouseEvent} */ event) => {
        if (this.look(event)) this.onOpen(this.at.row, this.at.col);
      },
      keydown: (/** @type {KeyboardEvent} */ event) => this.key(event),
    };
    listen(this.root, heard, signal);
  }

  /**
   * @param {any} heat decoded message
   * @param {any} own the experiment's cell: its learning rate and its value on the other axis
   */
  render(heat, own) {
    if (!this.heat || JSON.stringify(own) !== this.own) this.at = cellOf(heat, own);
    this.own = JSON.stringify(own);
    this.heat = heat;
    const { width, height } = roomIn(this.host, { width: 240, height: 120 });
    this.root.setAttribute("viewBox", `0 0 ${width} ${height}`);
    const cols = heat.etas.length;
    const rows = heat.values.length;
    // One unit a cell, whatever the values: the labels stand at the middle of their cells.
    const x = linearScale(0, cols, 76, width - 12);
    const y = linearScale(0, rows, height - 44, 8);
    [this.x, this.y, this.rows, this.cols] = [x, y, rows, cols];
    const source = nearestDone(heat.outcome, rows, cols);
    const best = Math.max(1e-12, Math.min(...heat.final.filter((/** @type {number} */ v) => v > 0)));
    this.best = best;
    const nodes = [];
    for (let i = 0; i < source.length; i++) {
      if (source[i] < 0) continue;
      const kind = heat.outcome[source[i]];
      const [r, c] = [Math.floor(i / cols), i % cols];
      const box = {
        x: x.at(c),
        y: y.at(r + 1),
        width: x.at(c + 1) - x.at(c) + 0.3,
        height: y.at(r) - y.at(r + 1) + 0.3,
      };
      const share = progress(heat.final[source[i]], heat.startCost, best);
      const never = kind === SLOW || kind === STUCK;
      const flat = kind === LEARNED || never;
      const fill = flat ? `rgb(${heatColour(share).join(",")})` : `url(#${this.id}-${OUTCOMES[kind]})`;
      nodes.push(svg("rect", { ...box, fill, class: source[i] === i ? "nns-cell" : "nns-cell nns-guess" }));
      if (never) nodes.push(svg("circle", { cx: x.at(c + 0.5), cy: y.at(r + 0.5), r: 1.3, class: "nns-never" }));
    }
    this.ground.replaceChildren(...nodes, this.axisNodes(heat, x, y));
    this.root.setAttribute("aria-label", heat.label);
    this.place();
  }

  /** @param {any} heat @param {any} x @param {any} y */
  axisNodes(heat, x, y) {
    const most = Math.min(12, Math.floor((y.from - y.to) / LABEL));
    const step = Math.max(1, Math.ceil(heat.values.length / most));
    const [low, high] = [Math.log10(heat.etas[0]), Math.log10(heat.etas[heat.etas.length - 1])];
    // The middle of a cell is its rate, so the decades lie where they fall between the cells.
    const place = (/** @type {number} */ v) => 0.5 + ((Math.log10(v) - low) / (high - low)) * (heat.etas.length - 1);
    const ticks = logTicks(heat.etas[0], heat.etas[heat.etas.length - 1], 12);
    return axes({
      x,
      y,
      xTicks: ticks.map((v) => [place(v), decadeLabel(v)]),
      yTicks: heat.values
        .map((/** @type {any} */ v, /** @type {number} */ i) => [i + 0.5, heat.valueLabels[i]])
        .filter((/** @type {any} */ _, /** @type {number} */ i) => i % step === 0),
      xLabel: "learning rate η",
      yLabel: heat.axisLabel,
      grid: false,
    });
  }

  /** @param {MouseEvent} event */
  look(event) {
    if (!this.heat) return false;
    const box = this.root.getBoundingClientRect();
    const view = this.root.viewBox.baseVal;
    const col = Math.floor(this.x.invert(((event.clientX - box.left) * view.width) / box.width));
    const row = Math.floor(this.y.invert(((event.clientY - box.top) * view.height) / box.height));
    if (col < 0 || row < 0 || col >= this.cols || row >= this.rows) return false;
    this.at = { row, col };
    this.place();
    this.onLook(row, col);
    return true;
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    if (!this.heat) return;
    if (event.key === "Enter") this.onOpen(this.at.row, this.at.col);
    const move = arrow(event);
    if (!move) return;
    event.preventDefault();
    this.at = {
      row: Math.min(this.rows - 1, Math.max(0, this.at.row - move[1])),
      col: Math.min(this.cols - 1, Math.max(0, this.at.col + move[0])),
    };
    this.place();
    this.onLook(this.at.row, this.at.col);
  }

  /** Put the cursor where it is. */
  place() {
    const { row, col } = this.at;
    setAttributes(this.cursor, {
      x: this.x.at(col),
      y: this.y.at(row + 1),
      width: this.x.at(col + 1) - this.x.at(col),
      height: this.y.at(row) - this.y.at(row + 1),
    });
  }

  /** What a cell shows, in words. @param {number} row @param {number} col */
  words(row, col) {
    const { heat, cols } = this;
    const i = row * cols + col;
    const where = `η = ${formatNumber(heat.etas[col])}, ${heat.axisLabel} = ${heat.valueLabels[row]}`;
    const kind = heat.outcome[i];
    if (kind === PENDING) return `${where}: still being computed.`;
    const cost = kind === OVERFLOW ? "" : `, final cost ${costWord(heat.final[i])}`;
    return `${where}: ${OUTCOMES[kind]}${cost}. ${this.shown(row, col)}`;
  }

  /** Which run is shown below, seen from a cell. @param {number} row @param {number} col */
  shown(row, col) {
    const { heat } = this;
    const own = JSON.parse(this.own);
    const near = cellOf(heat, own);
    if (near.row !== row || near.col !== col) return "Click to open that run, or press Enter.";
    const same = heat.etas[col] === own.eta && JSON.stringify(heat.values[row]) === JSON.stringify(own.value);
    return same
      ? "Its run is shown below."
      : "The run shown below lies nearest to this cell; click to open the cell's own.";
  }

  /** The legend under the map. */
  legend() {
    const bar = h("span", { class: "nns-heat-bar" });
    bar.style.background = `linear-gradient(90deg, ${STOPS.map((c) => `rgb(${c.join(",")})`).join(",")})`;
    const { startCost: start } = this.heat;
    const scale =
      start !== null && this.best < start
        ? [`final cost ${formatNumber(start, 2)}, as at the start `, bar, ` ${formatNumber(this.best, 2)}, the lowest`]
        : ["no run ends below its start"];
    return h(
      "p",
      { class: "nns-legend" },
      ...scale,
      h("span", { class: "nns-key" }, "· dot: never learned (slow or stuck)"),
      ...[MEMORISED, UNSTABLE, OVERFLOW]
        .filter((kind) => this.heat.outcome.includes(kind))
        .map((kind) => swatch(this.id, OUTCOMES[kind])),
    );
  }
}
