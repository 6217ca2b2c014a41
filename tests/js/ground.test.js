// @ts-check
/** What a script has drawn for the theme it ran in. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { keepGround } from "../../ui/web/frame/ground.js";

test("a script runs again where the theme is another than it drew for, and only there", () => {
  const page = /** @type {any} */ (new EventTarget());
  const worn = /** @type {Record<string, string>} */ ({
    "--nn-drawn-on": "#ffffff",
    "background-color": "rgb(20, 23, 27)",
  });
  page.body = new EventTarget();
  page.head = { append: () => undefined };
  page.createElement = () => ({});
  page.documentElement = {};
  page.defaultView = { getComputedStyle: () => ({ getPropertyValue: (/** @type {string} */ name) => worn[name] }) };
  const pressed = /** @type {string[]} */ ([]);
  for (const kind of ["keydown", "keyup"])
    page.addEventListener(kind, (/** @type {any} */ { key }) => pressed.push(`${kind} ${key}`));
  const dressed = (propertyName = "background-color") =>
    page.body.dispatchEvent(Object.assign(new Event("transitionend"), { propertyName }));
  class Key extends Event {
    constructor(/** @type {string} */ kind, /** @type {{key: string}} */ { key }) {
      super(kind);
      this.key = key;
    }
  }
  Object.assign(globalThis, { KeyboardEvent: Key });
  keepGround(page);
  dressed("color");
  assert.deepEqual(pressed, []);
  dressed();
  assert.deepEqual(pressed, ["keydown r", "keyup r"]);
  worn["--nn-drawn-on"] = "#14171b";
  dressed();
  worn["--nn-drawn-on"] = ""; // no script has drawn anything yet
  worn["background-color"] = "rgb(255, 255, 255)";
  dressed();
  assert.equal(pressed.length, 2);
});
