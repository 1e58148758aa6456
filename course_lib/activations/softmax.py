"""Softmax: turns the logits of several classes into probabilities."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from course_lib.activations.activation import Activation, Source
from course_lib.activations.error_free import sum_error
from course_lib.activations.floats import Doubles, as_floats, evaluate
from course_lib.activations.interval import Interval
from course_lib.language import Text, isolate

_CUT = 800.0


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
    range = Interval(0.0, 1.0)
    elementwise = False

    axis: int = -1

    def __post_init__(self) -> None:
        if isinstance(self.axis, bool) or not isinstance(self.axis, int):
            raise TypeError(
                Text(
                    en=f"axis must be an integer, not {self.axis!r}.",
                    fa=f"مقدار axis باید عددی صحیح باشد، نه «{self.axis}».",
                )
            )

    def __call__(self, x: ArrayLike) -> Any:
        """Return the probabilities of the classes.

        Args:
            x: Logits, floats of any shape that has the axis.

        Returns:
            The same shape and dtype. NaN along the axis where a logit is NaN, or where several are infinite and there
            is no limit; one logit of +inf takes all.

        Raises:
            TypeError: If ``x`` does not hold real floats.
            ValueError: If ``x`` does not have the axis.
        """
        return evaluate(self._value, self._with_axis(x))

    def derivative(self, x: ArrayLike) -> Any:
        """Return the Jacobian ∂pᵢ/∂zⱼ.

        Args:
            x: Logits, as for a call.

        Returns:
            For logits of shape (…, K) an array of shape (…, K, K), i before j. If the axis is not the last one, it is
            moved there first.
        """
        return evaluate(self._derivative, self._with_axis(x))

    def _with_axis(self, x: ArrayLike) -> NDArray[np.floating[Any]]:
        logits = as_floats(x)
        if not -logits.ndim <= self.axis < logits.ndim:
            raise ValueError(
                Text(
                    en=f"Softmax needs several logits along axis {self.axis}, but the input has shape {logits.shape}.",
                    fa=f"تابع Softmax در راستای محور {isolate(str(self.axis))} چند لاجیت می‌خواهد، "
                    f"ولی شکل ورودی {isolate(str(logits.shape))} است.",
                )
            )
        return logits

    def _value(self, x: Doubles) -> Doubles:
        return np.moveaxis(self._shares(x), -1, self.axis)

    def _shares(self, x: Doubles) -> Doubles:
        """Return the probabilities along the last axis; in contiguous memory, where NumPy sums pairwise."""
        x = np.ascontiguousarray(np.moveaxis(x, self.axis, -1))
        top = np.max(x, axis=-1, keepdims=True, initial=-np.inf)
        shifted = np.where(x == top, 0.0, x - top)
        rounded = (shifted < 0) & (shifted > -_CUT)
        e = np.exp(shifted) * np.where(rounded, 1 + sum_error(x, -top), 1.0)
        total = np.sum(e, axis=-1, keepdims=True)
        return np.where(np.isinf(top) & (total > 1), np.nan, e / total)

    def _derivative(self, x: Doubles) -> Doubles:
        p = self._shares(x)
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
                "تابع یک عدد باشد ندارد.",
            )
        )
