// @ts-check
/** Where the panels stand, for the width there is. Heights are fixed per layout, so that nothing jumps. Pure. */

import { fingerRoom } from "../panels/network_plan.js";

/**
 * @typedef {{columns: number, areas: string[][], rows: number[], seen?: number}} Plan areas by row; rows are heights in pixels, or
 *   in lecture mode shares of the screen's height; the first `seen` of them are in view in a low window
 */

/** @type {Record<string, string[]>} the parts of a lesson that stay in lecture mode, most telling first */
const LESSON = {
  gate: ["loss", "map", "truth", "network"],
  image: ["loss", "matrix", "pad", "accuracy", "mistakes"],
  curve: ["fit", "loss", "residuals"],
  plane: ["map", "loss", "network"],
  table: ["loss", "accuracy", "residuals", "matrix", "network"],
};

/** What a page teaches, told by the panel that no other page has. @param {readonly string[]} panels */
function lessonOf(panels) {
  if (panels.includes("pad")) return LESSON.image;
  if (panels.includes("truth")) return LESSON.gate;
  if (panels.includes("fit")) return LESSON.curve;
  return panels.includes("map") ? LESSON.plane : LESSON.table;
}

/** Widths in pixels from which three and two panels stand side by side. */
const WIDE = 1060;
export const MEDIUM = 620;

/**
 * Panels shown in lecture mode: at most four of a lesson, the rest would not be read from the back row.
 *
 * @param {readonly string[]} panels
 * @returns {string[]}
 */
export function lecturePanels(panels) {
  return lessonOf(panels)
    .filter((id) => panels.includes(id))
    .slice(0, 4);
}

/** Panels that tell what is asked about before anything has been trained, most telling first. */
const AT_THE_START = ["map", "fit", "truth", "pad", "network", "matrix"];
/** Panels that tell most of a run's end, the first of them beside its curve. */
const AT_THE_END = ["map", "fit", "matrix", "network"];

/**
 * Panels shown in lecture mode where a question and its answer take room from them.
 *
 * @param {readonly string[]} panels
 * @param {{asking: boolean, split: boolean, low: boolean, told: boolean}} how `low`: there is too little room for two rows;
 *   `told`: the answer to a question stands above them
 * @returns {string[]}
 */
export function hallPanels(panels, { asking, split, low, told }) {
  const shown = lecturePanels(panels);
  const first = (/** @type {readonly string[]} */ ids, /** @type {number} */ most) =>
    ids.filter((id) => shown.includes(id)).slice(0, most);
  if (asking && (split || low)) return first(AT_THE_START, 2);
  if (split && told) return [...first(AT_THE_END, 1), "loss"];
  return low && told ? shown.filter((id) => id !== "pad") : shown;
}

/** @type {Record<string, string>} one letter a panel, for the plans below */
const LETTERS = {
  L: "loss",
  M: "map",
  T: "truth",
  N: "network",
  C: "matrix",
  A: "accuracy",
  P: "pad",
  S: "mistakes",
  F: "filters",
  Q: "fit",
  R: "residuals",
};

/** @type {Record<string, Plan>} drawn by hand for what is shown most, by panels and width */
const KNOWN = {
  "loss map matrix network truth wide": areas(["LLLLLMMMMTTT", "NNNNNNNNNCCC"], [370, 300]),
  "loss map matrix network truth medium": areas(["LLLLLMMMMTTT", "NNNNNMMMMTTT", "CCCCCCCCCCCC"], [240, 230, 230]),
  "loss map network truth lecture": areas(["LLLLLLLLLMMMMMMMMTTTTTTT", "NNNNNNNNNMMMMMMMMTTTTTTT"], [0.53, 0.47]),
  "loss map network truth upright": areas(["MMMMMMMTTTTT", "LLLLLLLNNNNN"], [0.5, 0.5]),
  "loss map network wide": areas(["MMMMNNNNLLLL"], [330]),
  "loss map network medium": areas(["MMMMMNNNNNNN", "LLLLLLLLLLLL"], [320, 240]),
  "loss map network lecture": areas(["MMMMMMLLLLLL", "MMMMMMNNNNNN"], [0.5, 0.5]),
  "fit loss network residuals wide": areas(["QQQQQQQNNNNN", "LLLLLLRRRRRR"], [370, 310]),
  "fit loss network residuals medium": areas(["QQQQQQQNNNNN", "LLLLLLRRRRRR"], [360, 310]),
  "fit loss residuals lecture": areas(["QQQQQQQLLLLL", "QQQQQQQRRRRR"], [0.5, 0.5]),
  "loss map network residuals wide": areas(["MMMMMLLLLLLL", "RRRRRNNNNNNN"], [370, 310]),
  "loss map network residuals medium": areas(["MMMMMMLLLLLL", "RRRRRRNNNNNN"], [350, 290]),
  "accuracy loss map matrix network wide": areas(["MMMMMNNNNNNN", "LLLLLAAAACCC"], [390, 310]),
  "accuracy loss map matrix network medium": areas(["MMMMMMNNNNNN", "LLLLAAAACCCC"], [370, 290]),
  "accuracy filters loss matrix mistakes pad wide": areas(["LLLLLCCCCPPP", "AAAAASSSSFFF"], [390, 330]),
  "accuracy filters loss matrix mistakes pad medium": areas(
    ["LLLLLLCCCCCC", "AAAAAASSSSSS", "PPPPPPPFFFFF"],
    [360, 320, 330],
  ),
  "loss map matrix network truth low": areas(["LLLLLMMMMTTT", "NNNNNMMMMTTT", "CCCCCCCCCCCC"], [190, 202, 250]),
  "fit loss network residuals low": areas(["QQQQQQQNNNNN", "QQQQQQQLLLLL", "RRRRRRRRRRRR"], [212, 180, 310]),
  "loss map network residuals low": areas(["MMMMMNNNNNNN", "MMMMMLLLLLLL", "RRRRRRRRRRRR"], [212, 180, 310]),
  "accuracy loss map matrix network low": areas(["MMMMMNNNNNNN", "MMMMMLLLLCCC", "AAAAAAAAAAAA"], [206, 186, 260]),
  "loss map network low": areas(["MMMMMNNNNNNN", "MMMMMLLLLLLL"], [212, 180]),
  "accuracy loss matrix network low": areas(["NNNNNLLLLCCC", "NNNNNAAAACCC"], [170, 162]),
  "loss network residuals low": areas(["NNNNNNNLLLLL", "NNNNNNNRRRRR"], [170, 162]),
  "accuracy filters loss matrix mistakes pad low": areas(["LLLLCCCCCPPP", "AAAASSSSFFFF"], [340, 330]),
  "accuracy loss matrix pad lecture": areas(["LLLLLCCCCPPP", "AAAAACCCCPPP"], [0.52, 0.48]),
};

/**
 * @param {string[]} rows one letter a column
 * @param {number[]} heights
 * @returns {Plan}
 */
function areas(rows, heights) {
  return {
    columns: rows[0].length,
    areas: rows.map((row) => [...row].map((letter) => LETTERS[letter])),
    rows: heights,
  };
}

/** Width from which four do. */
const FOUR = 900;

/** Height of a window, in pixels, from which two rows of panels as high as they are made for are in view together. */
const TALL = 1020;

/** The lowest window in which what a page is about must be in view, and what its panels have there, in pixels. */
const LOW = { window: 720, room: 402 };

/** Neurons of one layer from which the drawing has what the row of the curves can spare, and what such a row needs, in pixels. */
const MANY = { neurons: 9, curves: 154, matrix: 172 };

/**
 * The plan of a low window: what a page is about is in the first two rows, which have the height that there is.
 *
 * @param {readonly string[]} panels
 * @param {number} width
 * @param {number} height of the window
 * @param {readonly number[]} dims widths of all layers
 * @returns {Plan | undefined} nothing where the window is high, or narrow, or the panels have no such plan
 */
function lowPlan(panels, width, height, dims) {
  const plan = height < TALL && width >= MEDIUM ? KNOWN[`${[...panels].sort().join(" ")} low`] : undefined;
  if (!plan) return undefined;
  const grown = Math.max(1, 1 + (height - LOW.window) / LOW.room);
  const at = plan.areas.findIndex((names) => names.includes("network"));
  const other = plan.areas[1 - at] ?? [];
  const seen = plan.rows[0] + plan.rows[1] <= LOW.room ? 2 : 1;
  const many = seen > 1 && Math.max(...dims.slice(1, -1)) >= MANY.neurons;
  const spare =
    many && !other.includes("network") ? plan.rows[1 - at] - (other.includes("matrix") ? MANY.matrix : MANY.curves) : 0;
  const own = plan.rows.map((row, i) => (i > 1 ? row : i === at ? row + spare : row - spare));
  return { ...plan, seen, rows: own.map((row, i) => (i < 2 ? row * grown : row)) };
}

/** Pixels between two rows and below the last one in view, and the share of their heights that rows keep at least. */
const [GAP, FOOT, LEAST_SHARE] = [10, 6, 0.72];

/**
 * The plan with the rows that a low window has in view as high as is left for them, whatever stands above; where two would be
 * too low, the first.
 *
 * @param {Plan} plan
 * @param {number} room pixels from the first row to the foot of the window
 * @returns {Plan}
 */
export function intoView(plan, room) {
  for (let seen = plan.seen ?? 0; seen > 0; seen -= 1) {
    const whole = plan.rows.slice(0, seen).reduce((sum, row) => sum + row);
    const share = (room - FOOT - GAP * (seen - 1)) / whole;
    if (share >= 1) return plan;
    if (share >= LEAST_SHARE) return { ...plan, rows: plan.rows.map((row, i) => (i < seen ? row * share : row)) };
  }
  return plan;
}

/**
 * @param {readonly string[]} panels in the page's order
 * @param {number} width of the view in pixels
 * @param {boolean} lecture
 * @param {number} [height] of the window
 * @param {readonly number[]} [dims] widths of all layers
 * @returns {Plan}
 */
export function arrange(panels, width, lecture, height = Infinity, dims = []) {
  const low = lecture ? undefined : lowPlan(panels, width, height, dims);
  if (low) return low;
  const hall = width < height && Number.isFinite(height) && panels.includes("truth") ? "upright" : "lecture";
  const size = lecture ? hall : width >= WIDE ? "wide" : width >= MEDIUM ? "medium" : "narrow";
  const known = KNOWN[`${[...panels].sort().join(" ")} ${size}`];
  if (known) return known;
  if (size === "narrow")
    return {
      columns: 12,
      areas: panels.map((id) => row([id])),
      rows: panels.map((id) => (id === "truth" ? 250 : 320)),
    };
  return general(panels, size === "wide" ? 3 : 2, lecture);
}

/**
 * The first panel is the largest; the others fill rows of two or three.
 *
 * @param {readonly string[]} panels
 * @param {number} most panels in a row
 * @param {boolean} lecture
 * @returns {Plan}
 */
function general(panels, most, lecture) {
  /** @type {string[][]} */ const groups = [];
  for (let i = 0; i < panels.length; i += most) groups.push(panels.slice(i, i + most));
  const plan = {
    columns: 12,
    areas: groups.map((group, i) => row(group, i === 0)),
    rows: groups.map((_, i) => (i === 0 ? 360 : 310)),
  };
  return lecture ? { ...plan, rows: groups.map(() => 1 / groups.length) } : plan;
}

/**
 * @param {readonly string[]} ids one, two or three
 * @param {boolean} [first] gives the first of them more room
 * @returns {string[]}
 */
function row(ids, first = false) {
  const widths = ids.length === 1 ? [12] : ids.length === 2 ? (first ? [7, 5] : [6, 6]) : first ? [5, 4, 3] : [4, 4, 4];
  return ids.flatMap((id, i) => new Array(widths[i]).fill(id));
}

/** Pixels that a network's panel has above and below its neurons and, where input features are pictures, beside them. */
const [AROUND, BESIDE] = [144, 130];

/**
 * The plan for fingers: a network as high as its neurons need to be pressed.
 *
 * @param {Plan} plan
 * @param {Record<string, readonly number[]>} networks widths of all layers, by the names of their panels
 * @param {number} width of the view in pixels
 * @returns {Plan}
 */
export function forFingers(plan, networks, width) {
  const rows = [...plan.rows];
  for (const [name, dims] of Object.entries(networks)) {
    const at = rows.flatMap((_, i) => (plan.areas[i].includes(name) ? [i] : []));
    if (at.length === 0 || dims.length === 0) continue;
    const share = plan.areas[at[0]].filter((area) => area === name).length / plan.columns;
    const least = AROUND + fingerRoom(dims, width * share - BESIDE);
    // It may stand in several rows, which have that height together.
    const high = at.reduce((sum, i) => sum + rows[i], GAP * (at.length - 1));
    for (const i of at) rows[i] += Math.max(0, least - high) / at.length;
  }
  return { ...plan, rows };
}

/** Panels that take in the card of a held neuron, in their order: those that show the neuron large, and those that are missed least. */
const LARGE = ["map", "fit"];
const HOSTS = [...LARGE, "accuracy", "residuals"];

/**
 * Where the card of a held neuron stands, so that it is in view and takes nothing from the drawing whose neurons are pressed:
 * in another panel; under fingers, and where no other has room, below the network. Of two side by side it has no more room
 * than their networks.
 *
 * @param {readonly string[]} shown panels
 * @param {number} width of the view in pixels
 * @param {{split: boolean, fingers: boolean, fills: boolean}} how `fills`: the panels fill the screen, and none may stand below it
 * @returns {string} id of the panel that it stands in, or "card": a row of its own
 */
export function cardPlace(shown, width, { split, fingers, fills }) {
  if (split) return "network";
  if (fingers && !fills) return "card";
  const hosts = fills || width >= MEDIUM ? HOSTS : LARGE;
  return hosts.find((id) => shown.includes(id)) ?? (fills ? "network" : "card");
}

/**
 * The plan with a place for the card of a held neuron below the network, as high as the card is.
 *
 * @param {Plan} plan
 * @returns {Plan}
 */
export function withCard(plan) {
  const at = plan.areas.findLastIndex((names) => names.includes("network"));
  if (at < 0) return plan;
  const [names, next] = [plan.areas[at], plan.areas[at + 1] ?? []];
  const row = names.map((name, i) => (name === "network" ? "card" : name === next[i] ? name : "."));
  const areas = [...plan.areas.slice(0, at + 1), row, ...plan.areas.slice(at + 1)];
  return { ...plan, areas, rows: [...plan.rows.slice(0, at + 1), AUTO, ...plan.rows.slice(at + 1)] };
}

/** Height of a row that is as high as what stands in it. */
const AUTO = 0;

/** Panels of each of two runs, those that tell most first. */
const OF_EACH = ["map", "fit", "network", "truth", "matrix", "pad", "mistakes", "filters", "residuals"];
/** On a lecture's screen the upper row is the higher one: a truth table has its four rows there. */
const IN_LECTURE = ["map", "fit", "truth", ...OF_EACH];
/** Panels that show both, and stand once. */
export const OF_BOTH = ["loss", "accuracy"];

/**
 * Two runs side by side: A at the left, B at the right, and what shows both once; in a narrow window one below the other.
 *
 * @param {readonly string[]} panels of B, in the page's order
 * @param {readonly string[]} held panels of A
 * @param {number} width of the view in pixels
 * @param {boolean} lecture
 * @param {number} [height] of the window
 * @returns {Plan}
 */
export function arrangeTwo(panels, held, width, lecture, height = LOW.window) {
  const known = [...new Set([...(lecture ? IN_LECTURE : OF_EACH), ...panels, ...held])].filter(
    (id) => !OF_BOTH.includes(id),
  );
  const each = known.filter((id) => panels.includes(id) || (held.includes(id) && !lecture));
  const both = OF_BOTH.filter((id) => panels.includes(id));
  const a = (/** @type {string} */ id) => (held.includes(id) ? `a-${id}` : ".");
  const b = (/** @type {string} */ id) => (panels.includes(id) ? id : ".");
  if (width < MEDIUM && !lecture) {
    const areas = [...both, ...each.flatMap((id) => [a(id), b(id)])].filter((area) => area !== ".");
    return { columns: 24, areas: areas.map((area) => cells([area], [24])), rows: areas.map(() => 300) };
  }
  const images = panels.includes("pad") && !lecture;
  const first = images || width < FOUR ? 1 : 2;
  const groups = [each.slice(0, first), ...each.slice(first).map((id) => [id])];
  const rows = groups.map((ids) => {
    const widths = ids.map(() => 12 / ids.length);
    return cells([...ids.map(a), ...ids.map(b)], [...widths, ...widths]);
  });
  place(rows, both, images || (width < FOUR && !lecture));
  const [two, others] = images ? IMAGE_HEIGHTS : HEIGHTS;
  const grown = Math.min(2, Math.max(1, 1 + (height - LOW.window) / (two[0] + two[1])));
  const heights = rows.map((_, at) => (at < two.length ? two[at] * grown : others));
  const plan = { columns: 24, areas: rows, rows: heights, seen: Math.min(2, rows.length) };
  if (!lecture) return plan;
  return { ...plan, rows: rows.length === 2 ? [0.56, 0.44] : rows.map(() => 1 / rows.length) };
}

/**
 * What shows both runs stands between the two of a row with one panel each, or has a row of its own where that would be narrow.
 *
 * @param {string[][]} rows
 * @param {readonly string[]} both
 * @param {boolean} narrow
 */
function place(rows, both, narrow) {
  if (both.length === 0) return;
  const at = narrow ? -1 : rows.findIndex((areas) => new Set(areas).size <= 2);
  const whole = both.map(() => 24 / both.length);
  if (at < 0) rows.splice(1, 0, cells(both, whole));
  else rows[at] = cells([rows[at][0], ...both, rows[at][23]], both.length > 1 ? [5, 8, 6, 5] : [6, 12, 6]);
}

/** Two rows that a low window has in view, and they grow with it; those below them. @typedef {[number[], number]} Heights */
/** @type {Heights} */
const HEIGHTS = [[186, 153], 250];

/** The like for images, whose matrices are large. @type {Heights} */
const IMAGE_HEIGHTS = [[230, 136], 330];

/** @param {readonly string[]} names @param {readonly number[]} widths in columns */
const cells = (names, widths) => names.flatMap((name, i) => new Array(widths[i]).fill(name));

/**
 * The plan as CSS.
 *
 * @param {Plan} plan
 * @param {number} room pixels for all rows together in lecture mode, 0 otherwise
 */
export function gridStyle(plan, room) {
  return {
    areas: plan.areas.map((names) => `"${names.join(" ")}"`).join(" "),
    columns: `repeat(${plan.columns}, minmax(0, 1fr))`,
    rows: plan.rows
      .map((height) => (height === AUTO ? "auto" : `${Math.round(room > 0 ? height * room : height)}px`))
      .join(" "),
  };
}
