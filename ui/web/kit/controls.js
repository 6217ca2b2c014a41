// @ts-check
/** Buttons, tables and lists that views share; their looks are the views' own. */
import { h, listen, setText } from "./dom.js";

/**
 * Buttons of which one is pressed.
 *
 * @param {{label: string, className: string, options: {value: string, text: string, testid?: string}[],
 *   onChoose: (value: string) => void, signal: AbortSignal}} spec
 * @returns {{element: HTMLElement, set: (value: string) => void}}
 */
export function choices({ label, className, options, onChoose, signal }) {
  const set = (/** @type {string} */ chosen) =>
    options.forEach(({ value }, i) => buttons[i].setAttribute("aria-pressed", String(value === chosen)));
  const buttons = options.map(({ value, text, testid }) => {
    const button = h("button", { text, "data-value": value, "data-testid": testid });
    const click = () => {
      set(value);
      onChoose(value);
    };
    listen(button, { click }, signal);
    return button;
  });
  return { element: h("div", { class: className, role: "group", "aria-label": label }, ...buttons), set };
}

/**
 * A table of words; the first of a row is its head, which may hold a picture as well.
 *
 * @param {readonly string[]} names of the columns
 * @param {{className: string, testid?: string, caption?: string}} spec
 */
export function wordTable(names, { className, testid, caption }) {
  const title = h("caption", { text: caption });
  const row = h("tr");
  /** @type {HTMLElement[]} */ const heads = [];
  const name = (/** @type {readonly string[]} */ words) => {
    heads.splice(0, heads.length, ...words.map((text) => h("th", { scope: "col", text })));
    row.replaceChildren(...heads);
  };
  name(names);
  const body = h("tbody");
  const parts = [caption === undefined ? null : title, h("thead", {}, row), body];
  const element = h("table", { class: className, "data-testid": testid }, ...parts);
  /** @param {readonly (readonly (string | (Node | string)[])[])[]} rows */
  const fill = (rows) => {
    const cell = (/** @type {string | (Node | string)[]} */ words, /** @type {number} */ i) =>
      i ? h("td", {}, ...[words].flat()) : h("th", { scope: "row" }, ...[words].flat());
    const lines = rows.map((row) => h("tr", {}, ...row.map(cell)));
    body.replaceChildren(...lines);
    return lines;
  };
  return { element, title, heads, name, fill };
}

/**
 * Put rows of name and value into a definition list; only texts change after the first time.
 *
 * @param {HTMLElement} list
 * @param {readonly (readonly [string, string])[]} rows
 * @param {string} [className] of a row
 */
export function facts(list, rows, className) {
  if (list.children.length !== rows.length) {
    list.replaceChildren(...rows.map(() => h("div", { class: className }, h("dt"), h("dd"))));
  }
  rows.forEach(([name, value], i) => {
    const [dt, dd] = list.children[i].children;
    setText(dt, name);
    setText(dd, value);
  });
}
