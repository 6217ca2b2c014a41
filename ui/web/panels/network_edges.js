// @ts-check
/** The weights of a drawn network: which one lies under the pointer, its number there, and a field that takes another. */
import { h, listen, setText } from "../kit/dom.js";
import { formatNumber } from "../kit/scales.js";
import { typedWeight } from "./weights.js";
/** @import { State } from "./run_state.js" */
/** @import { Node, Plan } from "./network_plan.js" */
/** @import { WeightEdit } from "./weights.js" */

/** @typedef {{layer: number, row: number, column: number}} Place of a weight; `row` 0 is the bias */

/** How near a line the pointer has to be, in pixels, and a finger. */
const [REACH, FINGER] = [7, 14];
/** Pieces in which a line is looked at. */
const PIECES = 16;

/**
 * The ends of the line from one neuron to another, and where it bends.
 *
 * @param {Node} from
 * @param {Node} to
 */
export function lineOf(from, to) {
  const [x0, x1] = [from.x + from.size / 2, to.x - to.size / 2];
  return { x0, y0: from.y, x1, y1: to.y, middle: (from.x + to.x) / 2 };
}

/**
 * How far a place is from a line.
 *
 * @param {ReturnType<typeof lineOf>} line
 * @param {number} x
 * @param {number} y
 */
export function distance({ x0, y0, x1, y1, middle }, x, y) {
  let least = Infinity;
  for (let i = 0; i <= PIECES; i += 1) {
    const [t, u] = [i / PIECES, 1 - i / PIECES];
    const px = u ** 3 * x0 + 3 * u * t * middle + t ** 3 * x1;
    const py = (u ** 3 + 3 * u * u * t) * y0 + (3 * u * t * t + t ** 3) * y1;
    least = Math.min(least, Math.hypot(px - x, py - y));
  }
  return least;
}

/**
 * The weight under a place of the drawing: a line, or the dot of a bias.
 *
 * @param {Plan} plan
 * @param {number} x
 * @param {number} y
 * @param {number} [reach]
 * @returns {Place | null}
 */
export function weightAt({ nodes }, x, y, reach = REACH) {
  let best = /** @type {Place | null} */ (null);
  let least = reach;
  /** @param {number} away @param {Place} place */
  const nearer = (away, place) => {
    if (away <= least) [best, least] = [place, away];
  };
  nodes.slice(1).forEach((column, layer) => {
    for (const to of column) {
      nearer(Math.hypot(to.x - to.size / 2 - x, to.y + to.size / 2 - y), { layer, row: 0, column: to.index });
      for (const from of nodes[layer])
        nearer(distance(lineOf(from, to), x, y), { layer, row: from.index + 1, column: to.index });
    }
  });
  return best;
}

/** @param {State} state @param {Place} place @returns {number | null} */
export function weightOf({ meta, parts }, { layer, row, column }) {
  return parts.weights?.[layer]?.[row * (meta.dims?.[layer + 1] ?? 0) + column] ?? null;
}

/** What is said of a weight. @param {Place} place @param {number | null} value */
export function weightWords({ layer, row, column }, value) {
  const number = value === null ? "no number" : formatNumber(value, 3);
  if (row === 0) return `bias of ${layer + 1}, ${column + 1}: ${number}`;
  return `weight ${row} → ${column + 1}: ${number}`;
}

export class EdgeTip {
  /**
   * @param {HTMLElement} canvas
   * @param {{plan: () => Plan, state: () => State | null, onWeight: (edit: WeightEdit) => void,
   *   onPoint: () => void, fixed?: boolean, signal: AbortSignal}} events `fixed`: no weight takes another number
   */
  constructor(canvas, { plan, state, onWeight, onPoint, fixed = false, signal }) {
    this.canvas = canvas;
    this.plan = plan;
    this.state = state;
    this.onWeight = onWeight;
    this.onPoint = onPoint;
    /** @type {{clientX: number, clientY: number} | null} the pointer, while it is on the drawing */ this.pointer =
      null;
    /** @type {Place | null} the weight under it */ this.place = null;
    /** @type {Place | null} the one that is being typed */ this.typed = null;
    this.words = h("span");
    this.field = h("input", { type: "number", step: "any", hidden: true, "data-testid": "weight-here" });
    this.element = h("div", { class: "nnp-edge", hidden: true, "data-testid": "weight-tip" }, this.words, this.field);
    listen(
      canvas,
      {
        pointermove: (event) => this.moved(event),
        pointerleave: () => this.left(),
        click: (event) => fixed || this.clicked(event),
      },
      signal,
    );
    listen(this.field, { keydown: (event) => this.key(event), blur: () => this.close() }, signal);
  }

  /** @param {{clientX: number, clientY: number}} pointer @returns {[number, number]} */
  spot({ clientX, clientY }) {
    const box = this.canvas.getBoundingClientRect();
    return [clientX - box.left, clientY - box.top];
  }

  /** @param {MouseEvent} event */
  moved(event) {
    this.pointer = event;
    const before = JSON.stringify(this.place);
    this.look();
    if (JSON.stringify(this.place) !== before) this.onPoint();
  }

  /** Look what lies under the pointer: the drawing may have moved below it, or be of another network. */
  look() {
    if (this.typed || !this.pointer) return;
    const spot = this.spot(this.pointer);
    this.place = weightAt(this.plan(), ...spot);
    this.element.hidden = this.place === null;
    if (this.place) this.put(spot);
    this.write();
  }

  left() {
    this.pointer = null;
    if (this.typed || !this.place) return;
    this.place = null;
    this.element.hidden = true;
    this.onPoint();
  }

  /** @param {[number, number]} spot */
  put([x, y]) {
    const right = x > this.canvas.clientWidth / 2;
    this.element.style.left = right ? "auto" : `${x + 12}px`;
    this.element.style.right = right ? `${this.canvas.clientWidth - x + 12}px` : "auto";
    this.element.style.top = `${Math.max(2, y - 14)}px`;
  }

  /** The number of the weight under the pointer, kept true while the network learns. */
  write() {
    const state = this.state();
    const place = this.typed ?? this.place;
    if (!state || !place) return;
    setText(
      this.words,
      this.typed ? weightWords(place, null).replace(/: .*/, "") : weightWords(place, weightOf(state, place)),
    );
  }

  /** @param {MouseEvent & {pointerType?: string}} event */
  clicked(event) {
    const spot = this.spot(event);
    const reach = event.pointerType === "touch" ? FINGER : REACH;
    const [place, state] = [weightAt(this.plan(), ...spot, reach), this.state()];
    if (!place || !state) return this.close();
    this.typed = place;
    this.field.setAttribute("aria-label", weightWords(place, null).replace(/: .*/, ""));
    this.field.hidden = false;
    this.element.hidden = false;
    this.put(spot);
    this.write();
    this.field.value = String(Number((weightOf(state, place) ?? 0).toPrecision(4)));
    this.field.focus();
    this.field.select();
    this.onPoint();
  }

  /** Enter sets the weight, Escape leaves it. @param {KeyboardEvent} event */
  key(event) {
    event.stopPropagation();
    const value = typedWeight(this.field.value);
    if (event.key === "Enter" && this.typed && value !== null) this.onWeight({ ...this.typed, value });
    if (event.key === "Enter" || event.key === "Escape") this.close();
  }

  close() {
    if (!this.typed) return;
    this.typed = this.place = null;
    this.field.hidden = this.element.hidden = true;
    this.onPoint();
  }
}
