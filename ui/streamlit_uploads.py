"""Files on their way from a browser to its script: what of Streamlit's keeping of them is not public.

Seen to work with Streamlit 1.67.0; like `ui/streamlit_internals.py` this uses names that are not public.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Final

from streamlit.runtime import Runtime
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.uploaded_file_manager import UploadedFileRec
from streamlit.web.server.starlette.starlette_routes import BASE_ROUTE_UPLOAD_FILE

from ui.streamlit_internals import MOST_WAITING, QuietSession, active_session, this_session

UPLOAD_PATH: Final = f"/{BASE_ROUTE_UPLOAD_FILE}/"
"""Files are sent to session and file number below it."""
UNTAKEN_SECONDS: Final = (30.0, 3.0)
"""Time for which a file waits for the script that asks for it: with its tab there, and without.
A script waits six seconds at most for its turn (`ui/app/script_pace.py`)."""


def uploaded_bytes() -> int:
    """Count the bytes of all files that wait in Streamlit's hands."""
    files = _uploads()
    return 0 if files is None else files._total_bytes


def forget_upload(file_id: str) -> None:
    """Let Streamlit forget a file of this session that has been taken over."""
    files = _uploads()
    if files is not None:
        files.remove_file(this_session(), file_id)


def keep_last_uploads(session: str) -> None:
    """Let Streamlit forget a session's files but the last, as a browser asks for and a flood does not."""
    if (files := _uploads()) is not None:
        for file_id in list(files.file_storage.get(session, ()))[:-MOST_WAITING]:
            files.remove_file(session, file_id)


def largest_upload(session: str) -> int | None:
    """Return the bytes of the largest file that a page's uploaders take, 0 without one; None of no open tab.

    Streamlit 1.67 leaves it to the browser to look, and takes whatever the server takes at most.
    """
    found = active_session(session)
    if not isinstance(found, QuietSession):
        return None
    return max(found.uploaders.values(), default=0) * 2**20


class UntakenFiles:
    """Files that were sent and that no script has asked for yet, so that they need not wait for ever.

    Streamlit 1.67 keeps them for as long as the session, two minutes where a client was killed. The `clock`
    is monotonic, in seconds.
    """

    def __init__(self, files: MemoryUploadedFileManager, clock: Callable[[], float] = time.monotonic) -> None:
        self._files = files
        self._clock = clock
        self._since: dict[tuple[str, str], float] = {}
        add, get = files.add_file, files.get_files

        def add_file(session_id: str, file: UploadedFileRec) -> None:
            add(session_id, file)
            self._since[session_id, file.file_id] = clock()

        def get_files(session_id: str, file_ids: Sequence[str]) -> list[UploadedFileRec]:
            for file_id in file_ids:
                self._since.pop((session_id, file_id), None)
            return get(session_id, file_ids)

        vars(files).update(add_file=add_file, get_files=get_files)

    def forget(self) -> set[str]:
        """Forget the files that have waited for too long, and name their sessions."""
        there, away = UNTAKEN_SECONDS
        now, named = self._clock(), set()
        for (session, file_id), since in list(self._since.items()):
            if now - since > (there if active_session(session) else away):
                self._since.pop((session, file_id), None)
                if self._files.get_files(session, [file_id]):
                    self._files.remove_file(session, file_id)
                    named.add(session)
        return named


def untaken_files() -> UntakenFiles | None:
    """Watch the running server's files from now on."""
    files = _uploads()
    return None if files is None else UntakenFiles(files)


def _uploads() -> MemoryUploadedFileManager | None:
    files = Runtime.instance().uploaded_file_mgr if Runtime.exists() else None
    return files if isinstance(files, MemoryUploadedFileManager) else None
