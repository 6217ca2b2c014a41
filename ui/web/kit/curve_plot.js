// @ts-check
// Cost against epoch for one or several runs, on axes that do not move with the learning rate.

import { axes, decadeLabel, linearScale, linearTicks, logScale, logTicks } from "./axis.js";
import { svg } from "./dom.js";
import { linePath } from "./paths.js";

/**
 * @typedef {{ epochs: number[], values: ArrayLike<number>, kind: string, label?: string }} Curve
 * @typedef {{ range: [number, number], epochs: number, target?: number | null, log?: boolean,
 *             yLabel?: string, limits?: { value: number, label: string, kind: string }[], compact?: boolean }} Frame
 */

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
    /** @type {any} */
    this.x = null;
    /** @type {any} */
    this.y = null;
  }

  /** Draw axes where they changed. @param {Frame} frame */
  setFrame(frame) {
    const width = Math.max(120, this.host.clientWidth);
    const height = Math.max(60, this.host.clientHeight);
    const key = JSON.stringify([frame, width, height]);
    if (key === this.frameKey) return;
    this.frameKey = key;
    const margin = frame.compact ? { l: 40, r: 6, t: 6, b: 20 } : { l: 58, r: 10, t: 8, b: 38 };
    this.root.setAttribute("viewBox", `0 0 ${width} ${height}`);
    this.x = linearScale(0, Math.max(1, frame.epochs), margin.l, width - margin.r);
    const make = frame.log === false ? linearScale : logScale;
    this.y = make(frame.range[0], frame.range[1], height - margin.b, margin.t);
    const room = Math.max(2, Math.floor((this.y.from - this.y.to) / 26));
    const yTicks =
      frame.log === false
        ? linearTicks(frame.range[0], frame.range[1], room).map((v) => [v, String(v)])
        : logTicks(frame.range[0], frame.range[1], room).map((v) => [v, decadeLabel(v)]);
    const nodes = [
      axes({
        x: this.x,
        y: this.y,
        yTicks: /** @type {[number, string][]} */ (yTicks),
        xTicks: linearTicks(0, frame.epochs, Math.max(2, Math.floor((width - 60) / 60))).map((v) => [v, String(v)]),
        xLabel: frame.compact ? undefined : "epoch",
        yLabel: frame.compact ? undefined : (frame.yLabel ?? "cost"),
      }),
    ];
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
    const at = curve.epochs.map((epoch) => x.at(epoch));
    const pixels = Array.from(curve.values, (v) =>
      Number.isFinite(v) ? y.at(Math.min(Math.max(v, y.low), y.high)) : NaN,
    );
    /** @type {SVGElement[]} */ const nodes = [
      svg("path", { d: linePath(at, pixels), class: `nns-run nns-run-${curve.kind}` }),
    ];
    const gone = pixels.findIndex((v) => !Number.isFinite(v));
    if (gone > 0 && curve.kind !== "ghost") {
      const [cx, cy] = [at[gone - 1], pixels[gone - 1]];
      nodes.push(svg("path", { d: `M${cx - 5},${cy - 5}l10,10m0,-10l-10,10`, class: "nns-stop" }));
      nodes.push(svg("text", { x: Math.min(cx + 9, x.to - 60), y: cy + 14, class: "nns-stop-word" }, "overflow"));
    }
    return nodes;
  }
}
