// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";

import { winnerSentence } from "../../ui/web/sweep/race_mode.js";
import { spread } from "../../ui/web/kit/scales.js";
import { TruthTable } from "../../ui/web/panels/truth.js";
import mount from "../../ui/web/sweep/strip_view.js";
import { alive, Element, refuse, surroundings } from "./page.js";
import { message } from "./strip.test.js";

// What a real element has beside what the stand-in for the live view needed.
Object.assign(Element.prototype, {
  hasPointerCapture: () => false,
  clientHeight: 250,
  viewBox: { baseVal: { width: 100 } },
});

const META = {
  mode: "strip",
  main: "main",
  epochs: 20,
  eta: 0.01,
  classes: ["0", "1"],
  truth: {
    X: [
      [0, 0],
      [1, 1],
    ],
    t: [0, 1],
  },
  bounds: [
    [0, 1],
    [0, 1],
  ],
  points: {
    X: [
      [0, 0],
      [1, 1],
    ],
    t: [0, 1],
  },
};

/** @param {string} mode @param {any} [more] what else is known of the sweep */
function open(mode = "strip", more = {}) {
  const place = surroundings();
  const said = /** @type {[string, any][]} */ ([]);
  const context = {
    parentElement: /** @type {any} */ (new Element("div")),
    data: { socket: "/live/socket", token: "one", mode, eta: 0.01, lecture: false },
    setTriggerValue: (/** @type {string} */ key, /** @type {any} */ value) => said.push([key, value]),
  };
  const { environment } = place;
  const end = mount(context, environment);
  const socket = place.sockets[place.sockets.length - 1];
  socket.onopen({});
  socket.hear({ t: "job", job: 1, meta: { ...META, mode, ...more } });
  socket.hear(message({ job: 1 }));
  socket.hear({ t: "tick", job: 1, state: "done", done: 1, text: "4 rates" });
  place.pass(50);
  const root = context.parentElement.querySelector("strip-view");
  return { ...place, context, said, end, socket, root, environment, input: root.querySelector("eta") };
}

/** @param {any} node @returns {any[]} all elements below a node */
const below = (node) =>
  node.children.flatMap((/** @type {any} */ child) => (child instanceof Element ? [child, ...below(child)] : []));

/** @param {any} root @param {string} name */
const byClass = (root, name) =>
  below(root).filter((node) => (node.getAttribute("class") ?? "").split(" ").includes(name));

test("the strip opens on the experiment's rate and says what happened there", () => {
  const { root, input, end } = open();
  assert.equal(root.dataset.state, "done");
  assert.equal(root.dataset.eta, "0.01");
  assert.match(root.querySelector("strip-outcome").textContent, /^η = 0.01: learned, target in epoch 12/);
  assert.match(input.getAttribute("aria-valuetext"), /learned, target in epoch 12/);
  // Of all that holds the sentence one place is read out by itself, and not again when nothing is new.
  const read = below(root).filter((node) => node.getAttribute("aria-live") === "polite");
  assert.deepEqual(
    read.map(({ textContent }) => textContent),
    [root.querySelector("strip-outcome").textContent],
  );
  end();
});

test("the first picture of a sweep is drawn at once, at its own rate, and nothing before it", () => {
  const { root, socket, pass, end } = open();
  const painted = () => socket.sent.filter((/** @type {any} */ sent) => sent.op === "painted").length;
  const before = painted();
  const drawn = Number(root.dataset.drawn);
  socket.hear({ t: "job", job: 2, meta: { ...META, eta: 0.1 } });
  assert.equal(Number(root.dataset.drawn), drawn);
  socket.hear(message({ job: 2 }));
  assert.equal(Number(root.dataset.drawn), drawn + 1);
  assert.deepEqual([root.dataset.job, root.dataset.fresh, root.dataset.eta], ["2", "false", "0.1"]);
  assert.equal(painted(), before, "drawn, but not painted yet");
  pass(40);
  assert.equal(painted(), before + 1);
  end();
});

test("arrow keys move the marker with curve and map, without a word to the server", () => {
  const { root, input, socket, said, end } = open();
  const before = { words: socket.sent.length, d: byClass(root, "nns-run-main")[0].getAttribute("d") };
  input.fire("keydown", { key: "ArrowRight" });
  assert.equal(root.dataset.eta, "0.1");
  assert.notEqual(byClass(root, "nns-run-main")[0].getAttribute("d"), before.d);
  assert.match(root.querySelector("strip-outcome").textContent, /^η = 0.1/);
  assert.equal(socket.sent.length, before.words);
  assert.deepEqual(said, []);
  end();
});

test("a rest after the last key makes the rate the experiment's, once", () => {
  const { input, said, pass, end } = open();
  input.fire("keydown", { key: "ArrowRight" });
  pass(100);
  input.fire("keydown", { key: "ArrowRight" });
  pass(100);
  assert.deepEqual(said, []);
  pass(400);
  assert.deepEqual(said, [["eta", 1]]);
  pass(2000);
  assert.equal(said.length, 1);
  end();
});

test("a key pressed while the answer to the one before is on its way moves the marker from where the hand is", () => {
  const { context, environment, input, pass, root, said, socket, end } = open();
  const told = () => said.map(([key, value]) => `${key} ${value}`);
  const answer = (/** @type {number} */ eta, /** @type {number} */ job) => {
    Object.assign(context.data, { eta });
    mount(context, environment); // the script has run
    socket.hear({ t: "job", job, meta: { ...META, eta } });
    socket.hear(message({ job }));
    pass(50);
  };
  input.fire("keydown", { key: "ArrowRight" });
  pass(400);
  input.fire("keydown", { key: "ArrowLeft" });
  answer(0.1, 2);
  assert.equal(root.dataset.eta, "0.01");
  pass(400);
  assert.deepEqual(told(), ["eta 0.1", "eta 0.01"], "what the hand has come to is told");
  input.fire("keydown", { key: "ArrowRight" });
  pass(400);
  assert.equal(said.length, 2, "one choice at a time");
  answer(0.01, 3);
  assert.equal(root.dataset.eta, "0.1", "which an answer to the one before does not undo");
  assert.deepEqual(told(), ["eta 0.1", "eta 0.01", "eta 0.1"]);
  answer(0.1, 4);
  assert.equal(root.dataset.eta, "0.1");
  end();
});

test("the ends of the strip hold the marker", () => {
  const { root, input, end } = open();
  input.fire("keydown", { key: "Home" });
  input.fire("keydown", { key: "ArrowLeft" });
  assert.equal(root.dataset.eta, "0.001");
  input.fire("keydown", { key: "End" });
  input.fire("keydown", { key: "PageUp" });
  assert.equal(root.dataset.eta, "1");
  end();
});

test("a rate that comes from elsewhere moves the marker", () => {
  const { root, context, environment, pass, end } = open();
  mount({ ...context, data: { ...context.data, eta: 0.1 } }, environment);
  pass(50);
  assert.equal(root.dataset.eta, "0.1");
  end();
});

test("cancel asks the server, and can be taken back", () => {
  const { root, socket, pass, end } = open();
  const button = root.querySelector("strip-cancel");
  socket.hear({ t: "tick", job: 1, state: "working", done: 0.3, text: "" });
  pass(50);
  button.fire("click");
  assert.equal(socket.sent.at(-1).op, "pause");
  socket.hear({ t: "tick", job: 1, state: "cancelled", done: 0.3, text: "" });
  pass(50);
  assert.equal(button.textContent, "Go on");
  button.fire("click");
  assert.equal(socket.sent.at(-1).op, "play");
  end();
});

test("every look mounts, changes into the next and leaves nothing behind, twice", () => {
  for (let round = 0; round < 2; round += 1) {
    for (const mode of ["strip", "race", "heat", "luck", "range", "curvature", "rules"]) {
      const { context, environment, end, pass, waiting, input } = open(mode);
      input?.fire("keydown", { key: "ArrowRight" });
      mount({ ...context, data: { ...context.data, mode: "strip" } }, environment);
      pass(50);
      end();
      assert.deepEqual([alive.listeners, alive.observers, waiting()], [0, 0, 0], mode);
      assert.equal(context.parentElement.children.length, 0);
    }
  }
});

test("two rules: a line each, zones of both, and the habits at the marker", () => {
  const { root, socket, pass, input, end } = open("rules", { difference: "The published code forgets." });
  const drawn = (/** @type {string} */ name) => byClass(root, `nns-run-${name}`).length;
  assert.match(root.querySelector("strip-outcome").textContent, /the published code is still being computed$/);
  assert.equal(byClass(root, "nns-below").length, 0);
  const slower = Buffer.from(
    Float32Array.of(0.7, 0.68, 0.66, 0.7, 0.6, 0.3, 0.7, 0.1, 0.09, 0.7, NaN, NaN).buffer,
  ).toString("base64");
  const final = Buffer.from(Float32Array.of(0.66, 0.6, 0.3, 0.3, 0.09, 0.1, NaN, NaN).buffer).toString("base64");
  const outcome = Buffer.from(Uint8Array.of(2, 2, 2, 2, 2, 2, 5, 5).buffer).toString("base64");
  socket.hear(message({ name: "published", label: "published code", curves: slower, final, outcome }));
  socket.hear(message({ name: "forgetting", label: "only the forgetting" }));
  socket.hear(message({ name: "schedulers", label: "its scheduler alone" }));
  pass(50);
  const rows = () => root.querySelector("habits").textContent;
  // Swatch and curve of the published code and of the forgetting; the fourth line is in the table alone.
  assert.deepEqual(["other", "between"].map(drawn), [2, 2]);
  assert.equal(byClass(root, "nns-line-2").length, 1);
  assert.equal(byClass(root, "nns-line-3").length, 0);
  const below = byClass(byClass(root, "nns-below")[0], "nns-zone");
  assert.deepEqual(
    below.map((/** @type {any} */ zone) => zone.getAttribute("data-outcome")),
    ["slow", "overflow"],
  );
  assert.match(rows(), /Adam0.01–learned.*only the forgetting.*its scheduler alone.*published code0.3× 30slow/);
  assert.match(root.querySelector("rules-seen").textContent, /apart by epoch 10\. With only the forgetting/);
  assert.match(byClass(root, "nns-strip")[0].getAttribute("aria-label"), /^Textbook rule: .* Published code: /);
  input.fire("keydown", { key: "ArrowRight" });
  assert.match(rows(), /published code0.09× 9slow/);
  assert.match(root.querySelector("strip-outcome").textContent, /^η = 0.1: the textbook rule ends at 0.01/);
  end();
});

/** The own run at 0.01 up to some of its epochs. @param {number[]} epochs @param {number[]} sharp */
const edge = (epochs, sharp) => {
  const packed = Buffer.from(Float32Array.from(sharp).buffer).toString("base64");
  return { t: "edge", job: 1, eta: 0.01, epochs, sharp: packed, costs: packed, finished: false };
};

test("curvature is drawn while the run goes on, as far as it is played and has come", () => {
  const { root, socket, pass, input, end } = open("curvature", { limit: 3.8, plain: 2 });
  const drawn = () => byClass(root.querySelector("panel-sharpness"), "nns-run-main")[0]?.getAttribute("d");
  const dial = root.querySelector("panel-dial");
  assert.match(root.querySelector("panel-sharpness").textContent, /limit 3.8/);
  assert.match(root.querySelector("panel-sharpness").textContent, /2: limit without momentum/);
  socket.hear(edge([0, 5], [100, 180]));
  pass(50);
  assert.equal(dial.dataset.epoch, "0");
  const start = drawn();
  pass(1000);
  assert.equal(dial.dataset.epoch, "5");
  assert.notEqual(drawn(), start);
  assert.match(dial.textContent, /At epoch 5/);
  socket.hear(edge([0, 5, 10, 20], [100, 180, 370, 380]));
  pass(700);
  assert.equal(dial.dataset.epoch, "10");
  pass(2000);
  assert.match(dial.textContent, /At the end.*3.8, the limit is 3.8. At the edge/);
  socket.hear(message({ job: 1 }));
  pass(50);
  assert.match(
    input.getAttribute("aria-valuetext"),
    /^η = 0.01: .*\. η × sharpness at epoch 20: 3.8, the limit is 3.8/,
  );
  const button = root.querySelector("edge-play");
  button.fire("click");
  assert.equal(dial.dataset.epoch, "0");
  input.fire("keydown", { key: "ArrowRight" });
  assert.equal(button.textContent, "Play this run");
  assert.match(dial.textContent, /No finite curvature/);
  end();
});

test("a race shows each lane at the shared rate, or at its own best", () => {
  const { root, socket, pass, end, input } = open("race");
  socket.hear(message({ job: 1, name: "Constant", label: "Constant" }));
  pass(50);
  assert.match(root.querySelector("lane-Constant").textContent, /^Constant.*learned/);
  socket.hear({ t: "job", job: 2, meta: { ...META, mode: "race", order: ["Constant", "main"] } });
  socket.hear(message({ job: 2 }));
  const stale = () => ["Constant", "main"].map((name) => root.querySelector(`lane-${name}`).dataset.stale);
  assert.deepEqual(stale(), ["true", "false"]);
  socket.hear(message({ job: 2, name: "Constant", label: "Constant" }));
  pass(50);
  assert.deepEqual(stale(), ["false", "false"]);
  root.querySelector("race-own").fire("click");
  assert.equal(root.querySelector("race-own").getAttribute("aria-pressed"), "true");
  assert.match(root.querySelector("lane-Constant").textContent, /learned, η 0.01/);
  const winner = root.querySelector("race-winner").textContent;
  assert.ok(root.querySelector(".nn-voice").textContent.endsWith(winner));
  assert.ok(input.getAttribute("aria-valuetext").includes(winner));
  end();
});

test("a race says whose its numbers are: this start's in sentences and picture, medians of all in the table", () => {
  const { root, pass, end } = open("race", { order: ["main"] });
  const heads = () =>
    byClass(root, "nns-race-table")[0].children[1].children[0].children.map(
      (/** @type {any} */ head) => head.textContent,
    );
  pass(5000); // two starts, which reach the target in epochs 12 and 14
  assert.match(
    root.querySelector("race-winner").textContent,
    /^First at the target from this start: .*, in epoch 12\.$/,
  );
  assert.match(
    root.querySelector("strip-outcome").textContent,
    /^η = 0.01, Adam, this start: learned, target in epoch 12/,
  );
  assert.match(root.querySelector("race-track").getAttribute("aria-label"), /from this start/);
  assert.deepEqual(heads().slice(2), [
    "this start",
    "4 of 5 learn",
    "lowest median at η",
    "median cost",
    "median epochs",
  ]);
  const cells = root.querySelector("lane-main").children;
  assert.equal(cells[cells.length - 1].textContent, "13");
  end();
});

test("a race names who is first at the target, all who are, and the lowest cost where nobody gets there", () => {
  const runner = (/** @type {string} */ label, /** @type {number} */ reached, /** @type {number} */ cost) =>
    /** @type {any} */ ({ label, reached, cost });
  const said = (/** @type {any[]} */ ...runners) => winnerSentence(runners, false);
  assert.equal(
    said(runner("A", 30, 1), runner("B", 20, 2), runner("C", -1, 0)),
    "First at the target from this start: B, in epoch 20.",
  );
  assert.equal(said(runner("A", 0, 1), runner("B", 0, 2)), "First at the target from this start: A and B, in epoch 0.");
  assert.match(
    said(runner("A", -1, 0.5), runner("B", -1, 0.25), runner("C", -1, NaN)),
    /^From this start nobody .* of B, 0.25\.$/,
  );
  assert.match(said(runner("A", -1, NaN)), /all runs overflow/);
  const close = [runner("A", -1, 0.69315), runner("B", -1, 0.69321), runner("C", -1, 0.69319)];
  assert.match(said(...close), /reaches the target at this η: all end at 0\.693\.$/);
  assert.match(said(...close, runner("D", -1, 2)), /the lowest cost is that of A, B and C, 0\.693\.$/);
});

test("names at the heads of a race never cover one another and stay within the chart", () => {
  const room = { least: 16, low: 10, high: 150 };
  for (const wanted of [[20, 21, 22], [150, 150, 150], [10, 10, 80, 150], [80]]) {
    const places = spread(wanted, room.least, room.low, room.high);
    const sorted = [...places].sort((a, b) => a - b);
    sorted.slice(1).forEach((place, i) => assert.ok(place - sorted[i] >= room.least - 1e-9, String(places)));
    assert.ok(sorted[0] >= room.low && sorted[sorted.length - 1] <= room.high, String(places));
    if (wanted.length === 1) assert.deepEqual(places, wanted);
  }
});

test("a gate's rows at the end of a run are judged by what is shown, in the numbers of the live view", () => {
  surroundings();
  const table = new TruthTable();
  const X = [
    [0, 0],
    [0, 1],
    [1, 0],
    [1, 1],
  ];
  table.build({ X, t: [0, 1, 1, 0] }, ["inputs"]);
  table.show([0.5, 0.5, 1e9, NaN]);
  const told = table.rows.map(({ output, mark }) => [output.textContent, mark.textContent]);
  assert.deepEqual(told, [
    ["0.50", "≈ undecided"],
    ["0.50", "≈ undecided"],
    ["1e9", "✗ far off"],
    ["–", "–"],
  ]);
});

test("refused handshakes say what the proxy must set, until there is a connection", async () => {
  const view = open();
  await refuse(view);
  const [status] = byClass(view.root, "nns-status");
  assert.match(status.textContent, /turns the Host header host into another/);
  view.sockets[view.sockets.length - 1].onopen({});
  view.sockets[view.sockets.length - 1].hear({ t: "tick", job: 1, state: "done", done: 1, text: "4 rates" });
  view.pass(50);
  assert.equal(status.textContent, "4 rates");
  view.end();
});
