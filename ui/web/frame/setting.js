// @ts-check
/**
 * A setting of TensorFlow Playground stands behind the `#` of its address. Put behind the `#` of one of ours it means the same,
 * so it is handed on as a parameter of the page that reads such settings: nothing behind a `#` ever reaches a server.
 */

/** The page that reads them, and the name of its parameter (`ui/shared/tfp_link.py`). */
const READS = "patterns";
const PARAMETER = "tfp";

/** A setting has names and values; a fragment such as `#section` has not. */
const SETTING = /^#\w+=/;

/**
 * The address that opens the setting of another one; null where it holds none.
 *
 * @param {{pathname: string, hash: string}} location
 * @returns {string | null}
 */
export function addressOf({ pathname, hash }) {
  if (!SETTING.test(hash)) return null;
  const folder = pathname.slice(0, pathname.lastIndexOf("/") + 1);
  return `${folder}${READS}?${PARAMETER}=${encodeURIComponent(hash.slice(1))}`;
}
