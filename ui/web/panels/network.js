// @ts-check
/**
 * The network as a drawing: line width is the size of a weight, colour and dash its sign, and inside each hidden neuron
 * stands what it makes of the inputs: a map of two, a curve of one.
 */
import { fitted, paint } from "../kit/canvas.js";
import { bytes } from "../kit/decode.js";
import { h, setAttribute, setText } from "../kit/dom.js";
import { costText, formatNumber, movedText } from "../kit/scales.js";
import { lineWidth, mapColours } from "../kit/theme.js";
import { inputMap, SIDE } from "./inputs.js";
import { drawn, everySo, moreWords, MOST, names, plan, secondLines } from "./network_plan.js";
import { EdgeTip, lineOf, weightOf } from "./network_edges.js";
import { KEY, LayerKeys, NeuronButtons, neuronName, neuronTitle } from "./network_keys.js";
import { drawCurve, inputCurve } from "./neuron_curve.js";
import { CanvasPanel } from "./panel.js";
/** @import { Theme } from "../kit/theme.js" */
/** @import { Meta, NeuronMessage, Update } from "./messages.js" */
/** @import { State } from "./run_state.js" */
/** @import { Shown } from "./shown.js" */
/** @import { PictureColumn } from "./chooser.js" */
/** @import { Head, Place, Reshaping } from "./network_keys.js" */
/** @import { Node, Plan } from "./network_plan.js" */
/** @import { WeightEdit, WeightFields } from "./weights.js" */

/** Height of the panel under which the card takes two lines, one of them for the fields; both in pixels of ordinary type. */
const LOW = 230;
const LOW_CARD = 58;

/** So many neurons of a layer are drawn, where it has them, before there are keys below the drawing. */
const FEW = 4;

/** Side of a neuron, in pixels, from which lines have their full width. */
const BROAD = 16;

export class NetworkPanel extends CanvasPanel {
  /**
   * @param {object} events
   * @param {(layer: number | null, index: number | null) => void} events.onNeuron a neuron is held, or no longer
   * @param {(place: {layer: number, index: number} | null) => void} [events.onLook] the neuron to be drawn large
   * @param {(change: Reshaping & {keep: boolean}) => void} [events.onShape]
   * @param {(edit: WeightEdit) => void} [events.onWeight]
   * @param {(words: string) => void} [events.onSay]
   * @param {() => void} [events.onCard] the card has the words of a neuron that was not held before
   * @param {boolean} [events.fixed] the network is looked at and not changed
   * @param {boolean} [events.brief] it has little room
   * @param {AbortSignal} events.signal
   */
  constructor({
    onNeuron,
    onLook = () => undefined,
    onShape = () => undefined,
    onWeight = () => undefined,
    onSay = () => undefined,
    onCard = () => undefined,
    fixed = false,
    brief = false,
    signal,
  }) {
    super("network", "Network");
    this.card = h("div", { class: "nnp-card", hidden: true, role: "note" });
    this.cardWords = ["name", "how", "sum"].map((part) => h("span", { class: `nnp-card-${part}` }));
    this.card.append(h("div", { class: "nnp-card-words" }, ...this.cardWords));
    /** @type {WeightFields | null} where weights may be set by hand */ this.fields = null;
    /** @type {Plan} */ this.plan = { nodes: [], middles: [], more: [], gap: 0, wide: true, lines: 1 };
    /** @type {number[]} how many neurons of each layer are drawn */ this.shown = [];
    this.counted = "";
    this.starved = false;
    /** @type {Head[]} */ this.heads = [];
    /** @type {Node | null} */ this.chosen = null;
    /** @type {Uint32Array} */ this.colours = new Uint32Array(256);
    this.theme = "";
    this.onNeuron = onNeuron;
    this.onSay = onSay;
    this.onCard = onCard;
    /** @type {NeuronMessage | null | undefined} those numbers of which the next are told */ this.before = undefined;
    this.onLook = onLook;
    /** @type {State | null} as it was drawn last */ this.state = null;
    /** @type {{layer: number, index: number} | null} */ this.pointed = null;
    this.neurons = new NeuronButtons({
      onPoint: (place) => this.point(place),
      onPick: (place) => this.pick(place && this.plan.nodes[place.layer][place.index]),
      onWalk: (place) => this.state && onSay(numberWords(this.state, place)),
      signal,
    });
    this.keep = keepBox();
    const reshape = (/** @type {Reshaping} */ change) => onShape({ ...change, keep: this.keep.box.checked });
    this.layers = new LayerKeys({ onShape: reshape, brief, fixed, signal });
    this.tip = new EdgeTip(this.canvas, {
      plan: () => this.plan,
      state: () => this.state,
      onWeight,
      onPoint: () => this.redraw(),
      fixed,
      signal,
    });
    /** @type {PictureColumn | null} the input features that may be chosen */ this.features = null;
    this.keep.element.hidden = fixed;
    this.tools.append(this.keep.element);
    this.body.append(this.layers.element, this.neurons.element, this.tip.element, this.card);
  }

  /** Let the chosen neuron's weights be set by hand. @param {WeightFields} fields */
  edit(fields) {
    this.fields = fields;
    this.card.append(fields.element);
  }

  /** The neuron under pointer or focus is drawn large, else the one that is held. @param {Plan["nodes"][0][0] | {layer: number, index: number} | null} place */
  point(place) {
    this.pointed = place;
    const { layer, index } = place ?? this.chosen ?? { layer: -1, index: -1 };
    this.onLook(layer < 0 ? null : { layer, index });
  }

  /** Hold a neuron; the one that is held already is let go. @param {Node | null} node */
  pick(node) {
    const same = node !== null && this.chosen?.layer === node.layer && this.chosen?.index === node.index;
    this.chosen = same ? null : node;
    const weighted = this.chosen !== null && this.chosen.layer > 0 ? this.chosen : null;
    this.card.hidden = weighted === null;
    this.tell();
    this.neurons.hold(this.chosen);
    // The channel counts layers with weights from 0, the drawing counts the inputs too.
    this.onNeuron(weighted && weighted.layer - 1, weighted && weighted.index);
    this.point(same ? null : this.pointed);
    this.redraw();
  }

  letGo() {
    if (this.chosen) this.pick(null);
  }

  /** Say what the card says, once, as soon as it has other numbers than now. */
  tell() {
    this.before = this.card.hidden ? undefined : (this.state?.neuron ?? null);
  }

  redraw() {
    this.signature = "";
    this.onPick?.();
  }

  /** @type {(() => void) | undefined} asks for a drawing when nothing else moves */
  onPick;

  /**
   * Height that the card takes from the drawing, where it stands on it: in a low panel its words are one line, and open over it.
   *
   * @param {number} scale
   */
  cardRoom(scale) {
    if (this.card.hidden || this.card.parentElement !== this.body) return 0;
    const low = this.size.height < LOW * scale;
    setAttribute(this.card, "data-low", low ? "true" : null);
    return 6 + (low ? Math.min(this.card.offsetHeight, LOW_CARD * scale) : this.card.offsetHeight);
  }

  /** @param {Shown} shown */
  draw(shown) {
    const { state, theme, scale } = shown;
    const dims = state.meta.dims;
    this.state = state;
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
    if (state.meta.bounds?.length === 2) this.features?.paint(this.colours, state.meta.bounds, theme.background);
    this.theme = theme.background;
    const card = this.cardRoom(scale);
    const context = fitted(this.canvas, this.size);
    if (!context) return;
    context.font = `600 ${13 * scale}px ${theme.font}`;
    const { width } = this.size;
    const [short, { inputs, outputs }] = [names(state.meta, width), names(state.meta)];
    const wide = (/** @type {string} */ word) => context.measureText(word)?.width ?? 0;
    const widest = (/** @type {string[]} */ words) => Math.max(0, ...words.slice(0, MOST).map(wide));
    const size = { ...this.size, height: this.size.height - card };
    const room = { left: widest(short.inputs) + 18, right: widest(short.outputs) + 18 };
    const key = this.layers.element.hidden ? 0 : KEY * scale;
    // With the card of a neuron or without it, the same neurons are drawn.
    const counted = JSON.stringify([dims, this.size, scale, room, key]);
    if (counted !== this.counted) {
      this.shown = drawn(dims, this.size, { scale, ...room, key });
      // On a very low drawing a few neurons are worth more than the keys at its foot.
      this.starved = key > 0 && Math.max(...this.shown) < Math.min(FEW, ...dims.slice(1, -1));
      if (this.starved) this.shown = drawn(dims, this.size, { scale, ...room, key: 0 });
    }
    this.counted = counted;
    // Where a held neuron's card is on a low drawing, the room of the keys at its foot is the neurons'.
    this.layers.feet = !this.starved && !(card > 0 && this.card.hasAttribute("data-low"));
    this.plan = plan(dims, size, { scale, ...room, key: this.layers.feet ? key : 0, shown: this.shown });
    context.font = `${12 * scale}px ${theme.font}`;
    this.heads = this.layerHeads(state, { wide, width, scale });
    // Another network may have come that has no such neuron, or does not draw it.
    if (this.chosen && !this.plan.nodes[this.chosen.layer]?.[this.chosen.index]) this.pick(null);
    this.tip.look();
    this.drawWeights(context, shown);
    this.drawNodes(context, shown);
    this.drawWords(context, shown);
    const last = dims.length - 1;
    this.neurons.place(this.plan, (node) => neuronName(node, { inputs, outputs }, last));
    this.neurons.hold(this.chosen);
    this.layers.place(this.plan, this.heads, state.meta, size);
    this.tip.write();
    setText(this.note, "lines: weights, dashed −");
  }

  /**
   * What is written above each layer, and where: over its neurons, as far as all words and keys have room.
   *
   * @param {State} state
   * @param {{wide: (word: string) => number, width: number, scale: number}} look how wide words are, and the drawing
   * @returns {Head[]}
   */
  layerHeads({ meta }, { wide, width, scale }) {
    const { dims = [], hidden_func: hidden = [], output_func: output = "" } = meta;
    const heads = dims.map((count, layer) => {
      const func = layer === dims.length - 1 ? output : (hidden[Math.min(layer - 1, hidden.length - 1)] ?? "");
      const named = layer === 0 ? `input${count === 1 ? "" : "s"}` : func;
      const text = this.plan.wide ? `${count} ${named}` : String(count);
      return { x: 0, text, named, width: wide(text) + 8 * scale };
    });
    return this.layers.arrange(this.plan, heads, { width, scale });
  }

  /** @param {CanvasRenderingContext2D} context @param {Shown} shown */
  drawWeights(context, { state, theme, scale }) {
    const dims = /** @type {number[]} */ (state.meta.dims);
    const { nodes } = this.plan;
    context.lineCap = "butt";
    const { place } = this.tip;
    // Where neurons are small, lines as broad as they would hide which leads where.
    const least = Math.min(...nodes.flat().map(({ size }) => size));
    const broad = scale * Math.min(1, least / BROAD);
    state.parts.weights?.forEach((matrix, layer) => {
      const width = dims[layer + 1];
      if (!nodes[layer + 1] || !matrix) return;
      for (const from of nodes[layer]) {
        for (const to of nodes[layer + 1]) {
          const weight = matrix[(from.index + 1) * width + to.index];
          if (weight === undefined || weight === null) continue;
          context.strokeStyle = weight >= 0 ? theme.positive : theme.negative;
          const pointed = place?.layer === layer && place.row === from.index + 1 && place.column === to.index;
          context.globalAlpha = pointed ? 1 : Math.min(0.95, 0.25 + 0.5 * Math.abs(weight));
          context.lineWidth = lineWidth(weight, broad) + (pointed ? 3 : 0);
          // Not by its hue alone: a negative weight is dashed. Short dashes would take twice as long to draw as the line.
          const dash = Math.max(10, 2.5 * context.lineWidth);
          context.setLineDash(weight >= 0 ? [] : [dash, 0.6 * dash]);
          const { x0, y0, x1, y1, middle } = lineOf(from, to);
          context.beginPath();
          context.moveTo(x0, y0);
          context.bezierCurveTo(middle, y0, middle, y1, x1, y1);
          context.stroke();
        }
      }
    });
    context.globalAlpha = 1;
    context.setLineDash([]);
  }

  /** @param {CanvasRenderingContext2D} context @param {Shown} shown */
  drawNodes(context, shown) {
    const { state, theme, scale } = shown;
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
    context.fillStyle = theme.text;
    context.font = `600 ${13 * scale}px ${theme.font}`;
    context.textAlign = "center";
    context.textBaseline = "middle";
    const wide = (/** @type {string} */ text) => (context.measureText(text)?.width ?? 0) + 6 * scale;
    for (const { x, y, text } of moreWords(this.plan.more, this.plan.gap >= 60 * scale ? " more" : "", wide))
      context.fillText(text, x, y);
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
    const { inputs, outputs } = names(state.meta, this.size.width);
    context.fillStyle = theme.text;
    context.font = `600 ${13 * scale}px ${theme.font}`;
    context.textBaseline = "middle";
    context.textAlign = "right";
    for (const node of everySo(this.plan.nodes[0], 12 * scale))
      context.fillText(inputs[node.index], node.x - node.size / 2 - 7, node.y);
    context.textAlign = "left";
    for (const node of everySo(this.plan.nodes[dims.length - 1], 12 * scale))
      context.fillText(outputs[node.index], node.x + node.size / 2 + 6, node.y);
    context.textAlign = "center";
    context.textBaseline = "top";
    context.font = `${12 * scale}px ${theme.font}`;
    context.fillStyle = theme.muted;
    for (const { x, text } of this.heads) context.fillText(text, x, 6);
    if (this.plan.lines === 1) return;
    const widths = this.heads.map(({ named }) => (context.measureText(named)?.width ?? 0) + 6 * scale);
    const places = secondLines(this.heads, widths, this.size.width);
    places.forEach((x, layer) => context.fillText(this.heads[layer].named, x, 6 + 17 * scale));
  }

  /** The chosen neuron's sum, worked out in one line. @param {Shown} shown */
  writeCard({ state }) {
    const { neuron } = state;
    if (!this.chosen || !neuron) return;
    if (neuron.layer !== this.chosen.layer - 1 || neuron.index !== this.chosen.index) return;
    this.fields?.show(neuron);
    const { layer, index } = neuron;
    const stepped = state.update?.layer === layer && state.update.index === index ? state.update : null;
    const row = state.meta.truth ? "inputs 1, 1" : "first training row";
    const words = stepped ? [stepWords(stepped)] : neuronWords(neuron, row, state.meta);
    this.cardWords.forEach((part, i) => setText(part, words[i] ?? ""));
    // Where the card has one line for them, they are read by pointing at it or at one of its fields.
    setAttribute(this.card, "title", this.card.hasAttribute("data-low") ? words.join("") : null);
    if (this.before === undefined || this.before === neuron) return;
    this.before = undefined;
    this.onCard();
    this.onSay(words.join(""));
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

/** The choice whether a network that is given more or fewer neurons keeps what it has learned. */
function keepBox() {
  const title = "On: plus and minus keep the weights of what stays. Restart and the address draw all of them anew.";
  const box = h("input", { type: "checkbox", "data-testid": "keep-weights" });
  return { box, element: h("label", { class: "nnp-live", title }, box, h("span", { text: "keep weights" })) };
}

/** What one step did to a neuron, weight by weight. @param {Update} update */
export function stepWords({ epoch, batch, batches, terms }) {
  const told = terms.map(
    ({ name, old, gradient, new: now }) => `${name} ${movedText(old, now).join(" → ")} (${costText(gradient)})`,
  );
  const which = batches > 1 ? `, mini-batch ${batch} of ${batches}` : "";
  return `Epoch ${epoch}${which}, old → new (gradient): ${told.join(", ")}`;
}

/** Most products written out in a neuron's sum. */
const TERMS = 4;

/** The numbers of a neuron that is walked to: its bias and the first of its weights. @param {State} state @param {Place} place */
function numberWords(state, { layer, index }) {
  const inputs = layer > 0 ? (state.meta.dims?.[layer - 1] ?? 0) : 0;
  const [bias, ...weights] = Array.from({ length: Math.min(TERMS, inputs) + 1 }, (_, row) =>
    costText(weightOf(state, { layer: layer - 1, row, column: index })),
  );
  if (!inputs) return "";
  const more = inputs > TERMS ? ` and ${inputs - TERMS} more` : "";
  return `Bias ${bias}, weight${inputs > 1 ? "s" : ""} ${weights.join(", ")}${more}.`;
}

/**
 * A neuron's sum as one worked line: of which neuron and row, what is added up, and the numbers.
 *
 * @param {NeuronMessage} neuron
 * @param {string} row which row of the data it is worked out for
 * @param {Meta} [meta] of the run: an output is called one
 * @returns {[string, string, string]}
 */
export function neuronWords(neuron, row, meta = {}) {
  const number = (/** @type {number | null} */ value) =>
    value !== null && value < 0 ? `(${costText(value)})` : costText(value);
  const terms = neuron.inputs.slice(0, TERMS).map(({ value, weight }) => `${number(weight)}·${number(value)}`);
  if (neuron.inputs.length > TERMS) terms.push(`… ${neuron.inputs.length - TERMS} more`);
  const sum = `${terms.join(" + ")} + ${number(neuron.bias)} = ${costText(neuron.sum)}`;
  const name = `${neuronTitle({ layer: neuron.layer + 1, index: neuron.index }, meta)}, ${row}: `;
  const answer = `${neuron.func}(${costText(neuron.sum)}) = ${costText(neuron.activation)}`;
  return [name, "weights · inputs + bias = ", `${sum}; ${answer}`];
}
