// @ts-check
/** What belongs to the whole tab: the history that Back and Forward visit, and settings behind a `#`. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { keepHistory } from "../../ui/web/frame/history.js";
import { addressOf } from "../../ui/web/frame/setting.js";

/** A tab of which only the history is there; `run` and `end` are what Streamlit says of its scripts. */
function tab(/** @type {string} */ address) {
  const entries = [new URL(address, "http://host")];
  const location = () => entries[entries.length - 1];
  /** @type {(changes: object[]) => void} */ let tell = () => undefined;
  let state = "notRunning";
  /** Tell of several changes at once, as a browser does that was busy meanwhile. */
  const say = (/** @type {string[]} */ ...states) => {
    const changes = states.map((next) => {
      const change = { oldValue: state, target: { getAttribute: () => states[states.length - 1] } };
      state = next;
      return change;
    });
    tell(changes);
  };
  const page = /** @type {any} */ ({
    document: {},
    get location() {
      return location();
    },
    history: {
      pushState: (/** @type {any} */ _s, /** @type {string} */ _u, /** @type {string} */ url) =>
        entries.push(new URL(url, location())),
      replaceState: (/** @type {any} */ _s, /** @type {string} */ _u, /** @type {string} */ url) =>
        (entries[entries.length - 1] = new URL(url, location())),
    },
    MutationObserver: class {
      constructor(/** @type {typeof tell} */ listener) {
        tell = listener;
      }
      observe() {}
    },
  });
  keepHistory(page);
  const paths = () => entries.map(({ pathname, search }) => pathname + search);
  const write = (/** @type {string} */ url) => page.history.pushState({}, "", url);
  return {
    write,
    paths,
    run: () => say("running"),
    end: () => say("notRunning"),
    again: () => say("notRunning", "running"),
  };
}

test("a page's first address replaces the one that led to it, whatever somebody chooses is added", () => {
  const { write, paths, run, end } = tab("/logic_gates");
  run();
  write("/logic_gates?data=XOR");
  end();
  run();
  write("/logic_gates?data=NAND");
  end();
  assert.deepEqual(paths(), ["/logic_gates?data=XOR", "/logic_gates?data=NAND"]);
});

test("a choice of somebody who is quicker than the telling is added all the same", () => {
  const { write, paths, run, again, end } = tab("/logic_gates");
  run();
  write("/logic_gates?data=XOR");
  again();
  write("/logic_gates?data=NAND");
  end();
  assert.deepEqual(paths(), ["/logic_gates?data=XOR", "/logic_gates?data=NAND"]);
});

for (const early of [false, true]) {
  test(`a page that is gone to is one entry${early ? ", though its parameters come before its path" : ""}`, () => {
    const { write, paths, run, end } = tab("/logic_gates?data=NAND");
    run();
    end();
    run();
    write(early ? "/logic_gates?data=digits" : "/digits");
    write("/digits?data=digits");
    end();
    run();
    write("/digits?data=digits&eta=1");
    end();
    assert.deepEqual(paths(), ["/logic_gates?data=NAND", "/digits?data=digits", "/digits?data=digits&eta=1"]);
  });
}

test("a choice that is still being written when somebody goes elsewhere stays an entry", () => {
  const { write, paths, run, end } = tab("/logic_gates?data=NAND");
  run();
  end();
  run();
  write("/logic_gates?data=OR");
  write("/digits");
  write("/digits?data=digits");
  end();
  assert.deepEqual(paths(), ["/logic_gates?data=NAND", "/logic_gates?data=OR", "/digits?data=digits"]);
});

test("a setting of TensorFlow Playground behind any address is a parameter of the page that reads it", () => {
  const hash = "#activation=relu&networkShape=3,2";
  const wanted = "patterns?tfp=activation%3Drelu%26networkShape%3D3%2C2";
  assert.equal(addressOf({ pathname: "/", hash }), `/${wanted}`);
  assert.equal(addressOf({ pathname: "/nn/digits", hash }), `/nn/${wanted}`);
  for (const other of ["", "#", "#section", "#a-b"]) assert.equal(addressOf({ pathname: "/", hash: other }), null);
});
