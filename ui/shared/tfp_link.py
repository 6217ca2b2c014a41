"""TensorFlow Playground's addresses: read completely, and told what cannot be the same here.

Everything of a setting stands behind the `#` of its address, as `name=value` joined by `&`; what is left out
has the value of that playground's own start. Names, defaults and meanings follow its `state.ts` and
`playground.ts` (D. Smilkov and S. Carter, 2016).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import unquote_plus

import streamlit as st

from nncore.experiment import Experiment
from nncore.experiment.field_kinds import Real, Whole, Widths, number_text, read_number, shown
from nncore.experiment.fields import FIELDS

MAX_LENGTH: Final = 4000
PARAMETER: Final = "tfp"
"""Parameter of an address of ours that holds such a setting; `ui/web/frame/setting.js` writes it."""
EPOCHS: Final = 300
SAMPLES: Final = {"classification": 500, "regression": 1200}

_DATASETS: Final = {"circle": "circle", "xor": "xor_cloud", "gauss": "gauss", "spiral": "spiral"}
_SURFACES: Final = {"reg-plane": "reg_plane", "reg-gauss": "reg_gauss"}
_ACTIVATIONS: Final = {"relu": "RELU", "tanh": "tanh", "sigmoid": "sigmoid", "linear": "identity"}
_FEATURES: Final = {
    "x": "x",
    "y": "y",
    "xSquared": "x2",
    "ySquared": "y2",
    "xTimesY": "xy",
    "sinX": "sinx",
    "sinY": "siny",
}
_NOT_INPUTS: Final = ("cosX", "cosY")
_HIDE: Final = "_hide"
_PERCENT: Final = ("noise", "split")  # fields of ours, shares of one here and of a hundred there
_LAYERS: Final = FIELDS.of(Widths, "hidden")

_DEFAULTS: Final[Mapping[str, Any]] = {
    "activation": "tanh",
    "regularization": "none",
    "batchSize": 10.0,
    "dataset": "circle",
    "regDataset": "reg-plane",
    "learningRate": 0.03,
    "regularizationRate": 0.0,
    "noise": 0.0,
    "networkShape": (4, 2),
    "seed": None,
    "showTestData": False,
    "discretize": False,
    "percTrainData": 50.0,
    **dict.fromkeys(_FEATURES, False),
    "x": True,
    "y": True,
    **dict.fromkeys(_NOT_INPUTS, False),
    "collectStats": False,
    "tutorial": None,
    "problem": "classification",
    "initZero": False,
    "hideText": False,
}
_NAMES: Final = {name.lower(): name for name in _DEFAULTS}
"""Names that were written in another case are theirs, here as in addresses of ours."""


class LinkError(ValueError):
    """A text that is no address of TensorFlow Playground."""


@dataclass(frozen=True)
class Linked:
    """What an address of TensorFlow Playground opens here."""

    experiment: Experiment
    """The same data, network and learning, as far as they exist here."""
    discrete: bool
    show_val: bool
    """`discrete` and `show_val`: how it is shown."""
    notes: tuple[str, ...]
    """What could not be matched, one sentence each."""
    refused: tuple[str, ...] = ()
    """Those of them that say that something of the link is not used as it stands there."""


@dataclass
class _Notes:
    """Sentences gathered on the way."""

    lines: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)

    def add(self, sentence: str) -> None:
        if sentence not in self.lines:
            self.lines.append(sentence)

    def refuse(self, sentence: str) -> None:
        """Add a sentence about what of the link is not used as it stands there."""
        self.add(sentence)
        self.refused.append(sentence)


def take_setting() -> str:
    """Take the setting out of the address that was opened; "" where there is none."""
    text = st.query_params.get(PARAMETER, "")
    if text:
        del st.query_params[PARAMETER]
    return text


def read_link(text: str) -> Linked:
    """Read a whole address of TensorFlow Playground, or what stands behind its `#`.

    Raises `LinkError` when the text is no such address.
    """
    notes = _Notes()
    state = _state(_pairs(text), notes)
    changes = {**_data(state, notes), **_network(state, notes), **_learning(state, notes)}
    near = {name: _nearest(name, value, notes) for name, value in changes.items()}
    experiment = Experiment.default(near.pop("data")).replace(**near)
    _remark(state, notes)
    return Linked(
        experiment, state["discretize"], state["showTestData"], tuple(notes.lines), tuple(notes.refused)
    )


def _nearest(name: str, value: Any, notes: _Notes) -> Any:
    """Return the value nearest to a number that exists here, and say where it is another one.

    What stands in a link as so many percent is told as they stand there.
    """
    declared = FIELDS[name]
    if not isinstance(declared, Real | Whole):
        return value
    low: float = 0 if isinstance(declared, Real) and declared.zero and value <= 0 else declared.low
    near = min(max(value, low), declared.high)
    if near != value:
        given = f"{number_text(round(100 * value, 9))} %" if name in _PERCENT else number_text(value)
        notes.refuse(
            f"{declared.label} must be {declared.allowed} here; got {given}. "
            f"The nearest, {declared.format(near)}, is used instead."
        )
    return near


def _pairs(text: str) -> dict[str, str]:
    """Cut the part behind `#` into names and values, as that playground does."""
    text = text.strip()
    if len(text) > MAX_LENGTH:
        raise LinkError(f"An address has at most {MAX_LENGTH} characters; this text has {len(text):,}.")
    address, mark, behind = text.partition("#")
    if not mark:
        if "://" in address or "/" in address:
            raise LinkError(
                "This address has no setting in it: in TensorFlow Playground it stands behind the # sign."
            )
        behind = address
    pairs = {}
    for part in behind.split("&"):
        name, equals, value = part.partition("=")
        if equals:
            name = unquote_plus(name)
            pairs[_NAMES.get(name.lower(), name)] = unquote_plus(value)
    known = [name for name in pairs if name in _DEFAULTS or name.endswith(_HIDE)]
    if not known:
        raise LinkError(
            "This is not an address of TensorFlow Playground: none of its settings "
            "(activation, dataset, networkShape, ...) stands in it."
        )
    return pairs


def _state(pairs: Mapping[str, str], notes: _Notes) -> dict[str, Any]:
    """Give every setting its value: as written, else that playground's default."""
    state = dict(_DEFAULTS)
    hidden = []
    for name, text in pairs.items():
        if name.endswith(_HIDE):
            hidden += [name.removesuffix(_HIDE)] if text.lower() == "true" else []
            continue
        if name not in _DEFAULTS:
            notes.refuse(f"“{name[:40]}” is not a setting of TensorFlow Playground and is ignored.")
            continue
        # An empty value counts as none, except for the network's shape, where it means no hidden layer.
        if text.strip() == "" and name != "networkShape":
            continue
        try:
            state[name] = _READERS.get(name, str)(text)
        except ValueError as error:
            notes.refuse(f"{name} must be {error}; got {shown(text)}. {_shown(state[name])} is used instead.")
    if hidden or state["hideText"]:
        what = ", ".join([*hidden, *(["its text"] if state["hideText"] else [])])
        notes.add(f"The link hides controls ({what}); here all controls stay in sight.")
    return state


def _number(text: str) -> float:
    number = read_number(text)
    if math.isnan(number):
        raise ValueError("a number")
    if math.isinf(number):
        raise ValueError("a finite number")
    return number


def _shape(text: str) -> tuple[int, ...]:
    if text.strip() == "":
        return ()
    try:
        widths = tuple(int(part) for part in text.split(","))
    except ValueError:
        raise ValueError("whole numbers joined by commas") from None
    if not all(1 <= width <= _LAYERS.max_width for width in widths):
        raise ValueError(f"layers of 1 to {_LAYERS.max_width} neurons")
    return widths


def _one_of(names: Mapping[str, Any]) -> Callable[[str], str]:
    meant = {name.lower(): name for name in names}

    def read(text: str) -> str:
        if text.lower() not in meant:
            raise ValueError(f"one of {', '.join(names)}")
        return meant[text.lower()]

    return read


_READERS: Final[Mapping[str, Callable[[str], Any]]] = {
    "activation": _one_of(_ACTIVATIONS),
    "regularization": _one_of({"none": 0, "L1": 1, "L2": 2}),
    "dataset": _one_of(_DATASETS),
    "regDataset": _one_of({**_SURFACES, "reg-maximum": None, "reg-argmax": None}),
    "problem": _one_of(SAMPLES),
    "networkShape": _shape,
    **dict.fromkeys(("batchSize", "learningRate", "regularizationRate", "noise", "percTrainData"), _number),
    **dict.fromkeys(
        (*_FEATURES, *_NOT_INPUTS, "showTestData", "discretize", "collectStats", "initZero", "hideText"),
        lambda text: text.lower() != "false",
    ),
}


def _shown(value: Any) -> str:
    if isinstance(value, tuple):
        return ",".join(str(width) for width in value)
    return f"{value:g}" if isinstance(value, float) else str(value)


def _data(state: Mapping[str, Any], notes: _Notes) -> dict[str, Any]:
    regression = state["problem"] == "regression"
    if regression and state["regDataset"] not in _SURFACES:
        notes.refuse(
            f"regDataset {state['regDataset']} exists in old versions only; the plane is shown instead."
        )
    data = _SURFACES.get(state["regDataset"], "reg_plane") if regression else _DATASETS[state["dataset"]]
    features = tuple(ours for theirs, ours in _FEATURES.items() if state[theirs])
    if not features:
        notes.refuse("The link chooses no input feature; x and y are used.")
        features = ("x", "y")
    found = {
        "data": data,
        "samples": SAMPLES[state["problem"]],
        "noise": state["noise"] / 100,
        "split": state["percTrainData"] / 100,
        "features": features,
    }
    seed = _seed(state["seed"])
    return found if seed is None else {**found, "data_seed": seed, "seed": seed}


def _seed(text: str | None) -> int | None:
    """Make a seed of ours from one of theirs, which is any text, mostly a number such as 0.12345."""
    if not text:
        return None
    digits = "".join(sign for sign in text if sign.isascii() and sign.isdigit())
    return int(digits[-9:]) if digits else sum(map(ord, text)) % 10_000


def _network(state: Mapping[str, Any], notes: _Notes) -> dict[str, Any]:
    shape = state["networkShape"]
    most = _LAYERS.max_layers
    if len(shape) > most:
        notes.refuse(f"The link has {len(shape)} hidden layers; the first {most} of them are used.")
        shape = shape[:most]
    return {
        "hidden": shape,
        "hidden_func": (_ACTIVATIONS[state["activation"]],),
        **({"init": "zeros"} if state["initZero"] else {}),
    }


def _learning(state: Mapping[str, Any], notes: _Notes) -> dict[str, Any]:
    rate, penalty = state["learningRate"], state["regularizationRate"]
    if state["problem"] == "regression":
        # Their cost has a factor one half, ours has none: half the rate and twice the penalty step alike.
        rate /= 2
        penalty *= 2
        also = f" and the penalty {penalty / 2:g} became {penalty:g}" if _penalises(state) else ""
        notes.add(
            f"The learning rate {state['learningRate']:g} became {rate:g}{also}: the squared error here "
            "has no factor one half, so the steps are the same."
        )
    found = {
        "scheduler": "Constant",
        "eta": rate,
        "batch_size": round(state["batchSize"]),
        "epochs": EPOCHS,
        "lam": penalty if state["regularization"] == "L2" else 0.0,
        "lam1": penalty if state["regularization"] == "L1" else 0.0,
    }
    if state["batchSize"] < 1:
        notes.refuse(
            f"batchSize must be 1 or more; got {number_text(state['batchSize'])}. 10 is used instead."
        )
        found["batch_size"] = 10
    return found


def _penalises(state: Mapping[str, Any]) -> bool:
    return state["regularization"] != "none" and state["regularizationRate"] != 0


def _remark(state: Mapping[str, Any], notes: _Notes) -> None:
    """Say what is never the same, whatever the link."""
    if state["problem"] == "classification":
        notes.add(
            "TensorFlow Playground minimises the squared error of a tanh output; here it is the logistic "
            "cost of a sigmoid, so the same learning rate may act faster or slower."
        )
    if state["regularization"] == "L1" and _penalises(state):
        notes.add(
            "There a weight that L1 brings to zero stays zero for good; here it may come back. "
            "The L1 penalty stands under “More choices”."
        )
    if state["seed"]:
        notes.add("Points and starting weights come from another random generator: alike, not the same.")
    if not state["initZero"]:
        notes.add(
            "Starting weights there are uniform within ±0.5 with biases 0.1; here they suit the activation."
        )
    notes.add(f"A run there has no end; here it rests after {EPOCHS} epochs, and Play goes on beyond them.")
    if any(state[name] for name in _NOT_INPUTS):
        notes.add("cos x and cos y can stand in a link but are no inputs, there as here.")
    if state["tutorial"]:
        notes.add("The tutorial that the link names is not part of this playground.")
    if state["collectStats"]:
        notes.add("collectStats is about TensorFlow Playground's own statistics; nothing is collected here.")
