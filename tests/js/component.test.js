// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";

import live from "../../ui/web/live/component.js";
import { CurvePanel } from "../../ui/web/panels/curves.js";
import { initial, reduce } from "../../ui/web/panels/run_state.js";
import { readTheme } from "../../ui/web/kit/theme.js";
import { alive, Element, refuse, surroundings } from "./page.js";

const ALL = ["loss", "accuracy", "truth", "map", "network", "matrix", "mistakes", "filters", "pad", "fit", "residuals"];
const META = {
  data: "XOR",
  task: "binary",
  dims: [2, 2, 1],
  eta: 0.1,
  epochs: 20,
  small: true,
  start_cost: 0.7,
  y_range: [1e-4, 10],
  features: ["x", "y"],
  classes: ["0", "1"],
  bounds: [
    [0, 1],
    [0, 1],
  ],
  truth: {
    X: [
      [0, 0],
      [0, 1],
      [1, 0],
      [1, 1],
    ],
    t: [0, 1, 1, 0],
  },
};

/** A mounted view, its socket open, its words to Streamlit written down. @param {string[]} [panels] */
function mount(panels = ALL) {
  const place = surroundings();
  const parentElement = /** @type {any} */ (new Element("div"));
  const said = /** @type {[string, any][]} */ ([]);
  const context = {
    parentElement,
    data: { socket: "/live/socket", token: "one", panels, eta: 0.1, view: { speed: "normal" } },
    setTriggerValue: (/** @type {string} */ key, /** @type {any} */ value) => said.push([key, value]),
  };
  const end = live(/** @type {any} */ (context), place.environment);
  const socket = () => place.sockets[place.sockets.length - 1];
  socket().onopen({});
  const root = parentElement.querySelector("live-view");
  return {
    ...place,
    context,
    parentElement,
    said,
    end,
    socket,
    root,
    find: (/** @type {string} */ id) => root.querySelector(id),
  };
}

/** @param {any} more */
const frame = (more) => ({
  t: "frame",
  run: 1,
  from: 0,
  epoch: 0,
  state: "playing",
  train: [0.7],
  table: [0.5, 0.5, 0.5, 0.5],
  eta: 0.1,
  ...more,
});

/** @param {ReturnType<typeof mount>} view @param {any} [meta] */
function begin(view, meta = META) {
  view.socket().hear({ t: "run", run: 1, meta });
  view.socket().hear(frame({}));
}

test("mounted twice, it is one view; unmounted, no listener, observer or timer is left", () => {
  const before = { ...alive };
  const view = mount();
  const listening = alive.listeners;
  assert.ok(listening > before.listeners + 10);
  const again = live(/** @type {any} */ (view.context), view.environment);
  assert.equal(alive.listeners, listening);
  assert.equal(view.parentElement.children.length, 1);
  assert.equal(view.sockets.length, 1);
  begin(view);
  view.pass(100);
  view.end();
  again();
  assert.equal(alive.listeners, before.listeners);
  assert.equal(alive.observers, before.observers);
  assert.equal(view.waiting(), 0);
  assert.equal(view.parentElement.children.length, 0);
  assert.equal(view.socket().closed, true);
});

test("after unmounting, the same place can hold a new view", () => {
  const view = mount();
  view.end();
  const end = live(/** @type {any} */ (view.context), view.environment);
  assert.equal(view.parentElement.children.length, 1);
  assert.equal(view.sockets.length, 2);
  end();
});

test("the first frame of a run is drawn on arrival, without waiting for the screen", () => {
  const view = mount();
  view.pass(50);
  begin(view);
  assert.equal(view.root.getAttribute("data-run"), "1");
  assert.equal(view.root.getAttribute("data-state"), "playing");
  assert.equal(view.root.getAttribute("data-eta"), "0.1");
  view.end();
});

test("a moved control's first picture is drawn on arrival too, though the run before was drawn just now", () => {
  const view = mount();
  view.pass(50);
  begin(view);
  view.pass(100);
  view.socket().hear(frame({ from: 1, epoch: 1, train: [0.6] }));
  view.pass(16);
  assert.equal(view.root.getAttribute("data-epoch"), "1");
  const next = (/** @type {number} */ run) => {
    view.socket().hear({ t: "run", run, meta: META });
    view.socket().hear(frame({ run }));
  };
  next(2);
  assert.equal(view.root.getAttribute("data-run"), "2");
  next(3);
  assert.equal(view.root.getAttribute("data-run"), "2", "a dragged control is followed at each tick of the screen");
  view.pass(16);
  assert.equal(view.root.getAttribute("data-run"), "3");
  view.end();
});

test("the server hears when a run's first frame is on the screen, once, and nothing after the end", () => {
  const view = mount();
  const told = () => view.socket().sent.filter((/** @type {any} */ message) => message.op === "painted").length;
  view.pass(50);
  begin(view);
  assert.equal(told(), 0, "drawn, but not painted yet");
  view.pass(40);
  assert.equal(told(), 1);
  view.socket().hear(frame({ from: 1, epoch: 1, train: [0.6] }));
  view.pass(40);
  assert.equal(told(), 1);
  view.socket().hear({ t: "run", run: 2, meta: META });
  view.socket().hear(frame({ run: 2 }));
  view.end();
  view.pass(40);
  assert.equal(told(), 1);
});

test("attributes stay true to every drawn frame, and each drawing asks for the next frame first", () => {
  const view = mount();
  begin(view);
  for (let epoch = 1; epoch <= 10; epoch += 1) {
    view.socket().hear(frame({ from: epoch, epoch, train: [0.7 / epoch] }));
    view.pass(34);
    assert.equal(view.root.getAttribute("data-epoch"), String(epoch));
  }
  assert.ok(Number(view.root.getAttribute("data-frames")) >= 10);
  const asked = view.socket().sent.filter((/** @type {any} */ message) => message.op === "n").length;
  assert.ok(asked >= 9 && asked <= 12, String(asked));
  view.end();
});

test("a slow browser asks for no more than it draws", () => {
  const view = mount();
  begin(view);
  for (let epoch = 1; epoch <= 50; epoch += 1) view.socket().hear(frame({ from: epoch, epoch, train: [0.1] }));
  view.pass(17);
  const asked = view.socket().sent.filter((/** @type {any} */ message) => message.op === "n").length;
  assert.ok(asked <= 2, String(asked));
  assert.equal(view.root.getAttribute("data-epoch"), "50");
  view.end();
});

test("the learning rate goes out at every step of a drag, and to Streamlit on release only", () => {
  const view = mount();
  begin(view);
  const eta = view.find("eta");
  eta.fire("pointerdown");
  for (const place of [40, 41, 42]) {
    eta.value = String(place);
    eta.fire("input");
  }
  const sent = view.socket().sent.filter((/** @type {any} */ message) => message.op === "eta");
  assert.deepEqual(
    sent.map((/** @type {any} */ message) => message.mode),
    ["drag", "drag", "drag"],
  );
  assert.deepEqual(view.said, []);
  eta.fire("pointerup");
  eta.fire("change");
  const last = view.socket().sent.at(-1);
  assert.deepEqual(last, { op: "eta", value: 0.15, mode: "commit" });
  assert.deepEqual(view.said, [["eta", 0.15]]);
  view.end();
});

test("held arrow keys drag; the value is committed once, when they rest", () => {
  const view = mount();
  begin(view);
  const eta = view.find("eta");
  for (const place of [41, 42, 43]) {
    eta.fire("keydown", { key: "ArrowRight" });
    eta.value = String(place);
    eta.fire("input");
    eta.fire("change");
    view.pass(100);
  }
  assert.deepEqual(view.said, []);
  view.pass(500);
  assert.deepEqual(view.said, [["eta", 0.2]]);
  view.end();
});

test("a rate whose key was just let go of is told before what another key asks for, and means what is shown", () => {
  const view = mount();
  begin(view);
  const eta = view.find("eta");
  eta.fire("keydown", { key: "ArrowRight" });
  eta.value = "41";
  eta.fire("input");
  eta.fire("change");
  view.find("new-start").fire("click");
  assert.deepEqual(view.said, [["eta", 0.12]]);
  view.pass(500);
  view.context.data = { ...view.context.data, eta: 0.12 };
  live(/** @type {any} */ (view.context), view.environment);
  assert.deepEqual(view.said, [
    ["eta", 0.12],
    ["action", { name: "new_start", value: null }],
  ]);
  view.end();
});

test("a run that was told while the hand moved is not told again where it is only shown again", () => {
  const view = mount();
  begin(view);
  const spoken = () => view.root.querySelector(".nn-voice").textContent;
  const [moved, shown] = [
    { ...META, small: true, eta: 0.12 },
    { from: 0, epoch: 0, eta: 0.12 },
  ];
  const end = { epoch: 50, state: "finished", train: [0.7, 0.1], outcome: "learned", message: "Learned." };
  const hear = (/** @type {any[]} */ ...all) => all.forEach((one) => view.socket().hear(one));
  const eta = view.find("eta");
  eta.fire("keydown", { key: "ArrowRight" });
  eta.value = "41";
  eta.fire("input");
  hear({ t: "run", run: 2, meta: moved }, { t: "frame", run: 2, ...shown, ...end });
  const before = spoken();
  assert.match(before, /Learned\./);
  eta.fire("change");
  view.pass(400);
  hear({ t: "run", run: 3, meta: moved }, { t: "frame", run: 3, ...shown, state: "playing", train: [0.7] });
  view.pass(1000);
  hear({ t: "frame", run: 3, ...shown, ...end, from: 1, train: [0.1] });
  assert.equal(spoken(), before);
  view.find("restart").fire("click");
  hear({ t: "run", run: 4, meta: moved }, { t: "frame", run: 4, ...shown, state: "playing", train: [0.7] });
  view.pass(1000);
  assert.equal(spoken(), `${before}Training runs.`, "what somebody asks for is told");
  view.end();
});

test("a script that answers to the rate before the last one leaves the slider where the hand has brought it", () => {
  const view = mount();
  begin(view);
  const eta = view.find("eta");
  for (const place of ["41", "42"]) {
    eta.fire("keydown", { key: "ArrowRight" });
    eta.value = place;
    eta.fire("input");
    eta.fire("change");
    view.pass(400);
  }
  assert.deepEqual(view.said, [["eta", 0.12]]);
  const answer = (/** @type {number} */ rate) => {
    view.context.data = { ...view.context.data, eta: rate };
    live(/** @type {any} */ (view.context), view.environment);
  };
  answer(0.12);
  assert.equal(eta.value, "42");
  assert.deepEqual(view.said.at(-1), ["eta", 0.15]);
  answer(0.15);
  answer(0.3);
  assert.equal(eta.value, "45");
  view.end();
});

test("changed while running, the learning rate stays out of the address", () => {
  const view = mount();
  begin(view);
  const live_ = view.find("eta-live");
  live_.checked = true;
  const eta = view.find("eta");
  eta.value = "30";
  eta.fire("input");
  eta.fire("change");
  view.pass(1000);
  const sent = view.socket().sent.filter((/** @type {any} */ message) => message.op === "eta");
  assert.deepEqual(sent, [{ op: "eta", value: 0.01, mode: "live" }]);
  assert.deepEqual(view.said, []);
  view.end();
});

test("keys in haste go on from where the hand is, not from what the run has heard so far; a new run's rate counts", () => {
  const view = mount();
  begin(view);
  view.find("eta-live").checked = true;
  const eta = view.find("eta");
  for (const place of ["41", "42", "43"]) {
    eta.value = place;
    eta.fire("input");
    eta.fire("change");
  }
  const places = [0.12, 0.15, 0.2, 0.3].map((rate, epoch) => {
    view.socket().hear(frame({ from: epoch + 1, epoch: epoch + 1, eta: rate }));
    return eta.value;
  });
  assert.deepEqual(places, ["43", "43", "43", "45"]);
  eta.value = "46";
  eta.fire("input");
  eta.fire("change");
  view.socket().hear({ t: "run", run: 2, meta: { ...META, eta: 0.1 } });
  view.socket().hear(frame({ run: 2, eta: 0.1 }));
  assert.equal(eta.value, "40");
  view.end();
});

test("what the script said before does not undo a click; what it says anew counts", () => {
  const view = mount();
  view.find("axis").fire("click");
  assert.deepEqual(view.said.at(-1), ["view", { axis: "linear" }]);
  live(
    /** @type {any} */ ({ ...view.context, data: { ...view.context.data, view: { speed: "normal" } } }),
    view.environment,
  );
  view.pass(100);
  assert.equal(view.find("axis").textContent, "linear");
  live(
    /** @type {any} */ ({ ...view.context, data: { ...view.context.data, view: { speed: "normal", axis: "log" } } }),
    view.environment,
  );
  view.pass(100);
  assert.equal(view.find("axis").textContent, "log");
  view.end();
});

test("buttons speak to the channel; what the address holds goes to Streamlit", () => {
  const view = mount();
  begin(view);
  view.pass(40);
  for (const id of ["play", "step", "restart", "new-start", "pin"]) view.find(id).fire("click");
  const ops = view
    .socket()
    .sent.map((/** @type {any} */ message) => message.op)
    .filter((/** @type {string} */ op) => op !== "n" && op !== "painted");
  assert.deepEqual(ops, ["hello", "pause", "step", "restart", "mark"]);
  const start = ["action", { name: "new_start", value: null }];
  assert.deepEqual(view.said, [start]);
  live(view.context, view.environment);
  assert.deepEqual(view.said, [start, ["pin", true]], "the next one goes when the script has answered");
  view.end();
});

test("what the script is told waits until the server has received where the run was led, or is gone", () => {
  const view = mount();
  begin(view);
  view.pass(40);
  view.socket().slow = true;
  for (const id of ["step", "new-start"]) view.find(id).fire("click");
  assert.deepEqual(view.said, []);
  view.socket().hear({ t: "marked" });
  assert.deepEqual(view.said, [["action", { name: "new_start", value: null }]]);
  live(view.context, view.environment);
  view.find("new-start").fire("click");
  assert.equal(view.said.length, 2, "nothing was led since");
  live(view.context, view.environment);
  for (const id of ["step", "new-start"]) view.find(id).fire("click");
  assert.equal(view.said.length, 2);
  view.socket().onclose({ code: 1006 });
  assert.equal(view.said.length, 3);
  view.end();
});

test("Space pauses, and after the view has gone it does nothing", () => {
  const view = mount();
  begin(view);
  view.pass(40);
  const typed = view.page.dispatchEvent(Object.assign(new Event("keydown", { cancelable: true }), { key: " " }));
  assert.equal(typed, false);
  const ops = () => view.socket().sent.filter((/** @type {any} */ message) => message.op === "pause").length;
  assert.equal(ops(), 1);
  view.end();
  view.page.dispatchEvent(Object.assign(new Event("keydown", { cancelable: true }), { key: " " }));
  assert.equal(ops(), 1);
});

test("a run that overflowed offers the learning rate that the server advises", () => {
  const view = mount();
  begin(view);
  assert.equal(view.find("try-eta").hidden, true);
  view
    .socket()
    .hear(
      frame({
        from: 1,
        epoch: 3,
        train: [5, null, null],
        state: "overflow",
        outcome: "overflow",
        eta: 2,
        message: "The steps grew.",
        advice: { eta: 0.7, label: "Try η = 0.7 (÷ 3)" },
      }),
    );
  view.pass(40);
  assert.equal(view.root.getAttribute("data-state"), "overflow");
  assert.equal(view.root.getAttribute("data-outcome"), "overflow");
  assert.match(view.root.textContent, /The steps grew\./);
  assert.equal(view.find("try-eta").hidden, false);
  assert.equal(view.find("try-eta").textContent, "Try η = 0.7 (÷ 3)");
  view.find("try-eta").fire("click");
  assert.deepEqual(view.said.at(-1), ["action", { name: "try_eta", value: 0.7 }]);
  live(view.context, view.environment);
  const change = { hidden: "8", eta: "0.03" };
  const advice = { label: "Try a hidden layer of 8 neurons", change };
  view.socket().hear(frame({ from: 4, epoch: 3, state: "overflow", outcome: "overflow", message: "More.", advice }));
  view.pass(40);
  view.find("try-eta").fire("click");
  assert.deepEqual(view.said.at(-1), ["action", { name: "try", value: change }]);
  view.socket().hear(frame({ from: 1, epoch: 3, seek: 2, state: "overflow", outcome: "overflow" }));
  view.pass(40);
  assert.equal(view.find("try-eta").hidden, true, "looking back, the sentence names no rate");
  view.end();
});

test("matrix and images are about the rows that are chosen, and say which", () => {
  const view = mount(["matrix", "mistakes"]);
  const meta = { ...META, truth: undefined, n_val: 3, image_shape: [8, 8] };
  const matrix = { train: [4, 0, 1, 3], val: [1, 1, 0, 1] };
  begin(view, meta);
  view.socket().hear(frame({ from: 1, epoch: 1, train: [0.5], matrix }));
  view.pass(40);
  const shown = view.find("matrix-rows");
  assert.equal(shown.hidden, false);
  assert.equal(shown.value, "val");
  shown.value = "train";
  shown.fire("change");
  assert.deepEqual(view.socket().sent.at(-1), { op: "cell", row: null, col: null, rows: "train" });
  view.socket().hear({ t: "cell", row: null, col: null, rows: "train", items: [] });
  view.pass(40);
  assert.equal(shown.value, "train");
  assert.match(view.find("panel-mistakes").textContent, /training rows/);
  view.end();
});

test("a lost connection is said and keeps the curve; the server's unknown token is reported", () => {
  const view = mount();
  begin(view);
  view.socket().onclose({ code: 1006 });
  view.pass(40);
  assert.equal(view.root.getAttribute("data-state"), "offline");
  assert.equal(view.root.getAttribute("data-epoch"), "0");
  assert.match(view.root.textContent, /Offline/);
  view.pass(300);
  view.socket().onopen({});
  view.socket().onclose({ code: 4404 });
  assert.deepEqual(view.said, [["lost", "one"]]);
  live(/** @type {any} */ ({ ...view.context, data: { ...view.context.data, token: "two" } }), view.environment);
  view.socket().onopen({});
  assert.deepEqual(view.socket().sent, [{ op: "hello", token: "two" }]);
  begin(view);
  view.pass(40);
  assert.equal(view.root.getAttribute("data-state"), "playing");
  view.end();
});

test("looking back pauses the run and asks for the nearest kept epoch", () => {
  const view = mount();
  begin(view);
  view.socket().hear(frame({ from: 1, epoch: 8, train: [1, 1, 1, 1, 1, 1, 1, 1], scrub: [0, 4, 8] }));
  view.pass(40);
  const scrub = view.find("scrub");
  scrub.value = "5";
  scrub.fire("input");
  assert.deepEqual(view.socket().sent.slice(-2), [{ op: "pause" }, { op: "seek", epoch: 4 }]);
  view.end();
});

test("each panel stands in its place under its own name; an unknown one is left out", () => {
  const view = mount([...ALL, "constructor", "nonsense"]);
  for (const id of ALL) assert.ok(view.find(`panel-${id}`), id);
  assert.equal(view.find("panel-nonsense"), null);
  view.end();
});

test("the truth table says right and wrong in words", () => {
  const view = mount(["truth"]);
  begin(view);
  view.socket().hear(frame({ from: 1, epoch: 1, train: [0.1], table: [0.1, 0.9, 0.4, 0.2] }));
  view.pass(40);
  const text = view.find("panel-truth").textContent;
  assert.match(text, /3 of 4 right/);
  assert.equal(text.match(/✗ wrong/g)?.length, 1);
  view.end();
});

test("a large problem that began at the moved learning rate is not begun again on release", () => {
  const view = mount();
  view.socket().hear({ t: "run", run: 1, meta: { ...META, small: false } });
  view.socket().hear(frame({}));
  const eta = view.find("eta");
  eta.fire("pointerdown");
  eta.value = "42";
  eta.fire("input");
  view.socket().hear({ t: "run", run: 2, meta: { ...META, small: false, eta: 0.15 } });
  view.socket().hear(frame({ run: 2, eta: 0.15 }));
  eta.fire("pointerup");
  eta.fire("change");
  const sent = view.socket().sent.filter((/** @type {any} */ message) => message.op === "eta");
  assert.deepEqual(sent, [{ op: "eta", value: 0.15, mode: "drag" }]);
  assert.deepEqual(view.said, [["eta", 0.15]]);
  view.end();
});

test("other panels leave nothing of the old ones behind", () => {
  const view = mount(["map", "network", "pad", "mistakes"]);
  const listening = alive.listeners;
  for (const panels of [
    ["truth"],
    ["map", "network", "pad", "mistakes"],
    ["loss"],
    ["map", "network", "pad", "mistakes"],
  ]) {
    live(/** @type {any} */ ({ ...view.context, data: { ...view.context.data, panels } }), view.environment);
    for (const id of panels) assert.ok(view.find(`panel-${id}`), id);
  }
  assert.equal(view.find("panel-loss"), null);
  assert.equal(alive.listeners, listening);
  view.end();
});

test("a chart is drawn in full when its axis moves, not because the next run starts from another cost", () => {
  const meta = { data: "XOR", dims: [2, 4, 1], epochs: 20, y_range: [5e-5, 5], target_cost: 0.05, start_cost: 0.7 };
  const reached = (/** @type {any} */ more) =>
    [
      { t: "run", run: 1, meta: { ...meta, ...more } },
      { t: "frame", run: 1, from: 0, epoch: 0, state: "playing", train: [more.start_cost ?? 0.7], train_acc: [0.5] },
    ].reduce((state, message) => reduce(state, /** @type {any} */ (message)), initial());
  const look = {
    settings: { axis: "log", show_val: true },
    theme: readTheme(() => ""),
    pins: [],
    scale: 1,
    now: 0,
    rest: false,
  };
  for (const id of /** @type {const} */ (["loss", "accuracy"])) {
    const panel = new CurvePanel(id);
    const sign = (/** @type {any} */ more) => panel.sign(/** @type {any} */ ({ ...look, state: reached(more) }));
    const before = sign({});
    assert.equal(sign({ start_cost: 0.9, dims: [2, 5, 1] }), before);
    assert.equal(sign({ y_range: [1e-3, 10] }) === before, id === "accuracy");
    assert.equal(sign({ target_cost: 0.02 }) === before, id === "accuracy");
    assert.notEqual(sign({ epochs: 2000 }), before);
  }
});

test("where a network is refused the empty panels are known, until there is a run, and a run that was shown stays", () => {
  const view = mount();
  const refused = () => view.root.getAttribute("data-refused");
  const refuse = () => {
    view.socket().hear({ t: "error", message: "batch_size must be at most 1008." });
    view.pass(100);
  };
  view.pass(100);
  assert.equal(refused(), null, "a run that is still to come is none that was refused");
  refuse();
  assert.equal(refused(), "true");
  begin(view);
  view.pass(100);
  assert.equal(refused(), null);
  refuse();
  assert.equal(refused(), null);
  view.end();
});

test("an empty chart is not in the way of a run's first frame", () => {
  const panel = new CurvePanel("loss");
  panel.chart.plotly = /** @type {any} */ ({});
  panel.resize({ width: 400, height: 200 });
  const look = { settings: { axis: "log", show_val: true }, theme: readTheme(() => ""), pins: [], scale: 1, now: 0 };
  const job = (/** @type {any} */ state) => panel.job(/** @type {any} */ ({ ...look, state, rest: false }));
  assert.equal(job(initial()).dirty, false);
  const meta = { data: "XOR", dims: [2, 4, 1], epochs: 20 };
  const begun = reduce(initial(), /** @type {any} */ ({ t: "run", run: 1, meta }));
  const frame = { t: "frame", run: 1, from: 0, epoch: 0, state: "playing", train: [0.7] };
  assert.equal(job(reduce(begun, /** @type {any} */ (frame))).dirty, true);
});

test("refused handshakes say what the proxy must set, until there is a connection", async () => {
  const view = mount();
  begin(view);
  await refuse(view);
  const words = () => view.root.querySelector(".nnp-words").textContent;
  assert.match(words(), /turns the Host header host into another/);
  view.socket().onopen({});
  begin(view);
  view.pass(500);
  assert.doesNotMatch(words(), /Host header/);
  view.end();
});
