"""The curvature of a strip's runs: exact, and found in pieces between which others have their turn."""

from __future__ import annotations

import base64

import numpy as np

from nncore.experiment import Experiment
from nncore.study.curvature import sharpness
from ui.live.pictures import Canvas
from ui.sweep.strip import Collector, Plan


def test_a_strip_s_curvature_is_found_product_by_product() -> None:
    """What is due waits for its turn: no slice takes a whole measurement, and no stack is told before it."""
    plain = {"scheduler": "Constant", "cost": "CostOLS", "output_func": "identity"}
    edge = Experiment.default("XOR").replace(**plain, epochs=6)
    etas = (0.01, 0.05)
    data = edge.dataset()
    plan = Plan("main", "", edge, etas, (edge.seed,), frozenset({"sharp"}))
    collector = Collector(plan, data, Canvas(data, ()))
    slices, told = 0, 0
    while not collector.finished:
        told += collector.advance(0.001 if collector.sweep.progress < 1.0 else 0.0)
        slices += 1
        assert collector.sharp is not None
        if told == len(collector.sharp):
            assert np.isfinite(collector.sharp).all()
    assert told >= 1
    assert slices > 7
    for eta, found in zip(etas, collector.sharp, strict=True):
        alone = edge.replace(eta=eta).training()
        exact = [sharpness(alone.network, data.X, data.t)]
        while alone.advance(1):
            exact.append(sharpness(alone.network, data.X, data.t))
        np.testing.assert_allclose(found, exact, rtol=1e-4)


def test_a_run_that_overflows_has_no_curvature_from_there_on() -> None:
    plain = {"scheduler": "Constant", "cost": "CostOLS", "output_func": "identity"}
    edge = Experiment.default("XOR").replace(**plain, epochs=300)
    etas = (0.01, 4.0, 100.0)
    plan = Plan("main", "", edge, etas, (edge.seed,), frozenset({"sharp"}))
    collector = Collector(plan, edge.dataset(), Canvas(edge.dataset(), ()))
    while not collector.finished:
        collector.advance(1.0)
    told = collector.message().sharp
    assert told is not None
    sharp = np.frombuffer(base64.b64decode(told.b64), "<f4").reshape(len(etas), -1)
    for eta, found in zip(etas, sharp, strict=True):
        alone = edge.replace(eta=eta).training()
        alone.advance()
        lost = int(alone.overflow_epoch)
        assert np.isfinite(found).tolist() == [lost < 0 or epoch < lost for epoch in told.epochs]
    assert not np.isfinite(sharp).all()
