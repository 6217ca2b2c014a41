// @ts-check
/** Which keys a view may take, wherever the focus is. */

/** Kinds of input that take no text, so that letters may pass them. */
const TEXTLESS = new Set(["range", "checkbox", "radio", "button", "submit", "color", "file"]);

/** Roles whose own keys must not be taken from them; our own pads, maps and tables say which they have taken. */
const BUSY_ROLES = new Set(["textbox", "combobox", "listbox", "option", "menu", "menuitem", "spinbutton", "grid"]);

/** Roles and tags that Space already operates. A link, which keeps the focus once it has led to a page, is none. */
const SPACE_ROLES = new Set(["button", "checkbox", "switch", "radio", "tab"]);
const SPACE_TAGS = new Set(["BUTTON", "SUMMARY"]);

/**
 * @typedef {{tagName?: string, type?: string, isContentEditable?: boolean, role: string | null}} Target
 * @typedef {{key: string, ctrlKey?: boolean, metaKey?: boolean, altKey?: boolean, defaultPrevented?: boolean,
 *   repeat?: boolean}} Press
 */

/** @type {Record<string, [number, number]>} */
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/**
 * The way an arrow key points, to the right and down.
 *
 * @param {{key: string}} event
 * @returns {[number, number] | undefined}
 */
export const arrow = ({ key }) => (Object.hasOwn(ARROWS, key) ? ARROWS[key] : undefined);

/**
 * Whether a key is free to mean something to a view: pressed alone, and not into a text box.
 *
 * @param {Press} event
 * @param {Target} target the element that has the focus
 */
export const free = (event, target) =>
  !(event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || takesText(target));

/** @param {Target} target */
function takesText(target) {
  if (target.isContentEditable || (target.role !== null && BUSY_ROLES.has(target.role))) return true;
  if (target.tagName === "TEXTAREA" || target.tagName === "SELECT") return true;
  return target.tagName === "INPUT" && !TEXTLESS.has(target.type ?? "text");
}

/** @param {Target} target */
export function operatedBySpace(target) {
  const boxed = target.tagName === "INPUT" && target.type !== "range";
  return boxed || SPACE_TAGS.has(target.tagName ?? "") || (target.role !== null && SPACE_ROLES.has(target.role));
}

/** @param {EventTarget | null} target @returns {Target} */
export function targetOf(target) {
  const element = /** @type {any} */ (target ?? {});
  const roleHolder = element.closest?.("[role]") ?? null;
  return {
    tagName: element.tagName,
    type: element.type,
    isContentEditable: element.isContentEditable,
    role: nearRole(element, roleHolder),
  };
}

/**
 * Only a role on the element itself, or one of a widget around it, counts: the view's own panels have roles too.
 *
 * @param {any} element
 * @param {Element | null} holder
 */
function nearRole(element, holder) {
  if (element.getAttribute?.("role")) return element.getAttribute("role");
  const around = holder?.getAttribute("role") ?? null;
  return around === "grid" || around === "combobox" || around === "listbox" ? around : null;
}

/**
 * Do what an element says of itself by `aria-keyshortcuts`: a slider or a map gets the focus, a button is pressed.
 *
 * @param {ParentNode} root where to look for it
 * @param {KeyboardEvent} event
 * @returns {boolean} whether there is one in sight
 */
export function declared(root, event) {
  const target = targetOf(event.composedPath()[0]);
  if (event.repeat || !free(event, target) || (event.key === " " && operatedBySpace(target))) return false;
  const key = event.key === " " ? "Space" : event.key.toUpperCase();
  const said = /** @type {HTMLElement[]} */ ([...root.querySelectorAll("[aria-keyshortcuts]:not(:disabled)")]);
  const found = said.find((one) => one.getAttribute("aria-keyshortcuts") === key && one.checkVisibility());
  if (!found) return false;
  event.preventDefault();
  if (found.tagName === "INPUT" || found.getAttribute("role") === "application") found.focus();
  else found.click();
  return true;
}
