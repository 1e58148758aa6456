"""What the trainer asks of many networks of one shape that are computed as one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from torch import Tensor

from course_lib.training.model import Model
from course_lib.training.parameters import Values

Activate = Callable[[int, Tensor, Tensor], Tensor]
"""Takes the number of a hidden layer, pre-activations ``(models, …, units)`` and slopes ``(models, 1, 1)``, and returns
the activations. Between models and units are the examples, and the places of each if the layer looks at several."""


class Network(Protocol):
    """Networks of one shape, side by side: all tensors carry a leading model dimension."""

    @property
    def models(self) -> Sequence[Model]:
        """The models, in order."""

    @property
    def parameters(self) -> Values:
        """What they learn."""

    @property
    def gradient(self) -> Values:
        """The derivative of the losses with respect to the parameters, after `backward`."""

    @property
    def slopes(self) -> Sequence[Tensor]:
        """Per hidden layer ``(models, 1, 1)``, used by learnable activations."""

    def forward(self, x: Tensor) -> Tensor:
        """Return the outputs ``(models, examples, …, outputs)`` and keep what `backward` needs.

        Args:
            x: ``(models, examples, features)``.
        """

    def backward(self, delta: Tensor) -> None:
        """Fill `gradient`, given the derivative of the losses with respect to the outputs of `forward`."""

    def accept(self) -> None:
        """Take note that a step follows from the last `forward`: running statistics move on."""

    def release(self) -> None:
        """Give back the memory that `forward` and `backward` work in."""

    def state(self) -> list[Tensor]:
        """Return every tensor that training changes."""

    def predict(self, x: Tensor, chosen: slice, activate: Activate) -> Tensor:
        """Return the outputs of some neighbouring models, as after training; every activation goes through `activate`.

        Args:
            x: ``(models chosen, examples, features)``.
            chosen: the positions of the models.
            activate: computes the activations; it may look at them, too.
        """

    def gradient_norm(self, layer: int) -> Tensor:
        """Return the norm of the gradient with respect to the weights that lead into a hidden layer ``(models,)``.

        In a recurrent layer these are the recurrent weights.
        """
