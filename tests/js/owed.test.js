// @ts-check
/** What was chosen a moment before a tab is reloaded opens with it. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { keepOwed } from "../../ui/web/frame/owed.js";
import { Owed } from "../../ui/web/live/owed.js";
import { Element } from "./page.js";

/** A tab that keeps its notes from one document to the next. */
function tab() {
  const kept = /** @type {Map<string, string>} */ (new Map());
  const store = /** @type {any} */ ({
    getItem: (/** @type {string} */ name) => kept.get(name) ?? null,
    setItem: (/** @type {string} */ name, /** @type {string} */ value) => kept.set(name, value),
    removeItem: (/** @type {string} */ name) => kept.delete(name),
  });
  const open = (/** @type {string} */ address, /** @type {string | null} */ owed = null) => {
    let location = new URL(address);
    const history = {
      state: null,
      replaceState: (/** @type {any} */ _state, /** @type {string} */ _unused, /** @type {string} */ url) =>
        (location = new URL(url)),
    };
    const view = Object.assign(new EventTarget(), { history });
    const querySelector = () => owed && { getAttribute: () => owed };
    keepOwed(/** @type {any} */ ({ location, querySelector, defaultView: view }), store);
    return { view, href: () => location.href };
  };
  return { kept, open };
}

const ADDRESS = "http://host/gates?data=XOR&eta=0.1";

test("an address that is opened again has what its page owed it, once", () => {
  const { open } = tab();
  open(ADDRESS, "eta=0.3&b.lam=0.01").view.dispatchEvent(new Event("pagehide"));
  assert.equal(open(ADDRESS).href(), "http://host/gates?data=XOR&eta=0.3&b.lam=0.01");
  assert.equal(open(ADDRESS).href(), ADDRESS);
});

test("another address, a page that owes nothing and one that holds nothing in its address stay as they are", () => {
  const { open, kept } = tab();
  open(ADDRESS).view.dispatchEvent(new Event("pagehide"));
  open("http://host/", "eta=0.3").view.dispatchEvent(new Event("pagehide"));
  assert.equal(kept.size, 0);
  open(ADDRESS, "eta=0.3").view.dispatchEvent(new Event("pagehide"));
  assert.equal(open("http://host/digits?data=digits").href(), "http://host/digits?data=digits");
});

test("a page that comes back whole has nothing to catch up with", () => {
  const { open, kept } = tab();
  const page = open(ADDRESS, "eta=0.3");
  page.view.dispatchEvent(new Event("pagehide"));
  page.view.dispatchEvent(Object.assign(new Event("pageshow"), { persisted: true }));
  assert.equal(kept.size, 0);
});

/** What a live view owes. @param {boolean} [split] */
function view(split = false) {
  const root = /** @type {any} */ (new Element("div"));
  const given = /** @type {any} */ ({ eta: 0.1, lam: 0, course: "more=0" });
  const context = { data: given };
  const waiting = /** @type {Set<string>} */ (new Set());
  const teller = { waits: (/** @type {string} */ name) => waiting.has(name) };
  const owed = new Owed({ split, elements: { root }, context, teller });
  const answer = (/** @type {any} */ more) => {
    const before = context.data;
    context.data = { ...before, ...more };
    owed.update(context.data, before);
  };
  return { owed, answer, waiting, told: () => root.getAttribute("data-owed") };
}

test("a view owes what is chosen until the script has taken it over or set it otherwise", () => {
  const { owed, answer, waiting, told } = view();
  owed.choice("eta", 0.2);
  waiting.add("eta");
  owed.choice("eta", 0.3);
  answer({ eta: 0.2 }); // the later one has still to be told
  assert.equal(told(), "eta=0.3");
  waiting.clear();
  owed.choice("lam", 0.01);
  assert.equal(told(), "eta=0.3&lam=0.01");
  answer({}); // a script run that had begun before
  assert.equal(told(), "eta=0.3&lam=0.01");
  answer({ eta: 0.3 });
  assert.equal(told(), "lam=0.01");
  answer({ lam: 1 });
  assert.equal(told(), null);
});

test("so it does with the epochs that were added, and with what is chosen for B", () => {
  const { owed, answer, told } = view(true);
  owed.course("more=20");
  owed.choice("eta", 0.3);
  assert.equal(told(), "more=20&b.eta=0.3");
  answer({ course: "more=20" });
  assert.equal(told(), "b.eta=0.3");
});
