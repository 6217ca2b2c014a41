"""The Frameworks page in a browser: curves that arrive, work that ends with whoever asked for it, files."""

from __future__ import annotations

import ast
import json
from pathlib import Path

import pytest

from tests.browser.conftest import Open
from tests.browser.view import PATIENCE_MS, LiveView

pytestmark = pytest.mark.browser

# Minutes of work for scikit-learn, in whose one process the runs of all who ask take turns.
LONG = "frameworks?data=digits&samples=200&epochs=20000"
SHORT = "frameworks?data=XOR&epochs=20"
ALONE = r"epoch (\d+) of 20000\s"
SHARED = r"epoch (\d+) of 20000, taking turns"


def until_row(view: LiveView, pattern: str, *, above: int = -1) -> int:
    """Wait until scikit-learn's row matches; return the number in the match, which is larger than `above`."""
    answer = view.page.wait_for_function(
        """([pattern, above]) => {
            const rows = [...document.querySelectorAll('tr')];
            const row = rows.find(row => row.innerText.includes('scikit-learn'));
            const found = row && row.innerText.match(new RegExp(pattern));
            return found && Number(found[1] ?? 0) > above ? [Number(found[1] ?? 0)] : false;
        }""",
        arg=[pattern, above],
        timeout=4 * PATIENCE_MS,
    )
    return int(answer.json_value()[0])


def until_chart(view: LiveView, *, state: str, curves: int) -> None:
    """Wait until the chart shows so many curves, and follows them or is complete."""
    chart = f'[data-testid="compare-view"][data-state="{state}"][data-curves="{curves}"]'
    view.page.locator(chart).wait_for()


def close_tab(view: LiveView) -> None:
    view.page.close()


def change_the_experiment(view: LiveView) -> None:
    view.control("epochs").fill("30")
    view.control("epochs").press("Enter")
    view.until_query(epochs="30")


def leave_the_page(view: LiveView) -> None:
    view.page.get_by_role("link", name="Building blocks").first.click()
    view.part("compare-view").wait_for(state="detached")


@pytest.mark.long
def test_curves_arrive_until_whoever_asked_for_them_is_gone(open_view: Open) -> None:
    second = open_view(LONG)
    epoch = until_row(second, ALONE)
    until_row(second, ALONE, above=epoch)
    until_chart(second, state="following", curves=2)
    for leave in (change_the_experiment, leave_the_page, close_tab):
        first = open_view(f"{LONG}&seed=2")
        until_row(first, SHARED)
        until_row(second, SHARED)
        leave(first)
        until_row(second, ALONE)


@pytest.mark.long
def test_own_defaults_draw_another_curve_and_say_why(open_view: Open) -> None:
    view = open_view("frameworks?data=XOR&scheduler=Constant&epochs=50")
    view.page.locator("strong", has_text="draw one curve").wait_for(timeout=4 * PATIENCE_MS)
    until_chart(view, state="complete", curves=2)
    view.page.get_by_text("With each library's own defaults").click()
    told = "with their own defaults, scikit-learn is"
    view.page.locator("strong", has_text=told).wait_for()
    view.page.locator(".nn-voice", has_text=told).wait_for(state="attached")
    view.page.get_by_text("Nesterov momentum of 0.9").wait_for()


def test_a_program_is_taken_home_as_file_and_as_notebook(open_view: Open) -> None:
    view = open_view(SHORT)
    view.page.get_by_role("tab", name="scikit-learn").click()
    text = downloaded(view, "py", "xor_sklearn.py")
    ast.parse(text)
    assert "EPOCHS = 20" in text
    notebook = json.loads(downloaded(view, "ipynb", "xor_sklearn.ipynb"))
    code = ["".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "code"]
    assert any("EPOCHS = 20" in part for part in code)


def downloaded(view: LiveView, kind: str, name: str) -> str:
    """Press the button of scikit-learn's program in that form and return the file's text."""
    with view.page.expect_download() as started:
        view.page.locator(f".st-key-program_sklearn_{kind} button:visible").first.click()
    assert started.value.suggested_filename == name
    return Path(started.value.path()).read_text(encoding="utf-8")
