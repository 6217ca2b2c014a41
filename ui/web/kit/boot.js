// @ts-check
/**
 * The only part of a view that Streamlit carries itself. It runs from a `blob:` address, where relative imports fail (seen
 * in Streamlit 1.67), so it imports the rest from the addresses in the component's data.
 *
 * @typedef {object} Files
 * @property {string} folder of this version of all views, without host
 * @property {string} entry the view's first module, within the folder
 * @property {string[]} modules what the entry imports, so that the browser fetches all side by side and not one after the other
 */

/** @type {WeakMap<Element, {address: string, end: () => void}>} which version of the view each element holds */
const mounted = new WeakMap();

/**
 * @param {{data: {files: Files}, parentElement: Element}} context what Streamlit hands to a component (version 2)
 * @returns {Promise<() => void>} the function that ends the view
 */
export default async function boot(context) {
  const { data, parentElement } = context;
  const folder = new URL(data.files.folder, globalThis.location.origin).href;
  const address = `${folder}${data.files.entry}`;
  const links =
    mounted.get(parentElement)?.address === address
      ? []
      : data.files.modules.map((name) => preload(`${folder}${name}`));
  document.head.append(...links);
  const view = await import(address);
  for (const link of links) link.remove();
  const before = mounted.get(parentElement);
  // The server was updated while the page was open: the modules of another version know nothing of this view.
  if (before && before.address !== address) before.end();
  const end = view.default(context);
  mounted.set(parentElement, { address, end });
  return end;
}

/** @param {string} address of a module to fetch ahead of its import */
function preload(address) {
  const link = document.createElement("link");
  link.rel = "modulepreload";
  link.href = address;
  return link;
}
