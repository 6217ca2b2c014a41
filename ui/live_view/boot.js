// @ts-check
/**
 * The only part of the live view that Streamlit carries itself. It runs from a `blob:` address, where relative imports
 * fail (seen in Streamlit 1.67), so it imports the rest from the folder named in the component's data.
 *
 * @param {{data: {base: string}}} context what Streamlit hands to a component (version 2)
 * @returns {Promise<() => void>} the function that ends the view
 */
export default async function boot(context) {
  const address = new URL(`${context.data.base}component.js`, globalThis.location.origin).href;
  const view = await import(address);
  return view.default(context);
}
