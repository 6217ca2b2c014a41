// @ts-check
/** The colours that the system chooses in place of the page's: canvases and drawings are not recoloured by the browser. */

/**
 * @param {Window | typeof globalThis} [page]
 * @returns {{ground: string, ink: string} | null} as "rgb(r, g, b)"; null where the page's own colours are worn
 */
export function systemColours(page = globalThis) {
  if (!page.matchMedia?.("(forced-colors: active)").matches) return null;
  const probe = page.document.createElement("span");
  page.document.body.append(probe);
  const read = (/** @type {string} */ name) => {
    probe.style.color = name;
    return page.getComputedStyle(probe).color;
  };
  const colours = { ground: read("Canvas"), ink: read("CanvasText") };
  probe.remove();
  return colours;
}
