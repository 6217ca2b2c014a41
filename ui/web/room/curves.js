// @ts-check
/**
 * Up to 500 curves on one chart: a canvas to which new epochs are added, and over it the median, thick. Below it the strip: a
 * dot at each learning rate and its cost, the larger the more phones have it, with their number where there is room.
 */
import { axes, held, levelLine, linearScale, logScale, ticksOf } from "../kit/axis.js";
import { fitted } from "../kit/canvas.js";
import { h, svg } from "../kit/dom.js";
import { linePath } from "../kit/paths.js";
import { OUTCOMES } from "../panels/strip_model.js";
import { medianAt } from "./room_store.js";
/** @import { Scale } from "../kit/axis.js" */
/** @import { Theme } from "../kit/theme.js" */
/** @import { Ends, Runs, Store } from "./room_store.js" */

/** @typedef {{colour: (theme: Theme) => string, dash: number[]}} Look */

/** @type {Record<string, Look>} how each outcome's curve is drawn */
export const LOOKS = {
  learned: { colour: (theme) => theme.positive, dash: [] },
  memorised: { colour: (theme) => theme.positive, dash: [2, 3] },
  slow: { colour: (theme) => theme.muted, dash: [9, 3, 2, 3] },
  stuck: { colour: (theme) => theme.muted, dash: [2, 4] },
  unstable: { colour: (theme) => theme.negative, dash: [7, 4] },
  overflow: { colour: (theme) => theme.overflow, dash: [3, 2] },
};

/** How a curve is drawn before its outcome is known. @type {Look} */
const UNDER_WAY = { colour: (theme) => theme.text, dash: [] };

/** Learning rates that the strip always spans. */
const SPAN = [1e-4, 10];

/** Radius of a phone's dot, and the largest of many phones, in sizes of type. */
const DOT = [0.28, 1.15];
/** So many phones have a dot with room for their number. */
export const NUMBERED = 5;

/** Radius of the dot of so many phones, in sizes of type: its area grows with them. @param {number} phones */
export const dotSize = (phones) => Math.min(DOT[1], DOT[0] * Math.sqrt(phones));

/** @param {Ends | null} ends @param {number} run @returns {Look} */
const lookOf = (ends, run) => (ends ? LOOKS[OUTCOMES[ends.outcome[run]]] : UNDER_WAY);

/** A drawing of three layers: axes in SVG, over them a canvas for what is many, on top SVG again. */
class Layers {
  /** @param {string} className @param {string} testid */
  constructor(className, testid) {
    this.canvas = h("canvas", { "aria-hidden": "true" });
    this.ground = svg("svg", { "aria-hidden": "true" });
    this.front = svg("svg", { role: "img" });
    this.root = h("div", { class: `nnr-plot ${className}`, "data-testid": testid });
    this.root.append(this.ground, this.canvas, this.front);
    this.size = { width: 0, height: 0 };
  }

  /** @param {number} type size in pixels */
  measure(type) {
    this.size = { width: Math.max(240, this.root.clientWidth), height: Math.max(80, this.root.clientHeight) };
    const { width, height } = this.size;
    for (const layer of [this.ground, this.front]) layer.setAttribute("viewBox", `0 0 ${width} ${height}`);
    return { left: 4.6 * type, right: width - type, top: 0.8 * type, bottom: height - 3.1 * type };
  }

  clear() {
    return fitted(this.canvas, this.size);
  }

  /** Draw on top of what is there. */
  more() {
    return this.canvas.getContext("2d");
  }
}

export class RoomCurves {
  constructor() {
    this.curves = new Layers("nnr-curves", "room-curves");
    this.strip = new Layers("nnr-strip", "room-strip");
    this.root = h("div", { class: "nnr-charts" }, this.curves.root, this.strip.root);
    /** @type {number[]} */ this.drawn = [];
    /** @type {number[]} */ this.median = [];
    this.made = "";
    /** @type {Scale | null} */ this.x = null;
    /** @type {Scale | null} */ this.y = null;
    /** @type {Scale | null} */ this.across = null;
    /** @type {Scale | null} */ this.up = null;
  }

  /**
   * @param {Store} store with runs
   * @param {Theme} theme
   * @param {number} type size in pixels
   * @param {string} words the charts in words
   */
  draw({ runs, ends, room }, theme, type, words) {
    if (!runs) return;
    const { width, height } = this.curves.root.getBoundingClientRect();
    const made = JSON.stringify([room?.round, width, height, type, theme.background, Boolean(ends)]);
    if (made !== this.made) this.begin(runs, type);
    this.made = made;
    this.grow(runs, ends, theme);
    this.drawMedian(runs, theme, type);
    this.drawStrip(runs, ends, theme, type);
    for (const { front } of [this.curves, this.strip]) front.setAttribute("aria-label", words);
  }

  /** @param {Runs} runs @param {number} type */
  begin(runs, type) {
    const { left, right, top, bottom } = this.curves.measure(type);
    this.curves.clear();
    this.drawn = runs.etas.map(() => 0);
    this.median = [];
    this.x = linearScale(0, Math.max(1, runs.planned), left, right);
    this.y = logScale(...runs.range, bottom, top);
    const { x, y } = this;
    const ground = axes({
      x,
      y,
      xTicks: ticksOf(x, 8),
      yTicks: ticksOf(y, 6),
      xLabel: "epoch",
      yLabel: "cost",
      size: type,
    });
    if (runs.target) ground.append(levelLine(this.at(runs.target), x, { text: "target", className: "nnr-target" }));
    this.middle = svg("path", { class: "nnr-median" });
    this.curves.ground.replaceChildren(ground);
    this.curves.front.replaceChildren(this.middle);
    this.beginStrip(runs, type);
  }

  /** @param {Runs} runs @param {number} type */
  beginStrip({ etas, range }, type) {
    const { left, right, top, bottom } = this.strip.measure(type);
    const [low, high] = [Math.min(SPAN[0], etas[0]), Math.max(SPAN[1], etas[etas.length - 1])];
    const x = (this.across = logScale(low, high, left, right));
    const y = (this.up = logScale(...range, bottom, top));
    const ticks = { xTicks: ticksOf(x, 10), yTicks: ticksOf(y, 3) };
    this.strip.ground.replaceChildren(axes({ x, y, ...ticks, xLabel: "learning rate η", yLabel: "cost", size: type }));
  }

  /** The place of a cost, held within the axis. @param {number} cost */
  at(cost) {
    return held(/** @type {Scale} */ (this.y))(cost);
  }

  /** Add what is new of every curve. @param {Runs} runs @param {Ends | null} ends @param {Theme} theme */
  grow(runs, ends, theme) {
    const context = this.curves.more();
    const x = /** @type {Scale} */ (this.x);
    if (!context) return;
    context.lineWidth = runs.etas.length > 60 ? 1 : 1.6;
    context.globalAlpha = runs.etas.length > 60 ? 0.4 : 0.75;
    runs.costs.forEach((costs, run) => {
      const from = Math.max(0, this.drawn[run] - 1);
      if (runs.known[run] <= this.drawn[run]) return;
      this.drawn[run] = runs.known[run];
      const { colour, dash } = lookOf(ends, run);
      context.strokeStyle = colour(theme);
      context.setLineDash(dash);
      context.beginPath();
      for (let place = from; place < runs.known[run]; place += 1) {
        if (!Number.isFinite(costs[place])) break;
        const [across, up] = [x.at(runs.epochs[place]), this.at(costs[place])];
        if (place === from) context.moveTo(across, up);
        else context.lineTo(across, up);
      }
      context.stroke();
    });
    context.setLineDash([]);
    context.globalAlpha = 1;
  }

  /** @param {Runs} runs @param {Theme} theme @param {number} type */
  drawMedian(runs, theme, type) {
    const whole = Math.min(...runs.known);
    while (this.median.length < whole) this.median.push(medianAt(runs, this.median.length));
    const x = /** @type {Scale} */ (this.x);
    const places = this.median.map(held(/** @type {Scale} */ (this.y)));
    const at = runs.epochs.slice(0, places.length).map(x.at);
    this.middle?.setAttribute("d", linePath(at, places));
    this.middle?.setAttribute("stroke-width", String(0.34 * type));
    this.middle?.setAttribute("stroke", theme.text);
  }

  /** @param {Runs} runs @param {Ends | null} ends @param {Theme} theme @param {number} type */
  drawStrip(runs, ends, theme, type) {
    const context = this.strip.clear();
    const [x, y] = /** @type {[Scale, Scale]} */ ([this.across, this.up]);
    if (!context) return;
    // A dot of many phones lies over those of few, whose places are seen through it, so that its number can be read.
    const order = runs.etas.map((_, run) => run).sort((a, b) => runs.phones[a] - runs.phones[b]);
    for (const run of order) {
      const cost = runs.costs[run][runs.known[run] - 1];
      const up = Number.isFinite(cost) ? held(y)(cost) : y.to;
      const place = { across: x.at(runs.etas[run]), up, phones: runs.phones[run] };
      const { colour } = lookOf(ends, run);
      dot(context, place, { fill: colour(theme), theme, type, ring: ends?.winners.includes(run) ?? false });
    }
  }
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {{across: number, up: number, phones: number}} place
 * @param {{fill: string, theme: Theme, type: number, ring: boolean}} look `ring`: the winner's
 */
function dot(context, { across, up, phones }, { fill, theme, type, ring }) {
  const size = dotSize(phones) * type;
  context.beginPath();
  context.arc(across, up, size, 0, 2 * Math.PI);
  context.fillStyle = fill;
  context.globalAlpha = 0.85;
  context.fill();
  context.globalAlpha = 1;
  if (phones >= NUMBERED) {
    context.font = `700 ${type}px ${theme.font}`;
    context.textAlign = "center";
    context.textBaseline = "middle";
    context.fillStyle = theme.background;
    context.fillText(String(phones), across, up);
  }
  if (!ring) return;
  context.beginPath();
  context.arc(across, up, size + 0.27 * type, 0, 2 * Math.PI);
  context.strokeStyle = fill;
  context.lineWidth = 0.16 * type;
  context.stroke();
}
