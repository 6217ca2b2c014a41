"""What a page shows behind nginx: the right one, one whose replica dies, and every wrong one."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.browser.view import PATIENCE_MS, LiveView
from tests.deploy.visitor import REPLICA
from tests.tabs import SCREEN, Tabs

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.long]
PAGE = "logic_gates?data=NAND&seed=7"
Open = Callable[..., LiveView]


@pytest.fixture
def open_page(tabs: Tabs) -> Iterator[Open]:
    """Open a page at a door, in a tab that remembers nothing; the test fails if a page reported an error."""
    with tabs.opener(PATIENCE_MS, console=False) as opened:
        yield lambda door, address=PAGE: LiveView(opened(door.url, address))


def home(view: LiveView) -> str:
    """The replica that the page's cookie names."""
    (value,) = (cookie["value"] for cookie in view.page.context.cookies() if cookie["name"] == REPLICA)
    return value.partition("-")[0]


def test_a_plain_site_at_the_root_shows_a_network_that_learns(open_page, wrong):
    assert open_page(wrong["right"]).finished()["outcome"] == "learned"


def test_the_tabs_of_a_replica_that_dies_come_back_elsewhere_with_their_address(open_page, door, replicas):
    view = open_page(door)
    view.finished()
    was, address = home(view), view.page.url
    replica = replicas[int(was[1:]) - 1]
    replica.process.kill()
    replica.process.wait()
    view.until("d.state === 'offline'")
    before = view.data()["frames"]
    view.until("d.state === 'finished' && Number(d.frames) > Number(a)", before)
    assert home(view) != was
    assert view.page.url == address
    while not replica.look():
        view.frames_pass(10)
    # The replica is back, and the page goes on where it has gone.
    run = view.run
    view.press("b")
    view.new_run(run)
    assert view.finished()["outcome"] == "learned"
    assert home(view) != was


def says(view: LiveView, *words: str) -> None:
    """Wait until the page says so."""
    found = view.page.get_by_text(re.compile(".*".join(map(re.escape, words)))).first
    found.wait_for(timeout=PATIENCE_MS)
    assert found.is_visible()


def test_a_dropped_port_of_the_host_header_is_named(open_page, wrong):
    door = wrong["host"]
    view = open_page(door)
    says(view, f"Host header 127.0.0.1:{door.port} into 127.0.0.1.", "proxy_set_header Host $http_host")


def test_dropped_upgrades_are_named(open_page, wrong):
    says(open_page(wrong["upgrade"]), "drops WebSocket upgrades for /live/socket", "Upgrade $http_upgrade")


def test_where_no_socket_at_all_gets_through_the_grey_boxes_say_so(open_page, wrong):
    view = open_page(wrong["plain"])
    says(view, "drops WebSocket upgrades for /live/socket", "Upgrade $http_upgrade")
    assert view.page.locator(".nn-door").count() == 1


def test_a_sub_path_that_is_taken_off_is_named(open_page, wrong):
    view = open_page(wrong["stripped"], f"nn/{PAGE}")
    view.part("view-fault").first.wait_for(timeout=PATIENCE_MS)
    says(view, "takes /nn off the path", "--server.baseUrlPath nn")


@pytest.mark.parametrize("number", [1, 2])
def test_a_room_and_its_phones_meet_wherever_they_land(tabs, door, number):
    def come(path: str, replica: int) -> Any:
        context = tabs.browser.new_context(viewport=SCREEN, ignore_https_errors=True)
        cookie = {
            "name": REPLICA,
            "value": f"r{replica}-{number:032x}",
            "domain": door.name,
            "path": door.base,
        }
        context.add_cookies([cookie])
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.goto(f"{door.url}/{path}")
        return page

    desk = come("room", number)
    desk.get_by_test_id("room-open").click()
    desk.locator('[data-testid="room-view"][data-state="asking"]').wait_for()
    code = desk.get_by_test_id("room-code").inner_text()
    phones = [come(f"room/{code.lower()}", replica) for replica in (1, 2)]
    for phone in phones:
        phone.locator('[data-testid="room-state"][data-state="ready"]').wait_for()
        (kept,) = (cookie for cookie in phone.context.cookies() if cookie["name"] == REPLICA)
        assert kept["value"].startswith(f"r{phones.index(phone) + 1}-")
    desk.locator('[data-testid="room-view"][data-phones="2"]').wait_for()
    for page in (desk, *phones):
        page.context.close()
