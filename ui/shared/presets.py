"""The lecture's steps as named presets: each sets a whole experiment and is a link."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass, field

from nncore.experiment import Experiment
from ui.shared.question import Question
from ui.shared.session import query_of
from ui.shared.view_settings import ViewSettings, view_to_query


@dataclass(frozen=True)
class Preset:
    """One step of the lecture."""

    name: str
    """Short identifier, for tests and links."""
    title: str
    """What the card says."""
    text: str
    """What will be seen, in one or two sentences."""
    outcome: str
    """What becomes of the run, one of ``nncore.OUTCOMES``; tests run it."""
    settings: Mapping[str, object] = field(default_factory=dict)
    """Fields that differ from the default."""
    _: KW_ONLY
    page: str
    """Page on which it opens."""
    data: str
    """Data set, from whose default the rest starts."""
    accuracy: tuple[float, float] = (0.0, 1.0)
    """(float, float): share of right answers at the end lies between these two; tests run it."""
    question: Question | None = None
    """A question for the room before it runs."""
    extra: Mapping[str, str] = field(default_factory=dict)
    """Parameters of the address that belong to the page itself."""

    @property
    def asks(self) -> bool:
        """Whether the room is asked before it runs: then nothing on its card gives the answer away."""
        return self.question is not None

    def experiment(self) -> Experiment:
        """Return the whole experiment."""
        return Experiment.default(self.data).replace(**self.settings)

    def query(self) -> dict[str, str]:
        """Return the parameters of its address, its question apart."""
        return {**query_of(self.experiment()), **self.extra}

    def link(self) -> dict[str, str]:
        """Return the parameters with which it opens, paused where something is asked first."""
        return {**self.query(), **view_to_query(ViewSettings(ask=self.question))}


@dataclass(frozen=True)
class Step:
    """One step of the lecture and the presets that show it."""

    title: str
    text: str
    presets: tuple[Preset, ...]
