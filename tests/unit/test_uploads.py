"""What becomes of an upload on its way to the script: it stays in memory."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from starlette.datastructures import Headers
from starlette.formparsers import MultiPartParser

from benchmarks import tables
from ui.app.server import keep_uploads_in_memory
from ui.tables.table import MAX_BYTES

BODY = (
    b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n'
    + b"1,2\n" * 2**19
    + b"\r\n--x--\r\n"
)


def rolled_to_disk() -> bool:
    """Take an upload of 2 MB apart as the server does, and say whether it went into a temporary file."""

    async def stream() -> AsyncIterator[bytes]:
        yield BODY

    async def parse() -> bool:
        parser = MultiPartParser(Headers({"content-type": "multipart/form-data; boundary=x"}), stream())
        form = await parser.parse()
        file = form["file"]
        assert file.size == 2**21
        rolled = bool(file.file._rolled)
        await form.close()
        return rolled

    return asyncio.run(parse())


def test_an_upload_does_not_touch_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(MultiPartParser, "spool_max_size", 1024**2)
    assert rolled_to_disk()
    keep_uploads_in_memory()
    assert not rolled_to_disk()
    assert MultiPartParser.spool_max_size > MAX_BYTES


def test_the_benchmark_of_large_tables_runs_small(capsys: pytest.CaptureFixture[str]) -> None:
    assert tables.main(["--rows", "2000", "--columns", "5", "--control"]) == 0
    printed = capsys.readouterr().out
    assert all(step in printed for step in ("read ", "encode, scale, split", "one epoch", "control: pandas"))
