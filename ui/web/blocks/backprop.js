// @ts-check
/** Back-propagation with numbers: forward and backward through a 2-2-1 network, one step at a time. */

import { h } from "../kit/dom.js";
import { slider } from "./controls.js";
import { Kept } from "./kept.js";
import { drawNetwork, PHONE } from "./network_picture.js";
/** @import { Block, Tools } from "./block.js" */

/**
 * The keys that are in sight at a stage, and those that are new with it.
 *
 * @param {{keys: string[]}[]} stages
 * @param {number} stage
 * @returns {{seen: Set<string>, fresh: Set<string>}}
 */
export function inSight(stages, stage) {
  const seen = new Set(stages.slice(0, stage + 1).flatMap(({ keys }) => keys));
  return { seen, fresh: new Set(stages[stage]?.keys ?? []) };
}

/**
 * What a weight or bias is called.
 *
 * @param {string} key such as w1_12, from input 1 to hidden neuron 2
 */
export function weightName(key) {
  if (key === "b2") return "bias of the output";
  if (key.startsWith("b1_")) return `bias of hidden neuron ${key[3]}`;
  if (key.startsWith("w2_")) return `weight from hidden neuron ${key[3]} to the output`;
  return `weight from x${key[3]} to hidden neuron ${key[4]}`;
}

/**
 * All nine numbers with one of them changed, round enough for an address.
 *
 * @param {{order: string[], raw: Record<string, number>}} data
 * @param {string} key
 * @param {number} value
 */
export function withOne({ order, raw }, key, value) {
  return order.map((name) => Number((name === key ? value : raw[name]).toPrecision(5)));
}

/** @param {Tools} tools @returns {Block} */
export default function backprop(tools) {
  return new Backprop(tools);
}

class Backprop {
  /** @param {Tools} tools */
  constructor({ host, signal, theme, announce, tell }) {
    this.root = host;
    this.signal = signal;
    this.theme = theme;
    this.tell = tell;
    this.announce = announce;
    this.kept = new Kept((value) => tell("stage", value));
    /** @type {any} */ this.data = null;
    this.chosen = "";
    /** @type {number[] | null} weights that were asked for while an answer was on its way */ this.wanted = null;
    this.waiting = false;
    this.picture = h("div", { class: "nnb-net" });
    this.title = h("div", { class: "nnb-title" });
    this.lines = h("div", { class: "nnb-lines" });
    this.check = h("p", { class: "nnb-hint" });
    this.stage = this.stages();
    this.weight = this.weights();
    this.drawn = this.button("drawn weights", "weights-drawn", () => this.drawWeights());
    this.hand = h("div", { class: "nnb-hand", hidden: true }, this.weight.element, this.drawn);
    this.build();
    this.picture.addEventListener("click", (event) => this.choose(event), { signal });
    this.picture.addEventListener("keydown", (event) => event.key === "Enter" && this.choose(event), { signal });
  }

  build() {
    const back = this.button("◀ back", "stage-back", () => this.key("back"));
    const next = this.button("next ▶", "stage-next", () => this.key("next"));
    back.title = "Key ←, or page up";
    next.title = "Key →, or page down";
    this.root.append(
      h("div", { class: "nnb-bar" }, back, next, this.stage.element, this.hand),
      h("div", { class: "nnb-work" }, this.picture, h("div", {}, this.title, this.lines, this.check)),
    );
  }

  stages() {
    return slider({
      label: "step",
      testid: "stage",
      signal: this.signal,
      words: (value) => `${value + 1} of ${this.data?.stages.length ?? 1}`,
      onInput: () => this.show(),
      onCommit: (value) => this.kept.tell(value),
    });
  }

  weights() {
    return slider({
      label: "weight",
      min: -5,
      max: 5,
      step: 0.05,
      value: 0,
      testid: "weight",
      signal: this.signal,
      words: (value) => value.toFixed(2).replace("-", "−"),
      onInput: (value) => this.ask(withOne(this.data, this.chosen, value)),
    });
  }

  /** @param {string} text @param {string} testid @param {() => void} act */
  button(text, testid, act) {
    const element = h("button", { text, "data-testid": testid });
    element.addEventListener("click", act, { signal: this.signal });
    return element;
  }

  /** Take the weight or bias that was clicked into the hand. @param {Event} event */
  choose(event) {
    const spot = /** @type {Element} */ (event.target).closest("[data-weight]");
    const key = spot?.getAttribute("data-weight");
    if (!key) return;
    event.preventDefault();
    this.chosen = key;
    this.draw();
    this.weight.input.focus();
  }

  /** Ask for other weights; while an answer is on its way, only the latest is kept. @param {number[]} weights */
  ask(weights) {
    this.wanted = weights;
    if (this.waiting) return;
    this.waiting = true;
    this.wanted = null;
    this.tell("weights", weights);
  }

  /** Go back to the weights that the seed drew and training left. */
  drawWeights() {
    this.wanted = null;
    this.chosen = "";
    this.tell("weights", []);
  }

  /** @param {any} data */
  update(data) {
    this.data = data;
    this.stage.input.max = String(data.stages.length - 1);
    this.weight.input.min = String(-data.limit / 2);
    this.weight.input.max = String(data.limit / 2);
    if (this.kept.news(data.stage)) this.stage.set(data.stage);
    this.stage.refresh();
    const asked = this.waiting;
    this.waiting = false;
    if (this.wanted) this.ask(this.wanted);
    if (asked) this.show();
    else this.draw();
  }

  /** @param {string} action */
  key(action) {
    const now = Number(this.stage.input.value);
    const to = { first: 0, next: now + 1, back: now - 1, play: now + 1 }[action] ?? now;
    this.stage.set(Math.max(0, Math.min(this.data.stages.length - 1, to)));
    this.kept.tell(Number(this.stage.input.value));
    this.show();
  }

  /** Draw what was asked for, and say it. */
  show() {
    this.draw();
    const { title, lines, notes } = this.data.stages[Number(this.stage.input.value)];
    this.announce([title, ...lines, ...notes].join(". "));
  }

  draw() {
    const { data, chosen } = this;
    const now = Number(this.stage.input.value);
    const { title, lines, notes } = data.stages[now];
    this.root.setAttribute("data-stage", String(now));
    this.title.textContent = `${now + 1}. ${title}`;
    this.lines.replaceChildren(
      ...lines.map((/** @type {string} */ text) => h("code", { text })),
      ...notes.map((/** @type {string} */ text) => h("p", { class: "nnb-note", text })),
    );
    const narrow = this.picture.clientWidth > 0 && this.picture.clientWidth < PHONE;
    const state = { ...inSight(data.stages, now), colours: this.theme(), chosen, narrow };
    this.picture.replaceChildren(drawNetwork(data, state));
    this.check.textContent = data.check;
    this.hand.hidden = !chosen && !data.by_hand;
    this.weight.element.hidden = !chosen;
    this.drawn.hidden = !data.by_hand;
    if (!chosen) return;
    const name = weightName(chosen);
    this.weight.name(name);
    // A hand on the slider is not pulled back by an answer to an earlier place.
    if (!this.waiting && !this.wanted) this.weight.set(data.raw[chosen]);
  }
}
