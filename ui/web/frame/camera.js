// @ts-check
/**
 * A picture of what is drawn on a page, as PNG or as SVG: a button in its head, and in lecture mode those of the hall's menu
 * (`ui/shared/hall.py`).
 */
import { h, svg } from "../kit/dom.js";

/** @typedef {"png" | "svg"} Kind */
const KINDS = /** @type {const} */ (["png", "svg"]);

/** The page's own part, without head and side bar. */
const MAIN = '[data-testid="stMainBlockContainer"]';

/** Pixels of a PNG for one of the screen, and at most so many on a side: beyond them browsers draw nothing. */
const [SHARP, MOST] = [2, 16_000];

const LOOKS = `
.nn-camera { position: fixed; top: 0.9rem; right: 10.9rem; z-index: 1000000; font: 0.75rem sans-serif; }
.nn-camera summary { display: grid; place-items: center; width: 1.75rem; height: 1.75rem; list-style: none; cursor: pointer; }
.nn-camera :is(summary, button) { border: 1px solid transparent; border-radius: 0.9rem; color: inherit; }
.nn-camera summary { opacity: 0.75; }
.nn-camera :is(summary:hover, button) { border-color: currentColor; }
.nn-camera, .nn-camera :is(div, button) { background: inherit; }
.nn-camera summary::-webkit-details-marker { display: none; }
.nn-camera svg { width: 1.1rem; fill: none; stroke: currentColor; stroke-width: 1.6; }
.nn-camera div { position: absolute; right: 0; display: grid; gap: 0.25rem; margin-top: 0.25rem; }
.nn-camera button { min-height: 1.75rem; min-width: 3.2rem; cursor: pointer; font: inherit; }
.nn-camera :is(summary, button):focus-visible { outline: 3px solid #56b4e9; outline-offset: 1px; }
@media print { .nn-camera { display: none; } }
`;

const ABOUT = "Picture of the screen, with its data set and settings";

/** @param {Document} page */
export function keepCamera(page) {
  const style = h("style", { text: LOOKS });
  const body = svg("path", { d: "M2 6h4l1.5-2h5L14 6h4v10H2z", "stroke-linejoin": "round" });
  const icon = svg(
    "svg",
    { viewBox: "0 0 20 20", "aria-hidden": "true" },
    body,
    svg("circle", { cx: 10, cy: 11, r: 3 }),
  );
  const summary = h("summary", { "aria-label": ABOUT, title: ABOUT, "data-testid": "screen-picture" }, icon);
  const choices = KINDS.map((kind) => button(kind, () => save(page, kind).finally(() => (menu.open = false))));
  const menu = h("details", { class: "nn-camera" }, summary, h("div", {}, ...choices));
  menu.addEventListener("focusout", ({ relatedTarget }) => {
    if (!menu.contains(/** @type {Node | null} */ (relatedTarget))) menu.open = false;
  });
  menu.addEventListener("keydown", ({ key }) => {
    if (key === "Escape") menu.open = false;
  });
  page.body.append(style, menu);
  page.addEventListener("click", ({ target }) => {
    for (const kind of KINDS)
      if (/** @type {Element} */ (target).closest?.(`.st-key-picture_${kind} button`)) save(page, kind);
  });
}

/** @param {Kind} kind @param {() => void} run */
function button(kind, run) {
  const words = `${kind.toUpperCase()}: ${ABOUT[0].toLowerCase()}${ABOUT.slice(1)}`;
  const made = h("button", {
    type: "button",
    "aria-label": words,
    "data-testid": `screen-${kind}`,
    text: kind.toUpperCase(),
  });
  made.onclick = run;
  return made;
}

/** @param {Document} page @param {Kind} kind */
async function save(page, kind) {
  const { picture } = await import("./picture.js");
  const root = page.querySelector(MAIN);
  if (!root) return;
  await Promise.all([...root.querySelectorAll("img")].map(loaded));
  const taken = picture(root, { title: titleOf(root), address: page.location.href });
  const drawn = new Blob([taken.markup], { type: "image/svg+xml" });
  const name = page.location.pathname.split("/").pop() || "home";
  offer(page, kind === "svg" ? drawn : await painted(page, drawn, taken), `${name}.${kind}`);
}

/** A picture that waits to be scrolled to is fetched now; one that cannot be is not in the picture. @param {HTMLImageElement} image */
function loaded(image) {
  image.loading = "eager";
  return image.decode().catch(() => undefined);
}

/** Page, data set and settings, as the page's own views say them. @param {Element} root */
export function titleOf(root) {
  const said = within(root).map((one) => one.getAttribute("data-about"));
  return [root.querySelector("h1")?.textContent?.trim(), ...said].filter(Boolean).join(" · ");
}

/** All elements, those of components that stand apart included. @param {ParentNode} root @returns {Element[]} */
const within = (root) =>
  [...root.querySelectorAll("*")].flatMap((one) => [one, ...(one.shadowRoot ? within(one.shadowRoot) : [])]);

/** @param {Document} page @param {Blob} drawn @param {{width: number, height: number}} size */
async function painted(page, drawn, { width, height }) {
  const address = URL.createObjectURL(drawn);
  const image = Object.assign(page.createElement("img"), { src: address });
  await image.decode().finally(() => URL.revokeObjectURL(address));
  const scale = Math.min(SHARP, MOST / width, MOST / height);
  const canvas = page.createElement("canvas");
  [canvas.width, canvas.height] = [Math.round(scale * width), Math.round(scale * height)];
  canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
  const made = await new Promise((/** @type {BlobCallback} */ done) => canvas.toBlob(done));
  if (!made) throw new Error(`The browser makes no picture of ${canvas.width} x ${canvas.height} pixels.`);
  return made;
}

/** @param {Document} page @param {Blob} blob @param {string} name */
function offer(page, blob, name) {
  const address = URL.createObjectURL(blob);
  Object.assign(page.createElement("a"), { href: address, download: name }).click();
  page.defaultView?.setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
