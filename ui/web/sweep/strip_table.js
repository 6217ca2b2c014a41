// @ts-check
// The strip as a table: the same numbers for those who do not see the chart, or want to copy them.

import { wordTable } from "../kit/controls.js";
import { h } from "../kit/dom.js";
import { formatNumber, formatPercent } from "../kit/scales.js";
import { OUTCOMES, PENDING, costWord } from "../panels/strip_model.js";
/** @import { Strip } from "../panels/strip_model.js" */

/** One row of words per rate that is done. @param {Strip} strip @returns {string[][]} */
export function tableRows(strip) {
  return strip.etas.flatMap((eta, i) =>
    strip.majority[i] === PENDING
      ? []
      : [
          [
            formatNumber(eta),
            OUTCOMES[strip.majority[i]],
            formatPercent(strip.share[i]),
            costWord(strip.median[i]),
            `${costWord(strip.low[i])} to ${costWord(strip.high[i])}`,
          ],
        ],
  );
}

export class StripTable {
  /** @param {AbortSignal} signal */
  constructor(signal) {
    const names = ["learning rate", "most starts", "learned", "median final cost", "middle eight tenths"];
    this.table = wordTable(names, { className: "nns-table", testid: "strip-table" });
    const summary = h("summary", {}, "The strip as a table");
    this.root = h("details", { class: "nns-details" }, summary, this.table.element);
    /** @type {any} */
    this.strip = null;
    this.root.addEventListener("toggle", () => this.fill(), { signal });
  }

  /** @param {Strip | null} strip */
  update(strip) {
    this.strip = strip;
    this.root.style.display = strip && strip.etas.length > 1 ? "" : "none";
    this.fill();
  }

  /** Rows are made only while they are open. */
  fill() {
    if (this.strip && this.root.open) this.table.fill(tableRows(this.strip));
  }
}
