// @ts-check
/**
 * The confusion matrix. Plotly gives axes, hover and clicks when the run comes to rest; the cells are painted over them,
 * which costs a twentieth (a full drawing takes as long as a whole frame). Clicking a cell, or choosing it by keyboard
 * beside the images, asks for its images.
 */
import { fitted, h, panelFrame, setText } from "./dom.js";
import { cellInk, matrixFigure, shares } from "./figures.js";
import { Chart } from "./plots.js";
import { formatPercent } from "./scales.js";
import { blend, css } from "./theme.js";

/** @typedef {import("./view.js").Shown} Shown */

export class MatrixPanel {
  /** @param {{onCell: (row: number, col: number) => void}} events */
  constructor({ onCell }) {
    this.id = "matrix";
    const { element, body, note } = panelFrame("matrix", "Confusion matrix");
    this.element = element;
    this.note = note;
    this.host = h("div", { class: "nnp-plot", role: "img", "aria-label": "Confusion matrix" });
    this.cells = h("canvas", { class: "nnp-cells", "aria-hidden": "true" });
    body.append(this.host, this.cells);
    this.body = body;
    this.chart = new Chart(this.host, "confusion_matrix");
    this.onCell = onCell;
    this.signature = "";
    this.version = -1;
    this.drawn = -1;
    this.font = 12;
    this.last = -Infinity;
    this.drawnRest = false;
    this.listening = false;
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
    const version = shown.state.versions.matrix ?? 0;
    const changed = signature !== this.signature || (shown.rest && (!this.drawnRest || version !== this.drawn));
    const dirty = changed && this.chart.plotly !== null && this.size.width > 0 && counts(shown.state) !== null;
    return { id: this.id, dirty, urgent: dirty && signature !== this.signature, last: this.last, every: 0 };
  }

  /** @param {Shown} shown */
  sign({ state, theme, scale }) {
    return JSON.stringify([this.size, theme.background, theme.text, scale, state.meta.classes]);
  }

  /** @param {Shown} shown */
  key(shown) {
    const { state, theme, scale, rest, now } = shown;
    const found = counts(state);
    if (!found) return;
    const classes = classNames(state, found.counts);
    const look = { theme, size: { ...this.size, scale }, rest };
    const figure = matrixFigure(found.counts, classes, { ...look, numbers: false });
    this.chart.background = theme.background;
    this.chart.title = "Confusion matrix";
    this.chart.picture = () => matrixFigure(found.counts, classes, { ...look, numbers: true });
    this.font = figure.data[0].textfont.size;
    if (!this.chart.keyFrame(figure)) return;
    if (!this.listening) this.chart.onCell(this.onCell);
    this.listening = true;
    this.signature = this.sign(shown);
    this.drawn = state.versions.matrix ?? 0;
    this.drawnRest = rest;
    this.last = now;
    this.version = -1;
    this.draw(shown);
  }

  /** The quick drawing: the cells alone, over the axes that stand. @param {Shown} shown */
  draw({ state, theme, rest }) {
    const version = state.versions.matrix ?? 0;
    if (!rest) this.drawnRest = false;
    const axes = this.chart.axes();
    const found = counts(state);
    if (version === this.version || !axes || !found) return;
    this.version = version;
    const context = fitted(this.cells, this.size);
    if (!context) return;
    const k = Math.round(Math.sqrt(found.counts.length));
    const [width, height] = [axes.width / k, axes.height / k];
    context.fillStyle = theme.background;
    context.fillRect(axes.left, axes.top, axes.width, axes.height);
    context.font = `${this.font}px ${theme.font}`;
    context.textAlign = "center";
    context.textBaseline = "middle";
    shares(found.counts, k).forEach((row, i) =>
      row.forEach((share, j) => {
        const [left, top] = [axes.left + j * width, axes.top + i * height];
        context.fillStyle = css(blend(theme, (share + 1) / 2));
        context.fillRect(left + 1, top + 1, width - 2, height - 2);
        if (share === 0) return;
        context.fillStyle = cellInk(share, theme);
        context.fillText(String(found.counts[i * k + j]), left + width / 2, top + height / 2 + 1);
      }),
    );
    setText(this.note, `${found.which}: ${formatPercent(right(found.counts))} right`);
  }

  /** @param {Shown} shown */
  describe({ state }) {
    const found = counts(state);
    if (!found) return "Confusion matrix: nothing to show yet";
    const worst = confused(found.counts, classNames(state, found.counts));
    return `Confusion matrix of the ${found.which} data: ${formatPercent(right(found.counts))} right${worst}`;
  }

  /** @param {{width: number, height: number}} size */
  resize(size) {
    this.size = size;
  }

  destroy() {
    this.chart.destroy();
  }
}

/**
 * The validation matrix where there is one, else the training matrix.
 *
 * @param {import("./store.js").State} state
 * @returns {{counts: number[], which: string} | null}
 */
export function counts(state) {
  const matrix = state.parts.matrix;
  if (matrix?.val && matrix.val.length > 0) return { counts: matrix.val, which: "validation" };
  return matrix?.train && matrix.train.length > 0 ? { counts: matrix.train, which: "training" } : null;
}

/**
 * @param {import("./store.js").State} state
 * @param {readonly number[]} values
 * @returns {string[]}
 */
export function classNames(state, values) {
  const k = Math.round(Math.sqrt(values.length));
  const given = state.meta.classes;
  return given?.length === k ? given.map(String) : Array.from({ length: k }, (_, i) => String(i));
}

/** @param {readonly number[]} values */
function right(values) {
  const k = Math.round(Math.sqrt(values.length));
  const sum = values.reduce((a, b) => a + b, 0);
  let diagonal = 0;
  for (let i = 0; i < k; i += 1) diagonal += values[i * k + i];
  return sum > 0 ? diagonal / sum : null;
}

/**
 * @param {readonly number[]} values
 * @param {readonly string[]} classes
 */
function confused(values, classes) {
  const k = classes.length;
  let best = -1;
  values.forEach((count, i) => {
    if (Math.floor(i / k) !== i % k && count > 0 && (best < 0 || count > values[best])) best = i;
  });
  return best < 0
    ? ""
    : `; most often ${classes[Math.floor(best / k)]} is taken for ${classes[best % k]}, ${values[best]} times`;
}
