"""The step: on or off."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from course_lib.activations.activation import Activation, Source
from course_lib.activations.floats import Doubles
from course_lib.activations.interval import Interval
from course_lib.language import Text


@dataclass(frozen=True, repr=False)
class Step(Activation):
    """The step function: 0 for negative inputs, 1 for zero and positive ones.

    H(x) = 1 if x ≥ 0, else 0;  H′(x) = 0 for x ≠ 0, and by convention at 0 too.

    McCulloch and Pitts (1943), *A logical calculus of the ideas immanent in nervous activity*.
    """

    name = "step"
    title = Text(en="Step", fa="پله‌ای")
    formula = r"H(x) = \begin{cases} 1 & x \ge 0 \\ 0 & x < 0 \end{cases}"
    derivative_formula = r"H'(x) = 0 \quad (x \ne 0)"
    source = Source(
        authors="McCulloch & Pitts",
        year=1943,
        title="A logical calculus of the ideas immanent in nervous activity",
        doi="10.1007/BF02478259",
    )

    range = Interval(0.0, 1.0, low_closed=True, high_closed=True)
    kinks = (0.0,)

    def _value(self, x: Doubles) -> Doubles:
        return np.where(x >= 0, 1.0, 0.0)

    def _derivative(self, x: Doubles) -> Doubles:
        return np.zeros_like(x)

    def _second_derivative(self, x: Doubles) -> Doubles:
        return np.zeros_like(x)

    def _antiderivative(self, x: Doubles) -> Doubles:
        return np.maximum(x, 0.0)
