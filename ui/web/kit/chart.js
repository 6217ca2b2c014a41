// @ts-check
/**
 * A small line chart in SVG, drawn anew whenever anything changes: a few hundred points take a millisecond or two.
 *
 * @typedef {object} Line
 * @property {ArrayLike<number>} x
 * @property {ArrayLike<number | null>} y null leaves a gap
 * @property {string} colour
 * @property {number} [width]
 * @property {string} [dash]
 * @property {number} [opacity]
 *
 * @typedef {object} Spec
 * @property {number} width of the whole chart in pixels
 * @property {number} height
 * @property {[number, number]} x range
 * @property {[number, number]} y range
 * @property {boolean} [log] the y axis is logarithmic
 * @property {string} xLabel
 * @property {string} yLabel
 * @property {Line[]} lines
 * @property {[number, number][]} [bands] ranges of x that are shaded
 * @property {string} [bandWords] what stands in a shaded range that is wide enough
 * @property {number} [scale] of type and lines, 1 by default
 * @property {{x: number, y: number, colour: string, ring?: boolean, shape?: string}[]} [marks] `shape` names an open symbol
 * @property {number} [cursor] a vertical line here
 * @property {string} label what the chart shows, for screen readers
 */

import { axes, linearScale, logScale, ticksOf } from "./axis.js";
import { svg } from "./dom.js";
import { linePath } from "./paths.js";
import { symbol } from "./symbols.js";
/** @import { Scale } from "./axis.js" */
/** @import { Theme } from "./theme.js" */

const MARGIN = { left: 52, right: 14, top: 10, bottom: 40 };

/** Where the plot begins and ends in the picture. @param {{width: number, height: number, scale?: number}} spec */
export function frame({ width, height, scale = 1 }) {
  return {
    left: MARGIN.left * scale,
    right: width - MARGIN.right * scale,
    top: MARGIN.top * scale,
    bottom: height - MARGIN.bottom * scale,
  };
}

/**
 * The value below a place on a chart, within its range.
 *
 * @param {number} x pixels from the chart's left edge
 * @param {{width: number, range: [number, number], scale: number}} chart
 */
export function valueUnder(x, { width, range: [low, high], scale }) {
  const { left, right } = frame({ width, height: 0, scale });
  return low + (high - low) * Math.max(0, Math.min(1, (x - left) / (right - left)));
}

/** @param {Spec} spec @param {Theme} theme @returns {SVGElement} */
export function drawChart(spec, theme) {
  const { left, right, top, bottom } = frame(spec);
  const scale = spec.scale ?? 1;
  const x = linearScale(spec.x[0], spec.x[1], left, right);
  const y = (spec.log ? logScale : linearScale)(spec.y[0], spec.y[1], bottom, top);
  const id = `clip${Math.round(spec.width)}x${Math.round(spec.height)}`;
  const root = svg("svg", {
    width: spec.width,
    height: spec.height,
    viewBox: `0 0 ${spec.width} ${spec.height}`,
    role: "img",
    "aria-label": spec.label,
  });
  root.append(
    svg("clipPath", { id }, svg("rect", { x: left, y: top, width: right - left, height: bottom - top })),
    ...bands(spec, { x, y }, theme),
    ground(spec, { x, y }),
  );
  const plot = svg("g", { "clip-path": `url(#${id})` });
  for (const line of spec.lines) plot.append(polyline(line, { x, y }, scale));
  root.append(plot);
  if (spec.cursor !== undefined) {
    const at = x.at(spec.cursor);
    root.append(
      svg("path", { d: `M${at},${top}V${bottom}`, stroke: theme.muted, "stroke-dasharray": "2 3", fill: "none" }),
    );
  }
  for (const mark of spec.marks ?? []) {
    const [cx, cy] = [x.at(mark.x), y.at(Math.min(Math.max(mark.y, spec.y[0]), spec.y[1]))];
    if (mark.shape) {
      root.append(symbol(mark.shape, { x: cx, y: cy, colour: mark.colour, scale }));
      continue;
    }
    const [fill, stroke] = mark.ring ? [theme.background, mark.colour] : [mark.colour, theme.background];
    root.append(
      svg("circle", {
        cx,
        cy,
        r: (mark.ring ? 5 : 6) * scale,
        fill,
        stroke,
        "stroke-width": (mark.ring ? 2.5 : 1) * scale,
      }),
    );
  }
  return root;
}

/** @param {Spec} spec @param {{x: Scale, y: Scale}} scales @param {Theme} theme */
function bands(spec, { x, y }, theme) {
  const size = 13 * (spec.scale ?? 1);
  return (spec.bands ?? []).flatMap(([from, to]) => {
    const width = Math.max(0, x.at(to) - x.at(from));
    const shade = svg("rect", {
      x: x.at(from),
      y: y.to,
      width,
      height: y.from - y.to,
      fill: theme.muted,
      opacity: 0.16,
    });
    if (!spec.bandWords || width < 0.56 * size * spec.bandWords.length) return [shade];
    const at = { x: (x.at(from) + x.at(to)) / 2, y: y.to + 1.6 * size, "text-anchor": "middle" };
    return [shade, svg("text", { ...at, fill: theme.text, "font-size": size, "font-weight": 600 }, spec.bandWords)];
  });
}

/** @param {Spec} spec @param {{x: Scale, y: Scale}} scales */
function ground(spec, { x, y }) {
  const size = 13 * (spec.scale ?? 1);
  // No more numbers than stand above one another.
  const room = Math.max(2, Math.min(spec.log ? 7 : 6, Math.floor((y.from - y.to) / (1.85 * size))));
  const { xLabel, yLabel } = spec;
  const group = axes({ x, y, xTicks: ticksOf(x, 8), yTicks: ticksOf(y, room), xLabel, yLabel, size });
  if (!spec.log && spec.y[0] < 0 && spec.y[1] > 0) {
    group.append(svg("path", { d: `M${x.from},${y.at(0)}H${x.to}`, stroke: "var(--nn-muted)" }));
  }
  return group;
}

/** @param {Line} line @param {{x: Scale, y: Scale}} scales @param {number} scale */
function polyline(line, { x, y }, scale) {
  return svg("path", {
    d: outline(line, { x, y }),
    fill: "none",
    stroke: line.colour,
    "stroke-width": (line.width ?? 2.5) * scale,
    "stroke-linejoin": "round",
    ...(line.dash ? { "stroke-dasharray": line.dash } : {}),
    ...(line.opacity ? { opacity: line.opacity } : {}),
  });
}

/**
 * The path of a line; a value that is no number ends one stretch and begins the next.
 *
 * @param {{x: ArrayLike<number>, y: ArrayLike<number | null>}} line
 * @param {{x: {at: (v: number) => number}, y: {at: (v: number) => number}}} scales
 */
export function outline(line, { x, y }) {
  // Far outside the frame a number would only make the path longer than a browser draws exactly.
  const clear = (/** @type {number} */ value) => Math.min(Math.max(y.at(value), -1e4), 1e4);
  return linePath(line.x, line.y, x.at, clear);
}
