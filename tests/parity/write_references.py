"""Write the reference runs that `make test` compares nncore with.

    python -m tests.parity.write_references

trains every problem of `problems.py` for 50 full-batch steps, in float64, with PyTorch's optimisers and with
scikit-learn's MLP, and stores costs (before each step and after the last) and final weights, with the
versions of the tools, in `references.npz`. Only the libraries' own public classes are used: no formula is
retyped here.
"""

import sys
from pathlib import Path

import numpy as np

from tests.parity.problems import N_STEPS, PROBLEMS, SETTINGS, Array, Problem, stored_part

FILE = Path(__file__).with_name("references.npz")
Run = tuple[Array, list[Array]]
"""Costs (steps + 1,) and final weights, one array (inputs + 1, outputs) a layer."""


def torch_run(problem: Problem, scheduler: str) -> Run:
    """Train with `torch.optim` and torch's own losses."""
    import torch

    act = {"tanh": torch.nn.Tanh, "RELU": torch.nn.ReLU, "sigmoid": torch.nn.Sigmoid}[problem.hidden]
    layers: list[torch.nn.Module] = []
    for k, w in enumerate(problem.start):
        linear = torch.nn.Linear(w.shape[0] - 1, w.shape[1], dtype=torch.float64)
        with torch.no_grad():
            linear.weight.copy_(torch.from_numpy(w[1:].T))
            linear.bias.copy_(torch.from_numpy(w[0]))
        layers += [linear, act()] if k < len(problem.start) - 1 else [linear]
    model = torch.nn.Sequential(*layers)
    loss_of = {
        "CostLogReg": torch.nn.BCEWithLogitsLoss(),
        "CostCrossEntropy": torch.nn.CrossEntropyLoss(),
        "CostOLS": torch.nn.MSELoss(),
    }[problem.cost]
    optimiser = torch_optimiser(model.parameters(), scheduler)
    X, t = torch.from_numpy(problem.X), torch.from_numpy(problem.t)
    costs = []
    for _ in range(N_STEPS):
        optimiser.zero_grad()
        loss = loss_of(model(X), t)
        loss.backward()
        optimiser.step()
        costs.append(loss.item())
    costs.append(loss_of(model(X), t).item())
    linears = [m for m in model if isinstance(m, torch.nn.Linear)]
    final = [np.vstack([m.bias.detach().numpy(), m.weight.detach().numpy().T]) for m in linears]
    return np.array(costs), final


def torch_optimiser(parameters, scheduler: str):
    """PyTorch's optimiser for one of nncore's schedulers, with nncore's epsilon of 1e-8."""
    import torch

    numbers = SETTINGS[scheduler]
    eta = numbers["eta"]
    makers = {
        "Constant": lambda: torch.optim.SGD(parameters, lr=eta),
        "Momentum": lambda: torch.optim.SGD(parameters, lr=eta, momentum=numbers["momentum"]),
        "Adagrad": lambda: torch.optim.Adagrad(parameters, lr=eta, eps=1e-8),
        "RMS_prop": lambda: torch.optim.RMSprop(parameters, lr=eta, alpha=numbers["rho"], eps=1e-8),
        "Adam": lambda: torch.optim.Adam(
            parameters, lr=eta, betas=(numbers["rho"], numbers["rho2"]), eps=1e-8
        ),
    }
    return makers[scheduler]()


SKLEARN_RUNS = {"xor": ("Constant", "Momentum", "Adam"), "digits": ("Constant", "Momentum", "Adam")}
"""Classification only: `MLPRegressor` minimises half the squared error, which `tests/frameworks` covers."""


def sklearn_run(problem: Problem, scheduler: str) -> Run:
    """Train scikit-learn's `MLPClassifier`, one full-batch `partial_fit` a step."""
    from sklearn.neural_network import MLPClassifier

    numbers = SETTINGS[scheduler]
    model = MLPClassifier(
        hidden_layer_sizes=problem.dimensions[1:-1],
        activation={"tanh": "tanh", "RELU": "relu"}[problem.hidden],
        solver="adam" if scheduler == "Adam" else "sgd",
        alpha=0.0,
        batch_size=len(problem.X),
        learning_rate_init=numbers["eta"],
        momentum=numbers.get("momentum", 0.0),
        nesterovs_momentum=False,
        shuffle=False,
        beta_1=numbers.get("rho", 0.9),
        beta_2=numbers.get("rho2", 0.999),
    )
    labels = problem.t.argmax(axis=1) if problem.t.shape[1] > 1 else problem.t[:, 0].astype(int)
    model.partial_fit(
        problem.X, labels, classes=np.unique(labels)
    )  # builds the layers; its step is undone below
    model.coefs_ = [w[1:].copy() for w in problem.start]
    model.intercepts_ = [w[0].copy() for w in problem.start]
    del model._optimizer  # the next call makes a fresh one; there is no public way to say so (1.9)
    costs = []
    for step in range(1, N_STEPS + 1):
        _place_epsilon(model, step)
        model.partial_fit(problem.X, labels)
        costs.append(model.loss_)
    costs.append(_one_more_cost(model, problem.X, labels))
    final = [np.vstack([b, w]) for w, b in zip(model.coefs_, model.intercepts_, strict=True)]
    return np.array(costs), final


def _place_epsilon(model, step: int) -> None:
    """Scale Adam's epsilon for the coming step: scikit-learn adds it before the correction, nncore after."""
    model.epsilon = 1e-8 * np.sqrt(1 - model.beta_2**step)
    if hasattr(model, "_optimizer"):
        model._optimizer.epsilon = model.epsilon


def _one_more_cost(model, X: Array, labels) -> float:
    """The cost after the last step, by scikit-learn's own metric."""
    from sklearn.metrics import log_loss

    return float(log_loss(labels, model.predict_proba(X)))


def all_runs() -> dict[str, Run]:
    """Every run by its key `tool/problem/scheduler`."""
    runs = {}
    for name, make in PROBLEMS.items():
        for scheduler in SETTINGS:
            runs[f"torch/{name}/{scheduler}"] = torch_run(make(), scheduler)
        for scheduler in SKLEARN_RUNS.get(name, ()):
            runs[f"sklearn/{name}/{scheduler}"] = sklearn_run(make(), scheduler)
    return runs


def main() -> None:
    """Make all runs and store them."""
    import sklearn
    import torch

    arrays = {}
    for key, (costs, weights) in all_runs().items():
        problem = PROBLEMS[key.split("/")[1]]()
        arrays[f"{key}/costs"] = costs
        arrays[f"{key}/weights"] = stored_part(problem, weights)
    tools = {"torch": torch.__version__, "sklearn": sklearn.__version__, "numpy": np.__version__}
    arrays["tools"] = np.array([f"{tool} {version}" for tool, version in tools.items()])
    np.savez_compressed(FILE, **arrays)
    sys.stdout.write(f"{len(arrays) // 2} runs, {', '.join(arrays['tools'])} -> {FILE.name}\n")


if __name__ == "__main__":
    main()
