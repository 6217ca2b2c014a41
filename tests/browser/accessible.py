"""What holds for a page whoever reads it: looked at by axe-core, and by measures of our own."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

from tests.browser.hall import SETTLED

AXE: Final = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
TAGS: Final = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]

# Windows of 1280x1024 at 400 and at 200 %, a phone, a tablet, a projector.
WINDOWS: Final = ((320, 256), (390, 844), (640, 512), (820, 1180), (1280, 844))

# Rules whose answer another theme changes; all others are asked once a page.
BY_COLOUR: Final = ["color-contrast"]

_RUN: Final = """async (only) => {
    // No rule that is asked reads style sheets, which axe would load anew each time.
    const options = { resultTypes: ['violations'], preload: false, ...only };
    const { violations } = await axe.run(document, options);
    return violations
        .filter(({ impact }) => impact === 'serious' || impact === 'critical')
        .flatMap(({ id, nodes }) => nodes.map(({ target, any, all, none }) => {
            const why = [...any, ...all, ...none][0];
            return `${id}: ${target.flat(9).join(' >> ')}: ${why ? why.message : ''}`;
        }));
}"""

# Every element in sight, those in the shadow of a component included.
_SEEN: Final = """
    const seen = [];
    const walk = (root) => {
        for (const node of root.querySelectorAll('*')) {
            if (node.checkVisibility({ visibilityProperty: true })) seen.push(node);
            if (node.shadowRoot) walk(node.shadowRoot);
        }
    };
    walk(document);
    const called = (node) => node.dataset.testid || node.outerHTML.slice(0, 90);
"""

_HEADINGS: Final = (
    "() => {"
    + _SEEN
    + """
    const level = (node) => /^H[1-6]$/.test(node.tagName)
        ? Number(node.tagName[1])
        : node.getAttribute('role') === 'heading' ? Number(node.getAttribute('aria-level')) : 0;
    return seen.filter(level).map((node) => [level(node), node.textContent.trim()]);
}"""
)

_SMALL: Final = (
    "() => {"
    + _SEEN
    + """
    const written = (node) => [...node.childNodes].some((child) => child.nodeType === 3 && child.data.trim());
    const size = (node) => {
        const pixels = parseFloat(getComputedStyle(node).fontSize);
        const matrix = node instanceof SVGGraphicsElement ? node.getScreenCTM() : null;
        return matrix ? pixels * Math.hypot(matrix.a, matrix.b) : pixels;
    };
    return seen
        .filter((node) => !node.closest('style, script, sub, sup, [aria-hidden="true"] option'))
        .filter((node) => written(node) && size(node) > 0 && size(node) < 10.95)
        .map((node) => `${size(node).toFixed(1)} px: ${node.textContent.slice(0, 40)} in ${called(node)}`);
}"""
)

_UNNAMED: Final = (
    "() => {"
    + _SEEN
    + """
    return seen
        .filter((node) => node.matches('img:not([alt]), svg[role="img"]:not([aria-label]), canvas'))
        .filter((node) => !node.getAttribute('aria-label') && !node.closest('[data-testid="stDataFrame"]'))
        .filter((node) => !node.closest('[aria-hidden="true"], [role="img"][aria-label]'))
        .map(called);
}"""
)

_UNWORDED: Final = (
    "() => {"
    + _SEEN
    + """
    // Streamlit (1.67) writes "delete icon" beside the icon of a button without words.
    const icon = (node) => node.querySelector('[data-testid="stIconMaterial"]');
    return seen
        .filter((node) => node.matches('button, a[href]') && icon(node) && !node.getAttribute('aria-label'))
        .filter((node) => {
            const name = icon(node).textContent;
            return [name, `${name} icon${name}`].includes(node.textContent.trim());
        })
        .map((node) => `called by its icon: ${node.textContent}`);
}"""
)

# What lies apart: beside the screen for screen readers, at the back of a race, and Streamlit's own.
_CUT: Final = (
    "() => {"
    + _SEEN
    + """
    const apart = [
        'option, style, script, [aria-hidden="true"], [data-mode="race"] .nns-chart',
        '[style*="clip-path"], .nn-unseen',
        '[data-testid="stSidebar"], [data-testid="stSkipToContent"], [data-testid="stDataFrame"]',
    ].join();
    const scrolls = ({ overflowX, overflowY }) => /auto|scroll/.test(overflowX + overflowY);
    const hides = (way) => way === 'hidden' || way === 'clip';
    const cut = (node) => {
        const range = document.createRange();
        range.selectNodeContents(node);
        const text = range.getBoundingClientRect();
        if (text.width < 3) return false;
        // A line is higher than its letters.
        const line = Math.max(6, 0.3 * parseFloat(getComputedStyle(node).fontSize));
        for (let one = node; one; one = one.parentElement) {
            const style = getComputedStyle(one);
            const box = one.getBoundingClientRect();
            if (box.width < 3) return false; // for screen readers
            const beside = text.right > box.right + 3 || text.left < box.left - 3;
            const beyond = text.bottom > box.bottom + line || text.top < box.top - line;
            if ((beside && hides(style.overflowX)) || (beyond && hides(style.overflowY))) return true;
            if (scrolls(style)) return false;
        }
        return false;
    };
    const own = (node) => [...node.childNodes].some((child) => child.nodeType === 3 && child.data.trim());
    return seen
        .filter((node) => own(node) && !node.closest(apart) && cut(node))
        .map((node) => `cut: ${node.textContent.slice(0, 40)} in ${called(node)}`);
}"""
)

_SMALL_TARGETS: Final = (
    "() => {"
    + _SEEN
    + """
    const pressed = 'button, a[href], input, select, summary, [role="button"], [role="switch"]';
    const apart = [
        ':disabled, p, li, [aria-hidden="true"]',
        '[data-testid="stSkipToContent"], [data-testid="stSidebar"]',
    ].join();
    const under = (x, y) => {
        let root = document;
        for (;;) {
            const found = root.elementFromPoint(x, y);
            if (!found?.shadowRoot) return found;
            root = found.shadowRoot;
        }
    };
    const missed = (node) => {
        node.scrollIntoView({ block: 'center', inline: 'center', behavior: 'instant' });
        const own = node.closest('label') ?? node;
        const { left, top, width, height } = own.getBoundingClientRect();
        if (width >= 24 && height >= 24) return false;
        const [x, y] = [left + width / 2, top + height / 2];
        const around = [[-11, 0], [11, 0], [0, -11], [0, 11]]; // edges snap to pixels
        return !around.every(([dx, dy]) => own.contains(under(x + dx, y + dy)));
    };
    return seen
        .filter((node) => node.matches(pressed) && !node.closest(apart) && missed(node))
        .map(called);
}"""
)

_GROUNDS: Final = (
    "(wanted) => {"
    + _SEEN
    + """
    const parts = (colour) => colour.startsWith('#')
        ? [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16))
        : colour.match(/[0-9]+/g).map(Number);
    const dark = (colour) => Math.max(...parts(colour.trim()).slice(0, 3)) < 128;
    const grounds = seen.map((node) => node.style.getPropertyValue('--nn-background')).filter(Boolean);
    grounds.push(getComputedStyle(document.querySelector('[data-testid="stApp"]')).backgroundColor);
    return grounds.every((colour) => dark(colour) === wanted);
}"""
)

_SIDEWAYS: Final = (
    "() => {"
    + _SEEN
    + """
    const boxes = [document.documentElement, document.querySelector('[data-testid="stMain"]')];
    const wide = boxes.filter((node) => node && node.scrollWidth > node.clientWidth);
    if (!wide.length) return [];
    const out = seen.filter((node) => node.getBoundingClientRect().right > innerWidth + 1);
    return [`${wide[0].scrollWidth} > ${wide[0].clientWidth}`, ...out.slice(0, 8).map(called)];
}"""
)


@cache
def axe_source() -> str:
    return AXE.read_text(encoding="utf-8")


def violations(page: Any, rules: list[str] | None = None) -> list[str]:
    """Return what axe calls serious or critical, as rule, place and reason.

    Parameters
    ----------
    page : playwright.sync_api.Page
    rules : list of str, optional
        These rules alone; else all of WCAG 2.0, 2.1 and 2.2 at A and AA, and the size of targets.
    """
    if page.evaluate("typeof axe === 'undefined'"):
        page.evaluate(axe_source())
    only: dict[str, Any] = {"runOnly": {"type": "rule", "values": rules}}
    if rules is None:
        only = {"runOnly": {"type": "tag", "values": TAGS}, "rules": {"target-size": {"enabled": True}}}
    return page.evaluate(_RUN, only)


def heading_faults(page: Any) -> list[str]:
    """Return where headings leave their order: one of the first level, and none left out on the way down."""
    headings = page.evaluate(_HEADINGS)
    levels = [level for level, _ in headings]
    faults = [] if levels[:1] == [1] and levels.count(1) == 1 else [f"levels {levels}"]
    for (before, _), (level, text) in pairwise(headings):
        if level > before + 1:
            faults.append(f"{text!r} of level {level} follows level {before}")
    return faults


def small_texts(page: Any) -> list[str]:
    """Return texts below 11 pixels, as they stand on the screen."""
    return page.evaluate(_SMALL)


def unnamed_pictures(page: Any) -> list[str]:
    """Return pictures that say nothing to whoever cannot see them."""
    return page.evaluate(_UNNAMED)


def unworded(page: Any) -> list[str]:
    """Return what is to be pressed and has no name but that of its icon, such as "arrow_upward icon"."""
    return page.evaluate(_UNWORDED)


def sideways(page: Any) -> list[str]:
    """Return how far the page is wider than the window, and what is."""
    return page.evaluate(_SIDEWAYS)


def cut_texts(page: Any) -> list[str]:
    """Return texts that an edge hides, where nothing scrolls."""
    return page.evaluate(_CUT)


def small_targets(page: Any) -> list[str]:
    """Return what is to be pressed and does not reach 24 pixels in both directions under a finger."""
    return page.evaluate(_SMALL_TARGETS)


def in_narrow_windows(page: Any, settled: Callable[[], None] = lambda: None) -> list[str]:
    """Return what runs out of the windows above or is cut there, and which texts are below 11 pixels.

    `settled` waits until a page has drawn itself anew; the window then has its first size again.
    """
    size, found = page.viewport_size, []
    for width, height in WINDOWS:
        page.set_viewport_size({"width": width, "height": height})
        settled()
        page.evaluate(SETTLED)
        faults = [*sideways(page), *small_texts(page), *cut_texts(page)]
        found += [f"{width}x{height}: {fault}" for fault in faults]
    page.set_viewport_size(size)
    return found


def wear(page: Any, scheme: str) -> None:
    """Change to light or dark, and wait until Streamlit and every view of ours have done so."""
    page.emulate_media(color_scheme=scheme)
    page.wait_for_function(_GROUNDS, arg=scheme == "dark")
