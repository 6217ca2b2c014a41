// @ts-check
// What is said of a run in sight and aloud: rows of a truth table, looking back, pictures of a network that overflowed.
import assert from "node:assert/strict";
import { test } from "node:test";

import { outputText, shareText } from "../../ui/web/kit/scales.js";
import { costWords, moreEpochs, pictureWords, sentence, spoken, updateWords } from "../../ui/web/live/announce.js";
import { from } from "../../ui/web/kit/series.js";
import { MatrixPanel } from "../../ui/web/panels/matrix.js";
import { about, connected, initial } from "../../ui/web/panels/run_state.js";
import { LEARNED, SLOW, UNSTABLE, stripSentence } from "../../ui/web/panels/strip_model.js";
import { TruthPanel, judge, verdict } from "../../ui/web/panels/truth.js";
import { stepWords } from "../../ui/web/panels/network.js";
import { surroundings } from "./page.js";

test("what reads 0.50 is undecided on both sides, and nothing else is", () => {
  for (const output of [0.4951, 0.5, 0.5000001, 0.5049])
    assert.deepEqual([verdict(output, 0), verdict(output, 1)], ["undecided", "undecided"], outputText(output));
  assert.deepEqual([verdict(0.494, 0), verdict(0.494, 1)], ["right", "wrong"]);
  assert.deepEqual([verdict(0.506, 0), verdict(0.506, 1)], ["wrong", "right"]);
});

test("no output of an overflowed network is right, nor one that has run away", () => {
  assert.deepEqual(judge([1.6e155, null, 0.9, -2], [1, 0, 1, 0], true), {
    verdicts: ["overflow", "overflow", "overflow", "overflow"],
    count: 0,
    words: "overflow",
  });
  assert.deepEqual(
    [1.6e155, -1e9, Infinity, 99].map((output) => verdict(output, 1)),
    ["far", "far", "far", "right"],
  );
  assert.equal(verdict(null, 0), "overflow");
  assert.equal(verdict(NaN, 0), "none");
});

test("a screen reader hears what the rule makes of an undecided output", () => {
  surroundings();
  const truth = { X: [[0, 0], [0, 1]], t: [0, 1] }; // prettier-ignore
  const told = (/** @type {any} */ more) => {
    const state = { ...initial("t"), meta: { truth }, parts: { table: [0.5, 0.504] }, ...more };
    return new TruthPanel({ onPoint: () => 0, onHold: () => 0, signal: new AbortController().signal }).describe(
      /** @type {any} */ ({ state }),
    );
  };
  assert.equal(
    told({}),
    "Truth table: 0 of 2 right, 2 undecided; 0 0 gives 0.50, undecided, counts as 0, as the rule is above 0.5; " +
      "0 1 gives 0.50, undecided, counts as 1, as the rule is above 0.5",
  );
  assert.match(told({ phase: "overflow", outcome: "overflow" }), /^Truth table: overflow; 0 0 gives 0\.50, overflow/);
});

test("a row of the truth table that is walked to says its inputs, its output and what that is worth", () => {
  surroundings();
  const said = /** @type {string[]} */ ([]);
  const truth = { X: [[0, 0], [0, 1]], t: [0, 1] }; // prettier-ignore
  const events = { onPoint: () => 0, onHold: () => 0, onSay: (/** @type {string} */ words) => said.push(words) };
  const panel = /** @type {any} */ (new TruthPanel({ ...events, signal: new AbortController().signal }));
  panel.draw({ state: { ...initial("t"), meta: { truth }, parts: { table: [0.1, 0.2] } } });
  const walked = Object.defineProperty(new Event("focusin"), "target", {
    value: { closest: () => panel.table.rows[1].row },
  });
  panel.table.element.dispatchEvent(walked);
  assert.deepEqual(said, ["0 1 gives 0.20, wrong"]);
});

test("Escape lets a row of the truth table go that Enter holds", () => {
  surroundings();
  const held = /** @type {any[]} */ ([]);
  const events = { onPoint: () => 0, onHold: (/** @type {any} */ marked) => held.push(marked) };
  const panel = /** @type {any} */ (new TruthPanel({ ...events, signal: new AbortController().signal }));
  panel.draw({ state: { ...initial("t"), meta: { truth: { X: [[0, 0]], t: [0] } }, parts: { table: [0.1] } } });
  for (const key of ["Enter", "Escape", "Tab"]) {
    const event = Object.assign(new Event("keydown", { cancelable: true }), { key });
    Object.defineProperty(event, "target", { value: { closest: () => panel.table.rows[0].row } });
    panel.table.element.dispatchEvent(event);
  }
  assert.deepEqual(held, [{ row: 0 }, null]);
});

test("looking back, the words say what Play does from there", () => {
  const at = (/** @type {string} */ phase) =>
    sentence({ ...connected(initial("t"), true), phase: /** @type {any} */ (phase), seek: 117, newest: 300 }).text;
  assert.equal(at("paused"), "Looking back at epoch 117. Play goes on from epoch 300.");
  assert.equal(at("finished"), "Looking back at epoch 117. The run has ended at epoch 300; Play goes on beyond it.");
  assert.equal(
    at("overflow"),
    "Looking back at epoch 117. The run overflowed at epoch 300; Play starts it again from epoch 0.",
  );
  assert.equal(at("playing"), "Looking back at epoch 117. The run goes on meanwhile.");
});

test("a picture of an overflowed network says so, and one of the past what was then", () => {
  const element = { getAttribute: () => "Decision map" };
  const panel = { id: "map", element, describe: () => "says 1 on 0 % of the square" };
  const told = (/** @type {any} */ state) =>
    pictureWords(panel, /** @type {any} */ ({ state: { ...initial("t"), ...state } }));
  const gone = { phase: "overflow", outcome: "overflow", epoch: 93 };
  assert.equal(told(gone), "Decision map: overflow at epoch 93, there are no numbers to show");
  assert.equal(told({ ...gone, seek: 40, epoch: 40 }), "says 1 on 0 % of the square");
  assert.equal(told({ phase: "finished", outcome: "unstable" }), "says 1 on 0 % of the square");
});

test("a share of an overflowed run is called so", () => {
  assert.equal(shareText(null), "overflow");
  assert.equal(shareText(0.5), "50 %");
});

test("a cost that reads the same at both ends has stayed", () => {
  const state = { ...initial("t"), history: { ...initial().history, train: from([0.69312, 0.5, 0.69311]) } };
  assert.equal(costWords(state), "Training cost stayed at 0.693 for 2 epochs.");
});

test("beside an undecided row the matrix says by which rule it counts", () => {
  surroundings();
  const told = (/** @type {number[]} */ table) => {
    const meta = { truth: { X: [[0], [1]], t: [0, 1] } };
    const state = { ...initial("t"), meta, parts: { table, matrix: { judge: [1, 0, 1, 0] } } };
    return new MatrixPanel({
      onCell: () => 0,
      onPoint: () => 0,
      onRows: () => 0,
      signal: new AbortController().signal,
    }).describe(/** @type {any} */ ({ state }));
  };
  assert.match(told([0.5, 0.5]), /^Confusion matrix: 50 % of the 2 clean rows right, cut at 0.5;/);
  assert.match(told([0.1, 0.2]), /clean rows right;/);
});

test("the lowest median of a strip is that of all rates, also where none works", () => {
  const strip = /** @type {any} */ ({
    etas: [0.01, 0.1, 1],
    seeds: [1, 2, 3, 4, 5],
    outcome: Uint8Array.of(SLOW),
    majority: [SLOW, SLOW, UNSTABLE],
    share: [0, 0.4, 0],
    median: [0.6, 0.2, 3],
  });
  assert.match(stripSentence(strip), / Lowest median cost at 0\.1\. No rate learns from four in five starts\.$/);
  assert.match(stripSentence({ ...strip, seeds: [1] }), / Lowest median cost at 0\.1\. No rate learns\.$/);
  const learned = { ...strip, majority: [LEARNED, SLOW, UNSTABLE], share: [1, 0, 0], median: [0.04, 0.02, 3] };
  assert.match(stripSentence(learned), / Lowest median cost at 0\.1\.$/);
});

test("a step says what became of the weight that moved most, and in which mini-batch", () => {
  const term = (/** @type {string} */ name, /** @type {number} */ old, /** @type {number} */ now) =>
    ({ name, old, gradient: 0.25, new: now }); // prettier-ignore
  const update = {
    epoch: 201,
    batch: 1,
    batches: 1,
    layer: 0,
    index: 1,
    terms: [term("bias", 1, 1.1), term("x", 2, 1.5)],
  };
  const meta = { dims: [2, 4, 1], features: ["x", "y"] };
  assert.equal(updateWords(update, meta), "Epoch 201. Layer 1, neuron 2: weight of x was 2, gradient 0.25, is 1.5.");
  const small = { ...update, batch: 3, batches: 5, layer: 1, index: 0, terms: [term("bias", 1, 1.1)] };
  assert.equal(updateWords(small, meta), "Epoch 201, mini-batch 3 of 5. Output: bias was 1, gradient 0.25, is 1.1.");
  assert.equal(stepWords(small), "Epoch 201, mini-batch 3 of 5, old → new (gradient): bias 1 → 1.1 (0.25)");
  assert.match(stepWords(update), /^Epoch 201, old → new \(gradient\): bias 1 → 1\.1 \(0\.25\), x 2 → 1\.5/);
  const told = (/** @type {number | null} */ old, /** @type {number | null} */ now) => {
    const terms = [{ name: "bias", old, gradient: 0.25, new: now }];
    return [updateWords({ ...update, terms }, meta).split(": ")[1], stepWords({ ...update, terms }).split(": ")[1]];
  };
  const step = ["bias was 0.1234561, gradient 0.25, is 0.123455.", "bias 0.1234561 → 0.123455 (0.25)"];
  assert.deepEqual(told(0.12345611, 0.12345502), step);
  assert.deepEqual(told(1.5, -0.25), ["bias was 1.5, gradient 0.25, is −0.25.", "bias 1.5 → −0.25 (0.25)"]);
  assert.equal(told(1, 1 + 2 ** -40)[0], "bias was 1, gradient 0.25, is 1.00000000000091.");
  assert.equal(told(0, 3e-9)[0], "bias was 0, gradient 0.25, is 3e-9.");
  assert.deepEqual(told(0.5, 0.5), ["bias stays 0.5, gradient 0.25.", "bias 0.5 → 0.5 (0.25)"]);
  assert.deepEqual(told(null, null), ["bias stays overflow, gradient 0.25.", "bias overflow → overflow (0.25)"]);
  const state = {
    ...connected(initial("t"), true),
    phase: /** @type {const} */ ("finished"),
    update,
    meta,
    message: "Learned.",
  };
  assert.match(sentence(state).text, /^Epoch 201\./);
  assert.equal(sentence({ ...state, update: null }).text, "Learned.");
});

test("more epochs are offered where they were tried and helped, beside what else is advised", () => {
  const at = (/** @type {any} */ more) =>
    moreEpochs({ ...initial("t"), phase: "finished", meta: { epochs: 200 }, ...more });
  const advice = { label: "Try η = 0.1", eta: 0.1, more: 200 };
  assert.equal(at({ outcome: "slow", advice }), 200);
  assert.equal(at({ outcome: "stuck", advice: { label: "+ 600 epochs", more: 600 } }), 600);
  const tried = { label: "Try η = 0.1", eta: 0.1 };
  for (const none of [{}, { advice: tried }, { advice, phase: "playing" }, { advice, seek: 3 }])
    assert.equal(at({ outcome: "slow", ...none }), 0);
});

test("a run that is stopped within an epoch says of when its pictures are, and of when its costs", () => {
  const state = { ...connected(initial("t"), true), phase: /** @type {any} */ ("paused"), epoch: 2, newest: 2 };
  const within = { ...state, into: /** @type {[number, number]} */ ([17, 45]) };
  assert.equal(sentence(state).text, "Paused at epoch 2.");
  assert.equal(
    sentence(within).text,
    "Paused at epoch 2 and 17 of 45 mini-batches. The pictures are of this moment, costs and curves end at epoch 2.",
  );
  assert.match(spoken({ ...within, phase: "playing" }, within), /^Paused at epoch 2 and 17 of 45 mini-batches\./);
  assert.match(about(within), /epoch 2 and 17 of 45 mini-batches$/);
  const back = { ...within, seek: 1, epoch: 1 };
  assert.match(about(back), /epoch 1$/);
  assert.match(sentence(back).text, /epoch 1\. Play goes on from epoch 2 and 17 of 45 mini-batches\.$/);
});

test("a run that others slow down says what part of the time it gets, and only while it plays", () => {
  const state = { ...connected(initial("t"), true), phase: /** @type {any} */ ("playing") };
  assert.match(sentence(state).text, /^Training … Space pauses/);
  assert.match(sentence({ ...state, share: 0.4 }).text, /it gets 40 % of the time, and goes on slowly\.$/);
  assert.equal(sentence({ ...state, share: 0.4, phase: "paused" }).text, "Paused at epoch 0.");
});
