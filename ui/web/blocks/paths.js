// @ts-check
/** Six schedulers on a landscape of two weights: paths on the contour, cost by step, and where momentum is stable. */

import { choices } from "../kit/controls.js";
import { h, listen } from "../kit/dom.js";
import { arrow } from "../kit/keys.js";
import { formatNumber, nearest, readNumber } from "../kit/scales.js";
import { pointAt, share } from "./contour.js";
import { LEAST, slider } from "./controls.js";
import { Kept } from "./kept.js";
import { RacePicture } from "./race_picture.js";
import { drawStability } from "./stability.js";
import { raceWords } from "./verdicts.js";
import { Walks } from "./walks.js";
/** @import { Block, Tools } from "./block.js" */
/** @import { Runner } from "./walks.js" */

const STEPS_PER_SECOND = 40;
const MOMENTA = [0, 0.99];
const KEPT = ["eta", "momentum", "start", "step", "race", "without"];
/** An arrow key moves the start by this share of the map. */
const NUDGE = 1 / 60;

/** @param {Tools} tools @returns {Block} */
export default function paths(tools) {
  return new Paths(tools);
}

class Paths {
  /** @param {Tools} tools */
  constructor({ host, signal, theme, announce, tell, scale, spare }) {
    this.root = host;
    this.signal = signal;
    this.theme = theme;
    this.announce = announce;
    this.scale = scale;
    this.spare = spare;
    this.kept = Object.fromEntries(KEPT.map((name) => [name, new Kept((value) => tell(name, value))]));
    /** @type {any} */ this.data = null;
    /** @type {Walks | null} */ this.walks = null;
    /** @type {[number, number]} */ this.start = [0, 0];
    this.now = { eta: 0, momentum: 0.9 };
    this.step = 0;
    this.frame = 0;
    this.playing = false;
    this.dragging = false;
    this.before = { start: this.start, step: 0 };
    this.each = false;
    /** @type {Set<string>} */ this.hidden = new Set();
    this.picture = new RacePicture();
    this.map = h("canvas", { class: "nnb-stability", role: "img" });
    this.stable = h("div", { class: "nnb-hint" });
    this.words = h("p", { class: "nnb-note nnb-two" });
    this.problem = h("p", { class: "nnb-problem", hidden: true });
    this.title = h("div", { class: "nnb-title" });
    this.play = h("button", { class: "nnb-play", "data-testid": "walk-play", title: "Play or pause (key Space)" });
    this.fresh = h("button", {
      text: "New start",
      "data-testid": "walk-new-start",
      "aria-keyshortcuts": "N",
      title: "Another start, anywhere on the map (key N)",
    });
    this.race = this.racing();
    this.eta = this.rates();
    this.eta.input.setAttribute("aria-keyshortcuts", "E");
    this.momentum = this.momenta();
    this.time = this.steps();
    this.listen();
    this.build();
  }

  build() {
    const { time, eta, momentum, race, picture } = this;
    const hint = h("p", { class: "nnb-hint", text: "Drag the open dot, or click: all start from there." });
    this.root.append(
      h("div", { class: "nnb-bar" }, this.play, this.fresh, time.element, eta.element, momentum.element, race.element),
      this.problem,
      h(
        "div",
        { class: "nnb-walks" },
        h("div", { class: "nnb-left" }, this.title, picture.canvas, hint, this.words),
        h("div", { class: "nnb-right" }, picture.legend, picture.costs, this.map, this.stable),
      ),
    );
  }

  racing() {
    const options = [
      { value: "same", text: "all at this η" },
      { value: "best", text: "each at its best η" },
    ];
    const onChoose = (/** @type {string} */ value) => {
      this.each = value === "best";
      this.kept.race.tell(value);
      this.again();
    };
    return choices({ label: "Learning rates", className: "nnb-choices", signal: this.signal, options, onChoose });
  }

  rates() {
    return this.number("eta", {
      label: "learning rate η",
      name: "Learning rate",
      bounds: () => [this.data.etas[0], this.data.etas.at(-1)],
      at: (i) => this.data.etas[i],
      place: (value) => nearest(this.data.etas, value),
    });
  }

  momenta() {
    const [min, max] = MOMENTA;
    const same = (/** @type {number} */ value) => value;
    const range = { min, max, step: 0.01, value: this.now.momentum };
    return this.number("momentum", {
      label: "momentum",
      name: "Momentum",
      bounds: () => MOMENTA,
      at: same,
      place: same,
      ...range,
    });
  }

  /**
   * A slider whose value may be typed as well.
   *
   * @param {"eta" | "momentum"} key
   * @param {{label: string, name: string, bounds: () => number[], at: (position: number) => number,
   *   place: (value: number) => number, min?: number, max?: number, step?: number, value?: number}} spec `at`: the value at
   *   a position of the slider, `place`: the position of a value
   */
  number(key, { name, bounds, at, place, ...more }) {
    /** @param {number} value */
    const take = (value) => {
      this.now[key] = value;
      this.problem.hidden = true;
      this.draw();
    };
    const made = slider({
      ...more,
      signal: this.signal,
      testid: `walk-${key}`,
      words: () => formatNumber(this.now[key], 6),
      onInput: (position) => take(at(position)),
      onCommit: () => this.kept[key].tell(this.now[key]),
      onType: (text) => {
        const [low, high] = bounds();
        const value = this.typed(text, { name, low, high, now: this.now[key] });
        if (value === null) return;
        take(value);
        made.set(place(value));
        this.kept[key].tell(value);
      },
    });
    return made;
  }

  /**
   * The number that was typed; null where it cannot be taken, and a sentence says why.
   *
   * @param {string} text
   * @param {{name: string, low: number, high: number, now: number}} field
   */
  typed(text, { name, low, high, now }) {
    const value = readNumber(text);
    const sound = value !== null && value >= low && value <= high;
    const range = `from ${formatNumber(low)} to ${formatNumber(high)}`;
    const got = `got “${text.slice(0, 40)}”. ${formatNumber(now, 6)} stays in use.`;
    this.problem.hidden = sound;
    this.problem.textContent = sound ? "" : `${name} must be a number ${range}; ${got}`;
    if (!sound) this.announce(this.problem.textContent);
    return sound ? value : null;
  }

  steps() {
    return slider({
      label: "step",
      signal: this.signal,
      testid: "walk-step",
      words: String,
      onInput: (value) => {
        this.playing = false;
        this.step = value;
        this.draw();
      },
      onCommit: () => this.stopHere(),
    });
  }

  listen() {
    const { signal } = this;
    const { canvas, legend } = this.picture;
    this.play.addEventListener("click", () => this.toggle(), { signal });
    this.fresh.addEventListener("click", () => this.anywhere(), { signal });
    legend.addEventListener("click", (event) => this.switchWalker(event), { signal });
    const heard = {
      pointerdown: (/** @type {PointerEvent} */ event) => this.takeStart(event),
      pointermove: (/** @type {PointerEvent} */ event) => this.dragging && this.moveStart(event),
      pointerup: () => this.letGo(),
      pointercancel: () => this.restore(),
      keydown: (/** @type {KeyboardEvent} */ event) => this.nudge(event),
    };
    listen(canvas, heard, signal);
  }

  /** @param {any} data */
  update(data) {
    const first = !this.data;
    const moved = first || data.name !== this.data.name;
    this.data = data;
    this.eta.input.max = String(data.etas.length - 1);
    this.time.input.max = String(data.steps);
    const news = new Set(KEPT.filter((name) => this.kept[name].news(data[name])));
    if (news.has("eta") || moved) {
      this.now.eta = data.eta;
      this.eta.set(nearest(data.etas, data.eta));
    }
    if (news.has("momentum")) {
      this.now.momentum = data.momentum;
      this.momentum.set(data.momentum);
    }
    if (news.has("race")) {
      this.race.set(data.race);
      this.each = data.race === "best";
    }
    if (news.has("without")) this.hidden = new Set(data.without);
    const placed = news.has("start") || moved;
    if (placed) this.setStart(data.start);
    if (news.has("step") && data.step >= 0) {
      this.playing = false;
      this.step = Math.min(data.step, data.steps);
    } else if (placed && (moved || data.step < 0)) {
      this.again();
      return;
    }
    this.draw();
  }

  /** @param {[number, number]} start */
  setStart(start) {
    const { name, schedulers, steps, minima } = this.data;
    this.start = start;
    this.walks = new Walks(name, { schedulers, start, steps, minima });
  }

  /** From the start again, walking. */
  again() {
    this.step = 0;
    if (globalThis.matchMedia("(prefers-reduced-motion: reduce)").matches) {
      this.step = this.data.steps;
      this.draw();
      return;
    }
    this.playing = true;
    this.kept.step.tell(-1);
    this.draw();
    this.run();
  }

  toggle() {
    if (!this.playing && this.step >= this.data.steps) {
      this.again();
      return;
    }
    this.playing = !this.playing;
    if (this.playing) this.kept.step.tell(-1);
    else this.stopHere();
    this.draw();
    if (this.playing) this.run();
  }

  /** Let the address hold the step at which the walk was stopped; the end is where every walk goes. */
  stopHere() {
    const step = Math.floor(this.step);
    this.kept.step.tell(step >= this.data.steps ? -1 : step);
  }

  /** Move on with the clock, not with the frames: a slow machine shows fewer pictures, not a slower walk. */
  run() {
    if (this.frame) return;
    let before = performance.now();
    const tick = (/** @type {number} */ now) => {
      this.frame = 0;
      if (!this.playing || this.signal.aborted) return;
      this.step = Math.min(this.data.steps, this.step + (Math.max(0, now - before) / 1000) * STEPS_PER_SECOND);
      before = now;
      if (this.step >= this.data.steps) this.playing = false;
      this.draw();
      if (this.playing) this.frame = requestAnimationFrame(tick);
    };
    this.frame = requestAnimationFrame(tick);
  }

  /** @param {string} action */
  key(action) {
    if (action === "play") this.toggle();
    else {
      this.playing = false;
      const { step } = this;
      const to = { first: 0, next: Math.floor(step) + 1, back: Math.ceil(step) - 1 }[action] ?? step;
      this.step = Math.max(0, Math.min(this.data.steps, to));
      this.stopHere();
      this.draw();
    }
  }

  /** @param {Event} event */
  switchWalker(event) {
    const target = /** @type {HTMLElement} */ (event.target);
    const name = /** @type {HTMLElement | null} */ (target.closest("button"))?.getAttribute("data-name");
    if (!name) return;
    if (!this.hidden.delete(name)) this.hidden.add(name);
    this.kept.without.tell(this.data.schedulers.filter((/** @type {string} */ one) => this.hidden.has(one)));
    this.draw();
  }

  /** @param {PointerEvent} event */
  takeStart(event) {
    if (event.button) return;
    this.picture.canvas.setPointerCapture(event.pointerId);
    this.dragging = true;
    this.before = { start: this.start, step: this.step };
    // Under the hand one sees the whole walk from every start; it is walked once more on letting go.
    this.playing = false;
    this.step = this.data.steps;
    this.moveStart(event);
  }

  /** @param {PointerEvent} event */
  moveStart(event) {
    const box = this.picture.canvas.getBoundingClientRect();
    this.startAt([(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height]);
  }

  /** @param {readonly number[]} place shares of width and height from the upper left corner */
  startAt(place) {
    const inside = place.map((share) => Math.max(0, Math.min(1, share)));
    this.setStart(/** @type {[number, number]} */ (pointAt(inside, this.data.bounds)));
    this.draw();
  }

  anywhere() {
    this.startAt([Math.random(), Math.random()]);
    this.kept.start.tell(this.start);
    this.again();
  }

  /** The browser took the pointer away: nothing was meant. */
  restore() {
    if (!this.dragging) return;
    this.dragging = false;
    this.setStart(this.before.start);
    this.step = this.before.step;
    this.draw();
  }

  letGo() {
    if (!this.dragging) return;
    this.dragging = false;
    this.kept.start.tell(this.start);
    this.again();
  }

  /** @param {KeyboardEvent} event */
  nudge(event) {
    const by = arrow(event);
    if (!by) return;
    event.preventDefault();
    event.stopPropagation();
    const [right, up] = share(this.start, this.data.bounds);
    this.playing = false;
    this.step = this.data.steps;
    this.startAt([right + NUDGE * by[0], 1 - up + NUDGE * by[1]]);
    this.kept.start.tell(this.start);
  }

  /** Every walker as it goes now: its learning rate and its walk. @param {Walks} walks @returns {Runner[]} */
  runners(walks) {
    const { data } = this;
    const { momentum } = this.now;
    return data.schedulers.map((/** @type {string} */ name) => {
      const eta = this.each ? walks.best(name, { etas: data.etas, momentum }) : this.now.eta;
      return { name, eta, hidden: this.hidden.has(name), walk: walks.of(name, { eta, momentum }) };
    });
  }

  draw() {
    const { data, walks, picture } = this;
    if (!data || !walks) return;
    const theme = this.theme();
    const scale = this.scale();
    const step = Math.floor(this.step);
    const momentum = this.now.momentum;
    const runners = this.runners(walks);
    this.time.set(step);
    this.title.textContent = `${data.label}: C(x, y) = ${data.formula}`;
    this.play.textContent = this.playing ? "Pause" : step >= data.steps ? "Again" : "Play";
    const high = (/** @type {number} */ usual, /** @type {number} */ spare) => Math.max(LEAST, usual + spare);
    const spare = this.spare();
    const [map, costs] = [high(data.map_height, spare), high(data.cost_height, spare / 2)];
    picture.draw(runners, { walks, data, theme, scale, step, each: this.each, map, costs });
    const { curvatures } = data;
    const height = high(data.stable_height, spare / 2);
    // The map is about Momentum: where each walks at its own best, that is its learning rate.
    const { eta } = runners.find(({ name }) => name === "Momentum") ?? { eta: this.now.eta };
    const stable = drawStability(this.map, { theme, eta, momentum, curvatures, height, scale });
    this.stable.replaceChildren(...stable.map((text) => h("div", { text })));
    this.say(runners, { step, momentum });
  }

  /**
   * Say where things stand, for tests and, once it stands still, for people.
   *
   * @param {Runner[]} runners
   * @param {{step: number, momentum: number}} now
   */
  say(runners, { step, momentum }) {
    const facts = { step, playing: this.playing, eta: this.now.eta, momentum, start: this.start };
    for (const [name, value] of Object.entries(facts)) this.root.setAttribute(`data-${name}`, String(value));
    if (this.playing || !this.walks) return;
    const { why, rank } = raceWords(runners, { walks: this.walks, step, momentum });
    this.words.textContent = `${why || this.data.help} ${rank}`;
    this.announce(this.words.textContent);
  }

  end() {
    this.playing = false;
    cancelAnimationFrame(this.frame);
    this.frame = 0;
  }
}
