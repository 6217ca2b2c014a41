// @ts-check
/** Regression in one dimension: the fit drawn live over the data, and what is left over. */
import { h, panelFrame, setText } from "./dom.js";
import { Chart } from "./plots.js";
import { costText, formatNumber, linearTicks } from "./scales.js";
import { shownCost } from "./store.js";

/** @typedef {import("./view.js").Shown} Shown */
/** @typedef {NonNullable<import("./protocol.js").Meta["curve"]>} Curve */

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
 * Values to draw: those far outside end at the chart's edge, those that are no number too.
 *
 * @param {readonly (number | null)[]} values
 * @param {readonly [number, number]} range
 */
export function held(values, [lo, hi]) {
  return values.map((value) => (value === null || !Number.isFinite(value) ? hi : Math.min(hi, Math.max(lo, value))));
}

/**
 * @param {"fit" | "residuals"} id
 * @param {Shown} shown
 * @param {{width: number, height: number}} size
 * @returns {import("./figures.js").Figure | null}
 */
export function figureOf(id, { state, theme, scale, rest, settings }, size) {
  const { curve } = state.meta;
  if (!curve) return null;
  const fit = id === "fit";
  const y = fit ? valueRange(curve) : residualRange(curve);
  const axis = {
    gridcolor: theme.grid,
    zeroline: !fit,
    zerolinecolor: theme.muted,
    linecolor: theme.muted,
    showline: true,
    ticks: "outside",
    tickcolor: theme.muted,
  };
  const x = span([...curve.grid], 0.01);
  return {
    data: fit
      ? fitTraces(state, curve, { theme, scale, range: y, showVal: settings.show_val })
      : residualTraces(state, curve, { theme, scale, range: y, showVal: settings.show_val }),
    layout: {
      ...size,
      autosize: false,
      showlegend: fit,
      legend: { orientation: "h", x: 0, y: 1.02, yanchor: "bottom", font: { size: 12 * scale } },
      font: { family: theme.font, size: 13 * scale, color: theme.text },
      paper_bgcolor: "rgba(0,0,0,0)",
      plot_bgcolor: "rgba(0,0,0,0)",
      margin: { l: 54 * scale, r: 12, t: fit ? 28 * scale : 8, b: 38 * scale },
      dragmode: false,
      hovermode: rest ? "closest" : false,
      uirevision: "kept",
      xaxis: {
        ...axis,
        range: x,
        title: { text: "x", standoff: 4, font: { size: 13 * scale } },
        zeroline: false,
        tickvals: linearTicks(...x),
      },
      yaxis: {
        ...axis,
        range: y,
        title: { text: fit ? "y" : "target − prediction", standoff: 4, font: { size: 13 * scale } },
        tickvals: linearTicks(...y),
      },
    },
  };
}

/** @param {Curve} curve */
function residualRange(curve) {
  const [lo, hi] = span(curve.y, 0);
  return /** @type {[number, number]} */ ([-0.6 * (hi - lo), 0.6 * (hi - lo)]);
}

/**
 * @param {import("./store.js").State} state
 * @param {Curve} curve
 * @param {{theme: import("./theme.js").Theme, scale: number, range: [number, number], showVal: boolean}} look
 */
function fitTraces(state, curve, { theme, scale, range, showVal }) {
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
    name: "network",
    x: curve.grid,
    y: held(state.parts.fit ?? curve.grid.map(() => 0), range),
    line: { color: theme.train, width: 3.2 * scale, simplify: false },
  });
  return lines;
}

/**
 * @param {import("./store.js").State} state
 * @param {Curve} curve
 * @param {{theme: import("./theme.js").Theme, scale: number, range: [number, number], showVal: boolean}} look
 */
function residualTraces(state, curve, { theme, scale, range, showVal }) {
  const all = state.parts.residuals ?? [];
  const traces = [
    {
      type: "scatter",
      mode: "markers",
      uid: "nnpres",
      name: "training",
      x: curve.x,
      y: held(all.slice(0, curve.x.length), range),
      marker: { color: theme.train, size: 6 * scale },
    },
  ];
  if (showVal && curve.xv?.length) {
    traces.push({
      type: "scatter",
      mode: "markers",
      uid: "nnpresv",
      name: "validation",
      x: curve.xv,
      y: held(all.slice(curve.x.length), range),
      marker: /** @type {any} */ ({ color: theme.val, size: 7 * scale, symbol: "diamond-open" }),
    });
  }
  return traces;
}

export class FitPanel {
  /** @param {"fit" | "residuals"} id */
  constructor(id) {
    this.id = id;
    const { element, body, note } = panelFrame(id, id === "fit" ? "Fit" : "Residuals");
    this.element = element;
    this.note = note;
    this.host = h("div", { class: "nnp-plot", role: "img", "aria-label": id });
    body.append(this.host);
    this.body = body;
    this.chart = new Chart(this.host, id);
    this.signature = "";
    this.version = -1;
    this.last = -Infinity;
    this.drawnRest = false;
    this.size = { width: 0, height: 0 };
  }

  /** @param {import("./plots.js").PlotlyLike} plotly */
  ready(plotly) {
    this.chart.plotly = plotly;
    this.signature = "";
  }

  /** @param {Shown} shown */
  job(shown) {
    const signature = this.sign(shown);
    const moved = this.id === "residuals" && (shown.state.versions.residuals ?? 0) !== this.version;
    const changed = signature !== this.signature || moved || (shown.rest && !this.drawnRest);
    const dirty = changed && this.chart.plotly !== null && this.size.width > 0 && shown.state.meta.curve !== undefined;
    return {
      id: this.id,
      dirty,
      urgent: dirty && signature !== this.signature,
      last: this.last,
      every: shown.rest ? 0 : 250,
    };
  }

  /** @param {Shown} shown */
  sign({ state, theme, scale, settings }) {
    const { curve } = state.meta;
    return JSON.stringify([
      this.size,
      theme.background,
      theme.text,
      scale,
      settings.show_val,
      curve?.x,
      curve?.y,
      curve?.grid.length,
    ]);
  }

  /** @param {Shown} shown */
  key(shown) {
    const figure = figureOf(this.id, shown, this.size);
    this.chart.background = shown.theme.background;
    if (!figure || !this.chart.keyFrame(figure)) return;
    this.signature = this.sign(shown);
    this.version = shown.state.versions[this.id] ?? 0;
    this.drawnRest = shown.rest;
    this.last = shown.now;
  }

  /** @param {Shown} shown */
  draw({ state, rest }) {
    const { curve } = state.meta;
    if (!rest) this.drawnRest = false;
    if (this.id !== "fit" || !curve || !state.parts.fit || !this.chart.axes()) return;
    const version = state.versions.fit ?? 0;
    if (version === this.version) return;
    this.version = version;
    if (!this.chart.writePath("nnpfit", curve.grid, held(state.parts.fit, valueRange(curve)))) this.signature = "";
    setText(this.note, `training cost ${costText(shownCost(state))}`);
  }

  /** @param {Shown} shown */
  describe({ state }) {
    const left = state.parts.residuals ?? [];
    const worst = left.reduce((/** @type {number} */ most, value) => Math.max(most, Math.abs(value ?? NaN)), 0);
    return this.id === "fit"
      ? `Fit: the network's curve over ${state.meta.curve?.x.length ?? 0} data points at epoch ${state.epoch}`
      : `Residuals: largest distance ${formatNumber(worst)}`;
  }

  /** @param {{width: number, height: number}} size */
  resize(size) {
    this.size = size;
  }

  destroy() {
    this.chart.destroy();
  }
}
