// @ts-check
// Compact arrays as they come over the socket: little-endian numbers in base64.

import { bytes } from "./protocol.js";

export { bytes };

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
