// @ts-check
/**
 * The building blocks: one component, one module a kind. Streamlit calls the default export at every script run; the
 * block itself is built once and told what is new.
 *
 * @typedef {object} Context what Streamlit hands to a component (version 2)
 * @property {any} data `kind` names the block, `lecture` lecture mode, the rest is the block's own
 * @property {HTMLElement | ShadowRoot} parentElement
 * @property {(name: string, value: unknown) => void} setStateValue
 *
 * @typedef {object} Block
 * @property {(data: any) => void} update draws what is new
 * @property {(action: string) => void} [key] next, back, first or play was asked for by a key
 * @property {() => void} [end] stops what runs by itself
 *
 * @typedef {object} Tools
 * @property {HTMLElement} host an empty element to build in
 * @property {AbortSignal} signal ends listeners
 * @property {() => import("../kit/theme.js").Theme} theme
 * @property {() => number} scale of type and lines: 1, and more in lecture mode
 * @property {(name: string, value: unknown) => void} tell tells Streamlit of a choice that is to be kept
 */

import { readTheme } from "../kit/theme.js";
import { h } from "../kit/dom.js";
import activation from "./activation.js";
import backprop from "./backprop.js";
import cost from "./cost.js";
import { Teller } from "../kit/kept.js";
import { blockKey } from "../kit/block_keys.js";
import paths from "./paths.js";
import softmax from "./softmax.js";

/** @type {Record<string, (tools: Tools) => Block>} */
const KINDS = { activation, cost, softmax, paths, backprop };

/** @type {WeakMap<object, {block: Block, context: Context, teller: Teller, redraw: () => void, end: () => void}>} */
const mounted = new WeakMap();

/**
 * How much larger type and lines are in lecture mode: as the window allows, so that a back row reads them.
 *
 * @param {boolean} lecture
 * @param {number} width of the block in pixels
 */
export const typeScale = (lecture, width) => (lecture ? Math.min(1.8, Math.max(1.15, width / 1000)) : 1);

/**
 * @param {Context} context
 * @returns {() => void} the function that ends the block
 */
export default function show(context) {
  const known = mounted.get(context.parentElement);
  if (known) {
    known.context = context;
    known.redraw();
    known.teller.answered();
    return known.end;
  }
  const host = h("div", { class: "nnb", "data-testid": `block-${context.data.kind}` });
  context.parentElement.append(host);
  const stop = new AbortController();
  const style = getComputedStyle(host);
  const scale = /** @returns {number} */ () => typeScale(entry.context.data.lecture, host.clientWidth);
  const teller = new Teller((name, value) => entry.context.setStateValue(name, value));
  const entry = {
    context,
    block: KINDS[context.data.kind]({
      host,
      signal: stop.signal,
      theme: () => readTheme((name) => style.getPropertyValue(name).trim()),
      scale,
      tell: (name, value) => teller.tell(name, value),
    }),
    teller,
    redraw: () => {
      host.classList.toggle("nnb-lecture", Boolean(entry.context.data.lecture));
      host.style.setProperty("--nnb-scale", String(scale()));
      entry.block.update(entry.context.data);
    },
    end: () => {
      stop.abort();
      teller.end();
      watch.disconnect();
      entry.block.end?.();
      host.remove();
      mounted.delete(context.parentElement);
    },
  };
  mounted.set(context.parentElement, entry);
  listen(entry.block, stop.signal);
  let size = "";
  // Charts are drawn to the pixel: a new width, or a window of another height, is a new drawing.
  const look = () => {
    const now = `${Math.round(host.clientWidth / 2)} ${globalThis.innerHeight}`;
    if (now === size) return;
    size = now;
    entry.redraw();
  };
  const watch = new ResizeObserver(look);
  watch.observe(host);
  globalThis.addEventListener("resize", look, { signal: stop.signal });
  return entry.end;
}

/**
 * Keys go to the block wherever on the page the focus is, unless what has it needs them itself.
 *
 * @param {Block} block
 * @param {AbortSignal} signal
 */
function listen(block, signal) {
  document.addEventListener(
    "keydown",
    (event) => {
      const target = /** @type {any} */ (event.composedPath()[0] ?? {});
      const { tagName, type, isContentEditable } = target;
      const role = target.closest?.("[role]")?.getAttribute("role") ?? null;
      const action = block.key && blockKey(event, { tagName, type, isContentEditable, role });
      if (!action) return;
      event.preventDefault();
      block.key?.(action);
    },
    { signal },
  );
}
