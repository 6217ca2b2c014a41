"""The runs that one session compares: one job a library, ended with the page, the tab or the session."""

from __future__ import annotations

import threading
import time
from collections.abc import Hashable, Iterable
from functools import partial
from typing import Protocol

import streamlit as st

from nncore.frameworks import NNCORE, Recipe, last_bits
from nncore.frameworks.workers import Job, Workshop
from ui.live.slice_queue import slice_queue
from ui.streamlit_internals import session_id

PATIENCE_SECONDS = 15.0
"""Nobody has looked for so long: the browser sleeps, or its connection is lost."""

AT_WORK = "frameworks_at_work"
"""In the session's state once the page has had something trained."""


class Shop(Protocol):
    """Who trains: the server's `Workshop`, or a stand-in in tests."""

    def submit(self, recipe: Recipe, library: str, *, defaults: bool = False) -> Job:
        """Queue a run."""


class Bench:
    """The jobs of one session by library, nncore's own first, which a `shop` trains.

    The `twin` is nncore once more with the last bits of its start changed, where somebody asked what rounding
    grows to. Everything is stopped after so many seconds (`patience`) without a look.
    """

    def __init__(self, shop: Shop, *, patience: float = PATIENCE_SECONDS) -> None:
        self._shop = shop
        self._patience = patience
        self._lock = threading.RLock()
        self._key: Hashable = None
        self._seen = 0.0
        self._left = threading.Event()
        self._watcher: threading.Thread | None = None
        self.jobs: dict[str, Job] = {}
        self.twin: Job | None = None

    def show(
        self, key: Hashable, recipe: Recipe, libraries: Iterable[str], *, defaults: bool
    ) -> dict[str, Job]:
        """Have nncore and these libraries train this recipe; what runs already goes on, all else is stopped.

        Another `key`, which stands for recipe and defaults, is another comparison. Returns the jobs by
        library, nncore's own first.
        """
        wanted = [NNCORE, *libraries]
        with self._lock:
            if key != self._key:
                self.stop()
                self.jobs, self.twin, self._key = {}, None, key
            for name in [name for name in self.jobs if name not in wanted]:
                self.jobs.pop(name).cancel()
            for name in wanted:
                job = self.jobs.get(name)
                # What was stopped because nobody looked begins anew when somebody does.
                if job is None or job.state == "cancelled":
                    self.jobs[name] = self._shop.submit(recipe, name, defaults=defaults)
            self.jobs = {name: self.jobs[name] for name in wanted}
            self.look()
            return dict(self.jobs)

    def try_rounding(self, recipe: Recipe) -> None:
        """Have nncore train this recipe with its last bits changed, unless it does so or has done so."""
        with self._lock:
            if self.twin is None or self.twin.state == "cancelled":
                self.twin = self._shop.submit(last_bits(recipe), NNCORE)
            self.look()

    def look(self) -> None:
        """Note that somebody is looking."""
        with self._lock:
            self._seen = time.monotonic()
            if self.active and (self._watcher is None or not self._watcher.is_alive()):
                self._left.clear()
                self._watcher = threading.Thread(target=self._watch, daemon=True)
                self._watcher.start()

    @property
    def active(self) -> bool:
        """Whether anything may still arrive."""
        return any(job.active for job in self._all())

    def stop(self) -> None:
        """Stop everything that runs; what has arrived stays."""
        with self._lock:
            for job in self._all():
                job.cancel()

    def _all(self) -> list[Job]:
        return [*self.jobs.values(), *([] if self.twin is None else [self.twin])]

    def forget(self) -> None:
        """Stop everything and begin anew at the next `show`."""
        with self._lock:
            self.stop()
            self._key = None

    def close(self) -> None:
        """End with the session; doing so twice is safe."""
        self._left.set()
        self.forget()

    def _watch(self) -> None:
        """Stop everything once nobody has looked for a while; ends with the last job."""
        while self.active:
            rest = self._seen + self._patience - time.monotonic()
            if rest <= 0:
                self.stop()
                return
            if self._left.wait(min(rest, 1.0)):
                return


@st.cache_resource(show_spinner=False)
def workshop() -> Workshop:
    """Return the processes of this server, which all sessions share."""
    return Workshop()


def _close(bench: Bench) -> None:
    bench.close()


class _SharedShop:
    """The server's processes for one session, whose own runs take their turn among all who work.

    Parameters
    ----------
    owner : str or None
        The session.
    """

    def __init__(self, owner: str | None) -> None:
        self._turn = partial(slice_queue().turn, owner, name="frameworks, nncore's own run")

    def submit(self, recipe: Recipe, library: str, *, defaults: bool = False) -> Job:
        return workshop().submit(recipe, library, defaults=defaults, turn=self._turn)


@st.cache_resource(scope="session", on_release=_close, show_spinner=False)
def session_bench() -> Bench:
    """Return the bench of the running session; Streamlit closes it when the session ends."""
    return Bench(_SharedShop(session_id()))


def leave_bench() -> None:
    """Stop what the Frameworks page has begun; every other page of the same tab does so."""
    if st.session_state.pop(AT_WORK, False):
        session_bench().stop()
