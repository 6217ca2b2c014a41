// @ts-check
/**
 * The place above the learning rate where a page may have its sweep: the module is fetched only where one is wanted,
 * and after the view itself.
 */
import { socketAt } from "../kit/environment.js";
import { nearest } from "../kit/scales.js";
/** @import { Live } from "./context.js" */
/** @import { LogSlider } from "./eta.js" */

/** Named here and not in the import, by which the browser would fetch it ahead of time. */
const SMALL_STRIP = "../panels/small_strip.js";

/** Half the width of the slider's thumb, as the style sheet has it. */
const HALF_THUMB = 12;

export class StripHost {
  /** @param {Pick<Live, "environment" | "ending" | "theme">} view @param {LogSlider} slider */
  constructor(view, slider) {
    this.view = view;
    this.slider = slider;
    /** @type {any} */ this.strip = null;
    /** @type {string | null} */ this.token = null;
    this.asked = false;
    view.ending.signal.addEventListener("abort", () => this.close());
  }

  /**
   * @param {string | null} token of the sweep, null where the page has none
   * @param {string} socket path of the socket
   */
  update(token, socket) {
    this.token = token;
    if (!token) this.close();
    else if (this.strip) this.strip.update(token, this.view.theme);
    else if (!this.asked) this.fetch(socket);
  }

  /** @param {string} socket */
  fetch(socket) {
    this.asked = true;
    const { environment, ending } = this.view;
    import(SMALL_STRIP).then(
      ({ SmallStrip }) => {
        this.asked = false;
        if (!this.token || ending.signal.aborted) return;
        const { input, grid } = this.slider;
        const slider = {
          thumb: HALF_THUMB,
          place: (/** @type {number} */ eta) => nearest(grid, eta) / (grid.length - 1),
        };
        this.strip = new SmallStrip(input.parentElement, socketAt(environment, socket), environment, slider);
        this.strip.update(this.token, this.view.theme);
      },
      () => undefined, // The view is whole without it.
    );
  }

  close() {
    this.strip?.close();
    this.strip = null;
  }
}
