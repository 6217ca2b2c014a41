// @ts-check
/**
 * The socket to the live channel: says hello, asks for frames, reconnects by itself, rests while nobody can see the page,
 * and tells when the server no longer knows this channel. It knows neither the page nor what the messages mean.
 */
import { parseMessage } from "./decode.js";
/** @import { Environment } from "./environment.js" */

/** Close code of a token the server does not know (it restarted, or the tab's session ended). */
const UNKNOWN_TOKEN = 4404;

/** Close code of a socket whose view has connected again. */
const REPLACED = 4409;

/** First and longest wait before connecting again, in milliseconds; doubled each time in between. */
export const BACK_OFF = /** @type {const} */ ([250, 5000]);

/**
 * How often an unknown token is reported until another one is given. Streamlit drops what is sent while its own
 * connection is down, so a single report can be lost (seen in Streamlit 1.67).
 */
export const REPORT_EVERY = 1500;

/**
 * How long a page is hidden before its socket is let go, in milliseconds: without a viewer the server computes nothing, and
 * who only looks something up in another tab waits for nothing.
 */
export const REST_AFTER = 5000;

/** Handshakes refused in a row after which the view is told: a server that has just gone away refuses one or two. */
const REFUSED = 3;

/**
 * Keys of the channels that this page has been let into, by token. A token opens a channel once; whoever connects again,
 * after a break or when the view is built anew, shows the key as well.
 *
 * @type {Map<string | null, string>}
 */
const KEYS = new Map();

/**
 * @typedef {Pick<Environment, "WebSocket" | "setTimeout" | "clearTimeout" | "page">} Surroundings
 *
 * @typedef {object} Listeners
 * @property {(message: any) => void} onMessage
 * @property {(online: boolean) => void} onOnline
 * @property {() => void} [onRefused] called whenever a handshake is refused, from the third one in a row on
 * @property {(token: string) => void} onLost called every 1.5 s while the server does not know the token
 */

export class Link {
  /**
   * @param {string} url of the socket
   * @param {Listeners} listeners
   * @param {Surroundings} environment
   * @param {(data: unknown) => any} [read] makes a message of what arrives, null of what is none
   */
  constructor(url, listeners, environment, read = parseMessage) {
    this.url = url;
    this.read = read;
    this.listeners = listeners;
    this.environment = environment;
    /** @type {string | null} */ this.token = null;
    /** @type {WebSocket | null} */ this.socket = null;
    this.attempts = 0;
    this.refused = 0;
    this.outstanding = 0;
    /** @type {any} */ this.timer = null;
    /** @type {any} */ this.restTimer = null;
    this.resting = false;
    this.closed = false;
    this.listening = new AbortController();
    const { page } = environment;
    const { signal } = this.listening;
    page.addEventListener("visibilitychange", () => this.seen(!page.hidden), { signal });
  }

  /** @param {boolean} visible whether anybody can see the page now */
  seen(visible) {
    this.environment.clearTimeout(this.restTimer);
    if (!visible) this.restTimer = this.environment.setTimeout(() => this.rest(), REST_AFTER);
    else if (this.resting) {
      this.resting = false;
      if (this.token !== null) this.connect();
    }
  }

  rest() {
    this.resting = true;
    this.environment.clearTimeout(this.timer);
    this.drop();
  }

  /**
   * Speak for this channel; another token drops the old connection. The same token again changes nothing.
   *
   * @param {string} token
   */
  use(token) {
    if (this.token === token || this.closed) return;
    this.token = token;
    this.attempts = 0;
    this.refused = 0;
    this.connect();
  }

  connect() {
    this.environment.clearTimeout(this.timer);
    this.drop();
    if (this.resting) return;
    const socket = new this.environment.WebSocket(this.url);
    this.socket = socket;
    this.refused += 1; // until it opens
    socket.onopen = () => {
      if (socket !== this.socket) return;
      this.refused = 0;
      this.outstanding = 0;
      const key = KEYS.get(this.token);
      socket.send(JSON.stringify({ op: "hello", token: this.token, ...(key && { key }) }));
    };
    socket.onmessage = (event) => {
      if (socket === this.socket) this.receive(event.data);
    };
    socket.onclose = (event) => {
      if (socket === this.socket) this.lose(event.code);
    };
  }

  /** @param {unknown} data */
  receive(data) {
    this.take(this.read(data));
  }

  /** @param {any} message */
  take(message) {
    if (!message) return;
    if (message.t === "key") {
      KEYS.set(this.token, message.key);
      return;
    }
    this.attempts = 0;
    this.listeners.onOnline(true);
    if (message.t === "frame") this.outstanding = Math.max(0, this.outstanding - 1);
    this.listeners.onMessage(message);
  }

  /** @param {number} code */
  lose(code) {
    this.socket = null;
    this.outstanding = 0;
    this.listeners.onOnline(false);
    if (this.refused >= REFUSED) this.listeners.onRefused?.();
    // A newer socket of the same view took over: connecting again would take it back, and so on for ever.
    if (this.closed || code === REPLACED) return;
    if (code === UNKNOWN_TOKEN) {
      this.report(this.token);
      return;
    }
    const wait = Math.min(BACK_OFF[1], BACK_OFF[0] * 2 ** this.attempts);
    this.attempts += 1;
    this.timer = this.environment.setTimeout(() => this.connect(), wait);
  }

  /** @param {string | null} token */
  report(token) {
    if (this.closed || token === null || token !== this.token) return;
    this.listeners.onLost(token);
    this.timer = this.environment.setTimeout(() => this.report(token), REPORT_EVERY);
  }

  /**
   * @param {Record<string, unknown>} message
   * @returns {boolean} false where there is no connection to send it on
   */
  send(message) {
    if (this.socket?.readyState !== 1) return false;
    this.socket.send(JSON.stringify(message));
    return true;
  }

  /** Ask for one more frame. */
  ask() {
    if (this.send({ op: "n" })) this.outstanding += 1;
  }

  /**
   * Tell the server that what has just been drawn is on the screen. Until then its script holds back the rest of the
   * page, whose drawing would come before the screen's.
   *
   * @param {(run: () => void) => unknown} beforePaint calls back when the browser is about to paint
   */
  tellPainted(beforePaint) {
    beforePaint(() => this.environment.setTimeout(() => this.send({ op: "painted" }), 0));
  }

  /** Forget the present socket without hearing of its end. */
  drop() {
    const socket = this.socket;
    this.socket = null;
    this.outstanding = 0;
    if (!socket) return;
    socket.onopen = null;
    socket.onmessage = null;
    socket.onclose = null;
    socket.close();
  }

  close() {
    this.closed = true;
    this.listening.abort();
    this.environment.clearTimeout(this.timer);
    this.environment.clearTimeout(this.restTimer);
    this.drop();
  }
}
