// @ts-check
/** What Streamlit carries of a component: it imports the rest, and tells one version of the server from the next. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";

import bootBlocks from "../../ui/blocks_view/boot.js";
import bootComparison from "../../ui/compare_view/boot.js";
import bootLive from "../../ui/live_view/boot.js";
import bootStrip from "../../ui/strip_view/boot.js";

// The links by which a browser fetches modules ahead of time lead nowhere here.
const link = () => ({ remove: () => undefined });
const page = { createElement: link, head: { append: () => undefined } };
Object.assign(globalThis, { location: { origin: "file://" }, document: page });

const BOOTS = /** @type {const} */ ([
  ["blocks.js", bootBlocks],
  ["compare.js", bootComparison],
  ["component.js", bootLive],
  ["strip_view.js", bootStrip],
]);

/** A folder as the server offers it, with a module that writes down when it is shown and ended. */
function version(/** @type {import("node:test").TestContext} */ t, /** @type {string} */ module) {
  const folder = mkdtempSync(join(tmpdir(), "version-"));
  t.after(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, "package.json"), '{"type": "module"}');
  writeFileSync(
    join(folder, module),
    `const end = () => globalThis.story.push("end");
     export default () => (globalThis.story.push("show"), end);`,
  );
  return `${pathToFileURL(folder).pathname}/`;
}

for (const [module, boot] of BOOTS) {
  test(`${module}: what an older version of the server has drawn is taken away, once`, async (t) => {
    const story = /** @type {string[]} */ ([]);
    Object.assign(globalThis, { story });
    const [old, now] = [version(t, module), version(t, module)];
    const parentElement = /** @type {any} */ ({});
    await boot({ data: { base: old }, parentElement });
    await boot({ data: { base: old }, parentElement });
    assert.deepEqual(story, ["show", "show"]);
    const end = await boot({ data: { base: now }, parentElement });
    await boot({ data: { base: now }, parentElement });
    assert.deepEqual(story, ["show", "show", "end", "show", "show"]);
    end();
    assert.equal(story.at(-1), "end");
  });
}
