"""Real measurements that come with scikit-learn: handwritten digits and breast tumours."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from nncore.data.rows import Rows


@lru_cache(maxsize=1)
def digit_rows() -> Rows:
    """Return 1797 images of 8x8 pixels in [0, 1], flattened to (1797, 64), and their one-hot labels."""
    # Imported here because scikit-learn takes a second to load and gates do not need it.
    from sklearn.datasets import load_digits

    bunch = load_digits()
    return _read_only(bunch.data / 16.0, np.eye(10)[bunch.target], bunch.target)


@lru_cache(maxsize=1)
def wisconsin_rows() -> Rows:
    """Return 569 tumours with 30 measurements each, unscaled; target 1 is benign, as in scikit-learn."""
    from sklearn.datasets import load_breast_cancer

    bunch = load_breast_cancer()
    return _read_only(bunch.data, bunch.target[:, None].astype(float), bunch.target)


@lru_cache(maxsize=1)
def wisconsin_names() -> tuple[str, ...]:
    """Return the names of the 30 measurements."""
    from sklearn.datasets import load_breast_cancer

    return tuple(str(name) for name in load_breast_cancer().feature_names)


def _read_only(points: np.ndarray, t: np.ndarray, strata: np.ndarray) -> Rows:
    for array in (points, t, strata):
        array.flags.writeable = False
    return Rows(points, t, strata)
