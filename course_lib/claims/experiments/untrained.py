"""What a network does before its first training step: signals on the way there, gradients on the way back.

In float64, so that a gradient which float32 could no longer tell from zero keeps its size.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import torch
from scipy.special import softmax

from course_lib import data, nn
from course_lib.claims.experiments.comparison import Doubles


@dataclass(frozen=True)
class Untrained:
    """One gradient of one network, layer by layer.

    Attributes:
        inputs: what each hidden layer receives, ``(examples, fan_in)`` each.
        deltas: the derivative of the mean loss with respect to each hidden layer's pre-activations, ``(examples,
            units)`` each.
        weights: of the hidden layers, ``(units, fan_in)`` each.
    """

    inputs: tuple[Doubles, ...]
    deltas: tuple[Doubles, ...]
    weights: tuple[Doubles, ...]

    @property
    def gradients(self) -> list[Doubles]:
        """The derivative of the mean loss with respect to each hidden layer's weights."""
        return [delta.T @ x for delta, x in zip(self.deltas, self.inputs, strict=True)]

    @property
    def left(self) -> Doubles:
        """What is left of the last hidden layer's gradient in each layer: ratios of the deltas' norms ``(layers,)``."""
        norms: Doubles = np.array([np.linalg.norm(delta) for delta in self.deltas], np.float64)
        left: Doubles = norms / norms[-1]
        return left

    def bound(self, steepest: float) -> Doubles:
        """Return what can be left at most: from layer to layer the steepest slope times the weights' spectral norm.

        From δ below = (δ above · W) ∘ f′ follows ‖δ below‖ ≤ max |f′| · ‖W‖₂ · ‖δ above‖.

        Args:
            steepest: the largest absolute slope of the activation.

        Returns:
            ``(layers,)``, 1 for the last.
        """
        factors = [steepest * float(np.linalg.norm(weight, 2)) for weight in self.weights[:0:-1]]
        bounds: Doubles = np.cumprod([1.0, *factors], dtype=np.float64)
        return bounds[::-1]


def first_gradient(
    value: Callable[[Doubles], Doubles],
    derivative: Callable[[Doubles], Doubles],
    dataset: data.Dataset,
    *,
    depth: int,
    width: int,
    initialisation: str,
    seed: int,
    examples: int = 64,
    scale: float = 1.0,
) -> Untrained:
    """Return the first gradient of a multilayer perceptron with softmax and cross-entropy.

    Args:
        value: the activation of the hidden layers.
        derivative: its slope.
        dataset: of several classes; the gradient is that of its first training examples.
        depth: number of hidden layers.
        width: of each of them.
        initialisation: of the weights, as ``nn.initialise`` names it.
        seed: of the weights.
        examples: how many examples make up the gradient.
        scale: factor for the weights of the hidden layers.
    """
    generator = torch.Generator().manual_seed(seed)
    x = dataset.x_train[:examples].astype(np.float64)
    layers: list[tuple[Doubles, Doubles]] = []
    for fan_in, fan_out in pairwise([x.shape[1], *[width] * depth, len(dataset.classes)]):
        drawn = nn.initialise(initialisation, fan_in, fan_out, generator)
        layers.append((drawn[0].double().numpy(), drawn[1].double().numpy()))
    *hidden, (last, last_bias) = layers
    weights = tuple(scale * weight for weight, _ in hidden)
    inputs, slopes = [], []
    for weight, (_, bias) in zip(weights, hidden, strict=True):
        z: Doubles = x @ weight.T + bias
        inputs.append(x)
        slopes.append(derivative(z))
        x = value(z)
    right = np.eye(len(dataset.classes))[dataset.y_train[:examples]]
    upstream: Doubles = (softmax(x @ last.T + last_bias, axis=1) - right) / len(x) @ last
    deltas: list[Doubles] = []
    for slope, above in zip(slopes[::-1], weights[::-1], strict=True):
        deltas.insert(0, upstream * slope)
        upstream = deltas[0] @ above
    return Untrained(tuple(inputs), tuple(deltas), weights)
