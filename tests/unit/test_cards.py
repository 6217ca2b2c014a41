"""The pictures on the cards of Home are those of the runs that the cards open."""

from __future__ import annotations

import asyncio
import base64
import re
import struct
import zlib
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from nncore.data import DATA
from nncore.metrics import confusion_matrix
from ui.app.cards import GROUNDS, Cards, begin, draw
from ui.figures.run_card import SIDE, png, ramp, run_card
from ui.live.slice_queue import SliceQueue
from ui.shared.lessons import PRESETS
from ui.shared.theme import DARK, LIGHT


def asked(name: str, ground: str = "light", headers: dict[str, str] | None = None) -> Any:
    """What Starlette hands over for a picture."""
    return SimpleNamespace(path_params={"name": name, "ground": ground}, headers=headers or {})


def answers(*requests: Any) -> list[Any]:
    """The answers to requests that come at once."""
    queue = SliceQueue()

    async def all_of_them() -> list[Any]:
        cards = Cards(queue)
        return list(await asyncio.gather(*(cards.serve(request) for request in requests)))

    try:
        return asyncio.run(all_of_them())
    finally:
        queue.close()


def pixels(svg: str) -> np.ndarray:
    """The bytes of the map in a picture, read back from its PNG: rows from low to high y."""
    found = re.search(r"data:image/png;base64,([^\"]+)", svg)
    assert found is not None
    image = base64.b64decode(found[1])
    chunks, at = {}, 8
    while at < len(image):
        length, name = struct.unpack(">I4s", image[at : at + 8])
        body = image[at + 8 : at + 8 + length]
        assert struct.unpack(">I", image[at + 8 + length : at + 12 + length])[0] == zlib.crc32(name + body)
        chunks[name], at = body, at + 12 + length
    columns, rows = struct.unpack(">II", chunks[b"IHDR"][:8])
    lines = np.frombuffer(zlib.decompress(chunks[b"IDAT"]), np.uint8).reshape(rows, columns + 1)
    return lines[::-1, 1:]


def curves(svg: str) -> list[list[tuple[float, float]]]:
    """The polylines of a picture."""
    found = re.findall(r'<polyline points="([^"]+)"', svg)
    return [[tuple(map(float, place.split(","))) for place in line.split()] for line in found]  # type: ignore[misc]


@pytest.mark.parametrize("name", ["xor-solved", "circle-squares", "eta-small"])
def test_the_map_on_a_card_is_what_the_network_answers_after_the_run(name: str) -> None:
    preset = PRESETS[name]
    training = preset.experiment().training()
    training.advance()
    (answer,) = answers(asked(name))
    drawn = pixels(answer.body.decode())
    data = preset.experiment().dataset()
    x, y = (np.linspace(low, high, len(drawn)) for low, high in data.bounds)
    grid = np.column_stack([part.ravel() for part in np.meshgrid(x, y)])
    expected = training.network.predict_proba(data.transform(grid))[:, 0].reshape(drawn.shape)
    np.testing.assert_allclose(drawn / 255, expected, atol=0.5 / 255 + 1e-12)


@pytest.mark.parametrize("name", ["xor-solved", "constant", "spiral", "digits-linear", "sine-few"])
def test_the_curves_on_a_card_are_the_costs_of_the_run(name: str) -> None:
    preset = PRESETS[name]
    run = begin(preset)
    run.training.advance()
    *_, train = curves(run_card(run, LIGHT))
    costs = run.record().train
    epochs = [(x - train[0][0]) / (train[-1][0] - train[0][0]) * preset.experiment().epochs for x, _ in train]
    # On a logarithmic axis, the height of every point follows from those of two of them.
    heights = np.array([y for _, y in train])
    told = np.log([costs[round(epoch)] for epoch in epochs])
    slope = (heights[-1] - heights[0]) / (told[-1] - told[0])
    np.testing.assert_allclose(heights, heights[0] + slope * (told - told[0]), atol=0.8)
    assert slope < 0, "a lower cost stands lower, where y grows downwards"


def test_a_card_of_classes_shows_the_confusion_of_its_validation_rows() -> None:
    run = begin(PRESETS["digits-large"])
    run.training.advance()
    data = run.data
    assert data.X_val is not None
    assert data.t_val is not None
    predicted = run.training.network.predict_proba(data.X_val).argmax(axis=1)
    counts = confusion_matrix(data.t_val.argmax(axis=1), predicted, n_classes=10)
    cell = r'<rect x="([\d.]+)" y="([\d.]+)" width="9.6" height="9.6" fill="(#\w+)"'
    cells = re.findall(cell, run_card(run, DARK))
    drawn = {(round(float(y) / SIDE * 10), round(float(x) / SIDE * 10)): fill for x, y, fill in cells}
    assert set(drawn) == {(int(row), int(column)) for row, column in np.argwhere(counts)}
    assert all((fill == DARK.high) == (row == column) for (row, column), fill in drawn.items())


def test_a_run_that_overflowed_ends_in_a_cross_and_gives_no_answers() -> None:
    run = begin(PRESETS["eta-overflow"])
    run.training.advance()
    svg = run_card(run, LIGHT)
    assert "data:image/png" not in svg
    assert 'd="M' in svg
    assert "l8 8m0 -8l-8 8" in svg


def test_every_preset_has_a_picture_of_its_own_and_what_is_asked_is_not_given_away() -> None:
    for name, preset in PRESETS.items():
        run = begin(preset)
        start = draw(run)
        if preset.asks:
            assert (answers(asked(name))[0].body, b">?<" in start["light"]) == (start["light"], True)
            continue
        run.training.advance()
        made = draw(run)
        assert made["light"] != start["light"], name
        assert b">?<" not in made["light"]
        assert all(len(body) < 15_000 for body in made.values()), name
        if preset.experiment().data not in DATA:
            assert run.data.n_inputs == 8


def test_a_picture_is_made_once_and_kept() -> None:
    first, dark, again = answers(asked("and-line"), asked("and-line", "dark"), asked("and-line"))
    assert first.body == again.body != dark.body
    assert (first.status_code, first.media_type) == (200, "image/svg+xml")
    (known,) = answers(asked("and-line", headers={"if-none-match": first.headers["etag"]}))
    assert (known.status_code, known.body) == (304, b"")


@pytest.mark.parametrize(("name", "ground"), [("nobody", "light"), ("and-line", "sepia"), ("", "dark")])
def test_what_is_no_picture_is_not_found(name: str, ground: str) -> None:
    (answer,) = answers(asked(name, ground))
    assert answer.status_code == 404


def test_a_picture_that_cannot_be_made_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    failing = [True]

    def begin_or_fail(preset: Any) -> Any:
        if failing.pop() if failing else False:
            raise MemoryError("none left")
        return begin(preset)

    monkeypatch.setattr("ui.app.cards.begin", begin_or_fail)
    queue = SliceQueue()

    async def twice() -> tuple[int, int]:
        cards = Cards(queue)
        return (await cards.serve(asked("and-line"))).status_code, (
            await cards.serve(asked("and-line"))
        ).status_code

    try:
        assert asyncio.run(twice()) == (503, 200)
    finally:
        queue.close()


def test_colours_of_a_map_run_from_low_through_the_middle_to_high() -> None:
    for colours in GROUNDS.values():
        low, high = (ramp(colours)[i].tobytes().hex() for i in (0, 255))
        assert (f"#{low}", f"#{high}") == (colours.low, colours.high)
    assert png(np.zeros((2, 3), np.uint8), ramp(LIGHT))[:8] == b"\x89PNG\r\n\x1a\n"
