// @ts-check
/** The picture of the screen: how its title is set and how it closes up where only keys stood. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { escaped } from "../../ui/web/frame/drawing.js";
import { closed, wrapped } from "../../ui/web/frame/picture.js";

const piece = (/** @type {number} */ top, /** @type {number} */ height) => ({
  left: 0,
  top,
  width: 10,
  height,
  markup: "x",
});

test("a title breaks between words, and a word longer than a line stays whole", () => {
  assert.deepEqual(wrapped("XOR 2-4-1 tanh, Adam", 10), ["XOR 2-4-1", "tanh, Adam"]);
  assert.deepEqual(wrapped("unbreakable is long", 5), ["unbreakable", "is", "long"]);
});

test("what stands below a gap moves up to a short distance, what stands beside each other moves together", () => {
  const moved = closed([piece(0, 100), piece(300, 50), piece(320, 10), piece(355, 10)]);
  assert.deepEqual(
    moved.map(({ top }) => top),
    [0, 114, 134, 169],
  );
  assert.equal(moved[0].markup, "x");
  assert.equal(moved[1].markup, '<g transform="translate(0 -186)">x</g>');
});

test("words of a table of one's own are never markup", () => {
  assert.equal(escaped('<b a="1">&'), "&lt;b a=&quot;1&quot;&gt;&amp;");
});
