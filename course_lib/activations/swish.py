"""Swish: the input, gated by its own sigmoid."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from course_lib.activations.activation import Activation, Parameter, Source
from course_lib.activations.error_free import product_error
from course_lib.activations.floats import Doubles
from course_lib.activations.interval import REALS, Interval
from course_lib.language import Text

_MINIMUM = -0.2784645427610738
"""The lowest value for β = 1, at x ≈ −1.2785."""

_CUT = 3200.0

_SERIES = (1 / 2, 1 / 6, 0, -1 / 120, 0, 1 / 1680, 0, -17 / 362880, 0, 31 / 7983360)
"""The antiderivative over x²/2, as a power series in z = βx; the closed form cancels near 0."""


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
        """Above a minimum that rises with β; all numbers if β = 0."""
        return Interval(low=_MINIMUM / self.beta, low_closed=True) if self.beta else REALS

    @property
    def monotonic(self) -> bool:
        """Only if β = 0, when the function is x/2."""
        return self.beta == 0

    @property
    def zero_centred(self) -> bool:
        """Only if β = 0."""
        return self.beta == 0

    def _gate(self, x: Doubles) -> tuple[Doubles, Doubles]:
        """Return z = βx, cut to where σ(z) still changes, and r = e^(−|z|/2).

        e^−|z| = r² is left in two factors, so that it does not underflow before the product that it enters does.
        """
        mantissa, exponent = math.frexp(self.beta)
        scaled = np.clip(np.ldexp(x, exponent), -_CUT, _CUT)
        z = mantissa * scaled
        rest = product_error(np.full_like(scaled, mantissa), scaled)
        return z, np.exp(-np.abs(z) / 2) * (1 - np.sign(z) * rest / 2)

    def _value(self, x: Doubles) -> Doubles:
        z, r = self._gate(x)
        return np.where(z < 0, np.where(r > 0, x * r * r, -0.0), x) / (1 + r * r)

    def _derivative(self, x: Doubles) -> Doubles:
        z, r = self._gate(x)
        e = r * r
        return np.where(z < 0, r * (1 + e + z) * r, 1 + e + z * e) / (1 + e) ** 2

    def _second_derivative(self, x: Doubles) -> Doubles:
        z, r = self._gate(x)
        return self.beta * r * (2 - z * np.tanh(z / 2)) * r / (1 + r * r) ** 2

    def _antiderivative(self, x: Doubles) -> Doubles:
        from scipy.special import spence

        z, r = self._gate(x)
        e = r * r
        near_zero = x * (x / 2) * np.polynomial.polynomial.polyval(z, _SERIES)
        left = spence(1 + e) - np.abs(z) * np.log1p(e) + math.pi**2 / 12
        beyond = np.where(z < 0, 0.0, x * (x / 2)) + np.where(z < 0, left, -left) / self.beta / self.beta
        return np.where(np.abs(z) < 0.1, near_zero, beyond)
