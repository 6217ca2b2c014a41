"""The lecture's steps: each preset opens as it is and ends as its text says."""

from __future__ import annotations

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
