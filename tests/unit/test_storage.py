"""Saved networks: the same predictions after reading; a file that is not one is refused, never run."""

import io
import json
import pickle
import zipfile

import autograd.numpy as anp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nncore.activations import ACTIVATIONS, identity, tanh
from nncore.costs import COSTS, CostOLS
from nncore.data import load as load_data
from nncore.experiment import Experiment
from nncore.experiment.fields import CUSTOM
from nncore.export.storage import MAX_BYTES, Saved, load, load_saved, save
from nncore.ffnn import FFNN


def saved(trained, **settings_) -> bytes:
    file = io.BytesIO()
    save(file, trained, **settings_)
    return file.getvalue()


def opened(content: bytes, **settings_) -> Saved:
    return load_saved(io.BytesIO(content), **settings_)


def rewritten(content: bytes, *, meta: dict | None = None, **arrays) -> bytes:
    """Return the file with entries of its description or whole arrays replaced; None removes."""
    with np.load(io.BytesIO(content)) as old:
        parts = {name: old[name] for name in old.files}
    description = json.loads(parts["network"].tobytes()) | (meta or {})
    parts["network"] = np.frombuffer(json.dumps(description).encode(), dtype=np.uint8)
    parts |= arrays
    file = io.BytesIO()
    np.savez(file, **{name: array for name, array in parts.items() if array is not None})
    return file.getvalue()


XOR_FILE = saved(FFNN((2, 3, 1), tanh, ACTIVATIONS["sigmoid"], COSTS["CostLogReg"], seed=1))


@pytest.mark.parametrize("data", ["XOR", "digits", "sine", "circle", "wisconsin"])
def test_a_network_read_back_predicts_the_same_bits(data, tmp_path):
    experiment = Experiment.default(data)
    training = experiment.replace(epochs=2, samples=100).training()
    training.advance()
    path = tmp_path / "network.npz"
    save(path, training)
    network = load(path)
    X = training.data.X
    assert np.array_equal(network.predict_proba(X), training.network.predict_proba(X))
    assert np.array_equal(network.predict(X), training.network.predict(X))
    assert network.dimensions == training.network.dimensions
    assert network.classification == training.network.classification
    network.reset_weights()
    assert np.array_equal(network.theta, experiment.network().theta)


@pytest.mark.parametrize("hidden_func", sorted(set(ACTIVATIONS) - {"softmax"}))
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_every_activation_and_precision_is_kept(hidden_func, dtype):
    network = FFNN((3, 4, 2), ACTIVATIONS[hidden_func], identity, CostOLS, seed=2, init="he", dtype=dtype)
    back = opened(saved(network)).network
    assert back.hidden_func == network.hidden_func
    assert back.init == "he"
    assert back.dtype == dtype
    assert np.array_equal(back.theta, network.theta)


@pytest.mark.parametrize("cost", COSTS)
def test_every_cost_is_kept(cost):
    output = {"CostCrossEntropy": "softmax", "CostLogReg": "sigmoid", "CostOLS": "identity"}[cost]
    network = FFNN((3, 2), output_func=ACTIVATIONS[output], cost_func=COSTS[cost], seed=2)
    back = opened(saved(network)).network
    assert back.cost_func is COSTS[cost]
    assert back.output_func is ACTIVATIONS[output]


def test_stacks_and_overflowed_weights_are_kept():
    stack = FFNN((2, 4, 1), seed=[3, 5, 8])
    stack.weights[0][1, 0, 0] = np.nan
    back = opened(saved(stack)).network
    assert back.runs == (3,)
    assert np.array_equal(back.theta, stack.theta, equal_nan=True)


def test_a_formula_is_kept_by_its_text():
    experiment = Experiment.default("XOR").replace(hidden_func=(CUSTOM,), formula="z * tanh(z)", epochs=3)
    training = experiment.training()
    training.advance()
    back = opened(saved(training)).network
    assert back.hidden_func[0].text == "z * tanh(z)"
    assert np.array_equal(
        back.predict_proba(training.data.X), training.network.predict_proba(training.data.X)
    )


def test_scaling_and_features_are_kept_for_new_rows():
    for name, features in (("wisconsin", ("x", "y")), ("circle", ("x2", "siny")), ("digits", ("x", "y"))):
        data = load_data(name, features=features)
        network = FFNN((data.n_inputs, data.n_outputs), seed=0)
        back = opened(saved(network, data=data))
        assert back.feature_names == data.feature_names
        assert back.class_names == data.class_names
        assert back.note == data.note
        assert np.array_equal(back.transform(data.points), data.transform(data.points))
    with pytest.raises(ValueError, match="raw inputs must have 30 columns"):
        opened(saved(FFNN((30, 1), seed=0), data=load_data("wisconsin"))).transform(np.zeros((2, 4)))


def wave(z):
    return anp.sin(z)


def test_functions_of_ones_own_need_a_name():
    network = FFNN((2, 3, 1), wave, seed=1)
    with pytest.raises(ValueError, match=r"hidden_func must be .*functions=\{.*got <function wave"):
        saved(network)
    content = saved(network, functions={"wave": wave})
    assert opened(content, functions={"wave": wave}).network.hidden_func == (wave,)
    with pytest.raises(ValueError, match=r"hidden_func must be .*functions=\{.*got 'wave'"):
        opened(content)


def test_what_is_no_network_is_not_saved():
    with pytest.raises(ValueError, match="trained must be an FFNN or a Training; got 'network'"):
        save(io.BytesIO(), "network")


def test_a_file_that_is_not_there_is_an_os_error(tmp_path):
    with pytest.raises(FileNotFoundError, match="none"):
        load(tmp_path / "none.npz")


class Bomb:
    def __reduce__(self):
        return (pytest.fail, ("a pickle was opened",))


def zipped(parts: dict[str, bytes], *, method: int = zipfile.ZIP_STORED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return file.getvalue()


def header(text: str) -> bytes:
    return b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little") + text.encode()


def claim(shape: str) -> bytes:
    return header(f"{{'descr': '<f8', 'fortran_order': False, 'shape': {shape}}}\n")


def object_array() -> bytes:
    file = io.BytesIO()
    np.save(file, np.array([Bomb()], dtype=object), allow_pickle=True)
    return file.getvalue()


def zip_bomb() -> bytes:
    return zipped({"network.npy": bytes(MAX_BYTES + 1)}, method=zipfile.ZIP_DEFLATED)


HOSTILE = {
    "empty": b"",
    "text": b"hello",
    "pickle": pickle.dumps(Bomb()),
    "npy": object_array(),
    "cut": XOR_FILE[: len(XOR_FILE) // 2],
    "empty zip": zipped({}),
    "other zip": zipped({"a.txt": b"hello"}),
    "pickle inside": zipped({"network.npy": object_array()}),
    "pickle as layer": rewritten(XOR_FILE, weights_0=np.array([Bomb()], dtype=object)),
    "huge claim": zipped({"network.npy": claim("(10**15,)")}),
    "huge shape": zipped({"network.npy": claim("(999999999999,)")}),
    "header no dict": zipped({"network.npy": header("__import__('os')\n")}),
    "header broken": zipped({"network.npy": header("{'descr': (((\n")}),
    "zip bomb": zip_bomb,
    "many parts": zipped({f"weights_{i}.npy": b"" for i in range(1000)}),
    "no description": rewritten(XOR_FILE, network=None),
    "description of numbers": rewritten(XOR_FILE, network=np.zeros(3)),
    "description no text": rewritten(XOR_FILE, network=np.full(9, 255, np.uint8)),
    "description no object": rewritten(XOR_FILE, network=np.frombuffer(b"[1]", np.uint8)),
    "deep description": rewritten(XOR_FILE, network=np.frombuffer(b"[" * 100_000, np.uint8)),
    "other format": rewritten(XOR_FILE, meta={"format": "other"}),
    "other version": rewritten(XOR_FILE, meta={"version": 2}),
    "dims missing": rewritten(XOR_FILE, meta={"dimensions": None}),
    "dims huge": rewritten(XOR_FILE, meta={"dimensions": [10**9, 10**9, 1]}),
    "dims negative": rewritten(XOR_FILE, meta={"dimensions": [2, -3, 1]}),
    "dims of words": rewritten(XOR_FILE, meta={"dimensions": ["2", 3, 1]}),
    "layer missing": rewritten(XOR_FILE, weights_1=None),
    "layer of another shape": rewritten(XOR_FILE, weights_1=np.zeros((3, 1))),
    "layer of words": rewritten(XOR_FILE, weights_1=np.full((4, 1), "a")),
    "unknown activation": rewritten(XOR_FILE, meta={"hidden_func": ["os.system"]}),
    "activation no name": rewritten(XOR_FILE, meta={"hidden_func": [3]}),
    "too many activations": rewritten(XOR_FILE, meta={"hidden_func": ["tanh"] * 3}),
    "hostile formula": rewritten(XOR_FILE, meta={"hidden_func": [{"formula": "__import__('os')"}]}),
    "unknown cost": rewritten(XOR_FILE, meta={"cost_func": "print"}),
    "unknown init": rewritten(XOR_FILE, meta={"init": ["he"]}),
    "unknown dtype": rewritten(XOR_FILE, meta={"dtype": "object"}),
    "runs huge": rewritten(XOR_FILE, meta={"runs": [10**12]}),
    "runs without seeds": rewritten(saved(FFNN((2, 1), seed=[1, 2])), meta={"seed": None}),
    "seeds of another number": rewritten(saved(FFNN((2, 1), seed=[1, 2])), meta={"seed": [1] * 3}),
    "seed no number": rewritten(XOR_FILE, meta={"seed": "x"}),
    "seed nested": rewritten(XOR_FILE, meta={"seed": [[1]]}),
    "features unknown": rewritten(XOR_FILE, meta={"features": ["x", "os"]}),
    "features of another number": rewritten(XOR_FILE, meta={"features": ["x"]}),
    "names no list": rewritten(XOR_FILE, meta={"class_names": "ab"}),
    "offset alone": rewritten(XOR_FILE, offset=np.zeros(2)),
    "scaling of another width": rewritten(XOR_FILE, offset=np.zeros(3), factor=np.ones(3)),
    "scaling not finite": rewritten(XOR_FILE, offset=np.zeros(2), factor=np.full(2, np.nan)),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_a_file_that_is_no_network_is_refused_in_a_sentence(name, tmp_path):
    hostile = HOSTILE[name]
    # What takes long to make is made by the one worker that needs it, not by each that collects the tests.
    content = hostile() if callable(hostile) else hostile
    with pytest.raises(ValueError, match="must") as caught:
        opened(content)
    assert len(str(caught.value)) < 400
    path = tmp_path / "file.npz"
    path.write_bytes(content)
    with pytest.raises(ValueError, match="must"):
        load(path)


@given(st.integers(0, len(XOR_FILE) - 1), st.integers(0, 255), st.integers(0, len(XOR_FILE)))
@settings(max_examples=300, deadline=None)
def test_a_damaged_file_is_read_or_refused(place, byte, end):
    damaged = bytearray(XOR_FILE)
    damaged[place] = byte
    for content in (bytes(damaged), bytes(damaged[:end])):
        try:
            network = opened(content).network
        except ValueError as error:
            sentence = str(error)
        else:
            assert network.dimensions == (2, 3, 1)
            continue
        assert "must" in sentence
