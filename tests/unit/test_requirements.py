"""The lock file is what requirements.txt asks for, to the byte, and from nobody's host."""

from __future__ import annotations

import re
from importlib.metadata import version
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from deploy.audit import UNREACHED, verdict

ROOT = Path(__file__).parents[2]
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")
LOCKED = {
    canonicalize_name(found.name): found
    for entry in re.split(r"\n(?=\S)", LOCK.strip())
    for found in [Requirement(entry.split("\\")[0])]
}


def asked(name: str) -> list[Requirement]:
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    plain = (line.split("#")[0].strip() for line in lines)
    return [Requirement(line) for line in plain if line and not line.startswith("-")]


def exact(requirement: Requirement) -> str:
    (only,) = requirement.specifier
    assert only.operator == "=="
    return only.version


@pytest.mark.parametrize("requirement", asked("requirements.txt"), ids=lambda found: found.name)
def test_the_lock_satisfies_what_is_asked_for(requirement):
    assert requirement.specifier.contains(exact(LOCKED[canonicalize_name(requirement.name)]))


@pytest.mark.parametrize("requirement", asked("requirements.txt"), ids=lambda found: found.name)
def test_what_is_installed_lies_in_the_tested_range(requirement):
    assert requirement.specifier.contains(version(requirement.name))


def test_every_locked_package_has_hashes():
    assert len(LOCKED) > 30
    for entry in re.split(r"\n(?=\S)", LOCK.strip()):
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", entry), entry


def test_the_lock_is_complete():
    """Every package that a locked one needs here is locked, so that `--require-hashes` finds it."""
    from importlib.metadata import requires

    for name, locked in LOCKED.items():
        if locked.marker and not locked.marker.evaluate():
            continue
        for text in requires(name) or ():
            need = Requirement(text)
            if need.marker is None or need.marker.evaluate({"extra": ""}):
                assert canonicalize_name(need.name) in LOCKED, f"{name} needs {need.name}"


def test_the_lock_names_no_host():
    assert "://" not in LOCK
    assert not re.search(r"^\s*(-i|-f|--(extra-)?index-url|--find-links|--trusted-host)", LOCK, re.MULTILINE)
    assert all(found.url is None for found in LOCKED.values())


def test_the_server_below_streamlits_is_named_with_both_ends_of_its_range():
    named = {found.name: found.specifier for found in asked("requirements.txt")}
    for name in ("uvicorn", "websockets", "python-multipart"):
        assert not named[name].contains("999")
        assert not named[name].contains("0.0.1")


CLEAN = (
    '{"dependencies": [{"name": "a", "version": "1", "vulns": []}, {"name": "b", "skip_reason": "unknown"}]}'
)
FAULT = (
    '{"dependencies": [{"name": "a", "version": "1", "vulns":'
    ' [{"id": "PYSEC-1", "fix_versions": ["1.1", "2"]}, {"id": "PYSEC-2", "fix_versions": []}]}]}'
)
ALL_SKIPPED = '{"dependencies": [{"name": "a", "skip_reason": "Dependency not found"}], "fixes": []}'


def test_the_audit_tells_clean_faulty_and_unreached_apart():
    assert verdict(CLEAN) == ("No known fault in 1 packages.\nNot in the database: b.", 0)
    assert verdict(FAULT) == ("a 1: PYSEC-1, mended in 1.1, 2\na 1: PYSEC-2, mended in none", 1)
    assert verdict("") == verdict("Traceback") == verdict(ALL_SKIPPED) == (UNREACHED, 0)
