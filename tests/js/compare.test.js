// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";

import show from "../../ui/compare_view/compare.js";
import { SHAPES, symbol } from "../../ui/compare_view/symbols.js";
import { alive, Element, world } from "./page.js";

/** A place to mount in, and the globals that a browser has. */
function place() {
  const { outside } = world();
  Object.assign(globalThis, { ResizeObserver: outside.ResizeObserver, getComputedStyle: () => ({ getPropertyValue: () => "" }) });
  return /** @type {any} */ (new Element("div"));
}

const CURVE = { name: "nncore", colour: "#0072b2", x: [0, 1, 2], y: [1, 0.5, 0.25], dash: "", shape: "", marks: [] };
const OTHER = { ...CURVE, name: "PyTorch", y: [1, null, 0.25], dash: "8 5", shape: "circle", marks: [0, 1, 2] };

/** @param {any[]} curves */
const data = (curves) => ({ base: "/", curves, x: [0, 2], y: [0.1, 1], log: true, height: 300, label: "Two curves." });

test("a second call draws into the same element, and the end takes everything away, twice", () => {
  const parentElement = place();
  const before = alive.observers;
  const end = show({ data: /** @type {any} */ (data([CURVE])), parentElement });
  assert.equal(alive.observers, before + 1);
  const host = parentElement.children[0];
  assert.equal(show({ data: /** @type {any} */ (data([CURVE, OTHER])), parentElement }), end);
  assert.equal(parentElement.children.length, 1);
  assert.equal(parentElement.children[0], host);
  assert.equal(host.getAttribute("data-curves"), "2");
  end();
  assert.equal(alive.observers, before);
  assert.equal(parentElement.children.length, 0);
  const again = show({ data: /** @type {any} */ (data([CURVE])), parentElement });
  assert.notEqual(parentElement.children[0], host);
  again();
  assert.equal(alive.observers, before);
});

test("every library's symbol has an outline of its own", () => {
  place();
  const outlines = SHAPES.map((shape) => symbol(shape, { x: 1, y: 2, colour: "red" }).getAttribute("d"));
  assert.equal(new Set(outlines).size, SHAPES.length);
});
