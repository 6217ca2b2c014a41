// @ts-check
// The textbook's rule and the lecture's published code from one start, and which of its habits does what.

import { CurvePlot } from "../kit/curve_plot.js";
import { html, svg } from "../kit/elements.js";
import { panelBox } from "./run_mode.js";
import { ORDER, rulesDetail, rulesLead, runsAt, timesWord } from "./rules_words.js";
import { OUTCOMES, costWord } from "./strip_model.js";

/** The strips that are drawn as lines, in the order in which they are, and the kind of their line. */
export const LINES = [
  { name: "main", kind: "main" },
  { name: "published", kind: "other" },
  { name: "forgetting", kind: "between" },
];
const HEAD = ["run", "final cost", "change", "outcome", "target"];

/** A piece of a run's line, nothing where it has none. @param {string} name */
function swatch(name) {
  const line = LINES.find((one) => one.name === name);
  const path = line ? [svg("path", { d: "M0,6H28", class: `nns-run nns-run-${line.kind}` })] : [];
  return svg("svg", { width: 28, height: 12, class: "nns-line-swatch", "aria-hidden": "true" }, path);
}

export class RulesMode {
  /** @param {HTMLElement} host */
  constructor(host) {
    const loss = panelBox("Cost of the runs", "loss");
    const habits = panelBox("From the same start, habit by habit", "habits");
    this.loss = new CurvePlot(loss.body);
    this.seen = html("p", { class: "nns-seen", "data-testid": "rules-seen" });
    this.note = html("p", { class: "nns-hint", "data-testid": "rule-difference" });
    this.body = html("tbody");
    const heads = HEAD.map((word) => html("th", { scope: "col" }, [word]));
    const table = html("table", { class: "nns-table", "data-testid": "habits" }, [
      html("thead", {}, [html("tr", {}, heads)]),
      this.body,
    ]);
    habits.body.append(html("div", { class: "nns-wide" }, [table]), this.seen);
    host.replaceChildren(loss.box, habits.box, this.note);
  }

  /** @param {any} view */
  update(view) {
    const { store, strip } = view;
    this.note.textContent = store.meta.difference ?? "";
    this.loss.setFrame({ range: view.range, epochs: store.meta.epochs, target: strip.target });
    this.move(view);
  }

  /** @param {any} view */
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
    const rows = there.map(({ name, label, run }, i) => {
      const cells = [
        costWord(run.cost),
        i ? timesWord(there[i], there[i - 1]) : "–",
        OUTCOMES[run.outcome],
        run.reached >= 0 ? `epoch ${run.reached}` : "never",
      ];
      const head = html("th", { scope: "row" }, [swatch(name), label]);
      return html("tr", {}, [head, ...cells.map((word) => html("td", {}, [word]))]);
    });
    this.body.replaceChildren(...rows);
  }
}
