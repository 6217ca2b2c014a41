// @ts-check
/** What a page says whose sockets are refused: it asks over plain HTTP what reaches the server of them. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { sentence } from "../../ui/web/live/announce.js";
import { hindrance } from "../../ui/web/kit/proxy.js";
import { connected, hindered, initial } from "../../ui/web/panels/run_state.js";

/** A server that answers so. @param {number} status @param {any} [seen] */
function server(status, seen) {
  const asked = /** @type {string[]} */ ([]);
  const fetch = async (/** @type {string} */ address) => {
    asked.push(address);
    return { status, json: async () => seen };
  };
  return { asked, environment: /** @type {any} */ ({ fetch, origin: "https://class.example:8443" }) };
}

test("a Host header that does not go with the page is named as it came and as it should have come", async () => {
  const { asked, environment } = server(426, { host: "127.0.0.1:8502", allowed: false });
  const text = await hindrance(environment, "/nn/live/socket");
  assert.deepEqual(asked, ["https://class.example:8443/nn/live/socket?origin=https%3A%2F%2Fclass.example%3A8443"]);
  assert.match(
    String(text),
    /Host header class\.example:8443 into 127\.0\.0\.1:8502.*proxy_set_header Host \$http_host/,
  );
});

test("where the Host is right, it is the upgrades that are missing", async () => {
  const { environment } = server(426, { host: "class.example:8443", allowed: true });
  assert.match(String(await hindrance(environment, "/live/socket")), /drops WebSocket upgrades for \/live\/socket/);
});

test("a server that is down, and a page of somebody else's, say nothing about a proxy", async () => {
  assert.equal(await hindrance(server(502).environment, "/live/socket"), null);
  assert.equal(await hindrance(server(404).environment, "/live/socket"), null);
  const fetch = async () => Promise.reject(new TypeError("Failed to fetch"));
  assert.equal(await hindrance(/** @type {any} */ ({ fetch, origin: "http://host" }), "/live/socket"), null);
});

test("the sentence stands under the keys until there is a connection", () => {
  const waiting = hindered(initial("token"), "set this");
  assert.deepEqual(sentence(waiting), { text: "set this", tone: "bad" });
  assert.equal(hindered(waiting, "set this"), waiting);
  const online = connected(waiting, true);
  assert.equal(online.hindrance, null);
  assert.equal(hindered(online, "too late"), online);
});
