// @ts-check
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { costWords, facts, newsOf, sentence, setBy, spoken } from "../../ui/web/live/announce.js";
import { Commands } from "../../ui/web/live/commands.js";
import { tiling } from "../../ui/web/panels/images.js";
import { inputMap, SIDE as INPUT_SIDE } from "../../ui/web/panels/inputs.js";
import { mapBox } from "../../ui/web/panels/maps.js";
import { border } from "../../ui/web/panels/plane.js";
import { cellAt, counts } from "../../ui/web/panels/matrix.js";
import { secondLines } from "../../ui/web/panels/network_plan.js";
import { curvePoints, inputCurve } from "../../ui/web/panels/neuron_curve.js";
import { asScanned, blocks, FINE, SIDE, stroke } from "../../ui/web/panels/ink.js";
import { drawings } from "./drawings.js";
import { from } from "../../ui/web/kit/series.js";
import { connected, initial } from "../../ui/web/panels/run_state.js";
import {
  blend,
  contrast,
  lineWidth,
  mapColours,
  PIN_DASHES,
  readTheme,
  rgb,
  typeScale,
  LEAST_TYPE,
} from "../../ui/web/kit/theme.js";
import { keptNear } from "../../ui/web/live/commands.js";
import { outputText } from "../../ui/web/kit/scales.js";
import { judge } from "../../ui/web/panels/truth.js";

test("lines and marks keep 3:1 on both grounds, whatever the theme", () => {
  for (const ground of ["#ffffff", "#0e1117"]) {
    const theme = readTheme((name) => (name === "--st-background-color" ? ground : ""));
    const background = /** @type {number[]} */ (rgb(ground));
    for (const colour of [theme.positive, theme.negative, theme.train, theme.val, theme.muted, ...theme.pins]) {
      assert.ok(contrast(/** @type {number[]} */ (rgb(colour)), background) >= 3, `${colour} on ${ground}`);
    }
    assert.ok(contrast(/** @type {number[]} */ (rgb(theme.muted)), background) >= 4.5);
    for (const end of [theme.high, theme.low]) assert.ok(contrast(end, background) >= 3);
  }
  assert.equal(new Set(PIN_DASHES).size, 6);
});

test("colours of Streamlit are read in each of its spellings", () => {
  assert.deepEqual(rgb("#fff"), [255, 255, 255]);
  assert.deepEqual(rgb("#0e1117ff"), [14, 17, 23]);
  assert.deepEqual(rgb("rgb(1, 2, 3)"), [1, 2, 3]);
  assert.deepEqual(rgb("rgba(1 2 3 / 0.5)"), [1, 2, 3]);
  assert.equal(rgb("unset"), null);
});

test("a map's colour means the same output in every frame", () => {
  const theme = readTheme(() => "");
  assert.deepEqual(blend(theme, 0.5), theme.middle);
  assert.deepEqual(blend(theme, 1), theme.high);
  assert.deepEqual(blend(theme, 0), theme.low);
  assert.equal(new Set(mapColours(theme, true)).size, 2);
  assert.ok(new Set(mapColours(theme)).size > 100);
});

test("the border runs where the output crosses one half", () => {
  const n = 11;
  const slope = Uint8Array.from({ length: n * n }, (_, i) => 25 * (i % n));
  const pieces = border(slope, n, 127.5);
  assert.equal(pieces.length / 4, n - 1);
  for (let i = 0; i < pieces.length; i += 2) assert.ok(Math.abs(pieces[i] - 5.1) < 1e-9);
  assert.deepEqual(border(new Uint8Array(n * n).fill(9), n, 127.5), []);
});

test("the map is a square inside its panel, also in a small or tall one", () => {
  for (const size of [
    { width: 400, height: 300 },
    { width: 300, height: 500 },
    { width: 60, height: 40 },
  ]) {
    const box = mapBox(size, 1);
    assert.equal(box.width, box.height);
    assert.ok(box.width >= 20);
    if (size.width > 100) assert.ok(box.left + box.width <= size.width && box.top + box.height <= size.height);
  }
});

test("the second lines above a network's layers stand inside the drawing and beside one another, or not at all", () => {
  const heads = [10, 40, 70, 98].map((x) => ({ x }));
  assert.deepEqual(secondLines(heads, [20, 20, 20, 20], 110), [10, 40, 70, 98], "where they are wanted");
  const tight = secondLines(heads, [20, 20, 20, 44], 110);
  assert.ok(tight[3] + 22 <= 110 && tight[2] + 10 <= tight[3] - 22, String(tight));
  assert.deepEqual(secondLines(heads, [30, 30, 30, 30], 110), []);
});

test("a line's width grows with the size of its weight, up to a limit", () => {
  assert.equal(lineWidth(-2, 1), lineWidth(2, 1));
  assert.ok(lineWidth(0.1, 1) < lineWidth(1, 1) && lineWidth(1, 1) < lineWidth(3, 1));
  assert.equal(lineWidth(1e9, 1), 11);
});

test("a neuron's curve fills its square from edge to edge, zero in the middle", () => {
  const box = { left: 10, top: 20, size: 40 };
  const points = curvePoints([255, 128, 1], box);
  assert.deepEqual(points, [
    [10, 20],
    [30, 40],
    [50, 60],
  ]);
  assert.deepEqual(curvePoints(inputCurve(3), box), [
    [10, 60],
    [30, 40],
    [50, 20],
  ]);
});

test("looking back, an arrow key reaches the next kept epoch, a pointer the nearest", () => {
  const kept = [0, 17, 34, 51];
  assert.equal(keptNear(kept, 50, 51), 34);
  assert.equal(keptNear(kept, 18, 17), 34);
  assert.equal(keptNear(kept, 3, 51), 0);
  assert.equal(keptNear(kept, 52, 51), 51);
  assert.equal(keptNear(kept, 51, 51), 51);
  assert.equal(keptNear([7], 3, 7), 7);
});

test("the pad counts ink in blocks, as the scanned digits were", () => {
  const bitmap = new Uint8Array(SIDE * SIDE);
  assert.deepEqual(new Set(blocks(bitmap)), new Set([0]));
  bitmap.fill(1);
  assert.deepEqual(new Set(blocks(bitmap)), new Set([1]));
  const line = new Uint8Array(SIDE * SIDE);
  stroke(line, [16, 4], [16, 28]);
  const inked = blocks(line);
  assert.equal(inked.length, 64);
  assert.ok(inked[3 * 8 + 3] > 0.3 && inked[3 * 8 + 4] > 0.3);
  assert.equal(inked[3 * 8 + 0], 0);
  stroke(line, [-5, -5], [40, 40]);
  assert.ok(inked.every((value) => value >= 0 && value <= 1));
});

test("a drawing is shown as large, central and black as the training images, wherever and however thin it was drawn", () => {
  const nothing = new Uint8Array(SIDE * SIDE);
  assert.deepEqual(new Set(asScanned(nothing)), new Set([0]));
  /** A one of that length whose foot is at a place. @param {number} x @param {number} y @param {number} length @param {number} pen */
  const one = (x, y, length, pen) => {
    const bitmap = new Uint8Array(SIDE * SIDE);
    stroke(bitmap, [x, y - length], [x, y], pen);
    return asScanned(bitmap);
  };
  const [here, there] = [one(6, 14, 8, 1.5), one(25, 29, 8, 1.5)];
  assert.deepEqual(here, there);
  const black = (/** @type {Uint8Array} */ bitmap) => bitmap.reduce((sum, on) => sum + on, 0) / bitmap.length;
  for (const bitmap of [here, one(16, 30, 26, 1), one(16, 30, 26, 3)]) {
    assert.ok(black(bitmap) > 0.2 && black(bitmap) < 0.45, String(black(bitmap)));
    assert.ok(bitmap.subarray(0, FINE).includes(1) && bitmap.subarray(-FINE).includes(1), "from top to bottom");
  }
});

test("a slanted drawing is set half upright, a narrow one widened", () => {
  /** @param {number} lean columns that the top stands to the right of the foot @param {number} width */
  const ring = (lean, width) => {
    const bitmap = new Uint8Array(SIDE * SIDE);
    const at = (/** @type {number} */ k) => {
      const angle = (k * Math.PI) / 12;
      const up = Math.sin(angle);
      return /** @type {[number, number]} */ ([16 + (width / 2) * Math.cos(angle) + (lean / 2) * up, 16 - 9 * up]);
    };
    for (let k = 0; k < 24; k += 1) stroke(bitmap, at(k), at(k + 1));
    return bitmap;
  };
  const inked = (/** @type {Uint8Array} */ bitmap) => {
    const side = Math.sqrt(bitmap.length);
    const places = [...bitmap.keys()].filter((at) => bitmap[at]).map((at) => [Math.floor(at / side), at % side]);
    const mean = (/** @type {number} */ i) => places.reduce((sum, place) => sum + place[i], 0) / places.length;
    const [y, x] = [mean(0), mean(1)];
    const moment = (/** @type {number} */ i, /** @type {number} */ j) =>
      places.reduce((sum, place) => sum + (place[i] - [y, x][i]) * (place[j] - [y, x][j]), 0);
    const columns = places.map((place) => place[1]);
    return { slant: moment(0, 1) / moment(0, 0), wide: (Math.max(...columns) - Math.min(...columns) + 1) / side };
  };
  const [plain, leaning] = [ring(0, 14), ring(8, 14)];
  assert.ok(Math.abs(inked(asScanned(plain)).slant) < 0.02);
  const share = inked(asScanned(leaning)).slant / inked(leaning).slant;
  assert.ok(share > 0.35 && share < 0.65, String(share));
  const [narrow, wide] = [inked(asScanned(ring(0, 6))).wide, inked(asScanned(ring(0, 14))).wide];
  assert.ok(narrow > 1.1 * inked(ring(0, 6)).wide * (SIDE / 21.4) && narrow < wide, `${narrow} ${wide}`);
});

test("the drawings on which the digits are measured are those that the script makes", () => {
  const kept = JSON.parse(readFileSync(new URL("../data/drawings.json", import.meta.url), "utf8"));
  assert.deepEqual(drawings(), kept);
});

test("an output that has run away takes no more room than one that has not", () => {
  assert.deepEqual([0, 0.5, -3.14159, 99, -1e-9, null].map(outputText), [
    "0.00",
    "0.50",
    "−3.14",
    "99.00",
    "0.00",
    "–",
  ]);
  assert.equal(outputText(1.3273e54), "1.3e54");
  assert.equal(outputText(1.3273e154), "1e154");
  assert.equal(outputText(-12345), "−12000");
});

test("a gate is judged at one half, on targets given either way", () => {
  const judged = judge([0.2, 0.9, 0.5, 0.6], [0, [1], 1, 0]);
  assert.deepEqual(judged, {
    verdicts: ["right", "right", "undecided", "wrong"],
    count: 2,
    words: "2 of 4 right, 1 undecided",
  });
});

test("the matrix says in words which rows it counts; a gate's are always the clean ones", () => {
  const of = (/** @type {any} */ matrix, /** @type {"val" | "train"} */ rows) =>
    counts(/** @type {any} */ ({ parts: { matrix }, rows }));
  const both = { train: [5, 0, 0, 5], val: [2, 1, 0, 2] };
  assert.deepEqual(of(both, "val"), { counts: both.val, words: "5 validation rows", choice: true });
  assert.deepEqual(of(both, "train"), { counts: both.train, words: "10 training rows", choice: true });
  assert.deepEqual(of({ train: [1, 0, 0, 1] }, "val"), {
    counts: [1, 0, 0, 1],
    words: "2 training rows",
    choice: false,
  });
  assert.deepEqual(of({ ...both, judge: [2, 0, 0, 2] }, "train"), {
    counts: [2, 0, 0, 2],
    words: "the 4 clean rows",
    choice: false,
  });
  assert.equal(of(undefined, "val"), null);
});

test("a click on the matrix means the cell under it, and beside it none", () => {
  assert.deepEqual(cellAt([0, 0], [100, 200], 10), [0, 0]);
  assert.deepEqual(cellAt([35, 199], [100, 200], 10), [3, 9]);
  assert.equal(cellAt([-1, 5], [100, 200], 10), null);
  assert.equal(cellAt([100, 5], [100, 200], 10), null);
  assert.equal(cellAt([5, 5], [100, 200], 0), null);
});

test("type is a share of the screen in lecture mode, and never too small for a back row", () => {
  assert.equal(typeScale(false, 1230, 720), 1);
  const of = (/** @type {number} */ width, /** @type {number} */ height) => typeScale(true, width, height);
  for (const times of [1.5, 2, 3]) assert.ok(Math.abs(of(1256 * times, 720 * times) - times * of(1256, 720)) < 1e-9);
  assert.ok(of(1256, 620) < of(1256, 720), "a low screen has smaller type, so that all of it is seen");
  for (const [width, height] of [
    [1000, 768],
    [1256, 720],
    [3816, 2160],
  ])
    for (const smallest of [12, 15])
      assert.ok(smallest * typeScale(true, width, height, { smallest }) >= LEAST_TYPE * height - 1e-9);
});

test("the words say how the cost moved", () => {
  const state = { ...initial("t"), history: { ...initial().history, train: from([0.91, 0.1, 0.002]) } };
  assert.equal(costWords(state), "Training cost fell from 0.91 to 0.002 in 2 epochs.");
  assert.equal(costWords({ ...state, history: { ...state.history, train: from([0.5]) } }), "");
  assert.match(costWords({ ...state, history: { ...state.history, train: from([0.5, 2]) } }), /rose/);
  assert.match(
    costWords({ ...state, history: { ...state.history, train: from([0.5, null]) } }),
    /went from 0.5 to overflow/,
  );
});

test("a screen reader hears of changes, never of frames", () => {
  const state = connected(
    { ...initial("t"), phase: "playing", history: { ...initial().history, train: from([0.9, 0.5]) }, epoch: 1 },
    true,
  );
  assert.equal(spoken(state, { ...state, epoch: 2 }), "");
  assert.match(spoken(state, { ...state, phase: "paused" }), /Paused at epoch 1\. Training cost fell/);
  assert.match(
    spoken(state, { ...state, phase: "overflow", outcome: "overflow", message: "The cost overflowed." }),
    /^The cost overflowed\. Training cost/,
  );
  // What was tried out after the end is told once it is known.
  const stuck = { ...state, phase: /** @type {const} */ ("finished"), outcome: "stuck", message: "Stuck." };
  assert.equal(spoken(stuck, { ...stuck, message: "Stuck. eta = 0.1 learns." }), "eta = 0.1 learns.");
  assert.equal(spoken(stuck, { ...stuck, epoch: 9 }), "");
  assert.equal(spoken(stuck, { ...stuck, shown: 2 }), "Stuck.", "another run ended in the same words");
  assert.match(spoken(state, connected(state, false)), /Offline/);
  assert.equal(spoken({ ...state, phase: "paused" }, state), "Training runs.");
});

test("what the script did is told: a run that was pinned, two side by side, and one again", () => {
  const data = /** @type {any} */ ({ token: "t", pins: [] });
  const pinned = { ...data, pins: [{ label: "A: eta 0.1" }] };
  const two = { ...data, beside: { panels: [] } };
  assert.equal(newsOf(data, pinned, "pin"), "Pinned as A: eta 0.1.");
  assert.equal(newsOf(data, pinned, "action"), "", "another data set has pins of its own");
  assert.equal(newsOf(pinned, pinned, "pin"), "", "six are kept already, which a notice says");
  assert.equal(newsOf(data, two, "action"), "Two side by side: the controls change B.");
  assert.equal(newsOf(two, data, "action"), "One alone again.");
  assert.equal(newsOf({}, two, ""), "", "a page that opens so has said nothing else before");
});

test("a rate that is let go of begins no run that was not told while it moved, unless somebody asks for it", () => {
  let problem = "eta 0.1";
  const sent = { send: () => undefined, tell: () => undefined, choice: () => undefined };
  const state = { meta: { small: true } };
  const view = /** @type {any} */ ({ problem: () => problem, link: sent, teller: sent, owed: sent, state });
  const commands = new Commands(view);
  commands.eta(0.1, "drag");
  assert.equal(commands.told(), false);
  commands.eta(0.1, "commit");
  assert.equal(commands.told(), true);
  assert.equal(commands.told(), false, "once");
  commands.lam(0.1, "commit");
  commands.act("restart");
  assert.equal(commands.told(), false);
  commands.eta(0.2, "commit");
  problem = "eta 0.2";
  assert.equal(commands.told(), false, "its run was not shown yet");
});

test("what a key sets is said, where the screen alone shows it", () => {
  const settings = /** @type {any} */ ({ axis: "log", speed: "max", lecture: true });
  assert.equal(setBy("axis", settings), "Cost axis logarithmic.");
  assert.equal(setBy("axis", { ...settings, axis: "linear" }), "Cost axis linear.");
  assert.equal(setBy("speed", settings), "Speed: Maximum.");
  assert.equal(setBy("lecture", settings), "Lecture mode on.");
  assert.equal(setBy("play", settings), "", "a run says itself that it runs");
});

test("how a run went is said in the server's words, in the tone of its outcome", () => {
  const state = connected({ ...initial("t"), phase: "finished", message: "As the server says." }, true);
  const kinds = ["learned", "memorised", "slow", "stuck", "unstable", "overflow"];
  const tones = kinds.map((outcome) => sentence({ ...state, outcome }));
  assert.deepEqual(
    tones.map(({ tone }) => tone),
    ["good", "plain", "plain", "plain", "bad", "bad"],
  );
  assert.ok(tones.every(({ text }) => text === "As the server says."));
});

test("the facts are those of the run, and of the epoch looked back at", () => {
  const state = connected(
    {
      ...initial("t"),
      meta: { scheduler: "Adam", seed: 7 },
      epoch: 1,
      seek: 1,
      history: { ...initial().history, train: from([1, 0.25, 0.1]) },
    },
    true,
  );
  const found = Object.fromEntries(facts(state, null));
  assert.deepEqual([found.scheduler, found.seed, found.epoch, found["training cost"]], ["Adam", "7", "1", "0.25"]);
});

test("large type has costs in two digits, and of the speed only what is known", () => {
  const state = { ...initial("t"), history: { ...initial().history, train: from([1, 4.673e-4]) }, epoch: 1 };
  assert.deepEqual(facts(state, null).slice(2), [
    ["training cost", "4.7e-4"],
    ["seed", "–"],
  ]);
  assert.deepEqual(facts(state, 59.7).at(-1), ["fps", "60"]);
  const playing = /** @type {typeof state} */ ({ ...state, phase: "playing", rate: 70 });
  assert.deepEqual(facts(playing, 59.7).at(-1), ["epochs/s, fps", "70, 60"]);
});

test("an input over the plane rises along its own axis, and zero is the neutral colour where it can be negative", () => {
  const at = (/** @type {Uint8Array | null} */ map, /** @type {number} */ col, /** @type {number} */ row) =>
    map?.[row * INPUT_SIDE + col];
  const gate = inputMap("x", [
    [0, 1],
    [0, 1],
  ]);
  assert.deepEqual([at(gate, 0, 7), at(gate, 19, 7)], [0, 255]);
  const product = inputMap("xy", [
    [-6, 6],
    [-6, 6],
  ]);
  assert.deepEqual([at(product, 19, 19), at(product, 0, 19), at(product, 0, 0)], [255, 0, 255]);
  assert.equal(
    inputMap("y", [
      [0, 1],
      [0, 1],
    ])?.[19 * INPUT_SIDE],
    255,
  );
  assert.equal(
    inputMap("glucose", [
      [0, 1],
      [0, 1],
    ]),
    null,
  );
  assert.equal(
    inputMap("constructor", [
      [0, 1],
      [0, 1],
    ]),
    null,
  );
});

test("squares fill their box without leaving it", () => {
  for (const [count, size] of /** @type {[number, {width: number, height: number}][]} */ ([
    [100, { width: 300, height: 280 }],
    [7, { width: 500, height: 60 }],
    [1, { width: 90, height: 90 }],
    [0, { width: 90, height: 90 }],
  ])) {
    const { columns, cell } = tiling(count, size, 64);
    assert.ok(cell > 0 && cell <= 64);
    assert.ok(columns * cell <= size.width && Math.ceil(count / columns) * cell <= size.height);
  }
  assert.ok(tiling(100, { width: 300, height: 280 }, 64).cell >= 27);
});
