"""`Experiment`: one frozen value that says everything that decides a result.

The same Experiment gives the same numbers, bit for bit, on the same machine. `seed` draws the starting
weights and nothing else; `data_seed` draws noise, split and the order of the rows. So another start
leaves the data alone, and runs that differ in one choice share all the others.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from nncore.data import DATA, DataSet, load
from nncore.data.point_edits import ByHand
from nncore.experiment.field_kinds import Choice, shown, written_as
from nncore.experiment.fields import CUSTOM, DATA_DEFAULTS, FIELDS, KIND_DEFAULTS, OWN_DATA
from nncore.pairs import COST_OUTPUTS, pair_problem

if TYPE_CHECKING:
    from nncore.ffnn import FFNN
    from nncore.training import Training

VERSION = "1"
VERSION_KEY = "v"
MAX_PARAMETERS = 250_000  # weights and biases of one network that an address may ask for
MAX_NOTICES = 10
# What decides which points are drawn: another value draws others.
_DRAW_FIELDS = ("noise", "samples", "split", "data_seed")
# Fields that may differ from run to run of one stack.
STACK_AXES = ("seed", "eta", "lam", "lam1", "momentum", "rho", "rho2")

# What each task may minimise, the first by default.
TASK_COSTS: dict[str, tuple[str, ...]] = {
    "binary": ("CostLogReg", "CostOLS"),
    "multiclass": ("CostCrossEntropy", "CostLogReg", "CostOLS"),
    "regression": ("CostOLS",),
}
_TASK_OUTPUTS = {"binary": "sigmoid", "multiclass": "softmax", "regression": "identity"}


def _declared(name: str) -> Any:
    return dataclasses.field(default=FIELDS[name].default)


@dataclass(frozen=True)
class Experiment:
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

    data: str = _declared("data")
    noise: float = _declared("noise")
    samples: int = _declared("samples")
    split: float = _declared("split")
    data_seed: int = _declared("data_seed")
    features: tuple[str, ...] = _declared("features")
    points: str = _declared("points")
    hidden: tuple[int, ...] = _declared("hidden")
    hidden_func: tuple[str, ...] = _declared("hidden_func")
    formula: str = _declared("formula")
    output_func: str = _declared("output_func")
    cost: str = _declared("cost")
    init: str = _declared("init")
    seed: int = _declared("seed")
    scheduler: str = _declared("scheduler")
    eta: float = _declared("eta")
    momentum: float = _declared("momentum")
    rho: float = _declared("rho")
    rho2: float = _declared("rho2")
    schedule: str = _declared("schedule")
    rule: str = _declared("rule")
    lam: float = _declared("lam")
    lam1: float = _declared("lam1")
    batch_size: int = _declared("batch_size")
    epochs: int = _declared("epochs")

    def __post_init__(self) -> None:
        for name, field in FIELDS.items():
            object.__setattr__(self, name, field.check(getattr(self, name)))
        for _, sentence in _conflicts(vars(self)):
            raise ValueError(sentence)

    @classmethod
    def default(cls, data: str = "XOR") -> Experiment:
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
        return _default(FIELDS["data"].check(data))

    def replace(self, **changes: Any) -> Experiment:
        """Return this experiment with some fields changed.

        Points that were moved or taken away by hand are points of one draw: another noise, split or seed
        keeps those that were added, other data none, unless `points` says otherwise.

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
        return dataclasses.replace(self, **changes)

    def _points_after(self, changes: Mapping[str, Any]) -> str:
        """Return what is left of the points by hand when other fields change."""
        if changes.get("data", self.data) != self.data:
            return ""
        if all(changes.get(name, getattr(self, name)) == getattr(self, name) for name in _DRAW_FIELDS):
            return self.points
        return str(ByHand(added=ByHand.parse(self.points).added))

    # Address bar and files.

    def to_query(self) -> dict[str, str]:
        """Return the address of this experiment: the problem, and what differs from its defaults."""
        changed = FIELDS.query(vars(self), defaults=vars(Experiment.default(self.data)))
        return {"data": self.data, **changed, VERSION_KEY: VERSION}

    @classmethod
    def from_query(
        cls, query: Mapping[str, Any], *, data: str = "XOR", also: Collection[str] = ()
    ) -> tuple[Experiment, list[str]]:
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
        experiment : Experiment
            With the problem's default wherever the address says nothing that is possible.
        notices : list of str
            One sentence for each thing that was not taken over: field, what is allowed, what was given.
        """
        given = {str(key): _last(value) for key, value in query.items()}
        notices: list[str] = []
        version = given.pop(VERSION_KEY, VERSION)
        if version != VERSION:
            notices.append(
                f"{VERSION_KEY}, the version of the address, must be {VERSION}; got {shown(version)}. "
                "What can be read of it is used."
            )
        name = _read_data(given.pop("data", data), data, notices)
        start = Experiment.default(name)
        unknown = [key for key in given if key not in FIELDS and key not in also]
        notices += [f"{shown(key)} in the address is not a setting and is ignored." for key in unknown]
        values, refused = FIELDS.read(given, defaults=vars(start))
        notices += refused
        experiment = cls(**_validated(values, start, notices))
        if len(notices) > MAX_NOTICES:
            more = len(notices) - MAX_NOTICES + 1
            notices[MAX_NOTICES - 1 :] = [
                f"{more} more parts of the address are not possible and are ignored."
            ]
        return experiment, notices

    def to_json(self) -> str:
        """Return the experiment as JSON text: every field, and the version of the format."""
        return json.dumps({"version": int(VERSION), "experiment": vars(self)}, indent=2, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str | bytes) -> Experiment:
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
        eta = FIELDS["eta"].format(self.eta)
        by_hand = ", points by hand" if self.points else ""
        return f"{name} {shape}{funcs}, {self.scheduler}, eta {eta}, seed {self.seed}{by_hand}"

    # From words to numbers.

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
        from nncore.experiment.build import build_network

        return build_network(self, self.seed if seed is None else seed, data=data)

    def training(self, data: DataSet | None = None) -> Training:
        """Return the run of this experiment, at its start.

        Parameters
        ----------
        data : DataSet, optional
            Rows to train on instead of the ones that the experiment names.

        Raises
        ------
        ValueError
            If the data is one's own and was not given, or cost and output do not suit its task.
        """
        from nncore.experiment.build import build_training

        return build_training(self, data=data)

    def stack(self, *, data: DataSet | None = None, exact: bool = False, **axes: Iterable[Any]) -> Training:
        """Return many runs at once, which share data and order and differ along `axes`.

        Parameters
        ----------
        data : DataSet, optional
            Rows to train on instead of the ones that the experiment names.
        exact : bool
            Whether every run must be the one that it is alone to the last bit. Large stacks of tiny networks
            otherwise add their products in another order: up to twice as fast, and equal to rounding.
        **axes : sequences of one length
            Any of seed, eta, lam, lam1, momentum, rho and rho2: one value per run.

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
        from nncore.experiment.build import build_training

        return build_training(self, data=data, axes=checked_axes(axes), exact=exact)


def checked_axes(axes: Mapping[str, Iterable[Any]]) -> dict[str, Any]:
    """Return the axes of a stack: a list of seeds, float arrays of shape (runs,).

    Raises
    ------
    ValueError
        If there is none, one is unknown or empty, or lengths or values are not allowed.
    """
    if not axes:
        raise ValueError(f"axes must be one or more of {', '.join(STACK_AXES)}; got none.")
    checked: dict[str, Any] = {}
    for name, values in axes.items():
        if name not in STACK_AXES:
            raise ValueError(f"axes must be out of {', '.join(STACK_AXES)}; got {shown(name)}.")
        if isinstance(values, (str, bytes)) or not isinstance(values, Iterable):
            raise ValueError(f"{name} must be a list of values, one per run; got {shown(values)}.")
        items = [FIELDS[name].check(value) for value in values]
        checked[name] = items if name == "seed" else np.array(items)
    lengths = {name: len(values) for name, values in checked.items()}
    if len(set(lengths.values())) > 1 or 0 in lengths.values():
        raise ValueError(f"axes must have one length of at least 1; got {lengths}.")
    return checked


@lru_cache(maxsize=128)
def _default(data: str) -> Experiment:
    changes: dict[str, Any] = {"data": data}
    if data in DATA:
        source = DATA[data]
        changes |= {"noise": source.noise, "samples": source.samples, "split": source.split}
        changes |= KIND_DEFAULTS[source.kind]
    else:
        changes |= {"split": 0.8}
    return Experiment(**{**changes, **DATA_DEFAULTS.get(data, {})})


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
    if values["points"] and (problem := _points_problem(values)):
        found.append(("points", f"points {problem}."))
    return found


def _points_problem(values: Mapping[str, Any]) -> str:
    name = values["data"]
    if name not in DATA or not DATA[name].planar:
        return f"must be none for {name}, whose inputs are no points of a plane"
    chosen = {key: values[key] for key in ("noise", "samples", "split")}
    return ByHand.parse(values["points"]).problem(load(name, **chosen, seed=values["data_seed"]))


def _last(value: Any) -> str:
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


def _validated(values: dict[str, Any], start: Experiment, notices: list[str]) -> dict[str, Any]:
    """Return `values` with what does not go together put back to the defaults, which always do."""
    while found := _conflicts(values):
        name, sentence = found[0]
        values[name] = getattr(start, name)
        notices.append(FIELDS.instead(name, values[name], sentence))
    return values
