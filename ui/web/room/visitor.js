// @ts-check
/** For whoever was told a code, and typed only the first line of the address that the large screen shows. */
import { h, listen, setText } from "../kit/dom.js";
import { codeIn, noCode } from "./phone_state.js";

export class Visitor {
  /**
   * @param {{go: (path: string) => void, announce: (words: string) => void, signal: AbortSignal}} spec `go` to another page
   */
  constructor({ go, announce, signal }) {
    this.go = go;
    this.announce = announce;
    this.code = h("input", { type: "text", maxlength: 300, autocapitalize: "characters", autocomplete: "off" });
    this.code.setAttribute("data-testid", "room-visit");
    const join = h("button", { text: "Join" });
    this.refusal = h("p");
    this.root = h(
      "div",
      { class: "nnr-visitor" },
      h("label", {}, "You were given a code?", this.code),
      join,
      this.refusal,
    );
    const enter = (/** @type {KeyboardEvent} */ { key }) => {
      if (key === "Enter") this.join();
    };
    listen(join, { click: () => this.join() }, signal);
    listen(this.code, { keydown: enter }, signal);
  }

  join() {
    const code = codeIn(this.code.value);
    const refusal = code ? "" : noCode(this.code.value);
    setText(this.refusal, refusal);
    if (refusal) this.announce(refusal);
    // The page itself lies at `room`, a phone's beside it at `room/CODE`.
    else this.go(`room/${code}`);
  }
}
