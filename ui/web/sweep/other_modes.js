// @ts-check
// Range test: one run with a rising rate, and where its picks lead.

import { held } from "../kit/axis.js";
import { wordTable } from "../kit/controls.js";
import { h, svg } from "../kit/dom.js";
import { linePath } from "../kit/paths.js";
import { formatNumber, nearest } from "../kit/scales.js";
import { bestIndex, runSentence } from "../panels/strip_model.js";
/** @import { Scene } from "./scene.js" */

const DASHES = ["6 3", "2 3", "8 3 2 3"];

/** The bundle of the range test and its picks, drawn over the strip. @param {any} range */
export function rangeOverlay(range) {
  return (/** @type {any} */ { x, y }) => {
    const count = range.etas.length;
    const at = range.etas.map(x.at);
    const place = held(y);
    const nodes = [];
    for (let i = 0; i < range.losses.length / count; i++) {
      const loss = Array.from(range.losses.subarray(i * count, (i + 1) * count), place);
      nodes.push(svg("path", { d: linePath(at, loss), class: "nns-bundle" }));
    }
    nodes.push(svg("path", { d: linePath(at, Array.from(range.median, place)), class: "nns-bundle-median" }));
    range.picks.forEach((/** @type {any} */ pick, /** @type {number} */ i) => {
      if (pick.eta === null) return;
      const px = x.at(pick.eta);
      nodes.push(svg("path", { d: `M${px},${y.to - 10}V${y.from}`, class: "nns-pick", "stroke-dasharray": DASHES[i] }));
      nodes.push(svg("text", { x: px + 4, y: y.to + 26 + 15 * i, class: "nns-pick-word" }, pick.name));
    });
    return nodes;
  };
}

/** What the automatic picks would have given, beside the best of the strip. */
export class RangeMode {
  /** @param {HTMLElement} host */
  constructor(host) {
    const names = ["pick", "η", "what that rate really does", "spread over the seeds"];
    const caption = "One run with a rising rate, and the rates it would have you take";
    this.table = wordTable(names, { className: "nns-table", testid: "picks", caption });
    this.note = h("p", { class: "nns-hint" });
    const key = (/** @type {string} */ kind, /** @type {string} */ words) => {
      const line = svg("path", { d: "M0,6H28", class: kind, fill: "none" });
      const swatch = svg("svg", { class: "nns-line-swatch", viewBox: "0 0 28 12", "aria-hidden": "true" }, line);
      return h("span", { class: "nns-key" }, swatch, words);
    };
    const legend = h(
      "p",
      { class: "nns-legend" },
      "In the chart: ",
      key("nns-median", "strip: final cost of a whole run at that rate"),
      key("nns-bundle-median", "range test: cost just before the step at that rate, median of the starts"),
      key("nns-pick", "what would be picked"),
    );
    host.replaceChildren(legend, this.table.element, this.note);
  }

  /** @param {Scene} view */
  update({ store, strip }) {
    const { range } = store;
    if (!range) return;
    const best = bestIndex(strip);
    const rows = range.picks.map((/** @type {any} */ pick) => [
      pick.name,
      pick.eta === null ? "none" : formatNumber(pick.eta),
      pick.eta === null
        ? "the smoothed loss did not fall"
        : runSentence(strip, nearest(strip.etas, pick.eta), store.meta.epochs),
      pick.low === null ? "–" : `${formatNumber(pick.low)} to ${formatNumber(pick.high)}`,
    ]);
    if (best >= 0)
      rows.push([
        "best of the strip",
        formatNumber(strip.etas[best]),
        runSentence(strip, best, store.meta.epochs),
        "–",
      ]);
    this.table.fill(rows);
    this.note.textContent = range.note;
  }

  move() {}
}
