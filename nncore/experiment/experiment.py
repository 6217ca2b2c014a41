"""`Experiment`: one frozen value that says everything that decides a result.

The same Experiment gives the same numbers, bit for bit, on the same machine. `seed` draws the starting
weights and nothing else; `data_seed` draws noise, split and the order of the rows. So another start
leaves the data alone, and runs that differ in one choice share all the others.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from nncore.data import DataSet, load
from nncore.experiment.build import build_network, build_training, checked_axes
from nncore.experiment.fields import OWN_DATA
from nncore.experiment.values import Values
from nncore.ffnn import FFNN
from nncore.training import Training


@dataclass(frozen=True)
class Experiment(Values):
    """Everything that decides a run; what each field means stands in ``FIELDS``.

    Raises
    ------
    ValueError
        If a value is outside its range or two do not go together: the field, what is allowed,
        what was given.

    Examples
    --------
    >>> Experiment.default("XOR").label()
    'XOR 2-4-1 tanh, Adam, eta 0.1, seed 1'
    >>> Experiment.default("XOR").replace(eta=3e-4).to_query()
    {'data': 'XOR', 'eta': '3e-4', 'v': '1'}
    """

    def dataset(self) -> DataSet:
        """Return the data, drawn from `data_seed`; its arrays are read-only and shared.

        Raises
        ------
        ValueError
            If the data is one's own, which only its owner can give.
        """
        if self.data == OWN_DATA:
            raise ValueError("data must be given where the experiment's data is 'own'; got none.")
        return load(
            self.data,
            noise=self.noise,
            samples=self.samples,
            split=self.split,
            seed=self.data_seed,
            features=self.features,
            points=self.points,
        )

    def drawn(self) -> DataSet:
        """Return the data as it was drawn, without the points that were edited by hand."""
        return self.replace(points="").dataset()

    def network(self, seed: int | Sequence[int] | None = None, *, data: DataSet | None = None) -> FFNN:
        """Return the untrained network; a sequence of seeds gives a stack of them.

        Raises
        ------
        ValueError
            If the data is one's own and was not given.
        """
        return build_network(self, self.seed if seed is None else seed, data=data)

    def training(self, data: DataSet | None = None, *, network: FFNN | None = None) -> Training:
        """Return the run of this experiment, at its start.

        Parameters
        ----------
        data : DataSet, optional
            Rows to train on instead of the ones that the experiment names.
        network : FFNN, optional
            Trained instead of `network()`: the same layers, with other starting weights.

        Raises
        ------
        ValueError
            If the data is one's own and was not given, or cost and output do not suit its task.
        """
        return build_training(self, self.dataset() if data is None else data, network=network)

    def stack(self, *, data: DataSet | None = None, exact: bool = False, **axes: Iterable[float]) -> Training:
        """Return many runs at once, which share data and order and differ along `axes`.

        Parameters
        ----------
        data : DataSet, optional
            Rows to train on instead of the ones that the experiment names.
        exact : bool
            Whether every run must be the one that it is alone to the last bit. Large stacks of tiny networks
            otherwise add their products in whichever order is fastest, and are equal to rounding.
        **axes : sequences of one length
            Any of seed, eta, lam, lam1, momentum, rho and rho2: one value per run. Where they name a learning
            rate or penalty, it is not changed on the way.

        Raises
        ------
        ValueError
            If an axis is unknown, empty, of another length, or holds a value that is not allowed.

        Examples
        --------
        >>> runs = Experiment.default("XOR").stack(eta=[0.01, 0.1], seed=[1, 1])
        >>> runs.network.runs
        (2,)
        """
        rows = self.dataset() if data is None else data
        return build_training(self, rows, axes=checked_axes(axes), exact=exact)
