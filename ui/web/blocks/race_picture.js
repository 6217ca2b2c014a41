// @ts-check
/** The pictures of a race: the map with all paths, the list of walkers, the cost by step. */

import { fitted } from "../kit/canvas.js";
import { drawChart } from "../kit/chart.js";
import { h } from "../kit/dom.js";
import { cross, dashes, dot, paintLandscape, share, strokePath } from "./contour.js";
import { plain } from "./verdicts.js";
import { costAt, isLost, placeAt } from "./walks.js";
/** @import { Theme } from "../kit/theme.js" */
/** @import { Runner, Walk, Walks } from "./walks.js" */

/**
 * @typedef {object} Now
 * @property {Walks} walks
 * @property {any} data
 * @property {Theme} theme
 * @property {number} scale of type and lines
 * @property {number} step
 * @property {boolean} each whether everyone has a learning rate of its own
 * @property {number} map height in pixels
 * @property {number} costs height in pixels
 */

const DASHES = [[], [7, 4], [2, 4], [9, 3, 2, 3], [12, 4], [4, 2]];

/** @param {Theme} theme */
const inks = (theme) => [theme.text, theme.negative, ...theme.pins.slice(0, 2), theme.pins[2], theme.positive];

export class RacePicture {
  constructor() {
    this.canvas = h("canvas", { class: "nnb-map", role: "application", tabindex: 0, "data-testid": "walk-map" });
    this.legend = h("div", { class: "nnb-walkers", role: "group", "aria-label": "Schedulers" });
    this.costs = h("div", { class: "nnb-chart" });
    /** @type {{key: string, canvas: HTMLCanvasElement} | null} */ this.ground = null;
  }

  /** @param {Runner[]} runners @param {Now} now */
  draw(runners, now) {
    const colours = inks(now.theme);
    this.drawMap(runners, now, colours);
    this.drawLegend(runners, now, colours);
    this.drawCosts(runners, now, colours);
  }

  /** @param {Runner[]} runners @param {Now} now @param {string[]} colours */
  drawMap(runners, { walks, data, theme, step, scale, map }, colours) {
    const size = { width: this.canvas.clientWidth || 500, height: map };
    this.canvas.style.height = `${size.height}px`;
    const context = fitted(this.canvas, size);
    if (!context) return;
    context.drawImage(this.landscape({ walks, data, theme, size }), 0, 0, size.width, size.height);
    const at = (/** @type {readonly number[]} */ point) => {
      const [x, y] = share(point, data.bounds);
      return /** @type {[number, number]} */ ([x * size.width, (1 - y) * size.height]);
    };
    for (const point of data.minima) cross(context, at(point), theme.text);
    runners.forEach(({ hidden, walk }, s) => {
      if (hidden) return;
      const end = openPath(context, walk, { step, at, bounds: data.bounds });
      strokePath(context, { ground: theme.background, colour: colours[s], dash: DASHES[s], scale });
      if (end) dot(context, { at: end, fill: colours[s], edge: theme.background, radius: 5 * scale });
    });
    dot(context, { at: at(walks.start), fill: theme.background, edge: theme.text, radius: 6.5 * scale });
    const words = `Contour of ${data.label} with the paths of the schedulers up to step ${step}, from ${walks.start}`;
    this.canvas.setAttribute("aria-label", `${words}; arrow keys move the start`);
  }

  /**
   * The contour picture, painted once a size and theme.
   *
   * @param {{walks: Now["walks"], data: any, theme: Now["theme"], size: {width: number, height: number}}} spec
   */
  landscape({ walks, data, theme, size }) {
    const key = `${data.name} ${size.width}x${size.height}${theme.dark}`;
    if (this.ground?.key !== key) {
      const canvas = paintLandscape(walks, { bounds: data.bounds, theme, size });
      this.ground = { key, canvas };
    }
    return this.ground.canvas;
  }

  /** @param {Runner[]} runners @param {Now} now @param {string[]} colours */
  drawLegend(runners, { step, each }, colours) {
    if (this.legend.children.length !== runners.length) {
      this.legend.replaceChildren(
        ...runners.map(({ name }) => h("button", { "data-name": name }, h("i"), h("b", { text: name }), h("span"))),
      );
    }
    runners.forEach(({ eta, hidden, walk }, s) => {
      const [mark, , text] = /** @type {any} */ (this.legend.children[s].children);
      mark.style.background = dashes(colours[s], DASHES[s]);
      const words = isLost(walk, step) ? `diverged at ${walk.lost}` : plain(costAt(walk, step), 2);
      text.textContent = each ? `η ${plain(eta)}: ${words}` : words;
      this.legend.children[s].setAttribute("aria-pressed", String(!hidden));
    });
  }

  /** @param {Runner[]} runners @param {Now} now @param {string[]} colours */
  drawCosts(runners, { data, theme, step, scale, costs }, colours) {
    const x = Array.from({ length: step + 1 }, (_, k) => k);
    const top = runners[0].walk.costs[0];
    const y = /** @type {[number, number]} */ ([top * 1e-6, top * 10]);
    const seen = runners.map((runner, s) => ({ ...runner, s })).filter(({ hidden }) => !hidden);
    const lines = seen.map(({ walk, s }) => ({
      x,
      y: x.map((k) => costAt(walk, k)),
      colour: colours[s],
      dash: DASHES[s].join(" "),
    }));
    const marks = seen
      .filter(({ walk }) => isLost(walk, step))
      .map(({ walk, s }) => ({ x: walk.lost, y: y[1], colour: colours[s], shape: "triangle" }));
    const spec = {
      width: Math.max(240, this.costs.clientWidth),
      height: costs,
      x: /** @type {[number, number]} */ ([0, data.steps]),
      y,
      log: true,
      lines,
      marks,
      scale,
      cursor: step,
      xLabel: "step",
      yLabel: "cost above min.",
      label: "Cost of every scheduler by step",
    };
    this.costs.replaceChildren(drawChart(spec, theme));
  }
}

/**
 * Open the path of one walker up to a step.
 *
 * @param {CanvasRenderingContext2D} context
 * @param {Walk} walk
 * @param {{step: number, at: (point: readonly number[]) => [number, number], bounds: readonly [number, number][]}} which
 * @returns {[number, number] | null} where it stands, or stood last
 */
function openPath(context, walk, { step, at, bounds }) {
  const out = (/** @type {readonly number[]} */ point) => share(point, bounds).some((part) => part < -2 || part > 3);
  context.beginPath();
  let end = null;
  for (let k = 0; k <= step; k += 1) {
    const place = placeAt(walk, k);
    if (!place) break;
    // Whoever will be lost and is far outside does not come back; ever longer strokes would only black out the map.
    if (walk.lost >= 0 && out(place)) break;
    // Far outside the map a number would only make the path longer than a browser draws exactly.
    const [x, y] = at(place).map((pixel) => Math.max(-2e4, Math.min(2e4, pixel)));
    end = /** @type {[number, number]} */ ([x, y]);
    if (k === 0) context.moveTo(x, y);
    else context.lineTo(x, y);
  }
  return end;
}
