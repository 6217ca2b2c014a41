// @ts-check
/** Every stroke that tells something is seen: 3:1 on both grounds, paled ones included (WCAG 2.2, 1.4.11). */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";

import { PALETTE } from "../../ui/web/kit/palette.js";
import { contrast, readTheme, rgb } from "../../ui/web/kit/theme.js";

const WEB = new URL("../../ui/web/", import.meta.url);

/** Lines that tell nothing: those of grids, and what sets a word or a line off from its ground. */
const SAY_NOTHING = new Set(["grid", "background"]);

/** Thirty starts behind their median, which is drawn in full. */
const BEHIND = ".nns-bundle";

/** @typedef {Record<string, string>} Colours */
/** @type {[string, Colours][]} */
const GROUNDS = Object.entries(PALETTE).map(([name, { pins: _, ...colours }]) => [name, colours]);

/** @param {string} colour @param {readonly number[]} ground @param {number} share */
const over = (colour, ground, share) =>
  /** @type {number[]} */ (rgb(colour)).map((part, at) => share * part + (1 - share) * ground[at]);

const RULES = readdirSync(WEB).flatMap((folder) =>
  /[._]/.test(folder)
    ? []
    : readdirSync(new URL(`${folder}/`, WEB))
        .filter((name) => name.endsWith(".css"))
        .flatMap((name) => rulesOf(readFileSync(new URL(`${folder}/${name}`, WEB), "utf8"))),
);

/** @param {string} sheet */
function rulesOf(sheet) {
  const bare = sheet.replace(/\/\*[^]*?\*\//g, "");
  return [...bare.matchAll(/([^{}]+)\{([^{}]*)\}/g)].map(([, selector, body]) => ({ selector: selector.trim(), body }));
}

/** @param {string} body */
const opacityOf = (body) => Number(/(?:^|[;\s])opacity: ([\d.]+)/.exec(body)?.[1] ?? 1);

test("strokes that tell something reach 3:1 on white and on the dark ground", () => {
  let seen = 0;
  for (const { selector, body } of RULES) {
    const colour = /(?:^|[;\s])stroke: var\(--nn-(\w+)\)/.exec(body)?.[1];
    if (!colour || SAY_NOTHING.has(colour) || selector === BEHIND) continue;
    for (const [ground, colours] of GROUNDS) {
      const behind = /** @type {number[]} */ (rgb(colours.background));
      const reached = contrast(over(colours[colour], behind, opacityOf(body)), behind);
      assert.ok(reached >= 3, `${selector} on ${ground}: ${reached.toFixed(2)}`);
      seen += 1;
    }
  }
  assert.ok(seen > 40, String(seen));
});

test("the pattern of each outcome reaches 3:1 on its own tint", () => {
  const opacity = opacityOf(RULES.find(({ selector }) => selector === ".nns-mark")?.body ?? "");
  const tints = RULES.flatMap(({ selector, body }) => {
    const outcome = /^\.nns-ground\.nns-(\w+)$/.exec(selector)?.[1];
    const [, colour, share] = /var\(--nn-(\w+)\) (\d+)%/.exec(body) ?? [];
    return outcome && colour ? [{ outcome, colour, share: Number(share) / 100 }] : [];
  });
  assert.equal(tints.length, 6);
  for (const { outcome, colour, share } of tints.filter((one) => one.outcome !== "learned")) {
    for (const [ground, colours] of GROUNDS) {
      const tint = over(colours[colour], /** @type {number[]} */ (rgb(colours.background)), share);
      const reached = contrast(over(colours[colour], tint, opacity), tint);
      assert.ok(reached >= 3, `${outcome} on ${ground}: ${reached.toFixed(2)}`);
    }
  }
});

test("where the system chooses ground and ink, every colour of data is seen on that ground", () => {
  // Ground and ink of the four contrast themes that Windows 11 comes with: Aquatic, Desert, Dusk, Night sky.
  const system = [
    ["rgb(32, 32, 32)", "rgb(255, 255, 255)"],
    ["rgb(255, 250, 239)", "rgb(61, 61, 61)"],
    ["rgb(45, 50, 54)", "rgb(255, 255, 255)"],
    ["rgb(0, 0, 0)", "rgb(255, 255, 255)"],
  ];
  for (const [ground, ink] of system) {
    const theme = readTheme(() => "", { ground, ink });
    const below = /** @type {number[]} */ (rgb(ground));
    assert.deepEqual([theme.background, theme.panel, theme.text, theme.muted], [ground, ground, ink, ink]);
    for (const colour of [theme.positive, theme.negative, theme.train, theme.val, theme.overflow, ...theme.pins])
      assert.ok(contrast(/** @type {number[]} */ (rgb(colour)), below) >= 3, `${colour} on ${ground}`);
  }
});
