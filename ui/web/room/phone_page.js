// @ts-check
/**
 * A phone's page: one control, one button, one sentence about how it stands.
 *
 * @typedef {object} Surroundings what it needs of the browser around it
 * @property {new (url: string) => WebSocket} WebSocket
 * @property {(run: () => void, ms: number) => any} setTimeout
 * @property {(id: any) => void} clearTimeout
 * @property {Document} page
 * @property {string} origin
 * @property {(path: string) => void} go to another page
 * @property {Pick<Storage, "getItem" | "setItem"> | null} storage the phone's own; null where it keeps nothing
 * @property {() => string} newToken
 */
import { h, handOn, listen, setText } from "../kit/dom.js";
import { Link } from "../kit/link.js";
import { formatNumber, logGrid, nearest, readNumber } from "../kit/numbers.js";
import { rangeInput } from "../kit/range_input.js";
import { answerText, codeIn, hear, newPhone, noCode, offline, sentence, triesAgain } from "./phone_state.js";

const TOKEN = "nn-room-phone";
const NAME = "nn-room-name";
/** Milliseconds between two tries of a phone that was sent away; a class must not come in the same moment. */
const TRY = /** @type {const} */ ([3000, 9000]);
/** Milliseconds after which an answer that was not confirmed is taken to be lost with its line. */
const CONFIRMED = 6000;
/** What the range slider begins with. */
const FIRST = 0.1;

export class PhonePage {
  /** @param {HTMLElement} body @param {Surroundings} environment */
  constructor(body, environment) {
    this.environment = environment;
    const { code = "", socket = "" } = body.dataset;
    this.path = socket;
    this.phone = newPhone(code);
    this.drawn = "";
    /** @type {number | null} */ this.draft = null;
    /** @type {any} */ this.timer = null;
    /** @type {any} */ this.doubts = null;
    /** An answer on its way, and to what. @type {{asked: string, value: number, name: string} | null} */ this.sending =
      null;
    /** The nickname that went with the answer, as it was typed. */ this.named = "";
    this.listeners = new AbortController();
    this.title = h("h1", { text: `Room ${code}` });
    this.status = h("p", { class: "nnr-state", role: "status", "data-testid": "room-state" });
    this.control = h("div", { "data-testid": "room-control" });
    this.name = h("input", { type: "text", maxlength: 20, autocomplete: "off", value: this.kept(NAME) ?? "" });
    this.nickname = h("label", {}, "Nickname, if you like", this.name);
    this.button = h("button", { "data-testid": "room-send", text: "Send" });
    this.code = h("input", { type: "text", maxlength: 300, autocapitalize: "characters", autocomplete: "off" });
    const join = h("button", { text: "Join" });
    this.other = h("label", {}, "Another code", this.code, join);
    this.on(this.button, () => this.send());
    this.on(join, () => this.join());
    listen(this.name, { input: () => this.draw() }, this.listeners.signal);
    const where = h("p", { class: "nnr-where" }, "Room ", h("b", { text: code }));
    body.append(h("main", {}, where, this.title, this.control, this.nickname, this.button, this.status, this.other));
    this.link = new Link(
      `${environment.origin.replace(/^http/, "ws")}${socket}`,
      {
        onMessage: (message) => this.receive(message),
        onOnline: (online) => online || this.change(offline(this.phone)),
        onLost: () => this.later(),
      },
      environment,
    );
    this.draw();
    this.link.use(this.token());
  }

  /** @param {HTMLElement} button @param {() => void} click */
  on(button, click) {
    listen(button, { click }, this.listeners.signal);
  }

  /** What makes this the same phone after a reload, and in a second tab. */
  token() {
    const known = this.kept(TOKEN) ?? this.environment.newToken();
    this.keep(TOKEN, known);
    return known;
  }

  /** @param {string} key */
  kept(key) {
    return this.environment.storage?.getItem(key) ?? null;
  }

  /** @param {string} key @param {string} value */
  keep(key, value) {
    this.environment.storage?.setItem(key, value);
  }

  /** @param {any} message */
  receive(message) {
    const { value, name } = this.phone;
    const own = this.sending;
    this.change(hear(this.phone, message));
    const { phone } = this;
    if (message.t === "ask" && own?.asked === this.drawn) return this.transmit(own);
    this.sending = null;
    this.environment.clearTimeout(this.doubts);
    if (own && message.t === "sent") this.named = own.name;
    // Sent in another tab: this one shows the same.
    else if (phone.value !== null && (phone.value !== value || phone.name !== name)) this.ask(this.drawn);
    if (phone.gone === "closed") this.link.close();
    this.draw();
  }

  /** @param {import("./phone_state.js").Phone} phone */
  change(phone) {
    this.phone = phone;
    this.draw();
  }

  /** Sent away: try again after a while, where that can help. */
  later() {
    if (this.timer !== null || !triesAgain(this.phone)) return;
    const [least, most] = TRY;
    this.timer = this.environment.setTimeout(() => this.again(), least + Math.random() * (most - least));
  }

  /** Connect anew, now: after a sleep a socket may be dead without knowing it. */
  again() {
    this.environment.clearTimeout(this.timer);
    this.timer = null;
    if (this.phone.gone !== "closed") this.link.connect();
  }

  /** The line is gone, as far as the browser knows. */
  lose() {
    this.change(offline(this.phone));
  }

  send() {
    const { draft } = this;
    if (draft === null) return;
    const name = this.name.value.trim();
    this.keep(NAME, name);
    this.transmit({ asked: this.drawn, value: draft, name: this.phone.answers ? "" : name });
  }

  /**
   * Send an answer, once more where nothing has confirmed it: a later one takes the place of an earlier one.
   *
   * @param {{asked: string, value: number, name: string}} sending
   */
  transmit(sending) {
    const { value, name } = (this.sending = sending);
    this.link.send({ op: "send", value, round: this.phone.round, ...(name && { name }) });
    this.environment.clearTimeout(this.doubts);
    this.doubts = this.environment.setTimeout(() => {
      this.lose();
      this.again();
    }, CONFIRMED);
    this.draw();
  }

  join() {
    const code = codeIn(this.code.value);
    if (code) this.environment.go(code);
    else setText(this.status, noCode(this.code.value));
  }

  draw() {
    const { phone } = this;
    const used = this.environment.page.activeElement;
    const asked = `${phone.round} ${phone.text} ${phone.answers}`;
    if (phone.round && asked !== this.drawn) this.ask(asked);
    const open = phone.state === "ready" || phone.state === "sent";
    const closed = phone.state === "closed";
    this.control.hidden = !phone.round || closed;
    this.nickname.hidden = !phone.round || closed || phone.answers !== null || phone.state === "revealed";
    this.button.hidden = !phone.round || closed || phone.state === "revealed";
    this.other.hidden = !closed;
    const known = this.sending ?? { value: phone.value, name: this.named };
    const renamed = phone.answers === null && this.name.value.trim() !== known.name;
    this.button.disabled = !open || this.draft === null || (this.draft === known.value && !renamed);
    this.button.textContent = phone.value === null ? "Send" : "Send again";
    for (const input of this.inputs) input.disabled = !open;
    for (const [i, label] of this.labels.entries()) {
      if (phone.right === i) label.dataset.right = "";
      else delete label.dataset.right;
    }
    handOn(used, this.inputs.find((input) => input.checked) ?? this.inputs[0]);
    this.status.dataset.state = phone.state;
    const on = this.sending ? `Sending: ${answerText(phone, this.sending.value)}.` : "";
    setText(this.status, (open && (this.refused || on)) || sentence(phone));
  }

  /** What is said of a learning rate that cannot be. */
  refused = "";

  /** @type {HTMLInputElement[]} */ inputs = [];
  /** @type {HTMLElement[]} */ labels = [];

  /** Another question: another control. @param {string} asked */
  ask(asked) {
    const { phone } = this;
    this.drawn = asked;
    this.draft = phone.value;
    this.title.textContent = phone.text;
    if (phone.value !== null && !phone.answers) this.name.value = this.named = phone.name;
    this.control.replaceChildren(phone.answers ? this.answers(phone.answers) : this.rate());
  }

  /** @param {string[]} texts */
  answers(texts) {
    this.inputs = texts.map((_, i) => h("input", { type: "radio", name: "answer", value: i }));
    this.inputs.forEach((input, i) => {
      input.checked = this.draft === i;
      listen(input, { change: () => this.choose(i) }, this.listeners.signal);
    });
    this.labels = texts.map((text, i) => h("label", { class: "nnr-answer" }, this.inputs[i], h("span", { text })));
    return h("fieldset", { class: "nnr-answers", "aria-label": this.phone.text }, ...this.labels);
  }

  rate() {
    const grid = logGrid(...this.phone.range);
    const ends = this.phone.range.map((end) => h("span", { text: formatNumber(end) }));
    const { signal } = this.listeners;
    const slider = rangeInput({ label: "Learning rate", testid: "room-eta", min: 0, max: grid.length - 1, signal });
    const typed = h("input", {
      type: "text",
      inputmode: "decimal",
      autocomplete: "off",
      "aria-label": "Learning rate, typed",
    });
    [this.inputs, this.labels] = [[slider, typed], []];
    const place = (/** @type {number} */ eta) => {
      slider.value = String(nearest(grid, eta));
      slider.setAttribute("aria-valuetext", answerText(this.phone, eta));
    };
    const start = this.draft ?? FIRST;
    place(start);
    typed.value = formatNumber(start, 4);
    this.draft = start;
    const slide = () => {
      const eta = grid[Number(slider.value)];
      typed.value = formatNumber(eta, 4);
      place(eta);
      this.choose(eta);
    };
    const type = () => {
      const eta = readNumber(typed.value);
      const [least, most] = this.phone.allowed;
      const good = eta !== null && eta >= least && eta <= most;
      typed.setAttribute("aria-invalid", String(!good));
      if (good) place(eta);
      this.choose(good ? eta : null);
    };
    listen(slider, { input: slide }, signal);
    const refuse = () => {
      if (this.draft !== null) return;
      const [least, most] = this.phone.allowed.map((end) => formatNumber(end));
      this.refused = `Learning rate must be a number from ${least} to ${most}; got '${typed.value.slice(0, 20)}'.`;
      this.draw();
    };
    listen(typed, { input: type, change: refuse }, signal);
    return h(
      "div",
      { class: "nnr-rate" },
      h("label", {}, "η =", typed),
      slider,
      h("div", { class: "nnr-ends" }, ...ends),
    );
  }

  /** @param {number | null} value */
  choose(value) {
    this.draft = value;
    this.refused = "";
    this.draw();
  }
}
