"""Buffers and passes: the one forward pass of the network, and the backward pass.

All parameters lie in one flat buffer ``theta`` (*runs, n_parameters), the gradient in another, and a layer's
weights are views into it, (*runs, n_outputs, n_inputs + 1) with the bias in column 0. Activations are
feature-major, (*runs, width + 1, n_samples), with a constant first row of ones, so that the biases, forward
and backward, sit inside the matrix products.

A stack of runs usually keeps its runs first in memory and uses batched ``matmul``. Many runs of a small
network are faster with the runs last in memory: its first layer, whose inputs all runs share, is then one
ordinary product, and ``einsum`` does the rest on whole vectors of runs.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cached_property, partial

import numpy as np

from nncore.arrays import Array, DTypeLike
from nncore.machinery import pieces
from nncore.machinery.kernels import KERNELS, Activation, Call, Kernel, as_rows, replay, user_kernel
from nncore.machinery.output import OutputLayer
from nncore.machinery.products import Chains, adds_alike, one_product, row_product, row_product_of_four
from nncore.machinery.shared import shared
from nncore.machinery.workspace import WORKSPACE, Room

BLOCK_ROWS = 128
BLOCK_LEAST = 16
BLOCK_NUMBERS = 131072
"""Samples evaluated at once: fewer for a stack, so that the widest layer of a block stays in the cache."""
RUNS_LAST_LEAST = 64
RUNS_LAST_INNER = 20
"""Runs are kept last in memory from so many runs on, unless a later layer has more than one output and more
weights than that: there batched products are faster."""

NO_COPY = "A training cannot be copied or pickled while it runs; copy its network and start another."

_FORWARD, _BACKWARD, _OUTER = "koi,kin->kon", "koi,kon->kin", "kon,kin->koi"


class Engine:
    """The numbers of one network, or of a stack of them, and the means to push samples through.

    Parameters
    ----------
    dimensions : sequence of int
        Widths of all layers, input first.
    hidden_func : sequence of callable
        One for each hidden layer.
    output_layer : OutputLayer
        Output activation and cost.
    runs : tuple of int
        () for one network, (n_runs,) for a stack.
    dtype : numpy dtype
        float64 or float32.
    """

    def __init__(
        self,
        dimensions: Sequence[int],
        hidden_func: Sequence[Activation],
        output_layer: OutputLayer,
        *,
        runs: tuple[int, ...],
        dtype: DTypeLike,
    ) -> None:
        self.dimensions = tuple(dimensions)
        self.hidden_func = tuple(hidden_func)
        self.output_layer = output_layer
        self.runs = runs
        self.dtype = np.dtype(dtype)
        pairs = zip(self.dimensions[:-1], self.dimensions[1:], strict=True)
        self.shapes = [(n_out, n_in + 1) for n_in, n_out in pairs]
        inner = max((n_out * n_in for n_out, n_in in self.shapes[1:] if n_out > 1), default=0)
        self.runs_last = bool(runs) and runs[0] >= RUNS_LAST_LEAST and inner <= RUNS_LAST_INNER
        # Where runs that are last in memory are each the run alone: how the last layer's sums are added.
        self.chains: Chains | None = None
        self.n_parameters = sum(n_out * n_in for n_out, n_in in self.shapes)
        self._lay_out()

    def _lay_out(self) -> None:
        self.theta = self.empty(self.n_parameters)
        self.weights = self.views(self.theta)
        self.forget_gradient()

    @cached_property
    def gradient(self) -> Array:
        """Derivative of the cost by `theta`, (*runs, n_parameters), in memory of its own or as it was put."""
        return self.empty(self.n_parameters)

    @cached_property
    def gradients(self) -> list[Array]:
        """Views of `gradient`, one for each layer."""
        return self.views(self.gradient)

    def borrowed(self, purpose: str) -> Array:
        """Return the thread's memory for a purpose, uninitialised, in the shape of `theta`."""
        memory = WORKSPACE.take((purpose, 0), self.theta.size, self.dtype)
        return self.laid_out(memory, self.n_parameters)

    def forget_gradient(self) -> None:
        """Let go of the gradient's memory; passes that go back write to what they were made with."""
        for name in ("gradient", "gradients"):
            self.__dict__.pop(name, None)

    def keep_runs_first(self) -> None:
        """Lay the runs first in memory whatever the shape: each product is then that of its run alone.

        With the runs last sums are taken in another order, unless `chains` says which, and where training is
        chaotic the last digit of a sum grows into another curve.
        """
        if self.runs_last:
            self.runs_last = False
            theta = self.theta
            self._lay_out()
            self.theta[...] = theta

    def __getstate__(self) -> dict[str, object]:
        """Leave the views out: a copy makes its own, into its own memory."""
        views = ("gradient", "weights", "gradients")
        return {name: value for name, value in self.__dict__.items() if name not in views}

    def __setstate__(self, state: dict[str, object]) -> None:
        self.__dict__.update(state)
        theta = self.theta
        self._lay_out()
        self.theta[...] = theta

    def empty(self, *shape: int) -> Array:
        """Return an uninitialised array (*runs, *shape), its runs first or last in memory."""
        return self.laid_out(pieces.empty((math.prod((*shape, *self.runs)),), self.dtype), *shape)

    def laid_out(self, memory: Array, *shape: int, ahead: int = 0) -> Array:
        """Return a vector of numbers as an array (*runs, *shape), its runs behind the first `ahead` axes."""
        if not self.runs_last:
            return memory.reshape(*shape[:ahead], *self.runs, *shape[ahead:])
        return np.moveaxis(memory.reshape(*shape, *self.runs), -1, ahead)

    def memory(self, array: Array) -> Array:
        """Return the memory of an array made by `empty` as one vector, without copying."""
        return (np.moveaxis(array, 0, -1) if self.runs_last else array).reshape(-1)

    def views(self, flat: Array) -> list[Array]:
        """Return views (*runs, n_outputs, n_inputs + 1) into a flat buffer, one for each layer."""
        layers, start = [], 0
        for n_out, n_in in self.shapes:
            part = flat[..., start : start + n_out * n_in]
            layers.append(part.reshape(*self.runs, n_out, n_in))
            start += n_out * n_in
        return layers

    def weight_mask(self) -> Array:
        """Return a flat vector (n_parameters,): 1 at weights, 0 at biases."""
        mask = np.ones(self.n_parameters, self.dtype)
        start = 0
        for n_out, n_in in self.shapes:
            mask[start : start + n_out * n_in : n_in] = 0.0
            start += n_out * n_in
        return mask

    def kernel(self, layer: int, *, keeps_trace: bool) -> Kernel:
        """Return the kernel of a hidden layer's activation; see `user_kernel` for the trace."""
        func = self.hidden_func[layer]
        return KERNELS.get(func) or user_kernel(func, keeps_trace=keeps_trace)

    def product(self, kind: str, left: Array, right: Array, *, out: Array) -> Call:
        """Return the call of one matrix product; kind is its einsum rule, sides as in that rule."""
        if self.runs_last:
            if right.ndim == 2:
                # The inputs are the same for all runs: one ordinary product for each unit, over all runs.
                inputs = right.T if kind == _FORWARD else right
                return np.matmul, (inputs, np.moveaxis(left, 0, -1), np.moveaxis(out, 0, -1))
            # The order of the library's sums is known for batches of four.
            if self.chains is not None and kind == _FORWARD and right.shape[-1] == 4:
                return replay, (row_product(left, right, out, chains=self.chains),)
            if self.chains is not None and kind == _OUTER and right.shape[-1] == 4:
                return replay, (row_product_of_four(left, as_rows(right), out),)
            return partial(np.einsum, kind, left, right, out=out), ()
        if kind == _BACKWARD:
            left = as_rows(left)
        elif kind == _OUTER:
            right = as_rows(right)
        if self.runs and right.ndim == 2 and adds_alike(left.shape, right.shape[-1], self.dtype):
            return one_product(left, right, out), ()
        if left.size * right.shape[-1] > pieces.WHOLE_PRODUCTS:
            return pieces.product, (left, right, out)
        # np.dot is twice as fast as np.matmul on small matrices.
        return (np.matmul if self.runs else np.dot), (left, right, out)


class _Scratch:
    """Memory that a pass uses for one layer after another; of a wide network it would else be half of all."""

    def __init__(self, room: Room) -> None:
        self._room, self._memory = room, np.empty(0)

    def like(self, array: Array) -> Array:
        """Return an uninitialised array laid out as ``np.empty_like(array)``, the same memory each time."""
        if self._memory.size < array.size:
            self._memory, _ = self._room.take(array.size, array.dtype)
        order = sorted(range(array.ndim), key=lambda axis: -array.strides[axis])
        shape = [array.shape[axis] for axis in order]
        return self._memory[: array.size].reshape(shape).transpose([*map(order.index, range(array.ndim))])


class _HiddenLayer:
    """The activation of one layer in one pass, in pieces where it is large.

    Parameters
    ----------
    engine : Engine
    layer : int
        Hidden layer, from 0.
    buffer : array (*runs, width + 1, n_samples)
        What the layer answers, below its row of ones; before that, its weighted sums.
    lent : bool
        Whether others write to the buffer, its ones included, between two passes.
    trains : bool
        Whether `backward` may follow `forward`.
    """

    def __init__(self, engine: Engine, layer: int, buffer: Array, *, lent: bool, trains: bool) -> None:
        self._ones: list[Call] = [(np.copyto, (buffer[..., 0, :], 1.0))] if lent else []
        self._values = buffer[..., 1:, :]
        func = engine.hidden_func[layer]
        self._parts = [slice(None)]
        if func in KERNELS:
            self._parts = pieces.sample_cuts(self._values)
        elif getattr(func, "element_by_element", False):
            most = pieces.TRACED_NUMBERS
            self._parts = pieces.sample_cuts(self._values, whole=most, piece=most)
        # A kernel of a user's function may remember its trace, so that each piece has one of its own.
        keeps_trace = trains and len(self._parts) <= pieces.KEPT_TRACES
        self._kernels = [engine.kernel(layer, keeps_trace=keeps_trace) for _ in self._parts]
        self._trains = trains
        self._kept: list[Array] = []
        self._pauses: list[Call] = [(pieces.pause, ())] if len(self._parts) > 1 else []

    def forward(self, scratch: _Scratch) -> list[Call]:
        """Return the calls that turn weighted sums into values."""
        calls = [*self._ones]
        for part, kernel in zip(self._parts, self._kernels, strict=True):
            z = self._values[..., part]
            if self._trains and kernel.keeps_input:
                self._kept.append(np.empty_like(z))
                calls.append((np.copyto, (self._kept[-1], z)))
            calls += [*kernel.forward(z, scratch.like(z)), *self._pauses]
        return calls

    def backward(self, delta: Array, scratch: _Scratch) -> list[Call]:
        """Return the calls that multiply `delta`, the derivative by the values, by the activation's slope."""
        calls: list[Call] = []
        kept = self._kept or [self._values[..., part] for part in self._parts]
        for part, kernel, z in zip(self._parts, self._kernels, kept, strict=True):
            a = self._values[..., part]
            calls += [*kernel.backward(delta[..., part], a, z, scratch.like(a)), *self._pauses]
        return calls


class Pass:
    """Ready calls that push a fixed number of samples forward, and back where it trains.

    Parameters
    ----------
    engine : Engine
        Whose weights are used.
    n_samples : int
        Samples in one go.
    trains : bool
        Whether `backward` is wanted too.
    purpose : str
        Where it is named, the memory of what lasts no longer than a step is the thread's, for that purpose.
    """

    def __init__(self, engine: Engine, n_samples: int, *, trains: bool = False, purpose: str = "") -> None:
        self.engine = engine
        room = self._room = Room(purpose)
        width = engine.dimensions[0] + 1
        self.rows = np.ones((n_samples, width), engine.dtype)
        # Batched products are twice as slow on a transposed view, so a stack holds its inputs both ways.
        self.columns = np.ones((width, n_samples), engine.dtype) if engine.runs else self.rows.T
        self.targets = np.zeros((engine.dimensions[-1], n_samples), engine.dtype)
        self.activations = [self.columns]
        self.logits = engine.empty(engine.dimensions[-1], n_samples)
        self._scratch, hidden = (_Scratch(room), _Scratch(room)), []
        for layer, neurons in enumerate(engine.dimensions[1:-1]):
            buffer, lent = self._layer(neurons + 1, n_samples)
            buffer[..., 0, :] = 1.0
            self.activations.append(buffer)
            hidden.append(_HiddenLayer(engine, layer, buffer, lent=lent, trains=trains))
        self.forward_calls = self._forward(hidden)
        self.backward_calls = self._backward(hidden) if trains else []
        if self._is_long():
            self.forward_calls = pieces.calls_in_pieces(self.forward_calls)
            self.backward_calls = pieces.calls_in_pieces(self.backward_calls)

    def _layer(self, width: int, n_samples: int) -> tuple[Array, bool]:
        """Return a buffer (*runs, width, n_samples), and whether others write to it between two passes."""
        engine = self.engine
        size = math.prod((width, n_samples, *engine.runs))
        memory, lent = self._room.take(size, engine.dtype)
        return engine.laid_out(memory, width, n_samples), lent

    def _forward(self, hidden: list[_HiddenLayer]) -> list[Call]:
        engine = self.engine
        calls: list[Call] = []
        for layer, weights in enumerate(engine.weights):
            last = layer == len(hidden)
            z = self.logits if last else self.activations[layer + 1][..., 1:, :]
            if layer == 0:
                self._first_z = z
            calls.append(engine.product(_FORWARD, weights, self.activations[layer], out=z))
            if last:
                break
            calls += hidden[layer].forward(self._scratch[0])
            pieces.pause()
        return calls

    def _backward(self, hidden: list[_HiddenLayer]) -> list[Call]:
        engine = self.engine
        delta = np.empty_like(self.logits)
        calls = engine.output_layer.backward(self.logits, self.targets, delta)
        for layer in range(len(hidden), -1, -1):
            inputs = self.activations[layer]
            if layer == 0 and not engine.runs_last:
                inputs = as_rows(self.rows)
            calls.append(engine.product(_OUTER, delta, inputs, out=engine.gradients[layer]))
            if layer == 0:
                break
            # What one layer's derivatives lay in is free once those of the layer before are made of them.
            mine, free = self._scratch[layer % 2], self._scratch[1 - layer % 2]
            before = mine.like(inputs[..., 1:, :])
            calls.append(engine.product(_BACKWARD, engine.weights[layer][..., 1:], delta, out=before))
            calls += hidden[layer - 1].backward(before, free)
            pieces.pause()
            delta = before
        return calls

    def _is_long(self) -> bool:
        """Say whether the pass takes milliseconds, so that there is a `pause` behind each of its calls."""
        widest = max(array.size for array in (*self.activations, self.logits))
        products = self.engine.n_parameters * max(self.engine.runs, default=1) * len(self.rows)
        return widest > pieces.PIECE_NUMBERS or products > pieces.PIECE_PRODUCTS

    def __reduce__(self) -> str | tuple[object, ...]:
        raise TypeError(NO_COPY)

    def forward_from(self, columns: Array) -> list[Call]:
        """Return the calls of a forward pass over other inputs, (width + 1, n_samples) with their ones."""
        first = self.engine.product(_FORWARD, self.engine.weights[0], columns, out=self._first_z)
        return [first, *self.forward_calls[1:]]

    def load(self, X: Array, t: Array | None = None) -> None:
        """Put samples X (n_samples, n_features) and targets t (n_samples, n_outputs) into the buffers."""
        self.rows[:, 1:] = X
        if self.engine.runs:
            self.columns[...] = self.rows.T
        if t is not None:
            self.targets[...] = t.T

    def load_rows(self, design: Array, targets: Array, picked: Array) -> None:
        """Put the picked rows of a design matrix with its ones, and columns of targets, into the buffers."""
        # mode="clip" spares the second look at every index that mode="raise" takes.
        np.take(design, picked, 0, self.rows, "clip")
        np.take(targets, picked, 1, self.targets, "clip")
        if self.engine.runs:
            np.copyto(self.columns, self.rows.T)

    def forward(self) -> Array:
        """Run the forward pass; return the logits (*runs, n_outputs, n_samples), a buffer of the pass."""
        replay(self.forward_calls)
        return self.logits

    def backward(self) -> None:
        """Run the backward pass after `forward`: the mean cost's derivative goes to `engine.gradient`."""
        replay(self.backward_calls)


class Passes(dict[int, Pass]):
    """Passes by their number of samples, made when they are asked for and, once cleared, made again.

    Parameters
    ----------
    engine : Engine
        Whose weights are used.
    trains : bool
        Whether they go back too.
    data : (X, t), optional
        A set (n_samples, n_features), (n_samples, n_outputs) that every pass is to hold.

    Attributes
    ----------
    purpose : str
        As `Pass` takes it; for those made from now on.
    """

    def __init__(
        self, engine: Engine, *, trains: bool = False, data: tuple[Array, Array] | None = None
    ) -> None:
        super().__init__()
        self._engine, self._trains, self._data = engine, trains, data
        self.purpose = ""

    def __missing__(self, n_samples: int) -> Pass:
        made = Pass(self._engine, n_samples, trains=self._trains, purpose=self.purpose)
        self[n_samples] = made
        if self._data is not None:
            made.load(*self._data)
        return made


def block_rows(engine: Engine) -> int:
    """Return how many samples are evaluated at once."""
    numbers_a_row = max(engine.dimensions[1:]) * (engine.runs[0] if engine.runs else 1)
    return max(BLOCK_LEAST, min(BLOCK_ROWS, BLOCK_NUMBERS // numbers_a_row))


def _columns(rows: Array, dtype: np.dtype) -> Array:
    """Return samples (n_samples, n_features) as columns below a row of ones."""
    columns = np.ones((rows.shape[1] + 1, len(rows)), dtype)
    columns[1:] = rows.T
    return columns


class Evaluator:
    """A fixed set of samples, pushed forward in blocks that share their hidden layers' buffers.

    Parameters
    ----------
    engine : Engine
        Whose weights are used.
    X : array (n_samples, n_features)
        The samples.
    blocks : Passes, optional
        Passes of the engine, shared with other sets.
    """

    def __init__(self, engine: Engine, X: Array, blocks: Passes | None = None) -> None:
        self.logits = engine.empty(engine.dimensions[-1], len(X))
        self._calls: list[Call] = []
        passes = Passes(engine) if blocks is None else blocks
        size = block_rows(engine)
        products = 0
        for start in range(0, len(X), size):
            rows = X[start : start + size]
            through = passes[len(rows)]
            columns = shared(X, (start, size, engine.dtype), partial(_columns, rows, engine.dtype))
            self._calls += through.forward_from(columns)
            self._calls.append((np.copyto, (self.logits[..., start : start + len(rows)], through.logits)))
            products += engine.n_parameters * max(engine.runs, default=1) * len(rows)
            if products > pieces.PAUSE_PRODUCTS:
                self._calls.append((pieces.pause, ()))
                products = 0

    def forward(self) -> Array:
        """Return the logits (*runs, n_outputs, n_samples) of the whole set, a buffer of the evaluator."""
        replay(self._calls)
        return self.logits
