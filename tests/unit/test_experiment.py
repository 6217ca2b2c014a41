"""Experiments: declared once, the address reads back, junk is said and never raised."""

import dataclasses
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nncore.activations import ACTIVATIONS
from nncore.costs import COSTS
from nncore.data import DATA, load
from nncore.experiment import MAX_NOTICES, MAX_PARAMETERS, Experiment
from nncore.experiment.field_kinds import Choice, Names, Real, Whole, number_text, shown
from nncore.experiment.fields import (
    COST_FUNCS,
    CUSTOM,
    DATA_DEFAULTS,
    FIELDS,
    HIDDEN_FUNCS,
    INITS,
    KIND_DEFAULTS,
    OUTPUT_FUNCS,
    OWN_DATA,
    SCHEDULER_NAMES,
)
from nncore.initialisation import INITIALISATIONS
from nncore.schedulers import SCHEDULERS
from tests.unit.experiments import experiments, values

ALL_DATA = (*DATA, OWN_DATA)


def test_every_field_is_declared_once_and_nothing_else_is_one():
    declared = [field.name for field in dataclasses.fields(Experiment)]
    assert declared == list(FIELDS)
    for name, field in FIELDS.items():
        assert field.name == name
        assert field.check(field.default) == field.default
        assert field.label
        assert field.help.endswith(".")


def test_choices_are_the_registries():
    assert set(HIDDEN_FUNCS) == (set(ACTIVATIONS) - {"softmax"}) | {CUSTOM}
    assert set(OUTPUT_FUNCS) <= {"auto", *ACTIVATIONS}
    assert set(COST_FUNCS) == {"auto", *COSTS}
    assert set(SCHEDULER_NAMES) == set(SCHEDULERS)
    assert set(INITS) == {"auto", *INITIALISATIONS}
    for field in FIELDS.values():
        if isinstance(field, (Choice, Names)):
            assert set(field.labels) <= set(field.choices)
        assert set(field.schedulers) <= set(SCHEDULERS)
    for defaults in (*KIND_DEFAULTS.values(), *DATA_DEFAULTS.values()):
        assert set(defaults) <= set(FIELDS)


def test_numbers_of_a_scheduler_apply_to_the_schedulers_that_take_them():
    for name in ("momentum", "rho", "rho2"):
        takers = {key for key, scheduler in SCHEDULERS.items() if name in scheduler.numbers}
        assert set(FIELDS[name].schedulers) == takers


@pytest.mark.parametrize("data", ALL_DATA)
def test_a_default_needs_no_more_than_its_name_in_the_address(data):
    experiment = Experiment.default(data)
    assert experiment.data == data
    assert experiment.to_query() == {"data": data, "v": "1"}
    assert Experiment.from_query({}, data=data) == (experiment, [])
    assert experiment.label()


def test_default_shapes_are_the_designs():
    gate, digits = Experiment.default("XOR"), Experiment.default("digits")
    assert gate.dimensions() == (2, 4, 1)
    assert (gate.hidden_func, gate.scheduler, gate.eta, gate.epochs) == (("tanh",), "Adam", 0.1, 200)
    assert digits.dimensions() == (64, 100, 30, 10)
    for experiment in (gate, digits, gate.replace(hidden=())):
        assert experiment.n_parameters() == experiment.network().theta.size
    assert (digits.hidden_func, digits.eta, digits.batch_size, digits.epochs) == (("RELU",), 1e-3, 32, 20)


@given(experiments())
@settings(max_examples=200, deadline=None)
def test_address_and_json_read_back(experiment):
    query = experiment.to_query()
    assert all(isinstance(text, str) for text in query.values())
    assert Experiment.from_query(query) == (experiment, [])
    assert Experiment.from_json(experiment.to_json()) == experiment
    assert hash(Experiment.from_json(experiment.to_json())) == hash(experiment)


@pytest.mark.parametrize("name", FIELDS)
def test_every_value_of_a_field_reads_back_from_its_text(name):
    field = FIELDS[name]

    @given(values(field))
    @settings(max_examples=50, deadline=None)
    def check(value):
        assert field.parse(field.format(value)) == value

    check()


@given(st.dictionaries(st.sampled_from(tuple(FIELDS)) | st.text(), st.text() | st.from_regex(r"[-\d.e]+")))
@settings(max_examples=300, deadline=None)
def test_no_junk_raises(query):
    experiment, notices = Experiment.from_query(query)
    assert isinstance(experiment, Experiment)
    assert len(notices) <= MAX_NOTICES
    assert all(notice.endswith(".") and len(notice) < 1000 for notice in notices)


JUNK = (
    "", " ", "nan", "inf", "-inf", "-1", "1e999", "0x10", "None", "none", "9" * 5000, "-".join(["4"] * 5000),
    "tanh-" * 5000, "x-x", "٣", "４", "\x00", "💥", "🏳️‍🌈", "<script>alert(1)</script>", "__import__('os')",
    "9**9**9**9*z", "(" * 5000, "own", "True", "1_0", "1,5", "256-" * 5 + "256", "-", "--", "100-",
    "-100", "+5",
)  # fmt: skip


@pytest.mark.parametrize("name", FIELDS)
@pytest.mark.parametrize("text", JUNK, ids=ascii)
def test_junk_in_one_field_leaves_the_others_and_names_the_field(name, text):
    others = {"data": "circle", "eta": "0.25", "hidden": "7-5", "seed": "42", "lam": "3e-4"}
    experiment, notices = Experiment.from_query({**others, name: text})
    for other, value in others.items():
        if other != name and name != "data":
            assert FIELDS[other].format(getattr(experiment, other)) == value
    if notices:
        assert len(notices) == 1
        assert notices[0].startswith(f"{name} must ")
        assert "is used instead." in notices[0]
        start = Experiment.default(experiment.data)
        assert getattr(experiment, name) == getattr(start, name) or name == "data"
    else:
        assert FIELDS[name].parse(text) == getattr(experiment, name)


@pytest.mark.parametrize("value", [None, 3, 2.5, ["0.2", "0.5"], [], {"a": 1}, b"0.5", object()])
def test_values_that_are_no_text_raise_nothing(value):
    experiment, _ = Experiment.from_query({"eta": value, "hidden": value, "data": value})
    assert experiment.eta == 0.5 if isinstance(value, list) and value else True


def test_of_repeated_values_the_last_counts():
    assert Experiment.from_query({"eta": ["0.2", "0.5"]})[0].eta == 0.5


@pytest.mark.parametrize(
    ("query", "expected", "notice"),
    [
        ({"eta": "-1"}, {"eta": 0.1}, "eta must be a number from 1e-6 to 1000; got -1"),
        ({"eta": "3e-4"}, {"eta": 3e-4}, None),
        ({"hidden": "none"}, {"hidden": ()}, None),
        ({"hidden": "100-30"}, {"hidden": (100, 30)}, None),
        ({"hidden": "100, 30"}, {"hidden": (100, 30)}, None),
        ({"hidden": "None"}, {"hidden": ()}, None),
        ({"hidden": "4--4"}, {"hidden": (4,)}, "hidden must be none or up to 6 widths from 1 to 256"),
        ({"hidden": "300"}, {"hidden": (4,)}, "hidden must be none or up to 6 widths from 1 to 256"),
        ({"hidden": "4-4", "hidden_func": "tanh-RELU"}, {"hidden_func": ("tanh", "RELU")}, None),
        ({"hidden_func": "tanh-RELU"}, {"hidden_func": ("tanh",)}, "one for each of the 1; got 2"),
        ({"hidden_func": "tahn"}, {"hidden_func": ("tanh",)}, "hidden_func must be .* got 'tahn'"),
        ({"data": "circle", "features": "x-y-x2"}, {"features": ("x", "y", "x2")}, None),
        ({"data": "circle", "features": "X, y,x2"}, {"features": ("x", "y", "x2")}, None),
        ({"data": "circle", "features": "x-x"}, {"features": ("x", "y")}, "different names"),
        ({"data": "own"}, {"data": "XOR"}, "data must be one of XOR, .* got 'own'"),
        ({"v": "2", "eta": "0.2"}, {"eta": 0.2}, "v, the version of the address, must be 1; got '2'"),
        ({"colour": "red"}, {}, "'colour' in the address is not a setting and is ignored"),
        ({"output_func": "softmax"}, {"output_func": "auto"}, "output_func must be sigmoid"),
        ({"cost": "CostCrossEntropy"}, {"cost": "auto"}, "cost must be auto, CostLogReg or CostOLS"),
        ({"cost": "CostOLS", "output_func": "tanh"}, {"output_func": "tanh", "cost": "CostOLS"}, None),
        ({"formula": "2z"}, {"formula": "z * sigmoid(z)"}, "column 1: a number must stand alone"),
        ({"hidden": "-".join(["256"] * 6)}, {"hidden": (4,)}, f"at most {MAX_PARAMETERS} parameters"),
        ({"seed": "1e3"}, {"seed": 1000}, None),
        ({"seed": "1.5"}, {"seed": 1}, "seed must be a whole number"),
        # Capitals, underscores and the sign that joins are forgiven in names and in values.
        ({"ETA": "0,3", "Hidden": "4, 4"}, {"eta": 0.3, "hidden": (4, 4)}, None),
        ({"hidden": "None", "Scheduler": "rmsprop"}, {"hidden": (), "scheduler": "RMS_prop"}, None),
        ({"DATA": "circle", "features": "X, x2"}, {"data": "circle", "features": ("x", "x2")}, None),
        ({"eta": "0.2", "Eta": "0.5"}, {"eta": 0.2}, "'Eta' in the address is not a setting"),
    ],
)
def test_addresses(query, expected, notice):
    experiment, notices = Experiment.from_query(query)
    assert {name: getattr(experiment, name) for name in expected} == expected
    if notice is None:
        assert notices == []
    else:
        assert len(notices) == 1
        with pytest.raises(ValueError, match=notice):
            raise ValueError(notices[0])


def test_a_label_says_the_shape_where_it_is_known():
    own = Experiment.default(OWN_DATA)
    assert own.label() == "Your own data ?-12-8-? RELU, Adam, eta 0.001, seed 1"
    assert own.label(load("wisconsin")) == "Your own data 30-12-8-1 RELU, Adam, eta 0.001, seed 1"
    assert (
        Experiment.default("sine").replace(hidden=(), eta=3e-4).label() == "Sine 1-1, Adam, eta 3e-4, seed 1"
    )


def test_keys_of_the_page_are_no_junk():
    query = {"speed": "max", "axis": "linear", "eta": "0.2"}
    assert Experiment.from_query(query, also=("speed", "axis"))[1] == []
    assert len(Experiment.from_query(query, also=("speed",))[1]) == 1


def test_many_slips_are_summed_up():
    notices = Experiment.from_query({f"key{i}": "1" for i in range(500)})[1]
    assert len(notices) == MAX_NOTICES
    assert notices[-1] == "491 more parts of the address are not possible and are ignored."


def test_ones_own_data_opens_only_on_its_page():
    own = Experiment.default(OWN_DATA).replace(eta=0.2)
    assert Experiment.from_query(own.to_query(), data=OWN_DATA) == (own, [])
    assert Experiment.from_query(own.to_query(), data="circle")[0].data == "circle"
    for call in (own.dataset, own.dimensions, own.training, own.resolved, own.network):
        with pytest.raises(ValueError, match="must be given where the experiment's data is 'own'"):
            call()
    for call in (own.training, own.stack, own.network):
        with pytest.raises(ValueError, match=r"data must be a DataSet, .*; got 'moons'"):
            call(data="moons", **({"seed": [1]} if call == own.stack else {}))


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"colour": 1}, "setting must be one of data, noise, .*; got 'colour'"),
        ({"eta": 0}, "eta must be a number from 1e-6 to 1000; got 0"),
        ({"eta": "0.1"}, "eta must be a number .* got '0.1'"),
        ({"eta": float("nan")}, "eta must be a number .* got nan"),
        ({"eta": True}, "eta must be a number"),
        ({"lam": 1e-9}, "lam must be 0 or a number from 1e-8 to 10; got 1e-9"),
        ({"epochs": 0}, "epochs must be a whole number from 1 to 100000; got 0"),
        ({"epochs": 2.5}, "epochs must be a whole number"),
        ({"hidden": 4}, "hidden must be none or up to 6 widths"),
        ({"hidden": "4"}, "hidden must be none or up to 6 widths"),
        ({"hidden": (0,)}, "hidden must be none or up to 6 widths"),
        ({"hidden": (4, 4), "hidden_func": ("tanh",) * 3}, "one for each of the 2; got 3"),
        ({"hidden_func": "tanh"}, "hidden_func must be 1 to 6 names"),
        ({"hidden_func": ()}, "hidden_func must be 1 to 6 names"),
        ({"scheduler": "adam"}, "scheduler must be one of Constant, .*; got 'adam'"),
        ({"data": "digits", "output_func": "sigmoid"}, "output_func must be softmax for CostCrossEn"),
        ({"data": "sine", "cost": "CostLogReg"}, "cost must be auto, CostOLS for a regression task"),
        ({"formula": "z +"}, "formula must be a formula in z .*column 3"),
        ({"formula": None}, "formula must be a formula in z"),
        ({"data": "digits", "hidden": (256,) * 6}, "hidden must give a network of at most"),
    ],
)  # fmt: skip
def test_impossible_changes_are_refused_in_a_sentence(changes, sentence):
    with pytest.raises(ValueError, match=sentence):
        Experiment.default("XOR").replace(**changes)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "experiment must be JSON text"),
        ("{", "experiment must be JSON text"),
        ("[" * 50_000, "experiment must be JSON text"),
        ("[]", "experiment must be an object"),
        ('{"version": 1}', "experiment must be an object"),
        ('{"version": 2, "experiment": {}}', "version must be 1; got 2"),
        ('{"version": 1, "experiment": {"eta": "0.1"}}', "eta must be a number"),
        ('{"version": 1, "experiment": {"eta": NaN}}', "eta must be a number"),
        ('{"version": 1, "experiment": {"colour": 1}}', "setting must be one of"),
        ('{"version": 1, "experiment": {"data": ["XOR"]}}', "data must be one of"),
        (" " * 100_001, "below 100000 characters; got 100001"),
        (b"\xff\xfe\x00", "experiment must be JSON text"),
    ],
)
def test_json_that_is_no_experiment_is_refused_in_a_sentence(text, sentence):
    with pytest.raises(ValueError, match=sentence):
        Experiment.from_json(text)


def test_json_may_leave_fields_out():
    text = json.dumps({"version": 1, "experiment": {"data": "digits", "eta": 0.01}})
    assert Experiment.from_json(text) == Experiment.default("digits").replace(eta=0.01)


def test_fields_apply_where_they_matter():
    gate = Experiment.default("XOR")
    assert gate.applies("rho2")
    assert not gate.applies("momentum")
    assert gate.replace(scheduler="Momentum").applies("momentum")
    assert not gate.applies("features")
    assert Experiment.default("circle").applies("features")
    assert not gate.applies("samples")
    assert gate.replace(noise=0.1).applies("samples")
    assert not gate.applies("formula")
    assert gate.replace(hidden_func=(CUSTOM,)).applies("formula")
    assert not Experiment.default(OWN_DATA).applies("noise")


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_number_texts_are_short_and_exact(value):
    text = number_text(value)
    assert float(text) == value
    assert len(text) <= len(repr(value))


def test_sentences_quote_anything_briefly():
    class Rude:
        def __repr__(self):
            raise RuntimeError("no")

    assert shown(Rude()) == "a Rude"
    assert len(shown("x" * 10**6)) <= 43


def test_bounds_hold_at_their_ends():
    for field in FIELDS.values():
        if isinstance(field, (Real, Whole)):
            assert field.check(field.low) == field.low
            assert field.check(field.high) == field.high
            with pytest.raises(ValueError, match=f"{field.name} must be"):
                field.check(field.high * 2 + 1)
