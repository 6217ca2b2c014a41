// @ts-check
/** Draw a digit with mouse, finger or keys and watch ten bars move. */
import { h, listen, setAttribute, setText } from "../kit/dom.js";
import { arrow } from "../kit/keys.js";
import { PALETTE } from "../kit/palette.js";
import { formatPercent } from "../kit/scales.js";
import { ink, thumbnail } from "./images.js";
import { Panel } from "./panel.js";
/** @import { Shown } from "./shown.js" */

/** The scanned digits were bitmaps of 32 x 32, counted in blocks of 4 x 4; the pad does the same. */
export const SIDE = 32;
const BLOCK = 4;

/**
 * Share of ink in each block, row-major.
 *
 * @param {Uint8Array} bitmap SIDE * SIDE of 0 and 1
 * @returns {number[]} 64 values from 0 to 1
 */
export function blocks(bitmap) {
  const n = SIDE / BLOCK;
  const out = new Array(n * n).fill(0);
  for (let row = 0; row < SIDE; row += 1) {
    for (let col = 0; col < SIDE; col += 1)
      out[Math.floor(row / BLOCK) * n + Math.floor(col / BLOCK)] += bitmap[row * SIDE + col] / BLOCK ** 2;
  }
  return out;
}

/**
 * Ink along a line, with a round pen.
 *
 * @param {Uint8Array} bitmap changed in place
 * @param {readonly [number, number]} from column and row, as fractions of the grid
 * @param {readonly [number, number]} to
 * @param {number} [radius]
 */
export function stroke(bitmap, from, to, radius = 1.7) {
  const steps = Math.max(1, Math.ceil(2 * Math.hypot(to[0] - from[0], to[1] - from[1])));
  for (let k = 0; k <= steps; k += 1) {
    const x = from[0] + ((to[0] - from[0]) * k) / steps;
    const y = from[1] + ((to[1] - from[1]) * k) / steps;
    for (let row = Math.max(0, Math.floor(y - radius)); row <= Math.min(SIDE - 1, y + radius); row += 1) {
      for (let col = Math.max(0, Math.floor(x - radius)); col <= Math.min(SIDE - 1, x + radius); col += 1) {
        if (Math.hypot(col + 0.5 - x, row + 0.5 - y) <= radius) bitmap[row * SIDE + col] = 1;
      }
    }
  }
}

/** A place of the pen that leaves no ink outside. @param {number} at */
function inside(at) {
  return Math.min(SIDE - 1, Math.max(1, at));
}

export class PadPanel extends Panel {
  /** @param {{onDraw: (pixels: number[]) => void, signal: AbortSignal}} events */
  constructor({ onDraw, signal }) {
    super("pad", "Draw a digit");
    this.bitmap = new Uint8Array(SIDE * SIDE);
    this.cursor = /** @type {[number, number]} */ ([16, 16]);
    this.penDown = false;
    this.hasKeys = false;
    /** @type {[number, number] | null} */ this.from = null;
    this.onDraw = onDraw;
    this.sent = false;
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
    const clear = h("button", { type: "button", class: "nnp-button", text: "Wipe", "data-testid": "pad-clear" });
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
          h("span", { class: "nnp-seen-row" }, h("span", { text: "seen as" }), this.seen),
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
    const heard = {
      pointerdown: (/** @type {PointerEvent} */ event) => {
        canvas.setPointerCapture(event.pointerId);
        this.hasKeys = false;
        this.from = this.point(event);
        this.ink(this.from, this.from);
        event.preventDefault();
      },
      pointermove: (/** @type {PointerEvent} */ event) => {
        if (!this.from) return;
        const to = this.point(event);
        this.ink(this.from, to);
        this.from = to;
      },
      pointerup: lift,
      pointercancel: lift,
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
    if (event.key === " ") this.penDown = !this.penDown;
    else if (!move) this.wipe();
    const before = this.cursor;
    if (move)
      this.cursor = /** @type {[number, number]} */ ([inside(before[0] + move[0]), inside(before[1] + move[1])]);
    if (this.penDown) this.ink(before, this.cursor);
    else this.paint();
  }

  /** @param {[number, number]} from @param {[number, number]} to */
  ink(from, to) {
    stroke(this.bitmap, from, to);
    this.paint();
    this.send(blocks(this.bitmap));
  }

  /** @param {number[]} pixels */
  send(pixels) {
    this.sent = true;
    this.onDraw(pixels);
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

  wipe() {
    this.bitmap.fill(0);
    this.onDraw(new Array((SIDE / BLOCK) ** 2).fill(0)); // the server need not answer at every frame any more
    this.sent = false;
    this.version = -1;
    this.paint();
    this.bars.show(null, []);
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
    if (version === this.version || !state.draw || !this.sent) return;
    this.version = version;
    const classes = state.meta.classes ?? state.draw.p.map((_, i) => String(i));
    this.bars.show(state.draw.p, classes);
    if (state.draw.pixels)
      thumbnail(
        this.seen,
        Uint8Array.from(state.draw.pixels, (value) => Math.round(255 * value)),
        state.meta.image_shape ?? [8, 8],
        ink,
      );
    const best = likeliest(state.draw.p);
    setText(
      this.note,
      best < 0 ? "the network has no answer" : `looks like ${classes[best]}, ${formatPercent(state.draw.p[best])}`,
    );
  }

  describe() {
    return this.note.textContent ? `Drawing pad: ${this.note.textContent}` : "Drawing pad: nothing drawn yet";
  }
}

/**
 * @param {readonly (number | null)[]} shares null where the network has overflowed
 * @returns {number} place of the largest, -1 where there is none
 */
function likeliest(shares) {
  return shares.indexOf(Math.max(...shares.map((share) => share ?? -1)));
}

/** Ten bars with their class and share in words. */
function barChart() {
  const element = h("div", { class: "nnp-bars" });
  /** @type {{row: HTMLElement, name: HTMLElement, fill: HTMLElement, value: HTMLElement}[]} */ const rows = [];
  /** @param {readonly (number | null)[] | null} shares @param {readonly string[]} classes */
  const show = (shares, classes) => {
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
    const best = shares ? likeliest(shares) : -1;
    rows.forEach((row, i) => {
      const share = shares?.[i] ?? 0;
      if (classes[i]) setText(row.name, classes[i]);
      row.fill.style.transform = `scaleX(${share})`;
      setText(row.value, shares ? formatPercent(shares[i]) : "");
      setAttribute(row.row, "class", i === best ? "nnp-bar-line nnp-best" : "nnp-bar-line");
    });
  };
  show(null, []);
  return { element, show };
}
