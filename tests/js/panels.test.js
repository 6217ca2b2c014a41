// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";

import { NetworkPanel } from "../../ui/live_view/network.js";
import { PadPanel } from "../../ui/live_view/pad.js";
import { initial } from "../../ui/live_view/store.js";
import { readTheme } from "../../ui/live_view/theme.js";
import { world } from "./page.js";

const living = () => new AbortController().signal;

/** Everything a panel draws from. @param {any} state @returns {import("../../ui/live_view/view.js").Shown} */
const shown = (state) => ({
  state: { ...initial(), ...state },
  settings: { speed: "normal", axis: "log", lecture: false, discrete: false, show_val: true },
  theme: readTheme(() => ""),
  pins: [],
  now: 0,
  rest: false,
  scale: 1,
});

test("a chosen neuron stays chosen in the next run, as long as its network has it", () => {
  world();
  const told = /** @type {any[]} */ ([]);
  const panel = new NetworkPanel({ onNeuron: (...neuron) => told.push(neuron), signal: living() });
  panel.resize({ width: 600, height: 300 });
  const run = (/** @type {number[]} */ dims, /** @type {number} */ number) =>
    shown({ meta: { dims }, versions: { run: number } });
  panel.draw(run([2, 4, 1], 1));
  panel.pick(panel.plan.nodes[1][3]);
  panel.draw(run([2, 4, 1], 2));
  assert.equal(panel.card.hidden, false);
  panel.draw(run([2, 3, 1], 3));
  assert.equal(panel.card.hidden, true);
  assert.deepEqual(told, [
    [0, 3],
    [null, null],
  ]);
});

test("a network that has overflowed says nothing about a drawn digit", () => {
  world();
  const panel = new PadPanel({ onDraw: () => undefined, signal: living() });
  panel.put(new Array(64).fill(1));
  const answered = (/** @type {(number | null)[]} */ p, /** @type {number} */ number) =>
    shown({ meta: { classes: ["a", "b"] }, draw: { t: "draw", p, pixels: [] }, versions: { draw: number } });
  panel.draw(answered([0.25, 0.75], 1));
  assert.equal(panel.note.textContent, "looks like b, 75 %");
  panel.draw(answered([null, null], 2));
  assert.equal(panel.note.textContent, "the network has no answer");
});
