"""The program in Keras, the high-level way."""

from __future__ import annotations

from nncore.experiment.fields import CUSTOM
from nncore.frameworks.formulas import NAMES_OF_NUMPY
from nncore.frameworks.programs.plan import Plan, formula_source
from nncore.frameworks.programs.sections import Section
from nncore.frameworks.recipe import Unsupported

INSTALL = "pip install keras tensorflow-cpu"

ACTIVATIONS = {
    "identity": '"linear"',
    "sigmoid": '"sigmoid"',
    "softmax": '"softmax"',
    "RELU": '"relu"',
    "LRELU": "leaky_relu",
    "tanh": '"tanh"',
    "ELU": '"elu"',
    "GELU": "gelu",
    "softplus": '"softplus"',
    CUSTOM: "custom",
}

HELPERS = {
    "LRELU": "def leaky_relu(z):\n    return keras.activations.leaky_relu(z, negative_slope=0.001)\n",
    "GELU": "def gelu(z):\n    return keras.activations.gelu(z, approximate=True)\n",
}

OPTIMISERS = {
    "Constant": "keras.optimizers.SGD(ETA)",
    "Momentum": "keras.optimizers.SGD(ETA, momentum={0.momentum!r})",
    "Adagrad": "keras.optimizers.Adagrad(ETA, initial_accumulator_value=0.0, epsilon=1e-16)",
    "RMS_prop": "keras.optimizers.RMSprop(ETA, rho={0.rho!r}, epsilon=1e-16)",
    "Adam": "keras.optimizers.Adam(ETA, beta_1={0.rho!r}, beta_2={0.rho2!r}, epsilon=1e-8)",
}

# For runs of many mini-batches: Keras's own optimiser with nncore's place for epsilon. In small networks with
# inputs that are almost always 0 the difference grows to the fourth digit of the loss.
EXACT = {
    "Adagrad": (
        "class Adagrad(keras.optimizers.Adagrad):",
        "    def update_step(self, g, variable, learning_rate):",
        "        squares = self._accumulators[self._get_variable_index(variable)]",
        "        self.assign_add(squares, g * g)",
        "        self.assign_sub(variable, learning_rate * g / (keras.ops.sqrt(squares) + self.epsilon))",
        "",
        "optimizer = Adagrad(ETA, initial_accumulator_value=0.0, epsilon=1e-8)",
    ),
    "RMS_prop": (
        "class RMSprop(keras.optimizers.RMSprop):",
        "    def update_step(self, g, variable, learning_rate):",
        "        squares = self._velocities[self._get_variable_index(variable)]",
        "        self.assign(squares, squares * self.rho + g * g * (1 - self.rho))",
        "        self.assign_sub(variable, learning_rate * g / (keras.ops.sqrt(squares) + self.epsilon))",
        "",
        "optimizer = RMSprop(ETA, rho={0.rho!r}, epsilon=1e-8)",
    ),
    "Adam": (
        "class Adam(keras.optimizers.Adam):",
        "    def update_step(self, g, variable, learning_rate):",
        "        index = self._get_variable_index(variable)",
        "        m, v = self._momentums[index], self._velocities[index]",
        "        self.assign(m, m * self.beta_1 + g * (1 - self.beta_1))",
        "        self.assign(v, v * self.beta_2 + g * g * (1 - self.beta_2))",
        "        first, second = m / self.share(self.beta_1), v / self.share(self.beta_2)",
        "        self.assign_sub(variable, learning_rate * first / (keras.ops.sqrt(second) + self.epsilon))",
        "",
        "    def share(self, decay):  # in 64 bits: 1 - 0.999 would lose three digits",
        '        step = keras.ops.cast(self.iterations + 1, "float64")',
        '        return keras.ops.cast(1 - keras.ops.power(np.float64(decay), step), "float32")',
        "",
        "optimizer = Adam(ETA, beta_1={0.rho!r}, beta_2={0.rho2!r}, epsilon=1e-8)",
    ),
}

WHY = {
    "Adagrad": (
        " Keras starts Adagrad's sum at 0.1 and keeps epsilon inside the root; 0 and 1e-16 there are "
        "nncore's numbers."
    ),
    "RMS_prop": " Keras keeps epsilon inside the root: 1e-16 there is 1e-8 outside.",
}

EXACT_WHY = (
    " Keras has {0} ready-made; written out here only because it keeps epsilon at another place than nncore "
    "and PyTorch do, which over many mini-batches changes the fourth digit of the loss."
)

FUNCTIONS = {
    **{name: f"keras.ops.{name}" for name in NAMES_OF_NUMPY},
    "sigmoid": "keras.ops.sigmoid",
    "softplus": "keras.ops.softplus",
    "relu": "keras.ops.relu",
}


def sections(plan: Plan) -> list[Section]:
    """Return what follows the data: settings, model, compile, training, result.

    Raises
    ------
    Unsupported
        If Keras has no such optimiser.
    """
    if plan.experiment.scheduler not in OPTIMISERS:
        raise Unsupported(f"Keras has no optimiser like {plan.experiment.scheduler}.")
    parts = [plan.settings(), _model(plan)]
    if not plan.own_weights:
        parts += [plan.start(), _set_weights()]
    return [*parts, _compile(plan), _training(plan), _result(plan)]


def _model(plan: Plan) -> Section:
    e = plan.experiment
    lines = ["import keras", ""]
    if plan.own_weights:
        lines += [f"keras.utils.set_random_seed({e.seed})", ""]
    used = (*plan.hidden, "identity" if plan.logits else plan.output)
    lines += [HELPERS[name] for name in HELPERS if name in used]
    if CUSTOM in used:
        lines += ["def custom(z):", f"    return {formula_source(e.formula, FUNCTIONS)}", ""]
    regular = ""
    if e.lam or e.lam1:
        lines.append(
            f"penalty = keras.regularizers.L1L2(l1={e.lam1!r}, l2={e.lam / 2!r})  # its L2 has no factor 1/2"
        )
        regular = ", kernel_regularizer=penalty"
    lines += ["model = keras.Sequential([", f"    keras.Input(({plan.dimensions[0]},)),"]
    for width, name in zip(plan.dimensions[1:], used, strict=True):
        activation = "" if name == "identity" else f", activation={ACTIVATIONS[name]}"
        lines.append(f"    keras.layers.Dense({width}{activation}{regular}),")
    lines += ["])", "model.summary()"]
    ends = (
        f" The last {plan.output} is missing on purpose: the loss contains it (from_logits), which is exact "
        "for very sure answers."
    )
    return Section(
        "Model", "Dense layers, one after the other." + (ends if plan.logits else ""), "\n".join(lines)
    )


def _set_weights() -> Section:
    lines = [
        "for layer, (weights, biases) in zip(model.layers, start):",
        "    layer.set_weights([weights, biases])",
    ]
    return Section(
        "Put the weights in", "Keras keeps weights as (inputs, outputs), as nncore does.", "\n".join(lines)
    )


def _loss(plan: Plan) -> list[str]:
    if plan.cost == "CostCrossEntropy":
        return ["loss_function = keras.losses.CategoricalCrossentropy(from_logits=True)"]
    if plan.n_outputs == 1:
        name = "BinaryCrossentropy(from_logits=True)" if plan.classes else "MeanSquaredError()"
        return [f"loss_function = keras.losses.{name}"]
    term = (
        "keras.ops.binary_crossentropy(targets, outputs, from_logits=True)"
        if plan.classes
        else "(outputs - targets) ** 2"
    )
    return [
        "def loss_function(targets, outputs):",
        f"    return keras.ops.mean(keras.ops.sum({term}, axis=1))",
        "",
    ]


def _compile(plan: Plan) -> Section:
    e = plan.experiment
    exact = plan.mini_batches and not plan.own_weights and e.scheduler in EXACT
    rule = EXACT[e.scheduler] if exact else (f"optimizer = {OPTIMISERS[e.scheduler]}",)
    lines = [*_loss(plan), *([""] if exact else []), *(line.format(e) for line in rule)]
    lines.append("model.compile(optimizer=optimizer, loss=loss_function)")
    text = "The loss is what training makes small; the optimiser turns gradients into steps."
    text += EXACT_WHY.format(e.scheduler) if exact else WHY.get(e.scheduler, "")
    return Section("Compile", text, "\n".join(lines))


def _training(plan: Plan) -> Section:
    every = plan.report_every()
    if plan.own_weights:
        return _plain_fit(plan)
    if not plan.mini_batches:
        lines, more = [], ""
        if plan.scheduled:
            lines.append("schedule = keras.callbacks.LearningRateScheduler(lambda epoch: float(rate(epoch)))")
            more = ", callbacks=[schedule]"
        lines += [
            "history = model.fit(",
            f"    X_train, t_train, batch_size=len(X_train), epochs=EPOCHS, shuffle=False, verbose=0{more}",
            ")",
            f'print("loss before every {every}th step", history.history["loss"][::{every}])',
        ]
        return Section("Train", "All rows in one batch: an epoch is one step.", "\n".join(lines))
    lines = [*plan.order(), "for epoch in range(EPOCHS):"]
    if plan.scheduled:
        lines.append("    optimizer.learning_rate = float(rate(epoch))")
    lines += [
        "    order = rng.permutation(len(X_train))",
        "    history = model.fit(",
        "        X_train[order], t_train[order], batch_size=BATCH_SIZE, epochs=1, shuffle=False, verbose=0",
        "    )",
        f"    if (epoch + 1) % {every} == 0:",
        '        print("epoch", epoch + 1, "mean loss of its batches", history.history["loss"][0])',
    ]
    text = (
        "One call of fit an epoch, with the rows in the page's order. Without that wish a single "
        "fit(..., epochs=EPOCHS, shuffle=True) does it all."
    )
    return Section("Train", text, "\n".join(lines))


def _plain_fit(plan: Plan) -> Section:
    """Return the one call that does it all, in an order of Keras's own."""
    size = "BATCH_SIZE" if plan.mini_batches else "len(X_train)"
    arguments = ["X_train", "t_train", f"batch_size={size}", "epochs=EPOCHS", "verbose=0"]
    if plan.validated:
        arguments.append("validation_data=(X_val, t_val)")
    lines = []
    if plan.scheduled:
        lines.append("schedule = keras.callbacks.LearningRateScheduler(lambda epoch: float(rate(epoch)))")
        arguments.append("callbacks=[schedule]")
    lines += [
        "history = model.fit(",
        f"    {', '.join(arguments[:5])},",
        *([f"    {', '.join(arguments[5:])},"] if arguments[5:] else []),
        ")",
        f"for epoch in range({plan.report_every() - 1}, EPOCHS, {plan.report_every()}):",
        '    print("epoch", epoch + 1, {name: values[epoch] for name, values in history.history.items()})',
    ]
    text = "fit goes through the rows EPOCHS times, in a new random order each time."
    return Section("Train", text, "\n".join(lines))


def _result(plan: Plan) -> Section:
    lines = [
        "def report(name, X, t):",
        "    outputs = model.predict(X, batch_size=len(X), verbose=0)",
        '    print(name, "loss", float(loss_function(t.astype("float32"), outputs)))',
    ]
    if plan.classes:
        right = "outputs.argmax(1) == t.argmax(1)" if plan.n_outputs > 1 else "(outputs > 0) == (t > 0.5)"
        lines += [f"    right = {right}", '    print(name, "accuracy", right.mean())']
    return plan.result(lines, 'report("training", X_train, t_train)', 'report("validation", X_val, t_val)')
