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

/** After so long without an answer the next choice is told all the same, in milliseconds. */
const PATIENCE = 2000;

/**
 * Tells the script one choice at a time: the next one goes out when the last was answered, and of each choice only the
 * latest value. Choices that overtake one another would stop script runs half-way, and Streamlit (1.67) then takes the
 * block off the page and puts a new one there, out of the hand that drags it.
 */
export class Teller {
  /** @param {(name: string, value: unknown) => void} send */
  constructor(send) {
    this.send = send;
    /** @type {Map<string, unknown>} */ this.queue = new Map();
    /** @type {ReturnType<typeof setTimeout> | undefined} */ this.timer = undefined;
  }

  /** @param {string} name @param {unknown} value */
  tell(name, value) {
    this.queue.set(name, value);
    if (this.timer === undefined) this.next();
  }

  /** The script has answered. */
  answered() {
    if (this.timer !== undefined) this.next();
  }

  next() {
    clearTimeout(this.timer);
    this.timer = undefined;
    const [first] = this.queue;
    if (!first) return;
    const [name, value] = first;
    this.queue.delete(name);
    this.timer = setTimeout(() => this.next(), PATIENCE);
    this.send(name, value);
  }

  end() {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.queue.clear();
  }
}
