// @ts-check
// The same setting from twenty starts: which of them learned, at the marker's learning rate.

import { paint } from "../kit/canvas.js";
import { h, listen } from "../kit/dom.js";
import { keepFocus } from "../kit/focus.js";
import { formatNumber } from "../kit/scales.js";
import { mapColours } from "../kit/theme.js";
import { LEARNED, OUTCOMES, PENDING, costWord } from "../panels/strip_model.js";
/** @import { Scene } from "./scene.js" */

/** One before each outcome's word, in the order of `OUTCOMES`. */
const SIGNS = ["✓", "◌", "…", "–", "≈", "∞"];

export class SeedsMode {
  /** @param {HTMLElement} host @param {(seed: number) => void} onSeed @param {AbortSignal} signal */
  constructor(host, onSeed, signal) {
    this.head = h("p", { class: "nns-seeds-head", "data-testid": "luck" });
    this.grid = h("div", { class: "nns-seeds" });
    const click = (/** @type {MouseEvent} */ event) => {
      const tile = /** @type {HTMLElement} */ (event.target).closest("button");
      if (tile) onSeed(Number(tile.getAttribute("data-seed")));
    };
    listen(this.grid, { click }, signal);
    /** @type {any[]} */
    this.tiles = [];
    this.notes = [h("p", { class: "nns-hint" }, "Click a start to take its seed.")];
    host.replaceChildren(this.head, this.grid);
  }

  /** @param {Scene} view */
  update(view) {
    const { seeds } = view.strip;
    if (seeds.join() !== this.key) {
      this.key = seeds.join();
      this.tiles = seeds.map((/** @type {number} */ seed) => {
        const canvas = h("canvas", { class: "nns-tile-map", "aria-hidden": "true" });
        const word = h("span", { class: "nns-tile-word" });
        const button = h(
          "button",
          { class: "nns-tile", "data-seed": seed, "data-testid": `seed-${seed}` },
          canvas,
          h("span", { class: "nns-tile-seed" }, `seed ${seed}`),
          word,
        );
        return { button, canvas, word, seed };
      });
      keepFocus(this.grid, () => this.grid.replaceChildren(...this.tiles.map(({ button }) => button)));
    }
    this.colours = mapColours(view.theme);
    this.move(view);
  }

  /** @param {Scene} view */
  move({ strip, index }) {
    const seeds = strip.seeds.length;
    let learned = 0;
    let done = 0;
    const { tiles } = strip;
    this.tiles.forEach(({ button, canvas, word, seed }, j) => {
      const at = index * seeds + j;
      const kind = strip.outcome[at];
      if (kind !== PENDING) done += 1;
      if (kind === LEARNED) learned += 1;
      const known = tiles && kind !== PENDING;
      canvas.hidden = !known;
      if (known && this.colours) {
        const size = tiles.n ** 2;
        paint(tiles.values.subarray(at * size, (at + 1) * size), tiles.n, this.colours, canvas);
      }
      const name = kind === PENDING ? "computing" : OUTCOMES[kind];
      button.dataset.outcome = name;
      word.textContent = kind === PENDING ? "…" : `${SIGNS[kind]} ${name}`;
      button.setAttribute(
        "aria-label",
        `seed ${seed}: ${name}, final cost ${costWord(strip.final[at])}; take this seed`,
      );
      button.setAttribute("aria-current", String(j === 0));
    });
    this.head.textContent = `${learned} of ${done} starts learned at η = ${formatNumber(strip.etas[index])}`;
  }
}
