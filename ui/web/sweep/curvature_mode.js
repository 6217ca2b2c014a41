// @ts-check
// Curvature times learning rate while the run goes on, and the limit it must keep below.

import { h, svg } from "../kit/dom.js";
import { formatNumber } from "../kit/scales.js";
import { runAt } from "../panels/strip_model.js";
import { CurvePlot } from "./curve_plot.js";
import { panelBox } from "./run_mode.js";
/** @import { Strip } from "../panels/strip_model.js" */
/** @import { Scene } from "./scene.js" */

/** A whole run is shown in about so many milliseconds, as on the live pages. */
const PLAY_MS = 3000;

/**
 * How many of the epochs that were looked at have been reached.
 * @param {number[]} epochs rising @param {number} epoch
 */
export const reached = (epochs, epoch) => {
  const beyond = epochs.findIndex((each) => each > epoch);
  return beyond < 0 ? epochs.length : beyond;
};

/** Curvature times learning rate during the run at the marker, and its limit. */
export class CurvatureMode {
  /** @param {HTMLElement} host @param {any} environment @param {AbortSignal} signal */
  constructor(host, environment, signal) {
    this.environment = environment;
    const sharp = panelBox("η × sharpness during this run", "sharpness");
    const loss = panelBox("Cost of this run", "loss");
    const dial = panelBox("At the end", "dial");
    this.sharp = new CurvePlot(sharp.body);
    this.loss = new CurvePlot(loss.body);
    this.box = dial.box;
    this.title = dial.title;
    this.dial = new Dial(dial.body);
    this.note = h("p", { class: "nns-hint" });
    this.button = h("button", { "data-testid": "edge-play", "aria-keyshortcuts": "Space" }, "Play this run");
    this.button.addEventListener("click", () => (this.playing ? this.stop(true) : this.start()), { signal });
    dial.box.replaceChildren(this.title, this.button, dial.body);
    this.notes = [this.note];
    host.replaceChildren(sharp.box, loss.box, dial.box);
    this.playing = false;
    this.from = 0;
    this.request = 0;
    this.told = "";
  }

  /** @param {Scene} view */
  update(view) {
    const { strip, store } = view;
    const { limit, plain } = store.meta;
    this.note.textContent = store.meta.curvature ?? "";
    this.view = view;
    this.sharp.setFrame({
      range: [0, 2 * limit],
      epochs: store.meta.epochs,
      log: false,
      yLabel: "η × sharpness",
      limits: [
        { value: limit, label: `limit ${formatNumber(limit)}`, kind: "limit" },
        ...(plain < limit
          ? [{ value: plain, label: `${formatNumber(plain)}: limit without momentum`, kind: "target" }]
          : []),
      ],
    });
    this.loss.setFrame({ range: view.range, epochs: store.meta.epochs, target: strip.target });
    // A run that has not been shown yet is played from its start, as far as it has come.
    const run = store.edge ? `${store.job} ${store.edge.eta}` : this.told;
    if (run !== this.told) this.start();
    else this.show();
    this.told = run;
  }

  /** The marker has moved: another run, and at once the whole of it. @param {Scene} view */
  move(view) {
    this.view = view;
    this.stop(true);
  }

  start() {
    this.playing = !this.environment.calm();
    this.from = this.environment.now();
    this.button.textContent = this.playing ? "Show the whole run" : "Play this run";
    this.show();
  }

  /** @param {boolean} show */
  stop(show) {
    this.environment.cancelAnimationFrame(this.request);
    this.request = 0;
    this.playing = false;
    this.button.textContent = "Play this run";
    if (show) this.show();
  }

  /** Draw the run as far as it is played; the next picture follows by itself. */
  show() {
    if (!this.view) return;
    const { strip, store, index, sentence } = this.view;
    const run = this.run(strip, index, store.edge);
    const planned = store.meta.epochs;
    const epoch = this.playing ? (planned * (this.environment.now() - this.from)) / PLAY_MS : planned;
    const upTo = reached(run.epochs, epoch);
    const values = run.sharp.slice(0, upTo);
    this.sharp.setCurves([{ epochs: run.epochs, values, kind: "main" }], `Curvature times learning rate. ${sentence}`);
    const costs = { epochs: run.costEpochs, values: run.costs.slice(0, reached(run.costEpochs, epoch)), kind: "main" };
    this.loss.setCurves([costs], sentence);
    const last = values.findLastIndex(Number.isFinite);
    const at = last < 0 ? 0 : run.epochs[last];
    this.box.dataset.epoch = String(at);
    this.title.textContent = at === planned ? "At the end" : `At epoch ${at}`;
    this.dial.show(values[last] ?? NaN, store.meta.limit);
    if (this.playing && epoch >= planned) this.stop(false);
    if (!this.playing || this.request) return;
    this.request = this.environment.requestAnimationFrame(() => {
      this.request = 0;
      this.show();
    });
  }

  /** Where curvature times learning rate ends. @param {Scene} scene */
  said({ strip, index, store }) {
    const { sharp, epochs } = this.run(strip, index, store.edge);
    const last = sharp.findLastIndex(Number.isFinite);
    return last < 0 ? "" : `η × sharpness at epoch ${epochs[last]}: ${dialWords(sharp[last], store.meta.limit)}`;
  }

  /**
   * The run at the marker: the experiment's own as it goes on, any other one as the strip holds it.
   * @param {Strip} strip @param {number} index @param {any} edge
   */
  run(strip, index, edge) {
    const run = runAt(strip, index);
    const { eta } = run;
    if (edge && Math.abs(Math.log(edge.eta / eta)) < 1e-9) {
      const sharp = Array.from(edge.sharp, (/** @type {number} */ v) => v * eta);
      return { sharp, epochs: edge.epochs, costs: Array.from(edge.costs), costEpochs: edge.epochs };
    }
    return {
      sharp: Array.from(run.sharp ?? [], (v) => v * eta),
      epochs: (run.sharp && strip.sharp?.epochs) ?? [],
      costs: Array.from(run.curve ?? []),
      costEpochs: strip.epochs,
    };
  }

  close() {
    this.stop(false);
  }
}

/** @param {number} value @param {number} limit */
export function dialWords(value, limit) {
  if (!Number.isFinite(value)) return "No finite curvature to show.";
  const part = `${formatNumber(value)}, the limit is ${formatNumber(limit)}.`;
  if (value <= 0) return `${part} No direction bends up here, so no step can overshoot.`;
  if (value > 1.15 * limit) return `${part} Above it steps along the steepest bend grow.`;
  if (value > 0.9 * limit) return `${part} At the edge steps along the steepest bend go on bouncing.`;
  return `${part} Below it steps along the steepest bend settle.`;
}

/** A half circle with a needle; the limit stands at three quarters. */
class Dial {
  /** @param {HTMLElement} host */
  constructor(host) {
    this.needle = svg("path", { class: "nns-dial-needle" });
    this.words = h("p", { class: "nns-dial-word" });
    host.append(
      svg(
        "svg",
        { viewBox: "0 0 160 96", class: "nns-dial", "aria-hidden": "true" },
        svg("path", { d: `M${point(0, 70)}A70,70 0 0 1 ${point(0.75, 70)}`, class: "nns-dial-safe" }),
        svg("path", { d: `M${point(0.75, 70)}A70,70 0 0 1 ${point(1, 70)}`, class: "nns-dial-over" }),
        svg("path", { d: `M${point(0.75, 56)}L${point(0.75, 80)}`, class: "nns-dial-limit" }),
        this.needle,
        svg("circle", { cx: 80, cy: 84, r: 5, class: "nns-dial-hub" }),
      ),
      this.words,
    );
  }

  /** @param {number} value @param {number} limit */
  show(value, limit) {
    const share = Math.min(1, Math.max(0, (0.75 * value) / limit)) || 0;
    this.needle.setAttribute("d", `M80,84L${point(share, 60)}`);
    this.words.textContent = dialWords(value, limit);
  }
}

/** A point of the dial. @param {number} share 0 left, 1 right @param {number} r radius */
function point(share, r) {
  const angle = Math.PI * (1 - share);
  return [80 + r * Math.cos(angle), 84 - r * Math.sin(angle)].map((v) => v.toFixed(1)).join(",");
}
