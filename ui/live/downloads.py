"""Take home: the run on screen as files.

Every file is made when its button is pressed, from the run as it stands at that moment.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Sequence

import streamlit as st

from nncore.experiment import Experiment
from nncore.experiment.fields import CUSTOM, OWN_DATA
from nncore.export.script import script
from nncore.export.storage import save
from nncore.onnx_export import installed as onnx_installed
from nncore.onnx_export import onnx_bytes
from ui.live.record import RunRecord
from ui.live.view import LiveHandle


def history_csv(record: RunRecord) -> str:
    """Return the curves of a run as comma-separated text, one row an epoch, epoch 0 before training.

    Numbers are written so that they read back as the same float64; what a run has not (validation rows,
    an accuracy) is left empty.
    """
    columns = {
        "train_cost": record.train,
        "val_cost": record.val,
        "train_accuracy": record.train_acc,
        "val_accuracy": record.val_acc,
    }
    columns = {name: values for name, values in columns.items() if values}
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["epoch", *columns])
    for epoch in range(len(record.train)):
        writer.writerow([epoch, *(_cell(values, epoch) for values in columns.values())])
    return text.getvalue()


def _cell(values: Sequence[float], epoch: int) -> str:
    return repr(values[epoch]) if epoch < len(values) else ""


def weights_file(handle: LiveHandle) -> bytes:
    """Return weights and setting of the run as the bytes of an .npz file, which `nncore.load` reads."""
    buffer = io.BytesIO()
    save(buffer, handle.network(), data=handle.data())
    return buffer.getvalue()


def onnx_file(handle: LiveHandle) -> bytes:
    """Return the network of the run as the bytes of an `.onnx` file, for other programs and languages."""
    return onnx_bytes(handle.network(), preparation=handle.data().preparation)


def run_script(record: RunRecord) -> str:
    """Return a Python program that repeats the whole run, changes in mid-run included, with nncore alone."""
    program = script(record.experiment)
    if record.touched:
        return f"# Weights were set by hand or kept in this run; this program trains without that.\n{program}"
    return program


def file_stem(experiment: Experiment) -> str:
    """Return a file name for an experiment, without ending: its label in plain characters."""
    return re.sub(r"[^A-Za-z0-9.]+", "_", experiment.label()).strip("_")


def draw_downloads(handle: LiveHandle, experiment: Experiment) -> None:
    """Draw the download buttons of a run."""
    stem = file_stem(experiment)
    files: tuple[tuple[str, str, str, str, Callable[[], str | bytes]], ...] = (
        (
            "experiment", "Experiment (JSON)", f"{stem}.json",
            "Every setting; the same setting gives the same numbers.",
            lambda: handle.record().experiment.to_json(),
        ),
        (
            "history", "History (CSV)", f"{stem}.csv", "Cost and accuracy after every epoch.",
            lambda: history_csv(handle.record()),
        ),
        (
            "weights", "Weights (.npz)", f"{stem}.npz", "The weights as they are now, for nncore.load.",
            lambda: weights_file(handle),
        ),
        (
            "onnx", "Network (ONNX)", f"{stem}.onnx",
            "The network as it is now, for other programs and languages; its inputs are the numbers that the "
            "network sees, scaled where the data is scaled, of a table of one's own its raw columns.",
            lambda: onnx_file(handle),
        ),
        (
            "script", "Python script", f"{stem}.py",
            "A short program that ends at the same numbers, with nncore alone.",
            lambda: run_script(handle.record()),
        ),
    )  # fmt: skip
    with st.container(horizontal=True):
        for name, label, file_name, text, make in files:
            if name == "script" and experiment.data == OWN_DATA:
                continue  # a script cannot load what never leaves the tab
            if name == "onnx" and (not onnx_installed() or CUSTOM in experiment.hidden_func):
                continue  # an extra, and the format has no operator for what a user types
            st.download_button(
                label, make, file_name=file_name, key=f"download_{name}", help=text, on_click="ignore",
                icon=":material/download:",
            )  # fmt: skip
    st.caption("Charts save themselves as PNG or SVG by their own keys, the screen by the camera on top.")
