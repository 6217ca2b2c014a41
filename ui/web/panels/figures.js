// @ts-check
/**
 * What the charts show, as plain data in plotly.js's figure language. Pure: nothing here draws.
 *
 * @typedef {{label: string, train: (number | null)[], color?: number}} Pin
 * @typedef {{uid: string, text: string, colour: string, dash: string, width: number, series: Series, value: number | null,
 *   short?: string}} Line its name, and a shorter one
 * @typedef {{theme: Theme, showVal: boolean, scale: number, beside?: State | null}} Look `beside`: of the run that is held
 *   beside the present one
 * @typedef {{width: number, height: number, scale: number}} Size scale 1 in the ordinary view, more in lecture mode
 * @typedef {{data: Record<string, any>[], layout: Record<string, any>}} Figure
 */
import { binSize, costText, formatNumber, linearTicks, place, roomyTicks, thin } from "../kit/scales.js";
import { from, last } from "../kit/series.js";
import { PIN_DASHES } from "../kit/theme.js";
/** @import { CostAxis } from "../kit/scales.js" */
/** @import { Series } from "../kit/series.js" */
/** @import { Theme } from "../kit/theme.js" */
/** @import { Mark, Meta } from "./messages.js" */
/** @import { State } from "./run_state.js" */

/**
 * The lines of the cost chart, pins first so that the present run lies on top.
 *
 * @param {State} state
 * @param {readonly Pin[]} pins
 * @param {Look} look
 * @returns {Line[]}
 */
export function costLines({ history }, pins, look) {
  const { train, val } = look.beside?.history ?? {};
  return [
    ...pins.map((pin, i) => pinLine(pin, i, look)),
    ...heldLines(train, val, look),
    ...runLines(history.train, history.val, look),
  ];
}

/** @param {Pin} pin @param {number} i @param {{theme: Theme, scale: number, beside?: State | null}} look @returns {Line} */
function pinLine(pin, i, { theme, scale, beside }) {
  const k = (pin.color ?? i) % PIN_DASHES.length;
  // Side by side A and B are the two runs: a pin that has such a letter says that it is one.
  return line(`pin${i}`, beside ? `pin ${pin.label}` : pin.label, from(pin.train), {
    colour: theme.pins[k],
    dash: PIN_DASHES[k],
    width: 1.8 * scale,
  });
}

/** @param {State} state @param {Look} look @returns {Line[]} */
export function accuracyLines({ history }, look) {
  const { train_acc: train, val_acc: val } = look.beside?.history ?? {};
  return [...heldLines(train, val, look), ...runLines(history.train_acc, history.val_acc, look)];
}

/**
 * The lines of the run that is held beside the present one; none where none is.
 *
 * @param {Series | undefined} train
 * @param {Series | undefined} val
 * @param {Look} look
 * @returns {Line[]}
 */
function heldLines(train, val, { theme, showVal, scale }) {
  const colour = theme.text;
  const lines = [];
  if (train)
    lines.push(
      line("a-train", "A training", train, { colour, dash: "longdash", width: 2.2 * scale, short: "A train" }),
    );
  if (val && val.length > 0 && showVal)
    lines.push(line("a-val", "A validation", val, { colour, dash: "dot", width: 1.8 * scale, short: "A val" }));
  return lines;
}

/**
 * The present run's lines; that of the validation set where there is one and it is wanted.
 *
 * @param {Series} train
 * @param {Series} val
 * @param {Look} look
 * @returns {Line[]}
 */
function runLines(train, val, { theme, showVal, scale, beside }) {
  const side = beside ? "B " : "";
  const [first, second] = [`${side}training`, `${side}validation`];
  const ink = { colour: theme.train, dash: "solid", width: 2.6 * scale, short: `${side}train` };
  const lines = [line("train", first, train, ink)];
  if (showVal && val.length > 0) {
    const other = { colour: theme.val, dash: "dash", width: 2.2 * scale, short: `${side}val` };
    lines.push(line("val", second, val, other));
  }
  return lines;
}

/**
 * @param {string} uid
 * @param {string} text
 * @param {Series} series
 * @param {{colour: string, dash: string, width: number, short?: string}} look
 * @returns {Line}
 */
function line(uid, text, series, look) {
  return { uid, text, series, value: last(series), ...look };
}

/**
 * Points to draw of a line, at their places on the axis.
 *
 * @param {Line} line
 * @param {CostAxis} axis
 * @param {number} end of the epoch axis
 */
export function pointsOf(line, axis, end) {
  const { x, y } = thin(line.series, binSize(end));
  const placed = y.map((value) => place(value, axis).y);
  // Plotly draws no path for a single point; a line needs two for the quick redrawing to find it.
  if (x.length === 1) return { x: [x[0], x[0]], y: [placed[0], placed[0]], values: [y[0], y[0]] };
  return { x, y: placed, values: y };
}

/**
 * @param {Theme} theme
 * @param {Size} size
 * @param {number} right margin for the labels beside the lines
 */
export function frame(theme, size, right) {
  const font = { family: theme.font, size: 13 * size.scale, color: theme.text };
  return {
    width: size.width,
    height: size.height,
    autosize: false,
    font,
    showlegend: false,
    dragmode: /** @type {false} */ (false),
    paper_bgcolor: "rgba(0,0,0,0)",
    plot_bgcolor: "rgba(0,0,0,0)",
    margin: { l: 50 * size.scale, r: right, t: 10 * size.scale, b: 24 * size.scale, pad: 0 },
    hoverlabel: {
      font: { size: 13 * size.scale, family: theme.font, color: theme.text },
      bgcolor: theme.background,
      bordercolor: theme.muted,
    },
    uirevision: "kept",
  };
}

/**
 * @param {Theme} theme
 * @param {string} title
 * @param {number} [size] of its type
 */
export function axisLook(theme, title, size = 13) {
  return {
    title: { text: title, standoff: 6, font: { size } },
    gridcolor: theme.grid,
    zeroline: false,
    linecolor: theme.muted,
    showline: true,
    tickcolor: theme.muted,
    ticks: "outside",
    ticklen: 4,
    automargin: false,
  };
}

/**
 * Whole epochs to write on the axis, as many as there is room for; the last one carries the axis' name as well.
 *
 * @param {number} end
 * @param {number} room pixels, at ordinary type
 */
export function epochTicks(end, room) {
  const ticks = linearTicks(0, end, Math.max(1, Math.min(5, room / 72))).filter((tick) => Number.isInteger(tick));
  return ticks.length > 1 ? ticks : [0, end];
}

/**
 * Curves over epochs.
 *
 * @param {readonly Line[]} lines
 * @param {object} options
 * @param {CostAxis} options.axis
 * @param {number} options.end of the epoch axis
 * @param {Theme} options.theme
 * @param {Size} options.size
 * @param {number} options.right margin in pixels
 * @param {boolean} options.rest hover only when nothing moves
 * @param {Record<string, any>[]} [options.shapes]
 * @param {Record<string, any>[]} [options.annotations]
 * @returns {Figure}
 */
export function curveFigure(lines, { axis, end, theme, size, right, rest, shapes = [], annotations = [] }) {
  const ticks = epochTicks(end, (size.width - right - 50 * size.scale) / size.scale);
  return {
    data: lines.map((item) => curveTrace(item, axis, end)),
    layout: {
      ...frame(theme, size, right),
      hovermode: rest ? "x unified" : false,
      shapes,
      annotations,
      xaxis: {
        ...axisLook(theme, ""),
        range: [0, end],
        tickangle: 0,
        unifiedhovertitle: { text: "epoch %{x}" },
        tickvals: ticks,
        ticktext: ticks.map((tick, i) => (i === ticks.length - 1 ? `epoch ${tick}` : String(tick))),
        showgrid: false,
      },
      yaxis: {
        ...axisLook(theme, ""),
        type: axis.type,
        range: axis.range,
        ...roomyTicks(axis, (size.height - 50 * size.scale) / (17 * size.scale)),
      },
    },
  };
}

/** @param {Line} item @param {CostAxis} axis @param {number} end */
function curveTrace(item, axis, end) {
  const { x, y, values } = pointsOf(item, axis, end);
  return {
    type: "scatter",
    mode: "lines",
    uid: `nnp${item.uid}`,
    name: item.text,
    x,
    y,
    customdata: values.map((value) => costText(value, 4)),
    hovertemplate: `${item.text}: %{customdata}<extra></extra>`,
    cliponaxis: true,
    line: { color: item.colour, width: item.width, dash: item.dash, simplify: false },
  };
}

/** Room that the words of a change in mid-run take, and width of a plot where none is told, in pixels. */
const [MARK, WIDE] = [62, 480];

/**
 * Marks on the cost chart: edge bands that say what they hold, the target, reference lines, changes in mid-run and the
 * epoch of an overflow.
 *
 * @param {State} state
 * @param {CostAxis} axis
 * @param {{theme: Theme, scale: number, end: number, beside?: State | null, width?: number}} look width of the plot
 * @returns {{shapes: Record<string, any>[], annotations: Record<string, any>[]}}
 */
export function costMarks(state, axis, { theme, scale, end, beside, width = WIDE }) {
  const shapes = /** @type {Record<string, any>[]} */ (edgeBands(axis, theme));
  const annotations = [];
  for (const { value } of bothLevels({ state, beside }, axis)) shapes.push(across(value, theme.muted));
  const marks = state.marks.filter((item) => item.epoch <= end);
  for (const mark of marks) shapes.push(upright(mark.epoch, theme.muted, "dot"));
  for (const mark of spaced(marks, (end * MARK * scale) / width)) {
    // Above the curve, which falls: below, the words would lie on its end.
    const where = { x: mark.epoch, y: 0.95, xanchor: "left", xshift: 3 };
    annotations.push(note(markText(mark), { ...where, theme, scale }));
  }
  const edge = worst(state);
  if (edge) {
    shapes.push(upright(edge.epoch, theme.negative, "solid"));
    const where = { x: edge.epoch, y: 0.85, xanchor: edge.epoch > end / 2 ? "right" : "left" };
    annotations.push(note(edge.text, { ...where, theme, scale, strong: true }));
  }
  return { shapes, annotations };
}

/**
 * Lines across the cost axis: the target and what guessing costs. Their names stand beside the chart, like those of the
 * curves, where no curve can cross them.
 *
 * @param {Meta} meta
 * @param {CostAxis} axis
 * @returns {{value: number, label: string}[]}
 */
export function levels(meta, axis) {
  const out = [...(meta.reference ?? [])];
  if (meta.target_cost !== undefined && meta.target_cost !== null)
    out.push({ value: meta.target_cost, label: `target ${formatNumber(meta.target_cost)}` });
  return out.filter(({ value }) => value >= axis.lo && value <= axis.hi);
}

/**
 * The same of two runs side by side: where their data or costs differ each has its own, and they say whose they are.
 *
 * @param {{state: State, beside?: State | null}} shown
 * @param {CostAxis} axis
 */
export function bothLevels({ state, beside }, axis) {
  const own = levels(state.meta, axis);
  if (!beside) return own;
  const held = levels(beside.meta, axis);
  /** @param {typeof own} all @param {typeof own} others @param {string} letter */
  const alone = (all, others, letter) =>
    all
      .filter(({ value, label }) => !others.some((other) => other.value === value && other.label === label))
      .map(({ value, label }) => ({ value, label: `${letter} ${label}` }));
  const [a, b] = [alone(held, own, "A"), alone(own, held, "B")];
  return [...own.filter(({ label }) => !b.some((one) => one.label === `B ${label}`)), ...a, ...b];
}

/**
 * One name for the levels of both runs that mean the same, where each cannot have its own: it stands at the first.
 *
 * @param {readonly {value: number, label: string}[]} all
 */
export function joined(all) {
  const nameOf = (/** @type {string} */ label) => label.replace(/^[AB] | [\d.e-]+$/g, "");
  return all.flatMap(({ value, label }, i) => {
    const alike = all.filter((one) => nameOf(one.label) === nameOf(label));
    if (alike.length === 1) return [{ value, label }];
    return all.indexOf(alike[0]) === i ? [{ value, label: `A, B ${nameOf(label)}` }] : [];
  });
}

/**
 * Marks with room for their words: of a quick series of changes only the last is named.
 *
 * @param {readonly Mark[]} marks ascending
 * @param {number} room epochs that a name takes
 */
export function spaced(marks, room) {
  return marks.filter((mark, i) => i + 1 === marks.length || marks[i + 1].epoch - mark.epoch >= room);
}

/** @param {Mark} mark */
function markText(mark) {
  const sign = mark.field === "eta" ? "η" : mark.field === "lam" ? "λ" : mark.field;
  return `${sign} → ${formatNumber(mark.value)}`;
}

/**
 * Where a run left the finite numbers.
 *
 * @param {State} state
 * @returns {{epoch: number, text: string} | null}
 */
function worst(state) {
  if (state.phase !== "overflow" && state.outcome !== "overflow") return null;
  const { buffer, length } = state.history.train;
  const lost = buffer.subarray(0, length).findIndex((cost) => !Number.isFinite(cost));
  const epoch = lost < 0 ? state.newest : lost;
  return { epoch, text: `✕ overflow<br>at epoch ${epoch}` };
}

/** From the left edge of the chart to its right one, under the curves. */
const ACROSS = { xref: "paper", x0: 0, x1: 1, yref: "y", layer: "below" };

/** @param {CostAxis} axis @param {Theme} theme */
function edgeBands({ type, range, lo, hi }, theme) {
  const [bottom, top] = type === "log" ? range.map((exponent) => 10 ** exponent) : range;
  const look = { ...ACROSS, type: "rect", line: { width: 0 }, fillcolor: theme.grid, opacity: 0.75 };
  return [
    { ...look, y0: hi, y1: top },
    { ...look, y0: bottom, y1: type === "log" ? lo : 0 },
  ];
}

/** @param {number} value @param {string} color */
const across = (value, color) => ({
  ...ACROSS,
  type: "line",
  y0: value,
  y1: value,
  line: { color, width: 1.2, dash: "dash" },
});

/** @param {number} epoch @param {string} color @param {string} dash */
const upright = (epoch, color, dash) => ({
  ...{ type: "line", xref: "x", x0: epoch, x1: epoch, yref: "paper", y0: 0, y1: 1 },
  line: { color, width: 1.6, dash },
});

/**
 * @param {string} text
 * @param {{theme: Theme, scale: number, strong?: boolean} & Record<string, any>} options
 */
function note(text, { theme, scale, strong = false, ...where }) {
  return {
    text: strong ? `<b>${text}</b>` : text,
    showarrow: false,
    xref: "x",
    yref: "paper",
    yanchor: "top",
    ...where,
    borderpad: 2,
    bgcolor: theme.background,
    font: { size: (strong ? 14 : 12) * scale, color: strong ? theme.negative : theme.muted, family: theme.font },
  };
}

/**
 * Plotly places annotations on a log axis by exponent, shapes by value.
 *
 * @param {number} value
 * @param {CostAxis} axis
 */
export function onAxis(value, axis) {
  return axis.type === "log" ? Math.log10(value) : value;
}
