"""The two S-shaped functions: sigmoid and tanh."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from course_lib.activations.activation import Activation, Source
from course_lib.activations.floats import Doubles
from course_lib.activations.interval import Interval
from course_lib.language import Text


@dataclass(frozen=True, repr=False)
class Sigmoid(Activation):
    """The logistic sigmoid: squashes any number into (0, 1).

    σ(x) = 1 / (1 + e⁻ˣ);  σ′(x) = σ(x)·(1 − σ(x)).

    Both are computed from e^−|x|, which cannot overflow; 1 − σ(x) would lose every digit for large x.

    Rumelhart, Hinton and Williams (1986), *Learning representations by back-propagating errors*.
    """

    name = "sigmoid"
    title = Text(en="Sigmoid", fa="سیگموئید")
    formula = r"\sigma(x) = \frac{1}{1 + e^{-x}}"
    derivative_formula = r"\sigma'(x) = \sigma(x)\,\bigl(1 - \sigma(x)\bigr)"
    source = Source(
        authors="Rumelhart, Hinton & Williams",
        year=1986,
        title="Learning representations by back-propagating errors",
        doi="10.1038/323533a0",
    )

    range = Interval(0.0, 1.0)

    def _value(self, x: Doubles) -> Doubles:
        e = np.exp(-np.abs(x))
        return np.where(x < 0, e / (1 + e), 1 / (1 + e))

    def _derivative(self, x: Doubles) -> Doubles:
        e: Doubles = np.exp(-np.abs(x))
        return e / ((1 + e) * (1 + e))

    def _second_derivative(self, x: Doubles) -> Doubles:
        return -self._derivative(x) * np.tanh(x / 2)

    def _antiderivative(self, x: Doubles) -> Doubles:
        return np.where(x < 0, 0.0, x) + np.log1p(np.expm1(-np.abs(x)) / 2)


@dataclass(frozen=True, repr=False)
class Tanh(Activation):
    """The hyperbolic tangent: squashes any number into (−1, 1), symmetric about the origin.

    tanh(x) = (eˣ − e⁻ˣ) / (eˣ + e⁻ˣ);  tanh′(x) = 1 − tanh²(x) = 1 / cosh²(x).

    The derivative is computed from e^−|x|: 1 − tanh² loses every digit for large x, and cosh² overflows.

    LeCun, Bottou, Orr and Müller (1998), *Efficient BackProp*, who argue for it against the sigmoid.
    """

    name = "tanh"
    title = Text(en="Tanh", fa="تانژانت هذلولوی (tanh)")
    formula = r"\tanh(x) = \frac{e^{x} - e^{-x}}{e^{x} + e^{-x}}"
    derivative_formula = r"\tanh'(x) = 1 - \tanh^2(x)"
    source = Source(
        authors="LeCun, Bottou, Orr & Müller",
        year=1998,
        title="Efficient BackProp",
        doi="10.1007/3-540-49430-8_2",
    )

    range = Interval(-1.0, 1.0)
    zero_centred = True

    def _value(self, x: Doubles) -> Doubles:
        return np.tanh(x)

    def _derivative(self, x: Doubles) -> Doubles:
        e = np.exp(-np.abs(x))
        secant: Doubles = 2 * e / (1 + e * e)
        return secant * secant

    def _second_derivative(self, x: Doubles) -> Doubles:
        return -2 * np.tanh(x) * self._derivative(x)

    def _antiderivative(self, x: Doubles) -> Doubles:
        size: Doubles = np.abs(x)
        hyperbolic = np.sinh(np.minimum(size, 1.0))
        near_zero = np.log1p(hyperbolic * hyperbolic) / 2
        return np.where(size < 1, near_zero, size + np.log1p(np.exp(-2 * size)) - math.log(2))
