"""What is known beforehand of how a file is read, and what has to be found out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from nncore.data.number_format import Written


@dataclass(frozen=True)
class Reading:
    """How a file is to be read; `None` means: find out.

    Attributes
    ----------
    encoding : str or None
        A key of `ENCODINGS`.
    separator : str or None
        A key of `SEPARATORS`.
    decimal : str or None
        The decimal sign of all columns, "." or ",".
    header : bool or None
        Whether a line holds the names of the columns.
    header_row : int or None
        Which line of the file that is, counted from 1.
    thousands : str or None
        What may stand between thousands, "" for nothing.
    day_first : bool or None
        Whether dates such as 01/02/2023 begin with the day.
    missing : tuple of str, or None
        What stands for a missing value in every column, in place of the usual words; nothing always does.
    written : mapping of str to (Written or None)
        How the numbers of columns are written, by name; None leaves a column as it is.
    """

    encoding: str | None = None
    separator: str | None = None
    decimal: str | None = None
    header: bool | None = None
    written: Mapping[str, Written | None] = field(default_factory=dict)
    header_row: int | None = None
    thousands: str | None = None
    day_first: bool | None = None
    missing: tuple[str, ...] | None = None
