"""Points of the plane that were added, moved or taken away by hand, as a short text that an address can hold.

`r5` takes training row 5 away, `m12_0.1_-2` moves row 12 to (0.1, -2), `a3_-0.5_1` adds the point (3, -0.5)
with target 1; such pieces stand one after the other. Rows are counted as they were drawn, so the order in
which a hand did all this does not matter, and one result has one text.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, TypedDict

import numpy as np

from nncore.data.dataset import DataSet

MOST_EDITS: Final = 200
"""Points that can be edited by hand: an address with all of them has some 4,000 characters."""
FEWEST_POINTS: Final = 2
DECIMALS: Final = 3

_NUMBER: Final = r"-?\d{1,6}(?:\.\d{1,3})?"
_PIECE: Final = re.compile(
    rf"r(\d{{1,6}})|m(\d{{1,6}})_({_NUMBER})_({_NUMBER})|a({_NUMBER})_({_NUMBER})_({_NUMBER})",
    re.ASCII,
)
_MAX_LENGTH: Final = 40 * MOST_EDITS


class PointEdit(TypedDict, total=False):
    """One more edit: add [x, y, target], move [row, x, y], or remove row."""

    add: Sequence[float]
    move: Sequence[float]
    remove: int


@dataclass(frozen=True)
class PointEdits:
    """What a hand did to the training points of one draw."""

    removed: tuple[int, ...] = ()
    """Rows that were taken away, counted as they were drawn, in order."""
    moved: tuple[tuple[int, float, float], ...] = ()
    """tuple of (row, x, y): rows that lie elsewhere, in order of the rows."""
    added: tuple[tuple[float, float, float], ...] = ()
    """tuple of (x, y, target): points that come after the drawn ones."""

    @property
    def told(self) -> str:
        """How many points were edited, in words; empty when none was.

        Examples
        --------
        >>> PointEdits(removed=(5,), added=((0.0, 1.0, 1.0), (2.0, 1.0, 0.0))).told
        '2 added, 1 removed'
        """
        counts = {"added": self.added, "moved": self.moved, "removed": self.removed}
        return ", ".join(f"{len(points)} {name}" for name, points in counts.items() if points)

    @classmethod
    def parse(cls, text: str) -> PointEdits:
        """Read the text back, also in capitals and with decimal commas.

        Raises
        ------
        ValueError
            If the text is none, names a row twice or holds more than `MOST_EDITS` edits.

        Examples
        --------
        >>> PointEdits.parse("a3_-0.5_1r5")
        PointEdits(removed=(5,), moved=(), added=((3.0, -0.5, 1.0),))
        """
        removed, moved, added, end = [], [], [], 0
        for piece in _PIECE.finditer(text[:_MAX_LENGTH].lower().replace(",", ".")):
            if piece.start() != end:
                break
            end = piece.end()
            gone, row, x, y, *new = piece.groups()
            if gone is not None:
                removed.append(int(gone))
            elif row is not None:
                moved.append((int(row), _rounded(float(x)), _rounded(float(y))))
            else:
                left, up, target = (_rounded(float(number)) for number in new)
                added.append((left, up, target))
        rows = [*removed, *(row for row, _, _ in moved)]
        if end != len(text) or len(set(rows)) < len(rows) or len(rows) + len(added) > MOST_EDITS:
            raise ValueError(f"points must be pieces such as r5, m12_0.1_-2 or a3_-0.5_1; got {text[:40]!r}.")
        return cls(tuple(sorted(removed)), tuple(sorted(moved)), tuple(added))

    def __str__(self) -> str:
        pieces = [f"r{row}" for row in self.removed]
        pieces += [f"m{row}_{_text(x)}_{_text(y)}" for row, x, y in self.moved]
        pieces += ["a" + "_".join(map(_text, point)) for point in self.added]
        return "".join(pieces)

    def __len__(self) -> int:
        return len(self.removed) + len(self.moved) + len(self.added)

    def without_last(self) -> PointEdits:
        """Return the edits without the one that the text names last."""
        if self.added:
            return dataclasses.replace(self, added=self.added[:-1])
        if self.moved:
            return dataclasses.replace(self, moved=self.moved[:-1])
        return dataclasses.replace(self, removed=self.removed[:-1])

    def problem(self, drawn: DataSet) -> str:
        """Say in half a sentence what does not go with the points as they were drawn; "" when all does."""
        n_rows = len(drawn.t)
        if drawn.points is None or drawn.points.shape[1] != 2:
            return f"must be none for {drawn.name}, whose inputs are no points of a plane"
        for row in (*self.removed, *(row for row, _, _ in self.moved)):
            if row >= n_rows:
                return f"must name training rows from 0 to {n_rows - 1}; got {row}"
        for x, y in (*(place[1:] for place in self.moved), *(point[:2] for point in self.added)):
            if (x, y) != _inside(drawn, x, y):
                return f"must lie within {_bounds_text(drawn)}; got ({x:g}, {y:g})"
        if drawn.task != "regression":
            for *_, label in self.added:
                if label not in (0.0, 1.0):
                    return f"must have targets 0 or 1; got {label:g}"
        left = n_rows - len(self.removed) + len(self.added)
        return "" if left >= FEWEST_POINTS else f"must leave {FEWEST_POINTS} points or more; got {left}"

    def apply(self, drawn: DataSet) -> DataSet:
        """Return the data set with these edits; the validation rows stay as they were drawn.

        Raises
        ------
        ValueError
            If an edit does not go with the data.
        """
        if problem := self.problem(drawn):
            raise ValueError(f"points {problem}.")
        assert drawn.points is not None
        points = drawn.points.copy()
        for row, x, y in self.moved:
            points[row] = x, y
        gone = list(self.removed)
        new = np.array(self.added).reshape(-1, 3)
        points = np.vstack([np.delete(points, gone, axis=0), new[:, :2]])
        t = np.vstack([np.delete(drawn.t, gone, axis=0), new[:, 2:]])
        return dataclasses.replace(drawn, points=points, X=drawn.transform(points), t=t)

    def after(self, drawn: DataSet, edit: PointEdit) -> PointEdits:
        """Return what has been done after one more edit.

        Parameters
        ----------
        drawn : DataSet
            The points as they were drawn, without any edit.
        edit : PointEdit
            One of its entries; rows as they stand now, with all former edits.

        Raises
        ------
        ValueError
            If there is no such row, too few points or too many edits would be left, or the data has no points
            of a plane.
        """
        if problem := self.problem(drawn):
            raise ValueError(f"points {problem}.")
        if "add" in edit:
            x, y, target = edit["add"]
            result = dataclasses.replace(self, added=(*self.added, (*_inside(drawn, x, y), _rounded(target))))
        else:
            result = self._with_row(drawn, edit)
        if problem := result.problem(drawn):
            raise ValueError(f"points {problem}.")
        if len(result) > MOST_EDITS:
            raise ValueError(f"points can be edited by hand up to {MOST_EDITS} times; got {len(result)}.")
        return result

    def _with_row(self, drawn: DataSet, edit: PointEdit) -> PointEdits:
        """Return the edits with one row moved or taken away."""
        row = int(edit["move"][0]) if "move" in edit else int(edit["remove"])
        place = _inside(drawn, *edit["move"][1:]) if "move" in edit else None
        left = np.delete(np.arange(len(drawn.t)), list(self.removed))
        if not 0 <= row < len(left) + len(self.added):
            raise ValueError(f"point must be a row from 0 to {len(left) + len(self.added) - 1}; got {row}.")
        if row >= len(left):
            added = list(self.added)
            point = added.pop(row - len(left))
            if place is not None:
                added.insert(row - len(left), (*place, point[2]))
            return dataclasses.replace(self, added=tuple(added))
        row = int(left[row])
        moved = [other for other in self.moved if other[0] != row]
        if place is None:
            removed = tuple(sorted((*self.removed, row)))
            return dataclasses.replace(self, removed=removed, moved=tuple(moved))
        return dataclasses.replace(self, moved=tuple(sorted([*moved, (row, *place)])))


def _inside(drawn: DataSet, x: float, y: float) -> tuple[float, float]:
    """Return the nearest place within the bounds, rounded as the text has it."""
    pairs = zip((x, y), drawn.bounds, strict=True)
    x, y = (_rounded(float(np.clip(value, low, high))) for value, (low, high) in pairs)
    return x, y


def _bounds_text(drawn: DataSet) -> str:
    return " and ".join(f"{low:g} to {high:g}" for low, high in drawn.bounds)


def _rounded(number: float) -> float:
    return round(float(number), DECIMALS) + 0.0  # no negative zero: it would be another text


def _text(number: float) -> str:
    return f"{number:.{DECIMALS}f}".rstrip("0").rstrip(".")
