// @ts-check
/** What hinders a socket whose handshakes are refused: asked of the same address over plain HTTP, said in a sentence. */
/** @import { Environment } from "./environment.js" */

/**
 * @param {Pick<Environment, "fetch" | "origin">} environment
 * @param {string} path of the socket
 * @returns {Promise<string | null>} null where nothing can be said: the server does not answer, or somebody else does
 */
export async function hindrance({ fetch, origin }, path) {
  const seen = await fetch(`${origin}${path}?origin=${encodeURIComponent(origin)}`, { cache: "no-store" })
    .then((answer) => (answer.status === 426 ? answer.json() : null))
    .catch(() => null);
  if (seen === null) return null;
  return seen.allowed ? upgrades(path) : host(seen.host, origin);
}

/** @param {string} path */
const upgrades = (path) =>
  `No live connection: the proxy in front of this server drops WebSocket upgrades for ${path}. Whoever runs it must pass the ` +
  "headers Upgrade and Connection on (nginx: proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; " +
  'proxy_set_header Connection "upgrade";).';

/** @param {string | null} given @param {string} origin */
const host = (given, origin) =>
  `No live connection: the proxy in front of this server turns the Host header ${new URL(origin).host} into ${given ?? "none"}. ` +
  "Whoever runs it must pass it on as it came, with its port (nginx: proxy_set_header Host $http_host;).";
