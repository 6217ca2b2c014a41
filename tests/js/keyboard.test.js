// @ts-check
/** One keyboard: what is asked of every key before views and Streamlit hear it. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { keepKeys } from "../../ui/web/frame/keys.js";
import { declared } from "../../ui/web/kit/keys.js";
import { Element } from "./page.js";

/** A tab: `press` tells whether the document hears a key, and what it hears of a key that is handed on. */
function tab() {
  const passed = /** @type {string[]} */ ([]);
  const [root, body, view] = [new Element("html"), new Element("body"), new Element("window")];
  const kept = new Map();
  const page = /** @type {any} */ ({
    documentElement: root,
    body,
    defaultView: view,
    opened: /** @type {any[]} */ ([]),
    querySelectorAll: () => page.opened,
    createElement: (/** @type {string} */ tag) => new Element(tag),
  });
  /** @type {any} */ (globalThis).KeyboardEvent = class extends Event {
    constructor(/** @type {string} */ type, /** @type {any} */ more) {
      super(type, more);
      Object.assign(this, { key: more.key });
    }
  };
  body.addEventListener("keydown", (/** @type {Event} */ event) => passed.push(/** @type {any} */ (event).key));
  const store = /** @type {any} */ ({
    getItem: (/** @type {string} */ name) => kept.get(name) ?? null,
    setItem: (/** @type {string} */ name, /** @type {string} */ value) => kept.set(name, value),
  });
  const turn = /** @type {any} */ (keepKeys(page, store));
  const press = (/** @type {string} */ key, target = body, more = {}) => {
    let heard = true;
    const stopPropagation = () => (heard = false);
    root.fire("keydown", { key, composedPath: () => [target], stopPropagation, ...more });
    return heard;
  };
  return { page, press, passed, turn, kept };
}

/** @param {string} tag @param {Record<string, string>} [more] */
function element(tag, more = {}) {
  const made = new Element(tag);
  for (const [name, value] of Object.entries(more)) made.setAttribute(name, value);
  return Object.assign(made, { type: more.type });
}

test("letters reach the page, but not from a text field, nor beside a dialog or menu", () => {
  const { page, press } = tab();
  assert.equal(press("l"), true);
  assert.equal(press("l", element("input", { type: "text" })), false);
  assert.equal(press("l", element("div", { role: "menuitem" })), false);
  page.opened = [{ checkVisibility: () => true }];
  assert.deepEqual([press("l"), press(" "), press("Escape")], [false, false, true]);
  page.opened = [{ checkVisibility: () => false }];
  assert.equal(press("l"), true);
});

test("a slider hands letters to the page, and keeps Space and arrows where they are", () => {
  const { press, passed } = tab();
  const slider = element("input", { type: "range" });
  assert.deepEqual([press("l", slider), press(" ", slider), press("ArrowUp", slider)], [false, true, true]);
  assert.deepEqual(passed, ["l"]);
});

test("single keys are turned off and on again, and the browser keeps it; Space and combinations stay", () => {
  const { press, turn, kept } = tab();
  assert.deepEqual([turn.textContent, turn.getAttribute("aria-checked")], ["Keys on", "true"]);
  turn.fire("click");
  assert.deepEqual([turn.textContent, turn.getAttribute("aria-checked")], ["Keys off", "false"]);
  assert.deepEqual(
    [press("l"), press("1"), press(" "), press("l", undefined, { ctrlKey: true })],
    [false, false, true, true],
  );
  assert.deepEqual([...kept.values()], ["off"]);
  turn.fire("click");
  assert.equal(press("l"), true);
});

test("what says that it has a key does it: a slider takes the focus, a button is pressed, nothing that is out of sight", () => {
  const done = /** @type {string[]} */ ([]);
  const make = (/** @type {string} */ tag, /** @type {string} */ key, seen = true) =>
    Object.assign(element(tag, { "aria-keyshortcuts": key }), {
      checkVisibility: () => seen,
      focus: () => done.push(`focus ${key}`),
      click: () => done.push(`click ${key}`),
    });
  const all = [make("button", "N", false), make("input", "E"), make("button", "N"), make("button", "Space")];
  const root = /** @type {any} */ ({ querySelectorAll: () => all });
  const press = (/** @type {string} */ key, target = element("body")) =>
    declared(root, /** @type {any} */ ({ key, composedPath: () => [target], preventDefault: () => undefined }));
  assert.deepEqual([press("e"), press("n"), press(" "), press("x")], [true, true, true, false]);
  assert.deepEqual(done, ["focus E", "click N", "click Space"]);
  assert.equal(press(" ", element("button")), false, "Space is the button's own");
});
