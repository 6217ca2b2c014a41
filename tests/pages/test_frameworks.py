"""The Frameworks page without any of the heavy libraries: it opens, says what is missing, and is useful."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from streamlit.testing.v1 import AppTest

from nncore import Experiment
from nncore.frameworks import LIBRARIES, NNCORE, Recipe, last_bits, train_recipe
from nncore.frameworks.libraries import Library
from nncore.frameworks.workers import Job, Workshop
from pages import frameworks
from tests.pages.app import addressed, go_to, has_widget, open_page, shown, widget
from ui.compare import jobs as frameworks_bench
from ui.compare.jobs import Bench

PAGE = "frameworks"


class QuietShop:
    """Trains nncore as always; every other library stays in the queue."""

    def __init__(self) -> None:
        self._shop = Workshop()
        self.asked: list[tuple[str, bool]] = []
        self.queued: list[Job] = []

    def submit(self, recipe: Recipe, library: str, *, defaults: bool = False) -> Job:
        self.asked.append((library, defaults))
        if library != NNCORE:
            self.queued.append(Job(library))
            return self.queued[-1]
        job = self._shop.submit(recipe, library)
        job.ended.wait(30)
        return job


@pytest.fixture(autouse=True)
def shop(monkeypatch: pytest.MonkeyPatch) -> Iterator[QuietShop]:
    """Only scikit-learn is there, and no process is started."""
    stand_in = QuietShop()
    bench = Bench(stand_in)
    for module in (frameworks, frameworks_bench):
        monkeypatch.setattr(module, "session_bench", lambda: bench)
    monkeypatch.setattr(Library, "installed", property(lambda library: library.name == "sklearn"))
    yield stand_in
    bench.close()


def words(app: AppTest) -> str:
    """Everything that the page says."""
    parts = [*app.markdown, *app.caption, *app.info, *app.warning]
    return "\n".join(element.value for element in parts)


def table(app: AppTest) -> dict[str, dict[str, str]]:
    """The comparison by library."""
    return app.table[0].value.to_dict("index")


def test_missing_libraries_are_named_with_their_line() -> None:
    text = words(open_page(PAGE, {}))
    for name, library in LIBRARIES.items():
        assert (f"{library.label} is not installed here: `{library.install}` installs it." in text) == (
            name != "sklearn"
        )


def test_nncores_own_numbers_are_there_at_once() -> None:
    training = Experiment.default("XOR").training()
    training.advance()
    row = table(open_page(PAGE, {}))["nncore"]
    assert row["State"] == "done"
    assert float(row["Training loss"]) == pytest.approx(training.history["train_errors"][-1], rel=1e-5)


def test_every_program_is_shown_and_can_be_taken_home() -> None:
    app = open_page(PAGE, {})
    codes = [block.value for block in app.code]
    assert len(codes) == len(LIBRARIES)
    for code, library in zip(codes, LIBRARIES.values(), strict=True):
        compile(code, library.label, "exec")
        assert f"in {library.label}" in code.splitlines()[0]
    widget(app, "program_weights").set_value("own").run()
    assert not app.exception
    assert all("spreads = " in code for code in codes)
    assert not any("spreads = " in block.value for block in app.code)


@pytest.mark.parametrize(
    ("button", "data", "tab"),
    [
        ("start_digits", "digits", "keras"),
        ("start_table", "own", "pytorch"),
        ("start_gate", "XOR", "pytorch"),
    ],
)
def test_the_lectures_programs_are_one_click_away(button: str, data: str, tab: str) -> None:
    app = open_page(PAGE, {"data": "circle"})
    widget(app, button).click().run()
    assert not app.exception
    assert shown(app, PAGE).data == data
    assert app.query_params["data"] == data
    assert app.query_params.get("first_tab", "pytorch") == tab
    assert shown(app, PAGE).hidden == {"digits": (100, 30), "own": (12, 8), "XOR": (4,)}[data]


def test_a_link_to_the_table_opens_it() -> None:
    app = open_page(PAGE, {"data": "own", "eta": "0.01"})
    assert addressed(app, data="own").eta == 0.01
    assert widget(app, "csv_source").value == "sample"
    assert widget(app, "csv_target_diabetes_like.csv").value == "outcome"
    assert "diabetes_like.csv" in app.code[0].value


def test_lecture_mode_leaves_the_curves_and_hides_the_programs() -> None:
    app = open_page(PAGE, {"data": "own", "lecture": "1"})
    assert not app.code
    assert table(app)["nncore"]["State"] == "done"
    assert not app.get("download_button")
    assert widget(app, "csv_target_diabetes_like.csv").value == "outcome"


def test_another_target_is_another_program() -> None:
    app = open_page(PAGE, {"data": "own"})
    widget(app, "csv_target_diabetes_like.csv").set_value("age").run()
    assert not app.exception
    assert "TARGET = 'age'" in app.code[0].value
    assert "MSELoss" in app.code[0].value


def test_curves_that_rounding_parts_are_held_against_nncores_own(
    shop: QuietShop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A library that rounds otherwise: nncore's run with a bit changed stands in for it."""
    trains = shop.submit

    def submit(recipe: Recipe, library: str, *, defaults: bool = False) -> Job:
        job = trains(recipe, library, defaults=defaults)
        if library != NNCORE:
            job.run, job.state = train_recipe(last_bits(recipe), NNCORE), "done"
        return job

    monkeypatch.setattr(shop, "submit", submit)
    app = open_page(PAGE, {"data": "sine"})
    assert not app.exception
    text = words(app)
    assert "The same network: scikit-learn and nncore agree within" in text
    assert "Rounding grows from there" in text
    assert "Not the same" not in text
    assert [library for library, _ in shop.asked] == [NNCORE, "sklearn", NNCORE]
    app.run()
    assert len(shop.asked) == 3


def test_another_page_ends_the_work_and_coming_back_begins_it_anew(shop: QuietShop) -> None:
    app = open_page(PAGE, {})
    app.run()
    assert [job.active for job in shop.queued] == [True]
    go_to(app, "home")
    assert [job.state for job in shop.queued] == ["cancelled"]
    go_to(app, PAGE)
    assert [job.active for job in shop.queued] == [False, True]


def test_a_file_of_ones_own_is_asked_for() -> None:
    app = open_page(PAGE, {"data": "own"})
    widget(app, "csv_source").set_value("own").run()
    assert not app.exception
    assert "Choose a file: comma, semicolon or tab separated text" in words(app)


def test_any_problem_can_be_chosen_and_nothing_else_changes() -> None:
    app = open_page(PAGE, {"data": "XOR"})
    widget(app, "problem").set_value("sine").run()
    assert not app.exception
    assert shown(app, PAGE) == Experiment.default("sine")
    assert "np.sin(2 * np.pi * x)" in app.code[0].value


def test_controls_reach_the_programs() -> None:
    app = open_page(PAGE, {})
    widget(app, "eta").set_value("0.02").run()
    widget(app, "scheduler").set_value("Momentum").run()
    assert "ETA = 0.02" in app.code[0].value
    assert "momentum=0.9" in app.code[0].value
    assert not has_widget(app, "rule")


def test_what_a_library_cannot_be_stands_in_its_tab() -> None:
    app = open_page(PAGE, {"scheduler": "AdagradMomentum"})
    text = words(app)
    assert "PyTorch has no optimiser like AdagradMomentum." in text
    assert "it has no AdagradMomentum." in text
    assert len(app.code) == 1


def test_own_defaults_are_a_run_of_their_own_and_say_why(shop: QuietShop) -> None:
    app = open_page(PAGE, {"scheduler": "Constant"})
    assert shop.asked[-1] == ("sklearn", False)
    next(toggle for toggle in app.toggle if toggle.key == "defaults").set_value(True).run()
    assert shop.asked[-1] == ("sklearn", True)
    assert "Nesterov momentum of 0.9" in words(app)


def test_run_again_asks_anew(shop: QuietShop) -> None:
    app = open_page(PAGE, {})
    before = len(shop.asked)
    app.run()
    assert len(shop.asked) == before
    widget(app, "run_again").click().run()
    assert len(shop.asked) == before + 2


def test_the_lectures_rule_is_explained_not_run() -> None:
    app = open_page(PAGE, {"rule": "lecture"})
    assert "choose the textbook rule" in words(app)
    assert not app.code


def test_junk_in_the_address_is_named_and_the_rest_kept() -> None:
    app = open_page(PAGE, {"data": "nonsense", "eta": "0.5"})
    assert "nonsense" in words(app)
    assert shown(app, PAGE).eta == 0.5
