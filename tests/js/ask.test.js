// @ts-check
/** Ask first: what a key means, what is shown before the reveal, and what after it. */
import assert from "node:assert/strict";
import { test } from "node:test";

import askView from "../../ui/web/lesson/ask_view.js";
import live from "../../ui/web/live/component.js";
import { askAction } from "../../ui/web/panels/ask.js";
import { Element, surroundings } from "./page.js";

const BODY = { tagName: "BODY", role: null };
const ASK = { id: "a", text: "What will it do?", answers: ["Learn", "Rest", "Jump"], right: 1, why: "One line." };

test("digits choose among the answers that there are, Space reveals, and text boxes keep their keys", () => {
  assert.deepEqual(
    ["1", "2", "3"].map((key) => askAction({ key }, BODY, 3)),
    [0, 1, 2],
  );
  for (const key of ["4", "5", "0", "9", "s", "Enter"]) assert.equal(askAction({ key }, BODY, 3), null, key);
  assert.equal(askAction({ key: "5" }, BODY, 5), 4);
  assert.equal(askAction({ key: " " }, BODY, 2), "reveal");
  assert.equal(askAction({ key: " " }, { tagName: "BUTTON", role: null }, 2), null);
  assert.equal(askAction({ key: " ", repeat: true }, BODY, 2), null);
  assert.equal(askAction({ key: "1" }, { tagName: "TEXTAREA", role: null }, 2), null);
});

/** A live view that asks, at the start of its run. @param {string} id of the opening @param {any} [more] */
function mount(id, more = {}) {
  const place = surroundings();
  const parentElement = /** @type {any} */ (new Element("div"));
  const said = /** @type {[string, any][]} */ ([]);
  const tell = (/** @type {string} */ key, /** @type {any} */ value) => said.push([key, value]);
  const data = {
    socket: "/s",
    token: id,
    panels: ["loss"],
    eta: 0.1,
    view: { speed: "normal" },
    ask: { ...ASK, id },
    strip: "sweep",
  };
  const context = /** @type {any} */ ({ parentElement, data, setTriggerValue: tell, ...more });
  const end = live(context, place.environment);
  place.sockets[0].onopen({});
  const root = parentElement.querySelector("live-view");
  const find = (/** @type {string} */ name) => root.querySelector(name);
  const hear = (/** @type {any} */ meta, /** @type {any} */ frame) => {
    place.sockets[0].hear({ t: "run", run: frame.run, meta: { label: "XOR", eta: 0.1, epochs: 20, ...meta } });
    place.sockets[0].hear({ t: "frame", from: 0, epoch: 0, state: "paused", train: [0.7], eta: 0.1, ...frame });
    place.pass(60);
  };
  const press = (/** @type {string} */ key) =>
    place.environment.page.dispatchEvent(Object.assign(new Event("keydown", { cancelable: true }), { key }));
  const sent = () => place.sockets[0].sent.map((/** @type {any} */ { op }) => op);
  return { ...place, context, said, end, root, find, hear, press, sent };
}

test("the question stands alone: keys choose and do not change the speed, nothing plays before the reveal", () => {
  const view = mount("alone");
  view.hear({}, { run: 1 });
  assert.equal(view.root.getAttribute("data-asking"), "true");
  assert.equal(view.find("ask").hidden, false);
  assert.match(view.find("ask").textContent, /What will it do\?/);
  assert.doesNotMatch(view.find("ask").textContent, /One line|✓/);
  view.press("2");
  assert.equal(view.find("answer-2").getAttribute("aria-pressed"), "true");
  assert.ok(!view.sent().includes("speed") && !view.sent().includes("play"));
  view.press(" ");
  assert.equal(view.root.getAttribute("data-asking"), null);
  assert.equal(view.sent().filter((/** @type {string} */ op) => op === "play").length, 1);
  assert.match(view.find("ask").textContent, /✓ 2 Rest \(chosen\)/);
  assert.match(view.find("ask-why").textContent, /One line\./);
  view.press("1");
  assert.ok(view.sent().includes("speed"), "digits mean speeds again");
  view.end();
});

test("the strip of all rates, which gives the answer away, is not asked for before the reveal", async () => {
  const view = mount("strip");
  view.hear({}, { run: 1 });
  await import("../../ui/web/panels/small_strip.js");
  live(view.context, view.environment);
  await new Promise((done) => setTimeout(done, 20));
  assert.equal(view.sockets.length, 1);
  view.press(" ");
  for (let turn = 0; view.sockets.length < 2 && turn < 100; turn += 1)
    await new Promise((done) => setTimeout(done, 10));
  assert.equal(view.sockets.length, 2);
  view.end();
});

test("a reveal before the run is there plays it once it is; the play button reveals too", () => {
  const view = mount("early");
  view.find("play").fire("click");
  assert.equal(view.root.getAttribute("data-asking"), null);
  assert.ok(!view.sent().includes("play"));
  view.hear({}, { run: 1 });
  assert.equal(view.sent().filter((/** @type {string} */ op) => op === "play").length, 1);
  view.end();
});

test("an answer goes with the run that it is about: the same again keeps it, another rate takes it away", () => {
  const view = mount("goes");
  view.hear({}, { run: 1 });
  view.press(" ");
  view.hear({}, { run: 2 });
  assert.equal(view.find("ask").hidden, false);
  view.hear({ eta: 0.5 }, { run: 3 });
  assert.equal(view.find("ask").hidden, true);
  assert.deepEqual(view.said, [["view", { ask: null }]]);
  live(view.context, view.environment);
  assert.equal(view.find("ask").hidden, true, "an older script run does not bring it back");
  view.end();
});

test("a restarted server, which remembers nothing, does not ask again what was answered, and the run plays once more", () => {
  const view = mount("before");
  const [data, another] = [view.context.data, { ...ASK, id: "another", text: "And now?" }];
  const told = (/** @type {any} */ more) => live({ ...view.context, data: { ...data, ...more } }, view.environment);
  view.hear({}, { run: 1 });
  view.press("1");
  told({ token: "restarted while it asks", ask: { ...ASK, id: "while" } });
  assert.equal(view.root.getAttribute("data-asking"), "true");
  assert.equal(view.find("answer-1").getAttribute("aria-pressed"), "true", "what the room chose stays chosen");
  view.press(" ");
  told({ token: "restarted", ask: { ...ASK, id: "after" } });
  assert.equal(view.root.getAttribute("data-asking"), null);
  assert.match(view.find("ask").textContent, /1 Learn \(chosen\)✓ 2 Rest/);
  const [socket] = view.sockets.slice(-1);
  socket.onopen({});
  socket.hear({ t: "run", run: 1, meta: { label: "XOR", eta: 0.1, epochs: 20 } });
  socket.hear({ t: "frame", run: 1, from: 0, epoch: 0, state: "paused", train: [0.7], eta: 0.1 });
  assert.deepEqual(socket.sent.filter((/** @type {any} */ { op }) => op === "play").length, 1);
  told({ token: "restarted", ask: { ...ASK, id: "opened anew" } });
  assert.equal(view.root.getAttribute("data-asking"), "true", "on the same server it is another opening");
  view.press(" ");
  told({ token: "restarted again", ask: another });
  assert.equal(view.root.getAttribute("data-asking"), "true", "another question is asked");
  view.end();
});

test("a question of many letters is marked, so that its type leaves room for what it is about", () => {
  const place = surroundings();
  const parentElement = /** @type {any} */ (new Element("div"));
  const end = askView({ parentElement, data: { ask: { ...ASK, id: "few letters" } } }, place.environment);
  const box = () => parentElement.querySelector("ask");
  assert.equal(box().getAttribute("data-long"), null);
  end();
  const ask = { ...ASK, id: "many letters", text: "t".repeat(200), answers: ["a".repeat(80), "b".repeat(80)] };
  const close = askView({ parentElement, data: { ask } }, place.environment);
  assert.equal(box().getAttribute("data-long"), "");
  place.environment.page.dispatchEvent(Object.assign(new Event("keydown", { cancelable: true }), { key: " " }));
  assert.equal(box().getAttribute("data-long"), "", "its answer takes little room too");
  close();
});

test("a page whose pictures do not wait is told of the reveal", () => {
  const place = surroundings();
  const parentElement = /** @type {any} */ (new Element("div"));
  const context = { parentElement, data: { ask: { ...ASK, id: "page" }, token: "before" } };
  const end = askView(context, place.environment);
  const root = parentElement.querySelector("ask-view");
  assert.equal(root.getAttribute("data-asking"), "true");
  place.environment.page.dispatchEvent(Object.assign(new Event("keydown", { cancelable: true }), { key: " " }));
  assert.equal(root.getAttribute("data-asking"), "false");
  assert.match(root.textContent, /✓ 2 Rest/);
  context.data = { ask: { ...ASK, id: "page, restarted" }, token: "after" };
  askView(context, place.environment);
  assert.equal(root.getAttribute("data-asking"), "false", "a restarted server asks again, the class is not asked");
  context.data = { ask: { ...ASK, id: "page, opened anew" }, token: "after" };
  askView(context, place.environment);
  assert.equal(root.getAttribute("data-asking"), "true");
  end();
});
