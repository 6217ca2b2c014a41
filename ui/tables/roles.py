"""What each column is for: an index that only tells rows apart, the target, a feature that tells too much."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from sklearn import config_context
from sklearn.tree import DecisionTreeClassifier

from ui.tables.columns import MAX_TEXTS, Column
from ui.tables.table import Table

Task = Literal["binary", "multiclass", "regression"]

MAX_CLASSES: Final = 50
MIN_ROWS: Final = 8
_FEW: Final = 10  # whole numbers with this few different values are rather classes than a quantity
_MANY_ROWS: Final = 20
_NUMBER_WORD: Final = r"(?:[ _.-]?(?:no|nr|num|number|id|key|code|index)\.?)"
_ROW_NAMES: Final = re.compile(
    rf"""(?ix) ^[_ ]*(?: \#|№|n°|no\.?|nr\.?|num|ids?|[ijk]|uid|uuid|guid|pk|key|idx|ix|index|rows?|level_0
    |row[_ .]?names?|unnamed:\ \d+(?:\.\d+)?|\.\.\.\d+|x\.?|x1|v1|obs\.?|observation|seq|s[lr]?[. _]*no\.?
    |lfd\.?[ _]?nr\.?|laufende[ _]nummer|[\w -]*nummer|[\w-]+-nr\.?|num[ée]ro|n[úu]mero|matr[ií]cula|matricola
    |matricule|zeile|ligne|entry|serial|case
    |(?:row|case|rec|record|serial|user|customer|client|passenger|patient|subject|person|order|product|sample
    |employee|student|object|item|device|session|transaction|loan|account|member|listing|property|house|ticket
    |instance|example) {_NUMBER_WORD} )$"""
)
_WHOSE: Final = re.compile(
    r"(?ix)^(?:ids?|(?:subject|subj|patient|person|participant|respondent|proband|customer|user|student|animal"
    r"|record|case|player|athlete|employee|household|volunteer|donor|pupil|specimen)s?"
    r"(?:[ _.-]?(?:no|nr|num|number|id|key|code|name)\.?)?)$"
)
_ENDS_IN_ID: Final = re.compile(r"(?:^|[\W_])(?i:id)$|[a-z](?:Id|ID)$")
_ALWAYS_COUNTS: Final = re.compile(r"(?i)^(x\.?|x1|v1|num|key|case|obs\.?|entry|nummer|[ijk])$")
# One small letter is what somebody calls a variable; its numbers may go up by one in every row.
_VARIABLE: Final = re.compile(r"[a-hl-z]$")
_NAMELESS: Final = re.compile(r"Unnamed: \d+(?:\.\d+)?$")  # what pandas calls a column without a name
_RANKED: Final = re.compile(r"(?i)(?:^|[\W_])(?:rank(?:ing)?|rang|place|placing|position)(?:$|[\W_])")

_STRONG: Final = frozenset(
    ("target", "targets", "label", "labels", "class", "classes", "outcome", "outcomes", "response",
     "survived", "species", "diagnosis", "dependent", "klasse", "cls", "ziel", "zielvariable", "zielgröße",
     "cible", "classe", "truth", "output")
)  # fmt: skip
# Kinds of vehicles, tickets and houses are called so as well, so that they weigh less.
_KINDS: Final = frozenset(("class", "classes", "klasse", "classe"))
# What tables are asked about wherever it stands, also without the last place.
_USUAL: Final = frozenset(
    ("price", "sales", "close", "mpg", "medv", "charges", "churn", "churned", "attrition", "exited", "fraud",
     "spam", "disease", "diabetes", "stroke", "admitted", "approved", "purchased", "subscribed", "readmitted",
     "died", "death", "canceled", "cancelled", "winner")
)  # fmt: skip
_FLAGS: Final = frozenset(("flag", "binary", "indicator", "yn"))  # what may stand behind the name itself
_WEAK: Final = frozenset(
    ("type", "category", "status", "result", "quality", "grade", "group", "default", "sentiment", "income",
     "salary", "rating", "score", "stars", "returned", "passed", "risk", "deposit", "clicked", "converted",
     "event", "won", "strength", "revenue", "rent", "value", "cost", "verdict",
     "decision", "satisfaction", "demand", "quantity", "sold", "consumption", "yield", "preis", "prix")
)  # fmt: skip


@dataclass(frozen=True)
class Leak:
    """A feature that alone predicts the target, or repeats it."""

    column: str
    share: float
    sentence: str


def tasks_for(column: Column) -> tuple[Task, ...]:
    """Return the tasks for which a column can be the target, the likeliest first; () when there is none."""
    if column.kind in ("empty", "many", "date"):
        return ()
    different = column.distinct(limit=MAX_CLASSES)
    if different < 2:
        return ()
    classes: tuple[Task, ...] = ()
    if different == 2:
        classes = ("binary", "multiclass")
    elif different <= MAX_CLASSES:
        classes = ("multiclass",)
    if column.kind == "text":
        return classes
    likely_classes = different == 2 or (column.facts.whole and different <= _FEW)
    return (*classes, "regression") if likely_classes else ("regression", *classes)


def index_reason(table: Table, column: Column) -> str:
    """Say why a column is an index, which only tells rows apart; "" when it is none."""
    facts, n_rows = column.facts, table.n_rows
    if n_rows < MIN_ROWS:
        return ""
    if facts.beyond:
        return "holds whole numbers too large to be told apart as numbers, as only names are"
    nameless = column.kind != "empty" and (column.nameless or _NAMELESS.match(column.name))
    if nameless and facts.unique:
        return "has no name and another value in every row"
    if nameless and table.columns[0] is column:
        return "has no name and stands first, as the names of rows do"
    if says_whose(column, n_rows):
        return "says whose row it is, and each of them has several"
    if column.kind == "number":
        return _numbering(table, column)
    if column.kind == "text" and facts.unique:
        return "has another text in every row and seems to name them"
    if column.kind == "text" and n_rows >= _MANY_ROWS and facts.distinct >= 0.9 * n_rows:
        return "has another text in almost every row and seems to name them"
    return ""


def says_whose(column: Column, n_rows: int) -> bool:
    """Whether a column tells, by its name, to which of many people or records its rows belong, several each.

    A network that is given it learns them by heart.
    """
    facts = column.facts
    told = column.kind in ("text", "many") or (column.kind == "number" and facts.whole and not column.way)
    many = 2 * _FEW <= facts.distinct <= min(0.5 * n_rows, MAX_TEXTS)
    return bool(told and many and _WHOSE.match(column.name.strip()))


def _numbering(table: Table, column: Column) -> str:
    facts, written, n_rows = column.facts, column.written, table.n_rows
    if not facts.whole or column.way or (written and (written.before or written.after)):
        return ""
    named = bool(_ROW_NAMES.search(column.name) or _ENDS_IN_ID.search(column.name))
    named = named and not _ALWAYS_COUNTS.match(column.name)
    if not facts.unique:
        # Rows that were put in twice, or a number that was lost, make no quantity of it.
        most = n_rows >= _MANY_ROWS and facts.distinct >= min(0.9 * n_rows, MAX_TEXTS)
        if most and named:
            return "numbers the rows by its name, and nearly every row has another number"
        long = most and _nameless_number(table, column)
        return "has another long number in nearly every row and seems to number them" if long else ""
    said = "has another whole number in every row and seems to number them"
    if named or (not _VARIABLE.match(column.name) and (facts.counts or _shuffled_count(column))):
        return said
    return said if _nameless_number(table, column) else ""


def _nameless_number(table: Table, column: Column) -> bool:
    """Whether the first column of a table without names holds long numbers, unlike all others."""
    if table.layout.header or table.columns[0] is not column or table.n_rows < _MANY_ROWS:
        return False
    others = table.columns[1:]
    alone = all(other.facts.distinct <= 2 * _FEW for other in others)
    return bool(np.nanmin(column.values) >= 1000) and (
        alone or not all(other.facts.whole for other in others)
    )


def _shuffled_count(column: Column) -> bool:
    """Whether the numbers of a column, all different, count the rows from 0 or 1 in some other order."""
    values = column.values
    complete = values.min() in (0, 1) and values.max() - values.min() == len(values) - 1
    return bool(complete and len(values) >= _MANY_ROWS and not _RANKED.search(column.name))


def counts_something(table: Table, column: Column) -> bool:
    """Whether a column of numbers that tells rows apart may be a quantity, by a name that no index has."""
    if column.kind != "number" or column.nameless or column.facts.beyond:
        return False
    return len(table.columns) == 2 or not (_ROW_NAMES.search(column.name) or _ENDS_IN_ID.search(column.name))


def likely_target(table: Table) -> Column | None:
    """Return the column that a table is probably about: name weighs most, then place and shape."""
    possible = [
        column for column in table.columns if tasks_for(column) and not index_reason(table, column)
    ] or [column for column in table.columns if tasks_for(column)]
    if not possible:
        return None
    last = next((column for column in reversed(possible) if _share_missing(column) <= 0.5), possible[-1])
    if not table.layout.header and (odd := _odd_first(possible, last)) is not None:
        return odd
    names = {column.name.strip().lower() for column in table.columns}
    return max(
        reversed(possible),
        key=lambda column: _score(column, first=column is table.columns[0], last=column is last, names=names),
    )


def _score(column: Column, *, first: bool, last: bool, names: set[str]) -> float:
    named = _name_score(column.name, names)
    score = named + 3.0 * last + 0.5 * (first and named > 0) - 4.0 * _share_missing(column)
    if column.kind == "text":
        return score + (1.0 if column.facts.distinct <= _FEW else -1.0)
    return score + {"binary": 1.0, "multiclass": 0.5}.get(tasks_for(column)[0], 0.0)


def _name_score(name: str, names: set[str]) -> float:
    plain = name.strip().lower()
    parts = re.findall(r"[^\W\d_]+", re.sub(r"([a-zäöü])([A-ZÄÖÜ])", r"\1 \2", name).lower())
    while len(parts) > 1 and parts[-1] in _FLAGS:
        parts.pop()
    if plain == "y":
        return 1.0 if "x" in names and len(names) > 2 else 5.0
    if plain in _STRONG:
        return 5.0 if plain in _KINDS else 6.0
    if parts and parts[0] in _STRONG and len(parts) <= 2:
        return 4.5
    last = parts[-1] if parts else ""
    if last in _STRONG:
        return 1.9 if last in _KINDS else 4.5
    if last in _USUAL:
        return 3.6 if len(parts) == 1 else 3.0
    if plain in _WEAK:
        return 2.0
    return 1.2 if last in _WEAK else 0.0


def _share_missing(column: Column) -> float:
    return column.missing.count / max(1, len(column.values))


def _odd_first(possible: Sequence[Column], last: Column) -> Column | None:
    """Return the first column of a table without names where it alone looks like classes, else None."""
    first, others = possible[0], possible[1:]
    if first is last or len(others) < 2:
        return None
    if _codes_classes(first) and _measured(others) and _quantity(last):
        return first
    if all(column.kind == "text" for column in possible):
        return first if tasks_for(first)[0] == "binary" != tasks_for(last)[0] else None
    classes = tasks_for(first)[0] != "regression"
    like_others = all(
        other.kind == "number" and other.facts.whole == last.facts.whole for other in others
    ) and _quantity(last) == _quantity(others[0])
    odd = first.kind == "text" or (first.facts.whole and not last.facts.whole)
    return first if classes and like_others and odd else None


def _codes_classes(column: Column) -> bool:
    """Whether the numbers of a column count classes from 0 or 1 on, without a gap."""
    if column.kind != "number" or not 1 < column.facts.distinct <= _FEW:
        return False
    values = np.unique(column.values[~np.isnan(column.values)])
    return bool(values[0] in (0, 1) and np.array_equal(values, values[0] + np.arange(len(values))))


def _measured(columns: Sequence[Column]) -> bool:
    """Whether all columns are measurements, or at least half of those of a picture's many points."""
    share = sum(column.kind == "number" and _quantity(column) for column in columns) / len(columns)
    return share == 1 or (share >= 0.5 and len(columns) > 30)


def _quantity(column: Column) -> bool:
    """Whether a column holds so many different numbers that they are no classes."""
    return column.facts.distinct > _FEW


def find_leaks(
    table: Table, target: Column, *, task: str, features: Sequence[str], rows: np.ndarray
) -> list[Leak]:
    """Return the features that alone predict the target (nearly) perfectly, or repeat it.

    `rows`, shape (n,), are those of the table that are used.
    """
    if len(rows) > _MOST_ROWS:
        rows = rows[np.linspace(0, len(rows) - 1, _MOST_ROWS).astype(int)]
    known, which = table.found, hash(rows.tobytes())
    codes = np.unique(target.values[rows], return_inverse=True)[1]
    leaks = []
    for name in features:
        key = ("leak", name, target.name, task, which)
        if key not in known:
            column = table.column(name)
            known[key] = (
                _leak_of_number(column, target, rows) if task == "regression"
                else _leak_of_class(column, target.name, rows, codes)
            )  # fmt: skip
        leaks.append(known[key])
    return [leak for leak in leaks if leak is not None]


def _leak_of_number(column: Column, target: Column, rows: np.ndarray) -> Leak | None:
    values = target.values[rows].astype(float)
    share = _explained(column, rows, values)
    if share >= _REPEATS:
        how = f"gives {share:.2%} of the variance of"
        return Leak(column.name, share, _leak_sentence(column.name, how, target.name))
    if _same_order(column, rows, values):
        how = "puts the rows in the order of"
        return Leak(column.name, 1.0, _leak_sentence(column.name, how, target.name))
    if _cuts_into_ranges(column, rows, values):
        how = "cuts the rows into ranges of"
        return Leak(column.name, 1.0, _leak_sentence(column.name, how, target.name))
    return None


def _leak_of_class(column: Column, target: str, rows: np.ndarray, codes: np.ndarray) -> Leak | None:
    share = _told(column, rows, codes)
    if share >= _TOO_GOOD:
        return Leak(column.name, share, _leak_sentence(column.name, f"predicts {share:.1%} of", target))
    if _marks_a_class(column, rows, codes):
        return Leak(column.name, share, _leak_sentence(column.name, "marks all rows of one class of", target))
    return None


_MOST_ROWS: Final = 4000
_TOO_GOOD: Final = 0.995
_REPEATS: Final = 0.9999  # of the variance of a number; a good straight line explains nearly as much
_SIDE_BY_SIDE: Final = 3  # times the usual distance between neighbours
_PER_VALUE: Final = (
    5  # rows that a value has on average, below which a text tells rows apart rather than classes
)


def _leak_sentence(name: str, how: str, target: str) -> str:
    return (
        f"Column “{name}” alone {how} “{target}”: perhaps it says the answer in other words (leakage). Keep "
        "it only if it is known before the answer is."
    )


def _told(column: Column, rows: np.ndarray, codes: np.ndarray) -> float:
    """Return the share of rows whose class one column tells, 0 where the classes are too uneven to say."""
    counts = np.bincount(codes)
    if counts.max() > 0.98 * len(codes):
        return 0.0
    values = column.values[rows]
    in_groups = _share_in_groups(values, codes, len(counts))
    if column.kind not in ("number", "date") or column.facts.distinct <= 2 * len(counts):
        return in_groups
    # One leaf more than classes, as what is too low or too high may be of one. A few rows are so by chance,
    # and a crisis of some years is no other word for these years.
    leaves = len(counts) + bool(counts.min() >= _PER_VALUE and not _one_way(values))
    tree = DecisionTreeClassifier(max_leaf_nodes=leaves, random_state=0)
    inputs = values.astype(np.float32)[:, None]
    # Checking the arguments a thousand times over would take longer than the trees.
    with config_context(assume_finite=True, skip_parameter_validation=True):
        cut = float((tree.fit(inputs, codes).predict(inputs) == codes).mean())
    return max(in_groups, cut)


def _marks_a_class(column: Column, rows: np.ndarray, codes: np.ndarray) -> bool:
    """Whether one of the two values of a column stands in all rows of one of several classes alone."""
    values, groups = np.unique(column.values[rows], return_inverse=True)
    counts = np.bincount(codes)
    if len(values) != 2 or len(counts) < 3:
        return False
    there = np.bincount(codes, groups).astype(int)  # rows of each class with the second value
    one = np.flatnonzero(there > 0) if np.count_nonzero(there) == 1 else np.flatnonzero(there < counts)
    pure = bool(((there == 0) | (there == counts)).all()) if len(one) == 1 else False
    return pure and int(counts[one[0]]) >= _PER_VALUE


def _share_in_groups(values: np.ndarray, codes: np.ndarray, n_classes: int) -> float:
    """Return the share of rows that are of the most frequent class of their value."""
    _, groups = np.unique(values, return_inverse=True)
    n_groups = int(groups.max()) + 1
    if n_groups < 2 or n_groups * _PER_VALUE > len(codes):
        return 0.0
    table = np.bincount(groups * n_classes + codes, minlength=n_groups * n_classes).reshape(
        n_groups, n_classes
    )
    return float(table.max(axis=1).sum() / len(codes))


def _explained(column: Column, rows: np.ndarray, values: np.ndarray) -> float:
    """Return the share of the variance of a number that one column explains by itself."""
    mine = column.values[rows].astype(float)
    spread = float(values.var())
    if not spread:
        return 0.0
    if column.kind == "text":
        _, groups = np.unique(mine, return_inverse=True)
        if (int(groups.max()) + 1) * _PER_VALUE > len(values):
            return 0.0
        means = np.bincount(groups, values) / np.maximum(1, np.bincount(groups))
        return 1 - float(((values - means[groups]) ** 2).mean()) / spread
    there = ~np.isnan(mine)
    if column.kind not in ("number", "date") or there.sum() < 0.5 * len(mine) or not mine[there].std():
        return 0.0
    return float(np.corrcoef(mine[there], values[there])[0, 1] ** 2)


def _one_way(values: np.ndarray) -> bool:
    """Whether values never fall from row to row, or never rise, as years do: so does much else."""
    steps = np.diff(values)
    return bool((steps >= 0).all() or (steps <= 0).all())


def _cuts_into_ranges(column: Column, rows: np.ndarray, values: np.ndarray) -> bool:
    """Whether each value of a column has a range of the target to itself, and these ranges lie side by side.

    So do bands, grades and rounded numbers that were made from the target. Things that differ of themselves
    leave gaps between their ranges, wider than those between neighbours.
    """
    if column.kind not in ("text", "number"):
        return False
    _, groups = np.unique(column.values[rows], return_inverse=True)
    n_groups = int(groups.max()) + 1
    if n_groups < 2 or n_groups * _PER_VALUE > len(values) or len(values) < _MANY_ROWS or _one_way(groups):
        return False
    low, high = np.full(n_groups, np.inf), np.full(n_groups, -np.inf)
    np.minimum.at(low, groups, values)
    np.maximum.at(high, groups, values)
    order = np.argsort(low)
    gaps = low[order][1:] - high[order][:-1]
    usual = (values.max() - values.min()) / (len(values) - 1)
    return bool((gaps >= 0).all() and np.median(gaps) <= _SIDE_BY_SIDE * usual)


def _same_order(column: Column, rows: np.ndarray, values: np.ndarray) -> bool:
    """Whether numbers have the order of the target, or the opposite one, as its logarithm or its rank has.

    What rises or falls from row to row, such as years, has the order of all that does so: that is no leak.
    """
    mine = column.values[rows]
    there = ~np.isnan(mine) if column.kind == "number" else np.zeros(len(mine), dtype=bool)
    if there.sum() < max(_MANY_ROWS, 0.5 * len(mine)):
        return False
    if _one_way(mine[there]):
        return False
    mine_ranked, ranked = (np.unique(one[there], return_inverse=True)[1] for one in (mine, values))
    return bool(np.corrcoef(mine_ranked, ranked)[0, 1] ** 2 >= _REPEATS)
