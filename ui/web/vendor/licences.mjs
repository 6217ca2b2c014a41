// Prints the licence of every package that esbuild put into the bundle: node licences.mjs meta.json
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const inputs = Object.keys(JSON.parse(readFileSync(process.argv[2], "utf8")).inputs);
const folders = new Set();
for (const input of inputs) {
  const found = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input);
  if (found) folders.add(found[1]);
}
console.log("plotly-4.1.1-nnp.min.js holds parts of the packages below, each under its own licence.\n");
for (const folder of [...folders].sort()) {
  const about = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const name = readdirSync(folder).find((file) => /^(licen[cs]e|copying)/i.test(file));
  const text = name && existsSync(join(folder, name)) ? readFileSync(join(folder, name), "utf8").trim() : "";
  console.log(`${"=".repeat(100)}\n${about.name} ${about.version}: ${about.license ?? "see text"}\n\n${text}\n`);
}
