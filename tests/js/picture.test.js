// @ts-check
/** The picture of the screen: how its title is set and how it closes up where only keys stood. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { escaped } from "../../ui/web/frame/drawing.js";
import { gradient } from "../../ui/web/frame/gradient.js";
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

test("dashes that a style sheet paints repeat in the drawing, and a scale of colours has its ends at those of its box", () => {
  const box = { left: 20, top: 5, width: 30, height: 4 };
  const dashes =
    "repeating-linear-gradient(90deg, rgb(1, 2, 3) 0px, rgb(1, 2, 3) 6px, rgba(0, 0, 0, 0) 6px, rgba(0, 0, 0, 0) 10px)";
  const told = gradient(dashes, box);
  assert.match(told?.markup ?? "", /x1="20" x2="30" spreadMethod="repeat"/);
  assert.deepEqual(
    [...(told?.markup ?? "").matchAll(/offset="([^"]+)"/g)].map(([, at]) => at),
    ["0", "0.6", "0.6", "1"],
  );
  const scale = gradient("linear-gradient(to right, rgb(0, 0, 0), rgb(9, 9, 9))", box);
  assert.match(scale?.markup ?? "", /x1="20" x2="50" spreadMethod="pad"><stop offset="0" .*<stop offset="1"/);
  assert.equal(gradient('url("x.png")', box), null);
});
