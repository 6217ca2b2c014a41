"""The site as it is shipped, before two replicas: TLS, another name, a sub-path, cookies, uploads."""

from __future__ import annotations

import contextlib
import subprocess
import time

import pytest

from deploy.serve import Replica
from tests.deploy.conftest import UPLOAD_MEGABYTES
from tests.deploy.visitor import REPLICA, WAIT, Door, Visitor

pytestmark = [pytest.mark.slow, pytest.mark.long]

MEGABYTE = 2**20
QUERY = "seed=7&epochs=50"


def lives_at(door: Door, number: int, *, browser: int = 0) -> Visitor:
    """A browser that an earlier visit has led to a certain replica."""
    return Visitor(door, {REPLICA: f"r{number}-{browser:032x}"})


def test_the_door_has_tls_a_sub_path_and_says_who_may_frame_it(door):
    visitor = Visitor(door)
    home = visitor.ask("/")
    assert home.status == 200
    assert b"<title>" in home.body
    assert home.headers["Content-Security-Policy"] == "frame-ancestors 'self'"
    assert home.headers["X-Frame-Options"] == "SAMEORIGIN"
    moved = Visitor(door).ask("")
    assert (moved.status, moved.headers["Location"]) == (301, f"{door.url}/")


def test_what_is_for_whoever_hosts_stays_inside(door):
    for path in ("/_stcore/metrics", "/_stcore/metrics/", "/logic_gates/_stcore/metrics"):
        assert Visitor(door).ask(path).status == 404


@pytest.mark.parametrize("path", ["", "logic_gates", "_stcore/health"])
def test_a_sub_path_that_the_replica_wants_and_the_proxy_takes_off_is_named(wrong, path):
    answer = Visitor(wrong["stripped"]).ask(f"/other/{path}")
    assert answer.status == 404
    assert f"stands below /nn/, and was asked for /{path}." in answer.body.decode()


def test_new_browsers_come_to_both_replicas_and_keep_theirs(door):
    visitors = [Visitor(door) for _ in range(40)]
    for visitor in visitors:
        visitor.ask("/")
    assert {visitor.home for visitor in visitors} == {"r1", "r2"}
    for visitor in visitors:
        assert "Set-Cookie" not in visitor.ask("/logic_gates").headers


def test_a_cookie_that_is_none_of_ours_is_replaced(door):
    for given in ("r9-" + "0" * 32, "r1", "127.0.0.1:22", "r1-" + "g" * 32, ""):
        visitor = Visitor(door, {REPLICA: given})
        assert visitor.ask("/").status == 200
        assert visitor.home in {"r1", "r2"}
        assert visitor.cookies[REPLICA] != given


@pytest.mark.parametrize("number", [1, 2])
def test_script_live_socket_and_uploads_of_a_session_are_on_one_replica(door, number):
    with lives_at(door, number).tab("own_data", "epochs=50") as tab:
        assert tab.first_frame()["run"] == 1
        assert tab.upload(1000) == 204
        assert tab.upload(1000, **lives_at(door, 3 - number).cookies) == 400


def test_an_upload_at_the_limit_comes_through_and_a_byte_more_is_refused(door):
    with lives_at(door, 1).tab("own_data", "epochs=50") as tab:
        assert tab.upload(UPLOAD_MEGABYTES * MEGABYTE) == 204
        assert tab.upload(UPLOAD_MEGABYTES * MEGABYTE + 1) == 413


def test_nginx_refuses_what_is_too_large_before_it_is_sent(door):
    length = str(UPLOAD_MEGABYTES * MEGABYTE + 1)
    answer = lives_at(door, 1).ask("/_stcore/upload_file/a/1", "PUT", **{"Content-Length": length})
    assert answer.status == 413
    assert b"nginx" in answer.body


def until(replica: Replica) -> None:
    """Wait until a replica answers, starting it where it has ended."""
    deadline = time.monotonic() + WAIT
    while not replica.look():
        assert time.monotonic() < deadline
        assert replica.process is not None
        with contextlib.suppress(subprocess.TimeoutExpired):
            replica.process.wait(0.1)  # it asks no more often than is of use, and at once where it has ended


def test_a_replica_that_dies_hands_its_browsers_over_for_good(door, replicas):
    first = replicas[0]
    visitor = lives_at(door, 1, browser=1)
    with visitor.tab("logic_gates", QUERY) as tab:
        assert tab.first_frame()["run"] == 1
    assert visitor.home == "r1"
    assert first.process is not None
    first.process.kill()
    first.process.wait()
    with visitor.tab("own_data", "epochs=50") as tab:
        assert visitor.home == "r2"
        assert tab.first_frame()["run"] == 1
        until(first)
        # It is back, but the session is not there.
        assert visitor.ask("/").status == 200
        assert visitor.home == "r2"
        assert tab.upload(1000) == 204
