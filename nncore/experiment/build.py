"""From the values of an experiment to the objects that train: network, scheduler, Training."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from nncore.activations import ACTIVATIONS, Activation
from nncore.arrays import Array, Numbers
from nncore.costs import COSTS, ClassWeighted
from nncore.data import DataSet
from nncore.experiment.field_kinds import shown
from nncore.experiment.fields import CUSTOM, FIELDS
from nncore.experiment.formula import compile_formula
from nncore.experiment.lecture_rule import batch_rows, lecture_scheduler
from nncore.experiment.values import Values
from nncore.ffnn import FFNN
from nncore.machinery.alike import keep_each_alone
from nncore.machinery.pieces import pause
from nncore.mark import mark
from nncore.schedulers import Scheduler, make_scheduler
from nncore.schedules import SCHEDULES
from nncore.training import Training

# Fields that may differ from run to run of one stack.
STACK_AXES = ("seed", "eta", "lam", "lam1", "momentum", "rho", "rho2")
Axes = dict[str, list[int] | Array]


def activation_functions(experiment: Values) -> list[Activation]:
    """Return the activation of every hidden layer, formulas compiled."""
    own = compile_formula(experiment.formula)
    return [own if name == CUSTOM else ACTIVATIONS[name] for name in experiment.layer_funcs]


def build_network(experiment: Values, seed: int | Sequence[int], *, data: DataSet | None = None) -> FFNN:
    """Return the untrained network that the experiment describes; a sequence of seeds gives a stack of them.

    Raises
    ------
    ValueError
        If the data is missing or no DataSet, or cost and output do not suit its task.
    """
    if data is not None and not isinstance(data, DataSet):
        raise ValueError(f"data must be a DataSet, as nncore.data.load returns it; got {shown(data)}.")
    cost, output = experiment.resolved(None if data is None else data.task)
    cost_func = COSTS[cost]
    if data is not None and data.class_weights:
        cost_func = ClassWeighted(cost_func, data.class_weights)
    return FFNN(
        experiment.dimensions(data),
        hidden_func=activation_functions(experiment),
        output_func=ACTIVATIONS[output],
        cost_func=cost_func,
        seed=seed,
        init=None if experiment.init == "auto" else experiment.init,
    )


def _scheduler(experiment: Values, numbers: Mapping[str, Numbers], data: DataSet) -> Scheduler:
    """Return the scheduler, by the textbook's rule or forgetting at every epoch of these data."""
    given = {name: numbers[name] for name in ("eta", "momentum", "rho", "rho2")}
    if experiment.rule == "textbook":
        return make_scheduler(experiment.scheduler, **given)
    return lecture_scheduler(
        experiment.scheduler,
        rows=batch_rows(len(data.X), experiment.batch_size),
        summed=experiment.resolved(data.task)[0] == "CostCrossEntropy",
        **given,
    )


def checked_axes(axes: Mapping[str, Iterable[float]]) -> Axes:
    """Return the axes of a stack: a list of seeds, float arrays of shape (runs,).

    Raises
    ------
    ValueError
        If there is none, one is unknown or empty, or lengths or values are not allowed.
    """
    if not axes:
        raise ValueError(f"axes must be one or more of {', '.join(STACK_AXES)}; got none.")
    checked: Axes = {}
    for name, values in axes.items():
        if name not in STACK_AXES:
            raise ValueError(f"axes must be out of {', '.join(STACK_AXES)}; got {shown(name)}.")
        if isinstance(values, (str, bytes)) or not isinstance(values, Iterable):
            raise ValueError(f"{name} must be a list of values, one per run; got {shown(values)}.")
        items = [FIELDS[name].check(value) for value in values]
        checked[name] = items if name == "seed" else np.array(items)
    lengths = {name: len(values) for name, values in checked.items()}
    if len(set(lengths.values())) > 1 or 0 in lengths.values():
        raise ValueError(f"axes must have one length of at least 1; got {lengths}.")
    return checked


def build_training(
    experiment: Values,
    data: DataSet,
    *,
    axes: Axes | None = None,
    exact: bool = False,
    network: FFNN | None = None,
) -> Training:
    """Return the run, or with `axes` the stack of runs, that the experiment describes.

    Parameters
    ----------
    experiment : Values
        What to train.
    data : DataSet
        Rows to train on.
    axes : mapping, optional
        One value per run for seed, eta, lam, lam1, momentum, rho or rho2, checked.
    exact : bool
        Whether every run of a stack must be the one that it is alone to the last bit, at some cost in time.
    network : FFNN, optional
        What is trained instead of the network with the drawn weights; of the same layers.

    Raises
    ------
    ValueError
        If the data is no DataSet, or cost and output do not suit its task.
    """
    axes = axes or {}
    numbers = {
        name: axes.get(name, getattr(experiment, name))
        for name in ("eta", "momentum", "rho", "rho2", "lam", "lam1")
    }
    seed: int | list[int] = experiment.seed
    if axes:
        runs = len(next(iter(axes.values())))
        seed = list(axes.get("seed", [experiment.seed] * runs))
    network = network or build_network(experiment, seed, data=data)
    pause()
    if exact:
        rows = {
            experiment.batch_size or len(data.X),
            *(len(X) for X in (data.X, data.X_val, data.X_judge) if X is not None),
        }
        keep_each_alone(network.engine, rows)
    training = Training(
        network,
        _scheduler(experiment, numbers, data),
        data.X,
        data.t,
        batch_size=experiment.batch_size or None,
        epochs=experiment.epochs,
        lam=numbers["lam"],
        lam1=numbers["lam1"],
        X_val=data.X_val,
        t_val=data.t_val,
        order_seed=experiment.data_seed,
        schedule=None if experiment.schedule == "constant" else SCHEDULES[experiment.schedule],
        judge=None if data.X_judge is None or data.t_judge is None else (data.X_judge, data.t_judge),
        mark=mark(data, network.cost_func),
        changes=[change for change in experiment.on_the_way if change[1] not in axes],
    )
    training.extend(experiment.more)
    return training
