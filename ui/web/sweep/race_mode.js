// @ts-check
// All methods from one start: small multiples on shared axes, at one learning rate or each at its own best.

import { formatNumber } from "../kit/scales.js";
import { CurvePlot } from "./curve_plot.js";
import { h } from "../kit/dom.js";
import { StripPlot } from "./strip_plot.js";
import { OUTCOMES, PENDING, bestIndex, costWord, nearestKnown, runAt, window80 } from "../panels/strip_model.js";

export class RaceMode {
  /** @param {HTMLElement} host */
  constructor(host) {
    this.host = host;
    /** @type {Map<string, any>} */
    this.lanes = new Map();
    this.own = false;
    this.grid = h("div", { class: "nns-race" });
    this.table = h("tbody");
    this.switch = h("div", { class: "nns-switch", role: "group", "aria-label": "Learning rate of the race" });
    this.listeners = new AbortController();
    this.buttons = ["all at this η", "each at its own best η"].map((word, i) => {
      const button = h(
        "button",
        { type: "button", "aria-pressed": String(i === 0), "data-testid": i ? "race-own" : "race-same" },
        word,
      );
      button.addEventListener("click", () => this.choose(i === 1), { signal: this.listeners.signal });
      return button;
    });
    this.switch.append(...this.buttons);
    this.caption = h("caption");
    const head = ["method", "learns from η", "up to η", "lowest cost at η", "cost there", "epochs to target"];
    const table = h(
      "table",
      { class: "nns-table" },
      this.caption,
      h("thead", {}, h("tr", {}, ...(this.heads = head.map((word) => h("th", { scope: "col" }, word))))),
      this.table,
    );
    host.replaceChildren(this.switch, this.grid, table);
  }

  /** @param {boolean} own */
  choose(own) {
    this.own = own;
    this.buttons.forEach((button, i) => button.setAttribute("aria-pressed", String(own === (i === 1))));
    if (this.last) this.move(this.last);
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
      h("h3", {}, label, " ", word),
      strip,
      curve,
    );
    const lane = { box, word, strip: new StripPlot(strip), curve: new CurvePlot(curve) };
    this.lanes.set(name, lane);
    return lane;
  }

  /** @param {any} view */
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
    this.caption.textContent = single ? "Where the one start learns" : "Where at least four in five starts learn";
    this.heads[0].textContent = view.store.meta.race === "schedule" ? "schedule" : "method";
    this.fillTable(lanes.map(({ drawn }) => drawn));
    this.move(view);
  }

  /** @param {any} view */
  move(view) {
    this.last = view;
    if (!view.strip) return;
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

  /** @param {import("../panels/strip_model.js").Strip[]} strips */
  fillTable(strips) {
    this.table.replaceChildren(
      ...strips.map((strip) => {
        const found = window80(strip);
        const cells = found
          ? [
              formatNumber(found.low),
              formatNumber(found.high),
              formatNumber(found.best),
              formatNumber(strip.median[found.index]),
              this.epochsWord(strip, found.index),
            ]
          : ["nowhere", "–", "–", "–", "–"];
        return h("tr", {}, h("th", { scope: "row" }, strip.label), ...cells.map((word) => h("td", {}, word)));
      }),
    );
  }

  /** Median epoch at which the target was reached, over the starts that reached it. @param {import("../panels/strip_model.js").Strip} strip @param {number} index */
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
