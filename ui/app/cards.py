"""The pictures on the cards of the lecture's steps, each drawn from its real run, once a process.

A picture is made when a browser first asks for it, in slices among everybody's, and kept. Whoever has the
page open waits for nothing: the picture comes when it is there.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from hashlib import sha256
from typing import Final, TypeVar

from starlette.requests import Request
from starlette.responses import Response

from nncore.data import DATA, DataSet
from ui.compare.csv_choice import sample_table
from ui.figures.run_card import run_card
from ui.live.run import LiveRun
from ui.live.slice_queue import SliceQueue
from ui.shared.lessons import PRESETS
from ui.shared.presets import Preset
from ui.shared.theme import DARK, LIGHT
from ui.tables import prepare, suggest

_LOG: Final = logging.getLogger(__name__)

GROUNDS: Final = {"light": LIGHT, "dark": DARK}
PATIENCE_SECONDS: Final = 20.0
"""How long a request waits for its picture; the next one finds it made."""
KEPT_SECONDS: Final = 3600
"""How long a browser need not ask again."""
REST_SECONDS: Final = 0.02
"""Rest after a slice where others wait: theirs come first."""

T = TypeVar("T")


def rows_of(preset: Preset) -> DataSet:
    """Return the rows that a preset's run learns from: its data set, or the table its page opens with."""
    experiment = preset.experiment()
    if experiment.data in DATA:
        return experiment.dataset()
    table = sample_table()
    return prepare(table, suggest(table)).data


def begin(preset: Preset) -> LiveRun:
    """Return a preset's run before its first epoch."""
    return LiveRun(0, preset.experiment(), rows_of(preset))


class Cards:
    """All pictures that have been made so far.

    Parameters
    ----------
    queue : SliceQueue
        Where everybody's work is done.
    """

    def __init__(self, queue: SliceQueue) -> None:
        self._queue = queue
        self._making: dict[str, asyncio.Task[dict[str, bytes]]] = {}
        self._turn = asyncio.Lock()

    async def serve(self, request: Request) -> Response:
        """Answer `{name}/{ground}.svg`: a preset's name, and light or dark."""
        name, ground = request.path_params["name"], request.path_params["ground"]
        if name not in PRESETS or ground not in GROUNDS:
            return Response("Not found", status_code=404)
        made = await self._picture(name)
        if made is None:
            headers = {"Retry-After": "5", "Cache-Control": "no-store"}
            return Response("Not made yet", status_code=503, headers=headers)
        return _answer(made[ground], request)

    async def _picture(self, name: str) -> dict[str, bytes] | None:
        task = self._making.get(name)
        if task is None or (task.done() and task.exception() is not None):
            task = self._making[name] = asyncio.create_task(self._make(name))
        await asyncio.wait({task}, timeout=PATIENCE_SECONDS)
        return task.result() if task.done() and task.exception() is None else None

    async def _make(self, name: str) -> dict[str, bytes]:
        """Train one run to its end, slice by slice, and draw it on each ground; one run after the other."""
        preset = PRESETS[name]
        try:
            async with self._turn:
                run = await self._slice(lambda _seconds: begin(preset))
                # What is asked of the room must not be given away: such a card shows the start.
                while not (run.over or preset.asks):
                    await self._slice(lambda seconds: run.training.advance(seconds=seconds))
                return await self._slice(lambda _seconds: draw(run))
        except Exception:
            _LOG.exception("No picture of the run %s", name)
            raise

    async def _slice(self, work: Callable[[float], T]) -> T:
        if self._queue.waiting:
            await asyncio.sleep(REST_SECONDS)
        ticket = self._queue.submit(lambda seconds, _waiting: work(seconds), owner=self, name=lambda: "card")
        return await asyncio.wrap_future(ticket.future)


def draw(run: LiveRun) -> dict[str, bytes]:
    """Return the picture of a run on each ground."""
    return {ground: run_card(run, colours).encode() for ground, colours in GROUNDS.items()}


def _answer(body: bytes, request: Request) -> Response:
    etag = f'"{sha256(body).hexdigest()[:16]}"'
    headers = {
        "Cache-Control": f"public, max-age={KEPT_SECONDS}",
        "ETag": etag,
        "X-Content-Type-Options": "nosniff",
    }
    if request.headers.get("if-none-match") == etag:
        return Response(status_code=304, headers=headers)
    return Response(body, media_type="image/svg+xml", headers=headers)
