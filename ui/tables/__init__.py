r"""A table of one's own: read, understood, made ready for a network.

Examples
--------
>>> table = read_table(b"size,weight,kind\n" + b"1.5,20,a\n2.5,31,b\n" * 10, name="things.csv")
>>> choices = suggest(table)
>>> choices.target, choices.features
('kind', ('size', 'weight'))
>>> prepared = prepare(table, choices)
>>> prepared.classes, prepared.data.X.shape
(('a', 'b'), (16, 2))
"""

from ui.tables.choices import Choices, suggest
from ui.tables.preparation import Prepared, prepare
from ui.tables.sniff import Reading
from ui.tables.table import Table, read_table
from ui.tables.words import TableError

__all__ = ["Choices", "Prepared", "Reading", "Table", "TableError", "prepare", "read_table", "suggest"]
