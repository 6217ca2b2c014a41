// @ts-check
/** A panel that Plotly draws in full at rest, and the panel itself in between. */
import { h } from "../kit/dom.js";
import { Panel } from "./panel.js";
import { Chart } from "./plotly_chart.js";
/** @import { PlotlyLike } from "./plotly_chart.js" */
/** @import { Job } from "./shown.js" */

const PICTURES = /** @type {const} */ (["png", "svg"]);

export class ChartPanel extends Panel {
  /**
   * @param {string} id
   * @param {string} title
   * @param {string} file name of its picture when that is downloaded
   */
  constructor(id, title, file) {
    super(id, title);
    this.host = h("div", { class: "nnp-plot", role: "img", "aria-label": title });
    this.body.append(this.host);
    this.chart = new Chart(this.host, file);
    this.tools.append(...PICTURES.map((kind) => this.save(kind, title)));
    this.last = -Infinity;
    this.drawnRest = false;
  }

  /** @param {"png" | "svg"} kind @param {string} title */
  save(kind, title) {
    const name = kind.toUpperCase();
    const about = `${name}: download “${title}” as a picture`;
    const named = { text: name, title: about, "aria-label": about, "data-testid": `${kind}-${this.id}` };
    const button = h("button", { class: "nnp-button nnp-save", ...named });
    button.onclick = () => this.chart.download(kind);
    return button;
  }

  /** @param {PlotlyLike} plotly */
  ready(plotly) {
    this.chart.plotly = plotly;
    this.signature = "";
  }

  /**
   * @param {string} signature of what is to be drawn
   * @param {{changed?: boolean, possible?: boolean, every?: number}} [also] whether more than the signature has changed,
   *   and whether there is anything to draw
   * @returns {Job}
   */
  ask(signature, { changed = false, possible = true, every = 0 } = {}) {
    const urgent = signature !== this.signature;
    const dirty = possible && (urgent || changed) && this.chart.plotly !== null && this.size.width > 0;
    return { id: this.id, dirty, urgent: urgent && dirty, last: this.last, every };
  }

  destroy() {
    this.chart.destroy();
  }
}
