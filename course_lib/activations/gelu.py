"""GELU: the input, gated by the normal distribution; exactly, and in its tanh form."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from course_lib.activations.activation import Activation, Source
from course_lib.activations.floats import Doubles
from course_lib.activations.interval import Interval
from course_lib.language import Text

_CUT = 40.0


@dataclass(frozen=True, repr=False)
class GELU(Activation):
    """The Gaussian error linear unit: x times the probability that a standard normal number lies below x.

    f(x) = x·Φ(x);  f′(x) = Φ(x) + x·φ(x), with Φ the distribution function and φ the density of the standard normal.

    Hendrycks and Gimpel (2016), *Gaussian error linear units (GELUs)*.
    """

    name = "gelu"
    title = Text(en="GELU", fa="GELU")
    formula = r"\operatorname{GELU}(x) = x\,\Phi(x) = \frac{x}{2}\Bigl(1 + \operatorname{erf}\frac{x}{\sqrt 2}\Bigr)"
    derivative_formula = (
        r"\operatorname{GELU}'(x) = \Phi(x) + x\,\varphi(x), \qquad \varphi(x) = \frac{e^{-x^2/2}}{\sqrt{2\pi}}"
    )
    source = Source(
        authors="Hendrycks & Gimpel",
        year=2016,
        title="Gaussian error linear units (GELUs)",
        arxiv="1606.08415",
    )

    @property
    def range(self) -> Interval:
        return Interval(low=-0.16997120747990369, low_closed=True)

    @property
    def monotonic(self) -> bool:
        return False

    def _parts(self, x: Doubles) -> tuple[Doubles, Doubles, Doubles]:
        """Return x cut to [−40, 40], r = e^(−x²/4), and c = Φ(−|x|) / r².

        r² = √(2π)·φ(x) is left in two factors, so that it does not underflow before the product that it enters does.
        x² is split into the square of a short number, which is exact, and a small rest: rounding it would cost
        as many digits of the exponential as x² has before the point.
        """
        from scipy.special import erfcx

        x = np.clip(x, -_CUT, _CUT)
        short = np.round(x * 1024) / 1024
        root = np.exp(-short * short / 4) * np.exp(-(x - short) * (x + short) / 4)
        return x, root, erfcx(np.abs(x) / math.sqrt(2)) / 2

    def _value(self, x: Doubles) -> Doubles:
        cut, root, c = self._parts(x)
        tail = root * c * root
        return np.where(x < 0, cut * root * c * root, x * (1 - tail))

    def _derivative(self, x: Doubles) -> Doubles:
        x, root, c = self._parts(x)
        tail = root * (c - np.abs(x) / math.sqrt(2 * math.pi)) * root
        return np.where(x < 0, tail, 1 - tail)

    def _second_derivative(self, x: Doubles) -> Doubles:
        x, root, _ = self._parts(x)
        return root * (2 - x * x) * root / math.sqrt(2 * math.pi)

    def _antiderivative(self, x: Doubles) -> Doubles:
        cut, root, c = self._parts(x)
        size = np.abs(cut)
        tail = root * ((size * size - 1) * c - size / math.sqrt(2 * math.pi)) * root / 2
        return np.where(x < 0, tail + 0.25, (x * x - 1) / 2 - tail + 0.25)


@dataclass(frozen=True, repr=False)
class GELUTanh(Activation):
    """The tanh form of GELU: an approximation that needs no error function.

    f(x) = x/2·(1 + tanh u) = x·σ(2u), u = √(2/π)·(x + 0.044715·x³);  f′(x) = σ(2u) + 2x·u′·σ(2u)·(1 − σ(2u)).

    Hendrycks and Gimpel (2016), *Gaussian error linear units (GELUs)*.
    """

    name = "gelu_tanh"
    title = Text(en="GELU (tanh form)", fa="GELU (صورت tanh)")
    formula = r"f(x) = \frac{x}{2}\Bigl(1 + \tanh\bigl(\sqrt{2/\pi}\,(x + 0.044715\,x^3)\bigr)\Bigr)"
    derivative_formula = (
        r"f'(x) = \sigma(2u) + 2x\,u'\,\sigma(2u)\,\bigl(1 - \sigma(2u)\bigr), "
        r"\qquad u = \sqrt{2/\pi}\,(x + 0.044715\,x^3)"
    )
    source = GELU.source

    @property
    def range(self) -> Interval:
        return Interval(low=-0.170040750776, low_closed=True)

    @property
    def monotonic(self) -> bool:
        return False

    def _parts(self, x: Doubles) -> tuple[Doubles, Doubles, Doubles, Doubles]:
        x = np.clip(x, -_CUT, _CUT)
        scale = 2 * math.sqrt(2 / math.pi)
        z = scale * x * (1 + 0.044715 * x * x)
        return x, z, scale * (1 + 3 * 0.044715 * x * x), np.exp(-np.abs(z) / 2)

    def _value(self, x: Doubles) -> Doubles:
        cut, _, _, root = self._parts(x)
        return np.where(x < 0, cut * root * root, x) / (1 + root * root)

    def _derivative(self, x: Doubles) -> Doubles:
        x, _, slope, root = self._parts(x)
        e = root * root
        return np.where(x < 0, root * (1 + e + x * slope) * root, 1 + e + x * slope * e) / (1 + e) ** 2

    def _second_derivative(self, x: Doubles) -> Doubles:
        x, z, slope, root = self._parts(x)
        bend = 12 * math.sqrt(2 / math.pi) * 0.044715 * x
        inner = 2 * slope + x * bend - x * slope**2 * np.tanh(z / 2)
        return root * inner * root / (1 + root * root) ** 2

    def _antiderivative(self, x: Doubles) -> Doubles:
        raise NotImplementedError(
            Text(
                en="The tanh form of GELU has no antiderivative in closed form. GELU itself has one: "
                'activations.get("gelu").antiderivative(x).',
                fa="صورت tanh تابع GELU پادمشتقی به صورت بسته ندارد. خود GELU دارد: "
                'activations.get("gelu").antiderivative(x).',
            )
        )
