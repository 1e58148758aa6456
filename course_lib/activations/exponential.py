"""The exponential linear functions: a straight line for positive inputs, a saturating exponential for negative ones."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from course_lib.activations.activation import Activation, Parameter, Source
from course_lib.activations.floats import Doubles
from course_lib.activations.interval import Interval
from course_lib.language import Text

SELU_ALPHA = 1.6732632423543772
SELU_SCALE = 1.0507009873554805


def _decay(factor: float, x: Doubles) -> Doubles:
    """Return factor · eˣ for x ≤ 0; in two halves, so that eˣ does not underflow before the product does."""
    half = np.exp(np.minimum(x, 0.0) / 2)
    return factor * half * half


@dataclass(frozen=True, repr=False)
class ELU(Activation):
    """The exponential linear unit: saturates smoothly at −α.

    f(x) = x if x > 0, else α·(eˣ − 1);  f′(x) = 1 if x > 0, else α·eˣ (at 0 a convention, torch's too).

    Clevert, Unterthiner and Hochreiter (2015), *Fast and accurate deep network learning by exponential linear units*.
    """

    name = "elu"
    title = Text(en="ELU", fa="ELU")
    formula = r"f(x) = \begin{cases} x & x > 0 \\ \alpha\,(e^{x} - 1) & x \le 0 \end{cases}"
    derivative_formula = r"f'(x) = \begin{cases} 1 & x > 0 \\ \alpha\,e^{x} & x \le 0 \end{cases}"
    source = Source(
        authors="Clevert, Unterthiner & Hochreiter",
        year=2015,
        title="Fast and accurate deep network learning by exponential linear units (ELUs)",
        arxiv="1511.07289",
    )
    parameters = (
        Parameter("alpha", r"\alpha", 1.0, 0.1, 3.0, Text(en="depth of saturation", fa="عمق اشباع"), Interval(low=0.0)),
    )

    alpha: float = 1.0

    @property
    def range(self) -> Interval:
        """Above −α."""
        return Interval(low=-self.alpha)

    @property
    def kinks(self) -> tuple[float, ...]:
        """At 0, unless α = 1: then the slopes of the two sides meet."""
        return () if self.alpha == 1 else (0.0,)

    def _value(self, x: Doubles) -> Doubles:
        return np.where(x > 0, x, self.alpha * np.expm1(np.minimum(x, 0.0)))

    def _derivative(self, x: Doubles) -> Doubles:
        return np.where(x > 0, 1.0, _decay(self.alpha, x))

    def _second_derivative(self, x: Doubles) -> Doubles:
        return np.where(x > 0, 0.0, _decay(self.alpha, x))

    def _antiderivative(self, x: Doubles) -> Doubles:
        return np.where(x > 0, x * (x / 2), self.alpha * (np.expm1(np.minimum(x, 0.0)) - x))


@dataclass(frozen=True, repr=False)
class SELU(Activation):
    """The scaled exponential linear unit: ELU whose two constants keep mean 0 and variance 1 from layer to layer.

    f(x) = λx if x > 0, else λα·(eˣ − 1);  f′(x) = λ if x > 0, else λα·eˣ (at 0 a convention, torch's too);
    α ≈ 1.6733 and λ ≈ 1.0507 make mean 0 and variance 1 a fixed point for a normal input.

    Klambauer, Unterthiner, Mayr and Hochreiter (2017), *Self-normalizing neural networks*.
    """

    name = "selu"
    title = Text(en="SELU", fa="SELU")
    formula = r"f(x) = \lambda \begin{cases} x & x > 0 \\ \alpha\,(e^{x} - 1) & x \le 0 \end{cases}"
    derivative_formula = r"f'(x) = \lambda \begin{cases} 1 & x > 0 \\ \alpha\,e^{x} & x \le 0 \end{cases}"
    source = Source(
        authors="Klambauer, Unterthiner, Mayr & Hochreiter",
        year=2017,
        title="Self-normalizing neural networks",
        arxiv="1706.02515",
    )

    range = Interval(low=-SELU_SCALE * SELU_ALPHA)
    kinks = (0.0,)

    def _value(self, x: Doubles) -> Doubles:
        return SELU_SCALE * np.where(x > 0, x, SELU_ALPHA * np.expm1(np.minimum(x, 0.0)))

    def _derivative(self, x: Doubles) -> Doubles:
        return np.where(x > 0, SELU_SCALE, _decay(SELU_SCALE * SELU_ALPHA, x))

    def _second_derivative(self, x: Doubles) -> Doubles:
        return np.where(x > 0, 0.0, _decay(SELU_SCALE * SELU_ALPHA, x))

    def _antiderivative(self, x: Doubles) -> Doubles:
        return SELU_SCALE * np.where(x > 0, x * (x / 2), SELU_ALPHA * (np.expm1(np.minimum(x, 0.0)) - x))
