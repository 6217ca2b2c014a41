// @ts-check
/**
 * The live view's link, on which the view may lead its run to another experiment: layers, epochs beyond the end, a rate
 * changed on the way. What a script is told over its own connection could overtake that, and be meant of what the view has
 * left; so it waits for the server's word that all of it has come.
 */
import { Link } from "../kit/link.js";

/** Whether a message may lead the run to an experiment that the script does not know. @param {Record<string, unknown>} message */
const leads = ({ op, mode }) => ["play", "step", "more", "shape"].includes(String(op)) || mode === "live";

export class LeadingLink extends Link {
  leading = false;
  /** @type {(() => void)[][]} what waits for each mark that was sent */ marks = [];

  /** @override @param {unknown} data */
  receive(data) {
    const message = this.read(data);
    if (message?.t === "marked") this.marks.shift()?.forEach((then) => then());
    else this.take(message);
  }

  /** @override @param {Record<string, unknown>} message */
  send(message) {
    const sent = super.send(message);
    this.leading ||= sent && leads(message);
    return sent;
  }

  /** @override @param {number} code */
  lose(code) {
    this.unmark();
    super.lose(code);
  }

  /** @override */
  drop() {
    super.drop();
    this.unmark();
  }

  /** Call back once the server has received where the run was led. @param {() => void} then */
  settle(then) {
    if (this.leading && this.socket?.readyState === 1) {
      this.leading = false;
      this.marks.push([then]);
      this.send({ op: "mark" });
    } else if (this.marks.length > 0) this.marks[this.marks.length - 1].push(then);
    else then();
  }

  /** The connection has ended: nothing more comes of what waits for it. */
  unmark() {
    this.leading = false;
    for (const then of this.marks.splice(0).flat()) then();
  }
}
