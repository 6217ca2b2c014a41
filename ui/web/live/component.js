// @ts-check
/** What Streamlit mounts. */
import { browser, mounted } from "../kit/environment.js";
import { loadPlotly } from "../panels/plotly_chart.js";
import { View } from "./view.js";

/** In tests a second argument stands in for the browser. */
export default mounted(
  (
    /** @type {import("./context.js").Context} */ context,
    /** @type {import("./context.js").LiveEnvironment | undefined} */ environment,
  ) => new View(context.parentElement, context, environment ?? { ...browser(), plotly: loadPlotly }),
);
