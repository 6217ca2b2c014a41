// @ts-check
/** The truth table of a gate in four big rows, always over the clean table. */
import { h, setAttribute, setText } from "../kit/dom.js";
import { outputText } from "../kit/scales.js";
import { single } from "./messages.js";
import { Panel } from "./panel.js";
/** @import { Meta } from "./messages.js" */
/** @import { Shown } from "./shown.js" */

/** @typedef {{row: HTMLElement, output: HTMLElement, fill: HTMLElement, mark: HTMLElement}} Row what changes in a row of the table */

/** Outputs this near to 0.5 are shown as 0.50: they decide nothing. */
const UNDECIDED = 0.005;

/** @param {number | null} value */
const undecided = (value) => value !== null && Math.abs(value - 0.5) < UNDECIDED;

/**
 * @param {readonly (number | null)[]} outputs
 * @param {readonly (number | number[])[]} targets
 * @returns {{right: boolean[], count: number}} an undecided output is not right, whatever the target
 */
export function judge(outputs, targets) {
  const right = targets.map((target, i) => {
    const output = outputs[i] ?? NaN;
    return !undecided(output) && output > 0.5 === single(target) > 0.5;
  });
  return { right, count: right.filter(Boolean).length };
}

/** The rows of a table with what the network gives for each; right or wrong is a word and a sign, not a colour alone. */
export class TruthTable {
  constructor() {
    this.element = h("table", { class: "nnp-truth" });
    /** @type {Row[]} */ this.rows = [];
    this.shape = "";
  }

  /**
   * @param {NonNullable<Meta["truth"]>} truth
   * @param {readonly string[]} features names of the inputs
   */
  build(truth, features) {
    const shape = JSON.stringify([truth, features]);
    if (shape === this.shape) return;
    this.shape = shape;
    const names = [features.join(", "), "target", "output", ""];
    const head = h("tr", {}, ...names.map((text) => h("th", { text, scope: "col" })));
    this.targets = truth.t;
    this.rows = truth.X.map((x, i) => {
      const target = truth.t[i];
      const fill = h("span", { class: "nnp-truth-fill" });
      const output = h("span", { class: "nnp-truth-number" });
      const mark = h("td", { class: "nnp-truth-mark" });
      const row = h(
        "tr",
        {},
        h("td", { class: "nnp-truth-inputs", text: x.join("  ") }),
        h("td", { class: "nnp-truth-target", text: String(single(target)) }),
        h("td", { class: "nnp-truth-output" }, output, h("span", { class: "nnp-truth-bar" }, fill)),
        mark,
      );
      return { row, output, fill, mark };
    });
    this.element.replaceChildren(h("thead", {}, head), h("tbody", {}, ...this.rows.map(({ row }) => row)));
  }

  /**
   * @param {readonly (number | null)[]} outputs one a row
   * @returns {ReturnType<typeof judge>}
   */
  show(outputs) {
    const judged = judge(outputs, this.targets ?? []);
    this.rows.forEach((row, i) => writeRow(row, outputs[i], judged.right[i]));
    return judged;
  }
}

export class TruthPanel extends Panel {
  constructor() {
    super("truth", "Truth table");
    this.table = new TruthTable();
    this.body.append(this.table.element);
  }

  /** @param {Shown} shown */
  draw({ state: { meta, parts, versions } }) {
    const { truth, features = ["x₁", "x₂"] } = meta;
    if (!truth || !parts.table) return;
    this.table.build(truth, features);
    if (!this.changed(`${this.table.shape} ${versions.table}`)) return;
    const { right, count } = this.table.show(parts.table);
    setText(this.note, `${count} of ${right.length} right`);
    setAttribute(this.element, "data-right", count);
  }

  /** @param {Shown} shown */
  describe({ state }) {
    const { truth } = state.meta;
    const table = state.parts.table;
    if (!truth || !table) return "Truth table: nothing to show yet";
    const { right, count } = judge(table, truth.t);
    const rows = truth.X.map(
      (x, i) =>
        `${x.join(" ")} gives ${outputText(table[i])}, ${undecided(table[i]) ? "undecided" : right[i] ? "right" : "wrong"}`,
    );
    return `Truth table: ${count} of ${right.length} right; ${rows.join("; ")}`;
  }
}

/**
 * @param {Row} row
 * @param {number | null} value null for an answer that is no finite number, NaN where there is none to judge
 * @param {boolean} right
 */
function writeRow(row, value, right) {
  const asked = !Number.isNaN(value);
  setText(row.output, outputText(asked ? value : null));
  row.fill.style.transform = `scaleX(${asked ? Math.min(1, Math.max(0, value ?? 0)) : 0})`;
  const open = !asked || undecided(value);
  setText(row.mark, !asked ? "–" : open ? "– undecided" : right ? "✓ right" : "✗ wrong");
  setAttribute(row.row, "class", open ? "" : right ? "nnp-right" : "nnp-wrong");
}
