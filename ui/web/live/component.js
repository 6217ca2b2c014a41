// @ts-check
/**
 * What Streamlit mounts. Its default export is called again on every script run and theme change with the same element,
 * so the view is kept by element and only told what changed; the function it returns runs when the page lets go.
 */
import { loadPlotly } from "../panels/plotly_chart.js";
import { View } from "./view.js";

/** @type {WeakMap<Element, View>} */
const views = new WeakMap();

/**
 * @param {import("./view.js").Context} context
 * @param {import("./view.js").World} [world] stands in for the browser in tests
 * @returns {() => void} ends the view; calling it twice is safe
 */
export default function live(context, world) {
  const { parentElement } = context;
  let view = views.get(parentElement);
  if (!view) {
    view = new View(parentElement, context, world ?? browser());
    views.set(parentElement, view);
  }
  const mine = view;
  mine.update(context);
  return () => {
    mine.destroy();
    if (views.get(parentElement) === mine) views.delete(parentElement);
  };
}

/** @returns {import("./view.js").World} */
function browser() {
  return {
    WebSocket: globalThis.WebSocket,
    setTimeout: (run, ms) => globalThis.setTimeout(run, ms),
    clearTimeout: (id) => globalThis.clearTimeout(id),
    requestAnimationFrame: (run) => globalThis.requestAnimationFrame(run),
    cancelAnimationFrame: (id) => globalThis.cancelAnimationFrame(id),
    now: () => performance.now(),
    plotly: loadPlotly,
    page: document,
    origin: globalThis.location.origin,
    folder: new URL("../", import.meta.url).href,
    style: (element, name) => getComputedStyle(element).getPropertyValue(name).trim(),
    ResizeObserver: globalThis.ResizeObserver,
    screenHeight: () => globalThis.innerHeight,
    calm: () => globalThis.matchMedia("(prefers-reduced-motion: reduce)").matches,
  };
}
