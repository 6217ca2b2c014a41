// @ts-check
/** The lecturer's view of a room: how it is opened, what it counts, reveals and draws, and what becomes of it. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { KEYS } from "../../ui/web/live/keys.js";
import { dotSize, NUMBERED } from "../../ui/web/room/curves.js";
import { countWords, emptyRoom, medianAt, reduce, tally, verdict, voteWords } from "../../ui/web/room/room_store.js";
import mount from "../../ui/web/room/room_view.js";
import { alive, Element, refuse, surroundings } from "./page.js";

Object.assign(Element.prototype, {
  clientHeight: 300,
  /** @this {any} @param {string} name @param {boolean} on */
  toggleAttribute(name, on) {
    if (on) this.setAttribute(name, "");
    else this.removeAttribute(name);
  },
});

const b64 = (/** @type {ArrayBufferView} */ array) => Buffer.from(array.buffer).toString("base64");
const QUESTION = {
  t: "room",
  code: "ACK3M7",
  round: 1,
  state: "asking",
  text: "Faster?",
  label: "",
  answers: ["yes", "no"],
  hidden: false,
};
const RATES = { ...QUESTION, text: "Which learning rate?", label: "XOR", answers: null };
const RUNS = {
  t: "runs",
  etas: [0.001, 0.1],
  phones: [1, 2],
  names: ["", "Ada"],
  epochs: [0, 5, 10],
  planned: 10,
  range: [1e-3, 1],
  target: 0.05,
};
const FRAME = (/** @type {number} */ from, /** @type {number[][]} */ rows) => ({
  t: "frame",
  epoch: 5 * (from + rows[0].length - 1),
  parts: [{ row: 0, rows: rows.length, from, b64: b64(Float32Array.from(rows.flat())) }],
});
const ENDS = {
  t: "ends",
  outcome: b64(Uint8Array.of(3, 0)),
  reached: b64(Int32Array.of(-1, 7)),
  final: [0.69, 0.01],
  winners: [1],
  learned: 2 / 3,
};
const AFTER = [
  { ...RATES, state: "training" },
  RUNS,
  FRAME(0, [[0.7], [0.7]]),
  FRAME(1, [
    [0.69, 0.69],
    [0.2, 0.01],
  ]),
  { ...RATES, state: "finished" },
  ENDS,
];
const store = (/** @type {any[]} */ ...messages) => messages.reduce(reduce, emptyRoom());

test("how many have answered is said, and never what", () => {
  assert.equal(countWords(store(QUESTION, { t: "count", answered: 1, phones: 3 })), "1 of 3 phones have answered");
  assert.equal(
    countWords(store(RATES, { t: "count", answered: 0, phones: 1 })),
    "0 of 1 phone has sent a learning rate",
  );
});

test("who does not see the bars is told what they show, once it is revealed", () => {
  assert.equal(voteWords(store(QUESTION)), "");
  const votes = { t: "votes", counts: [3, 1], right: 0, why: "It is larger." };
  const revealed = { ...QUESTION, state: "revealed" };
  assert.equal(voteWords(store(revealed, votes)), "yes: 3, no: 1. Right is yes. It is larger.");
  assert.equal(voteWords(store(revealed, { ...votes, right: null, why: "" })), "yes: 3, no: 1.");
});

test("curves grow in place, and their median is that of the phones", () => {
  const { runs } = store(...AFTER);
  assert.deepEqual(runs?.known, [3, 3]);
  assert.equal(runs?.epoch, 10);
  assert.deepEqual(
    Array.from(runs?.costs[1] ?? [], (cost) => Number(cost.toFixed(3))),
    [0.7, 0.2, 0.01],
  );
  assert.equal(Number(medianAt(/** @type {any} */ (runs), 2).toFixed(3)), 0.01);
  const gone = store(RATES, RUNS, FRAME(0, [[0.7], [NaN]])).runs;
  assert.equal(medianAt(/** @type {any} */ (gone), 0), Infinity);
});

test("the verdict names who was first, the share that learned, and what became of the others", () => {
  const words = verdict(store(...AFTER));
  assert.match(
    words,
    /^First of those that learned: η = 0\.1 \(Ada, 2 phones\), at the target after 7 epochs\. 67 % of 3 phones' runs learned: 2 learned, 1 stuck\.$/,
  );
  assert.match(verdict(store(...AFTER, { ...RATES, state: "finished", hidden: true })), /η = 0\.1 \(2 phones\),/);
  assert.match(verdict(store(...AFTER, { ...ENDS, winners: [], learned: 0 })), /^No run learned\. 0 %/);
  assert.equal(verdict(store({ ...RATES, state: "revealed" })), "Nobody has sent a learning rate.");
  assert.equal(verdict(store(...AFTER.slice(0, 3))), "Training 3 phones' runs: epoch 0 of 10.");
  assert.equal(verdict(store(QUESTION)), "");
});

test("of a single phone no share is said", () => {
  const runs = { ...RUNS, etas: [0.1], phones: [1], names: [""] };
  const ends = { ...ENDS, outcome: b64(Uint8Array.of(0)), reached: b64(Int32Array.of(7)), winners: [0], learned: 1 };
  assert.match(verdict(store({ ...RATES, state: "finished" }, runs, ends)), / 1 phone's run: 1 learned\.$/);
});

test("all who are level are named as first, or, where they are many, counted", () => {
  const etas = [0.1, 0.2, 0.3, 0.4, 0.5];
  const phones = [1, 1, 2, 1, 1];
  const said = (/** @type {number[]} */ ...winners) => {
    const outcome = b64(Uint8Array.from(etas, () => 0));
    const reached = b64(Int32Array.from(etas, (_, run) => (winners.includes(run) ? 7 : 9)));
    const runs = { ...RUNS, etas, phones, names: ["Ada", "", "Eve", "", ""] };
    const finished = { ...RATES, state: "finished" };
    return verdict(store(finished, runs, { ...ENDS, outcome, reached, winners, learned: 1 }));
  };
  assert.match(
    said(0, 1, 2),
    /^First of those that learned: η = 0\.1 \(Ada\), η = 0\.2 and η = 0\.3 \(Eve, 2 phones\), at the target after 7 epochs\./,
  );
  assert.match(said(1, 2, 3, 4), /^First of those that learned: 4 rates from 0\.2 to 0\.5 \(5 phones\), at/);
});

test("a name from right to left leaves the number of phones behind it where it is", () => {
  const named = { ...RUNS, names: ["", "עדי"] };
  assert.match(verdict(store(...AFTER.slice(0, 1), named, ENDS)), /η = 0\.1 \(\u2068עדי\u2069, 2 phones\), at/);
});

test("a dot of many phones has room for their number, and a class that sends one rate does not look like many rates", () => {
  assert.ok(dotSize(1) < dotSize(2));
  for (const phones of [NUMBERED, 9, 10, 57, 100, 500]) {
    const digits = 0.6 * String(phones).length;
    assert.ok(2 * dotSize(phones) >= digits, "no sign reaches beyond the dot");
    assert.ok(dotSize(phones) < 1.2);
  }
});

test("outcomes are counted by phones", () => {
  const { runs, ends } = store(...AFTER);
  assert.deepEqual(tally(/** @type {any} */ (runs), /** @type {any} */ (ends)), [2, 0, 0, 1, 0, 0]);
});

test("another round, and another room, begin with nothing", () => {
  const after = store(QUESTION, { t: "votes", counts: [1, 2], right: 0, why: "" });
  assert.notEqual(after.votes, null);
  assert.equal(reduce(after, { ...QUESTION, round: 2 }).votes, null);
  assert.equal(reduce(after, { ...QUESTION, code: "RRRRRR" }).votes, null);
  assert.equal(reduce(after, { t: "error", message: "Oh." }).error, "Oh.");
  assert.equal(reduce(after, { t: "unheard of" }), after);
});

const ROOM = { code: "ACK3M7", path: "/room/ACK3M7", here: false, qr: { size: 21, d: "M0,0h7v1h-7z" } };

/** @param {any} [data] @param {Map<string, string>} [kept] by the tab @param {Map<string, string>} [shared] by the browser */
function open(data = {}, kept = new Map(), shared = new Map()) {
  const place = surroundings();
  const said = /** @type {[string, any][]} */ ([]);
  const context = {
    parentElement: /** @type {any} */ (new Element("div")),
    data: {
      socket: "/live/socket",
      token: "one",
      room: null,
      key: "",
      lost: "",
      refusal: "",
      ready: true,
      lecture: false,
      ...data,
    },
    setTriggerValue: (/** @type {string} */ key, /** @type {any} */ value) => said.push([key, value]),
  };
  const storage = (/** @type {Map<string, string>} */ values) => ({
    getItem: (/** @type {string} */ key) => values.get(key) ?? null,
    setItem: (/** @type {string} */ key, /** @type {string} */ value) => void values.set(key, value),
    removeItem: (/** @type {string} */ key) => void values.delete(key),
  });
  const gone = /** @type {string[]} */ ([]);
  const around = { tab: storage(kept), browser: storage(shared), go: (/** @type {string} */ path) => gone.push(path) };
  const given = { environment: place.environment, around };
  const end = mount(context, /** @type {any} */ (given));
  const socket = place.sockets[place.sockets.length - 1];
  socket.onopen({});
  place.pass(50);
  const root = context.parentElement.querySelector("room-view");
  const update = (/** @type {any} */ more) => {
    Object.assign(context.data, more);
    mount(context, /** @type {any} */ (given));
    place.pass(50);
  };
  const hear = (/** @type {any[]} */ ...messages) => {
    for (const message of messages) socket.hear(message);
    place.pass(50);
  };
  const part = (/** @type {string} */ id) => root.querySelector(id);
  return { ...place, context, said, kept, shared, gone, end, socket, root, update, hear, part };
}

const press = (/** @type {any} */ page, /** @type {string} */ key) =>
  page.dispatchEvent(Object.assign(new Event("keydown", { cancelable: true }), { key }));

test("a room is opened with one click, and its key stays in the tab", () => {
  const { root, part, said, update, kept, end } = open();
  assert.equal(root.dataset.state, "none");
  part("room-open").fire("click");
  assert.deepEqual(said, [["open", { key: "" }]]);
  update({ room: ROOM, key: "the key" });
  assert.equal(part("room-code").textContent, "ACK3M7");
  assert.equal(part("room-qr").getAttribute("href"), "http://host/room/ACK3M7");
  assert.deepEqual(JSON.parse([...kept.values()][0]), { key: "the key", code: "ACK3M7" });
  end();
  assert.deepEqual([alive.listeners, alive.observers], [0, 0]);
});

test("a reload shows the key, once, and a server that has forgotten the room is offered it again", () => {
  const kept = new Map([["nn-room-host", JSON.stringify({ key: "the key", code: "ACK3M7" })]]);
  const { said, update, root, part, end } = open({}, kept);
  update({});
  assert.deepEqual(said, [["resume", { key: "the key" }]]);
  update({ lost: "ACK3M7" });
  assert.equal(root.dataset.state, "lost");
  assert.match(part("room-words").textContent, /restarted/);
  assert.equal(part("room-open").textContent, "Reopen ACK3M7");
  part("room-open").fire("click");
  assert.deepEqual(said[1], ["open", { key: "the key" }]);
  end();
});

test("no room is opened while there is nothing to ask it, and a refusal is said", () => {
  const { part, update, end } = open({ ready: false });
  assert.equal(part("room-open").disabled, true);
  update({ ready: true, refusal: "There can be 50 rooms at the same time." });
  assert.equal(part("room-open").disabled, false);
  assert.match(part("room-words").textContent, /50 rooms/);
  end();
});

test("what lies in the tab's storage may be anything", () => {
  for (const text of ["", "{", "null", "[]", '{"key":7}']) {
    const { said, end } = open({}, new Map([["nn-room-host", text]]));
    assert.ok(said.length <= 1, text);
    end();
  }
});

test("votes are revealed by key or button, and bars grow", () => {
  const { hear, root, socket, part, page, end } = open({ room: ROOM, key: "k" });
  hear(QUESTION, { t: "count", answered: 3, phones: 4 });
  assert.equal(root.dataset.state, "asking");
  assert.deepEqual([root.dataset.answered, root.dataset.phones], ["3", "4"]);
  press(page, "r");
  assert.deepEqual(socket.sent.at(-1), { op: "reveal" });
  part("room-reveal").fire("click");
  assert.deepEqual(socket.sent.at(-1), { op: "reveal" });
  hear({ ...QUESTION, state: "revealed" }, { t: "votes", counts: [1, 2], right: 1, why: "So." });
  assert.match(root.textContent, /1 · 33 %/);
  assert.match(root.textContent, /2 · 67 %/);
  assert.match(root.textContent, /So\./);
  const sent = socket.sent.length;
  press(page, "r");
  assert.equal(socket.sent.length, sent);
  end();
});

test("no key of a room means something else on another page", () => {
  const { root, end } = open({ room: ROOM, key: "k" });
  const said = (/** @type {any} */ node) => [
    node.getAttribute?.("aria-keyshortcuts") ?? "",
    ...node.children.flatMap(said),
  ];
  const own = said(root).filter(Boolean);
  assert.deepEqual(own, ["R", "H"]);
  const others = Object.values(KEYS).map(({ label }) => label);
  assert.ok(others.includes("N") && !own.some((key) => others.includes(key)));
  end();
});

test("runs are drawn as they grow, one request at a time, and end with a legend", () => {
  const { hear, root, socket, part, end } = open({ room: ROOM, key: "k" });
  hear(...AFTER.slice(0, 3));
  assert.equal(root.dataset.curves, "2");
  assert.equal(socket.sent.filter((/** @type {any} */ { op }) => op === "n").length, 1);
  hear(...AFTER.slice(3));
  assert.equal(root.dataset.state, "finished");
  assert.equal(root.dataset.epoch, "10");
  assert.match(part("room-summary").textContent, /First of those that learned/);
  assert.match(root.textContent, / median phone.* learned 2/);
  assert.equal(part("room-names").hidden, false);
  part("room-names").fire("click");
  assert.deepEqual(socket.sent.at(-1), { op: "names", hidden: true });
  end();
});

test("where nobody has a nickname there is none to hide", () => {
  const { hear, part, end } = open({ room: ROOM, key: "k" });
  hear(AFTER[0], { ...RUNS, names: ["", ""] }, ...AFTER.slice(2));
  assert.equal(part("room-names").hidden, true);
  end();
});

test("while the server restarts it is heard once that it is gone, and what has become of the room", () => {
  const { hear, root, socket, update, pass, end } = open({ room: ROOM, key: "k" });
  const spoken = () => {
    pass(1000);
    const { children } = root.querySelector(".nn-voice");
    return children[children.length - 1].textContent;
  };
  hear(...AFTER);
  assert.match(spoken(), /First of those that learned/);
  socket.onclose({ code: 1006 });
  assert.match(spoken(), /Offline/);
  update({ lecture: true });
  assert.match(spoken(), /Offline/, "what was told of the runs is not told again");
  update({ room: null });
  assert.match(spoken(), /Offline/, "whether there is a room is not known yet");
  update({ lost: "ACK3M7" });
  assert.match(spoken(), /restarted/);
  end();
});

test("the room of a tab that was closed is offered to the next one, until it is closed itself", () => {
  const shared = new Map();
  const closed = open({ room: ROOM, key: "the key" }, new Map(), shared);
  assert.equal(closed.part("room-go-on").hidden, true);
  closed.end();
  const next = open({}, new Map(), shared);
  assert.deepEqual(next.said, [], "another lecturer may sit there: it is not taken unasked");
  assert.equal(next.part("room-go-on").textContent, "Go on with room ACK3M7");
  next.part("room-go-on").fire("click");
  assert.deepEqual(next.said, [["resume", { key: "the key" }]]);
  next.update({ room: ROOM, key: "the key" });
  next.part("room-close").fire("click");
  assert.deepEqual([next.kept.size, shared.size], [0, 0]);
  next.end();
  for (const [value, why] of [
    [{ key: "the key", code: "ACK3M7", at: Date.now() - 4 * 3600 * 1000 }, "long ago"],
    [{ key: 7 }, "nonsense"],
  ]) {
    const later = open({}, new Map(), new Map([["nn-room-host", JSON.stringify(value)]]));
    assert.equal(later.part("room-go-on").hidden, true, String(why));
    later.end();
  }
});

test("who comes to a lecturer's page with a code is led to the room", () => {
  const { part, gone, update, end } = open();
  const [code] = [part("room-visit")];
  const enter = (/** @type {string} */ text) => {
    code.value = text;
    code.fire("keydown", { key: "Enter" });
  };
  enter("..");
  assert.deepEqual(gone, []);
  assert.match(part("room-view")?.textContent ?? code.parent.parent.textContent, /A code has six letters/);
  enter("hwc x47");
  assert.deepEqual(gone, ["room/HWCX47"]);
  assert.equal(code.parent.parent.hidden, false);
  update({ room: ROOM, key: "k" });
  assert.equal(code.parent.parent.hidden, true);
  end();
});

test("offline, hindered, gone and closed are said", async () => {
  const { hear, root, socket, part, said, kept, end, ...place } = open({ room: ROOM, key: "k" });
  hear(QUESTION);
  hear({ ...QUESTION, state: "closed" });
  assert.deepEqual(said.at(-1), ["resume", { key: "k" }]);
  part("room-close").fire("click");
  assert.deepEqual([said.at(-1), kept.size], [["close", "ACK3M7"], 0]);
  socket.onclose({ code: 1006 });
  place.pass(50);
  assert.equal(root.dataset.state, "offline");
  assert.match(part("room-words").textContent, /Offline/);
  await refuse(/** @type {any} */ (place));
  assert.match(part("room-words").textContent, /another/);
  end();
});
