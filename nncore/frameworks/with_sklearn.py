"""The recipe in scikit-learn: `MLPClassifier` or `MLPRegressor`, one `partial_fit` for batches of one size.

There is no public way to give an MLP its starting weights or an optimiser. Both are set here by attributes
seen in scikit-learn 1.9: `coefs_` and `intercepts_` are public to read, `_optimizer` is made anew when it is
missing.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from itertools import groupby

import numpy as np
import sklearn
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.neural_network._stochastic_optimizers import AdamOptimizer, SGDOptimizer

from nncore.frameworks.libraries import SKLEARN
from nncore.frameworks.limits import check
from nncore.frameworks.recipe import Array, Recipe
from nncore.frameworks.running import Peer, Rows
from nncore.schedulers import DELTA

ADAM_NOTE = (
    "scikit-learn's Adam adds epsilon before the bias correction: a subclass of its optimiser scales "
    "epsilon with it."
)
HALF_NOTE = (
    "MLPRegressor minimises half the squared error: learning rate, penalty and epsilon are scaled by two."
)
DEFAULT_ALPHA = 1e-4


class Adam(AdamOptimizer):
    """scikit-learn's Adam with epsilon after the bias correction."""

    def _get_updates(self, grads: list[Array]) -> list[Array]:
        self.epsilon = DELTA * self.share * float(np.sqrt(1 - self.beta_2 ** (self.t + 1)))
        self.learning_rate_init = self.rate
        return super()._get_updates(grads)


class SklearnNetwork(Peer):
    """scikit-learn's multi-layer perceptron."""

    def __init__(self, recipe: Recipe, *, defaults: bool = False) -> None:
        self.version = str(sklearn.__version__)
        self.recipe = recipe
        self.notes: list[str] = []
        self._defaults = defaults
        check(recipe, SKLEARN)
        # scikit-learn's gradient of the squared error is half of nncore's.
        self._half = 1.0 if recipe.classification else 0.5
        # Several sigmoid outputs are scikit-learn's "multilabel" task: every column its own yes or no.
        self._one_label = recipe.output == "softmax" or recipe.t.shape[1] == 1
        self._model = self._build()
        self._y = self._labels(recipe.t)
        self._start()
        if not defaults:
            self._optimise_like_ours()
        if not defaults and self._half != 1:
            self.notes.append(HALF_NOTE)

    def set_rate(self, eta: float) -> None:
        optimiser = self._model._optimizer
        if self.recipe.scheduler == "Adam":
            optimiser.rate = optimiser.learning_rate_init = eta
        else:
            optimiser.learning_rate = eta / (1.0 if self._defaults else self._half)

    def train(self, batches: Sequence[Rows]) -> None:
        """Take one step for each of these mini-batches; a shorter last one is a call of its own."""
        for size, group in groupby(batches, key=len):
            rows = np.concatenate(list(group))
            self._model.batch_size = size
            if not self._defaults:
                # alpha is divided by the samples of the batch; nncore's lam is not.
                self._model.alpha = self.recipe.lam * size * self._half
            self._quietly_fit(self.recipe.X[rows], self._y[rows])

    def evaluate(self, X: Array, t: Array) -> tuple[float, Array]:
        # A run that blows up is a result, so NumPy need not warn of it.
        with np.errstate(all="ignore"):
            return self._cost_and_outputs(X, t)

    def _cost_and_outputs(self, X: Array, t: Array) -> tuple[float, Array]:
        model = self._model
        if not self.recipe.classification:
            outputs = model.predict(X).reshape(t.shape)
            return float(np.mean(np.sum((outputs - t) ** 2, axis=1))), outputs
        outputs = model.predict_proba(X)
        outputs = outputs[:, 1:] if t.shape[1] == 1 else outputs
        # scikit-learn gives no logits: probabilities are held off 0 and 1 as its own log_loss does.
        tiny = np.finfo(outputs.dtype).eps
        p = np.clip(outputs, tiny, 1 - tiny)
        terms = t * np.log(p) + ((1 - t) * np.log1p(-p) if self.recipe.output == "sigmoid" else 0.0)
        return float(-np.mean(np.sum(terms, axis=1))), outputs

    def weights(self) -> list[Array]:
        pairs = zip(self._model.intercepts_, self._model.coefs_, strict=True)
        return [np.vstack([b, w]).astype(float) for b, w in pairs]

    def _build(self) -> MLPClassifier | MLPRegressor:
        r = self.recipe
        make = MLPClassifier if r.classification else MLPRegressor
        return make(
            hidden_layer_sizes=r.dimensions[1:-1],
            activation=SKLEARN.activations[r.hidden[0]].name if r.hidden else "identity",
            solver=SKLEARN.optimiser(r.scheduler).path,
            learning_rate_init=r.eta,
            batch_size=r.size,
            alpha=r.lam or DEFAULT_ALPHA,
            shuffle=False,
            tol=0.0,
        )

    def _labels(self, t: Array) -> Array:
        if not self.recipe.classification:
            return t.ravel() if t.shape[1] == 1 else t
        if self._one_label:
            return t.argmax(axis=1) if t.shape[1] > 1 else t[:, 0].astype(int)
        return t.astype(int)

    def _start(self) -> None:
        """Let one step build the layers, then put the recipe's weights in and forget the step."""
        r, model = self.recipe, self._model
        if r.classification:
            self._classes = np.arange(max(2, r.t.shape[1]))
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                model.partial_fit(r.X, self._y, classes=self._classes)
        else:
            self._quietly_fit(r.X, self._y)
        dtype = model.coefs_[0].dtype
        model.coefs_ = [np.array(w[1:], dtype=dtype) for w in r.start]
        model.intercepts_ = [np.array(w[0], dtype=dtype) for w in r.start]
        optimiser, parameters = model._optimizer, [*model.coefs_, *model.intercepts_]
        if r.scheduler == "Adam":
            model._optimizer = AdamOptimizer(parameters, r.eta)
        else:
            model._optimizer = SGDOptimizer(
                parameters, r.eta, momentum=optimiser.momentum, nesterov=optimiser.nesterov
            )

    def _optimise_like_ours(self) -> None:
        r = self.recipe
        parameters = [*self._model.coefs_, *self._model.intercepts_]
        if r.scheduler != "Adam":
            momentum = r.momentum if r.scheduler == "Momentum" else 0.0
            self._model._optimizer = SGDOptimizer(parameters, r.eta, momentum=momentum, nesterov=False)
            return
        optimiser = Adam(parameters, r.eta, beta_1=r.rho, beta_2=r.rho2)
        optimiser.share, optimiser.rate = self._half, r.eta
        self._model._optimizer = optimiser
        self.notes.append(ADAM_NOTE)

    def _quietly_fit(self, X: Array, y: Array) -> None:
        # A blow-up is a result here, not a warning; the batch size may exceed what is left of an epoch.
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            try:
                self._model.partial_fit(X, y)
            except ValueError:
                # scikit-learn refuses weights that are not finite; the cost tells of them as well.
                if all(np.isfinite(w).all() for w in self.weights()):
                    raise
