"""What the programs of all libraries share: numbers, names, starting weights, order, learning rate."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass

from nncore.activations import ACTIVATIONS
from nncore.data import DataSet
from nncore.experiment import Experiment
from nncore.experiment.fields import CUSTOM
from nncore.frameworks.formulas import checked_tree
from nncore.frameworks.programs.sections import Section
from nncore.initialisation import INITIALISATIONS, default_name

SPREADS = {
    "xavier": "np.sqrt(2 / ({n_in} + {n_out}))",
    "he": "np.sqrt(2 / {n_in})",
    "lecture": "1.0",
    "zeros": "0.0",
}
"""Standard deviation of a layer's first weights, by scheme, as source."""

RATES = {
    "step": "ETA * 0.5 ** (5 * epoch // EPOCHS)",
    "exponential": "ETA * 0.01 ** (epoch / max(1, EPOCHS - 1))",
    "cosine": "ETA * 0.5 * (1 + np.cos(np.pi * epoch / EPOCHS))",
    "warmup": "ETA * min(1, (epoch + 1) / np.ceil(0.1 * EPOCHS))",
}
"""Learning rate of an epoch, by schedule, as source."""

REPORTS = 10
"""Lines that a program prints while it trains."""


@dataclass(frozen=True)
class Plan:
    """An Experiment as the writers of programs see it.

    Attributes
    ----------
    experiment : Experiment
        With all its numbers.
    dimensions : tuple of int
        Widths of all layers, inputs first.
    hidden : tuple of str
        One activation a hidden layer.
    output, cost : str
        nncore's names, "auto" resolved.
    n_train : int
        Rows that train.
    validated : bool
        Whether there are rows for validation.
    own_weights : bool
        Whether the library draws the starting weights itself.
    """

    experiment: Experiment
    dimensions: tuple[int, ...]
    hidden: tuple[str, ...]
    output: str
    cost: str
    n_train: int
    validated: bool
    own_weights: bool

    @property
    def mini_batches(self) -> bool:
        """Whether an epoch takes more than one step."""
        return 0 < self.experiment.batch_size < self.n_train

    @property
    def n_outputs(self) -> int:
        """Width of the last layer."""
        return self.dimensions[-1]

    @property
    def classes(self) -> bool:
        """Whether outputs are decisions."""
        return self.cost != "CostOLS"

    @property
    def logits(self) -> bool:
        """Whether the model ends before the output activation, which then is part of the loss."""
        return self.classes

    @property
    def scheduled(self) -> bool:
        """Whether the learning rate changes from epoch to epoch."""
        return self.experiment.schedule != "constant"

    def settings(self) -> Section:
        """Return the section of the numbers that one wants to play with."""
        e = self.experiment
        lines = [f"ETA = {e.eta!r}  # learning rate", f"EPOCHS = {e.epochs!r}"]
        if self.mini_batches:
            lines.append(f"BATCH_SIZE = {e.batch_size!r}")
        if self.scheduled:
            lines += ["", "def rate(epoch):", f"    return {RATES[e.schedule]}"]
        return Section("Settings", "The numbers to play with.", "\n".join(lines))

    def start(self) -> Section:
        """Return the section that draws the page's starting weights into `start`: pairs (weights, biases)."""
        spreads, bias = self._spreads()
        biases = f"{bias!r} * numbers[0]" if bias else "np.zeros(n_out)"
        pairs = zip(self.dimensions[:-1], self.dimensions[1:], strict=True)
        named = [spread.format(n_in=a, n_out=b) for spread, (a, b) in zip(spreads, pairs, strict=True)]
        lines = [
            f"sizes = {list(self.dimensions)}",
            f"spreads = [{', '.join(named)}]",
            f"rng = np.random.default_rng({self.experiment.seed})",
            "start = []",
            "for n_in, n_out, spread in zip(sizes, sizes[1:], spreads):",
            "    numbers = rng.standard_normal((n_in + 1, n_out))",
            f"    start.append((spread * numbers[1:], {biases}))  # weights, biases",
        ]
        text = (
            "The weights with which the page starts, drawn with its seed, so that this program draws "
            "the page's curve: normally distributed, each layer with its spread (standard deviation). "
            "Leave them out and the library draws its own."
        )
        return Section("Starting weights", text, "\n".join(lines))

    def _spreads(self) -> tuple[list[str], float]:
        functions = [*self.hidden, self.output]
        names = [
            self.experiment.init
            if self.experiment.init != "auto"
            else ("xavier" if name == CUSTOM else default_name(ACTIVATIONS[name]))
            for name in functions
        ]
        return [SPREADS[name] for name in names], INITIALISATIONS[names[0]].bias_spread

    def order(self) -> list[str]:
        """Return the line before the loop that makes the generator of the order of the rows."""
        if not self.mini_batches:
            return []
        return [f"rng = np.random.default_rng({self.experiment.data_seed})  # decides the order of the rows"]

    def result(self, report: list[str], training: str, validation: str) -> Section:
        """Return the last section: the lines of a function that reports, then its calls."""
        lines = [*report, "", training, *([validation] if self.validated else [])]
        return Section("Result", "Loss and accuracy over all rows, without the penalty.", "\n".join(lines))

    def report_every(self) -> int:
        """Epochs between two printed lines."""
        return max(1, self.experiment.epochs // REPORTS)


def plan_of(experiment: Experiment, data: DataSet | None, *, own_weights: bool) -> Plan:
    """Return the plan of an experiment on its own data, or on `data`."""
    data = experiment.dataset() if data is None else data
    cost, output = experiment.resolved(data.task)
    return Plan(
        experiment=experiment,
        dimensions=experiment.dimensions(data),
        hidden=experiment.layer_funcs,
        output=output,
        cost=cost,
        n_train=len(data.X),
        validated=data.X_val is not None,
        own_weights=own_weights,
    )


class _Translator(ast.NodeTransformer):
    """Replaces the functions of a formula by a library's, and gives bare numbers the shape of z."""

    def __init__(self, functions: Mapping[str, str]) -> None:
        self._functions = functions

    def visit_Call(self, node: ast.Call) -> ast.AST:
        assert isinstance(node.func, ast.Name)
        name = node.func.id
        self.generic_visit(node)
        if name in ("maximum", "minimum", "where"):
            first = 1 if name == "where" else 0
            node.args[first:] = [self._shaped(argument) for argument in node.args[first:]]
        node.func = ast.parse(self._functions[name], mode="eval").body
        return node

    @staticmethod
    def _shaped(node: ast.expr) -> ast.expr:
        if any(isinstance(part, ast.Name) and part.id == "z" for part in ast.walk(node)):
            return node
        return ast.parse(f"{ast.unparse(node)} + 0 * z", mode="eval").body


def formula_source(text: str, functions: Mapping[str, str]) -> str:
    """Return a typed formula as source in z, with a library's functions.

    The text itself never gets there: what is written is the checked tree of numbers, z, operators and known
    functions.

    Examples
    --------
    >>> formula_source("maximum(z, 0) * sigmoid(z)", {"maximum": "torch.maximum", "sigmoid": "torch.sigmoid"})
    'torch.maximum(z, 0.0 + 0 * z) * torch.sigmoid(z)'
    """
    copy = ast.parse(ast.unparse(checked_tree(text)), mode="eval").body
    return ast.unparse(ast.fix_missing_locations(_Translator(functions).visit(copy)))
