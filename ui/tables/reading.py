"""What is known beforehand of how a file is read, and what has to be found out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from nncore.data.number_format import Written


@dataclass(frozen=True)
class Reading:
    """How a file is to be read; `None` means: find out."""

    encoding: str | None = None
    """A key of `ENCODINGS`."""
    separator: str | None = None
    """A key of `SEPARATORS`."""
    decimal: str | None = None
    """The decimal sign of all columns, "." or ","."""
    header: bool | None = None
    """Whether a line holds the names of the columns."""
    written: Mapping[str, Written | None] = field(default_factory=dict)
    """mapping of str to (Written or None): how the numbers of columns are written, by name; None leaves a
    column as it is."""
    header_row: int | None = None
    """Which line of the file that is, counted from 1."""
    thousands: str | None = None
    """What may stand between thousands, "" for nothing."""
    day_first: bool | None = None
    """Whether dates such as 01/02/2023 begin with the day."""
    missing: tuple[str, ...] | None = None
    """What stands for a missing value in every column, in place of the usual words; nothing always does."""
    missing_in: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """mapping of str to tuple of str: what stands for a missing value in a column, in place of `missing`."""
    sentinels: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    """mapping of str to tuple of float: numbers that stand for a missing value, by column."""
    names: Mapping[str, str] = field(default_factory=dict)
    """mapping of str to str: what columns are called, by their names in the file, as all of these are."""
