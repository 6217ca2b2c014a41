"""From the words of an Experiment to the objects that train: network, scheduler, Training."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from nncore.activations import ACTIVATIONS
from nncore.costs import COSTS
from nncore.data import DataSet
from nncore.experiment.field_kinds import shown
from nncore.experiment.fields import CUSTOM
from nncore.experiment.formula import compile_formula
from nncore.experiment.lecture_rule import batch_rows, lecture_scheduler
from nncore.ffnn import FFNN
from nncore.mark import mark
from nncore.schedulers import Scheduler, make_scheduler
from nncore.schedules import SCHEDULES
from nncore.training import Training

if TYPE_CHECKING:
    from nncore.experiment import Experiment


def activation_functions(experiment: Experiment) -> list[Callable[..., Any]]:
    """Return the activation of every hidden layer, formulas compiled."""
    own = compile_formula(experiment.formula)
    return [own if name == CUSTOM else ACTIVATIONS[name] for name in experiment.layer_funcs]


def build_network(experiment: Experiment, seed: int | Sequence[int], *, data: DataSet | None = None) -> FFNN:
    """Return the untrained network that the experiment describes.

    Parameters
    ----------
    experiment : Experiment
        What to build.
    seed : int or sequence of int
        Seed of the weights; a sequence gives a stack of networks.
    data : DataSet, optional
        Needed where the experiment's data is one's own.

    Raises
    ------
    ValueError
        If the data is missing or no DataSet, or cost and output do not suit its task.
    """
    if data is not None and not isinstance(data, DataSet):
        raise ValueError(f"data must be a DataSet, as nncore.data.load returns it; got {shown(data)}.")
    cost, output = experiment.resolved(None if data is None else data.task)
    return FFNN(
        experiment.dimensions(data),
        hidden_func=activation_functions(experiment),
        output_func=ACTIVATIONS[output],
        cost_func=COSTS[cost],
        seed=seed,
        init=None if experiment.init == "auto" else experiment.init,
    )


def build_scheduler(experiment: Experiment, numbers: Mapping[str, Any], *, data: DataSet) -> Scheduler:
    """Return the scheduler, by the textbook's rule or forgetting at every epoch.

    Parameters
    ----------
    experiment : Experiment
        Names scheduler, rule and batch size.
    numbers : mapping
        eta, momentum, rho and rho2: floats, or vectors (n_runs,).
    data : DataSet
        Its rows and task decide what the lecture's rule does.
    """
    given = {name: numbers[name] for name in ("eta", "momentum", "rho", "rho2")}
    if experiment.rule == "textbook":
        return make_scheduler(experiment.scheduler, **given)
    return lecture_scheduler(
        experiment.scheduler,
        rows=batch_rows(len(data.X), experiment.batch_size),
        summed=experiment.resolved(data.task)[0] == "CostCrossEntropy",
        **given,
    )


def build_training(
    experiment: Experiment,
    *,
    data: DataSet | None = None,
    axes: Mapping[str, Any] | None = None,
    exact: bool = False,
) -> Training:
    """Return the run, or with `axes` the stack of runs, that the experiment describes.

    Parameters
    ----------
    experiment : Experiment
        What to train.
    data : DataSet, optional
        Rows instead of the experiment's own.
    axes : mapping, optional
        One value per run for seed, eta, lam, lam1, momentum, rho or rho2, checked.
    exact : bool
        Whether every run of a stack must be the one that it is alone to the last bit, at some cost in time.

    Raises
    ------
    ValueError
        If the data is missing, or cost and output do not suit its task.
    """
    data = experiment.dataset() if data is None else data
    axes = axes or {}
    numbers = {
        name: axes.get(name, getattr(experiment, name))
        for name in ("eta", "momentum", "rho", "rho2", "lam", "lam1")
    }
    seed: int | list[int] = experiment.seed
    if axes:
        runs = len(next(iter(axes.values())))
        seed = list(axes.get("seed", [experiment.seed] * runs))
    network = build_network(experiment, seed, data=data)
    if exact:
        network.engine.keep_runs_first()
    return Training(
        network,
        build_scheduler(experiment, numbers, data=data),
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
        judge=None if data.X_judge is None else (data.X_judge, data.t_judge),
        mark=mark(data, network.cost_func),
    )
