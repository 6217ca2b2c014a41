// @ts-check
/** The gallery of activations: pick one, walk along it, see value, slope and where gradients vanish. */

import { linearScale } from "../kit/axis.js";
import { drawChart } from "../kit/chart.js";
import { facts } from "../kit/controls.js";
import { h, listen, svg } from "../kit/dom.js";
import { linePath } from "../kit/paths.js";
import { LEAST, legend, walker } from "./controls.js";
import { Kept } from "./kept.js";
import { neighbour } from "./keys.js";
import { plain } from "./verdicts.js";
/** @import { Block, Tools } from "./block.js" */

/** What the charts show: weighted sums, and values and slopes. */
const SUMS = /** @type {[number, number]} */ ([-6, 6]);
const RANGE = /** @type {[number, number]} */ ([-1.2, 2.2]);

/**
 * Ranges of x in which a slope stays below a limit.
 *
 * @param {readonly number[]} x
 * @param {readonly (number | null)[]} slope
 * @param {number} limit
 * @returns {[number, number][]}
 */
export function flatRanges(x, slope, limit) {
  /** @type {[number, number][]} */
  const ranges = [];
  let from = -1;
  for (let i = 0; i <= x.length; i += 1) {
    const value = i < x.length ? slope[i] : null;
    const flat = value !== null && Math.abs(value) < limit;
    if (flat && from < 0) from = i;
    if (!flat && from >= 0) {
      ranges.push([x[from], x[i - 1]]);
      from = -1;
    }
  }
  return ranges;
}

/** What a slope does to a gradient on its way back through a network. @param {number | null} slope */
export function passage(slope) {
  if (slope === null) return "No finite slope here.";
  if (slope === 0) return "Slope 0: nothing goes back through this neuron.";
  if (Math.abs(slope - 1) < 1e-12) return "Slope 1: a gradient goes back unchanged, through any number of layers.";
  const through = slope ** 5;
  const most = Math.abs(slope) > 1 ? "more than 1e300" : "less than 1e−300 in size";
  const factor = through !== 0 && Number.isFinite(through) ? plain(through, 2) : most;
  return `Through five layers like this a gradient is multiplied by ${factor}${slope < 0 ? ": its sign turns" : ""}.`;
}

/** @param {Tools} tools @returns {Block} */
export default function activation({ host, signal, theme, scale, spare, announce, tell }) {
  const kept = { chosen: new Kept((name) => tell("chosen", name)), z: new Kept((z) => tell("z", z)) };
  /** @type {any} */
  let data = null;
  let chosen = "";
  /** What the cards show. */
  let drawn = "";
  const gallery = h("div", { class: "nnb-gallery", role: "group", "aria-label": "Activations" });
  const chart = h("div", { class: "nnb-chart nnb-dragged" });
  const key = h("div");
  const numbers = h("dl", { class: "nnb-facts" });
  const title = h("div", { class: "nnb-title" });
  const note = h("p", { class: "nnb-note nnb-two" });
  const walk = walker([chart], {
    label: "z",
    range: SUMS,
    min: SUMS[0],
    max: SUMS[1],
    step: 0.05,
    value: 1,
    words: (value) => value.toFixed(2).replace("-", "−"),
    scale,
    onWalk: () => announce(draw()),
    onCommit: (z) => kept.z.tell(z),
    signal,
  });
  const main = h("div", { class: "nnb-main" }, title, key, chart, walk.element, numbers, note);
  host.append(h("div", { class: "nnb-split" }, gallery, main));

  const click = (/** @type {MouseEvent} */ event) => {
    const name = /** @type {HTMLElement} */ (event.target).closest("button")?.getAttribute("data-name");
    if (name) choose(name);
  };
  listen(gallery, { click }, signal);

  /** @param {string} name */
  function choose(name) {
    chosen = name;
    kept.chosen.tell(name);
    press();
    announce(draw());
  }

  function press() {
    for (const card of gallery.children)
      card.setAttribute("aria-pressed", String(card.getAttribute("data-name") === chosen));
  }

  /** Draw the cards, where curves or colours are others than last time: a card that stays keeps the focus. */
  function cards() {
    const colours = theme();
    const look = JSON.stringify([colours, data.items.map((/** @type {any} */ item) => [item.name, item.formula])]);
    if (look === drawn) return;
    drawn = look;
    const [x, y] = [linearScale(...SUMS, 0, 100), linearScale(...RANGE, 52, 4)];
    const curve = (/** @type {(number | null)[]} */ values, /** @type {Record<string, string | number>} */ look) =>
      svg("path", { d: linePath(data.axis, values, x.at, y.at), fill: "none", ...look });
    gallery.replaceChildren(
      ...data.items.map((/** @type {any} */ item) => {
        const picture = svg(
          "svg",
          { viewBox: "0 0 100 56", "aria-hidden": "true" },
          svg("path", { d: `M0,${y.at(0)}H100M50,2V54`, stroke: colours.grid, fill: "none" }),
          curve(item.auto, { stroke: colours.negative, "stroke-width": 1.5, "stroke-dasharray": "4 3" }),
          curve(item.value, { stroke: colours.positive, "stroke-width": 2.5 }),
        );
        return h(
          "button",
          { "data-name": item.name, "aria-pressed": String(item.name === chosen) },
          picture,
          h("span", { text: item.name }),
        );
      }),
    );
  }

  /** @returns {string} what is drawn, in words */
  function draw() {
    const item = data.items.find((/** @type {any} */ one) => one.name === chosen) ?? data.items[0];
    const colours = theme();
    const z = Number(walk.input.value);
    const at = Math.round((z - data.axis[0]) / (data.axis[1] - data.axis[0]));
    const [value, slope] = [item.value[at], item.auto[at]];
    title.textContent = `${item.name}(z) = ${item.formula}`;
    note.textContent = `${item.note} ${passage(slope)}`;
    const lines = [
      { x: data.axis, y: item.value, colour: colours.positive, width: 3.5 },
      ...(item.closed ? [{ x: data.axis, y: item.closed, colour: colours.negative, width: 7, opacity: 0.4 }] : []),
      { x: data.axis, y: item.auto, colour: colours.negative, width: 2, dash: "6 4" },
      ...(slope === null || value === null
        ? []
        : [{ x: [z - 1.2, z + 1.2], y: [value - 1.2 * slope, value + 1.2 * slope], colour: colours.text, width: 1.5 }]),
    ];
    const flat = flatRanges(data.axis, item.auto, data.flat);
    const there = value === null ? [] : [{ x: z, y: value, colour: colours.positive }];
    const bend = slope === null ? [] : [{ x: z, y: slope, colour: colours.negative, ring: true }];
    const spec = {
      width: Math.max(240, chart.clientWidth),
      height: Math.max(LEAST, data.height + spare()),
      x: SUMS,
      y: RANGE,
      lines,
      bands: flat,
      bandWords: "gradients vanish",
      scale: scale(),
      cursor: z,
      xLabel: "z, the weighted sum of a neuron",
      yLabel: "",
      marks: there.length ? [...there, ...bend] : [],
      label: `${item.name} and its derivative; at z = ${z} the value is ${plain(value)} and the slope ${plain(slope)}`,
    };
    chart.replaceChildren(drawChart(spec, colours));
    key.replaceChildren(
      legend([
        { colour: colours.positive, text: item.name },
        ...(item.closed ? [{ colour: `${colours.negative}66`, wide: true, text: "derivative, closed form" }] : []),
        { colour: colours.negative, dash: "6 4", text: "derivative by autograd" },
        { colour: `${colours.muted}44`, wide: true, text: `slope within ±${data.flat}: gradients vanish` },
      ]),
    );
    const rows = /** @type {[string, string][]} */ ([["value", plain(value, 4)]]);
    if (item.closed) rows.push(["slope, closed form", plain(item.closed[at], 4)]);
    rows.push(["slope by autograd", plain(slope, 4)]);
    if (item.closed) rows.push(["largest difference of the two", plain(item.difference, 2)]);
    facts(numbers, rows);
    return `${spec.label}. ${passage(slope)}`;
  }

  return {
    update(next) {
      data = next;
      if (kept.chosen.news(next.chosen)) chosen = next.chosen;
      if (kept.z.news(next.z)) walk.set(next.z);
      cards();
      press();
      draw();
    },
    key(action) {
      const name = neighbour(data.items, chosen, action);
      if (name) choose(name);
    },
  };
}
