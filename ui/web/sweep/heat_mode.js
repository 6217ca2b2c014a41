// @ts-check
// The heat map with the run of the cell that was opened.

import { h } from "../kit/dom.js";
import { HeatPlot, lonelyCells } from "./heat_plot.js";
import { RunMode } from "./run_mode.js";
/** @import { Store } from "../panels/strip_store.js" */
/** @import { Scene } from "./scene.js" */

export class HeatMode {
  /**
   * @param {HTMLElement} host
   * @param {{openCell: (row: number, col: number) => void, voice: {announce: (words: string) => void}}} view
   * @param {AbortSignal} signal
   */
  constructor(host, view, signal) {
    this.words = h("p", { class: "nns-hint nns-cell-words" });
    this.warning = h("p", { class: "nns-hint" });
    this.notes = [this.warning];
    this.legend = h("div");
    const chart = h("div", { class: "nns-heat-box" });
    const run = h("div", { class: "nns-panels nns-heat-run" });
    this.run = new RunMode(run);
    /** @type {[number, number] | null} */ this.cell = null;
    const onLook = (/** @type {number} */ row, /** @type {number} */ col) => {
      this.cell = [row, col];
      this.words.textContent = this.plot.words(row, col);
      view.voice.announce(this.words.textContent);
    };
    const onOpen = (/** @type {number} */ row, /** @type {number} */ col) => view.openCell(row, col);
    this.plot = new HeatPlot(chart, { onOpen, onLook, signal });
    /** Its slider is not shown: what stands beside that stands here. */
    this.keys = h("div", { class: "nns-slider-row" }, this.legend);
    host.replaceChildren(chart, this.keys, this.words, run);
  }

  /** @param {Scene} scene */
  update(scene) {
    this.early(scene.store);
    this.run.update(scene);
  }

  /** The map comes before the run of its cell. @param {Store} store */
  early({ heat, meta }) {
    if (!heat) return;
    this.plot.render(heat, meta.cell);
    this.legend.replaceChildren(this.plot.legend());
    const lonely = lonelyCells(heat.outcome, heat.values.length, heat.etas.length);
    this.warning.textContent = lonely
      ? `One start a cell: ${lonely} of ${heat.outcome.length} cells disagree with all their neighbours, so a single cell is partly luck.`
      : "";
    const [row, col] = this.cell ?? [Infinity, Infinity];
    const there = row < heat.values.length && col < heat.etas.length;
    this.words.textContent = there ? this.plot.words(row, col) : heat.note;
  }

  /** @param {Scene} scene */
  move(scene) {
    this.run.move(scene);
  }
}
