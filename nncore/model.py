"""A network that can be asked and differentiated; what trains it stands above, and `nncore.FFNN` on top."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from nncore import checks
from nncore.activations import Activation, softmax
from nncore.arrays import Array, ArrayLike, DTypeLike, Numbers
from nncore.costs import Cost, CostCrossEntropy, plain_cost
from nncore.initialisation import INITIALISATIONS, draw
from nncore.machinery.buffers import Engine, Evaluator, Pass
from nncore.machinery.kernels import KERNELS, as_rows, check_user_function
from nncore.machinery.output import OutputLayer
from nncore.machinery.penalty import Penalty
from nncore.pairs import check_pair
from nncore.recognise import classifies, is_softmax


class Model:
    """What `nncore.FFNN` is without its `fit`: parameters, attributes and errors are those given there."""

    def __init__(  # noqa: PLR0917
        self,
        dimensions: Sequence[int],
        hidden_func: Activation | Sequence[Activation],
        output_func: Activation,
        cost_func: Cost,
        seed: int | Sequence[int] | None,
        *,
        init: str | None,
        dtype: DTypeLike,
    ) -> None:
        self.dimensions = _checked_dimensions(dimensions)
        self.hidden_func = _checked_hidden(hidden_func, self.dimensions)
        self.output_func = _checked_function("output_func", output_func, self.dimensions[-1])
        self.cost_func = _checked_cost(cost_func, output_func, self.dimensions[-1])
        self.seed = seed
        self._seeds = _checked_seeds(seed)
        self.init = None if init is None else checks.choice("init", init, tuple(INITIALISATIONS))
        self.runs = () if seed is None or np.ndim(seed) == 0 else (len(self._seeds),)
        self.engine = Engine(
            self.dimensions,
            self.hidden_func,
            _output_layer(self.output_func, self.cost_func, width=self.dimensions[-1]),
            runs=self.runs,
            dtype=_checked_dtype(dtype),
        )
        self.classification = self.engine.output_layer.classifies
        self.reset_weights()

    @property
    def seeds(self) -> list[int | None]:
        """Seed of every run, a list of one where there is no stack; None where there is none."""
        return list(self._seeds)

    @property
    def dtype(self) -> np.dtype:
        """Precision of all numbers."""
        return self.engine.dtype

    @property
    def theta(self) -> Array:
        """All weights and biases, (*runs, n_parameters): the memory that `weights` shows."""
        return self.engine.theta

    @property
    def weights(self) -> list[Array]:
        """One view of `theta` for each layer, (*runs, n_inputs + 1, n_outputs); row 0 is the bias."""
        return [as_rows(layer) for layer in self.engine.weights]

    @weights.setter
    def weights(self, layers: Sequence[ArrayLike]) -> None:
        mine = self.weights
        shapes = [layer.shape for layer in mine]
        if [np.shape(layer) for layer in layers] != shapes:
            raise ValueError(
                f"weights must be a list of arrays of shapes {shapes}; got {[np.shape(a) for a in layers]}."
            )
        given = [checks.numbers(f"weights[{i}]", layer) for i, layer in enumerate(layers)]
        for i, layer in enumerate(given):
            checks.within(f"weights[{i}]", layer, dtype=self.dtype)
        for view, layer in zip(mine, given, strict=True):
            view[...] = layer

    def reset_weights(self) -> None:
        """Draw fresh weights from the seed; without a seed they are other ones every time."""
        activations = (*self.hidden_func, self.output_func)
        weights = self.weights
        starting: dict[int | None, list[int]] = {}  # a sweep starts many runs from one seed
        for run, seed in enumerate(self._seeds):
            starting.setdefault(seed, []).append(run)
        for seed, runs in starting.items():
            rng = np.random.default_rng(seed)
            drawn = draw(self.dimensions, activations, init=self.init, rng=rng)
            for view, layer in zip(weights, drawn, strict=True):
                view[runs if self.runs else ...] = layer

    def predict_proba(self, X: ArrayLike) -> Array:
        """Return the outputs themselves, (*runs, n_samples, n_outputs).

        Parameters
        ----------
        X : array (n_samples, n_features)
            Inputs.

        Raises
        ------
        ValueError
            When X has another width than the network, no row, or a value that is not finite.
        """
        with np.errstate(all="ignore"):
            z = self._evaluator(X).forward()
            return np.ascontiguousarray(as_rows(self.engine.output_layer.outputs(z)))

    def predict(self, X: ArrayLike, *, threshold: float = 0.5) -> Array:
        """Decide: 0/1 for a classifier, the outputs themselves for a regressor.

        A softmax chooses one class, that of its largest output. Any other output is decided by itself, so
        that of several all may be no, or more than one yes.

        Parameters
        ----------
        X : array (n_samples, n_features)
            Inputs.
        threshold : float
            An output above it is a yes. Of a softmax the largest is, whatever the threshold.

        Returns
        -------
        array (*runs, n_samples, n_outputs)
            0 or 1 of int for a classifier, one-hot rows where the output is a softmax.

        Raises
        ------
        ValueError
            When X has another width than the network, no row, or a value that is not finite.
        """
        if not self.classification:
            return self.predict_proba(X)
        with np.errstate(all="ignore"):
            decisions = self.engine.output_layer.decisions(self._evaluator(X).forward(), threshold=threshold)
        return np.ascontiguousarray(as_rows(decisions))

    def layer_outputs(self, X: ArrayLike) -> list[Array]:
        """Return what every layer answers, (*runs, n_samples, width) each, hidden layers first.

        Parameters
        ----------
        X : array (n_samples, n_features)
            Inputs.

        Raises
        ------
        ValueError
            When X has another width than the network, no row, or a value that is not finite.
        """
        X = self._inputs(X)
        with np.errstate(all="ignore"):
            through = Pass(self.engine, len(X))
            through.load(X)
            z = through.forward()
            hidden = [layer[..., 1:, :] for layer in through.activations[1:]]
            layers = [*hidden, self.engine.output_layer.outputs(z)]
            return [np.ascontiguousarray(as_rows(layer)) for layer in layers]

    def cost(self, X: ArrayLike, t: ArrayLike) -> Numbers:
        """Return the cost on a set, without penalty: sum over outputs, mean over samples; (*runs).

        Parameters
        ----------
        X, t : array (n_samples, n_features), array (n_samples, n_outputs)
            Inputs and targets.

        Raises
        ------
        ValueError
            When a shape does not fit or a value is not finite.
        """
        X, t = self.checked_set(X, t)
        with np.errstate(all="ignore"):
            costs = self.engine.output_layer.costs(self._evaluator(X).forward(), t.T.astype(self.dtype))
        return costs if self.runs else float(costs)

    def gradient(
        self, X: ArrayLike, t: ArrayLike, *, lam: ArrayLike = 0.0, lam1: ArrayLike = 0.0
    ) -> list[Array]:
        """Return the derivative of cost plus penalty by the weights, in the shapes of `weights`.

        Parameters
        ----------
        X, t : array (n_samples, n_features), array (n_samples, n_outputs)
            Inputs and targets.
        lam, lam1 : float, or vector (n_runs,)
            Penalties lam / 2 |W|^2 and lam1 |W|_1 on the weights, not the biases.

        Raises
        ------
        ValueError
            When a shape does not fit, a value is not finite, or a penalty is negative.
        """
        X, t = self.checked_set(X, t)
        penalty = Penalty(self.engine, lam=lam, lam1=lam1)
        with np.errstate(all="ignore"):
            through = Pass(self.engine, len(X), trains=True)
            through.load(X, t)
            through.forward()
            through.backward()
            penalty.add_gradient()
        return [np.array(as_rows(layer)) for layer in self.engine.gradients]

    def checked_set(
        self, X: ArrayLike, t: ArrayLike, *, names: tuple[str, str] = ("X", "t")
    ) -> tuple[Array, Array]:
        """Return inputs and targets as float arrays that this network can be trained on.

        Parameters
        ----------
        X, t : array (n_samples, n_features), array (n_samples, n_outputs)
            Inputs and targets; t may be a vector where there is one output.
        names : tuple of str
            What to call them in an error.

        Raises
        ------
        ValueError
            When a shape does not fit, a value is not finite, or a classifier's target is not a share.
        """
        name_X, name_t = names
        X = self._inputs(X, name=name_X)
        t = checks.targets(name_t, t, like=X, width=self.dimensions[-1], dtype=self.dtype)
        if self.classification and (t.min() < 0.0 or t.max() > 1.0):
            raise ValueError(
                f"{name_t} must lie between 0 and 1 for a classifier;"
                f" got values from {t.min():g} to {t.max():g}."
            )
        if self.output_func is softmax and plain_cost(self.cost_func) is CostCrossEntropy:
            sums = t.sum(axis=1)
            if not np.allclose(sums, 1.0):
                row = int(np.argmax(np.abs(sums - 1.0)))
                raise ValueError(
                    f"{name_t} must have rows that sum to one, such as onehot(labels);"
                    f" got {sums[row]:g} in row {row}."
                )
        return X, t

    def _inputs(self, X: ArrayLike, name: str = "X") -> Array:
        return checks.inputs(name, X, width=self.dimensions[0], dtype=self.dtype)

    def _evaluator(self, X: ArrayLike) -> Evaluator:
        return Evaluator(self.engine, self._inputs(X))


def _output_layer(output_func: Activation, cost_func: Cost, *, width: int) -> OutputLayer:
    return OutputLayer(
        output_func, cost_func, classifies=classifies(cost_func), chooses=is_softmax(output_func, width)
    )


def _checked_dimensions(dimensions: object) -> tuple[int, ...]:
    widths = list(dimensions) if np.iterable(dimensions) and not isinstance(dimensions, str) else []
    if len(widths) < 2:
        raise ValueError(
            "dimensions must list at least two widths, inputs and outputs, such as (2, 4, 1);"
            f" got {dimensions!r}."
        )
    return tuple(checks.whole_number("every width in dimensions", width, least=1) for width in widths)


def _checked_function(name: str, func: Activation, width: int) -> Activation:
    try:
        known = func in KERNELS
    except TypeError:
        known = False
    if isinstance(func, str):
        raise ValueError(f"{name} must be a function, such as sigmoid; got the text {func!r}.")
    return func if known else check_user_function(name, func, width)


def _checked_hidden(hidden_func: Any, dimensions: tuple[int, ...]) -> tuple[Activation, ...]:
    widths = dimensions[1:-1]
    if not isinstance(hidden_func, list | tuple):
        return tuple(_checked_function("hidden_func", hidden_func, width) for width in widths)
    if len(hidden_func) != len(widths):
        raise ValueError(
            f"hidden_func must be one function, or one for each of the {len(widths)} hidden layers;"
            f" got {len(hidden_func)}."
        )
    return tuple(
        _checked_function("hidden_func", f, width) for f, width in zip(hidden_func, widths, strict=True)
    )


def _checked_cost(cost_func: object, output_func: Activation, width: int) -> Cost:
    if not callable(cost_func):
        raise ValueError(f"cost_func must be a callable, such as CostOLS; got {cost_func!r}.")
    check_pair(cost_func, output_func, n_outputs=width)
    return cost_func


def _checked_seeds(seed: Any) -> list[int | None]:
    if seed is None:
        return [None]
    if np.ndim(seed) > 1 or (np.ndim(seed) == 1 and not len(seed)):
        raise ValueError(f"seed must be a whole number, a list of them, or None; got {seed!r}.")
    listed = list(seed) if np.ndim(seed) else [seed]
    return [checks.whole_number("seed", one, least=0) for one in listed]


def _checked_dtype(dtype: DTypeLike) -> np.dtype:
    try:
        kind = np.dtype(dtype)
    except TypeError:
        kind = np.dtype(object)
    if kind not in (np.dtype(np.float32), np.dtype(np.float64)):
        raise ValueError(f"dtype must be float64 or float32; got {dtype!r}.")
    return kind
