// @ts-check
// Range test, curvature, and the two rules: further looks at the run at the marker.

import { formatNumber, nearest } from "../live_view/scales.js";
import { CurvePlot } from "./curve_plot.js";
import { html, svg } from "./elements.js";
import { linePath } from "./paths.js";
import { panelBox, runFacts } from "./run_mode.js";
import { FactsPanel } from "./panels.js";
import { OUTCOMES, PENDING, bestIndex, costRange, nearestKnown, runAt, runSentence } from "./strip_model.js";

const DASHES = ["6 3", "2 3", "8 3 2 3"];

/** The bundle of the range test and its picks, drawn over the strip. @param {any} range */
export function rangeOverlay(range) {
  return (/** @type {any} */ { x, y }) => {
    const count = range.etas.length;
    const at = range.etas.map(x.at);
    const place = (/** @type {number} */ v) => (Number.isFinite(v) ? y.at(Math.min(Math.max(v, y.low), y.high)) : NaN);
    const nodes = [];
    for (let i = 0; i < range.losses.length / count; i++) {
      const loss = Array.from(range.losses.subarray(i * count, (i + 1) * count), place);
      nodes.push(svg("path", { d: linePath(at, loss), class: "nns-bundle" }));
    }
    nodes.push(svg("path", { d: linePath(at, Array.from(range.median, place)), class: "nns-bundle-median" }));
    range.picks.forEach((/** @type {any} */ pick, /** @type {number} */ i) => {
      if (pick.eta === null) return;
      const px = x.at(pick.eta);
      nodes.push(svg("path", { d: `M${px},${y.to - 10}V${y.from}`, class: "nns-pick", "stroke-dasharray": DASHES[i] }));
      nodes.push(svg("text", { x: px + 4, y: y.to + 8 + 15 * i, class: "nns-pick-word" }, [pick.name]));
    });
    return nodes;
  };
}

/** What the automatic picks would have given, beside the best of the strip. */
export class RangeMode {
  /** @param {HTMLElement} host */
  constructor(host) {
    this.body = html("tbody");
    const head = ["pick", "η", "what that rate really does", "spread over the seeds"];
    this.note = html("p", { class: "nns-hint" });
    host.replaceChildren(
      html("table", { class: "nns-table", "data-testid": "picks" }, [
        html("caption", {}, ["One run with a rising rate, and the rates it would have you take"]),
        html("thead", {}, [html("tr", {}, head.map((word) => html("th", { scope: "col" }, [word])))]),
        this.body,
      ]),
      this.note,
    );
  }

  /** @param {any} view */
  update({ store, strip }) {
    const { range } = store;
    if (!range) return;
    const best = bestIndex(strip);
    const rows = range.picks.map((/** @type {any} */ pick) => [
      pick.name,
      pick.eta === null ? "none" : formatNumber(pick.eta),
      pick.eta === null ? "the loss never fell" : runSentence(strip, nearest(strip.etas, pick.eta), store.meta.epochs),
      pick.low === null ? "–" : `${formatNumber(pick.low)} to ${formatNumber(pick.high)}`,
    ]);
    if (best >= 0) rows.push(["best of the strip", formatNumber(strip.etas[best]), runSentence(strip, best, store.meta.epochs), "–"]);
    this.body.replaceChildren(
      ...rows.map((/** @type {string[]} */ [name, ...cells]) =>
        html("tr", {}, [html("th", { scope: "row" }, [name]), ...cells.map((word) => html("td", {}, [word]))])),
    );
    this.note.textContent = range.note;
  }

  move() {}
}

/** Curvature times learning rate during the run at the marker, and its limit. */
export class CurvatureMode {
  /** @param {HTMLElement} host */
  constructor(host) {
    const sharp = panelBox("η × sharpness during this run", "sharpness");
    const loss = panelBox("Cost of this run", "loss");
    const dial = panelBox("At the end", "dial");
    this.sharp = new CurvePlot(sharp.body);
    this.loss = new CurvePlot(loss.body);
    this.dial = dial.body;
    this.note = html("p", { class: "nns-hint" });
    host.replaceChildren(sharp.box, loss.box, dial.box, this.note);
  }

  /** @param {any} view */
  update(view) {
    const { strip, store } = view;
    this.note.textContent = store.meta.curvature ?? "";
    if (!strip.sharp) return;
    const { limit } = strip.sharp;
    this.sharp.setFrame({
      range: [0, 2 * limit], epochs: store.meta.epochs, log: false, yLabel: "η × sharpness",
      limit: { value: limit, label: `limit ${formatNumber(limit)}` },
    });
    this.loss.setFrame({ range: costRange([strip]), epochs: store.meta.epochs, target: strip.target });
    this.move(view);
  }

  /** @param {any} view */
  move({ strip, index, sentence }) {
    if (!strip.sharp) return;
    const run = runAt(strip, index);
    const { epochs, limit } = strip.sharp;
    const values = run.known ? Array.from(/** @type {Float32Array} */ (run.sharp), (v) => v * run.eta) : [];
    this.sharp.setCurves([{ epochs, values, kind: "main" }], `Curvature times learning rate. ${sentence}`);
    this.loss.setCurves(run.curve && run.known ? [{ epochs: strip.epochs, values: run.curve, kind: "main" }] : [], sentence);
    const last = values.filter(Number.isFinite).at(-1) ?? NaN;
    this.dial.replaceChildren(dialPicture(last, limit), html("p", { class: "nns-dial-word" }, [dialWords(last, limit, run.outcome)]));
  }
}

/** @param {number} value @param {number} limit @param {number} outcome */
export function dialWords(value, limit, outcome) {
  if (outcome === PENDING || !Number.isFinite(value)) return "No finite curvature to show.";
  const part = `η × sharpness is ${formatNumber(value)} of ${formatNumber(limit)}.`;
  if (value > 1.05 * limit) return `${part} Above the limit: a straight-line step along the steepest bend overshoots.`;
  if (value > 0.9 * limit) return `${part} At the edge of stability: the steps bounce, yet the cost can go on falling.`;
  return `${part} Below the limit: every step stays on its side of the valley.`;
}

/** A half circle with a needle; the limit stands at three quarters. @param {number} value @param {number} limit */
function dialPicture(value, limit) {
  const point = (/** @type {number} */ share, /** @type {number} */ r) => {
    const angle = Math.PI * (1 - share);
    return [80 + r * Math.cos(angle), 84 - r * Math.sin(angle)].map((v) => v.toFixed(1)).join(",");
  };
  const share = Math.min(1, Math.max(0, (0.75 * value) / limit)) || 0;
  return svg("svg", { viewBox: "0 0 160 96", class: "nns-dial", "aria-hidden": "true" }, [
    svg("path", { d: `M${point(0, 70)}A70,70 0 0 1 ${point(0.75, 70)}`, class: "nns-dial-safe" }),
    svg("path", { d: `M${point(0.75, 70)}A70,70 0 0 1 ${point(1, 70)}`, class: "nns-dial-over" }),
    svg("path", { d: `M${point(0.75, 56)}L${point(0.75, 80)}`, class: "nns-dial-limit" }),
    svg("path", { d: `M80,84L${point(share, 60)}`, class: "nns-dial-needle" }),
    svg("circle", { cx: 80, cy: 84, r: 5, class: "nns-dial-hub" }),
  ]);
}

/** The textbook's rule and the published code's, as two curves from one start. */
export class RulesMode {
  /** @param {HTMLElement} host */
  constructor(host) {
    const loss = panelBox("Cost of both runs", "loss");
    const facts = panelBox("Textbook rule (solid)", "facts");
    const other = panelBox("Lecture's published code (dashed)", "facts-other");
    this.loss = new CurvePlot(loss.body);
    this.facts = new FactsPanel(facts.body);
    this.other = new FactsPanel(other.body);
    this.note = html("p", { class: "nns-hint", "data-testid": "rule-difference" });
    host.replaceChildren(loss.box, facts.box, other.box, this.note);
  }

  /** @param {any} view */
  update(view) {
    const { store, strip } = view;
    this.note.textContent = store.meta.difference ?? "";
    this.loss.setFrame({ range: costRange([...store.strips.values()]), epochs: store.meta.epochs, target: strip.target });
    this.move(view);
  }

  /** @param {any} view */
  move(view) {
    const { store, strip, index } = view;
    const other = store.strips.get("lecture");
    const run = runAt(strip, index);
    const curves = run.curve && run.known ? [{ epochs: strip.epochs, values: run.curve, kind: "main" }] : [];
    this.facts.show(runFacts(strip, index));
    let words = `Textbook: ${view.sentence}`;
    if (other) {
      const at = nearestKnown(other, strip.etas[index]);
      const twin = runAt(other, at);
      if (twin.curve && twin.known) curves.push({ epochs: other.epochs, values: twin.curve, kind: "other" });
      this.other.show(runFacts(other, at));
      words += ` Lecture's code: ${twin.outcome === PENDING ? "computing" : OUTCOMES[twin.outcome]}.`;
    }
    this.loss.setCurves(curves, words);
  }
}
