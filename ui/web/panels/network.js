// @ts-check
/**
 * The network as a drawing: line width is the size of a weight, its colour the sign, and inside each hidden neuron
 * stands what it makes of the inputs: a map of two, a curve of one.
 */
import { fitted, paint } from "../kit/canvas.js";
import { bytes } from "../kit/decode.js";
import { h, listen, setText } from "../kit/dom.js";
import { arrow } from "../kit/keys.js";
import { costText, formatNumber } from "../kit/scales.js";
import { lineWidth, mapColours } from "../kit/theme.js";
import { inputMap, SIDE } from "./inputs.js";
import { drawCurve, inputCurve } from "./neuron_curve.js";
import { CanvasPanel } from "./panel.js";
/** @import { Theme } from "../kit/theme.js" */
/** @import { Meta, NeuronMessage } from "./messages.js" */
/** @import { State } from "./run_state.js" */
/** @import { Shown } from "./shown.js" */
/** @import { WeightFields } from "./weights.js" */

/**
 * @typedef {{layer: number, index: number, x: number, y: number, size: number}} Node
 * @typedef {{nodes: Node[][], more: {x: number, y: number, count: number}[], size: number, gap: number}} Plan `gap`: between two columns
 */

/** Most neurons drawn of one layer; the rest is said in words. */
export const MOST = 8;

/**
 * Places of the neurons that are drawn.
 *
 * @param {readonly number[]} dims widths of all layers, inputs first
 * @param {{width: number, height: number}} size
 * @param {{scale: number, left?: number, right?: number}} look size of the type, room for the names at both ends
 * @returns {Plan}
 */
export function plan(dims, { width, height }, { scale, left = 56 * scale, right = 62 * scale }) {
  const shown = dims.map((n) => (n > MOST ? MOST - 1 : n));
  const tallest = Math.max(...dims.map((n, i) => shown[i] + (n > MOST ? 0.7 : 0)));
  const [top, bottom] = [24 * scale, 8];
  const size = Math.max(
    10,
    Math.min(58 * scale, (height - top - bottom) / tallest - 7, ((width - left - right) / dims.length) * 0.55),
  );
  const gap = (width - left - right - size) / Math.max(1, dims.length - 1);
  const more = /** @type {Plan["more"]} */ ([]);
  const nodes = shown.map((count, layer) => {
    const x = left + size / 2 + gap * layer;
    const hidden = dims[layer] - count;
    const pitch = Math.min((height - top - bottom) / (count + (hidden ? 0.7 : 0)), size * 1.55);
    const first = top + (height - top - bottom) / 2 - (pitch * (count + (hidden ? 0.5 : 0) - 1)) / 2;
    if (hidden) more.push({ x, y: first + pitch * (count - 0.25), count: hidden });
    return Array.from({ length: count }, (_, index) => ({ layer, index, x, y: first + pitch * index, size }));
  });
  return { nodes, more, size, gap };
}

export class NetworkPanel extends CanvasPanel {
  /** @param {{onNeuron: (layer: number | null, index: number | null) => void, signal: AbortSignal}} events */
  constructor({ onNeuron, signal }) {
    super("network", "Network");
    this.card = h("div", { class: "nnp-card", hidden: true, role: "note" });
    this.cardWords = h("div");
    this.card.append(this.cardWords);
    /** @type {WeightFields | null} where weights may be set by hand */ this.fields = null;
    this.body.append(this.card);
    /** @type {Plan} */ this.plan = { nodes: [], more: [], size: 0, gap: 0 };
    /** @type {Node | null} */ this.chosen = null;
    /** @type {Uint32Array} */ this.colours = new Uint32Array(256);
    this.theme = "";
    this.onNeuron = onNeuron;
    this.listen(signal);
  }

  /** Let the chosen neuron's weights be set by hand. @param {WeightFields} fields */
  edit(fields) {
    this.fields = fields;
    this.card.append(fields.element);
  }

  /** @param {AbortSignal} signal */
  listen(signal) {
    this.canvas.tabIndex = 0;
    this.canvas.setAttribute("role", "application");
    const click = (/** @type {MouseEvent} */ event) => {
      const box = this.canvas.getBoundingClientRect();
      this.pick(this.at(event.clientX - box.left, event.clientY - box.top));
    };
    const keydown = (/** @type {KeyboardEvent} */ event) => {
      const move = event.key === "Escape" ? null : arrow(event);
      if (move === undefined) return;
      event.preventDefault();
      this.pick(move && this.beside(...move));
    };
    listen(this.canvas, { click, keydown }, signal);
  }

  /** @param {number} x @param {number} y @returns {Node | null} */
  at(x, y) {
    const near = this.plan.nodes
      .flat()
      .find((node) => Math.abs(node.x - x) < node.size * 0.6 && Math.abs(node.y - y) < node.size * 0.6);
    return near && near.layer > 0 ? near : null;
  }

  /** @param {number} dx @param {number} dy @returns {Node | null} */
  beside(dx, dy) {
    const { nodes } = this.plan;
    if (nodes.length < 2) return null;
    const here = this.chosen ?? { layer: dx < 0 ? 2 : 0, index: 0 };
    const layer = Math.min(nodes.length - 1, Math.max(1, here.layer + dx));
    const index = Math.min(nodes[layer].length - 1, Math.max(0, this.chosen ? here.index + dy : 0));
    return nodes[layer][index];
  }

  /** @param {Node | null} node */
  pick(node) {
    this.chosen = node;
    this.signature = "";
    this.card.hidden = node === null;
    // The channel counts layers with weights from 0, the drawing counts the inputs too.
    this.onNeuron(node && node.layer - 1, node && node.index);
    this.onPick?.();
  }

  /** @type {(() => void) | undefined} asks for a drawing when nothing else moves */
  onPick;

  /** @param {Shown} shown */
  draw(shown) {
    const { state, theme, scale } = shown;
    const dims = state.meta.dims;
    if (!dims || this.size.width === 0) return;
    const { versions } = state;
    const signature = JSON.stringify([
      this.size,
      theme.background,
      scale,
      dims,
      versions.run,
      versions.weights,
      versions.neurons,
      versions.map,
      this.chosen?.layer,
      this.chosen?.index,
    ]);
    this.writeCard(shown);
    if (!this.changed(signature)) return;
    if (this.theme !== theme.background) this.colours = mapColours(theme);
    this.theme = theme.background;
    const card = this.card.hidden ? 0 : this.card.offsetHeight + 6;
    const context = fitted(this.canvas, this.size);
    if (!context) return;
    context.font = `600 ${13 * scale}px ${theme.font}`;
    const { inputs, outputs } = names(state.meta);
    const widest = (/** @type {string[]} */ words) =>
      Math.max(0, ...words.map((word) => context.measureText(word)?.width ?? 0));
    const room = { left: widest(inputs.slice(0, MOST)) + 18, right: widest(outputs.slice(0, MOST)) + 18 };
    this.plan = plan(dims, { ...this.size, height: this.size.height - card }, { scale, ...room });
    // Another network may have come that has no such neuron, or does not draw it.
    if (this.chosen && !this.plan.nodes[this.chosen.layer]?.[this.chosen.index]) this.pick(null);
    this.drawWeights(context, shown);
    this.drawNodes(context, shown);
    this.drawWords(context, shown);
    setText(this.note, "line: weight, blue +, orange −");
  }

  /** @param {CanvasRenderingContext2D} context @param {Shown} shown */
  drawWeights(context, { state, theme, scale }) {
    const dims = /** @type {number[]} */ (state.meta.dims);
    const { nodes } = this.plan;
    context.lineCap = "round";
    state.parts.weights?.forEach((matrix, layer) => {
      const width = dims[layer + 1];
      if (!nodes[layer + 1] || !matrix) return;
      for (const from of nodes[layer]) {
        for (const to of nodes[layer + 1]) {
          const weight = matrix[(from.index + 1) * width + to.index];
          if (weight === undefined || weight === null) continue;
          context.strokeStyle = weight >= 0 ? theme.positive : theme.negative;
          context.globalAlpha = Math.min(0.95, 0.25 + 0.5 * Math.abs(weight));
          context.lineWidth = lineWidth(weight, scale);
          const middle = (from.x + to.x) / 2;
          context.beginPath();
          context.moveTo(from.x + from.size / 2, from.y);
          context.bezierCurveTo(middle, from.y, middle, to.y, to.x - to.size / 2, to.y);
          context.stroke();
        }
      }
    });
    context.globalAlpha = 1;
  }

  /** @param {CanvasRenderingContext2D} context @param {Shown} shown */
  drawNodes(context, shown) {
    const { state, theme, scale } = shown;
    const dims = /** @type {number[]} */ (state.meta.dims);
    for (const node of this.plan.nodes.flat()) {
      const [left, top] = [node.x - node.size / 2, node.y - node.size / 2];
      const picture = this.picture(node, shown);
      const curve = picture ? null : this.curve(node, state);
      context.beginPath();
      // A neuron without a picture of its own is a disc: an empty square would look like one that is missing.
      if (picture || curve) context.rect(left, top, node.size, node.size);
      else context.arc(node.x, node.y, node.size / 2, 0, 2 * Math.PI);
      context.fillStyle = theme.panel;
      context.fill();
      context.imageSmoothingEnabled = true;
      if (picture) context.drawImage(picture, left, top, node.size, node.size);
      if (curve) drawCurve(context, curve, { left, top, size: node.size }, theme);
      context.beginPath();
      if (picture || curve) context.rect(left, top, node.size, node.size);
      else context.arc(node.x, node.y, node.size / 2, 0, 2 * Math.PI);
      const chosen = this.chosen?.layer === node.layer && this.chosen?.index === node.index;
      context.strokeStyle = chosen ? theme.text : theme.muted;
      context.lineWidth = chosen ? 4 : 1.5;
      context.stroke();
      if (node.layer > 0)
        this.drawBias(context, node, { bias: state.parts.weights?.[node.layer - 1]?.[node.index], theme, scale });
    }
    for (const { x, y, count } of this.plan.more) {
      context.fillStyle = theme.text;
      context.font = `600 ${13 * scale}px ${theme.font}`;
      context.textAlign = "center";
      context.textBaseline = "middle";
      context.fillText(dims.length > 0 ? `+${count}${this.plan.gap < 60 * scale ? "" : " more"}` : "", x, y);
    }
  }

  /**
   * A neuron's own map; of an input, the input itself; of a single output, the decision map.
   *
   * @param {Node} node
   * @param {Shown} shown
   * @returns {HTMLCanvasElement | null}
   */
  picture(node, { state }) {
    const dims = /** @type {number[]} */ (state.meta.dims);
    const { bounds, features = [] } = state.meta;
    if (node.layer === 0) {
      const input = bounds?.length === 2 ? inputMap(features[node.index] ?? "", bounds) : null;
      return input && paint(input, SIDE, this.colours, this.small);
    }
    const neurons = state.parts.neurons?.curve ? undefined : state.parts.neurons;
    const own = neurons?.layers[node.layer - 1]?.[node.index];
    if (own && neurons) return paint(bytes(own), neurons.n, this.colours, this.small);
    const map = node.layer === dims.length - 1 && dims[node.layer] === 1 ? state.parts.map : undefined;
    return map ? paint(bytes(map.b64), map.n, this.colours, this.small) : null;
  }

  /**
   * A neuron's output along the one input, where there is only one.
   *
   * @param {Node} node
   * @param {State} state
   * @returns {ArrayLike<number> | null}
   */
  curve({ layer, index }, { parts: { neurons } }) {
    if (!neurons?.curve) return null;
    if (layer === 0) return inputCurve(neurons.n);
    const own = neurons.layers[layer - 1]?.[index];
    return own ? bytes(own) : null;
  }

  /**
   * The bias as a dot at the neuron's lower left corner.
   *
   * @param {CanvasRenderingContext2D} context
   * @param {Node} node
   * @param {{bias: number | null | undefined, theme: Theme, scale: number}} look
   */
  drawBias(context, node, { bias, theme, scale }) {
    if (bias === undefined || bias === null || node.size < 18) return;
    context.beginPath();
    context.arc(
      node.x - node.size / 2,
      node.y + node.size / 2,
      Math.min(7, 2.5 + Math.abs(bias)) * scale,
      0,
      2 * Math.PI,
    );
    context.fillStyle = bias >= 0 ? theme.positive : theme.negative;
    context.fill();
    context.strokeStyle = theme.background;
    context.lineWidth = 1.4;
    context.stroke();
  }

  /** @param {CanvasRenderingContext2D} context @param {Shown} shown */
  drawWords(context, { state, theme, scale }) {
    const dims = /** @type {number[]} */ (state.meta.dims);
    const { hidden_func: hidden = [], output_func: output = "" } = state.meta;
    const { inputs, outputs } = names(state.meta);
    context.fillStyle = theme.text;
    context.font = `600 ${13 * scale}px ${theme.font}`;
    context.textBaseline = "middle";
    context.textAlign = "right";
    for (const node of this.plan.nodes[0]) context.fillText(inputs[node.index], node.x - node.size / 2 - 7, node.y);
    context.textAlign = "left";
    for (const node of this.plan.nodes[dims.length - 1])
      context.fillText(outputs[node.index], node.x + node.size / 2 + 6, node.y);
    context.textAlign = "center";
    context.textBaseline = "top";
    context.font = `${12 * scale}px ${theme.font}`;
    context.fillStyle = theme.muted;
    dims.forEach((count, layer) => {
      const func =
        layer === 0 ? "" : layer === dims.length - 1 ? output : (hidden[Math.min(layer - 1, hidden.length - 1)] ?? "");
      const words = layer === 0 ? `${count} input${count === 1 ? "" : "s"}` : `${count} ${func}`;
      context.fillText(this.plan.gap < 46 * scale ? String(count) : words, this.plan.nodes[layer][0].x, 3);
    });
  }

  /** The chosen neuron's sum, worked out in one line. @param {Shown} shown */
  writeCard({ state }) {
    const { neuron } = state;
    if (!this.chosen || !neuron) return;
    if (neuron.layer !== this.chosen.layer - 1 || neuron.index !== this.chosen.index) return;
    this.fields?.show(neuron);
    setText(this.cardWords, neuronWords(neuron, state.meta.truth ? "inputs 1, 1" : "first training row"));
  }

  /** @param {Shown} shown */
  describe({ state }) {
    const { dims = [], hidden_func: hidden = [] } = state.meta;
    const weights = (state.parts.weights ?? []).flat().filter((value) => value !== null);
    const largest = weights.reduce((most, value) => (Math.abs(value) > Math.abs(most) ? value : most), 0);
    const size = weights.length > 0 ? `; ${weights.length} weights drawn, the largest ${formatNumber(largest)}` : "";
    return `Network ${dims.join("–")}, ${hidden.join(", ") || "no hidden layer"}${size}. Arrow keys walk through the neurons and show their numbers.`;
  }
}

/** Letters of a name that stand beside the drawing. */
const LETTERS = 16;

/**
 * Names of the inputs and outputs, short enough to stand beside the drawing.
 *
 * @param {Meta} meta
 * @returns {{inputs: string[], outputs: string[]}}
 */
export function names({ dims = [], features = [], classes = [] }) {
  const short = (/** @type {string} */ text) => (text.length > LETTERS ? `${text.slice(0, LETTERS - 1)}…` : text);
  const count = dims[dims.length - 1] ?? 0;
  return {
    inputs: Array.from({ length: dims[0] ?? 0 }, (_, i) => short(String(features[i] ?? `x${i + 1}`))),
    outputs: count === 1 ? ["output"] : Array.from({ length: count }, (_, i) => short(String(classes[i] ?? i + 1))),
  };
}

/** Most products written out in a neuron's sum. */
const TERMS = 4;

/**
 * A neuron's sum as one worked line.
 *
 * @param {NeuronMessage} neuron
 * @param {string} row which row of the data it is worked out for
 */
export function neuronWords(neuron, row) {
  const number = (/** @type {number | null} */ value) =>
    value !== null && value < 0 ? `(${costText(value)})` : costText(value);
  const terms = neuron.inputs.slice(0, TERMS).map(({ value, weight }) => `${number(weight)}·${number(value)}`);
  if (neuron.inputs.length > TERMS) terms.push(`… ${neuron.inputs.length - TERMS} more`);
  const sum = `${terms.join(" + ")} + ${number(neuron.bias)} = ${costText(neuron.sum)}`;
  const name = `Layer ${neuron.layer + 1}, neuron ${neuron.index + 1}, ${row}`;
  return `${name}: weights · inputs + bias = ${sum}; ${neuron.func}(${costText(neuron.sum)}) = ${costText(neuron.activation)}`;
}
