// @ts-check
/** A 2-2-1 network with every number in the drawing: forward, backward, one step at a time. */

import { h, svg } from "../live_view/dom.js";
import { slider } from "./parts.js";

const SIZE = { width: 940, height: 430 };
const R = 44;
const COLUMNS = [90, 430, 770];
const ROWS = { top: 110, bottom: 320, middle: 215 };

/** @type {Record<string, [number, number]>} places of the neurons */
const PLACES = {
  x1: [COLUMNS[0], ROWS.top],
  x2: [COLUMNS[0], ROWS.bottom],
  h1: [COLUMNS[1], ROWS.top],
  h2: [COLUMNS[1], ROWS.bottom],
  o: [COLUMNS[2], ROWS.middle],
};

/** Connections: key of the weight, from, to, and where on the line its numbers stand (share of its length). */
const EDGES = /** @type {[string, string, string, number][]} */ ([
  ["w1_11", "x1", "h1", 0.5],
  ["w1_12", "x1", "h2", 0.26],
  ["w1_21", "x2", "h1", 0.26],
  ["w1_22", "x2", "h2", 0.5],
  ["w2_1", "h1", "o", 0.5],
  ["w2_2", "h2", "o", 0.5],
]);

/**
 * The keys that are in sight at a stage, and those that are new with it.
 *
 * @param {{keys: string[]}[]} stages
 * @param {number} stage
 * @returns {{seen: Set<string>, fresh: Set<string>}}
 */
export function inSight(stages, stage) {
  const seen = new Set(stages.slice(0, stage + 1).flatMap(({ keys }) => keys));
  return { seen, fresh: new Set(stages[stage]?.keys ?? []) };
}

/** @param {import("./blocks.js").Tools} tools @returns {import("./blocks.js").Block} */
export default function backprop({ host, signal, theme }) {
  /** @type {any} */
  let data = null;
  const picture = h("div", { class: "nnb-net" });
  const title = h("div", { class: "nnb-title" });
  const lines = h("div", { class: "nnb-lines", "aria-live": "polite" });
  const check = h("p", { class: "nnb-hint" });
  const stage = slider({
    label: "step",
    min: 0,
    max: 1,
    step: 1,
    value: 0,
    testid: "stage",
    signal,
    words: (value) => `${value + 1} of ${data?.stages.length ?? 1}`,
    onInput: () => draw(),
  });
  /** @param {string} text @param {number} by @param {string} testid */
  const button = (text, by, testid) => {
    const element = h("button", { type: "button", text, "data-testid": testid });
    element.addEventListener(
      "click",
      () => {
        stage.set(Math.max(0, Math.min(Number(stage.input.max), Number(stage.input.value) + by)));
        draw();
      },
      { signal },
    );
    return element;
  };
  host.append(
    h(
      "div",
      { class: "nnb-bar" },
      button("◀ back", -1, "stage-back"),
      button("next ▶", 1, "stage-next"),
      stage.element,
    ),
    h("div", { class: "nnb-work" }, picture, h("div", {}, title, lines, check)),
  );

  function draw() {
    const colours = theme();
    const now = Number(stage.input.value);
    const { seen, fresh } = inSight(data.stages, now);
    host.setAttribute("data-stage", String(now));
    title.textContent = `${now + 1}. ${data.stages[now].title}`;
    lines.replaceChildren(...data.stages[now].lines.map((/** @type {string} */ text) => h("code", { text })));
    picture.replaceChildren(network(data, { seen, fresh, colours }));
    check.textContent = data.check;
  }

  return {
    update(next) {
      const first = !data;
      data = next;
      stage.input.max = String(next.stages.length - 1);
      if (first) stage.set(0);
      stage.refresh();
      draw();
    },
  };
}

/**
 * @param {any} data
 * @param {{seen: Set<string>, fresh: Set<string>, colours: import("../live_view/theme.js").Theme}} state
 */
function network(data, { seen, fresh, colours }) {
  const root = svg("svg", {
    viewBox: `0 0 ${SIZE.width} ${SIZE.height}`,
    role: "img",
    "aria-label": `Network 2-2-1 with the numbers of the row ${data.row}`,
    "font-family": colours.font,
    "font-size": 15,
  });
  const say = (/** @type {string} */ key, /** @type {string} */ prefix) =>
    seen.has(key) ? `${prefix}${data.numbers[key]}` : "";
  const isNew = (/** @type {string[]} */ ...keys) => keys.some((key) => fresh.has(key));
  for (const [key, from, to, share] of EDGES) {
    const [[x0, y0], [x1, y1]] = [PLACES[from], PLACES[to]];
    const value = data.raw[key];
    root.append(
      svg("path", {
        d: `M${x0},${y0}L${x1},${y1}`,
        stroke: value < 0 ? colours.negative : colours.positive,
        "stroke-width": Math.min(8, 1 + 1.6 * Math.abs(value)),
        ...(value < 0 ? { "stroke-dasharray": "9 5" } : {}),
        opacity: isNew(`g${key}`, `new_${key}`) ? 1 : 0.65,
      }),
    );
    edgeWords(root, {
      at: [x0 + (x1 - x0) * share, y0 + (y1 - y0) * share],
      colours,
      rows: [
        [
          `w ${seen.has(`new_${key}`) ? `${data.numbers[key]} → ${data.numbers[`new_${key}`]}` : data.numbers[key]}`,
          isNew(key, `new_${key}`),
          colours.text,
        ],
        [say(`g${key}`, "dC/dw "), isNew(`g${key}`), colours.negative],
      ],
    });
  }
  for (const [name, place] of Object.entries(PLACES)) {
    root.append(
      svg("circle", {
        cx: place[0],
        cy: place[1],
        r: R,
        fill: colours.background,
        stroke: colours.text,
        "stroke-width": 2,
      }),
    );
  }
  for (const i of ["1", "2"]) {
    words(root, PLACES[`x${i}`], [
      [`x${i}`, false, colours.muted],
      [data.numbers[`x${i}`], isNew(`x${i}`), colours.text],
    ]);
    const [x, y] = PLACES[`h${i}`];
    words(
      root,
      [x, y],
      [
        [say(`z1_${i}`, "z "), isNew(`z1_${i}`), colours.text],
        [say(`a1_${i}`, "a "), isNew(`a1_${i}`), colours.positive],
        [say(`d1_${i}`, "δ "), isNew(`d1_${i}`), colours.negative],
      ],
    );
    const above = i === "1" ? y - R - 34 : y + R + 22;
    words(
      root,
      [x, above + 8],
      [
        [bias(data, `b1_${i}`, seen), isNew(`b1_${i}`, `new_b1_${i}`), colours.text],
        [say(`gb1_${i}`, "dC/db "), isNew(`gb1_${i}`), colours.negative],
      ],
    );
  }
  const [x, y] = PLACES.o;
  words(
    root,
    [x, y],
    [
      [say("z2", "z "), isNew("z2"), colours.text],
      [say("a2", "p "), isNew("a2"), colours.positive],
      [say("d2", "δ "), isNew("d2"), colours.negative],
    ],
  );
  words(
    root,
    [x, y - R - 26],
    [
      [bias(data, "b2", seen), isNew("b2", "new_b2"), colours.text],
      [say("gb2", "dC/db "), isNew("gb2"), colours.negative],
    ],
  );
  words(
    root,
    [x, y + R + 28],
    [
      [say("t", "target "), isNew("t"), colours.text],
      [say("cost", "cost "), isNew("cost"), colours.negative],
    ],
  );
  return root;
}

/** @param {any} data @param {string} key @param {Set<string>} seen */
function bias(data, key, seen) {
  return `b ${seen.has(`new_${key}`) ? `${data.numbers[key]} → ${data.numbers[`new_${key}`]}` : data.numbers[key]}`;
}

/** @param {SVGElement} root @param {[number, number]} at @param {[string, boolean, string][]} rows */
function words(root, [x, y], rows) {
  const shown = rows.filter(([text]) => text !== "");
  shown.forEach(([text, bold, colour], i) => {
    root.append(
      label(text, {
        x,
        y: y + 5 + (i - (shown.length - 1) / 2) * 19,
        fill: colour,
        "font-weight": bold ? 700 : 400,
        "text-anchor": "middle",
      }),
    );
  });
}

/** @param {SVGElement} root @param {{at: [number, number], rows: [string, boolean, string][], colours: any}} spec */
function edgeWords(root, { at: [x, y], rows, colours }) {
  const shown = rows.filter(([text]) => text !== "");
  const width = Math.max(...shown.map(([text]) => text.length)) * 8 + 12;
  root.append(
    svg("rect", {
      x: x - width / 2,
      y: y - shown.length * 10 - 2,
      width,
      height: shown.length * 20 + 4,
      rx: 5,
      fill: colours.background,
      opacity: 0.92,
    }),
  );
  words(root, [x, y], rows);
}

/** @param {string} text @param {Record<string, string | number>} attributes */
function label(text, attributes) {
  const element = svg("text", attributes);
  element.textContent = text;
  return element;
}
