// @ts-check
/**
 * Curves of several libraries laid over one another: nncore's as a broad band, the others as thin lines that carry symbols
 * of their own at epochs of their own, so that curves that agree can still be told apart.
 *
 * Streamlit calls the default export at every script run; the chart stays where it is and is told what is new.
 *
 * @typedef {object} Curve
 * @property {string} name
 * @property {string} colour
 * @property {number[]} x epochs
 * @property {(number | null)[]} y null where a cost is not finite
 * @property {string} dash "" for the band
 * @property {string} shape symbol of the marks, "" for none
 * @property {number[]} marks positions in `x` that carry a symbol
 *
 * @typedef {object} Data
 * @property {Curve[]} curves
 * @property {[number, number]} x range
 * @property {[number, number]} y range
 * @property {boolean} log
 * @property {number} height in pixels
 * @property {string} about data set and settings
 * @property {string} label what the chart shows, for screen readers
 * @property {string} told what is to be said of all curves together
 * @property {boolean} more whether something may still arrive
 * @property {boolean} [lecture] large, and as high as the page around it leaves room
 *
 * @typedef {object} Context what Streamlit hands to a component (version 2)
 * @property {Data} data
 * @property {HTMLElement | ShadowRoot} parentElement
 * @property {(name: "look", value: boolean) => void} setTriggerValue
 */

import { drawChart } from "../kit/chart.js";
import { h, svg } from "../kit/dom.js";
import { hallHeight, mounted } from "../kit/environment.js";
import { symbol } from "../kit/symbols.js";
import { voice } from "../kit/voice.js";
import { paintTheme, readTheme, typeScale } from "../kit/theme.js";
/** @import { Theme } from "../kit/theme.js" */

/** The part of Streamlit's page that a view stands in. */
const PAGE = '[data-testid="stMainBlockContainer"]';

/** Type of the names of the curves, and the lowest chart, in pixels. */
const TYPE = 15;
const LEAST = 180;

/** Between two questions about runs that are not finished, in milliseconds. */
const ASK_EVERY = 500;

/** A hidden tab whose clock the browser slows down to this has been left: it asks no more until it is seen again. */
const LEFT_MS = 5000;

/**
 * The view asks for what is new by itself, as long as there is something to come: whoever has gone asks no more. (A
 * fragment of Streamlit's that runs on a clock can only be stopped by drawing the whole page again, and a browser that is
 * still busy with the first drawing then loses the values of the controls.)
 */
class CompareView {
  /** @param {Context} context */
  constructor(context) {
    this.context = context;
    this.host = h("div", { class: "nnc", "data-testid": "compare-view" });
    this.voice = voice();
    context.parentElement.append(this.voice.element, this.host); // behind it the voice would make its box scroll
    this.style = getComputedStyle(this.host);
    /** @type {ReturnType<typeof setInterval> | undefined} */ this.asking = undefined;
    this.asked = Date.now();
    this.watch = new ResizeObserver(() => this.draw());
    const page = this.host.closest(PAGE);
    for (const box of page ? [this.host, page] : [this.host]) this.watch.observe(box);
  }

  /** @param {Context} context */
  update(context) {
    this.context = context;
    this.draw();
    const { more, told } = context.data;
    if (more) {
      this.asking ??= setInterval(() => this.ask(), ASK_EVERY);
      this.voice.forget();
    } else {
      this.rest();
      this.voice.announce(told);
    }
  }

  draw() {
    const { host, style } = this;
    const { data } = this.context;
    const { clientWidth: width } = host;
    if (!width) return;
    const theme = readTheme((name) => style.getPropertyValue(name).trim());
    paintTheme(host, theme);
    const scale = typeScale(data.lecture === true, width, hallHeight(), { ordinary: 1000, smallest: 13 });
    const height = data.lecture ? this.left() : data.height;
    host.style.minHeight = `${height}px`;
    host.style.fontSize = `${TYPE * scale}px`;
    host.setAttribute("data-about", data.about);
    host.setAttribute("data-curves", String(data.curves.length));
    host.setAttribute("data-state", data.more ? "following" : "complete");
    const names = key(data.curves);
    host.replaceChildren(names);
    host.append(chart({ ...data, height: height - (names.clientHeight || 0) }, width, theme, scale));
  }

  /** What is left of the screen for the view, beside what stands above and below it on its page. */
  left() {
    const { host } = this;
    const page = host.closest(PAGE)?.getBoundingClientRect() ?? host.getBoundingClientRect();
    const others = page.height - host.getBoundingClientRect().height;
    return Math.max(LEAST, globalThis.innerHeight - Math.max(0, page.top) - others);
  }

  ask() {
    const late = Date.now() - this.asked > LEFT_MS;
    this.asked = Date.now();
    if (!(late && globalThis.document?.hidden)) this.context.setTriggerValue("look", true);
  }

  rest() {
    clearInterval(this.asking);
    this.asking = undefined;
  }

  close() {
    this.rest();
    this.watch.disconnect();
    this.host.remove();
    this.voice.element.remove();
  }
}

export default mounted((/** @type {Context} */ context) => new CompareView(context));

/** @param {Data} data @param {number} width @param {Theme} theme @param {number} scale */
function chart(data, width, theme, scale) {
  const lines = data.curves.map(({ x, y, colour, dash }) => ({
    x,
    y,
    colour,
    dash,
    width: dash ? 2 : 9,
    opacity: dash ? 1 : 0.45,
  }));
  const marks = data.curves.flatMap(({ x, y, colour, shape, marks: at }) =>
    at.filter((i) => shape && y[i] !== null).map((i) => ({ x: x[i], y: /** @type {number} */ (y[i]), colour, shape })),
  );
  return drawChart(
    {
      width,
      height: data.height,
      scale,
      x: data.x,
      y: data.y,
      log: data.log,
      xLabel: "epoch",
      yLabel: "training loss",
      lines,
      marks,
      label: data.label,
    },
    theme,
  );
}

/** The curves by name, in their order. @param {Curve[]} curves */
function key(curves) {
  return h(
    "div",
    { class: "nnc-key" },
    ...curves.map(({ name, colour, dash, shape }) => {
      const sample = svg(
        "svg",
        { width: 38, height: 16, viewBox: "0 0 38 16", "aria-hidden": "true" },
        svg("path", {
          d: "M1,8H37",
          stroke: colour,
          fill: "none",
          "stroke-width": dash ? 2 : 9,
          ...(dash ? { "stroke-dasharray": dash } : { opacity: 0.45 }),
        }),
      );
      if (shape) sample.append(symbol(shape, { x: 19, y: 8, colour }));
      return h("span", {}, /** @type {any} */ (sample), h("span", { text: name }));
    }),
  );
}
