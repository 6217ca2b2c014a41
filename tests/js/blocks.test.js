// @ts-check
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { flatRanges, passage } from "../../ui/web/blocks/activation.js";
import { inSight, weightName, withOne } from "../../ui/web/blocks/backprop.js";
import { TYPE } from "../../ui/web/blocks/blocks.js";
import { typeScale } from "../../ui/web/kit/theme.js";
import { outline, valueUnder } from "../../ui/web/kit/chart.js";
import { bandPicture, dashes, pointAt, share } from "../../ui/web/blocks/contour.js";
import { Kept } from "../../ui/web/blocks/kept.js";
import { PATIENCE, Teller } from "../../ui/web/kit/teller.js";
import { blockKey, neighbour } from "../../ui/web/blocks/keys.js";
import { curvaturesAt, LANDSCAPES } from "../../ui/web/blocks/landscapes.js";
import { symbolOf } from "../../ui/web/blocks/network_picture.js";
import { RULES } from "../../ui/web/blocks/rules.js";
import { arithmetic, jacobian, leader, percent, rounding, shares, within } from "../../ui/web/blocks/softmax.js";
import { convergenceRate, verdict } from "../../ui/web/blocks/stability.js";
import { lossWords, rankWords } from "../../ui/web/blocks/verdicts.js";
import { costAt, placeAt, Walks } from "../../ui/web/blocks/walks.js";

test("softmax gives shares that add up to one, whatever is added to all", () => {
  // nncore.softmax([2, 1, -1])
  const expected = [0.7053845126982412, 0.25949646034241913, 0.03511902695933972];
  shares([2, 1, -1]).forEach((p, i) => assert.ok(Math.abs(p - expected[i]) < 1e-15));
  const far = shares([1002, 1001, 999]);
  far.forEach((p, i) => assert.ok(Math.abs(p - expected[i]) < 1e-12));
  assert.deepEqual(shares([0, 0]), [0.5, 0.5]);
});

test("rows and columns of softmax's derivative add up to nothing", () => {
  const table = jacobian(shares([2, 1, -1]));
  for (const row of table) assert.ok(Math.abs(row.reduce((a, b) => a + b, 0)) < 1e-15);
  assert.ok(table[0][0] > 0 && table[0][1] < 0);
  assert.equal(table[0][1], table[1][0]);
});

test("flat stretches are found up to both ends, and gaps are not flat", () => {
  const x = [0, 1, 2, 3, 4, 5];
  assert.deepEqual(flatRanges(x, [0, 0.01, 1, 1, 0.02, 0], 0.05), [
    [0, 1],
    [4, 5],
  ]);
  assert.deepEqual(flatRanges(x, [1, null, null, 1, 1, 1], 0.05), []);
  assert.deepEqual(flatRanges(x, [-0.01, -0.9, 0, 0, 0, -2], 0.05), [
    [0, 0],
    [2, 4],
  ]);
});

test("what a slope does to a gradient is said in words", () => {
  assert.match(passage(0), /nothing goes back/);
  assert.match(passage(1), /unchanged/);
  assert.match(passage(0.5), /multiplied by 0.031\.$/);
  assert.match(passage(-0.5), /multiplied by −0.031: its sign turns\.$/);
  assert.match(passage(-1), /multiplied by −1: its sign turns/);
  assert.match(passage(1.0005), /multiplied by 1/);
  assert.match(passage(1e-70), /less than 1e−300 in size/);
  assert.match(passage(null), /No finite slope/);
});

test("a line breaks where there is no number", () => {
  const scale = { at: (/** @type {number} */ v) => v };
  const d = outline({ x: [0, 1, 2, 3], y: [1, null, 3, 4] }, { x: scale, y: scale });
  assert.equal(d, "M0.0,1.0M2.0,3.0L3.0,4.0");
  assert.equal(outline({ x: [0], y: [NaN] }, { x: scale, y: scale }), "");
});

test("stages show what came before them, and mark what is new", () => {
  const stages = [{ keys: ["x1", "x2"] }, { keys: ["z1"] }, { keys: ["a1"] }];
  const { seen, fresh } = inSight(stages, 1);
  assert.deepEqual([...seen], ["x1", "x2", "z1"]);
  assert.deepEqual([...fresh], ["z1"]);
});

test("points of the map and of the plane are the same both ways", () => {
  const bounds = /** @type {[number, number][]} */ ([
    [-3, 3],
    [-1.5, 1.5],
  ]);
  assert.deepEqual(share([0, 0], bounds), [0.5, 0.5]);
  assert.deepEqual(pointAt([0.5, 0.5], bounds), [0, 0]);
  assert.deepEqual(pointAt([0, 0], bounds), [-3, 1.5]);
});

test("dashes are drawn as they are named", () => {
  assert.equal(dashes("red", []), "red");
  assert.match(dashes("red", [4, 2]), /red 0px 4px, transparent 4px 6px/);
});

/** @type {any[]} written by nncore: python -m tests.walks_reference */
const REFERENCE = JSON.parse(readFileSync(new URL("walks.json", import.meta.url), "utf8"));

test("the browser walks as nncore does, every scheduler on every landscape", () => {
  for (const wanted of REFERENCE) {
    const { landscape, scheduler, eta, momentum, start, steps, minima } = wanted;
    const found = new Walks(landscape, { schedulers: [scheduler], start, steps, minima }).of(scheduler, {
      eta,
      momentum,
    });
    const words = `${scheduler} on ${landscape} at ${eta}, ${momentum}`;
    assert.equal(found.lost, wanted.lost, words);
    for (const [step, place] of Object.entries(wanted.places)) {
      const at = placeAt(found, Number(step));
      // One walk in the reference is chaotic: rounding grows to 1e-8 within its 200 steps.
      place.forEach((/** @type {number} */ value, /** @type {number} */ i) =>
        assert.ok(at && Math.abs(at[i] - value) <= 1e-6 * (1 + Math.abs(value)), `${words}, step ${step}`),
      );
    }
    if (wanted.end_cost === null) assert.equal(costAt(found, steps), null, words);
  }
  assert.deepEqual(new Set(REFERENCE.map(({ landscape }) => landscape)), new Set(Object.keys(LANDSCAPES)));
  assert.deepEqual(new Set(REFERENCE.map(({ scheduler }) => scheduler)), new Set(Object.keys(RULES)));
});

test("slopes of the landscapes are those of their costs", () => {
  for (const [name, { cost, slope }] of Object.entries(LANDSCAPES)) {
    const [x, y, d] = [0.7, -0.4, 1e-6];
    const [dx, dy] = slope(x, y);
    assert.ok(Math.abs((cost(x + d, y) - cost(x - d, y)) / (2 * d) - dx) < 1e-5 * (1 + Math.abs(dx)), name);
    assert.ok(Math.abs((cost(x, y + d) - cost(x, y - d)) / (2 * d) - dy) < 1e-5 * (1 + Math.abs(dy)), name);
  }
});

test("curvatures are the eigenvalues that the lecturer works out", () => {
  const near = (/** @type {number[]} */ found, /** @type {number[]} */ wanted) =>
    found.forEach((value, i) => assert.ok(Math.abs(value - wanted[i]) < 1e-2, `${found} and not ${wanted}`));
  near(curvaturesAt(LANDSCAPES.ravine, [1, 1]), [1, 25]);
  near(curvaturesAt(LANDSCAPES.rosenbrock, [1, 1]), [501 - 250601 ** 0.5, 501 + 250601 ** 0.5]);
  // A ridge has its sign.
  near(curvaturesAt(LANDSCAPES.rosenbrock, [0, 3]), [-1198, 200]);
  near(curvaturesAt(LANDSCAPES.saddle, [0, 0]), [-1, 1]);
});

const BOWL = { schedulers: ["Constant", "Adam"], start: /** @type {[number, number]} */ ([2, 0]), steps: 50 };

test("a walker that is lost has no place and no cost from then on", () => {
  const walks = new Walks("bowl", { ...BOWL, minima: [[0, 0]] });
  const gone = walks.of("Constant", { eta: 10, momentum: 0 });
  assert.ok(gone.lost > 0 && gone.lost < 50);
  assert.equal(placeAt(gone, gone.lost), null);
  assert.equal(costAt(gone, gone.lost), null);
  assert.notEqual(placeAt(gone, gone.lost - 1), null);
  const there = walks.of("Constant", { eta: 1, momentum: 0 });
  assert.deepEqual(placeAt(there, 1), [0, 0]);
  assert.equal(costAt(there, 0), 2);
});

test("the best learning rate is the one that ends lowest and never the one that diverged", () => {
  const walks = new Walks("bowl", { ...BOWL, minima: [[0, 0]] });
  assert.equal(walks.best("Constant", { etas: [0.01, 0.5, 10], momentum: 0 }), 0.5);
});

test("a walk is walked once, and momentum only matters to those who have it", () => {
  const walks = new Walks("bowl", { ...BOWL, minima: [[0, 0]] });
  assert.equal(walks.of("Adam", { eta: 0.1, momentum: 0 }), walks.of("Adam", { eta: 0.1, momentum: 0.9 }));
  assert.notEqual(walks.of("Momentum", { eta: 0.1, momentum: 0 }), walks.of("Momentum", { eta: 0.1, momentum: 0.9 }));
});

test("losing is explained by the curvature that was overshot, with its numbers", () => {
  const lost = { name: "Constant", eta: 0.1, step: 34, from: { step: 1, curvature: 25 }, slope: 7 };
  const heavy = { ...lost, name: "Momentum", eta: 0.2, step: 9, from: { step: 3, curvature: 25 } };
  assert.equal(
    lossWords([lost, heavy], { momentum: 0.5, low: 1 }),
    "Constant diverged at step 34, overshooting further each time: η × curvature = 0.1 × 25 = 2.5 > 2 from step 1 on. " +
      "Momentum at step 9: 0.2 × 25 = 5 > 3 = 2 (1 + momentum) from step 3 on.",
  );
  const ridge = "The start lies on a ridge (curvature −1198 across it), where steps run away downhill. ";
  assert.ok(lossWords([heavy], { momentum: 0.5, low: -1198 }).startsWith(`${ridge}Momentum diverged at step 9,`));
  assert.ok(lossWords([lost], { momentum: 0.5, low: -1198 }).startsWith("Constant diverged"));
  const thrown = "Constant diverged at step 34: it met a slope of 7, which η = 0.1 makes a step of 0.7.";
  assert.equal(lossWords([{ ...lost, from: null }], { momentum: 0, low: 1 }), thrown);
  assert.match(
    lossWords([{ ...lost, from: null }, heavy], { momentum: 0.5, low: 1 }),
    /Momentum diverged at step 9, over/,
  );
  assert.equal(lossWords([], { momentum: 0.9, low: -25 }), "");
});

test("who is lowest is said, and who stands higher than the start", () => {
  const walkers = [
    { name: "A", cost: 3 },
    { name: "B", cost: 0.5 },
    { name: "C", cost: null },
  ];
  assert.equal(
    rankWords(walkers, { step: 20, top: 2 }),
    "After 20 steps B is lowest, 0.5 above the minimum; higher than the start: A.",
  );
  assert.match(rankWords([walkers[2], walkers[2]], { step: 20, top: 2 }), /all have diverged; try a smaller/);
  assert.match(rankWords([walkers[2]], { step: 20, top: 2 }), /C has diverged; try a smaller/);
  const level = ["A", "B", "C"].map((name) => ({ name, cost: 1e-12 }));
  assert.equal(
    rankWords(level, { step: 9, top: 2 }),
    "After 9 steps A, B and C are lowest, at most 1e−12 above the minimum.",
  );
});

test("an echo of what was told is no news, another value is", () => {
  const told = /** @type {unknown[]} */ ([]);
  const kept = new Kept((value) => told.push(value));
  assert.equal(kept.news(1), true);
  kept.tell(1);
  assert.deepEqual(told, []);
  kept.tell(2);
  kept.tell(3);
  assert.deepEqual(told, [2, 3]);
  // The answer to the first drag comes while the hand is further on.
  assert.equal(kept.news(2), false);
  assert.equal(kept.news(3), false);
  assert.equal(kept.news(1), true);
});

test("choices are told one at a time, of each the latest", () => {
  const sent = /** @type {[string, unknown][]} */ ([]);
  const teller = new Teller((name, value) => sent.push([name, value]));
  teller.tell("eta", 1);
  teller.tell("eta", 2);
  teller.tell("step", -1);
  teller.tell("eta", 3);
  assert.deepEqual(sent, [["eta", 1]]);
  teller.answered();
  assert.deepEqual(sent.at(-1), ["eta", 3]);
  teller.answered();
  assert.deepEqual(sent.at(-1), ["step", -1]);
  teller.answered();
  teller.answered();
  assert.equal(sent.length, 3);
  teller.tell("eta", 4);
  assert.deepEqual(sent.at(-1), ["eta", 4]);
  teller.end();
});

test("of choices that add up none is lost", () => {
  const sent = /** @type {[string, unknown][]} */ ([]);
  const both = (/** @type {string} */ name, /** @type {unknown} */ before, /** @type {unknown} */ value) =>
    name === "action" ? [before, value] : [value];
  const teller = new Teller((name, value) => sent.push([name, value]), both);
  for (const value of [1, 2, 3]) teller.tell("action", value);
  teller.tell("eta", 0.1);
  teller.tell("eta", 0.2);
  for (let answer = 0; answer < 5; answer += 1) teller.answered();
  assert.deepEqual(sent, [
    ["action", 1],
    ["action", 2],
    ["action", 3],
    ["eta", 0.2],
  ]);
  teller.end();
});

test("what still waits when a view ends is told, each thing once", () => {
  const sent = /** @type {[string, unknown][]} */ ([]);
  const teller = new Teller((name, value) => sent.push([name, value]));
  for (const [name, value] of /** @type {[string, unknown][]} */ ([
    ["step", 4],
    ["start", 1],
    ["start", 2],
    ["step", -1],
  ]))
    teller.tell(name, value);
  teller.end();
  assert.deepEqual(sent, [
    ["step", 4],
    ["start", 2],
    ["step", -1],
  ]);
  teller.end();
  assert.equal(sent.length, 3);
});

test("keys move a block on, but not from where they are needed", () => {
  const body = { tagName: "BODY", role: null };
  assert.equal(blockKey({ key: "ArrowRight" }, body), "next");
  assert.equal(blockKey({ key: "PageUp" }, body), "back");
  assert.equal(blockKey({ key: " " }, body), "play");
  assert.equal(blockKey({ key: " " }, { tagName: "BUTTON", role: null }), null);
  assert.equal(blockKey({ key: "ArrowRight" }, { tagName: "INPUT", type: "range", role: null }), null);
  assert.equal(blockKey({ key: " " }, { tagName: "INPUT", type: "range", role: null }), "play");
  assert.equal(blockKey({ key: "ArrowRight" }, { tagName: "INPUT", type: "text", role: null }), null);
  assert.equal(blockKey({ key: "ArrowRight", ctrlKey: true }, body), null);
});

test("softmax is worked out as on paper", () => {
  assert.equal(arithmetic([2, 1, -1])[0], "p1 = e^(2.0) / (7.389 + 2.718 + 0.3679) = 7.389 / 10.48 = 0.705");
  assert.match(arithmetic([2, 1, -1])[2], /^p3 = e\^\(−1.0\)/);
});

test("who leads is said, also where several do or nobody does", () => {
  assert.equal(leader([2, 1, -1]), "Class 1 leads with 71 %.");
  assert.equal(leader([1, 2, 2]), "Classes 2 and 3 lead together with 42 % each.");
  assert.equal(leader([-6, -6, -6]), "Nobody leads: the sums are equal, and each class has 33 %.");
});

test("shares that do not add up to 100 % as they are printed are said to be rounded", () => {
  assert.equal(rounding([0.705, 0.259, 0.036]), "Rounded as they are, the shares add up to 101 %.");
  assert.equal(rounding([0.5, 0.25, 0.25]), "");
  assert.equal(rounding(shares([6, -6, -6])), "The shares are rounded.");
  assert.deepEqual([0.00001, 0.004, 0.5, 0.993, 0.99999].map(percent), [
    "< 0.1 %",
    "0.4 %",
    "50 %",
    "99.3 %",
    "> 99.9 %",
  ]);
});

test("no button moves a sum past the end of its slider", () => {
  assert.equal(within([6, -6, 0]), true);
  assert.equal(within([6.1, 0, 0]), false);
});

test("one weight is changed and all nine are told", () => {
  const order = ["b1_1", "w1_12"];
  assert.deepEqual(withOne({ order, raw: { b1_1: 0.123456789, w1_12: 1 } }, "w1_12", -2.5), [0.12346, -2.5]);
  assert.equal(weightName("w1_12"), "weight from x1 to hidden neuron 2");
  assert.equal(weightName("b2"), "bias of the output");
  assert.deepEqual(["w1_12", "b1_1", "w2_2", "b2"].map(symbolOf), ["w12", "b1", "v2", "b"]);
});

test("a place on a chart is a value of its range", () => {
  const chart = { width: 1066, range: /** @type {[number, number]} */ ([-6, 6]), scale: 1 };
  assert.equal(valueUnder(52, chart), -6);
  assert.equal(valueUnder(552, chart), 0);
  assert.equal(valueUnder(5000, chart), 6);
});

test("bands rise with the ground, the top row of the picture being the highest y", () => {
  const { band, edge } = bandPicture(new Float32Array([0, 0, 1, 1]), 2, { width: 3, height: 4, bands: 2 });
  assert.deepEqual([...band.slice(0, 3)], [1, 1, 1]);
  assert.deepEqual([...band.slice(9)], [0, 0, 0]);
  assert.ok(edge.slice(0, 3).every((value) => value === 0));
  assert.ok(edge.some((value) => value === 1));
});

test("momentum diverges beyond twice one plus its share, and says how fast it is before", () => {
  assert.match(verdict(2.1, 0), /diverges, beyond 2/);
  assert.match(verdict(3.7, 0.9), /takes off 5.1 % of the error/);
  assert.match(verdict(3.9, 0.9), /diverges, beyond 3.8/);
  assert.match(verdict(1, 0), /^1: each step takes off 100 %/);
  assert.equal(verdict(0.08 * 25, 0), "2: at the edge, the error stays");
  assert.equal(verdict(2.0004, 0), "2.0004: diverges, beyond 2");
});

test("the map of momentum has the convergence rates of a parabola", () => {
  assert.deepEqual(
    [1, 1.9, 2.1].map((step) => Number(convergenceRate(step, 0).toFixed(3))),
    [0, 0.9, 1.1],
  );
  assert.ok(Math.abs(convergenceRate(1, 0.81) - 0.9) < 1e-12);
});

test("type grows with the window in lecture mode alone", () => {
  assert.equal(typeScale(false, 1900, 1080, TYPE), 1);
  assert.ok(typeScale(true, 1256, 720, TYPE) > 1.2);
  assert.equal(typeScale(true, 3 * 1256, 3 * 720, TYPE), 3 * typeScale(true, 1256, 720, TYPE));
});

test("keys go from one item to the next, round and round", () => {
  const items = ["sigmoid", "tanh", "RELU"].map((name) => ({ name }));
  assert.equal(neighbour(items, "sigmoid", "next"), "tanh");
  assert.equal(neighbour(items, "RELU", "next"), "sigmoid");
  assert.equal(neighbour(items, "sigmoid", "back"), "RELU");
  assert.equal(neighbour(items, "sigmoid", "play"), null);
});

test("a view waits for a busy server, since the next would take the place of the last", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const sent = /** @type {string[]} */ ([]);
  const teller = new Teller((name) => sent.push(name));
  teller.tell("action", "new start");
  teller.tell("eta", 0.12);
  t.mock.timers.tick(PATIENCE - 1);
  assert.deepEqual(sent, ["action"]);
  teller.answered();
  assert.deepEqual(sent, ["action", "eta"]);
});
