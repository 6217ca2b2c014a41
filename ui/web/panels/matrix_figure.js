// @ts-check
/** The confusion matrix as a Plotly figure, and the colours and names that its quick drawing shares with it. Pure. */
import { blend, css } from "../kit/theme.js";
import { axisLook, frame } from "./figures.js";
import { shares } from "./matrix_cells.js";
/** @import { Theme } from "../kit/theme.js" */
/** @import { Figure, Size } from "./figures.js" */

/**
 * Counts by true class (rows) and predicted class (columns). Right ones are blue, mistakes vermillion, each by its share
 * of the row on a root scale, so that one mistake in a hundred is still seen; the scale is the same for every frame.
 *
 * @param {readonly number[]} counts row-major, k * k
 * @param {readonly string[]} classes
 * @param {{theme: Theme, size: Size, rest: boolean, numbers: boolean}} look `numbers`: in the cells
 * @returns {Figure}
 */
export function matrixFigure(counts, classes, { theme, size, rest, numbers }) {
  const k = classes.length;
  const rows = shares(counts, k);
  const text = classes.map((_, i) => classes.map((__, j) => (counts[i * k + j] ? String(counts[i * k + j]) : "")));
  const room = Math.min(size.width, size.height) / (k + 2);
  const least = size.scale > 1 ? 12 * size.scale : 9;
  const font = Math.max(least, Math.min(26 * size.scale, room * 0.44));
  const names = classNames(classes, size);
  const axis = {
    ...axisLook(theme, "", 13 * size.scale),
    showgrid: false,
    ticks: "",
    showline: false,
    fixedrange: true,
  };
  return {
    data: [
      {
        type: "heatmap",
        z: rows,
        text,
        texttemplate: numbers ? "%{text}" : undefined,
        textfont: { size: font, family: theme.font },
        zmin: -1,
        zmax: 1,
        colorscale: matrixScale(theme),
        showscale: false,
        xgap: 2,
        ygap: 2,
        hoverinfo: rest ? undefined : "none",
        hovertemplate: rest ? "is %{y}, taken for %{x}: %{text}<extra></extra>" : undefined,
      },
    ],
    layout: {
      ...frame(theme, size, 8),
      hovermode: rest ? "closest" : false,
      margin: { l: names.left, r: 8, t: 8, b: names.below },
      xaxis: {
        ...axis,
        ...names.x,
        title: { ...axisLook(theme, names.titled ? "predicted" : "", 13 * size.scale).title, standoff: 4 },
      },
      yaxis: {
        ...axis,
        ...names.y,
        title: { ...axisLook(theme, "true", 13 * size.scale).title, standoff: 4 },
        autorange: "reversed",
      },
    },
  };
}

/** Letters of a class name that are shown beside a matrix. */
const MOST_LETTERS = 14;

/** Rows of a matrix that have a line's height each, at least: above names that stand upright, and above a title. */
const [LEAST_ROWS, LOW_ROWS] = [3, 2];

/**
 * Where the names of the classes stand beside a matrix: cut where they are long, upright below narrow columns, or cut to
 * these where that would leave the rows no height, and only every so many where there are more than can be read.
 *
 * @param {readonly string[]} classes
 * @param {Size} size
 */
export function classNames(classes, size) {
  const words = classes.map((name) => cut(name, MOST_LETTERS));
  const letter = 6.8 * size.scale;
  const line = 17 * size.scale;
  const longest = letter * Math.max(...words.map((word) => word.length));
  const left = Math.max(56 * size.scale, Math.min(longest + 1.8 * line, 0.4 * size.width));
  const column = (size.width - left - 8) / classes.length;
  const stood = longest + 1.6 * line;
  const upright =
    longest > column && longest > line && size.height - stood - 8 >= line * Math.min(LEAST_ROWS, classes.length);
  const room = size.height - 46 * size.scale - 8;
  // Where the window is that low, rows that can be told apart need the title's line more than it is missed.
  const titled = upright || room >= LOW_ROWS * line;
  const level = (titled ? 46 : 26) * size.scale;
  const below = upright ? Math.max(level, stood) : level;
  const under = upright ? words : words.map((word) => cut(word, Math.max(1, Math.floor(column / letter))));
  const row = (size.height - below - 8) / classes.length;
  const ticks = (/** @type {readonly string[]} */ told, /** @type {number} */ room) => {
    const step = Math.max(1, Math.ceil(line / Math.max(room, 1)));
    const shown = classes.map((_, i) => i).filter((i) => i % step === 0);
    return { tickvals: shown, ticktext: shown.map((i) => told[i]) };
  };
  const x = { ...ticks(under, upright ? column : line), tickangle: upright ? -90 : 0 };
  return { left, below, titled, x, y: ticks(words, row) };
}

/** A name of so many letters at most. @param {string} name @param {number} letters */
const cut = (name, letters) => (name.length > letters ? `${name.slice(0, Math.max(1, letters - 1))}…` : name);

/**
 * Whether the cells have at least a line's room each way: Plotly (4.1) puts the axes' titles at infinity where no name fits,
 * as while a window is made lower, and the browser reports that as an error.
 *
 * @param {readonly string[]} classes
 * @param {Size} size
 */
export function hasRoom(classes, size) {
  const { left, below } = classNames(classes, size);
  return Math.min(size.width - left - 8, size.height - below - 8) >= 17 * size.scale;
}

/** @param {Theme} theme */
function matrixScale(theme) {
  return [0, 0.25, 0.5, 0.75, 1].map((at) => [at, css(blend(theme, at))]);
}
