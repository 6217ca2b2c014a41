"""The digits with varied copies: what is learned, and how well other hands are read."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from nncore.data import load
from nncore.data.turned import COPIES, varied_copies
from nncore.experiment import Experiment

DRAWINGS = Path(__file__).resolve().parents[1] / "data" / "drawings.json"


def test_validation_rows_are_those_of_the_plain_digits_and_copies_follow_the_images_in_order() -> None:
    plain, drawn = load("digits", samples=300), load("drawn_digits", samples=300)
    assert np.array_equal(plain.X_val, drawn.X_val)
    n = len(plain.X)
    assert len(drawn.X) == len(drawn.t) == len(drawn.points) == n * (COPIES + 1)
    assert np.array_equal(drawn.X[:n], plain.X)
    assert np.array_equal(drawn.t, np.tile(plain.t, (COPIES + 1, 1)))
    copies, shifted = drawn.X[n : 2 * n], np.roll(plain.X, 1, axis=0)
    assert ((copies - plain.X) ** 2).mean() < 0.7 * ((copies - shifted) ** 2).mean()


def test_copies_are_images_of_their_own_kind_drawn_from_the_seed_alone() -> None:
    images = load("digits", samples=100).X.reshape(-1, 8, 8)
    one, same, other = (varied_copies(images, np.random.default_rng(seed)) for seed in (0, 0, 1))
    assert np.array_equal(one, same)
    assert not np.array_equal(one, other)
    assert one.min() >= 0
    assert one.max() <= 1
    assert abs(one.mean() / images.mean() - 1) < 0.1


def test_an_image_that_is_not_moved_stays_as_it_is() -> None:
    class Still:
        def uniform(self, _low: float, _high: float, shape: tuple[int, int]) -> np.ndarray:
            return np.zeros(shape)

    images = load("digits", samples=50).X.reshape(-1, 8, 8)
    assert np.allclose(varied_copies(images, Still()), images)  # type: ignore[arg-type]


@pytest.mark.slow
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_more_than_nine_of_ten_digits_drawn_by_other_hands_are_read(seed: int) -> None:
    drawings = json.loads(DRAWINGS.read_text(encoding="utf-8"))
    pixels = np.array([one["pixels"] for one in drawings]) / 16
    digits = np.array([one["digit"] for one in drawings])
    assert len(drawings) == 200
    experiment = Experiment.default("drawn_digits").replace(seed=seed)
    training = experiment.training()
    training.advance(epochs=experiment.epochs)
    assert np.mean(training.network.predict_proba(pixels).argmax(axis=1) == digits) >= 0.92
