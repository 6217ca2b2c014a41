// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";

import { StripHost } from "../../ui/web/live/strip_host.js";
import { readTheme } from "../../ui/web/kit/theme.js";
import { HEIGHT, PATIENCE, SmallStrip } from "../../ui/web/panels/small_strip.js";
import { alive, Element, surroundings } from "./page.js";
import { message } from "./strip.test.js";

const THEME = readTheme(() => "");
const SLIDER = { thumb: 12, place: (/** @type {number} */ eta) => (Math.log10(eta) + 5) / 7 };

function open() {
  const place = surroundings();
  const host = new Element("div");
  const strip = new SmallStrip(/** @type {any} */ (host), "ws://host/live/socket", place.environment, SLIDER);
  strip.update("one", THEME);
  const socket = place.sockets[0];
  socket.onopen({});
  return { ...place, host, strip, socket, box: host.querySelector("small-strip") };
}

/** @param {any} node @returns {any[]} all elements below a node */
const below = (node) =>
  node.children.flatMap((/** @type {any} */ child) => (child instanceof Element ? [child, ...below(child)] : []));

test("the sweep is asked for after the view's own run, slice by slice, and only while there is work", () => {
  const { socket, pass, strip } = open();
  const asked = () => socket.sent.filter((/** @type {any} */ said) => said.op === "n").length;
  socket.hear({ t: "job", job: 1, meta: { main: "main" } });
  pass(PATIENCE / 2);
  assert.equal(asked(), 0);
  socket.hear({ t: "tick", job: 1, state: "working", done: 0 });
  assert.equal(asked(), 0);
  pass(PATIENCE);
  assert.equal(asked(), 1);
  socket.hear({ t: "tick", job: 1, state: "working", done: 0.5 });
  assert.equal(asked(), 2);
  socket.hear({ t: "tick", job: 1, state: "done", done: 1 });
  assert.equal(asked(), 2);
  strip.close();
});

test("zones and cost stand over the slider's own places", () => {
  const { socket, strip, box } = open();
  socket.hear({ t: "job", job: 1, meta: { main: "main" } });
  socket.hear(message());
  const zones = below(box).filter((node) => node.getAttribute("data-outcome"));
  assert.deepEqual(
    zones.map((node) => node.getAttribute("data-outcome")),
    ["slow", "learned", "unstable", "overflow"],
  );
  const line = below(box).find((node) => node.getAttribute("class") === "nns-median");
  const first = Number(/^M([\d.]+),/.exec(line.getAttribute("d"))?.[1]);
  assert.ok(Math.abs(first - (12 + (2 / 7) * (1200 - 24))) < 0.1);
  assert.match(String(strip.root.getAttribute("aria-label")), /learned at 0.01/);
  assert.ok(HEIGHT < 60);
  strip.close();
});

test("closing leaves nothing behind", () => {
  const { strip, host, waiting, socket } = open();
  socket.hear({ t: "job", job: 1, meta: { main: "main" } });
  strip.close();
  assert.deepEqual([alive.observers, waiting(), host.children.length], [0, 0, 0]);
});

test("a page without a sweep fetches no module, and an ended view closes its strip", () => {
  const ending = new AbortController();
  const view = /** @type {any} */ ({ ending, environment: {}, theme: THEME });
  const host = new StripHost(view, /** @type {any} */ ({}));
  host.update(null, "/live/socket");
  assert.equal(host.asked, false);
  let closed = 0;
  host.strip = { close: () => (closed += 1) };
  ending.abort();
  assert.equal(closed, 1);
});
