// @ts-check
/**
 * The run that is held beside the controls': its own state and panels, each as in the view itself. What is asked of it goes
 * over the view's link, signed; nothing here changes it.
 */
import { adopt, drawn, initial, reduce } from "../panels/run_state.js";
import { Commands } from "./commands.js";
import { buildPanels } from "./elements.js";
import { OF_BOTH } from "./layout.js";
import { Pointing } from "./pointing.js";
/** @import { Message } from "../panels/messages.js" */
/** @import { State } from "../panels/run_state.js" */
/** @import { Panel, Shown } from "../panels/shown.js" */
/** @import { Live } from "./context.js" */

export class Beside {
  /** @param {Live} view */
  constructor(view) {
    this.view = view;
    this.held = true;
    this.state = initial();
    /** @type {Panel[]} */ this.panels = [];
    this.building = new AbortController();
    this.link = { send: (/** @type {Record<string, unknown>} */ message) => view.link.send({ ...message, side: "a" }) };
    this.pointing = new Pointing(this);
    this.commands = new Commands(this);
  }

  get split() {
    return this.view.split;
  }
  get environment() {
    return this.view.environment;
  }
  get parent() {
    return this.view.parent;
  }
  get context() {
    return this.view.context;
  }
  get settings() {
    return this.view.settings;
  }
  get theme() {
    return this.view.theme;
  }
  get owed() {
    return this.view.owed;
  }
  get elements() {
    return this.view.elements;
  }
  get teller() {
    return this.view.teller;
  }
  get ending() {
    return this.view.ending;
  }

  /** @param {readonly string[]} ids of the panels, none where nothing is held */
  build(ids) {
    this.panels = buildPanels(
      this,
      this.commands,
      ids.filter((id) => !OF_BOTH.includes(id)),
    );
    for (const { id, element } of this.panels) {
      element.style.gridArea = `a-${id}`;
      element.setAttribute("aria-label", `A: ${element.getAttribute("aria-label")}`);
    }
    this.pointing.neuron = this.pointing.held = null;
  }

  /** @param {string} id @returns {Panel | undefined} the like of a panel on the other side */
  twin(id) {
    return this.view.panels.find((panel) => panel.id === id);
  }

  /** @param {Message} message @returns {State} what was known before */
  hear(message) {
    const before = this.state;
    this.state = reduce(before, message);
    return before;
  }

  /** @param {string} token */
  adopt(token) {
    this.state = adopt(this.state, token);
  }

  /** @param {Shown} shown of the controls' run @returns {Shown} the like of this one */
  shown(shown) {
    this.pointing.follow();
    const { neuron, marked } = this.pointing;
    return { ...shown, state: this.state, beside: null, pins: [], look: neuron, marked };
  }

  drawn() {
    this.state = drawn(this.state);
  }

  reveal() {
    return this.view.reveal();
  }

  problem() {
    return this.view.problem();
  }

  answered() {
    this.view.answered();
  }

  wake() {
    this.view.wake();
  }

  /** @param {string} words */
  announce(words) {
    this.view.announce(words);
  }

  /** @param {Parameters<Live["set"]>[0]} change */
  set(change) {
    this.view.set(change);
  }

  close() {
    this.building.abort();
    for (const panel of this.panels) panel.destroy?.();
  }
}
