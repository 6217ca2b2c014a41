// @ts-check
/**
 * A picture of a page: what is drawn and written on it, without what is to be pressed, as one SVG that any program opens. Texts stay
 * texts, canvases become images, and where only keys stood the picture closes up.
 */

import { attributes, bitmap, drawing, escaped, placed } from "./drawing.js";
import { gradient } from "./gradient.js";
/** @import { Box } from "./drawing.js" */

/** Widgets, whose settings the title and the address at the foot tell, and what a screen reader alone is told. */
const LEFT_OUT = [
  "style, script, select, textarea, datalist, progress, details:not([open]), [hidden], [role='dialog']",
  ".st-key-page_heading, h1, .nnp-transport, .nnp-buttons, label:has(input[type='checkbox']):not(:has(svg, canvas))",
  ...[
    "Button ButtonGroup Checkbox Code DownloadButton ElementToolbar FileUploader IconMaterial MultiSelect NumberInput",
    "Popover Radio Selectbox Slider TextArea TextInput TooltipIcon",
  ].flatMap((names) => names.split(" ").map((name) => `[data-testid="st${name}"]`)),
].join();

const PRESSED = 'button, summary, [role="button"], input:not([type="range"])';

/** A button with a drawing of at least so many pixels is looked at as well, as is one that says by itself that it is on. */
const PICTURED = 40;

/** Pixels of nothing that stay between what stands one above the other, and around the whole. */
const [GAP, MARGIN] = [14, 20];

/** @typedef {Box & {markup: string}} Piece */

/**
 * @param {Element} root
 * @param {{title: string, address: string}} words what the picture shows, and where it was made
 * @returns {{markup: string, width: number, height: number}}
 */
export function picture(root, { title, address }) {
  const style = getComputedStyle(root);
  const pieces = closed(piecesOf(root).filter(({ width, height }) => width > 0 && height > 0));
  const [left, top] = [Math.min(...pieces.map((one) => one.left)), Math.min(...pieces.map((one) => one.top))];
  const width = Math.max(...pieces.map((one) => one.left + one.width)) - left;
  const bottom = Math.max(...pieces.map((one) => one.top + one.height));
  const lines = wrapped(title, width / 10);
  const head = MARGIN + 26 * lines.length;
  const size = { width: Math.ceil(width + 2 * MARGIN), height: Math.ceil(head + bottom - top + 2.5 * MARGIN) };
  const line = { x: MARGIN, fill: style.color, "font-family": style.fontFamily };
  const said = lines.map((text, at) =>
    written(text, { ...line, y: MARGIN + 26 * at + 8, "font-size": 19, "font-weight": 700 }),
  );
  const foot = written(address, { ...line, y: size.height - MARGIN / 2, "font-size": 11 });
  const drawn = pieces.map(({ markup }) => markup).join("\n");
  const open = attributes({
    xmlns: "http://www.w3.org/2000/svg",
    ...size,
    viewBox: `0 0 ${size.width} ${size.height}`,
  });
  const ground = `<rect${attributes({ width: size.width, height: size.height, fill: groundOf(root) })}/>`;
  const moved = attributes({ transform: `translate(${MARGIN - left} ${head - top})` });
  const markup = `<svg${open}><title>${escaped(title)}</title>${ground}${said.join("")}<g${moved}>${drawn}</g>${foot}</svg>`;
  return { markup, ...size };
}

/** The first colour behind an element that hides what is behind it. @param {Element | null} element */
function groundOf(element) {
  for (let one = element; one; one = one.parentElement) {
    const { backgroundColor } = getComputedStyle(one);
    if (seen(backgroundColor)) return backgroundColor;
  }
  return "white";
}

/** @param {string} colour as a browser computes it */
const seen = (colour) => colour !== "transparent" && !/^rgba\(.*, 0\)$/.test(colour);

/** @param {string} text @param {Record<string, string | number>} values */
const written = (text, values) => `<text${attributes(values)}>${escaped(text)}</text>`;

/**
 * @param {string} text
 * @param {number} most letters in a line
 * @returns {string[]}
 */
export function wrapped(text, most) {
  const lines = [""];
  for (const word of text.split(" ")) {
    const longer = `${lines[lines.length - 1]} ${word}`.trim();
    if (longer.length <= most || lines[lines.length - 1] === "") lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}

/**
 * Move pieces up where nothing stands above them for longer than a gap.
 *
 * @param {readonly Piece[]} pieces
 * @returns {Piece[]}
 */
export function closed(pieces) {
  const edges = pieces.map(({ top, height }) => [top, top + height]).sort(([one], [other]) => one - other);
  /** @type {[number, number][]} where from, and by how much */ const moves = [];
  let [end, moved] = [edges[0]?.[0] ?? 0, 0];
  for (const [top, bottom] of edges) {
    if (top - end > GAP) moves.push([top, (moved += top - end - GAP)]);
    end = Math.max(end, bottom);
  }
  return pieces.map((piece) => {
    const up = moves.findLast(([from]) => piece.top >= from)?.[1];
    if (!up) return piece;
    return { ...piece, top: piece.top - up, markup: `<g transform="translate(0 ${-up})">${piece.markup}</g>` };
  });
}

/** All that is to be seen of an element, what lies behind first. @param {Element} element @returns {Piece[]} */
function piecesOf(element) {
  const style = getComputedStyle(element);
  if (leftOut(element) || hidden(element, style)) return [];
  const box = element.getBoundingClientRect();
  if (unseen(box, style)) return [];
  if (element instanceof SVGSVGElement) return [piece(box, drawing(element, box))];
  if (element instanceof HTMLCanvasElement || element instanceof HTMLImageElement)
    return [piece(box, bitmap(element, box))];
  if (element instanceof HTMLInputElement) return [piece(box, thumb(element, box))];
  const nodes = [...(element.shadowRoot ?? element).childNodes];
  const inner = nodes.flatMap((node) => {
    if (node instanceof Element) return piecesOf(node);
    return node.nodeType === 3 ? linesOf(/** @type {Text} */ (node), style) : [];
  });
  return [...boxOf(box, style), ...within(element, box, style, [...signOf(element, box), ...inner])];
}

/** @param {Element} element */
function leftOut(element) {
  if (element.matches(LEFT_OUT)) return true;
  if (!element.matches(PRESSED)) return false;
  if (element.getAttribute("aria-pressed") === "true") return false;
  const drawn = [...element.querySelectorAll("svg, canvas, img")];
  return !drawn.some((one) => one.getBoundingClientRect().height >= PICTURED);
}

/** What has no box of its own may have something in it that has. @param {Element} element @param {CSSStyleDeclaration} style */
const hidden = (element, { display }) =>
  display !== "contents" && !element.checkVisibility({ visibilityProperty: true, opacityProperty: true });

/** Whether an element is there for screen readers alone. @param {Box} box @param {CSSStyleDeclaration} style */
const unseen = ({ width, height }, { overflow, clipPath }) =>
  (overflow !== "visible" && (width <= 1 || height <= 1)) || clipPath === "inset(50%)";

/** @param {Box} box @param {string} markup @returns {Piece} */
const piece = ({ left, top, width, height }, markup) => ({ left, top, width, height, markup });

/**
 * What runs out of an element that cuts it off is cut off here as well.
 *
 * @param {Element} element
 * @param {Box} box
 * @param {CSSStyleDeclaration} style
 * @param {Piece[]} inner
 */
function within(element, box, style, inner) {
  const cut = element.scrollWidth > element.clientWidth + 1 || element.scrollHeight > element.clientHeight + 1;
  if (style.overflow === "visible" || !cut || inner.length === 0) return inner;
  const view = `${box.left} ${box.top} ${box.width} ${box.height}`;
  const markup = inner.map((one) => one.markup).join("");
  return [piece(box, `<svg${attributes({ ...placed(box), viewBox: view })}>${markup}</svg>`)];
}

/** The sign that a style sheet sets before an element's words. @param {Element} element @param {Box} box @returns {Piece[]} */
function signOf(element, { left, top, height }) {
  const style = getComputedStyle(element, "::before");
  const sign = /^"\s*(\S+)\s*"$/.exec(style.content)?.[1];
  if (!sign) return [];
  const size = { left, top, width: parseFloat(style.fontSize), height };
  return [piece(size, lineOf(sign, size, style))];
}

/** Ground and edge of an element. @param {Box} box @param {CSSStyleDeclaration} style @returns {Piece[]} */
function boxOf(box, style) {
  const sides = /** @type {const} */ (["Top", "Right", "Bottom", "Left"]).map((side) => ({
    side,
    width: style[`border${side}Style`] === "none" ? 0 : parseFloat(style[`border${side}Width`]),
    colour: style[`border${side}Color`],
  }));
  const even = sides.every(({ width, colour }) => width === sides[0].width && colour === sides[0].colour);
  const edge = even && sides[0].width > 0 && seen(sides[0].colour);
  const blend = gradient(style.backgroundImage, box);
  const filled = blend !== null || seen(style.backgroundColor);
  const half = edge ? sides[0].width / 2 : 0;
  const inset = {
    left: box.left + half,
    top: box.top + half,
    width: box.width - 2 * half,
    height: box.height - 2 * half,
  };
  const look = {
    ...placed(inset),
    rx: Math.min(parseFloat(style.borderTopLeftRadius) || 0, box.height / 2),
    fill: filled ? (blend?.fill ?? style.backgroundColor) : "none",
    ...(edge ? { stroke: sides[0].colour, "stroke-width": sides[0].width } : {}),
  };
  const whole = filled || edge ? [piece(box, `${blend?.markup ?? ""}<rect${attributes(look)}/>`)] : [];
  const single = even ? [] : sides.filter(({ width, colour }) => width > 0 && seen(colour));
  return [...whole, ...single.map(({ side, width, colour }) => border(box, side, style, width, colour))];
}

/**
 * @param {Box} box
 * @param {"Top" | "Right" | "Bottom" | "Left"} side
 * @param {CSSStyleDeclaration} style
 * @param {number} thick
 * @param {string} stroke
 */
function border({ left, top, width, height }, side, style, thick, stroke) {
  const lying = side === "Top" || side === "Bottom";
  const x = left + (side === "Right" ? width - thick / 2 : lying ? 0 : thick / 2);
  const y = top + (side === "Bottom" ? height - thick / 2 : lying ? thick / 2 : 0);
  const dashes = style[`border${side}Style`] === "dashed" ? `${2 * thick} ${thick}` : "none";
  const d = `M${x},${y}${lying ? `h${width}` : `v${height}`}`;
  const line = { d, stroke, "stroke-width": thick, "stroke-dasharray": dashes };
  const at = lying
    ? { left, top: y - thick / 2, width, height: thick }
    : { left: x - thick / 2, top, width: thick, height };
  return piece(at, `<path${attributes(line)}/>`);
}

/** A slider's track, and where it stands. @param {HTMLInputElement} input @param {Box} box */
function thumb({ min, max, valueAsNumber, parentElement }, box) {
  const { color } = getComputedStyle(/** @type {Element} */ (parentElement));
  const share = (valueAsNumber - Number(min || 0)) / (Number(max || 100) - Number(min || 0));
  const [y, r] = [box.top + box.height / 2, Math.min(10, box.height / 2)];
  const x = box.left + r + share * (box.width - 2 * r);
  const track = { d: `M${box.left + r},${y}H${box.left + box.width - r}`, stroke: color, "stroke-width": 2 };
  return `<path${attributes(track)}/><circle${attributes({ cx: x, cy: y, r, fill: color })}/>`;
}

/** The lines in which a browser has set a text, each as wide as it stands there. @param {Text} text @param {CSSStyleDeclaration} style */
function linesOf(text, style) {
  const range = text.ownerDocument.createRange();
  /** @type {{words: string, box: Box}[]} */ const lines = [];
  for (const found of text.data.matchAll(/\S+/g)) {
    range.setStart(text, found.index);
    range.setEnd(text, found.index + found[0].length);
    const { left, top, width, height } = range.getBoundingClientRect();
    const line = lines[lines.length - 1];
    if (line && Math.abs(line.box.top - top) < 2) {
      line.words += ` ${found[0]}`;
      line.box.width = left + width - line.box.left;
    } else lines.push({ words: found[0], box: { left, top, width, height } });
  }
  return lines.map(({ words, box }) => piece(box, lineOf(words, box, style)));
}

/** @param {string} words @param {Box} box @param {CSSStyleDeclaration} style */
function lineOf(words, { left, top, width, height }, style) {
  const size = parseFloat(style.fontSize);
  return written(words, {
    x: left,
    y: top + height / 2 + 0.34 * size,
    fill: style.color,
    "font-family": style.fontFamily,
    "font-size": size,
    "font-weight": style.fontWeight,
    ...(style.fontStyle === "normal" ? {} : { "font-style": style.fontStyle }),
    ...(words.length > 1 ? { textLength: width, lengthAdjust: "spacingAndGlyphs" } : {}),
  });
}
