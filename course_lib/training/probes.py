"""What is looked at while networks train: per model and layer, over the whole training split."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import numpy as np
import torch
from torch import Tensor

from course_lib.activations import FLAT, Activation
from course_lib.data.dataset import Task
from course_lib.training import losses
from course_lib.training.network import Network, Slice
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


@cache
def steepest(activation: Activation) -> float:
    """Return the largest absolute derivative, searched on [−20, 20]; for softmax that of ∂yᵢ/∂zᵢ, which is 1/4."""
    if not activation.elementwise:
        return 0.25
    return float(np.abs(activation.derivative(np.linspace(-20.0, 20.0, 8001))).max())


def _derivative(piece: Slice, value: Tensor, z: Tensor) -> Tensor:
    """∂yᵢ/∂zᵢ; autograd would sum over the other outputs that softmax couples to the same input."""
    if not piece.model.function.elementwise:
        return value.detach() * (1 - value.detach())
    return torch.autograd.grad(value, z, torch.ones_like(value))[0]


def _chunks(network: Network, examples: int) -> Iterator[tuple[Slice, slice]]:
    widest = max((len(bias[0, 0]) for bias in network.parameters.biases), default=1)
    size = max(1, _CHUNK // (examples * widest))
    for piece in network.slices:
        for start in range(piece.start, piece.stop, size):
            yield piece, slice(start, min(start + size, piece.stop))


def score(network: Network, task: Task, split: Split) -> tuple[Tensor, Tensor]:
    """Return loss and accuracy of each model on a split, ``(models,)`` each."""
    found = []
    for piece, chosen in _chunks(network, len(split.x)):
        x = split.x.expand(chosen.stop - chosen.start, -1, -1)
        y = split.y.expand(chosen.stop - chosen.start, -1)
        for layer in range(network.layers):
            x = piece.value(network.pre_activation(layer, x, chosen), network.parameters.slopes[layer][chosen])
        outputs = network.pre_activation(network.layers, x, chosen)
        found.append((losses.loss(task, outputs, y), losses.accuracy(task, outputs, y)))
    loss, accuracy = zip(*found, strict=True)
    return torch.cat(loss), torch.cat(accuracy)


def measure(network: Network, task: Task, train: Split, validation: Split, record_units: bool) -> dict[str, Tensor]:
    """Return everything that `SCORES` and `LAYERED` name, and ``units`` if they are to be recorded.

    The gradient is the one that the network holds: that of the last mini-batch.

    Returns:
        ``(models,)`` for scores, ``(models, layers)`` for what is measured per layer,
        ``(models, layers, widest layer)`` for units.
    """
    shape = (len(network.models), network.layers)
    device = train.x.device
    found = {name: torch.full(shape, torch.nan, device=device) for name in LAYERED}
    if record_units:
        widest = max(network.models[0].hidden, default=0)
        found["units"] = torch.full((*shape, widest), torch.nan, device=device)
    loss, accuracy = torch.empty(shape[0], device=device), torch.empty(shape[0], device=device)
    for piece, chosen in _chunks(network, len(train.x)):
        x = train.x.expand(chosen.stop - chosen.start, -1, -1)
        y = train.y.expand(chosen.stop - chosen.start, -1)
        for layer in range(network.layers):
            z = network.pre_activation(layer, x, chosen).requires_grad_()
            with torch.enable_grad():
                value = piece.value(z, network.parameters.slopes[layer][chosen])
            steepness = _derivative(piece, value, z).abs_()
            z, x = z.detach(), value.detach()
            firing = torch.gt(z, 0, out=torch.empty_like(z)).mean(1)  # floats, much faster to average than Booleans
            flat = torch.le(steepness, FLAT * steepest(piece.model.function), out=torch.empty_like(z))
            mean = x.mean((1, 2), keepdim=True)
            found["activation_mean"][chosen, layer] = mean.flatten()
            found["activation_variance"][chosen, layer] = (x - mean).square_().mean((1, 2))
            found["dead_fraction"][chosen, layer] = (steepness.amax(1) == 0).float().mean(1)
            found["firing_fraction"][chosen, layer] = firing.mean(1)
            found["saturation"][chosen, layer] = flat.mean((1, 2))
            if piece.model.learnable:
                found["slope"][chosen, layer] = network.parameters.slopes[layer][chosen, 0, 0]
            if record_units:
                found["units"][chosen, layer, : firing.shape[1]] = firing
        outputs = network.pre_activation(network.layers, x, chosen)
        loss[chosen], accuracy[chosen] = losses.loss(task, outputs, y), losses.accuracy(task, outputs, y)
    for layer in range(network.layers):
        found["gradient_norm"][:, layer] = network.gradient.weights[layer].norm(dim=(1, 2))
    scores = (loss, accuracy, *score(network, task, validation))
    return found | dict(zip(SCORES, scores, strict=True))
