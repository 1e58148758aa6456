"""Swish: the input, gated by its own sigmoid."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from course_lib.activations.activation import Activation, Parameter, Source
from course_lib.activations.floats import Doubles
from course_lib.activations.interval import REALS, Interval
from course_lib.language import Text

_MINIMUM = -0.2784645427610738


@dataclass(frozen=True, repr=False)
class Swish(Activation):
    """Swish, with β = 1 also called SiLU: linear for β = 0, close to ReLU for large β.

    f(x) = x·σ(βx);  f′(x) = σ(βx) + βx·σ(βx)·(1 − σ(βx)).

    Ramachandran, Zoph and Le (2017), *Searching for activation functions*; with β = 1 Elfwing, Uchibe and Doya (2017),
    *Sigmoid-weighted linear units for neural network function approximation in reinforcement learning*.
    """

    name = "swish"
    title = Text(en="Swish", fa="Swish")
    formula = r"f(x) = x\,\sigma(\beta x) = \frac{x}{1 + e^{-\beta x}}"
    derivative_formula = r"f'(x) = \sigma(\beta x) + \beta x\,\sigma(\beta x)\,\bigl(1 - \sigma(\beta x)\bigr)"
    source = Source(
        authors="Ramachandran, Zoph & Le",
        year=2017,
        title="Searching for activation functions",
        arxiv="1710.05941",
    )
    parameters = (
        Parameter(
            "beta",
            r"\beta",
            1.0,
            0.0,
            5.0,
            Text(en="sharpness of the gate", fa="تیزی دروازه"),
            Interval(low=0.0, low_closed=True),
        ),
    )

    beta: float = 1.0

    @property
    def range(self) -> Interval:
        return Interval(low=_MINIMUM / self.beta, low_closed=True) if self.beta else REALS

    @property
    def monotonic(self) -> bool:
        return self.beta == 0

    @property
    def zero_centred(self) -> bool:
        return self.beta == 0

    def _gate(self, x: Doubles) -> tuple[Doubles, Doubles]:
        """Return z = βx and √(e^−|z|), with z cut where nothing more happens, and ±inf out of the way."""
        limit = np.inf if self.beta == 0 else 1600 / self.beta
        z = self.beta * np.clip(x, -limit, limit)
        return z, np.exp(-np.abs(z) / 2)

    def _value(self, x: Doubles) -> Doubles:
        if self.beta == 0:
            return x / 2
        z, root = self._gate(x)
        return np.where(z < 0, np.maximum(x, -1600 / self.beta) * root * root, x) / (1 + root * root)

    def _derivative(self, x: Doubles) -> Doubles:
        if self.beta == 0:
            return np.full_like(x, 0.5)
        z, root = self._gate(x)
        e = root * root
        return np.where(z < 0, root * (1 + e + z) * root, 1 + e + z * e) / (1 + e) ** 2

    def _second_derivative(self, x: Doubles) -> Doubles:
        if self.beta == 0:
            return np.zeros_like(x)
        z, root = self._gate(x)
        return self.beta * root * (2 - z * np.tanh(z / 2)) * root / (1 + root * root) ** 2

    def _antiderivative(self, x: Doubles) -> Doubles:
        from scipy.special import spence

        if self.beta == 0:
            return x * x / 4
        z, root = self._gate(x)
        e = root * root
        tail = np.abs(z) * np.log1p(e) - spence(1 + e)
        return np.where(z < 0, -tail, z * z / 2 + tail - math.pi**2 / 6) / self.beta**2
