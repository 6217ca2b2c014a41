"""What is said at the window's edge."""

from __future__ import annotations

import pytest
import streamlit as st

from ui.shared.toasts import ANEW, tell_briefly


def test_the_same_words_are_another_toast_than_the_one_that_may_still_stand(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    state: dict[str, str] = {}
    told: list[str] = []
    monkeypatch.setattr(st, "session_state", state)
    monkeypatch.setattr(st, "toast", lambda words, icon: told.append(words))
    for words in ("Full.", "Full.", "Full.", "Screen 1.", "Full."):
        tell_briefly(words, icon=":material/info:")
    assert told == ["Full.", f"Full.{ANEW}", "Full.", "Screen 1.", "Full."]
