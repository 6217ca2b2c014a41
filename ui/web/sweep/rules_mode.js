// @ts-check
// The textbook's rule and the lecture's published code from one start, and which of its habits does what.

import { wordTable } from "../kit/controls.js";
import { h, svg } from "../kit/dom.js";
import { OUTCOMES, costWord } from "../panels/strip_model.js";
import { CurvePlot } from "./curve_plot.js";
import { ORDER, rulesDetail, rulesLead, runsAt, timesWord } from "./rules_words.js";
import { panelBox } from "./run_mode.js";
/** @import { Scene } from "./scene.js" */

/** The strips that are drawn as lines, in the order in which they are, and the kind of their line. */
export const LINES = [
  { name: "main", kind: "main" },
  { name: "published", kind: "other" },
  { name: "forgetting", kind: "between" },
];
const NAMES = ["run", "final cost", "change", "outcome", "target"];

/** A piece of a run's line, nothing where it has none. @param {string} name */
function swatch(name) {
  const line = LINES.find((one) => one.name === name);
  const path = line ? [svg("path", { d: "M0,6H28", class: `nns-run nns-run-${line.kind}` })] : [];
  return svg("svg", { width: 28, height: 12, class: "nns-line-swatch", "aria-hidden": "true" }, ...path);
}

export class RulesMode {
  /** @param {HTMLElement} host */
  constructor(host) {
    const loss = panelBox("Cost of the runs", "loss");
    const habits = panelBox("From the same start, habit by habit", "habits");
    this.loss = new CurvePlot(loss.body);
    this.seen = h("p", { class: "nns-seen", "data-testid": "rules-seen" });
    this.note = h("p", { class: "nns-hint" });
    const why = h("summary", {}, "What the published code does otherwise");
    const difference = h("details", { class: "nns-details", "data-testid": "rule-difference" }, why, this.note);
    this.table = wordTable(NAMES, { className: "nns-table", testid: "habits" });
    this.notes = [this.seen, difference];
    habits.body.append(h("div", { class: "nns-wide" }, this.table.element));
    host.replaceChildren(loss.box, habits.box);
  }

  /** @param {Scene} view */
  update(view) {
    const { store, strip } = view;
    this.note.textContent = store.meta.difference ?? "";
    this.loss.setFrame({ range: view.range, epochs: store.meta.epochs, target: strip.target });
    this.move(view);
  }

  /** @param {Scene} view */
  move({ store, strip, index }) {
    const eta = strip.etas[index];
    const runs = runsAt(store.strips, eta);
    const curves = LINES.flatMap(({ name, kind }) =>
      runs[name]?.run.curve ? [{ epochs: runs[name].epochs, values: runs[name].run.curve, kind }] : [],
    );
    const detail = rulesDetail(runs);
    this.loss.setCurves(curves, `${rulesLead(runs, eta)}. ${detail}`);
    this.seen.textContent = detail;
    this.showHabits(runs);
  }

  /** @param {ReturnType<typeof runsAt>} runs */
  showHabits(runs) {
    const there = ORDER.filter((name) => runs[name]).map((name) => runs[name]);
    const rows = there.map(({ name, label, run }, i) => [
      [swatch(name), label],
      costWord(run.cost),
      i ? timesWord(there[i], there[i - 1]) : "–",
      OUTCOMES[run.outcome],
      run.reached >= 0 ? `epoch ${run.reached}` : "never",
    ]);
    this.table.fill(rows);
  }
}
