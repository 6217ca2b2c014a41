"""The recipe in PyTorch: `torch.nn.Sequential`, `torch.optim`, float64."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from torch.nn import functional as F

from nncore.activations import LEAK
from nncore.experiment.fields import CUSTOM
from nncore.frameworks.formulas import NAMES_OF_NUMPY, formula_function
from nncore.frameworks.recipe import Array, Recipe, Unsupported
from nncore.frameworks.running import Rows
from nncore.schedulers import DELTA

ACTIVATIONS = {
    "identity": lambda z: z,
    "sigmoid": torch.sigmoid,
    "softmax": lambda z: torch.softmax(z, dim=1),
    "RELU": torch.relu,
    "LRELU": lambda z: F.leaky_relu(z, LEAK),
    "tanh": torch.tanh,
    "ELU": F.elu,
    "GELU": lambda z: F.gelu(z, approximate="tanh"),
    "softplus": lambda z: torch.logaddexp(z, torch.zeros_like(z)),
}

FUNCTIONS = {
    **{name: getattr(torch, name) for name in NAMES_OF_NUMPY},
    "sigmoid": torch.sigmoid,
    "softplus": ACTIVATIONS["softplus"],
    "relu": torch.relu,
}
"""What a typed formula may call."""


class PyTorchNetwork:
    """A network of `torch.nn.Linear` layers, trained by one of `torch.optim`'s optimisers."""

    def __init__(self, recipe: Recipe, *, defaults: bool = False) -> None:
        self.version = str(torch.__version__)
        self.notes: list[str] = []
        self.recipe = recipe
        self._dtype = torch.float32 if defaults else torch.float64
        self._layers = [self._linear(w) for w in recipe.start]
        self._X, self._t = self._tensor(recipe.X), self._tensor(recipe.t)
        self._optimiser = self._default_optimiser() if defaults else self._optimiser_like_ours()
        if recipe.lam1:
            self.notes.append("torch.optim has no L1 penalty: it is added to the loss by hand.")

    def set_rate(self, eta: float) -> None:
        """Use this learning rate from the next mini-batch on."""
        for group in self._optimiser.param_groups:
            before, group["lr"] = group["lr"], eta
            if before == eta or not group.get("momentum"):
                continue
            # PyTorch multiplies its momentum by the new rate, nncore remembers steps taken at the old one.
            for parameter in group["params"]:
                memory = self._optimiser.state[parameter].get("momentum_buffer")
                if memory is not None and eta:
                    memory.mul_(before / eta)

    def train(self, batches: Sequence[Rows]) -> None:
        """Take one step for each of these mini-batches."""
        for rows in batches:
            index = torch.from_numpy(rows)
            self._optimiser.zero_grad()
            loss = self._cost(self._logits(self._X[index]), self._t[index])
            if self.recipe.lam1:
                loss = loss + self.recipe.lam1 * sum(layer.weight.abs().sum() for layer in self._layers)
            loss.backward()
            self._optimiser.step()

    @torch.no_grad()
    def evaluate(self, X: Array, t: Array) -> tuple[float, Array]:
        """Cost of these rows without penalty, and the outputs (n, outputs)."""
        logits = self._logits(self._tensor(X))
        cost = self._cost(logits, self._tensor(t))
        return float(cost), ACTIVATIONS[self.recipe.output](logits).numpy()

    def weights(self) -> list[Array]:
        """A copy of the weights, one array (inputs + 1, outputs) a layer, biases in row 0."""
        return [
            np.vstack([layer.bias.detach().numpy(), layer.weight.detach().numpy().T]).astype(float)
            for layer in self._layers
        ]

    def _tensor(self, array: Array) -> torch.Tensor:
        return torch.as_tensor(np.array(array), dtype=self._dtype)

    def _linear(self, w: Array) -> torch.nn.Linear:
        layer = torch.nn.Linear(w.shape[0] - 1, w.shape[1], dtype=self._dtype)
        with torch.no_grad():
            layer.weight.copy_(self._tensor(w[1:].T))
            layer.bias.copy_(self._tensor(w[0]))
        return layer

    def _activation(self, name: str) -> Any:
        return ACTIVATIONS[name] if name != CUSTOM else formula_function(self.recipe.formula, FUNCTIONS)

    def _logits(self, a: torch.Tensor) -> torch.Tensor:
        for name, layer in zip(self.recipe.hidden, self._layers[:-1], strict=True):
            a = self._activation(name)(layer(a))
        return self._layers[-1](a)

    def _cost(self, z: torch.Tensor, t: torch.Tensor) -> torch.Tensor:
        output, cost = self.recipe.output, self.recipe.cost
        if cost == "CostOLS":
            return (ACTIVATIONS[output](z) - t).square().sum(dim=1).mean()
        if (output, cost) == ("sigmoid", "CostLogReg"):
            return F.binary_cross_entropy_with_logits(z, t, reduction="none").sum(dim=1).mean()
        return F.cross_entropy(z, t)

    def _optimiser_like_ours(self) -> Any:
        r, weights, biases = self.recipe, *self._parameters()
        groups = [{"params": weights, "weight_decay": r.lam}, {"params": biases, "weight_decay": 0.0}]
        makers = {
            "Constant": lambda: torch.optim.SGD(groups, lr=r.eta),
            "Momentum": lambda: torch.optim.SGD(groups, lr=r.eta, momentum=r.momentum),
            "Adagrad": lambda: torch.optim.Adagrad(groups, lr=r.eta, eps=DELTA),
            "RMS_prop": lambda: torch.optim.RMSprop(groups, lr=r.eta, alpha=r.rho, eps=DELTA),
            "Adam": lambda: torch.optim.Adam(groups, lr=r.eta, betas=(r.rho, r.rho2), eps=DELTA),
        }
        if r.scheduler not in makers:
            raise Unsupported(f"PyTorch has no optimiser like {r.scheduler}.")
        return makers[r.scheduler]()

    def _default_optimiser(self) -> Any:
        r, (weights, biases) = self.recipe, self._parameters()
        common = {"lr": r.eta, "weight_decay": r.lam}
        makers = {
            "Constant": lambda: torch.optim.SGD([*weights, *biases], **common),
            "Momentum": lambda: torch.optim.SGD([*weights, *biases], momentum=r.momentum, **common),
            "Adagrad": lambda: torch.optim.Adagrad([*weights, *biases], **common),
            "RMS_prop": lambda: torch.optim.RMSprop([*weights, *biases], **common),
            "Adam": lambda: torch.optim.Adam([*weights, *biases], **common),
        }
        if r.scheduler not in makers:
            raise Unsupported(f"PyTorch has no optimiser like {r.scheduler}.")
        return makers[r.scheduler]()

    def _parameters(self) -> tuple[list[Any], list[Any]]:
        return [layer.weight for layer in self._layers], [layer.bias for layer in self._layers]
