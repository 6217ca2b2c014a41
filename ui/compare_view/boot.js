// @ts-check
/**
 * The only part of the comparison that Streamlit carries itself; see `live_view/boot.js` for the reason.
 *
 * @param {{data: {base: string}}} context what Streamlit hands to a component (version 2)
 * @returns {Promise<() => void>} the function that ends the view
 */
export default async function boot(context) {
  const address = new URL(`${context.data.base}compare.js`, globalThis.location.origin).href;
  const view = await import(address);
  return view.default(context);
}
