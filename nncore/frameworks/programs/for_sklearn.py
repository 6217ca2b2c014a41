"""The program in scikit-learn."""

from __future__ import annotations

from nncore.frameworks.limits import SKLEARN_ACTIVATIONS, check_sklearn
from nncore.frameworks.programs.plan import Plan
from nncore.frameworks.programs.sections import Section

INSTALL = "pip install scikit-learn"


def sections(plan: Plan) -> list[Section]:
    """Return what follows the data: settings, estimator, weights, training, result.

    Raises
    ------
    Unsupported
        If scikit-learn's MLP cannot be this network.
    """
    e = plan.experiment
    check_sklearn(scheduler=e.scheduler, hidden=plan.hidden, output=plan.output, cost=plan.cost, lam1=e.lam1)
    parts = [plan.settings(), _model(plan)]
    if not plan.own_weights:
        parts += [plan.start(), _set_weights(plan)]
    return [*parts, _training(plan), _result(plan)]


def _targets(plan: Plan) -> str:
    if plan.cost == "CostOLS":
        return "t_train.ravel()" if plan.n_outputs == 1 else "t_train"
    if plan.output == "softmax":
        return "t_train.argmax(axis=1)"
    return "t_train.ravel().astype(int)" if plan.n_outputs == 1 else "t_train.astype(int)"


def _model(plan: Plan) -> Section:
    e = plan.experiment
    halved = not plan.classes
    sgd = e.scheduler != "Adam"
    rate = "2 * ETA" if halved and sgd else "ETA"
    size = "BATCH_SIZE" if plan.mini_batches else "len(X_train)"
    alpha = f"{e.lam / 2 if halved else e.lam!r} * {size}" if e.lam else "0.0"
    arguments = [
        f"hidden_layer_sizes={plan.dimensions[1:-1]!r}",
        f'activation="{SKLEARN_ACTIVATIONS[plan.hidden[0]] if plan.hidden else "identity"}"',
        f'solver="{"sgd" if sgd else "adam"}"',
        f"learning_rate_init={rate}",
    ]
    if sgd:
        momentum = e.momentum if e.scheduler == "Momentum" else 0.0
        arguments += [f"momentum={momentum!r}", "nesterovs_momentum=False"]
    else:
        arguments += [f"beta_1={e.rho!r}", f"beta_2={e.rho2!r}", f"epsilon={0.5e-8 if halved else 1e-8!r}"]
    arguments += [
        f"alpha={alpha}",
        f"batch_size={size}",
        "shuffle=False",
        "max_iter=EPOCHS",
        f"random_state={e.seed}",
    ]
    estimator = "MLPClassifier" if plan.classes else "MLPRegressor"
    lines = [
        f"from sklearn.neural_network import {estimator}",
        *_solver_import(plan),
        "",
        f"y_train = {_targets(plan)}",
        f"model = {estimator}(",
        *(f"    {argument}," for argument in arguments),
        ")",
    ]
    text = "One estimator holds network, loss and solver."
    if halved:
        text += (
            " It minimises half the squared error, so some numbers are doubled or halved to give the same "
            "steps."
        )
    if e.lam:
        text += " alpha is divided by the size of the batch inside."
    return Section("Model", text, "\n".join(lines))


def _solver_import(plan: Plan) -> list[str]:
    needed = plan.experiment.scheduler == "Adam" and not plan.own_weights
    return ["from sklearn.neural_network._stochastic_optimizers import AdamOptimizer"] if needed else []


def _first_call(plan: Plan) -> str:
    if not plan.classes:
        return "model.partial_fit(X_train, y_train)"
    classes = max(2, plan.n_outputs)
    return f"model.partial_fit(X_train, y_train, classes=np.arange({classes}))"


def _set_weights(plan: Plan) -> Section:
    lines = [
        f"{_first_call(plan)}  # builds the layers",
        "model.coefs_ = [weights for weights, biases in start]",
        "model.intercepts_ = [biases for weights, biases in start]",
        *_fresh_solver(plan),
    ]
    text = (
        "scikit-learn has no door for weights of one's own: let one step build the layers, then replace them."
    )
    return Section("Put the weights in", text, "\n".join(lines))


def _fresh_solver(plan: Plan) -> list[str]:
    """Forget the step that was taken; Adam begins anew as nncore's."""
    e = plan.experiment
    if e.scheduler != "Adam":
        return ["del model._optimizer  # forget the step that was taken: the next call begins anew"]
    epsilon = "1e-8" if plan.classes else "0.5e-8"
    return [
        "",
        "class Adam(AdamOptimizer):",
        "    # scikit-learn adds epsilon before the bias correction, nncore and PyTorch after it.",
        "    def _get_updates(self, grads):",
        f"        self.epsilon = {epsilon} * np.sqrt(1 - self.beta_2 ** (self.t + 1))",
        "        return super()._get_updates(grads)",
        "",
        f"model._optimizer = Adam(model.coefs_ + model.intercepts_, ETA, {e.rho!r}, {e.rho2!r})",
    ]


def _training(plan: Plan) -> Section:
    e = plan.experiment
    if plan.own_weights and not plan.scheduled:
        return _plain_fit(plan)
    lines = [*plan.order(), "for epoch in range(EPOCHS):"]
    if plan.scheduled:
        attribute = "learning_rate_init" if e.scheduler == "Adam" else "learning_rate"
        factor = "2 * " if attribute == "learning_rate" and not plan.classes else ""
        lines += [
            '    if hasattr(model, "_optimizer"):',
            f"        model._optimizer.{attribute} = {factor}rate(epoch)",
            "    else:",
            f"        model.learning_rate_init = {factor}rate(epoch)",
        ]
    penalty = e.lam if plan.classes else e.lam / 2
    classes = f", classes=np.arange({max(2, plan.n_outputs)})" if plan.own_weights and plan.classes else ""
    if not plan.mini_batches:
        lines.append(f"    model.partial_fit(X_train, y_train{classes})")
    elif e.lam and plan.n_train % e.batch_size:
        lines += [
            "    order = rng.permutation(len(X_train))",
            "    for first in range(0, len(X_train), BATCH_SIZE):",
            "        rows = order[first : first + BATCH_SIZE]",
            "        # The last batch is smaller, and alpha is divided by the size of the batch.",
            f"        model.set_params(batch_size=len(rows), alpha={penalty!r} * len(rows))",
            f"        model.partial_fit(X_train[rows], y_train[rows]{classes})",
        ]
    else:
        lines += [
            "    order = rng.permutation(len(X_train))",
            f"    model.partial_fit(X_train[order], y_train[order]{classes})  # goes through all "
            "batches once",
        ]
    lines += [
        f"    if (epoch + 1) % {plan.report_every()} == 0:",
        '        print("epoch", epoch + 1, "mean loss of its batches", model.loss_)',
    ]
    text = (
        "partial_fit goes through the rows once. Without the wish for the page's order, model.fit(X_train, "
        "y_train) does it all."
    )
    return Section("Train", text, "\n".join(lines))


def _plain_fit(plan: Plan) -> Section:
    """Return the one call that does it all, in an order of scikit-learn's own."""
    lines = [
        "model.set_params(shuffle=True, tol=0.0, n_iter_no_change=EPOCHS)",
        "model.fit(X_train, y_train)",
        f"for epoch in range({plan.report_every() - 1}, len(model.loss_curve_), {plan.report_every()}):",
        '    print("epoch", epoch + 1, "mean loss of its batches", model.loss_curve_[epoch])',
    ]
    text = (
        "fit goes through the rows EPOCHS times, in a new random order each time. By itself it would stop "
        "where the loss falls no more, and it warns when it was not yet there."
    )
    return Section("Train", text, "\n".join(lines))


def _result(plan: Plan) -> Section:
    lines = ["def report(name, X, t):"]
    if not plan.classes:
        lines += [
            "    outputs = model.predict(X).reshape(t.shape)",
            '    print(name, "loss", np.mean(np.sum((outputs - t) ** 2, axis=1)))',
        ]
    else:
        column = "[:, 1:]" if plan.n_outputs == 1 else ""
        other = " + (1 - t) * np.log(1 - p)" if plan.output == "sigmoid" else ""
        right = "outputs.argmax(1) == t.argmax(1)" if plan.n_outputs > 1 else "(outputs > 0.5) == (t > 0.5)"
        lines += [
            f"    outputs = model.predict_proba(X){column}",
            "    p = np.clip(outputs, 1e-15, 1 - 1e-15)  # keeps the logarithm finite",
            f'    print(name, "loss", -np.mean(np.sum(t * np.log(p){other}, axis=1)))',
            f"    right = {right}",
            '    print(name, "accuracy", right.mean())',
        ]
    return plan.result(lines, 'report("training", X_train, t_train)', 'report("validation", X_val, t_val)')
