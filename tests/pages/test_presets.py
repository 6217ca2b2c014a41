"""The lecture's steps: each preset opens as it is and ends as its text says."""

from __future__ import annotations

import html
from urllib.parse import parse_qsl

import numpy as np
import pytest

from nncore.data import DATA, DataSet
from nncore.experiment import Experiment
from tests.pages.app import addressed, go_to, open_page, shown, warnings
from ui.compare import csv_choice
from ui.shared.lessons import PRESETS, STEPS
from ui.shared.navigation import PAGE_NAMED
from ui.shared.presets import Preset
from ui.shared.view_settings import ViewSettings
from ui.tables import prepare, suggest


def sample_table() -> DataSet:
    """The table that the Frameworks page opens with."""
    table = csv_choice.sample_table()
    return prepare(table, suggest(table)).data


presets = pytest.mark.parametrize("preset", PRESETS.values(), ids=PRESETS)


def test_every_preset_has_a_name_of_its_own() -> None:
    assert len(PRESETS) == sum(len(step.presets) for step in STEPS)
    titles = [preset.title for preset in PRESETS.values()]
    assert len(set(titles)) == len(titles)


@presets
def test_a_preset_names_a_page_of_the_playground(preset: Preset) -> None:
    assert PAGE_NAMED[preset.page].exists


@presets
def test_the_address_of_a_preset_is_its_experiment(preset: Preset) -> None:
    read = Experiment.from_query(preset.query(), data=preset.data, also=preset.extra)
    assert read == (preset.experiment(), [])


@presets
def test_a_preset_ends_as_its_text_says(preset: Preset) -> None:
    experiment = preset.experiment()
    data = experiment.dataset() if experiment.data in DATA else sample_table()
    training = experiment.training(data)
    training.advance(epochs=experiment.epochs)
    assert training.outcome == preset.outcome
    X, t = (data.X, data.t) if data.X_judge is None else (data.X_judge, data.t_judge)
    if data.X_val is not None:
        X, t = data.X_val, data.t_val
    right = float(np.mean(np.all(training.network.predict(X) == t, axis=1)))
    low, high = preset.accuracy
    assert low <= right <= high


def test_small_and_right_and_large_differ_in_the_learning_rate_alone() -> None:
    runs = [PRESETS[name].experiment() for name in ("eta-small", "eta-right", "eta-large")]
    assert len({run.eta for run in runs}) == 3
    assert len({run.replace(eta=0.1) for run in runs}) == 1


def test_constant_and_momentum_differ_in_the_scheduler_alone() -> None:
    runs = [PRESETS[name].experiment() for name in ("constant", "momentum")]
    assert [run.scheduler for run in runs] == ["Constant", "Momentum"]
    assert len({run.replace(scheduler="Constant") for run in runs}) == 1


def test_home_links_to_every_preset_with_its_whole_address() -> None:
    app = open_page("home")
    links = {link.label: link for link in app.get("page_link")}
    for preset in PRESETS.values():
        query = links[f"**{preset.title}**"].proto.query_string
        read, _ = Experiment.from_query(dict(parse_qsl(query)), data=preset.data)
        assert read == preset.experiment()


@pytest.mark.parametrize("name", ["xor-line", "eta-overflow", "digits-linear", "libraries-table"])
def test_a_preset_opens_from_home(name: str) -> None:
    preset = PRESETS[name]
    app = go_to(open_page("home"), preset.page, preset.query())
    assert shown(app, preset.page) == preset.experiment()
    assert addressed(app, data=preset.data) == preset.experiment()
    assert warnings(app) == []


def test_home_learns_under_the_hand_and_its_address_stays_clean() -> None:
    app = open_page("home")
    assert shown(app, "home") == Experiment.default("circle")
    assert not app.sidebar.children
    app.session_state["_pages"]["home"].experiment = Experiment.default("circle").replace(eta=0.3)
    app.run()
    assert shown(app, "home").eta == 0.3
    assert app.query_params == {}
    go_to(app, "patterns")
    assert shown(app, "patterns").eta == Experiment.default("circle").eta, "Home's rate is Home's own"
    go_to(app, "home")
    assert (shown(app, "home").eta, app.query_params) == (0.3, {})


def test_an_address_of_home_with_parameters_is_home_all_the_same() -> None:
    app = open_page("home", {"data": "XOR", "eta": "9"})
    assert (shown(app, "home"), app.query_params) == (Experiment.default("circle"), {})


def test_each_card_of_home_shows_the_picture_of_its_run_and_says_so() -> None:
    pictures = [
        element.proto.body for element in open_page("home").get("html") if "<img" in element.proto.body
    ]
    assert len(pictures) == len(PRESETS)
    for picture, (name, preset) in zip(pictures, PRESETS.items(), strict=True):
        assert f'src="/live/cards/{name}/light.svg"' in picture
        assert html.escape(preset.title) in picture
        assert ("before training" in picture) == preset.asks


def test_lecture_mode_of_home_is_its_network_alone() -> None:
    app = open_page("home")
    app.session_state["_pages"]["home"].view = ViewSettings(lecture=True)
    app.run()
    assert not app.get("page_link")
    assert app.query_params == {}
