// @ts-check
/** Controls that several blocks share: a labelled slider, a row of choices, a table of numbers. */

import { h } from "./dom.js";

/** What a window has more than the smallest one that must do without scrolling (1280 x 720), in pixels. */
export const room = () => Math.max(0, globalThis.innerHeight - 720);

/**
 * A number that was typed, with a point or a decimal comma; null where it is none.
 *
 * @param {string} text
 */
export function readNumber(text) {
  const plain = text.trim().replace("−", "-").replace(",", ".");
  return /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(plain) ? Number(plain) : null;
}

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
    : h("output", { class: "nnb-value" });
  const input = h("input", { type: "range", min, max, step, "data-testid": testid, "aria-label": label });
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
  input.addEventListener(
    "input",
    () => {
      onInput(Number(input.value));
      refresh();
    },
    { signal },
  );
  if (onCommit) input.addEventListener("change", () => onCommit(Number(input.value)), { signal });
  if (onType) out.addEventListener("change", () => onType(out.value), { signal });
  const title = h("span", { class: "nnb-name", text: label });
  const name = (/** @type {string} */ text) => {
    title.textContent = text;
    input.setAttribute("aria-label", text);
  };
  return { element: h("label", { class: "nnb-slider" }, title, input, out), set, input, refresh, name };
}

/**
 * Buttons of which one is pressed.
 *
 * @param {{label: string, options: {value: string, text: string}[], onChoose: (value: string) => void, signal: AbortSignal}} spec
 * @returns {{element: HTMLElement, set: (value: string) => void}}
 */
export function choices({ label, options, onChoose, signal }) {
  const buttons = options.map(({ value, text }) => h("button", { type: "button", "data-value": value, text }));
  const element = h("div", { class: "nnb-choices", role: "group", "aria-label": label }, ...buttons);
  const set = (/** @type {string} */ value) => {
    for (const button of buttons)
      button.setAttribute("aria-pressed", String(button.getAttribute("data-value") === value));
  };
  element.addEventListener(
    "click",
    (event) => {
      const button = /** @type {HTMLElement | null} */ (/** @type {HTMLElement} */ (event.target).closest("button"));
      const value = button?.getAttribute("data-value") ?? null;
      if (value === null) return;
      set(value);
      onChoose(value);
    },
    { signal },
  );
  return { element, set };
}

/**
 * Put rows of name and value into a definition list; only texts change after the first time.
 *
 * @param {HTMLElement} host
 * @param {[string, string][]} rows
 */
export function facts(host, rows) {
  if (host.children.length !== rows.length) {
    host.replaceChildren(...rows.map(() => h("div", {}, h("dt"), h("dd"))));
  }
  rows.forEach(([name, value], i) => {
    const [dt, dd] = host.children[i].children;
    if (dt.textContent !== name) dt.textContent = name;
    if (dd.textContent !== value) dd.textContent = value;
  });
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
 * Follow a pressed pointer over an element.
 *
 * @param {HTMLElement} element
 * @param {{signal: AbortSignal, onMove: (x: number) => void, onEnd: () => void}} spec `x` in pixels from its left edge
 */
export function dragged(element, { signal, onMove, onEnd }) {
  let down = false;
  const move = (/** @type {PointerEvent} */ event) => onMove(event.clientX - element.getBoundingClientRect().left);
  const end = () => {
    if (down) onEnd();
    down = false;
  };
  element.classList.add("nnb-dragged");
  element.addEventListener(
    "pointerdown",
    (event) => {
      if (event.button) return;
      down = true;
      element.setPointerCapture(event.pointerId);
      move(event);
    },
    { signal },
  );
  element.addEventListener("pointermove", (event) => down && move(event), { signal });
  element.addEventListener("pointerup", end, { signal });
  element.addEventListener("pointercancel", end, { signal });
}
