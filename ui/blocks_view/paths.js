// @ts-check
/** Six schedulers on a landscape of two weights: paths on the contour, cost by step, and where momentum is stable. */

import { fitted, h } from "../live_view/dom.js";
import { formatNumber } from "../live_view/scales.js";
import { rgb } from "../live_view/theme.js";
import { drawChart } from "./chart.js";
import { choices, room, slider } from "./parts.js";
import { drawStability } from "./stability.js";
import { bandPicture, bestEta, costAt, floats, lostAt, placeAt, readWalks } from "./walks.js";

const BANDS = 18;
const STEPS_PER_SECOND = 40;
const DASHES = [[], [7, 4], [2, 4], [9, 3, 2, 3], [12, 4], [4, 2]];

/** @param {import("../live_view/theme.js").Theme} theme */
const inks = (theme) => [theme.text, theme.negative, ...theme.pins.slice(0, 2), theme.dark ? "#f0e442" : "#6b5a00", theme.positive];

/** @param {import("./blocks.js").Tools} tools @returns {import("./blocks.js").Block} */
export default function paths(tools) {
  return new Paths(tools);
}

class Paths {
  /** @param {import("./blocks.js").Tools} tools */
  constructor({ host, signal, theme, tell }) {
    this.theme = theme;
    this.tell = tell;
    this.signal = signal;
    /** @type {any} */ this.data = null;
    this.step = 0;
    this.playing = false;
    this.each = false;
    this.hidden = new Set();
    this.build(host);
  }

  /** @param {HTMLElement} host */
  build(host) {
    const { signal } = this;
    this.canvas = h("canvas", { class: "nnb-map", role: "img", tabindex: 0 });
    this.legend = h("div", { class: "nnb-walkers", role: "group", "aria-label": "Schedulers" });
    this.costs = h("div", { class: "nnb-chart" });
    this.map = h("canvas", { class: "nnb-stability", role: "img" });
    this.stable = h("div", { class: "nnb-hint" });
    this.words = h("p", { class: "nnb-note", "aria-live": "polite" });
    this.title = h("div", { class: "nnb-title" });
    this.eta = slider({
      label: "learning rate η", min: 0, max: 1, step: 1, value: 0, testid: "walk-eta", signal,
      words: (i) => formatNumber(this.data?.etas[i] ?? 0), onInput: () => this.draw(), onCommit: (i) => this.tell("eta", this.data.etas[i]),
    });
    this.momentum = slider({
      label: "momentum", min: 0, max: 0.99, step: 0.01, value: 0.9, testid: "walk-momentum", signal,
      words: (value) => value.toFixed(2), onInput: (value) => this.ask(value),
    });
    this.time = slider({
      label: "step", min: 0, max: 1, step: 1, value: 0, testid: "walk-step", signal, words: String,
      onInput: (value) => {
        this.playing = false;
        this.step = value;
        this.draw();
      },
    });
    this.play = h("button", { type: "button", class: "nnb-play", "data-testid": "walk-play" });
    this.play.addEventListener("click", () => this.toggle(), { signal });
    const race = choices({
      label: "Learning rates", signal, options: [{ value: "same", text: "all at this η" }, { value: "best", text: "each at its best η" }],
      onChoose: (value) => {
        this.each = value === "best";
        this.again();
      },
    });
    race.set("same");
    this.legend.addEventListener("click", (event) => this.switchWalker(event), { signal });
    this.canvas.addEventListener("click", (event) => this.moveStart(event), { signal });
    host.append(
      h("div", { class: "nnb-bar" }, this.play, this.time.element, this.eta.element, this.momentum.element, race.element),
      h("div", { class: "nnb-walks" },
        h("div", { class: "nnb-left" }, this.title, this.canvas, h("p", { class: "nnb-hint", text: "Click on the map: all start from there." }), this.words),
        h("div", { class: "nnb-right" }, this.legend, this.costs, this.map, this.stable)));
  }

  /** @param {any} data */
  update(data) {
    const first = !this.data;
    const moved = first || data.name !== this.data.name || String(data.start) !== String(this.data.start);
    const walked = first || data.places !== this.data.places;
    this.data = data;
    if (walked) this.walks = readWalks(data);
    if (first || data.height !== this.picture?.height) this.picture = null;
    if (first) {
      this.eta.input.max = String(data.etas.length - 1);
      this.time.input.max = String(data.steps);
      this.momentum.set(data.momentum);
    }
    if (first || data.eta !== this.asked) {
      this.asked = data.eta;
      this.eta.set(nearestIndex(data.etas, data.eta));
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
    const wish = this.wish;
    this.wish = undefined;
    if (wish !== undefined && wish !== momentum) this.ask(wish);
  }

  again() {
    this.step = 0;
    const still = globalThis.matchMedia("(prefers-reduced-motion: reduce)").matches;
    if (still) {
      this.step = this.data.steps;
      this.draw();
      return;
    }
    this.playing = true;
    this.run();
  }

  toggle() {
    if (this.playing) this.playing = false;
    else if (this.step >= this.data.steps) {
      this.again();
      return;
    } else this.playing = true;
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
    const name = /** @type {HTMLElement | null} */ (/** @type {HTMLElement} */ (event.target).closest("button"))?.dataset.name;
    if (!name) return;
    if (!this.hidden.delete(name)) this.hidden.add(name);
    this.draw();
  }

  /** @param {MouseEvent} event */
  moveStart(event) {
    const box = this.canvas.getBoundingClientRect();
    const [[x0, x1], [y0, y1]] = this.data.bounds;
    const place = [(event.clientX - box.left) / box.width, 1 - (event.clientY - box.top) / box.height];
    this.tell("start", [x0 + place[0] * (x1 - x0), y0 + place[1] * (y1 - y0)].map((v) => Number(v.toFixed(2))));
  }

  /** The index of the learning rate of one scheduler. @param {number} scheduler */
  etaOf(scheduler) {
    return this.each ? bestEta(this.walks, scheduler) : Number(this.eta.input.value);
  }

  draw() {
    if (!this.data) return;
    const theme = this.theme();
    const colours = inks(theme);
    const { data } = this;
    const step = Math.floor(this.step);
    this.time.set(step);
    this.title.textContent = `${data.label}: C(x, y) = ${data.formula}`;
    this.play.textContent = this.playing ? "Pause" : step >= data.steps ? "Again" : "Play";
    this.drawMap(theme, colours, step);
    this.drawLegend(colours, step);
    this.drawCosts(theme, colours, step);
    const stable = drawStability(this.map, data, { theme, eta: data.etas[Number(this.eta.input.value)], momentum: Number(this.momentum.input.value) });
    this.stable.replaceChildren(...stable.map((text) => h("div", { text })));
    this.host(step);
  }

  /** Say where things stand, for tests and for screen readers. @param {number} step */
  host(step) {
    const root = this.canvas.parentElement?.closest(".nnb");
    root?.setAttribute("data-step", String(step));
    root?.setAttribute("data-playing", String(this.playing));
    root?.setAttribute("data-eta", String(this.data.etas[Number(this.eta.input.value)]));
    root?.setAttribute("data-momentum", String(this.data.momentum));
    if (this.playing) return;
    const { walks, data } = this;
    const costs = data.schedulers.map((/** @type {string} */ name, /** @type {number} */ s) => ({ name, cost: costAt(walks, s, this.etaOf(s), step) }));
    const best = costs.filter((/** @type {any} */ one) => one.cost !== null).sort((/** @type {any} */ a, /** @type {any} */ b) => a.cost - b.cost)[0];
    const lost = costs.filter((/** @type {any} */ one) => one.cost === null).map((/** @type {any} */ one) => one.name);
    this.words.textContent = `${data.help} After ${step} steps ${best ? `${best.name} is lowest, ${formatNumber(best.cost, 2)} above the minimum` : "all have diverged"}${lost.length && best ? `; diverged: ${lost.join(", ")}` : ""}.`;
  }

  /** @param {import("../live_view/theme.js").Theme} theme @param {string[]} colours @param {number} step */
  drawMap(theme, colours, step) {
    const width = this.canvas.clientWidth || 500;
    const height = this.data.map_height + 0.85 * room();
    this.canvas.style.height = `${height}px`;
    const context = fitted(this.canvas, { width, height });
    if (!context) return;
    context.drawImage(this.landscape(theme, width, height), 0, 0, width, height);
    const at = (/** @type {[number, number]} */ [x, y]) => /** @type {[number, number]} */ ([x * width, (1 - y) * height]);
    for (const point of this.data.minima) cross(context, at(this.share(point)), theme);
    this.data.schedulers.forEach((/** @type {string} */ name, /** @type {number} */ s) => {
      if (this.hidden.has(name)) return;
      const eta = this.etaOf(s);
      context.beginPath();
      let end = null;
      for (let k = 0; k <= step; k += 1) {
        const place = placeAt(this.walks, s, eta, k);
        if (!place) break;
        end = at(place);
        if (k === 0) context.moveTo(...end);
        else context.lineTo(...end);
      }
      context.lineJoin = "round";
      context.setLineDash([]);
      context.strokeStyle = theme.background;
      context.lineWidth = 4.5;
      context.globalAlpha = 0.4;
      context.stroke();
      context.globalAlpha = 1;
      context.setLineDash(DASHES[s]);
      context.strokeStyle = colours[s];
      context.lineWidth = 2.5;
      context.stroke();
      context.setLineDash([]);
      if (end) dot(context, end, colours[s], theme.background);
    });
    dot(context, at(this.share(this.data.start)), theme.background, theme.text);
    this.canvas.setAttribute("aria-label", `Contour of ${this.data.label} with the paths of the schedulers up to step ${step}`);
  }

  /** @param {[number, number]} point @returns {[number, number]} shares of the drawn range */
  share([x, y]) {
    const [[x0, x1], [y0, y1]] = this.data.bounds;
    return [(x - x0) / (x1 - x0), (y - y0) / (y1 - y0)];
  }

  /** The contour picture, painted once a size and theme. @param {import("../live_view/theme.js").Theme} theme @param {number} width @param {number} height */
  landscape(theme, width, height) {
    const key = `${width}x${height}${theme.dark}`;
    if (this.picture?.key === key && this.picture.height === this.data.height) return this.picture.canvas;
    const [w, k] = [Math.round(width), Math.round(height)];
    const canvas = h("canvas", { width: w, height: k });
    const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
    const image = context.createImageData(w, k);
    const { band, edge } = bandPicture(floats(this.data.height), this.data.n, { width: w, height: k, bands: BANDS });
    const ground = rgb(theme.background) ?? [255, 255, 255];
    const top = theme.dark ? [120, 130, 145] : [112, 122, 138];
    for (let i = 0; i < band.length; i += 1) {
      const share = edge[i] ? Math.min(1, 0.7 * (band[i] / BANDS) + 0.2) : (band[i] / BANDS) * 0.6;
      for (let c = 0; c < 3; c += 1) image.data[4 * i + c] = ground[c] + (top[c] - ground[c]) * share;
      image.data[4 * i + 3] = 255;
    }
    context.putImageData(image, 0, 0);
    this.picture = { key, canvas, height: this.data.height };
    return canvas;
  }

  /** @param {string[]} colours @param {number} step */
  drawLegend(colours, step) {
    const { data, walks } = this;
    if (this.legend.children.length !== data.schedulers.length) {
      this.legend.replaceChildren(...data.schedulers.map((/** @type {string} */ name) =>
        h("button", { type: "button", "data-name": name }, h("i"), h("b", { text: name }), h("span"))));
    }
    data.schedulers.forEach((/** @type {string} */ name, /** @type {number} */ s) => {
      const [mark, , text] = /** @type {any} */ (this.legend.children[s].children);
      mark.style.background = dashes(colours[s], DASHES[s]);
      const eta = this.etaOf(s);
      const lost = lostAt(walks, s, eta);
      const cost = costAt(walks, s, eta, step);
      const words = lost >= 0 && lost <= step ? `diverged at step ${lost}` : formatNumber(cost, 2);
      text.textContent = this.each ? `η ${formatNumber(data.etas[eta])}: ${words}` : words;
      this.legend.children[s].setAttribute("aria-pressed", String(!this.hidden.has(name)));
    });
  }

  /** @param {import("../live_view/theme.js").Theme} theme @param {string[]} colours @param {number} step */
  drawCosts(theme, colours, step) {
    const { data, walks } = this;
    const x = Array.from({ length: step + 1 }, (_, k) => k);
    const lines = data.schedulers.flatMap((/** @type {string} */ name, /** @type {number} */ s) => (this.hidden.has(name) ? [] : [{
      x, y: x.map((k) => costAt(walks, s, this.etaOf(s), k)), colour: colours[s], width: 2.5, dash: DASHES[s].join(" "),
    }]));
    const top = costAt(walks, 0, 0, 0) ?? 1;
    this.costs.replaceChildren(drawChart({
      width: Math.max(280, this.costs.clientWidth), height: data.cost_height + 0.35 * room(), x: [0, data.steps], y: [top * 1e-6, top * 10], log: true,
      lines, cursor: step, xLabel: "step", yLabel: "cost above minimum", label: "Cost of every scheduler by step",
    }, theme));
  }

  end() {
    this.playing = false;
  }
}

/** A dashed line as a background, so that the key shows the very dashes of the map. @param {string} colour @param {number[]} dash */
function dashes(colour, dash) {
  if (!dash.length) return colour;
  const end = dash.reduce((sum, part) => sum + part, 0);
  let at = 0;
  const stops = dash.map((part, i) => {
    const from = at;
    at += part;
    return `${i % 2 ? "transparent" : colour} ${from}px ${at}px`;
  });
  return `repeating-linear-gradient(90deg, ${stops.join(", ")}) 0 / ${end * 20}px 100%`;
}

/** @param {number[]} values @param {number} wanted */
function nearestIndex(values, wanted) {
  let best = 0;
  values.forEach((value, i) => {
    if (Math.abs(Math.log(value / wanted)) < Math.abs(Math.log(values[best] / wanted))) best = i;
  });
  return best;
}

/** @param {CanvasRenderingContext2D} context @param {[number, number]} at @param {string} fill @param {string} edge */
function dot(context, [x, y], fill, edge) {
  context.beginPath();
  context.arc(x, y, 5, 0, 2 * Math.PI);
  context.fillStyle = fill;
  context.fill();
  context.lineWidth = 1.5;
  context.strokeStyle = edge;
  context.stroke();
}

/** @param {CanvasRenderingContext2D} context @param {[number, number]} at @param {import("../live_view/theme.js").Theme} theme */
function cross(context, [x, y], theme) {
  context.beginPath();
  context.moveTo(x - 6, y - 6);
  context.lineTo(x + 6, y + 6);
  context.moveTo(x - 6, y + 6);
  context.lineTo(x + 6, y - 6);
  context.lineWidth = 3;
  context.strokeStyle = theme.text;
  context.stroke();
}
