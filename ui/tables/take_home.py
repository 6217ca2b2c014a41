"""A trained network with its whole preparation as a zip that answers new rows with NumPy alone."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Iterable
from importlib.abc import InspectLoader
from importlib.util import find_spec
from typing import Final

from nncore.data.raw_rows import Preparation
from nncore.experiment import Experiment
from nncore.experiment.fields import CUSTOM
from nncore.export.storage import save
from nncore.frameworks.formulas import formula_source
from nncore.model import Model
from nncore.onnx_export import installed as onnx_installed
from nncore.onnx_export import onnx_bytes
from ui.tables.preparation import Prepared
from ui.tables.program import Change, own_script, recipe_json
from ui.tables.table import Table

_MODULES: Final = ("spellings", "number_format", "cell_times", "tidy", "raw_cells", "raw_rows", "row_files")
"""Modules of `nncore.data` that read a row, handed out as they are."""
_FUNCTIONS: Final = {
    **{name: f"np.{name}" for name in ("exp", "log", "sqrt", "abs", "sin", "cos", "tanh", "sinh", "cosh")},
    **{name: f"np.{name}" for name in ("arctan", "maximum", "minimum", "where")},
    "erf": "np.vectorize(math.erf)",
    "sigmoid": 'ACTIVATIONS["sigmoid"]',
    "softplus": 'ACTIVATIONS["softplus"]',
    "relu": 'ACTIVATIONS["RELU"]',
}
"""NumPy's functions for those of a formula."""
_NO_FORMULAS: Final = "FORMULAS: dict[str, Callable[[np.ndarray], np.ndarray]] = {}\n"


def fingerprint(content: bytes) -> str:
    """Return the SHA-256 of a file, by which its very bytes are known again."""
    return hashlib.sha256(content).hexdigest()


def home_zip(
    table: Table, prepared: Prepared, network: Model, *, experiment: Experiment,
    content: bytes, changes: Iterable[Change] = (),
) -> bytes:  # fmt: skip
    """Return network, preparation, `predict.py`, training program, recipe and fingerprint as one zip.

    Parameters
    ----------
    table : Table
    prepared : Prepared
        Made from the table.
    network : Model
        Trained on what was prepared.
    experiment : Experiment
    content : bytes
        The file that the table was read from.
    changes : iterable of (epoch, field, value)
        What was changed in mid-run.
    """
    preparation = prepared.preparation
    recipe = json.loads(recipe_json(table, prepared, experiment))
    recipe |= {"sha256": fingerprint(content), "bytes": len(content)}
    formula = experiment.formula if CUSTOM in experiment.hidden_func else ""
    files: dict[str, str | bytes] = {
        "predict.py": _predict_source(formula),
        **{f"rows/{name}.py": _handed_out(f"nncore.data.{name}") for name in _MODULES},
        "rows/__init__.py": '"""What reads a row as the rows were read that the network learned from."""\n',
        "network.npz": _network_file(network, prepared),
        "train.py": own_script(table, prepared, experiment, changes=changes),
        "recipe.json": json.dumps(recipe, indent=2, ensure_ascii=False),
    }
    if onnx_installed() and not formula:
        files["network.onnx"] = onnx_bytes(network, preparation=preparation)
    files["README.txt"] = _readme(table, preparation, fingerprint(content), tuple(files))
    return _zipped(files)


def _zipped(files: dict[str, str | bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            # A fixed date: the same network gives the same bytes.
            archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def _network_file(network: Model, prepared: Prepared) -> bytes:
    buffer = io.BytesIO()
    save(buffer, network, data=prepared.data)
    return buffer.getvalue()


def _handed_out(module: str) -> str:
    """Return a module of ours as it stands in the zip, where `rows` is what `nncore.data` is here."""
    spec = find_spec(module)
    assert spec is not None
    assert isinstance(spec.loader, InspectLoader)
    return (spec.loader.get_source(module) or "").replace("nncore.data.", "rows.")


def _predict_source(formula: str) -> str:
    """Return `predict.py`; the formula of a network that has one is written out in it."""
    source = _handed_out("nncore.export.predict")
    if not formula:
        return source
    written = f"FORMULAS = {{{formula!r}: lambda z: {formula_source(formula, _FUNCTIONS)}}}\n"
    assert _NO_FORMULAS in source
    return source.replace(_NO_FORMULAS, written).replace("import json\n", "import json\nimport math\n")


def _called(table: Table, name: str) -> str:
    """Return the name of a column, with that in the file where it is another one."""
    in_file = table.in_file(name)
    return name if in_file == name else f"{name} (or “{in_file}”, as in {table.name})"


def _readme(table: Table, preparation: Preparation, digest: str, files: tuple[str, ...]) -> str:
    what = f"one of {len(preparation.classes)} classes" if preparation.classes else "a number"
    lines = [
        f"A network that predicts “{preparation.target}” ({what}), learned from {table.name}.",
        "",
        "To use it, with Python 3.11 or later, in this folder:",
        "",
        "    pip install numpy",
        "    python predict.py rows.csv predictions.csv",
        "",
        "rows.csv is a table like the one it learned from, in any order of columns; other columns are passed",
        "over. predictions.csv has one line for each of its rows, in their order, with the row of the file",
        "(the line of names is row 1), what is predicted, and remarks on what was missing or unknown.",
        "",
        "The columns that it needs:",
        "",
        *(f"    {_called(table, name)}: {preparation.column(name).how}" for name in preparation.features),
        "",
        "What else lies here:",
        "",
        "    network.npz   for Python: nncore.export.storage.load_saved reads it, and predicts raw rows",
        *(["    network.onnx  the same for other languages: an input a column, dates in days since 1970"]
          if "network.onnx" in files else []),
        f"    train.py      trains it again from {table.name}; needs nncore, pandas and scikit-learn",
        "    recipe.json   how the file was read and made ready, and the run",
        "    rows/         what predict.py reads rows with",
        "",
        f"Fingerprint of {table.name} (SHA-256): {digest}",
    ]  # fmt: skip
    return "\n".join(lines) + "\n"
