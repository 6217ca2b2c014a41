// @ts-check
/** Regression: the fit of a curve drawn live over the data, and what any fit leaves over. */
import { setAttribute, setText } from "../kit/dom.js";
import { costText, linearTicks } from "../kit/scales.js";
import { axisLook, frame } from "./figures.js";
import { ChartPanel } from "./chart_panel.js";
import { neuronTitle } from "./network_keys.js";
import { moment, shownCost } from "./run_state.js";
/** @import { PictureColumn } from "./chooser.js" */
/** @import { Theme } from "../kit/theme.js" */
/** @import { Figure } from "./figures.js" */
/** @import { Meta } from "./messages.js" */
/** @import { State } from "./run_state.js" */
/** @import { Shown } from "./shown.js" */

/** @typedef {NonNullable<Meta["curve"]>} Curve */

/**
 * @param {readonly number[]} values
 * @param {number} [margin] share of the span on both sides
 * @returns {[number, number]}
 */
export function span(values, margin = 0.08) {
  let [lo, hi] = [Infinity, -Infinity];
  for (const value of values) {
    if (value < lo) lo = value;
    if (value > hi) hi = value;
  }
  if (!(hi > lo)) return Number.isFinite(lo) ? [lo - 1, lo + 1] : [0, 1];
  return [lo - margin * (hi - lo), hi + margin * (hi - lo)];
}

/**
 * The value range of the fit: that of the data, never of the fit, so that a wild fit does not shrink the data.
 *
 * @param {Curve} curve
 */
export function valueRange(curve) {
  return /** @type {[number, number]} */ (
    curve.range ?? span([...curve.y, ...(curve.yv ?? []), ...(curve.truth ?? [])])
  );
}

/**
 * Values to draw: those far outside end at the chart's edge; where the network has no answer there is nothing to draw.
 *
 * @param {readonly (number | null)[]} values
 * @param {readonly [number, number]} range
 */
export function held(values, [lo, hi]) {
  return values.map((value) => (value === null || Number.isNaN(value) ? NaN : Math.min(hi, Math.max(lo, value))));
}

/**
 * What residuals stand over: the input of a curve, else the target.
 *
 * @param {Meta} meta
 * @returns {{x: number[], xv: number[], spread: number, range: [number, number], label: string} | null} null where
 *   nothing is fitted
 */
export function residualRows({ curve, targets }) {
  const extent = (/** @type {readonly number[]} */ values) => span(values, 0)[1] - span(values, 0)[0];
  if (curve) {
    return { x: curve.x, xv: curve.xv ?? [], spread: extent(curve.y), range: span(curve.grid, 0.01), label: "x" };
  }
  if (!targets) return null;
  const { t: x, tv: xv = [], label } = targets;
  return { x, xv, spread: extent(x), range: span([...x, ...xv], 0.04), label };
}

/** Width in pixels, at ordinary type, below which a legend would lie on the chart. */
const LEGEND_WIDTH = 330;

/** Beside a lower residual chart the words of its axis would be cut; the panel's name says the same. */
const WORDS_HEIGHT = 165;

/**
 * @param {string} id fit or residuals
 * @param {Shown} shown
 * @param {{width: number, height: number}} size
 * @returns {Figure | null}
 */
function figureOf(id, shown, size) {
  const { state, theme, scale, rest, settings } = shown;
  const { curve } = state.meta;
  const fit = id === "fit";
  const rows = residualRows(state.meta);
  if (!rows || (fit && !curve)) return null;
  const y = fit && curve ? valueRange(curve) : residualRange(rows.spread);
  const axis = (/** @type {string} */ title) => axisLook(theme, title, 13 * scale);
  const look = { theme, scale, range: y, showVal: settings.show_val };
  const legend = fit && size.width >= LEGEND_WIDTH * scale;
  return {
    data: fit && curve ? fitTraces(curve, lineOf(shown), look) : residualTraces(state, rows, look),
    layout: {
      ...frame(theme, { ...size, scale }, 12),
      showlegend: legend,
      legend: { orientation: "h", x: 0, y: 1.02, yanchor: "bottom", font: { size: 12 * scale } },
      margin: { l: 54 * scale, r: 12, t: legend ? 28 * scale : 8, b: 38 * scale },
      hovermode: rest ? "closest" : false,
      xaxis: { ...axis(rows.label), range: rows.range, tickvals: linearTicks(...rows.range) },
      yaxis: {
        ...axis(fit ? "y" : size.height < WORDS_HEIGHT * scale ? "" : "target − prediction"),
        range: y,
        zeroline: !fit,
        zerolinecolor: theme.muted,
        tickvals: linearTicks(...y),
      },
    },
  };
}

/**
 * As far as a constant answer would be off, and a little more: the axis is that of the data, whatever the fit.
 *
 * @param {number} spread of the targets
 * @returns {[number, number]}
 */
function residualRange(spread) {
  return [-0.6 * spread, 0.6 * spread];
}

/**
 * @param {Curve} curve
 * @param {{name: string | null, line: readonly (number | null)[] | undefined}} answered
 * @param {{theme: Theme, scale: number, range: [number, number], showVal: boolean}} look
 */
function fitTraces(curve, { name, line }, { theme, scale, range, showVal }) {
  const dots = (/** @type {string} */ colour, /** @type {string} */ symbol) => ({
    type: "scatter",
    mode: "markers",
    marker: { color: colour, symbol, size: 7 * scale, line: { width: 1.4, color: colour } },
  });
  const traces = [{ ...dots(theme.muted, "circle"), uid: "nnpdata", name: "training data", x: curve.x, y: curve.y }];
  if (showVal && curve.xv?.length)
    traces.push({
      ...dots(theme.val, "diamond-open"),
      uid: "nnpvaldata",
      name: "validation data",
      x: curve.xv,
      y: curve.yv ?? [],
    });
  const lines = /** @type {any[]} */ (traces);
  if (curve.truth)
    lines.push({
      type: "scatter",
      mode: "lines",
      uid: "nnptruth",
      name: "true function",
      x: curve.grid,
      y: curve.truth,
      line: { color: theme.text, width: 1.6 * scale, dash: "dash" },
    });
  lines.push({
    type: "scatter",
    mode: "lines",
    uid: "nnpfit",
    name: name ?? "network",
    x: curve.grid,
    y: held(line ?? curve.grid.map(() => 0), range),
    line: { color: theme.train, width: 3.2 * scale, simplify: false },
  });
  return lines;
}

/**
 * @param {State} state
 * @param {{x: number[], xv: number[]}} rows
 * @param {{theme: Theme, scale: number, range: [number, number], showVal: boolean}} look
 */
function residualTraces(state, { x, xv }, { theme, scale, range, showVal }) {
  const all = state.parts.residuals ?? [];
  const traces = [
    {
      type: "scatter",
      mode: "markers",
      uid: "nnpres",
      name: "training",
      x,
      y: held(all.slice(0, x.length), range),
      marker: { color: theme.train, size: 6 * scale },
    },
  ];
  if (showVal && xv.length) {
    traces.push({
      type: "scatter",
      mode: "markers",
      uid: "nnpresv",
      name: "validation",
      x: xv,
      y: held(all.slice(x.length), range),
      marker: /** @type {any} */ ({ color: theme.val, size: 7 * scale, symbol: "diamond-open" }),
    });
  }
  return traces;
}

/** The neuron whose curve stands instead of the network's, once the server has told it. @param {Shown} shown */
function lookedAt({ look, state }) {
  const told = state.parts.look;
  return look && told?.values && told.layer === look.layer && told.index === look.index ? told : null;
}

/** The curve that is shown, and the name of the neuron whose it is; null for the network's. @param {Shown} shown */
function lineOf(shown) {
  const { state } = shown;
  const neuron = lookedAt(shown);
  return { name: neuron && neuronTitle(neuron, state.meta), line: neuron?.values ?? state.parts.fit };
}

export class FitPanel extends ChartPanel {
  /** @param {"fit" | "residuals"} id */
  constructor(id) {
    super(id, id === "fit" ? "Fit" : "Residuals", id);
    this.version = -1;
    this.drawnLine = "";
    /** @type {PictureColumn | null} */ this.sets = null;
  }

  /** @param {Shown} shown */
  job(shown) {
    const moved = this.id === "residuals" && (shown.state.versions.residuals ?? 0) !== this.version;
    const changed = moved || (shown.rest && !this.drawnRest);
    const possible = residualRows(shown.state.meta) !== null;
    return this.ask(this.sign(shown), { changed, possible, every: shown.rest ? 0 : 250 });
  }

  /** @param {Shown} shown */
  sign(shown) {
    const { state, theme, scale, settings } = shown;
    const { curve } = state.meta;
    const data = curve ? [curve.x, curve.y, curve.grid.length, lineOf(shown).name] : residualRows(state.meta);
    return JSON.stringify([this.size, theme.background, theme.text, scale, settings.show_val, data]);
  }

  /** @param {Shown} shown */
  key(shown) {
    const figure = figureOf(this.id, shown, this.size);
    this.chart.background = shown.theme.background;
    if (!figure || !this.chart.keyFrame(figure)) return;
    this.signature = this.sign(shown);
    this.version = shown.state.versions[this.id] ?? 0;
    this.drawnLine = "";
    this.drawnRest = shown.rest;
    this.last = shown.now;
  }

  /** The cheap drawing of every frame. @param {Shown} shown */
  draw(shown) {
    if (!shown.rest) this.drawnRest = false;
    this.chart.picture = () => figureOf(this.id, shown, this.size);
    if (this.id === "fit") this.moveCurve(shown);
    else this.movePoints(shown);
  }

  /** @param {Shown} shown */
  movePoints({ state, theme, scale, settings }) {
    const rows = residualRows(state.meta);
    const version = state.versions.residuals ?? 0;
    if (!rows || version === this.version) return;
    const look = { theme, scale, range: residualRange(rows.spread), showVal: settings.show_val };
    const traces = residualTraces(state, rows, look);
    if (traces.every(({ uid, x, y }) => this.chart.writePoints(uid, x, y))) this.version = version;
  }

  /** @param {Shown} shown */
  moveCurve(shown) {
    const { state } = shown;
    const { curve } = state.meta;
    if (!curve || !state.parts.fit || !this.chart.axes()) return;
    const neuron = lookedAt(shown);
    const { name, line } = lineOf(shown);
    const version = `${name} ${state.versions.fit} ${neuron ? state.versions.look : ""}`;
    if (version === this.drawnLine) return;
    this.drawnLine = version;
    if (!this.chart.writePath("nnpfit", curve.grid, held(line ?? [], valueRange(curve)))) this.signature = "";
    setAttribute(this.element, "data-neuron", neuron && `${neuron.layer}-${neuron.index + 1}`);
    setText(this.title, name || "Fit");
    setText(this.note, name ? "instead of the network" : `training cost ${costText(shownCost(state))}`);
  }

  /** @param {Shown} shown */
  describe({ state }) {
    const left = state.parts.residuals ?? [];
    const worst = left.reduce((/** @type {number} */ most, value) => Math.max(most, Math.abs(value ?? NaN)), 0);
    return this.id === "fit"
      ? `Fit: the network's curve over ${state.meta.curve?.x.length ?? 0} data points at ${moment(state)}`
      : `Residuals: largest distance ${costText(worst)}`;
  }
}
