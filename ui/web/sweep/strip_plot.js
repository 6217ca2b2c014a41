// @ts-check
// The wide chart of final cost against learning rate, with its zones and the marker that is dragged.

import { axes, decadeLabel, linearScale, logScale, logTicks } from "../kit/axis.js";
import { svg } from "../kit/dom.js";
import { bandPath, linePath } from "../kit/paths.js";
import { formatNumber } from "../kit/scales.js";
import { roomIn } from "../kit/unit.js";
import { drawZones, hatchings, swatch } from "../panels/hatchings.js";
import { OUTCOMES, OVERFLOW, PENDING, costRange, spanPixels, zones } from "../panels/strip_model.js";
/** @import { Scale } from "../kit/axis.js" */
/** @import { Strip } from "../panels/strip_model.js" */

export const MARGINS = { left: 58, right: 16, top: 30, bottom: 24 };
const COMPACT = { left: 40, right: 10, top: 4, bottom: 20 };
const BELOW = 22; // height of the band below the axis for the zones of a second strip, in pixels
const EDGE = 12; // height of the band at the top for what lies above the axis, in pixels

let drawn = 0;

/**
 * The scales of a strip in a box of that size.
 * @param {number[]} etas @param {[number, number]} range of the cost
 * @param {{ width: number, height: number, margins: typeof MARGINS }} box
 */
function stripScales(etas, [low, high], { width, height, margins }) {
  return {
    x: logScale(etas[0], etas[etas.length - 1], margins.left, width - margins.right),
    y: logScale(low, high, height - margins.bottom, margins.top + EDGE),
  };
}

export class StripPlot {
  /** @param {HTMLElement} host */
  constructor(host) {
    this.host = host;
    this.id = `nns-hatch-${(drawn += 1)}`;
    this.root = svg("svg", { class: "nns-strip", role: "img" });
    this.ground = svg("g");
    this.marker = svg("g", { class: "nns-marker" });
    // The words of the zones lie on top: they stay legible where the marker crosses them.
    this.words = svg("g");
    this.root.append(hatchings(this.id), this.ground, this.marker, this.words);
    host.append(this.root);
    /** @type {Strip[]} */
    this.strips = [];
    /** @type {ReturnType<typeof stripScales> | null} */
    this.scales = null;
    this.margins = MARGINS;
    this.compact = false;
    /** @type {Strip | null} */
    this.below = null;
  }

  /**
   * Draw the strips; the first one has the zones, the band and the marker.
   * @param {Strip[]} strips
   * @param {{ overlay?: (scales: any) => Node[], label?: string, range?: [number, number], compact?: boolean,
   *           below?: Strip, right?: number }} [extra] `below`: the strip whose zones stand below the axis, `right`: room
   *   for an axis there
   */
  render(strips, extra = {}) {
    const compact = Boolean(extra.compact);
    this.compact = compact;
    const { width, height } = roomIn(this.host, { width: compact ? 120 : 240, height: 70 });
    this.strips = strips;
    this.below = extra.below ?? null;
    const bottom = MARGINS.bottom + (this.below ? BELOW : 0);
    this.margins = compact ? COMPACT : { ...MARGINS, bottom, right: extra.right ?? MARGINS.right };
    this.root.setAttribute("viewBox", `0 0 ${width} ${height}`);
    this.root.setAttribute("aria-label", extra.label ?? "");
    this.scales = stripScales(strips[0].etas, extra.range ?? costRange(strips), {
      width,
      height,
      margins: this.margins,
    });
    const { x, y } = this.scales;
    const [main] = strips;
    const level = (/** @type {{left: number, name: string}} */ zone) => this.wordLevel(main, { x, y, ...zone });
    const { areas, words } = drawZones(main, x, { id: this.id, top: this.margins.top, bottom: y.from, level });
    this.words.replaceChildren(...(compact ? [] : words));
    this.ground.replaceChildren(
      ...areas,
      ...(this.below ? this.belowNodes(this.below, x, height) : []),
      axes({
        x,
        y,
        xTicks: logTicks(x.low, x.high, compact ? 3 : 12).map((v) => [v, decadeLabel(v)]),
        yTicks: logTicks(y.low, y.high, Math.max(3, Math.floor((y.from - y.to) / 28))).map((v) => [v, decadeLabel(v)]),
        yLabel: compact ? undefined : "final cost",
      }),
      ...(compact ? [] : [...this.shareNodes(main, x), this.edgeNode(x)]),
      ...strips.flatMap((strip, i) => this.lineNodes(strip, i, x, y)),
      ...(extra.overlay ? extra.overlay(this.scales) : []),
    );
  }

  /** The zones of a second strip on a band below the axis. @param {Strip} strip @param {Scale} x @param {number} height */
  belowNodes(strip, x, height) {
    const level = height - 5;
    const { areas, words } = drawZones(strip, x, {
      id: this.id,
      top: height - BELOW + 4,
      bottom: height,
      level: () => level,
    });
    const name = svg("text", { x: x.from - 4, y: level, "text-anchor": "end", class: "nns-small" }, "published");
    return [svg("g", { class: "nns-below" }, ...areas, ...words, name)];
  }

  /**
   * Where the word of a zone stands: at the bottom, or at the top where the line runs low.
   * @param {Strip} strip @param {{ x: Scale, y: Scale, left: number, name: string }} place
   */
  wordLevel(strip, { x, y, left, name }) {
    const right = left + 5 + 8 * name.length;
    const near = strip.etas
      .map((eta, i) => ({ at: x.at(eta), cost: strip.median[i] }))
      .filter(({ at, cost }) => at > left - 4 && at < right + 4 && !Number.isNaN(cost));
    const low = near.some(({ cost }) => y.at(Math.max(cost, y.low)) > (y.from + y.to) / 2);
    return low ? y.to + 12 : y.from - 7;
  }

  /** The name of the band for what lies above the axis. @param {Scale} x */
  edgeNode(x) {
    const at = this.margins.top + EDGE / 2;
    return svg("text", { x: x.from - 6, y: at + 4, "text-anchor": "end", class: "nns-small" }, "higher");
  }

  /** Share of the starts that learned, as bars above the plot. @param {Strip} strip @param {Scale} x */
  shareNodes(strip, x) {
    if (strip.seeds.length < 2) return [];
    const [top, bottom] = [8, this.margins.top - 3];
    const scale = linearScale(0, 1, bottom, top);
    const bars = strip.etas.map((_, i) => {
      if (!(strip.share[i] > 0)) return "";
      const [left, right] = spanPixels(strip.etas, x, i, i);
      return `M${left.toFixed(1)},${bottom}V${scale.at(strip.share[i]).toFixed(1)}H${right.toFixed(1)}V${bottom}Z`;
    });
    return [
      svg("path", { d: bars.join(""), class: "nns-share" }),
      svg("path", { d: `M${x.from},${bottom}H${x.to}`, class: "nns-grid" }),
      svg("text", { x: x.from - 6, y: bottom, "text-anchor": "end", class: "nns-small" }, "learned"),
    ];
  }

  /** @param {Strip} strip @param {number} i @param {Scale} x @param {Scale} y */
  lineNodes(strip, i, x, y) {
    const done = strip.etas.map((_, k) => k).filter((k) => strip.majority[k] !== PENDING);
    const at = done.map((k) => x.at(strip.etas[k]));
    const edge = this.margins.top + EDGE / 2;
    const place = (/** @type {number} */ v) => (v > y.high || v === Infinity ? edge : y.at(Math.max(v, y.low)));
    const nodes = [];
    if (i === 0 && strip.seeds.length > 2) {
      const low = done.map((k) => place(strip.low[k]));
      const high = done.map((k) => place(strip.high[k]));
      nodes.push(svg("path", { d: bandPath(at, low, high), class: "nns-band" }));
    }
    const line = linePath(
      at,
      done.map((k) => place(strip.median[k])),
    );
    nodes.push(
      svg("path", { d: line, class: "nns-halo" }),
      svg("path", { d: line, class: `nns-median nns-line-${i}` }),
    );
    if (i === 0 && !this.compact) {
      const own = done.filter((k) => strip.outcome[k * strip.seeds.length] !== PENDING);
      for (const k of own) {
        const kind = strip.outcome[k * strip.seeds.length];
        const cost = kind === OVERFLOW ? Infinity : strip.final[k * strip.seeds.length];
        nodes.push(svg("circle", { cx: x.at(strip.etas[k]), cy: place(cost), r: 2.2, class: "nns-own" }));
      }
    }
    return nodes;
  }

  /** What the hatchings mean, for the outcomes that occur; words have no room in narrow zones. @returns {Node[]} */
  legend() {
    const shown = this.below ? [this.strips[0], this.below] : [this.strips[0]];
    const kinds = [...new Set(shown.flatMap(zones).map(({ kind }) => kind))].sort();
    return kinds.map((kind) => swatch(this.id, OUTCOMES[kind]));
  }

  /** Move the marker. @param {number} index @param {number | null} committed index of the experiment's own rate */
  setMarker(index, committed) {
    if (!this.scales) return;
    const [strip] = this.strips;
    const { x, y } = this.scales;
    const at = x.at(strip.etas[index]);
    const kind = strip.outcome[index * strip.seeds.length];
    const cost = strip.final[index * strip.seeds.length];
    const high = kind === OVERFLOW || cost > y.high;
    const nodes = [];
    if (committed !== null && committed !== index) {
      nodes.push(
        svg("path", { d: `M${x.at(strip.etas[committed])},${this.margins.top}V${y.from}`, class: "nns-committed" }),
      );
    }
    nodes.push(
      svg("path", { d: `M${at},${this.margins.top - (this.compact ? 0 : 4)}V${y.from}`, class: "nns-marker-line" }),
    );
    if (kind !== PENDING) {
      const cy = high ? this.margins.top + EDGE / 2 : y.at(Math.max(cost, y.low));
      nodes.push(svg("circle", { cx: at, cy, r: this.compact ? 4 : 6, class: "nns-marker-dot" }));
    }
    if (this.compact) {
      this.marker.replaceChildren(...nodes);
      return;
    }
    const word = `η ${formatNumber(strip.etas[index])}`;
    const inside = at > x.to - 60;
    nodes.push(
      svg(
        "text",
        {
          x: inside ? at - 8 : at + 8,
          y: this.margins.top - 10,
          class: "nns-marker-word",
          "text-anchor": inside ? "end" : "start",
        },
        word,
      ),
    );
    this.marker.replaceChildren(...nodes);
  }

  /** The learning rate under a pixel of the plot. @param {number} pixel */
  etaAt(pixel) {
    return this.scales ? this.scales.x.invert(pixel) : NaN;
  }
}
