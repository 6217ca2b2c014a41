"""What is worth trying after a run, cause by cause, the likeliest first."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import islice
from typing import Any, Final

import numpy as np

from nncore.data import DATA
from nncore.diagnosis import Diagnosis
from nncore.experiment import Experiment
from nncore.experiment.field_kinds import counted, number_text
from nncore.experiment.fields import seeds_from
from nncore.trials import Candidate

ETA_RANGE: Final = (1e-5, 100.0)
"""Learning rates that are advised."""
RATES: Final = 7
"""How many are tried beside the usual ones."""
REACH: Final = {
    "Constant": 30.0,
    "Momentum": 10.0,
    "Adagrad": 10.0,
    "AdagradMomentum": 3.0,
    "RMS_prop": 1.0,
    "Adam": 1.0,
}
"""By how much higher than for Adam the learning rates are with which a scheduler still learns."""
STARTS: Final = 6
WIDEST: Final = 256
MOST_EPOCHS: Final = 100_000
MOST_SAMPLES: Final = 5000
PENALTIES: Final = (1e-3, 1e-2, 0.1)
SIGNS: Final = {"lam": "lambda", "lam1": "lambda1"}
ACTIVATIONS: Final = ("LRELU", "tanh", "ELU")
NETWORK_FIELDS: Final = (
    "hidden", "hidden_func", "output_func", "cost", "init", "scheduler", "eta", "momentum", "rho", "rho2",
    "schedule", "rule", "lam", "lam1", "batch_size", "epochs",
)  # fmt: skip
"""What a problem opens with, apart from its rows and the seed."""

AFRESH: Final = "From weights that are not set by hand"
"""How advice begins after a run that no setting repeats: what was tried began otherwise."""

Stage = tuple[str, list[Candidate]]


def stages(known: Diagnosis) -> Iterator[Stage]:
    """Yield what to try, in order: what it is in words, and the candidates.

    Parameters
    ----------
    known : Diagnosis
        What is known of the run.
    """
    experiment = known.experiment
    if known.outcome == "memorised":
        yield from _against_memorising(known)
        return
    yield "no penalty", list(_unpenalised(experiment))
    if not known.straight:
        # No learning rate wakes neurons that pass no gradient at the start.
        if not known.born_dead:
            # The usual ones first and alone: where a run takes long there is time for no more.
            yield "other learning rates", list(_rates(known, usual_rates(experiment)))
            yield "other learning rates", list(_rates(known, near_rates(known)))
        if known.outcome in ("slow", "stuck") and not known.dead:
            yield "more epochs", list(_epochs(known))
        yield "other starts", list(_starts(experiment))
        if known.dead:
            yield "other activations", list(_activations(experiment))
    yield "no hidden layer", list(_straight(known))
    yield "more neurons", list(_wider(experiment))
    yield "the setting that this problem opens with", list(_opening(experiment))


def third(eta: float) -> float:
    """Give a third of a learning rate, as the round number that one would try.

    Examples
    --------
    >>> third(3.0), third(0.1), third(2e-4)
    (1.0, 0.03, 7e-05)
    """
    return float(f"{eta / 3:.1g}")


def triple(eta: float) -> float:
    """Give three times a learning rate, as the round number that one would try.

    Examples
    --------
    >>> triple(1.0), triple(0.03)
    (3.0, 0.09)
    """
    return float(f"{eta * 3:.1g}")


def below(eta: float) -> Iterator[float]:
    """Give round learning rates below one, the nearest first.

    Examples
    --------
    >>> list(below(0.001))
    [0.0003, 0.0001, 3e-05, 1e-05]
    """
    while (eta := third(eta)) >= ETA_RANGE[0]:
        yield eta


def above(eta: float) -> Iterator[float]:
    """Give round learning rates above one, the nearest first.

    Examples
    --------
    >>> list(above(5.0))
    [20.0, 60.0]
    """
    while (eta := triple(eta)) <= ETA_RANGE[1]:
        yield eta


def default_rate(experiment: Experiment) -> float:
    """Give the learning rate with which the problem opens, carried over to the experiment's scheduler.

    Examples
    --------
    >>> default_rate(Experiment.default("XOR").replace(scheduler="Constant", eta=9.0))
    3.0
    """
    usual = Experiment.default(experiment.data)
    return float(f"{usual.eta * REACH[experiment.scheduler] / REACH[usual.scheduler]:.1g}")


def usual_rates(experiment: Experiment) -> list[float]:
    """Give the learning rate with which the problem opens, as it stands and carried over."""
    rates = dict.fromkeys((Experiment.default(experiment.data).eta, default_rate(experiment)))
    return [rate for rate in rates if rate != experiment.eta]


def near_rates(known: Diagnosis) -> list[float]:
    """Give other learning rates, the nearest first."""
    eta = known.experiment.eta
    # A run that jumps or overflows has too long steps: none longer is tried.
    longer = [] if known.outcome in ("unstable", "overflow") else list(above(eta))
    near = sorted([*longer, *below(eta)], key=lambda other: abs(math.log(other / eta)))
    return [rate for rate in near if rate not in usual_rates(known.experiment)][:RATES]


def _rates(known: Diagnosis, rates: list[float]) -> Iterator[Candidate]:
    for rate in rates:
        eta, now = number_text(rate), number_text(known.experiment.eta)
        wrong = "high" if rate < known.experiment.eta else "low"
        learns = f"eta = {now} is too {wrong}: from the same start eta = {eta} learns."
        yield Candidate(
            {"eta": rate},
            learns if known.repeatable else f"{AFRESH} eta = {eta} learns.",
            f"With eta = {eta}",
            rate_label(rate, rate / known.experiment.eta),
        )


def rate_label(eta: float, factor: float) -> str:
    """Say a learning rate on a button.

    Examples
    --------
    >>> rate_label(0.03, 0.3), rate_label(0.02, 40.0)
    ('Try η = 0.03 (÷ 3)', 'Try η = 0.02 (× 40)')
    """
    sign, factor = ("×", factor) if factor > 1 else ("÷", 1 / factor)
    return f"Try η = {number_text(eta)} ({sign} {number_text(float(f'{factor:.1g}'))})"


def _epochs(known: Diagnosis) -> Iterator[Candidate]:
    for times in (4, 10):
        epochs = times * known.experiment.total_epochs
        if epochs <= MOST_EPOCHS:
            # A verdict is read off the curve as far as it goes; what was tried goes further.
            rested = "Yet it gets on later" if known.outcome == "stuck" else "More epochs help"
            learns = f"{rested}: with {epochs} epochs it learns."
            afresh = f"{AFRESH} {epochs} epochs learn."
            yield Candidate(
                {"epochs": epochs},
                learns if known.repeatable else afresh,
                f"After {epochs} epochs",
                f"Try {epochs} epochs",
            )


def _unpenalised(experiment: Experiment) -> Iterator[Candidate]:
    strong = {name: 0.0 for name in ("lam", "lam1") if getattr(experiment, name) > 0}
    if strong:
        text = " and ".join(f"{SIGNS[name]} = {number_text(getattr(experiment, name))}" for name in strong)
        yield Candidate(
            strong,
            f"The penalty of {text} is too strong: without it the same network learns.",
            "Without the penalty",
            "Try no penalty",
        )


def _starts(experiment: Experiment) -> Iterator[Candidate]:
    usual = default_rate(experiment)
    for eta in dict.fromkeys((experiment.eta, usual)):
        with_rate = f" and eta = {number_text(eta)}" if eta != experiment.eta else ""
        change = {"eta": eta} if with_rate else {}
        what = "Another start and another rate help" if with_rate else "Another start helps"
        for seed in seeds_from(experiment.seed, 1 + STARTS)[1:]:
            yield Candidate(
                {"seed": seed, **change},
                f"{what}: with seed {seed}{with_rate} the same network learns.",
                f"With seed {seed}{with_rate}",
                f"Try seed {seed}{with_rate.replace(' and eta', ', η')}",
            )


def _activations(experiment: Experiment) -> Iterator[Candidate]:
    usual = default_rate(experiment)
    for name in ACTIVATIONS:
        if set(experiment.hidden_func) == {name}:
            continue
        for eta in dict.fromkeys((experiment.eta, usual)):
            yield _network(experiment, {"hidden_func": (name,), "eta": eta}, f"{name} as activation")


def _wider(experiment: Experiment) -> Iterator[Candidate]:
    """Yield the problem's own layers, wider ones and one more, each at the learning rates worth trying."""
    usual = Experiment.default(experiment.data)
    own = experiment.hidden
    shapes: list[tuple[int, ...]] = [usual.hidden] if sum(usual.hidden) > sum(own) else []
    if own:
        shapes += [tuple(min(WIDEST, max(4, times * width)) for width in own) for times in (2, 4)]
        shapes.append((*own, max(own)) if len(own) < 6 else own)
    bends = {} if _bends(experiment) else {"hidden_func": usual.hidden_func}
    bending = f"{usual.hidden_func[0]} " if bends else ""
    rates = dict.fromkeys((experiment.eta, default_rate(experiment), third(default_rate(experiment))))
    for shape in dict.fromkeys(shapes):
        name = "-".join(map(str, shape))
        words = f"{'hidden layers' if len(shape) > 1 else 'a hidden layer'} of {name} {bending}neurons"
        for eta in rates:
            yield _network(experiment, {"hidden": shape, **bends, "eta": eta}, words)


def _straight(known: Diagnosis) -> Iterator[Candidate]:
    """Yield the network that is a straight model, with scikit-learn's penalty, where that helps."""
    experiment = known.experiment
    if not known.straight_helps or not experiment.hidden:
        return
    lam = max(experiment.lam, float(f"{1 / len(known.rows.X):.1g}"))
    # An activation for each of several layers is not allowed where there are none.
    funcs = {} if len(experiment.hidden_func) == 1 else {"hidden_func": experiment.hidden_func[:1]}
    for eta in (experiment.eta, *islice(above(experiment.eta), 1, 2)):
        change = {"hidden": (), **funcs, "lam": lam, "eta": eta}
        yield _network(experiment, change, f"no hidden layer, lambda = {number_text(lam)}")


def _bends(experiment: Experiment) -> bool:
    """Say whether the activations are one for all layers, and no straight line."""
    return len(experiment.hidden_func) == 1 and experiment.hidden_func != ("identity",)


def _network(experiment: Experiment, change: dict[str, Any], words: str) -> Candidate:
    eta = change["eta"]
    if eta == experiment.eta:
        del change["eta"]
    else:
        words += f" and eta = {number_text(eta)}"
    return Candidate(change, f"With {words} it learns.", f"With {words}", f"Try {words.replace('eta', 'η')}")


def _opening(experiment: Experiment) -> Iterator[Candidate]:
    usual = Experiment.default(experiment.data)
    change = {
        name: getattr(usual, name)
        for name in NETWORK_FIELDS
        if getattr(usual, name) != getattr(experiment, name)
    }
    if experiment.total_epochs > usual.epochs:
        change.pop("epochs", None)
    if change:
        setting = experiment.replace(**change)
        label = f"{'-'.join(map(str, setting.hidden))} {setting.hidden_func[0]}, {setting.scheduler}"
        more = f", {setting.epochs} epochs" if "epochs" in change else ""
        more += ", random starting weights" if "init" in change and experiment.init == "zeros" else ""
        more += ", no penalty" if change.keys() & SIGNS.keys() and not (setting.lam or setting.lam1) else ""
        words = f"{label}, eta {number_text(setting.eta)}{more}"
        yield Candidate(
            change,
            f"The setting with which this problem opens learns: {words}.",
            f"With {words}",
            "Try the opening setting",
        )


def _against_memorising(known: Diagnosis) -> Iterator[Stage]:
    experiment = known.experiment
    yield "fewer epochs", list(_stop(known))
    yield "a penalty", [_penalised(lam) for lam in PENALTIES if lam > experiment.lam]
    yield "fewer neurons", list(_narrower(experiment))
    yield "no hidden layer", list(_straight(known))
    yield "more rows", list(_more_rows(experiment))


def _stop(known: Diagnosis) -> Iterator[Candidate]:
    assert known.val is not None
    best = int(np.nanargmin(known.val)) + 1
    if best < known.experiment.total_epochs:
        yield Candidate(
            {"epochs": best},
            f"Stop earlier: after {counted(best, 'epoch')} the validation cost is low enough.",
            f"After {counted(best, 'epoch')}",
            f"Try {counted(best, 'epoch')}",
        )


def _penalised(lam: float) -> Candidate:
    text = number_text(lam)
    return Candidate(
        {"lam": lam},
        f"A penalty helps: with lambda = {text} the validation cost follows.",
        f"With a penalty of lambda = {text}",
        f"Try λ = {text}",
    )


def _narrower(experiment: Experiment) -> Iterator[Candidate]:
    for by in (2, 4, 8):
        shape = tuple(max(2, width // by) for width in experiment.hidden)
        if shape != experiment.hidden and all(a <= b for a, b in zip(shape, experiment.hidden, strict=True)):
            name = "-".join(map(str, shape))
            yield Candidate(
                {"hidden": shape},
                f"Fewer neurons help: with {name} the validation cost follows.",
                f"With {name} neurons",
                f"Try {name} neurons",
            )


def _more_rows(experiment: Experiment) -> Iterator[Candidate]:
    source = DATA.get(experiment.data)
    if source is None or source.fixed_rows or source.kind == "gate":
        return
    for times in (3, 10):
        samples = min(MOST_SAMPLES, times * experiment.samples)
        if samples > experiment.samples:
            yield Candidate(
                {"samples": samples},
                f"More rows help: with {samples} of them the validation cost follows.",
                f"With {samples} rows",
                f"Try {samples} rows",
            )
