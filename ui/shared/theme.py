"""Colours and page styles that every page shares."""

from __future__ import annotations

import html
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import streamlit as st

from ui.shared.navigation import title_of
from ui.shared.plain_text import plain
from ui.web.assets import FOLDER

_FILE: Final = (FOLDER / "kit" / "palette.js").read_text(encoding="utf-8")
COLOURS: Final[dict[str, Any]] = json.loads(_FILE[_FILE.index("{\n") : _FILE.rindex("}") + 1])
"""The palette of the views, by ground: what stands between the braces of that module is JSON as well."""


@dataclass(frozen=True)
class Palette:
    """Colours of a figure on one ground.

    All of them reach 3:1 on their ground, and the pairs that stand for opposites (train and validation,
    right and wrong) differ in lightness or dash as well, for the colour-blind and for weak projectors.
    """

    text: str
    grid: str
    ground: str
    """`text`, `grid` and `ground`: words and axes, grid lines, background."""
    quiet: str
    """What stands beside what matters."""
    lines: tuple[str, ...]
    """Lines in the order in which they are used."""
    low: str
    middle: str
    high: str
    """`low`, `middle` and `high`: diverging scale of maps: output 0, threshold, output 1."""


def _palette(ground: str) -> Palette:
    """Return one ground's colours as a figure uses them."""
    colours = COLOURS[ground]
    green, purple, ochre, *_ = colours["pins"]
    return Palette(
        text=colours["text"],
        grid=colours["grid"],
        ground=colours["background"],
        quiet=colours["muted"],
        lines=(colours["train"], colours["val"], green, purple, colours["text"], ochre),
        low=colours["low"],
        middle=colours["middle"],
        high=colours["high"],
    )


LIGHT, DARK = _palette("light"), _palette("dark")
DASHES = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot")


def palette() -> Palette:
    """Return the colours for the theme that the reader has chosen."""
    return DARK if st.context.theme.type == "dark" else LIGHT


BARE: Final[dict[str, bool]] = {"displayModeBar": False}
"""Without Plotly's tools, which on a touch screen lie over the legend for good."""


def figure_layout(colours: Palette, *, height: int) -> dict[str, Any]:
    """Return the layout that all Plotly figures outside the live view start from.

    The height in pixels is fixed, so that a redrawn page does not jump.
    """
    axis = {"gridcolor": colours.grid, "zeroline": False, "linecolor": colours.grid}
    return {
        "height": height,
        "margin": {"l": 50, "r": 15, "t": 35, "b": 45},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"color": colours.text, "size": 14},
        "xaxis": dict(axis),
        "yaxis": dict(axis),
        "legend": {
            "orientation": "h",
            "y": 1.02,
            "yanchor": "bottom",
            "x": 0,
        },  # grows upwards
    }


_STYLE = """
<style>
/* Streamlit pales a caption as a whole, the code in it included: 4.4 and 3.0 to 1 on its ground. */
[data-testid="stCaptionContainer"] { opacity: 0.72; }
[data-testid="stCaptionContainer"] code { color: inherit; font-size: 0.85em; }
/* On paper nothing is to be pressed: pictures and words, as wide as drawn (ui/web/frame/print.js). */
@page { margin: 10mm; }
@media print {
    * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
    [data-testid="stSidebar"], [data-testid="stHeader"], .nnp-transport, .nnp-say button, select,
    [style*="clip-path"], [data-testid="stSkeleton"],
    [data-testid="stMain"] details:not([open]), [data-testid="stPopover"], [data-testid="stButtonGroup"],
    [data-testid="stButton"], [data-testid="stDownloadButton"], [data-testid="stFileUploader"],
    [data-testid="stPageLink"]:not(.st-key-home_pages *), .nnr-buttons {
        display: none !important;
    }
    /* Beside pictures it leaves its room: they would be stretched. */
    .nnp-panel-head :is(button, .nnp-live), .nnp-key, .nnp-swap, .nns-root button:not(.nns-tile) {
        visibility: hidden;
    }
    /* The gaps around what is not printed begin no sheet of their own. */
    [data-testid="stMainBlockContainer"] {
        width: var(--nn-print-width, auto) !important; max-width: none !important; margin-bottom: -3rem;
        padding: 0 1.5rem !important; flex: none !important;
        zoom: min(1, tan(atan2(100vw, var(--nn-print-width, 1px))));
    }
    :is(.nnp-panel, .nnp-tile, .nns-panel, .st-key-home_steps > div, figure, img, canvas, svg, p, li),
    [data-testid="stTable"], [data-testid="stDataFrame"], [data-testid="stPlotlyChart"] {
        break-inside: avoid;
    }
    :is(h1, h2, h3, summary) { break-after: avoid; }
    /* Of tiles that are scrolled there are whole rows: the next is in a column beside, out of sight. */
    .nnp-panel-body:has(> .nnp-tiles) { columns: 1; column-fill: auto; }
    .nnp-tiles { max-height: none; overflow: visible; }
}
/* Where the system chooses the colours, what is chosen and where a slider stands is still told. */
@media (forced-colors: active) {
    [data-testid="stSlider"], [data-testid="stRadio"], .nnp-range, .nns-slider input,
    .nnp-truth-bar, .nnp-bar-track {
        forced-color-adjust: none;
    }
    :is([data-testid="stSlider"], [data-testid="stRadio"]) :is(p, label[data-testid="stWidgetLabel"]) {
        forced-color-adjust: auto;
    }
    .nnp-truth-bar, .nnp-bar-track { outline: 1px solid CanvasText; }
    /* Drawn in the theme's colours, so on its ground; views wear the system's (ui/web/kit/system.js). */
    [data-testid="stPlotlyChart"], .nn-run-card { forced-color-adjust: none; background: var(--nn-drawn-on); }
    button[aria-pressed="true"], button[aria-checked="true"] {
        forced-color-adjust: none; background: Highlight !important; color: HighlightText !important;
    }
    button[aria-pressed="true"] *, button[aria-checked="true"] * { color: HighlightText !important; }
}
/* What closes its side bar is there for a mouse above it alone, and for no key. */
[data-testid="stSidebarCollapseButton"] { visibility: visible !important; }
/* Its links show by a paler ground alone that they have the focus. */
:is([data-testid="stTopNavLink"], [data-testid="stPageLink-NavLink"]):focus-visible {
    outline: 2px solid var(--nn-quiet); outline-offset: 1px;
}
/* Nothing that is come to by keyboard hides below its head. */
[data-testid="stMain"] { scroll-padding-top: 4rem; }
/* Its rows of choices run out of a phone's screen, and the words of its buttons are cut there. */
[data-testid="stButtonGroup"] [role="radiogroup"] { flex-wrap: wrap; }
@media (max-width: 640px) {
    [data-testid="stButton"] [data-testid="stMarkdownContainer"] { white-space: normal; }
    [data-testid="stButton"] [data-testid="stMarkdownContainer"] p { white-space: inherit; }
}
.st-key-notices [data-testid="stAlertContainer"] { padding: 0.3rem 0.75rem; }
@media (min-width: 900px) and (max-height: 1019px) { /* of more lines than two the rest is scrolled to */
    .st-key-notices [data-testid="stAlertContainer"] {
        max-height: 3.4rem; overflow-y: auto; animation: nn-notice 1ms; /* ui/web/frame/notices.js */
    }
}
@keyframes nn-notice {}
.st-key-notices ul { margin: 0 0 1rem; } /* which its box takes back */
.st-key-notices li { margin-block: 0; line-height: 1.35; }
/* What is said of a button of the page's head stands below it: above, it would lie on the menu. */
[data-testid="stTooltipContent"] { max-width: 18rem !important; }
/* Fingers need 24 pixels, which these have not. */
@media (pointer: coarse) {
    :is([data-testid="stPageLink-NavLink"], [data-testid="stRadioOption"], [data-testid="stCheckbox"] label),
    :is(.nns-details summary, .nns-slider input), [data-testid="stHtml"] > a:only-child {
        min-height: 24px;
    }
    [data-testid="stHtml"] > a:only-child { display: inline-block; }
    [data-testid="stMultiSelect"] button[aria-label^="Remove "] {
        display: flex; align-items: center; justify-content: center; min-width: 24px; min-height: 28px;
    }
    [data-testid="stTooltipHoverTarget"] button { position: relative; }
    [data-testid="stTooltipHoverTarget"] button::before { content: ""; position: absolute; inset: -4px; }
}
/* All pages are in sight beside a side bar, in a window of 1280 pixels too. */
@media (max-width: 1400px) {
    [data-testid="stTopNav"] { padding-left: 6px; padding-right: 0; }
    [data-testid="stTopNavLink"] { padding: 0 4px; }
    [data-testid="stTopNav"] .rc-overflow-item > div { padding-right: 0; margin-right: 0; }
}
</style>
"""

_PAGE_STYLE = """
<style>
[data-testid="stMainBlockContainer"] { padding-left: 1.5rem; padding-right: 1.5rem; max-width: 120rem; }
[data-testid="stSidebarUserContent"] [data-testid="stVerticalBlock"] { gap: 0.5rem; }
[data-testid="stSidebarHeader"] { height: 1.5rem; margin-bottom: 0; }
.st-key-more_choices:has(details[open]) + * { display: none; } /* what is set there is in sight */
.st-key-page_heading { align-items: baseline; gap: 1rem; }
.st-key-page_heading h1 { font-size: 1.35rem; }
.st-key-blocks_heading h1, [data-testid="stMain"] h2 { font-size: 1.15rem; }
/* What could not be used stands beside the title, in place of the lead: low windows have no line to spare.
   With a bare * around :has every change of a page asks for all styles anew: 49 frames a second, not 60. */
@media (min-width: 900px) {
    [data-testid="stLayoutWrapper"]:has(.st-key-page_heading)
        + [data-testid="stLayoutWrapper"] > .st-key-notices {
        padding-left: 11rem;
    }
    [data-testid="stLayoutWrapper"]:has(.st-key-page_heading):has(
        + [data-testid="stLayoutWrapper"] > .st-key-notices) {
        height: 0; margin-bottom: -1rem;
    }
    [data-testid="stLayoutWrapper"]:has(+ [data-testid="stLayoutWrapper"] > .st-key-notices)
        .st-key-page_heading > :nth-child(2) {
        display: none;
    }
}
/* Streamlit's own colours of a program have 2.6:1 on their ground; these have 4.5:1 in either theme. */
[data-testid="stCode"] .token:is(.keyword, .function, .class-name) { color: light-dark(#00599c, #56b4e9); }
[data-testid="stCode"] .token:is(.operator, .decorator) { color: light-dark(#a84300, #ffa64d); }
[data-testid="stCode"] .token:is(.string, .number, .boolean) { color: light-dark(#006b50, #2fd3a4); }
[data-testid="stCode"] .token:is(.comment, .punctuation) { color: light-dark(#5b626b, #a9b1bb); }
[data-has-shortcut] kbd { opacity: 0.75; } /* of 4.4:1 as Streamlit has it */
/* A question is read as it is written: on a phone each line has the whole width. */
:is(.st-key-room_question, .st-key-room_answers) { min-width: min(100%, 19rem); }
.nn-run-card { display: block; width: 100%; max-width: 290px; height: auto; }
.st-key-home_steps [data-testid="stMarkdownContainer"] p { font-size: 0.92rem; }
[data-testid="stMain"] [data-testid="stPageLink-NavLink"] { padding-left: 0; }
[data-testid="stMain"] [data-testid="stPageLink-NavLink"] strong { text-decoration: underline; }
[data-testid="stMain"] [data-testid="stPageLink-NavLink"] :is(span, p) {
    white-space: normal; overflow: visible; line-height: 1.45;
}
</style>
"""

_LECTURE_STYLE = """
<style>
/* Streamlit measures in rem: its smallest words, 0.875 of it, have 2.2 % of the screen's height. */
@media (min-width: 600px) { html { font-size: max(16px, 2.54 * var(--nn-hall, 1vmin)) !important; } }
[data-testid="stSidebar"], [data-testid="stHeader"], [data-testid="stExpandSidebarButton"],
.nn-keys, .nn-camera {
    display: none;
}
[data-testid="stMainBlockContainer"] { padding: 0.25rem 0.75rem 0 0.75rem; max-width: none; }
[data-testid="stLayoutWrapper"]:has(> .st-key-hall_menu) { position: absolute; }
.st-key-hall_menu { position: fixed; top: 0.6rem; right: 1.2rem; z-index: 100; width: auto; }
.st-key-hall_menu button p { position: absolute; clip-path: inset(50%); } /* a name for who hears it */
.st-key-hall_menu button { padding: 0 0.5rem; min-height: 2.2rem; }
[data-testid="stPopoverBody"]:has(.st-key-picture_png) { max-height: 91vh !important; padding: 0.5rem 1rem; }
[data-testid="stPopoverBody"]:has(.st-key-picture_png) [data-testid="stVerticalBlock"] { gap: 0.5rem; }
@media (max-width: 900px) { /* there it would cover what it leads away from */
    .st-key-hall_menu.st-key-hall_menu { position: static; }
    [data-testid="stLayoutWrapper"]:has(> .st-key-hall_menu) { position: static; }
}
@media (max-width: 600px) {
    [data-testid="stTable"] :is(th, td) { padding: 0.2rem; }
    [data-testid="stTable"] { overflow-x: auto; }
    .nn-facts { white-space: normal !important; }
}
[data-testid="stButtonGroup"] button { padding: 0 0.65rem; }
:is(.st-key-race, .st-key-against) { width: 8.5rem !important; min-width: 8.5rem; }
.st-key-problem { width: 12rem !important; min-width: 12rem; }
.nn-facts { margin: 0; font-size: 1.4rem; font-weight: 700; white-space: nowrap; }
[data-testid="stLayoutWrapper"]:has(> .st-key-page_head) {
    position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%);
}
</style>
"""


def page_style(title: str = "", lead: str | None = None, *, lecture: bool = False, part: str = "") -> None:
    """Set the page's margins and draw its head; in lecture mode hide everything that is not the lesson.

    Parameters
    ----------
    title : str
        The page's, which in lecture mode stands on no screen and is still the first heading of the page.
    lead : str or None
        A sentence beside the title, in one line where the window is wide enough; None draws no head but
        lecture mode's.
    lecture : bool
    part : str
        What of the page is on screen, where it has several looks: the browser's tab says it first.
    """
    if part:
        st.set_page_config(page_title=title_of(part, title))
    # Styles alone stand beside the page and move nothing in it; the head has its own place in either mode.
    worn = palette()
    ground = f"<style>:root {{ --nn-drawn-on: {worn.ground}; --nn-quiet: {worn.quiet}; }}</style>"
    st.html(ground + _STYLE + (_LECTURE_STYLE if lecture else _PAGE_STYLE))
    with st.container(key="page_head"):
        if lecture:
            st.html(f'<h1 class="nn-unseen">{html.escape(title)}</h1>')
        elif lead is not None:
            with st.container(horizontal=True, vertical_alignment="center", key="page_heading"):
                st.title(title, anchor=False, width="content")
                st.caption(lead, width="stretch")


def hold_sidebar() -> None:
    """Open the side bar before there is anything in it, so that what stands beside it does not jump later."""
    st.sidebar.html("<span></span>")


def draw_notices(notices: Sequence[str]) -> None:
    """Tell what could not be used; several sentences share one box, which leaves the page its room.

    Their place is kept when there are none: Streamlit (1.67) knows a fragment and a component by where it
    stands, and drops what the browser tells of one that has moved up or down.
    """
    lines = [plain(notice) for notice in notices]
    place = st.container(key="notices" if lines else None)
    if lines:
        place.warning(
            lines[0] if len(lines) == 1 else "\n".join(f"- {line}" for line in lines), icon=":material/info:"
        )


def fold(label: str, *, key: str, icon: str | None = None) -> Any:
    """Return a folded section whose content, dear to make, is made only while it is open (`.open`).

    What costs little stands in a plain expander, which the browser opens without a script.

    `key` is its name in the session state, where True unfolds it.
    """
    return st.expander(label, key=key, icon=icon, on_change="rerun")
