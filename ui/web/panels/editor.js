// @ts-check
/**
 * Points edited by hand on a map: click to add, drag to move, click to take away; the same by arrow keys and Enter.
 * Every edit goes to the channel at once, while dragging too; the finished edit goes to Streamlit as well, which keeps it.
 *
 * @typedef {{add: number[]} | {move: number[]} | {remove: number}} Edit
 * @typedef {{left: number, top: number, width: number, height: number}} Frame the map on the panel, in pixels
 * @typedef {{X: number[][], t: (number | number[])[]}} Points
 */

import { h, listen, setAttribute, setAttributes, setText } from "../kit/dom.js";
import { arrow } from "../kit/keys.js";
import { formatNumber } from "../kit/scales.js";
/** @import { Meta } from "./messages.js" */

/** How near a point a click has to be, in pixels; on a small map, whose points stand close, in parts of its width. */
export const REACH = 9;
const NEAR = 1 / 32;
/** Least time between two messages of one drag, in milliseconds. */
const DRAG_GAP = 60;
/** Steps of the arrow keys across the map. */
const KEY_STEPS = 40;

/**
 * Where a place on the panel lies in the plane; null outside the map.
 *
 * @param {[number, number]} place pixels from the panel's upper left corner
 * @param {Frame} frame
 * @param {number[][]} bounds
 * @returns {[number, number] | null}
 */
export function toPlane([px, py], frame, bounds) {
  const [u, v] = [(px - frame.left) / frame.width, 1 - (py - frame.top) / frame.height];
  if (u < 0 || u > 1 || v < 0 || v > 1) return null;
  const at = [u, v].map((share, i) => Number((bounds[i][0] + share * (bounds[i][1] - bounds[i][0])).toPrecision(4)));
  return [at[0], at[1]];
}

/**
 * Where a point of the plane lies on the panel.
 *
 * @param {readonly number[]} point
 * @param {Frame} frame
 * @param {number[][]} bounds
 * @returns {[number, number]}
 */
export function toPanel(point, frame, bounds) {
  const [u, v] = bounds.map(([lo, hi], i) => (point[i] - lo) / (hi - lo));
  return [frame.left + u * frame.width, frame.top + (1 - v) * frame.height];
}

/**
 * The point under a place on the panel, -1 for none.
 *
 * @param {readonly number[][]} points
 * @param {[number, number]} place
 * @param {(point: readonly number[]) => [number, number]} at
 * @param {number} [reach]
 */
export function nearestPoint(points, place, at, reach = REACH) {
  let best = -1;
  let least = reach;
  points.forEach((point, i) => {
    const [x, y] = at(point);
    const distance = Math.hypot(x - place[0], y - place[1]);
    if (distance <= least) [best, least] = [i, distance];
  });
  return best;
}

/**
 * What a target of the buttons is called, in one sign too, and its value.
 *
 * @param {Meta} meta
 * @returns {{value: number, text: string, sign: string}[]}
 */
export function labels(meta) {
  if (meta.task !== "regression")
    return [
      { value: 1, text: "● 1", sign: "●" },
      { value: 0, text: "■ 0", sign: "■" },
    ];
  const [lo, hi] = meta.target_range ?? [-1, 1];
  return [
    { value: hi, text: "high", sign: "↑" },
    { value: lo, text: "low", sign: "↓" },
  ];
}

/** What the map is while a tool is in the hand. */
const WIDGET = {
  tabindex: 0,
  role: "application",
  "aria-label":
    "Points of the map. Arrow keys move the cursor; Enter picks a point up, puts it down or adds one; Delete takes one away.",
};

export class PointEditor {
  /**
   * @param {{element: HTMLElement, body: HTMLElement, tools: HTMLElement}} panel
   * @param {{facts: () => {meta: Meta, frame: Frame} | null, onEdit: (edit: Edit, done: boolean) => void,
   *   onSay: (words: string) => void, brief?: boolean, now: () => number, signal: AbortSignal}} settings `brief`: signs for words
   */
  constructor(panel, { facts, onEdit, onSay, brief = false, now, signal }) {
    this.panel = panel;
    this.facts = facts;
    this.onEdit = onEdit;
    this.onSay = onSay;
    this.brief = brief;
    this.now = now;
    /** @type {"" | "high" | "low" | "remove"} */ this.mode = "";
    this.pressed = false;
    this.dragged = -1;
    this.carried = -1;
    this.moved = false;
    /** @type {[number, number] | null} where a dragged point was last */ this.last = null;
    /** @type {readonly number[]} where it was first */ this.first = [];
    this.sent = -Infinity;
    /** @type {[number, number] | null} */ this.cursor = null;
    this.buttons = ["high", "low", "remove"].map((mode) => this.button(mode, signal));
    if (!brief) panel.tools.append(h("span", { class: "nnp-panel-note", text: "edit points:" }));
    panel.tools.append(...this.buttons);
    this.mark = h("i", { class: "nnp-cursor", hidden: true, "aria-hidden": "true" });
    panel.body.append(this.mark);
    this.listen(signal);
    this.name();
  }

  /** @param {string} mode @param {AbortSignal} signal */
  button(mode, signal) {
    const button = h("button", { class: "nnp-button", "aria-pressed": "false", "data-testid": `edit-${mode}` });
    button.addEventListener("click", () => this.choose(mode), { signal });
    return button;
  }

  /** @param {string} mode the same one again puts the tool down */
  choose(mode) {
    this.mode = /** @type {any} */ (this.mode === mode ? "" : mode);
    const on = this.mode !== "";
    this.panel.body.style.cursor = on ? "crosshair" : "";
    this.panel.body.style.touchAction = on ? "none" : "";
    setAttributes(this.panel.body, on ? WIDGET : { tabindex: null, role: null, "aria-label": null });
    this.mark.hidden = true;
    this.cursor = null;
    this.carried = -1;
    this.name();
  }

  /** Words of the buttons; they depend on the problem. */
  name() {
    const known = this.facts();
    const kinds = labels(known?.meta ?? {});
    const words = [...kinds.map(({ text }) => `+ ${text}`), "remove"];
    const signs = [...kinds.map(({ sign }) => `+${sign}`), "×"];
    const hints = [
      "Click on the map: a point of this kind; drag a point: it moves",
      "Click on the map: a point of this kind; drag a point: it moves",
      "Click on a point: it goes",
    ];
    this.buttons.forEach((button, i) => {
      setText(button, this.brief ? signs[i] : words[i]);
      if (this.brief) setAttribute(button, "aria-label", words[i]);
      button.title = hints[i];
      button.setAttribute("aria-pressed", String(["high", "low", "remove"][i] === this.mode));
    });
  }

  /** @param {AbortSignal} signal */
  listen(signal) {
    const up = (/** @type {PointerEvent} */ event) => this.up(event);
    const heard = {
      pointerdown: (/** @type {PointerEvent} */ event) => this.down(event),
      pointermove: (/** @type {PointerEvent} */ event) => this.move(event),
      pointerup: up,
      pointercancel: () => this.restore(),
      keydown: (/** @type {KeyboardEvent} */ event) => this.key(event),
    };
    listen(this.panel.body, heard, signal);
  }

  /** @param {PointerEvent} event @returns {[number, number]} */
  place(event) {
    const box = this.panel.body.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  }

  /** Index of the point at a place of the panel. @param {[number, number]} place */
  hit(place) {
    const known = this.facts();
    if (!known) return -1;
    const { meta, frame } = known;
    const { points, bounds } = meta;
    const reach = Math.min(REACH, NEAR * frame.width);
    return points && bounds ? nearestPoint(points.X, place, (point) => toPanel(point, frame, bounds), reach) : -1;
  }

  /** @param {[number, number]} place */
  plane(place) {
    const known = this.facts();
    return known?.meta.bounds ? toPlane(place, known.frame, known.meta.bounds) : null;
  }

  /** @param {PointerEvent} event */
  down(event) {
    if (!this.mode || event.button !== 0) return;
    const place = this.place(event);
    if (!this.plane(place)) return;
    event.preventDefault();
    this.panel.body.focus({ preventScroll: true });
    this.pressed = true;
    this.dragged = this.hit(place);
    this.moved = false;
    if (this.dragged < 0) return;
    this.first = this.facts()?.meta.points?.X[this.dragged] ?? [];
    this.panel.body.setPointerCapture(event.pointerId);
  }

  /** @param {PointerEvent} event */
  move(event) {
    if (!this.mode || this.mode === "remove" || this.dragged < 0) return;
    const at = this.plane(this.place(event));
    if (!at) return;
    this.moved = true;
    this.last = at;
    if (this.now() - this.sent < DRAG_GAP) return;
    this.sent = this.now();
    this.onEdit({ move: [this.dragged, ...at] }, false);
  }

  /** The browser took the pointer away: nothing was meant, and a dragged point is where it was. */
  restore() {
    const { dragged, first } = this;
    this.pressed = false;
    this.dragged = -1;
    if (dragged >= 0 && this.moved && first.length) this.onEdit({ move: [dragged, ...first] }, false);
  }

  /** @param {PointerEvent} event */
  up(event) {
    const { pressed, dragged } = this;
    this.pressed = false;
    this.dragged = -1;
    // A button may go up that went down elsewhere, or was not the main one: then nothing was meant.
    if (!this.mode || !pressed) return;
    const at = this.plane(this.place(event));
    if (this.mode === "remove") {
      if (dragged >= 0) this.onEdit({ remove: dragged }, true);
    } else if (dragged >= 0) {
      if (this.moved && this.last) this.onEdit({ move: [dragged, ...this.last] }, true);
    } else if (at) this.add(at);
  }

  /** @param {[number, number]} at */
  add(at) {
    const [high, low] = labels(this.facts()?.meta ?? {});
    this.onEdit({ add: [...at, this.mode === "high" ? high.value : low.value] }, true);
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const known = this.facts();
    if (!this.mode || !known) return;
    const step = arrow(event);
    const { frame } = known;
    const from = this.cursor ?? [frame.left + frame.width / 2, frame.top + frame.height / 2];
    if (step) {
      this.cursor = [
        Math.min(frame.left + frame.width, Math.max(frame.left, from[0] + (step[0] * frame.width) / KEY_STEPS)),
        Math.min(frame.top + frame.height, Math.max(frame.top, from[1] + (step[1] * frame.height) / KEY_STEPS)),
      ];
      this.mark.hidden = false;
      this.mark.style.left = `${this.cursor[0]}px`;
      this.mark.style.top = `${this.cursor[1]}px`;
      this.hold(this.carried, this.where());
    } else if (event.key === "Enter" || event.key === "Delete")
      this.press(/** @type {[number, number]} */ (from), event.key);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /**
   * Enter picks a point up, puts it down or adds one; with the tool for removing, or by Delete, the point goes.
   *
   * @param {[number, number]} place
   * @param {string} key
   */
  press(place, key) {
    const at = this.plane(place);
    const hit = this.hit(place);
    if (!at) return;
    if (key === "Delete" || this.mode === "remove") {
      // The points behind it change their numbers: one that was picked up would be another.
      this.hold(-1, hit >= 0 ? "Point taken away." : "No point here.");
      if (hit >= 0) this.onEdit({ remove: hit }, true);
    } else if (this.carried >= 0) {
      this.onEdit({ move: [this.carried, ...at] }, true);
      this.hold(-1, "Point put down.");
    } else if (hit >= 0) this.hold(hit, "Point picked up.");
    else {
      this.add(at);
      this.onSay("Point added.");
    }
  }

  /** Which point is carried, -1 for none, seen at the cursor and heard. @param {number} point @param {string} words */
  hold(point, words) {
    this.carried = point;
    setAttributes(this.mark, { "data-carries": String(point >= 0) });
    this.onSay(words);
  }

  /** Where the cursor is, and whether there is a point. */
  where() {
    const place = /** @type {[number, number]} */ (this.cursor);
    const at = this.plane(place);
    const hit = this.carried < 0 && this.hit(place) >= 0 ? ", on a point" : "";
    return at ? `${at.map((value) => formatNumber(value, 2)).join(", ")}${hit}` : "";
  }
}
