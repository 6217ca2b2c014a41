// @ts-check
/** What Streamlit mounts. */
import { browser, mounted } from "../kit/environment.js";
import { loadPlotly } from "../panels/plotly_chart.js";
import { View } from "./view.js";
/** @import { Context, LiveEnvironment } from "./context.js" */

/** In tests a second argument stands in for the browser. */
export default mounted(
  (/** @type {Context} */ context, /** @type {LiveEnvironment | undefined} */ environment) =>
    new View(context.parentElement, context, environment ?? { ...browser(), plotly: loadPlotly }),
);
