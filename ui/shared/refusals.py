"""Why a file was not taken, from the server that refused it to the page of the session that sent it."""

from __future__ import annotations

import threading
from typing import Final

MOST: Final = 256
"""Sentences that wait at most."""
_SENTENCES: Final[dict[str, str]] = {}
_LOCK: Final = threading.Lock()


def refuse_file(session: str, sentence: str) -> None:
    """Keep a sentence for a session; where too many wait, the oldest gives way."""
    with _LOCK:
        _SENTENCES.pop(session, None)
        _SENTENCES[session] = sentence
        while len(_SENTENCES) > MOST:
            del _SENTENCES[next(iter(_SENTENCES))]


def take_refusal(session: str) -> str:
    """Give the sentence for a session once, "" where there is none."""
    with _LOCK:
        return _SENTENCES.pop(session, "")
