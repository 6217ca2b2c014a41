"""Points edited by hand, and a table from the disk, in a browser."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from tests.browser.conftest import Open
from ui.tables.pieces import MEGABYTE
from ui.tables.table import MAX_BYTES

pytestmark = pytest.mark.browser

SAMPLES = Path(__file__).parents[2] / "samples"


def map_box(view) -> dict[str, float]:
    return view.part("panel-map").locator("canvas").first.bounding_box()


def edited(view, words: str, *, state: str = "visible") -> None:
    view.page.get_by_text(words).wait_for(state=state)


@pytest.mark.long
def test_points_are_added_moved_and_removed_on_the_map(open_view: Open) -> None:
    view = open_view("patterns?data=gauss&epochs=20&samples=20&speed=max")
    view.finished()
    run = view.run
    view.part("edit-low").click()
    box = map_box(view)
    # The upper left and lower right of this set are empty.
    corner = (box["x"] + box["width"] * 0.28, box["y"] + box["height"] * 0.2)
    view.page.mouse.click(*corner)
    run = view.new_run(run)["run"]
    edited(view, "Points by hand: 1 added")
    assert view.finished()["run"] == run
    before = view.page.url
    view.page.mouse.move(*corner)
    view.page.mouse.down()
    view.page.mouse.move(corner[0] + 40, corner[1] + 20, steps=4)
    view.page.mouse.up()
    # Only where the hand let go reaches the address: a click before that may find the point elsewhere.
    view.page.wait_for_function("before => location.href !== before", arg=before)
    view.finished()
    view.part("edit-remove").click()
    view.page.mouse.click(corner[0] + 40, corner[1] + 20)
    edited(view, "Points by hand", state="detached")
    view.part("edit-high").click()
    view.page.mouse.click(*corner)
    edited(view, "Points by hand: 1 added")
    view.finished()
    # The script has the same points as the channel: its run is the one on screen.
    last = view.run
    view.frames_pass()
    assert view.run == last
    view.page.reload()
    edited(view, "Points by hand: 1 added")
    view.finished()
    last = view.run
    view.page.get_by_role("button", name="Undo the last").click()
    view.new_run(last)
    edited(view, "Points by hand", state="detached")


def test_a_link_of_tensorflow_playground_opens_here(open_view: Open) -> None:
    view = open_view("patterns?epochs=20")
    view.drawn()
    run = view.run
    view.page.get_by_text("Open a TensorFlow Playground link").click()
    box = view.control("tfp_link")
    box.fill("https://playground.tensorflow.org/#dataset=xor&activation=relu&networkShape=5&xTimesY=true")
    box.press("Enter")
    view.until_query(data="xor_cloud", hidden="5", hidden_func="RELU", features="x-y-xy")
    view.new_run(run)
    # No hidden layer: other controls stand above the box, which stays open with what it has to say.
    box.fill("https://playground.tensorflow.org/#problem=regression&networkShape=")
    box.press("Enter")
    view.until_query(data="reg_plane", hidden="none")
    view.page.get_by_text("The learning rate 0.03 became 0.015").wait_for()


def test_a_setting_of_tensorflow_playground_may_stand_behind_any_address_of_ours(open_view: Open) -> None:
    view = open_view("#dataset=xor&activation=relu&networkShape=5&xTimesY=true")
    view.until_query(data="xor_cloud", hidden="5", hidden_func="RELU", features="x-y-xy")
    view.drawn()
    assert view.page.url.partition("?")[0].endswith("/patterns")
    view.page.get_by_text("the logistic cost of a sigmoid").wait_for()


@pytest.mark.long
def test_a_table_from_the_disk_is_learned_and_its_predictions_come_home(open_view: Open) -> None:
    view = open_view("own_data")
    view.drawn()
    run = view.run
    view.page.get_by_role("button", name="Open a CSV file").click()
    view.page.locator('input[type="file"]').first.set_input_files(SAMPLES / "iris.csv")
    view.page.get_by_text("iris.csv: learn “species”").wait_for()
    view.until_query(table="file")
    view.new_run(run)
    view.page.get_by_text("What was understood").wait_for()
    assert "versicolor" not in view.page.url
    view.finished()
    rows = list(csv.DictReader(io.StringIO(own_download(view, "predictions").decode())))
    assert len(rows) == 150
    assert {row["predicted species"] for row in rows} <= {"setosa", "versicolor", "virginica"}


FLATS = "id,rooms,size,side,sold\n" + "".join(
    f"{i},{i % 3},{i * 7 % 11}.5,{'ab'[i % 2]},{'yes' if i % 5 == 0 else 'no'}\n" for i in range(200)
)


def press_into(view, text: str) -> None:
    """Choose in the cell that has the focus, without a mouse."""
    view.page.keyboard.press("Enter")
    box = view.page.locator("#portal input")
    box.wait_for()
    box.press_sequentially(text)
    view.page.keyboard.press("Enter")
    box.wait_for(state="detached")


def walk_to(view, selector: str) -> None:
    """Go from control to control by Tab until the one that is meant has the focus."""
    view.quiet()
    for _ in range(40):
        view.page.keyboard.press("Tab")
        # A table's canvas hands the focus on to a cell that stands inside it.
        if view.page.evaluate("wanted => document.activeElement.closest(wanted) !== null", selector):
            return
    raise AssertionError(f"Tab does not lead to {selector}.")


def open_by_keyboard(view, name: str, text: str) -> None:
    """Open a file: past what stands before the page, into the popover, and the browser asks which."""
    page = view.page
    # Heard from here on: a browser that begins to hand it over at the last key may open its own.
    page.on("filechooser", lambda _: None)
    walk_to(view, '[data-testid="stSkipToContent"]')
    page.keyboard.press("Enter")
    walk_to(view, '[data-testid="stPopoverButton"]')
    page.keyboard.press("Enter")
    upload = '[data-testid="stFileUploader"] [data-testid="stBaseButton-secondary"]'
    page.locator(upload).wait_for()
    walk_to(view, upload)
    with page.expect_file_chooser() as asked:
        page.keyboard.press("Enter")
    asked.value.set_files({"name": name, "mimeType": "text/csv", "buffer": text.encode()})


@pytest.mark.slow
@pytest.mark.long
def test_a_table_is_opened_and_chosen_from_by_the_keyboard_judged_and_swept(open_view: Open) -> None:
    view = open_view("own_data?epochs=20&speed=max")
    view.finished()
    page = view.page
    open_by_keyboard(view, "flats.csv", FLATS)
    page.get_by_text("learn “sold” (two classes) from 3 columns").wait_for()
    page.get_by_role("tab", name="1 The table").wait_for()
    view.quiet()
    walk_to(view, '[data-testid="stSkipToContent"]')
    page.keyboard.press("Enter")
    walk_to(view, '[role="tab"]')
    page.keyboard.press("ArrowRight")
    page.locator(".st-key-own_roles_0 canvas").first.wait_for()
    # The first column of its first row has the focus; the next is the role.
    walk_to(view, ".st-key-own_roles_0 canvas")
    page.keyboard.press("ArrowRight")
    press_into(view, "feature")
    page.get_by_text("from 4 columns").wait_for()
    press_into(view, "ignored")
    page.get_by_text("from 3 columns").wait_for()
    # Another grid takes the place of the one that shows what was refused.
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    press_into(view, "number")
    page.get_by_text("“side” holds texts such as “a”: no numbers").wait_for()
    page.locator(".st-key-own_roles_0").wait_for(state="detached")
    page.get_by_text("Against other models").click()
    page.get_by_text("All learn from the same training rows").wait_for()
    page.get_by_text("Five folds").click()
    page.locator(".st-key-own_folds button").click()
    page.get_by_text("better than the straight model in").wait_for()
    page.get_by_role("link", name="Sweep the learning rate on these rows").click()
    view.until_query(data="own")
    page.get_by_text("runs of 100 epochs").wait_for()
    assert "flats" not in page.url


def own_download(view, name: str) -> bytes:
    with view.page.expect_download() as started:
        view.page.locator(f".st-key-own_download_{name} button:visible").first.click()
    return Path(started.value.path()).read_bytes()


def test_too_large_a_file_is_refused_before_it_is_sent(open_view: Open, tmp_path: Path) -> None:
    large = tmp_path / "large.csv"
    with large.open("wb") as file:
        file.truncate(MAX_BYTES + MEGABYTE)
    view = open_view("own_data")
    view.drawn()
    view.page.get_by_role("button", name="Open a CSV file").click()
    sent: list[str] = []
    view.page.on(
        "request", lambda request: sent.append(request.url) if "upload_file" in request.url else None
    )
    view.page.locator('input[type="file"]').first.set_input_files(large)
    sentence = view.page.get_by_text("File must be 200.0MB or smaller")
    sentence.wait_for()
    # In sight, not only for screen readers.
    assert sentence.bounding_box()["height"] > 10
    assert sent == []
