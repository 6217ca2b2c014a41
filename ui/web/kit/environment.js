// @ts-check
/**
 * What a view needs of the browser around it, in one object, so that tests can stand in for it.
 *
 * @typedef {object} Environment
 * @property {new (url: string) => WebSocket} WebSocket
 * @property {typeof ResizeObserver} ResizeObserver
 * @property {(run: () => void, ms: number) => any} setTimeout
 * @property {(id: any) => void} clearTimeout
 * @property {(run: () => void) => number} requestAnimationFrame
 * @property {(id: number) => void} cancelAnimationFrame
 * @property {() => number} now milliseconds
 * @property {Document} page
 * @property {string} origin
 * @property {typeof globalThis.fetch} fetch
 * @property {(element: Element, name: string) => string} style reads a custom property
 * @property {() => number} screenHeight of the window
 * @property {() => number} hallHeight of the whole screen, by which a back row reads
 * @property {() => boolean} fingers whether it is fingers that point
 * @property {() => boolean} calm whether the reader asked for less motion
 */

/**
 * Height of the screen that a room sees: the window's, or where a lesson shows the page in a frame, the lesson's. Held upright it is
 * no hall's, and its width is what words have room in.
 *
 * @param {Pick<Window, "frameElement" | "parent" | "innerHeight" | "innerWidth">} [page]
 */
export function hallHeight(page = globalThis) {
  const { innerHeight, innerWidth } = page.frameElement ? page.parent : page;
  return Math.min(innerHeight, innerWidth);
}

/** @returns {Environment} the browser itself */
export const browser = () => ({
  WebSocket: globalThis.WebSocket,
  ResizeObserver: globalThis.ResizeObserver,
  setTimeout: (run, ms) => globalThis.setTimeout(run, ms),
  clearTimeout: (id) => globalThis.clearTimeout(id),
  requestAnimationFrame: (run) => globalThis.requestAnimationFrame(run),
  cancelAnimationFrame: (id) => globalThis.cancelAnimationFrame(id),
  now: () => performance.now(),
  page: document,
  origin: globalThis.location.origin,
  fetch: (address, options) => globalThis.fetch(address, options),
  style: (element, name) => getComputedStyle(element).getPropertyValue(name).trim(),
  screenHeight: () => globalThis.innerHeight,
  hallHeight,
  fingers: () => globalThis.matchMedia("(pointer: coarse)").matches,
  calm: () => globalThis.matchMedia("(prefers-reduced-motion: reduce)").matches,
});

/**
 * The address of a socket of the server that the page came from.
 *
 * @param {Environment} environment
 * @param {string} path
 */
export const socketAt = ({ origin }, path) => `${origin.replace(/^http/, "ws")}${path}`;

/**
 * What Streamlit calls at every script run and change of theme with the same element: the view is kept by element and only
 * told what is new. The function that a call returns ends the view; calling it twice is safe.
 *
 * @template {{parentElement: object}} Context
 * @template Extra
 * @param {(context: Context, extra?: Extra) => {update: (context: Context) => void, close: () => void}} make
 * @returns {(context: Context, extra?: Extra) => () => void}
 */
export function mounted(make) {
  /** @type {WeakMap<object, {view: ReturnType<typeof make>, end: () => void}>} */ const views = new WeakMap();
  return (context, extra) => {
    const { parentElement } = context;
    let entry = views.get(parentElement);
    if (!entry) {
      const view = make(context, extra);
      const end = () => {
        view.close();
        if (views.get(parentElement)?.view === view) views.delete(parentElement);
      };
      entry = { view, end };
      views.set(parentElement, entry);
    }
    entry.view.update(context);
    return entry.end;
  };
}
