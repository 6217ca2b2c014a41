"""The share of guessing at which a run has learned is one number wherever it is told."""

from __future__ import annotations

import re
from pathlib import Path

import nncore.outcome
from nncore.outcome import TARGET_SHARE

ROOT = Path(__file__).parents[2]
TOLD = re.compile(
    r"(?<![\w.:])(\d[\d.]*) ?%[^.]{0,40}?\b(?:of what|of the\s+variance|of guessing|of the cost before)"
)


def test_every_place_tells_the_rule_s_number() -> None:
    right = {f"{100 * TARGET_SHARE:.1f}", f"{100 * (1 - TARGET_SHARE):.1f}"}
    rooms = ("nncore", "ui", "pages", "docs")
    files = [path for room in rooms for kind in ("py", "md") for path in (ROOT / room).rglob(f"*.{kind}")]
    found = {
        (path.name, number)
        for path in (*files, ROOT / "README.md")
        for number in TOLD.findall(" ".join(path.read_text(encoding="utf-8").split()))
    }
    assert {number for _, number in found} == right, found
    assert "7.2 %" in (nncore.outcome.__doc__ or "")
