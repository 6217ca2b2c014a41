"""What stood on a page when its story failed: all that is known of a failure that cannot be repeated."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

STOOD: Final = """(() => {
    const roots = [document];
    for (const root of roots) {
        roots.push(...[...root.querySelectorAll('*')].map((one) => one.shadowRoot).filter(Boolean));
    }
    const all = (selector) => roots.flatMap((root) => [...root.querySelectorAll(selector)]);
    const shown = (one) => one.checkVisibility({ visibilityProperty: true });
    const text = (one) => one.innerText.replace(/\\s+/g, ' ').trim().slice(0, 300);
    const views = '[data-testid$="-view"], [data-testid^="block-"], [data-testid="room-state"]';
    const said = '.nnp-say, [data-testid=strip-outcome], [data-testid=apart], [data-testid^=room-words],'
        + ' [data-testid=stAlert], [data-testid=stException], [data-testid=view-fault]';
    const fields = all('[class*="st-key-"] input[aria-label]:not(.nnp-view *)').map((one) =>
        `${/st-key-(\\S+)/.exec(one.closest('[class*="st-key-"]').className)[1]}=${one.value}`);
    const app = document.querySelector('[data-testid=stApp]')?.dataset ?? {};
    const focused = document.activeElement;
    return [
        `address: ${location.href}`,
        `script: ${app.testScriptState ?? 'none'}, ${app.testConnectionState ?? 'no connection'}`,
        `page: ${JSON.stringify({ ...document.body?.dataset })} ${document.visibilityState}`,
        ...all(views).map((one) => `view: ${JSON.stringify({ ...one.dataset })}`),
        ...all(said).filter(shown).map((one) => `said: ${text(one)}`),
        `controls: ${[...new Set(fields)].join(' ')}`,
        `focus: ${focused?.dataset.testid ?? focused?.tagName}`,
    ].join('\\n    ');
})()"""
"""An expression for a document's address, its script's state, its views', verdicts, controls and focus."""
PATIENCE_MS: Final = 5_000


@contextmanager
def told_on_failure(*tell: Callable[[], str]) -> Iterator[None]:
    """Add what is told to whatever fails inside; what cannot be told says why."""
    try:
        yield
    except Exception as failed:
        for one in tell:
            failed.add_note(_told(one))
        raise


def _told(tell: Callable[[], str]) -> str:
    try:
        return f"There stood\n    {tell()}"
    except Exception as mute:
        return f"What stood there cannot be told: {mute}"


def stood_in(browser: Any) -> str:
    """Return what stands on all pages of Playwright's browser, and in the pages that they frame."""
    pages = [page for profile in browser.contexts for page in profile.pages if page.url != "about:blank"]
    frames = [frame for page in pages for frame in page.frames]
    return "\n    and\n    ".join(map(_stood_in_frame, frames)) or "no page"


def _stood_in_frame(frame: Any) -> str:
    try:
        # Other than `evaluate` it waits no longer than so for a page that hangs.
        return str(frame.wait_for_function(STOOD, timeout=PATIENCE_MS, polling=100).json_value())
    except Exception as mute:
        return f"address: {frame.url}\n    which does not say what stands there: {mute}"
