// @ts-check
/**
 * The eta strip, small, above another view's learning-rate slider: zones and cost at every rate. The slider's own thumb
 * is its marker. It asks for its runs after everything else, one slice at a time.
 */
import { linearScale } from "../kit/axis.js";
import { h, svg } from "../kit/dom.js";
import { Link } from "../kit/link.js";
import { linePath } from "../kit/paths.js";
import { paintTheme } from "../kit/theme.js";
import { drawZones, hatchings } from "./hatchings.js";
import { LEARNED, PENDING, costRange, stripSentence } from "./strip_model.js";
import { emptyStore, mainStrip, reduce } from "./strip_store.js";
/** @import { Environment } from "../kit/environment.js" */
/** @import { Theme } from "../kit/theme.js" */

export const HEIGHT = 36;
/** The view's own run comes first: the sweep is asked for when that is under way, in milliseconds. */
export const PATIENCE = 250;

let made = 0;

export class SmallStrip {
  /**
   * @param {Element} host the slider's track, above which it stands
   * @param {string} url of the socket
   * @param {Environment} environment
   * @param {{ thumb: number, place: (eta: number) => number }} slider half the thumb's width in pixels, and where on
   *   the track a rate lies, 0 to 1
   */
  constructor(host, url, environment, slider) {
    this.environment = environment;
    this.slider = slider;
    this.store = emptyStore();
    this.id = `nns-small-${(made += 1)}`;
    this.root = svg("svg", { role: "img", preserveAspectRatio: "none", height: HEIGHT, width: "100%" });
    this.box = h(
      "div",
      { class: "nns-root nns-small-strip", "data-testid": "small-strip", "data-state": "waiting" },
      h("link", { rel: "stylesheet", href: new URL("small_strip.css", import.meta.url).href }),
      this.root,
    );
    host.prepend(this.box);
    /** @type {any} */ this.timer = null;
    this.link = new Link(
      url,
      { onMessage: (message) => this.hear(message), onOnline: () => undefined, onLost: () => undefined },
      environment,
    );
    this.observer = new environment.ResizeObserver(() => this.draw());
    this.observer.observe(this.box);
  }

  /** @param {string} token @param {Theme} theme */
  update(token, theme) {
    paintTheme(this.box, theme);
    this.link.use(token);
  }

  /** @param {any} message */
  hear(message) {
    this.store = reduce(this.store, message);
    if (message.t === "job") this.ask(PATIENCE);
    if (message.t === "tick" && message.state === "working") this.ask(0);
    if (message.t === "strip") this.draw();
    this.box.dataset.state = this.store.state;
  }

  /** Ask for one more slice. @param {number} wait milliseconds */
  ask(wait) {
    if (wait === 0 && this.timer !== null) return;
    this.environment.clearTimeout(this.timer);
    const send = () => {
      this.timer = null;
      this.link.send({ op: "n" });
    };
    if (wait > 0) this.timer = this.environment.setTimeout(send, wait);
    else send();
  }

  draw() {
    const strip = this.store.meta ? mainStrip(this.store) : null;
    if (!strip) return;
    const width = Math.max(60, this.box.clientWidth);
    this.root.setAttribute("viewBox", `0 0 ${width} ${HEIGHT}`);
    this.root.setAttribute("aria-label", stripSentence(strip));
    const { thumb, place } = this.slider;
    const x = {
      ...linearScale(0, 1, thumb, width - thumb),
      at: (/** @type {number} */ eta) => thumb + place(eta) * (width - 2 * thumb),
    };
    const [low, high] = costRange([strip]).map(Math.log10);
    const y = linearScale(low, high, HEIGHT - 2, 2);
    // The word stands where the line is not: below a high cost, above a low one.
    const level = (/** @type {{kind: number}} */ { kind }) => (kind === LEARNED ? 11 : HEIGHT - 4);
    const { areas, words } = drawZones(strip, x, { id: this.id, top: 0, bottom: HEIGHT, level });
    const done = strip.etas.map((_, i) => i).filter((i) => strip.majority[i] !== PENDING);
    const cost = done.map((i) => y.at(Math.min(high, Math.max(low, Math.log10(strip.median[i])))));
    const line = linePath(done, cost, (i) => x.at(strip.etas[i]));
    this.root.replaceChildren(
      hatchings(this.id),
      ...areas,
      ...words,
      svg("path", { d: line, class: "nns-halo" }),
      svg("path", { d: line, class: "nns-median" }),
    );
  }

  close() {
    this.environment.clearTimeout(this.timer);
    this.observer.disconnect();
    this.link.close();
    this.box.remove();
  }
}
