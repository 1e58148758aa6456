"""The numbers that networks learn, side by side."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass
class Values:
    """One number per parameter of all models: a flat tensor, and the same memory seen tensor by tensor.

    Attributes:
        flat: all numbers.
        tensors: views of it, each ``(models, …)``.
    """

    flat: Tensor
    tensors: list[Tensor]

    @classmethod
    def zeros(cls, models: int, shapes: Sequence[Sequence[int]], device: torch.device | None = None) -> Values:
        """Return zeros for tensors of the given shapes, each with one for every model, in main memory by default."""
        sizes = [models * math.prod(shape) for shape in shapes]
        flat = torch.zeros(sum(sizes), device=device)
        pieces = torch.split(flat, sizes)
        return cls(flat, [piece.view(models, *shape) for piece, shape in zip(pieces, shapes, strict=True)])

    def filled(self, per_model: Tensor) -> Tensor:
        """Return a flat tensor that repeats each model's number ``(models,)`` for all of its parameters."""
        return torch.cat([_beside(per_model.to(each), each).expand_as(each).flatten() for each in self.tensors])

    def norm(self) -> Tensor:
        """Return the Euclidean norm of each model's numbers ``(models,)``."""
        each = [torch.linalg.vector_norm(tensor.flatten(1), dim=1) for tensor in self.tensors]
        norm: Tensor = torch.linalg.vector_norm(torch.stack(each), dim=0)
        return norm

    def scale_(self, per_model: Tensor) -> None:
        """Multiply each model's numbers by one number ``(models,)``, in place."""
        for each in self.tensors:
            each.mul_(_beside(per_model, each))


def _beside(per_model: Tensor, tensor: Tensor) -> Tensor:
    return per_model.view(-1, *[1] * (tensor.dim() - 1))
