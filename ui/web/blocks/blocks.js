// @ts-check
/**
 * The building blocks: one component, one module a kind. Streamlit calls the default export at every script run; the
 * block itself is built once and told what is new.
 *
 * @typedef {object} Context what Streamlit hands to a component (version 2)
 * @property {any} data `kind` names the block, `lecture` lecture mode, the rest is the block's own
 * @property {HTMLElement | ShadowRoot} parentElement
 * @property {(name: string, value: unknown) => void} setTriggerValue
 */

import { h, listen } from "../kit/dom.js";
import { hallHeight, mounted } from "../kit/environment.js";
import { declared, targetOf } from "../kit/keys.js";
import { Teller } from "../kit/teller.js";
import { paintTheme, readTheme, typeScale } from "../kit/theme.js";
import { voice } from "../kit/voice.js";
import activation from "./activation.js";
import backprop from "./backprop.js";
import cost from "./cost.js";
import { blockKey } from "./keys.js";
import paths from "./paths.js";
import softmax from "./softmax.js";
/** @import { Block, Tools } from "./block.js" */

/** @type {Record<string, (tools: Tools) => Block>} */
const KINDS = { activation, cost, softmax, paths, backprop };

/** A block is drawn for a width of its own; its smallest type is that of its charts. */
export const TYPE = { ordinary: 1000, smallest: 13 };

/** Below a block in lecture mode, in pixels. */
const EDGE = 8;

/** Width in pixels from which lecture mode fills the screen; a narrower page scrolls. */
const FILLS = 900;

class BlockView {
  /** @param {Context} context */
  constructor(context) {
    const { kind } = context.data;
    this.context = context;
    this.host = h("div", { class: "nnb", "data-testid": `block-${kind}` });
    context.parentElement.append(this.host);
    this.ending = new AbortController();
    const { signal } = this.ending;
    this.style = getComputedStyle(this.host);
    this.teller = new Teller((name, value) => this.context.setTriggerValue(name, value));
    this.voice = voice();
    this.block = KINDS[kind]({
      host: this.host,
      signal,
      theme: () => this.theme(),
      scale: () => this.scale(),
      spare: () => this.spare,
      announce: this.voice.announceAtRest,
      tell: (name, value) => this.teller.tell(name, value),
    });
    this.host.append(this.voice.element);
    hearKeys(this.host, this.block, signal);
    this.size = "";
    this.spare = 0;
    this.watch = new ResizeObserver(() => this.fit());
    this.watch.observe(this.host);
    globalThis.addEventListener("resize", () => this.fit(), { signal });
  }

  theme() {
    return readTheme((name) => this.style.getPropertyValue(name).trim());
  }

  scale() {
    return typeScale(this.context.data.lecture, this.host.clientWidth, hallHeight(), TYPE);
  }

  /** @param {Context} context */
  update(context) {
    this.context = context;
    this.draw();
    this.teller.answered();
  }

  draw() {
    const { data } = this.context;
    this.host.dataset.about = data.about;
    this.host.classList.toggle("nnb-lecture", Boolean(data.lecture));
    paintTheme(this.host, this.theme());
    this.host.style.setProperty("--nnb-scale", String(this.scale()));
    const fills = data.lecture && this.host.clientWidth >= FILLS;
    if (!fills) this.spare = 0.7 * Math.max(0, globalThis.innerHeight - 720);
    this.block.update(data);
    if (fills) this.fill();
  }

  /** In lecture mode the charts take what words and controls leave of the screen, which is known once they are drawn. */
  fill() {
    const left = globalThis.innerHeight - this.host.getBoundingClientRect().bottom - EDGE;
    if (Math.abs(left) < 2) return;
    this.spare = Math.max(this.spare + left, -globalThis.innerHeight / 2);
    this.block.update(this.context.data);
  }

  /** Charts are drawn to the pixel: a new width, or a window of another height, is a new drawing. */
  fit() {
    const high = this.context.data.lecture ? Math.round(this.host.getBoundingClientRect().bottom) : 0;
    const size = `${Math.round(this.host.clientWidth / 2)} ${globalThis.innerHeight} ${high}`;
    if (size === this.size) return;
    this.size = size;
    this.draw();
  }

  close() {
    this.ending.abort();
    this.teller.end();
    this.voice.end();
    this.watch.disconnect();
    this.block.end?.();
    this.host.remove();
  }
}

export default mounted((/** @type {Context} */ context) => new BlockView(context));

/**
 * Keys go to the block wherever on the page the focus is, unless what has it needs them itself.
 *
 * @param {HTMLElement} host
 * @param {Block} block
 * @param {AbortSignal} signal
 */
function hearKeys(host, block, signal) {
  const keydown = (/** @type {KeyboardEvent} */ event) => {
    const action = block.key && blockKey(event, targetOf(event.composedPath()[0]));
    if (!action) return void (event.key.length === 1 && declared(host, event));
    event.preventDefault();
    block.key?.(action);
  };
  listen(document, { keydown }, signal);
}
