// @ts-check
/**
 * A page without a browser: just enough of the document for the view to build itself, be clicked and be taken away, and
 * a count of every listener that is alive.
 */

export const alive = { listeners: 0, observers: 0, timers: 0, frames: 0 };

class Spot extends EventTarget {
  /**
   * @param {string} type
   * @param {any} listener
   * @param {any} [options]
   * @override
   */
  addEventListener(type, listener, options) {
    if (options?.signal?.aborted) return;
    super.addEventListener(type, listener, options);
    alive.listeners += 1;
    options?.signal?.addEventListener(
      "abort",
      () => {
        alive.listeners -= 1;
      },
      { once: true },
    );
  }
}

/** A drawing surface on which everything is allowed and nothing happens. */
function surface() {
  const known = {
    createImageData: (/** @type {number} */ w, /** @type {number} */ h) => ({ data: new Uint8ClampedArray(4 * w * h) }),
  };
  return new Proxy(/** @type {any} */ (known), {
    get: (target, key) => target[key] ?? (() => undefined),
    set: (target, key, value) => (target[key] = value) !== null || true,
  });
}

class ClassList {
  /** @param {Element} element */
  constructor(element) {
    this.element = element;
  }

  get names() {
    return (this.element.getAttribute("class") ?? "").split(" ").filter(Boolean);
  }
  /** @param {string} name */
  add(name) {
    this.toggle(name, true);
  }
  /** @param {string} name @param {boolean} on */
  toggle(name, on) {
    const others = this.names.filter((one) => one !== name);
    this.element.setAttribute("class", [...others, ...(on ? [name] : [])].join(" "));
  }
}

class Style {
  /** @type {Record<string, string>} */ properties = {};

  /** @param {string} name @param {string} value */
  setProperty(name, value) {
    this.properties[name] = value;
  }
}

export class Element extends Spot {
  /** @param {string} tag */
  constructor(tag) {
    super();
    this.tagName = tag.toUpperCase();
    this.attributes = /** @type {Map<string, string>} */ (new Map());
    this.children = /** @type {any[]} */ ([]);
    this.parent = /** @type {Element | null} */ (null);
    this.style = new Style();
    this.dataset = /** @type {Record<string, string>} */ ({});
    this.classList = new ClassList(this);
    this.text = "";
    this.value = "";
    this.checked = false;
    this.clientWidth = 1200;
    this.offsetTop = 0;
  }

  get hidden() {
    return this.attributes.has("hidden");
  }
  set hidden(on) {
    if (on) this.attributes.set("hidden", "");
    else this.attributes.delete("hidden");
  }
  /** @returns {Element | null} */
  get firstElementChild() {
    return this.children.find((child) => child instanceof Element) ?? null;
  }
  get textContent() {
    return this.text + this.children.map((child) => child.textContent ?? "").join("");
  }
  set textContent(text) {
    this.children = [];
    this.text = String(text);
  }

  get parentElement() {
    return this.parent;
  }

  /** @param {...any} nodes */
  append(...nodes) {
    for (const given of nodes) {
      const node = typeof given === "string" ? { textContent: given, children: [] } : given;
      node.remove?.();
      node.parent = this;
      this.children.push(node);
    }
  }

  /** @param {...any} nodes */
  replaceChildren(...nodes) {
    for (const child of this.children) child.parent = null;
    this.children = [];
    this.append(...nodes);
  }

  remove() {
    if (this.parent) this.parent.children = this.parent.children.filter((child) => child !== this);
    this.parent = null;
  }

  /** @param {any} node */
  prepend(node) {
    this.append(node);
  }

  /** @param {string} name @param {any} value */
  setAttribute(name, value) {
    this.attributes.set(name, String(value));
    if (name === "value") this.value = String(value);
  }
  /** @param {string} name */
  getAttribute(name) {
    return this.attributes.get(name) ?? null;
  }
  /** @param {string} name */
  hasAttribute(name) {
    return this.attributes.has(name);
  }
  /** @param {string} name */
  removeAttribute(name) {
    this.attributes.delete(name);
  }
  getBoundingClientRect() {
    return { left: 0, top: 0, width: 100, height: 100 };
  }
  getContext() {
    return surface();
  }
  setPointerCapture() {}
  focus() {}
  /** @param {string} selector @returns {Element | null} */
  closest(selector) {
    return selector === "[role]" && this.attributes.has("role") ? this : (this.parent?.closest(selector) ?? null);
  }

  /** @param {string} selector a class or a test id @returns {any} */
  querySelector(selector) {
    const wanted = selector.startsWith(".") ? ["class", selector.slice(1)] : ["data-testid", selector];
    for (const child of this.children) {
      if (!(child instanceof Element)) continue;
      if ((child.getAttribute(wanted[0]) ?? "").split(" ").includes(wanted[1])) return child;
      const deeper = child.querySelector(selector);
      if (deeper) return deeper;
    }
    return null;
  }

  querySelectorAll() {
    return /** @type {Element[]} */ ([]);
  }

  /** @param {string} type @param {Record<string, any>} [more] */
  fire(type, more = {}) {
    const event = Object.assign(new Event(type, { cancelable: true }), more);
    this.dispatchEvent(event);
    return event;
  }
}

export class Page extends Spot {
  /** @param {string} tag */
  createElement(tag) {
    return new Element(tag);
  }
  /** @param {string} _space @param {string} tag */
  createElementNS(_space, tag) {
    return new Element(tag);
  }
}

/** The surroundings of one view: its page, its sockets, a clock and frames that move only when told. */
export function surroundings() {
  const page = new Page();
  /** @type {any} */ (globalThis).document = page;
  const sockets = /** @type {any[]} */ ([]);
  let timers = /** @type {{id: number, at: number, run: () => void}[]} */ ([]);
  let frames = /** @type {{id: number, run: () => void}[]} */ ([]);
  let [now, ids] = [0, 0];
  class Socket {
    constructor() {
      this.readyState = 1;
      this.sent = /** @type {any[]} */ ([]);
      this.closed = false;
      this.slow = false;
      sockets.push(this);
    }

    /** @param {string} text */
    send(text) {
      const message = JSON.parse(text);
      this.sent.push(message);
      if (message.op === "mark" && !this.slow) this.hear({ t: "marked" });
    }
    close() {
      this.closed = true;
    }
    /** @param {any} message */
    hear(message) {
      /** @type {any} */ (this).onmessage({ data: JSON.stringify(message) });
    }
  }
  class Observer {
    constructor() {
      alive.observers += 1;
    }
    observe() {}
    disconnect() {
      alive.observers -= 1;
    }
  }
  const environment = /** @type {any} */ ({
    WebSocket: Socket,
    ResizeObserver: Observer,
    page,
    origin: "http://host",
    folder: "http://host/live/web/1/",
    now: () => now,
    plotly: () => new Promise(() => undefined),
    style: () => "",
    screenHeight: () => 720,
    fingers: () => false,
    hallHeight: () => 720,
    calm: () => false,
    setTimeout: (/** @type {() => void} */ run, /** @type {number} */ ms) =>
      timers.push({ id: (ids += 1), at: now + ms, run }) && ids,
    clearTimeout: (/** @type {number} */ id) => {
      timers = timers.filter((timer) => timer.id !== id);
    },
    requestAnimationFrame: (/** @type {() => void} */ run) => frames.push({ id: (ids += 1), run }) && ids,
    cancelAnimationFrame: (/** @type {number} */ id) => {
      frames = frames.filter((frame) => frame.id !== id);
    },
  });
  /** Let time pass in ticks of a 60 Hz screen. @param {number} ms */
  const pass = (ms) => {
    for (const end = now + ms; now < end;) {
      now += 1000 / 60;
      const due = timers.filter((timer) => timer.at <= now);
      timers = timers.filter((timer) => timer.at > now);
      for (const timer of due) timer.run();
      const run = frames;
      frames = [];
      for (const frame of run) frame.run();
    }
  };
  return { environment, page, sockets, pass, waiting: () => timers.length + frames.length };
}

/**
 * Refuse a view's handshakes until it asks what hinders them, by a proxy that has turned the Host header into another.
 *
 * @param {ReturnType<typeof surroundings>} place
 */
export async function refuse({ environment, sockets, pass }) {
  environment.fetch = async () => ({ status: 426, json: async () => ({ host: "another", allowed: false }) });
  for (let k = 0; k < 4; k += 1) {
    sockets[sockets.length - 1].onclose({ code: 1006 });
    pass(5000);
  }
  await new Promise((done) => setTimeout(done, 0));
  pass(50);
}
