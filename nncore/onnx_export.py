"""A trained network as an `.onnx` file, which other programs and languages can run.

Needs the extra ``onnx`` (``pip install onnx``); to run the file, ``pip install onnxruntime``.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from nncore.activations import ACTIVATIONS, GELU_INNER, GELU_SCALE, LEAK, Activation
from nncore.arrays import Array
from nncore.data.raw_cells import MISSING_TEXT, TextColumn
from nncore.data.raw_rows import Preparation
from nncore.experiment.formula import CompiledFormula
from nncore.model import Model

_ML = "ai.onnx.ml"
ML_OPSET = 3
"""Version of the set of operators for texts, which a preparation takes."""
OPSET = 17
"""Version of the set of operators that is used; every onnxruntime since 1.12 knows it."""
_OURS = re.compile(r"(value|number)_\d+|label|probabilities|value")
IR_VERSION = 8
"""Version of the file format that goes with it."""


class _Graph:
    """Nodes and numbers of the file while it is being written."""

    def __init__(self) -> None:
        self.nodes: list[Any] = []
        self.numbers: list[Any] = []
        self.inputs: list[Any] = []
        self.outputs: list[Any] = []

    def given(self, name: str, dtype: np.dtype | None, width: int, *, said: str = "") -> str:
        """Declare an input (n_samples, width) of numbers, or of texts, and return its name."""
        from onnx import TensorProto, helper

        kind = TensorProto.STRING if dtype is None else helper.np_dtype_to_tensor_dtype(dtype)
        if _OURS.fullmatch(name):
            name = f"{name} (input)"
        self.inputs.append(helper.make_tensor_value_info(name, kind, ["n_samples", width], said))
        return name

    def answer(self, name: str, value: str, dtype: np.dtype | None, width: int) -> None:
        """Declare an output (n_samples, width), or of one text a row (n_samples,)."""
        from onnx import TensorProto, helper

        kind = TensorProto.STRING if dtype is None else helper.np_dtype_to_tensor_dtype(dtype)
        self.nodes.append(helper.make_node("Identity", [value], [name]))
        shape = ["n_samples", width] if width else ["n_samples"]
        self.outputs.append(helper.make_tensor_value_info(name, kind, shape))

    def number(self, value: object) -> str:
        """Store an array and return its name."""
        from onnx import numpy_helper

        name = f"number_{len(self.numbers)}"
        self.numbers.append(numpy_helper.from_array(np.asarray(value), name))
        return name

    def node(self, kind: str, *inputs: str, **attributes: Any) -> str:
        """Append an operator and return the name of its output."""
        from onnx import helper

        name = f"value_{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, list(inputs), [name], **attributes))
        return name


def _write_preparation(graph: _Graph, preparation: Preparation, dtype: np.dtype) -> str:
    """Write an input for every feature, and what fills, scales and encodes it; return what comes of it."""
    given = {}
    for name in preparation.features:
        column = preparation.column(name)
        texts = isinstance(column, TextColumn)
        kind = "texts, empty" if isinstance(column, TextColumn) else f"{column.unit or 'numbers'}, NaN"
        given[name] = graph.given(name, None if texts else dtype, 1, said=f"{kind} where one is missing")
    parts = [_text_inputs(graph, column, given[column.name], dtype) for column in preparation.texts]
    if preparation.numbers:
        numbers = graph.node("Concat", *(given[column.name] for column in preparation.numbers), axis=1)
        parts.insert(0, _scaled(graph, preparation, numbers, dtype))
    return graph.node("Concat", *parts, axis=1)


def _scaled(graph: _Graph, preparation: Preparation, value: str, dtype: np.dtype) -> str:
    def each(name: str) -> str:
        return graph.number(
            np.array([[getattr(column, name) for column in preparation.numbers]], dtype=dtype)
        )

    value = graph.node("Where", graph.node("IsNaN", value), each("fill"), value)
    if preparation.scaling == "standard":
        return graph.node("Div", graph.node("Sub", value, each("shift")), each("factor"))
    if preparation.scaling == "minmax":
        return graph.node("Add", graph.node("Mul", value, each("factor")), each("shift"))
    return value


def _text_inputs(graph: _Graph, column: TextColumn, value: str, dtype: np.dtype) -> str:
    """Write one 0/1 input for each text of a column; a text that is none of them leaves all at 0."""
    from onnx import helper

    codes = list(range(len(column.texts)))
    keys = ["" if text == MISSING_TEXT else text for text in column.texts]
    code = graph.node(
        "LabelEncoder", value, domain=_ML, keys_strings=keys, values_int64s=codes, default_int64=-1
    )
    places = graph.number(np.array([codes], dtype=np.int64))
    kind = helper.np_dtype_to_tensor_dtype(dtype)
    return graph.node("Cast", graph.node("Equal", code, places), to=kind)


def _write_answers(
    graph: _Graph, preparation: Preparation, value: str, *, dtype: np.dtype, n_outputs: int
) -> None:
    """Write what a network's outputs say: classes with their probabilities, or a number in its units."""
    classes = preparation.classes
    if not classes:
        spread, center = (graph.number(dtype.type(n)) for n in (preparation.spread, preparation.center))
        graph.answer("value", graph.node("Add", graph.node("Mul", value, spread), center), dtype, 1)
        return
    if n_outputs < len(classes):
        rest = graph.node("Sub", graph.number(dtype.type(1.0)), value)
        value = graph.node("Concat", rest, value, axis=1)
    # Of two classes, the second where its probability reaches one half.
    best = graph.node("ArgMax", value, axis=1, keepdims=0, select_last_index=int(len(classes) == 2))
    label = graph.node(
        "LabelEncoder", best, domain=_ML, keys_int64s=list(range(len(classes))), values_strings=list(classes)
    )
    graph.answer("label", label, None, 0)
    graph.answer("probabilities", value, dtype, len(classes))


def _gelu(graph: _Graph, z: str, dtype: np.dtype) -> str:
    """The tanh form, written out: the operator of that name came with a later set."""

    def number(value: float) -> str:
        return graph.number(dtype.type(value))

    cube = graph.node("Mul", graph.node("Mul", z, z), z)
    inner = graph.node("Add", z, graph.node("Mul", number(GELU_INNER), cube))
    bend = graph.node("Tanh", graph.node("Mul", number(GELU_SCALE), inner))
    half = graph.node("Mul", number(0.5), z)
    return graph.node("Mul", half, graph.node("Add", number(1.0), bend))


def _softplus(graph: _Graph, z: str, dtype: np.dtype) -> str:
    """max(z, 0) + log(1 + exp(-|z|)): the operator of that name has no double precision in onnxruntime."""
    one = graph.number(dtype.type(1.0))
    small = graph.node("Exp", graph.node("Neg", graph.node("Abs", z)))
    return graph.node("Add", graph.node("Relu", z), graph.node("Log", graph.node("Add", one, small)))


def _elu(graph: _Graph, z: str, dtype: np.dtype) -> str:
    """max(z, 0) + exp(min(z, 0)) - 1: the operator of that name has no double precision in onnxruntime."""
    negative = graph.node("Neg", graph.node("Relu", graph.node("Neg", z)))
    rest = graph.node("Sub", graph.node("Exp", negative), graph.number(dtype.type(1.0)))
    return graph.node("Add", graph.node("Relu", z), rest)


def _lrelu(graph: _Graph, z: str, dtype: np.dtype) -> str:
    return graph.node("Max", z, graph.node("Mul", graph.number(dtype.type(LEAK)), z))


WRITERS: dict[str, Callable[[_Graph, str, np.dtype], str]] = {
    "identity": lambda graph, z, dtype: z,
    "sigmoid": lambda graph, z, dtype: graph.node("Sigmoid", z),
    "softmax": lambda graph, z, dtype: graph.node("Softmax", z, axis=-1),
    "RELU": lambda graph, z, dtype: graph.node("Relu", z),
    "LRELU": _lrelu,
    "tanh": lambda graph, z, dtype: graph.node("Tanh", z),
    "ELU": _elu,
    "GELU": _gelu,
    "softplus": _softplus,
}
"""How each built-in activation is written, by its name."""


def installed() -> bool:
    """Whether onnx is there; it is looked for, not imported."""
    return find_spec("onnx") is not None


def export(network: Model, path: str | Path, *, preparation: Preparation | None = None) -> Path:
    """Write a network as an `.onnx` file.

    Parameters
    ----------
    network : FFNN
        One network, not a stack, with built-in activations.
    path : str or Path
        Where to write.
    preparation : Preparation, optional
        Of a network that learned from a table: the file then takes raw columns.

    Returns
    -------
    Path
        The file. Its input is ``X`` (n_samples, n_inputs), its output ``y`` (n_samples, n_outputs): what
        ``network.predict_proba`` gives, in the network's precision. With a preparation there is an input
        (n_samples, 1) for every feature, by its name: numbers, NaN where one is missing, dates in days and
        months since January 1970; texts, "" where one is missing. Outputs are then ``label`` (n_samples) and
        ``probabilities`` (n_samples, n_classes), or ``value`` (n_samples, 1) in the units of the target.

    Raises
    ------
    ImportError
        When onnx is not installed; the message holds the line that installs it.
    ValueError
        When the network is none or a stack, or an activation is not built in.
    """
    path = Path(path)
    path.write_bytes(onnx_bytes(network, preparation=preparation))
    return path


def onnx_bytes(network: Model, *, preparation: Preparation | None = None) -> bytes:
    """Return what `export` writes.

    Parameters
    ----------
    network : FFNN
        One network, not a stack, with built-in activations.
    preparation : Preparation, optional
        As in `export`.

    Raises
    ------
    ImportError, ValueError
        As `export`.
    """
    if not isinstance(network, Model):
        raise ValueError(f"network must be an FFNN, such as training.network; got {network!r}.")
    try:
        from onnx import checker, helper
    except ImportError as error:
        raise ImportError("onnx is not installed; pip install onnx installs it.") from error
    if network.runs:
        raise ValueError(f"network must be one network; got a stack of {network.runs[0]}.")
    functions = (*network.hidden_func, network.output_func)
    for function in functions:
        if isinstance(function, CompiledFormula):
            raise ValueError(f"activations must be built in; got the formula {function.text!r}.")
        name = getattr(function, "__name__", "")
        if name not in WRITERS or ACTIVATIONS[name] is not function:
            raise ValueError(f"activations must be among {', '.join(WRITERS)}; got {function!r}.")
    graph, dtype = _Graph(), network.dtype
    if preparation is None:
        first = graph.given("X", dtype, network.dimensions[0])
    else:
        first = _write_preparation(graph, preparation, dtype)
    last = _write_layers(graph, network.weights, functions, first)
    if preparation is None:
        graph.answer("y", last, dtype, network.dimensions[-1])
    else:
        _write_answers(graph, preparation, last, dtype=dtype, n_outputs=network.dimensions[-1])
    content = helper.make_graph(graph.nodes, "nncore", graph.inputs, graph.outputs, graph.numbers)
    sets = [helper.make_opsetid("", OPSET), *([helper.make_opsetid(_ML, ML_OPSET)] if preparation else [])]
    model = helper.make_model(content, opset_imports=sets, ir_version=IR_VERSION)
    checker.check_model(model, full_check=True)
    content_bytes: bytes = model.SerializeToString()
    return content_bytes


def _write_layers(graph: _Graph, weights: list[Array], functions: tuple[Activation, ...], value: str) -> str:
    """Write a product, a sum and an activation for every layer; return the name of the last value."""
    dtype = weights[0].dtype
    for layer, function in zip(weights, functions, strict=True):
        product = graph.node("MatMul", value, graph.number(np.ascontiguousarray(layer[1:])))
        z = graph.node("Add", product, graph.number(np.ascontiguousarray(layer[0])))
        value = WRITERS[function.__name__](graph, z, dtype)
    return value
