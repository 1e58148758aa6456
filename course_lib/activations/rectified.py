"""The rectified functions: two straight lines that meet at 0."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from course_lib.activations.activation import Activation, Parameter, Source
from course_lib.activations.floats import Doubles
from course_lib.activations.interval import REALS, Interval
from course_lib.activations.linear import line
from course_lib.language import Text

_NOT_NEGATIVE = Interval(low=0.0, low_closed=True)


@dataclass(frozen=True, repr=False)
class ReLU(Activation):
    """The rectified linear unit: positive inputs pass, negative ones are cut off.

    f(x) = max(0, x);  f′(x) = 1 if x > 0, else 0 (at 0 a convention, torch's too).

    Nair and Hinton (2010), *Rectified linear units improve restricted Boltzmann machines*; as a threshold element
    already in Fukushima (1969), *Visual feature extraction by a multilayered network of analog threshold elements*.
    """

    name = "relu"
    title = Text(en="ReLU", fa="ReLU")
    formula = r"\operatorname{ReLU}(x) = \max(0, x)"
    derivative_formula = r"\operatorname{ReLU}'(x) = \begin{cases} 1 & x > 0 \\ 0 & x \le 0 \end{cases}"
    source = Source(
        authors="Nair & Hinton",
        year=2010,
        title="Rectified linear units improve restricted Boltzmann machines",
        url="https://icml.cc/Conferences/2010/papers/432.pdf",
    )

    range = _NOT_NEGATIVE
    kinks = (0.0,)

    def _value(self, x: Doubles) -> Doubles:
        return np.maximum(x, 0.0)

    def _derivative(self, x: Doubles) -> Doubles:
        return np.where(x > 0, 1.0, 0.0)

    def _second_derivative(self, x: Doubles) -> Doubles:
        return np.zeros_like(x)

    def _antiderivative(self, x: Doubles) -> Doubles:
        positive = np.maximum(x, 0.0)
        return positive * (positive / 2)


@dataclass(frozen=True, repr=False)
class _TwoSlopes(Activation):
    """Slope 1 for positive inputs, another slope for the rest; what Leaky ReLU and PReLU have in common."""

    @property
    def _slope(self) -> float:
        """The slope for negative inputs."""
        return next(iter(self.values.values()))

    @property
    def range(self) -> Interval:
        """All numbers; none below 0 if the slope for negative inputs is 0 or negative."""
        return REALS if self._slope > 0 else _NOT_NEGATIVE

    @property
    def monotonic(self) -> bool:
        """Not with a negative slope for negative inputs: then the function falls before it rises."""
        return self._slope >= 0

    @property
    def zero_centred(self) -> bool:
        """Only with slope 1 on both sides, when the function is the identity."""
        return self._slope == 1

    @property
    def kinks(self) -> tuple[float, ...]:
        """At 0, unless both slopes are 1."""
        return () if self._slope == 1 else (0.0,)

    def _value(self, x: Doubles) -> Doubles:
        return np.where(x > 0, x, line(self._slope, x))

    def _derivative(self, x: Doubles) -> Doubles:
        return np.where(x > 0, 1.0, self._slope)

    def _second_derivative(self, x: Doubles) -> Doubles:
        return np.zeros_like(x)

    def _antiderivative(self, x: Doubles) -> Doubles:
        area = x * (x / 2)
        return np.where(x > 0, area, line(self._slope, area))


@dataclass(frozen=True, repr=False)
class LeakyReLU(_TwoSlopes):
    """Leaky ReLU: negative inputs are scaled down instead of cut off.

    f(x) = x if x > 0, else a·x;  f′(x) = 1 if x > 0, else a (at 0 a convention, torch's too).

    Maas, Hannun and Ng (2013), *Rectifier nonlinearities improve neural network acoustic models*.
    """

    name = "leaky_relu"
    title = Text(en="Leaky ReLU", fa="Leaky ReLU")
    formula = r"f(x) = \begin{cases} x & x > 0 \\ a x & x \le 0 \end{cases}"
    derivative_formula = r"f'(x) = \begin{cases} 1 & x > 0 \\ a & x \le 0 \end{cases}"
    source = Source(
        authors="Maas, Hannun & Ng",
        year=2013,
        title="Rectifier nonlinearities improve neural network acoustic models",
        url="https://ai.stanford.edu/~amaas/papers/relu_hybrid_icml2013_final.pdf",
    )
    parameters = (
        Parameter("negative_slope", "a", 0.01, 0.0, 1.0, Text(en="negative slope", fa="شیب سمت منفی"), _NOT_NEGATIVE),
    )

    negative_slope: float = 0.01


@dataclass(frozen=True, repr=False)
class PReLU(_TwoSlopes):
    """Parametric ReLU: Leaky ReLU whose negative slope is learned with the weights.

    f(x) = x if x > 0, else a·x;  f′(x) = 1 if x > 0, else a;  ∂f/∂a = 0 if x > 0, else x.

    Here the slope is fixed at the value that learning starts from; the torch module learns it.

    He, Zhang, Ren and Sun (2015), *Delving deep into rectifiers*.
    """

    name = "prelu"
    title = Text(en="PReLU", fa="PReLU")
    formula = r"f(x) = \begin{cases} x & x > 0 \\ a x & x \le 0 \end{cases}"
    derivative_formula = r"f'(x) = \begin{cases} 1 & x > 0 \\ a & x \le 0 \end{cases}"
    source = Source(
        authors="He, Zhang, Ren & Sun",
        year=2015,
        title="Delving deep into rectifiers: Surpassing human-level performance on ImageNet classification",
        arxiv="1502.01852",
    )
    parameters = (Parameter("slope", "a", 0.25, -1.0, 1.0, Text(en="learned slope", fa="شیب آموختنی")),)

    slope: float = 0.25
