"""Arrays that many runs read and none writes: a class of two hundred trains on one copy of the digits."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Callable, Hashable

import numpy as np

from nncore.arrays import Array

_MADE: dict[int, dict[Hashable, weakref.ref[Array]]] = {}
_LOCK = threading.Lock()


def shared(source: Array, key: Hashable, make: Callable[[], Array]) -> Array:
    """Return what was made of an array of any shape that never changes, and still is in use; or make it.

    `key` names what is made of it, and nobody may write to that afterwards. Of a source that may be
    written to nothing is shared.
    """
    if not _lasts(source):
        return make()
    with _LOCK:
        made = _MADE.get(id(source))
        if made is None:
            made = _MADE[id(source)] = {}
            # Its number may become another array's.
            weakref.finalize(source, _MADE.pop, id(source), None).atexit = False
        known = made[key]() if key in made else None
    if known is not None:
        return known
    fresh = make()
    fresh.flags.writeable = False
    with _LOCK:
        made[key] = weakref.ref(fresh)
    return fresh


def _lasts(array: object) -> bool:
    """Tell whether neither an array nor that whose memory it shows may be written to."""
    while isinstance(array, np.ndarray):
        if array.flags.writeable:
            return False
        array = array.base
    return array is None
