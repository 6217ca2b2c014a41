// @ts-check
/** Tab leads from a popover's button into what it holds, and back. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { keepPopover } from "../../ui/web/frame/popover.js";

test("Tab leads into an open popover and back to its button, and is the browser's everywhere else", () => {
  const reached = /** @type {string[]} */ ([]);
  const make = (/** @type {string} */ name, more = {}) => ({
    checkVisibility: () => true,
    matches: () => false,
    closest: () => null,
    focus: () => reached.push(name),
    ...more,
  });
  const [hidden, first, last] = [make("hidden", { checkVisibility: () => false }), make("first"), make("last")];
  const button = make("button", { closest: () => true });
  const body = { querySelectorAll: () => [hidden, first, last] };
  const page = /** @type {any} */ (
    Object.assign(new EventTarget(), { querySelector: () => /** @type {any} */ (null) })
  );
  keepPopover(page);
  const tab = (/** @type {any} */ target, shiftKey = false, key = "Tab") => {
    const event = new Event("keydown", { cancelable: true });
    Object.defineProperty(event, "target", { value: target });
    page.dispatchEvent(Object.assign(event, { key, shiftKey }));
    return event.defaultPrevented;
  };
  assert.equal(tab(button), false, "it is closed");
  page.querySelector = () => body;
  assert.deepEqual([tab(button, false, "Enter"), tab(first, true)], [false, false]);
  assert.deepEqual(
    [tab(button), tab(first), tab(last), tab(last, true), tab(first, true)],
    [true, false, false, false, true],
  );
  assert.deepEqual(reached, ["first", "button"]);
});
