// @ts-check
/**
 * The key that proves whose room it is. It lies in the tab's own storage, so that two tabs lead two rooms, and a reload goes on;
 * and, for whoever closes that tab in mid-lecture, in the browser's, which offers it to the next tab.
 *
 * @typedef {{getItem: (key: string) => string | null, setItem: (key: string, value: string) => void,
 *   removeItem: (key: string) => void}} Kept
 *
 * @typedef {{key: string, code: string, at?: number}} Held
 */

const NAME = "nn-room-host";
/** A room is offered for so long after it was led last, in milliseconds: it is gone by then, or the lecture is another one. */
const OFFERED = 3 * 3600 * 1000;

export class HostKey {
  /** @param {Kept} tab @param {Kept | null} browser null where it keeps nothing @param {() => number} now milliseconds */
  constructor(tab, browser, now = Date.now) {
    this.tab = tab;
    this.browser = browser;
    this.now = now;
  }

  /** The key of this tab's room, "" for none. */
  get own() {
    return read(this.tab)?.key ?? "";
  }

  /** The room that another tab of this browser led last, null for none. @returns {Held | null} */
  get other() {
    const held = read(this.browser);
    return held && !this.own && this.now() - (held.at ?? 0) < OFFERED ? held : null;
  }

  /** @param {string} key @param {string} code */
  hold(key, code) {
    this.tab.setItem(NAME, JSON.stringify({ key, code }));
    this.browser?.setItem(NAME, JSON.stringify({ key, code, at: this.now() }));
  }

  drop() {
    const own = this.own;
    this.tab.removeItem(NAME);
    if (read(this.browser)?.key === own) this.browser?.removeItem(NAME);
  }
}

/** @param {Kept | null} store @returns {Held | null} */
function read(store) {
  try {
    const held = JSON.parse(store?.getItem(NAME) ?? "null");
    return typeof held?.key === "string" && typeof held.code === "string" ? held : null;
  } catch {
    return null;
  }
}
