"""TensorFlow Playground's addresses open the same setting, and say what cannot be the same."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nncore.experiment import Experiment
from ui.shared.tfp_link import EPOCHS, Linked, LinkError, read_link

HOST = "https://playground.tensorflow.org/"
# What the site writes into its address bar when one opens it and clicks once.
WHOLE = (
    "#activation=tanh&batchSize=10&dataset=circle&regDataset=reg-plane&learningRate=0.03&regularizationRate=0"
    "&noise=0&networkShape=4,2&seed=0.98765&showTestData=false&discretize=false&percTrainData=50&x=true&y=true"
    "&xTimesY=false&xSquared=false&ySquared=false&cosX=false&sinX=false&cosY=false&sinY=false&collectStats=false"
    "&problem=classification&initZero=false&hideText=false"
)


def opened(hash_text: str) -> Linked:
    return read_link(f"{HOST}#{hash_text}")


def about(linked: Linked, words: str) -> bool:
    return any(words in note for note in linked.notes)


def test_the_address_of_a_first_visit() -> None:
    linked = read_link(HOST + WHOLE)
    wanted = Experiment.default("circle").replace(
        samples=500, noise=0.0, split=0.5, features=("x", "y"), hidden=(4, 2), hidden_func=("tanh",),
        scheduler="Constant", eta=0.03, batch_size=10, epochs=EPOCHS, seed=98765, data_seed=98765,
    )  # fmt: skip
    assert linked.experiment == wanted
    assert (linked.discrete, linked.show_val) == (False, False)
    assert len(linked.notes) == 4
    assert about(linked, f"here it rests after {EPOCHS} epochs, and Play goes on")


def test_what_is_left_out_has_that_playgrounds_defaults() -> None:
    assert opened("noise=0").experiment == read_link(HOST + WHOLE.replace("seed=0.98765", "seed=")).experiment


@pytest.mark.parametrize(
    "text", [WHOLE, WHOLE[1:], HOST + WHOLE, "  " + HOST + WHOLE + "\n", HOST + "?hl=de" + WHOLE]
)
def test_an_address_may_come_whole_or_in_part(text: str) -> None:
    assert read_link(text).experiment == read_link(HOST + WHOLE).experiment


@pytest.mark.parametrize(
    ("key", "value", "field", "expected"),
    [
        ("activation", "relu", "hidden_func", ("RELU",)),
        ("activation", "linear", "hidden_func", ("identity",)),
        ("activation", "sigmoid", "hidden_func", ("sigmoid",)),
        ("batchSize", "27", "batch_size", 27),
        ("dataset", "xor", "data", "xor_cloud"),
        ("dataset", "gauss", "data", "gauss"),
        ("dataset", "spiral", "data", "spiral"),
        ("learningRate", "0.00001", "eta", 1e-5),
        ("learningRate", "10", "eta", 10.0),
        ("noise", "35", "noise", 0.35),
        ("percTrainData", "70", "split", 0.7),
        ("networkShape", "8,7,6,5,4,3", "hidden", (8, 7, 6, 5, 4, 3)),
        ("networkShape", "", "hidden", ()),
        ("initZero", "true", "init", "zeros"),
        ("xTimesY", "true", "features", ("x", "y", "xy")),
        ("xSquared", "true", "features", ("x", "y", "x2")),
        ("ySquared", "true", "features", ("x", "y", "y2")),
        ("sinX", "true", "features", ("x", "y", "sinx")),
        ("sinY", "true", "features", ("x", "y", "siny")),
        ("x", "false", "features", ("y",)),
        ("dataset", "SPIRAL", "data", "spiral"),
        ("Activation", "ReLU", "hidden_func", ("RELU",)),
        ("learningrate", "0,3", "eta", 0.3),
        ("Y", "False", "features", ("x",)),
    ],
)
def test_every_setting_is_taken_over(key: str, value: str, field: str, expected: object) -> None:
    assert getattr(opened(f"{key}={value}").experiment, field) == expected


@pytest.mark.parametrize(("kind", "lam", "lam1"), [("L2", 0.01, 0.0), ("L1", 0.0, 0.01), ("none", 0.0, 0.0)])
def test_regularisation_goes_to_its_own_field(kind: str, lam: float, lam1: float) -> None:
    experiment = opened(f"regularization={kind}&regularizationRate=0.01").experiment
    assert (experiment.lam, experiment.lam1) == (lam, lam1)


@pytest.mark.parametrize(("name", "data"), [("reg-plane", "reg_plane"), ("reg-gauss", "reg_gauss")])
def test_a_regression_opens_with_half_the_rate_and_says_why(name: str, data: str) -> None:
    linked = opened(f"problem=regression&regDataset={name}&learningRate=0.1&dataset=spiral")
    assert (linked.experiment.data, linked.experiment.eta, linked.experiment.samples) == (data, 0.05, 1200)
    assert about(linked, "no factor one half")
    assert not about(linked, "logistic cost")


def test_the_steps_of_a_regression_are_the_same_with_a_penalty_too() -> None:
    """The factor one half that their cost has and ours has not is one between cost and penalty as well."""
    linked = opened("problem=regression&learningRate=0.1&regularization=L2&regularizationRate=0.01")
    theirs, ours = (0.1, 0.01), (linked.experiment.eta, linked.experiment.lam)
    assert ours[0] * ours[1] == pytest.approx(theirs[0] * theirs[1])
    assert about(linked, "the penalty 0.01 became 0.02")
    assert not about(opened("problem=regression&regularizationRate=0.01"), "the penalty")
    assert opened("regularization=L2&regularizationRate=0.01").experiment.lam == 0.01


def test_what_l1_does_there_is_told() -> None:
    assert about(opened("regularization=L1&regularizationRate=0.01"), "stays zero for good")
    assert not about(opened("regularization=L1"), "stays zero for good")


def test_how_it_is_shown_comes_along() -> None:
    linked = opened("discretize=true&showTestData=true")
    assert (linked.discrete, linked.show_val) == (True, True)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("dataset_hide=true&noise_hide=false", "The link hides controls (dataset)"),
        ("hideText=true", "The link hides controls (its text)"),
        ("cosX=true", "cos x and cos y can stand in a link"),
        ("tutorial=cnn", "The tutorial"),
        ("collectStats=true", "nothing is collected"),
        ("seed=abc", "another random generator"),
        ("problem=regression&regDataset=reg-argmax", "old versions only"),
        ("networkShape=1,2,3,4,5,6,7,8", "The link has 8 hidden layers; the first 6"),
        ("x=false&y=false", "chooses no input feature"),
        (
            "activation=swish",
            "activation must be one of relu, tanh, sigmoid, linear; got 'swish'. tanh is used instead.",
        ),
        ("noise=loud", "noise must be a number; got 'loud'. 0 is used instead."),
        (
            "learningRate=0",
            "Learning rate must be a number from 1e-6 to 1000 here; got 0. The nearest, 1e-6, is used",
        ),
        ("learningRate=Infinity", "learningRate must be a finite number; got 'Infinity'."),
        ("noise=90", "Noise must be a number from 0 to 0.5 here; got 90 %. The nearest, 0.5, is used"),
        ("noise=-5", "Noise must be a number from 0 to 0.5 here; got -5 %. The nearest, 0, is used"),
        (
            "percTrainData=500",
            "must be a number from 0.1 to 1 here; got 500 %. The nearest, 1, is used",
        ),
        ("percTrainData=999", "must be a number from 0.1 to 1 here; got 999 %. The nearest, 1, is used"),
        ("batchSize=1e300", "got 1e300. The nearest, 5000, is used"),
        (
            "networkShape=4,x",
            "networkShape must be whole numbers joined by commas; got '4,x'. 4,2 is used",
        ),
        ("networkShape=4,-2", "must be layers of 1 to 256 neurons; got '4,-2'. 4,2 is used"),
        ("regularization=L1&regularizationRate=0.01", "The L1 penalty stands under “More choices”"),
        (
            "problem=regression&regularization=L2&regularizationRate=10",
            "L2 penalty λ must be 0 or a number from 1e-8 to 10 here; got 20. The nearest, 10, is used",
        ),
        ("batchSize=0", "batchSize must be 1 or more; got 0."),
        ("noise=0&colour=red", "“colour” is not a setting"),
    ],
)
def test_what_cannot_be_matched_is_said_in_a_sentence(text: str, sentence: str) -> None:
    linked = opened(text)
    assert about(linked, sentence), linked.notes
    assert all(note.endswith(".") for note in linked.notes)
    assert set(linked.refused) <= set(linked.notes)
    used_otherwise = ("instead", "ignored", "are used", "of them")
    assert any(sentence in note for note in linked.refused) is any(
        words in note for note in linked.notes if sentence in note for words in used_otherwise
    )


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "not an address of TensorFlow Playground"),
        ("hello", "not an address of TensorFlow Playground"),
        ("https://playground.tensorflow.org/", "no setting in it"),
        ("https://example.org/#a=1&b=2", "not an address of TensorFlow Playground"),
        ("#" + "noise=1&" * 1000, "at most 4000 characters; this text has 8,001"),
    ],
)
def test_what_is_no_such_address_is_refused(text: str, sentence: str) -> None:
    with pytest.raises(LinkError, match=sentence):
        read_link(text)


@given(
    st.dictionaries(
        st.sampled_from([*WHOLE.replace("=", "&").split("&")[::2], "x_hide", "junk"]), st.text(max_size=12)
    )
)
def test_any_values_give_an_experiment_or_a_sentence(pairs: dict[str, str]) -> None:
    text = "noise=0&" + "&".join(f"{name}={value}" for name, value in pairs.items())
    linked = read_link("#" + text.replace("#", ""))
    assert isinstance(linked.experiment, Experiment)
    assert linked.experiment.dataset().X.shape[1] == len(linked.experiment.features)


def test_the_same_link_runs() -> None:
    training = (
        opened("dataset=circle&networkShape=4&learningRate=0.1").experiment.replace(epochs=30).training()
    )
    training.advance()
    assert training.history["train_errors"][-1] < 0.7 * training.start_cost
