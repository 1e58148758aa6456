"""What is looked at while networks train: per model and layer, over the whole training split."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import torch
from torch import Tensor

from course_lib.activations import FLAT, Activation
from course_lib.training.losses import Objective
from course_lib.training.model import kind, learns
from course_lib.training.network import Activate, Network
from course_lib.training.slices import Value, runs, value
from course_lib.training.split import Split

SCORES = ("train_loss", "train_accuracy", "validation_loss", "validation_accuracy")
"""One number per model."""

LAYERED = (
    "gradient_norm",
    "activation_mean",
    "activation_variance",
    "dead_fraction",
    "firing_fraction",
    "saturation",
    "slope",
)
"""One number per model and hidden layer."""

_CHUNK = 2**18
"""Pre-activations held at once: few enough for the cache, many enough to hide the cost of a call."""

_MOST = 2**22
"""As many at most where a single model has more: 16 MiB."""


@cache
def steepest(activation: Activation) -> float:
    """Return the largest absolute derivative, searched on [−20, 20]; for softmax that of ∂yᵢ/∂zᵢ, which is 1/4."""
    if not activation.elementwise:
        return 0.25
    return float(np.abs(activation.derivative(np.linspace(-20.0, 20.0, 8001))).max())


class _Sight:
    """What is seen of one hidden layer of some models, sample by sample.

    A layer may be computed in several parts (at each place of a sequence, say): counts add up, and means and sums of
    squares are merged as Chan, Golub and LeVeque (1979) do.

    Args:
        function: the layer's activation.
    """

    def __init__(self, function: Activation) -> None:
        self._function = function
        self._value: Value = value(function)
        self._samples = 0
        self._units = 0

    def see(self, z: Tensor, slope: Tensor) -> Tensor:
        """Return the activations of pre-activations ``(models, …, units)``, and look at both."""
        shape = z.shape
        z = z.detach().flatten(1, -2).requires_grad_()
        with torch.enable_grad():
            y = self._value(z, slope)
        steepness = self._derivative(y, z).abs_()
        z, y = z.detach(), y.detach()
        firing = torch.gt(z, 0, out=torch.empty_like(z)).sum(1)  # floats, much faster to add up than Booleans
        flat = torch.le(steepness, FLAT * steepest(self._function), out=torch.empty_like(z)).sum((1, 2))
        alive = steepness.amax(1) > 0
        mean = y.mean((1, 2))
        squares = (y - mean.view(-1, 1, 1)).square_().sum((1, 2))
        samples = z.shape[1]
        if not self._samples:
            self._units = z.shape[2]
            self._firing, self._flat, self._alive, self._mean, self._squares = firing, flat, alive, mean, squares
        else:
            share = samples / (self._samples + samples)
            difference = mean - self._mean
            self._squares += squares + difference.square() * (self._samples * share * self._units)
            self._mean += difference * share
            self._firing += firing
            self._flat += flat
            self._alive |= alive
        self._samples += samples
        return y.view(shape)

    def _derivative(self, y: Tensor, z: Tensor) -> Tensor:
        """∂yᵢ/∂zᵢ; autograd would sum over the other outputs that softmax couples to the same input."""
        if not self._function.elementwise:
            return y.detach() * (1 - y.detach())
        return torch.autograd.grad(y, z, torch.ones_like(y))[0]

    def report(self) -> dict[str, Tensor]:
        """Return what was seen, ``(models,)`` each, and ``units`` ``(models, units)``."""
        pairs = self._samples * self._units
        return {
            "activation_mean": self._mean,
            "activation_variance": self._squares / pairs,
            "dead_fraction": 1 - self._alive.float().mean(1),
            "firing_fraction": (self._firing / self._samples).mean(1),
            "saturation": self._flat / pairs,
            "units": self._firing / self._samples,
        }


@dataclass(frozen=True)
class View:
    """How networks are looked at: which they are, what each is for, and how much may be held at a time.

    Attributes:
        network: all models.
        objectives: one per model.
        breadth: numbers in the widest layer per model and example.
    """

    network: Network
    objectives: Sequence[Objective]
    breadth: int

    def chunks(self, examples: int) -> Iterator[tuple[slice, Objective]]:
        """Yield neighbouring models with the same activations and objective, not too many at a time."""
        keys = [
            (tuple(map(kind, model.functions)), objective)
            for model, objective in zip(self.network.models, self.objectives, strict=True)
        ]
        size = max(1, _CHUNK // (examples * self.breadth))
        for run in runs(keys):
            for start in range(run.start, run.stop, size):
                yield slice(start, min(start + size, run.stop)), self.objectives[start]

    def parts(self, split: Split, chosen: slice, activate: Activate) -> Iterator[tuple[Tensor, Tensor, float]]:
        """Yield outputs, targets and the share of the split, part by part, for some models."""
        models, size = chosen.stop - chosen.start, max(1, _MOST // self.breadth)
        for x, y in zip(torch.split(split.x, size), torch.split(split.y, size), strict=True):
            outputs = self.network.predict(x.expand(models, *x.shape), chosen, activate)
            yield outputs, y.expand(models, *y.shape), len(x) / len(split.x)

    def plain(self, chosen: slice) -> Activate:
        """Return the activations of some models of one kind, as they are."""
        values = [value(function) for function in self.network.models[chosen.start].functions]
        return lambda layer, z, slope: values[layer](z, slope)

    def scores(self, split: Split, chosen: slice, objective: Objective, activate: Activate) -> tuple[Tensor, Tensor]:
        """Return loss and accuracy of some models on a split, ``(models,)`` each."""
        found = [
            (objective.value(outputs, y) * share, objective.accuracy(outputs, y) * share)
            for outputs, y, share in self.parts(split, chosen, activate)
        ]
        loss, accuracy = (torch.stack(each).sum(0) for each in zip(*found, strict=True))
        return loss, accuracy


def score(view: View, split: Split) -> tuple[Tensor, Tensor]:
    """Return loss and accuracy of each model on a split, ``(models,)`` each."""
    found = [view.scores(split, *chunk, view.plain(chunk[0])) for chunk in view.chunks(len(split.x))]
    loss, accuracy = zip(*found, strict=True)
    return torch.cat(loss), torch.cat(accuracy)


def answers(view: View, split: Split) -> list[Tensor]:
    """Return what each model's output layer says of every example of a split, ``(examples, …, outputs)`` each."""
    found: list[Tensor] = []
    for chosen, objective in view.chunks(len(split.x)):
        parts = view.parts(split, chosen, view.plain(chosen))
        found += torch.cat([objective.said(outputs) for outputs, _, _ in parts], 1)
    return found


def _through(sights: Sequence[_Sight]) -> Activate:
    return lambda layer, z, slope: sights[layer].see(z, slope)


def measure(view: View, train: Split, validation: Split, record_units: bool) -> dict[str, Tensor]:
    """Return everything that `SCORES` and `LAYERED` name, and ``units`` if they are to be recorded.

    The gradient is the one that the network holds: that of the last mini-batch.

    Returns:
        ``(models,)`` for scores, ``(models, layers)`` for what is measured per layer,
        ``(models, layers, widest layer)`` for units.
    """
    network = view.network
    units = network.models[0].units
    shape = (len(network.models), len(units))
    device = train.x.device
    found = {name: torch.full(shape, torch.nan, device=device) for name in LAYERED}
    if record_units:
        found["units"] = torch.full((*shape, max(units, default=0)), torch.nan, device=device)
    loss, accuracy = torch.empty(shape[0], device=device), torch.empty(shape[0], device=device)
    for chosen, objective in view.chunks(len(train.x)):
        functions = network.models[chosen.start].functions
        sights = [_Sight(function) for function in functions]
        loss[chosen], accuracy[chosen] = view.scores(train, chosen, objective, _through(sights))
        for layer, (sight, function) in enumerate(zip(sights, functions, strict=True)):
            seen = sight.report()
            firing = seen.pop("units")
            for name, numbers in seen.items():
                found[name][chosen, layer] = numbers
            if record_units:
                found["units"][chosen, layer, : firing.shape[1]] = firing
            if learns(function):
                found["slope"][chosen, layer] = network.slopes[layer][chosen, 0, 0]
    for layer in range(shape[1]):
        found["gradient_norm"][:, layer] = network.gradient_norm(layer)
    scores = (loss, accuracy, *score(view, validation))
    return found | dict(zip(SCORES, scores, strict=True))
