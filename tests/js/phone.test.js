// @ts-check
/** A phone's page: what it says, sends and keeps. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { PhonePage } from "../../ui/web/room/phone_page.js";
import { answerText, codeIn, hear, newPhone, offline, sentence, triesAgain } from "../../ui/web/room/phone_state.js";
import { Element, surroundings } from "./page.js";

const QUESTION = { t: "ask", round: 1, text: "Faster?", answers: ["yes", "no"] };
const RATE = { t: "ask", round: 1, text: "Which learning rate?", range: [1e-4, 10], allowed: [1e-6, 1e3] };

/** @param {any[]} messages */
const after = (...messages) => messages.reduce(hear, newPhone("ACK3M7"));

test("a phone says how it stands, in a word and a sentence", () => {
  const end = { t: "end", outcome: "learned", text: "Learned: the target was reached in epoch 9." };
  const cases = /** @type {[any[], string, RegExp][]} */ ([
    [[], "joining", /^Joining room ACK3M7/],
    [[QUESTION], "ready", /^Ready: choose an answer and send it/],
    [[RATE], "ready", /^Ready: choose a learning rate/],
    [[{ ...QUESTION, value: 1 }], "sent", /^Sent: no\. You can change it/],
    [[QUESTION, { t: "sent", value: 0 }], "sent", /^Sent: yes/],
    [
      [QUESTION, { t: "sent", value: 0 }, { t: "revealed", right: 0, why: "So." }],
      "revealed",
      /yes\. That is the right one\. So\.$/,
    ],
    [[QUESTION, { t: "sent", value: 0 }, { t: "revealed", right: 1 }], "revealed", /You said: yes\. Right is: no\.$/],
    [[QUESTION, { t: "revealed" }], "revealed", /You sent no answer\.$/],
    [[{ ...RATE, value: 0.3 }, { t: "revealed" }], "revealed", /Your run at η = 0\.3 is training/],
    [[{ ...RATE, value: 0.3 }, { t: "revealed" }, end], "revealed", /η = 0\.3\. Learned: .* in epoch 9\.$/],
    [
      [{ ...RATE, value: 0.3 }, { t: "revealed" }, { ...end, first: true }],
      "revealed",
      /None of the room learned sooner!$/,
    ],
    [[{ t: "gone", why: "unknown" }], "closed", /There is no room ACK3M7/],
    [[QUESTION, { t: "gone", why: "unknown" }], "closed", /restarted.*joins by itself/],
    [[QUESTION, { t: "gone", why: "closed" }], "closed", /lecturer has closed/],
    [[{ t: "gone", why: "full" }], "closed", /full/],
    [[{ t: "gone", why: "busy" }], "closed", /Too many tries/],
  ]);
  for (const [messages, state, words] of cases) {
    const phone = after(...messages);
    assert.equal(phone.state, state);
    assert.match(sentence(phone), words);
  }
});

test("another question forgets the answer to the one before", () => {
  const phone = after(QUESTION, { t: "sent", value: 1 }, { t: "revealed", right: 0 }, { ...QUESTION, round: 2 });
  assert.deepEqual([phone.state, phone.value, phone.right], ["ready", null, null]);
});

test("words from right to left are kept apart from the numbers and stops of the sentence around them", () => {
  const asked = { ...QUESTION, answers: ["לומד", "no"], value: 0 };
  assert.match(sentence(after(asked)), /^Sent: \u2068לומד\u2069\. You/);
  const said = sentence(after({ ...asked, value: 1 }, { t: "revealed", right: 0, why: "10 במקום 1." }));
  assert.match(said, /You said: no\. Right is: \u2068לומד\u2069\. \u206810 במקום 1\.\u2069$/);
});

test("offline is said, but not of a room that is closed", () => {
  assert.equal(offline(after(QUESTION)).state, "offline");
  assert.equal(offline(after({ t: "gone", why: "closed" })).state, "closed");
  assert.equal(hear(offline(after(QUESTION)), { ...QUESTION, value: 1 }).state, "sent");
});

test("a phone tries again by itself where that can help", () => {
  assert.equal(triesAgain(after(QUESTION, { t: "gone", why: "unknown" })), true);
  assert.equal(triesAgain(after({ t: "gone", why: "unknown" })), false);
  assert.equal(triesAgain(after({ t: "gone", why: "full" })), true);
  assert.equal(triesAgain(after({ t: "gone", why: "closed" })), false);
});

test("a learning rate is written as one writes it", () => {
  assert.equal(answerText(after(RATE), 0.00003), "η = 3e-5");
});

/** @param {Map<string, string>} [kept] what the phone's storage holds */
function open(kept = new Map()) {
  const place = surroundings();
  const body = /** @type {any} */ (new Element("body"));
  Object.assign(body.dataset, { code: "ACK3M7", socket: "/live/room/ACK3M7" });
  const gone = /** @type {string[]} */ ([]);
  const { environment, sockets } = place;
  const page = new PhonePage(body, {
    WebSocket: environment.WebSocket,
    setTimeout: environment.setTimeout,
    clearTimeout: environment.clearTimeout,
    page: environment.page,
    origin: "http://class.example",
    go: (path) => gone.push(path),
    storage: { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => void kept.set(key, value) },
    newToken: () => "a-token",
  });
  const socket = () => sockets[sockets.length - 1];
  socket().onopen({});
  const part = (/** @type {string} */ id) => body.querySelector(id);
  return { ...place, body, page, kept, gone, socket, part };
}

/** @param {any} node @param {string} tag @returns {any[]} */
const all = (node, tag) =>
  node.children.flatMap((/** @type {any} */ child) =>
    child instanceof Element ? [...(child.tagName === tag ? [child] : []), ...all(child, tag)] : [],
  );

const heardBy = (/** @type {any} */ socket) => socket.sent;

test("one answer is chosen and sent, and changed until the reveal", () => {
  const { socket, part, kept } = open();
  assert.deepEqual(heardBy(socket()), [{ op: "hello", token: "a-token" }]);
  assert.deepEqual([...kept.values()], ["a-token"]);
  socket().hear(QUESTION);
  const [first, second] = all(part("room-control"), "INPUT");
  assert.equal(part("room-send").disabled, true);
  second.fire("change");
  assert.equal(part("room-send").disabled, false);
  part("room-send").fire("click");
  assert.deepEqual(heardBy(socket())[1], { op: "send", value: 1, round: 1 });
  socket().hear({ t: "sent", value: 1 });
  assert.equal(part("room-state").dataset.state, "sent");
  assert.equal(part("room-send").disabled, true);
  first.fire("change");
  part("room-send").fire("click");
  assert.deepEqual(heardBy(socket())[2], { op: "send", value: 0, round: 1 });
  socket().hear({ t: "revealed", right: 1 });
  assert.equal(part("room-send").hidden, true);
  assert.deepEqual(
    [first.parent, second.parent].map(({ dataset }) => dataset.right),
    [undefined, ""],
  );
});

test("a reload shows the same token and what was sent", () => {
  const { kept } = open();
  const again = open(kept);
  assert.deepEqual(heardBy(again.socket())[0], { op: "hello", token: "a-token" });
  again.socket().hear({ ...QUESTION, value: 1 });
  const [first, second] = all(again.part("room-control"), "INPUT");
  assert.deepEqual([first.checked, second.checked], [false, true]);
});

test("a rate is slid or typed, with a nickname where one is wanted", () => {
  const { socket, part, page, kept } = open();
  socket().hear(RATE);
  const [typed, slider] = all(part("room-control"), "INPUT");
  assert.equal(typed.value, "0.1");
  slider.value = "0";
  slider.fire("input");
  assert.equal(typed.value, "1e-4");
  assert.equal(slider.getAttribute("aria-valuetext"), "η = 1e-4");
  typed.value = "0,25";
  typed.fire("input");
  page.name.value = " Ada ";
  part("room-send").fire("click");
  assert.deepEqual(heardBy(socket())[1], { op: "send", value: 0.25, round: 1, name: "Ada" });
  assert.equal(kept.get("nn-room-name"), "Ada");
  socket().hear({ t: "sent", value: 0.25, name: "Ada" });
  for (const nonsense of ["", "much", "-1", "1e9"]) {
    typed.value = nonsense;
    typed.fire("input");
    assert.equal(part("room-send").disabled, true, nonsense);
    assert.equal(typed.getAttribute("aria-invalid"), "true");
    assert.match(part("room-state").textContent, /^Sent/, "who is still typing is not interrupted");
    typed.fire("change");
    assert.equal(
      part("room-state").textContent,
      `Learning rate must be a number from 1e-6 to 1000; got '${nonsense}'.`,
    );
  }
  slider.fire("input");
  assert.match(part("room-state").textContent, /^Sent/);
});

test("a lost connection is said and comes back by itself", () => {
  const { socket, part, pass, sockets } = open();
  socket().hear(QUESTION);
  socket().onclose({ code: 1006 });
  assert.equal(part("room-state").dataset.state, "offline");
  pass(1000);
  assert.equal(sockets.length, 2);
  socket().onopen({});
  socket().hear({ ...QUESTION, value: 0 });
  assert.equal(part("room-state").dataset.state, "sent");
});

test("a phone of a server that was restarted waits for its room, and one with a wrong code asks for another", () => {
  const { socket, part, pass, sockets, page, gone } = open();
  socket().hear(QUESTION);
  socket().hear({ t: "gone", why: "unknown" });
  socket().onclose({ code: 4404 });
  assert.equal(part("room-state").dataset.state, "closed");
  const before = sockets.length;
  pass(10_000);
  assert.ok(sockets.length > before);
  page.code.value = "hwc-x47";
  page.join();
  assert.deepEqual(gone, ["HWCX47"]);
});

test("a nickname is corrected, or taken back, at the same rate", () => {
  const { socket, part, page } = open();
  const rename = (/** @type {string} */ name) => {
    page.name.value = name;
    /** @type {any} */ (page.name).fire("input");
  };
  socket().hear(RATE);
  rename("Adda");
  part("room-send").fire("click");
  socket().hear({ t: "sent", value: 0.1, name: "Adda" });
  assert.equal(part("room-send").disabled, true);
  rename("Ada ");
  assert.equal(part("room-send").disabled, false);
  part("room-send").fire("click");
  assert.deepEqual(heardBy(socket()).at(-1), { op: "send", value: 0.1, round: 1, name: "Ada" });
  assert.equal(part("room-send").disabled, true, "it is on its way");
  socket().hear({ t: "sent", value: 0.1, name: "Ada" });
  assert.equal(part("room-send").disabled, true);
  rename("");
  part("room-send").fire("click");
  assert.deepEqual(heardBy(socket()).at(-1), { op: "send", value: 0.1, round: 1 });
});

test("what another tab of the phone has sent is what its controls show", () => {
  const { socket, part, page } = open();
  socket().hear({ ...RATE, value: 0.3, name: "Ada" });
  socket().hear({ t: "sent", value: 2, name: "Eve" });
  assert.deepEqual([all(part("room-control"), "INPUT")[0].value, page.name.value], ["2", "Eve"]);
  assert.equal(part("room-send").disabled, true);
});

test("an answer is on its way until it is confirmed; one that is lost with its line is sent once more, if it is still asked for", () => {
  const { socket, part, pass, sockets } = open();
  socket().hear(QUESTION);
  all(part("room-control"), "INPUT")[1].fire("change");
  part("room-send").fire("click");
  assert.equal(part("room-state").textContent, "Sending: no.");
  assert.equal(part("room-send").disabled, true);
  pass(10_000); // a line that is dead without knowing it
  assert.equal(part("room-state").dataset.state, "offline");
  assert.equal(sockets.length, 2);
  socket().onopen({});
  socket().hear(QUESTION);
  const answer = { op: "send", value: 1, round: 1 };
  assert.deepEqual(heardBy(socket()).slice(1), [answer]);
  socket().hear({ t: "sent", value: 1 });
  assert.match(part("room-state").textContent, /^Sent: no/);
  pass(60_000);
  assert.equal(sockets.length, 2, "what is confirmed is not doubted");

  all(part("room-control"), "INPUT")[0].fire("change");
  part("room-send").fire("click");
  socket().hear({ ...QUESTION, round: 2 });
  assert.equal(heardBy(socket()).length, 3, "another question is asked by now");
  assert.match(part("room-state").textContent, /^Ready/);
});

test("a phone whose room the lecturer has closed does not knock again, and goes on saying so", () => {
  const { socket, part, pass, sockets, page, environment } = open();
  const turn = (/** @type {boolean} */ hidden) => {
    environment.page.hidden = hidden;
    environment.page.dispatchEvent(new Event("visibilitychange"));
  };
  socket().hear(QUESTION);
  turn(true);
  pass(60_000);
  turn(false);
  assert.equal(sockets.length, 2, "a sleep ends with a look");
  socket().onopen({});
  socket().hear({ t: "gone", why: "closed" });
  page.again();
  turn(true);
  pass(60_000);
  turn(false);
  pass(60_000);
  assert.equal(sockets.length, 2);
  assert.match(part("room-state").textContent, /lecturer has closed/);
});

test("a code is found in what is typed or pasted, and what is none leads nowhere", () => {
  for (const text of [" hwc-x47 ", "HWC X47", "/room/HWCX47", "https://class.example/base/room/hwcx47/?x=1#y"])
    assert.equal(codeIn(text), "HWCX47", text);
  const { page, part, gone } = open();
  for (const text of ["", ".", "..", "a/b", "HWCX4", "<script>", "ééééééé"]) {
    assert.equal(codeIn(text), "", text);
    page.code.value = text;
    page.join();
    assert.match(part("room-state").textContent, /^A code has six letters and digits/);
  }
  assert.deepEqual(gone, []);
});

test("a sleep does not trust the socket that it left", () => {
  const { page, sockets } = open();
  page.again();
  assert.equal(sockets.length, 2);
});
