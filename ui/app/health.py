"""How the server fares, for whoever hosts it: ``GET /live/health``. Numbers only, nothing of a visitor's."""

from __future__ import annotations

from typing import Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from ui.live.channel import CHANNELS
from ui.live.slice_queue import slice_queue
from ui.shared.byte_budget import budget
from ui.shared.machine import descriptors, memory, resident
from ui.streamlit_internals import open_sessions

DIGITS: Final = 6
"""Decimals of a time in seconds."""


def fares() -> dict[str, object]:
    """Give sessions, time, memory (in bytes) and descriptors; None where the system does not tell."""
    slices, machine, files = slice_queue().statistics(), memory(), descriptors()
    return {
        "sessions": {"open": open_sessions(), "at_work": slices.sessions, "views": len(CHANNELS)},
        "slice_seconds": {"median": round(slices.median, DIGITS), "p99": round(slices.p99, DIGITS)},
        "queue": slices.waiting,
        "memory": {
            "resident": resident(),
            "available": machine and machine.available,
            "limit": machine and machine.limit,
            "tables": budget().used,
            "tables_limit": budget().total,
        },
        "descriptors": {"used": files and files.used, "limit": files and files.limit},
    }


async def health(_request: Request) -> Response:
    """Answer with `fares`, as JSON."""
    return JSONResponse(fares(), headers={"Cache-Control": "no-store"})
