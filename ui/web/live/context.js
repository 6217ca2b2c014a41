// @ts-check
/**
 * What the live view is given and what its parts know of it.
 *
 * @typedef {object} Data what the script hands over
 * @property {string} socket path of the socket
 * @property {string} token
 * @property {string[]} panels
 * @property {Partial<Settings>} [view]
 * @property {Pin[]} [pins]
 * @property {number} [eta]
 * @property {[number, number]} [eta_bounds]
 * @property {number | null} [lam]
 * @property {string} [course] what the address keeps of what is done in the view
 * @property {boolean} [edit] points of a map may be edited by hand
 * @property {{text: string, action?: {name: string, label: string}} | null} [hint]
 * @property {Question | null} [ask] what is asked before the run plays
 * @property {{panels: string[]} | null} [beside] panels of the run that is held beside it, where two are shown
 * @property {Choices} [choices] data sets and features to be chosen by their pictures
 * @property {string | null} [strip] token of the sweep that stands above the learning rate
 *
 * @typedef {object} Context
 * @property {Element} parentElement
 * @property {Data} data
 * @property {(name: string, value: any) => void} setTriggerValue
 *
 * @typedef {Environment & {plotly: () => Promise<PlotlyLike>}} LiveEnvironment
 *
 * @typedef {object} Live what the parts of the view may use of it
 * @property {LiveEnvironment} environment
 * @property {Element} parent
 * @property {Context} context
 * @property {State} state
 * @property {Settings} settings
 * @property {Theme} theme
 * @property {Panel[]} panels
 * @property {Pick<Link, "send">} link
 * @property {boolean} split two runs stand side by side
 * @property {boolean} [both] data and inputs are chosen for both of them
 * @property {boolean} [held] the controls do not change what is shown
 * @property {(id: string) => Panel | undefined} twin the like of a panel on the other side, where there is one
 * @property {Teller} teller tells the script what the address has to hold
 * @property {AbortController} ending ends with the view
 * @property {AbortController} building ends with the panels, which may change while the view stays
 * @property {() => string} problem what tells the run that is shown from another one
 * @property {() => boolean} reveal opens the answer where something is asked
 * @property {() => void} answered the answer stands open: the run plays
 * @property {{bar: {eta: Pick<LogSlider, "settle">, lam: Pick<LogSlider, "settle"> | null}}} elements
 * @property {Pointing} pointing
 * @property {Owed} owed what the address does not hold yet
 * @property {() => void} wake asks for a drawing
 * @property {(words: string) => void} announce tells whoever does not see the view
 * @property {(change: Partial<Settings>) => void} set changes settings here and for the address
 *
 * @typedef {Live & {beside: {panels: Panel[], state: State}, showStrip: () => void}} Splitting the view itself, which may show two runs
 */
/** @import { Environment } from "../kit/environment.js" */
/** @import { LogSlider } from "./eta.js" */
/** @import { Owed } from "./owed.js" */
/** @import { Pointing } from "./pointing.js" */
/** @import { Link } from "../kit/link.js" */
/** @import { Teller } from "../kit/teller.js" */
/** @import { Theme } from "../kit/theme.js" */
/** @import { Question } from "../panels/ask.js" */
/** @import { Choices } from "../panels/chooser.js" */
/** @import { Pin } from "../panels/figures.js" */
/** @import { PlotlyLike } from "../panels/plotly_chart.js" */
/** @import { State } from "../panels/run_state.js" */
/** @import { Panel, Settings } from "../panels/shown.js" */
export {};
