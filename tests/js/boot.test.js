// @ts-check
/** What Streamlit carries of a component: it imports the rest, and tells one version of the server from the next. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";

import boot from "../../ui/web/kit/boot.js";

// The links by which a browser fetches modules ahead of time lead nowhere here.
/** @type {string[]} */ const preloaded = [];
const link = () => ({ remove: () => undefined, href: "", textContent: "", setAttribute: () => undefined });
const page = {
  createElement: link,
  head: { append: (/** @type {{href: string}[]} */ ...links) => preloaded.push(...links.map(({ href }) => href)) },
};
Object.assign(globalThis, { location: { origin: "file://" }, document: page });

/** A folder as the server offers it, with a view that writes down when it is shown and ended. */
function version(/** @type {import("node:test").Context} */ t) {
  const folder = mkdtempSync(join(tmpdir(), "version-"));
  t.after(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, "package.json"), '{"type": "module"}');
  writeFileSync(
    join(folder, "view.js"),
    `const end = () => globalThis.story.push("end");
     export default () => (globalThis.story.push("show"), end);`,
  );
  return { files: { folder: `${pathToFileURL(folder).pathname}/`, entry: "view.js", modules: ["view.js"] } };
}

test("what an older version of the server has drawn is taken away, once", async (t) => {
  const story = /** @type {string[]} */ ([]);
  Object.assign(globalThis, { story });
  const [old, now] = [version(t), version(t)];
  const parentElement = /** @type {any} */ ({ isConnected: false });
  await boot({ data: old, parentElement });
  await boot({ data: old, parentElement });
  assert.deepEqual(story, ["show", "show"]);
  await boot({ data: now, parentElement });
  const end = await boot({ data: now, parentElement });
  assert.deepEqual(story, ["show", "show", "end", "show", "show"]);
  end();
  assert.equal(story.at(-1), "end");
});

test("a call that the next one overtook ends nothing, as the view is the next one's too", async (t) => {
  const story = /** @type {string[]} */ ([]);
  Object.assign(globalThis, { story });
  const [data, parentElement] = [version(t), /** @type {any} */ ({ isConnected: true })];
  // Streamlit 1.67 ends what an overtaken call returns as soon as it is there, be the next one there or not.
  const end = await boot({ data, parentElement });
  (await boot({ data, parentElement }))();
  assert.deepEqual(story, ["show", "show"]);
  const last = boot({ data, parentElement });
  // A page that is left while a call is on its way ends what that one returns as well.
  parentElement.isConnected = false;
  end();
  (await last)();
  assert.deepEqual(story, ["show", "show", "end", "show", "end"]);
});

test("modules are fetched side by side the first time, and not again", async (t) => {
  Object.assign(globalThis, { story: [] });
  const parentElement = /** @type {any} */ ({});
  const data = version(t);
  preloaded.length = 0;
  await boot({ data, parentElement });
  await boot({ data, parentElement });
  assert.deepEqual(preloaded, [`file://${data.files.folder}view.js`]);
});

/** What a page says below `/nn` where the module cannot be imported. @param {(address: string) => any} answer */
async function faultOf(/** @type {import("node:test").Context} */ t, answer) {
  Object.assign(globalThis, {
    location: { origin: "http://host", pathname: "/nn/logic_gates" },
    fetch: async (/** @type {string} */ address) => answer(address),
  });
  t.after(() => Object.assign(globalThis, { location: { origin: "file://" }, fetch }));
  const said = /** @type {any[]} */ ([]);
  const parentElement = /** @type {any} */ ({ append: (/** @type {any} */ line) => said.push(line) });
  const files = { folder: "/live/web/1/", entry: "live/component.js", modules: [] };
  await boot({ data: { files }, parentElement });
  return said[0].textContent;
}

const found = (/** @type {string} */ type) => ({
  ok: true,
  status: 200,
  headers: new Headers({ "content-type": type }),
});
const missing = { ok: false, status: 404, headers: new Headers() };

test("a proxy that takes the sub-path off is found out by looking below it, and named", async (t) => {
  const script = found("text/javascript; charset=utf-8");
  const said = await faultOf(t, (address) => (address.startsWith("http://host/nn/live/") ? script : missing));
  assert.match(said, /takes \/nn off the path.*--server\.baseUrlPath nn/);
  // Another site stands at the root and answers everything with a page of its own.
  const other = await faultOf(t, (address) =>
    address.startsWith("http://host/nn/live/") ? script : found("text/html"),
  );
  assert.equal(other, said);
});

test("a server that does not answer, and a file that is gone, are said as what they are", async (t) => {
  assert.match(await faultOf(t, () => ({ ...missing, status: 502 })), /the server does not answer/);
  assert.match(await faultOf(t, () => Promise.reject(new TypeError("down"))), /the server does not answer/);
  assert.match(await faultOf(t, () => missing), /there is no \/live\/web\/1\/live\/component\.js/);
});

test("a fault within the module is ours, and nobody's proxy", async (t) => {
  await assert.rejects(faultOf(t, () => found("text/javascript")));
});
