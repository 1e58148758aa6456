"""Many convolutional networks as one: their channels lie side by side, and each convolves its own, as a group.

On one core a grouped convolution is about twice as fast as one convolution after another, and two to four times as
fast as copying all patches for one batched matrix product.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn import functional

from course_lib.data import Dataset
from course_lib.training.differentiated import Differentiated, Parameters
from course_lib.training.model import Model
from course_lib.training.modules import pools
from course_lib.training.network import Activate


class Convolutional(Differentiated):
    """Blocks of convolution, activation and average pooling, and a linear layer on what is left; see `modules.cnn`."""

    def __init__(self, models: Sequence[Model], dataset: Dataset, device: torch.device) -> None:
        self._shape = dataset.shape
        super().__init__(models, dataset, device)

    def slope_name(self, layer: int) -> str:
        """Return the name that a learned slope of a block has."""
        return f"{layer}.activation.weight"

    def weight_name(self, layer: int) -> str:
        """Return the name of the kernels of a block."""
        return f"{layer}.convolution.weight"

    def outputs(self, parameters: Parameters, x: Tensor, activate: Activate) -> Tensor:
        """Return the outputs ``(models, examples, outputs)``."""
        models, examples = x.shape[:2]
        flat = len(self._shape) == 2
        convolve = functional.conv1d if flat else functional.conv2d
        pool = functional.avg_pool1d if flat else functional.avg_pool2d
        channels, *size = self._shape
        # Channels of all models side by side: (examples, models · channels, …).
        x = x.transpose(0, 1).reshape(examples, models * channels, *size)
        for layer in range(len(self._values)):
            kernels, bias = parameters[self.weight_name(layer)], parameters[f"{layer}.convolution.bias"]
            z = convolve(x, kernels.flatten(0, 1), bias.flatten(), padding=1, groups=models)
            # Units are channels, and they come last for the activation.
            z = z.view(examples, models, -1, *size).movedim((1, 2), (0, -1))
            y = activate(layer, z, self.slope(parameters, layer, models)).movedim((0, -1), (1, 2))
            x = y.reshape(examples, -1, *size)
            if pools(size):
                x = pool(x, 2)
                size = [side // 2 for side in size]
        features = x.reshape(examples, models, -1).transpose(0, 1)
        weight, bias = parameters["output.weight"], parameters["output.bias"]
        return torch.baddbmm(bias.unsqueeze(1), features, weight.transpose(1, 2))
