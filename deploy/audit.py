"""Are there known faults in what `requirements.lock` installs? ``make audit`` asks pip-audit.

Where its database cannot be reached pip-audit may say that it found nothing; here that is told apart.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

LOCK: Final = Path(__file__).resolve().parent.parent / "requirements.lock"
UNREACHED: Final = "pip-audit's database cannot be reached from here: nothing was checked."


def verdict(text: str) -> tuple[str, int]:
    """Read pip-audit's JSON, which is something else where it broke off.

    Returns what to print, and the command's exit status: 1 for a known fault.
    """
    try:
        packages: list[dict[str, Any]] = json.loads(text)["dependencies"]
    except (ValueError, KeyError):
        return UNREACHED, 0
    checked = [package for package in packages if "skip_reason" not in package]
    if not checked:
        return UNREACHED, 0
    faults = [line for package in checked for line in _faults(package)]
    skipped = [package["name"] for package in packages if "skip_reason" in package]
    lines = faults or [f"No known fault in {len(checked)} packages."]
    if skipped:
        lines.append(f"Not in the database: {', '.join(skipped)}.")
    return "\n".join(lines), 1 if faults else 0


def _faults(package: dict[str, Any]) -> list[str]:
    name = f"{package['name']} {package['version']}"
    found = ((fault["id"], ", ".join(fault["fix_versions"]) or "none") for fault in package["vulns"])
    return [f"{name}: {identity}, mended in {versions}" for identity, versions in found]


def main() -> int:
    """Ask pip-audit, which this Python must have, and print what it found."""
    command = [sys.executable, "-m", "pip_audit", "--requirement", str(LOCK), "--disable-pip"]
    command += ["--require-hashes", "--format", "json", "--progress-spinner", "off"]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    text, status = verdict(answer.stdout)
    print(text)
    return status


if __name__ == "__main__":
    sys.exit(main())
