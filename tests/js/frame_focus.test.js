// @ts-check
/** Where the focus goes when Streamlit leaves it nowhere, and what is said of toasts. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { keepFocus } from "../../ui/web/frame/focus.js";
import { keepLecture } from "../../ui/web/frame/lecture.js";

/** A page of buttons in order, each in a Streamlit widget of its name; `pass` lets the browser draw for so long. */
function tab(/** @type {string[]} */ names) {
  const said = /** @type {string[]} */ ([]);
  const [body, location] = [{ name: "body" }, { pathname: "/lesson" }];
  const page = /** @type {any} */ (Object.assign(new EventTarget(), { body, activeElement: body, location }));
  const make = (/** @type {string} */ name) => ({
    name,
    ownerDocument: page,
    tagName: "BUTTON",
    tabIndex: 0,
    isConnected: true,
    disabled: false,
    getAttribute: () => null,
    checkVisibility: () => true,
    closest: (/** @type {string} */ one) => (one.includes("st-key-") ? { className: `stButton st-key-${name}` } : null),
    focus() {
      if (!this.disabled) page.activeElement = this;
    },
  });
  const state = { buttons: names.map(make), rests: false, mark: /** @type {any} */ (null), now: 0 };
  page.querySelectorAll = (/** @type {string} */ selector) => {
    const key = /st-key-([\w-]+) button/.exec(selector)?.[1];
    return key ? state.buttons.filter(({ name }) => name === key) : state.buttons;
  };
  page.querySelector = (/** @type {string} */ selector) =>
    selector.includes("data-focus") ? state.mark : state.rests ? {} : null;
  let next = () => {};
  page.defaultView = { requestAnimationFrame: (/** @type {() => void} */ draw) => (next = draw) };
  keepFocus(
    page,
    (words) => said.push(words),
    () => state.now,
  );
  return {
    page,
    state,
    said,
    press(/** @type {string} */ name, key = "Enter") {
      page.activeElement = state.buttons.find((one) => one.name === name) ?? body;
      page.dispatchEvent(Object.assign(new Event("keydown"), { key }));
    },
    /** The one of that name goes, and the focus with it. */
    goes(/** @type {string} */ name) {
      const gone = state.buttons.find((one) => one.name === name);
      state.buttons = state.buttons.filter((one) => one !== gone);
      if (gone) gone.isConnected = false;
      if (page.activeElement === gone) page.activeElement = body;
    },
    pass(/** @type {number} */ ms) {
      for (const end = state.now + ms; state.now < end; state.now += 50) {
        const draw = next;
        next = () => {};
        draw();
      }
      return page.activeElement.name;
    },
    make,
  };
}

test("what goes hands the focus to the next that is there, once the script rests and views have had their turn", () => {
  const view = tab(["one", "two", "three", "four"]);
  view.press("two");
  view.goes("two");
  view.state.buttons[1].disabled = true;
  assert.equal(view.pass(2000), "body", "the script still runs");
  view.state.rests = true;
  assert.equal(view.pass(100), "four");
  view.press("four", "l");
  view.goes("four");
  assert.equal(view.pass(400), "body", "a view may hand it on itself");
  assert.equal(view.pass(400), "one", "nothing comes after it but what takes no focus");
});

test("what is drawn anew has the focus again, and a page that says where it is now is followed and heard", () => {
  const view = tab(["earlier_0", "later_0", "earlier_1", "later_1"]);
  view.state.rests = true;
  view.press("later_0");
  view.goes("later_0");
  view.state.buttons.push(view.make("later_0"));
  assert.equal(view.pass(700), "later_0");
  view.state.mark = { outerHTML: "1", textContent: "Screen 1 is now screen 2.", getAttribute: () => "later_1" };
  assert.equal(view.pass(50), "later_1");
  view.press("earlier_0");
  assert.equal(view.pass(700), "earlier_0", "it was said before");
  assert.deepEqual(view.said, ["Screen 1 is now screen 2."]);
});

test("nothing is handed on after another key, a pointer or another page, nor of what is walked to by arrows and Tab", () => {
  const ends = [
    (/** @type {any} */ view) => view.page.dispatchEvent(new Event("pointerdown")),
    (/** @type {any} */ view) => view.page.dispatchEvent(Object.assign(new Event("keydown"), { key: "Tab" })),
    (/** @type {any} */ view) => Object.assign(view.page.location, { pathname: "/digits" }),
  ];
  for (const end of ends) {
    const view = tab(["one", "two"]);
    view.state.rests = true;
    view.press("one");
    view.goes("one");
    end(view);
    assert.equal(view.pass(2000), "body");
  }
  const view = tab(["one", "two"]);
  view.state.rests = true;
  view.press("one", "ArrowDown");
  view.goes("one");
  assert.equal(view.pass(2000), "body");
});

test("key L is told once the screen has changed, but by a live view itself, and not out of a text field", () => {
  const said = /** @type {string[]} */ ([]);
  let [shown, live, time] = [true, false, 0];
  let next = () => {};
  const page = /** @type {any} */ (Object.assign(new EventTarget(), { activeElement: { tagName: "BODY" } }));
  page.querySelector = (/** @type {string} */ selector) =>
    selector.includes("live-view") ? (live ? {} : null) : { checkVisibility: () => shown };
  page.defaultView = { requestAnimationFrame: (/** @type {() => void} */ draw) => (next = draw) };
  keepLecture(
    page,
    (words) => said.push(words),
    () => time,
  );
  const press = (/** @type {string} */ key) => page.dispatchEvent(Object.assign(new Event("keydown"), { key }));
  const turned = (/** @type {boolean} */ head) => {
    next();
    shown = head;
    next();
    next = () => {};
  };
  press("l");
  turned(false);
  press("L");
  turned(true);
  assert.deepEqual(said, ["Lecture mode on.", "Lecture mode off."]);
  live = true;
  press("l");
  turned(false);
  live = false;
  page.activeElement = { tagName: "TEXTAREA" };
  press("l");
  turned(true);
  page.activeElement = { tagName: "BODY" };
  press("l");
  time = 30_000;
  next();
  next = () => {};
  turned(false);
  assert.equal(said.length, 2, "what changes much later was no answer");
});
