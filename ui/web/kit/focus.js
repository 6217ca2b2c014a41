// @ts-check
// Where the focus goes when what had it is built anew.

/** What a keyboard reaches. */
const REACHED = 'button, input, select, a[href], [tabindex="0"]';

/**
 * Build the inside of an element anew: what had the focus in it, or its like of the same test id, has it again; where there is
 * none yet, the first that a keyboard reaches where it stood.
 *
 * @param {HTMLElement} root
 * @param {() => void} build
 * @returns {(() => boolean) | undefined} where a like may be drawn later: hands it the focus, and says whether that is settled
 */
export function keepFocus(root, build) {
  const focused = () => /** @type {HTMLElement | null | undefined} */ (root.ownerDocument?.activeElement);
  const used = focused();
  if (!used || used === root || !root.contains(used)) return void build();
  const all = (/** @type {string} */ selector) => /** @type {HTMLElement[]} */ ([...root.querySelectorAll(selector)]);
  const names = namesUpTo(root, used).map((name) => `[data-testid="${name}"]`);
  const before = names.length ? all(names[0]) : [];
  build();
  if (focused() === used && used.checkVisibility()) return undefined;
  const give = (/** @type {(HTMLElement | undefined)[]} */ heirs) =>
    heirs.find((one) => {
      one?.focus({ preventScroll: true });
      return one && focused() === one;
    });
  /** Of two side by side the last is the one that the controls change. */
  const like = () => {
    const found = names.length ? all(names[0]) : [];
    return give([found[found.length === before.length ? before.indexOf(used) : found.length - 1]]);
  };
  if (like()) return undefined;
  const kinds = [`${used.tagName.toLowerCase()}:not([tabindex="-1"])`, `:is(${REACHED})`];
  const places = [...names, ""].flatMap((name) => kinds.map((kind) => `${name} ${kind}`));
  const heir = give([...places.flatMap(all), root]);
  const lost = [heir ?? root.ownerDocument.body, used];
  return () => !lost.includes(/** @type {HTMLElement} */ (focused())) || like() !== undefined;
}

/** The test ids of an element and of what it stands in. @param {HTMLElement} root @param {HTMLElement} element */
function namesUpTo(root, element) {
  const names = [];
  for (let at = /** @type {HTMLElement | null} */ (element); at && root.contains(at); at = at.parentElement)
    if (at.dataset.testid) names.push(at.dataset.testid);
  return names;
}
