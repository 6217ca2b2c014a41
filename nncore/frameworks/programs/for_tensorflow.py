"""The program in TensorFlow, the low-level way: variables, a tape, the update written out."""

from __future__ import annotations

from nncore.experiment.fields import CUSTOM
from nncore.frameworks.formulas import NAMES_OF_NUMPY
from nncore.frameworks.programs.plan import Plan, formula_source
from nncore.frameworks.programs.sections import Section

INSTALL = "pip install tensorflow-cpu"

ACTIVATIONS = {
    "identity": "tf.identity",
    "sigmoid": "tf.sigmoid",
    "softmax": "tf.nn.softmax",
    "RELU": "tf.nn.relu",
    "LRELU": "leaky_relu",
    "tanh": "tf.tanh",
    "ELU": "tf.nn.elu",
    "GELU": "gelu",
    "softplus": "tf.nn.softplus",
    CUSTOM: "custom",
}

HELPERS = {
    "LRELU": "def leaky_relu(z):\n    return tf.nn.leaky_relu(z, 0.001)\n",
    "GELU": "def gelu(z):\n    return tf.nn.gelu(z, approximate=True)\n",
}

FUNCTIONS = {
    **{name: f"tf.{name}" for name in NAMES_OF_NUMPY},
    "log": "tf.math.log",
    "erf": "tf.math.erf",
    "arctan": "tf.atan",
    "sigmoid": "tf.sigmoid",
    "softplus": "tf.nn.softplus",
    "relu": "tf.nn.relu",
}

# Names of a scheduler's memory, and its rule for one parameter p with gradient g.
RULES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "Constant": ((), ("p.assign_sub(eta * g)",)),
    "Momentum": (("change",), ("change.assign({0.momentum!r} * change + eta * g)", "p.assign_sub(change)")),
    "Adagrad": (
        ("squares",),
        ("squares.assign_add(g * g)", "p.assign_sub(eta * g / (tf.sqrt(squares) + 1e-8))"),
    ),
    "AdagradMomentum": (
        ("squares", "change"),
        (
            "squares.assign_add(g * g)",
            "change.assign({0.momentum!r} * change + eta * g / (tf.sqrt(squares) + 1e-8))",
            "p.assign_sub(change)",
        ),
    ),
    "RMS_prop": (
        ("squares",),
        (
            "squares.assign({0.rho!r} * squares + (1 - {0.rho!r}) * g * g)",
            "p.assign_sub(eta * g / (tf.sqrt(squares) + 1e-8))",
        ),
    ),
    "Adam": (
        ("first", "second"),
        (
            "first.assign({0.rho!r} * first + (1 - {0.rho!r}) * g)",
            "second.assign({0.rho2!r} * second + (1 - {0.rho2!r}) * g * g)",
            "unbiased = first / share(count, {0.rho!r})  # both means start at 0: divide that out",
            "root = tf.sqrt(second / share(count, {0.rho2!r}))",
            "p.assign_sub(eta * unbiased / (root + 1e-8))",
        ),
    ),
}


def sections(plan: Plan) -> list[Section]:
    """Return what follows the data: tensors, variables, model, loss, step, training, result."""
    parts = [_tensors(), plan.settings()]
    parts.append(_own_start(plan) if plan.own_weights else plan.start())
    return [*parts, _model(plan), _loss(plan), _step(plan), _training(plan), _result(plan)]


def _tensors() -> Section:
    lines = [
        "import tensorflow as tf",
        "",
        "X = tf.constant(X_train, tf.float32)",
        "t = tf.constant(t_train, tf.float32)",
    ]
    return Section(
        "Tensors", "TensorFlow computes with tensors, usually of 32 bits a number.", "\n".join(lines)
    )


def _own_start(plan: Plan) -> Section:
    lines = [
        f"sizes = {list(plan.dimensions)}",
        f"draw = tf.initializers.GlorotUniform(seed={plan.experiment.seed})",
        "start = [(draw((n_in, n_out)), np.zeros(n_out)) for n_in, n_out in zip(sizes, sizes[1:])]",
    ]
    return Section(
        "Starting weights", "Drawn by TensorFlow's usual initialiser; biases start at 0.", "\n".join(lines)
    )


def _model(plan: Plan) -> Section:
    used = (*plan.hidden, "identity" if plan.logits else plan.output)
    lines = [HELPERS[name] for name in HELPERS if name in used]
    if CUSTOM in used:
        lines += ["def custom(z):", f"    return {formula_source(plan.experiment.formula, FUNCTIONS)}", ""]
    lines += [
        "layers = [(tf.Variable(w, dtype=tf.float32), tf.Variable(b, dtype=tf.float32)) for w, b in start]",
        f"activations = [{', '.join(ACTIVATIONS[name] for name in used)}]",
        "",
        "def model(a):",
        "    for (weights, biases), activation in zip(layers, activations):",
        "        a = activation(a @ weights + biases)",
        "    return a",
    ]
    ends = (
        f" The last {plan.output} is missing on purpose: the loss contains it, which is exact for very sure "
        "answers."
    )
    text = "A matrix product and an activation per layer; variables are what can change."
    return Section("Model", text + (ends if plan.logits else ""), "\n".join(lines))


def _loss(plan: Plan) -> Section:
    if plan.cost == "CostCrossEntropy":
        each = "tf.nn.softmax_cross_entropy_with_logits(targets, outputs)"
    elif plan.cost == "CostLogReg":
        each = "tf.reduce_sum(tf.nn.sigmoid_cross_entropy_with_logits(targets, outputs), axis=1)"
    else:
        each = "tf.reduce_sum((outputs - targets) ** 2, axis=1)"
    lines = ["def loss_function(targets, outputs):", f"    return tf.reduce_mean({each})"]
    return Section("Loss", "What training makes small: the mean over the rows.", "\n".join(lines))


def _step(plan: Plan) -> Section:
    e = plan.experiment
    memory, rule = RULES[e.scheduler]
    lines = [
        "parameters = [part for layer in layers for part in layer]",
        "eta = tf.Variable(ETA, dtype=tf.float32)",
    ]
    lines += [f"{name}_of = [tf.Variable(tf.zeros_like(p)) for p in parameters]" for name in memory]
    if e.scheduler == "Adam":
        lines += [
            "count = tf.Variable(0.0, dtype=tf.float64)  # steps taken so far",
            "",
            "def share(count, decay):  # in 64 bits: 1 - 0.999 would lose three digits",
            "    return tf.cast(1 - decay**count, tf.float32)",
        ]
    lines += [
        "",
        "@tf.function  # compiled at its first call",
        "def step(x, targets):",
        "    with tf.GradientTape() as tape:  # records what happens to the variables",
        "        loss = loss_function(targets, model(x))",
    ]
    if e.lam:
        lines.append(
            f"        loss += {e.lam!r} / 2 * sum(tf.reduce_sum(weights**2) for weights, _ in layers)"
        )
    if e.lam1:
        lines.append(
            f"        loss += {e.lam1!r} * sum(tf.reduce_sum(tf.abs(weights)) for weights, _ in layers)"
        )
    lines.append("    gradients = tape.gradient(loss, parameters)")
    if e.scheduler == "Adam":
        lines.append("    count.assign_add(1.0)")
    zipped = ", ".join(["parameters", "gradients", *(f"{name}_of" for name in memory)])
    lines.append(f"    for {', '.join(['p', 'g', *memory])} in zip({zipped}):")
    lines += [f"        {line.format(e)}" for line in rule]
    lines.append("    return loss")
    text = f"Gradients from the tape, then the rule of {e.scheduler} written out, parameter by parameter."
    return Section("One step", text, "\n".join(lines))


def _training(plan: Plan) -> Section:
    lines = [*plan.order(), "for epoch in range(EPOCHS):"]
    if plan.scheduled:
        lines.append("    eta.assign(rate(epoch))")
    if plan.mini_batches:
        lines += [
            "    order = rng.permutation(len(X))",
            "    for first in range(0, len(X), BATCH_SIZE):",
            "        rows = order[first : first + BATCH_SIZE]",
            "        loss = step(tf.gather(X, rows), tf.gather(t, rows))",
        ]
    else:
        lines.append("    loss = step(X, t)")
    lines += [
        f"    if (epoch + 1) % {plan.report_every()} == 0:",
        '        print("epoch", epoch + 1, "loss of the last batch", float(loss))',
    ]
    return Section("Train", "Step after step, epoch after epoch.", "\n".join(lines))


def _result(plan: Plan) -> Section:
    lines = [
        "def report(name, X, t):",
        "    outputs = model(X)",
        '    print(name, "loss", float(loss_function(t, outputs)))',
    ]
    if plan.classes:
        right = (
            "tf.argmax(outputs, axis=1) == tf.argmax(t, axis=1)"
            if plan.n_outputs > 1
            else "(outputs > 0) == (t > 0.5)"
        )
        lines += [
            f"    right = {right}",
            '    print(name, "accuracy", float(tf.reduce_mean(tf.cast(right, tf.float32))))',
        ]
    held_out = "tf.constant(X_val, tf.float32), tf.constant(t_val, tf.float32)"
    return plan.result(lines, 'report("training", X, t)', f'report("validation", {held_out})')
