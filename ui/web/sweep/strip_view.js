// @ts-check
/**
 * The eta strip and its laboratory: one component, whose runs come over the live channel and whose marker is moved
 * here, without asking the server.
 */
import { facts } from "../kit/controls.js";
import { h, setAttribute, setText } from "../kit/dom.js";
import { browser, mounted, socketAt } from "../kit/environment.js";
import { Link } from "../kit/link.js";
import { hindrance } from "../kit/proxy.js";
import { counted, formatNumber } from "../kit/scales.js";
import { Teller } from "../kit/teller.js";
import { paintTheme, readTheme } from "../kit/theme.js";
import { AskBox } from "../panels/ask.js";
import { voice } from "../kit/voice.js";
import { costRange, heldRange, nearestKnown, runSentence, stripSentence } from "../panels/strip_model.js";
import { emptyStore, mainStrip, reduce } from "../panels/strip_store.js";
import { CurvatureMode } from "./curvature_mode.js";
import { HeatMode } from "./heat_mode.js";
import { AXIS_ROOM, RangeMode, rangeOverlay, rangeWords } from "./other_modes.js";
import { RaceMode } from "./race_mode.js";
import { LINES, RulesMode } from "./rules_mode.js";
import { rulesLead, runsAt } from "./rules_words.js";
import { RunMode } from "./run_mode.js";
import { SeedsMode } from "./seeds_mode.js";
import { Slider } from "./slider.js";
import { StripPlot } from "./strip_plot.js";
import { StripTable } from "./strip_table.js";
/** @import { Environment } from "../kit/environment.js" */
/** @import { Strip } from "../panels/strip_model.js" */
/** @import { Mode, Scene } from "./scene.js" */

/** @type {Record<string, (host: HTMLElement, view: StripView, signal: AbortSignal) => Mode>} */
const MODES = {
  strip: (host) => new RunMode(host),
  race: (host, view, signal) => new RaceMode(host, view, signal),
  heat: (host, view, signal) => new HeatMode(host, view, signal),
  luck: (host, view, signal) => new SeedsMode(host, (seed) => view.trigger("seed", seed), signal),
  range: (host) => new RangeMode(host),
  curvature: (host, view, signal) => new CurvatureMode(host, view.environment, signal),
  rules: (host) => new RulesMode(host),
};

/** Boxes below the chart that are drawn to the pixel, each look's own. */
const DRAWN = ".nns-panel-body, .nns-track, .nns-heat-box";

/** What scrolls on a page of Streamlit's. */
const SCROLLED = '[data-testid="stMain"]';

/** What stands below the view on its page, in rem: the strip as a table, and one row of links. */
const BELOW = 5;

class StripView {
  /**
   * @param {any} context what Streamlit hands to a component (version 2)
   * @param {Environment} environment
   */
  constructor(context, environment) {
    this.environment = environment;
    this.listeners = new AbortController();
    this.ofMode = new AbortController();
    this.store = emptyStore();
    this.index = -1;
    /** @type {number | null} */
    this.eta = null;
    /** @type {[number, number] | null} */
    this.range = null;
    this.mode = "";
    /** @type {Mode | undefined} */ this.panels = undefined;
    this.drawnFor = "";
    this.theme = readTheme(() => "");
    this.request = 0;
    this.dragging = false;
    /** @type {unknown} the sweep whose outcome was said last */ this.told = null;
    /** @type {string | null} what whoever runs the server must set */ this.hindrance = null;
    this.teller = new Teller((name, value) => this.context.setTriggerValue(name, value));
    this.root = h("div", { class: "nns-root", "data-testid": "strip-view", "data-state": "waiting" });
    this.sentence = h("p", { class: "nns-sentence", "data-testid": "strip-outcome" });
    this.voice = voice();
    this.progress = h("progress", { max: 1, "aria-label": "Share of the sweep that is computed" });
    this.status = h("span", { class: "nns-status" });
    this.cancel = h("button", { "data-testid": "strip-cancel" }, "Cancel");
    const turn = () => this.link.send({ op: this.store.state === "cancelled" ? "play" : "pause" });
    this.cancel.addEventListener("click", turn, { signal: this.listeners.signal });
    this.fresh = h("button", {
      text: "New start",
      "data-testid": "new-start",
      "aria-keyshortcuts": "N",
      title: "New start: the next seed, other random weights (key N)",
    });
    const next = () => this.trigger("seed", this.context.data.seed + 1);
    this.fresh.addEventListener("click", next, { signal: this.listeners.signal });
    this.chart = h("div", { class: "nns-chart" });
    this.lower = h("div", { class: "nns-panels" });
    this.plot = new StripPlot(this.chart);
    this.slider = new Slider(
      (index) => this.move(index),
      (index) => this.commit(index),
      environment,
      this.listeners.signal,
    );
    this.ask = new AskBox(environment.page, {
      onChange: (asking) => this.asked(asking),
      announce: this.voice.announce,
      signal: this.listeners.signal,
    });
    this.facts = h("dl", { class: "nns-lecture-facts" });
    this.top = h(
      "div",
      { class: "nns-top" },
      this.facts,
      this.sentence,
      h("div", { class: "nns-progress" }, this.status, this.progress, this.cancel),
      this.ask.element,
    );
    this.table = new StripTable(this.listeners.signal);
    this.screen = h("div", { class: "nns-screen" }, this.top, this.chart, this.slider.root, this.lower);
    this.notes = h("div", { class: "nns-notes" });
    this.root.append(this.screen, this.notes, this.table.root, this.voice.element);
    context.parentElement.append(this.root);
    this.slider.watch(this.plot);
    this.link = new Link(
      socketAt(environment, context.data.socket),
      {
        onMessage: (message) => this.receive(message),
        onOnline: (online) => this.setOnline(online),
        onRefused: () => hindrance(environment, context.data.socket).then((text) => this.hinder(text)),
        onLost: (token) => this.trigger("lost", token),
      },
      environment,
    );
    this.observer = new environment.ResizeObserver(() => this.fit());
    /** @type {WeakSet<HTMLElement>} */ this.watched = new WeakSet();
  }

  /** Streamlit has run the script again. @param {any} context */
  update(context) {
    const { data } = context;
    this.context = context;
    this.theme = readTheme((name) => this.environment.style(this.root, name));
    this.root.dataset.lecture = String(Boolean(data.lecture));
    paintTheme(this.root, this.theme);
    if (data.mode !== this.mode) this.setMode(data.mode);
    this.fit();
    if (data.eta !== this.eta) this.adopt(data.eta);
    if (!this.dragging) this.owe(data.eta);
    this.ask.update(data.ask ?? null, data.token);
    // Before the reveal nothing comes that would give the answer away.
    if (!this.ask.asking) this.link.use(data.token);
    // Most script runs change nothing here: the picture is drawn anew only where one of these has changed.
    const drawnFor = JSON.stringify([data.mode, data.eta, data.lecture, this.theme]);
    if (drawnFor !== this.drawnFor) this.later(true);
    this.drawnFor = drawnFor;
    this.teller.answered();
  }

  /** A question is put, or its answer stands open: then the sweep comes. @param {boolean} asking */
  asked(asking) {
    this.root.dataset.asking = String(asking);
    if (!asking) this.link.use(this.context.data.token);
    this.later(true);
  }

  /**
   * Fill the window from where the view begins. Charts are drawn to the pixel: another size is another drawing.
   */
  fit() {
    const { root, context } = this;
    const above = root.getBoundingClientRect().top + (root.closest?.(SCROLLED)?.scrollTop ?? 0);
    const below = (context?.data.lecture ? 0 : BELOW) + 0.5;
    root.style.setProperty("--nns-room", `calc(var(--nn-print-height, 100vh) - ${above}px - ${below}rem)`);
    /** @type {NodeListOf<HTMLElement>} */ const drawn = this.lower.querySelectorAll(DRAWN);
    const boxes = [root, this.chart, ...drawn];
    for (const box of boxes) if (!this.watched.has(box)) this.observer.observe(box);
    for (const box of boxes) this.watched.add(box);
    const size = boxes.map(({ clientWidth, clientHeight }) => `${clientWidth} ${clientHeight}`).join();
    if (size !== this.size) this.later(true);
    this.size = size;
  }

  size = "";

  /** @param {string} mode */
  setMode(mode) {
    this.mode = mode;
    this.root.dataset.mode = mode;
    this.lower.className = `nns-panels nns-mode-${mode}`;
    this.endMode();
    this.lower.replaceChildren();
    this.ofMode = new AbortController();
    this.panels = MODES[mode](this.lower, this, this.ofMode.signal);
    this.notes.replaceChildren(...(this.panels.notes ?? []));
    (this.panels.keys ?? this.slider.row).append(this.fresh);
  }

  endMode() {
    this.ofMode.abort();
    this.panels?.close?.();
  }

  /** @param {any} message */
  receive(message) {
    const before = this.store;
    this.store = reduce(before, message);
    if (before.fresh && !this.store.fresh) this.begin(before.meta);
    else this.later(message.t !== "tick" && message.t !== "job");
  }

  /**
   * The first picture of a sweep is drawn here and now: the page around the view is about to be drawn anew, and would be
   * first at the next opportunity.
   * @param {any} last what the sweep before was about
   */
  begin(last) {
    const { eta } = this.store.meta;
    // The script, which tells the view's rate, may be a while yet; once it has, the hand may have gone on.
    if (last && last.eta !== eta && eta !== this.context.data.eta) this.adopt(eta);
    this.all = true;
    this.environment.cancelAnimationFrame(this.request);
    this.draw();
    this.link.tellPainted(this.environment.requestAnimationFrame);
  }

  /**
   * The experiment has another rate. What was told in answer to an earlier choice moves no marker that the hand has led on.
   *
   * @param {number} eta
   */
  adopt(eta) {
    if (this.teller.waits("eta")) return;
    this.eta = eta;
    if (!this.dragging) this.index = -1;
  }

  /** @param {string | null} text what hinders the socket */
  hinder(text) {
    this.hindrance = text;
    this.later(false);
  }

  /** @param {boolean} online */
  setOnline(online) {
    this.root.dataset.online = String(online);
    if (online) this.hindrance = null;
    this.later(false);
  }

  /** Draw before the next picture; `all` also what only changes with new data. @param {boolean} all */
  later(all) {
    this.all = this.all || all;
    if (!this.request) this.request = this.environment.requestAnimationFrame(() => this.draw());
  }

  draw() {
    this.request = 0;
    const { store } = this;
    const strip = store.meta ? mainStrip(store) : null;
    this.showStatus();
    this.fit();
    if (this.all && store.meta && store.meta.mode === this.mode) {
      this.all = false;
      if (strip) {
        const eta = this.eta ?? store.meta.eta;
        this.committed = nearestKnown(strip, eta);
        if (this.index < 0 || !this.dragging) this.index = this.committed;
        this.index = Math.min(this.index, strip.etas.length - 1);
        this.range = heldRange(this.range, costRange([...store.strips.values()]));
        this.plot.render(this.shown(strip), {
          range: this.range,
          overlay: this.mode === "range" && store.range ? rangeOverlay(store.range) : undefined,
          right: this.mode === "range" ? AXIS_ROOM : undefined,
          below: this.mode === "rules" ? store.strips.get("published") : undefined,
          label: this.chartWords(strip),
        });
        this.slider.setStrip(strip, this.index);
        this.slider.legend.replaceChildren(...this.plot.legend());
        this.panels?.update(this.scene(strip));
        this.showMarker(strip);
      } else this.panels?.early?.(store);
      this.table.update(strip);
    }
    this.tell();
    this.root.dataset.drawn = String(Number(this.root.dataset.drawn ?? 0) + 1);
  }

  /** What a sweep has come to is said once: when the marker is moved, its slider tells the sentence as its value. */
  tell() {
    const { state, job } = this.store;
    if (state !== "done" || this.dragging || this.told === job) return;
    this.told = job;
    if (this.words !== this.heard) this.voice.announce(this.words);
  }

  /** The main strip first, then those that are laid over it. @param {Strip} strip */
  shown(strip) {
    if (this.mode !== "rules") return [strip];
    return LINES.flatMap(({ name }) => this.store.strips.get(name) ?? []);
  }

  /** What happened at the marker, and what the look makes of it. */
  words = "";

  /** @type {string | null} what the slider told last, as its value */ heard = null;

  /** @param {Strip} strip @returns {Scene} */
  scene(strip) {
    const { store, index, committed = null, theme } = this;
    const range = this.range ?? costRange([strip]);
    return { store, strip, index, committed, theme, range, sentence: this.sentenceOf(strip) };
  }

  /** The chart in words, both strips where two have zones. @param {Strip} strip */
  chartWords(strip) {
    const published = this.mode === "rules" ? this.store.strips.get("published") : null;
    const words = stripSentence(strip);
    if (this.mode === "range" && this.store.range) return `${words} ${rangeWords(this.store.range)}`;
    return published ? `Textbook rule: ${words} Published code: ${stripSentence(published)}` : words;
  }

  /** What happened at the marker. @param {Strip} strip */
  sentenceOf(strip) {
    const eta = strip.etas[this.index];
    if (this.mode === "rules") return rulesLead(runsAt(this.store.strips, eta), eta);
    // Among several runs, and beside medians of all starts, it is said whose numbers these are.
    const start = strip.seeds.length > 1 ? ", this start" : "";
    const whose = this.mode === "race" ? `${strip.label}${start}` : "";
    return runSentence(strip, this.index, this.store.meta.epochs, whose);
  }

  /** @param {Strip} strip */
  showMarker(strip) {
    const scene = this.scene(strip);
    this.plot.setMarker(this.index, this.committed ?? null);
    this.words = [scene.sentence, this.panels?.said?.(scene)].filter(Boolean).join(". ");
    setText(this.sentence, scene.sentence);
    this.slider.say(this.words);
    facts(this.facts, [
      ["learning rate η", formatNumber(strip.etas[this.index])],
      ...Object.entries(this.context.data.facts ?? {}),
    ]);
    this.root.dataset.eta = String(strip.etas[this.index]);
    this.root.dataset.outcome = String(strip.majority[this.index]);
  }

  /** The marker goes to another rate, here and now. @param {number} index */
  move(index) {
    const strip = mainStrip(this.store);
    if (!strip) return;
    this.dragging = true;
    this.index = nearestKnown(strip, strip.etas[index]);
    this.slider.place(this.index);
    this.owe(strip.etas[this.index]);
    this.showMarker(strip);
    this.heard = this.words;
    this.panels?.move(this.scene(strip));
  }

  /** A rate that the address does not hold yet is told for a tab that is reloaded now (`../frame/owed.js`). @param {number} eta */
  owe(eta) {
    setAttribute(this.root, "data-owed", eta === this.context.data.eta ? null : `eta=${eta}`);
  }

  /** The marker was let go: its rate becomes the experiment's. @param {number} index */
  commit(index) {
    const strip = mainStrip(this.store);
    this.dragging = false;
    if (!strip) return;
    const eta = strip.etas[nearestKnown(strip, strip.etas[index])];
    this.owe(eta);
    if (eta === this.eta) return;
    this.eta = eta;
    this.committed = this.index;
    this.later(true);
    this.trigger("eta", eta);
  }

  /** @param {number} row @param {number} col */
  openCell(row, col) {
    const { heat } = this.store;
    this.trigger("cell", { eta: heat.etas[col], axis: heat.axis, value: heat.values[row] });
  }

  /** @param {string} name @param {any} value */
  trigger(name, value) {
    this.teller.tell(name, value);
  }

  showStatus() {
    const { state, done, text, error } = this.store;
    const offline = this.root.dataset.online === "false";
    this.root.dataset.state = offline ? "offline" : state;
    const { meta } = this.store;
    if (meta)
      this.root.dataset.about = [meta.label, meta.others, counted(meta.epochs, "epoch")].filter(Boolean).join(", ");
    this.root.dataset.job = String(this.store.job);
    this.root.dataset.done = done.toFixed(3);
    this.root.dataset.fresh = String(this.store.fresh);
    this.progress.value = done;
    const busy = state === "working" && done < 1;
    const shown = busy || state === "cancelled" ? "" : "none";
    this.progress.style.display = shown;
    this.cancel.style.display = shown;
    this.cancel.textContent = state === "cancelled" ? "Go on" : "Cancel";
    if (offline) this.status.textContent = this.hindrance ?? "Offline: trying again";
    else if (state === "failed") this.status.textContent = error;
    else this.status.textContent = state === "cancelled" ? `Cancelled at ${Math.round(100 * done)} %` : text;
  }

  close() {
    this.environment.cancelAnimationFrame(this.request);
    this.listeners.abort();
    this.endMode();
    this.observer.disconnect();
    this.slider.close();
    this.link.close();
    this.teller.end();
    this.root.remove();
  }
}

/** In tests a second argument stands in for the browser. */
export default mounted(
  (/** @type {any} */ context, /** @type {Environment | undefined} */ environment) =>
    new StripView(context, environment ?? browser()),
);
