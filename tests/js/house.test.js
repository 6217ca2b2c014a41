// @ts-check
/** The order of the house: who may import whom, and what every module and style sheet keeps to. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";

const WEB = new URL("../../ui/web/", import.meta.url);
/** Folders by what they stand on: a module imports from its own folder or from one further left; views from no other view. */
const BELOW = ["kit", "panels"];
/** What the names of classes begin with, by folder: the whole page of Streamlit shares the style sheets. */
const PREFIXES = /** @type {Record<string, RegExp>} */ ({
  panels: /^nn[ps](-|$)/,
  live: /^nnp(-|$)/,
  sweep: /^nn[ps](-|$)/,
  blocks: /^nnb(-|$)/,
  compare: /^nnc(-|$)/,
  lesson: /^nnl(-|$)/,
  room: /^nnr(-|$)/,
});

const FOLDERS = readdirSync(WEB).filter((name) => !/[._]/.test(name) && name !== "vendor");
const FILES = FOLDERS.flatMap((folder) => readdirSync(new URL(folder, WEB)).map((name) => `${folder}/${name}`));
const MODULES = FILES.filter((name) => name.endsWith(".js"));
const TEXTS = Object.fromEntries(FILES.map((file) => [file, readFileSync(new URL(file, WEB), "utf8")]));

/** Every module that another one names, be it in an import, in one that comes later, or for a type alone. */
const named = Object.fromEntries(
  MODULES.map((file) => {
    const found = [...TEXTS[file].matchAll(/"(\.{1,2}\/[^"\s]+\.js)"/g)].map(
      ([, name]) => new URL(name, new URL(file, WEB)),
    );
    return [file, [...new Set(found.map(({ href }) => href.slice(WEB.href.length)))]];
  }),
);
const folderOf = (/** @type {string} */ file) => file.split("/")[0];

test("every module names only modules that are there", () => {
  assert.ok(MODULES.length > 60);
  for (const [file, names] of Object.entries(named)) {
    for (const name of names) assert.ok(name in TEXTS || name.startsWith("vendor/"), `${file} names ${name}`);
  }
});

test("the kit knows no panel and no view, a panel knows no view, and no view knows another", () => {
  for (const [file, names] of Object.entries(named)) {
    const own = folderOf(file);
    const open = BELOW.includes(own) ? BELOW.slice(0, BELOW.indexOf(own)) : BELOW;
    const allowed = new Set([own, ...open, ...(own === "panels" ? ["vendor"] : [])]);
    for (const name of names) assert.ok(allowed.has(folderOf(name)), `${file} imports ${name}`);
  }
});

test("the kit has no looks of its own: views hand it the names of their styles", () => {
  for (const file of MODULES.filter((name) => folderOf(name) === "kit"))
    assert.doesNotMatch(TEXTS[file], /\bnn[a-z]-/, file);
});

test("no module comes back to itself by what it names, types included", () => {
  const done = new Set();
  /** @param {string} file @param {string[]} way */
  const walk = (file, way) => {
    assert.ok(!way.includes(file), [...way, file].join(" -> "));
    if (done.has(file)) return;
    for (const name of named[file] ?? []) walk(name, [...way, file]);
    done.add(file);
  };
  for (const file of MODULES) walk(file, []);
});

test("a module is checked, short, and neither reaches for the whole document nor writes markup", () => {
  for (const file of MODULES) {
    const text = TEXTS[file];
    assert.ok(text.startsWith("// @ts-check\n"), file);
    assert.ok(text.split("\n").length < 500, file);
    assert.doesNotMatch(
      text,
      /document\.(querySelector|getElement)|innerHTML|insertAdjacentHTML|document\.write/,
      file,
    );
  }
});

test("style names are the view's own", () => {
  const sheets = FILES.filter((name) => name.endsWith(".css"));
  assert.ok(sheets.length >= 4);
  for (const sheet of sheets) {
    const css = TEXTS[sheet].replace(/\/\*[\s\S]*?\*\/|url\(.*?\)/g, "");
    for (const [, name] of css.matchAll(/\.(-?[a-z_][\w-]*)/gi)) assert.match(name, PREFIXES[folderOf(sheet)], sheet);
  }
});

test("what a module offers is used by another one or by a test", () => {
  const tests = readdirSync(new URL("./", import.meta.url)).filter((name) => name.endsWith(".js"));
  const texts = {
    ...TEXTS,
    ...Object.fromEntries(tests.map((name) => [name, readFileSync(new URL(name, import.meta.url), "utf8")])),
  };
  for (const file of MODULES) {
    for (const [, name] of TEXTS[file].matchAll(/^export (?:async )?(?:const|function\*?|class) (\w+)/gm)) {
      const used = Object.entries(texts).some(
        ([other, text]) => other !== file && new RegExp(`\\b${name}\\b`).test(text),
      );
      assert.ok(used, `${file} exports ${name}, which nobody uses`);
    }
  }
});

test("a page's words are spoken by its view's one voice: nothing else is a live region", () => {
  // A phone's page and a lesson's stage have one sentence each, and no view; the loader speaks where no view can be had.
  const own = new Set(["kit/voice.js", "kit/boot.js", "room/phone_page.js", "lesson/stage.js"]);
  const spoken = /aria-live|role: "(status|alert|log)"|"role", "(status|alert|log)"/;
  const found = MODULES.filter((file) => spoken.test(TEXTS[file]));
  assert.deepEqual(new Set(found), own);
});
