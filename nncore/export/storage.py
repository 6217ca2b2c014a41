"""Saving a trained network to a `.npz` file, and reading it back without trusting the file.

The file holds one array per layer and a text (JSON) with shapes, names of functions, formulas and what is
needed to prepare inputs. There is no pickle in it, neither written nor read: a file from a stranger can be
refused but cannot run anything.
"""

from __future__ import annotations

import json
import os
import tokenize
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, BinaryIO, TypedDict

import numpy as np

from nncore import checks
from nncore.activations import ACTIVATIONS
from nncore.costs import COSTS, ClassWeighted, plain_cost
from nncore.data import FEATURES, DataSet, expand_features
from nncore.data.raw_rows import Preparation
from nncore.experiment.field_kinds import shown
from nncore.experiment.formula import CompiledFormula, FormulaError, compile_formula
from nncore.ffnn import FFNN
from nncore.initialisation import INITIALISATIONS
from nncore.model import Model
from nncore.training import Training

FORMAT = "nncore network"
VERSION = 1
MAX_BYTES = 256 * 2**20  # unpacked; a file that claims more is refused before anything is read
_META = "network"
_HEADER = 256  # bytes of a file's part beside its numbers, at most
_MAX_META = 10**7
_MAX_LAYERS = 1000
_DTYPES = ("float32", "float64")

# What the readers of zip and npy files are known to raise on damaged or hostile ones.
_BROKEN = (
    zipfile.BadZipFile, zlib.error, tokenize.TokenError, EOFError, KeyError, MemoryError,
    NotImplementedError, RuntimeError, SyntaxError, TypeError, ValueError,
)  # fmt: skip

Function = Callable[..., Any]
Functions = Mapping[str, Function]
File = str | os.PathLike[str] | BinaryIO
Meta = dict[str, Any]
"""What a file says of its network: JSON, believed only where it was looked at."""


class _Preparation(TypedDict):
    """What prepares a network's inputs."""

    feature_names: tuple[str, ...]
    class_names: tuple[str, ...]
    features: tuple[str, ...]
    scaling: tuple[np.ndarray, np.ndarray] | None
    note: str
    preparation: Preparation | None


@dataclass(frozen=True)
class Saved:
    """A network from a file, with what is needed to use it on new rows."""

    network: FFNN
    """With the weights of the file."""
    feature_names: tuple[str, ...] = ()
    class_names: tuple[str, ...] = ()
    """`feature_names` and `class_names`: names of the input columns and of the classes; empty where they were
    not saved."""
    features: tuple[str, ...] = ()
    """Input features of a two-dimensional set, names out of ``nncore.data.FEATURES``."""
    scaling: tuple[np.ndarray, np.ndarray] | None = None
    """pair of arrays (n_raw,), or None: offset and factor that were applied to raw inputs."""
    note: str = ""
    """What was scaled, in words."""
    preparation: Preparation | None = None
    """Of a table of one's own, all that turns its raw rows into inputs."""

    def transform(self, raw: Any) -> np.ndarray:
        """Turn raw inputs (n, n_raw) into the columns (n, n_inputs) that the network takes.

        Parameters
        ----------
        raw : array (n, n_raw), or table
            Numbers; for a network that learned from a table, rows as they stand in it: texts, numbers and
            dates, as a pandas frame, a mapping of columns, or a list of rows (see `Preparation.columns_of`).

        Raises
        ------
        ValueError
            If the number of columns does not fit, or a feature is missing.
        """
        if self.preparation is not None:
            return self.preparation.inputs(self.preparation.columns_of(raw))[0]
        rows = checks.numbers("raw inputs", raw)
        if self.scaling is not None:
            offset, factor = self.scaling
            if rows.shape[-1:] != offset.shape:
                raise ValueError(f"raw inputs must have {len(offset)} columns; got shape {rows.shape}.")
            rows = (rows - offset) * factor
        return expand_features(rows, self.features) if self.features else rows

    def answers(self, raw: Any) -> np.ndarray:
        """Return what the network says of raw rows: probabilities of all classes, or values in their units.

        Raises
        ------
        ValueError
            As `transform`.
        """
        outputs = self.network.predict_proba(self.transform(raw))
        return outputs if self.preparation is None else self.preparation.answers(outputs)

    def predict(self, raw: Any) -> np.ndarray:
        """Return the class of every raw row by name where classes have names, else what the network decides.

        Raises
        ------
        ValueError
            As `transform`.
        """
        if self.preparation is None:
            return self.network.predict(self.transform(raw))
        answers = self.answers(raw)
        return np.array(self.preparation.names(answers)) if self.preparation.classes else answers[:, 0]

    def problems(self, raw: Any) -> list[tuple[int, str]]:
        """Say what was wrong with raw rows of a table: which row, counted from 0, and a sentence each."""
        if self.preparation is None:
            return []
        return self.preparation.inputs(self.preparation.columns_of(raw))[1]


def save(
    path: File,
    trained: Model | Training,
    *,
    data: DataSet | None = None,
    functions: Functions | None = None,
) -> None:
    """Write a network, or a stack of them, to a `.npz` file.

    Parameters
    ----------
    path : str, path or binary file
        Where to; the name is taken as it is.
    trained : FFNN or Training
        The network, or the training that holds it.
    data : DataSet, optional
        What it was trained on: scaling, features and names are saved with it, rows are not.
    functions : mapping of str to callable, optional
        Names for activations and costs of your own. `load` needs the same mapping.

    Raises
    ------
    ValueError
        If a function has no name: neither built in, nor a formula, nor in `functions`; or the network has
        more numbers or layers than `load` would read.
    """
    network = trained.network if isinstance(trained, Training) else trained
    if not isinstance(network, Model):
        raise ValueError(f"trained must be an FFNN or a Training; got {shown(trained)}.")
    meta = _description(network, data, dict(functions or {}))
    arrays = {f"weights_{i}": np.asarray(layer) for i, layer in enumerate(network.weights)}
    if data is not None and data.scaling is not None:
        arrays["offset"], arrays["factor"] = data.scaling
    arrays[_META] = np.frombuffer(json.dumps(meta).encode(), dtype=np.uint8)
    _check_size(sum(array.nbytes + _HEADER for array in arrays.values()), len(network.weights))
    if arrays[_META].size > _MAX_META:
        raise ValueError(f"names and seeds must fit into {_MAX_META} bytes; got {arrays[_META].size}.")
    if isinstance(path, (str, os.PathLike)):
        with open(path, "wb") as file:
            np.savez(file, allow_pickle=False, **arrays)
    else:
        np.savez(path, allow_pickle=False, **arrays)


def load(path: File, *, functions: Functions | None = None) -> FFNN:
    """Return the network of a file that `save` wrote: the same predictions, bit for bit.

    Parameters
    ----------
    path : str, path or binary file
        Where from.
    functions : mapping of str to callable, optional
        Your own activations and costs by the names given to `save`.

    Raises
    ------
    ValueError
        If the file is not such a file, or names a function that is not known.
    OSError
        If there is no such file.
    """
    return load_saved(path, functions=functions).network


def load_saved(path: File, *, functions: Functions | None = None) -> Saved:
    """Return the network of a file together with what prepares its inputs; arguments as for `load`.

    Raises
    ------
    ValueError, OSError
        As `load`.
    """
    meta, arrays = _read(path)
    try:
        return _rebuilt(meta, arrays, dict(functions or {}))
    except (KeyError, TypeError, AttributeError, OverflowError) as error:
        raise ValueError(f"file must be complete; {type(error).__name__} for {shown(str(error))}.") from None


def _description(network: Model, data: DataSet | None, own: Functions) -> Meta:
    seeds = network.seeds
    meta: Meta = {
        "format": FORMAT,
        "version": VERSION,
        "dimensions": [int(width) for width in network.dimensions],
        "hidden_func": [_name("hidden_func", func, ACTIVATIONS, own=own) for func in network.hidden_func],
        "output_func": _name("output_func", network.output_func, ACTIVATIONS, own=own),
        "cost_func": _name("cost_func", plain_cost(network.cost_func), COSTS, own=own),
        "runs": list(network.runs),
        # As Python's own integers: as an array large ones would lose their last digits.
        "seed": seeds if network.runs else seeds[0],
        "init": network.init,
        "dtype": network.dtype.name,
    }
    if isinstance(network.cost_func, ClassWeighted):
        meta["class_weights"] = list(network.cost_func.weights)
    if data is not None:
        for name in ("feature_names", "class_names", "features"):
            meta[name] = list(getattr(data, name))
        meta["note"] = data.note
        if data.preparation is not None:
            meta["preparation"] = data.preparation.to_facts()
    return meta


def _name(field: str, func: Function, known: Functions, *, own: Functions) -> str | dict[str, str]:
    if isinstance(func, CompiledFormula):
        return {"formula": func.text}
    for name, other in known.items():
        if other is func:
            return name
    for name, other in own.items():
        # Marked, since it may be called as a built-in one is: the lecture's cells do.
        if other is func or other is getattr(func, "_typed", None):
            return {"own": name}
    raise ValueError(
        f"{field} must be one of {', '.join(known)}, a formula, or named in "
        f'functions={{"name": function}}, which load then needs as well; got {shown(func)}.'
    )


def _read(path: File) -> tuple[Meta, dict[str, np.ndarray]]:
    """Return description and arrays; refuse by the table of contents what would be too large."""
    with _refusing_broken_files(), zipfile.ZipFile(path) as archive:
        entries = archive.infolist()
    _check_size(sum(entry.file_size for entry in entries), len(entries) - 3)
    if hasattr(path, "seek"):
        path.seek(0)
    with _refusing_broken_files(), np.load(path, allow_pickle=False) as content:
        arrays = {name: content[name] for name in content.files}
    meta = _meta(arrays.pop(_META, None))
    return meta, arrays


def _check_size(n_bytes: int, n_layers: int) -> None:
    if n_bytes > MAX_BYTES or n_layers > _MAX_LAYERS:
        raise ValueError(
            f"file must hold at most {MAX_BYTES} bytes and {_MAX_LAYERS} layers; "
            f"got {n_bytes} bytes and {n_layers} layers."
        )


@contextmanager
def _refusing_broken_files() -> Iterator[None]:
    try:
        yield
    except _BROKEN as error:
        slip = f"{type(error).__name__} ({shown(str(error))})"
        raise ValueError(f"file must be a .npz file that save wrote; got {slip}.") from None


def _meta(raw: np.ndarray | None) -> Meta:
    if raw is None or raw.dtype != np.uint8 or raw.ndim != 1 or raw.size > _MAX_META:
        raise ValueError("file must be one that save wrote; got one without a description of a network.")
    try:
        meta = json.loads(raw.tobytes().decode())
    except (ValueError, RecursionError):
        raise ValueError("file must hold a readable description; got something else.") from None
    if not isinstance(meta, dict) or meta.get("format") != FORMAT:
        raise ValueError(f"file must hold a network; got {shown(meta)}.")
    if meta.get("version") != VERSION:
        raise ValueError(f"version of the file must be {VERSION}; got {shown(meta.get('version'))}.")
    return meta


def _rebuilt(meta: Meta, arrays: dict[str, np.ndarray], own: Functions) -> Saved:
    dims, runs, seed = meta["dimensions"], meta["runs"], meta["seed"]
    if meta["dtype"] not in _DTYPES:
        raise ValueError(f"dtype must be one of {', '.join(_DTYPES)}; got {shown(meta['dtype'])}.")
    if meta["init"] is not None and meta["init"] not in INITIALISATIONS:
        raise ValueError(f"init must be one of {', '.join(INITIALISATIONS)}; got {shown(meta['init'])}.")
    weights = _checked_weights(arrays, dims, runs, dtype=meta["dtype"])
    if runs and seed is None:
        raise ValueError("seed must be a list with one number per run; got None.")
    hidden = [_function("hidden_func", name, ACTIVATIONS, own=own) for name in meta["hidden_func"]]
    cost_func = _function("cost_func", meta["cost_func"], COSTS, own=own)
    if "class_weights" in meta:
        cost_func = ClassWeighted(cost_func, tuple(meta["class_weights"]))
    network = FFNN(
        dims,
        hidden_func=hidden,
        output_func=_function("output_func", meta["output_func"], ACTIVATIONS, own=own),
        cost_func=cost_func,
        seed=seed,
        init=meta["init"],
        dtype=np.dtype(meta["dtype"]),
    )
    if list(network.runs) != list(runs):
        raise ValueError(f"seed must be a list with one number for each of {runs} runs; got {shown(seed)}.")
    network.weights = weights
    return Saved(network, **_preparation(meta, arrays, dims[0]))


def _checked_weights(
    arrays: dict[str, np.ndarray], dims: list[int], runs: list[int], *, dtype: str
) -> list[np.ndarray]:
    """Return the weights, after their shapes have shown that the dimensions are no empty claim."""
    plain = isinstance(dims, list) and isinstance(runs, list) and len(runs) <= 1
    if (
        not plain
        or not 2 <= len(dims) <= _MAX_LAYERS + 1
        or any(type(width) is not int for width in (*dims, *runs))
    ):
        raise ValueError(f"dimensions must be a list of at least two widths; got {shown(dims)}.")
    weights = []
    for i, (inputs, outputs) in enumerate(pairwise(dims)):
        layer = arrays.get(f"weights_{i}")
        shape = (*runs, inputs + 1, outputs)
        if layer is None or layer.shape != shape or layer.dtype.name != dtype:
            given = "none" if layer is None else f"{layer.dtype} of shape {layer.shape}"
            raise ValueError(f"weights of layer {i} must be {dtype} of shape {shape}; got {given}.")
        weights.append(layer)
    return weights


def _function(field: str, name: object, known: Functions, *, own: Functions) -> Function:
    if isinstance(name, dict) and isinstance(name.get("formula"), str):
        return _formula(field, name["formula"])
    if isinstance(name, dict) and isinstance(name.get("own"), str) and name["own"] in own:
        return own[name["own"]]
    if isinstance(name, str) and (name in known or name in own):
        return known[name] if name in known else own[name]
    name = name.get("own", name) if isinstance(name, dict) else name
    raise ValueError(
        f'{field} must be one of {", ".join(known)}, a formula, or given as functions={{"name": function}}; '
        f"got {shown(name)}."
    )


def _formula(field: str, text: str) -> CompiledFormula:
    try:
        return compile_formula(text)
    except FormulaError as error:
        raise ValueError(f"{field} must be a formula in z: {error}") from None


def _preparation(meta: Meta, arrays: dict[str, np.ndarray], n_inputs: int) -> _Preparation:
    """Return names, features and scaling of the inputs, checked."""
    names = {field: meta.get(field, []) for field in ("feature_names", "class_names", "features")}
    for field, given in names.items():
        if not isinstance(given, list) or any(not isinstance(name, str) for name in given):
            raise ValueError(f"{field} must be a list of names; got {shown(given)}.")
    features = names["features"]
    if features and (len(features) != n_inputs or any(name not in FEATURES for name in features)):
        raise ValueError(f"features must be {n_inputs} out of {', '.join(FEATURES)}; got {shown(features)}.")
    scaling = None
    if "offset" in arrays or "factor" in arrays:
        offset, factor = arrays.get("offset"), arrays.get("factor")
        if offset is None or factor is None or not (_is_vector(offset) and _is_vector(factor)):
            raise ValueError("offset and factor must be two vectors of finite numbers; got something else.")
        if len(offset) != len(factor) or (not features and len(offset) != n_inputs):
            raise ValueError(f"offset and factor must have {n_inputs} entries each; got other lengths.")
        scaling = offset, factor
    return {
        "feature_names": tuple(names["feature_names"]),
        "class_names": tuple(names["class_names"]),
        "features": tuple(features),
        "scaling": scaling,
        "note": str(meta.get("note", "")),
        "preparation": _table_preparation(meta.get("preparation"), n_inputs),
    }


def _table_preparation(facts: Any, n_inputs: int) -> Preparation | None:
    """Return what turns raw rows of a table into inputs, checked; None where there is nothing."""
    if facts is None:
        return None
    if not isinstance(facts, dict):
        raise ValueError(f"preparation must be one that was saved; got {shown(facts)}.")
    made = Preparation.from_facts(facts)
    if made.n_inputs != n_inputs:
        raise ValueError(f"preparation must make {n_inputs} inputs; got one that makes {made.n_inputs}.")
    return made


def _is_vector(array: np.ndarray) -> bool:
    """Whether these are finite numbers in a row."""
    return array.ndim == 1 and array.dtype == np.float64 and bool(np.isfinite(array).all())
