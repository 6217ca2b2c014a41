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
  "rules_mode",
  "rules_words",
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

/** @type {WeakMap<Element, {folder: string, end: () => void}>} which version of the view each element holds */
const mounted = new WeakMap();

/**
 * @param {{data: {base: string}, parentElement: Element}} context what Streamlit hands to a component (version 2)
 * @returns {Promise<() => void>} the function that ends the view
 */
export default async function boot(context) {
  const { data, parentElement } = context;
  const folder = new URL(data.base, globalThis.location.origin).href;
  const links = (mounted.get(parentElement)?.folder === folder ? [] : MODULES).map((name) => {
    const link = document.createElement("link");
    link.rel = "modulepreload";
    link.href = new URL(`${name}.js`, folder).href;
    return link;
  });
  document.head.append(...links);
  const view = await import(`${folder}strip_view.js`);
  for (const link of links) link.remove();
  const before = mounted.get(parentElement);
  // The server was updated while the page was open: the modules of another version know nothing of this view.
  if (before && before.folder !== folder) before.end();
  const end = view.default(context);
  mounted.set(parentElement, { folder, end });
  return end;
}
