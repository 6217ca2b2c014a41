// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";

import {
  asks,
  CALM_GAP,
  choose,
  CREDITS,
  decide,
  FIRST_GAP,
  LONGEST_GAP,
  nextDue,
  frameRate,
  Pace,
  starved,
} from "../../ui/web/live/pace.js";

test("drawing waits until it is due, and a new run's first frame only for that of another run", () => {
  const at = { now: 100, lastDraw: 90, lastFirst: 90, due: 120, dirty: true, fresh: false };
  assert.equal(decide({ ...at, dirty: false, fresh: true }), "nothing");
  assert.equal(decide(at), "wait");
  assert.equal(decide({ ...at, now: 120 }), "draw");
  assert.equal(decide({ ...at, fresh: true }), "wait");
  assert.equal(decide({ ...at, fresh: true, now: 90 + FIRST_GAP }), "draw");
  assert.equal(decide({ ...at, fresh: true, lastFirst: 0 }), "draw");
});

test("where less motion is wanted, five pictures a second are drawn, of new runs too", () => {
  const at = { lastDraw: 0, lastFirst: 0 };
  for (const fresh of [true, false]) {
    assert.equal(decide({ ...at, now: CALM_GAP - 1, due: 0, dirty: true, fresh, calm: true }), "wait");
    assert.equal(decide({ ...at, now: CALM_GAP, due: 0, dirty: true, fresh, calm: true }), "draw");
  }
});

/**
 * Drawings in the last of three seconds.
 *
 * @param {{tick?: number, cost?: number, late?: (tick: number) => number}} at milliseconds of a tick of the display, of a
 *   drawing, and by which a tick comes late
 */
function drawings({ tick = 1000 / 60, cost = 5, late = () => 0 }) {
  const pace = new Pace();
  let [drawn, lastDraw, due] = [0, -Infinity, -Infinity];
  for (let at = 0; at < 3000 / tick; at += 1) {
    const now = at * tick + late(at);
    pace.tick(now, at > 0);
    if (decide({ now, lastDraw, lastFirst: lastDraw, due, dirty: true, fresh: false }) !== "draw") continue;
    if (now >= 2000) drawn += 1;
    lastDraw = now;
    due = nextDue(due, now, pace.gap);
    pace.drew(cost);
  }
  return drawn;
}

/** @type {((tick: number) => number)[]} */
const UNEVEN = [() => 0, (tick) => (tick % 2) * 6, (tick) => (tick % 7 === 0 ? 15 : 0)];

test("every tick of the display is drawn on where drawing leaves room, also when ticks come unevenly", () => {
  for (const late of UNEVEN) assert.ok(drawings({ late }) >= 56, String(drawings({ late })));
  assert.ok(drawings({ tick: 1000 / 30 }) >= 29);
  assert.ok(drawings({ tick: 1000 / 120, cost: 3 }) >= 112);
});

test("where drawing costs much, a third of the time is left to others, and no more than half of the pictures", () => {
  assert.ok(Math.abs(drawings({ cost: 13 }) - 50) <= 2, String(drawings({ cost: 13 })));
  for (const late of UNEVEN) {
    const drawn = drawings({ cost: 100, late });
    assert.ok(drawn >= 30 && drawn <= 35, String(drawn));
  }
});

test("a view begins at an easy pace, and a single slow drawing does not change it", () => {
  const pace = new Pace();
  assert.equal(pace.gap, LONGEST_GAP);
  for (let at = 0; at < 50; at += 1) pace.drew(4);
  assert.equal(Math.round(pace.gap), 15);
  pace.drew(40);
  assert.ok(pace.gap < 16.7);
  for (let at = 0; at < 30; at += 1) pace.drew(40);
  assert.equal(pace.gap, LONGEST_GAP);
});

test("a browser is able to draw at every tick as long as that leaves it a third of its time", () => {
  const pace = new Pace();
  assert.equal(pace.able, false);
  for (let at = 0; at < 20; at += 1) pace.drew(9);
  assert.equal(pace.able, true);
  for (let at = 0; at < 60; at += 1) pace.drew(13);
  assert.equal(pace.able, false);
});

test("ticks between which the view slept say nothing of the display", () => {
  const pace = new Pace();
  for (let at = 0; at < 20; at += 1) pace.drew(1);
  for (let at = 0; at < 20; at += 1) pace.tick(at * 20 + (at % 2) * 14, false);
  assert.equal(Math.round(pace.gap), 15);
});

test("a long pause is not made up for by a burst", () => {
  const due = nextDue(0, 1000, 30);
  assert.equal(due, 1000);
  assert.equal(nextDue(due, 1016, 30), 1030);
  assert.equal(nextDue(-Infinity, 5, 30), 5);
});

test("frames are asked for only while a run plays, two at most", () => {
  const at = { outstanding: 0, phase: "playing", online: true, able: true, arrived: 1, late: 2 };
  assert.equal(asks(at), 1);
  assert.equal(asks({ ...at, outstanding: 1 }), 1);
  assert.equal(asks({ ...at, outstanding: CREDITS }), 0);
  assert.equal(asks({ ...at, phase: "paused" }), 0);
  assert.equal(asks({ ...at, online: false }), 0);
});

test("where a frame comes after its tick, two are made ready", () => {
  const at = { outstanding: 0, phase: "playing", online: true, able: true, arrived: 1, late: 19 };
  assert.equal(asks(at), CREDITS);
  assert.equal(asks({ ...at, outstanding: 1 }), 1);
  assert.equal(asks({ ...at, arrived: 2 }), 1);
  assert.equal(asks({ ...at, able: false }), 1);
  assert.equal(asks({ ...at, phase: "finished" }), 0);
});

test("a playing run that stays silent has lost its credit; a paused one has not", () => {
  assert.equal(starved({ now: 5000, lastFrame: 0, phase: "playing", online: true }), true);
  assert.equal(starved({ now: 500, lastFrame: 0, phase: "playing", online: true }), false);
  assert.equal(starved({ now: 5000, lastFrame: 0, phase: "finished", online: true }), false);
});

test("one costly drawing at a time: the urgent first, else the most overdue", () => {
  const job = (/** @type {any} */ more) => ({ id: "a", dirty: true, urgent: false, last: 0, every: 200, ...more });
  assert.equal(choose(100, []), null);
  assert.equal(choose(100, [job({})]), null);
  assert.equal(choose(300, [job({ dirty: false })]), null);
  assert.equal(choose(300, [job({}), job({ id: "b", last: -100 })]), "b");
  assert.equal(choose(300, [job({ last: -100 }), job({ id: "b", last: 299, urgent: true })]), "b");
  assert.equal(choose(10, [job({ last: -Infinity }), job({ id: "b" })]), "a");
});

test("two urgent drawings take turns", () => {
  const last = { a: 0, b: 0 };
  const order = [];
  for (let now = 33; now < 200; now += 33) {
    const id = choose(now, [
      { id: "a", dirty: true, urgent: true, last: last.a, every: 0 },
      { id: "b", dirty: true, urgent: true, last: last.b, every: 0 },
    ]);
    last[/** @type {"a" | "b"} */ (id)] = now;
    order.push(id);
  }
  assert.deepEqual(order, ["a", "b", "a", "b", "a", "b"]);
});

test("the frame rate is counted over the drawings seen", () => {
  assert.equal(frameRate([0, 33]), null);
  assert.equal(frameRate([0, 50, 100]), 20);
});
