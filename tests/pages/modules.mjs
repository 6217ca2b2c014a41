/**
 * What Node makes of modules: `node modules.mjs exports FOLDER NAME...` prints what each exports, unevaluated;
 * `node modules.mjs meaning FOLDER NAME...` a digest of what each says, whatever its comments and lines.
 */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import process from "node:process";
import vm from "node:vm";

const [what, folder, ...names] = process.argv.slice(2);

/** @param {string} path */
async function exported(path) {
  const known = new Map();
  const parsed = (/** @type {string} */ at) => {
    if (!known.has(at)) known.set(at, new vm.SourceTextModule(readFileSync(at, "utf8"), { identifier: at }));
    return known.get(at);
  };
  const made = parsed(path);
  await made.link((/** @type {string} */ name, /** @type {any} */ from) =>
    parsed(join(dirname(from.identifier), name)),
  );
  return Reflect.ownKeys(made.namespace)
    .filter((name) => typeof name === "string")
    .sort();
}

/** Of a node of the tree: where it stands, and the comments beside it. */
const BESIDE = new Set(["start", "end", "loc", "range", "parenStart", "trailingComma", "comments", "tokens"]);

/** @param {string} path */
async function meaning(path) {
  const { parsers } = await import("prettier/plugins/babel");
  const tree = await parsers.babel.parse(readFileSync(path, "utf8"), /** @type {any} */ ({}));
  const leave = (/** @type {string} */ key, /** @type {unknown} */ value) =>
    BESIDE.has(key) || /Comments$|^__/.test(key) ? undefined : value;
  return createHash("sha256").update(JSON.stringify(tree, leave)).digest("hex");
}

/** @type {Record<string, unknown>} */
const answers = {};
for (const name of names) answers[name] = await (what === "exports" ? exported : meaning)(join(folder, name));
process.stdout.write(JSON.stringify(answers));
