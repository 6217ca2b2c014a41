// @ts-check
/**
 * The only module that knows Plotly. A chart is drawn in full ("key frame") when its axes, marks or size change and when
 * the run comes to rest; in between only the paths of its lines are rewritten, which costs a tenth.
 */
import { linePath } from "../kit/paths.js";
import { pointsOf } from "./figures.js";
/** @import { CostAxis } from "../kit/scales.js" */
/** @import { Figure, Line } from "./figures.js" */

const CONFIG = {
  displaylogo: false,
  // plotly.js 4 offers by default to send charts to a server of its makers.
  showSendToCloud: false,
  responsive: false,
  showTips: false,
  doubleClick: "reset",
  // The panel's head has the button for a picture: one in here would stand within an image, and over the data.
  displayModeBar: false,
};

/** @typedef {{react: Function, purge: Function, downloadImage: Function}} PlotlyLike */

/** @returns {Promise<PlotlyLike>} loaded once, however many views ask */
export function loadPlotly() {
  loading ??= import("../vendor/plotly-4.1.1-nnp.min.js").then((module) => module.default);
  return loading;
}

/** @type {Promise<PlotlyLike> | undefined} */
let loading;

/** A picture's title in pixels: its type, a line of it, and what is left free above and below. */
const TITLE = { size: 13, line: 18, above: 26 };

/**
 * A title in lines that a picture holds, cut between words.
 *
 * @param {string} text @param {number} width of the picture
 */
export function titleLines(text, width) {
  const most = (0.96 * width) / (0.56 * TITLE.size);
  const lines = [""];
  for (const word of text.split(" ")) {
    const longer = `${lines[lines.length - 1]} ${word}`.trim();
    if (longer.length > most && longer !== word) lines.push(word);
    else lines[lines.length - 1] = longer;
  }
  return lines;
}

/** One Plotly chart in one place. */
export class Chart {
  /**
   * @param {HTMLElement} host
   * @param {string} filename of the picture
   */
  constructor(host, filename) {
    this.host = host;
    this.filename = filename;
    /** @type {PlotlyLike | null} */ this.plotly = null;
    /** @type {Figure | null} */ this.figure = null;
    this.background = "white";
    this.title = "";
    /** @type {(() => Figure | null) | null} the figure as a picture needs it, where the page adds to it or moves it by hand */
    this.picture = null;
    /** @type {() => Record<string, any>[]} annotations that the page shows as its own text and a picture needs */
    this.extra = () => [];
  }

  /**
   * Draw in full.
   *
   * @param {Figure} figure
   * @returns {boolean} false until Plotly has been loaded
   */
  keyFrame(figure) {
    if (!this.plotly) return false;
    this.figure = figure;
    this.plotly.react(this.host, figure.data, figure.layout, CONFIG);
    return true;
  }

  /**
   * The chart as a file, a PNG of twice its size, with title, ground and the labels that the page shows as its own text.
   *
   * @param {"png" | "svg"} format
   */
  download(format) {
    const figure = this.picture?.() ?? this.figure;
    if (!figure) return;
    const { width, height, margin } = figure.layout;
    const lines = titleLines(this.title, width);
    const top = TITLE.above + lines.length * TITLE.line;
    const title = {
      text: lines.join("<br>"),
      font: { size: TITLE.size },
      x: 0.02,
      y: 1,
      yanchor: "top",
      pad: { t: 20 },
    };
    const layout = {
      ...figure.layout,
      annotations: [...(figure.layout.annotations ?? []), ...this.extra()],
      paper_bgcolor: this.background,
      ...(this.title ? { title, margin: { ...margin, t: top } } : {}),
    };
    this.plotly?.downloadImage(
      { data: figure.data, layout },
      { format, filename: this.filename, scale: format === "png" ? 2 : 1, width, height: height + top - 10 },
    );
  }

  /**
   * Rewrite the paths of lines without asking Plotly to lay anything out.
   *
   * @param {readonly Line[]} lines
   * @param {CostAxis} axis
   * @param {number} end of the epoch axis
   * @returns {boolean} false where a path is missing: the caller then draws a key frame
   */
  rewrite(lines, axis, end) {
    return lines.every((line) => {
      const { x, y } = pointsOf(line, axis, end);
      return this.writePath(`nnp${line.uid}`, x, y);
    });
  }

  /**
   * Plotly's own path of a trace, set by hand. It uses two inner names of plotly.js 4.1 (`_fullLayout` axes with `l2p`,
   * class `js-line`); where they are missing it says so and the chart is drawn in full instead.
   *
   * @param {string} uid
   * @param {readonly number[]} x
   * @param {readonly number[]} y
   */
  writePath(uid, x, y) {
    const path = this.host.querySelector(`.trace${uid} path.js-line`);
    const axes = this.axes();
    if (!path || !axes || x.length === 0) return false;
    path.setAttribute("d", linePath(x, y, axes.x, axes.y));
    return true;
  }

  /**
   * Plotly's own points of a trace, moved by hand. Their inner names are class `point` and a `transform` to their place; points
   * whose value is no number it has not made.
   *
   * @param {string} uid
   * @param {readonly number[]} x
   * @param {readonly number[]} y
   * @returns {boolean} false where they do not fit: the caller then has the chart drawn in full
   */
  writePoints(uid, x, y) {
    const points = this.host.querySelectorAll(`.trace${uid} path.point`);
    const axes = this.axes();
    if (!axes || points.length !== y.length || !y.every(Number.isFinite)) return false;
    points.forEach((point, i) => point.setAttribute("transform", `translate(${axes.x(x[i])},${axes.y(y[i])})`));
    return true;
  }

  /**
   * @returns {{x: (value: number) => number, y: (value: number) => number, left: number, top: number, width: number,
   *   height: number} | null} from values to pixels of the plot area; null before the first key frame
   */
  axes() {
    const full = /** @type {any} */ (this.host)._fullLayout;
    if (!full?.xaxis?.l2p || !full.yaxis?.l2p) return null;
    const log = full.yaxis.type === "log";
    return {
      x: (value) => full.xaxis.l2p(value),
      y: (value) => full.yaxis.l2p(log ? Math.log10(value) : value),
      left: full.xaxis._offset,
      top: full.yaxis._offset,
      width: full.xaxis._length,
      height: full.yaxis._length,
    };
  }

  destroy() {
    this.plotly?.purge(this.host);
  }
}
