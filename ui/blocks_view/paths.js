// @ts-check
/** Six schedulers on a landscape of two weights: paths on the contour, cost by step, and where momentum is stable. */

import { fitted, h } from "../live_view/dom.js";
import { formatNumber, nearest } from "../live_view/scales.js";
import { drawChart } from "./chart.js";
import { cross, dashes, dot, paintLandscape, pointAt, share, strokePath } from "./contour.js";
import { choices, room, slider } from "./parts.js";
import { drawStability } from "./stability.js";
import { bestEta, costAt, lostAt, placeAt, readWalks } from "./walks.js";

const STEPS_PER_SECOND = 40;
const DASHES = [[], [7, 4], [2, 4], [9, 3, 2, 3], [12, 4], [4, 2]];

/** @typedef {import("../live_view/theme.js").Theme} Theme */

/** @param {Theme} theme */
const inks = (theme) => [
  theme.text,
  theme.negative,
  ...theme.pins.slice(0, 2),
  theme.dark ? "#f0e442" : "#6b5a00",
  theme.positive,
];

/** @param {import("./blocks.js").Tools} tools @returns {import("./blocks.js").Block} */
export default function paths(tools) {
  return new Paths(tools);
}

class Paths {
  /** @param {import("./blocks.js").Tools} tools */
  constructor({ host, signal, theme, tell }) {
    this.root = host;
    this.signal = signal;
    this.theme = theme;
    this.tell = tell;
    /** @type {any} */ this.data = null;
    /** @type {import("./walks.js").Walks | null} */ this.walks = null;
    /** @type {{key: string, height: string, canvas: HTMLCanvasElement} | null} */ this.picture = null;
    /** @type {number | undefined} the momentum that was asked for while an answer was on its way */ this.wish =
      undefined;
    /** @type {number | undefined} the learning rate that the script said last */ this.given = undefined;
    this.waiting = false;
    this.step = 0;
    this.frame = 0;
    this.playing = false;
    this.each = false;
    /** @type {Set<string>} */ this.hidden = new Set();
    this.canvas = h("canvas", { class: "nnb-map", role: "img", tabindex: 0 });
    this.legend = h("div", { class: "nnb-walkers", role: "group", "aria-label": "Schedulers" });
    this.costs = h("div", { class: "nnb-chart" });
    this.map = h("canvas", { class: "nnb-stability", role: "img" });
    this.stable = h("div", { class: "nnb-hint" });
    this.words = h("p", { class: "nnb-note", "aria-live": "polite" });
    this.title = h("div", { class: "nnb-title" });
    this.play = h("button", { type: "button", class: "nnb-play", "data-testid": "walk-play" });
    const { eta, momentum, time, race } = this.controls();
    this.eta = eta;
    this.momentum = momentum;
    this.time = time;
    this.listen();
    const hint = h("p", { class: "nnb-hint", text: "Click on the map: all start from there." });
    host.append(
      h("div", { class: "nnb-bar" }, this.play, time.element, eta.element, momentum.element, race.element),
      h(
        "div",
        { class: "nnb-walks" },
        h("div", { class: "nnb-left" }, this.title, this.canvas, hint, this.words),
        h("div", { class: "nnb-right" }, this.legend, this.costs, this.map, this.stable),
      ),
    );
  }

  controls() {
    const { signal } = this;
    const race = choices({
      label: "Learning rates",
      signal,
      options: [
        { value: "same", text: "all at this η" },
        { value: "best", text: "each at its best η" },
      ],
      onChoose: (value) => {
        this.each = value === "best";
        this.again();
      },
    });
    race.set("same");
    const common = { min: 0, max: 1, step: 1, value: 0, signal };
    return {
      race,
      eta: slider({
        ...common,
        label: "learning rate η",
        testid: "walk-eta",
        words: (i) => formatNumber(this.data?.etas[i] ?? 0),
        onInput: () => this.draw(),
        onCommit: (i) => this.tell("eta", this.data.etas[i]),
      }),
      momentum: slider({
        ...common,
        label: "momentum",
        max: 0.99,
        step: 0.01,
        value: 0.9,
        testid: "walk-momentum",
        words: (value) => value.toFixed(2),
        onInput: (value) => this.ask(value),
      }),
      time: slider({
        ...common,
        label: "step",
        testid: "walk-step",
        words: String,
        onInput: (value) => {
          this.playing = false;
          this.step = value;
          this.draw();
        },
      }),
    };
  }

  listen() {
    const { signal } = this;
    this.play.addEventListener("click", () => this.toggle(), { signal });
    this.legend.addEventListener("click", (event) => this.switchWalker(event), { signal });
    this.canvas.addEventListener("click", (event) => this.moveStart(event), { signal });
  }

  /** @param {any} data */
  update(data) {
    const before = this.data;
    const moved = !before || data.name !== before.name || String(data.start) !== String(before.start);
    if (!before || String(data.places) !== String(before.places)) this.walks = readWalks(data);
    this.data = data;
    if (!before) {
      this.eta.input.max = String(data.etas.length - 1);
      this.time.input.max = String(data.steps);
      this.momentum.set(data.momentum);
    }
    if (data.eta !== this.given) {
      this.given = data.eta;
      this.eta.set(nearest(data.etas, data.eta));
    }
    this.answered(data.momentum);
    if (moved) this.again();
    else this.draw();
  }

  /** Ask for another momentum; while an answer is on its way, only the latest wish is kept. @param {number} value */
  ask(value) {
    if (this.waiting) this.wish = value;
    else {
      this.waiting = true;
      this.tell("momentum", value);
    }
    this.draw();
  }

  /** @param {number} momentum */
  answered(momentum) {
    this.waiting = false;
    const { wish } = this;
    this.wish = undefined;
    if (wish !== undefined && wish !== momentum) this.ask(wish);
  }

  again() {
    this.step = 0;
    if (globalThis.matchMedia("(prefers-reduced-motion: reduce)").matches) {
      this.step = this.data.steps;
      this.draw();
      return;
    }
    this.playing = true;
    this.run();
  }

  toggle() {
    if (!this.playing && this.step >= this.data.steps) {
      this.again();
      return;
    }
    this.playing = !this.playing;
    this.draw();
    if (this.playing) this.run();
  }

  /** Move on with the clock, not with the frames: a slow machine shows fewer pictures, not a slower walk. */
  run() {
    if (this.frame) return;
    let before = performance.now();
    const tick = (/** @type {number} */ now) => {
      this.frame = 0;
      if (!this.playing || this.signal.aborted) return;
      this.step = Math.min(this.data.steps, this.step + ((now - before) / 1000) * STEPS_PER_SECOND);
      before = now;
      if (this.step >= this.data.steps) this.playing = false;
      this.draw();
      if (this.playing) this.frame = requestAnimationFrame(tick);
    };
    this.frame = requestAnimationFrame(tick);
  }

  /** @param {Event} event */
  switchWalker(event) {
    const target = /** @type {HTMLElement} */ (event.target);
    const name = /** @type {HTMLElement | null} */ (target.closest("button"))?.dataset.name;
    if (!name) return;
    if (!this.hidden.delete(name)) this.hidden.add(name);
    this.draw();
  }

  /** @param {MouseEvent} event */
  moveStart(event) {
    const box = this.canvas.getBoundingClientRect();
    const place = [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
    this.tell("start", pointAt(place, this.data.bounds));
  }

  /** The index of the learning rate of one scheduler. @param {number} scheduler */
  etaOf(scheduler) {
    return this.each && this.walks ? bestEta(this.walks, scheduler) : Number(this.eta.input.value);
  }

  draw() {
    const { data, walks } = this;
    if (!data || !walks) return;
    const theme = this.theme();
    const colours = inks(theme);
    const step = Math.floor(this.step);
    const eta = data.etas[Number(this.eta.input.value)];
    this.time.set(step);
    this.title.textContent = `${data.label}: C(x, y) = ${data.formula}`;
    this.play.textContent = this.playing ? "Pause" : step >= data.steps ? "Again" : "Play";
    this.drawMap(walks, { theme, colours, step });
    this.drawLegend(walks, { colours, step });
    this.drawCosts(walks, { theme, colours, step });
    const stable = drawStability(this.map, data, { theme, eta, momentum: Number(this.momentum.input.value) });
    this.stable.replaceChildren(...stable.map((text) => h("div", { text })));
    this.say(walks, { step, eta });
  }

  /**
   * Say where things stand, for tests and, once it stands still, for people.
   *
   * @param {import("./walks.js").Walks} walks
   * @param {{step: number, eta: number}} now
   */
  say(walks, { step, eta }) {
    const { data } = this;
    const facts = { step, playing: this.playing, eta, momentum: data.momentum };
    for (const [name, value] of Object.entries(facts)) this.root.setAttribute(`data-${name}`, String(value));
    if (this.playing) return;
    const costs = walks.schedulers.map((name, s) => ({ name, cost: costAt(walks, s, this.etaOf(s), step) }));
    const lost = costs.filter(({ cost }) => cost === null).map(({ name }) => name);
    const [best] = costs.filter(({ cost }) => cost !== null).sort((a, b) => Number(a.cost) - Number(b.cost));
    const first = best
      ? `${best.name} is lowest, ${formatNumber(best.cost, 2)} above the minimum`
      : "all have diverged";
    const last = lost.length && best ? `; diverged: ${lost.join(", ")}` : "";
    this.words.textContent = `${data.help} After ${step} steps ${first}${last}.`;
  }

  /**
   * @param {import("./walks.js").Walks} walks
   * @param {{theme: Theme, colours: string[], step: number}} now
   */
  drawMap(walks, { theme, colours, step }) {
    const { data } = this;
    const size = { width: this.canvas.clientWidth || 500, height: data.map_height + 0.85 * room() };
    this.canvas.style.height = `${size.height}px`;
    const context = fitted(this.canvas, size);
    if (!context) return;
    context.drawImage(this.landscape(theme, size), 0, 0, size.width, size.height);
    const at = (/** @type {[number, number]} */ [x, y]) =>
      /** @type {[number, number]} */ ([x * size.width, (1 - y) * size.height]);
    for (const point of data.minima) cross(context, at(share(point, data.bounds)), theme.text);
    walks.schedulers.forEach((name, s) => {
      if (this.hidden.has(name)) return;
      const end = openPath(context, walks, { scheduler: s, eta: this.etaOf(s), step, at });
      strokePath(context, { ground: theme.background, colour: colours[s], dash: DASHES[s] });
      if (end) dot(context, end, colours[s], theme.background);
    });
    dot(context, at(share(data.start, data.bounds)), theme.background, theme.text);
    this.canvas.setAttribute(
      "aria-label",
      `Contour of ${data.label} with the paths of the schedulers up to step ${step}`,
    );
  }

  /** The contour picture, painted once a size and theme. @param {Theme} theme @param {{width: number, height: number}} size */
  landscape(theme, size) {
    const key = `${size.width}x${size.height}${theme.dark}`;
    if (this.picture?.key === key && this.picture.height === this.data.height) return this.picture.canvas;
    const canvas = paintLandscape(this.data, theme, size);
    this.picture = { key, canvas, height: this.data.height };
    return canvas;
  }

  /**
   * @param {import("./walks.js").Walks} walks
   * @param {{colours: string[], step: number}} now
   */
  drawLegend(walks, { colours, step }) {
    if (this.legend.children.length !== walks.schedulers.length) {
      this.legend.replaceChildren(
        ...walks.schedulers.map((name) =>
          h("button", { type: "button", "data-name": name }, h("i"), h("b", { text: name }), h("span")),
        ),
      );
    }
    walks.schedulers.forEach((name, s) => {
      const [mark, , text] = /** @type {any} */ (this.legend.children[s].children);
      mark.style.background = dashes(colours[s], DASHES[s]);
      const eta = this.etaOf(s);
      const lost = lostAt(walks, s, eta);
      const gone = lost >= 0 && lost <= step;
      const words = gone ? `diverged at step ${lost}` : formatNumber(costAt(walks, s, eta, step), 2);
      text.textContent = this.each ? `η ${formatNumber(walks.etas[eta])}: ${words}` : words;
      this.legend.children[s].setAttribute("aria-pressed", String(!this.hidden.has(name)));
    });
  }

  /**
   * @param {import("./walks.js").Walks} walks
   * @param {{theme: Theme, colours: string[], step: number}} now
   */
  drawCosts(walks, { theme, colours, step }) {
    const x = Array.from({ length: step + 1 }, (_, k) => k);
    const lines = walks.schedulers.flatMap((name, s) => {
      if (this.hidden.has(name)) return [];
      const y = x.map((k) => costAt(walks, s, this.etaOf(s), k));
      return [{ x, y, colour: colours[s], width: 2.5, dash: DASHES[s].join(" ") }];
    });
    const top = costAt(walks, 0, 0, 0) ?? 1;
    const spec = {
      width: Math.max(280, this.costs.clientWidth),
      height: this.data.cost_height + 0.35 * room(),
      x: /** @type {[number, number]} */ ([0, walks.steps]),
      y: /** @type {[number, number]} */ ([top * 1e-6, top * 10]),
      log: true,
      lines,
      cursor: step,
      xLabel: "step",
      yLabel: "cost above minimum",
      label: "Cost of every scheduler by step",
    };
    this.costs.replaceChildren(drawChart(spec, theme));
  }

  end() {
    this.playing = false;
    cancelAnimationFrame(this.frame);
  }
}

/**
 * Open the path of one walker up to a step.
 *
 * @param {CanvasRenderingContext2D} context
 * @param {import("./walks.js").Walks} walks
 * @param {{scheduler: number, eta: number, step: number, at: (place: [number, number]) => [number, number]}} which
 * @returns {[number, number] | null} where it stands, or stood last
 */
function openPath(context, walks, { scheduler, eta, step, at }) {
  context.beginPath();
  let end = null;
  for (let k = 0; k <= step; k += 1) {
    const place = placeAt(walks, scheduler, eta, k);
    if (!place) break;
    end = at(place);
    if (k === 0) context.moveTo(...end);
    else context.lineTo(...end);
  }
  return end;
}
