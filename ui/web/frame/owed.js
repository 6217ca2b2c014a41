// @ts-check
/**
 * What was chosen a moment before a tab was reloaded. The address follows a choice once the hand rests and the script has run; a
 * view says in `data-owed` what it does not hold yet, as parameters of an address. That is kept while the page goes, and put into
 * the same address when it comes back, before Streamlit has begun.
 */

const NOTE = "nn-owed";

/**
 * @param {Document} page
 * @param {Storage} kept of the tab
 */
export function keepOwed(page, kept) {
  const { location, defaultView: tab } = page;
  const take = () => {
    const note = kept.getItem(NOTE);
    kept.removeItem(NOTE);
    return note === null ? null : JSON.parse(note);
  };
  const note = take();
  if (note?.address === location.href) tab?.history.replaceState(tab.history.state, "", owedAddress(note));
  tab?.addEventListener("pagehide", () => {
    const owed = page.querySelector("[data-owed]")?.getAttribute("data-owed");
    // A page whose address holds nothing begins anew each time.
    if (owed && location.search) kept.setItem(NOTE, JSON.stringify({ address: location.href, owed }));
  });
  tab?.addEventListener("pageshow", ({ persisted }) => persisted && take());
}

/** @param {{address: string, owed: string}} note */
function owedAddress({ address, owed }) {
  const url = new URL(address);
  for (const [name, value] of new URLSearchParams(owed)) url.searchParams.set(name, value);
  return url.href;
}
