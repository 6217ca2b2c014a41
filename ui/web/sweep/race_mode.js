// @ts-check
// All methods from one start: small multiples on shared axes, at one learning rate or each at its own best.

import { choices, wordTable } from "../kit/controls.js";
import { h } from "../kit/dom.js";
import { formatNumber } from "../kit/scales.js";
import { OUTCOMES, PENDING, bestIndex, costWord, nearestKnown, runAt, window80 } from "../panels/strip_model.js";
import { CurvePlot } from "./curve_plot.js";
import { StripPlot } from "./strip_plot.js";
/** @import { Strip } from "../panels/strip_model.js" */
/** @import { Scene } from "./scene.js" */

export class RaceMode {
  /** @param {HTMLElement} host */
  constructor(host) {
    this.host = host;
    /** @type {Map<string, any>} */
    this.lanes = new Map();
    this.own = false;
    this.grid = h("div", { class: "nns-race" });
    this.listeners = new AbortController();
    const { signal } = this.listeners;
    const options = [
      { value: "same", text: "all at this η", testid: "race-same" },
      { value: "own", text: "each at its own best η", testid: "race-own" },
    ];
    const onChoose = (/** @type {string} */ value) => {
      this.own = value === "own";
      if (this.last) this.move(this.last);
    };
    const chooser = choices({ label: "Learning rate of the race", className: "nns-switch", options, onChoose, signal });
    chooser.set("same");
    const names = ["method", "learns from η", "up to η", "lowest cost at η", "cost there", "epochs to target"];
    this.table = wordTable(names, { className: "nns-table", caption: "" });
    host.replaceChildren(chooser.element, this.grid, this.table.element);
  }

  /** @param {string} name @param {string} label */
  lane(name, label) {
    const known = this.lanes.get(name);
    if (known) return known;
    const word = h("span", { class: "nns-lane-word" });
    const strip = h("div", { class: "nns-lane-strip" });
    const curve = h("div", { class: "nns-lane-curve" });
    const box = h(
      "section",
      { class: "nns-lane", "data-testid": `lane-${name}` },
      h("h2", {}, label, " ", word),
      strip,
      curve,
    );
    const lane = { box, word, strip: new StripPlot(strip), curve: new CurvePlot(curve) };
    this.lanes.set(name, lane);
    return lane;
  }

  /** @param {Scene} view */
  update(view) {
    const { range } = view;
    /** @type {string[]} */
    const order = view.store.meta.order ?? [...view.store.strips.keys()];
    for (const name of this.lanes.keys()) if (!order.includes(name)) this.lanes.delete(name);
    for (const strip of view.store.strips.values()) this.lane(strip.name, strip.label);
    const lanes = order.filter((name) => this.lanes.has(name)).map((name) => this.lanes.get(name));
    if (lanes.some(({ box }, i) => this.grid.children[i] !== box) || this.grid.children.length !== lanes.length) {
      this.grid.replaceChildren(...lanes.map(({ box }) => box));
    }
    for (const strip of view.store.strips.values()) {
      const lane = this.lanes.get(strip.name);
      const width = lane.strip.host.clientWidth;
      if (lane.drawn !== strip || lane.range !== range.join() || lane.width !== width) {
        lane.strip.render([strip], { range, compact: true, label: strip.label });
      }
      [lane.drawn, lane.range, lane.width] = [strip, range.join(), width];
      lane.curve.setFrame({ range, epochs: view.store.meta.epochs, target: strip.target, compact: true });
    }
    // A lane of the sweep before stays, pale, until its own strip has come: nothing jumps.
    for (const lane of lanes) lane.box.dataset.stale = String(!view.store.strips.has(lane.drawn.name));
    const single = lanes.some(({ drawn }) => drawn.seeds.length === 1);
    this.table.title.textContent = single ? "Where the one start learns" : "Where at least four in five starts learn";
    this.table.heads[0].textContent = view.store.meta.race === "schedule" ? "schedule" : "method";
    this.fillTable(lanes.map(({ drawn }) => drawn));
    this.move(view);
  }

  /** @param {Scene} view */
  move(view) {
    this.last = view;
    const eta = view.strip.etas[view.index];
    for (const strip of view.store.strips.values()) {
      const lane = this.lanes.get(strip.name);
      if (!lane) continue;
      const best = window80(strip)?.index ?? bestIndex(strip);
      const at = this.own && best >= 0 ? best : nearestKnown(strip, eta);
      const run = runAt(strip, at);
      lane.strip.setMarker(at, null);
      lane.word.textContent = run.outcome === PENDING ? "…" : `${OUTCOMES[run.outcome]} at η ${formatNumber(run.eta)}`;
      const curves = run.curve ? [{ epochs: strip.epochs, values: run.curve, kind: "main" }] : [];
      lane.curve.setCurves(curves, `${strip.label}: ${lane.word.textContent}, final cost ${costWord(run.cost)}`);
    }
  }

  /** @param {Strip[]} strips */
  fillTable(strips) {
    const rows = strips.map((strip) => {
      const found = window80(strip);
      if (!found) return [strip.label, "nowhere", "–", "–", "–", "–"];
      const { low, high, best, index } = found;
      return [
        strip.label,
        ...[low, high, best, strip.median[index]].map((value) => formatNumber(value)),
        this.epochsWord(strip, index),
      ];
    });
    this.table.fill(rows);
  }

  /** Median epoch at which the target was reached, over the starts that reached it. @param {Strip} strip @param {number} index */
  epochsWord(strip, index) {
    const seeds = strip.seeds.length;
    const reached = Array.from(strip.reached.subarray(index * seeds, (index + 1) * seeds))
      .filter((v) => v >= 0)
      .sort((a, b) => a - b);
    return reached.length ? String(reached[Math.floor(reached.length / 2)]) : "never";
  }

  close() {
    this.listeners.abort();
  }
}
