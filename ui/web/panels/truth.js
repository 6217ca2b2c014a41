// @ts-check
/** The truth table of a gate in four big rows, always over the clean table. */
import { h, listen, setAttribute, setText } from "../kit/dom.js";
import { outputText } from "../kit/scales.js";
import { single } from "./messages.js";
import { Panel } from "./panel.js";
import { overflowed } from "./run_state.js";
/** @import { Meta } from "./messages.js" */
/** @import { State } from "./run_state.js" */
/** @import { Marked, Shown } from "./shown.js" */

/** @typedef {{row: HTMLElement, output: HTMLElement, fill: HTMLElement, mark: HTMLElement}} Row what changes in a row of the table */

/** @typedef {"right" | "wrong" | "undecided" | "far" | "overflow" | "none"} Verdict */

/** What stands beside a row: a sign and a word, never a colour alone. @type {Record<Verdict, string>} */
const MARKS = {
  right: "✓ right",
  wrong: "✗ wrong",
  undecided: "≈ undecided",
  far: "✗ far off",
  overflow: "✕ overflow",
  none: "–",
};

/** From here on an output is shown by its size alone: it has run away from 0 and 1, on whichever side. */
const FAR = 100;

/**
 * What an output is worth. The network's own rule, by which accuracy counts, is 1 above one half and 0 else; but an
 * output that reads 0.50 has not decided, and one that has run away answers nothing.
 *
 * @param {number | null} output null for what is no finite number, NaN where there is none to judge
 * @param {number} target
 * @param {boolean} [overflowed] whether it comes from a network that has left the finite numbers
 * @returns {Verdict}
 */
export function verdict(output, target, overflowed = false) {
  if (Number.isNaN(output)) return "none";
  if (output === null || overflowed) return "overflow";
  if (Math.abs(output) >= FAR) return "far";
  if (outputText(output) === "0.50") return "undecided";
  return output > 0.5 === target > 0.5 ? "right" : "wrong";
}

/**
 * @param {readonly (number | null)[]} outputs
 * @param {readonly (number | number[])[]} targets
 * @param {boolean} [overflowed]
 * @returns {{verdicts: Verdict[], count: number, words: string}} how many are right, and that in words
 */
export function judge(outputs, targets, overflowed = false) {
  const verdicts = targets.map((target, i) => verdict(outputs[i] ?? null, single(target), overflowed));
  const number = (/** @type {Verdict} */ word) => verdicts.filter((one) => one === word).length;
  const undecided = number("undecided");
  const words = number("overflow")
    ? "overflow"
    : `${number("right")} of ${targets.length} right${undecided ? `, ${undecided} undecided` : ""}`;
  return { verdicts, count: number("right"), words };
}

/** What the rule makes of an output that has not decided. @param {number | null} output */
const counted = (output) => `counts as ${(output ?? 0) > 0.5 ? 1 : 0}, as the rule is above 0.5`;

/** The rows of a table with what the network gives for each; what it is worth is a word and a sign, not a colour alone. */
export class TruthTable {
  /** @param {{tabindex?: number}} [reach] with which the keyboard reaches a row that leads to something */
  constructor(reach = {}) {
    this.reach = reach;
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
        { ...this.reach, "data-row": i, "data-testid": `truth-${i + 1}` },
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
   * @param {boolean} [overflowed]
   * @returns {ReturnType<typeof judge>}
   */
  show(outputs, overflowed = false) {
    const judged = judge(outputs, this.targets ?? [], overflowed);
    this.rows.forEach((row, i) => writeRow(row, outputs[i], judged.verdicts[i]));
    return judged;
  }
}

export class TruthPanel extends Panel {
  /**
   * @param {object} events
   * @param {(marked: Marked | null) => void} events.onPoint a row is under pointer or focus, or none any more
   * @param {(marked: Marked | null) => void} events.onHold a row, again to let it go, or none any more
   * @param {(words: string) => void} [events.onSay]
   * @param {AbortSignal} events.signal
   */
  constructor({ onPoint, onHold, onSay = () => undefined, signal }) {
    super("truth", "Truth table");
    this.table = new TruthTable({ tabindex: 0 });
    /** @type {string[]} what is said of each row */ this.words = [];
    this.body.append(this.table.element);
    const point = (/** @type {Event} */ event) => onPoint(rowOf(event));
    const hold = (/** @type {Event} */ event) => {
      const marked = rowOf(event);
      if (marked) onHold(marked);
    };
    const key = (/** @type {KeyboardEvent} */ event) => {
      if (event.key === "Escape") onHold(null);
      if (event.key !== "Enter") return;
      event.preventDefault();
      hold(event);
    };
    const leave = () => onPoint(null);
    const walk = (/** @type {Event} */ event) => {
      point(event);
      onSay(this.words[rowOf(event)?.row ?? -1] ?? "");
    };
    const heard = { pointerover: point, focusin: walk, pointerleave: leave, focusout: leave, click: hold };
    listen(this.table.element, { ...heard, keydown: key }, signal);
  }

  /** @param {Shown} shown */
  draw({ state, marked = null }) {
    const { meta, parts, versions } = state;
    const { truth, features = ["x₁", "x₂"] } = meta;
    if (!truth || !parts.table) return;
    this.table.build(truth, features);
    const gone = overflowed(state);
    if (!this.changed(`${this.table.shape} ${versions.table} ${gone} ${JSON.stringify(marked)}`)) return;
    const rows = markedRows(marked, state);
    this.table.rows.forEach(({ row }, i) => setAttribute(row, "data-marked", rows?.includes(i) ? "true" : null));
    const { words, count, verdicts } = this.table.show(parts.table, gone);
    this.words = rowWords(truth, parts.table, verdicts);
    setText(this.note, words);
    setAttribute(this.element, "data-right", count);
  }

  /** @param {Shown} shown */
  describe({ state }) {
    const { truth } = state.meta;
    const table = state.parts.table;
    if (!truth || !table) return "Truth table: nothing to show yet";
    const { verdicts, words } = judge(table, truth.t, overflowed(state));
    return `Truth table: ${words}; ${rowWords(truth, table, verdicts).join("; ")}`;
  }
}

/** @param {NonNullable<Meta["truth"]>} truth @param {readonly (number | null)[]} outputs @param {readonly Verdict[]} verdicts */
const rowWords = ({ X }, outputs, verdicts) =>
  X.map((x, i) => `${x.join(" ")} gives ${outputText(outputs[i])}, ${inWords(verdicts[i], outputs[i])}`);

/** @param {Event} event @returns {Marked | null} */
function rowOf(event) {
  const row = /** @type {Element | null} */ (event.target)?.closest?.("[data-row]")?.getAttribute("data-row");
  return row ? { row: Number(row) } : null;
}

/**
 * The rows of a gate's table that are pointed at, by themselves or as a cell of the matrix over them.
 *
 * @param {Marked | null | undefined} marked
 * @param {State} state
 * @returns {number[] | null} null where nothing is pointed at
 */
export function markedRows(marked, { meta: { truth }, parts: { table } }) {
  if (!marked || !truth) return null;
  const { row, cell } = marked;
  if (row !== undefined) return [row];
  const rows = truth.t.map((_, i) => i);
  const is = (/** @type {number} */ value) => Number(value > 0.5);
  return rows.filter((i) => is(single(truth.t[i])) === cell?.[0] && is(table?.[i] ?? NaN) === cell[1]);
}

/** @param {Verdict} verdict @param {number | null} output */
function inWords(verdict, output) {
  return verdict === "undecided" ? `undecided, ${counted(output)}` : MARKS[verdict].replace(/^\S+ /, "");
}

/**
 * @param {Row} row
 * @param {number | null} value
 * @param {Verdict} verdict
 */
function writeRow(row, value, verdict) {
  const asked = verdict !== "none";
  setText(row.output, outputText(asked ? value : null));
  row.fill.style.transform = `scaleX(${asked ? Math.min(1, Math.max(0, value ?? 0)) : 0})`;
  setText(row.mark, MARKS[verdict]);
  setAttribute(row.mark, "title", verdict === "undecided" ? counted(value) : "");
  setAttribute(row.row, "class", CLASSES[verdict] ?? "");
}

/** @type {Partial<Record<Verdict, string>>} */
const CLASSES = {
  right: "nnp-right",
  wrong: "nnp-wrong",
  far: "nnp-wrong nnp-beyond",
  overflow: "nnp-wrong nnp-beyond",
};
