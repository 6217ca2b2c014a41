// @ts-check
/** A picture of a run that was not made in time. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { keepCards } from "../../ui/web/frame/cards.js";

test("a picture of a run that did not come is asked for again while it is on the page, and no other image", () => {
  const asked = /** @type {string[]} */ ([]);
  const waiting = /** @type {(() => void)[]} */ ([]);
  const page = /** @type {any} */ (new EventTarget());
  keepCards(page, (run) => waiting.push(run));
  const fails = (/** @type {string} */ source, card = true, isConnected = true) => {
    const event = new Event("error");
    const getAttribute = () => source;
    const setAttribute = (/** @type {string} */ _name, /** @type {string} */ value) => asked.push(value);
    Object.defineProperty(event, "target", { value: { matches: () => card, isConnected, getAttribute, setAttribute } });
    page.dispatchEvent(event);
  };
  fails("one.svg");
  fails("photo.png", false);
  fails("left.svg", true, false);
  assert.equal(waiting.length, 2);
  assert.deepEqual(asked, []);
  for (const run of waiting) run();
  assert.deepEqual(asked, ["one.svg"]);
});
