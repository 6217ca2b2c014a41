// @ts-check
// The run at the marker: its curve, and what its network does at the end.

import { h } from "../kit/dom.js";
import { OUTCOMES, OVERFLOW, PENDING, costWord, runAt, shareWords } from "../panels/strip_model.js";
import { CurvePlot } from "./curve_plot.js";
import { CountTable, FactList, FitCurve, GateRows, PlaneMap } from "./run_panels.js";
/** @import { Strip } from "../panels/strip_model.js" */
/** @import { Scene } from "./scene.js" */

/** @param {string} title @param {string} kind */
export function panelBox(title, kind) {
  const head = h("h2", {}, title);
  const body = h("div", { class: "nns-panel-body" });
  return {
    title: head,
    body,
    box: h("section", { class: `nns-panel nns-panel-${kind}`, "data-testid": `panel-${kind}` }, head, body),
  };
}

/** Facts of one run. @param {Strip} strip @param {number} index @returns {[string, string][]} */
function runFacts(strip, index) {
  const run = runAt(strip, index);
  if (run.outcome === PENDING) return [["outcome", "still being computed"]];
  return [
    ["outcome", OUTCOMES[run.outcome]],
    ["final cost", costWord(run.cost)],
    ["target reached", run.reached >= 0 ? `epoch ${run.reached}` : "never"],
    ["starts", shareWords(strip, index) || "one start"],
  ];
}

export class RunMode {
  /** @param {HTMLElement} host */
  constructor(host) {
    this.host = host;
    this.shape = "";
  }

  /** Build the panels that this problem has. @param {any} meta */
  build(meta) {
    const shape = [
      meta.bounds && meta.points ? "map" : "",
      meta.curve ? "fit" : "",
      meta.truth ? "truth" : "",
      meta.classes?.length && !meta.truth ? "matrix" : "",
    ].join();
    if (shape === this.shape) return;
    this.shape = shape;
    const boxes = [panelBox("Cost of this run", "loss")];
    this.curve = new CurvePlot(boxes[0].body);
    const add = (/** @type {string} */ title, /** @type {string} */ kind) => {
      const made = panelBox(title, kind);
      boxes.push(made);
      return made.body;
    };
    this.map = shape.includes("map") ? new PlaneMap(add("Output over the plane", "map")) : null;
    this.fit = shape.includes("fit") ? new FitCurve(add("Fit", "fit")) : null;
    this.matrix = shape.includes("matrix") ? new CountTable(add("Confusion matrix", "matrix")) : null;
    this.truth = shape.includes("truth") ? new GateRows(add("Truth table", "truth")) : null;
    this.facts = this.truth ? null : new FactList(add("This run", "facts"));
    this.host.replaceChildren(...boxes.map(({ box }) => box));
  }

  /** @param {Scene} scene */
  update(scene) {
    const { store, strip, theme, range } = scene;
    const { meta } = store;
    this.build(meta);
    this.map?.setMeta(meta, theme);
    this.fit?.setMeta(meta);
    this.truth?.setMeta(meta);
    this.matrix?.setMeta(meta, theme);
    this.curve?.setFrame({ range, epochs: meta.epochs, target: strip.target });
    this.move(scene);
  }

  /** The marker has moved: no message, no layout, only what the run shows. @param {Scene} scene */
  move({ strip, index, committed, sentence }) {
    const run = runAt(strip, index);
    const curves = [];
    if (committed !== null && committed !== index) {
      curves.push({ epochs: strip.epochs, values: runAt(strip, committed).curve ?? [], kind: "ghost" });
    }
    if (run.curve) curves.push({ epochs: strip.epochs, values: run.curve, kind: "main" });
    this.curve?.setCurves(curves, sentence);
    this.map?.show(strip.map?.n ?? 0, run.map, `Output over the plane. ${sentence}`);
    this.fit?.show(run.fit, `Fitted curve. ${sentence}`);
    this.truth?.show(run.table, run.outcome === OVERFLOW);
    this.matrix?.show(run.matrix);
    this.facts?.show(runFacts(strip, index));
  }
}
