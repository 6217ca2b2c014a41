"""Style rules that would be asked for at every change of a page."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

UI = Path(__file__).parents[2] / "ui"
STYLES = [UI / "shared" / "theme.py", *sorted((UI / "web").rglob("*.css"))]
BARE = re.compile(r"(?:^|[\s,>+~(])(?:\*)?:has\(|:has\([^()]*(?:^|[\s>+~(])\*(?=[\s>+~)])", re.MULTILINE)
"""A `:has` of any element, or with any element in it: a browser then asks for all styles at every change."""


@pytest.mark.parametrize(
    "path", [path for path in STYLES if "vendor" not in path.parts], ids=lambda path: path.name
)
def test_what_stands_around_has_is_named(path: Path) -> None:
    assert BARE.findall(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("rule", "bare"),
    [
        (":has(> * > .a) + .b {}", True),
        ("  *:has(.a) {}", True),
        (".a:has(+ * > .b) {}", True),
        (".a:has(> .b):has(+ .c > .d) {}", False),
        (".a:has(details[open]) + * {}", False),
    ],
)
def test_bare_ones_are_found(rule: str, bare: bool) -> None:
    assert bool(BARE.search(rule)) is bare
