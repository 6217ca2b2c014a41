// @ts-check
/** Weights set by hand: small fields for the bias and the weights that enter the chosen neuron. */

import { h } from "../kit/dom.js";
import { readNumber } from "../kit/scales.js";
/** @import { NeuronMessage } from "./messages.js" */

/** Most weights of one neuron that get a field of their own. */
export const MOST_FIELDS = 16;

/** @typedef {{layer: number, row: number, column: number, value: number}} WeightEdit `row` 0 is the bias */

/**
 * The fields of one neuron, in their order: the bias, then the first weights.
 *
 * @param {NeuronMessage} neuron
 * @returns {{name: string, row: number, value: number | null}[]}
 */
export function fieldsOf(neuron) {
  const weights = neuron.inputs
    .slice(0, MOST_FIELDS)
    .map(({ name, weight }, i) => ({ name, row: i + 1, value: weight }));
  return [{ name: "bias", row: 0, value: neuron.bias }, ...weights];
}

/**
 * What was typed as a weight; null where it is no number that a weight can have.
 *
 * @param {string} text
 * @returns {number | null}
 */
export function typedWeight(text) {
  const value = readNumber(text);
  return value !== null && Math.abs(value) <= 1000 ? value : null;
}

export class WeightFields {
  /** @param {{onWeight: (edit: WeightEdit) => void, signal: AbortSignal}} events */
  constructor({ onWeight, signal }) {
    this.onWeight = onWeight;
    this.key = "";
    /** @type {HTMLInputElement[]} */ this.inputs = [];
    this.element = h("div", { class: "nnp-weights", role: "group", "aria-label": "Weights of the chosen neuron" });
    /** @type {EventTarget | null} the field that is being typed into */ this.typed = null;
    this.element.addEventListener("input", ({ target }) => void (this.typed = target), { signal });
    this.element.addEventListener("focusout", () => void (this.typed = null), { signal });
    this.element.addEventListener("change", (event) => this.changed(event), { signal });
    // A key in a field is a digit of its number, and does not choose another neuron.
    this.element.addEventListener("keydown", (event) => event.stopPropagation(), { signal });
  }

  /** @param {NeuronMessage} neuron */
  show(neuron) {
    const fields = fieldsOf(neuron);
    const key = JSON.stringify([neuron.layer, neuron.index, fields.map(({ name }) => name)]);
    if (key !== this.key) {
      this.key = key;
      this.neuron = neuron;
      this.inputs = fields.map(({ row }) =>
        h("input", { type: "number", step: "any", "data-row": row, "data-testid": `weight-${row}` }),
      );
      this.element.replaceChildren(
        ...fields.map(({ name }, i) => h("label", {}, h("span", { text: name }), this.inputs[i])),
      );
    }
    fields.forEach(({ value }, i) => {
      const input = this.inputs[i];
      // A number that is being typed is not written over by the training.
      if (value === null || input === this.typed) return;
      const text = String(Number(value.toPrecision(4)));
      if (input.value !== text) input.value = text;
    });
  }

  /** @param {Event} event */
  changed(event) {
    this.typed = null;
    const input = /** @type {HTMLInputElement} */ (event.target);
    const value = typedWeight(input.value);
    if (value === null || !this.neuron) return;
    this.onWeight({ layer: this.neuron.layer, row: Number(input.dataset.row), column: this.neuron.index, value });
  }
}
