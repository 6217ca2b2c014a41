"""What the last row of a lecture hall sees of a page: measured in the browser, on screens of five sizes."""

from __future__ import annotations

from typing import Any, Final

SCREENS: Final = ((1024, 768), (1280, 720), (1920, 1080), (2560, 1440), (3840, 2160))
LEAST_TYPE: Final = 0.022
"""Share of the screen's height that the smallest type must have."""

NOTE_CANVAS_TYPE: Final = """() => {
    if (window.canvasType) return;
    window.canvasType = new WeakMap();
    const { prototype } = CanvasRenderingContext2D;
    const { clearRect, fillText, strokeText } = prototype;
    prototype.clearRect = function (...box) {
        window.canvasType.set(this.canvas, new Map());
        return clearRect.apply(this, box);
    };
    for (const draw of [fillText, strokeText]) {
        prototype[draw.name] = function (text, ...place) {
            const { c, d } = this.getTransform();
            const size = parseFloat(/([\\d.]+)px/.exec(this.font)[1]) * Math.hypot(c, d);
            if (!window.canvasType.has(this.canvas)) window.canvasType.set(this.canvas, new Map());
            if (String(text).trim()) window.canvasType.get(this.canvas).set(String(text), size);
            return draw.call(this, text, ...place);
        };
    }
}"""
"""Let canvases remember the size of the type that is drawn on them, in their own pixels."""

SETTLED: Final = """() => new Promise((done) => {
    let [last, same, turns] = ['', 0, 0];
    const boxes = () => [...document.querySelectorAll('h1, h2, p, svg, canvas, button, section, table')]
        .map((node) => Object.values(node.getBoundingClientRect().toJSON()).map(Math.round).join()).join(';');
    const turn = () => {
        const now = boxes();
        [same, last, turns] = [now === last ? same + 1 : 0, now, turns + 1];
        if (same >= 5 || turns > 300) done(turns);
        else requestAnimationFrame(turn);
    };
    turn();
})"""
"""Wait until nothing has moved for five frames."""

FAULTS: Final = """([hall, share]) => {
    const faults = [];
    const [width, height] = [innerWidth, innerHeight];
    const shown = (node) => {
        // What only a screen reader finds, and what is there to lend its patterns, is no part of the picture.
        const apart = '.nn-unseen, [style*="clip-path"], [data-mode="race"] .nns-chart, title, style';
        if (!node.checkVisibility({ visibilityProperty: true }) || node.closest(apart)) return false;
        const box = node.getBoundingClientRect();
        return box.width > 2 && box.height > 2;
    };
    const own = (node) => [...node.childNodes].filter((part) => part.nodeType === 3)
        .map((part) => part.textContent.trim()).join('');
    const measure = (text, size) => {
        if (size / hall < share) faults.push(`small: ${text} ${(100 * size / hall).toFixed(2)} %`);
    };
    const sizeOf = (node) => {
        const size = parseFloat(getComputedStyle(node).fontSize);
        if (!node.ownerSVGElement) return size;
        const { c, d } = node.getScreenCTM();
        return size * Math.hypot(c, d);
    };
    // A line's box is higher than its letters: what is above and below them may be cut.
    const outside = (box, frame, spare) => box.left < frame.left - 2 || box.top < frame.top - spare
        || box.right > frame.right + 2 || box.bottom > frame.bottom + spare;
    const clipping = (node) => {
        for (let one = node; one; one = one.parentElement) {
            const { overflowX, overflowY } = getComputedStyle(one);
            if (!one.ownerSVGElement && (overflowX !== 'visible' || overflowY !== 'visible')) return one;
        }
        return null;
    };
    const menu = document.querySelector('.st-key-hall_menu');
    const under = (box, top) => top && box.left < top.right && box.right > top.left
        && box.top < top.bottom && box.bottom > top.top;
    const place = (node) => {
        const range = document.createRange();
        range.selectNodeContents(node);
        const box = range.getBoundingClientRect();
        const clip = clipping(node);
        const screen = { left: 0, top: 0, right: width, bottom: height };
        if (!menu?.contains(node) && under(box, menu?.getBoundingClientRect())) {
            faults.push(`under the menu: ${own(node)}`);
        }
        const spare = 2 + 0.18 * sizeOf(node);
        if (outside(box, screen, spare)) faults.push(`off the screen: ${own(node)}`);
        else if (clip && outside(box, clip.getBoundingClientRect(), spare)) faults.push(`cut: ${own(node)}`);
    };
    const scrolls = (node) => {
        const { overflowX, overflowY } = getComputedStyle(node);
        const runs = (way, whole, seen) => ['auto', 'scroll'].includes(way) && whole > seen + 1;
        const high = runs(overflowY, node.scrollHeight, node.clientHeight);
        if (high || runs(overflowX, node.scrollWidth, node.clientWidth)) {
            faults.push(`scrolls: ${node.dataset?.testid ?? node.className} ${node.scrollHeight}`);
        }
    };
    const blank = (canvas) => {
        const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
        const pixels = new Uint32Array(data.buffer);
        return pixels.every((pixel) => pixel === pixels[0]);
    };
    const panel = (node) => {
        const drawn = [...node.querySelectorAll('canvas, svg, table, dl')].filter(shown);
        const { offsetWidth: wide, offsetHeight: high } = node;
        if (wide < 0.12 * width || high < 0.12 * height) faults.push(`no room: ${node.dataset.testid}`);
        const full = drawn.filter((one) => one.tagName !== 'CANVAS' || !blank(one));
        if (!full.length) faults.push(`empty: ${node.dataset.testid}`);
    };
    const visit = (node) => {
        if (node.shadowRoot) walk(node.shadowRoot);
        if (!shown(node)) return;
        scrolls(node);
        if (node.matches('[data-testid^="panel-"]')) panel(node);
        const text = own(node);
        if (text) place(node);
        const field = node.matches('select, input:not([type=range], [type=checkbox], [type=radio])');
        if (text || field) measure(text || node.value, sizeOf(node));
        const scale = node.tagName === 'CANVAS' ? node.getBoundingClientRect().height / node.height : 0;
        for (const [words, size] of window.canvasType?.get(node) ?? []) measure(words, size * scale);
    };
    const walk = (root) => [...root.children].forEach((node) => (visit(node), walk(node)));
    walk(document.documentElement);
    return [...new Set(faults)];
}"""


def faults_on(page: Any) -> list[str]:
    """Show a page on every screen in turn, and return what is wrong with it there.

    Parameters
    ----------
    page : playwright.sync_api.Page
        In lecture mode, drawn. What a lesson shows stands in a frame, and is measured by the whole screen.
    """
    frames = [page.main_frame, *(one.content_frame() for one in page.query_selector_all("iframe.nnl-seen"))]
    for frame in frames:
        frame.evaluate(NOTE_CANVAS_TYPE)
    found = []
    for width, height in SCREENS:
        page.set_viewport_size({"width": width, "height": height})
        for frame in frames:
            frame.evaluate(SETTLED)
            faults = frame.evaluate(FAULTS, [height, LEAST_TYPE - 1e-4])
            found += [f"{width}x{height}: {fault}" for fault in faults]
    return found
