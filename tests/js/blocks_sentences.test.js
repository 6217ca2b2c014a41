// @ts-check
/** What the building blocks say, on random settings: every number read back, every claim looked up in the walk. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { passage } from "../../ui/web/blocks/activation.js";
import { RULES } from "../../ui/web/blocks/rules.js";
import { arithmetic, leader, percent, rounding, shares } from "../../ui/web/blocks/softmax.js";
import { convergenceRate, verdict } from "../../ui/web/blocks/stability.js";
import { raceWords } from "../../ui/web/blocks/verdicts.js";
import { costAt, placeAt, Walks } from "../../ui/web/blocks/walks.js";

/** @type {any[]} of each landscape its name, bounds and minima */
const GROUNDS = [
  {
    name: "bowl",
    bounds: [
      [-3, 3],
      [-3, 3],
    ],
  },
  {
    name: "ravine",
    bounds: [
      [-3, 3],
      [-1.5, 1.5],
    ],
  },
  {
    name: "saddle",
    bounds: [
      [-3, 3],
      [-3, 3],
    ],
  },
  {
    name: "rosenbrock",
    bounds: [
      [-2, 2],
      [-1, 3],
    ],
  },
  {
    name: "beale",
    bounds: [
      [-1, 4.5],
      [-2, 2],
    ],
  },
];
/** @type {any[]} */
const REFERENCE = JSON.parse(readFileSync(new URL("walks.json", import.meta.url), "utf8"));
const MINIMA = Object.fromEntries(REFERENCE.map(({ landscape, minima }) => [landscape, minima]));

/** Random numbers from 0 to 1, the same at every run: a linear congruence of 32 bits. @param {number} seed */
function draws(seed) {
  let state = seed;
  const next = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;
  const between = (/** @type {number} */ low, /** @type {number} */ high) => low + next() * (high - low);
  return { next, between, one: (/** @type {any[]} */ items) => items[Math.floor(next() * items.length)] };
}

/** A printed number. @param {string} text */
const read = (text) => Number(text.replaceAll("−", "-"));

/** Whether two numbers agree to so many digits. @param {number} a @param {number} b @param {number} [digits] */
const agree = (a, b, digits = 3) =>
  Math.abs(a - b) <= 0.51 * 10 ** (Math.floor(Math.log10(Math.abs(b) || 1)) + 1 - digits);

/** A race from anywhere, now and then from the very middle of the map. @param {ReturnType<typeof draws>} random */
function race(random) {
  const { name, bounds } = random.one(GROUNDS);
  const start = /** @type {[number, number]} */ (
    bounds.map((/** @type {number[]} */ [low, high]) =>
      random.one([0, random.between(low, high), random.between(low, high)]),
    )
  );
  const [eta, momentum] = [10 ** random.between(-4, 1), random.one([0, 0.9, random.between(0, 0.99)])];
  const schedulers = Object.keys(RULES);
  const walks = new Walks(name, { schedulers, start, steps: 200, minima: MINIMA[name] });
  const runners = schedulers.map((one) => ({
    name: one,
    eta,
    hidden: random.next() < 0.2,
    walk: walks.of(one, { eta, momentum }),
  }));
  return { walks, runners, momentum, eta, step: random.one([0, 200, Math.floor(random.between(0, 200))]) };
}

const OVERSHOT =
  /(Constant|Momentum) (?:diverged )?at step (\d+)(?:, overshooting (?:further each time|at once): η × curvature =|:) (\S+) × (\S+) = (\S+) > (\S+)(?: = 2 \(1 \+ momentum\))? (?:from|in) step (\d+)( on)?\./g;
const THROWN =
  /(Constant|Momentum) diverged at step (\d+): it met a slope of (\S+), which η = (\S+) makes a step of ([^\s]+)\./g;

/** Every step from the named one on goes uphill at its end, and is longer than the one before. @param {any} runner @param {Walks} walks @param {number} from */
function overshoots({ walk }, { landscape }, from) {
  let before = 0;
  for (let step = from; step < walk.lost; step += 1) {
    const [[x0, y0], [x1, y1]] = [placeAt(walk, step - 1), placeAt(walk, step)].map((place) => place ?? [NaN, NaN]);
    const [dx, dy] = [x1 - x0, y1 - y0];
    const back = 1e-5;
    assert.ok(landscape.cost(x1, y1) > landscape.cost(x1 - back * dx, y1 - back * dy), `step ${step} ends uphill`);
    assert.ok(Math.hypot(dx, dy) > before, `step ${step} is longer`);
    before = Math.hypot(dx, dy);
  }
}

/** The mean curvature along a step. @param {any} runner @param {Walks} walks @param {number} step */
function curvatureAlong({ walk }, { landscape }, step) {
  const [[x0, y0], [x1, y1]] = [placeAt(walk, step - 1), placeAt(walk, step)].map((place) => place ?? [NaN, NaN]);
  const slopes = [landscape.slope(x0, y0), landscape.slope(x1, y1)].map(([gx, gy]) => gx * (x1 - x0) + gy * (y1 - y0));
  return (slopes[1] - slopes[0]) / ((x1 - x0) ** 2 + (y1 - y0) ** 2);
}

/** The least curvature at a point, looked for in all directions by costs alone. @param {any} landscape @param {readonly number[]} at */
function leastCurvature({ cost }, [x, y]) {
  const h = 1e-3;
  const all = Array.from({ length: 360 }, (_, i) => {
    const [dx, dy] = [h * Math.cos((i * Math.PI) / 360), h * Math.sin((i * Math.PI) / 360)];
    return (cost(x + dx, y + dy) - 2 * cost(x, y) + cost(x - dx, y - dy)) / h ** 2;
  });
  return Math.min(...all);
}

test("why a walker was lost is true from any start, at any learning rate and momentum", () => {
  const random = draws(7);
  let [told, ridges, rare] = [0, 0, 0];
  for (let i = 0; i < 3000; i += 1) {
    const { walks, runners, step, eta, momentum } = race(random);
    const { why } = raceWords(runners, { walks, step, momentum });
    const lost = runners.filter(({ hidden, walk }) => !hidden && walk.lost >= 0 && walk.lost <= step);
    const found = [...why.matchAll(OVERSHOT)];
    const thrown = [...why.matchAll(THROWN)];
    assert.equal(found.length + thrown.length, lost.length, why);
    for (const [, name, at, slope, rate, length] of thrown) {
      const { walk } = lost.find((one) => one.name === name) ?? {};
      const last = walks.landscape.slope(...(placeAt(/** @type {any} */ (walk), Number(at) - 1) ?? [NaN, NaN]));
      assert.ok(agree(read(slope), Math.hypot(...last)) && agree(read(rate), eta, 6), why);
      assert.ok(agree(read(length), Math.hypot(...last) * eta), why);
      rare += 1;
    }
    for (const [, name, at, rate, curvature, product, bound, first, on] of found) {
      const runner = lost.find((one) => one.name === name);
      assert.ok(runner && runner.walk.lost === Number(at), why);
      assert.ok(agree(read(rate), eta, 6) && agree(read(rate) * read(curvature), read(product)), why);
      assert.ok(agree(read(bound), name === "Momentum" ? 2 * (1 + momentum) : 2), why);
      assert.ok(read(product) > read(bound), why);
      const from = Number(first);
      assert.equal(Number(at) - from > 1, Boolean(on), why); // a single step is no series
      assert.ok(agree(read(curvature), curvatureAlong(runner, walks, from), 4), why);
      overshoots(runner, walks, from);
      told += 1;
    }
    const ridge = why.match(/a ridge \(curvature (−\S+) across it\)/);
    if (!ridge) continue;
    const least = leastCurvature(walks.landscape, walks.start);
    assert.ok(least < 0 && Math.abs(read(ridge[1]) - least) < 1e-2 * (1 + Math.abs(least)), `${why} ${least}`);
    ridges += 1;
  }
  assert.ok(told > 500 && ridges > 20 && rare < told / 50, `${told} lost, ${ridges} from a ridge, ${rare} thrown`);
});

test("the start on Rosenbrock's ridge is called one, and nothing there is overshot", () => {
  const walks = new Walks("rosenbrock", { schedulers: ["Momentum"], start: [0, 3], steps: 200, minima: [[1, 1]] });
  const walk = walks.of("Momentum", { eta: 0.005, momentum: 0.9 });
  const runner = { name: "Momentum", eta: 0.005, hidden: false, walk };
  const { why } = raceWords([runner], { walks, step: 200, momentum: 0.9 });
  assert.ok(walk.lost > 1);
  assert.match(why, /^The start lies on a ridge \(curvature −1198 across it\), where steps run away downhill\./);
  assert.doesNotMatch(why, /from step 1 on/);
});

test("who is lowest is lowest, and who stands above the start does", () => {
  const random = draws(11);
  for (let i = 0; i < 1000; i += 1) {
    const { walks, runners, step, momentum } = race(random);
    const { rank } = raceWords(runners, { walks, step, momentum });
    const seen = runners.filter(({ hidden }) => !hidden);
    const costs = Object.fromEntries(seen.map(({ name, walk }) => [name, costAt(walk, step) ?? Infinity]));
    const least = Math.min(...Object.values(costs));
    if (!seen.length) assert.equal(rank, "");
    else if (!Number.isFinite(least)) {
      assert.match(rank, /diverged; try a smaller learning rate\.$/);
      const fewer = (/** @type {string} */ name) =>
        [1e-3, 1e-4].some((eta) => walks.of(name, { eta, momentum }).lost < 0);
      assert.ok(
        seen.some(({ name }) => fewer(name)),
        rank,
      );
    } else if (step > 0) {
      const [, who, height, , above] =
        rank.match(/steps (.+) (?:is|are) lowest, (.+) above the minimum(; higher than the start: (.+))?\.$/) ?? [];
      const named = (/** @type {string | undefined} */ text) => new Set(text?.split(/, | and /));
      assert.deepEqual(named(who), new Set(Object.keys(costs).filter((name) => costs[name] === least)), rank);
      assert.ok(height === "at most 1e−12" ? least <= 1e-12 : agree(read(height), least, 2), rank);
      const start = costAt(seen[0].walk, 0) ?? NaN;
      const higher = Object.keys(costs).filter((name) => Number.isFinite(costs[name]) && costs[name] > start);
      assert.deepEqual(named(above), new Set(higher.length ? higher : undefined), rank);
    }
  }
});

/** The share of an error on a parabola that is left after so many steps. @param {number} step @param {number} momentum @param {number} n */
function left(step, momentum, n) {
  let [before, now] = [1, 1];
  for (let i = 0; i < n; i += 1) [before, now] = [now, now - step * now + momentum * (now - before)];
  return Math.hypot(now, before);
}

test("what momentum does at a step size is what it does on a parabola", () => {
  const random = draws(13);
  for (let i = 0; i < 2000; i += 1) {
    const momentum = random.one([0, random.between(0, 0.99)]);
    const edge = 2 * (1 + momentum);
    const step = random.one([edge, edge * (1 + 1e-5), edge * (1 - 1e-5), 10 ** random.between(-4, 1.5)]);
    const words = verdict(step, momentum);
    const many = left(step, momentum, 4000);
    const said = words.match(/takes off (\S+) % of the error$/);
    if (words.endsWith("at the edge, the error stays")) assert.ok(step === edge && many > 0.1 && many < 1e5, words);
    else if (words.includes("diverges"))
      assert.ok(step > edge && !(many <= 1) && read(words.split(":")[0]) > edge * (1 - 1e-9), words);
    else {
      assert.ok(said && agree(read(said[1]), 100 * (1 - convergenceRate(step, momentum)), 2), words);
      assert.ok(many < 1e-300 || left(step, momentum, 40000) < many, words);
    }
  }
});

test("softmax: every printed line holds, and shares are said to be rounded where they do not add up", () => {
  const random = draws(17);
  for (let i = 0; i < 3000; i += 1) {
    const free = () => Number(random.between(-6, 6).toFixed(random.one([0, 1, 3])));
    const [one, two] = [free(), free()];
    const z = random.one([
      [one, two, free()],
      [one, one, two],
      [two, one, one],
      [one, one, one],
    ]);
    const p = shares(z);
    arithmetic(z).forEach((line, j) => {
      const [, power, sum, top, whole, share] = (
        line.match(/= e\^\((\S+)\) \/ \((.+)\) = (\S+) \/ (\S+) = (\S+)$/) ?? []
      ).map((part) => part);
      const terms = sum.split(" + ").map(read);
      const digits = Math.max(3, share.replace(/^0\.0*|\.|e.*/g, "").length);
      assert.ok(agree(read(power), z[j], 6) && agree(read(top), Math.exp(z[j]), 3), line);
      assert.ok(
        agree(
          terms.reduce((a, b) => a + b),
          read(whole),
        ),
        line,
      );
      for (const value of [read(top) / read(whole), read(top) / terms.reduce((a, b) => a + b), p[j]])
        assert.ok(agree(value, read(share), digits), `${line}: ${value}`);
      assert.notEqual(share, "1");
    });
    const best = z.filter((/** @type {number} */ value) => value === Math.max(...z)).length;
    assert.match(leader(z), [/^Class \d leads/, /^Classes \d and \d lead together/, /^Nobody leads/][best - 1]);
    const printed = p.map((share) => read(percent(share).replace(/[<>%]/g, "")));
    const exact = p.every((share) => /^\d/.test(percent(share)));
    const adds = exact && Math.abs(printed.reduce((a, b) => a + b) - 100) < 1e-9;
    assert.equal(rounding(p) === "", adds);
  }
});

test("what a slope does to a gradient is its fifth power, sign and all", () => {
  const random = draws(19);
  for (let i = 0; i < 1000; i += 1) {
    const slope = random.one([-1, 1]) * 10 ** random.between(-80, 80);
    const words = passage(slope);
    const said = words.match(/multiplied by ([^:]+?)(: its sign turns)?\.$/);
    assert.ok(said && Boolean(said[2]) === slope < 0, words);
    if (said[1].startsWith("less")) assert.ok(Math.abs(slope) ** 5 < 1e-300, words);
    else if (said[1].startsWith("more")) assert.ok(Math.abs(slope) ** 5 > 1e300, words);
    else assert.ok(agree(read(said[1]), slope ** 5, 2), words);
  }
});
