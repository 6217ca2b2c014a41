"""What can be proved about a run that did not learn: neurons that died, layers that cannot bend."""

from __future__ import annotations

import warnings
from dataclasses import dataclass, replace

import numpy as np

from nncore.activations import derivate
from nncore.costs import CostCrossEntropy, CostLogReg, CostOLS
from nncore.data import DataSet
from nncore.data.dataset import TASKS
from nncore.data.loading import PLAIN_FEATURES
from nncore.experiment import Experiment
from nncore.experiment.field_kinds import Whole, number_text, rounded_text
from nncore.experiment.fields import CUSTOM, FIELDS, OWN_DATA
from nncore.experiment.formula import Fault
from nncore.mark import NO_BETTER, STRAIGHT, Mark, guessing_costs
from nncore.model import Model
from nncore.study.faults import fault_of
from nncore.training import Training

LIMIT_NUMBERS = 200_000
"""The best straight model is worked out for so many numbers, rows times inputs times outputs, at most."""
SAME = 1e-12
FLAT = 1e-3
"""A layer whose steepest slope is at most this passes next to no gradient."""
MOST_EPOCHS = FIELDS.of(Whole, "epochs").high
FAULT_SECONDS = 0.1
"""How long a run is followed once more to see what its formula did."""


def rows_of(experiment: Experiment, training: Training) -> DataSet:
    """Return the rows that a training was given, as a data set.

    Parameters
    ----------
    experiment : Experiment
        Names them, unless they are one's own.
    training : Training
        Holds them in any case.
    """
    if experiment.data != OWN_DATA:
        return experiment.dataset()
    held = training.data
    return DataSet(
        OWN_DATA, _task(experiment, held.t), held.X, held.t, X_val=held.X_val, t_val=held.t_val,
        X_judge=held.X_judge, t_judge=held.t_judge,
    )  # fmt: skip


def _task(experiment: Experiment, t: np.ndarray) -> str:
    """Return the task of targets without their data set: one for which cost and output are allowed."""
    shares = bool(np.isin(t, (0.0, 1.0)).all())
    likely = {
        "binary": shares and t.shape[1] == 1,
        "multiclass": shares and t.shape[1] > 1,
        "regression": True,
    }
    for task in TASKS:
        if likely[task] and _allowed(experiment, task):
            return task
    return "regression"


def _allowed(experiment: Experiment, task: str) -> bool:
    try:
        experiment.resolved(task)
    except ValueError:
        return False
    return True


def draws_one_line(experiment: Experiment) -> bool:
    """Say whether the network's border is a single straight line, whatever its weights.

    It is without hidden layers, and with hidden layers whose activation is the identity, since linear maps
    one after the other are one linear map.
    """
    return not experiment.hidden or set(experiment.hidden_func) == {"identity"}


def straight_limit(data: DataSet, cost_func: object) -> float | None:
    """Return the lowest cost on the training rows that any network without a bend has; None if not known.

    Parameters
    ----------
    data : DataSet
        The rows.
    cost_func : callable
        The network's cost: squares by least squares, logarithms by logistic regression without penalty.
    """
    if data.X.size * data.n_outputs > LIMIT_NUMBERS:
        return None
    if cost_func is CostOLS and data.task == "regression":
        design = np.hstack([np.ones((len(data.X), 1)), data.X])
        answers = design @ np.linalg.lstsq(design, data.t, rcond=None)[0]
        return float(CostOLS(data.t)(answers))
    if cost_func in (CostLogReg, CostCrossEntropy) and data.task != "regression":
        return _logistic_limit(data)
    return None


def _logistic_limit(data: DataSet) -> float | None:
    from sklearn.linear_model import LogisticRegression

    labels = data.t.argmax(axis=1) if data.n_outputs > 1 else (data.t[:, 0] > 0.5).astype(int)
    if len(np.unique(labels)) < 2:
        return None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = LogisticRegression(C=1e6, max_iter=300).fit(data.X, labels)
    columns = np.searchsorted(model.classes_, labels)[:, None]
    right = np.take_along_axis(model.predict_proba(data.X), columns, axis=1)
    return float(-np.log(np.maximum(right, 1e-300)).mean())


def still_layer(network: Model, X: np.ndarray) -> int | None:
    """Return the first hidden layer, from 0, whose neurons all answer the same for every row; None if none.

    Nothing behind such a layer can tell the rows apart, and no gradient comes through it.

    Parameters
    ----------
    network : Model
        One network, no stack.
    X : array (n_samples, n_features)
        Inputs.
    """
    for layer, answers in enumerate(network.layer_outputs(X)[:-1]):
        spread = np.ptp(answers, axis=0)
        if np.all(spread <= SAME * (1.0 + np.abs(answers).max())):
            return layer
    return None


@dataclass(frozen=True)
class Diagnosis:
    """What is known of a run at its end."""

    experiment: Experiment
    """What was trained, with the learning rate and penalty that it ended with."""
    rows: DataSet
    """What it was trained on."""
    outcome: str
    """One of ``nncore.OUTCOMES``."""
    cost: float
    """Its training cost at the end; infinite after an overflow."""
    val: np.ndarray | None = None
    """array (n_epochs,) or None: its validation cost after each epoch."""
    guess: float | None = None
    """What guessing costs on the validation rows, where there are any and that is known."""
    mark: Mark | None = None
    """What was to be reached instead of the usual target."""
    cause: str = ""
    """What is proved: one sentence, or ""."""
    dead: bool = False
    straight: bool = False
    """`dead` and `straight`: whether a hidden layer answers the same for every row; whether no network
    without a bend can learn."""
    born_dead: bool = False
    """Whether that layer did so before training."""
    hopeless: bool = False
    """Whether nothing is worth trying."""
    repeatable: bool = True
    """Whether what is tried out begins as this run did."""

    @property
    def unseen(self) -> float:
        """Its validation cost at the end; infinite without validation rows, and after an overflow."""
        return np.inf if self.val is None or np.isinf(self.cost) else float(self.val[-1])

    @property
    def straight_helps(self) -> bool:
        """Whether a straight model is what is to be reached, and better than guessing on rows kept apart."""
        return self.mark is not None and self.mark.label_on(self.val is not None) == STRAIGHT

    @property
    def most(self) -> float:
        """What advice may cost on validation rows: at most the run's, and a tenth less than guessing."""
        return self.unseen if self.guess is None else min(self.unseen, NO_BETTER * self.guess)

    def guesses(self, cost: float) -> bool:
        """Whether a cost on the validation rows is less than a tenth better than guessing."""
        return self.guess is not None and cost > NO_BETTER * self.guess


def diagnose(
    experiment: Experiment, training: Training, *, data: DataSet | None = None, repeatable: bool = True
) -> Diagnosis:
    """Look at a finished run for what can be proved about it.

    Parameters
    ----------
    experiment : Experiment
        What was trained.
    training : Training
        Its run, one network.
    data : DataSet, optional
        The rows, where they are one's own.
    repeatable : bool
        Whether the experiment gives this run again: not where weights were set by hand.
    """
    rows = rows_of(experiment, training) if data is None else data
    history = training.history
    costs = history["train_errors"]
    on_the_way = {name: float(value) for _, name, value in training.changes if name in ("eta", "lam")}
    # As one run with one rate, as long as this one was: what is tried out is compared with that. A schedule
    # spreads over the plan, so that epochs added to it stay what they are.
    planned = (
        {"epochs": min(experiment.total_epochs, MOST_EPOCHS)} if experiment.schedule == "constant" else {}
    )
    known = Diagnosis(
        experiment.replace(**on_the_way, **planned, changes=""),
        rows,
        str(training.outcome),
        cost=float(costs[-1]) if training.overflow_epoch < 0 and len(costs) else np.inf,
        val=history.get("val_errors"),
        guess=guessing_costs(rows.t, rows.t_val, training.network.cost_func)[1],
        mark=training.mark,
        repeatable=repeatable,
    )
    if known.outcome in ("learned", "memorised"):
        return known
    if known.outcome == "overflow":
        return _overflowed(
            known, training, experiment.replace(changes="").training(rows), repeatable=repeatable
        )
    # Where a run jumps or overflows, its steps are the cause, whatever they did to the neurons.
    dead = _dead(known, training) if known.outcome == "stuck" else None
    return _straight(known, training) or dead or known


def _overflowed(known: Diagnosis, training: Training, again: Training, *, repeatable: bool) -> Diagnosis:
    """Say what a formula has to do with an overflow, which is nothing to mend where it comes at once."""
    met = None
    if CUSTOM in known.experiment.hidden_func:
        seconds = FAULT_SECONDS if repeatable else 0.0
        met = fault_of(again, int(training.overflow_epoch), changes=training.changes, seconds=seconds)
    useless = "" if met is None else _useless(known.experiment, met.fault)
    if not np.isfinite(training.start_cost):
        why = useless and f": {useless}"
        cause = f"The cost is not a finite number before the first step{why}. No learning rate mends that."
        return replace(known, cause=cause, hopeless=True)
    if met is None:
        eta = number_text(float(f"{known.experiment.eta:.3g}"))
        return replace(known, cause=f"With eta = {eta} steps overshoot, further and further.")
    told = f"It comes from the formula: {useless}, which a neuron"
    if met.epoch == 0:
        cause = f"{told} has before the first step. No learning rate mends that."
        return replace(known, cause=cause, hopeless=True)
    when = "may have met" if met.epoch < 0 else f"met after epoch {met.epoch}"
    return replace(known, cause=f"{told} {when}.")


def _useless(experiment: Experiment, fault: Fault) -> str:
    """Say where a formula is of no use."""
    what = "slope" if fault.what == "slope" else "value"
    return f"the {what} of {experiment.formula} is not a finite number at z = {rounded_text(fault.z)}"


def _straight(known: Diagnosis, training: Training) -> Diagnosis | None:
    if not draws_one_line(known.experiment):
        return None
    limit = straight_limit(known.rows, training.network.cost_func)
    target = float(training.target_cost)
    if limit is None or limit <= 1.01 * target:
        return None
    bend = "Without a hidden layer" if not known.experiment.hidden else "Without a bending activation"
    what = "the answer is a straight surface" if known.rows.task == "regression" else "borders are straight"
    made = set(known.rows.features) - set(PLAIN_FEATURES)
    among = " in the input features" if made else ""  # x² or sin x bend on the plane what is straight in them
    least = f"none costs less than {rounded_text(limit)} here (the target is {rounded_text(target)})"
    cause = f"{bend} {what}{among}, and {least}."
    return replace(known, cause=cause, straight=True)


def _dead(known: Diagnosis, training: Training) -> Diagnosis | None:
    network, X = training.network, known.rows.X
    if not np.isfinite(network.theta).all() or (layer := still_layer(network, X)) is None:
        return None
    where = f"hidden layer {layer + 1}" if len(network.dimensions) > 3 else "the hidden layer"
    one = network.dimensions[layer + 1] == 1
    neurons, are, their = ("neuron", "is", "its") if one else ("neurons", "are", "their")
    silent = np.abs(network.layer_outputs(X)[layer]).max() <= SAME
    answers = "0" if silent else "the same"
    born = still_layer(known.experiment.network(data=known.rows), X) is not None
    if steepest(network, X, layer) <= FLAT:
        typed = CUSTOM in known.experiment.hidden_func  # a formula may be flat without an end that it nears
        state = "dead" if silent else "where the formula is flat" if typed else "saturated"
        why = f"{are} {state}: the answer is {answers} for every row, and no gradient passes."
    else:
        penalised = not born and (known.experiment.lam or known.experiment.lam1)
        pulled = f"the penalty has pulled {their} weights to 0"
        weights = pulled if penalised else f"{their} weights are 0, or nearly so"
        why = f"{'answers' if one else 'answer'} {answers} for every row: {weights}."
    return replace(known, cause=f"The {neurons} of {where} {why}", dead=True, born_dead=born)


def steepest(network: Model, X: np.ndarray, layer: int) -> float:
    """Return the largest slope that the activation of a hidden layer, from 0, has on these rows.

    Parameters
    ----------
    network : Model
        One network, no stack.
    X : array (n_samples, n_features)
        Inputs.
    layer : int
        Which one.
    """
    enters = network.layer_outputs(X)[layer - 1] if layer else np.asarray(X, dtype=float)
    weights = network.weights[layer]
    return float(np.abs(derivate(network.hidden_func[layer])(weights[0] + enters @ weights[1:])).max())
