"""A trained network as an `.onnx` file, which other programs and languages can run.

Needs the extra ``onnx`` (``pip install onnx``); to run the file, ``pip install onnxruntime``.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from nncore.activations import ACTIVATIONS, GELU_INNER, GELU_SCALE, LEAK, Activation
from nncore.arrays import Array
from nncore.experiment.formula import CompiledFormula
from nncore.model import Model

OPSET = 17
"""Version of the set of operators that is used; every onnxruntime since 1.12 knows it."""
IR_VERSION = 8
"""Version of the file format that goes with it."""


class _Graph:
    """Nodes and numbers of the file while it is being written."""

    def __init__(self) -> None:
        self.nodes: list[Any] = []
        self.numbers: list[Any] = []

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


def export(network: Model, path: str | Path) -> Path:
    """Write a network as an `.onnx` file.

    Parameters
    ----------
    network : FFNN
        One network, not a stack, with built-in activations.
    path : str or Path
        Where to write.

    Returns
    -------
    Path
        The file. Its input is ``X`` (n_samples, n_inputs), its output ``y`` (n_samples, n_outputs): what
        ``network.predict_proba`` gives, in the network's precision.

    Raises
    ------
    ImportError
        When onnx is not installed; the message holds the line that installs it.
    ValueError
        When the network is none or a stack, or an activation is not built in.
    """
    path = Path(path)
    path.write_bytes(onnx_bytes(network))
    return path


def onnx_bytes(network: Model) -> bytes:
    """Return what `export` writes.

    Parameters
    ----------
    network : FFNN
        One network, not a stack, with built-in activations.

    Raises
    ------
    ImportError, ValueError
        As `export`.
    """
    if not isinstance(network, Model):
        raise ValueError(f"network must be an FFNN, such as training.network; got {network!r}.")
    try:
        from onnx import TensorProto, checker, helper
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
    last = _write_layers(graph, network.weights, functions, dtype)
    kind = TensorProto.DOUBLE if dtype == np.float64 else TensorProto.FLOAT
    graph.nodes.append(helper.make_node("Identity", [last], ["y"]))
    content = helper.make_graph(
        graph.nodes,
        "nncore",
        [helper.make_tensor_value_info("X", kind, ["n_samples", network.dimensions[0]])],
        [helper.make_tensor_value_info("y", kind, ["n_samples", network.dimensions[-1]])],
        graph.numbers,
    )
    model = helper.make_model(content, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR_VERSION)
    checker.check_model(model, full_check=True)
    content_bytes: bytes = model.SerializeToString()
    return content_bytes


def _write_layers(
    graph: _Graph, weights: list[Array], functions: tuple[Activation, ...], dtype: np.dtype
) -> str:
    """Write a product, a sum and an activation for every layer; return the name of the last value."""
    value = "X"
    for layer, function in zip(weights, functions, strict=True):
        product = graph.node("MatMul", value, graph.number(np.ascontiguousarray(layer[1:])))
        z = graph.node("Add", product, graph.number(np.ascontiguousarray(layer[0])))
        value = WRITERS[function.__name__](graph, z, dtype)
    return value
