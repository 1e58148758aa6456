"""The linear function: a neuron without a non-linearity."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from course_lib.activations.activation import Activation, Parameter, Source
from course_lib.activations.floats import Doubles
from course_lib.activations.interval import REALS, Interval
from course_lib.language import Text


def line(slope: float, x: Doubles) -> Doubles:
    """Return slope · x; zero everywhere, at ±inf too, if the slope is zero."""
    return slope * x if slope else np.zeros_like(x)


@dataclass(frozen=True, repr=False)
class Linear(Activation):
    """The linear function, with slope 1 the identity.

    f(x) = a·x;  f′(x) = a.

    Widrow and Hoff (1960), *Adaptive switching circuits*: the adaptive linear neuron, Adaline.
    """

    name = "linear"
    title = Text(en="Linear", fa="خطی")
    formula = r"f(x) = a x"
    derivative_formula = r"f'(x) = a"
    source = Source(authors="Widrow & Hoff", year=1960, title="Adaptive switching circuits", doi="10.21236/AD0241531")
    parameters = (Parameter("slope", "a", 1.0, -2.0, 2.0, Text(en="slope", fa="شیب")),)

    zero_centred = True

    slope: float = 1.0

    @property
    def range(self) -> Interval:
        """All numbers; only 0 if the slope is 0."""
        return REALS if self.slope else Interval(0.0, 0.0, low_closed=True, high_closed=True)

    def _value(self, x: Doubles) -> Doubles:
        return line(self.slope, x)

    def _derivative(self, x: Doubles) -> Doubles:
        return np.full_like(x, self.slope)

    def _second_derivative(self, x: Doubles) -> Doubles:
        return np.zeros_like(x)

    def _antiderivative(self, x: Doubles) -> Doubles:
        return line(self.slope, x * (x / 2))
