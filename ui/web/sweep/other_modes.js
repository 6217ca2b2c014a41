// @ts-check
// Range test: one run with a rising rate, and where its picks lead.

import { wordTable } from "../kit/controls.js";
import { h, svg } from "../kit/dom.js";
import { held, logScale, ticksOf } from "../kit/axis.js";
import { linePath } from "../kit/paths.js";
import { formatNumber, nearest } from "../kit/scales.js";
import { bestIndex, runSentence } from "../panels/strip_model.js";
/** @import { Scale } from "../kit/axis.js" */
/** @import { Scene } from "./scene.js" */

const DASHES = ["6 3", "2 3", "8 3 2 3"];

/** Room for the test's own axis, in pixels. */
export const AXIS_ROOM = 66;

/** From its lowest to its highest cost; what lies below stands at the lower end. */
const MOST_RANGE = 1e5;

/**
 * The ends of the axis of the test, by the median of its starts: as low as it came, and no higher than ten times its first cost,
 * since a run that blows up would leave no room for the rest.
 *
 * @param {ArrayLike<number>} median
 * @returns {[number, number]}
 */
export function testRange(median) {
  const known = Array.from(median).filter((cost) => Number.isFinite(cost) && cost > 0);
  const high = Math.min(10 * known[0], Math.max(...known));
  const low = Math.max(Math.min(...known), high / MOST_RANGE);
  return known.length ? [low / 1.5, 1.5 * high] : [0.1, 1];
}

/** The axis at the right. @param {Scale} x @param {Scale} y */
function testAxis(x, y) {
  const ticks = ticksOf(y, Math.max(3, Math.floor((y.from - y.to) / 28)));
  const words = ticks.map(([cost, word]) => svg("text", { x: x.to + 7, y: y.at(cost) + 4 }, word));
  const marks = ticks.map(([cost]) => `M${x.to},${y.at(cost)}h5`).join("");
  const turned = `translate(${x.to + AXIS_ROOM - 8} ${(y.from + y.to) / 2}) rotate(-90)`;
  const name = svg("text", { transform: turned, "text-anchor": "middle" }, "cost in the test");
  const line = svg("path", { d: `M${x.to},${y.from}V${y.to}${marks}` });
  return svg("g", { class: "nns-test-axis" }, line, ...words, name);
}

/** The bundle of the range test and its picks, drawn over the strip on an axis of their own. @param {any} range */
export function rangeOverlay(range) {
  return (/** @type {any} */ { x, y: strip }) => {
    const y = logScale(...testRange(range.median), strip.from, strip.to);
    const count = range.etas.length;
    const at = range.etas.map(x.at);
    const place = held(y);
    const nodes = [testAxis(x, y)];
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

/** The picks in words: they stand in the drawing. @param {any} range */
export function rangeWords(range) {
  const picks = range.picks.filter((/** @type {any} */ pick) => pick.eta !== null);
  const words = picks.map((/** @type {any} */ { name, eta }) => `${name} at ${formatNumber(eta)}`);
  return `The range test picks ${words.join(", ") || "no rate"}.`;
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
      key("nns-median", "strip, left axis: final cost of a whole run at that rate"),
      key("nns-bundle-median", "range test, right axis: cost before the step at that rate, median of the starts"),
      key("nns-pick", "what would be picked"),
    );
    this.notes = [this.note];
    host.replaceChildren(legend, this.table.element);
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
