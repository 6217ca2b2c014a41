// @ts-check
/** What the frame says where no socket gets through, so that no view is there to say it. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { keepDoor } from "../../ui/web/frame/door.js";

/** @param {{ boxes: boolean[], opens: boolean, seen?: object | null }} found */
async function told({ boxes, opens, seen = { host: "class.example", allowed: true } }) {
  const lines = /** @type {string[]} */ ([]);
  const said = /** @type {string[]} */ ([]);
  const tried = /** @type {string[]} */ ([]);
  const page = /** @type {any} */ ({
    querySelector: () => (boxes.shift() ? {} : null),
    createElement: () => ({
      setAttribute: () => {},
      append: (/** @type {string} */ text) => lines.push(text),
      remove: () => lines.pop(),
    }),
    body: { append: () => {} },
  });
  const socket = /** @type {any} */ ({ close: () => {} });
  /** @type {() => void | Promise<void>} */
  let look = () => {};
  keepDoor(page, "/nn/live/socket", {
    fetch: /** @type {any} */ (async () => ({ status: seen ? 426 : 200, json: async () => seen })),
    origin: "https://class.example",
    connect: (path) => {
      tried.push(path);
      queueMicrotask(() => (opens ? socket.onopen() : socket.onerror()));
      return socket;
    },
    after: (run) => (look = run),
    announce: (text) => said.push(text),
  });
  await look();
  assert.deepEqual(said, lines);
  return { lines, tried, look: () => look() };
}

test("where the page does not come and no socket gets through, the proxy's fault is told", async () => {
  const { lines, tried, look } = await told({ boxes: [true, true, true], opens: false });
  assert.deepEqual(tried, ["/nn/live/socket"]);
  assert.match(lines.join(), /drops WebSocket upgrades for \/nn\/live\/socket/);
  await look(); // the page has come
  assert.deepEqual(lines, []);
});

test("nothing is told of a page that is there, comes meanwhile, is only slow, or whose server says nothing", async () => {
  const there = await told({ boxes: [false], opens: false });
  assert.deepEqual([there.lines, there.tried], [[], []]);
  for (const found of [
    { boxes: [true, false], opens: false },
    { boxes: [true, true], opens: true },
    { boxes: [true, true], opens: false, seen: null },
  ])
    assert.deepEqual((await told(found)).lines, []);
});
