// @ts-check
/** Which lesson, and which of its screens: what stands behind the `#` of the address. */

/**
 * @param {string} hash
 * @returns {{lesson: string, screen: number}} the packed lesson, "" for one that ships; the screen, from 0
 */
export function placeOf(hash) {
  const query = new URLSearchParams(hash.replace(/^#/, ""));
  const screen = Number(query.get("screen") ?? 1);
  return { lesson: query.get("lesson") ?? "", screen: Number.isInteger(screen) && screen > 0 ? screen - 1 : 0 };
}

/** @param {{lesson: string, screen: number}} place */
export const hashOf = ({ lesson, screen }) => `#${lesson ? `lesson=${lesson}&` : ""}screen=${screen + 1}`;

/** The screens, from 0, of which an entry of the tab's history says that they were answered. @param {any} state @returns {number[]} */
export const revealedIn = (state) =>
  Array.isArray(state?.revealed)
    ? state.revealed.filter((/** @type {unknown} */ place) => Number.isInteger(place))
    : [];

/**
 * The address of a frame as somebody goes on with it alone: as it stands now, without what belongs to the lesson.
 *
 * @param {string} href
 * @param {boolean} asking whether its question is still open
 */
export function leftAt(href, asking) {
  const address = new URL(href);
  for (const name of ["lecture", "hold", ...(asking ? [] : ["ask"])]) address.searchParams.delete(name);
  return address.href;
}
