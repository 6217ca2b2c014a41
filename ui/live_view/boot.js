// @ts-check
/**
 * The only part of the live view that Streamlit carries itself. It runs from a `blob:` address, where relative imports
 * fail (seen in Streamlit 1.67), so it imports the rest from the folder named in the component's data.
 */

/**
 * Every module, so that the browser fetches them side by side instead of finding one import after the other; Plotly's
 * bundle, the largest, first.
 */
const MODULES = [
  "vendor/plotly-4.1.1-nnp.min",
  "view",
  "stage",
  "plots",
  "points",
  "curves",
  "figures",
  "announce",
  "dom",
  "editor",
  "eta",
  "fit",
  "images",
  "inputs",
  "keys",
  "layout",
  "link",
  "maps",
  "matrix",
  "matrix_figure",
  "network",
  "neuron_curve",
  "pace",
  "pad",
  "protocol",
  "scales",
  "series",
  "store",
  "strip_host",
  "theme",
  "transport",
  "truth",
  "weights",
  "wishes",
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
  if (mounted.get(parentElement)?.folder !== folder) await preload(folder);
  const view = await import(`${folder}component.js`);
  const before = mounted.get(parentElement);
  // The server was updated while the page was open: the modules of another version know nothing of this view.
  if (before && before.folder !== folder) before.end();
  const end = view.default(context);
  mounted.set(parentElement, { folder, end });
  return end;
}

/**
 * Fetch all modules side by side.
 *
 * @param {string} folder
 */
async function preload(folder) {
  const links = MODULES.map((name) => {
    const link = document.createElement("link");
    link.rel = "modulepreload";
    link.href = `${folder}${name}.js`;
    return link;
  });
  document.head.append(...links);
  await import(`${folder}component.js`);
  for (const link of links) link.remove();
}
