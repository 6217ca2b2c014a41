"""Which of the values that a browser sends with everything were chosen, and which it has yet to hear of."""

from __future__ import annotations

from typing import Any

from nncore.experiment import Experiment
from ui.shared.page_memory import Memory
from ui.shared.widget_values import to_widgets

XOR = Experiment.default("XOR")
KEYS = ("seed", "epochs", "eta")


def on_screen() -> tuple[Memory, dict[str, Any]]:
    """Give the memory of a page whose controls have been drawn, and what its browser says of them."""
    memory = Memory(XOR)
    for key in KEYS:
        memory.place(key)
    memory.all_drawn()
    shown = to_widgets(XOR)
    return memory, {key: shown[key] for key in KEYS}


def test_what_a_browser_has_not_heard_of_undoes_nothing():
    memory, browser = on_screen()
    memory.change_to(XOR.replace(seed=2), browser)
    for told in (True, False):
        assert memory.said(browser, told=told) == {name: browser[name] for name in ("epochs", "eta")}


def test_what_is_chosen_before_the_controls_show_the_change_counts():
    memory, browser = on_screen()
    memory.change_to(XOR.replace(seed=2), browser)
    for told in (True, False):
        assert memory.said(browser | {"epochs": 77}, told=told) == {"epochs": 77, "eta": browser["eta"]}


def test_two_changes_before_the_controls_are_drawn_leave_neither_undone():
    memory, browser = on_screen()
    memory.change_to(XOR.replace(seed=2), browser)
    memory.change_to(XOR.replace(seed=2, eta=0.5), browser)
    assert memory.said(browser, told=False) == {"epochs": browser["epochs"]}


def test_a_control_that_was_drawn_anew_can_be_set_back():
    memory, browser = on_screen()
    memory.change_to(XOR.replace(seed=2), browser)
    memory.place("seed")
    memory.place("epochs")
    memory.place("eta")
    memory.all_drawn()
    assert memory.said(browser, told=True)["eta"] == browser["eta"]
    assert "seed" not in memory.said(browser, told=True)
    assert memory.said(browser, told=False)["seed"] == XOR.seed


def test_a_page_that_is_entered_anew_shows_no_control_yet():
    memory, _ = on_screen()
    memory.forget_widgets()
    assert memory.on_screen == set()


def test_what_a_script_sets_is_not_taken_for_the_browsers_word():
    memory, browser = on_screen()
    moved = XOR.replace(eta=0.12)
    memory.change_to(moved, browser)
    memory.place("eta")
    assert memory.said(browser | {"eta": to_widgets(moved)["eta"]}, told=True)["eta"] == "0.12"
    assert "eta" not in memory.said(browser, told=True)


def test_a_browser_that_shows_the_change_may_set_it_back_whatever_is_told_beside():
    memory, browser = on_screen()
    moved = XOR.replace(eta=0.12)
    memory.change_to(moved, browser)
    memory.place("eta")
    memory.hear(browser | {"eta": to_widgets(moved)["eta"]})
    assert memory.said(browser, told=True)["eta"] == browser["eta"]
