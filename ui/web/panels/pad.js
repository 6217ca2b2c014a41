// @ts-check
/** Draw a digit with mouse, finger or keys and watch ten bars move. */
import { bytes } from "../kit/decode.js";
import { h, listen, setAttribute, setText } from "../kit/dom.js";
import { arrow } from "../kit/keys.js";
import { PALETTE } from "../kit/palette.js";
import { supportText } from "../kit/scales.js";
import { INK, thumbnail } from "./images.js";
import { asScanned, BLOCK, blocks, SIDE, stroke } from "./ink.js";
import { Panel } from "./panel.js";
/** @import { Shown } from "./shown.js" */

/** A place of the pen that leaves no ink outside. @param {number} at */
function inside(at) {
  return Math.min(SIDE - 1, Math.max(1, at));
}

export class PadPanel extends Panel {
  /** @param {{onDraw: (pixels: number[]) => void, onSay: (words: string) => void, signal: AbortSignal}} events */
  constructor({ onDraw, onSay, signal }) {
    super("pad", "Draw a digit");
    this.bitmap = new Uint8Array(SIDE * SIDE);
    this.cursor = /** @type {[number, number]} */ ([16, 16]);
    this.penDown = false;
    this.hasKeys = false;
    /** @type {[number, number] | null} */ this.from = null;
    this.onDraw = onDraw;
    this.onSay = onSay;
    /** @type {number[] | null} the drawing as it was asked about last, of a bare pad none */ this.pixels = null;
    this.version = -1;
    this.canvas = h("canvas", {
      class: "nnp-pad",
      width: 256,
      height: 256,
      tabindex: 0,
      role: "application",
      "data-testid": "pad",
      "aria-label": "Drawing pad of 32 by 32 points. Arrow keys move the pen, Space lowers or lifts it, Delete wipes.",
      title: "Draw with mouse or finger; by keyboard, arrow keys move the pen, Space lowers or lifts it, Delete wipes",
    });
    this.seen = h("canvas", { class: "nnp-thumb nnp-seen", "aria-hidden": "true", title: "What the network sees" });
    this.bars = barChart();
    this.nearest = nearestImages(signal);
    const clear = h("button", { class: "nnp-button", text: "Wipe", "data-testid": "pad-clear" });
    clear.addEventListener("click", () => this.wipe(), { signal });
    this.tools.append(clear);
    this.body.append(
      h(
        "div",
        { class: "nnp-pad-row" },
        h(
          "div",
          { class: "nnp-pad-side" },
          this.canvas,
          h("span", { class: "nnp-seen-row" }, h("span", { text: "seen as" }), this.seen, this.nearest.element),
        ),
        this.bars.element,
      ),
    );
    this.listen(signal);
    this.paint();
  }

  /** @param {AbortSignal} signal */
  listen(signal) {
    const { canvas } = this;
    const lift = () => {
      this.from = null;
    };
    let before = this.bitmap;
    const heard = {
      pointerdown: (/** @type {PointerEvent} */ event) => {
        if (event.isPrimary === false) return; // a second finger would draw a line from the first
        canvas.setPointerCapture(event.pointerId);
        before = this.bitmap.slice();
        this.hasKeys = false;
        this.from = this.point(event);
        this.ink(this.from, this.from);
        event.preventDefault();
      },
      pointermove: (/** @type {PointerEvent} */ event) => {
        if (!this.from || event.isPrimary === false) return;
        const to = this.point(event);
        this.ink(this.from, to);
        this.from = to;
      },
      pointerup: lift,
      pointercancel: () => {
        lift();
        this.bitmap.set(before);
        if (before.includes(1)) this.tell();
        else this.wipe();
      },
      keydown: (/** @type {KeyboardEvent} */ event) => this.typed(event),
      blur: () => {
        this.hasKeys = false;
        this.paint();
      },
    };
    listen(canvas, heard, signal);
  }

  /** @param {PointerEvent} event @returns {[number, number]} */
  point(event) {
    const box = this.canvas.getBoundingClientRect();
    return [((event.clientX - box.left) / box.width) * SIDE, ((event.clientY - box.top) / box.height) * SIDE];
  }

  /** @param {KeyboardEvent} event */
  typed(event) {
    const move = arrow(event);
    if (!move && !["Delete", "Backspace", " "].includes(event.key)) return;
    event.preventDefault();
    event.stopPropagation();
    this.hasKeys = true;
    if (event.key === " ") this.turn();
    else if (!move) this.wipe();
    const before = this.cursor;
    if (move)
      this.cursor = /** @type {[number, number]} */ ([inside(before[0] + move[0]), inside(before[1] + move[1])]);
    if (this.penDown) this.ink(before, this.cursor);
    else this.paint();
  }

  /** Lower the pen or lift it. */
  turn() {
    this.penDown = !this.penDown;
    this.onSay(this.penDown ? "Pen down." : `Pen up. ${this.note.textContent}`);
  }

  /** @param {[number, number]} from @param {[number, number]} to */
  ink(from, to) {
    stroke(this.bitmap, from, to);
    this.tell();
  }

  /** Show what is drawn, and ask what it looks like. */
  tell() {
    this.paint();
    this.send(blocks(asScanned(this.bitmap)));
  }

  /** @param {number[]} pixels */
  send(pixels) {
    this.see(pixels);
    this.onDraw(pixels);
  }

  /** @param {number[]} pixels as the network gets them */
  see(pixels) {
    this.pixels = pixels;
    thumbnail(
      this.seen,
      Uint8Array.from(pixels, (value) => Math.round(255 * value)),
      [8, 8],
      INK,
    );
  }

  /**
   * Put an image of the data on the pad.
   *
   * @param {number[]} pixels 64 values from 0 to 1
   */
  put(pixels) {
    for (let row = 0; row < SIDE; row += 1) {
      for (let col = 0; col < SIDE; col += 1)
        this.bitmap[row * SIDE + col] =
          pixels[Math.floor(row / BLOCK) * (SIDE / BLOCK) + Math.floor(col / BLOCK)] > 0.45 ? 1 : 0;
    }
    this.paint();
    this.send(pixels);
  }

  /** Show what is drawn on another pad. @param {number[]} pixels @param {Uint8Array} bitmap */
  copy(pixels, bitmap) {
    this.bitmap.set(bitmap);
    if (!pixels.some(Boolean)) return this.clear();
    this.paint();
    this.see(pixels);
  }

  /**
   * Go on with what was drawn on the pad that stood here before, and ask the runs that are shown now.
   *
   * @param {unknown} before
   */
  resume(before) {
    if (!(before instanceof PadPanel)) return;
    this.bitmap.set(before.bitmap);
    [this.cursor, this.penDown] = [before.cursor, before.penDown];
    this.paint();
    if (before.pixels) this.send(before.pixels);
  }

  wipe() {
    this.bitmap.fill(0);
    this.onDraw(new Array((SIDE / BLOCK) ** 2).fill(0)); // the server need not answer at every frame any more
    this.clear();
    this.onSay("Wiped.");
  }

  clear() {
    this.pixels = null;
    this.version = -1;
    this.paint();
    this.bars.show(null, []);
    this.nearest.show([], []);
    this.seen.getContext("2d")?.clearRect(0, 0, this.seen.width, this.seen.height);
    setText(this.note, "");
  }

  paint() {
    const context = this.canvas.getContext("2d");
    if (!context) return;
    const cell = this.canvas.width / SIDE;
    context.fillStyle = "#ffffff";
    context.fillRect(0, 0, this.canvas.width, this.canvas.height);
    context.fillStyle = "#e6e8ee";
    for (let k = 1; k < SIDE / BLOCK; k += 1) {
      context.fillRect(k * BLOCK * cell, 0, 1, this.canvas.height);
      context.fillRect(0, k * BLOCK * cell, this.canvas.width, 1);
    }
    if (!this.hasKeys && !this.bitmap.includes(1)) {
      context.fillStyle = "#62666e";
      context.font = "24px sans-serif";
      context.textAlign = "center";
      context.fillText("draw here", this.canvas.width / 2, this.canvas.height / 2);
    }
    context.fillStyle = "#101018";
    this.bitmap.forEach((on, i) => {
      if (on) context.fillRect((i % SIDE) * cell, Math.floor(i / SIDE) * cell, cell, cell);
    });
    if (!this.hasKeys) return;
    context.strokeStyle = this.penDown ? PALETTE.light.negative : PALETTE.light.positive;
    context.lineWidth = 3;
    context.strokeRect((this.cursor[0] - 1.5) * cell, (this.cursor[1] - 1.5) * cell, 3 * cell, 3 * cell);
  }

  /** @param {Shown} shown */
  draw({ state }) {
    const version = state.versions.draw ?? 0;
    if (version === this.version || !state.draw || !this.pixels) return;
    this.version = version;
    const classes = state.meta.classes ?? state.draw.p.map((_, i) => String(i));
    const output = state.meta.output_func;
    this.bars.show(state.draw.p, classes, output);
    this.nearest.show(state.draw.nearest ?? [], classes);
    setText(this.note, answerWords(state.draw.p, classes, output));
    if (!this.penDown && !this.from) this.onSay(this.note.textContent ?? "");
  }

  describe() {
    return this.note.textContent ? `Drawing pad: ${this.note.textContent}` : "Drawing pad: nothing drawn yet";
  }
}

/**
 * @param {readonly (number | null)[]} shares null where the network has overflowed
 * @returns {number[]} places of the largest: one, several that are equal, none where there is no number
 */
function leaders(shares) {
  const most = Math.max(...shares.map((share) => share ?? -Infinity));
  return shares.flatMap((share, place) => (share === most ? [place] : []));
}

/**
 * What a drawing looks like to the network.
 *
 * @param {readonly (number | null)[]} shares @param {readonly string[]} classes @param {string} [output]
 */
function answerWords(shares, classes, output) {
  const best = leaders(shares);
  if (!best.length) return "the network has no answer";
  const each = supportText(shares[best[0]], output);
  if (best.length === shares.length) return `undecided: every class has ${each}`;
  const names = best.map((place) => classes[place]).join(" and ");
  return best.length > 1 ? `undecided: ${names} have ${each} each` : `looks like ${names}, ${each}`;
}

/** Ten bars with their class and share in words. */
function barChart() {
  const element = h("div", { class: "nnp-bars" });
  /** @type {{row: HTMLElement, name: HTMLElement, fill: HTMLElement, value: HTMLElement}[]} */ const rows = [];
  /** @param {readonly (number | null)[] | null} shares @param {readonly string[]} classes @param {string} [output] */
  const show = (shares, classes, output) => {
    while (rows.length < Math.max(10, shares?.length ?? 0)) {
      const row = {
        row: h("div", { class: "nnp-bar-line" }),
        name: h("span", { class: "nnp-bar-name", text: rows.length }),
        fill: h("span", { class: "nnp-bar-fill" }),
        value: h("span", { class: "nnp-bar-value" }),
      };
      row.row.append(row.name, h("span", { class: "nnp-bar-track" }, row.fill), row.value);
      rows.push(row);
      element.append(row.row);
    }
    const best = shares ? leaders(shares) : [];
    rows.forEach((row, i) => {
      const share = shares?.[i] ?? 0;
      if (classes[i]) setText(row.name, classes[i]);
      row.fill.style.transform = `scaleX(${Math.min(1, Math.max(0, share))})`;
      setText(row.value, shares ? supportText(shares[i], output) : "");
      setAttribute(
        row.row,
        "class",
        best.includes(i) && best.length < rows.length ? "nnp-bar-line nnp-best" : "nnp-bar-line",
      );
    });
  };
  show(null, []);
  return { element, show };
}

/**
 * The training images that are most like the drawing, behind the word "why?": what the network has learned of such a picture.
 *
 * @param {AbortSignal} signal
 */
function nearestImages(signal) {
  const tiles = h("span", { class: "nnp-nearest" });
  const said = h("span");
  const words = h(
    "div",
    { class: "nnp-why-words" },
    h("span", { text: "The training images most like it:" }),
    tiles,
    said,
  );
  const summary = h("summary", { text: "why?" });
  const element = h("details", { class: "nnp-why", "data-testid": "pad-why" }, summary, words);
  // Where the panel is low they may lie over the word that closes them.
  listen(words, { click: () => element.removeAttribute("open") }, signal);
  element.hidden = true;
  /** @param {readonly {target: number, b64: string}[]} nearest @param {readonly string[]} classes */
  const show = (nearest, classes) => {
    element.hidden = !nearest.length;
    const canvases = nearest.map(({ b64 }) => {
      const canvas = h("canvas", { class: "nnp-thumb", "aria-hidden": "true" });
      thumbnail(canvas, bytes(b64), [8, 8], INK);
      return canvas;
    });
    tiles.replaceChildren(...canvases);
    setText(said, nearest.map(({ target }) => classes[target] ?? target).join(", "));
  };
  return { element, show };
}
