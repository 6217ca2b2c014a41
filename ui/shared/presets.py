"""The lecture's steps as named presets: each sets a whole experiment and is a link."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from nncore.experiment import Experiment
from ui.shared.session import query_of


@dataclass(frozen=True)
class Preset:
    """One step of the lecture.

    Parameters
    ----------
    name : str
        Short identifier, for tests and links.
    title : str
        What the card says.
    text : str
        What will be seen, in one or two sentences.
    page : str
        Page on which it opens.
    data : str
        Data set, from whose default the rest starts.
    outcome : str
        What becomes of the run, one of ``nncore.OUTCOMES``; tests run it.
    settings : mapping
        Fields that differ from the default.
    accuracy : (float, float)
        Share of right answers at the end lies between these two; tests run it.
    ask : str
        A question for the room before it runs.
    extra : mapping of str to str
        Parameters of the address that belong to the page itself.
    """

    name: str
    title: str
    text: str
    page: str
    data: str
    outcome: str
    settings: Mapping[str, object] = field(default_factory=dict)
    accuracy: tuple[float, float] = (0.0, 1.0)
    ask: str = ""
    extra: Mapping[str, str] = field(default_factory=dict)

    def experiment(self) -> Experiment:
        """Return the whole experiment."""
        return Experiment.default(self.data).replace(**self.settings)

    def query(self) -> dict[str, str]:
        """Return the parameters of its address."""
        return {**query_of(self.experiment()), **self.extra}


@dataclass(frozen=True)
class Step:
    """One step of the lecture and the presets that show it."""

    title: str
    text: str
    presets: tuple[Preset, ...]
