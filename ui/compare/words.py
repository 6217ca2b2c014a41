"""The comparison in words: one sentence for all curves, and what is to be said of single libraries.

Nobody is accused: curves that part are held against what rounding alone does to nncore's own.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from nncore.frameworks import LIBRARIES, NNCORE, Difference, FrameworkRun, Recipe, difference
from nncore.frameworks.conventions import why_defaults_differ
from nncore.frameworks.parting import COARSER, ROUNDING, ends_float32, grows_from_rounding
from nncore.frameworks.workers import Job

SAME = 1e-6
"""Below this largest difference two curves count as the same."""
DIGITS = 8
"""Of two costs above 1, so that what is not `SAME` is not printed alike."""
PROGRAMS_AGREE = 1e-4
"""What a program in float32 may lie off the curve before a word is said of it."""


def label_of(library: str) -> str:
    """Return a library's name for people."""
    return LIBRARIES[library].label if library in LIBRARIES else NNCORE


def small(value: float) -> str:
    """Return a difference in three characters or so, nothing where there is none yet."""
    return "" if math.isnan(value) else ("0" if value == 0 else f"{value:.1e}")


def cost_text(cost: float, digits: int = 4) -> str:
    """Return a cost as it is printed and spoken.

    Examples
    --------
    >>> cost_text(0.123456), cost_text(float("nan"))
    ('0.1235', 'overflow')
    """
    return f"{cost:.{digits}g}" if math.isfinite(cost) else "overflow"


def listed(names: Iterable[str]) -> str:
    """Return names as a sentence has them.

    Examples
    --------
    >>> listed(["Keras", "PyTorch", "nncore"])
    'Keras, PyTorch and nncore'
    """
    *most, last = names
    return f"{', '.join(most)} and {last}" if most else last


@dataclass(frozen=True)
class Comparison:
    """All runs of one comparison, as far as they have come."""

    jobs: Mapping[str, Job]
    """Jobs by library, nncore's among them."""
    defaults: bool
    """Whether the libraries have their own defaults."""
    twin: Job | None = None
    """nncore from `last_bits`, where it was asked for."""

    @property
    def own(self) -> FrameworkRun:
        """nncore's run."""
        return self.jobs[NNCORE].run

    @property
    def waiting(self) -> list[str]:
        """Names of those of whom something is still to come."""
        return [label_of(name) for name, job in self.jobs.items() if job.active]

    @cached_property
    def gaps(self) -> dict[str, Difference]:
        """Differences from nncore of the libraries that are done, where nncore is."""
        if self.jobs[NNCORE].state != "done":
            return {}
        done = {name: job for name, job in self.jobs.items() if name != NNCORE and job.state == "done"}
        return {name: difference(job.run, self.own) for name, job in done.items()}

    @property
    def apart(self) -> dict[str, Difference]:
        """Those whose curve is not nncore's."""
        return {name: gap for name, gap in self.gaps.items() if not gap.losses < SAME}

    @property
    def in_question(self) -> bool:
        """Whether curves differ that should not, once everything has arrived."""
        return not self.defaults and not self.waiting and bool(self.apart)

    @cached_property
    def of_rounding(self) -> Difference | None:
        """What a last bit grows to in nncore's own run, where that was tried."""
        tried = self.twin is not None and self.twin.state == "done"
        return difference(self.twin.run, self.own) if tried and self.twin else None

    @property
    def unexplained(self) -> dict[str, Difference]:
        """Those that are apart by more than rounding explains, as far as that was tried."""
        twin = self.of_rounding
        return {
            name: gap for name, gap in self.apart.items() if not (twin and grows_from_rounding(gap, twin))
        }


def verdict(told: Comparison) -> str:
    """Return what is to be said of all curves together."""
    if told.waiting:
        return f"Still to come: {', '.join(told.waiting)}."
    if not told.gaps:
        return "No two curves to compare: libraries that are installed lay theirs upon nncore's."
    if not told.apart:
        names = ", ".join(label_of(name) for name in told.gaps)
        largest = max(gap.losses for gap in told.gaps.values())
        return (
            f"The same network: {names} and nncore draw one curve; their losses differ by "
            f"{small(largest)} at most."
        )
    if told.defaults:
        return _other_defaults(told)
    return _parted(told)


def _other_defaults(told: Comparison) -> str:
    worst, gap = _worst(told.apart)
    return f"Not the same curve: with their own defaults, {label_of(worst)} is {_away(told, worst, gap)}."


def _parted(told: Comparison) -> str:
    """Say where curves of the same formulas part, and what rounding has to do with it."""
    twin = told.of_rounding
    if twin is None:
        return f"{_where(told.apart)} {_untried(told.twin)}"
    if told.unexplained:
        worst, gap = _worst(told.unexplained)
        return (
            f"{_where(told.unexplained)} {label_of(worst)} is {_away(told, worst, gap)}. Rounding alone does "
            f"not account for it: nncore with the last bits of its start changed {_itself(told, twin)}."
        )
    worst, gap = _worst(told.apart)
    return (
        f"The same network: {_where(told.apart)} Rounding grows from there: {label_of(worst)} is "
        f"{_away(told, worst, gap)}, and nncore with the last bits of its start changed "
        f"{_itself(told, twin)}. Where each ends is its own."
    )


def _where(apart: Mapping[str, Difference]) -> str:
    """Say up to which epoch the curves are one."""
    first = min(apart.values(), key=lambda gap: gap.parts_at)
    names = listed([*(label_of(name) for name in apart), NNCORE])
    if first.parts_at <= 1:
        return f"{names} part in the first epoch."
    return (
        f"{names} agree within {small(ROUNDING * first.parts_at)} until they part at epoch {first.parts_at}."
    )


def _away(told: Comparison, name: str, gap: Difference) -> str:
    """Say how far a library's curve lies from nncore's, in a sentence that begins with its name and 'is'."""
    return f"{_far(told.jobs[name].run, told.own, gap)} nncore at epoch {gap.losses_at}"


def _far(run: FrameworkRun, own: FrameworkRun, gap: Difference) -> str:
    """Say a distance; of costs above 1, which are compared by their size, say both."""
    cost, other = (each.train_errors[gap.losses_at - 1] for each in (run, own))
    if cost <= 1.0 and other <= 1.0:
        return f"{gap.losses:.3g} away from"
    return f"at {cost_text(cost, DIGITS)} against {cost_text(other, DIGITS)} of"


def _itself(told: Comparison, twin: Difference) -> str:
    """Say what a last bit grows to."""
    assert told.twin is not None
    if not twin.parts_at:
        return f"stays within {small(twin.losses)} of itself"
    far = _far(told.twin.run, told.own, twin)
    return f"parts from itself at epoch {twin.parts_at} and is {far} itself at epoch {twin.losses_at}"


def _untried(twin: Job | None) -> str:
    if twin is not None and twin.active:
        return "Still to come: nncore with the last bits of its start changed, to see what rounding does."
    return "Whether rounding grows that far was not tried."


def _worst(gaps: Mapping[str, Difference]) -> tuple[str, Difference]:
    return max(gaps.items(), key=lambda item: item[1].losses)


def remarks(told: Comparison, recipe: Recipe) -> list[str]:
    """Return what is to be said of single libraries and of their programs, one sentence each."""
    sentences = [*_float32(told)]
    for name, job in told.jobs.items():
        if job.state == "failed" and job.message:
            sentences.append(job.message)
        elif told.defaults and name in LIBRARIES:
            sentences += why_defaults_differ(recipe, name)
        else:
            sentences += job.run.notes
    return list(dict.fromkeys(sentences))


def _float32(told: Comparison) -> list[str]:
    """Say what the programs' coarser numbers make of this run, where that can be seen."""
    names = listed(library.label for library in LIBRARIES.values() if library.single)
    epoch = ends_float32(told.own)
    if epoch is not None:
        when = "Before training" if epoch == 0 else f"At epoch {epoch}"
        return [
            f"{when} the cost is above 3.4e38, where float32 ends: the programs of {names} compute in it and "
            "print inf or nan from there on, if not before. float64, in which nncore and scikit-learn's "
            "program compute, goes on to 1.8e308."
        ]
    finite = [gap.losses for gap in told.gaps.values() if math.isfinite(gap.losses)]
    grown = 0.0 if told.defaults else COARSER * max(finite, default=0.0)
    if grown <= PROGRAMS_AGREE:
        return []
    return [
        f"Rounding grows in this run, and the programs of {names} round more coarsely (float32): they part "
        "from the curves here earlier, and each ends at a loss of its own."
    ]
