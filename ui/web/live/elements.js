// @ts-check
/** The view's elements: the bar, the keys, the line of words, the panels in their grid, and what a screen reader hears. */
import { h, listen, placeOnPage, setAttribute } from "../kit/dom.js";
import { keepFocus } from "../kit/focus.js";
import { LEAST_TYPE, paintTheme, typeScale } from "../kit/theme.js";
import { AskBox } from "../panels/ask.js";
import { voice } from "../kit/voice.js";
import { PictureColumn } from "../panels/chooser.js";
import { CurvePanel } from "../panels/curves.js";
import { PointEditor } from "../panels/editor.js";
import { FitPanel } from "../panels/fit.js";
import { FiltersPanel, MistakesPanel } from "../panels/images.js";
import { MapPanel } from "../panels/maps.js";
import { MatrixPanel } from "../panels/matrix.js";
import { NetworkPanel } from "../panels/network.js";
import { PadPanel } from "../panels/pad.js";
import { TruthPanel } from "../panels/truth.js";
import { WeightFields } from "../panels/weights.js";
import { etaBar } from "./eta.js";
import {
  arrange,
  arrangeTwo,
  cardPlace,
  forFingers,
  gridStyle,
  hallPanels,
  intoView,
  MEDIUM,
  OF_BOTH,
  withCard,
} from "./layout.js";
import { Say } from "./say.js";
import { StripHost } from "./strip_host.js";
import { transport } from "./transport.js";
import { Versus } from "./versus.js";
/** @import { Choices } from "../panels/chooser.js" */
/** @import { WeightEdit } from "../panels/weights.js" */
/** @import { Panel } from "../panels/shown.js" */
/** @import { Commands } from "./commands.js" */
/** @import { Live, Splitting } from "./context.js" */

/** Ranges of the sliders; a page may give another one for the learning rate. */
const ETA_BOUNDS = /** @type {[number, number]} */ ([1e-5, 100]);
const LAM_BOUNDS = /** @type {[number, number]} */ ([1e-6, 10]);

/** What Streamlit draws a page in. */
const PAGE = '[data-testid="stMainBlockContainer"]';

/** The smallest type of the panels' drawings, in pixels of its ordinary size. */
const SMALLEST = 12;

/** Height that the panels have at least in lecture mode, however much stands above them. */
const LEAST_ROOM = 300;
/** The same while something is asked, whose words have the screen, in pixels. */
const LEAST_ASKED = 150;
/** With less than this beside a question a hall is shown two panels: the ten bars beside a drawing pad would be cut. */
const ALL_ASKED = 380;

/** @type {Record<string, (view: Live, commands: Commands) => Panel>} */
const MAKERS = {
  loss: () => new CurvePanel("loss"),
  accuracy: () => new CurvePanel("accuracy"),
  truth: (view) =>
    new TruthPanel({
      onPoint: (marked) => view.pointing.point(marked),
      onHold: (marked) => view.pointing.hold(marked),
      onSay: (words) => view.announce(words),
      signal: view.building.signal,
    }),
  map: (view, commands) => {
    const panel = new MapPanel({ brief: view.split });
    panel.sets = pictures("data", panel, view, commands);
    if (view.context.data.edit && !view.held) panel.editor = editorOf(panel, view, commands);
    return panel;
  },
  network: (view, commands) => {
    const { signal } = view.building;
    const onWeight = (/** @type {WeightEdit} */ edit) => {
      commands.weight(edit);
      panel.tell();
    };
    /** @type {NetworkPanel} */ const panel = new NetworkPanel({
      onNeuron: (layer, index) => commands.neuron(layer, index),
      onLook: (neuron) => view.pointing.look(neuron),
      onShape: (change) => commands.shape(change),
      onSay: (words) => view.announce(words),
      onCard: () => bringIntoView(panel.card, view.environment),
      onWeight,
      fixed: view.held,
      brief: view.split,
      signal,
    });
    panel.onPick = () => view.wake();
    if (!view.held) panel.edit(new WeightFields({ onWeight, signal }));
    panel.features = pictures("feature", panel, view, commands);
    return panel;
  },
  matrix: (view, commands) =>
    new MatrixPanel({
      onCell: (row, col) => {
        if (view.state.meta.image_shape) commands.cell(row, col);
        else view.pointing.hold(row === null || col === null ? null : { cell: [row, col] });
      },
      onPoint: (cell) => view.pointing.point(cell && { cell }),
      onRows: (rows) => commands.rows(rows),
      onSay: (words) => view.announce(words),
      signal: view.building.signal,
    }),
  mistakes: (view, commands) =>
    new MistakesPanel({
      onCell: (row, col) => commands.cell(row, col),
      onImage: (pixels) => view.panels.find((panel) => panel.id === "pad")?.put?.(pixels),
      signal: view.building.signal,
    }),
  filters: () => new FiltersPanel(),
  pad: (view, commands) => {
    /** @type {PadPanel} */ const panel = new PadPanel({
      onDraw: (pixels) => {
        commands.pixels(pixels);
        view.twin("pad")?.copy?.(pixels, panel.bitmap);
      },
      onSay: (words) => view.announce(words),
      signal: view.building.signal,
    });
    return panel;
  },
  fit: (view, commands) => {
    const panel = new FitPanel("fit");
    panel.sets = pictures("data", panel, view, commands);
    return panel;
  },
  residuals: () => new FitPanel("residuals"),
};

/**
 * Bring the card of a neuron that a finger has pressed into view: below a network that is as high as fingers need, it may begin
 * below the screen.
 *
 * @param {HTMLElement} card
 * @param {Live["environment"]} environment
 */
function bringIntoView(card, environment) {
  if (environment.fingers()) card.scrollIntoView({ block: "nearest", behavior: "instant" });
}

/** What a choice by its picture is called. */
const PICTURED = { data: "Data", feature: "Input features" };

/**
 * Data sets or features as pictures, beside the drawing of a panel; where two stand side by side in one size, those of B, or
 * of both, stand above them (`Elements.place`), and what is held has none.
 *
 * @param {keyof typeof PICTURED} kind
 * @param {{element: HTMLElement, body: HTMLElement}} panel
 * @param {Live} view
 * @param {Commands} commands
 */
function pictures(kind, panel, view, commands) {
  if (view.held) return null;
  const label = PICTURED[kind];
  const onPick = (/** @type {string} */ name) => commands.pick(kind, name);
  const column = new PictureColumn({ kind, label, onPick, signal: view.building.signal });
  if (!view.split) column.standBeside(panel);
  return column;
}

/**
 * The tools by which points are edited by hand; idle where only some of the points are drawn, since their numbers would
 * not be those of the data.
 *
 * @param {MapPanel} panel
 * @param {Live} view
 * @param {Commands} commands
 */
function editorOf(panel, view, commands) {
  return new PointEditor(panel, {
    facts: () => {
      const { meta } = view.state;
      const whole = meta.points !== undefined && meta.points.X.length === meta.n_train;
      return panel.box && whole ? { meta, frame: panel.box } : null;
    },
    onEdit: (edit, done) => commands.point(edit, done),
    onSay: (words) => view.announce(words),
    brief: view.split,
    now: () => view.environment.now(),
    signal: view.building.signal,
  });
}

/**
 * Make the panels of a page; a name that is not known makes none.
 *
 * @param {Live} view
 * @param {Commands} commands
 * @param {readonly string[]} ids
 */
export function buildPanels(view, commands, ids) {
  view.building.abort();
  view.building = new AbortController();
  for (const panel of view.panels) {
    panel.destroy?.();
    panel.element.remove();
  }
  return ids.filter((id) => Object.hasOwn(MAKERS, id)).map((id) => MAKERS[id](view, commands));
}

/** All panels of one of two runs. @param {string} letter @param {readonly Panel[]} panels */
function side(letter, panels) {
  const label = letter === "a" ? "A, which is held" : "B, which the controls change";
  const about = {
    class: `nnp-side nnp-side-${letter}`,
    "data-testid": `side-${letter}`,
    role: "group",
    "aria-label": label,
  };
  return h("div", about, ...panels.map((panel) => panel.element));
}

export class Elements {
  /** @param {Splitting} view @param {Commands} commands */
  constructor(view, commands) {
    const { context, ending } = view;
    const { data } = context;
    const { signal } = ending;
    this.view = view;
    this.commands = commands;
    this.scale = 1;
    this.bar = etaBar({
      bounds: data.eta_bounds ?? ETA_BOUNDS,
      lamBounds: data.lam === undefined || data.lam === null ? null : LAM_BOUNDS,
      onEta: (value, mode) => commands.eta(value, mode),
      onLam: (value, mode) => commands.lam(value, mode),
      clock: view.environment,
      signal,
    });
    this.keys = transport({ onAction: (action, value) => commands.act(action, value), signal });
    this.say = new Say(commands, this.keys.play, signal);
    this.voice = voice(view.environment);
    this.ask = new AskBox(view.environment.page, {
      onChange: (asking) => this.asked(asking),
      announce: this.voice.announce,
      signal,
    });
    const onBoth = (/** @type {boolean} */ both) => Object.assign(view, { both });
    this.versus = new Versus({ say: this.say.element, onSwap: () => commands.act("swap"), onBoth, signal });
    this.hintBox = h("div", { class: "nnp-hint", hidden: true });
    this.grid = h("div", { class: "nnp-grid" });
    this.root = this.build(signal);
    view.parent.append(this.root);
    this.observer = new view.environment.ResizeObserver(() => this.fit());
    this.observer.observe(this.root);
    const whole = view.parent.closest(PAGE); // what stands above the view comes and goes
    if (whole) this.observer.observe(whole);
    view.environment.page.defaultView?.addEventListener("resize", () => this.fit(), { signal });
    listen(view.environment.page, { keydown: (/** @type {KeyboardEvent} */ event) => this.letGo(event) }, signal);
    /** @type {Map<Element, Panel>} */ this.bodies = new Map();
    this.hintText = "";
    this.strip = new StripHost(view, this.bar.eta);
  }

  /** @param {AbortSignal} signal @returns {HTMLElement} */
  build(signal) {
    const about = {
      class: "nnp-view",
      "data-testid": "live-view",
      "data-state": "idle",
      "data-frames": 0,
      "data-epoch": 0,
      role: "region",
      "aria-label": "Live training",
      style: "visibility: hidden",
    };
    const { ask, voice } = this;
    const rows = [
      this.bar.element,
      this.keys.element,
      this.versus.element,
      ask.element,
      this.hintBox,
      this.grid,
      voice.element,
    ];
    return h("div", about, this.styles(signal), ...rows);
  }

  /**
   * The style sheet, from the modules' own folder. Until it is there the view stays unseen: bare tables and buttons
   * would flash by.
   *
   * @param {AbortSignal} signal
   */
  styles(signal) {
    const link = h("link", { rel: "stylesheet", href: new URL("live.css", import.meta.url).href });
    const show = () => {
      this.root.style.visibility = "visible";
      this.fit();
    };
    for (const type of ["load", "error"]) link.addEventListener(type, show, { signal });
    return link;
  }

  /** @param {readonly Panel[]} panels @param {readonly Panel[]} [held] those of the run beside it */
  place(panels, held = []) {
    this.bodies.clear();
    const elements = panels.map((panel) => panel.element);
    const shared = panels.filter(({ id }) => OF_BOTH.includes(id)).map((panel) => panel.element);
    const sides = [
      side("a", held),
      side(
        "b",
        panels.filter(({ id }) => !OF_BOTH.includes(id)),
      ),
    ];
    this.grid.replaceChildren(...(this.view.split ? [...sides, ...shared] : elements));
    this.versus.show(this.view.split);
    if (this.view.split) this.versus.offer(panels.flatMap(({ sets, features }) => [sets, features]));
    this.sizes?.disconnect();
    this.sizes = new this.view.environment.ResizeObserver((entries) => this.measured(entries));
    for (const panel of [...panels, ...held]) {
      if (!panel.body) continue;
      this.bodies.set(panel.body, panel);
      this.sizes.observe(panel.body);
    }
  }

  /** @param {ResizeObserverEntry[]} entries */
  measured(entries) {
    for (const { target, contentRect } of entries) {
      this.bodies.get(target)?.resize({ width: Math.floor(contentRect.width), height: Math.floor(contentRect.height) });
    }
    this.view.wake();
  }

  /** Arrange everything anew where a network has other layers: the row of its drawing goes by them. */
  follow() {
    const { state, beside } = this.view;
    const dims = JSON.stringify([state.meta.dims, beside.state.meta.dims]);
    if (dims === this.dims) return;
    this.dims = dims;
    this.fit();
  }

  dims = "";

  /** Arrange everything for the present width and mode. */
  fit() {
    const { panels, settings, environment, theme } = this.view;
    if (environment.style(this.root, "--nn-print-height")) return; // paper shows what was drawn, as it was
    const width = this.root.clientWidth || 900;
    const { lecture } = settings;
    const ids = panels.map((panel) => panel.id);
    const hall = environment.hallHeight();
    this.scale = typeScale(lecture, width, hall, { smallest: SMALLEST });
    setAttribute(this.root, "data-lecture", String(lecture));
    setAttribute(this.root, "data-theme", theme.dark ? "dark" : "light");
    paintTheme(this.root, theme);
    this.root.style.setProperty("--nnp-scale", String(typeScale(lecture, width, hall)));
    this.root.style.setProperty("--nnp-least", `${this.scale > 1 ? LEAST_TYPE * hall : 0}px`);
    const { split, beside } = this.view;
    const above = lecture ? this.grid.offsetTop - this.root.offsetTop + this.top() : 0;
    const height = environment.screenHeight();
    const left = height - above - 22;
    const { asking, question } = this.ask;
    const shown = lecture ? hallPanels(ids, { asking, split, low: left < ALL_ASKED, told: question !== null }) : ids;
    // A phone, a window at 400 %, and a tablet held upright with two runs have no screen to fill: there the page scrolls.
    const fills = lecture && width >= MEDIUM && !(split && width < height);
    const room = fills ? Math.max(asking ? LEAST_ASKED : LEAST_ROOM, left) : 0;
    keepFocus(this.root, () => {
      for (const panel of [...panels, ...beside.panels]) panel.element.hidden = !shown.includes(panel.id);
    });
    const held = beside.panels.map((panel) => panel.id).filter((id) => !lecture || shown.includes(id));
    const networks = { network: this.view.state.meta.dims ?? [], "a-network": beside.state.meta.dims ?? [] };
    const dims = Object.values(networks).flat();
    const made = split ? arrangeTwo(shown, held, width, fills, height) : arrange(shown, width, fills, height, dims);
    const arranged = fills ? made : intoView(made, height - placeOnPage(this.grid));
    const fingers = !fills && environment.fingers();
    const pressed = fingers ? forFingers(arranged, networks, width) : arranged;
    const place = cardPlace(shown, width, { split, fingers, fills });
    this.standCard(place);
    const style = gridStyle(place === "card" ? withCard(pressed) : pressed, room);
    this.grid.style.gridTemplateAreas = style.areas;
    this.grid.style.gridTemplateColumns = style.columns;
    this.grid.style.gridTemplateRows = style.rows;
    this.say.fit();
    this.versus.fit();
    this.view.wake();
  }

  /** @param {string} place id of the panel in which the card of a held neuron stands, or "card": below the network */
  standCard(place) {
    const { panels } = this.view;
    const network = panels.find(({ id }) => id === "network");
    if (!network?.card) return;
    const { card, element, body } = network;
    if (place === "card" && element.nextSibling !== card) element.after(card);
    const host = place === "network" ? body : panels.find(({ id }) => id === place)?.element;
    if (host && card.parentElement !== host) host.append(card);
  }

  /** A neuron that was clicked has no focus: Escape lets it go unless another part of the page hears it. @param {KeyboardEvent} event */
  letGo({ key, target }) {
    const { panels, beside, environment } = this.view;
    if (key !== "Escape") return;
    if (target !== environment.page.body && !this.root.contains(/** @type {Node} */ (target))) return;
    for (const panel of [...panels, ...beside.panels]) panel.letGo?.();
  }

  /** Where the view begins on the page; lecture mode fills the screen from there. */
  top() {
    return Math.max(0, Math.min(0.25 * this.view.environment.screenHeight(), this.root.getBoundingClientRect().top));
  }

  /** @param {{text: string, action?: {name: string, label: string}} | null} hint */
  hint(hint) {
    const text = JSON.stringify(hint);
    if (text === this.hintText) return;
    this.hintText = text;
    this.hintBox.hidden = hint === null;
    this.hintBox.replaceChildren();
    if (!hint) return;
    this.hintBox.append(h("span", { text: hint.text }));
    const { action } = hint;
    if (!action) return;
    const button = h("button", { class: "nnp-button", text: action.label, "data-testid": `hint-${action.name}` });
    button.onclick = () => this.commands.action(action.name);
    this.hintBox.append(button);
  }

  /** A question is put, or its answer stands open: then the run plays. @param {boolean} asking */
  asked(asking) {
    setAttribute(this.root, "data-asking", asking ? "true" : null);
    if (!asking && this.ask.question) this.view.answered();
    this.view.showStrip();
    this.fit();
  }

  /** Show what may be chosen by a picture, and what is chosen. @param {Choices} choices */
  offer({ sets, features, on }) {
    for (const { sets: column, features: inputs } of this.view.panels) {
      column?.show(sets, on);
      inputs?.show(features, on);
    }
    this.versus.fitOffer();
  }

  /** @param {string} words */
  fail(words) {
    this.say.tell({ text: words, tone: "bad" });
  }

  /** @param {Panel} panel @param {string} words */
  describe(panel, words) {
    setAttribute(panel.host ?? panel.canvas ?? panel.element, "aria-label", words);
  }

  destroy() {
    this.observer.disconnect();
    this.sizes?.disconnect();
    this.voice.end();
    this.root.remove();
  }
}
