"""The networks as ordinary torch modules, one at a time."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from course_lib.data import Dataset
from course_lib.nn.initialise import initialise
from course_lib.training.model import Model


class Residual(nn.Module):
    """Layers whose input is added to their output.

    Args:
        *layers: one after the other.
    """

    def __init__(self, *layers: nn.Module) -> None:
        super().__init__()
        self.layers = nn.Sequential(*layers)

    def forward(self, x: Tensor) -> Tensor:
        """Return x + f(x)."""
        return torch.add(x, self.layers(x))


def perceptron(model: Model, dataset: Dataset) -> nn.Sequential:
    """Return a multilayer perceptron, plain or residual."""
    generator = torch.Generator().manual_seed(model.seed)
    layers: list[nn.Module] = []
    fan_in = dataset.inputs
    for width, function, scheme in zip(model.hidden, model.functions, model.schemes, strict=False):
        linear = _linear(scheme, fan_in, width, generator, model.bias)
        layer: list[nn.Module] = [linear, function.module()]
        if model.batch_norm:
            # The shift of the normalisation does the bias's work.
            linear.register_parameter("bias", None)
            normalisation = nn.BatchNorm1d(width)
            nn.init.constant_(normalisation.bias, model.bias)
            layer.insert(1, normalisation)
        layers += [Residual(*layer)] if model.architecture == "residual" and width == fan_in else layer
        fan_in = width
    return nn.Sequential(*layers, _linear(model.schemes[-1], fan_in, dataset.outputs, generator))


def _linear(scheme: str, fan_in: int, fan_out: int, generator: torch.Generator, shift: float = 0.0) -> nn.Linear:
    weight, bias = initialise(scheme, fan_in, fan_out, generator)
    layer: nn.Linear = nn.utils.skip_init(nn.Linear, fan_in, fan_out)  # type: ignore[no-untyped-call]
    layer.load_state_dict({"weight": weight, "bias": bias + shift})
    return layer
