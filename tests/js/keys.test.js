// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";

import { keyAction, KEYS, SPEED_KEYS } from "../../ui/web/live/keys.js";

const BODY = { tagName: "BODY", role: null };

test("each key does what its button says, in either case", () => {
  for (const [name, { key }] of Object.entries(KEYS)) {
    assert.deepEqual(keyAction({ key }, BODY), { name });
    assert.deepEqual(keyAction({ key: key.toUpperCase() }, BODY), { name });
  }
  for (const [key, value] of Object.entries(SPEED_KEYS))
    assert.deepEqual(keyAction({ key }, BODY), { name: "speed", value });
});

test("no two actions share a key, and none takes the two that Streamlit keeps", () => {
  const keys = [...Object.values(KEYS).map((entry) => entry.key), ...Object.keys(SPEED_KEYS)];
  assert.equal(new Set(keys).size, keys.length);
  assert.ok(!keys.includes("c") && !keys.includes("r"));
});

test("nothing is taken from where one writes or chooses", () => {
  const places = [
    { tagName: "INPUT", type: "text", role: null },
    { tagName: "INPUT", type: "number", role: null },
    { tagName: "INPUT", role: null },
    { tagName: "TEXTAREA", role: null },
    { tagName: "SELECT", role: null },
    { tagName: "DIV", role: "textbox" },
    { tagName: "DIV", role: "combobox" },
    { tagName: "DIV", isContentEditable: true, role: null },
    { tagName: "DIV", role: "grid" },
  ];
  for (const place of places)
    for (const key of [" ", "s", "1"]) assert.equal(keyAction({ key }, place), null, JSON.stringify(place));
});

test("a map, a pad or a table of ours passes on what it has not taken itself", () => {
  const pad = { tagName: "CANVAS", role: "application" };
  assert.deepEqual(keyAction({ key: "t" }, pad), { name: "split" });
  assert.equal(keyAction({ key: " ", defaultPrevented: true }, pad), null, "the pad has lowered its pen");
});

test("a slider passes letters and Space on", () => {
  assert.deepEqual(keyAction({ key: " " }, { tagName: "INPUT", type: "range", role: null }), { name: "play" });
  assert.deepEqual(keyAction({ key: "s" }, { tagName: "INPUT", type: "range", role: null }), { name: "step" });
});

test("Space operates the button or box that has the focus; letters still act", () => {
  for (const place of [
    { tagName: "BUTTON", role: null },
    { tagName: "DIV", role: "switch" },
    { tagName: "INPUT", type: "checkbox", role: null },
  ]) {
    assert.equal(keyAction({ key: " " }, place), null);
    assert.deepEqual(keyAction({ key: "p" }, place), { name: "pin" });
  }
});

test("Space plays also where the link has the focus that led to the page: it operates no link", () => {
  for (const place of [
    { tagName: "A", role: null },
    { tagName: "A", role: "link" },
  ])
    assert.deepEqual(keyAction({ key: " " }, place), { name: "play" });
});

test("combinations, held keys and what someone else has handled are left alone", () => {
  for (const more of [
    { ctrlKey: true },
    { metaKey: true },
    { altKey: true },
    { repeat: true },
    { defaultPrevented: true },
  ])
    assert.equal(keyAction({ key: "s", ...more }, BODY), null);
  assert.equal(keyAction({ key: "q" }, BODY), null);
  assert.equal(keyAction({ key: "Shift" }, BODY), null);
  assert.equal(keyAction({ key: "constructor" }, BODY), null);
});
