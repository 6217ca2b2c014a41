// @ts-check
/** The cost and the accuracy over epochs: Plotly below, and on top the moving labels, heads and the look-back line. */
import { setAttribute, setAttributes, setText, svg } from "../kit/dom.js";
import { costAxis, costText, counted, growEnd, place, shareText, spread } from "../kit/scales.js";
import { accuracyLines, bothLevels, costLines, costMarks, curveFigure, joined, onAxis } from "./figures.js";
import { ChartPanel } from "./chart_panel.js";
import { aboutBoth, networksOf } from "./run_state.js";
/** @import { CostAxis } from "../kit/scales.js" */
/** @import { Theme } from "../kit/theme.js" */
/** @import { Line } from "./figures.js" */
/** @import { Shown } from "./shown.js" */

/** Accuracy has its own fixed axis; the same shape as a cost axis, so that one drawing serves both. */
const SHARE_AXIS = /** @type {CostAxis} */ ({
  type: "linear",
  lo: 0,
  hi: 1,
  floor: 0,
  ceiling: 1,
  range: [-0.02, 1.03],
  ticks: [0, 0.25, 0.5, 0.75, 1],
  labels: ["0", "25 %", "50 %", "75 %", "100 %"],
});

/** What differs between the two charts. */
const KINDS = {
  loss: {
    title: "Cost",
    file: "cost",
    format: costText,
    lines: (/** @type {Shown} */ shown) => costLines(shown.state, shown.pins, look(shown)),
    axis: (/** @type {Shown} */ { state, settings }) =>
      costAxis(state.meta.y_range, settings.axis, state.meta.start_cost),
  },
  accuracy: {
    title: "Accuracy",
    file: "accuracy",
    format: shareText,
    lines: (/** @type {Shown} */ shown) => accuracyLines(shown.state, look(shown)),
    axis: () => SHARE_AXIS,
  },
};

/** @param {Shown} shown */
function look({ theme, settings, scale, beside }) {
  return { theme, showVal: settings.show_val, scale, beside };
}

/** Height of a line of labels in pixels, at ordinary type, and the least at which two do not touch. */
const [LINE, LEAST_LINE] = [17, 14];
/** Height of a chart's axis with what is free above the first label, in pixels. */
const AXIS = 36;
/** Margin at the left of a plot, of which the figure says the same. */
const LEFT = 50;

/** Letters of a label at most; longer ones end in an ellipsis. */
const LONGEST = 26;

/** Width in pixels below which names are shortened. */
const NARROW = 340;
/** Height below which lines and levels leave no line for what a level means, in pixels of ordinary type. */
const LOW = 110;

/** @type {Record<string, string>} what the names of levels mean */
const MEANT = { guessing: "(one answer for all)" };

/**
 * Where the labels beside a chart may stand: beside the plot, and where it is too low for them, from the panel's edge on and closer.
 *
 * @param {number} count
 * @param {number} line height of a label
 * @param {{top: number, height: number}} axes
 */
export function labelRoom(count, line, { top, height }) {
  const bottom = top + height - line / 4;
  if ((count - 1) * line <= bottom - top - line / 2) return { gap: line, top: top + line / 2, bottom };
  const edge = Math.min(top, 0.42 * line);
  return { gap: Math.min(line, (bottom - edge) / Math.max(1, count - 1)), top: edge, bottom };
}

/**
 * How many labels a chart has room for, closer to one another where it is low; beside the last lies the name of the axis.
 *
 * @param {number} height of the chart at ordinary type, with its axis
 */
export function fitting(height) {
  return Math.max(Math.floor(height / LINE) - 1, Math.floor((height - AXIS) / LEAST_LINE) + 1);
}

/** A chart of curves over epochs. */
export class CurvePanel extends ChartPanel {
  /** @param {"loss" | "accuracy"} id */
  constructor(id) {
    super(id, KINDS[id].title, KINDS[id].file);
    this.kind = KINDS[id];
    this.overlay = svg("svg", { class: "nnp-overlay", "aria-hidden": "true" });
    this.body.append(this.overlay);
    this.end = 0;
    this.problem = "";
    /** @type {Map<string, {dot: SVGElement, text: SVGElement, leader: SVGElement}>} */ this.heads = new Map();
    /** @type {SVGElement[]} */ this.levels = [];
    this.cursor = svg("line", { class: "nnp-lookback" });
    this.overlay.append(this.cursor);
  }

  /** Whether the chart has to be drawn in full. @param {Shown} shown */
  job(shown) {
    // Without a run there is nothing to draw: an empty chart would only be in the way of the first frame.
    const possible = shown.state.shown !== null;
    return this.ask(this.sign(shown), { changed: shown.rest && !this.drawnRest, possible });
  }

  /** Everything a key frame depends on, as text. @param {Shown} shown */
  sign(shown) {
    const { state, settings, theme, pins, scale, beside } = shown;
    this.grow(shown);
    const axis = this.kind.axis(shown);
    return JSON.stringify([
      this.end,
      settings.show_val,
      // Not the cost that a run starts from, which changes with every width: only an axis that moves is drawn anew.
      [axis.type, axis.lo, axis.hi],
      theme.background,
      theme.text,
      scale,
      this.size,
      this.id === "loss"
        ? [
            bothLevels(shown, axis),
            pins.map((pin) => [pin.label, pin.train.length, pin.color]),
            state.marks,
            state.outcome === "overflow",
          ]
        : 0,
      state.history.train.length > 0,
      state.history.val.length > 0,
      beside && [beside.history.train.length > 0, beside.history.val.length > 0],
    ]);
  }

  /** @param {Shown} shown */
  grow({ state, pins, beside }) {
    const planned = Math.max(state.meta.epochs ?? 1, beside?.meta.epochs ?? 1);
    const problem = `${state.meta.data} ${planned}`;
    if (this.problem !== problem) this.end = 0;
    this.problem = problem;
    const pinned = this.id === "loss" ? pins.reduce((most, pin) => Math.max(most, pin.train.length - 1), 0) : 0;
    const longest = Math.max(state.history.train.length, beside?.history.train.length ?? 0);
    this.end = growEnd(this.end, Math.max(longest - 1, pinned), planned);
  }

  /** @param {Shown} shown */
  key(shown) {
    const { state, beside, theme, rest, now, scale } = shown;
    const lines = this.kind.lines(shown);
    const axis = this.kind.axis(shown);
    const size = { ...this.size, scale };
    const right = this.right(lines, scale);
    const width = Math.max(1, size.width - right - LEFT * scale);
    const marks = this.id === "loss" ? costMarks(state, axis, { theme, scale, end: this.end, beside, width }) : {};
    const figure = curveFigure(lines, { axis, end: this.end, theme, size, right, rest, ...marks });
    if (!this.chart.keyFrame(figure)) return;
    this.chart.background = theme.background;
    this.chart.title = `${this.kind.title}: ${aboutBoth(state, beside)}`;
    this.chart.extra = () => this.labels(lines, axis, shown);
    this.signature = this.sign(shown);
    this.drawnRest = rest;
    this.last = now;
    this.decorate(lines, axis, shown);
  }

  /** Room for the labels beside the lines' ends. @param {readonly Line[]} lines @param {number} scale */
  right(lines, scale) {
    const least = this.id === "loss" && this.size.width >= NARROW ? 16 : 12; // the levels' names, too, stand there
    const longest = lines.reduce((most, line) => Math.max(most, this.words(line).length), least);
    return Math.min(this.size.width * 0.46, (18 + 7 * Math.min(longest, LONGEST)) * scale);
  }

  /**
   * A line's label: name and newest value, the name of a pin alone; short where the chart is narrow.
   *
   * @param {Line} line
   */
  words(line) {
    if (line.uid.startsWith("pin")) return line.text;
    const name = this.size.width < NARROW ? line.short : line.text;
    return `${name} ${this.kind.format(line.value)}`;
  }

  /** The cheap drawing of every frame. @param {Shown} shown */
  draw(shown) {
    if (this.id === "loss") setText(this.note, networksOf(shown.state, shown.beside));
    if (!this.chart.axes()) return;
    const lines = this.kind.lines(shown);
    const axis = this.kind.axis(shown);
    if (!shown.rest) this.drawnRest = false;
    const moving = lines.filter((line) => !line.uid.startsWith("pin"));
    if (!this.chart.rewrite(moving, axis, this.end)) this.signature = "";
    this.decorate(lines, axis, shown);
  }

  /**
   * What is named beside the chart: the ends of the lines, and the levels across it as far as there is room.
   *
   * @param {readonly Line[]} lines
   * @param {CostAxis} axis
   * @param {Shown} shown
   */
  named(lines, axis, shown) {
    const { theme, scale } = shown;
    const ends = lines
      .filter((line) => line.series.length > 0)
      .map((line) => ({ text: this.words(line), value: line.value ?? NaN, colour: line.colour, size: 13 }));
    const levels = this.id === "loss" ? bothLevels(shown, axis) : [];
    const across = levels.flatMap((level) => this.explained(level, scale));
    const room = Math.max(0, fitting(this.size.height / scale) - ends.length);
    // What a level means gives way to the names of all, and they to one of both runs' for each kind.
    const fewer = levels.length > room ? joined(levels) : levels;
    const told = across.length > room ? fewer.slice(0, room) : across;
    return [...ends, ...told.map(({ label, value }) => ({ text: label, value, colour: theme.muted, size: 12 }))];
  }

  /**
   * A level's name, and below it in words what is meant, where there is room and the name alone does not say it.
   *
   * @param {{value: number, label: string}} level
   * @param {number} [scale] of type
   */
  explained({ value, label }, scale = 1) {
    const { width, height } = this.size;
    const words = width < NARROW || height < LOW * scale ? undefined : MEANT[label];
    return [{ value, label }, ...(words ? [{ value, label: words }] : [])];
  }

  /** @param {readonly Line[]} lines @param {CostAxis} axis @param {Shown} shown */
  decorate(lines, axis, shown) {
    const { state, scale, theme } = shown;
    const axes = this.chart.axes();
    if (!axes) return;
    const shownLines = lines.filter((line) => line.series.length > 0);
    const named = this.named(lines, axis, shown);
    const wanted = named.map(({ value }) => axes.top + axes.y(place(value, axis).y));
    const { gap, top, bottom } = labelRoom(named.length, LINE * scale, axes);
    const at = spread(wanted, gap, top, bottom);
    const across = named.map(({ text }, i) => ({ label: text, y: at[i] })).slice(shownLines.length);
    this.nameLevels(across, { x: axes.left + axes.width + 10, scale, theme });
    const used = new Set(shownLines.map((line) => line.uid));
    for (const [uid, head] of this.heads) if (!used.has(uid)) this.dropHead(uid, head);
    shownLines.forEach((line, i) =>
      this.head(line, {
        x: axes.left + axes.x(line.series.length - 1),
        y: wanted[i],
        label: at[i],
        right: axes.left + axes.width,
        scale,
        theme,
      }),
    );
    const back = state.seek !== null;
    const x = axes.left + axes.x(state.epoch);
    setAttribute(this.cursor, "visibility", back ? "visible" : "hidden");
    if (back) setAttributes(this.cursor, { x1: x, x2: x, y1: axes.top, y2: axes.top + axes.height });
  }

  /** @param {{label: string, y: number}[]} names @param {{x: number, scale: number, theme: Theme}} where */
  nameLevels(names, { x, scale, theme }) {
    while (this.levels.length < names.length) {
      this.levels.push(svg("text", { class: "nnp-direct" }));
      this.overlay.append(this.levels[this.levels.length - 1]);
    }
    this.levels.forEach((text, i) => {
      setText(text, names[i]?.label ?? "");
      const set = { x, y: names[i]?.y ?? 0, fill: theme.muted, "font-size": 12 * scale, "font-family": theme.font };
      setAttributes(text, set);
    });
  }

  /**
   * @param {Line} line
   * @param {{x: number, y: number, label: number, right: number, scale: number, theme: Theme}} where
   */
  head(line, { x, y, label, right, scale, theme }) {
    let head = this.heads.get(line.uid);
    if (!head) {
      head = {
        dot: svg("circle"),
        text: svg("text", { class: "nnp-direct" }),
        leader: svg("line", { class: "nnp-leader" }),
      };
      this.overlay.append(head.leader, head.dot, head.text);
      this.heads.set(line.uid, head);
    }
    const pinned = line.uid.startsWith("pin");
    const words = this.words(line);
    setText(head.text, words.length > LONGEST ? `${words.slice(0, LONGEST - 1)}…` : words);
    const set = {
      x: right + 10,
      y: label,
      fill: line.colour,
      "font-size": (pinned ? 12 : 13.5) * scale,
      "font-weight": pinned ? 500 : 650,
      "font-family": theme.font,
    };
    setAttributes(head.text, set);
    setAttributes(head.dot, { cx: x, cy: y, r: (pinned ? 2.5 : 4.5) * scale, fill: line.colour });
    setAttributes(head.leader, { x1: x, y1: y, x2: right + 7, y2: label, stroke: line.colour });
  }

  /** @param {string} uid @param {{dot: SVGElement, text: SVGElement, leader: SVGElement}} head */
  dropHead(uid, head) {
    for (const element of Object.values(head)) element.remove();
    this.heads.delete(uid);
  }

  /**
   * The labels as annotations, for the picture that is downloaded.
   *
   * @param {readonly Line[]} lines
   * @param {CostAxis} axis
   * @param {Shown} shown
   */
  labels(lines, axis, shown) {
    const { theme, scale } = shown;
    const axes = this.chart.axes();
    if (!axes) return [];
    const named = this.named(lines, axis, shown);
    const placed = named.map(({ value }) => place(value, axis).y);
    const wanted = placed.map((y) => axes.y(y));
    const at = spread(wanted, LINE * scale, 0, axes.height);
    return named.map(({ text, colour, size }, i) => ({
      text,
      showarrow: false,
      xref: "paper",
      x: 1,
      xanchor: "left",
      xshift: 6,
      y: onAxis(placed[i], axis),
      yshift: wanted[i] - at[i],
      font: { color: colour, size: size * scale, family: theme.font },
    }));
  }

  /** What the chart shows, in words. @param {Shown} shown */
  describe(shown) {
    const { format } = this.kind;
    const parts = this.kind
      .lines(shown)
      .filter((line) => line.series.length > 0)
      .map((line) => {
        const epochs = counted(line.series.length - 1, "epoch");
        return `${line.text} from ${format(line.series.buffer[0])} to ${format(line.value)} in ${epochs}`;
      });
    return parts.length > 0 ? `${this.kind.title}: ${parts.join("; ")}` : `${this.kind.title}: nothing trained yet`;
  }

  /** @param {{width: number, height: number}} size @override */
  resize(size) {
    super.resize(size);
    setAttribute(this.overlay, "viewBox", `0 0 ${size.width} ${size.height}`);
  }
}
