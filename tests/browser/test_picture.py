"""The picture of the screen: what it says, how large it is, and that nothing in it is blank."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from xml.etree import ElementTree

import pytest
from PIL import Image

from tests.browser.conftest import Open
from tests.browser.view import PATIENCE_MS, LiveView

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.long]

SVG = "{http://www.w3.org/2000/svg}"
SHARP = 2
SWEPT = '[data-testid="strip-view"][data-state="done"][data-fresh="false"]'
BLOCK = '[data-testid="block-paths"][data-playing="true"]'
FINISHED = '[data-testid="live-view"][data-state="finished"]'

# Address, what says that it is drawn, the ground, and what has to be written in the picture.
SCREENS = {
    "gates": (
        "logic_gates?speed=max&eta=0.3",
        FINISHED,
        "light",
        ("XOR 2-4-1 tanh, Adam, eta 0.3, seed 1, epoch 200", "Truth table", "epoch 200", "✓"),
    ),
    "learning rate": (
        "learning_rate?rates=9&starts=2&epochs=40",
        SWEPT,
        "dark",
        ("XOR 2-4-1 tanh, Adam, eta 0.1, seed 1, 40 epochs", "final cost", "unstable"),
    ),
    "schedulers": (
        "building_blocks?block=schedulers",
        BLOCK,
        "dark",
        ("Learning rate 0.05, Momentum 0.9", "RMS_prop"),
    ),
}
# Charts that Plotly draws, and framed boxes: five panels and the bar with the learning rate.
# Panels that save themselves: their heading, and what is written on their axes.
SAVED = {"loss": ("Cost", ("epoch", "0.001")), "matrix": ("Confusion matrix", ("true", "predicted"))}
CHARTS = {"gates": ('[data-testid="panel-loss"] .js-line', '[data-testid="panel-matrix"] .hm image')}
FRAMES = {"gates": 6}

Box = tuple[float, float, float, float]


def taken(view: LiveView, kind: str) -> bytes:
    """Press the button of that kind in the head of the page, and return the file."""
    view.part("screen-picture").click()
    with view.page.expect_download(timeout=PATIENCE_MS) as started:
        view.part(f"screen-{kind}").click()
    view.part(f"screen-{kind}").wait_for(state="hidden")
    return started.value.path().read_bytes()


def texts_of(root: ElementTree.Element) -> list[str]:
    """Return all that is written in a drawing."""
    return [" ".join(node.itertext()) for node in root.iter(f"{SVG}text")]


def frames(node: ElementTree.Element, x: float = 0, y: float = 0) -> Iterator[Box]:
    """Give the places of all framed boxes, moves of the groups around them included."""
    move = re.fullmatch(r"translate\((\S+) (\S+)\)", node.get("transform", ""))
    x, y = (x + float(move[1]), y + float(move[2])) if move else (x, y)
    if node.tag == f"{SVG}rect" and node.get("stroke") and float(node.get("height", 0)) > 100:
        left, top = x + float(node.get("x", 0)), y + float(node.get("y", 0))
        yield left, top, left + float(node.get("width", 0)), top + float(node.get("height", 0))
    for child in node:
        if child.tag == f"{SVG}g" or child.tag == f"{SVG}rect":
            yield from frames(child, x, y)


def drawn_share(picture: Image.Image, box: Box) -> float:
    """Return which part of a box's inside is not of its commonest colour."""
    left, top, right, bottom = (round(SHARP * place) for place in box)
    inside = picture.crop((left + 10, top + 10, right - 10, bottom - 10))
    counts = [count for count, _ in inside.getcolors(inside.width * inside.height)]
    return 1 - max(counts) / sum(counts)


@pytest.mark.parametrize("screen", SCREENS)
def test_a_picture_of_the_screen_says_what_it_shows(open_view: Open, screen: str) -> None:
    address, drawn, scheme, words = SCREENS[screen]
    view = open_view(address, color_scheme=scheme)
    view.page.locator(drawn).wait_for(timeout=PATIENCE_MS)
    for part in CHARTS.get(screen, ()):  # drawn once the charts' library is there
        view.page.locator(part).first.wait_for(state="attached", timeout=PATIENCE_MS)
    view.quiet()
    root = ElementTree.fromstring(taken(view, "svg"))
    texts = texts_of(root)
    for word in (*words, f"/{address.partition('?')[0]}"):
        assert any(word in text for text in texts), (word, texts)
    picture = Image.open(io.BytesIO(taken(view, "png"))).convert("RGB")
    assert abs(picture.width - SHARP * float(root.get("width", 0))) <= SHARP
    assert picture.width > 1500
    assert picture.height > 1000
    assert (sum(picture.getpixel((2, 2))) > 3 * 128) == (scheme == "light")
    assert drawn_share(picture, (0, 0, picture.width / SHARP, picture.height / SHARP)) > 0.1
    panels = list(frames(root))
    assert len(panels) == FRAMES.get(screen, 0)
    shares = [drawn_share(picture, box) for box in panels]
    assert all(share > 0.02 for share in shares), (shares, panels)


def saved(view: LiveView, panel: str, title: str, kind: str) -> bytes:
    """Press a panel's own button, and return the file."""
    button = view.part(f"panel-{panel}").get_by_role(
        "button", name=f"{kind}: download “{title}” as a picture"
    )
    with view.page.expect_download(timeout=PATIENCE_MS) as started:
        button.click()
    return started.value.path().read_bytes()


def test_a_charts_own_picture_says_data_settings_and_axes_and_lecture_mode_takes_the_screens(
    open_view: Open,
) -> None:
    address, drawn, _, (about, *_) = SCREENS["gates"]
    view = open_view(address)
    view.page.locator(drawn).wait_for(timeout=PATIENCE_MS)
    for part in CHARTS["gates"]:
        view.page.locator(part).first.wait_for(state="attached", timeout=PATIENCE_MS)
    view.quiet()
    for panel, (title, axes) in SAVED.items():
        root = ElementTree.fromstring(saved(view, panel, title, "SVG"))
        texts = texts_of(root)
        for word in (about, *axes):
            assert any(word in text for text in texts), (panel, word, texts)
        picture = Image.open(io.BytesIO(saved(view, panel, title, "PNG")))
        assert picture.width == SHARP * float(root.get("width", 0))
    view.press("l")
    view.page.get_by_test_id("stHeader").wait_for(state="hidden")
    view.quiet()
    view.page.get_by_role("button", name="Data sets, pages, picture").click()
    with view.page.expect_download(timeout=PATIENCE_MS) as started:
        view.page.get_by_role("button", name="Picture (SVG)").click()
    texts = texts_of(ElementTree.fromstring(started.value.path().read_bytes()))
    assert any(about in text for text in texts), texts
