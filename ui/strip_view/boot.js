// @ts-check
/**
 * The only part of the strip that Streamlit carries itself; see `live_view/boot.js` for the reason. It names every module,
 * so that the browser fetches them side by side and not one after the other as imports are found.
 */
const MODULES = [
  "axis",
  "curvature_mode",
  "curve_plot",
  "decode",
  "elements",
  "heat_mode",
  "heat_plot",
  "luck_mode",
  "other_modes",
  "panels",
  "paths",
  "race_mode",
  "run_mode",
  "slider",
  "strip_model",
  "strip_plot",
  "strip_store",
  "strip_table",
  "../live_view/link",
  "../live_view/protocol",
  "../live_view/scales",
  "../live_view/theme",
];

/** @type {Set<string>} folders whose modules have been asked for */
const asked = new Set();

/**
 * @param {{data: {base: string}}} context what Streamlit hands to a component (version 2)
 * @returns {Promise<() => void>} the function that ends the view
 */
export default async function boot(context) {
  const folder = new URL(context.data.base, globalThis.location.origin).href;
  const first = !asked.has(folder);
  asked.add(folder);
  const links = (first ? MODULES : []).map((name) => {
    const link = document.createElement("link");
    link.rel = "modulepreload";
    link.href = new URL(`${name}.js`, folder).href;
    return link;
  });
  document.head.append(...links);
  const view = await import(`${folder}strip_view.js`);
  for (const link of links) link.remove();
  return view.default(context);
}
