"""Softmax: turns the logits of several classes into probabilities."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from course_lib.activations.activation import Activation, Source
from course_lib.activations.floats import Doubles, evaluate
from course_lib.activations.interval import Interval
from course_lib.language import Text


@dataclass(frozen=True, repr=False)
class Softmax(Activation):
    """Softmax over one axis: positive numbers that sum to 1 and keep the order of the logits.

    pᵢ = e^zᵢ / Σⱼ e^zⱼ;  ∂pᵢ/∂zⱼ = pᵢ·(δᵢⱼ − pⱼ).

    The largest logit is subtracted first, so that nothing overflows.

    Bridle (1990), *Probabilistic interpretation of feedforward classification network outputs*.

    Attributes:
        axis: The axis that holds the classes.
    """

    name = "softmax"
    title = Text(en="Softmax", fa="Softmax")
    formula = r"p_i = \frac{e^{z_i}}{\sum_j e^{z_j}}"
    derivative_formula = r"\frac{\partial p_i}{\partial z_j} = p_i\,(\delta_{ij} - p_j)"
    source = Source(
        authors="Bridle",
        year=1990,
        title="Probabilistic interpretation of feedforward classification network outputs, "
        "with relationships to statistical pattern recognition",
        doi="10.1007/978-3-642-76153-9_28",
    )
    elementwise = False

    axis: int = -1

    @property
    def range(self) -> Interval:
        return Interval(0.0, 1.0)

    def __call__(self, x: ArrayLike) -> Any:
        return evaluate(self._value, x)

    def derivative(self, x: ArrayLike) -> Any:
        """Return the Jacobian: for logits of shape (…, K) an array of shape (…, K, K)."""
        return evaluate(self._derivative, x)

    def _value(self, x: Doubles) -> Doubles:
        top = np.max(x, axis=self.axis, keepdims=True)
        e = np.exp(x - top)
        return e / np.sum(e, axis=self.axis, keepdims=True)

    def _derivative(self, x: Doubles) -> Doubles:
        p = np.moveaxis(self._value(x), self.axis, -1)
        jacobian = -p[..., :, None] * p[..., None, :]
        index = np.arange(p.shape[-1])
        jacobian[..., index, index] = 0
        jacobian[..., index, index] = -jacobian.sum(axis=-1)
        return jacobian

    def _second_derivative(self, x: Doubles) -> Doubles:
        raise self._only_elementwise()

    def _antiderivative(self, x: Doubles) -> Doubles:
        raise self._only_elementwise()

    @staticmethod
    def _only_elementwise() -> NotImplementedError:
        return NotImplementedError(
            Text(
                en="Softmax maps vectors to vectors: it has a Jacobian (derivative), but neither a second derivative "
                "nor an antiderivative that is a function of one number.",
                fa="تابع Softmax بردار را به بردار می‌برد: ژاکوبی دارد (derivative)، ولی مشتق دوم یا پادمشتقی که "
                "تابعِ یک عدد باشد ندارد.",
            )
        )
