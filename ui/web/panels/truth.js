// @ts-check
/** The truth table of a gate in four big rows, always over the clean table. */
import { h, panelFrame, setAttribute, setText } from "../kit/dom.js";
import { outputText } from "../kit/scales.js";

/** @typedef {import("./shown.js").Shown} Shown */
/** @typedef {{row: HTMLElement, output: HTMLElement, fill: HTMLElement, mark: HTMLElement}} Row what changes in a row of the table */

/**
 * @param {readonly (number | null)[]} outputs
 * @param {readonly (number | number[])[]} targets
 * @returns {{right: boolean[], count: number}} an output on the border itself counts as 0, as in the network's rule
 */
export function judge(outputs, targets) {
  const right = targets.map(
    (target, i) => (outputs[i] ?? NaN) > 0.5 === (Array.isArray(target) ? target[0] : target) > 0.5,
  );
  return { right, count: right.filter(Boolean).length };
}

export class TruthPanel {
  constructor() {
    this.id = "truth";
    const { element, body, note } = panelFrame("truth", "Truth table");
    this.element = element;
    this.note = note;
    this.body = body;
    this.table = h("table", { class: "nnp-truth" });
    body.append(this.table);
    /** @type {Row[]} */ this.rows = [];
    this.shape = "";
    this.version = -1;
  }

  /** @param {Shown} shown */
  draw({ state }) {
    const { truth, features = ["x₁", "x₂"] } = state.meta;
    const table = state.parts.table;
    if (!truth || !table) return;
    const shape = JSON.stringify([truth, features]);
    if (shape !== this.shape) this.build(truth, features);
    else if (this.version === state.versions.table) return;
    this.shape = shape;
    this.version = state.versions.table;
    const { right, count } = judge(table, truth.t);
    this.rows.forEach((row, i) => writeRow(row, table[i], right[i]));
    setText(this.note, `${count} of ${right.length} right`);
    setAttribute(this.element, "data-right", count);
  }

  /**
   * @param {NonNullable<import("./messages.js").Meta["truth"]>} truth
   * @param {readonly string[]} features
   */
  build(truth, features) {
    const names = ["inputs", "target", "output", ""];
    const head = h(
      "tr",
      {},
      ...names.map((text, i) => h("th", { text: i === 0 ? features.join(", ") : text, scope: "col" })),
    );
    this.rows = truth.X.map((x, i) => {
      const target = truth.t[i];
      const fill = h("span", { class: "nnp-truth-fill" });
      const output = h("span", { class: "nnp-truth-number" });
      const mark = h("td", { class: "nnp-truth-mark" });
      const row = h(
        "tr",
        {},
        h("td", { class: "nnp-truth-inputs", text: x.join("  ") }),
        h("td", { class: "nnp-truth-target", text: String(Array.isArray(target) ? target[0] : target) }),
        h("td", { class: "nnp-truth-output" }, output, h("span", { class: "nnp-truth-bar" }, fill)),
        mark,
      );
      return { row, output, fill, mark };
    });
    this.table.replaceChildren(h("thead", {}, head), h("tbody", {}, ...this.rows.map((row) => row.row)));
  }

  /** @param {Shown} shown */
  describe({ state }) {
    const { truth } = state.meta;
    const table = state.parts.table;
    if (!truth || !table) return "Truth table: nothing to show yet";
    const { right, count } = judge(table, truth.t);
    const rows = truth.X.map((x, i) => `${x.join(" ")} gives ${outputText(table[i])}, ${right[i] ? "right" : "wrong"}`);
    return `Truth table: ${count} of ${right.length} right; ${rows.join("; ")}`;
  }

  resize() {}
}

/**
 * @param {Row} row
 * @param {number | null} value
 * @param {boolean} right
 */
function writeRow(row, value, right) {
  setText(row.output, outputText(value));
  row.fill.style.transform = `scaleX(${Math.min(1, Math.max(0, value ?? 0))})`;
  setText(row.mark, right ? "✓ right" : "✗ wrong");
  setAttribute(row.row, "class", right ? "nnp-right" : "nnp-wrong");
}
