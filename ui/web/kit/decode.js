// @ts-check
/** What comes over the socket: messages, and in them compact arrays, little-endian numbers in base64. */

/** Bytes of a base64 text. @param {string} b64 @returns {Uint8Array} */
export function bytes(b64) {
  const text = atob(b64);
  const out = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i += 1) out[i] = text.charCodeAt(i);
  return out;
}

/**
 * @param {string} text base64 of float32
 * @returns {Float32Array}
 */
export const floats = (text) => new Float32Array(bytes(text).buffer);

/**
 * @param {string} text base64 of int32
 * @returns {Int32Array}
 */
export const integers = (text) => new Int32Array(bytes(text).buffer);

/**
 * Parse one message of the socket; nonsense gives null, never an exception.
 * @param {unknown} text
 * @returns {any}
 */
export function parseMessage(text) {
  if (typeof text !== "string") return null;
  try {
    const message = JSON.parse(text);
    return message && typeof message === "object" && typeof message.t === "string" ? message : null;
  } catch {
    return null;
  }
}
