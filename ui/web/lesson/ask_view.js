// @ts-check
/** The question before what a page shows, which stays out of sight until the reveal (`ui/lesson/cover.py`). */
import { h, setAttribute } from "../kit/dom.js";
import { browser, mounted } from "../kit/environment.js";
import { paintTheme, readTheme } from "../kit/theme.js";
import { voice } from "../kit/voice.js";
import { AskBox } from "../panels/ask.js";
/** @import { Environment } from "../kit/environment.js" */
/** @import { Question } from "../panels/ask.js" */

class AskView {
  /** @param {{parentElement: Element, data: {ask: Question, token: string}}} context @param {Environment} environment */
  constructor(context, environment) {
    this.environment = environment;
    this.ending = new AbortController();
    this.voice = voice();
    this.ask = new AskBox(environment.page, {
      onChange: (asking) => setAttribute(this.root, "data-asking", String(asking)),
      announce: this.voice.announce,
      signal: this.ending.signal,
    });
    this.root = h("div", { class: "nnl-ask", "data-testid": "ask-view" }, this.ask.element, this.voice.element);
    context.parentElement.append(this.root);
  }

  /** @param {any} context */
  update({ data }) {
    const style = (/** @type {string} */ name) => this.environment.style(this.root, name);
    paintTheme(this.root, readTheme(style));
    this.ask.update(data.ask, data.token);
  }

  close() {
    this.ending.abort();
    this.root.remove();
  }
}

/** In tests a second argument stands in for the browser. */
export default mounted(
  (/** @type {any} */ context, /** @type {Environment | undefined} */ environment) =>
    new AskView(context, environment ?? browser()),
);
