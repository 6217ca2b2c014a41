// @ts-check
/** Small images: the most confident mistakes, the images of a chosen cell, and what the first layer looks at. */
import { fitted } from "../kit/canvas.js";
import { bytes } from "../kit/decode.js";
import { h, setAttribute, setText } from "../kit/dom.js";
import { supportText } from "../kit/scales.js";
import { mapColours, pixel } from "../kit/theme.js";
import { classNames } from "./matrix.js";
import { CanvasPanel, Panel } from "./panel.js";
import { overflowed } from "./run_state.js";
/** @import { CellMessage, Picture } from "./messages.js" */
/** @import { Shown } from "./shown.js" */

/**
 * Pixels of an image, each in the colour of its byte.
 *
 * @param {HTMLCanvasElement} canvas
 * @param {Uint8Array} values
 * @param {readonly number[]} shape rows and columns
 * @param {Uint32Array} colours 256 pixels
 */
export function thumbnail(canvas, values, [rows, cols], colours) {
  if (canvas.width !== cols) canvas.width = cols;
  if (canvas.height !== rows) canvas.height = rows;
  const context = canvas.getContext("2d");
  if (!context) return;
  const image = context.createImageData(cols, rows);
  const pixels = new Uint32Array(image.data.buffer);
  for (let i = 0; i < values.length; i += 1) pixels[i] = colours[values[i]];
  context.putImageData(image, 0, 0);
}

/** Ink on paper, in both themes: the images are the lecture's digits. */
export const INK = Uint32Array.from({ length: 256 }, (_, value) =>
  pixel([255 - value, 255 - value, Math.round(255 - value * 0.94)]),
);

/** One image with its caption, as a button that puts it on the drawing pad. */
class Tile {
  /** @param {number} place @param {() => void} onClick @param {AbortSignal} signal */
  constructor(place, onClick, signal) {
    this.canvas = h("canvas", { class: "nnp-thumb", "aria-hidden": "true" });
    this.caption = h("span", { class: "nnp-caption" });
    this.element = h("button", { class: "nnp-tile", "data-testid": `image-${place}` }, this.canvas, this.caption);
    this.element.addEventListener("click", onClick, { signal });
    this.source = "";
  }

  /** @param {Picture} picture @param {readonly number[]} shape @param {readonly string[]} classes @param {string} [output] */
  show(picture, shape, classes, output) {
    this.element.hidden = false;
    if (this.source !== picture.b64) thumbnail(this.canvas, bytes(picture.b64), shape, INK);
    this.source = picture.b64;
    const right = picture.target === picture.predicted;
    const [is, taken] = [classes[picture.target] ?? picture.target, classes[picture.predicted] ?? picture.predicted];
    const sure = supportText(picture.confidence, output);
    setText(this.caption, right ? `${is} ✓ ${sure}` : `${is} → ${taken} ${sure}`);
    const words = sure.endsWith("%") ? `${sure} sure` : `with an output of ${sure}`;
    setAttribute(
      this.element,
      "aria-label",
      right ? `A ${is}, read rightly, ${words}` : `A ${is} taken for ${taken}, ${words}`,
    );
    setAttribute(this.element, "title", "Put this image on the drawing pad");
  }

  hide() {
    this.element.hidden = true;
  }
}

/** Images up to this number are shown larger: they fill the panel anyway. */
const FEW = 8;

/** Why there is no image. */
const [NO_MISTAKE, NO_IMAGE, OVERFLOW] = ["No mistakes.", "No image of this kind.", "Overflow: no answers to show."];

export class MistakesPanel extends Panel {
  /**
   * @param {object} events
   * @param {(row: number | null, col: number | null) => void} events.onCell
   * @param {(pixels: number[]) => void} events.onImage
   * @param {AbortSignal} events.signal
   */
  constructor({ onCell, onImage, signal }) {
    super("mistakes", "Most confident mistakes");
    this.grid = h("div", { class: "nnp-tiles" });
    this.empty = h("p", { class: "nnp-empty" });
    this.body.append(this.grid, this.empty);
    this.onImage = onImage;
    this.signal = signal;
    /** @type {Tile[]} */ this.tiles = [];
    /** @type {Picture[]} */ this.items = [];
    this.chooser = cellChooser(onCell, signal);
    this.tools.append(this.chooser.element);
  }

  /** @param {Shown} shown */
  draw({ state }) {
    const { versions, cell, rows } = state;
    const signature = JSON.stringify([
      versions.run,
      versions.mistakes,
      versions.cell,
      cell?.row,
      cell?.col,
      rows,
      overflowed(state),
    ]);
    if (!this.changed(signature)) return;
    const picked = cell !== null && cell.row !== null && cell.row !== undefined;
    this.items = (picked ? cell.items : state.parts.mistakes) ?? [];
    const k = state.meta.classes?.length ?? 10;
    const classes = classNames(state, new Array(k * k).fill(0));
    this.chooser.show(classes, picked ? cell : null);
    setText(
      this.title,
      picked
        ? `True ${classes[/** @type {number} */ (cell.row)]}, predicted ${classes[/** @type {number} */ (cell.col)]}`
        : "Most confident mistakes",
    );
    setText(this.note, rows === "train" || !state.meta.n_val ? "training rows" : "validation rows");
    this.show(state.meta.image_shape ?? [8, 8], classes, state.meta.output_func);
    setText(
      this.empty,
      this.items.length > 0 || state.shown === null
        ? ""
        : overflowed(state)
          ? OVERFLOW
          : picked
            ? NO_IMAGE
            : NO_MISTAKE,
    );
  }

  /** @param {readonly number[]} shape @param {readonly string[]} classes @param {string} [output] */
  show(shape, classes, output) {
    setAttribute(this.grid, "data-few", String(this.items.length <= FEW));
    while (this.tiles.length < this.items.length) this.addTile();
    this.tiles.forEach((tile, i) =>
      i < this.items.length ? tile.show(this.items[i], shape, classes, output) : tile.hide(),
    );
  }

  addTile() {
    const i = this.tiles.length;
    const put = () => this.onImage([...bytes(this.items[i].b64)].map((value) => value / 255));
    const tile = new Tile(i + 1, put, this.signal);
    this.tiles.push(tile);
    this.grid.append(tile.element);
  }

  describe() {
    const said = this.tiles
      .slice(0, Math.min(4, this.items.length))
      .map((tile) => tile.element.getAttribute("aria-label"));
    return this.items.length > 0 ? `${this.title.textContent}: ${said.join("; ")}` : `${this.title.textContent}: none`;
  }
}

/**
 * Choose a cell of the matrix by keyboard: the same as clicking it.
 *
 * @param {(row: number | null, col: number | null) => void} onCell
 * @param {AbortSignal} signal
 */
function cellChooser(onCell, signal) {
  const row = h("select", {
    class: "nnp-select",
    "aria-label": "True class",
    title: "True class",
    "data-testid": "cell-row",
  });
  const col = h("select", {
    class: "nnp-select",
    "aria-label": "Predicted class",
    title: "Predicted class",
    "data-testid": "cell-col",
  });
  const change = () => {
    const all = row.value === "" || col.value === "";
    onCell(all ? null : Number(row.value), all ? null : Number(col.value));
  };
  for (const select of [row, col]) select.addEventListener("change", change, { signal });
  const element = h("span", { class: "nnp-chooser" }, row, h("span", { text: "→" }), col);
  let [filled, at] = ["", ""];
  /**
   * @param {readonly string[]} classes
   * @param {CellMessage | null} cell whose images are shown, wherever it was chosen
   */
  const show = (classes, cell) => {
    if (filled !== classes.join()) {
      filled = classes.join();
      for (const select of [row, col])
        select.replaceChildren(
          h("option", { value: "", text: "all" }),
          ...classes.map((text, i) => h("option", { value: i, text })),
        );
    }
    const place = cell ? [String(cell.row), String(cell.col)] : ["", ""];
    // Written only where it has changed: a row that is chosen first waits for its column.
    if (place.join() !== at) [row.value, col.value] = place;
    at = place.join();
  };
  return { element, show };
}

/**
 * Columns and cell size with which so many squares fill a box best.
 *
 * @param {number} count
 * @param {{width: number, height: number}} size
 * @param {number} most size of a cell
 * @returns {{columns: number, cell: number}}
 */
export function tiling(count, { width, height }, most) {
  let best = { columns: 1, cell: 0 };
  for (let columns = 1; columns <= Math.max(1, count); columns += 1) {
    const cell = Math.floor(Math.min(width / columns, height / Math.ceil(count / columns), most));
    if (cell > best.cell) best = { columns, cell };
  }
  return best;
}

/** No weight at all, as the server sends weights. */
const NONE = 128;

/**
 * Weights three times as wide and as high, with a hole in the middle of those below zero: a sign is told by more than a hue.
 *
 * @param {Uint8Array} weights
 * @param {number} width
 */
export function hollow(weights, width) {
  const wide = 3 * width;
  const large = new Uint8Array(9 * weights.length);
  for (let row = 0; row < large.length / wide; row += 1) {
    const from = Math.floor(row / 3) * width;
    for (let column = 0; column < wide; column += 1) {
      const weight = weights[from + Math.floor(column / 3)];
      large[row * wide + column] = row % 3 === 1 && column % 3 === 1 && weight < NONE ? NONE : weight;
    }
  }
  return large;
}

/** All weights of the first layer in one canvas: a hundred canvases of their own cost 16 ms in every frame. */
export class FiltersPanel extends CanvasPanel {
  constructor() {
    super("filters", "What the first layer looks at");
  }

  /** @param {Shown} shown */
  draw({ state, theme, scale }) {
    const { filters } = state.parts;
    const signature = JSON.stringify([state.versions.filters, state.versions.run, theme.background, this.size]);
    if (!filters || this.size.width === 0 || !this.changed(signature)) return;
    const context = fitted(this.canvas, this.size);
    if (!context) return;
    const { columns, cell } = tiling(filters.length, this.size, 64 * scale);
    const gap = cell > 24 ? 4 : 2;
    context.imageSmoothingEnabled = false;
    // One below the other in one small canvas: put into it one by one, a hundred pictures took 6 ms.
    const [height, width] = (state.meta.image_shape ?? [8, 8]).map((side) => 3 * side);
    const weights = new Uint8Array((filters.length * height * width) / 9);
    filters.forEach((filter, i) => weights.set(bytes(filter), (i * height * width) / 9));
    const sheet = hollow(weights, width / 3);
    thumbnail(this.small, sheet, [height * filters.length, width], mapColours(theme));
    filters.forEach((_, i) => {
      const [x, y] = [(i % columns) * cell, Math.floor(i / columns) * cell];
      context.drawImage(this.small, 0, i * height, width, height, x, y, cell - gap, cell - gap);
    });
    const all = state.meta.dims?.[1] ?? filters.length;
    setText(
      this.note,
      all > filters.length ? `${filters.length} of ${all} neurons; blue +, hollow −` : "blue +, hollow −",
    );
  }

  /** @param {Shown} shown */
  describe({ state }) {
    return `Weights of the first ${state.parts.filters?.length ?? 0} neurons as images of ${(state.meta.image_shape ?? [8, 8]).join(" by ")} pixels`;
  }
}
