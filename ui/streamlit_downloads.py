"""Files that are made when their button is pressed: what of Streamlit's keeping of them is not public.

Seen to work with Streamlit 1.67.0; like `ui/streamlit_internals.py` this uses names that are not public.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

from streamlit.runtime import Runtime
from streamlit.runtime.app_session import AppSessionState
from streamlit.runtime.media_file_manager import MediaFileManager
from streamlit.runtime.media_file_storage import MediaFileStorage

from ui.streamlit_internals import active_session, this_session

FOLLOWED_SECONDS: Final = 30.0
"""Time for which a press of a button that has been drawn anew meanwhile is still understood."""


class FollowedDownloads(MediaFileManager):
    """Files to download, each made when its button is pressed, also one that is just being drawn anew.

    Streamlit 1.67 gives a button another number with each script run and forgets the one before at its end:
    whoever pressed before the browser had heard of that, on a slow line or in a busy browser, got "Failed to
    generate file for download". While the script had not come to its buttons yet, the end of anybody else's
    made it forget them too. What a forgotten number stood for is remembered here, not what it would have
    made: that is asked of the button as it is now. The `clock` is monotonic, in seconds.
    """

    def __init__(self, storage: MediaFileStorage, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(storage)
        self._clock = clock
        self._followed: dict[str, tuple[str, str, float]] = {}  # session, button, when it was forgotten

    def execute_deferred(self, file_id: str) -> str:
        """Make the file of a button's number, the present or one of its last, and return its address.

        Raises
        ------
        MediaFileStorageError
            If there is no such button any more, or its file cannot be made.
        """
        return super().execute_deferred(self._present(file_id))

    def _present(self, file_id: str) -> str:
        """Return the number that the button of a forgotten one has now."""
        with self._lock:
            session, button, since = self._followed.get(file_id, ("", "", 0.0))
            if file_id in self._deferred_callables or self._clock() - since > FOLLOWED_SECONDS:
                return file_id
            own = [
                name for name, entry in self._deferred_callables.items()
                if (entry["session_id"], entry["element_id"]) == (session, button)
            ]  # fmt: skip
            return own[-1] if own else file_id  # the one that was registered last

    def _drop_deferred_id(self, file_id: str) -> None:
        """Forget a number; the lock is held."""
        entry, now = self._deferred_callables.get(file_id), self._clock()
        for name, (_, _, since) in list(self._followed.items()):
            if now - since <= FOLLOWED_SECONDS:
                break  # they are kept in the order in which they were forgotten
            del self._followed[name]
        if entry is not None and entry["element_id"]:
            self._followed[file_id] = (entry["session_id"], entry["element_id"], now)
        super()._drop_deferred_id(file_id)

    def _remove_orphaned_deferred_callables(self) -> None:
        """Forget the numbers that no page shows, but of whom else's script runs only with its end.

        The lock is held.
        """
        used = {number for files in self._files_by_session_and_coord.values() for number in files.values()}
        ending = this_session()
        for file_id, entry in list(self._deferred_callables.items()):
            owner = entry["session_id"]
            if file_id not in used and (owner == ending or not _runs(owner)):
                self._drop_deferred_id(file_id)


def _runs(name: str) -> bool:
    """Tell whether the script of a session runs."""
    session = active_session(name)
    return session is not None and session._state == AppSessionState.APP_IS_RUNNING


def follow_downloads() -> None:
    """Let the running server understand whoever presses a download while the page is drawn anew."""
    runtime = Runtime.instance()
    runtime._media_file_mgr = FollowedDownloads(runtime._media_file_mgr._storage)
