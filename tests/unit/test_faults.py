"""Formulas without a value or a slope somewhere: the weighted sum is named, and no rate is advised."""

from __future__ import annotations

import json
import re
from typing import Any

import numpy as np
import pytest

from nncore.experiment import Experiment
from nncore.experiment.formula import Fault, FormulaError, compile_formula, first_fault
from nncore.study.faults import MetFault, fault_of
from ui.live.channel import ViewerCursor
from ui.live.protocol import dump
from ui.live.run import LiveRun

XOR = Experiment.default("XOR")
KINKS = ["where(z > 0, sqrt(z), 0*z)", "abs(z)**0.5", "sqrt(abs(z))", "log(abs(z))", "1/z", "z**0.5*z**0.5"]


def finished(experiment: Experiment) -> LiveRun:
    run = LiveRun(1, experiment, experiment.dataset())
    while not run.over:
        run.move(experiment.epochs, seconds=1.0, stale=lambda: False)
    return run


def verdict(run: LiveRun) -> dict[str, Any]:
    """Return what is said at the end, as a browser reads it."""
    frame = run.frame(ViewerCursor(), state="finished", panels=frozenset(), load=0, full=True)
    return json.loads(dump(frame))


def with_formula(formula: str, **changes: object) -> Experiment:
    return XOR.replace(hidden_func=("custom",), formula=formula, **changes)


@pytest.mark.parametrize("formula", KINKS)
def test_the_sum_without_a_slope_is_found(formula: str) -> None:
    fault = first_fault(compile_formula(formula), np.linspace(0.0, 3.0, 31))
    assert fault is not None
    assert fault.z == 0.0
    assert first_fault(compile_formula(formula), [0.1, 1.0, 5.0]) is None


@pytest.mark.parametrize(
    ("formula", "z", "expected"),
    [
        ("z**(1/3)", [1.0, -2.0], Fault("value", -2.0)),
        ("log(z)", [0.5, 0.0], Fault("value", 0.0)),
        ("z**0.5", [4.0, 0.0], Fault("slope", 0.0)),
        ("tanh(z)", [-800.0, 0.0, 800.0], None),
        ("exp(z)", [800.0, np.nan, np.inf], Fault("value", 800.0)),
        ("z*z", [], None),
        ("where(z > 0, 1, 0)", [0.0, 1.0], None),
    ],
)
def test_the_nearest_fault_is_named(formula: str, z: list[float], expected: Fault | None) -> None:
    assert first_fault(compile_formula(formula), z) == expected


@pytest.mark.parametrize("eta", [1e-4, 0.1, 10.0])
@pytest.mark.parametrize("formula", KINKS[:4])
def test_a_slope_that_is_missing_at_the_start_is_no_matter_of_the_rate(formula: str, eta: float) -> None:
    run = finished(with_formula(formula, eta=eta))
    message = verdict(run)["message"]
    assert str(run.training.outcome) == "overflow"
    assert f"{formula} is not a finite number at z = 0" in message
    assert message.endswith("No learning rate mends that.")
    assert "overshoots" not in message
    assert verdict(run).get("advice") is None


def test_a_sum_that_is_met_on_the_way_is_named_with_its_epoch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nncore.diagnosis.FAULT_SECONDS", 60.0)
    experiment = with_formula("sqrt(z + 1.5)", scheduler="Constant", eta=0.5, epochs=2000, seed=2)
    again = experiment.training()
    again.advance()
    assert int(again.overflow_epoch) > 1
    met = fault_of(experiment.training(), int(again.overflow_epoch), seconds=10.0)
    assert met is not None
    assert met.fault.what == "value"
    assert met.fault.z < -1.5
    assert met.epoch == int(again.overflow_epoch)
    told = verdict(finished(experiment))["message"]
    assert re.search(r"at z = -[12]\.\d+, which a neuron met after epoch \d+\.", told)


def test_a_run_that_is_too_long_to_follow_is_told_of_what_may_have_been() -> None:
    experiment = with_formula("sqrt(z + 1.5)", scheduler="Constant", eta=0.5, epochs=2000, seed=2)
    assert fault_of(experiment.training(), 2000, seconds=0.0) == MetFault(Fault("slope", -1.5), -1)


def test_a_step_too_long_is_not_blamed_on_the_formula() -> None:
    linear = with_formula("z", scheduler="Constant", cost="CostOLS", output_func="identity", eta=50.0)
    run = finished(linear)
    assert str(run.training.outcome) == "overflow"
    told = verdict(run)["message"]
    assert "steps overshoot, further and further" in told
    assert "formula" not in told


def test_changes_on_the_way_are_followed() -> None:
    experiment = with_formula("sqrt(z + 1.5)", scheduler="Constant", eta=0.01, epochs=2000, seed=2)
    run = experiment.training()
    run.advance(30)
    run.set_eta(0.5)
    run.advance()
    assert int(run.overflow_epoch) > 30
    met = fault_of(experiment.training(), int(run.overflow_epoch), changes=run.changes, seconds=10.0)
    assert met is not None
    assert met.epoch >= 30


@pytest.mark.parametrize("text", ["maximum(z, 1e308)", "z + 1e300", "z*1.7e308", "z - 1e200*1e150"])
def test_a_number_too_large_is_told_the_limit_that_holds(text: str) -> None:
    with pytest.raises(FormulaError, match="must be a finite number below 1e\\+300 in size"):
        compile_formula(text)


def test_numbers_below_the_limit_are_taken() -> None:
    assert compile_formula("maximum(z, -9.9e299)")(np.array([1.0])).tolist() == [1.0]
