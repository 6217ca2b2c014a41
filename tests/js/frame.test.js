// @ts-check
/** What belongs to the whole tab: the history that Back and Forward visit, and settings behind a `#`. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { keepHistory } from "../../ui/web/frame/history.js";
import { addressOf } from "../../ui/web/frame/setting.js";

/** A tab of which only the history is there; `touch` is what somebody does in it. */
function tab(/** @type {string} */ address) {
  const entries = [new URL(address, "http://host")];
  const location = () => entries[entries.length - 1];
  /** @type {Record<string, () => void>} */ const listeners = {};
  const seen = { drawn: false, loads: 0 };
  const page = /** @type {any} */ ({
    get location() {
      return Object.assign(location(), { reload: () => (seen.loads += 1) });
    },
    document: { querySelector: () => (seen.drawn ? {} : null) },
    history: {
      pushState: (/** @type {any} */ _s, /** @type {string} */ _u, /** @type {string} */ url) =>
        entries.push(new URL(url, location())),
      replaceState: (/** @type {any} */ _s, /** @type {string} */ _u, /** @type {string} */ url) =>
        (entries[entries.length - 1] = new URL(url, location())),
    },
    addEventListener: (/** @type {string} */ kind, /** @type {() => void} */ listener) => (listeners[kind] = listener),
  });
  keepHistory(page);
  const paths = () => entries.map(({ pathname, search }) => pathname + search);
  const write = (/** @type {string} */ url) => page.history.pushState({}, "", url);
  return { write, paths, seen, touch: () => listeners.keydown(), goneBack: () => listeners.popstate() };
}

test("a page's first address replaces the one that led to it, whatever somebody chooses is added", () => {
  const { write, paths, touch } = tab("/logic_gates");
  write("/logic_gates?data=XOR");
  touch();
  write("/logic_gates?data=NAND");
  assert.deepEqual(paths(), ["/logic_gates?data=XOR", "/logic_gates?data=NAND"]);
});

test("what a page writes by itself, untouched, adds nothing to the history", () => {
  const { write, paths } = tab("/patterns?tfp=x");
  write("/patterns");
  write("/patterns?data=spiral");
  assert.deepEqual(paths(), ["/patterns?data=spiral"]);
});

for (const early of [false, true]) {
  test(`a page that is gone to is one entry${early ? ", though its parameters come before its path" : ""}`, () => {
    const { write, paths, touch } = tab("/logic_gates?data=NAND");
    touch();
    write(early ? "/logic_gates?data=digits" : "/digits");
    write("/digits?data=digits");
    touch();
    write("/digits?data=digits&eta=1");
    assert.deepEqual(paths(), ["/logic_gates?data=NAND", "/digits?data=digits", "/digits?data=digits&eta=1"]);
  });
}

test("a choice that is still being written when somebody goes elsewhere stays an entry", () => {
  const { write, paths, touch } = tab("/logic_gates?data=NAND");
  touch();
  write("/logic_gates?data=OR");
  touch();
  write("/digits");
  write("/digits?data=digits");
  assert.deepEqual(paths(), ["/logic_gates?data=NAND", "/logic_gates?data=OR", "/digits?data=digits"]);
});

test("Back before anything is drawn loads the address that it leads to, and later leaves it to Streamlit", () => {
  const { seen, goneBack } = tab("/logic_gates?data=NAND");
  goneBack();
  assert.equal(seen.loads, 1);
  seen.drawn = true;
  goneBack();
  assert.equal(seen.loads, 1);
});

test("a setting of TensorFlow Playground behind any address is a parameter of the page that reads it", () => {
  const hash = "#activation=relu&networkShape=3,2";
  const wanted = "patterns?tfp=activation%3Drelu%26networkShape%3D3%2C2";
  assert.equal(addressOf({ pathname: "/", hash }), `/${wanted}`);
  assert.equal(addressOf({ pathname: "/nn/digits", hash }), `/nn/${wanted}`);
  for (const other of ["", "#", "#section", "#a-b"]) assert.equal(addressOf({ pathname: "/", hash: other }), null);
});
