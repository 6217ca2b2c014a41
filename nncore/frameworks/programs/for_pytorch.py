"""The program in PyTorch."""

from __future__ import annotations

from nncore.experiment.fields import CUSTOM
from nncore.frameworks.formulas import NAMES_OF_NUMPY
from nncore.frameworks.programs.plan import Plan, formula_source
from nncore.frameworks.programs.sections import Section
from nncore.frameworks.recipe import Unsupported

INSTALL = "pip install torch"

MODULES = {
    "identity": "nn.Identity()",
    "sigmoid": "nn.Sigmoid()",
    "softmax": "nn.Softmax(dim=1)",
    "RELU": "nn.ReLU()",
    "LRELU": "nn.LeakyReLU(0.001)",
    "tanh": "nn.Tanh()",
    "ELU": "nn.ELU()",
    "GELU": 'nn.GELU(approximate="tanh")',
    "softplus": "nn.Softplus()",
    CUSTOM: "Custom()",
}

LINEAR = "linear = [layer for layer in model if isinstance(layer, nn.Linear)]"

OPTIMISERS = {
    "Constant": "torch.optim.SGD({0}, lr=ETA)",
    "Momentum": "torch.optim.SGD({0}, lr=ETA, momentum={1.momentum!r})",
    "Adagrad": "torch.optim.Adagrad({0}, lr=ETA, eps=1e-8)",
    "RMS_prop": "torch.optim.RMSprop({0}, lr=ETA, alpha={1.rho!r}, eps=1e-8)",
    "Adam": "torch.optim.Adam({0}, lr=ETA, betas=({1.rho!r}, {1.rho2!r}), eps=1e-8)",
}

FUNCTIONS = {
    **{name: f"torch.{name}" for name in NAMES_OF_NUMPY},
    "sigmoid": "torch.sigmoid",
    "softplus": "nn.functional.softplus",
    "relu": "torch.relu",
}


def sections(plan: Plan) -> list[Section]:
    """Return what follows the data: tensors, model, loss and optimiser, training, result.

    Raises
    ------
    Unsupported
        If PyTorch has no such optimiser.
    """
    if plan.experiment.scheduler not in OPTIMISERS:
        raise Unsupported(f"PyTorch has no optimiser like {plan.experiment.scheduler}.")
    parts = [_tensors(plan), plan.settings(), _model(plan)]
    if not plan.own_weights:
        parts += [plan.start(), _set_weights()]
    return [*parts, _optimiser(plan), _training(plan), _result(plan)]


def _tensors(plan: Plan) -> Section:
    lines = [
        "import torch",
        "from torch import nn",
        "",
        "X = torch.tensor(X_train, dtype=torch.float32)",
        "t = torch.tensor(t_train, dtype=torch.float32)",
    ]
    if plan.own_weights:
        lines.append(f"torch.manual_seed({plan.experiment.seed})")
    return Section("Tensors", "PyTorch computes with tensors, usually of 32 bits a number.", "\n".join(lines))


def _model(plan: Plan) -> Section:
    layers = []
    widths = plan.dimensions
    for n_in, n_out, name in zip(widths, widths[1:], (*plan.hidden, None), strict=False):
        layers.append(f"    nn.Linear({n_in}, {n_out}),")
        if name is not None:
            layers.append(f"    {MODULES[name]},")
    if not plan.logits and plan.output != "identity":
        layers.append(f"    {MODULES[plan.output]},")
    lines = []
    if CUSTOM in plan.hidden:
        lines += [
            "class Custom(nn.Module):",
            "    def forward(self, z):",
            f"        return {formula_source(plan.experiment.formula, FUNCTIONS)}",
            "",
        ]
    lines += ["model = nn.Sequential(", *layers, ")", "print(model)"]
    if not plan.own_weights or plan.experiment.lam or plan.experiment.lam1:
        lines.append(LINEAR)
    ends = (
        f" The last {plan.output} is missing on purpose: the loss below contains it, which is exact for "
        "very sure answers."
    )
    return Section("Model", "Layer after layer, in a row." + (ends if plan.logits else ""), "\n".join(lines))


def _set_weights() -> Section:
    lines = [
        "with torch.no_grad():",
        "    for layer, (weights, biases) in zip(linear, start):",
        "        layer.weight.copy_(torch.tensor(weights.T))  # PyTorch keeps them as (outputs, inputs)",
        "        layer.bias.copy_(torch.tensor(biases))",
    ]
    return Section("Put the weights in", "Copy them over, without recording a gradient.", "\n".join(lines))


def _loss(plan: Plan) -> list[str]:
    if plan.cost == "CostCrossEntropy":
        return ["loss_function = nn.CrossEntropyLoss()"]
    if plan.cost == "CostLogReg":
        if plan.n_outputs == 1:
            return ["loss_function = nn.BCEWithLogitsLoss()"]
        return [
            "def loss_function(outputs, targets):",
            '    loss = nn.functional.binary_cross_entropy_with_logits(outputs, targets, reduction="sum")',
            "    return loss / len(targets)",
            "",
        ]
    if plan.n_outputs == 1:
        return ["loss_function = nn.MSELoss()"]
    return [
        "def loss_function(outputs, targets):",
        "    return ((outputs - targets) ** 2).sum(dim=1).mean()",
        "",
    ]


def _optimiser(plan: Plan) -> Section:
    e = plan.experiment
    lines = _loss(plan)
    parameters = "model.parameters()"
    text = "The loss is what training makes small; the optimiser turns gradients into steps."
    if e.lam:
        lines += [
            "groups = [",
            f'    {{"params": [layer.weight for layer in linear], "weight_decay": {e.lam!r}}},',
            '    {"params": [layer.bias for layer in linear], "weight_decay": 0},',
            "]",
        ]
        parameters = "groups"
        text += " The L2 penalty holds back weights, not biases."
    lines.append(f"optimizer = {OPTIMISERS[e.scheduler].format(parameters, e)}")
    return Section("Loss and optimiser", text, "\n".join(lines))


def _set_rate(plan: Plan) -> list[str]:
    """Return the lines that give every epoch its own learning rate."""
    if plan.experiment.scheduler != "Momentum":
        return ["    for group in optimizer.param_groups:", '        group["lr"] = float(rate(epoch))']
    return [
        "    for group in optimizer.param_groups:",
        '        before, group["lr"] = group["lr"], float(rate(epoch))',
        "    for memory in optimizer.state.values():  # PyTorch would stretch earlier steps to the new rate",
        '        memory["momentum_buffer"] *= before / group["lr"]',
    ]


def _training(plan: Plan) -> Section:
    e = plan.experiment
    lines = [*plan.order(), "for epoch in range(EPOCHS):"]
    if plan.scheduled:
        lines += _set_rate(plan)
    indent, x, y = "    ", "X", "t"
    if plan.mini_batches:
        lines += [
            "    order = rng.permutation(len(X))",
            "    for first in range(0, len(X), BATCH_SIZE):",
            "        rows = order[first : first + BATCH_SIZE]",
        ]
        indent, x, y = "        ", "X[rows]", "t[rows]"
    lines += [f"{indent}optimizer.zero_grad()", f"{indent}loss = loss_function(model({x}), {y})"]
    if e.lam1:
        lines += [
            f"{indent}sizes = [layer.weight.abs().sum() for layer in linear]",
            f"{indent}loss = loss + {e.lam1!r} * sum(sizes)  # the L1 penalty",
        ]
    lines += [
        f"{indent}loss.backward()  # gradients",
        f"{indent}optimizer.step()  # one step",
        f"    if (epoch + 1) % {plan.report_every()} == 0:",
        '        print("epoch", epoch + 1, "loss of the last batch", loss.item())',
    ]
    text = "Forget the old gradients, compute the loss, send it back through the network, take a step."
    return Section("Train", text, "\n".join(lines))


def _result(plan: Plan) -> Section:
    lines = [
        "def report(name, X, t):",
        "    with torch.no_grad():",
        "        outputs = model(X)",
        '    print(name, "loss", loss_function(outputs, t).item())',
    ]
    if plan.classes:
        right = "outputs.argmax(1) == t.argmax(1)" if plan.n_outputs > 1 else "(outputs > 0) == (t > 0.5)"
        lines += [f"    right = {right}", '    print(name, "accuracy", right.float().mean().item())']
    held_out = "X_val, t_val = (torch.tensor(part, dtype=torch.float32) for part in (X_val, t_val))"
    return plan.result(lines, 'report("training", X, t)', f'{held_out}\nreport("validation", X_val, t_val)')
