// @ts-check
/** After so long without an answer the next choice is told all the same, in milliseconds: a busy server begins a script run late. */
export const PATIENCE = 20_000;

/**
 * Tells the script one choice at a time: the next one goes out when the last was answered, and of each choice only the
 * latest value, unless `join` says that more of it counts. Streamlit (1.67) keeps one value of a component for a script run
 * that has not begun, so that of two told in haste the first would be lost; and choices that overtake one another would stop
 * script runs half-way, whereupon it takes the component off the page and puts a new one there, out of the hand that drags it.
 */
export class Teller {
  /**
   * @param {(name: string, value: unknown) => void} send
   * @param {(name: string, before: unknown, value: unknown) => unknown[]} join what remains to be told of two values of a name
   */
  constructor(send, join = (_name, _before, value) => [value]) {
    this.send = send;
    this.join = join;
    /** What was told last, until the script has run since. */ this.told = "";
    /** @type {Map<string, unknown[]>} */ this.queue = new Map();
    /** @type {ReturnType<typeof setTimeout> | undefined} */ this.timer = undefined;
  }

  /** @param {string} name @param {unknown} value */
  tell(name, value) {
    const before = this.queue.get(name) ?? [];
    const last = before.length > 0 ? this.join(name, before[before.length - 1], value) : [value];
    this.queue.set(name, [...before.slice(0, -1), ...last]);
    if (this.timer === undefined) this.next();
  }

  /** Whether a later choice has still to be told, so that what the script says of it is of the past. @param {string} name */
  waits(name) {
    return this.queue.has(name);
  }

  /** The script has answered. */
  answered() {
    this.told = "";
    if (this.timer !== undefined) this.next();
  }

  next() {
    clearTimeout(this.timer);
    this.timer = undefined;
    const [first] = this.queue;
    if (!first) return;
    const [name, [value, ...rest]] = first;
    if (rest.length > 0) this.queue.set(name, rest);
    else this.queue.delete(name);
    this.timer = setTimeout(() => this.next(), PATIENCE);
    this.told = name;
    this.send(name, value);
  }

  /** What still waits is told at once: a page that moves its component puts another one in its place, which knows of none. */
  end() {
    clearTimeout(this.timer);
    this.timer = undefined;
    const waiting = [...this.queue];
    this.queue.clear();
    for (const [name, values] of waiting) for (const value of values) this.send(name, value);
  }
}
