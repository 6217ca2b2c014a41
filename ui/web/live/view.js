// @ts-check
/**
 * The live view: one element, one link, one state, and the loop that draws. What it shows comes from the channel; what
 * the user does goes to the channel at once and, where the address bar must know, to Streamlit as well.
 *
 * @typedef {object} Settings
 * @property {string} speed
 * @property {"log" | "linear"} axis
 * @property {boolean} lecture
 * @property {boolean} discrete
 * @property {boolean} show_val
 *
 * @typedef {object} Data what the script hands over
 * @property {string} socket path of the socket
 * @property {string} token
 * @property {string[]} panels
 * @property {Partial<Settings>} [view]
 * @property {import("../panels/figures.js").Pin[]} [pins]
 * @property {number} [eta]
 * @property {[number, number]} [eta_bounds]
 * @property {number | null} [lam]
 * @property {boolean} [edit] points of a map may be edited by hand
 * @property {{text: string, action?: {name: string, label: string}} | null} [hint]
 * @property {string | null} [strip] token of the sweep that stands above the learning rate
 *
 * @typedef {object} Context
 * @property {Element} parentElement
 * @property {Data} data
 * @property {(name: string, value: any) => void} setStateValue
 * @property {(name: string, value: any) => void} setTriggerValue
 *
 * @typedef {object} World
 * @property {new (url: string) => WebSocket} WebSocket
 * @property {(run: () => void, ms: number) => any} setTimeout
 * @property {(id: any) => void} clearTimeout
 * @property {(run: () => void) => number} requestAnimationFrame
 * @property {(id: number) => void} cancelAnimationFrame
 * @property {() => number} now milliseconds
 * @property {() => Promise<import("../panels/plotly_chart.js").PlotlyLike>} plotly
 * @property {Document} page
 * @property {string} origin
 * @property {string} folder address of the modules
 * @property {(element: Element, name: string) => string} style reads a custom property
 * @property {typeof ResizeObserver} ResizeObserver
 * @property {() => number} screenHeight
 * @property {() => boolean} calm whether the reader asked for less motion
 *
 * @typedef {object} Shown everything a panel may draw from
 * @property {import("../panels/run_state.js").State} state
 * @property {Settings} settings
 * @property {import("../kit/theme.js").Theme} theme
 * @property {readonly import("../panels/figures.js").Pin[]} pins
 * @property {number} now
 * @property {boolean} rest nothing has moved for a moment: full drawing, with hover
 * @property {number} scale of type and lines
 *
 * @typedef {object} Job a chart's wish to be drawn in full, of which one an animation frame is granted
 * @property {string} id of the panel
 * @property {boolean} dirty whether there is anything to do
 * @property {boolean} urgent whether what is shown would be wrong without it
 * @property {number} last time of the last full drawing
 * @property {number} every least time between two of them
 *
 * @typedef {object} Panel one picture of the run
 * @property {string} id
 * @property {HTMLElement} element
 * @property {HTMLElement} [body] what is measured for it
 * @property {HTMLElement} [host] of its chart
 * @property {HTMLCanvasElement} [canvas]
 * @property {(shown: Shown) => void} draw the cheap drawing of every frame
 * @property {(shown: Shown) => string} describe what it shows, in words
 * @property {(size: {width: number, height: number}) => void} resize
 * @property {(plotly: import("../panels/plotly_chart.js").PlotlyLike) => void} [ready]
 * @property {(shown: Shown) => Job} [job]
 * @property {(shown: Shown) => void} [key] the full drawing
 * @property {(pixels: number[]) => void} [put] takes an image
 * @property {() => void} [destroy]
 */
import { facts, sentence, spoken } from "./announce.js";
import { setAttribute, setText } from "../kit/dom.js";
import { Link } from "../kit/link.js";
import { asks, choose, decide, frameRate, nextDue, REST, starved, WORDS_EVERY } from "./pace.js";
import { buildPanels, Stage } from "./stage.js";
import { adopt, connected, drawn, initial, name, reduce } from "../panels/run_state.js";
import { readTheme } from "../kit/theme.js";
import { listenForKeys } from "./transport.js";
import { Wishes } from "./wishes.js";

/** @type {Settings} */
const DEFAULTS = { speed: "normal", axis: "log", lecture: false, discrete: false, show_val: true };

/** How often a quiet view looks whether a playing run has lost its credit, in milliseconds. */
const WATCH_EVERY = 1000;

export class View {
  /**
   * @param {Element} parent
   * @param {Context} context
   * @param {World} world
   */
  constructor(parent, context, world) {
    this.world = world;
    this.parent = parent;
    this.context = context;
    this.ending = new AbortController();
    this.building = new AbortController(); // ends with the panels, which may change while the view stays
    this.state = initial();
    this.settings = { ...DEFAULTS };
    /** @type {Partial<Data>} what the script said last, so that only its changes are adopted */
    this.given = {};
    /** @type {readonly import("../panels/figures.js").Pin[]} */ this.pins = [];
    this.theme = readTheme(() => "");
    this.calm = world.calm();
    this.frames = 0;
    /** @type {number[]} */ this.times = [];
    this.lastDraw = -Infinity;
    this.due = -Infinity;
    this.lastWords = -Infinity;
    this.lastFrame = world.now();
    this.dirty = false;
    /** @type {number | null} */ this.ticket = null;
    this.wishes = new Wishes(this);
    /** @type {Panel[]} */ this.panels = [];
    this.stage = new Stage(this);
    this.link = new Link(
      `${world.origin.replace(/^http/, "ws")}${context.data.socket}`,
      {
        onMessage: (message) => this.hear(message),
        onOnline: (online) => this.online(online),
        onLost: (token) => this.context.setTriggerValue("lost", token),
      },
      world,
    );
    this.start();
  }

  start() {
    const { signal } = this.ending;
    listenForKeys(this.world.page, {
      onAction: (action, value) => this.wishes.act(action, value),
      onEta: () => this.stage.bar.eta.input.focus(),
      signal,
    });
    this.world.plotly().then(
      (plotly) => {
        if (signal.aborted) return;
        for (const panel of this.panels) panel.ready?.(plotly);
        this.plotly = plotly;
        this.wake();
      },
      () => this.stage.fail("The charts could not be loaded. Reload the page to try again."),
    );
    this.watch();
  }

  /** A playing run that has gone quiet asks again; the rest of the time this costs nothing. */
  watch() {
    if (this.ending.signal.aborted) return;
    const now = this.world.now();
    if (
      starved({ now, lastFrame: this.lastFrame, phase: this.state.phase, online: this.state.online }) &&
      this.ticket === null
    ) {
      this.lastFrame = now;
      this.link.outstanding = 0;
      this.link.ask();
    }
    this.watching = this.world.setTimeout(() => this.watch(), WATCH_EVERY);
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
    this.pins = data.pins ?? [];
    this.theme = readTheme((variable) => this.world.style(this.parent, variable));
    if (JSON.stringify(data.panels) !== JSON.stringify(this.given.panels)) {
      this.panels = buildPanels(this, data.panels);
      this.stage.place(this.panels);
      if (this.plotly) for (const panel of this.panels) panel.ready?.(this.plotly);
    }
    if (data.eta !== this.given.eta) this.stage.bar.eta.show(data.eta);
    if (data.lam !== this.given.lam) this.stage.bar.lam?.show(data.lam);
    this.stage.hint(data.hint ?? null);
    this.stage.strip.update(data.strip ?? null, data.socket);
    this.given = data;
    this.state = adopt(this.state, data.token);
    this.link.use(data.token);
    this.stage.fit();
    this.wake();
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
    this.context.setTriggerValue("view", change);
    this.stage.fit();
    this.wake();
  }

  /** @param {import("../kit/protocol.js").Message} message */
  hear(message) {
    const before = this.state;
    this.state = reduce(before, message);
    if (this.state === before) return;
    // A run is shown with its first frame, which follows at once; until then nothing has changed on screen.
    if (message.t === "run") return;
    if (message.t === "frame") {
      this.lastFrame = this.world.now();
      this.resting = false;
    }
    if (this.state.shown !== before.shown) this.greet();
    this.speak(before);
    this.dirty = true;
    // A new run's first picture is what a moved control is waiting for: draw it now, not at the next tick.
    if (message.t === "frame" && this.state.fresh) {
      this.tick();
      this.link.tellPainted(this.world.requestAnimationFrame);
    } else this.schedule();
  }

  greet() {
    this.stage.bar.eta.show(this.state.meta.eta);
    this.stage.bar.lam?.show(this.state.meta.lam);
  }

  /** @param {boolean} online */
  online(online) {
    const before = this.state;
    this.state = connected(before, online);
    if (this.state === before) return;
    this.speak(before);
    this.wake();
  }

  /** @param {import("../panels/run_state.js").State} before */
  speak(before) {
    const words = spoken(before, this.state);
    if (words) this.stage.announce(words);
  }

  /** Something changed that is worth drawing. */
  wake() {
    this.dirty = true;
    this.schedule();
  }

  schedule() {
    if (this.ticket !== null || this.ending.signal.aborted) return;
    this.ticket = this.world.requestAnimationFrame(() => {
      this.ticket = null;
      this.tick();
    });
  }

  tick() {
    if (this.ending.signal.aborted) return;
    const now = this.world.now();
    const { lastDraw, due, dirty, calm } = this;
    const what = decide({ now, lastDraw, due, dirty, fresh: this.state.fresh, calm });
    if (what === "wait") this.schedule();
    if (what === "draw") this.draw(now);
  }

  /** @param {number} now */
  draw(now) {
    this.dirty = false;
    this.lastDraw = now;
    this.due = nextDue(this.due, now);
    const { phase, online } = this.state;
    // Asked before drawing, the next frame is made while this one is drawn.
    if (asks({ outstanding: this.link.outstanding, phase, online })) this.link.ask();
    const shown = this.shown(now);
    for (const panel of this.panels) panel.draw(shown);
    const jobs = this.panels.flatMap((panel) => panel.job?.(shown) ?? []);
    const chosen = choose(now, jobs);
    if (chosen !== null) this.panels.find((panel) => panel.id === chosen)?.key?.(shown);
    this.count(now);
    this.tell(shown);
    this.state = drawn(this.state);
    if (jobs.filter((job) => job.dirty).length > (chosen === null ? 0 : 1)) this.wake();
    this.planRest(shown);
  }

  /**
   * @param {number} now
   * @returns {Shown}
   */
  shown(now) {
    return {
      state: this.state,
      settings: this.settings,
      theme: this.theme,
      pins: this.pins,
      now,
      rest: this.resting,
      scale: this.stage.scale,
    };
  }

  /** The charts get their full drawing, with hover, once nothing has moved for a moment. @param {Shown} shown */
  planRest({ rest, state }) {
    this.world.clearTimeout(this.restTimer);
    if (state.phase === "playing") this.resting = false;
    if (state.phase === "playing" || rest) return;
    this.restTimer = this.world.setTimeout(() => {
      this.resting = true;
      this.wake();
    }, REST);
  }

  resting = false;

  /** @type {any} */ restTimer = null;

  /** @param {number} now */
  count(now) {
    this.frames += 1;
    this.times.push(now);
    if (this.times.length > 30) this.times.shift();
  }

  /** Keep attributes, facts and words true to what was just drawn. @param {Shown} shown */
  tell(shown) {
    const { state } = shown;
    const { stage } = this;
    const truth = {
      "data-state": name(state),
      "data-run": state.shown,
      "data-epoch": state.epoch,
      "data-frames": this.frames,
      "data-eta": state.eta,
      "data-outcome": state.outcome,
    };
    for (const [key, value] of Object.entries(truth)) setAttribute(stage.root, key, value);
    if (state.phase === "playing" && !state.fresh && shown.now - this.lastWords < WORDS_EVERY) return;
    this.lastWords = shown.now;
    stage.bar.facts(facts(state, state.phase === "playing" ? frameRate(this.times) : null));
    stage.keys.update(state, this.settings);
    const said = sentence(state, stage.bar.live());
    setText(stage.words, said.text);
    setAttribute(stage.say, "data-tone", said.tone);
    stage.advise(state.seek === null ? state.advice : null);
    if (shown.rest) for (const panel of this.panels) stage.describe(panel, panel.describe(shown));
  }

  destroy() {
    if (this.ending.signal.aborted) return;
    this.ending.abort();
    this.building.abort();
    this.link.close();
    if (this.ticket !== null) this.world.cancelAnimationFrame(this.ticket);
    this.world.clearTimeout(this.restTimer);
    this.world.clearTimeout(this.watching);
    for (const panel of this.panels) panel.destroy?.();
    this.stage.destroy();
  }
}
