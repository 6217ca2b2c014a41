"""Print the path of a Chromium that the browser tests can drive, fetching one where none is found."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
MAC_PATH = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")


def installed() -> str | None:
    """Return the browser named by $CHROMIUM, the first known one on the PATH, or Playwright's own, if any."""
    named = os.environ.get("CHROMIUM")
    if named:
        return named
    for name in NAMES:
        if path := shutil.which(name):
            return path
    if MAC_PATH.exists():
        return str(MAC_PATH)
    return _of_playwright()


def _of_playwright() -> str | None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        path = driver.chromium.executable_path
    return path if Path(path).exists() else None


def main() -> int:
    """Print the path; without a browser, let Playwright download its own. Fail under CI where that fails."""
    path = installed()
    if path is None:
        subprocess.run(
            [sys.executable, "-m", "playwright", "install", "chromium"], stdout=sys.stderr, check=False
        )
        path = installed()
    if path is None:
        print(
            "No Chromium was found and none could be fetched; install one and set CHROMIUM to its path.",
            file=sys.stderr,
        )
        return 1 if os.environ.get("CI") else 0
    print(path)
    return 0


if __name__ == "__main__":
    sys.exit(main())
