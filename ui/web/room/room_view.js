// @ts-check
/**
 * The lecturer's view of a room: code and QR, how many have answered, the reveal, bars or curves.
 *
 * A reload, or a server that was restarted, is shown the key that proves whose room it is.
 */
import { h, handOn, listen, setText, svg } from "../kit/dom.js";
import { browser, mounted, socketAt } from "../kit/environment.js";
import { free, operatedBySpace, targetOf } from "../kit/keys.js";
import { Link } from "../kit/link.js";
import { hindrance } from "../kit/proxy.js";
import { paintTheme, readTheme, typeScale } from "../kit/theme.js";
import { voice } from "../kit/voice.js";
import { Bars } from "./bars.js";
import { LOOKS, RoomCurves } from "./curves.js";
import { HostKey } from "./host_key.js";
import { countWords, emptyRoom, reduce, tally, verdict, voteWords } from "./room_store.js";
import { Visitor } from "./visitor.js";
import { isLong } from "../panels/ask.js";
import { OUTCOMES } from "../panels/strip_model.js";
/** @import { Environment } from "../kit/environment.js" */
/** @import { Kept } from "./host_key.js" */

/** Pixels of ordinary type. */
const TYPE = 15;
/** Share of it that the type of charts has, the smallest. */
const SMALLEST = 0.85;

/**
 * @typedef {{code: string, path: string, here: boolean, qr: {size: number, d: string}}} Given what a room's own page needs
 * @typedef {{tab: Kept, browser: Kept | null, go: (path: string) => void}} Around storage, and the way to another page
 */

class RoomView {
  /** @param {any} context what Streamlit hands to a component (version 2) @param {Environment} environment @param {Around} around */
  constructor(context, environment, { tab, browser, go }) {
    this.environment = environment;
    this.keys = new HostKey(tab, browser);
    this.listeners = new AbortController();
    this.store = emptyRoom();
    /** @type {Given | null} */ this.room = null;
    this.lost = "";
    /** What was told last of the room itself, which stands while the connection is gone. */ this.told = "";
    this.ready = false;
    this.asked = "";
    this.online = true;
    /** @type {string | null} what whoever runs the server must set */ this.hindrance = null;
    this.request = 0;
    this.theme = readTheme(() => "");
    this.root = h("div", { class: "nnr-root", "data-testid": "room-view", "data-state": "none" });
    this.open = this.button("room-open", "Open a room", () => this.trigger("open", { key: this.keys.own }));
    this.fresh = this.button("room-new", "Open another room", () => this.trigger("open", { key: "" }));
    this.goOn = this.button("room-go-on", "", () => this.takeUp());
    this.reveal = this.button("room-reveal", "Reveal", () => this.link.send({ op: "reveal" }), "R");
    this.again = this.button("room-again", "Ask again", () => this.link.send({ op: "again" }));
    this.names = this.button("room-names", "Hide nicknames", () => this.turnNames(), "H");
    this.close_ = this.button("room-close", "Close the room", () => this.end());
    this.say = h("p", { class: "nnr-say", "data-testid": "room-words" });
    this.code = h("strong", { class: "nnr-code", "data-testid": "room-code" });
    this.address = h("span", { class: "nnr-address" });
    this.warning = h("p", {
      class: "nnr-address",
      text: "Only this machine gets there: open this page by its name in the network.",
    });
    this.qr = h("a", { class: "nnr-qr", "data-testid": "room-qr", target: "_blank", rel: "noopener" });
    this.count = h("p", { class: "nnr-count", "data-testid": "room-count" });
    this.question = h("h2", { class: "nnr-question" });
    this.label = h("p", { class: "nnr-label" });
    this.summary = h("p", { class: "nnr-summary", "data-testid": "room-summary" });
    this.legend = h("div", { class: "nnr-legend" });
    this.bars = new Bars();
    this.curves = new RoomCurves();
    const announce = (/** @type {string} */ words) => this.voice.announce(words);
    this.visitor = new Visitor({ go, announce, signal: this.listeners.signal });
    const ways = h("div", { class: "nnr-buttons" }, this.open, this.fresh, this.goOn);
    this.door = h("div", { class: "nnr-door" }, this.say, ways, this.visitor.root);
    const join = h(
      "div",
      { class: "nnr-join" },
      this.qr,
      h("div", { class: "nnr-type" }, this.address, this.code, this.warning, this.count),
    );
    const buttons = h("div", { class: "nnr-buttons" }, this.reveal, this.again, this.names, this.close_);
    this.side = h("div", { class: "nnr-side" }, join, buttons);
    this.main = h(
      "div",
      { class: "nnr-main" },
      this.question,
      this.label,
      this.summary,
      this.legend,
      this.bars.root,
      this.curves.root,
    );
    this.hall = h("div", { class: "nnr-hall" }, this.side, this.main);
    /** @type {Map<Element | null, HTMLElement>} who takes the focus of a button that goes or rests */
    this.heirs = new Map();
    for (const opens of [this.open, this.fresh, this.goOn]) this.heirs.set(opens, this.qr);
    this.heirs.set(this.reveal, this.again).set(this.again, this.reveal).set(this.close_, this.open);
    this.voice = voice(environment);
    this.root.append(this.door, this.hall, this.voice.element);
    context.parentElement.append(this.root);
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
    listen(environment.page, { keydown: (event) => this.press(event) }, this.listeners.signal);
    this.observer = new environment.ResizeObserver(() => this.later());
    for (const box of [this.root, this.curves.root]) this.observer.observe(box);
  }

  /** @param {string} testid @param {string} text @param {() => void} click @param {string} [key] that does the same */
  button(testid, text, click, key) {
    const made = h("button", { text, "data-testid": testid, "aria-keyshortcuts": key, title: key && `Key ${key}` });
    listen(made, { click }, this.listeners.signal);
    return made;
  }

  /** Streamlit has run the script again. @param {any} context */
  update(context) {
    const { data } = context;
    this.context = context;
    this.theme = readTheme((name) => this.environment.style(this.root, name));
    paintTheme(this.root, this.theme);
    this.root.dataset.lecture = String(Boolean(data.lecture));
    this.lecture = Boolean(data.lecture);
    // The channel may have told of the room before the script did.
    if (this.store.room && this.store.room.code !== data.room?.code) this.store = emptyRoom();
    this.room = data.room ?? null;
    this.lost = data.lost ?? "";
    this.ready = Boolean(data.ready);
    this.refusal = data.refusal ?? "";
    if (data.room) {
      this.keys.hold(data.key, data.room.code);
      this.asked = "";
      this.place(data.room);
    } else this.resume();
    this.link.use(data.token);
    this.later();
  }

  /** Show the server the key of a room that this tab has opened before: once, until it has answered. */
  resume() {
    const key = this.keys.own;
    if (!key || this.lost || this.asked === key) return;
    this.asked = key;
    this.trigger("resume", { key });
  }

  /** Go on in this tab with the room of one that was closed. */
  takeUp() {
    const { other } = this.keys;
    if (other) this.keys.hold(other.key, other.code);
    this.resume();
    this.later();
  }

  /** @param {Given} room */
  place({ code, path, here, qr }) {
    const address = `${this.environment.origin}${path}`;
    if (this.code.textContent !== code) this.voice.announce(`Room ${[...code].join(" ")} is open.`);
    setText(this.code, code);
    setText(this.address, `${address.replace(/^https?:\/\//, "").replace(new RegExp(`/${code}$`), "")}`);
    this.warning.hidden = !here;
    this.qr.setAttribute("href", address);
    this.qr.setAttribute("aria-label", `QR code of ${address}`);
    const side = qr.size + 8;
    this.qr.replaceChildren(
      svg(
        "svg",
        { viewBox: `-4 -4 ${side} ${side}`, "aria-hidden": "true", "shape-rendering": "crispEdges" },
        svg("rect", { x: -4, y: -4, width: side, height: side, fill: "#fff" }),
        svg("path", { d: qr.d, fill: "#000" }),
      ),
    );
  }

  /** @param {any} message */
  receive(message) {
    this.store = reduce(this.store, message);
    if (message.t === "room" && message.state === "closed") this.leave();
    if (this.store.room?.state === "training") this.ask();
    this.later();
  }

  /** The server has forgotten the room: its script says so. */
  leave() {
    this.asked = "";
    this.trigger("resume", { key: this.keys.own });
  }

  /** Ask for the next epochs when the browser draws; a hidden tab, which draws nothing, asks by the clock. */
  ask() {
    if (this.link.outstanding) return;
    const { environment, link } = this;
    const once = () => {
      if (!link.outstanding && !link.closed) link.ask();
    };
    if (environment.page.hidden) environment.setTimeout(once, 200);
    else environment.requestAnimationFrame(once);
  }

  turnNames() {
    this.link.send({ op: "names", hidden: !this.store.room?.hidden });
  }

  end() {
    this.keys.drop();
    this.trigger("close", this.room?.code ?? "");
  }

  /** @param {KeyboardEvent} event */
  press(event) {
    const target = targetOf(event.target);
    if (!this.room || !free(event, target) || event.repeat) return;
    const key = event.key.toLowerCase();
    const reveals = key === "r" || (key === " " && !operatedBySpace(target));
    if (!reveals || this.store.room?.state !== "asking") return;
    this.link.send({ op: "reveal" });
    event.preventDefault();
  }

  /** @param {boolean} online */
  setOnline(online) {
    this.online = online;
    if (online) this.hindrance = null;
    this.later();
  }

  /** @param {string | null} text */
  hinder(text) {
    this.hindrance = text;
    this.later();
  }

  later() {
    if (!this.request) this.request = this.environment.requestAnimationFrame(() => this.draw());
  }

  draw() {
    this.request = 0;
    const { store, root } = this;
    const used = this.environment.page.activeElement;
    const there = this.room !== null;
    root.dataset.state = this.state();
    root.style.setProperty("--nnr-type", `${this.type}px`);
    root.dataset.answered = String(store.count.answered);
    root.dataset.phones = String(store.count.phones);
    const before = this.door.hidden ? null : this.say.textContent;
    this.door.hidden = there && this.online;
    this.hall.hidden = !there;
    this.open.hidden = there;
    this.open.disabled = this.fresh.disabled = !this.ready;
    this.fresh.hidden = there || !this.lost;
    const other = there ? null : this.keys.other;
    this.goOn.hidden = !other;
    setText(this.goOn, `Go on with room ${other?.code ?? ""}`);
    this.visitor.root.hidden = there || this.lecture === true;
    const words = this.words();
    // Whether there is no room is known once the server has answered to the key of one.
    const resuming = !there && !this.lost && this.asked !== "";
    if (!this.door.hidden && before !== "" && before !== words && !resuming) this.voice.announce(words);
    setText(this.say, words);
    setText(this.open, this.lost ? `Reopen ${this.lost}` : "Open a room");
    if (there) this.drawRoom();
    handOn(used, this.heirs.get(used));
    root.dataset.drawn = String(Number(root.dataset.drawn ?? 0) + 1);
  }

  state() {
    if (!this.room) return this.lost ? "lost" : "none";
    return this.online ? (this.store.room?.state ?? "opening") : "offline";
  }

  words() {
    if (this.refusal) return this.refusal;
    if (this.room && !this.online)
      return this.hindrance ?? "Offline: the connection to the server is gone; trying again.";
    if (this.lost)
      return `The server was restarted, or has forgotten room ${this.lost} after two hours: its answers are gone. Reopened, its phones come back by themselves.`;
    return "Phones join by a code, a link or a QR code. Nobody's name is asked, nothing is stored.";
  }

  /** Pixels of its type. */
  get type() {
    const { lecture = false, root, environment } = this;
    return TYPE * typeScale(lecture, root.clientWidth, environment.hallHeight(), { smallest: SMALLEST * TYPE });
  }

  drawRoom() {
    const { store, theme } = this;
    const { room, runs, ends } = store;
    const asking = room?.state === "asking";
    const [count, summary] = [countWords(store), store.error || verdict(store)];
    const outcome = summary || voteWords(store);
    // Votes come in dozens, and runs grow: where they stand is told once nothing more comes.
    const news = asking ? count : outcome;
    if (this.online && news !== this.told) this.voice.announceAtRest(news);
    if (this.online) this.told = news;
    setText(this.count, count);
    setText(this.question, room?.text ?? "");
    setText(this.label, room?.label ?? "");
    setText(this.summary, summary);
    this.root.dataset.open = String(!asking);
    const { text = "", answers } = room ?? {};
    this.root.dataset.asks = answers ? "answer" : "rate";
    this.root.dataset.long = String(Boolean(answers && isLong({ text, answers })));
    this.reveal.disabled = !asking || !this.online;
    this.again.hidden = asking;
    this.names.hidden = !ends || !runs?.names.some(Boolean);
    setText(this.names, room?.hidden ? "Show nicknames" : "Hide nicknames");
    this.bars.root.hidden = !room?.answers;
    this.curves.root.hidden = !runs;
    this.legend.hidden = !runs;
    if (room?.answers) this.bars.draw(store);
    if (!runs) return;
    this.drawLegend(ends ? tally(runs, ends) : []);
    this.curves.draw(store, theme, this.type * SMALLEST, verdict(store));
    this.root.dataset.epoch = String(runs.epoch);
    this.root.dataset.curves = String(runs.etas.length);
  }

  /** @param {number[]} counts */
  drawLegend(counts) {
    const shown = JSON.stringify([counts, this.theme.background]);
    if (shown === this.legend.dataset.shown) return;
    this.legend.dataset.shown = shown;
    const item = (/** @type {string} */ words, /** @type {Record<string, string | number>} */ line) => {
      const sample = svg(
        "svg",
        { width: 34, height: 10, "aria-hidden": "true" },
        svg("path", { d: "M0,5H34", ...line }),
      );
      return h("span", {}, /** @type {any} */ (sample), ` ${words}`);
    };
    const median = item("median phone", { stroke: this.theme.text, "stroke-width": 7 });
    const items = OUTCOMES.flatMap((name, kind) => {
      const { colour, dash } = LOOKS[name];
      const line = { stroke: colour(this.theme), "stroke-width": 3, "stroke-dasharray": dash.join(" ") };
      return counts[kind] ? [item(`${name} ${counts[kind]}`, line)] : [];
    });
    this.legend.replaceChildren(median, ...items);
  }

  /** @param {string} name @param {any} value */
  trigger(name, value) {
    this.context?.setTriggerValue(name, value);
  }

  close() {
    this.environment.cancelAnimationFrame(this.request);
    this.listeners.abort();
    this.observer.disconnect();
    this.link.close();
    this.voice.end();
    this.root.remove();
  }
}

/** A browser may forbid its storage altogether. @returns {Around} */
function around() {
  const go = (/** @type {string} */ path) => globalThis.location.assign(path);
  try {
    return { tab: sessionStorage, browser: localStorage, go };
  } catch {
    return { tab: { getItem: () => null, setItem: () => {}, removeItem: () => {} }, browser: null, go };
  }
}

/** In tests a second argument stands in for the browser. */
export default mounted(
  (/** @type {any} */ context, /** @type {{environment: Environment, around: Around} | undefined} */ given) =>
    new RoomView(context, given?.environment ?? browser(), given?.around ?? around()),
);
