// @ts-check
/**
 * A choice that lives in the browser and is kept by the script for the address. What the script says is news only
 * where it is not an echo of what was told to it: an answer to the last but one drag must not pull the hand back. Pure.
 */
export class Kept {
  /** @param {(value: unknown) => void} tell */
  constructor(tell) {
    this.send = tell;
    /** @type {string | undefined} */ this.given = undefined;
    /** @type {string[]} */ this.told = [];
  }

  /** Tell the script of a choice. @param {unknown} value */
  tell(value) {
    const text = JSON.stringify(value);
    if ((this.told.at(-1) ?? this.given) === text) return;
    this.told.push(text);
    this.send(value);
  }

  /** Whether what the script says is to be taken over. @param {unknown} value */
  news(value) {
    const text = JSON.stringify(value);
    const echo = this.told.indexOf(text);
    if (echo >= 0) this.told.splice(0, echo + 1);
    const known = echo >= 0 || text === this.given;
    this.given = text;
    return !known;
  }
}
