"""A table of declared fields, read from an address and written into one."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any, TypeVar

from nncore.experiment.field_kinds import Field

F = TypeVar("F", bound=Field)
V = TypeVar("V")


def spelled(address: Mapping[str, V], names: Collection[str]) -> dict[str, V]:
    """Return an address with the names that were meant, where only capitals and small letters differ.

    Examples
    --------
    >>> spelled({"ETA": "0.3", "Seed": "7"}, ["eta", "data"])
    {'eta': '0.3', 'Seed': '7'}

    What is written as it is declared comes first.

    >>> spelled({"eta": "0.1", "ETA": "0.3"}, ["eta"])
    {'eta': '0.1', 'ETA': '0.3'}
    """
    small = {name.lower(): name for name in names}
    meant = {name: small.get(name.lower(), name) for name in address}
    return {name if meant[name] in address else meant[name]: value for name, value in address.items()}


class Settings(Mapping[str, Field]):
    """Fields by their names, which are also their parameters in an address.

    Parameters
    ----------
    *fields : Field
        Each declared once; the order is that of sentences and addresses.

    Examples
    --------
    >>> from nncore.experiment.field_kinds import Choice, Whole
    >>> page = Settings(
    ...     Choice(name="block", default="costs", label="Block", help="", choices=("costs", "softmax")),
    ...     Whole(name="step", default=0, label="Step", help="", low=0, high=9),
    ... )
    >>> page.read({"block": "softmax", "step": "12"})[1]
    ["step must be a whole number from 0 to 9; got '12'. The default, 0, is used instead."]
    >>> page.query({"block": "costs", "step": 3})
    {'step': '3'}
    """

    def __init__(self, *fields: Field) -> None:
        self._fields = {field.name: field for field in fields}
        self.defaults: dict[str, Any] = {field.name: field.default for field in fields}

    def __getitem__(self, name: str) -> Field:
        return self._fields[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._fields)

    def __len__(self) -> int:
        return len(self._fields)

    def of(self, kind: type[F], name: str) -> F:
        """Return a field as the kind that it was declared as, with that kind's own attributes.

        Raises
        ------
        TypeError
            If it is of another kind.
        """
        field = self._fields[name]
        if not isinstance(field, kind):
            raise TypeError(f"{name} is a {type(field).__name__}, not a {kind.__name__}.")
        return field

    def read(
        self, address: Mapping[str, str], *, defaults: Mapping[str, object] | None = None
    ) -> tuple[dict[str, Any], list[str]]:
        """Read an address as far as it can be read; what is not declared here is passed over.

        Parameters
        ----------
        address : mapping of str to str
            Parameters of the address.
        defaults : mapping, optional
            Values of fields that the address does not name; the fields' own where it is not given.

        Returns
        -------
        values : dict
            Every field, with its default where the address says nothing that is possible.
        notices : list of str
            One sentence for each thing that was not taken over: field, what is allowed, what was given, what
            stands there instead.
        """
        values = dict(self.defaults if defaults is None else defaults)
        notices = []
        for name, text in address.items():
            if name not in self:
                continue
            try:
                values[name] = self[name].parse(text)
            except ValueError as error:
                notices.append(self.instead(name, values[name], str(error)))
        return values, notices

    def instead(self, name: str, default: object, sentence: str) -> str:
        """Return a refusal with what is used in place of the value that was refused."""
        used = self[name].format(default)
        stands = f"The default, {used}, is used" if used else "It is left empty"
        return f"{sentence.rstrip('.')}. {stands} instead."

    def query(
        self, values: Mapping[str, object], *, defaults: Mapping[str, object] | None = None
    ) -> dict[str, str]:
        """Return the parameters of an address: those that differ from the defaults."""
        usual = self.defaults if defaults is None else defaults
        return {
            name: field.format(values[name]) for name, field in self.items() if values[name] != usual[name]
        }
