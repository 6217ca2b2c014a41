// @ts-check
/**
 * On paper a page has the width that it has on the screen, made smaller as a whole where the sheet is narrower: charts and maps
 * are drawn to the pixel, and nothing can be drawn anew once the browser prints. `ui/shared/theme.py` has the style.
 */

/** Width between the margins of the sheet that the style names, in pixels: 297 - 2 × 10 mm at 96 to the inch. */
const SHEET = 1047;

/** @param {Document} page */
export function keepPrint(page) {
  page.defaultView?.addEventListener("beforeprint", () => {
    const { style } = page.documentElement;
    const width = page.querySelector('[data-testid="stMainBlockContainer"]')?.getBoundingClientRect().width;
    if (!width) return;
    style.setProperty("--nn-print-width", `${width}px`);
    style.setProperty("--nn-print-zoom", String(Math.min(1, SHEET / width)));
  });
}
