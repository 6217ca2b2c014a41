// @ts-check
/** What all panels have: a frame with title, note and tools, a place for the drawing, and a size. */
import { h } from "../kit/dom.js";

export class Panel {
  /** @param {string} id @param {string} title */
  constructor(id, title) {
    this.id = id;
    this.title = h("div", { class: "nnp-panel-title", role: "heading", "aria-level": 2, text: title });
    /** A short line beside the title. */
    this.note = h("span", { class: "nnp-panel-note" });
    /** A place for the panel's own buttons. */
    this.tools = h("span", { class: "nnp-panel-tools" });
    this.body = h("div", { class: "nnp-panel-body" });
    this.element = h(
      "section",
      { class: `nnp-panel nnp-panel-${id}`, "data-testid": `panel-${id}`, "aria-label": title },
      h("div", { class: "nnp-panel-head" }, this.title, this.note, this.tools),
      this.body,
    );
    this.element.style.gridArea = id;
    this.size = { width: 0, height: 0 };
    this.signature = "";
  }

  /** Whether what the drawing depends on is not what it was at the last call. @param {string} signature */
  changed(signature) {
    const before = this.signature;
    this.signature = signature;
    return signature !== before;
  }

  /** @param {{width: number, height: number}} size of the body */
  resize(size) {
    this.size = size;
  }
}

/** A panel on a canvas. */
export class CanvasPanel extends Panel {
  /** @param {string} id @param {string} title */
  constructor(id, title) {
    super(id, title);
    this.canvas = h("canvas", { class: "nnp-canvas", role: "img", "aria-label": title });
    this.body.append(this.canvas);
    /** For pictures made of numbers, which are drawn from it in their size on the screen. */
    this.small = h("canvas");
  }
}
