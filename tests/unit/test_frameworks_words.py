"""What the Frameworks page says of curves that part: where, how far, and whether rounding accounts for it."""

from __future__ import annotations

import numpy as np
import pytest

from nncore.experiment import Experiment
from nncore.frameworks import (
    LIBRARIES,
    NNCORE,
    FrameworkRun,
    difference,
    grows_from_rounding,
    last_bits,
    recipe_of,
    train_recipe,
)
from nncore.frameworks.parting import FLOAT32_MOST, ends_float32
from nncore.frameworks.programs import program
from nncore.frameworks.workers import Job
from ui.compare.chart import in_words
from ui.compare.table import comparison
from ui.compare.words import Comparison, remarks, verdict

SINE = recipe_of(Experiment.default("sine"))
XOR = recipe_of(Experiment.default("XOR"))
EPOCHS = np.arange(1, 101)


def run(costs: object, *, library: str = NNCORE, step: float = 0.0) -> FrameworkRun:
    """A run with this curve and one weight, which after the first step is 1 and so much more."""
    weights = [np.array([[1.0 + step]])]
    return FrameworkRun(
        library, start_cost=1.0, train_errors=list(np.asarray(costs)), first_step=weights, weights=weights
    )


def grown(factor: float, *, first: float = 1e-16) -> np.ndarray:
    """A falling curve with an error that grows by a factor an epoch."""
    return 0.5 / EPOCHS + np.minimum(first * factor**EPOCHS, 0.1)


def job(of: FrameworkRun, state: str = "done") -> Job:
    made = Job(of.library)
    made.run, made.state = of, state
    return made


def told(
    *runs: FrameworkRun, own: FrameworkRun, twin: FrameworkRun | None = None, defaults: bool = False
) -> Comparison:
    jobs = {each.library: job(each) for each in (own, *runs)}
    return Comparison(jobs, defaults=defaults, twin=None if twin is None else job(twin))


FLAT = run(grown(1.0))
GROWING = run(grown(1.5), library="tensorflow")


def test_curves_part_where_more_than_rounding_lies_between_them() -> None:
    gap = difference(GROWING, FLAT)
    errors = 1e-16 * 1.5**EPOCHS
    expected = int(np.flatnonzero(errors > 1e-12 * EPOCHS)[0]) + 1
    assert gap.parts_at == pytest.approx(expected, abs=1)
    assert difference(FLAT, FLAT).parts_at == 0


def test_rounding_that_stays_rounding_parts_nothing() -> None:
    steady = run(0.5 / EPOCHS + 9e-13 * EPOCHS)
    assert difference(steady, run(0.5 / EPOCHS)).parts_at == 0


def test_sine_amplifies_a_last_bit_as_the_libraries_do() -> None:
    own, twin = (train_recipe(recipe, NNCORE) for recipe in (SINE, last_bits(SINE)))
    library = train_recipe(SINE, "sklearn")
    gap, grows = difference(library, own), difference(twin, own)
    assert 100 < gap.parts_at < 400
    assert 100 < grows.parts_at < 400
    assert gap.losses > 1e-3
    assert grows_from_rounding(gap, grows)
    words = verdict(told(library, own=own, twin=twin))
    assert (
        f"agree within {1e-12 * gap.parts_at:.1e} until they part at epoch {gap.parts_at}. Rounding" in words
    )
    assert f"parts from itself at epoch {grows.parts_at}" in words
    assert "Not the same" not in words


def test_a_settled_run_forgets_its_last_bits() -> None:
    grows = difference(train_recipe(last_bits(XOR), NNCORE), train_recipe(XOR, NNCORE))
    assert grows.parts_at == 0
    assert grows.losses < 1e-12


def test_last_bits_change_every_weight_by_one_rounding_and_nothing_else() -> None:
    changed = last_bits(XOR)
    for before, after in zip(XOR.start, changed.start, strict=True):
        assert np.array_equal(after != before, before != 0)
        assert np.allclose(after, before, rtol=3e-16, atol=0)
    assert 0 < XOR.eta - changed.eta < 1e-16
    assert (changed.X is XOR.X, changed.epochs) == (True, XOR.epochs)


@pytest.mark.parametrize(
    ("library", "twin", "explained"),
    [
        (GROWING, run(grown(1.5, first=1e-17)), True),
        (GROWING, FLAT, False),  # nothing grows in nncore's own run
        (
            run(grown(1.0, first=0.01), library="keras"),
            run(grown(1.5)),
            False,
        ),  # apart at once
        (run(grown(1.5), library="keras", step=1e-6), run(grown(1.5)), False),  # another first step
        (run(grown(1.5), library="keras"), run(grown(1.3)), False),  # a last bit does not grow so far
    ],
    ids=["rounding", "settled", "at once", "other step", "too far"],
)
def test_rounding_is_the_reason_where_it_grows_as_soon_and_as_far(
    library: FrameworkRun, twin: FrameworkRun, explained: bool
) -> None:
    own = run(0.5 / EPOCHS)
    assert grows_from_rounding(difference(library, own), difference(twin, own)) is explained
    words = verdict(told(library, own=own, twin=twin))
    assert ("Rounding grows" in words, "does not account" in words) == (explained, not explained)


def test_the_question_is_asked_when_all_are_there_and_only_then() -> None:
    own = run(0.5 / EPOCHS)
    assert told(GROWING, own=own).in_question
    assert "was not tried" in verdict(told(GROWING, own=own))
    assert not told(GROWING, own=own, defaults=True).in_question
    assert not told(run(0.5 / EPOCHS, library="keras"), own=own).in_question
    waiting = Comparison(
        {NNCORE: job(own), "tensorflow": job(GROWING), "keras": job(own, "running")}, defaults=False
    )
    assert not waiting.in_question
    trying = Comparison(
        {NNCORE: job(own), "tensorflow": job(GROWING)}, defaults=False, twin=job(own, "running")
    )
    assert "Still to come: nncore with the last bits" in verdict(trying)


def test_a_library_that_overflows_alone_is_no_distance_of_inf() -> None:
    own = run(np.full(3, 2.0))
    words = verdict(told(run([2.0, np.nan], library="keras"), own=own, twin=own))
    assert "Keras is at overflow against 2 of nncore at epoch 2" in words
    assert "inf" not in words
    assert "nan" not in words


def test_of_large_costs_both_are_said() -> None:
    words = verdict(told(run([200.0], library="keras"), own=run([100.0]), defaults=True))
    assert words.endswith("with their own defaults, Keras is at 200 against 100 of nncore at epoch 1.")


def test_a_run_beyond_float32_says_where_the_programs_end() -> None:
    growing = run([1e30, 8e276])
    assert ends_float32(growing) == 2
    assert ends_float32(run([1e30, np.nan])) is None
    assert ends_float32(run([FLOAT32_MOST])) is None
    (said,) = remarks(told(own=growing), XOR)
    assert said.startswith("At epoch 2 the cost is above 3.4e38, where float32 ends")
    assert "PyTorch, Keras and TensorFlow compute in it" in said


@pytest.mark.parametrize("library", sorted(LIBRARIES))
def test_programs_compute_in_the_precision_that_the_page_names(library: str) -> None:
    text = program(Experiment.default("XOR"), library).script()
    # Keras's own default is float32; it is told nothing else.
    names = {"pytorch": "torch.float32", "tensorflow": "tf.float32", "keras": "keras.Sequential"}
    assert (names.get(library, "float32") in text) is LIBRARIES[library].single
    assert "set_floatx" not in text


def test_programs_that_will_part_from_the_curves_are_named() -> None:
    own = run(0.5 / EPOCHS)
    assert remarks(told(run(0.5 / EPOCHS + 1e-15, library="keras"), own=own), XOR) == []
    (said,) = remarks(told(run(0.5 / EPOCHS + 1e-8, library="keras"), own=own), XOR)
    assert "each ends at a loss of its own" in said


def test_a_cost_that_overflowed_is_called_so_in_table_and_speech() -> None:
    gone = run([2.0, np.nan])
    assert in_words({NNCORE: gone}).endswith("nncore: overflow after 2 epochs.")
    assert comparison({NNCORE: job(gone)}, epochs=5).loc[NNCORE, "Training loss"] == "overflow"
