// @ts-check
/**
 * On paper a page has the size that it has on the screen, made smaller as a whole where the sheet is narrower: charts and maps
 * are drawn to the pixel, and nothing can be drawn anew once the browser prints. `ui/shared/theme.py` has the style, which
 * measures the sheet: which it is, and which way it lies, is chosen where the page is printed.
 */

/** @param {Document} page */
export function keepPrint(page) {
  const { style } = page.documentElement;
  page.defaultView?.addEventListener("beforeprint", () => {
    const width = page.querySelector('[data-testid="stMainBlockContainer"]')?.getBoundingClientRect().width;
    if (!width) return;
    style.setProperty("--nn-print-width", `${width}px`);
    style.setProperty("--nn-print-height", `${page.defaultView?.innerHeight}px`);
  });
  page.defaultView?.addEventListener("afterprint", () => style.removeProperty("--nn-print-height"));
}
