// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";

import {
  ORDER,
  partingEpoch,
  reportSentence,
  rulesDetail,
  rulesLead,
  runsAt,
  timesWord,
} from "../../ui/web/sweep/rules_words.js";
import { LEARNED, OVERFLOW, PENDING, SLOW, readStrip } from "../../ui/web/panels/strip_model.js";

/** @param {ArrayLike<number>} values @param {any} kind */
const packed = (values, kind) => Buffer.from(kind.from(values).buffer).toString("base64");

/**
 * A strip of one start at two rates, of which the second is as given.
 * @param {string} name @param {number[]} curve @param {any} [more]
 */
const strip = (name, curve, { outcome = LEARNED, known = 1, reported = null, label = name } = {}) =>
  readStrip({
    t: "strip",
    name,
    label,
    etas: [0.01, 0.1],
    seeds: [1],
    final: packed([0.6, outcome === OVERFLOW ? NaN : curve[curve.length - 1]], Float32Array),
    outcome: packed([SLOW, known ? outcome : PENDING], Uint8Array),
    reached: packed([-1, 10], Int32Array),
    epochs: [0, 5, 10],
    curves: packed([0.7, 0.65, 0.6, ...(known ? curve : [])], Float32Array),
    known: packed([1, known], Uint8Array),
    reported: reported && packed([0, 0, ...(known ? reported : [])], Float32Array),
  });

/** @param {...import("../../ui/web/panels/strip_model.js").Strip} strips */
const at = (...strips) => runsAt(new Map(strips.map((one) => [one.name, one])), 0.1);

const TEXTBOOK = strip("main", [0.7, 0.1, 4e-4]);
const PUBLISHED = strip("published", [0.7, 0.3, 2e-4], { reported: [-1e-9, 1] });
const FORGETTING = strip("forgetting", [0.7, 0.2, 7e-8], { label: "only the forgetting" });

test("both ends are told, with what became of them", () => {
  assert.equal(
    rulesLead(at(TEXTBOOK, PUBLISHED), 0.1),
    "η = 0.1: the textbook rule ends at 4e-4 (learned), the published code ends at 2e-4 (learned)",
  );
  const gone = strip("published", [0.7, NaN, NaN], { outcome: OVERFLOW });
  assert.match(rulesLead(at(TEXTBOOK, gone), 0.1), /the published code overflows$/);
});

test("a run that is not there yet is not compared, and no other rate stands in for it", () => {
  const later = strip("published", [0.7, 0.3, 2e-4], { known: 0 });
  const runs = at(TEXTBOOK, later);
  assert.deepEqual(Object.keys(runs), ["main"]);
  assert.match(rulesLead(runs, 0.1), /the published code is still being computed$/);
  assert.equal(rulesDetail(runs), "");
  assert.equal(rulesLead(at(), 0.1), "η = 0.1: still being computed");
  assert.deepEqual(runsAt(new Map([["main", TEXTBOOK]]), 0.02), {});
});

test("curves part where they are first more than a tenth apart, and an overflow is apart from everything", () => {
  const { main, published } = at(TEXTBOOK, PUBLISHED);
  assert.equal(partingEpoch(main, published), 5);
  assert.equal(partingEpoch(main, main), -1);
  const near = at(strip("published", [0.7, 0.105, 4.3e-4])).published;
  assert.equal(partingEpoch(main, near), -1);
  const gone = at(strip("published", [0.7, 0.1, NaN], { outcome: OVERFLOW })).published;
  assert.equal(partingEpoch(main, gone), 10);
  assert.match(rulesDetail(at(TEXTBOOK, PUBLISHED)), /more than a tenth apart by epoch 5\./);
  assert.match(rulesDetail({ main, published: near }), /^At no epoch drawn/);
});

test("the sentence says where the forgetting alone ends, beside the two", () => {
  const said = (/** @type {number} */ end) =>
    rulesDetail(at(TEXTBOOK, PUBLISHED, strip("forgetting", [0.7, 0.2, end], { label: "only the forgetting" })));
  const lead = "With only the forgetting it ends at";
  assert.ok(
    rulesDetail(at(TEXTBOOK, PUBLISHED, FORGETTING)).includes(`${lead} 7e-8 (learned), beyond the published code`),
  );
  assert.ok(said(2.8e-4).includes(`${lead} 2.8e-4 (learned), between the two`));
  assert.ok(said(9e-4).includes(`${lead} 9e-4 (learned), on the other side of the textbook rule`));
  assert.ok(said(4.1e-4).includes("within a tenth of the textbook rule"));
  assert.ok(said(2.1e-4).includes("within a tenth of the published code."));
  const same = rulesDetail(at(TEXTBOOK, strip("published", [0.7, 0.1, 4e-4]), strip("forgetting", [0.7, 0.1, 4e-4])));
  assert.match(same, /within a tenth of both\.$/);
  const gone = strip("forgetting", [0.7, NaN, NaN], { outcome: OVERFLOW, label: "only the forgetting" });
  assert.match(rulesDetail(at(TEXTBOOK, PUBLISHED, gone)), /With only the forgetting it overflows\./);
});

test("what the published code reports is told as its own, and as what it is of", () => {
  assert.equal(
    reportSentence(at(PUBLISHED).published),
    "It reports itself a cost of −1e-9 and 100 % of the target's entries right: both are those of its 0/1 decisions.",
  );
  const line = at(strip("published", [0.7, 0.3, 0.25], { reported: [0.25, NaN] })).published;
  assert.equal(reportSentence(line), "The cost that it reports itself is 0.25.");
  assert.equal(reportSentence(at(strip("published", [0.7, 0.3, 0.2])).published), "");
});

test("a cost is set against another as a factor, and not where one overflowed", () => {
  const { main, published, forgetting } = at(TEXTBOOK, PUBLISHED, FORGETTING);
  assert.equal(timesWord(published, main), "÷ 2");
  assert.equal(timesWord(main, published), "× 2");
  assert.equal(timesWord(forgetting, main), "÷ 5700");
  assert.equal(timesWord(main, main), "within a tenth");
  const gone = at(strip("published", [0.7, NaN, NaN], { outcome: OVERFLOW })).published;
  assert.equal(timesWord(gone, main), "–");
  assert.deepEqual(ORDER, ["main", "forgetting", "schedulers", "published"]);
});
