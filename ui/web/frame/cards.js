// @ts-check
/**
 * Pictures of runs are made in spare time: where the server has none, one that was not made in time is asked for again, since
 * no browser does so by itself (`ui/app/cards.py`).
 */

const AGAIN_AFTER = 5000;

/** @param {Document} page @param {(run: () => void, ms: number) => void} [after] */
export function keepCards(page, after = (run, ms) => setTimeout(run, ms)) {
  const ask = (/** @type {Event} */ { target }) => {
    const image = /** @type {HTMLImageElement} */ (target);
    if (!image.matches?.(".nn-run-card")) return;
    after(() => {
      if (image.isConnected) image.setAttribute("src", image.getAttribute("src") ?? "");
    }, AGAIN_AFTER);
  };
  page.addEventListener("error", ask, true); // of an image it does not rise to the page
}
