"""The values of an `Experiment`: checked together, read from an address or JSON, and what they stand for."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Any, Self

from nncore.data import DATA, DataSet, load
from nncore.data.point_edits import PointEdits
from nncore.experiment.changes import NAMES, Change, changes_text, felt, parse_changes, told_changes
from nncore.experiment.field_kinds import Choice, counted, shown, written_as
from nncore.experiment.fields import CUSTOM, DATA_DEFAULTS, FIELDS, KIND_DEFAULTS, OWN_DATA
from nncore.experiment.settings import spelled
from nncore.pairs import COST_OUTPUTS, pair_problem

VERSION = "1"
VERSION_KEY = "v"
MAX_PARAMETERS = 250_000  # weights and biases of one network that an address may ask for
MAX_NOTICES = 10
# What decides which points are drawn: another value draws others.
_DRAW_FIELDS = ("noise", "samples", "split", "data_seed")

# What each task may minimise, the first by default.
TASK_COSTS: dict[str, tuple[str, ...]] = {
    "binary": ("CostLogReg", "CostOLS"),
    "multiclass": ("CostCrossEntropy", "CostLogReg", "CostOLS"),
    "regression": ("CostOLS",),
}
_TASK_OUTPUTS = {"binary": "sigmoid", "multiclass": "softmax", "regression": "identity"}


@dataclass(frozen=True)
class Values:
    """Every field of an experiment; what each means stands in ``FIELDS``.

    Raises
    ------
    ValueError
        If a value is outside its range or two do not go together: the field, what is allowed,
        what was given.
    """

    data: str = FIELDS["data"].default
    noise: float = FIELDS["noise"].default
    samples: int = FIELDS["samples"].default
    split: float = FIELDS["split"].default
    data_seed: int = FIELDS["data_seed"].default
    features: tuple[str, ...] = FIELDS["features"].default
    points: str = FIELDS["points"].default
    hidden: tuple[int, ...] = FIELDS["hidden"].default
    hidden_func: tuple[str, ...] = FIELDS["hidden_func"].default
    formula: str = FIELDS["formula"].default
    output_func: str = FIELDS["output_func"].default
    cost: str = FIELDS["cost"].default
    init: str = FIELDS["init"].default
    seed: int = FIELDS["seed"].default
    scheduler: str = FIELDS["scheduler"].default
    eta: float = FIELDS["eta"].default
    momentum: float = FIELDS["momentum"].default
    rho: float = FIELDS["rho"].default
    rho2: float = FIELDS["rho2"].default
    schedule: str = FIELDS["schedule"].default
    rule: str = FIELDS["rule"].default
    lam: float = FIELDS["lam"].default
    lam1: float = FIELDS["lam1"].default
    batch_size: int = FIELDS["batch_size"].default
    epochs: int = FIELDS["epochs"].default
    more: int = FIELDS["more"].default
    changes: str = FIELDS["changes"].default

    def __post_init__(self) -> None:
        for name, field in FIELDS.items():
            object.__setattr__(self, name, field.check(getattr(self, name)))
        for _, sentence in _conflicts(vars(self)):
            raise ValueError(sentence)
        if self.changes:  # one that changes nothing, such as a rate moved and moved back at once, is none
            object.__setattr__(self, "changes", changes_text(felt(self.on_the_way, vars(self))))

    @classmethod
    def default(cls, data: str = "XOR") -> Self:
        """Return the setting with which that problem opens: one that learns on sight.

        Parameters
        ----------
        data : str
            A name of ``nncore.data.DATA``, or "own".

        Raises
        ------
        ValueError
            If there is no such problem.
        """
        return cls._default(FIELDS["data"].check(data))

    @classmethod
    @lru_cache(maxsize=128)
    def _default(cls, data: str) -> Self:
        changes: dict[str, Any] = {"data": data, "split": 0.8}
        if data in DATA:
            source = DATA[data]
            changes |= {"noise": source.noise, "samples": source.samples, "split": source.split}
            changes |= KIND_DEFAULTS[source.kind]
        return cls(**{**changes, **DATA_DEFAULTS.get(data, {})})

    def replace(self, **changes: Any) -> Self:
        """Return this experiment with some fields changed.

        Points that were moved or taken away by hand are points of one draw: another noise, split or seed
        keeps those that were added, other data none, unless `points` says otherwise. Other planned epochs are
        all that there are, another learning rate or penalty holds from the start to the end, and other data
        are trained on as planned, unless `more` and `changes` say otherwise.

        Raises
        ------
        ValueError
            If a field is unknown, or its value is not allowed.
        """
        for name in changes:
            if name not in FIELDS:
                raise ValueError(f"setting must be one of {', '.join(FIELDS)}; got {shown(name)}.")
        if self.points and "points" not in changes:
            changes["points"] = self._points_after(changes)
        elsewhere = changes.get("data", self.data) != self.data
        if "epochs" in changes or elsewhere:
            changes.setdefault("more", 0)
        if elsewhere:
            changes.setdefault("changes", "")
        if self.changes and "changes" not in changes:
            changes["changes"] = self._changes_after(changes)
        return dataclasses.replace(self, **changes)

    def plan(self) -> Self:
        """Return this experiment as it was planned: no epochs added, nothing changed on the way."""
        return self.replace(more=0, changes="")

    def _changes_after(self, changes: Mapping[str, Any]) -> str:
        """Return what is still changed on the way when other fields change."""
        epochs, more = (changes.get(name, getattr(self, name)) for name in ("epochs", "more"))
        kept = [
            change for change in self.on_the_way if change[1] not in changes and change[0] <= epochs + more
        ]
        return changes_text(kept)

    def _points_after(self, changes: Mapping[str, object]) -> str:
        """Return what is left of the points by hand when other fields change."""
        if changes.get("data", self.data) != self.data:
            return ""
        if all(changes.get(name, getattr(self, name)) == getattr(self, name) for name in _DRAW_FIELDS):
            return self.points
        return str(PointEdits(added=PointEdits.parse(self.points).added))

    # Address bar and files.

    def to_query(self) -> dict[str, str]:
        """Return the address of this experiment: the problem, and what differs from its defaults."""
        changed = FIELDS.query(vars(self), defaults=vars(self.default(self.data)))
        return {"data": self.data, **changed, VERSION_KEY: VERSION}

    @classmethod
    def from_query(
        cls, query: Mapping[str, object], *, data: str = "XOR", also: Collection[str] = ()
    ) -> tuple[Self, list[str]]:
        """Read an address as far as it can be read.

        Parameters
        ----------
        query : mapping of str to str
            Keys are field names, values as ``to_query`` writes them; of repeated values the last counts.
        data : str
            Problem of the page, where the address names none. Only a page of "own" data takes "own".
        also : collection of str
            Further keys that belong to the page.

        Returns
        -------
        experiment : the class that was asked
            With the problem's default wherever the address says nothing that is possible.
        notices : list of str
            One sentence for each thing that was not taken over: field, what is allowed, what was given.
        """
        texts = {str(key): _last(value) for key, value in query.items()}
        given = spelled(texts, (*also, *FIELDS, VERSION_KEY))
        notices: list[str] = []
        version = given.pop(VERSION_KEY, VERSION)
        if version != VERSION:
            notices.append(
                f"{VERSION_KEY}, the version of the address, must be {VERSION}; got {shown(version)}. "
                "What can be read of it is used."
            )
        name = _read_data(given.pop("data", data), data, notices)
        start = cls.default(name)
        unknown = [key for key in given if key not in FIELDS and key not in also]
        notices += [f"{shown(key)} in the address is not a setting and is ignored." for key in unknown]
        values, refused = FIELDS.read(given, defaults=vars(start))
        notices += refused
        experiment = cls(**_validated(values, start, notices))
        return experiment, shortened(notices)

    def to_json(self) -> str:
        """Return the experiment as JSON text: every field, and the version of the format."""
        return json.dumps({"version": int(VERSION), "experiment": vars(self)}, indent=2, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str | bytes) -> Self:
        """Return the experiment that `text` describes; fields left out have the problem's defaults.

        Raises
        ------
        ValueError
            If the text is not such a JSON object, or a field is unknown or not allowed.
        """
        if len(text) > 100_000:
            raise ValueError(f"experiment must be a JSON text below 100000 characters; got {len(text)}.")
        try:
            content = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise ValueError(f"experiment must be JSON text; {type(error).__name__}: {error}.") from None
        if not isinstance(content, dict) or not isinstance(content.get("experiment"), dict):
            raise ValueError(
                f'experiment must be an object {{"version", "experiment"}}; got {shown(content)}.'
            )
        if content.get("version") != int(VERSION):
            raise ValueError(f"version must be {VERSION}; got {shown(content.get('version'))}.")
        changes = content["experiment"]
        return cls.default(changes.get("data", "XOR")).replace(**changes)

    # What the words stand for.

    @property
    def kind(self) -> str:
        """Kind of data: gate, image, pattern, curve, surface or table."""
        return "table" if self.data == OWN_DATA else DATA[self.data].kind

    @property
    def layer_funcs(self) -> tuple[str, ...]:
        """Name of the activation of every hidden layer, one each."""
        return self.hidden_func * len(self.hidden) if len(self.hidden_func) == 1 else self.hidden_func

    @property
    def total_epochs(self) -> int:
        """Epochs of the whole run: those planned and those added."""
        return self.epochs + self.more

    @property
    def on_the_way(self) -> tuple[Change, ...]:
        """What is changed while the run goes on: (epochs done, "eta" or "lam", value), in order."""
        return parse_changes(self.changes)

    @property
    def course(self) -> str:
        """What is to be said of a run that does not go as its plan alone says; "" where it does.

        Examples
        --------
        >>> Values(eta=0.01, more=50, changes="eta120_0.1").course
        'Learning rate 0.01 until epoch 120, then 0.1. 200 epochs planned, 50 added.'
        """
        words = [
            f"{name[0].upper()}{name[1:]} {told_changes(self.on_the_way, field, getattr(self, field))}."
            for field, name in NAMES.items()
            if any(changed == field for _, changed, _ in self.on_the_way)
        ]
        if self.more:
            words.append(f"{counted(self.epochs, 'epoch')} planned, {self.more} added.")
        return " ".join(words)

    def applies(self, name: str) -> bool:
        """Return whether that field matters for this data, scheduler and activation."""
        if name == "formula":
            return CUSTOM in self.hidden_func
        if name == "samples" and self.kind == "gate":
            return self.noise > 0
        if self.data == OWN_DATA and name in ("noise", "samples", "features"):
            return False
        return FIELDS[name].applies(kind=self.kind, scheduler=self.scheduler)

    def dimensions(self, data: DataSet | None = None) -> tuple[int, ...]:
        """Return the width of every layer, from inputs to outputs.

        Raises
        ------
        ValueError
            If the data is one's own and was not given.
        """
        if data is not None:
            return (data.n_inputs, *self.hidden, data.n_outputs)
        if self.data == OWN_DATA:
            raise ValueError("data must be given where the experiment's data is 'own'; got none.")
        return _dimensions(self.data, self.features, self.hidden)

    def n_parameters(self, data: DataSet | None = None) -> int:
        """Return the number of weights and biases; ValueError where `dimensions` has none."""
        return _n_parameters(self.dimensions(data))

    def resolved(self, task: str | None = None) -> tuple[str, str]:
        """Return the names of cost and output function, with "auto" replaced by what the task asks for.

        Raises
        ------
        ValueError
            If the task is not given for data of one's own, or the functions do not suit it.
        """
        if task is None:
            if self.data == OWN_DATA:
                raise ValueError("task must be given where the experiment's data is 'own'; got none.")
            task = DATA[self.data].task
        cost, output, problems = _resolve(task, self.cost, self.output_func)
        for _, sentence in problems:
            raise ValueError(sentence)
        return cost, output

    def label(self, data: DataSet | None = None) -> str:
        """Return a short name for people: data, shape, activation, scheduler, learning rate, seed."""
        unknown = self.data == OWN_DATA and data is None
        dims = ("?", *self.hidden, "?") if unknown else self.dimensions(data)
        shape = "-".join(str(width) for width in dims)
        funcs = f" {'-'.join(dict.fromkeys(self.hidden_func))}" if self.hidden else ""
        name = FIELDS.of(Choice, "data").labels.get(self.data, self.data)
        eta = told_changes(self.on_the_way, "eta", self.eta)
        edited = ", points by hand" if self.points else ""
        return f"{name} {shape}{funcs}, {self.scheduler}, eta {eta}, seed {self.seed}{edited}"


def _dimensions(data: str, features: Sequence[str], hidden: Sequence[int]) -> tuple[int, ...]:
    source = DATA[data]
    return (len(features) if source.planar else source.n_raw, *hidden, source.n_outputs)


def _n_parameters(dims: Sequence[int]) -> int:
    return sum((inputs + 1) * outputs for inputs, outputs in pairwise(dims))


def _resolve(task: str, cost: str, output: str) -> tuple[str, str, list[tuple[str, str]]]:
    """Return cost, output function, and what does not go together as (field, sentence)."""
    problems = []
    costs = TASK_COSTS[task]
    if cost not in ("auto", *costs):
        problems.append(("cost", f"cost must be auto, {' or '.join(costs)} for a {task} task; got {cost!r}."))
    cost = costs[0] if cost == "auto" else cost
    if output == "auto":
        return cost, _TASK_OUTPUTS[task] if cost == "CostOLS" else COST_OUTPUTS[cost][0], problems
    # Several classes have at least two outputs; of the other tasks, more than one has no softmax either.
    if problem := pair_problem(cost, output, n_outputs=2 if task == "multiclass" else 1):
        problems.append(("output_func", problem))
    return cost, output, problems


def _conflicts(values: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return what does not go together, as (field to blame, sentence)."""
    found = []
    layers, funcs = len(values["hidden"]), len(values["hidden_func"])
    if funcs not in (1, layers):
        sentence = f"hidden_func must name one activation for all layers or one for each of the {layers}"
        found.append(("hidden_func", f"{sentence}; got {funcs}."))
    if values["data"] in DATA:
        found += _resolve(DATA[values["data"]].task, values["cost"], values["output_func"])[2]
        count = _n_parameters(_dimensions(values["data"], values["features"], values["hidden"]))
        if count > MAX_PARAMETERS:
            sentence = f"hidden must give a network of at most {MAX_PARAMETERS} parameters; got {count}."
            found.append(("hidden", sentence))
    found += [("changes", problem) for problem in _changes_problems(values)]
    if values["points"] and (problem := _points_problem(values)):
        found.append(("points", f"points {problem}."))
    return found


def _changes_problems(values: Mapping[str, Any]) -> Iterator[str]:
    """Yield what is wrong with the values and epochs of what is changed on the way."""
    total = values["epochs"] + values["more"]
    for epoch, field, value in parse_changes(values["changes"]):
        if epoch > total:
            yield f"changes must name epochs from 0 to {total}; got {epoch}."
        try:
            FIELDS[field].check(value)
        except ValueError as error:
            yield f"changes must hold allowed values: {error}"


def _points_problem(values: Mapping[str, Any]) -> str:
    name = values["data"]
    if name not in DATA or not DATA[name].planar:
        return f"must be none for {name}, whose inputs are no points of a plane"
    chosen = {key: values[key] for key in ("noise", "samples", "split")}
    return PointEdits.parse(values["points"]).problem(load(name, **chosen, seed=values["data_seed"]))


def shortened(notices: list[str]) -> list[str]:
    """Return at most `MAX_NOTICES` sentences about an address, the last of which may stand for many."""
    more = len(notices) - MAX_NOTICES + 1
    if more <= 1:
        return notices
    told = f"{more} more parts of the address are not possible and are ignored."
    return [*notices[: MAX_NOTICES - 1], told]


def _last(value: object) -> str:
    if isinstance(value, (list, tuple)):
        value = value[-1] if value else ""
    return value if isinstance(value, str) else shown(value)


def _read_data(given: str, page: str, notices: list[str]) -> str:
    names = (*DATA, OWN_DATA) if page == OWN_DATA else tuple(DATA)
    given = written_as(given, names)
    if given in names:
        return given
    notices.append(f"data must be one of {', '.join(names)}; got {shown(given)}. {page} is used instead.")
    return page


def _validated(values: dict[str, Any], start: Values, notices: list[str]) -> dict[str, Any]:
    """Return `values` with what does not go together put back to the defaults, which always do."""
    while found := _conflicts(values):
        name, sentence = found[0]
        values[name] = getattr(start, name)
        notices.append(FIELDS.instead(name, values[name], sentence))
    return values
