// @ts-check
/** The side bar begins closed in a narrow window, and what somebody chose stays. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { keepSideBar } from "../../ui/web/frame/sidebar.js";

const NOTE = "stSidebarCollapsed-";

/** A window whose note Streamlit reads; `resize` gives it another width. */
function tab(/** @type {number} */ width) {
  const kept = /** @type {Map<string, string>} */ (new Map());
  const store = /** @type {any} */ ({
    getItem: (/** @type {string} */ name) => kept.get(name) ?? null,
    setItem: (/** @type {string} */ name, /** @type {string} */ value) => kept.set(name, value),
    removeItem: (/** @type {string} */ name) => kept.delete(name),
  });
  const page = Object.assign(new EventTarget(), { innerWidth: width });
  keepSideBar(/** @type {any} */ (page), store);
  const resize = (/** @type {number} */ next) => {
    page.innerWidth = next;
    page.dispatchEvent(new Event("resize"));
  };
  return { kept, resize };
}

test("under 900 pixels the side bar is closed; in a wider window Streamlit decides again", () => {
  const { kept, resize } = tab(1280);
  assert.equal(kept.size, 0);
  resize(899);
  assert.equal(kept.get(NOTE), "true");
  resize(900);
  assert.equal(kept.size, 0);
});

test("a side bar that somebody opened stays open at every width", () => {
  const { kept, resize } = tab(820);
  kept.set(NOTE, "false"); // as Streamlit writes it
  resize(800);
  assert.equal(kept.get(NOTE), "false");
  resize(1280);
  resize(820);
  assert.deepEqual([...kept], [[NOTE, "false"]]);
});

test("the button that opens the side bar hands the focus to the one that closes it, but for a mouse", () => {
  const used = /** @type {any} */ ({ closest: (/** @type {string} */ one) => (one.includes("Expand") ? used : null) });
  const requestAnimationFrame = (/** @type {() => void} */ draw) => draw();
  const document = { activeElement: null, querySelector: () => other, defaultView: { requestAnimationFrame } };
  const other = {
    focus: () => {
      document.activeElement = /** @type {any} */ (other);
    },
  };
  const page = Object.assign(new EventTarget(), { innerWidth: 1280, document });
  keepSideBar(/** @type {any} */ (page), /** @type {any} */ ({ getItem: () => null }));
  const press = (/** @type {number} */ detail) => {
    const event = Object.assign(new Event("click"), { detail });
    page.dispatchEvent(Object.defineProperty(event, "target", { value: used }));
    return document.activeElement;
  };
  assert.equal(press(1), null);
  assert.equal(press(0), other);
});
