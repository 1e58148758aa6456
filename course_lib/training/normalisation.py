"""Batch normalisation of many models' layers at once, with its backward pass written out."""

from __future__ import annotations

import torch
from torch import Tensor


class BatchNorm:
    """z ← scale · (z − mean) / √(variance + 10⁻⁵) + shift, unit by unit (Ioffe and Szegedy 2015).

    As in ``torch.nn.BatchNorm1d``, mean and variance are those of the mini-batch while training, and running averages
    of them afterwards, which move by a tenth at every step.

    Args:
        scale: ``(models, 1, units)``.
        shift: likewise.
        scale_gradient: where `backward` writes the gradient with respect to the scale.
        shift_gradient: likewise.

    Attributes:
        running_mean: ``(models, 1, units)``.
        running_variance: likewise, without bias.
    """

    _EPSILON, _MOMENTUM = 1e-5, 0.1

    def __init__(self, scale: Tensor, shift: Tensor, scale_gradient: Tensor, shift_gradient: Tensor) -> None:
        self._scale, self._shift = scale, shift
        self._scale_gradient, self._shift_gradient = scale_gradient, shift_gradient
        self.running_mean, self.running_variance = torch.zeros_like(scale), torch.ones_like(scale)
        self._mean, self._variance = torch.zeros_like(scale), torch.ones_like(scale)
        self._normal, self._inverse, self._examples = scale.new_empty(0), torch.ones_like(scale), 0

    def forward(self, z: Tensor) -> Tensor:
        """Return z ``(models, examples, units)`` normalised by its own statistics, and keep what `backward` needs."""
        self._examples = z.shape[1]
        self._variance, self._mean = torch.var_mean(z, 1, correction=0, keepdim=True)
        self._inverse = (self._variance + self._EPSILON).rsqrt()
        self._normal = (z - self._mean).mul_(self._inverse)
        return torch.addcmul(self._shift, self._normal, self._scale)

    def backward(self, delta: Tensor) -> Tensor:
        """Return the derivative with respect to z, given that with respect to the result; fill the gradients."""
        torch.sum(delta, 1, keepdim=True, out=self._shift_gradient)
        torch.sum(delta * self._normal, 1, keepdim=True, out=self._scale_gradient)
        common = (self._normal * self._scale_gradient).add_(self._shift_gradient).div_(self._examples)
        return delta.sub(common).mul_(self._scale * self._inverse)

    def accept(self) -> None:
        """Move the running averages towards the statistics of the last `forward`."""
        self.running_mean.lerp_(self._mean, self._MOMENTUM)
        unbiased = self._variance * (self._examples / (self._examples - 1))
        self.running_variance.lerp_(unbiased, self._MOMENTUM)

    def apply(self, z: Tensor, chosen: slice) -> Tensor:
        """Return z of some models, normalised by the running averages."""
        scale = self._scale[chosen] * (self.running_variance[chosen] + self._EPSILON).rsqrt()
        return torch.addcmul(self._shift[chosen], z - self.running_mean[chosen], scale)
