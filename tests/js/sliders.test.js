// @ts-check
/** The sliders of learning rate and penalty stand where the run is, whatever was planned. */
import assert from "node:assert/strict";
import { test } from "node:test";
import live from "../../ui/web/live/component.js";
import { about, penalty } from "../../ui/web/panels/run_state.js";
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

test("the line that tells a run tells the penalty in force", () => {
  const state = /** @type {any} */ ({ meta: META, marks: MARKS, eta: 0.3, epoch: 8 });
  assert.equal(penalty(state), 0.1);
  assert.equal(penalty({ ...state, marks: [] }), 0.01);
  assert.equal(about(state), "XOR, eta 0.3, seed 1, lambda 0.1, epoch 8");
  const other = { ...state, meta: { ...META, others: "cost squared error" } };
  assert.equal(about(other), "XOR, eta 0.3, seed 1, lambda 0.1, cost squared error, epoch 8");
});
