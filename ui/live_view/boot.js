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
  "network",
  "pace",
  "pad",
  "protocol",
  "scales",
  "series",
  "store",
  "theme",
  "transport",
  "truth",
  "wishes",
];

/**
 * @param {{data: {base: string}}} context what Streamlit hands to a component (version 2)
 * @returns {Promise<() => void>} the function that ends the view
 */
export default async function boot(context) {
  const folder = new URL(context.data.base, globalThis.location.origin).href;
  const links = MODULES.map((name) => {
    const link = document.createElement("link");
    link.rel = "modulepreload";
    link.href = `${folder}${name}.js`;
    return link;
  });
  document.head.append(...links);
  const view = await import(`${folder}component.js`);
  for (const link of links) link.remove();
  return view.default(context);
}
