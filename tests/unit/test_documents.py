"""What the documents say of the code's layout is how it lies."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from PIL import Image

ROOT = Path(__file__).parents[2]
ARCHITECTURE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
TREES = ("nncore", "ui", "pages", "tests", "docs", "deploy", "benchmarks", "samples")
NEW = re.compile(r"A new file `([^`]+)`")


def packages() -> set[str]:
    """Return the folders of `nncore` and `ui` that hold code, as paths from the root."""
    found = {
        path.parent
        for tree in ("nncore", "ui")
        for end in ("py", "js")
        for path in (ROOT / tree).rglob(f"*.{end}")
    }
    return {path.relative_to(ROOT).as_posix() for path in found} - {"nncore", "ui", "ui/web"}


def paths_in(text: str) -> set[str]:
    """Return what stands in backticks or behind a link and is a path of ours."""
    quoted = [*re.findall(r"`([^`\n]+)`", text), *re.findall(r"\]\((?:\.\./)?([^)\s#]+)", text)]
    return {
        name
        for name in quoted
        if re.fullmatch(rf"(?:{'|'.join(TREES)})/[\w.-][\w./-]*|[\w-]+\.(?:md|toml|py)", name)
    }


@pytest.mark.parametrize("package", sorted(packages()))
def test_the_architecture_names_every_package(package: str) -> None:
    assert f"`{package}`" in ARCHITECTURE


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_a_document_names_only_what_is_there(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    named = paths_in(text)
    assert named
    missing = {name for name in named if not (ROOT / name).exists() and not (document.parent / name).exists()}
    assert missing == set(NEW.findall(text))


def test_the_layers_of_the_architecture_are_those_that_are_checked() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    layers = ["\n".join(contract["layers"]) for contract in contracts if contract["type"] == "layers"]
    assert len(layers) == 2
    for lines in layers:
        assert f"```\n{lines}\n```" in ARCHITECTURE


def test_documentation_begins_with_the_plain_file() -> None:
    assert re.search(r"\]\(([^)]+)\)", ARCHITECTURE)[1] == "../nncore/plain.py"
    for name in ("CONTRIBUTING.md", "docs/architecture.md", "nncore/plain.py"):
        assert f"({name})" in DOCUMENTS[0].read_text(encoding="utf-8")


def test_the_readme_opens_with_a_short_animation_that_loads_fast() -> None:
    first = re.search(r"!\[[^\]]+\]\(([^)]+)\)", DOCUMENTS[0].read_text(encoding="utf-8"))
    assert first is not None
    path = ROOT / first[1]
    assert path.stat().st_size < 1_500_000
    with Image.open(path) as picture:
        assert picture.n_frames > 20
        assert picture.width >= 800
