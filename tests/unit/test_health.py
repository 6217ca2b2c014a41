"""What a host is told of the server: numbers alone, and each as docs/hosting.md has it."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from unittest.mock import Mock

from ui.app.health import health

HOSTING = Path(__file__).parents[2] / "docs" / "hosting.md"


def told() -> dict[str, object]:
    answer = asyncio.run(health(Mock()))
    assert answer.headers["cache-control"] == "no-store"
    found = json.loads(bytes(answer.body))
    assert isinstance(found, dict)
    return found


def test_every_field_is_explained_to_who_hosts_and_no_other():
    lines = HOSTING.read_text(encoding="utf-8").partition("## How a replica fares")[2].splitlines()
    rows = {line.split("`")[1]: line for line in lines if line.startswith("| `")}
    found = told()
    assert found.keys() == rows.keys()
    for name, value in found.items():
        assert not isinstance(value, dict) or all(f"`{part}`" in rows[name] for part in value)


def test_it_tells_numbers_and_nothing_of_a_visitors():
    values = [
        one for value in told().values() for one in (value.values() if isinstance(value, dict) else [value])
    ]
    assert len(values) == 13
    assert all(one is None or isinstance(one, int | float) for one in values)
