"""The core story in WebKit, where Debian's `webkit2gtk-driver` and `xvfb` are installed."""

from __future__ import annotations

import pytest

from benchmarks.serve import Playground
from tests.browser.core_story import check_story
from tests.browser.webkit import installed, webkit

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.long]

if installed():

    def test_networks_learn_in_webkit(server: Playground) -> None:
        with webkit() as browser:
            check_story(browser, server.url)
