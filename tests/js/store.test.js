// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";

import { adopt, connected, drawn, initial, name, reduce } from "../../ui/web/panels/run_state.js";

/** @param {any} more */
const frame = (more) => ({ t: "frame", run: 1, from: 0, epoch: 0, state: "playing", train: [1], ...more });

/** A state in the middle of run 1. */
function running() {
  let state = connected(initial("token"), true);
  state = reduce(state, { t: "run", run: 1, meta: { eta: 0.1, epochs: 10 } });
  return drawn(reduce(state, frame({ table: [0.5], map: { n: 1, b64: "AA==" } })));
}

/** @param {import("../../ui/web/kit/series.js").Series} series */
const values = (series) => [...series.buffer.subarray(0, series.length)];

test("frames append, and the parts of an earlier frame stay until the next of their kind", () => {
  const state = reduce(running(), frame({ from: 1, epoch: 2, train: [0.5, 0.25], table: [0.9] }));
  assert.deepEqual(values(state.history.train), [1, 0.5, 0.25]);
  assert.deepEqual(state.parts.table, [0.9]);
  assert.equal(state.parts.map?.n, 1);
  assert.equal(state.versions.table, 2);
  assert.equal(state.versions.map, 1);
  assert.equal(state.epoch, 2);
});

test("a frame of a replaced run says nothing", () => {
  const state = reduce(running(), { t: "run", run: 2, meta: {} });
  assert.equal(reduce(state, frame({ epoch: 9 })), state);
  assert.equal(reduce(state, { t: "run", run: 1, meta: {} }), state);
});

test("a new run shows with its first frame, which replaces all; until then everything is that of the old one", () => {
  const between = reduce(running(), { t: "run", run: 2, meta: { eta: 0.3 } });
  assert.deepEqual({ ...between, run: 1, coming: null }, running());
  const state = reduce(between, frame({ run: 2, train: [2], epoch: 0 }));
  assert.deepEqual(values(state.history.train), [2]);
  assert.deepEqual(state.parts, {});
  assert.equal(state.shown, 2);
  assert.equal(state.fresh, true);
  assert.equal(state.eta, 0.3);
  assert.equal(state.meta.eta, 0.3);
  assert.equal(drawn(state).fresh, false);
});

test("the same run again, as after a reconnect, is taken in", () => {
  const again = reduce(running(), { t: "run", run: 1, meta: { eta: 0.1 } });
  const state = reduce(again, frame({ epoch: 2, train: [1, 0.5, 0.25] }));
  assert.deepEqual(values(state.history.train), [1, 0.5, 0.25]);
});

test("looking back shows the kept epoch and leaves the curve whole", () => {
  const run = reduce(running(), frame({ from: 1, epoch: 2, train: [0.5, 0.25], state: "finished" }));
  const back = reduce(run, frame({ from: 1, epoch: 1, seek: 1, train: [], table: [0.1], state: "paused" }));
  assert.equal(back.epoch, 1);
  assert.equal(back.newest, 2);
  assert.equal(back.seek, 1);
  assert.deepEqual(values(back.history.train), [1, 0.5, 0.25]);
  assert.deepEqual(back.parts.table, [0.1]);
  assert.equal(reduce(back, frame({ from: 3, epoch: 3, train: [0.2] })).seek, null);
});

test("another token takes runs counted from 1 again", () => {
  let state = running();
  for (let run = 2; run < 9; run += 1) state = reduce(state, { t: "run", run, meta: {} });
  const other = adopt(state, "other");
  assert.equal(other.history, state.history);
  assert.equal(reduce(other, { t: "run", run: 1, meta: {} }).run, 1);
  assert.equal(adopt(state, "token"), state);
});

test("the name of the state is what the server said, or offline", () => {
  const state = running();
  assert.equal(name(state), "playing");
  assert.equal(name(connected(state, false)), "offline");
  assert.equal(name(initial()), "idle");
  assert.equal(name(initial("token")), "idle", "a page that was never connected waits, it is not offline");
  assert.equal(name(reduce(state, frame({ state: "overflow" }))), "overflow");
  assert.equal(name(reduce(state, frame({ state: "constructor" }))), "playing");
});

test("an outcome of null withdraws the last one, none leaves it", () => {
  const learned = reduce(running(), frame({ outcome: "learned", message: "Done." }));
  assert.equal(reduce(learned, frame({ from: 1, epoch: 1 })).outcome, "learned");
  assert.equal(reduce(learned, frame({ from: 1, epoch: 1, outcome: null, message: null })).message, null);
});

test("a state is never changed in place", () => {
  const before = running();
  const copy = structuredClone({ ...before, history: null });
  reduce(before, frame({ from: 1, epoch: 5, train: [0.3], table: [1], marks: [{ epoch: 1, field: "eta", value: 1 }] }));
  assert.deepEqual({ ...before, history: null }, copy);
  assert.deepEqual(values(before.history.train), [1]);
});
