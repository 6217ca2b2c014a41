// @ts-check
/** Costs as functions of one prediction, with their gradient: how hard does a wrong answer pull? */

import { drawChart } from "../kit/chart.js";
import { choices, facts } from "../kit/controls.js";
import { h } from "../kit/dom.js";
import { LEAST, legend, walker } from "./controls.js";
import { Kept } from "./kept.js";
import { neighbour } from "./keys.js";
import { plain } from "./verdicts.js";
/** @import { Spec } from "../kit/chart.js" */
/** @import { Block, Tools } from "./block.js" */

/** @param {Tools} tools @returns {Block} */
export default function cost({ host, signal, theme, scale, spare, announce, tell }) {
  const kept = Object.fromEntries(
    ["chosen", "target", "p"].map((name) => [name, new Kept((value) => tell(name, value))]),
  );
  /** @type {ReturnType<typeof choices> | null} */
  let picker = null;
  /** @type {any} */
  let data = null;
  let chosen = "";
  let target = "1";
  const which = h("div");
  const charts = [h("div", { class: "nnb-chart nnb-dragged" }), h("div", { class: "nnb-chart nnb-dragged" })];
  const key = h("div");
  const numbers = h("dl", { class: "nnb-facts" });
  const title = h("div", { class: "nnb-title" });
  const note = h("p", { class: "nnb-note" });
  const targets = choices({
    label: "Target",
    className: "nnb-choices",
    options: [
      { value: "0", text: "target 0" },
      { value: "1", text: "target 1" },
    ],
    signal,
    onChoose: (value) => {
      target = value;
      kept.target.tell(value);
      announce(draw());
    },
  });
  const walk = walker(charts, {
    label: "p",
    range: [0, 1],
    min: 0.005,
    max: 0.995,
    step: 0.005,
    value: 0.3,
    words: (value) => value.toFixed(3),
    scale,
    onWalk: () => announce(draw()),
    onCommit: (p) => kept.p.tell(p),
    signal,
  });
  host.append(
    h("div", { class: "nnb-bar" }, which, targets.element),
    title,
    key,
    h("div", { class: "nnb-pair" }, ...charts),
    walk.element,
    numbers,
    note,
  );

  /** @returns {string} what is drawn, in words */
  function draw() {
    const colours = theme();
    const item = data.items.find((/** @type {any} */ one) => one.name === chosen) ?? data.items[0];
    const p = Number(walk.input.value);
    const at = Math.round(p / (data.axis[1] - data.axis[0]));
    const curves = item.targets[target];
    title.textContent = `${item.label}: C(p) = ${item.formula}, target t = ${target}`;
    note.textContent = item.note;
    const width = Math.max(240, charts[0].clientWidth);
    const pale = { x: data.axis, colour: colours.muted, width: 1.2, dash: "2 3" };
    const others = data.items
      .filter((/** @type {any} */ one) => one !== item)
      .map((/** @type {any} */ one) => ({ ...pale, y: one.targets[target].value }));
    const common = {
      width,
      height: Math.max(LEAST, data.height + spare()),
      x: /** @type {[number, number]} */ ([0, 1]),
      cursor: p,
      scale: scale(),
      xLabel: "prediction p",
    };
    /** @type {Pick<Spec, "y" | "yLabel" | "lines" | "marks" | "label">[]} */
    const specs = [
      {
        y: [0, 5],
        yLabel: "cost C",
        lines: [...others, { x: data.axis, y: curves.value, colour: colours.positive, width: 3.5 }],
        marks: [{ x: p, y: curves.value[at], colour: colours.positive }],
        label: `${item.label}: ${plain(curves.value[at])} at p = ${p}`,
      },
      {
        y: [-10, 10],
        yLabel: "gradient dC/dp",
        lines: [
          { x: data.axis, y: curves.closed, colour: colours.negative, width: 7, opacity: 0.4 },
          { x: data.axis, y: curves.auto, colour: colours.negative, width: 2, dash: "6 4" },
        ],
        marks: [{ x: p, y: curves.auto[at], colour: colours.negative, ring: true }],
        label: `its gradient: ${plain(curves.auto[at])} at p = ${p}`,
      },
    ];
    specs.forEach((spec, i) => charts[i].replaceChildren(drawChart({ ...common, ...spec }, colours)));
    key.replaceChildren(
      legend([
        { colour: colours.positive, text: "this cost" },
        { colour: colours.muted, dash: "2 3", text: "the other costs" },
        { colour: `${colours.negative}66`, wide: true, text: "gradient, closed form" },
        { colour: colours.negative, dash: "6 4", text: "gradient by autograd" },
      ]),
    );
    facts(numbers, [
      ["cost", plain(curves.value[at], 4)],
      ["gradient dC/dp", plain(curves.auto[at], 4)],
      ["one step pulls p", curves.auto[at] < 0 ? "up" : curves.auto[at] > 0 ? "down" : "nowhere"],
    ]);
    return specs.map(({ label }) => label).join("; ");
  }

  /** @param {string} value */
  function choose(value) {
    chosen = value;
    kept.chosen.tell(value);
    announce(draw());
  }

  return {
    update(next) {
      data = next;
      if (!picker) {
        const options = next.items.map((/** @type {any} */ item) => ({ value: item.name, text: item.label }));
        picker = choices({ label: "Cost", className: "nnb-choices", signal, options, onChoose: choose });
        which.append(picker.element);
      }
      if (kept.chosen.news(next.chosen)) chosen = next.chosen;
      if (kept.target.news(next.target)) target = next.target;
      if (kept.p.news(next.p)) walk.set(next.p);
      picker.set(chosen);
      targets.set(target);
      draw();
    },
    key(action) {
      const name = neighbour(data.items, chosen, action);
      if (!name) return;
      choose(name);
      picker?.set(name);
    },
  };
}
