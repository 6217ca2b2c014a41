"""The network as scikit-learn estimators, for pipelines, cross-validation and searches.

Parameters keep nncore's names. scikit-learn's own checks of an estimator (`check_estimator`) pass in full, so
whatever works with scikit-learn's estimators works with these: `GridSearchCV`, `Pipeline`, `cross_val_score`,
and through joblib several processes or a cluster.

Examples
--------
>>> from sklearn.datasets import load_iris
>>> from sklearn.model_selection import cross_val_score
>>> from sklearn.pipeline import make_pipeline
>>> from sklearn.preprocessing import StandardScaler
>>> X, y = load_iris(return_X_y=True)
>>> model = make_pipeline(StandardScaler(), FFNNClassifier(hidden=(8,), random_state=0))
>>> bool(cross_val_score(model, X, y, cv=3).mean() > 0.9)
True
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin, MultiOutputMixin, RegressorMixin
from sklearn.utils import check_random_state
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted, validate_data

from nncore import checks
from nncore.activations import ACTIVATIONS, Activation, identity, sigmoid, softmax
from nncore.arrays import Array, ArrayLike
from nncore.costs import Cost, CostCrossEntropy, CostLogReg, CostOLS
from nncore.ffnn import FFNN
from nncore.schedulers import make_scheduler
from nncore.training import Training


def _listed(value: object) -> list[Any]:
    """Return a parameter that may be one value or several as a list."""
    return [value] if isinstance(value, str) or not np.iterable(value) else list(value)


class _Estimator(BaseEstimator):
    """What classifier and regressor share: parameters, and the training itself."""

    def __init__(
        self,
        *,
        hidden: int | Sequence[int] = (32,),
        hidden_func: str | Sequence[str] = "RELU",
        scheduler: str = "Adam",
        eta: float = 0.01,
        momentum: float = 0.9,
        rho: float = 0.9,
        rho2: float = 0.999,
        lam: float = 0.0,
        lam1: float = 0.0,
        batch_size: int | None = 32,
        epochs: int = 100,
        init: str | None = None,
        random_state: int | np.random.RandomState | None = None,
    ) -> None:
        self.hidden = hidden
        self.hidden_func = hidden_func
        self.scheduler = scheduler
        self.eta = eta
        self.momentum = momentum
        self.rho = rho
        self.rho2 = rho2
        self.lam = lam
        self.lam1 = lam1
        self.batch_size = batch_size
        self.epochs = epochs
        self.init = init
        self.random_state = random_state

    def _functions(self) -> list[Activation]:
        names = _listed(self.hidden_func)
        chosen = [ACTIVATIONS[checks.choice("hidden_func", name, tuple(ACTIVATIONS))] for name in names]
        return chosen * len(self._widths()) if len(chosen) == 1 else chosen

    def _widths(self) -> tuple[int, ...]:
        widths = _listed(self.hidden)
        return tuple(checks.whole_number("every width in hidden", width, least=1) for width in widths)

    def _train(self, X: Array, t: Array, *, output: Activation, cost: Cost) -> None:
        """Train a fresh network on X (n_samples, n_features) and t (n_samples, n_outputs)."""
        random = check_random_state(self.random_state)
        size = len(X)
        if self.batch_size is not None:
            size = min(size, checks.whole_number("batch_size", self.batch_size, least=1))
        weights_seed, order_seed = (int(random.randint(2**31 - 1)) for _ in range(2))
        network = FFNN(
            (X.shape[1], *self._widths(), t.shape[1]),
            self._functions(),
            output,
            cost,
            seed=weights_seed,
            init=self.init,
        )
        training = Training(
            network,
            make_scheduler(
                self.scheduler, eta=self.eta, momentum=self.momentum, rho=self.rho, rho2=self.rho2
            ),
            X,
            t,
            batch_size=size,
            epochs=checks.whole_number("epochs", self.epochs, least=1),
            lam=self.lam,
            lam1=self.lam1,
            order_seed=order_seed,
        )
        training.advance()
        if int(training.overflow_epoch) >= 0:
            raise ValueError(
                f"eta must be small enough for the weights to stay finite; got {self.eta!r}, "
                f"with which they overflowed in epoch {int(training.overflow_epoch)}."
            )
        self.network_ = network
        self.n_epochs_ = training.epoch
        self.loss_curve_ = np.asarray(training.history["train_errors"])

    def _outputs(self, X: ArrayLike) -> Array:
        check_is_fitted(self)
        return self.network_.predict_proba(validate_data(self, X, reset=False, dtype=np.float64))


_PARAMETERS = """
    Parameters
    ----------
    hidden : int, or sequence of int
        Widths of the hidden layers; () for none.
    hidden_func : str, or sequence of str
        Names in `ACTIVATIONS`: one for all hidden layers, or one for each.
    scheduler : str
        Name in `SCHEDULERS`.
    eta, momentum, rho, rho2 : float
        Numbers of the scheduler, whether it uses them or not.
    lam, lam1 : float
        L2 and L1 penalties on the weights, not the biases.
    batch_size : int or None
        Samples in a mini-batch; None for all.
    epochs : int
        Passes through the training set.
    init : str or None
        Name in `INITIALISATIONS`; None chooses by the activation.
    random_state : int, RandomState or None
        Draws starting weights and the order of the samples.
"""


class FFNNClassifier(ClassifierMixin, _Estimator):
    __doc__ = f"""The lecture's network as a classifier for any number of classes.
{_PARAMETERS}
    Attributes
    ----------
    classes_ : array (n_classes,)
        The labels in sorted order, as the columns of `predict_proba`.
    network_ : FFNN
        One sigmoid output for two classes, one softmax output a class for more.
    loss_curve_ : array (n_epochs,)
        Cost of the training set after every epoch, without penalty.

    Examples
    --------
    >>> X, y = [[0, 0], [0, 1], [1, 0], [1, 1]], ["no", "yes", "yes", "no"]
    >>> FFNNClassifier(hidden=(8,), random_state=0).fit(X, y).predict(X).tolist()
    ['no', 'yes', 'yes', 'no']
    """

    def fit(self, X: ArrayLike, y: ArrayLike) -> FFNNClassifier:
        """Train on X (n_samples, n_features) and labels y (n_samples,).

        Raises
        ------
        ValueError
            When X holds no finite numbers, y has one class only, or a parameter cannot be meant.
        """
        rows, names = validate_data(self, X, y, dtype=np.float64)
        check_classification_targets(names)
        self.classes_, labels = np.unique(names, return_inverse=True)
        if len(self.classes_) < 2:
            raise ValueError(f"y must hold at least two classes; got one class, {self.classes_[0]!r}.")
        if len(self.classes_) == 2:
            self._train(rows, labels[:, None].astype(float), output=sigmoid, cost=CostLogReg)
        else:
            self._train(rows, np.eye(len(self.classes_))[labels], output=softmax, cost=CostCrossEntropy)
        return self

    def predict_proba(self, X: ArrayLike) -> Array:
        """Return the probability of every class, (n_samples, n_classes).

        Raises
        ------
        NotFittedError, ValueError
            Before `fit`; when X has another width than in `fit` or holds no finite numbers.
        """
        outputs = self._outputs(X)
        return np.hstack([1.0 - outputs, outputs]) if outputs.shape[1] == 1 else outputs

    def predict(self, X: ArrayLike) -> Array:
        """Return the most probable class of every sample, (n_samples,).

        Raises
        ------
        NotFittedError, ValueError
            As `predict_proba`.
        """
        best = self.predict_proba(X).argmax(axis=1)
        return self.classes_[best]


class FFNNRegressor(RegressorMixin, MultiOutputMixin, _Estimator):
    __doc__ = f"""The lecture's network as a regressor with one or several outputs.
{_PARAMETERS}
    Attributes
    ----------
    network_ : FFNN
        Identity output, squared error.
    loss_curve_ : array (n_epochs,)
        Cost of the training set after every epoch, without penalty.

    Examples
    --------
    >>> X = np.linspace(-1, 1, 40)[:, None]
    >>> model = FFNNRegressor(hidden_func="tanh", epochs=300, random_state=0).fit(X, np.sin(3 * X[:, 0]))
    >>> bool(model.score(X, np.sin(3 * X[:, 0])) > 0.95)
    True
    """

    def fit(self, X: ArrayLike, y: ArrayLike) -> FFNNRegressor:
        """Train on X (n_samples, n_features) and values y, (n_samples,) or (n_samples, n_outputs).

        Raises
        ------
        ValueError
            When X or y hold no finite numbers, or a parameter cannot be meant.
        """
        rows, values = validate_data(self, X, y, multi_output=True, y_numeric=True, dtype=np.float64)
        t = np.asarray(values, dtype=np.float64)
        self._flat = t.ndim == 1
        self._train(rows, t[:, None] if self._flat else t, output=identity, cost=CostOLS)
        return self

    def predict(self, X: ArrayLike) -> Array:
        """Return the values of every sample, in the shape of the `y` of `fit`.

        Raises
        ------
        NotFittedError, ValueError
            Before `fit`; when X has another width than in `fit` or holds no finite numbers.
        """
        outputs = self._outputs(X)
        return outputs[:, 0] if self._flat else outputs
