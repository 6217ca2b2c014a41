"""The core story in Firefox: runs, keys, new starts, the address, every page."""

from __future__ import annotations

import pytest

from benchmarks.serve import Playground
from tests.browser.core_story import check_story
from tests.browser.firefox import firefox, installed

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.long]

FIREFOX = installed()

if FIREFOX is not None:

    def test_networks_learn_in_firefox(server: Playground) -> None:
        with firefox(str(FIREFOX)) as browser:
            check_story(browser, server.url)
