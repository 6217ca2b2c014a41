// @ts-check
/** Data sets and input features as small pictures in a column beside a panel's drawing, a click each. */
import { paint } from "../kit/canvas.js";
import { h, listen, setAttribute, svg } from "../kit/dom.js";
import { inputMap, SIDE } from "./inputs.js";

/**
 * @typedef {{name: string, label: string, points: number[][]}} DataPicture points: x, y and target, each from 0 to 1
 * @typedef {{sets: DataPicture[], features: {name: string, label: string}[], on: string[]}} Choices `on`: chosen now
 */

/** Side of a picture in its own units. */
const FIELD = 28;

/**
 * A data set as dots: discs for 1, squares for 0, the paler the nearer to the middle.
 *
 * @param {readonly number[][]} points
 */
function dataPicture(points) {
  const dots = points.map(([x, y, target]) => {
    const [cx, cy] = [2 + x * (FIELD - 4), FIELD - 2 - y * (FIELD - 4)];
    const look = {
      class: target > 0.5 ? "nnp-dot-high" : "nnp-dot-low",
      opacity: (0.25 + 1.5 * Math.abs(target - 0.5)).toFixed(2),
    };
    const r = points.length > 8 ? 1.5 : 4;
    return target > 0.5
      ? svg("circle", { cx, cy, r, ...look })
      : svg("rect", { x: cx - r, y: cy - r, width: 2 * r, height: 2 * r, ...look });
  });
  return svg("svg", { viewBox: `0 0 ${FIELD} ${FIELD}`, "aria-hidden": "true" }, ...dots);
}

/** A column of pictures, one of them or some pressed. */
export class PictureColumn {
  /** @param {{kind: "data" | "feature", label: string, onPick: (name: string) => void, signal: AbortSignal}} options */
  constructor({ kind, label, onPick, signal }) {
    this.kind = kind;
    this.onPick = onPick;
    this.signal = signal;
    this.element = h("div", { class: "nnp-pictures", role: "group", "aria-label": label, hidden: true });
    /** @type {Map<string, HTMLButtonElement>} */ this.buttons = new Map();
    /** @type {[string, HTMLCanvasElement][]} canvases by the labels of their features */ this.canvases = [];
    this.signature = "";
    this.painted = "";
  }

  /** Stand beside the drawing of a panel. @param {{element: HTMLElement, body: HTMLElement}} panel */
  standBeside({ element, body }) {
    body.remove();
    element.append(h("div", { class: "nnp-beside" }, this.element, body));
  }

  /** @param {readonly {name: string, label: string, points?: number[][]}[]} choices @param {readonly string[]} on */
  show(choices, on) {
    const signature = choices.map(({ name }) => name).join(" ");
    this.element.hidden = choices.length === 0;
    if (signature !== this.signature) {
      this.signature = signature;
      this.painted = "";
      this.canvases = [];
      this.buttons = new Map(choices.map((choice) => [choice.name, this.make(choice)]));
      this.element.replaceChildren(...this.buttons.values());
    }
    for (const [name, button] of this.buttons) setAttribute(button, "aria-pressed", String(on.includes(name)));
  }

  /** @param {{name: string, label: string, points?: number[][]}} choice */
  make({ name, label, points }) {
    const canvas = points ? null : h("canvas", { "aria-hidden": "true" });
    if (canvas) this.canvases.push([label, canvas]);
    const button = h(
      "button",
      { class: "nnp-picture", "data-testid": `${this.kind}-${name}`, "aria-label": label, title: label },
      points ? dataPicture(points) : h("span", { text: label }),
      canvas,
    );
    const stay = (/** @type {Event} */ event) => event.preventDefault();
    listen(button, { mousedown: stay, click: () => this.onPick(name) }, this.signal);
    return button;
  }

  /**
   * Draw what the features are over the plane.
   *
   * @param {Uint32Array} colours
   * @param {readonly number[][]} bounds
   * @param {string} theme
   */
  paint(colours, bounds, theme) {
    const signature = JSON.stringify([this.signature, theme, bounds]);
    if (signature === this.painted) return;
    this.painted = signature;
    for (const [label, canvas] of this.canvases) {
      const map = inputMap(label, bounds);
      if (map) paint(map, SIDE, colours, canvas);
    }
  }
}
