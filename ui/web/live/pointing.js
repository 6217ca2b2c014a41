// @ts-check
/**
 * What a hand points at, and what one panel shows of it for another: a neuron fills the map or the fit, a row of the
 * truth table or a cell of the matrix has its points marked on the map. What is held stays while nothing is pointed at.
 */
/** @import { Place } from "../panels/network_keys.js" */
/** @import { Marked } from "../panels/shown.js" */
/** @import { Link } from "../kit/link.js" */
/** @import { State } from "../panels/run_state.js" */

/** @typedef {{link: Pick<Link, "send">, state: State, wake: () => void}} Pointed the view, as far as it is used here */

export class Pointing {
  /** @param {Pointed} view */
  constructor(view) {
    this.view = view;
    /** @type {Place | null} the neuron that is drawn large */ this.neuron = null;
    /** @type {Marked | null} */ this.pointed = null;
    /** @type {Marked | null} */ this.held = null;
    this.asked = "";
    this.counted = 0;
  }

  /** The points that are marked on the map. */
  get marked() {
    return this.pointed ?? this.held;
  }

  /** Draw a neuron large, or none any more. @param {Place | null} neuron */
  look(neuron) {
    const { layer, index } = neuron ?? { layer: null, index: null };
    if (this.neuron?.layer === neuron?.layer && this.neuron?.index === neuron?.index) return;
    this.neuron = neuron;
    this.view.link.send({ op: "look", layer, index });
    this.view.wake();
  }

  /** Mark the points of what is under the pointer, or of nothing. @param {Marked | null} marked */
  point(marked) {
    this.pointed = marked;
    this.ask();
  }

  /** Go on marking them; the same again, or none, lets go. @param {Marked | null} marked */
  hold(marked) {
    this.held = JSON.stringify(marked) === JSON.stringify(this.held) ? null : marked;
    this.ask();
  }

  /** Which points lie in a cell the server knows, since it knows what the network says of each. */
  ask() {
    const asked = JSON.stringify(this.marked?.cell ?? null);
    if (asked !== this.asked) this.send();
    this.asked = asked;
    this.view.wake();
  }

  /** Ask again when the counts have changed: the points in a cell have, too. */
  follow() {
    if ((this.view.state.versions.matrix ?? 0) !== this.counted) this.send();
  }

  send() {
    const { state, link } = this.view;
    this.counted = state.versions.matrix ?? 0;
    const { cell } = this.marked ?? {};
    if (!cell || state.meta.image_shape || state.meta.truth) return;
    link.send({ op: "cell", row: cell[0], col: cell[1], rows: state.rows });
  }
}
