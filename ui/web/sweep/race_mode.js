// @ts-check
// All methods from one start, in one picture: who is first at the target, and between which learning rates each works.

import { choices, wordTable } from "../kit/controls.js";
import { h, setText, svg } from "../kit/dom.js";
import { formatNumber, listed } from "../kit/scales.js";
import {
  OUTCOMES,
  PENDING,
  bestIndex,
  costWord,
  nearestKnown,
  quantile,
  runAt,
  window80,
} from "../panels/strip_model.js";
import { RaceTrack } from "./race_track.js";
import { RateBars } from "./rate_bars.js";
/** @import { Strip } from "../panels/strip_model.js" */
/** @import { Runner } from "./race_track.js" */
/** @import { Scene } from "./scene.js" */

/** A whole race is shown in about so many milliseconds. */
const PLAY_MS = 4000;

/** Dashes that tell the runners apart without their colours, in order. */
const DASHES = ["", "9 4", "2 3", "12 3 2 3", "5 5", "16 4"];

/** Heads of the columns with numbers: of one start they are its own. */
const OF_ONE = ["learns at η", "lowest cost at η", "cost there", "epochs to target"];
const OF_MANY = ["4 of 5 learn", "lowest median at η", "median cost", "median epochs"];

/**
 * Who is first at the target, and who has the lowest cost where nobody gets there. One start is run in the picture, while the
 * table below has medians of all: whose number this is, the sentence says.
 *
 * @param {readonly Runner[]} runners
 * @param {boolean} own each at a rate of its own
 * @returns {string}
 */
export function winnerSentence(runners, own) {
  const there = runners.filter(({ reached }) => reached >= 0);
  if (there.length) {
    const first = Math.min(...there.map(({ reached }) => reached));
    const winners = there.filter(({ reached }) => reached === first).map(({ label }) => label);
    return `First at the target from this start: ${listed(winners)}, in epoch ${first}.`;
  }
  const finite = runners.filter(({ cost }) => Number.isFinite(cost));
  const where = own ? "" : " at this η";
  const nobody = `From this start nobody reaches the target${where}`;
  if (!finite.length) return `${nobody}: all runs overflow.`;
  const least = formatNumber(Math.min(...finite.map(({ cost }) => cost)));
  const lowest = finite.filter(({ cost }) => formatNumber(cost) === least).map(({ label }) => label);
  if (lowest.length > 1 && lowest.length === runners.length) return `${nobody}: all end at ${least}.`;
  return `${nobody}; the lowest cost is that of ${listed(lowest)}, ${least}.`;
}

export class RaceMode {
  /**
   * @param {HTMLElement} host
   * @param {{environment: any, voice: {announce: (words: string) => void}}} view
   * @param {AbortSignal} signal
   */
  constructor(host, { environment, voice }, signal) {
    this.environment = environment;
    this.own = false;
    /** @type {Map<string, Strip>} the last strip of each name: one of the sweep before stays, pale, until its own has come */
    this.strips = new Map();
    const options = [
      { value: "same", text: "all at this η", testid: "race-same" },
      { value: "own", text: "each at its own best η", testid: "race-own" },
    ];
    const onChoose = (/** @type {string} */ value) => {
      this.own = value === "own";
      if (!this.scene) return;
      this.move(this.scene);
      voice.announce(this.said(this.scene));
    };
    this.chooser = choices({ label: "Learning rate of the race", className: "nns-switch", options, onChoose, signal });
    this.chooser.set("same");
    this.button = h("button", { "data-testid": "race-play", "aria-keyshortcuts": "Space", text: "Play the race" });
    this.button.addEventListener("click", () => (this.playing ? this.stop() : this.start()), { signal });
    this.winner = h("p", { class: "nns-winner", "data-testid": "race-winner" });
    const head = h("div", { class: "nns-race-head" }, this.chooser.element, this.button, this.winner);
    const track = h("div", { class: "nns-track" });
    this.track = new RaceTrack(track);
    const names = ["method", "", "at this η", ...OF_ONE];
    this.table = wordTable(names, { className: "nns-table nns-race-table", caption: "" });
    /** @type {HTMLElement[]} what becomes of each run, by rows */ this.words = [];
    this.bars = new RateBars(this.table.heads[1]);
    const about = { class: "nns-wide", tabindex: 0, role: "region", "aria-label": "Where each method learns" };
    host.replaceChildren(head, track, h("div", about, this.table.element));
    this.single = false;
    this.playing = false;
    this.from = 0;
    this.request = 0;
    this.raced = "";
  }

  /** @param {Scene} scene */
  update(scene) {
    this.scene = scene;
    const { store, range } = scene;
    for (const strip of store.strips.values()) this.strips.set(strip.name, strip);
    /** @type {string[]} */
    const order = store.meta.order ?? [...store.strips.keys()];
    for (const name of this.strips.keys()) if (!order.includes(name)) this.strips.delete(name);
    const target = [...store.strips.values()][0]?.target ?? null;
    const longest = Math.max(...[...this.strips.values()].map(({ label }) => label.length));
    this.track.setFrame({ range, epochs: store.meta.epochs, target, longest });
    this.fill(order);
    const complete = order.every((name) => store.strips.get(name)?.majority.every((kind) => kind !== PENDING));
    const race = complete ? order.join() : this.raced;
    // Once all have run they are shown running, the first time.
    if (race !== this.raced) this.start();
    else this.show();
    this.raced = race;
  }

  /** The marker has moved: other runs, and at once the whole of them. @param {Scene} scene */
  move(scene) {
    this.scene = scene;
    this.stop();
  }

  start() {
    this.playing = !this.environment.calm();
    this.from = this.environment.now();
    this.button.textContent = this.playing ? "Show the end" : "Play the race";
    this.show();
  }

  stop() {
    this.environment.cancelAnimationFrame(this.request);
    this.request = 0;
    this.playing = false;
    this.button.textContent = "Play the race";
    this.show();
  }

  /** Draw the race as far as it is played; the next picture follows by itself. */
  show() {
    if (!this.scene) return;
    const planned = this.scene.store.meta.epochs;
    const epoch = this.playing ? (planned * (this.environment.now() - this.from)) / PLAY_MS : planned;
    const runners = this.runners(this.scene);
    this.track.setRunners(runners, Math.min(epoch, planned));
    const first = Math.min(...runners.map(({ reached }) => (reached >= 0 ? reached : Infinity)));
    const over = epoch >= Math.min(first, planned);
    this.winner.textContent = over && runners.length ? winnerSentence(runners, this.own) : "";
    this.tell(runners);
    if (this.playing && epoch >= planned) this.stop();
    if (!this.playing || this.request) return;
    this.request = this.environment.requestAnimationFrame(() => {
      this.request = 0;
      this.show();
    });
  }

  /** Who wins. @param {Scene} scene */
  said(scene) {
    const runners = this.runners(scene);
    return runners.length ? winnerSentence(runners, this.own) : "";
  }

  /** @param {Scene} scene @returns {Runner[]} those whose strips have come, in the order of the table */
  runners(scene) {
    const eta = scene.strip.etas[scene.index];
    return [...this.strips.values()].map((strip, i) => {
      const best = window80(strip)?.index ?? bestIndex(strip);
      const run = runAt(strip, this.own && best >= 0 ? best : nearestKnown(strip, eta));
      const look = { colour: scene.theme.pins[i % scene.theme.pins.length], dash: DASHES[i % DASHES.length] };
      return { name: strip.name, label: strip.label, epochs: strip.epochs, ...run, ...look };
    });
  }

  /** @param {string[]} order names of the rows */
  fill(order) {
    const scene = /** @type {Scene} */ (this.scene);
    const strips = order.flatMap((name) => this.strips.get(name) ?? []);
    this.strips = new Map(strips.map((strip) => [strip.name, strip]));
    const single = strips.some(({ seeds }) => seeds.length === 1);
    this.table.title.textContent = single ? "Where the one start learns" : "Where at least four in five starts learn";
    (single ? OF_ONE : OF_MANY).forEach((text, i) => setText(this.table.heads[3 + i], text));
    this.single = single;
    this.table.heads[0].textContent = scene.store.meta.race === "schedule" ? "schedule" : "method";
    this.bars.setRange(strips[0]?.etas ?? [1e-5, 100]);
    this.table.fill(strips.map((strip, i) => this.row(strip, i))).forEach((row, i) => {
      row.className = "nns-lane";
      row.setAttribute("data-testid", `lane-${strips[i].name}`);
      row.dataset.stale = String(!scene.store.strips.has(strips[i].name));
    });
  }

  /** @param {Strip} strip @param {number} i place in the order */
  row(strip, i) {
    const { pins } = /** @type {Scene} */ (this.scene).theme;
    const [colour, dash] = [pins[i % pins.length], DASHES[i % DASHES.length]];
    const swatch = svg(
      "svg",
      { class: "nns-line-swatch", viewBox: "0 0 28 12", "aria-hidden": "true" },
      svg("path", { d: "M0,6H28", stroke: colour, "stroke-width": 3, "stroke-dasharray": dash, fill: "none" }),
    );
    const found = window80(strip);
    const words = found
      ? [
          `${formatNumber(found.low)} to ${formatNumber(found.high)}`,
          formatNumber(found.best),
          costWord(strip.median[found.index]),
        ]
      : ["nowhere", "–", "–"];
    this.words[i] = h("span", { class: "nns-lane-word" });
    return [
      [swatch, strip.label],
      [this.bars.bar(found, colour)],
      [this.words[i]],
      ...words,
      found ? this.epochsWord(strip, found.index) : "–",
    ];
  }

  /** Say beside each name what becomes of its run. @param {readonly Runner[]} runners */
  tell(runners) {
    const scene = /** @type {Scene} */ (this.scene);
    const rate = this.own ? "at its own η" : "at this η";
    this.table.heads[2].textContent = this.single ? rate : "this start";
    this.bars.mark(this.own ? null : scene.strip.etas[scene.index]);
    runners.forEach(({ outcome, eta }, i) => {
      const word = outcome === PENDING ? "…" : `${OUTCOMES[outcome]}${this.own ? `, η ${formatNumber(eta)}` : ""}`;
      setText(this.words[i], word);
    });
  }

  /** Median epoch at which the target was reached, over the starts that reached it. @param {Strip} strip @param {number} index */
  epochsWord(strip, index) {
    const seeds = strip.seeds.length;
    const reached = Array.from(strip.reached.subarray(index * seeds, (index + 1) * seeds))
      .filter((v) => v >= 0)
      .sort((a, b) => a - b);
    return reached.length ? String(quantile(reached, 0.5)) : "never";
  }

  close() {
    this.environment.cancelAnimationFrame(this.request);
  }
}
