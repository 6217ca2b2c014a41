"""The view's files over HTTP: read once, compressed once, and answered from memory.

The address of a module or a style sheet answers with all that it imports as well, see `ui.web.joining`.

A class that opens the page at the same minute would otherwise make the server compress Plotly's bundle
(1.2 MB, a tenth of a second of one core) once per visitor. No path of the browser ever reaches the disk: an
address is looked up in a table of what was read at the start.
"""

from __future__ import annotations

import gzip
import hashlib
import inspect
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from ui.web import joining

FOLDER: Final = Path(__file__).parent
VIEWS: Final = ("kit", "panels", "frame", "live", "sweep", "blocks", "compare", "lesson", "room", "vendor")
"""Folders of `FOLDER` whose files are served: what views share, their panels, the views, Plotly's bundle."""
JOINED: Final = (".js", ".css")
LIBRARIES: Final = "vendor/"
"""Folder of other people's modules, which are answered as they are."""
TYPES: Final = {
    ".js": "text/javascript; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
}
"""Files that are served, by their ending; all others in the folder stay private."""
FOR_GOOD: Final = "public, max-age=31536000, immutable"
"""`Cache-Control` of what never changes under its address."""


@dataclass(frozen=True)
class Asset:
    """One file: its bytes as they are and compressed, its media type, its digest."""

    body: bytes
    zipped: bytes
    media_type: str
    etag: str

    @classmethod
    def of(cls, body: bytes, ending: str) -> Asset:
        """Make one of a file's bytes and the ending of its name, a key of `TYPES`."""
        return cls(
            body=body,
            zipped=gzip.compress(body, compresslevel=9, mtime=0),
            media_type=TYPES[ending],
            etag=f'"{hashlib.sha256(body).hexdigest()[:16]}"',
        )

    def answer(self, headers: Mapping[str, str], *, caching: str) -> Response:
        """Give it to whoever has sent these headers, named in lower case, with this `Cache-Control`."""
        answer = {"Cache-Control": caching, "ETag": self.etag, "Vary": "Accept-Encoding"}
        answer["X-Content-Type-Options"] = "nosniff"
        if headers.get("if-none-match") == self.etag:
            return Response(status_code=304, headers=answer)
        if "gzip" not in headers.get("accept-encoding", ""):
            return Response(self.body, media_type=self.media_type, headers=answer)
        answer["Content-Encoding"] = "gzip"
        return Response(self.zipped, media_type=self.media_type, headers=answer)


class Assets:
    """The files of the views, by their path relative to the folder that holds the views.

    The folders named in `views` are read completely at once; others beside them stay private. The `version`,
    a digest of all files, is part of every address, so that browsers may keep a file for good and still never
    mix two versions of a view.
    """

    def __init__(self, folder: Path = FOLDER, views: Sequence[str] = VIEWS) -> None:
        self._files: dict[str, Asset] = {}
        self._texts: dict[str, str] = {}
        self._later: dict[str, list[str]] = {}
        digest = hashlib.sha256(inspect.getsource(joining).encode())
        for path in sorted(path for view in views for path in (folder / view).rglob("*")):
            if path.suffix not in TYPES or not path.is_file():
                continue
            name = path.relative_to(folder).as_posix()
            body = path.read_bytes()
            digest.update(name.encode() + b"\0" + body + b"\0")
            if path.suffix in JOINED and not name.startswith(LIBRARIES):
                self._texts[name] = body.decode()
            else:
                self._files[name] = Asset.of(body, path.suffix)
        self.version = digest.hexdigest()[:12]

    def __len__(self) -> int:
        return len(self._files.keys() | self._texts.keys())

    def later(self, entry: str) -> list[str]:
        """Give the modules that one module and those it imports will ask for once they run.

        Raises `KeyError` if there is no such module, or one of those it imports is missing.
        """
        # Looked up once: every run of every page's script asks.
        if entry not in self._later:
            self._later[entry] = joining.later(entry, self._texts.__getitem__)
        return self._later[entry]

    def make_ready(self, name: str) -> None:
        """Join a module or a style sheet of ours with all that it imports, unless that was done."""
        if name not in self._texts or name in self._files:
            return
        ending, read = Path(name).suffix, self._texts.__getitem__
        text = (
            joining.style(name, read)
            if ending == ".css"
            else joining.joined(name, read, version=self.version)
        )
        self._files[name] = Asset.of(text.encode(), ending)

    def answer(self, version: str, name: str, headers: dict[str, str]) -> Response:
        """Give one file by its path relative to the folder, or 404; the request's headers come in lower case.

        Under the present version a file is immutable; under any other (a tab opened before the server was
        updated) it has to be asked for again each time.
        """
        self.make_ready(name)
        asset = self._files.get(name)
        if asset is None:
            return Response("Not found", status_code=404, headers={"Cache-Control": "no-cache"})
        return asset.answer(headers, caching=FOR_GOOD if version == self.version else "no-cache")

    async def serve(self, request: Request) -> Response:
        """Serve `{version}/{name}`."""
        parameters = request.path_params
        return self.answer(parameters["version"], parameters["name"], dict(request.headers))
