// @ts-check
/** What can be taken hold of in the drawing of a network: its neurons, and plus and minus at its layers. */
import { h, listen, setAttribute } from "../kit/dom.js";
import { keepFocus } from "../kit/focus.js";
import { arrow } from "../kit/keys.js";
import { inRow } from "./network_plan.js";
/** @import { Meta } from "./messages.js" */
/** @import { Node, Plan } from "./network_plan.js" */

/** @typedef {{layer: number, index: number}} Place of a neuron; layer 0 holds the inputs */
/** @typedef {{x: number, width: number, text: string, named: string}} Head what is written above a layer, its middle and width */

/** Side of a key in pixels, as large as a finger or a shaking hand needs it. */
export const KEY = 24;
/** Part of that which a key in larger type has at least. */
const LEAST_KEY = 0.7;

/**
 * What a neuron is called.
 *
 * @param {Place} place
 * @param {{inputs: string[], outputs: string[]}} names
 * @param {number} last layer of the outputs
 */
export function neuronName({ layer, index }, { inputs, outputs }, last) {
  if (layer === 0) return `Input ${inputs[index]}`;
  if (layer === last) return outputs.length > 1 ? `Output ${outputs[index]}` : "Output";
  return `Layer ${layer}, neuron ${index + 1}`;
}

/** The like for a title, from what is known of a run. @param {Place} place @param {Meta} meta */
export function neuronTitle(place, { dims = [], features = [], classes = [] }) {
  const last = dims.length - 1;
  const inputs = Array.from({ length: dims[0] ?? 0 }, (_, i) => features[i] ?? `x${i + 1}`);
  return neuronName(place, { inputs, outputs: dims[last] > 1 ? classes : [""] }, last);
}

/** Which neuron an element stands for. @param {EventTarget | null} target @returns {Place | null} */
function placeOf(target) {
  const layer = /** @type {Element | null} */ (target)?.getAttribute?.("data-layer") ?? null;
  if (layer === null) return null;
  return { layer: Number(layer), index: Number(/** @type {Element} */ (target).getAttribute("data-index")) };
}

/** One button over each neuron that is drawn: pointed at, focused, pressed. */
export class NeuronButtons {
  /**
   * @param {{onPoint: (place: Place | null) => void, onPick: (place: Place | null) => void,
   *   onWalk?: (place: Place) => void, signal: AbortSignal}} events `onWalk`: the keyboard has come to a neuron
   */
  constructor({ onPoint, onPick, onWalk, signal }) {
    this.onPick = onPick;
    this.element = h("div", { class: "nnp-neurons", role: "group" });
    setAttribute(this.element, "aria-label", "Neurons: arrow keys go from one to the next, Enter holds one");
    /** @type {HTMLButtonElement[][]} */ this.buttons = [];
    this.signature = "";
    const stay = (/** @type {Event} */ event) => event.preventDefault();
    const point = (/** @type {Event} */ event) => onPoint(placeOf(event.target));
    const leave = () => onPoint(null);
    // No press of a mouse brings the focus here.
    const walk = (/** @type {Event} */ event) => {
      const place = placeOf(event.target);
      point(event);
      if (place) onWalk?.(place);
    };
    // A click opens the card below, which moves the drawing: what comes to lie under a pointer at rest is not meant.
    let rest = [NaN, NaN];
    const over = (/** @type {PointerEvent} */ event) => {
      if (Math.hypot(event.clientX - rest[0], event.clientY - rest[1]) < 2) return;
      rest = [NaN, NaN];
      point(event);
    };
    const click = (/** @type {MouseEvent} */ event) => {
      const place = placeOf(event.target);
      rest = [event.clientX, event.clientY];
      if (place) onPick(place);
    };
    const keydown = (/** @type {KeyboardEvent} */ event) => this.key(event);
    const heard = { mousedown: stay, pointerover: over, pointerout: leave, focusin: walk, focusout: leave };
    listen(this.element, { ...heard, click, keydown }, signal);
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const here = placeOf(event.target);
    const move = arrow(event);
    if (event.key === "Escape") this.onPick(null);
    if (!here || !move) return;
    event.preventDefault();
    const layer = Math.min(this.buttons.length - 1, Math.max(0, here.layer + move[0]));
    const index = Math.min(this.buttons[layer].length - 1, Math.max(0, here.index + move[1]));
    this.enter({ layer, index });
    this.buttons[layer][index].focus();
  }

  /** The one neuron at which Tab arrives. @param {Place} place */
  enter({ layer, index }) {
    this.buttons.flat().forEach((button) => setAttribute(button, "tabindex", "-1"));
    setAttribute(this.buttons[layer][index], "tabindex", "0");
  }

  /**
   * @param {Plan} plan
   * @param {(node: Node) => string} name
   */
  place({ nodes }, name) {
    const signature = JSON.stringify(nodes.map((column) => column.map(name)));
    if (signature !== this.signature) {
      this.signature = signature;
      this.buttons = nodes.map((column) => column.map((node) => this.make(node, name(node))));
      this.element.replaceChildren(...this.buttons.flat());
      if (this.buttons.length > 1 && this.buttons[1].length > 0) this.enter({ layer: 1, index: 0 });
    }
    for (const { layer, index, x, y, size, wide, high } of nodes.flat()) {
      const button = this.buttons[layer][index];
      // Where neurons overlap, each is pressed at its own middle.
      const height = Math.min(size, high);
      button.style.left = `${x - size / 2}px`;
      button.style.top = `${y - height / 2}px`;
      button.style.width = `${size}px`;
      button.style.height = `${height}px`;
      // A finger may miss a small one: around it lies as much as is nobody else's.
      const beyond = [Math.min(KEY, high) - height, Math.min(KEY, wide) - size];
      const around = beyond.map((free) => `${Math.min(0, -free / 2)}px`);
      button.style.setProperty("--nnp-around", around.join(" "));
    }
  }

  /** @param {Node} node @param {string} name */
  make({ layer, index }, name) {
    return h("button", {
      class: "nnp-neuron",
      tabindex: -1,
      "data-layer": layer,
      "data-index": index,
      "data-testid": `neuron-${layer}-${index + 1}`,
      "aria-label": name,
      "aria-pressed": "false",
    });
  }

  /** Show which neuron is held. @param {Place | null} held */
  hold(held) {
    for (const button of this.buttons.flat()) {
      const place = placeOf(button);
      setAttribute(button, "aria-pressed", String(place?.layer === held?.layer && place?.index === held?.index));
    }
  }
}

/**
 * @typedef {{layer: number | null, by: 1 | -1, at?: number}} Reshaping without a layer it is a layer that is added or taken away:
 *   the one that gets, or has, the number `at`, else the last
 */

/**
 * The keys of a network with so many hidden layers: what each is called, does, and says.
 *
 * @param {number} depth
 * @returns {{id: string, change: Reshaping, label: string}[]}
 */
function keysOf(depth) {
  const keys = /** @type {{id: string, change: Reshaping, label: string}[]} */ ([]);
  for (let layer = 1; layer <= depth; layer += 1) {
    keys.push({ id: `layer-${layer}-minus`, change: { layer, by: -1 }, label: `Layer ${layer}: one neuron fewer` });
    keys.push({ id: `layer-${layer}-plus`, change: { layer, by: 1 }, label: `Layer ${layer}: one neuron more` });
  }
  for (let gap = 0; gap < depth; gap += 1) {
    const before = gap ? `layer ${gap}` : "the inputs";
    const between = { id: `layers-plus-${gap}`, label: `A hidden layer between ${before} and layer ${gap + 1}` };
    keys.push({ ...between, change: { layer: null, by: 1, at: gap + 1 } });
    if (!gap) continue;
    keys.push({ id: `layers-minus-${gap}`, change: { layer: null, by: -1, at: gap }, label: `Take layer ${gap} away` });
  }
  keys.push({ id: "layers-minus", change: { layer: null, by: -1 }, label: "One hidden layer fewer: the last" });
  keys.push({ id: "layers-plus", change: { layer: null, by: 1 }, label: "One hidden layer more, before the output" });
  return keys;
}

/** Plus and minus beside the words of each hidden layer, and between any two layers. */
export class LayerKeys {
  /**
   * @param {{onShape: (change: Reshaping) => void, brief?: boolean, fixed?: boolean, signal: AbortSignal}} events `brief`: keys
   *   that are too small to be read from the back row are left out; `fixed`: all are
   */
  constructor({ onShape, brief = false, fixed = false, signal }) {
    this.onShape = onShape;
    this.brief = brief;
    this.fixed = fixed;
    this.side = KEY;
    /** Whether there is room for the keys between the layers. */ this.feet = true;
    this.signal = signal;
    this.element = h("div", { class: "nnp-layers", role: "group", "aria-label": "Layers and neurons" });
    /** @type {Record<string, HTMLButtonElement>} */ this.keys = {};
    this.depth = -1;
  }

  /** @param {ReturnType<typeof keysOf>[0]} key */
  make({ id, change, label }) {
    const text = change.by > 0 ? "+" : "−";
    const key = h("button", { class: "nnp-key", "data-testid": id, "aria-label": label, title: label, text });
    const stay = (/** @type {Event} */ event) => event.preventDefault();
    listen(key, { mousedown: stay, click: () => this.onShape(change) }, this.signal);
    return key;
  }

  /** @param {number} depth number of hidden layers */
  build(depth) {
    if (this.depth === depth) return;
    this.depth = depth;
    this.keys = Object.fromEntries(keysOf(depth).map((key) => [key.id, this.make(key)]));
    keepFocus(this.element, () => this.element.replaceChildren(...Object.values(this.keys)));
  }

  /**
   * Let all words and keys above a network have room, the keys as large as the type as far as that goes.
   *
   * @param {Plan} plan
   * @param {Head[]} heads whose places are to be found
   * @param {{width: number, scale: number}} size of the drawing
   */
  arrange({ middles }, heads, { width, scale }) {
    const depth = heads.length - 2;
    const told = heads.reduce((sum, head) => sum + head.width, 0);
    this.side = Math.min(KEY * scale, (width - told) / Math.max(1, 2 * depth), width / (2 * depth + 1) - 2);
    this.element.hidden = this.fixed || (this.brief && scale > 1 && this.side < LEAST_KEY * KEY * scale);
    const keys = this.element.hidden ? 0 : 2 * this.side;
    const widths = heads.map((head, layer) => head.width + (layer > 0 && layer <= depth ? keys : 0));
    return inRow(middles, widths, width).map((x, layer) => ({ ...heads[layer], x }));
  }

  /**
   * @param {Plan} plan
   * @param {readonly Head[]} heads
   * @param {Meta} meta
   * @param {{width: number, height: number}} size of the drawing
   */
  place({ nodes }, heads, { dims = [], most = { layers: Infinity, neurons: Infinity } }, { width, height }) {
    const { side } = this;
    const depth = dims.length - 2;
    this.build(depth);
    setAttribute(this.element, "data-feet", String(this.feet));
    this.element.style.setProperty("--nnp-key", `${side}px`);
    /** @param {string} id @param {number} x @param {number} y */
    const put = (id, x, y) => {
      this.keys[id].style.left = `${x}px`;
      this.keys[id].style.top = `${y}px`;
    };
    for (let layer = 1; layer <= depth; layer += 1) {
      const { x, width: words } = heads[layer];
      put(`layer-${layer}-minus`, x - words / 2 - side, 0);
      put(`layer-${layer}-plus`, x + words / 2, 0);
      this.keys[`layer-${layer}-minus`].disabled = dims[layer] <= 1;
      this.limit(`layer-${layer}-plus`, dims[layer] >= most.neurons, `A layer has at most ${most.neurons} neurons`);
    }
    const feet = /** @type {{id: string, x: number}[]} */ ([]);
    for (let gap = 0; gap <= depth; gap += 1) {
      const name = gap < depth ? `-${gap}` : "";
      const from = Math.max(...nodes[gap].map(({ x, size }) => x + size / 2));
      const middle = (from + Math.min(...nodes[gap + 1].map(({ x, size }) => x - size / 2))) / 2;
      const single = !this.keys[`layers-minus${name}`];
      if (!single) feet.push({ id: `layers-minus${name}`, x: middle - side / 2 - 1 });
      feet.push({ id: `layers-plus${name}`, x: single ? middle : middle + side / 2 + 1 });
      this.limit(`layers-plus${name}`, depth >= most.layers, `There are at most ${most.layers} hidden layers`);
    }
    const [wanted, widths] = [feet.map(({ x }) => x), feet.map(() => side + 2)];
    inRow(wanted, widths, width).forEach((x, i) => put(feet[i].id, x - side / 2, height - side));
    this.keys["layers-minus"].disabled = depth === 0;
  }

  /** A key that can add no more says why. @param {string} id @param {boolean} reached @param {string} why */
  limit(id, reached, why) {
    const key = this.keys[id];
    key.disabled = reached;
    setAttribute(key, "title", reached ? why : key.getAttribute("aria-label"));
  }
}
