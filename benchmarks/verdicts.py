"""Whether verdicts and advice hold: ``python -m benchmarks verdicts [--quick] [--seed N] [--runs N]``.

Random experiments over all problems, schedulers, learning rates from 1e-5 to 100 (evenly on a logarithmic
axis), layers, activations, seeds, noise, sizes and shares of the data. Each is trained and judged; then what
its verdict says is put to the test:

- slow: ten times the learning rate, or ten times the epochs, lower the final cost by a tenth;
- stuck: in four times the epochs the cost does not come within twice the target (`training.target_cost` or
  7.2135 % of guessing, whichever is smaller, so that a mark near guessing proves nothing);
- memorised: in four times the epochs the validation cost still has not followed at the end;
- learned: on rows not seen it costs no more than 1.2 times guessing;
- advised: the run that is advised ends at a lower cost (after memorising: at a lower validation cost);
- tried: the run that is advised and was tried has learned.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from benchmarks import command
from nncore.advice import advise
from nncore.costs import COSTS
from nncore.data import DATA, DataSet
from nncore.experiment import Experiment
from nncore.mark import guessing_costs
from nncore.outcome import OUTCOMES, TARGET_SHARE
from nncore.schedulers import SCHEDULERS
from nncore.training import Training

RUNS, QUICK_RUNS, SEED = 600, 60, 2026
SHARE = 0.95
"""Of each verdict's runs so many must bear it out; of what was learned, all."""
WIDTHS = (1, 2, 3, 4, 6, 8, 12, 16, 24, 32)
ACTIVATIONS = ("tanh", "RELU", "sigmoid", "LRELU", "ELU", "GELU", "softplus")
SECONDS = 0.06
"""A run is given as many epochs, of those that its problem opens with, as take about this long."""


def experiments(seed: int, runs: int) -> Iterator[Experiment]:
    """Yield random experiments, the same for the same seed."""
    rng = np.random.default_rng(seed)
    for _ in range(runs):
        yield _drawn(rng)


def _drawn(rng: np.random.Generator) -> Experiment:
    name = str(rng.choice(list(DATA)))
    base = Experiment.default(name)
    changes: dict[str, object] = {
        "scheduler": str(rng.choice(list(SCHEDULERS))),
        "eta": float(f"{10 ** rng.uniform(-5, 2):.3g}"),
        "seed": int(rng.integers(1, 10_000)),
        "data_seed": int(rng.integers(0, 1000)),
    }
    if rng.random() < 0.75:
        layers = int(rng.choice(4, p=(0.1, 0.35, 0.3, 0.25)))
        changes["hidden"] = tuple(int(width) for width in rng.choice(WIDTHS, layers))
    if rng.random() < 0.5:
        changes["hidden_func"] = (str(rng.choice(ACTIVATIONS)),)
    if rng.random() < 0.3:
        changes["noise"] = float(rng.choice((0.0, 0.1, 0.2, 0.4)))
    if rng.random() < 0.3 and DATA[name].kind != "gate":
        changes["samples"] = int(rng.choice((30, 60, 100, 200)))
        changes["split"] = float(rng.choice((0.3, 0.5, 0.8, 1.0)))
    experiment = base.replace(**changes)
    return experiment.replace(epochs=max(5, min(experiment.epochs, _affordable(experiment))))


def _affordable(experiment: Experiment) -> int:
    rows = len(experiment.dataset().X)
    steps = math.ceil(rows / min(experiment.batch_size or rows, rows))
    return int(SECONDS / (steps * 2e-5 + rows * experiment.n_parameters() * 2e-9))


@dataclass
class Tally:
    """How often something held, of how many."""

    held: int = 0
    of: int = 0
    against: list[str] = field(default_factory=list)

    def add(self, experiment: Experiment, holds: bool) -> None:
        """Count one case, and keep it where it does not hold."""
        self.of += 1
        self.held += holds
        if not holds:
            self.against.append(str(experiment.to_query()))

    def line(self, name: str, promise: str, least: float) -> str:
        """Return a line of the table."""
        share = self.held / self.of if self.of else 1.0
        verdict = "holds" if share >= least else "FAILS"
        return f"{name:<11}{self.of:>5}{self.held:>7}{share:>9.1%}   {least:>5.0%}   {verdict:<7}{promise}"


def bears_out(experiment: Experiment, training: Training) -> bool | None:
    """Say whether a finished run does what its verdict says; None for a verdict that foretells nothing."""
    match training.outcome:
        case "slow":
            return _lowers(experiment, training)
        case "stuck":
            target = min(training.target_cost, TARGET_SHARE * _guess(experiment, training))
            return not final_cost(_longer(training, 4)) <= 2.0 * target
        case "memorised":
            return _longer(training, 4).outcome in ("memorised", "unstable")
        case "learned" if training.data.X_val is not None:
            guess = _guesses(experiment)[1]
            return guess is None or training.history["val_errors"][-1] <= 1.2 * guess
    return None


def follow(experiment: Experiment, training: Training, tallies: dict[str, Tally]) -> None:
    """Do what is advised after a run, where something is, and count what became of it."""
    advice = advise(experiment, training)
    if advice.change is None:
        return
    after = finished(experiment.replace(**advice.change))
    which = "val_errors" if training.outcome == "memorised" else "train_errors"
    before = np.inf if training.overflow_epoch >= 0 else training.history[which][-1]
    lower = after.overflow_epoch < 0 and after.history[which][-1] < before
    tallies["advised"].add(experiment, bool(lower))
    if advice.tried:
        tallies["tried"].add(experiment, after.outcome == "learned")


def final_cost(training: Training) -> float:
    """Return the training cost after the last epoch; NaN after an overflow."""
    return float(training.history["train_errors"][-1]) if training.overflow_epoch < 0 else math.nan


def finished(experiment: Experiment, data: DataSet | None = None) -> Training:
    """Return the run of an experiment, at its end."""
    training = experiment.training(data)
    training.advance()
    return training


def _lowers(experiment: Experiment, training: Training) -> bool:
    lower = 0.9 * final_cost(training)
    faster = experiment.replace(eta=min(1e3, 10.0 * experiment.eta))
    return final_cost(finished(faster)) <= lower or final_cost(_longer(training, 10)) <= lower


def _longer(training: Training, times: int) -> Training:
    training.extend((times - 1) * training.epochs)
    training.advance()
    return training


def _guesses(experiment: Experiment) -> tuple[float | None, float | None]:
    data = experiment.dataset()
    return guessing_costs(data.t, data.t_val, COSTS[experiment.resolved(data.task)[0]])


def _guess(experiment: Experiment, training: Training) -> float:
    return _guesses(experiment)[0] or float(training.start_cost)


PROMISES = {
    "slow": ("a tenth lower at 10 x the rate or the epochs", SHARE),
    "stuck": ("not within twice the target at 4 x the epochs", SHARE),
    "memorised": ("validation has not followed at 4 x the epochs", SHARE),
    "learned": ("validation within 1.2 x guessing", 1.0),
    "advised": ("doing it ends at a lower cost", SHARE),
    "tried": ("doing it has learned", 1.0),
}
HEAD = f"{'':<11}{'runs':>5}{'holds':>7}{'share':>9}   {'least':>5}   {'':<7}what is put to the test"


def main(argv: Sequence[str]) -> int:
    """Print the table; 0 where every share is as large as it must be."""
    parser = command("verdicts", __doc__)
    parser.add_argument("--quick", action="store_true", help=f"{QUICK_RUNS} runs")
    parser.add_argument("--seed", type=int, default=SEED, help="draws the experiments")
    parser.add_argument("--runs", type=int, help=f"how many, {RUNS} unless told")
    parser.add_argument("--against", action="store_true", help="list the experiments that speak against it")
    chosen = parser.parse_args(argv)
    runs = chosen.runs or (QUICK_RUNS if chosen.quick else RUNS)
    tallies = {name: Tally() for name in PROMISES}
    counts: Counter[str] = Counter()
    for experiment in experiments(chosen.seed, runs):
        training = finished(experiment)
        outcome = str(training.outcome)
        if outcome != "learned":
            follow(experiment, training, tallies)
        counts[outcome] += 1
        if (holds := bears_out(experiment, training)) is not None:
            tallies[outcome].add(experiment, holds)
    print(f"{runs} random experiments, seed {chosen.seed}:", end=" ")
    print(", ".join(f"{counts[name]} {name}" for name in OUTCOMES))
    print(HEAD)
    for name, (promise, least) in PROMISES.items():
        print(tallies[name].line(name, promise, least))
        if chosen.against:
            print(*(f"    {query}" for query in tallies[name].against), sep="\n")
    return int(any(tally.held < PROMISES[name][1] * tally.of for name, tally in tallies.items()))
