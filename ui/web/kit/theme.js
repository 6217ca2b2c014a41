// @ts-check
/**
 * The palette as Streamlit's theme has it, and arithmetic with colours.
 *
 * @typedef {object} Theme
 * @property {boolean} dark
 * @property {string} background
 * @property {string} panel
 * @property {string} text
 * @property {string} muted
 * @property {string} grid
 * @property {string} font
 * @property {string} positive
 * @property {string} negative
 * @property {string} train
 * @property {string} val
 * @property {string} overflow
 * @property {string[]} pins
 * @property {number[]} middle red, green, blue of a map's neutral value
 * @property {number[]} high red, green, blue of the map's highest value
 * @property {number[]} low red, green, blue of its lowest
 */

import { PALETTE } from "./palette.js";
import { systemColours } from "./system.js";

const WHITE = [255, 255, 255];

/** Dashes of pinned curves, so that six of them differ without colour. */
export const PIN_DASHES = ["dot", "dashdot", "longdash", "4px 2px", "longdashdot", "1px 3px"];

/** Share of the ink in a grid line where the system chooses the colours. */
const GRID = 0.4;

/**
 * Streamlit's theme as the view's colours; where the system chooses them, ground and ink are the system's, and the colours of
 * data those that reach 3:1 on such a ground.
 *
 * @param {(name: string) => string} variable reads one of Streamlit's custom properties, "" where it is not set
 * @param {ReturnType<typeof systemColours>} [system]
 * @returns {Theme}
 */
export function readTheme(variable, system = systemColours()) {
  const background = system?.ground ?? (variable("--st-background-color") || PALETTE.light.background);
  const dark = isDark(background);
  const { low, middle, high, ...colours } = dark ? PALETTE.dark : PALETTE.light;
  const [bottom, between, top] = [low, middle, high].map((colour) => /** @type {number[]} */ (rgb(colour)));
  return {
    ...colours,
    low: bottom,
    middle: between,
    high: top,
    dark,
    background,
    panel: variable("--st-secondary-background-color") || colours.panel,
    text: variable("--st-text-color") || colours.text,
    font: variable("--st-font") || "sans-serif",
    ...(system ? inkOnly(system) : {}),
  };
}

/** Whether a colour is the ground of a dark theme. @param {string} ground */
export const isDark = (ground) => luminance(rgb(ground) ?? WHITE) < 0.3;

/** @param {{ground: string, ink: string}} system */
function inkOnly({ ground, ink }) {
  const [below, above] = [ground, ink].map((colour) => rgb(colour) ?? WHITE);
  const grid = css(below.map((part, at) => Math.round(part + GRID * (above[at] - part))));
  return { panel: ground, text: ink, muted: ink, grid };
}

/** Colours that style sheets and drawings take as `--nn-…`. */
const SHARED = /** @type {const} */ ([
  "text",
  "muted",
  "grid",
  "panel",
  "background",
  "positive",
  "negative",
  "overflow",
]);

/**
 * Let an element's style sheet and drawings have the theme's colours.
 *
 * @param {HTMLElement} element
 * @param {Theme} theme
 */
export function paintTheme(element, theme) {
  for (const name of SHARED) element.style.setProperty(`--nn-${name}`, theme[name]);
}

/**
 * @param {string} colour "#rgb", "#rrggbb" or "rgb(r, g, b)"
 * @returns {number[] | null} red, green, blue from 0 to 255
 */
export function rgb(colour) {
  const text = colour.trim();
  const short = /^#([0-9a-f])([0-9a-f])([0-9a-f])$/i.exec(text);
  if (short) return short.slice(1).map((digit) => parseInt(digit + digit, 16));
  const long = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})/i.exec(text);
  if (long) return long.slice(1).map((pair) => parseInt(pair, 16));
  const list = /^rgba?\(\s*(\d+)[\s,]+(\d+)[\s,]+(\d+)/.exec(text);
  return list ? list.slice(1).map(Number) : null;
}

/**
 * Relative luminance (WCAG 2.2).
 *
 * @param {readonly number[]} colour red, green, blue from 0 to 255
 */
function luminance(colour) {
  const [r, g, b] = colour.map((c) => (c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/**
 * @param {readonly number[]} one
 * @param {readonly number[]} other
 * @returns {number} between 1 and 21
 */
export function contrast(one, other) {
  const [a, b] = [luminance(one), luminance(other)].sort((x, y) => y - x);
  return (a + 0.05) / (b + 0.05);
}

/** Black or white, whichever reads better on a colour. @param {readonly number[]} colour */
export function inkOn(colour) {
  return contrast(colour, WHITE) >= contrast(colour, [17, 17, 17]) ? "#ffffff" : "#111111";
}

/**
 * The diverging scale of maps as a table of 256 opaque pixels. Fixed to the output's range: a colour means the same
 * output in every frame.
 *
 * @param {Theme} theme
 * @param {boolean} [discrete] only the two ends
 * @returns {Uint32Array} little-endian RGBA, as image data holds them
 */
export function mapColours(theme, discrete = false) {
  const table = new Uint32Array(256);
  for (let i = 0; i < 256; i += 1) {
    table[i] = pixel(blend(theme, discrete ? (i < 128 ? 0.12 : 0.88) : i / 255));
  }
  return table;
}

/**
 * An opaque pixel as image data hold it.
 *
 * @param {readonly number[]} colour red, green, blue
 * @returns {number} little-endian RGBA
 */
export function pixel([r, g, b]) {
  return ((255 << 24) | (b << 16) | (g << 8) | r) >>> 0;
}

/**
 * @param {Theme} theme
 * @param {number} share 0 lowest, 1 highest
 * @returns {number[]} red, green, blue
 */
export function blend(theme, share) {
  const end = share < 0.5 ? theme.low : theme.high;
  const weight = Math.min(1, Math.abs(share - 0.5) * 2) ** 0.85;
  return theme.middle.map((c, k) => Math.round(c + (end[k] - c) * weight));
}

/** @param {readonly number[]} colour */
export function css(colour) {
  return `rgb(${colour.join(",")})`;
}

/**
 * Width of a line. The scale is fixed, so that growing weights are seen to grow.
 *
 * @param {number} weight
 * @param {number} scale
 */
export function lineWidth(weight, scale) {
  return Math.min(11, 0.5 + 1.7 * Math.abs(weight) ** 0.8) * scale;
}

/** Height of a screen, in pixels, for which type has its ordinary size where the height counts. */
const ORDINARY_HEIGHT = 506;

/** A view that is no wider stands on a phone, which no room looks at. */
const PHONE = 600;

/** Share of a screen's height that the smallest type of lecture mode has, for the back row. */
export const LEAST_TYPE = 0.0222;

/**
 * How much larger type and lines are in lecture mode: as the screen's height and the view's width allow both, so that a screen
 * of any size shows the same picture; but never so small that a back row could not read the smallest type.
 *
 * @param {boolean} lecture
 * @param {number} width of the view in pixels
 * @param {number} height of the screen
 * @param {{ordinary?: number, smallest?: number}} [view] width for which its ordinary size is made, and the smallest type in
 *   pixels of that size
 */
export const typeScale = (lecture, width, height, { ordinary = 900, smallest = 15 } = {}) =>
  lecture && width > PHONE
    ? Math.max(1.2, Math.min(height / ORDINARY_HEIGHT, width / ordinary), (LEAST_TYPE * height) / smallest)
    : 1;
