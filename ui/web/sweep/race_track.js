// @ts-check
// The runners of a race on one chart of cost against epoch, each with its name at its head.

import { axes, held, levelLine, linearScale, logScale, ticksOf } from "../kit/axis.js";
import { svg } from "../kit/dom.js";
import { linePath } from "../kit/paths.js";
import { spread } from "../kit/scales.js";
import { roomIn } from "../kit/unit.js";
import { costWord } from "../panels/strip_model.js";

/**
 * @typedef {object} Runner
 * @property {string} name
 * @property {string} label
 * @property {ArrayLike<number>} epochs at which its cost was kept
 * @property {ArrayLike<number> | null} curve
 * @property {number} cost at the end
 * @property {number} reached epoch of the target, -1 where it was not reached
 * @property {number} outcome
 * @property {number} eta
 * @property {string} colour
 * @property {string} dash
 */

const MARGIN = { left: 58, top: 10, bottom: 38 };

/** Room for a name at a head that has come to the end, in pixels a letter; names are small, and larger in a lecture. */
const LETTER = 8.5;

export class RaceTrack {
  /** @param {HTMLElement} host */
  constructor(host) {
    this.host = host;
    this.root = svg("svg", { class: "nns-curve", role: "img", "data-testid": "race-track" });
    this.ground = svg("g");
    this.lines = svg("g");
    this.root.append(this.ground, this.lines);
    host.append(this.root);
    this.key = "";
    this.x = linearScale(0, 1, 0, 1);
    this.y = this.x;
  }

  /**
   * Draw axes where they changed.
   *
   * @param {{range: [number, number], epochs: number, target: number | null, longest: number}} frame `longest` name in letters
   */
  setFrame({ range, epochs, target, longest }) {
    const { width, height } = roomIn(this.host, { width: 240, height: 120 });
    const key = JSON.stringify([range, epochs, target, longest, width, height]);
    if (key === this.key) return;
    this.key = key;
    this.root.setAttribute("viewBox", `0 0 ${width} ${height}`);
    this.x = linearScale(0, Math.max(1, epochs), MARGIN.left, width - 24 - LETTER * longest);
    this.y = logScale(...range, height - MARGIN.bottom, MARGIN.top);
    const { x, y } = this;
    const room = (/** @type {number} */ pixels, /** @type {number} */ each) => Math.max(2, Math.floor(pixels / each));
    const xTicks = ticksOf(x, Math.min(8, room(x.to - x.from, 30)));
    const yTicks = ticksOf(y, room(y.from - y.to, 26));
    const nodes = [axes({ x, y, xTicks, yTicks, xLabel: "epoch", yLabel: "cost" })];
    if (target) nodes.push(levelLine(y.at(target), x, { text: "target", className: "nns-target", first: true }));
    this.ground.replaceChildren(...nodes);
  }

  /** @param {readonly Runner[]} runners @param {number} epoch how far they have come */
  setRunners(runners, epoch) {
    const { x, y } = this;
    const ways = runners.map((runner) => {
      const upTo = Array.from(runner.epochs).filter((each) => each <= epoch).length;
      const values = Array.from(runner.curve ?? []).slice(0, upTo);
      const gone = values.findIndex((value) => !Number.isFinite(value));
      const pixels = (gone < 0 ? values : values.slice(0, gone)).map(held(y));
      return { runner, pixels, at: Array.from(runner.epochs, x.at), gone: gone >= 0 };
    });
    const seen = ways.filter(({ pixels }) => pixels.length);
    const heads = seen.map(({ pixels }) => pixels[pixels.length - 1]);
    const words = spread(heads, 16, MARGIN.top + 6, y.from);
    const nodes = seen.flatMap((way, i) => runnerNodes(way, heads[i], words[i]));
    this.lines.replaceChildren(...nodes);
    const told = runners.map(({ label, cost }) => `${label} ends at ${costWord(cost)}`).join(", ");
    this.root.setAttribute("aria-label", `Cost of all runners from this start against epoch: ${told}.`);
  }
}

/** @param {{runner: Runner, pixels: number[], at: number[], gone: boolean}} way @param {number} head @param {number} word */
function runnerNodes({ runner, pixels, at, gone }, head, word) {
  const { colour, dash, label } = runner;
  const end = at[pixels.length - 1];
  const line = {
    fill: "none",
    stroke: colour,
    "stroke-width": 3,
    "stroke-dasharray": dash,
    "stroke-linejoin": "round",
  };
  return [
    svg("path", { d: linePath(at, pixels), class: "nns-runner", ...line }),
    gone
      ? svg("path", { d: `M${end - 5},${head - 5}l10,10m0,-10l-10,10`, class: "nns-stop" })
      : svg("circle", { cx: end, cy: head, r: 5, fill: colour }),
    svg("path", { d: `M${end + 7},${head}L${end + 14},${word}`, stroke: colour, fill: "none" }),
    svg("text", { x: end + 17, y: word + 4, class: "nns-runner-word" }, gone ? `${label}: overflow` : label),
  ];
}
