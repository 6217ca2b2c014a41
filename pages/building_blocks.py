"""Building blocks: activations, costs, softmax, schedulers and back-propagation, each by itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import numpy as np
import streamlit as st

from nncore import plain as plain_formulas
from nncore.data import load
from nncore.experiment import Experiment
from nncore.experiment.formula import ALLOWED, FormulaError, compile_formula
from nncore.ffnn import FFNN
from nncore.study.landscapes import LANDSCAPES
from ui.blocks.backprop import ORDER, Worked, work_out
from ui.blocks.curves import FLAT, P, Z, activation_curves, cost_curves, race
from ui.blocks.frame import (
    PAGE,
    asked,
    choices,
    choose,
    choose_whole,
    draw_all_if_changed,
    forget,
    in_lesson,
    keep,
    keeper,
    mount,
    note_drawn,
    notices,
    open_choices,
    widget_key,
)
from ui.blocks.printed import number
from ui.blocks.settings import BLOCKS, ROWS, SETTINGS, Numbers
from ui.lesson.cover import covered
from ui.shared.hall import hall_menu, turn_button
from ui.shared.navigation import PAGE_NAMED
from ui.shared.plain_text import plain
from ui.shared.session import query_of, write_address
from ui.shared.theme import draw_notices, page_style

_STEP_ETA: Final = 0.5  # learning rate of the last step of back-propagation


def draw_blocks() -> None:
    """Draw the page."""
    values = open_choices()
    note_drawn()
    lecture = bool(values["lecture"])
    page_style("Building blocks", lecture=lecture, part=BLOCKS[values["block"]])
    _heading(values, lecture=lecture)
    draw_notices(notices())
    with covered(asked()):
        {
            "activations": _activations,
            "costs": _costs,
            "softmax": _softmax,
            "schedulers": _schedulers,
            "backprop": _backprop,
        }[values["block"]](values)
    write_address(PAGE, SETTINGS.query(choices()))
    if lecture and not in_lesson():
        hall_menu()


def _heading(values: Mapping[str, Any], *, lecture: bool) -> None:
    """Draw the choice of the part, what belongs to that part alone, and lecture mode."""
    with st.container(horizontal=True, vertical_alignment="center", key="blocks_heading"):
        if not lecture:
            st.title("Building blocks", anchor=False, width="content")
        choose("block", as_buttons=True, hide_label=True)
        if values["block"] == "schedulers":
            choose("landscape", as_buttons=True, hide_label=True, then=_own_landscape)
        if values["block"] == "backprop" and not lecture:
            st.button("Read the formulas", key="formulas", icon=":material/code:", on_click=_formulas)
        turn_button(_turn_lecture, lecture=lecture)


def _turn_lecture(on: bool) -> None:
    keep("lecture", int(on))


def _own_landscape() -> None:
    """Begin another landscape with its own start and learning rate: those of the last one rarely suit."""
    forget("eta", "start_x", "start_y", "step")


def _lead(sentence: str) -> None:
    """Say what a part shows; in lecture mode the lecturer does. Its place stays: `draw_notices` says why."""
    place = st.container()
    if not choices()["lecture"]:
        place.caption(sentence)


@lru_cache(maxsize=32)
def _curves(formula: str) -> list[dict[str, Any]]:
    return activation_curves(compile_formula(formula))


def _activations(values: Mapping[str, Any]) -> None:
    lecture = values["lecture"]
    _lead(
        "What a neuron makes of its weighted sum, and the slope through which gradients come back. "
        "Drag z along the curve; where the ground is grey, next to nothing comes through."
    )
    data = {
        "items": _curves(values["formula"]),
        "axis": Z.tolist(),
        "flat": FLAT,
        "chosen": values["activation"],
        "z": values["z"],
        "height": 425 if lecture else 250,
    }
    mount("activation", data, {"chosen": keeper("activation"), "z": keeper("z")})
    if not lecture:
        _formula_box(values)
        _train_with(values["formula"])


def _formula_box(values: Mapping[str, Any]) -> None:
    """Draw the formula box; a formula that is not one gets a sentence and leaves the last good one."""
    field = SETTINGS["formula"]
    key = widget_key("formula")
    st.session_state.setdefault(key, values["formula"])

    def take() -> None:
        if keep("formula", st.session_state[key]):
            keep("activation", "custom")

    box, words = st.columns([2, 3], vertical_alignment="bottom")
    typed = box.text_input(field.label, key=key, help=field.help, on_change=take)
    with words:
        try:
            compile_formula(typed)
        except FormulaError as error:
            st.error(f"Column {error.position}: {plain(error.sentence)}. `{values['formula']}` stays in use.")
            return
        gap = _gap_words(_curves(values["formula"])[-1])
        if gap:
            st.warning(gap, icon=":material/info:")
        else:
            st.caption(plain(f"Allowed: {ALLOWED}.") + " Nothing you type is run as a program.")


def _gap_words(curve: Mapping[str, Any]) -> str:
    """Say where a formula has no finite value or slope; nothing where it has both everywhere."""
    pairs = zip(Z.tolist(), curve["value"], curve["auto"], strict=True)
    gaps = [z for z, value, slope in pairs if value is None or slope is None]
    if not gaps:
        return ""
    where = f"at z = {gaps[0]:g}" if len(gaps) == 1 else f"at some z from {gaps[0]:g} to {gaps[-1]:g}"
    return (
        f"`{curve['formula']}` has no finite value or slope {where}: a network whose sums come there stops, "
        "at any learning rate."
    )


def _train_with(formula: str) -> None:
    """Link to every page that trains, with this formula as the activation of all hidden layers."""
    st.markdown(f"**Train with `{formula}`** as the activation of all hidden layers:")
    places = [
        ("logic_gates", "XOR", "on XOR"),
        ("digits", "digits", "on digits"),
        ("patterns", "circle", "on patterns"),
        ("regression", "sine", "on a sine"),
        ("own_data", "own", "on a table"),
    ]
    there = [place for place in places if PAGE_NAMED[place[0]].exists]
    for column, (page, data, words) in zip(st.columns(6), there, strict=False):
        experiment = Experiment.default(data).replace(hidden_func=("custom",), formula=formula)
        column.page_link(
            PAGE_NAMED[page].file,
            label=words,
            icon=":material/play_circle:",
            query_params=query_of(experiment),
        )


@lru_cache(maxsize=1)
def _cost_items() -> list[dict[str, Any]]:
    return cost_curves()


def _costs(values: Mapping[str, Any]) -> None:
    _lead(
        "What one wrong answer costs, and how hard it pulls: the gradient is where learning begins. Drag p."
    )
    data = {
        "items": _cost_items(),
        "axis": P.tolist(),
        "chosen": values["cost"],
        "target": values["target"],
        "p": values["p"],
        "height": 410 if values["lecture"] else 318,
    }
    mount("cost", data, {"chosen": keeper("cost"), "target": keeper("target"), "p": keeper("p")})


def _softmax(values: Mapping[str, Any]) -> None:
    _lead("Three weighted sums become three probabilities. Drag a sum: all three shares move.")
    names = ("z1", "z2", "z3")

    def take(sums: Any) -> None:
        if isinstance(sums, list) and len(sums) == len(names):
            for name, value in zip(names, sums, strict=True):
                keep(name, value)

    mount("softmax", {"sums": [values[name] for name in names]}, {"sums": take})


def _schedulers(_values: Mapping[str, Any]) -> None:
    _lead(
        "Six schedulers go down from one start. Change learning rate and momentum while they walk, by hand "
        "or by typing, and drag the start."
    )
    _race()


@st.fragment
def _race() -> None:
    """Draw the race; what is dragged there is kept without drawing the page around it anew."""
    draw_all_if_changed("eta", "momentum", "step", "race", "without", "start_x", "start_y")
    values = choices()
    lecture = values["lecture"]
    name = values["landscape"]
    data = {
        **race(name, _start(values)),
        "eta": values["eta"] or LANDSCAPES[name].eta,
        "momentum": values["momentum"],
        "step": values["step"],
        "race": values["race"],
        "without": list(values["without"]),
        "map_height": 400 if lecture else 390,
        "cost_height": 200 if lecture else 165,
        "stable_height": 200 if lecture else 165,
    }
    listeners = {name: keeper(name) for name in ("eta", "momentum", "step", "race", "without")}
    mount("paths", data, {**listeners, "start": _keep_start})
    write_address(PAGE, SETTINGS.query(choices()))


def _start(values: Mapping[str, Any]) -> tuple[float, float] | None:
    """Return the start that was chosen, if it lies on the landscape that is shown."""
    place = (values["start_x"], values["start_y"])
    bounds = LANDSCAPES[values["landscape"]].bounds
    inside = all(low <= value <= high for value, (low, high) in zip(place, bounds, strict=True))
    return place if inside else None


def _keep_start(place: Any) -> None:
    if isinstance(place, list) and len(place) == 2:
        keep("start_x", place[0])
        keep("start_y", place[1])


def _backprop(values: Mapping[str, Any]) -> None:
    lecture = bool(values["lecture"])
    _lead(
        "One row through a 2-2-1 network: forward to the cost, backward to every gradient. Click a weight or "
        "a bias to set it by hand. Blue solid weights are positive, orange dashed ones negative."
    )
    columns = st.columns(5)
    for column, name in zip(columns, ("gate", "row", "hidden_func"), strict=False):
        with column:
            choose(name, hide_label=lecture)
    for column, name in zip(columns[3:], ("trained", "seed"), strict=True):
        with column:
            # Both draw other weights, and whoever asks for them wants to see them.
            choose_whole(name, hide_label=lecture, then=lambda: forget("weights"))
    _worked_example()


@st.dialog("The formulas in one file: nncore/plain.py", width="large")
def _formulas() -> None:
    """Show the file that writes the lecture's formulas down; a host serves no source otherwise."""
    source = Path(plain_formulas.__file__).read_text(encoding="utf-8")
    st.markdown(
        "Forward pass, cost, back-propagation and one step of each scheduler as one writes them from the "
        "lecture, with NumPy alone. Tests hold the playground's numbers to this file."
    )
    st.download_button("Download plain.py", source, "plain.py", "text/x-python", icon=":material/download:")
    st.code(source, language="python", wrap_lines=True)


@st.fragment
def _worked_example() -> None:
    """Draw the worked example; a weight that is dragged draws it alone anew, not the page around it."""
    draw_all_if_changed("stage", "weights")
    values = choices()
    names = ("gate", "row", "hidden_func", "trained", "seed", "weights")
    data = {**_worked(**{name: values[name] for name in names}), "stage": values["stage"]}
    mount("backprop", data, {"stage": keeper("stage"), "weights": keeper("weights")})
    write_address(PAGE, SETTINGS.query(choices()))


@lru_cache(maxsize=64)
def _network(gate: str, hidden_func: str, *, trained: int, seed: int) -> FFNN:
    """Return the network of the worked example, after so many epochs of plain gradient descent."""
    experiment = Experiment.default(gate).replace(
        hidden=(2,), hidden_func=(hidden_func,), seed=seed, scheduler="Constant", eta=_STEP_ETA
    )
    training = experiment.training()
    if trained:
        training.advance(epochs=trained)
    return training.network


@lru_cache(maxsize=256)
def _worked(
    *, gate: str, row: str, hidden_func: str, trained: int, seed: int, weights: tuple[float, ...]
) -> dict[str, Any]:
    """Return the worked example that the drawing shows, checked against the network's own gradient."""
    if weights:  # whatever training would have led to
        network = _with_weights(_network(gate, hidden_func, trained=0, seed=0), weights)
    else:
        network = _network(gate, hidden_func, trained=trained, seed=seed)
    table = load(gate)
    index = ROWS.index(row)
    x, t = table.X[index], table.t[index]
    worked = work_out(network, x, float(t[0]), eta=_STEP_ETA)
    return {
        "row": row,
        "order": list(ORDER),
        "limit": SETTINGS.of(Numbers, "weights").limit,
        "by_hand": bool(weights),
        "numbers": {key: number(value) for key, value in worked.numbers.items()},
        "raw": worked.numbers,
        "stages": [asdict(stage) for stage in worked.stages],
        "check": _check_words(worked, network.gradient(x[None], t[None])),
    }


def _with_weights(network: FFNN, weights: tuple[float, ...]) -> FFNN:
    """Return a network like `network` with other weights."""
    other = FFNN(
        network.dimensions,
        hidden_func=network.hidden_func[0],
        output_func=network.output_func,
        cost_func=network.cost_func,
        seed=0,
    )
    for mine, given in zip(other.weights, np.split(np.array(weights), [6]), strict=True):
        mine[...] = given.reshape(mine.shape)
    return other


def _check_words(worked: Worked, gradient: list[np.ndarray]) -> str:
    pairs = zip(worked.gradient(), gradient, strict=True)
    largest = max(float(np.abs(mine - theirs).max()) for mine, theirs in pairs)
    words = "are the same to the last bit" if largest == 0 else f"differ by at most {largest:.1g}"
    return (
        "Checked: the nine gradients worked out here and those of the network's own back-propagation "
        f"{words}. A line has as many digits as its printed result asks for."
    )


if __name__ == "__main__":
    draw_blocks()
