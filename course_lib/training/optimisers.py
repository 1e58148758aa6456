"""Gradient descent and Adam on one flat tensor that holds the parameters of all models, each with its learning rate.

The arithmetic is that of ``torch.optim.SGD`` and ``torch.optim.Adam`` with their default settings.
"""

from __future__ import annotations

import math
from numbers import Real
from typing import Literal, Protocol

import torch
from torch import Tensor

from course_lib.language import Text
from course_lib.training.parameters import Values

OptimiserName = Literal["sgd", "adam"]
OPTIMISERS: tuple[OptimiserName, ...] = ("sgd", "adam")


class Optimiser(Protocol):
    """Changes parameters in place, given their gradient."""

    def step(self, gradient: Tensor) -> None:
        """Take one step."""


class SGD:
    """Stochastic gradient descent: v ← momentum·v + gradient, parameters ← parameters − learning_rate·v.

    Args:
        parameters: changed in place.
        learning_rate: of the same shape.
        momentum: 0 for plain gradient descent.
    """

    def __init__(self, parameters: Tensor, learning_rate: Tensor, momentum: float) -> None:
        self._parameters, self._learning_rate, self._momentum = parameters, learning_rate, momentum
        self._velocity = torch.zeros_like(parameters) if momentum else None

    def step(self, gradient: Tensor) -> None:
        """Take one step."""
        if self._velocity is not None:
            gradient = self._velocity.mul_(self._momentum).add_(gradient)
        self._parameters.addcmul_(gradient, self._learning_rate, value=-1)


class Adam:
    """Adam (Kingma and Ba 2015), with β₁ = 0.9, β₂ = 0.999 and ε = 10⁻⁸.

    Args:
        parameters: changed in place.
        learning_rate: of the same shape.
    """

    _BETA_1, _BETA_2, _EPSILON = 0.9, 0.999, 1e-8

    def __init__(self, parameters: Tensor, learning_rate: Tensor) -> None:
        self._parameters, self._learning_rate = parameters, learning_rate
        self._mean, self._square = torch.zeros_like(parameters), torch.zeros_like(parameters)
        self._steps = 0

    def step(self, gradient: Tensor) -> None:
        """Take one step."""
        self._steps += 1
        self._mean.lerp_(gradient, 1 - self._BETA_1)
        self._square.mul_(self._BETA_2).addcmul_(gradient, gradient, value=1 - self._BETA_2)
        scale = (self._square.sqrt() / math.sqrt(1 - self._BETA_2**self._steps)).add_(self._EPSILON)
        update = torch.div(self._mean, scale, out=scale).mul_(self._learning_rate)
        self._parameters.sub_(update, alpha=1 / (1 - self._BETA_1**self._steps))


def clip_(gradient: Values, longest: Tensor) -> None:
    """Shorten each model's gradient to a norm in place (Pascanu, Mikolov and Bengio 2013).

    The arithmetic is that of ``torch.nn.utils.clip_grad_norm_``.

    Args:
        gradient: of all models.
        longest: the norm that each model's gradient may have at most ``(models,)``; infinity for no limit.
    """
    factor = (longest / (gradient.norm() + 1e-6)).clamp(max=1.0)
    gradient.scale_(torch.where(longest.isinf(), torch.ones_like(factor), factor))


def optimiser(name: str, parameters: Tensor, learning_rate: Tensor, momentum: float) -> Optimiser:
    """Return the optimiser of that name for the parameters.

    Raises:
        ValueError: if the name is unknown, or the momentum is not in [0, 1) or is given to Adam.
    """
    check(name, momentum)
    return SGD(parameters, learning_rate, momentum) if name == "sgd" else Adam(parameters, learning_rate)


def check(name: str, momentum: object) -> None:
    """Raise a ``ValueError`` if there is no such optimiser, or not with such a momentum."""
    if name not in OPTIMISERS:
        raise ValueError(
            Text(
                en=f"No optimiser {name!r}: choose 'sgd' or 'adam'.",
                fa=f"بهینه‌سازی به نام «{name}» وجود ندارد: 'sgd' یا 'adam' را انتخاب کنید.",
            )
        )
    if isinstance(momentum, bool) or not isinstance(momentum, Real) or not 0 <= float(momentum) < 1:
        raise ValueError(
            Text(
                en=f"The momentum must be at least 0 and below 1, not {momentum!r}.",
                fa=f"تکانه باید دست‌کم ۰ و کمتر از ۱ باشد، نه {momentum!r}.",
            )
        )
    if name == "adam" and momentum:
        raise ValueError(
            Text(
                en="Adam has a momentum of its own: leave momentum at 0, or choose optimiser='sgd'.",
                fa="Adam تکانهٔ خود را دارد: momentum را ۰ بگذارید یا optimiser='sgd' را انتخاب کنید.",
            )
        )
