// @ts-check
/**
 * Where a proxy lets no WebSocket through, Streamlit's page stays as grey boxes without a word: no view is there that could
 * say so. This looks after a while whether they still stand, tries a socket of its own, and tells what hinders it.
 */
import { hindrance } from "../kit/proxy.js";

const LOOK_AFTER = 8000;
/** The page comes by itself once the proxy is mended. */
const LOOK_AGAIN = 1000;
const BOXES = '[data-testid="stAppSkeleton"]';

/**
 * @typedef {{ fetch: typeof fetch, origin: string, connect: (path: string) => WebSocket,
 *   after: (run: () => void, ms: number) => void, announce: (text: string) => void }} Outside
 */

/** @param {Document} page @param {string} path of a socket of ours @param {Outside} outside */
export function keepDoor(page, path, { fetch, origin, connect, after, announce }) {
  after(async () => {
    if (!page.querySelector(BOXES) || (await opens(connect(path)))) return;
    const told = await hindrance({ fetch, origin }, path);
    if (told === null || !page.querySelector(BOXES)) return;
    const line = page.createElement("p");
    line.setAttribute("class", "nn-door");
    line.setAttribute("style", "position: fixed; inset: 4rem 1rem auto; z-index: 9; font: 1rem/1.5 sans-serif");
    line.append(told);
    page.body.append(line);
    announce(told);
    const stay = () => (page.querySelector(BOXES) ? after(stay, LOOK_AGAIN) : line.remove());
    stay();
  }, LOOK_AFTER);
}

/** @param {WebSocket} socket @returns {Promise<boolean>} whether it gets through; it is closed at once */
const opens = (socket) =>
  new Promise((tell) => {
    socket.onopen = () => {
      socket.close();
      tell(true);
    };
    socket.onerror = socket.onclose = () => tell(false);
  });
