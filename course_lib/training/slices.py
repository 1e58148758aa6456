"""Neighbouring models that share something are computed together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from torch import Tensor
from torch.nn import functional

from course_lib import nn
from course_lib.activations import Activation
from course_lib.training.model import Model, kind, learns

Value = Callable[[Tensor, Tensor], Tensor]


def runs(keys: Sequence[object]) -> list[slice]:
    """Return where equal neighbours stand: ``runs("aab")`` is ``[slice(0, 2), slice(2, 3)]``."""
    starts = [place for place, key in enumerate(keys) if place == 0 or key != keys[place - 1]]
    return [slice(start, stop) for start, stop in zip(starts, [*starts[1:], len(keys)], strict=True)]


@dataclass(frozen=True)
class Slice:
    """Neighbouring models with one activation in a hidden layer.

    Attributes:
        place: the positions of the models.
        function: the activation.
        value: the activation from ``(models, …)`` and the models' slopes ``(models, 1, 1)`` to the same shape; only a
            learnable activation looks at the slopes.
    """

    place: slice
    function: Activation
    value: Value

    @property
    def learns(self) -> bool:
        """Whether the activation learns its slope."""
        return learns(self.function)

    @property
    def size(self) -> int:
        """Number of models."""
        return int(self.place.stop - self.place.start)


def slices(models: Sequence[Model], layer: int) -> list[Slice]:
    """Return the runs of neighbours with one activation in a hidden layer."""
    functions = [model.functions[layer] for model in models]
    return [Slice(run, functions[run.start], value(functions[run.start])) for run in runs([kind(f) for f in functions])]


def value(function: Activation) -> Value:
    """Return an activation as a function of pre-activations and slopes, see `Slice`."""
    if learns(function):
        return _prelu
    fixed = nn.function(function)
    return lambda z, slope: fixed(z)


def _prelu(z: Tensor, slope: Tensor) -> Tensor:
    """Torch's PReLU has one slope per channel; the models are the channels of a single example."""
    return functional.prelu(z.reshape(1, len(z), -1), slope.flatten()).view_as(z)
