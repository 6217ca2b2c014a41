"""A table of one's own as the frameworks see it: rows made ready, and the program's part that does the same.

Reading files is the caller's business: whoever read the table says, as source, how a program reads it too.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from nncore.data import DataSet
from nncore.frameworks.programs.sections import Section


@dataclass(frozen=True)
class OwnTable:
    """A table made ready.

    Raises
    ------
    ValueError
        If the sections leave no rows behind.

    Examples
    --------
    Two tables are equal where file and program are; the rows follow from them.

    >>> import numpy as np
    >>> rows = DataSet("own", "binary", np.eye(2), np.array([[0.0], [1.0]]))
    >>> read = (Section("Collect", "", "X_train = np.eye(2); t_train = np.array([[0.0], [1.0]])"),)
    >>> OwnTable("a.csv", "1", read, rows) == OwnTable("a.csv", "2", read, rows)
    False
    """

    name: str
    """Name of the file, which a program reads."""
    fingerprint: str
    """Tells files of one name apart."""
    sections: tuple[Section, ...]
    """The first part of a program: leaves `X_train`, `t_train` and, where there are some, `X_val` and `t_val`
    behind, the very numbers of `data`. Whoever writes it puts every text of a user in by `repr`."""
    data: DataSet = field(compare=False, repr=False)
    """The rows."""

    def __post_init__(self) -> None:
        code = "\n".join(section.code for section in self.sections)
        for name in ("X_train", "t_train"):
            if name not in code:
                raise ValueError(
                    f"sections must leave X_train and t_train behind; {name} is in none of them."
                )
