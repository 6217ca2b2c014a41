// @ts-check
/**
 * The live view: one element, one link, one state, and the loop that draws. What it shows comes from the channel; what
 * the user does goes to the channel at once and, where the address bar must know, to Streamlit as well.
 */
import { setAttribute } from "../kit/dom.js";
import { keepFocus } from "../kit/focus.js";
import { socketAt } from "../kit/environment.js";
import { hindrance } from "../kit/proxy.js";
import { Teller } from "../kit/teller.js";
import { readTheme } from "../kit/theme.js";
import { readMessage } from "../panels/messages.js";
import { aboutBoth, adopt, connected, drawn, hindered, initial, name, penalty, reduce } from "../panels/run_state.js";
import { facts, moreEpochs, newMessage, newsOf, pictureWords, RUNS, sentence, spoken } from "./announce.js";
import { Commands } from "./commands.js";
import { Beside } from "./beside.js";
import { LeadingLink } from "./leading_link.js";
import { Owed } from "./owed.js";
import { buildPanels, Elements } from "./elements.js";
import { Pointing } from "./pointing.js";
import { asks, choose, decide, frameRate, nextDue, Pace, REST, starved, WORDS_EVERY } from "./pace.js";
import { listenForKeys } from "./transport.js";
/** @import { Message } from "../panels/messages.js" */
/** @import { State } from "../panels/run_state.js" */
/** @import { Panel, Settings, Shown } from "../panels/shown.js" */
/** @import { Context, Data, LiveEnvironment } from "./context.js" */

/** @type {Settings} */
const DEFAULTS = { speed: "normal", axis: "log", lecture: false, discrete: false, show_val: true };

/** How long nothing more is added to a run or changed on its way before the address follows, in milliseconds. */
const FOLLOW_AFTER = 250;

/** How often a quiet view looks whether a playing run has lost its credit, in milliseconds. */
const WATCH_EVERY = 1000;

/** What a panel asks for that is drawn at every frame anyway. */
const NO_JOB = { dirty: false, urgent: false, last: 0, every: 0 };

/** Two settings both count, and so do two actions; of a learning rate, the last. @type {Record<string, Function>} */
const JOINED = {
  view: (/** @type {object} */ before, /** @type {object} */ value) => [{ ...before, ...value }],
  action: (/** @type {unknown} */ before, /** @type {unknown} */ value) => [before, value],
};

/** @param {string} name @param {unknown} before @param {unknown} value @returns {unknown[]} */
const JOIN = (name, before, value) => JOINED[name]?.(before, value) ?? [value];

export class View {
  /** @param {Element} parent @param {Context} context @param {LiveEnvironment} environment */
  constructor(parent, context, environment) {
    this.environment = environment;
    this.parent = parent;
    this.context = context;
    this.ending = new AbortController();
    this.building = new AbortController(); // ends with the panels, which may change while the view stays
    this.state = initial();
    this.settings = { ...DEFAULTS };
    /** @type {Partial<Data>} what the script said last, so that only its changes are adopted */
    this.given = {};
    this.theme = readTheme(() => "");
    this.calm = environment.calm();
    this.frames = 0;
    /** @type {number[]} */ this.times = [];
    this.lastDraw = -Infinity;
    this.lastFirst = -Infinity; // when a run's first frame was drawn
    this.due = -Infinity;
    this.pace = new Pace();
    this.arrived = 0; // frames since the last drawing
    this.following = false; // whether the tick that comes was asked for within the one before
    this.lastWords = -Infinity;
    this.lastFrame = environment.now();
    this.dirty = false;
    /** @type {number | null} */ this.ticket = null;
    /** @type {(() => boolean) | undefined} what is still to be given the focus */ this.refocus = undefined;
    this.teller = new Teller((name, value) => this.link.settle(() => this.context.setTriggerValue(name, value)), JOIN);
    this.pointing = new Pointing(this);
    this.owed = new Owed(this);
    this.commands = new Commands(this);
    /** @type {Panel[]} */ this.panels = [];
    this.beside = new Beside(this);
    this.elements = new Elements(this, this.commands);
    this.link = new LeadingLink(
      socketAt(environment, context.data.socket),
      {
        onMessage: (message) => this.hear(message),
        onOnline: (online) => this.online(online),
        onRefused: () => hindrance(environment, context.data.socket).then((text) => this.hinder(text)),
        onLost: (token) => this.teller.tell("lost", token),
      },
      environment,
      readMessage,
    );
    this.start();
  }

  start() {
    const { signal } = this.ending;
    listenForKeys(this.environment.page, {
      onAction: (action, value) => this.commands.press(action, value),
      onEta: () => this.elements.bar.eta.input.focus(),
      signal,
    });
    this.environment.plotly().then(
      (plotly) => {
        if (signal.aborted) return;
        for (const panel of [...this.panels, ...this.beside.panels]) panel.ready?.(plotly);
        this.plotly = plotly;
        this.wake();
      },
      () => this.elements.fail("The charts could not be loaded. Reload the page to try again."),
    );
    this.watch();
  }

  /** Whether two runs stand side by side. */
  get split() {
    return Boolean(this.context.data.beside);
  }

  /** @param {string} id @returns {Panel | undefined} */
  twin(id) {
    return this.beside.panels.find((panel) => panel.id === id);
  }

  /** Every panel with what it is to show. @param {Shown} shown @returns {[Panel, Shown][]} */
  pictures(shown) {
    const other = this.beside.shown(shown);
    return [
      ...this.panels.map((panel) => /** @type {[Panel, Shown]} */ ([panel, shown])),
      ...this.beside.panels.map((panel) => /** @type {[Panel, Shown]} */ ([panel, other])),
    ];
  }

  /** A playing run that has gone quiet asks again; the rest of the time this costs nothing. */
  watch() {
    if (this.ending.signal.aborted) return;
    const now = this.environment.now();
    if (
      starved({ now, lastFrame: this.lastFrame, phase: this.state.phase, online: this.state.online }) &&
      this.ticket === null
    ) {
      this.lastFrame = now;
      this.link.outstanding = 0;
      this.link.ask();
    }
    this.watching = this.environment.setTimeout(() => this.watch(), WATCH_EVERY);
  }

  /**
   * Take in what the script says now. Called on every script run; the same data again changes nothing.
   *
   * @param {Context} context
   */
  update(context) {
    const { data } = context;
    this.context = context;
    this.adoptSettings(data.view ?? {});
    this.announce(newsOf(this.given, data, this.teller.told));
    this.theme = readTheme((variable) => this.environment.style(this.parent, variable));
    const later = keepFocus(this.elements.root, () => {
      this.build(data);
      this.elements.offer(data.choices ?? { sets: [], features: [], on: [] });
      this.elements.hint(data.hint ?? null);
    });
    this.refocus = later ?? this.refocus;
    for (const name of /** @type {const} */ (["eta", "lam"]))
      if (data[name] !== this.given[name] && !this.teller.waits(name)) this.elements.bar[name]?.show(data[name]);
    this.owed.update(data, this.given);
    this.given = data;
    this.state = adopt(this.state, data.token);
    this.beside.adopt(data.token);
    this.link.use(data.token);
    this.elements.ask.update(data.ask ?? null, data.token);
    this.showStrip();
    this.elements.fit();
    this.wake();
    this.teller.answered();
  }

  /** The strip of all learning rates, which is not even asked for while it would give an answer away. */
  showStrip() {
    const { strip, socket } = this.context.data;
    this.elements.strip.update(this.elements.ask.asking ? null : (strip ?? null), socket);
  }

  /** Make the panels that are not there yet. @param {Data} data */
  build(data) {
    const [same, alike] = /** @type {const} */ (["panels", "beside"]).map(
      (name) => JSON.stringify(data[name] ?? null) === JSON.stringify(this.given[name] ?? null),
    );
    if (same && alike) return;
    const before = this.panels;
    this.panels = buildPanels(this, this.commands, data.panels);
    if (!alike) this.beside.build(data.beside?.panels ?? []);
    this.elements.place(this.panels, this.beside.panels);
    for (const panel of this.panels) panel.resume?.(before.find(({ id }) => id === panel.id));
    if (this.plotly) for (const panel of [...this.panels, ...this.beside.panels]) panel.ready?.(this.plotly);
  }

  /**
   * A setting is adopted only where the script's word changed: an older script run must not undo a click.
   *
   * @param {Partial<Settings>} view
   */
  adoptSettings(view) {
    const before = this.given.view ?? {};
    const changed = Object.entries(view).filter(
      ([key, value]) => value !== undefined && value !== /** @type {any} */ (before)[key],
    );
    this.settings = { ...this.settings, ...Object.fromEntries(changed) };
  }

  /**
   * Change settings here and now, and tell the script for the address bar.
   *
   * @param {Partial<Settings>} change
   */
  set(change) {
    this.settings = { ...this.settings, ...change };
    this.teller.tell("view", change);
    this.elements.fit();
    this.wake();
  }

  /** @param {Message} message */
  hear(message) {
    if ("side" in message) {
      this.beside.hear(message);
      this.wake();
      return;
    }
    const before = this.state;
    this.state = reduce(before, message);
    if (this.state === before) return;
    // Both are drawn at once, as of one epoch.
    const other = "beside" in message && message.beside ? this.beside.hear(message.beside) : this.beside.state;
    // A run is shown with its first frame, which follows at once; until then nothing has changed on screen.
    if (message.t === "run") return;
    if (message.t === "frame") {
      this.lastFrame = this.environment.now();
      this.arrived += 1;
      this.resting = false;
    }
    if (this.state.shown !== before.shown) this.greet();
    else this.confirm(before);
    if (this.waits) this.answered();
    this.follow();
    this.speak(before, other);
    this.dirty = true;
    // A new run's first picture is what a moved control is waiting for: draw it now, not at the next tick.
    if (message.t === "frame" && this.state.fresh) {
      this.tick();
      this.link.tellPainted(this.environment.requestAnimationFrame);
    } else this.schedule();
  }

  /** @returns {boolean} whether something was asked, whose answer now stands open */
  reveal() {
    return this.elements.ask.reveal();
  }

  /** The run that waited for the answer plays: as soon as it is there. */
  answered() {
    this.waits = this.state.phase !== "paused" || this.state.run === null;
    if (this.waits) return;
    this.answeredFor = this.problem();
    this.link.send({ op: "play" });
  }

  /** What tells the run that was asked about from another one. */
  problem() {
    const { label, eta, lam, epochs, seed } = this.state.meta;
    return JSON.stringify([label, eta, lam, epochs, seed]);
  }

  /** An answer goes with the run that it is about. */
  forget() {
    if (this.answeredFor === null || this.answeredFor === this.problem()) return;
    this.answeredFor = null;
    this.elements.ask.drop();
    this.teller.tell("view", { ask: null });
  }

  greet() {
    this.forget();
    this.elements.bar.eta.show(this.state.eta);
    this.elements.bar.lam?.show(penalty(this.state));
    this.elements.follow();
  }

  /** What changes on the way shows on its slider, which stands where the run is. @param {State} before */
  confirm(before) {
    const { eta, lam } = this.elements.bar;
    if (this.state.eta !== before.eta) eta.confirm(this.state.eta);
    if (penalty(this.state) !== penalty(before)) lam?.confirm(penalty(this.state));
  }

  /** Let script and address follow what was done here, once the hand rests. */
  follow() {
    const { course } = this.state;
    if (course === null || course.key === this.followed) return;
    this.followed = course.key;
    this.environment.clearTimeout(this.telling);
    this.owed.course(course.key);
    this.telling = this.environment.setTimeout(() => {
      // What the script has set itself, it knows: told of it, it would run once more.
      if (course.key !== this.context.data.course) this.teller.tell("follow", course.key);
    }, FOLLOW_AFTER);
  }

  /** @type {string | null} the course that was told last */ followed = null;

  /** @type {any} */ telling = null;

  /** @param {boolean} online */
  online(online) {
    const before = this.state;
    this.state = connected(before, online);
    if (this.state === before) return;
    this.speak(before);
    this.wake();
  }

  /** @param {string | null} text what hinders the socket */
  hinder(text) {
    const before = this.state;
    this.state = hindered(before, text);
    if (this.state === before || this.ending.signal.aborted) return;
    if (text) this.announce(text);
    this.wake();
  }

  /** @param {State} before @param {State} [other] what was known of the run beside it */
  speak(before, other = this.beside.state) {
    const another = before.shown !== this.state.shown;
    const told = another && this.commands.told();
    if (another && !told) this.elements.voice.forget();
    const ofHeld = this.split ? newMessage(other, this.beside.state) : "";
    const said = `${spoken(before, this.state)} ${ofHeld && `A: ${ofHeld}`}`.trim();
    if (said === RUNS && told) return; // and is only shown again
    if (said === RUNS) this.elements.voice.announceAtRest(said);
    else this.announce(said);
  }

  /** @param {string} words */
  announce(words) {
    this.elements.voice.announce(words);
  }

  /** Something changed that is worth drawing. */
  wake() {
    this.dirty = true;
    this.schedule();
  }

  schedule() {
    if (this.ticket !== null || this.ending.signal.aborted) return;
    this.ticket = this.environment.requestAnimationFrame(() => {
      this.ticket = null;
      const now = this.environment.now();
      this.pace.tick(now, this.following);
      if (this.tick()) this.environment.setTimeout(() => this.pace.drew(this.environment.now() - now), 0);
      this.following = this.ticket !== null;
    });
  }

  /** @returns {boolean} whether it drew */
  tick() {
    if (this.ending.signal.aborted) return false;
    const now = this.environment.now();
    const { lastDraw, lastFirst, due, dirty, calm } = this;
    const what = decide({ now, lastDraw, lastFirst, due, dirty, fresh: this.state.fresh, calm });
    if (what === "wait") this.schedule();
    if (what === "draw") this.draw(now);
    return what === "draw";
  }

  /** @param {number} now */
  draw(now) {
    this.dirty = false;
    this.lastDraw = now;
    if (this.state.fresh) this.lastFirst = now;
    const [arrived, late] = [this.arrived, this.state.fresh ? 0 : this.lastFrame - this.due];
    this.arrived = 0;
    this.due = nextDue(this.due, now, this.pace.gap);
    const { phase, online } = this.state;
    // Asked before drawing, the next frame is made while this one is drawn.
    const wanted = asks({ outstanding: this.link.outstanding, phase, online, able: this.pace.able, arrived, late });
    for (let asked = 0; asked < wanted; asked += 1) this.link.ask();
    const shown = this.shown(now);
    this.pointing.follow();
    const pictures = this.pictures(shown);
    for (const [panel, own] of pictures) panel.draw(own);
    if (this.refocus?.()) this.refocus = undefined;
    const jobs = pictures.flatMap(([panel, own], i) => ({ ...(panel.job?.(own) ?? NO_JOB), id: String(i) }));
    const chosen = choose(now, jobs);
    if (chosen !== null) {
      const [panel, own] = pictures[Number(chosen)];
      panel.key?.(own);
    }
    this.count(now);
    this.report(shown, pictures);
    this.state = drawn(this.state);
    this.beside.drawn();
    if (jobs.filter((job) => job.dirty).length > (chosen === null ? 0 : 1)) this.wake();
    this.planRest(shown);
  }

  /** @param {number} now @returns {Shown} */
  shown(now) {
    return {
      state: this.state,
      settings: this.settings,
      theme: this.theme,
      pins: this.given.pins ?? [],
      beside: this.split ? this.beside.state : null,
      now,
      rest: this.resting,
      scale: this.elements.scale,
      look: this.pointing.neuron,
      marked: this.pointing.marked,
    };
  }

  /** The charts get their full drawing, with hover, once nothing has moved for a moment. @param {Shown} shown */
  planRest({ rest, state }) {
    this.environment.clearTimeout(this.restTimer);
    if (state.phase === "playing") this.resting = false;
    if (state.phase === "playing" || rest) return;
    this.restTimer = this.environment.setTimeout(() => {
      this.resting = true;
      this.wake();
    }, REST);
  }

  resting = false;

  /** Whether a run that waits has to be played once it is there. */
  waits = false;

  /** @type {string | null} the run whose answer stands open */ answeredFor = null;

  /** @type {any} */ restTimer = null;

  /** @param {number} now */
  count(now) {
    // What is drawn before there is a run is no frame of one.
    if (this.state.shown !== null) this.frames += 1;
    this.times.push(now);
    if (this.times.length > 30) this.times.shift();
  }

  /** Keep attributes, facts and words true to what was just drawn. @param {Shown} shown @param {[Panel, Shown][]} pictures */
  report(shown, pictures) {
    const { state } = shown;
    const { elements } = this;
    const truth = {
      "data-state": name(state),
      "data-run": state.shown,
      "data-epoch": state.epoch,
      "data-frames": this.frames,
      "data-eta": state.eta,
      "data-outcome": state.outcome,
      "data-refused": state.error !== null && state.shown === null ? "true" : null,
      "data-beside": this.split ? this.beside.state.epoch : null,
      "data-about": state.shown === null ? null : aboutBoth(state, this.split ? this.beside.state : null),
    };
    for (const [key, value] of Object.entries(truth)) setAttribute(elements.root, key, value);
    if (state.phase === "playing" && !state.fresh && shown.now - this.lastWords < WORDS_EVERY) return;
    this.lastWords = shown.now;
    elements.bar.facts(facts(state, state.phase === "playing" ? frameRate(this.times) : null));
    elements.keys.update(state, this.settings, this.split);
    if (this.split) elements.versus.report(state, this.beside.state);
    const said = sentence(state, elements.bar.live());
    const advice = state.seek === null ? state.advice : null;
    elements.say.tell({ ...said, course: state.course, advice, epochs: moreEpochs(state) });
    if (shown.rest) for (const [panel, own] of pictures) elements.describe(panel, pictureWords(panel, own));
  }

  close() {
    if (this.ending.signal.aborted) return;
    this.ending.abort();
    this.building.abort();
    this.link.close();
    this.teller.end();
    if (this.ticket !== null) this.environment.cancelAnimationFrame(this.ticket);
    for (const timer of [this.restTimer, this.watching, this.telling]) this.environment.clearTimeout(timer);
    for (const panel of this.panels) panel.destroy?.();
    this.beside.close();
    this.elements.destroy();
  }
}
