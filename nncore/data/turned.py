"""Images shifted, turned, slanted and scaled a little, as one person's hand differs from another's."""

from __future__ import annotations

import numpy as np

COPIES = 3
"""Varied copies of every training image, beside the image itself."""


def varied_copies(images: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return every image once more, each moved a little; what leaves the picture is lost.

    Angles lie within 12 degrees, shifts within 0.8 pixels, slants within a quarter, sizes within 12 %, all
    drawn uniformly. Values between pixels are interpolated linearly.

    Parameters
    ----------
    images : array of shape (n, rows, columns)
        Square pictures.
    rng : numpy.random.Generator
        Draws five numbers for each picture.

    Returns
    -------
    array of shape (n, rows, columns)
    """
    from scipy import ndimage  # here, since SciPy takes its time to load and other data do not need it

    middle = (images.shape[1] - 1) / 2
    copies = []
    for image, (turn, slant, size, *shift) in zip(images, rng.uniform(-1, 1, (len(images), 5)), strict=True):
        angle = np.radians(12 * turn)
        rotation = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
        back = rotation @ np.array([[1, 0], [slant / 4, 1]]) / np.exp(0.12 * size)
        start = middle - back @ (middle + 0.8 * np.array(shift))
        copies.append(ndimage.affine_transform(image, back, offset=start, order=1))
    return np.array(copies)
