// @ts-check
/** The sliders of learning rate and penalty stand where the run is, whatever was planned. */
import assert from "node:assert/strict";
import { test } from "node:test";
import live from "../../ui/web/live/component.js";
import { about, aboutBoth, networkOf, networksOf, penalty } from "../../ui/web/panels/run_state.js";
import { Element, surroundings } from "./page.js";

const META = { kind: "gate", task: "binary", label: "XOR, eta 0.1, seed 1", epochs: 100, eta: 0.1, lam: 0.01, seed: 1 };
const MARKS = [
  { epoch: 5, field: "lam", value: 0.1 },
  { epoch: 7, field: "eta", value: 0.3 },
];

/** @param {any} more */
const frame = (more) => ({ t: "frame", run: 1, from: 0, epoch: 0, state: "playing", train: [0.7], eta: 0.1, ...more });

/** A view of a run with a penalty, and what its two sliders say. */
function mount() {
  const place = surroundings();
  const parentElement = /** @type {any} */ (new Element("div"));
  const data = { socket: "/live/socket", token: "one", panels: ["curves"], eta: 0.1, lam: 0.01, view: {} };
  const context = { parentElement, data, setTriggerValue() {} };
  const end = live(/** @type {any} */ (context), place.environment);
  const [socket] = place.sockets;
  socket.onopen({});
  const slider = (/** @type {string} */ id) => parentElement.querySelector(id).getAttribute("aria-valuetext");
  return {
    hear: (/** @type {any} */ message) => socket.hear(message),
    told: () => [slider("eta"), slider("lam")],
    course: () => parentElement.querySelector("course").querySelector(".nnp-said").textContent,
    planned: () => parentElement.querySelector("as-planned"),
    end,
  };
}

test("a run that was changed on its way shows both rates as they are now, opened anew too", () => {
  const view = mount();
  view.hear({ t: "run", run: 1, meta: META });
  view.hear(frame({ marks: [] }));
  assert.deepEqual(view.told(), ["0.1", "0.01"]);
  view.hear(frame({ from: 1, epoch: 8, marks: MARKS, eta: 0.3 }));
  assert.deepEqual(view.told(), ["0.3", "0.1"]);
  view.hear({ t: "run", run: 2, meta: META });
  view.hear(frame({ run: 2, marks: MARKS, eta: 0.3 }));
  assert.deepEqual(view.told(), ["0.3", "0.1"]);
  view.end();
});

test("the penalty in force is the one that was set last", () => {
  const state = /** @type {any} */ ({ meta: META, marks: MARKS });
  assert.equal(penalty(state), 0.1);
  assert.equal(penalty({ ...state, marks: [] }), 0.01);
});

test("the line that tells a run has all that was changed on its way, and what no link holds", () => {
  const state = /** @type {any} */ ({ meta: META, course: null, epoch: 0 });
  assert.equal(about(state), "XOR, eta 0.1, seed 1, lambda 0.01, epoch 0");
  const label = "XOR, eta 0.1 until epoch 7, then 0.3, seed 1, lambda 0.01 until epoch 5, then 0.1";
  const changed = { ...state, meta: { ...META, others: "cost squared error" }, course: { label, words: "" }, epoch: 8 };
  assert.equal(about(changed), `${label}, cost squared error, epoch 8`);
  const touched = { ...changed, course: { label, words: "", touched: "weights set by hand" } };
  assert.equal(about(touched), `${label}, cost squared error, weights set by hand, epoch 8`);
  const own = { ...state, meta: { ...META, label: "Own ?-4-?", dims: [8, 4, 1] } };
  assert.equal(about({ ...own, course: { label: "Own ?-4-?, eta 1", words: "" } }), "Own 8-4-1, eta 1, epoch 0");
});

test("data and network are told whole, whatever commas are in their names", () => {
  const told = (/** @type {string} */ label, dims = [8, 1]) => networkOf({ label, dims, scheduler: "Adam" });
  assert.equal(
    told("Digits, as drawn by hand 64-9-10 tanh, Adam, eta 1, seed 1"),
    "Digits, as drawn by hand 64-9-10 tanh",
  );
  assert.equal(told("Your own data ?-?, Adam, eta 1, seed 1"), "Your own data 8-1");
  assert.equal(told("Your own data ?-3-? tanh, Adam, eta 1, seed 1", [8, 3, 1]), "Your own data 8-3-1 tanh");
});

test("what two runs show is told of both, and their network once where it is one", () => {
  const of = (/** @type {string} */ shape) =>
    /** @type {any} */ ({ meta: { label: `XOR ${shape}, Adam, eta 1`, scheduler: "Adam" }, course: null, epoch: 8 });
  assert.equal(networksOf(of("2-4-1"), of("2-4-1")), "XOR 2-4-1");
  assert.equal(networksOf(of("2-8-1"), null), "XOR 2-8-1");
  assert.equal(networksOf(of("2-8-1"), of("2-4-1")), "A XOR 2-4-1 | B XOR 2-8-1");
  const both = "A: XOR 2-4-1, Adam, eta 1, epoch 8; B: XOR 2-8-1, Adam, eta 1, epoch 8";
  assert.equal(aboutBoth(of("2-8-1"), of("2-4-1")), both);
  assert.equal(aboutBoth(of("2-8-1"), null), "XOR 2-8-1, Adam, eta 1, epoch 8");
});

test("what no link holds is said beside what was added, and is nothing to go back to a plan for", () => {
  const told = (/** @type {string} */ words, touched = "") => {
    const view = mount();
    view.hear({ t: "run", run: 1, meta: META });
    view.hear(frame({ course: { key: "more=1", words, epochs: 101, label: META.label, touched } }));
    const seen = [view.course(), !view.planned().hidden];
    view.end();
    return seen;
  };
  assert.deepEqual(told(""), ["", false]);
  assert.deepEqual(told("100 epochs planned, 1 added."), ["100 epochs planned, 1 added.", true]);
  const held = "Weights kept and set by hand: no link holds them.";
  assert.deepEqual(told("", "weights kept and set by hand"), [held, false]);
  assert.deepEqual(told("1 added.", "weights kept and set by hand"), [`1 added. ${held}`, true]);
});
