// @ts-check
/**
 * The only part of the comparison that Streamlit carries itself; see `live_view/boot.js` for the reason.
 */

/** @type {WeakMap<Element, {address: string, end: () => void}>} which version each element holds */
const mounted = new WeakMap();

/**
 * @param {{data: {base: string}, parentElement: Element}} context what Streamlit hands to a component (version 2)
 * @returns {Promise<() => void>} the function that ends the view
 */
export default async function boot(context) {
  const { data, parentElement } = context;
  const address = new URL(`${data.base}compare.js`, globalThis.location.origin).href;
  const view = await import(address);
  const before = mounted.get(parentElement);
  // The server was updated while the page was open: the modules of another version know nothing of this one.
  if (before && before.address !== address) before.end();
  const end = view.default(context);
  mounted.set(parentElement, { address, end });
  return end;
}
