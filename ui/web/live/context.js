// @ts-check
/**
 * What the live view is given and what its parts know of it.
 *
 * @typedef {object} Data what the script hands over
 * @property {string} socket path of the socket
 * @property {string} token
 * @property {string[]} panels
 * @property {Partial<import("../panels/shown.js").Settings>} [view]
 * @property {import("../panels/figures.js").Pin[]} [pins]
 * @property {number} [eta]
 * @property {[number, number]} [eta_bounds]
 * @property {number | null} [lam]
 * @property {boolean} [edit] points of a map may be edited by hand
 * @property {{text: string, action?: {name: string, label: string}} | null} [hint]
 * @property {string | null} [strip] token of the sweep that stands above the learning rate
 *
 * @typedef {object} Context
 * @property {Element} parentElement
 * @property {Data} data
 * @property {(name: string, value: any) => void} setStateValue
 * @property {(name: string, value: any) => void} setTriggerValue
 *
 * @typedef {import("../kit/environment.js").Environment & {plotly: () => Promise<import("../panels/plotly_chart.js").PlotlyLike>}} LiveEnvironment
 *
 * @typedef {object} Live what the parts of the view may use of it
 * @property {LiveEnvironment} environment
 * @property {Element} parent
 * @property {Context} context
 * @property {import("../panels/run_state.js").State} state
 * @property {import("../panels/shown.js").Settings} settings
 * @property {import("../kit/theme.js").Theme} theme
 * @property {import("../panels/shown.js").Panel[]} panels
 * @property {import("../kit/link.js").Link} link
 * @property {AbortController} ending ends with the view
 * @property {AbortController} building ends with the panels, which may change while the view stays
 * @property {() => void} wake asks for a drawing
 * @property {(change: Partial<import("../panels/shown.js").Settings>) => void} set changes settings here and for the address
 */
export {};
