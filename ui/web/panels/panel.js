// @ts-check
/** What all panels have: a frame with title, note and tools, a place for the drawing, and a size. */
import { h } from "../kit/dom.js";
import { Chart } from "./plotly_chart.js";
/** @import { PlotlyLike } from "./plotly_chart.js" */
/** @import { Job } from "./shown.js" */

export class Panel {
  /** @param {string} id @param {string} title */
  constructor(id, title) {
    this.id = id;
    this.title = h("div", { class: "nnp-panel-title", role: "heading", "aria-level": 3, text: title });
    /** A short line beside the title. */
    this.note = h("span", { class: "nnp-panel-note" });
    /** A place for the panel's own buttons. */
    this.tools = h("span", { class: "nnp-panel-tools" });
    this.body = h("div", { class: "nnp-panel-body" });
    this.element = h(
      "section",
      { class: `nnp-panel nnp-panel-${id}`, "data-testid": `panel-${id}`, "aria-label": title },
      h("div", { class: "nnp-panel-head" }, this.title, this.note, this.tools),
      this.body,
    );
    this.element.style.gridArea = id;
    this.size = { width: 0, height: 0 };
    this.signature = "";
  }

  /** Whether what the drawing depends on is not what it was at the last call. @param {string} signature */
  changed(signature) {
    const before = this.signature;
    this.signature = signature;
    return signature !== before;
  }

  /** @param {{width: number, height: number}} size of the body */
  resize(size) {
    this.size = size;
  }
}

/** A panel on a canvas. */
export class CanvasPanel extends Panel {
  /** @param {string} id @param {string} title */
  constructor(id, title) {
    super(id, title);
    this.canvas = h("canvas", { class: "nnp-canvas", role: "img", "aria-label": title });
    this.body.append(this.canvas);
    /** For pictures made of numbers, which are drawn from it in their size on the screen. */
    this.small = h("canvas");
  }
}

/** A panel that Plotly draws in full at rest, and the panel itself in between. */
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
    this.last = -Infinity;
    this.drawnRest = false;
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
