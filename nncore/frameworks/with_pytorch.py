"""The recipe in PyTorch: `torch.nn.Linear`, `torch.optim`, float64."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import torch

from nncore.experiment.fields import CUSTOM
from nncore.frameworks.formulas import formula_function
from nncore.frameworks.libraries import PYTORCH
from nncore.frameworks.recipe import Array, Recipe
from nncore.frameworks.running import Peer, Rows

MODULES = {"torch": torch, "nn": torch.nn}


def softplus(z: torch.Tensor) -> torch.Tensor:
    """The exact one: PyTorch's own is a straight line beyond 20."""
    return torch.logaddexp(z, torch.zeros_like(z))


class PyTorchNetwork(Peer):
    """A network of `torch.nn.Linear` layers, trained by one of `torch.optim`'s optimisers."""

    def __init__(self, recipe: Recipe, *, defaults: bool = False) -> None:
        self.version = str(torch.__version__)
        self.notes: list[str] = []
        self.recipe = recipe
        self._dtype = torch.float32 if defaults else torch.float64
        self._layers = [self._linear(w) for w in recipe.start]
        self._hidden = [self._activation(name) for name in recipe.hidden]
        self._output = self._activation(recipe.output)
        loss = PYTORCH.losses[recipe.cost].function(**MODULES)
        self._each_loss: torch.nn.Module = loss(reduction="none")
        self._X, self._t = self._tensor(recipe.X), self._tensor(recipe.t)
        self._optimiser = self._default_optimiser() if defaults else self._optimiser_like_ours()
        if recipe.lam1:
            self.notes.append("torch.optim has no L1 penalty: it is added to the loss by hand.")

    def set_rate(self, eta: float) -> None:
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
        logits = self._logits(self._tensor(X))
        cost = self._cost(logits, self._tensor(t))
        return float(cost), self._output(logits).numpy()

    def weights(self) -> list[Array]:
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

    def _activation(self, name: str) -> Callable[[torch.Tensor], torch.Tensor]:
        if name == CUSTOM:
            functions = {**PYTORCH.functions_in(**MODULES), "softplus": softplus}
            return formula_function(self.recipe.formula, functions)
        if name == "softplus":
            return softplus
        call = PYTORCH.activation(name)
        module: torch.nn.Module = call.function(**MODULES)(**call.arguments)
        return module

    def _logits(self, a: torch.Tensor) -> torch.Tensor:
        for activation, layer in zip(self._hidden, self._layers[:-1], strict=True):
            a = activation(layer(a))
        return self._layers[-1](a)

    def _cost(self, z: torch.Tensor, t: torch.Tensor) -> torch.Tensor:
        # Losses of decisions contain the output's activation.
        each = self._each_loss(self._output(z) if self.recipe.cost == "CostOLS" else z, t)
        return each.reshape(len(t), -1).sum(dim=1).mean()

    def _optimiser_like_ours(self) -> torch.optim.Optimizer:
        r, weights, biases = self.recipe, *self._parameters()
        groups = [{"params": weights, "weight_decay": r.lam}, {"params": biases, "weight_decay": 0.0}]
        call = PYTORCH.optimiser(r.scheduler).call(r)
        return call.function(**MODULES)(groups, lr=r.eta, **call.arguments)

    def _default_optimiser(self) -> torch.optim.Optimizer:
        r, (weights, biases) = self.recipe, self._parameters()
        call = PYTORCH.optimiser(r.scheduler).default(r)
        parameters = [*weights, *biases]
        return call.function(**MODULES)(parameters, lr=r.eta, weight_decay=r.lam, **call.arguments)

    def _parameters(self) -> tuple[list[torch.nn.Parameter], list[torch.nn.Parameter]]:
        return [layer.weight for layer in self._layers], [layer.bias for layer in self._layers]
