// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";

import { BACK_OFF, Link, REPORT_EVERY, REST_AFTER } from "../../ui/web/kit/link.js";

/** A clock and sockets that do only what the test says. */
function environment() {
  const sockets = /** @type {any[]} */ ([]);
  let timers = /** @type {{id: number, at: number, run: () => void}[]} */ ([]);
  let [now, ids] = [0, 0];
  class FakeSocket {
    /** @param {string} url */
    constructor(url) {
      this.url = url;
      this.readyState = 0;
      this.sent = /** @type {any[]} */ ([]);
      this.closed = false;
      sockets.push(this);
    }

    open() {
      this.readyState = 1;
      /** @type {any} */ (this).onopen?.({});
    }

    /** @param {any} message */
    hear(message) {
      /** @type {any} */ (this).onmessage?.({ data: JSON.stringify(message) });
    }

    /** @param {number} code */
    end(code) {
      this.readyState = 3;
      /** @type {any} */ (this).onclose?.({ code });
    }

    /** @param {string} text */
    send(text) {
      this.sent.push(JSON.parse(text));
    }

    close() {
      this.closed = true;
      this.readyState = 3;
    }
  }
  const page = Object.assign(new EventTarget(), { hidden: false });
  return {
    sockets,
    /** @param {boolean} hidden */
    hide(hidden) {
      page.hidden = hidden;
      page.dispatchEvent(new Event("visibilitychange"));
    },
    environment: /** @type {any} */ ({
      page,
      WebSocket: FakeSocket,
      setTimeout: (/** @type {() => void} */ run, /** @type {number} */ ms) =>
        timers.push({ id: (ids += 1), at: now + ms, run }) && ids,
      clearTimeout: (/** @type {number} */ id) => {
        timers = timers.filter((timer) => timer.id !== id);
      },
    }),
    waiting: () => timers.length,
    /** @param {number} ms */
    pass(ms) {
      now += ms;
      const due = timers.filter((timer) => timer.at <= now);
      timers = timers.filter((timer) => timer.at > now);
      for (const timer of due) timer.run();
    },
  };
}

function setUp() {
  const place = environment();
  const heard = {
    messages: /** @type {any[]} */ ([]),
    online: /** @type {boolean[]} */ ([]),
    lost: /** @type {string[]} */ ([]),
    refused: 0,
  };
  const link = new Link(
    "ws://host/live/socket",
    {
      onMessage: (message) => heard.messages.push(message),
      onOnline: (online) => heard.online.push(online),
      onLost: (token) => heard.lost.push(token),
      onRefused: () => (heard.refused += 1),
    },
    place.environment,
  );
  return { ...place, heard, link };
}

const FRAME = { t: "frame", run: 1, from: 0, epoch: 0, state: "playing" };

test("it says hello with its token once the socket is open, and not before", () => {
  const { link, sockets } = setUp();
  link.use("abc");
  assert.equal(link.send({ op: "play" }), false);
  assert.deepEqual(sockets[0].sent, []);
  sockets[0].open();
  assert.deepEqual(sockets[0].sent, [{ op: "hello", token: "abc" }]);
  assert.equal(link.send({ op: "play" }), true);
});

test("once told a key it shows it when it connects again, also from a view built anew, and never with another token", () => {
  const { link, sockets, heard, pass } = setUp();
  link.use("keyed");
  sockets[0].open();
  sockets[0].hear({ t: "key", key: "secret" });
  assert.deepEqual(heard.messages, [], "the key is nobody else's business");
  sockets[0].end(1006);
  pass(BACK_OFF[0]);
  sockets[1].open();
  assert.deepEqual(sockets[1].sent, [{ op: "hello", token: "keyed", key: "secret" }]);
  const anew = setUp();
  anew.link.use("keyed");
  anew.sockets[0].open();
  assert.equal(anew.sockets[0].sent[0].key, "secret");
  anew.link.use("other");
  anew.sockets[1].open();
  assert.deepEqual(anew.sockets[1].sent, [{ op: "hello", token: "other" }]);
});

test("the same token again opens nothing; another one drops the old socket unheard", () => {
  const { link, sockets, heard } = setUp();
  link.use("abc");
  sockets[0].open();
  link.use("abc");
  assert.equal(sockets.length, 1);
  link.use("def");
  assert.equal(sockets.length, 2);
  assert.equal(sockets[0].closed, true);
  sockets[0].hear(FRAME);
  assert.deepEqual(heard.messages, []);
});

test("credits count what was asked and not yet answered", () => {
  const { link, sockets } = setUp();
  link.use("abc");
  sockets[0].open();
  link.ask();
  link.ask();
  assert.equal(link.outstanding, 2);
  sockets[0].hear(FRAME);
  assert.equal(link.outstanding, 1);
  sockets[0].hear(FRAME);
  sockets[0].hear(FRAME);
  assert.equal(link.outstanding, 0, "a pushed frame takes no credit below zero");
});

test("it connects again with growing waits, and from the first wait after a good message", () => {
  const { link, sockets, heard, pass } = setUp();
  link.use("abc");
  const waits = [];
  for (let k = 0; k < 7; k += 1) {
    sockets[sockets.length - 1].end(1006);
    let waited = 0;
    for (const before = sockets.length; sockets.length === before; waited += 10) pass(10);
    waits.push(waited);
  }
  assert.deepEqual(waits, [250, 500, 1000, 2000, 4000, 5000, 5000]);
  assert.deepEqual(BACK_OFF, [250, 5000]);
  assert.ok(heard.online.every((online) => !online));
  const socket = sockets[sockets.length - 1];
  socket.open();
  socket.hear(FRAME);
  assert.equal(heard.online[heard.online.length - 1], true);
  socket.end(1006);
  pass(250);
  assert.notEqual(sockets[sockets.length - 1], socket);
});

test("the third refused handshake in a row is told, and every one after it; one that opens begins the count anew", () => {
  const { link, sockets, heard, pass } = setUp();
  link.use("abc");
  const refuse = () => {
    sockets[sockets.length - 1].end(1006);
    pass(5000);
    return heard.refused;
  };
  assert.deepEqual([refuse(), refuse(), refuse(), refuse()], [0, 0, 1, 2]);
  sockets[sockets.length - 1].open();
  assert.deepEqual([refuse(), refuse(), refuse(), refuse()], [2, 2, 2, 3], "an open socket that ends was not refused");
});

test("an unknown token is reported every 1.5 s until there is another one, without connecting again", () => {
  const { link, sockets, heard, pass } = setUp();
  link.use("old");
  sockets[0].open();
  sockets[0].end(4404);
  assert.deepEqual(heard.lost, ["old"]);
  pass(REPORT_EVERY);
  pass(REPORT_EVERY);
  assert.deepEqual(heard.lost, ["old", "old", "old"]);
  assert.equal(sockets.length, 1);
  link.use("new");
  pass(10 * REPORT_EVERY);
  assert.deepEqual(heard.lost, ["old", "old", "old"]);
  sockets[1].open();
  assert.deepEqual(sockets[1].sent, [{ op: "hello", token: "new" }]);
});

test("a socket that a newer one of the same view replaced stays away", () => {
  const { link, sockets, pass, heard } = setUp();
  link.use("abc");
  sockets[0].open();
  sockets[0].end(4409);
  pass(60_000);
  assert.equal(sockets.length, 1);
  assert.deepEqual(heard.lost, []);
});

test("after close nothing is left: no timer, no socket, no reconnect", () => {
  const { link, sockets, pass, waiting, heard } = setUp();
  link.use("abc");
  sockets[0].end(1006);
  link.close();
  assert.equal(waiting(), 0);
  pass(60_000);
  assert.equal(sockets.length, 1);
  link.use("def");
  assert.equal(sockets.length, 1);
  assert.equal(heard.messages.length, 0);
  link.close();
});

test("a page that stays hidden lets its socket go unheard, and has it back when it is seen again", () => {
  const { link, sockets, heard, hide, pass, waiting } = setUp();
  link.use("hides");
  sockets[0].open();
  sockets[0].hear({ t: "key", key: "secret" });
  hide(true);
  pass(REST_AFTER - 1);
  hide(false);
  pass(REST_AFTER);
  assert.equal(sockets[0].closed, false, "a look into another tab costs nothing");
  hide(true);
  pass(REST_AFTER);
  assert.equal(sockets[0].closed, true);
  assert.deepEqual(heard.online, [], "resting is not being offline");
  link.use("another");
  assert.equal(sockets.length, 1);
  link.use("hides");
  hide(false);
  sockets[1].open();
  assert.deepEqual(sockets[1].sent, [{ op: "hello", token: "hides", key: "secret" }]);
  hide(true);
  link.close();
  hide(false);
  assert.equal(waiting(), 0);
  assert.equal(sockets.length, 2);
});
