// @ts-check
/** A lesson: what a presenter's remote means, where one is, and when a screen can be shown. */
import assert from "node:assert/strict";
import { test } from "node:test";

import {
  Frames,
  isAnswerable,
  isAsking,
  isPlaying,
  isPrepared,
  isReady,
  play,
  reveal,
} from "../../ui/web/lesson/frames.js";
import { hashOf, leftAt, placeOf, revealedIn } from "../../ui/web/lesson/place.js";
import { remoteAction } from "../../ui/web/lesson/remote.js";

const BODY = { tagName: "BODY", role: null };
const RANGE = { tagName: "INPUT", type: "range", role: null };
const TEXT = { tagName: "INPUT", type: "text", role: null };

test("a remote leads on wherever the focus is, arrows only where nothing has it, and no text box loses a key", () => {
  for (const target of [BODY, RANGE, { tagName: "BUTTON", role: null }]) {
    assert.equal(remoteAction({ key: "PageDown" }, target), "next");
    assert.equal(remoteAction({ key: "PageUp" }, target), "previous");
    assert.equal(remoteAction({ key: "L" }, target), "leave");
    for (const key of ["b", "B", "."]) assert.equal(remoteAction({ key }, target), "dark", key);
  }
  assert.equal(remoteAction({ key: "ArrowRight" }, BODY), "next");
  assert.equal(remoteAction({ key: "ArrowLeft" }, BODY), "previous");
  assert.equal(remoteAction({ key: "ArrowRight" }, RANGE), null);
  for (const key of ["PageDown", "PageUp", "l", "b", ".", "ArrowRight", "Escape"])
    assert.equal(remoteAction({ key }, TEXT), null, key);
  assert.equal(remoteAction({ key: "PageDown", repeat: true }, BODY), null);
  assert.equal(remoteAction({ key: "PageDown", ctrlKey: true }, BODY), null);
  for (const key of [" ", "1", "s", "End"]) assert.equal(remoteAction({ key }, BODY), null, key);
});

test("the place is read from the address and written into it; what is no number is the first screen", () => {
  for (const place of [
    { lesson: "", screen: 0 },
    { lesson: "eNp-_w", screen: 41 },
  ])
    assert.deepEqual(placeOf(hashOf(place)), place);
  for (const hash of ["", "#", "#screen=x", "#screen=-3", "#screen=1.5", "#screen=0"])
    assert.deepEqual(placeOf(hash), { lesson: "", screen: 0 }, hash);
});

test("a screen that is left is the experiment as it stands, and asks only what has not been answered", () => {
  const href = "http://host/nn/digits?data=digits&lecture=1&hold=1&eta=0.5&ask=eNp";
  assert.equal(leftAt(href, false), "http://host/nn/digits?data=digits&eta=0.5");
  assert.equal(leftAt(href, true), "http://host/nn/digits?data=digits&eta=0.5&ask=eNp");
});

/**
 * What a frame holds: a view with these attributes, or a page without one whose script is in that state.
 *
 * @param {Record<string, string> | null} view
 * @param {string} [script]
 * @param {boolean} [coming] whether something of the page is still on its way
 */
function frame(view, script = "running", coming = false) {
  const clicked = /** @type {string[]} */ ([]);
  const views = { view };
  const inner = /** @type {any} */ ({
    querySelector: (/** @type {string} */ selector) => {
      if (selector.includes("live-view")) return views.view && { dataset: views.view };
      if (selector.includes("stSkeleton")) return coming ? {} : null;
      if (selector.includes("script-state")) return { getAttribute: () => script };
      return { click: () => clicked.push(selector) };
    },
  });
  return { inner, clicked, views };
}

test("what was revealed is read from the tab's history, and nonsense there is nothing", () => {
  assert.deepEqual(revealedIn({ revealed: [1, 4] }), [1, 4]);
  for (const state of [null, undefined, "x", {}, { revealed: 3 }, { revealed: ["1", null] }])
    assert.deepEqual(revealedIn(state), []);
});

test("a screen can be shown once its run has been drawn, its question stands, or its page is there", () => {
  assert.equal(isReady(null), false);
  assert.equal(isReady(frame({ frames: "0" }).inner), false);
  assert.equal(isReady(frame({ frames: "1" }).inner), true);
  assert.equal(isReady(frame({ drawn: "2" }).inner), true);
  assert.equal(isReady(frame({}).inner), false);
  assert.equal(isReady(frame({ frames: "0", asking: "true" }).inner), true);
  assert.equal(isReady(frame(null, "running").inner), false);
  assert.equal(isReady(frame(null, "notRunning").inner), true);
  assert.equal(isReady(frame(null, "notRunning", true).inner), false, "its script has ended before its view is there");
});

test("what was revealed is opened again once the run is there that the reveal lets begin", () => {
  assert.equal(isAnswerable(null), false);
  assert.equal(
    isAnswerable(frame({ asking: "true", frames: "0" }).inner),
    false,
    "its question stands, but nothing can play",
  );
  assert.equal(isAnswerable(frame({ asking: "true", frames: "1" }).inner), true);
  assert.equal(isAnswerable(frame({ asking: "true", drawn: "1" }).inner), true);
  assert.equal(isAnswerable(frame({ asking: "true", testid: "ask-view" }).inner), true, "a page without a run");
});

test("a screen is made ready once it can be shown and its script has ended", () => {
  assert.equal(isPrepared(frame({ frames: "1" }, "running").inner), false);
  assert.equal(isPrepared(frame({ frames: "1" }, "notRunning").inner), true);
  assert.equal(isPrepared(frame({ frames: "0" }, "notRunning").inner), false);
});

test("a run that waits at its start is played when it is shown, one that asks is not, nor one that has begun", () => {
  const waits = { state: "paused", epoch: "0", frames: "1" };
  const shown = frame(waits);
  play(shown.inner);
  assert.deepEqual(shown.clicked, ['[data-testid="play"]']);
  for (const view of [{ ...waits, asking: "true" }, { ...waits, epoch: "7" }, { ...waits, state: "finished" }, null]) {
    const other = frame(view);
    play(other.inner);
    assert.deepEqual(other.clicked, []);
  }
  const asking = frame({ ...waits, asking: "true" });
  assert.equal(isAsking(asking.inner), true);
  assert.equal(isAsking(shown.inner), false);
  assert.equal(isPlaying(frame({ state: "playing" }).inner), true);
  reveal(asking.inner);
  assert.deepEqual(asking.clicked, ['[data-testid="ask-reveal"]']);
});

test("a screen that is seen before it is there begins as soon as it is; one that was left meanwhile never does", async () => {
  for (const stays of [true, false]) {
    const { inner, clicked, views } = frame(null, "notRunning");
    const frames = new Frames(
      /** @type {any} */ ({}),
      () => "",
      () => {},
    );
    const box = /** @type {any} */ ({ inert: true, classList: { toggle() {} }, contentDocument: inner });
    frames.held.set(0, box);
    frames.show(0);
    const begun = frames.begin(0, box);
    views.view = { state: "idle", epoch: "0", frames: "0" };
    assert.deepEqual(clicked, []);
    if (!stays) frames.show(1);
    Object.assign(views.view, { state: "paused", frames: "1" });
    await begun;
    assert.equal(clicked.length > 0, stays);
  }
});
