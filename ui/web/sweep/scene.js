// @ts-check
/**
 * What a mode of the laboratory is shown.
 *
 * @typedef {object} Scene
 * @property {Store} store what the sweep has sent so far
 * @property {Strip} strip the one whose marker is moved
 * @property {number} index of the rate at the marker
 * @property {number | null} committed index of the experiment's own rate
 * @property {Theme} theme
 * @property {string} sentence what happened at the marker
 * @property {[number, number]} range of the costs drawn
 *
 * @typedef {object} Mode
 * @property {(scene: Scene) => void} update there is something new
 * @property {(store: Store) => void} [early] there is something new, but no strip yet
 * @property {(scene: Scene) => void} move the marker has moved: no message, no layout, only what the run shows
 * @property {(scene: Scene) => string} [said] what is told beside the sentence to who does not see it
 * @property {HTMLElement[]} [notes] what explains it, below the view
 * @property {HTMLElement} [keys] where "New start" stands, if not beside the slider
 * @property {() => void} [close]
 */
/** @import { Theme } from "../kit/theme.js" */
/** @import { Strip } from "../panels/strip_model.js" */
/** @import { Store } from "../panels/strip_store.js" */
export {};
