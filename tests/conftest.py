"""Fixtures and rules that every test shares."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

# Before NumPy is imported anywhere: the tests run two at a time on two cores.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import pytest
from hypothesis import settings

from benchmarks.serve import browser
from deploy.serve import ServeError, find_nginx
from tests.browser.accessible import AXE
from tests.browser.stood import stood_in, told_on_failure
from tests.tabs import Tabs

# The machine decides how long an example takes; the number of examples decides how much is tested.
settings.register_profile("shared", deadline=None, max_examples=25, derandomize=bool(os.environ.get("CI")))
settings.load_profile("shared")


NEED_NGINX = ("test_nginx.py", "test_proxy_in_browser.py", "test_serve.py")
NEED_AXE = ("test_everyone.py",)


def nginx_is_missing() -> bool:
    """Whether the tests of `deploy` have to do without; not under CI, where they then fail."""
    try:
        find_nginx()
    except ServeError:
        return not os.environ.get("CI")
    return False


def axe_is_missing() -> bool:
    """Whether the tests that read `node_modules` have to do without; not under CI, where they then fail."""
    return not AXE.exists() and not os.environ.get("CI")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave out `tests/frameworks` unless asked for, and the tests of what this machine has not."""
    asked = config.getoption("markexpr") == "frameworks"
    if collection_path.name == "frameworks" and not asked:
        return True
    without = (NEED_NGINX if nginx_is_missing() else ()) + (NEED_AXE if axe_is_missing() else ())
    return True if collection_path.name in without else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Under CI, try a story of browsers or servers that fails once more: its machine does other work as well.

    The report names it (`R`); at home it fails at once, so that what is behind it is looked for.
    """
    if os.environ.get("CI"):
        for item in items:
            if any(map(item.get_closest_marker, ("browser", "long"))):
                item.add_marker(pytest.mark.flaky(reruns=1))


def pytest_report_header() -> list[str]:
    """Say what is left out."""
    lines = []
    if nginx_is_missing():
        lines.append(
            f"nginx was not found: {', '.join(NEED_NGINX)} are left out (apt-get install nginx-light)"
        )
    if axe_is_missing():
        lines.append(f"axe-core was not found: {', '.join(NEED_AXE)} is left out (Node.js, then npm ci)")
    return lines


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say why a story was tried once more: of one that then passed nothing else would be known."""
    for report in terminalreporter.stats.get("rerun", ()):
        terminalreporter.section(f"failed at first: {report.nodeid}", sep="_")
        terminalreporter.line(report.longreprtext)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    """Let a story that fails in Chromium say what stood on its pages."""
    tabs = getattr(item, "funcargs", {}).get("tabs")
    with told_on_failure(*([] if tabs is None else [lambda: stood_in(tabs.browser)])):
        return (yield)


@pytest.fixture(scope="session")
def tabs() -> Iterator[Tabs]:
    """The tabs of a worker's one browser: a second one could not be driven from the same thread."""
    with browser() as started:
        yield Tabs(started)
