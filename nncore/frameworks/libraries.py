"""The libraries that can train an Experiment, and what each calls nncore's things: one table a library.

Adapters, programs and the page's notes on defaults read these tables. Names and defaults as seen in PyTorch
2.13, Keras 3.15, TensorFlow 2.21 and scikit-learn 1.9, whose source the sentences follow.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import Protocol

from nncore.activations import LEAK
from nncore.frameworks.recipe import MissingLibrary, Recipe, Unsupported
from nncore.frameworks.records import Call, Convention, Optimiser, named
from nncore.frameworks.running import Peer
from nncore.schedulers import DELTA


class Adapter(Protocol):
    """A class that makes a network in some library out of a recipe."""

    def __call__(self, recipe: Recipe, *, defaults: bool = False) -> Peer:
        """Return the network, with the library's own defaults where asked for."""


@dataclass(frozen=True)
class Library:
    """One library."""

    name: str
    label: str
    """`name` and `label`: key, and the name for people."""
    modules: tuple[str, ...]
    """What has to be importable."""
    install: str
    """The line that installs it."""
    adapter: str
    """``module:class`` in this package that trains a recipe."""
    about: str
    """One sentence for a student."""
    activations: Mapping[str, Call]
    losses: Mapping[str, Call]
    optimisers: Mapping[str, Optimiser]
    """`activations`, `losses` and `optimisers`: by nncore's names of activations, costs and schedulers; what
    is not there the library does not have."""
    functions: Mapping[str, str] = field(default_factory=dict)
    """Dotted names of what a typed formula may call."""
    conventions: tuple[Convention, ...] = ()
    """Where its own defaults differ, whatever the optimiser."""
    single: bool = True
    """Whether its program, and it by default, computes in float32."""

    @property
    def installed(self) -> bool:
        """Whether its modules are there; they are looked for, not imported."""
        return all(find_spec(module) is not None for module in self.modules)

    def optimiser(self, scheduler: str) -> Optimiser:
        """Return what the library has for a scheduler.

        Raises
        ------
        Unsupported
            If it has nothing like it: one sentence.
        """
        if scheduler not in self.optimisers:
            raise Unsupported(f"{self.label} has no optimiser like {scheduler}.")
        return self.optimisers[scheduler]

    def activation(self, name: str) -> Call:
        """Return what the library calls one of nncore's activations.

        Raises
        ------
        Unsupported
            If it has nothing like it: one sentence.
        """
        if name not in self.activations:
            raise Unsupported(f"{self.label} has no activation like {name}.")
        return self.activations[name]

    def functions_in(self, **modules: ModuleType) -> dict[str, Callable[..., object]]:
        """Return what a typed formula may call, where names begin with one of these modules."""
        return {name: named(path, modules) for name, path in self.functions.items()}

    def load(self) -> Adapter:
        """Import the adapter and return its class.

        Raises
        ------
        MissingLibrary
            If the library is not installed: its name, and the line that installs it.
        """
        if not self.installed:
            raise MissingLibrary(f"{self.label} is not installed; {self.install} installs it.")
        module, _, name = self.adapter.partition(":")
        loaded: Adapter = getattr(import_module(f".{module}", __package__), name)
        return loaded


_NAMES_OF_NUMPY = (
    "exp", "log", "sqrt", "abs", "sin", "cos", "tanh", "sinh", "cosh", "arctan", "erf",
    "maximum", "minimum", "where",
)  # fmt: skip


def _functions(prefix: str, **otherwise: str) -> dict[str, str]:
    """Return the names of functions that are NumPy's, and those that are not."""
    return {**{name: f"{prefix}.{name}" for name in _NAMES_OF_NUMPY}, **otherwise}


def _decays(optimiser: str) -> Convention:
    sentence = f"{optimiser} has the decays 0.9 and 0.999, here {{rho:g}} and {{rho2:g}}."
    return Convention(sentence, lambda recipe: (recipe.rho, recipe.rho2) != (0.9, 0.999))


def _precision(library: str) -> Convention:
    return Convention(f"{library} computes in float32 unless told otherwise; nncore in float64.")


PYTORCH = Library(
    name="pytorch",
    label="PyTorch",
    modules=("torch",),
    install="pip install torch==2.13.0",
    adapter="with_pytorch:PyTorchNetwork",
    about="Layers are objects, the training loop is yours to write.",
    activations={
        "identity": Call("nn.Identity"),
        "sigmoid": Call("nn.Sigmoid"),
        "softmax": Call("nn.Softmax", {"dim": 1}),
        "RELU": Call("nn.ReLU"),
        "LRELU": Call("nn.LeakyReLU", {"negative_slope": LEAK}),
        "tanh": Call("nn.Tanh"),
        "ELU": Call("nn.ELU"),
        "GELU": Call("nn.GELU", {"approximate": "tanh"}),
        "softplus": Call("nn.Softplus"),
    },
    losses={
        "CostCrossEntropy": Call("nn.CrossEntropyLoss"),
        "CostLogReg": Call("nn.BCEWithLogitsLoss"),
        "CostOLS": Call("nn.MSELoss"),
    },
    optimisers={
        "Constant": Optimiser("torch.optim.SGD"),
        "Momentum": Optimiser("torch.optim.SGD", {"momentum": "momentum"}),
        "Adagrad": Optimiser(
            "torch.optim.Adagrad",
            constants={"eps": DELTA},
            conventions=(Convention("PyTorch's Adagrad adds 1e-10 to the root, nncore 1e-8."),),
        ),
        "RMS_prop": Optimiser(
            "torch.optim.RMSprop",
            {"alpha": "rho"},
            {"eps": DELTA},
            conventions=(
                Convention(
                    "PyTorch's RMSprop has a decay of 0.99 (alpha): it forgets more slowly than ρ = {rho:g}.",
                    lambda recipe: recipe.rho != 0.99,
                ),
            ),
        ),
        "Adam": Optimiser(
            "torch.optim.Adam",
            {"betas": ("rho", "rho2")},
            {"eps": DELTA},
            conventions=(_decays("PyTorch's Adam"),),
        ),
    },
    functions=_functions(
        "torch", sigmoid="torch.sigmoid", softplus="nn.functional.softplus", relu="torch.relu"
    ),
    conventions=(
        Convention(
            "PyTorch's weight_decay pulls at the biases as well as at the weights.",
            lambda recipe: recipe.lam,
        ),
        _precision("PyTorch"),
    ),
)

_INSIDE_ROOT = 1e-16
"""What takes the place of nncore's 1e-8 outside a root: its square."""

_KERAS_SUBCLASSES = "nncore.frameworks.with_keras_optimisers"

KERAS = Library(
    name="keras",
    label="Keras",
    modules=("keras", "tensorflow"),
    install="pip install keras tensorflow-cpu",
    adapter="with_keras:KerasNetwork",
    about="The high-level way: stack layers, compile, fit.",
    activations={
        "identity": Call("keras.activations.linear"),
        "sigmoid": Call("keras.activations.sigmoid"),
        "softmax": Call("keras.activations.softmax"),
        "RELU": Call("keras.activations.relu"),
        "LRELU": Call("keras.activations.leaky_relu", {"negative_slope": LEAK}),
        "tanh": Call("keras.activations.tanh"),
        "ELU": Call("keras.activations.elu"),
        "GELU": Call("keras.activations.gelu", {"approximate": True}),
        "softplus": Call("keras.activations.softplus"),
    },
    losses={
        "CostCrossEntropy": Call("keras.losses.CategoricalCrossentropy", {"from_logits": True}),
        "CostLogReg": Call("keras.losses.BinaryCrossentropy", {"from_logits": True}),
        "CostOLS": Call("keras.losses.MeanSquaredError"),
    },
    optimisers={
        "Constant": Optimiser("keras.optimizers.SGD"),
        "Momentum": Optimiser("keras.optimizers.SGD", {"momentum": "momentum"}),
        "Adagrad": Optimiser(
            "keras.optimizers.Adagrad",
            constants={"initial_accumulator_value": 0.0, "epsilon": _INSIDE_ROOT},
            subclasses=_KERAS_SUBCLASSES,
            conventions=(
                Convention(
                    "Keras's Adagrad starts its sum of squares at 0.1, so that its first steps are much "
                    "shorter."
                ),
                Convention("Keras's Adagrad adds 1e-7 inside the root, nncore 1e-8 outside."),
            ),
        ),
        "RMS_prop": Optimiser(
            "keras.optimizers.RMSprop",
            {"rho": "rho"},
            {"epsilon": _INSIDE_ROOT},
            _KERAS_SUBCLASSES,
            conventions=(
                Convention(
                    "Keras's RMSprop has ρ = 0.9, here it is {rho:g}.", lambda recipe: recipe.rho != 0.9
                ),
                Convention("Keras's RMSprop adds 1e-7 inside the root, nncore 1e-8 outside."),
            ),
        ),
        "Adam": Optimiser(
            "keras.optimizers.Adam",
            {"beta_1": "rho", "beta_2": "rho2"},
            {"epsilon": DELTA},
            _KERAS_SUBCLASSES,
            conventions=(
                _decays("Keras's Adam"),
                Convention(
                    "Keras's Adam adds 1e-7 to the root before the bias correction, nncore 1e-8 after it."
                ),
            ),
        ),
    },
    functions=_functions(
        "keras.ops", sigmoid="keras.ops.sigmoid", softplus="keras.ops.softplus", relu="keras.ops.relu"
    ),
    conventions=(
        Convention(
            "Keras's L2 has no factor 1/2: the same λ pulls twice as hard.", lambda recipe: recipe.lam
        ),
        _precision("Keras"),
    ),
)

TENSORFLOW = Library(
    name="tensorflow",
    label="TensorFlow",
    modules=("tensorflow",),
    install="pip install tensorflow-cpu",
    adapter="with_tensorflow:TensorFlowNetwork",
    about="The low-level way: variables, a tape that records the gradient, the update written out.",
    activations={
        "identity": Call("tf.identity"),
        "sigmoid": Call("tf.sigmoid"),
        "softmax": Call("tf.nn.softmax"),
        "RELU": Call("tf.nn.relu"),
        "LRELU": Call("tf.nn.leaky_relu", {"alpha": LEAK}),
        "tanh": Call("tf.tanh"),
        "ELU": Call("tf.nn.elu"),
        "GELU": Call("tf.nn.gelu", {"approximate": True}),
        "softplus": Call("tf.nn.softplus"),
    },
    losses={
        "CostCrossEntropy": Call("tf.nn.softmax_cross_entropy_with_logits"),
        "CostLogReg": Call("tf.nn.sigmoid_cross_entropy_with_logits"),
        "CostOLS": Call("tf.math.squared_difference"),
    },
    # The rules are written out: what they remember of every parameter.
    optimisers={
        "Constant": Optimiser(),
        "Momentum": Optimiser(memory=("change",)),
        "Adagrad": Optimiser(memory=("squares",)),
        "AdagradMomentum": Optimiser(memory=("squares", "change")),
        "RMS_prop": Optimiser(memory=("squares",)),
        "Adam": Optimiser(memory=("first", "second")),
    },
    functions=_functions(
        "tf",
        log="tf.math.log",
        erf="tf.math.erf",
        arctan="tf.atan",
        sigmoid="tf.sigmoid",
        softplus="tf.nn.softplus",
        relu="tf.nn.relu",
    ),
    conventions=(_precision("TensorFlow"),),
)

SKLEARN = Library(
    single=False,
    name="sklearn",
    label="scikit-learn",
    modules=("sklearn",),
    install="pip install scikit-learn",
    adapter="with_sklearn:SklearnNetwork",
    about="One estimator that does everything, for those who only want the answer.",
    activations={
        "identity": Call("identity"),
        "sigmoid": Call("logistic"),
        "tanh": Call("tanh"),
        "RELU": Call("relu"),
    },
    losses={
        "CostCrossEntropy": Call("MLPClassifier"),
        "CostLogReg": Call("MLPClassifier"),
        "CostOLS": Call("MLPRegressor"),
    },
    optimisers={
        "Constant": Optimiser(
            "sgd",
            constants={"momentum": 0.0, "nesterovs_momentum": False},
            conventions=(
                Convention(
                    "scikit-learn's sgd has a Nesterov momentum of 0.9, so that its steps add up to about "
                    "ten times the length."
                ),
            ),
        ),
        "Momentum": Optimiser(
            "sgd",
            {"momentum": "momentum"},
            {"nesterovs_momentum": False},
            conventions=(
                Convention(
                    "scikit-learn's sgd has a Nesterov momentum of 0.9, which looks one step ahead; here it "
                    "is plain."
                ),
                Convention(
                    "Here the momentum is {momentum:g}, not 0.9.", lambda recipe: recipe.momentum != 0.9
                ),
            ),
        ),
        "Adam": Optimiser(
            "adam",
            {"beta_1": "rho", "beta_2": "rho2"},
            {"epsilon": DELTA},
            conventions=(
                _decays("scikit-learn's Adam"),
                Convention(
                    "scikit-learn's Adam adds 1e-8 to the root before the bias correction, nncore after it."
                ),
            ),
        ),
    },
    conventions=(
        Convention(
            "scikit-learn adds an L2 penalty of alpha = 0.0001 unless told otherwise.",
            lambda recipe: not recipe.lam,
        ),
        Convention("scikit-learn divides its alpha by the size of the batch.", lambda recipe: recipe.lam),
        Convention(
            "MLPRegressor minimises half the squared error, so the same rate takes half the step.",
            lambda recipe: not recipe.classification,
        ),
    ),
)

LIBRARIES: dict[str, Library] = {library.name: library for library in (PYTORCH, KERAS, TENSORFLOW, SKLEARN)}
