// @ts-check
/**
 * What a building block is, and what it is given.
 *
 * @typedef {object} Block
 * @property {(data: any) => void} update draws what is new
 * @property {(action: string) => void} [key] next, back, first or play was asked for by a key
 * @property {() => void} [end] stops what runs by itself
 *
 * @typedef {object} Tools
 * @property {HTMLElement} host an empty element to build in
 * @property {AbortSignal} signal ends listeners
 * @property {() => Theme} theme
 * @property {() => number} scale of type and lines: 1, and more in lecture mode
 * @property {() => number} spare pixels by which a column's charts are higher than is usual in the lowest window
 * @property {(words: string) => void} announce tells whoever does not see it what a choice has led to, once the hand rests
 * @property {(name: string, value: unknown) => void} tell tells Streamlit of a choice that is to be kept
 */
/** @import { Theme } from "../kit/theme.js" */
export {};
