// @ts-check
// Ranges of learning rates as bars, one a row of a table, all on the axis in the column's head.

import { logScale, ticksOf } from "../kit/axis.js";
import { svg } from "../kit/dom.js";
import { formatNumber } from "../kit/scales.js";
/** @import { Scale } from "../kit/axis.js" */

const WIDTH = 250;
const HEIGHT = 20;
const EDGE = 14;

export class RateBars {
  /** @param {HTMLElement} head the cell that holds the axis */
  constructor(head) {
    this.head = head;
    this.key = "";
    this.at = /** @type {number | null} */ (null);
    /** @type {Scale} */ this.x = logScale(1e-5, 100, EDGE, WIDTH - EDGE);
    /** @type {SVGElement[]} */ this.marks = [];
  }

  /** @param {readonly number[]} etas rising */
  setRange(etas) {
    this.marks = [];
    const [low, high] = [etas[0], etas[etas.length - 1]];
    if (this.key === `${low} ${high}`) return;
    this.key = `${low} ${high}`;
    this.x = logScale(low, high, EDGE, WIDTH - EDGE);
    const words = ticksOf(this.x, 5).map(([value, word]) =>
      svg("text", { x: this.x.at(value), y: 14, "text-anchor": "middle" }, word),
    );
    const label = `bar over learning rates from ${formatNumber(low)} to ${formatNumber(high)}`;
    this.head.replaceChildren(picture({ role: "img", "aria-label": label }, words));
  }

  /**
   * @param {{low: number, high: number, best: number} | null} found
   * @param {string} colour
   * @returns {SVGElement} the bar; the best rate is a circle in it
   */
  bar(found, colour) {
    const { x } = this;
    const middle = HEIGHT / 2;
    const mark = svg("path", { class: "nns-marker-line" });
    this.marks.push(mark);
    const nodes = [svg("path", { d: `M${x.from},${middle}H${x.to}`, stroke: "var(--nn-grid)" })];
    if (found) {
      const [from, to] = [x.at(found.low) - 3, x.at(found.high) + 3];
      nodes.push(svg("rect", { x: from, y: 4, width: to - from, height: HEIGHT - 8, rx: 4, fill: colour }));
      nodes.push(svg("circle", { cx: x.at(found.best), cy: middle, r: 4, fill: "var(--nn-background)" }));
    }
    const bar = picture({ "aria-hidden": "true" }, [...nodes, mark]);
    this.mark(this.at);
    return bar;
  }

  /** Show one learning rate in all bars. @param {number | null} eta none where each has its own */
  mark(eta) {
    this.at = eta;
    const at = eta === null ? 0 : this.x.at(eta);
    for (const mark of this.marks) mark.setAttribute("d", eta === null ? "" : `M${at},0V${HEIGHT}`);
  }
}

/** @param {Record<string, string>} attributes @param {SVGElement[]} nodes */
const picture = (attributes, nodes) =>
  svg("svg", { class: "nns-rate-bar", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, ...attributes }, ...nodes);
