// @ts-check
/**
 * The confusion matrix. Plotly gives axes, hover and clicks when the run comes to rest; the cells are painted over them,
 * which costs a twentieth (a full drawing takes as long as a whole frame). Clicking a cell, or choosing it by keyboard
 * beside the images, asks for its images.
 */
import { fitted } from "../kit/canvas.js";
import { wordTable } from "../kit/controls.js";
import { h, listen, setAttribute, setText } from "../kit/dom.js";
import { arrow } from "../kit/keys.js";
import { formatPercent } from "../kit/scales.js";
import { blend, css } from "../kit/theme.js";
import { UNSEEN } from "../kit/voice.js";
import { cellInk, shares } from "./matrix_cells.js";
import { hasRoom, matrixFigure } from "./matrix_figure.js";
import { ChartPanel } from "./chart_panel.js";
import { about, overflowed } from "./run_state.js";
import { judge } from "./truth.js";
/** @import { Rows } from "./messages.js" */
/** @import { State } from "./run_state.js" */
/** @import { Shown } from "./shown.js" */

export class MatrixPanel extends ChartPanel {
  /**
   * @param {object} events
   * @param {(row: number | null, col: number | null) => void} events.onCell null and null for none any more
   * @param {(cell: [number, number] | null) => void} events.onPoint a cell is under pointer or focus, or none any more
   * @param {(rows: Rows) => void} events.onRows
   * @param {(words: string) => void} [events.onSay]
   * @param {AbortSignal} events.signal
   */
  constructor({ onCell, onPoint, onRows, onSay = () => undefined, signal }) {
    super("matrix", "Confusion matrix", "confusion_matrix");
    this.chooser = rowsChooser(onRows, signal);
    this.tools.prepend(this.chooser);
    this.cells = h("canvas", { class: "nnp-cells", "aria-hidden": "true" });
    this.table = wordTable([], { className: "nnp-matrix-table", caption: "" });
    this.table.element.setAttribute("style", UNSEEN);
    this.written = "";
    this.body.append(this.cells, this.table.element);
    // Not Plotly's own click, which it tells only of a chart at rest: a class clicks while the network learns.
    this.host.addEventListener("click", (event) => this.clicked(event, onCell), { signal });
    /** @type {[number, number] | null} the cell under pointer or focus */ this.cell = null;
    this.pointAt = (/** @type {[number, number] | null} */ cell) => {
      if (JSON.stringify(cell) === JSON.stringify(this.cell)) return;
      this.cell = cell;
      this.version = -1;
      onPoint(cell);
    };
    this.onSay = onSay;
    /** @type {State | null} as it was drawn last */ this.state = null;
    const name = "Cells of the confusion matrix: arrow keys go from one to the next, Enter holds one, Escape none";
    const walked = { class: "nnp-walker", "data-testid": "matrix-cells", "aria-label": name };
    this.walker = h("div", { ...walked, role: "application", tabindex: 0 });
    this.body.append(this.walker);
    const under = (/** @type {PointerEvent} */ event) => this.pointAt(this.under(event));
    listen(this.body, { pointermove: under, pointerleave: () => this.pointAt(null) }, signal);
    const heard = {
      focus: () => this.walkTo(this.cell ?? [0, 0]),
      blur: () => this.pointAt(null),
      keydown: (/** @type {KeyboardEvent} */ event) => this.walk(event, onCell),
    };
    listen(this.walker, heard, signal);
    this.version = -1;
    this.drawn = -1;
    this.font = 12;
    this.classes = 0;
  }

  /** @param {MouseEvent} event @param {(row: number, col: number) => void} onCell */
  clicked(event, onCell) {
    if (/** @type {any} */ (event.target)?.closest?.(".modebar")) return;
    const cell = this.under(event);
    if (cell) onCell(...cell);
  }

  /** @param {MouseEvent} event @returns {[number, number] | null} */
  under(event) {
    const axes = this.chart.axes();
    if (!axes) return null;
    const box = this.host.getBoundingClientRect();
    const place = [event.clientY - box.top - axes.top, event.clientX - box.left - axes.left];
    return cellAt(place, [axes.height, axes.width], this.classes);
  }

  /** @param {KeyboardEvent} event @param {(row: number | null, col: number | null) => void} onCell */
  walk(event, onCell) {
    const move = arrow(event);
    const cell = this.cell ?? [0, 0];
    const kept = (/** @type {number} */ at) => Math.min(this.classes - 1, Math.max(0, at));
    if (move) this.walkTo([kept(cell[0] + move[1]), kept(cell[1] + move[0])]);
    else if (event.key === "Enter") onCell(cell[0], cell[1]);
    else if (event.key === "Escape") onCell(null, null);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** @param {[number, number]} cell */
  walkTo(cell) {
    this.pointAt(cell);
    const found = this.state && counts(this.state);
    if (!this.state || !found) return;
    const names = classNames(this.state, found.counts);
    const [truth, answer] = cell.map((at) => names[at]);
    this.onSay(`true ${truth}, predicted ${answer}: ${found.counts[cell[0] * names.length + cell[1]]}`);
  }

  /** @param {Shown} shown */
  job(shown) {
    const { state, rest, scale } = shown;
    const changed = rest && (!this.drawnRest || (state.versions.matrix ?? 0) !== this.drawn);
    const found = counts(state);
    const possible = found !== null && hasRoom(classNames(state, found.counts), { ...this.size, scale });
    // Where there is no room, the chart drawn before would be too large.
    for (const { style } of [this.host, this.cells]) if (style) style.visibility = found && !possible ? "hidden" : "";
    return this.ask(this.sign(shown), { changed, possible });
  }

  /** @param {Shown} shown */
  sign({ state, theme, scale, settings }) {
    const { classes } = state.meta;
    return JSON.stringify([this.size, theme.background, theme.text, scale, classes, state.rows, settings.lecture]);
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
    this.chart.title = `Confusion matrix: ${about(state)}`;
    this.chart.picture = () => matrixFigure(found.counts, classes, { ...look, numbers: true });
    this.font = figure.data[0].textfont.size;
    if (!this.chart.keyFrame(figure)) return;
    this.signature = this.sign(shown);
    this.drawn = state.versions.matrix ?? 0;
    this.drawnRest = rest;
    this.last = now;
    this.version = -1;
    this.draw(shown);
  }

  /** The quick drawing: the cells alone, over the axes that stand. @param {Shown} shown */
  draw({ state, theme, rest, settings }) {
    const version = state.versions.matrix ?? 0;
    if (!rest) this.drawnRest = false;
    const axes = this.chart.axes();
    const found = counts(state);
    this.state = state;
    this.chooser.hidden = !found?.choice;
    if (this.chooser.value !== state.rows) this.chooser.value = state.rows;
    if (version === this.version || !axes || !found) return;
    this.version = version;
    const context = fitted(this.cells, this.size);
    if (!context) return;
    const k = Math.round(Math.sqrt(found.counts.length));
    this.classes = k;
    setAttribute(this.host, "data-pick", String(state.meta.image_shape !== undefined));
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
        if (this.cell?.[0] === i && this.cell[1] === j) {
          context.strokeStyle = theme.text;
          context.lineWidth = 3;
          context.strokeRect(left + 2.5, top + 2.5, width - 5, height - 5);
        }
        if (share === 0 || height < this.font) return;
        context.fillStyle = cellInk(share, theme);
        context.fillText(String(found.counts[i * k + j]), left + width / 2, top + height / 2 + 1);
      }),
    );
    // In lecture mode there is room for the share alone; which rows it counts stands in the choice beside it.
    const whole = settings.lecture && found.choice ? "" : ` of ${found.words}`;
    const share = overflowed(state) ? "overflow: nothing" : formatPercent(right(found.counts));
    setText(this.note, `${share}${whole} ${rightWords(state)}`);
  }

  /**
   * The counts as a table, for whoever does not see the picture.
   *
   * @param {{counts: number[], words: string}} found
   * @param {readonly string[]} classes
   */
  write({ counts, words }, classes) {
    const wanted = JSON.stringify([counts, words, classes]);
    if (wanted === this.written) return;
    this.written = wanted;
    const k = classes.length;
    setText(
      this.table.title,
      `Confusion matrix of ${words}: a line for each true class, a column for each predicted one`,
    );
    this.table.name(["true", ...classes.map((name) => `predicted ${name}`)]);
    this.table.fill(classes.map((name, i) => [name, ...counts.slice(i * k, (i + 1) * k).map(String)]));
  }

  /** @param {Shown} shown */
  describe({ state }) {
    const found = counts(state);
    if (!found) return "Confusion matrix: nothing to show yet";
    const classes = classNames(state, found.counts);
    this.write(found, classes);
    const worst = confused(found.counts, classes);
    return `Confusion matrix: ${formatPercent(right(found.counts))} of ${found.words} ${rightWords(state)}${worst}`;
  }
}

/** What the diagonal counts; a gate's undecided rows are counted by the rule. @param {State} state */
function rightWords({ meta, parts }) {
  const open = judge(parts.table ?? [], meta.truth?.t ?? []).verdicts.includes("undecided");
  return `${meta.matrix_right || "right"}${open ? ", cut at 0.5" : ""}`;
}

/**
 * The matrix to show, and in words which rows it counts: of a gate its clean table; else of the rows that are asked for,
 * where there are any.
 *
 * @param {State} state
 * @returns {{counts: number[], words: string, choice: boolean} | null} `choice`: there are other rows to choose
 */
export function counts({ parts: { matrix }, rows }) {
  const { judge, val, train } = matrix ?? {};
  if (judge?.length) return { counts: judge, words: `the ${sum(judge)} clean rows`, choice: false };
  const choice = Boolean(val?.length && train?.length);
  const shown = val?.length && !(choice && rows === "train") ? val : train;
  if (!shown?.length) return null;
  return { counts: shown, words: `${sum(shown)} ${shown === val ? "validation" : "training"} rows`, choice };
}

/**
 * Row and column of the cell at a place of the plot area.
 *
 * @param {readonly number[]} place from its upper left corner, downwards and to the right, in pixels
 * @param {readonly number[]} size height and width
 * @param {number} k classes
 * @returns {[number, number] | null} null outside
 */
export function cellAt(place, size, k) {
  const [row, col] = place.map((at, i) => Math.floor((at / size[i]) * k));
  return row >= 0 && row < k && col >= 0 && col < k ? [row, col] : null;
}

/** @param {readonly number[]} values */
function sum(values) {
  return values.reduce((a, b) => a + b, 0);
}

/** @param {(rows: Rows) => void} onRows @param {AbortSignal} signal */
function rowsChooser(onRows, signal) {
  const select = h("select", {
    class: "nnp-select",
    "data-testid": "matrix-rows",
    "aria-label": "Rows that are counted",
    title: "Count the rows kept for validation, which the network never learns from, or those that it learns from",
    hidden: true,
  });
  select.append(h("option", { value: "val", text: "validation" }), h("option", { value: "train", text: "training" }));
  select.addEventListener("change", () => onRows(select.value === "train" ? "train" : "val"), { signal });
  return select;
}

/** @param {State} state @param {readonly number[]} values @returns {string[]} */
export function classNames(state, values) {
  const k = Math.round(Math.sqrt(values.length));
  const given = state.meta.classes;
  return given?.length === k ? given.map(String) : Array.from({ length: k }, (_, i) => String(i));
}

/** @param {readonly number[]} values */
function right(values) {
  const k = Math.round(Math.sqrt(values.length));
  const all = sum(values);
  let diagonal = 0;
  for (let i = 0; i < k; i += 1) diagonal += values[i * k + i];
  return all > 0 ? diagonal / all : null;
}

/** @param {readonly number[]} values @param {readonly string[]} classes */
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
