"""The page of building blocks: activations, costs, softmax, schedulers, back-propagation, one at a time."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import numpy as np
import streamlit as st

from nncore.data import load
from nncore.experiment import Experiment
from nncore.field_kinds import Field
from nncore.formula import ALLOWED, FormulaError, compile_formula
from nncore.landscapes import LANDSCAPES
from ui import blocks_settings as settings
from ui.blocks_backprop import Worked, number, work_out
from ui.blocks_numbers import FLAT, P, Z, activation_curves, cost_curves, walks
from ui.home import PAGES, page_exists
from ui.server_paths import files_address
from ui.state import open_address, query_of, write_address
from ui.theme import page_style

PAGE: Final = "building_blocks"
_FOLDER: Final = Path(__file__).with_name("blocks_view")
_CHOICES: Final = "_blocks"  # session state: every choice of the page
_NOTICES: Final = "_blocks_notices"
_STEP_ETA: Final = 0.5  # learning rate of the last step of back-propagation

_component = st.components.v2.component(
    "blocks",
    js=(_FOLDER / "boot.js").read_text(encoding="utf-8"),
    css=(_FOLDER / "blocks.css").read_text(encoding="utf-8"),
)


def draw_blocks() -> None:
    """Draw the page."""
    values = _open()
    page_style()
    title, choice = st.columns([1, 3], vertical_alignment="center")
    title.subheader("Building blocks", anchor=False)
    with choice:
        _choose("block", as_buttons=True)
    for notice in st.session_state[_NOTICES]:
        st.warning(notice, icon=":material/info:")
    {
        "activations": _activations,
        "costs": _costs,
        "softmax": _softmax,
        "schedulers": _schedulers,
        "backprop": _backprop,
    }[values["block"]](values)
    write_address(PAGE, settings.query(st.session_state[_CHOICES]))


def _open() -> dict[str, Any]:
    """Return the page's choices, from the address where it asks for something new."""
    address = open_address(PAGE)
    if address is not None or _CHOICES not in st.session_state:
        values, notices = settings.read(address or {})
        st.session_state[_CHOICES], st.session_state[_NOTICES] = values, notices
        for name in settings.SETTINGS:
            st.session_state.pop(_key(name), None)
    return st.session_state[_CHOICES]


def _key(name: str) -> str:
    return f"blocks_{name}"


def _keep(name: str, value: Any) -> bool:
    """Keep a choice if it is allowed; what a browser sends need not be."""
    try:
        st.session_state[_CHOICES][name] = settings.SETTINGS[name].check(value)
    except ValueError:
        return False
    st.session_state[_NOTICES] = []
    return True


def _choose(name: str, *, as_buttons: bool = False) -> None:
    """Draw a choice out of names; its value is kept beside the widget, which forgets when it is not drawn."""
    field: Any = settings.SETTINGS[name]
    key = _key(name)
    st.session_state[key] = st.session_state[_CHOICES][name]

    def keep() -> None:
        # A pressed button that is pressed again is nobody's choice: the last one stays.
        _keep(name, st.session_state[key])

    labels = getattr(field, "labels", {})
    draw: Any = st.segmented_control if as_buttons else st.selectbox
    draw(
        field.label, field.choices, key=key, on_change=keep, help=None if as_buttons else field.help,
        format_func=lambda choice: labels.get(choice, choice),
        **({"label_visibility": "collapsed"} if as_buttons else {}),
    )  # fmt: skip


def _whole(name: str) -> None:
    field: Any = settings.SETTINGS[name]
    key = _key(name)
    st.session_state[key] = st.session_state[_CHOICES][name]

    def keep() -> None:
        _keep(name, st.session_state[key])

    st.number_input(field.label, field.low, field.high, key=key, help=field.help, on_change=keep)


def _block(kind: str, data: dict[str, Any], listeners: dict[str, Any] | None = None) -> None:
    """Mount one block; `listeners` take the new value of a state that the block tells."""
    widget = f"block_{kind}"

    def call(name: str, listener: Any) -> Any:
        return lambda: listener(st.session_state[widget].get(name))

    calls = {f"on_{name}_change": call(name, listener) for name, listener in (listeners or {}).items()}
    _component(key=widget, data={"base": files_address("blocks_view"), "kind": kind, **data}, **calls)


@lru_cache(maxsize=32)
def _curves(formula: str) -> list[dict[str, Any]]:
    return activation_curves(compile_formula(formula))


def _activations(values: dict[str, Any]) -> None:
    st.caption(
        "What a neuron makes of its weighted sum, and the slope through which gradients come back. "
        "Drag z along the curve; where the ground is grey, next to nothing comes through."
    )
    data = {
        "items": _curves(values["formula"]),
        "z": Z.tolist(),
        "flat": FLAT,
        "chosen": values["activation"],
    }
    _block("activation", {**data, "height": 290}, {"chosen": lambda value: _keep("activation", value)})
    _formula_box(values)
    _train_with(values["formula"])


def _formula_box(values: dict[str, Any]) -> None:
    """Draw the formula box; a formula that is not one gets a sentence and leaves the last good one."""
    field: Field = settings.SETTINGS["formula"]
    key = _key("formula")
    st.session_state.setdefault(key, values["formula"])

    def keep() -> None:
        if _keep("formula", st.session_state[key]):
            _keep("activation", "custom")

    box, words = st.columns([2, 3], vertical_alignment="bottom")
    typed = box.text_input(field.label, key=key, help=field.help, on_change=keep)
    with words:
        try:
            compile_formula(typed)
        except FormulaError as error:
            st.error(f"Column {error.position}: {error.sentence}. `{values['formula']}` stays in use.")
        else:
            st.caption(f"Allowed: {ALLOWED}. Nothing you type is run as a program.")


def _train_with(formula: str) -> None:
    """Link to every page that trains, with this formula as the activation of all hidden layers."""
    st.markdown(f"**Train with `{formula}`** as the activation of all hidden layers:")
    places = [
        ("logic_gates", "XOR", "on XOR"),
        ("digits", "digits", "on digits"),
        ("patterns", "circle", "on patterns"),
        ("regression", "sine", "on a sine"),
    ]
    there = [place for place in places if page_exists(place[0])]
    for column, (page, data, words) in zip(st.columns(6), there, strict=False):
        experiment = Experiment.default(data).replace(hidden_func=("custom",), formula=formula)
        column.page_link(
            str(PAGES / f"{page}.py"),
            label=words,
            icon=":material/play_circle:",
            query_params=query_of(experiment),
        )


@lru_cache(maxsize=1)
def _cost_items() -> list[dict[str, Any]]:
    return cost_curves()


def _costs(values: dict[str, Any]) -> None:
    st.caption(
        "What one wrong answer costs, and how hard it pulls: the gradient is where learning begins. Drag p."
    )
    data = {"items": _cost_items(), "p": P.tolist(), "chosen": values["cost"], "height": 330}
    _block("cost", data, {"chosen": lambda value: _keep("cost", value)})


def _softmax(_values: dict[str, Any]) -> None:
    st.caption("Three weighted sums become three probabilities. Drag a sum: all three shares move.")
    _block("softmax", {})


def _schedulers(values: dict[str, Any]) -> None:
    words, choice = st.columns([3, 4], vertical_alignment="center")
    words.caption("Six schedulers go down from one start. Drag learning rate and momentum while they walk.")
    with choice:
        _choose("landscape", as_buttons=True)
    name = values["landscape"]
    start = _start(values)
    data = {**walks(name, values["momentum"], start), "map_height": 390, "cost_height": 170}
    data["eta"] = values["eta"] or LANDSCAPES[name].eta
    _block(
        "paths", data,
        {
            "eta": lambda value: _keep("eta", value),
            "momentum": lambda value: _keep("momentum", value),
            "start": _keep_start,
        },
    )  # fmt: skip


def _start(values: dict[str, Any]) -> tuple[float, float] | None:
    """Return the start that was clicked, if it lies on the landscape that is shown."""
    place = (values["start_x"], values["start_y"])
    bounds = LANDSCAPES[values["landscape"]].bounds
    inside = all(low <= value <= high for value, (low, high) in zip(place, bounds, strict=True))
    return place if inside else None


def _keep_start(place: Any) -> None:
    if isinstance(place, list) and len(place) == 2:
        _keep("start_x", place[0])
        _keep("start_y", place[1])


def _backprop(values: dict[str, Any]) -> None:
    st.caption(
        "One row through a 2-2-1 network: forward to the cost, backward to every gradient. "
        "Blue solid weights are positive, orange dashed ones negative."
    )
    columns = st.columns(5)
    for column, name in zip(columns, ("gate", "row", "hidden_func"), strict=False):
        with column:
            _choose(name)
    for column, name in zip(columns[3:], ("trained", "seed"), strict=True):
        with column:
            _whole(name)
    chosen = tuple(values[name] for name in ("gate", "row", "hidden_func", "trained", "seed"))
    _block("backprop", _worked(*chosen))


@lru_cache(maxsize=64)
def _worked(gate: str, row: str, hidden_func: str, trained: int, seed: int) -> dict[str, Any]:  # noqa: PLR0917
    """Return the worked example that the drawing shows, checked against the network's own gradient."""
    experiment = Experiment.default(gate).replace(
        hidden=(2,), hidden_func=(hidden_func,), seed=seed, scheduler="Constant", eta=_STEP_ETA
    )
    training = experiment.training()
    if trained:
        training.advance(epochs=trained)
    table = load(gate)
    index = settings.ROWS.index(row)
    x, t = table.X[index], table.t[index]
    worked = work_out(training.network, x, float(t[0]), eta=_STEP_ETA)
    return {
        "row": row,
        "numbers": {key: number(value) for key, value in worked.numbers.items()},
        "raw": worked.numbers,
        "stages": [{"title": s.title, "lines": list(s.lines), "keys": list(s.keys)} for s in worked.stages],
        "check": _check_words(worked, training.network.gradient(x[None], t[None])),
    }


def _check_words(worked: Worked, gradient: list[np.ndarray]) -> str:
    pairs = zip(worked.gradient(), gradient, strict=True)
    largest = max(float(np.abs(mine - theirs).max()) for mine, theirs in pairs)
    words = "are the same to the last bit" if largest == 0 else f"differ by at most {largest:.1g}"
    return (
        "Checked: the nine gradients worked out here and those of the network's own back-propagation "
        f"{words}."
    )
