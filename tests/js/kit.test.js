// @ts-check
/** What views share: mounting, controls, sliders, axes and colours. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { linearScale, logScale, ticksOf } from "../../ui/web/kit/axis.js";
import { choices, facts, wordTable } from "../../ui/web/kit/controls.js";
import { h, handOn, listen } from "../../ui/web/kit/dom.js";
import { keepFocus } from "../../ui/web/kit/focus.js";
import { mounted, socketAt } from "../../ui/web/kit/environment.js";
import { arrow, free } from "../../ui/web/kit/keys.js";
import { PALETTE } from "../../ui/web/kit/palette.js";
import { rangeInput } from "../../ui/web/kit/range_input.js";
import { dragged, Rest, REST } from "../../ui/web/kit/slider.js";
import { paintTheme, readTheme } from "../../ui/web/kit/theme.js";
import { voice } from "../../ui/web/kit/voice.js";
import { alive, surroundings } from "./page.js";

test("a view is made once for its place, told what is new, and ended once", () => {
  const told = /** @type {string[]} */ ([]);
  const show = mounted((/** @type {any} */ { name }) => ({
    update: (/** @type {any} */ next) => told.push(`${name} hears ${next.word}`),
    close: () => told.push(`${name} ends`),
  }));
  const parentElement = {};
  const end = show({ parentElement, name: "one", word: "a" });
  assert.equal(show({ parentElement, name: "two", word: "b" }), end);
  end();
  show({ parentElement, name: "three", word: "c" })();
  assert.deepEqual(told, ["one hears a", "one hears b", "one ends", "three hears c", "three ends"]);
});

test("a socket is on the server that the page came from, as safe as the page", () => {
  const at = (/** @type {string} */ origin) => socketAt(/** @type {any} */ ({ origin }), "/live/socket");
  assert.equal(at("http://host:8501"), "ws://host:8501/live/socket");
  assert.equal(at("https://host"), "wss://host/live/socket");
});

test("of several buttons one is pressed, and it is told which", () => {
  surroundings();
  const chosen = /** @type {string[]} */ ([]);
  const options = ["a", "b"].map((value) => ({ value, text: value.toUpperCase(), testid: value }));
  const spec = {
    label: "Letters",
    className: "x",
    options,
    onChoose: (/** @type {string} */ value) => chosen.push(value),
  };
  const { element, set } = choices({ ...spec, signal: new AbortController().signal });
  const pressed = () => ["a", "b"].map((id) => element.querySelector(id)?.getAttribute("aria-pressed"));
  set("a");
  assert.deepEqual(pressed(), ["true", "false"]);
  /** @type {any} */ (element.querySelector("b")).fire("click");
  assert.deepEqual([pressed(), chosen], [["false", "true"], ["b"]]);
});

test("a table of words names its columns, and heads each row with its first word", () => {
  surroundings();
  const { element, fill } = wordTable(["rate", "cost"], { className: "x", testid: "t", caption: "Rates" });
  fill([
    ["0.1", "2"],
    [["0.2", " again"], "3"],
  ]);
  assert.equal(element.textContent, "Ratesratecost0.120.2 again3");
  fill([]);
  assert.equal(element.textContent, "Ratesratecost");
});

test("a list of facts changes its words and keeps its places", () => {
  surroundings();
  const list = h("dl");
  facts(list, [
    ["epoch", "1"],
    ["cost", "2"],
  ]);
  const [first] = list.children;
  facts(list, [
    ["epoch", "2"],
    ["cost", "1"],
  ]);
  assert.equal(list.children[0], first);
  assert.equal(list.textContent, "epoch2cost1");
  facts(list, [["epoch", "3"]]);
  assert.equal(list.textContent, "epoch3");
});

test("what waits for a rest is done once, after the last move, or at once", () => {
  const { environment, pass } = surroundings();
  let done = 0;
  const rest = new Rest(environment, () => (done += 1));
  rest.begin();
  pass(REST / 2);
  rest.begin();
  pass(REST / 2);
  assert.deepEqual([done, rest.waiting], [0, true]);
  pass(REST);
  assert.deepEqual([done, rest.waiting], [1, false]);
  rest.begin();
  rest.end();
  pass(2 * REST);
  assert.equal(done, 2);
  rest.begin();
  rest.stop();
  pass(2 * REST);
  assert.equal(done, 2);
});

test("a pointer is followed from its main button down until it is let go, and not beyond the signal", () => {
  surroundings();
  const ending = new AbortController();
  const before = alive.listeners;
  const story = /** @type {(string | number)[]} */ ([]);
  const element = /** @type {any} */ (h("div"));
  const onStart = () => story.push("down");
  const onCancel = () => story.push("as it was");
  const heard = {
    onStart,
    onMove: (/** @type {number} */ x) => story.push(x),
    onEnd: () => story.push("up"),
    onCancel,
  };
  dragged(element, { signal: ending.signal, ...heard });
  element.fire("pointermove", { clientX: 1 });
  element.fire("pointerdown", { clientX: 2, button: 2, pointerId: 1 });
  element.fire("pointerdown", { clientX: 3, button: 0, pointerId: 1 });
  element.fire("pointermove", { clientX: 4 });
  element.fire("pointerup", { clientX: 4 });
  element.fire("pointerup", { clientX: 4 });
  element.fire("pointermove", { clientX: 5 });
  assert.deepEqual(story.splice(0), ["down", 3, 4, "up"]);
  element.fire("pointerdown", { clientX: 3, pointerId: 1 });
  element.fire("pointercancel", {});
  assert.deepEqual(story.splice(0), ["down", 3, "as it was"]);
  const finger = { pointerType: "touch", pointerId: 1 };
  element.fire("pointerdown", { clientX: 50, ...finger });
  element.fire("pointermove", { clientX: 52, ...finger });
  element.fire("pointercancel", finger);
  assert.deepEqual(story, [], "the page was scrolled");
  element.fire("pointerdown", { clientX: 50, ...finger });
  element.fire("pointermove", { clientX: 57, ...finger });
  element.fire("pointerup", { clientX: 60, ...finger });
  assert.deepEqual(story.splice(0), ["down", 57, "up"]);
  element.fire("pointerdown", { clientX: 50, ...finger });
  element.fire("pointerup", { clientX: 50, ...finger });
  assert.deepEqual(story, ["down", 50, "up"], "a tap");
  listen(element, { click: () => story.push("click") }, ending.signal);
  ending.abort();
  element.fire("click");
  assert.deepEqual([story.length, alive.listeners], [3, before]);
});

test("a slider hears a finger once that has shown its direction, and is where it was when the page was scrolled", () => {
  surroundings();
  const input = /** @type {any} */ (
    rangeInput({ label: "rate", testid: "rate", signal: new AbortController().signal })
  );
  input.value = "5";
  const story = /** @type {string[]} */ ([]);
  for (const type of ["input", "change"]) input.addEventListener(type, () => story.push(`${type} ${input.value}`));
  const told = () => story.splice(0);
  const moves = (/** @type {string} */ value) => {
    input.value = value; // as a browser does, and says so
    input.fire("input");
  };
  const finger = { pointerType: "touch", clientX: 50 };
  input.fire("pointerdown", finger);
  moves("9");
  input.fire("pointercancel", finger);
  input.fire("change");
  assert.deepEqual([told(), input.value], [[], "5"], "the page was scrolled");
  input.fire("pointerdown", finger);
  input.value = "6";
  input.fire("pointercancel", finger);
  assert.deepEqual([told(), input.value], [[], "6"], "the run went on meanwhile");
  input.value = "5";
  input.fire("pointerdown", finger);
  moves("9");
  assert.deepEqual([told(), input.value], [[], "5"]);
  input.fire("pointerup", finger);
  input.fire("change");
  assert.deepEqual(told(), ["input 9", "change 9"], "a tap, told once");
  input.fire("pointerdown", finger);
  moves("8");
  input.fire("pointermove", { ...finger, clientX: 57 });
  moves("7");
  input.fire("pointerup", finger);
  input.fire("change");
  assert.deepEqual(told(), ["input 7", "change 7"], "drawn aside");
  input.fire("pointerdown", { pointerType: "mouse", clientX: 50 });
  moves("6");
  input.fire("pointercancel");
  assert.deepEqual(told(), ["input 6", "input 7", "change 7"], "a call came in");
  input.fire("keydown", { key: "ArrowRight" });
  moves("8");
  input.fire("change");
  assert.deepEqual(told(), ["input 8", "change 8"]);
});

test("an axis always has numbers to read it by: decades, and round values where there are too few", () => {
  const words = (/** @type {any} */ scale, /** @type {number} */ most) => ticksOf(scale, most).map(([, word]) => word);
  assert.deepEqual(words(logScale(1e-4, 1, 0, 100), 5), ["1e-4", "0.001", "0.01", "0.1", "1"]);
  assert.deepEqual(words(logScale(0.26, 0.98, 0, 100), 4), ["0.4", "0.6", "0.8"]);
  assert.deepEqual(words(linearScale(-1, 1, 0, 100), 4), ["−1", "−0.5", "0", "0.5", "1"]);
});

test("arrows point as they are drawn, and no key is taken from a text box or a combination", () => {
  assert.deepEqual(
    ["ArrowUp", "ArrowRight", "x", "constructor"].map((key) => arrow({ key })),
    [[0, -1], [1, 0], undefined, undefined],
  );
  const body = { tagName: "BODY", role: null };
  assert.equal(free({ key: "s" }, body), true);
  assert.equal(free({ key: "s", ctrlKey: true }, body), false);
  assert.equal(free({ key: "s" }, { tagName: "INPUT", type: "text", role: null }), false);
});

test("a theme is the palette of its ground, and what is painted is what it says", () => {
  surroundings();
  for (const [name, ground] of /** @type {const} */ ([
    ["light", "#ffffff"],
    ["dark", "#14171b"],
  ])) {
    const theme = readTheme((variable) => (variable === "--st-background-color" ? ground : ""));
    const { train, val, pins, grid } = PALETTE[name];
    assert.deepEqual(
      [theme.train, theme.val, theme.pins, theme.grid, theme.dark],
      [train, val, pins, grid, name === "dark"],
    );
    const element = h("div");
    paintTheme(element, theme);
    assert.equal(/** @type {any} */ (element.style).properties["--nn-negative"], PALETTE[name].negative);
  }
});

test("a voice adds what is new to what was said, says nothing twice, and waits for a hand that moves", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  surroundings();
  const { element, announce, announceAtRest, forget } = voice();
  const said = () => [...element.children].map((/** @type {any} */ one) => one.textContent);
  for (const words of ["one", "one", "", "two"]) announce(words);
  assert.deepEqual(said(), ["one", "two"]);
  for (const words of ["0.1", "0.2", "0.3"]) {
    announceAtRest(words);
    t.mock.timers.tick(300);
  }
  assert.deepEqual(said(), ["one", "two"]);
  t.mock.timers.tick(300);
  announceAtRest("on the way");
  announce("there");
  t.mock.timers.tick(600);
  assert.deepEqual(said(), ["two", "0.3", "there"]);
  forget();
  announce("there");
  assert.deepEqual(said(), ["0.3", "there", "there"], "of another run the same is news");
});

test("of a verdict that grows, what was said of it already is not said again", () => {
  surroundings();
  const { element, announce } = voice();
  const verdict = "Epoch 52: the cost overflowed.";
  for (const words of [verdict, `${verdict} eta = 3 was not tried.`, verdict, `${verdict} eta = 0.1 learns.`])
    announce(words);
  announce("Epoch 7: the cost overflowed. eta = 0.1 learns.");
  assert.deepEqual(
    [...element.children].map((/** @type {any} */ one) => one.textContent),
    ["eta = 3 was not tried.", "eta = 0.1 learns.", "Epoch 7: the cost overflowed. eta = 0.1 learns."],
  );
});

test("what had the focus has it again once it is built anew, and hands it on where it goes or rests", () => {
  const page = /** @type {any} */ ({ body: { name: "body" } });
  /** @param {string} name @param {any} parent */
  const element = (name, parent, shown = true) => {
    const made = /** @type {any} */ ({
      name,
      dataset: { testid: name },
      tagName: "BUTTON",
      parentElement: parent,
      disabled: false,
    });
    made.checkVisibility = () => shown;
    made.focus = () => {
      if (shown) page.activeElement = made;
    };
    return made;
  };
  /** @type {Record<string, any[]>} what is found in the root */ let there = {};
  const root = element("root", null);
  /** @type {(one: any) => boolean} */
  const within = (one) => one === root || Boolean(one.parentElement && within(one.parentElement));
  const find = (/** @type {string} */ selector) => there[selector.replaceAll(/\[data-testid="(\w+)"\]/g, "$1")];
  Object.assign(root, {
    ownerDocument: page,
    contains: within,
    querySelectorAll: (/** @type {string} */ s) => find(s) ?? [],
  });
  const [panel, plus] = [element("panel", root), element("plus", element("panel", root))];
  /** @param {any} used @param {Record<string, any[]>} before @param {Record<string, any[]>} after */
  const built = (used, before, after, gone = true) => {
    [there, page.activeElement] = [before, used];
    return keepFocus(root, () => {
      there = after;
      if (gone) page.activeElement = page.body;
    });
  };
  built(plus, { plus: [plus] }, {}, false);
  assert.equal(page.activeElement.name, "plus", "it has kept it");
  const [a, b] = [element("plus", panel), element("plus", panel)];
  built(plus, { plus: [plus] }, { plus: [a, b] });
  assert.equal(page.activeElement, b, "of two side by side, that of the controls");
  built(a, { plus: [a, b] }, { plus: [a, b].map((one) => (one === a ? plus : b)) });
  assert.equal(page.activeElement, plus, "as many as before: the one at its place");

  const near = element("near", panel);
  const later = built(plus, { plus: [plus] }, { 'panel :is(button, input, select, a[href], [tabindex="0"])': [near] });
  assert.equal(page.activeElement, near, "its like is drawn later");
  assert.equal(later?.(), false);
  there = { plus: [b] };
  assert.equal(later?.(), true);
  assert.equal(page.activeElement, b);
  const moved = built(plus, { plus: [plus] }, { plus: [element("plus", panel, false)] });
  page.activeElement = element("elsewhere", null);
  assert.equal(moved?.(), true, "the hand has gone on");
  assert.equal(page.activeElement.name, "elsewhere");
  built(page.activeElement, {}, {});
  assert.equal(page.activeElement, page.body, "what stands elsewhere is let be");

  handOn(null, near);
  handOn(element("there", root), near);
  assert.equal(page.activeElement, page.body);
  handOn(element("gone", root, false), near);
  assert.equal(page.activeElement, near);
  page.activeElement = page.body;
  handOn({ ...element("rests", root), disabled: true }, near);
  assert.equal(page.activeElement, near);
});
