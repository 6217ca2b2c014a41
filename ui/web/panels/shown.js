// @ts-check
/**
 * What a panel is, and what it is shown.
 *
 * @typedef {object} Settings
 * @property {string} speed
 * @property {"log" | "linear"} axis
 * @property {boolean} lecture
 * @property {boolean} discrete
 * @property {boolean} show_val
 *
 * @typedef {object} Shown everything a panel may draw from
 * @property {State} state
 * @property {Settings} settings
 * @property {Theme} theme
 * @property {readonly Pin[]} pins
 * @property {State | null} [beside] of the run that is held beside this one
 * @property {number} now
 * @property {boolean} rest nothing has moved for a moment: full drawing, with hover
 * @property {number} scale of type and lines
 * @property {{layer: number, index: number} | null} [look] the neuron that is drawn large instead of the whole network
 * @property {Marked | null} [marked] whose points are marked on the map
 *
 * @typedef {{row?: number, cell?: readonly [number, number]}} Marked a row of the truth table, or a cell of the matrix
 *
 * @typedef {object} Job a chart that asks to be drawn in full, of which one an animation frame is granted
 * @property {string} id of the panel
 * @property {boolean} dirty whether there is anything to do
 * @property {boolean} urgent whether what is shown would be wrong without it
 * @property {number} last time of the last full drawing
 * @property {number} every least time between two of them
 *
 * @typedef {object} Panel one picture of the run
 * @property {string} id
 * @property {HTMLElement} element
 * @property {HTMLElement} [body] what is measured for it
 * @property {HTMLElement} [host] of its chart
 * @property {HTMLCanvasElement} [canvas]
 * @property {(shown: Shown) => void} draw the cheap drawing of every frame
 * @property {(shown: Shown) => string} describe what it shows, in words
 * @property {(size: {width: number, height: number}) => void} resize
 * @property {(plotly: PlotlyLike) => void} [ready]
 * @property {(shown: Shown) => Job} [job]
 * @property {(shown: Shown) => void} [key] the full drawing
 * @property {(pixels: number[]) => void} [put] takes an image
 * @property {(pixels: number[], bitmap: Uint8Array) => void} [copy] shows what is drawn on another one
 * @property {(before: Panel | undefined) => void} [resume] goes on with what a hand has made on its like that stood here before
 * @property {PictureColumn | null} [sets] the data sets to choose from
 * @property {PictureColumn | null} [features] the inputs to choose from
 * @property {HTMLElement} [card] numbers of a held neuron
 * @property {() => void} [letGo] of what was clicked in it
 * @property {() => void} [destroy]
 */
/** @import { PictureColumn } from "./chooser.js" */
/** @import { Theme } from "../kit/theme.js" */
/** @import { Pin } from "./figures.js" */
/** @import { PlotlyLike } from "./plotly_chart.js" */
/** @import { State } from "./run_state.js" */
export {};
