// @ts-check
/**
 * The only part of a view that Streamlit carries itself. It runs from a `blob:` address, where relative imports fail (seen
 * in Streamlit 1.67), so it imports the rest from the addresses in the component's data.
 *
 * @typedef {object} Files
 * @property {string} folder of this version of all views, without host
 * @property {string} entry the view's first module, within the folder
 * @property {string[]} modules what the entry asks for once it runs, so that the browser fetches both side by side
 */

/** @type {WeakMap<Element, {address: string, end: () => void}>} which version of the view each element holds */
const mounted = new WeakMap();

/** @type {WeakMap<Element, Element>} the sentence in each element whose view could not be loaded */
const faults = new WeakMap();

/**
 * Streamlit ends at once what a call returns that was overtaken by the next one, though the view belongs to both, and may do so
 * before the next one has come (seen in Streamlit 1.67: two script runs in quick succession). So a view ends with its element.
 *
 * @param {{data: {files: Files}, parentElement: Element}} context what Streamlit hands to a component (version 2)
 * @returns {Promise<() => void>} the function that ends the view
 */
export default async function boot(context) {
  const end = await show(context);
  return () => {
    if (!context.parentElement.isConnected) end();
  };
}

/** @param {{data: {files: Files}, parentElement: Element}} context @returns {Promise<() => void>} */
async function show(context) {
  const { data, parentElement } = context;
  const folder = new URL(data.files.folder, globalThis.location.origin).href;
  const address = `${folder}${data.files.entry}`;
  const links =
    mounted.get(parentElement)?.address === address
      ? []
      : data.files.modules.map((name) => preload(`${folder}${name}`));
  document.head.append(...links);
  const before = mounted.get(parentElement);
  /** @type {{default: (context: object) => () => void}} */ let view;
  try {
    view = await import(address);
  } catch (error) {
    const sentence = await reason(data.files, error);
    return before?.end ?? say(parentElement, sentence);
  } finally {
    for (const link of links) link.remove();
  }
  faults.get(parentElement)?.remove();
  // The server was updated while the page was open: the modules of another version know nothing of this view.
  if (before && before.address !== address) before.end();
  const end = view.default(context);
  mounted.set(parentElement, { address, end });
  return end;
}

/**
 * Why the view's first module did not come, in a sentence for whoever can help.
 *
 * @param {Files} files
 * @param {unknown} error what the import threw; thrown again where the file is there and the fault is ours
 */
async function reason({ folder, entry }, error) {
  const { origin, pathname } = globalThis.location;
  const found = await isModule(`${origin}${folder}${entry}`);
  if (found) throw error;
  const base = pathname.slice(0, pathname.lastIndexOf("/"));
  if (base && (await isModule(`${origin}${base}${folder}${entry}`)))
    return (
      `The picture cannot be loaded: the proxy in front of this server takes ${base} off the path. Whoever runs it must start ` +
      `the playground with --server.baseUrlPath ${base.slice(1)} and let the proxy keep the path (nginx: proxy_pass without ` +
      "a slash at its end)."
    );
  return found === null
    ? "The picture cannot be loaded: the server does not answer. Reload the page to try again; the address holds the experiment."
    : `The picture cannot be loaded: there is no ${folder}${entry} on this server. Reload the page to try again.`;
}

/** @param {string} address @returns {Promise<boolean | null>} null where nobody answers */
const isModule = (address) =>
  globalThis.fetch(address).then(
    ({ ok, status, headers }) => (status >= 500 ? null : ok && /javascript/.test(headers.get("content-type") ?? "")),
    () => null,
  );

/** @param {Element} parent @param {string} sentence @returns {() => void} the function that takes it away */
function say(parent, sentence) {
  const line = faults.get(parent) ?? document.createElement("p");
  faults.set(parent, line);
  line.setAttribute("role", "alert");
  line.setAttribute("data-testid", "view-fault");
  line.textContent = sentence;
  parent.append(line);
  return () => line.remove();
}

/** @param {string} address of a module to fetch ahead of its import */
function preload(address) {
  const link = document.createElement("link");
  link.rel = "modulepreload";
  link.href = address;
  return link;
}
