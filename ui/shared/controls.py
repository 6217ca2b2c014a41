"""The side bar: one widget a field of the Experiment, made from the field's declaration.

Order: data, network, learning; what matters first is in sight, the rest one click away. A widget's key is the
field's name, its bounds and words are the field's own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import streamlit as st

from nncore.data import DATA
from nncore.experiment import Experiment
from nncore.experiment.field_kinds import Choice, Field, Formula, Names, Real, Whole, Widths, number_text
from nncore.experiment.fields import FIELDS
from ui.shared.beside import differences
from ui.shared.session import Opened, all_widgets_drawn, default_experiment, place_widget, show_experiment
from ui.shared.widget_values import TYPED_FIELDS, to_widgets

# Widths beyond which a slider of small networks would be too coarse; addresses may hold more.
COMFORTABLE_WIDTH = {"gate": 16, "pattern": 16, "curve": 64, "surface": 32}
MOST_RADIOS = 6  # beyond them a list takes less of the side bar
DETAILS = (
    ("rho", "rho2"), ("init",), ("output_func",), ("cost",), ("schedule",), ("rule",),
    ("data_seed", "samples"), ("lam1",),
)  # fmt: skip
_STEPS = {"noise": 0.01, "split": 0.05, "momentum": 0.01, "rho": 0.01, "rho2": 0.001}
_SHORT_LABELS = {"split": "Training share"}  # where half the side bar is too narrow for the field's own
_WHOLE_STEPS = {"epochs": 10, "samples": 10}

Draw = Callable[[Field, Experiment], None]


def draw_controls(opened: Opened, *, data: Sequence[str], without: Iterable[str] = ()) -> None:
    """Draw all controls of an experiment into the side bar, but those of the fields in `without`.

    With a single data set there is no choice to draw.
    """
    with st.sidebar:
        Controls(opened, without=frozenset(without)).draw(data)


class Controls:
    """The controls of one page in one script run, but those of the fields in `without`."""

    def __init__(self, opened: Opened, *, without: frozenset[str]) -> None:
        self.page = opened.page
        self.experiment = opened.experiment
        self.kind = self.experiment.kind
        self.without = without
        self.values = to_widgets(self.experiment)

    def key(self, name: str) -> str:
        """Return the key of the widget that is drawn next, which then shows the experiment's value."""
        return place_widget(self.page, name, self.values[name])

    def placed(self, name: str) -> dict[str, Any]:
        """Return key and value of the widget that is drawn next.

        The value stands in the session already. It is named as the default too, because a browser that is
        still busy when the page is drawn again takes the default, and sends it back as if it had been chosen
        (Streamlit 1.67).
        """
        return {"key": self.key(name), "value": self.values[name]}

    def choice(self, name: str, options: Sequence[object]) -> dict[str, Any]:
        """Return key and position of the choice that is drawn next, for the same reason."""
        return {"key": self.key(name), "index": list(options).index(self.values[name])}

    def draw(self, data: Sequence[str]) -> None:
        """Draw everything, group by group."""
        self.data_group(data)
        self.network_group()
        self.learning_group()
        self.details_group()
        all_widgets_drawn(self.page)
        st.button(
            "Reset to the default", key="reset", on_click=self.reset, width="stretch",
            help="All controls back to what this page opens with.",
        )  # fmt: skip

    def data_group(self, data: Sequence[str]) -> None:
        """Draw which data, and how much it is blurred."""
        if len(data) > 1:
            field = FIELDS.of(Choice, "data")
            label = "Gate" if self.kind == "gate" else field.label
            words: dict[str, Any] = {"help": field.help, "format_func": lambda k: field.labels.get(k, k)}
            if len(data) <= MOST_RADIOS:
                st.radio(label, list(data), horizontal=True, **self.choice("data", data), **words)
            else:
                st.selectbox(label, list(data), **self.choice("data", data), **words)
        self.field("features")
        if self.kind == "gate":
            self.field("noise")
        else:
            self.row("noise", "split")

    def network_group(self) -> None:
        """Draw hidden layers, their widths and activations."""
        st.markdown("**Network**")
        left, right = st.columns(2)
        with left:
            self.field("hidden")
        if self.experiment.hidden and self.shows("hidden_func"):
            with right:
                common_activation(self)
        self.widths()
        if len(self.experiment.hidden) > 1 and self.shows("hidden_func"):
            each_activation(self)
        self.field("formula")

    def learning_group(self) -> None:
        """Draw scheduler, learning rate, epochs, batch size, seed."""
        st.markdown("**Learning**")
        self.row("scheduler", "eta")
        self.row("momentum")
        self.row("epochs", "batch_size")
        if self.experiment.course:
            st.caption(self.experiment.course)
        self.row("seed", "lam")

    def details_group(self) -> None:
        """Draw what a first visit does not need; what is set there is said where it is out of sight."""
        # Its content is always there: the browser unfolds it by itself, and waits for no script.
        with st.expander("More choices", key="more_choices"):
            for names in DETAILS:
                self.row(*names) if len(names) > 1 else self.field(*names)
        shown = [name for names in DETAILS for name in names if self.shows(name)]
        changed = differences(default_experiment(self.page), self.experiment, shown)
        with st.container(key="more_told"):
            if changed:
                st.caption("Set there: " + ", ".join(one.told for one in changed) + ".")

    def reset(self) -> None:
        """Go back to what this page opens with."""
        show_experiment(self.page, default_experiment(self.page))

    def widths(self) -> None:
        """Draw one slider for the width of each hidden layer, two in a row."""
        declared = FIELDS.of(Widths, "hidden")
        most = COMFORTABLE_WIDTH.get(self.kind, declared.max_width)
        columns = st.columns(2) if self.experiment.hidden else ()
        for layer, width in enumerate(self.experiment.hidden, 1):
            with columns[(layer - 1) % 2]:
                st.slider(
                    f"Layer {layer} neurons", 1, max(most, width), **self.placed(f"hidden_{layer}"),
                    help="More neurons can bend the border more often, and take longer.",
                )  # fmt: skip

    def shows(self, name: str) -> bool:
        """Whether a field matters here and is wanted on this page."""
        return self.experiment.applies(name) and name not in self.without

    def row(self, *names: str) -> None:
        """Draw those of the fields that matter here side by side."""
        shown = [name for name in names if self.shows(name)]
        if not shown:
            return
        for column, name in zip(st.columns(max(len(shown), 2)), shown, strict=False):
            with column:
                self.field(name)

    def field(self, name: str) -> None:
        """Draw the widget of one field, if it matters here."""
        if not self.shows(name):
            return
        declared = FIELDS[name]
        if name in TYPED_FIELDS:
            example = "0.03 or 3e-4" if isinstance(declared, Real) else "32"
            st.text_input(declared.label, **self.placed(name), help=f"{declared.help} Such as {example}.")
        else:
            _WIDGETS[type(declared)](declared, self)


def _choice(field: Choice, controls: Controls) -> None:
    st.selectbox(
        field.label, list(field.choices), **controls.choice(field.name, field.choices), help=field.help,
        format_func=lambda name: field.labels.get(name, name),
    )  # fmt: skip


def _real(field: Real, controls: Controls) -> None:
    step = _STEPS[field.name]
    value = controls.values[field.name]
    if field.name in ("noise", "split"):
        # Set by eye, on a slider; numbers of a scheduler are typed.
        source = DATA.get(controls.experiment.data)
        text = source.noise_help if field.name == "noise" and source else field.help
        label = _SHORT_LABELS.get(field.name, field.label)
        st.slider(label, field.low, field.high, **controls.placed(field.name), step=step, help=text)
    else:
        digits = max(2, len(number_text(value).partition(".")[2]))
        st.number_input(
            field.label,
            field.low,
            field.high,
            **controls.placed(field.name),
            step=step,
            help=field.help,
            format=f"%.{digits}f",
        )


def _whole(field: Whole, controls: Controls) -> None:
    unit = f" In {field.unit}." if field.unit else ""
    text = f"{field.help}{unit}"
    st.number_input(
        field.label, field.low, field.high, **controls.placed(field.name), help=text,
        step=_WHOLE_STEPS.get(field.name, 1),
    )  # fmt: skip


def _widths(field: Widths, controls: Controls) -> None:
    st.select_slider(
        field.label, list(range(field.max_layers + 1)), **controls.placed(field.name), help=field.help,
        format_func=lambda layers: str(layers) if layers else "none",
    )  # fmt: skip


def _names(field: Names, controls: Controls) -> None:
    st.multiselect(
        field.label, list(field.choices), default=controls.values[field.name], key=controls.key(field.name),
        help=field.help, format_func=lambda name: field.labels.get(name, name),
    )  # fmt: skip


def common_activation(controls: Controls) -> None:
    """Draw the choice of one activation for all hidden layers; of no use while each has its own."""
    each = len(controls.experiment.hidden_func) > 1
    _activation(controls, "hidden_func", FIELDS["hidden_func"].label, disabled=each)


def each_activation(controls: Controls) -> None:
    """Draw the switch for one activation a layer, and the choices while it is on."""
    st.checkbox(
        "Another activation for each layer", **controls.placed("hidden_func_each"),
        help="Off: all hidden layers share one activation.",
    )  # fmt: skip
    if controls.values["hidden_func_each"]:
        columns = st.columns(2)
        for layer in range(1, len(controls.experiment.hidden) + 1):
            with columns[(layer - 1) % 2]:
                _activation(controls, f"hidden_func_{layer}", f"In layer {layer}")


def _activation(controls: Controls, name: str, label: str, *, disabled: bool = False) -> None:
    field = FIELDS.of(Names, "hidden_func")
    st.selectbox(
        label, list(field.choices), **controls.choice(name, field.choices), help=field.help,
        disabled=disabled, format_func=lambda name: field.labels.get(name, name),
    )  # fmt: skip


def _formula(field: Formula, controls: Controls) -> None:
    st.text_input(field.label, **controls.placed(field.name), help=field.help)


_WIDGETS: dict[type[Field], Callable[[Any, Controls], None]] = {
    Choice: _choice,
    Real: _real,
    Whole: _whole,
    Widths: _widths,
    Names: _names,
    Formula: _formula,
}
