// @ts-check
/** Curves of one or several runs, most often cost against epoch, on axes that do not move with the learning rate. */

import { axes, linearScale, logScale, ticksOf } from "../kit/axis.js";
import { svg } from "../kit/dom.js";
import { linePath } from "../kit/paths.js";
import { roomIn } from "../kit/unit.js";

/**
 * @typedef {{epochs: ArrayLike<number>, values: ArrayLike<number>, kind: string}} Curve
 *
 * @typedef {object} Frame
 * @property {[number, number]} range of the values
 * @property {[number, number]} [across] range of x, from 0 to the epochs where none is given
 * @property {number} [epochs]
 * @property {number | null} [target]
 * @property {boolean} [log] as long as it is not false
 * @property {string} [xLabel]
 * @property {string} [yLabel]
 * @property {{value: number, label: string, kind: string}[]} [limits]
 * @property {{x: number[], y: number[]}} [dots]
 * @property {{x: number[], y: number[]}} [truth] a line to come near
 * @property {boolean} [compact] without labels
 */

/** Digits of a pixel: on a large screen a drawing is shown three times as large, and neighbouring rates differ by little. */
const FINE = 2;

export class CurvePlot {
  /** @param {HTMLElement} host */
  constructor(host) {
    this.host = host;
    this.root = svg("svg", { class: "nns-curve", role: "img" });
    this.ground = svg("g");
    this.lines = svg("g");
    this.root.append(this.ground, this.lines);
    host.append(this.root);
    this.frameKey = "";
    this.x = linearScale(0, 1, 0, 1);
    this.y = this.x;
  }

  /** Draw axes where they changed. @param {Frame} frame */
  setFrame(frame) {
    const { width, height } = roomIn(this.host, { width: 120, height: 60 });
    const key = JSON.stringify([frame, width, height]);
    if (key === this.frameKey) return;
    this.frameKey = key;
    const margin = frame.compact ? { l: 40, r: 6, t: 6, b: 20 } : { l: 58, r: 10, t: 8, b: 38 };
    this.root.setAttribute("viewBox", `0 0 ${width} ${height}`);
    const across = frame.across ?? [0, Math.max(1, frame.epochs ?? 1)];
    this.x = linearScale(...across, margin.l, width - margin.r);
    const make = frame.log === false ? linearScale : logScale;
    this.y = make(...frame.range, height - margin.b, margin.t);
    const { x, y } = this;
    const xTicks = ticksOf(x, Math.max(2, Math.floor((width - 60) / 60)));
    const yTicks = ticksOf(y, Math.max(2, Math.floor((y.from - y.to) / 26)));
    const { compact, dots, truth, xLabel = "epoch", yLabel = "cost" } = frame;
    const labels = compact ? {} : { xLabel, yLabel };
    /** @type {SVGElement[]} */ const nodes = [axes({ x, y, xTicks, yTicks, ...labels })];
    dots?.x.forEach((value, i) => {
      nodes.push(svg("circle", { cx: x.at(value), cy: y.at(dots.y[i]), r: 2.4, class: "nns-row" }));
    });
    if (truth) nodes.push(svg("path", { d: linePath(truth.x, truth.y, x.at, y.at), class: "nns-true-line" }));
    if (frame.target) nodes.push(this.rule(frame.target, "target", "nns-target"));
    for (const limit of frame.limits ?? []) nodes.push(this.rule(limit.value, limit.label, `nns-${limit.kind}`));
    this.ground.replaceChildren(...nodes);
  }

  /** @param {number} value @param {string} label @param {string} kind */
  rule(value, label, kind) {
    const at = this.y.at(value);
    return svg(
      "g",
      { class: kind },
      svg("path", { d: `M${this.x.from},${at}H${this.x.to}` }),
      svg("text", { x: this.x.to - 4, y: at - 4, "text-anchor": "end" }, label),
    );
  }

  /** @param {Curve[]} curves @param {string} label the chart in words */
  setCurves(curves, label) {
    this.root.setAttribute("aria-label", label);
    this.lines.replaceChildren(...curves.flatMap((curve) => this.curveNodes(curve)));
  }

  /** @param {Curve} curve */
  curveNodes(curve) {
    const { x, y } = this;
    const at = Array.from(curve.epochs, x.at);
    const pixels = Array.from(curve.values, (v) =>
      Number.isFinite(v) ? y.at(Math.min(Math.max(v, y.low), y.high)) : NaN,
    );
    /** @type {SVGElement[]} */ const nodes = [
      svg("path", { d: linePath(at, pixels, undefined, undefined, FINE), class: `nns-run nns-run-${curve.kind}` }),
    ];
    const gone = pixels.findIndex((v) => !Number.isFinite(v));
    if (gone > 0 && curve.kind !== "ghost" && curve.kind !== "fit") {
      const [cx, cy] = [at[gone - 1], pixels[gone - 1]];
      nodes.push(svg("path", { d: `M${cx - 5},${cy - 5}l10,10m0,-10l-10,10`, class: "nns-stop" }));
      nodes.push(svg("text", { x: Math.min(cx + 9, x.to - 60), y: cy + 14, class: "nns-stop-word" }, "overflow"));
    }
    return nodes;
  }
}
