// @ts-check
/** What the user asks for, sent to where it is decided: the channel for the run, Streamlit for what the address holds. */
import { setBy } from "./announce.js";
/** @import { Reshaping } from "../panels/network_keys.js" */
/** @import { Edit } from "../panels/editor.js" */
/** @import { Rows } from "../panels/messages.js" */
/** @import { WeightEdit } from "../panels/weights.js" */
/** @import { Live } from "./context.js" */

/**
 * The kept epoch that is meant: the nearest one, but never the one shown already, or an arrow key, which moves by one
 * epoch, would stand still between two kept ones.
 *
 * @param {readonly number[]} kept ascending
 * @param {number} epoch asked for
 * @param {number} shown
 */
export function keptNear(kept, epoch, shown) {
  const ahead = epoch === shown ? kept : kept.filter((k) => (epoch < shown ? k < shown : k > shown));
  const among = ahead.length > 0 ? ahead : kept;
  return among.reduce((best, k) => (Math.abs(k - epoch) < Math.abs(best - epoch) ? k : best), among[0]);
}

export class Commands {
  /** @param {Live} view */
  constructor(view) {
    this.view = view;
    /** @type {string | null} what a hand has let go of, whose run was shown and told while it moved */ this.released =
      null;
  }

  /** Whether a run that now begins is one that was told already. */
  told() {
    const known = this.released === this.view.problem();
    this.released = null;
    return known;
  }

  /** What a button or key means. @param {string} name @param {string | number} [value] */
  act(name, value) {
    const { view } = this;
    this.released = null;
    switch (name) {
      case "play":
        return this.toggle();
      case "step":
      case "restart":
        return view.link.send({ op: name });
      case "new-start":
        return this.action("new_start");
      case "pin":
        return view.teller.tell("pin", true);
      case "split":
      case "swap":
        return this.action(name);
      case "axis":
        return view.set({ axis: view.settings.axis === "log" ? "linear" : "log" });
      case "lecture":
        return view.set({ lecture: !view.settings.lecture });
      case "speed":
        return this.speed(String(value));
      case "seek":
        return this.seek(Number(value));
      default:
        return undefined;
    }
  }

  /** What a key means, which nothing on the screen says to who does not see it. @param {string} name @param {string | number} [value] */
  press(name, value) {
    this.act(name, value);
    this.view.announce(setBy(name, this.view.settings));
  }

  toggle() {
    if (this.view.reveal()) return;
    this.view.link.send({ op: this.view.state.phase === "playing" ? "pause" : "play" });
  }

  /** @param {string} value */
  speed(value) {
    this.view.link.send({ op: "speed", value });
    this.view.set({ speed: value });
  }

  /** Look back at the kept epoch nearest to the one asked for. @param {number} epoch */
  seek(epoch) {
    const { state, link } = this.view;
    if (state.phase === "playing") link.send({ op: "pause" });
    const kept = state.scrub.length > 0 ? state.scrub : [epoch];
    link.send({ op: "seek", epoch: keptNear(kept, epoch, state.epoch) });
  }

  /** @param {number} value @param {"drag" | "commit" | "live"} mode */
  eta(value, mode) {
    const { meta, eta } = this.view.state;
    if (mode !== "live") this.view.owed.choice("eta", value);
    if (mode === "commit") this.released = this.view.problem();
    // A large problem has begun this very run while the control was moved; beginning again would lose its start.
    const begun = mode === "commit" && !meta.small && meta.eta === value && eta === value;
    if (!begun) this.view.link.send({ op: "eta", value, mode });
    if (mode === "commit") this.view.teller.tell("eta", value);
  }

  /** @param {number} value @param {"drag" | "commit" | "live"} mode */
  lam(value, mode) {
    if (mode !== "live") this.view.owed.choice("lam", value);
    if (mode === "commit") this.released = this.view.problem();
    this.view.link.send({ op: "lam", value, mode: mode === "live" ? "live" : "commit" });
    if (mode === "commit") this.view.teller.tell("lam", value);
  }

  /** What the server advises, that which its sentence names. */
  rescue() {
    const { advice } = this.view.state;
    if (advice?.change) this.action("try", advice.change);
    else if (advice) this.action("try_eta", advice.eta);
  }

  /** Go on with this run for so many epochs. @param {number} epochs */
  more(epochs) {
    this.view.link.send({ op: "more", epochs });
  }

  /** Choose data or an input by its picture, of two side by side for B or for both. @param {string} kind @param {string} name */
  pick(kind, name) {
    const { split, both } = this.view;
    this.action(kind, split && both ? { name, both } : name);
  }

  /**
   * What the script decides. It is meant of what is shown: a rate whose key has just been let go of is told first, or with two
   * side by side that have changed places since it would be the other one's.
   *
   * @param {string} action
   * @param {unknown} [value]
   */
  action(action, value = null) {
    const { eta, lam } = this.view.elements.bar;
    eta.settle();
    lam?.settle();
    this.view.teller.tell("action", { name: action, value });
  }

  /**
   * The images of a cell of the matrix; of none, the most confident mistakes.
   *
   * @param {number | null} row
   * @param {number | null} col
   * @param {Rows} [rows]
   */
  cell(row, col, rows = this.view.state.rows) {
    this.view.link.send({ op: "cell", row, col, rows });
  }

  /** Matrix and images about other rows; a chosen cell stays chosen. @param {Rows} rows */
  rows(rows) {
    const { cell } = this.view.state;
    this.cell(cell?.row ?? null, cell?.col ?? null, rows);
  }

  /** @param {number[]} pixels */
  pixels(pixels) {
    this.view.link.send({ op: "draw", pixels: pixels.map((value) => Number(value.toFixed(3))) });
  }

  /** One neuron or one layer more or fewer. @param {Reshaping & {keep: boolean}} change */
  shape({ keep, ...change }) {
    this.view.link.send({ op: "shape", ...change, keep: Number(keep) });
  }

  /** A weight set by hand. @param {WeightEdit} edit */
  weight(edit) {
    this.view.link.send({ op: "weight", ...edit });
  }

  /**
   * An edited point: to the channel at once; to Streamlit, which keeps it, once the hand lets go.
   *
   * @param {Edit} edit
   * @param {boolean} done
   */
  point(edit, done) {
    this.view.link.send({ op: "point", ...edit });
    if (done) this.action("point", edit);
  }

  /**
   * The numbers of a neuron; of none, they are no longer sent.
   *
   * @param {number | null} layer
   * @param {number | null} index
   */
  neuron(layer, index) {
    this.view.link.send({ op: "neuron", layer, index });
  }
}
