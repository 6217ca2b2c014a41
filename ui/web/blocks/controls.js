// @ts-check
/** Controls that several blocks share: a labelled slider, the key of a chart. */

import { valueUnder } from "../kit/chart.js";
import { h, listen } from "../kit/dom.js";
import { rangeInput } from "../kit/range_input.js";
import { dragged } from "../kit/slider.js";

/** Height of the lowest chart, in pixels. */
export const LEAST = 80;

/**
 * A range input with its name and its value in words, which is a box to type in where `onType` is given. One whose range
 * comes with the data starts as whole numbers from 0 to 1.
 *
 * @param {{label: string, min?: number, max?: number, step?: number, value?: number, testid: string,
 *   words: (value: number) => string, onInput: (value: number) => void, onCommit?: (value: number) => void,
 *   onType?: (text: string) => void, signal: AbortSignal}} spec
 * @returns {{element: HTMLElement, set: (value: number) => void, input: HTMLInputElement, refresh: () => void,
 *   name: (text: string) => void}}
 */
export function slider({
  label,
  min = 0,
  max = 1,
  step = 1,
  value = min,
  testid,
  words,
  onInput,
  onCommit,
  onType,
  signal,
}) {
  const box = { type: "text", class: "nnb-typed", "data-testid": `${testid}-typed`, "aria-label": `${label}, typed` };
  const out = onType
    ? h("input", { ...box, inputmode: "decimal", autocomplete: "off" })
    : h("output", { class: "nnb-value", "aria-hidden": "true" }); // its slider tells it
  const input = rangeInput({ label, testid, min, max, step, signal });
  const refresh = () => {
    const text = words(Number(input.value));
    out.value = text;
    input.setAttribute("aria-valuetext", text);
  };
  const set = (/** @type {number} */ next) => {
    input.value = String(next);
    refresh();
  };
  set(value);
  const take = () => {
    onInput(Number(input.value));
    refresh();
  };
  listen(input, { input: take, change: () => onCommit?.(Number(input.value)) }, signal);
  listen(out, { change: () => onType?.(out.value) }, signal);
  const title = h("span", { class: "nnb-name", text: label });
  const name = (/** @type {string} */ text) => {
    title.textContent = text;
    input.setAttribute("aria-label", text);
  };
  return { element: h("label", { class: "nnb-slider" }, title, input, out), set, input, refresh, name };
}

/** Key of a line: how it is drawn, and what it is. @param {{colour: string, dash?: string, wide?: boolean, text: string}[]} lines */
export function legend(lines) {
  return h(
    "div",
    { class: "nnb-legend" },
    ...lines.map(({ colour, dash, wide, text }) => {
      const sample = h("i", {});
      sample.style.borderTop = `${wide ? 5 : 3}px ${dash ? "dashed" : "solid"} ${colour}`;
      return h("span", {}, sample, h("span", { text }));
    }),
  );
}

/**
 * A value that is walked along charts, by its slider or with a pointer on any of them.
 *
 * @param {HTMLElement[]} charts
 * @param {{label: string, range: [number, number], min: number, max: number, step: number, value: number,
 *   words: (value: number) => string, scale: () => number, onWalk: () => void, onCommit: (value: number) => void,
 *   signal: AbortSignal}} spec `range` of the charts
 */
export function walker(charts, { range, scale, onWalk, ...spec }) {
  const { min, max, step, onCommit, signal } = spec;
  const made = slider({ ...spec, testid: "walk", onInput: onWalk });
  for (const chart of charts) {
    const onMove = (/** @type {number} */ x) => {
      const under = valueUnder(x, { width: chart.clientWidth, range, scale: scale() });
      made.set(Number((Math.round(Math.max(min, Math.min(max, under)) / step) * step).toFixed(6)));
      onWalk();
    };
    let before = "";
    const onStart = () => {
      before = made.input.value;
    };
    const onCancel = () => {
      made.set(Number(before));
      onWalk();
    };
    dragged(chart, { signal, onStart, onMove, onEnd: () => onCommit(Number(made.input.value)), onCancel });
  }
  return made;
}
