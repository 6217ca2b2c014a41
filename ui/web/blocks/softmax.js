// @ts-check
/** Softmax on three sliders: shares that add up to one, and how each of them answers to each sum. */

import { h } from "../kit/dom.js";
import { slider } from "./controls.js";
import { Kept } from "./kept.js";
import { plain } from "./verdicts.js";
/** @import { Block, Tools } from "./block.js" */

const START = [2, 1, -1];
const LIMIT = 6;

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
 * The sum worked out as on paper: powers, their sum, and each one's share of it, with so many digits that the printed
 * quotient gives the printed share.
 *
 * @param {readonly number[]} z
 * @returns {string[]} one line a class
 */
export function arithmetic(z) {
  const powers = z.map((value) => Math.exp(value));
  const whole = powers.reduce((total, power) => total + power, 0);
  const p = shares(z);
  let digits = 3;
  while (digits < 15 && !holds({ powers, whole, p }, digits)) digits += 1;
  const [printed, sum] = [powers.map((power) => plain(power, digits)), plain(whole, digits)];
  return p.map(
    (share, i) =>
      [`p${i + 1} = e^(${signed(z[i])})`, `(${printed.join(" + ")})`].join(" / ") +
      ` = ${printed[i]} / ${sum} = ${text(share, share)}`,
  );
}

/** @param {{powers: number[], whole: number, p: number[]}} exact @param {number} digits */
function holds({ powers, whole, p }, digits) {
  const [some, sum] = [powers.map((power) => Number(power.toPrecision(digits))), Number(whole.toPrecision(digits))];
  const added = some.reduce((total, power) => total + power, 0);
  const same = (/** @type {number} */ value, /** @type {number} */ share) => text(value, share) === text(share, share);
  return (
    plain(added) === plain(sum) && p.every((share, i) => same(some[i] / sum, share) && same(some[i] / added, share))
  );
}

/** A quotient with three digits, or as many as show that a share is not quite 1. @param {number} value @param {number} share */
function text(value, share) {
  let digits = 3;
  while (digits < 15 && share < 1 && plain(share, digits) === "1") digits += 1;
  return plain(value, digits);
}

/** A sum as on its slider, with more digits where it stands between two places. @param {number} value */
const signed = (value) => (Number(value.toFixed(1)) === value ? value.toFixed(1).replace("-", "−") : plain(value, 7));

/** A share in percent: whole, or with a tenth near 0 and 100, and never 0 or 100. @param {number} p */
export function percent(p) {
  if (p < 0.0005) return "< 0.1 %";
  if (p > 0.9995) return "> 99.9 %";
  return `${(100 * p).toFixed(p < 0.0095 || p > 0.9905 ? 1 : 0)} %`;
}

/** What is to be said where the printed shares do not add up to 100. @param {readonly number[]} p */
export function rounding(p) {
  const printed = p.map((share) => Number(percent(share).match(/^\d+(\.\d)?/)?.[0]));
  const sum = Number(printed.reduce((total, share) => total + share, 0).toFixed(1));
  if (Number.isNaN(sum)) return "The shares are rounded.";
  return sum === 100 ? "" : `Rounded as they are, the shares add up to ${sum} %.`;
}

/** Who has the greatest share: one, several, or nobody. @param {readonly number[]} z */
export function leader(z) {
  const p = shares(z);
  const best = z.flatMap((value, i) => (value === Math.max(...z) ? [i] : []));
  const share = percent(p[best[0]]);
  if (best.length === z.length) return `Nobody leads: the sums are equal, and each class has ${share}.`;
  const names = best.map((i) => i + 1).join(" and ");
  return best.length > 1 ? `Classes ${names} lead together with ${share} each.` : `Class ${names} leads with ${share}.`;
}

/** What changes all three sums, each by its words. @type {[string, (value: number) => number][]} */
const CHANGES = [
  ["all + 1", (value) => value + 1],
  ["all × 2", (value) => 2 * value],
  ["all ÷ 2", (value) => value / 2],
];

/** Whether sums stay within their sliders. @param {readonly number[]} z */
export const within = (z) => z.every((value) => Math.abs(value) <= LIMIT);

/** @param {Tools} tools @returns {Block} */
export default function softmax({ host, signal, theme, announce, tell }) {
  const kept = new Kept((sums) => tell("sums", sums));
  const bars = START.map((_, i) => ({ fill: h("i"), text: h("b"), name: h("span", { text: `class ${i + 1}` }) }));
  /** The sums themselves: a slider stands at the nearest of its places. */
  let sums = [...START];
  const sliders = START.map((value, i) =>
    slider({
      label: `z${i + 1}`,
      min: -LIMIT,
      max: LIMIT,
      step: 0.1,
      value,
      testid: `z${i + 1}`,
      signal,
      words: () => signed(sums[i]),
      onInput: (next) => {
        sums[i] = next;
        draw();
        announce(told());
      },
      onCommit: () => kept.tell([...sums]),
    }),
  );
  const cells = START.map(() => START.map(() => h("td")));
  const lines = START.map(() => h("code"));
  const note = h("p", { class: "nnb-note" });
  /** @param {string} text @param {() => number[]} next */
  const button = (text, next) => {
    const element = h("button", { text });
    element.addEventListener("click", () => within(next()) && set(next()), { signal });
    return element;
  };
  const changes = CHANGES.map(([text, change]) => {
    const next = () => sums.map((value) => Number(change(value).toPrecision(12)));
    const element = button(text, next);
    return { element, refresh: () => disable(element, !within(next())) };
  });
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
          ...changes.map(({ element }) => element),
          button("back", () => [...START]),
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

  /** Who leads, and the share of each. */
  function told() {
    return [leader(sums), ...bars.map(({ text, name }) => `${name.textContent} ${text.textContent}`)].join(" ");
  }

  /** @param {number[]} z */
  function set(z) {
    place(z);
    kept.tell(z);
    draw();
    announce(told());
  }

  /** @param {number[]} z */
  function place(z) {
    sums = [...z];
    z.forEach((value, i) => sliders[i].set(value));
  }

  function draw() {
    const z = sums;
    const p = shares(z);
    const colours = theme();
    p.forEach((share, i) => {
      bars[i].fill.style.width = `${100 * share}%`;
      bars[i].fill.style.background = [colours.positive, colours.negative, colours.pins[0]][i];
      bars[i].text.textContent = percent(share);
    });
    arithmetic(z).forEach((text, i) => {
      lines[i].textContent = text;
    });
    jacobian(p).forEach((row, i) =>
      row.forEach((value, j) => {
        cells[i][j].textContent = plain(value, 2);
      }),
    );
    for (const { refresh } of changes) refresh();
    const ratio = plain(Math.exp(z[0] - z[1]));
    const surer = new Set(z).size > 1 ? ", doubling all makes the answer surer" : ", nor does doubling equal ones";
    note.textContent = [
      leader(z),
      rounding(p),
      `Only differences count: p1 / p2 = e^(z1 − z2) = ${ratio}; adding the same to all three changes nothing${surer}.`,
      "But for rounding, each row and each column of the table adds up to 0: what one class gains, the others lose.",
    ].join(" ");
  }

  return {
    update(next) {
      if (kept.news(next.sums)) place(next.sums);
      draw();
    },
  };
}

/** Say of a button that it would lead past the ends of the sliders. @param {HTMLElement} button @param {boolean} past */
function disable(button, past) {
  /** @type {HTMLButtonElement} */ (button).disabled = past;
  button.title = past ? `A sum would pass ${LIMIT}` : "";
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
