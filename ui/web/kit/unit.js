// @ts-check
/** Drawings that grow with the page's type: their own pixels are a sixteenth of its root's size. */

const ORDINARY = 16;

/**
 * Pixels of the screen in one of a drawing's.
 *
 * @param {Element} host
 */
export function unit(host) {
  const page = host.ownerDocument?.documentElement;
  return (page && parseFloat(getComputedStyle(page).fontSize) / ORDINARY) || 1;
}

/**
 * Room for a drawing in its own pixels.
 *
 * @param {HTMLElement} host
 * @param {{width: number, height: number}} least
 */
export function roomIn(host, least) {
  const size = unit(host);
  return {
    width: Math.max(least.width, host.clientWidth / size),
    height: Math.max(least.height, host.clientHeight / size),
  };
}
