// @ts-check
/** Where the neurons of a drawn network stand. Pure. */

/**
 * @typedef {{layer: number, index: number, x: number, y: number, size: number, wide: number, high: number}} Node
 *   `wide` and `high`: sides of the place around it that is nobody else's
 * @typedef {{nodes: Node[][], middles: number[], more: {x: number, y: number, count: number}[], gap: number, wide: boolean, lines: number}} Plan
 *   `middles` of the layers; `gap`: between two that have one column each; `wide`: number and activation of a layer stand on one line;
 *   `lines`: how many there are above a layer
 */

/** Most neurons drawn of one layer; the rest is said in words. */
export const MOST = 16;

/** The smallest side of a neuron, and what is between two of them at least, in pixels: with less they are not told apart. */
const [LEAST, APART] = [8, 2];

/** Height of the two lines above the layers, in pixels. */
const HEAD = 42;

/** Between the drawing and what stands at the foot of its panel, in pixels. */
const FOOT = 8;

/** Pixels between two layers from which a layer's words stand between its keys on one line. */
const WIDE = 150;

/** Pixels between two layers under which only the number stands above each. */
const NARROW = 50;

/** Pixels that a neuron needs from the next for a finger to mean it. */
const FINGER = 24;

/** Columns in which the neurons of one hidden layer may stand, each a little lower than the one before. */
const COLUMNS = [1, 2, 3, 4];

/** Pixels between two such columns. */
const GAP = 5;

/** Part of the width that is left to the lines between layers, where neurons stand in several columns. */
const LINES = 0.42;

/** Height of the words that say how many more there are. */
const MORE = 16;

/**
 * How many neurons of each layer are drawn: as many as there is room for to tell them apart, so many as 16 of a layer. Of the
 * others their number is said.
 *
 * @param {readonly number[]} dims widths of all layers, inputs first
 * @param {Parameters<typeof plan>[1]} size
 * @param {Parameters<typeof plan>[2]} look
 * @returns {number[]}
 */
export function drawn(dims, size, look) {
  const all = dims.map((n) => (n > MOST ? MOST - 1 : n));
  const ends = (/** @type {number} */ layer) => layer === 0 || layer === dims.length - 1;
  const limited = (/** @type {number} */ inner, /** @type {number} */ named) =>
    all.map((n, layer) => Math.min(n, ends(layer) ? named : inner));
  let [inner, named] = [MOST, MOST];
  for (;;) {
    const { nodes } = plan(dims, size, { ...look, shown: limited(inner, named) });
    const touch = nodes.map((layer) => layer.length > 1 && layer.some(touching));
    if (touch.some((one, layer) => one && ends(layer))) named -= 1;
    else if (touch.some((one, layer) => one && !ends(layer))) inner -= 1;
    else break;
  }
  return limited(inner, named);
}

/** Whether a neuron touches the next of its column. @param {Node} node */
const touching = ({ size, high }) => high < size + APART;

/**
 * Places of the neurons that are drawn. Where a column has no room for a hidden layer's, they stand in several, one a little
 * lower than the other, so that they keep their order from top to bottom. Inputs and outputs have names beside them: one column.
 *
 * @param {readonly number[]} dims widths of all layers, inputs first
 * @param {{width: number, height: number}} size
 * @param {{scale: number, left?: number, right?: number, key?: number, shown?: number[]}} look size of the type, room for the
 *   names at both ends; side of the keys at the foot, for which there is room between the layers or below them; `shown`: how many
 *   are drawn of each layer, else as many as there is room for
 * @returns {Plan}
 */
export function plan(dims, { width, height }, look) {
  const { scale, left = 56 * scale, right = 62 * scale, key = 0, shown = drawn(dims, { width, height }, look) } = look;
  const inner = shown.slice(1, -1);
  const [across, steps] = [width - left - right, Math.max(1, dims.length - 1)];
  const wide = across / steps >= WIDE * scale;
  const lines = wide || across / steps < NARROW * scale ? 1 : 2;
  const top = (lines === 1 ? 28 : HEAD) * scale;
  const foot = FOOT + (shown.some((n, i) => n < dims[i]) ? MORE * scale : 0);
  const whole = sized(height - top - foot);
  const crowded = between([whole.size, ...inner.map(() => whole.across), whole.size]) < 2 * key;
  const room = height - top - foot - (crowded ? key : 0);
  const { size, columns: most } = crowded ? sized(room) : whole;

  /** Pixels between two layers, the same for all, however broad each is. @param {readonly number[]} broad */
  function between(broad) {
    return (across - broad.reduce((sum, one) => sum + one, 0)) / steps;
  }

  /** How large neurons are in so much height: in as few columns as are enough for a finger, else as large as they can be. @param {number} high */
  function sized(high) {
    const tallest = Math.max(...(inner.length > 0 ? inner : shown));
    const within = across * (1 - LINES);
    const count = inner.length;
    const ways = COLUMNS.map((columns) => {
      const pitch = columns > 1 ? (columns * high) / (tallest - 1 + 0.82 * columns) : high / tallest;
      const several = (within - count * (columns - 1) * GAP) / (count * columns + 2);
      const broad = columns > 1 ? several : (across / dims.length) * 0.55;
      const one = Math.max(LEAST, Math.min(58 * scale, pitch * 0.82, pitch - 3, broad));
      return { columns, pitch, size: one, across: columns * (one + GAP) - GAP };
    });
    const free = ways.filter(
      ({ columns, size, across: broad }) => columns === 1 || between([size, ...inner.map(() => broad), size]) >= LEAST,
    );
    const enough = free.find(({ pitch, size }) => pitch >= FINGER * scale && size >= (FINGER - GAP) * scale);
    const seen = (/** @type {{size: number, pitch: number}} */ way) => Math.min(way.size, way.pitch);
    return enough ?? free.reduce((best, one) => (seen(one) > seen(best) ? one : best));
  }

  const stands = shown.map((count, layer) => {
    const named = layer === 0 || layer === dims.length - 1;
    const own = named ? Math.max(LEAST, Math.min(size, (room / count) * 0.82, room / count - 3)) : size;
    const pitch = Math.min(count > 1 ? Math.max(room - own, 0) / (count - 1) : room, own * 1.55);
    // One neuron stands by itself, also where there is no room at all.
    const columns = named || count < 2 ? 1 : Math.min(most, Math.ceil((own + 3) / pitch - 0.01));
    return { own, pitch, columns, broad: columns * (size + GAP) - GAP };
  });
  const broad = stands.map((one) => one.broad);
  const free = between(broad);
  const gap = free + size;
  let end = left - free;
  const middles = broad.map((one) => (end += free + one) - one / 2);
  const more = /** @type {Plan["more"]} */ ([]);
  const nodes = shown.map((count, layer) => {
    const { own, pitch, columns } = stands[layer];
    const apart = columns > 1 ? own + GAP : gap;
    const first = top + room / 2 - (pitch * (count - 1)) / 2;
    const hidden = dims[layer] - count;
    if (hidden)
      more.push({ x: middles[layer], y: first + pitch * (count - 1) + own / 2 + (MORE * scale) / 2, count: hidden });
    return Array.from({ length: count }, (_, index) => ({
      layer,
      index,
      x: middles[layer] + ((index % columns) - (columns - 1) / 2) * apart,
      y: first + pitch * index,
      size: own,
      wide: apart,
      high: columns * pitch,
    }));
  });
  return { nodes, middles, more, gap, wide, lines };
}

/**
 * Height that neurons need so that each has room for a finger, in pixels: in several columns less than in one.
 *
 * @param {readonly number[]} dims widths of all layers
 * @param {number} width of the drawing
 */
export function fingerRoom(dims, width) {
  const most = FINGER * Math.min(MOST, Math.max(...dims));
  for (let room = FINGER; room < most; room += FINGER) {
    const { nodes } = plan(dims, { width, height: room + FINGER + HEAD + FOOT }, { scale: 1, key: FINGER });
    if (nodes.flat().every(({ wide, high }) => Math.min(wide, high) >= FINGER)) return room;
  }
  return most;
}

/**
 * Middles of what stands in a row: each as near to where it is wanted as leaves room for all, in their order.
 *
 * @param {readonly number[]} wanted
 * @param {readonly number[]} widths
 * @param {number} width of the row
 */
export function inRow(wanted, widths, width) {
  const apart = (/** @type {number} */ i) => (widths[i - 1] + widths[i]) / 2;
  const out = [...wanted];
  for (let i = 0; i < out.length; i += 1) out[i] = Math.max(out[i], i === 0 ? widths[0] / 2 : out[i - 1] + apart(i));
  for (let i = out.length - 1; i >= 0; i -= 1)
    out[i] = Math.min(out[i], i === out.length - 1 ? width - widths[i] / 2 : out[i + 1] - apart(i + 1));
  return out;
}

/**
 * Middles of the second lines of words above the layers: each as near to its first as leaves room for all; none where all
 * have no room.
 *
 * @param {readonly {x: number}[]} heads
 * @param {readonly number[]} widths
 * @param {number} width of the drawing
 */
export function secondLines(heads, widths, width) {
  const needed = widths.reduce((sum, one) => sum + one, 0);
  const wanted = heads.map(({ x }) => x);
  return needed > width ? [] : inRow(wanted, widths, width);
}

/** Most letters of a name that stand beside the drawing, and the width of a drawing that has room for one of them. */
const LETTERS = 16;
const LETTER_OF = 24;

/**
 * Names of the inputs and outputs, short enough to stand beside the drawing.
 *
 * @param {Meta} meta
 * @param {number} [width] of the drawing
 * @returns {{inputs: string[], outputs: string[]}}
 */
export function names({ dims = [], features = [], classes = [] }, width = Infinity) {
  const letters = Math.max(6, Math.min(LETTERS, Math.floor(width / LETTER_OF)));
  const count = dims[dims.length - 1] ?? 0;
  const inputs = Array.from({ length: dims[0] ?? 0 }, (_, i) => String(features[i] ?? `x${i + 1}`));
  const outputs = count === 1 ? ["output"] : Array.from({ length: count }, (_, i) => String(classes[i] ?? i + 1));
  return { inputs: shortened(inputs, letters), outputs: shortened(outputs, letters) };
}

/**
 * Names of at most so many letters: their beginnings, and of those that begin alike their ends.
 *
 * @param {readonly string[]} all
 * @param {number} letters
 */
function shortened(all, letters) {
  const first = all.map((text) => (text.length > letters ? `${text.slice(0, letters - 1)}…` : text));
  return first.map((short, i) =>
    short !== all[i] && first.indexOf(short) !== first.lastIndexOf(short) ? `…${all[i].slice(1 - letters)}` : short,
  );
}

/**
 * How many neurons of each layer are not drawn, in words below it; where these would touch, of all layers together.
 *
 * @param {Plan["more"]} more
 * @param {string} word behind each number
 * @param {(text: string) => number} wide pixels that a text needs
 * @returns {{x: number, y: number, text: string}[]}
 */
export function moreWords(more, word, wide) {
  const each = more.map(({ x, y, count }) => ({ x, y, text: `+${count}${word}` }));
  const touch = each.slice(1).some(({ x, text }, i) => x - each[i].x < (wide(text) + wide(each[i].text)) / 2);
  if (!touch) return each;
  const all = more.reduce((sum, { count }) => sum + count, 0);
  const [first, last] = [each[0].x, each[each.length - 1].x];
  return [{ x: (first + last) / 2, y: Math.max(...each.map(({ y }) => y)), text: `${all} not drawn` }];
}

/**
 * Every so many of the neurons that stand below one another, so that lines of words beside them do not touch.
 *
 * @param {readonly Node[]} nodes
 * @param {number} line height of a line in pixels
 */
export function everySo(nodes, line) {
  const apart = Math.min(...nodes.slice(1).map(({ y }, i) => y - nodes[i].y));
  const step = Math.max(1, Math.ceil(line / apart));
  return nodes.filter((_, place) => place % step === 0);
}

/** @import { Meta } from "./messages.js" */
