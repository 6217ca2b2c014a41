"""Downloads that are pressed while their page is drawn anew."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from streamlit.runtime import media_file_manager
from streamlit.runtime.app_session import AppSessionState
from streamlit.runtime.media_file_storage import MediaFileStorageError
from streamlit.runtime.memory_media_file_storage import MemoryMediaFileStorage

from ui import streamlit_downloads
from ui.streamlit_downloads import FOLLOWED_SECONDS, FollowedDownloads


class Tabs:
    """Sessions whose scripts draw one button each, and a clock that is moved by hand."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now, self.running = 0.0, ""
        self.files = FollowedDownloads(MemoryMediaFileStorage("/media"), clock=lambda: self.now)
        monkeypatch.setattr(media_file_manager, "_get_session_id", lambda: self.running)
        monkeypatch.setattr(streamlit_downloads, "this_session", lambda: self.running)
        monkeypatch.setattr(streamlit_downloads, "active_session", self.session)
        self.begun: set[str] = set()

    def session(self, name: str) -> SimpleNamespace:
        running = name in self.begun
        state = AppSessionState.APP_IS_RUNNING if running else AppSessionState.APP_NOT_RUNNING
        return SimpleNamespace(_state=state)

    def begin(self, name: str) -> None:
        self.running = name
        self.begun.add(name)
        self.files.clear_session_refs(name)

    def draw(self, name: str, content: str, button: str = "history") -> str:
        self.running = name
        return self.files.add_deferred(lambda: content, "text/csv", f"0.{button}", element_id=button)

    def end(self, name: str) -> None:
        self.running = name
        self.files.remove_orphaned_files()  # before the loop hears of the end
        self.begun.discard(name)

    def run(self, name: str, content: str) -> str:
        self.begin(name)
        number = self.draw(name, content)
        self.end(name)
        return number

    def made(self, number: str) -> str:
        """Return what is made for whoever presses a button of that number."""
        self.running = ""
        address = self.files.execute_deferred(number)
        return self.files._storage.get_file(address.rpartition("/")[2]).content.decode()


@pytest.fixture
def tabs(monkeypatch: pytest.MonkeyPatch) -> Tabs:
    return Tabs(monkeypatch)


def test_a_button_that_was_drawn_anew_after_it_was_seen_gives_its_present_file(tabs: Tabs) -> None:
    first = tabs.run("one", "200 epochs")
    second = tabs.run("one", "300 epochs")
    other = tabs.run("two", "of somebody else")
    assert [tabs.made(number) for number in (first, second, other)] == [
        "300 epochs",
        "300 epochs",
        "of somebody else",
    ]
    tabs.now = FOLLOWED_SECONDS + 1
    with pytest.raises(MediaFileStorageError, match="not found"):
        tabs.made(first)
    tabs.run("one", "400 epochs")
    assert set(tabs.files._followed) == {second}


def test_the_end_of_anybody_elses_script_takes_no_button_of_one_that_runs(tabs: Tabs) -> None:
    number = tabs.run("one", "200 epochs")
    tabs.begin("one")  # and has not come to its buttons
    tabs.run("two", "of somebody else")
    assert tabs.made(number) == "200 epochs"
    tabs.end("one")  # on another page, without that button
    with pytest.raises(MediaFileStorageError, match="not found"):
        tabs.made(number)
    assert [entry["session_id"] for entry in tabs.files._deferred_callables.values()] == ["two"]


def test_what_a_button_would_have_made_is_held_no_longer_than_it_is_shown(tabs: Tabs) -> None:
    tabs.run("one", "200 epochs")
    tabs.run("one", "300 epochs")
    assert len(tabs.files._deferred_callables) == 1
    tabs.files.clear_session_refs("one")  # its tab is closed
    tabs.running = ""
    tabs.files.remove_orphaned_files()
    assert not tabs.files._deferred_callables
