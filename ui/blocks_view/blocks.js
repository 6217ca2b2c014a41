// @ts-check
/**
 * The building blocks: one component, one module a kind. Streamlit calls the default export at every script run; the
 * block itself is built once and told what is new.
 *
 * @typedef {object} Context what Streamlit hands to a component (version 2)
 * @property {any} data `kind` names the block, `base` the folder, the rest is the block's own
 * @property {HTMLElement | ShadowRoot} parentElement
 * @property {(name: string, value: unknown) => void} setStateValue
 * @property {(name: string, value: unknown) => void} setTriggerValue
 *
 * @typedef {object} Block
 * @property {(data: any) => void} update draws what is new
 * @property {() => void} [end] stops what runs by itself
 *
 * @typedef {object} Tools
 * @property {HTMLElement} host an empty element to build in
 * @property {AbortSignal} signal ends listeners
 * @property {() => import("../live_view/theme.js").Theme} theme
 * @property {(name: string, value: unknown) => void} tell tells Streamlit of a choice that is to be kept
 */

import { readTheme } from "../live_view/theme.js";
import { h } from "../live_view/dom.js";
import activation from "./activation.js";
import backprop from "./backprop.js";
import cost from "./cost.js";
import paths from "./paths.js";
import softmax from "./softmax.js";

/** @type {Record<string, (tools: Tools) => Block>} */
const KINDS = { activation, cost, softmax, paths, backprop };

/** @type {WeakMap<object, {block: Block, context: Context, redraw: () => void, end: () => void}>} */
const mounted = new WeakMap();

/**
 * @param {Context} context
 * @returns {() => void} the function that ends the block
 */
export default function show(context) {
  const known = mounted.get(context.parentElement);
  if (known) {
    known.context = context;
    known.redraw();
    return known.end;
  }
  const host = h("div", { class: "nnb", "data-testid": `block-${context.data.kind}` });
  context.parentElement.append(host);
  const stop = new AbortController();
  const style = getComputedStyle(host);
  const entry = {
    context,
    block: KINDS[context.data.kind]({
      host,
      signal: stop.signal,
      theme: () => readTheme((name) => style.getPropertyValue(name).trim()),
      tell: (name, value) => entry.context.setStateValue(name, value),
    }),
    redraw: () => entry.block.update(entry.context.data),
    end: () => {
      stop.abort();
      watch.disconnect();
      entry.block.end?.();
      host.remove();
      mounted.delete(context.parentElement);
    },
  };
  mounted.set(context.parentElement, entry);
  let width = 0;
  // Charts are drawn to the pixel: a new width is a new drawing.
  const watch = new ResizeObserver(() => {
    if (Math.abs(host.clientWidth - width) < 2) return;
    width = host.clientWidth;
    entry.redraw();
  });
  watch.observe(host);
  return entry.end;
}
