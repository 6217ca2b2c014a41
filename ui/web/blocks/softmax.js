// @ts-check
/** Softmax on three sliders: shares that add up to one, and how each of them answers to each sum. */

import { h } from "../kit/dom.js";
import { formatPercent } from "../kit/scales.js";
import { slider } from "./controls.js";
import { Kept } from "./kept.js";
import { plain } from "./verdicts.js";
/** @import { Block, Tools } from "./block.js" */

const START = [2, 1, -1];

/**
 * Shares of the exponentials; the greatest sum is taken off first, so that nothing overflows.
 *
 * @param {readonly number[]} z
 * @returns {number[]}
 */
export function shares(z) {
  const top = Math.max(...z);
  const powers = z.map((value) => Math.exp(value - top));
  const sum = powers.reduce((a, b) => a + b, 0);
  return powers.map((power) => power / sum);
}

/**
 * The derivatives: row i, column j holds dp_i / dz_j = p_i (δ_ij − p_j).
 *
 * @param {readonly number[]} p
 * @returns {number[][]}
 */
export function jacobian(p) {
  return p.map((row, i) => p.map((column, j) => row * ((i === j ? 1 : 0) - column)));
}

/**
 * The sum worked out as on paper: powers, their sum, and each one's share of it.
 *
 * @param {readonly number[]} z
 * @returns {string[]} one line a class
 */
export function arithmetic(z) {
  const powers = z.map((value) => plain(Math.exp(value)));
  const sum = powers.join(" + ");
  const whole = plain(z.reduce((total, value) => total + Math.exp(value), 0));
  return shares(z).map((p, i) => `p${i + 1} = e^(${signed(z[i])}) / (${sum}) = ${powers[i]} / ${whole} = ${plain(p)}`);
}

/** @param {number} value */
const signed = (value) => value.toFixed(1).replace("-", "−");

/** @param {Tools} tools @returns {Block} */
export default function softmax({ host, signal, theme, tell }) {
  const kept = new Kept((sums) => tell("sums", sums));
  const bars = START.map((_, i) => ({ fill: h("i"), text: h("b"), name: h("span", { text: `class ${i + 1}` }) }));
  const sums = () => sliders.map(({ input }) => Number(input.value));
  const sliders = START.map((value, i) =>
    slider({
      label: `z${i + 1}`,
      min: -6,
      max: 6,
      step: 0.1,
      value,
      testid: `z${i + 1}`,
      signal,
      words: signed,
      onInput: () => draw(),
      onCommit: () => kept.tell(sums()),
    }),
  );
  const cells = START.map(() => START.map(() => h("td")));
  const lines = START.map(() => h("code"));
  const note = h("p", { class: "nnb-note", "aria-live": "polite" });
  /** @param {string} text @param {(z: number[]) => number[]} change */
  const button = (text, change) => {
    const element = h("button", { type: "button", text });
    element.addEventListener("click", () => set(change(sums())), { signal });
    return element;
  };
  host.append(
    h(
      "div",
      { class: "nnb-pair" },
      h(
        "div",
        { class: "nnb-sums" },
        ...sliders.map(({ element }) => element),
        h(
          "div",
          { class: "nnb-choices" },
          button("all + 1", (z) => z.map((v) => v + 1)),
          button("all × 2", (z) => z.map((v) => 2 * v)),
          button("all ÷ 2", (z) => z.map((v) => v / 2)),
          button("back", () => START),
        ),
      ),
      h(
        "div",
        { class: "nnb-bars", "data-testid": "bars" },
        ...bars.map(({ fill, text, name }) => h("div", {}, name, h("div", { class: "nnb-track" }, fill), text)),
      ),
    ),
    h("div", { class: "nnb-lines nnb-worked", "data-testid": "arithmetic" }, ...lines),
    h("div", { class: "nnb-pair" }, derivatives(cells), note),
  );

  /** @param {number[]} z */
  function set(z) {
    // Tenths, as the sliders have them.
    z.forEach((value, i) => sliders[i].set(Math.round(10 * Math.max(-6, Math.min(6, value))) / 10));
    kept.tell(sums());
    draw();
  }

  function draw() {
    const z = sums();
    const p = shares(z);
    const colours = theme();
    p.forEach((share, i) => {
      bars[i].fill.style.width = `${100 * share}%`;
      bars[i].fill.style.background = [colours.positive, colours.negative, colours.pins[0]][i];
      bars[i].text.textContent = formatPercent(share);
    });
    arithmetic(z).forEach((text, i) => {
      lines[i].textContent = text;
    });
    jacobian(p).forEach((row, i) =>
      row.forEach((value, j) => {
        cells[i][j].textContent = plain(value, 2);
      }),
    );
    const best = p.indexOf(Math.max(...p));
    const ratio = Math.exp(z[0] - z[1]);
    note.textContent = `Class ${best + 1} leads with ${formatPercent(p[best])}. Only differences count: p1 / p2 = e^(z1 − z2) = ${plain(ratio)}; adding the same to all three changes nothing, doubling all makes the answer surer. Each row and each column of the table adds up to 0: what one class gains, the others lose.`;
  }

  return {
    update(next) {
      if (kept.news(next.sums))
        next.sums.forEach((/** @type {number} */ z, /** @type {number} */ i) => sliders[i].set(z));
      draw();
    },
  };
}

/** @param {HTMLElement[][]} cells */
function derivatives(cells) {
  return h(
    "table",
    { class: "nnb-table" },
    h("caption", { text: "How each share answers to each sum: dpᵢ/dzⱼ = pᵢ (δᵢⱼ − pⱼ)" }),
    h(
      "tbody",
      {},
      h("tr", {}, h("th"), ...cells.map((_, j) => h("th", { text: `z${j + 1}` }))),
      ...cells.map((row, i) => h("tr", {}, h("th", { text: `p${i + 1}` }), ...row)),
    ),
  );
}
