"""GELU: the input, gated by the normal distribution; exactly, and in its tanh form."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from course_lib.activations.activation import Activation, Source
from course_lib.activations.error_free import product_error
from course_lib.activations.floats import Doubles
from course_lib.activations.interval import Interval
from course_lib.language import Text

_CUT = 40.0
_SCALE = 2 * math.sqrt(2 / math.pi)
_CUBIC = 0.044715


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

    range = Interval(low=-0.16997120747990369, low_closed=True)
    monotonic = False

    def _parts(self, x: Doubles) -> tuple[Doubles, Doubles, Doubles]:
        """Return x cut to where Φ(x) still changes, r = e^(−x²/4), and Φ(−|x|) / r².

        r² = √(2π)·φ(x) is left in two factors, so that it does not underflow before the product that it enters does.
        """
        from scipy.special import erfcx, ndtr

        x = np.clip(x, -_CUT, _CUT)
        r = np.exp(-x * x / 4) * (1 - product_error(x, x) / 4)
        size = np.abs(x)
        share = np.where(size < 1, ndtr(-size) / (r * r), erfcx(size / math.sqrt(2)) / 2)
        return x, r, share

    def _value(self, x: Doubles) -> Doubles:
        cut, r, share = self._parts(x)
        tail = r * share * r
        return np.where(x < 0, cut * r * share * r, x * (1 - tail))

    def _derivative(self, x: Doubles) -> Doubles:
        x, r, share = self._parts(x)
        tail = r * (share - np.abs(x) / math.sqrt(2 * math.pi)) * r
        return np.where(x < 0, tail, 1 - tail)

    def _second_derivative(self, x: Doubles) -> Doubles:
        x, r, _ = self._parts(x)
        return r * (2 - x * x) * r / math.sqrt(2 * math.pi)

    def _antiderivative(self, x: Doubles) -> Doubles:
        cut, r, share = self._parts(x)
        size = np.abs(cut)
        tail = r * ((size * size - 1) * share - size / math.sqrt(2 * math.pi)) * r / 2
        return np.where(x < 0, tail + 0.25, x * (x / 2) - tail - 0.25)


@dataclass(frozen=True, repr=False)
class GELUTanh(Activation):
    """The tanh form of GELU: an approximation that needs no error function.

    f(x) = x/2·(1 + tanh u) = x·σ(2u), u = √(2/π)·(x + 0.044715·x³);  f′(x) = σ(2u) + 2x·u′·σ(2u)·(1 − σ(2u)).

    For negative x in float64 the rounding of u leaves a relative error of up to 1e-12 in the far tail.

    Hendrycks and Gimpel (2016), *Gaussian error linear units (GELUs)*.
    """

    name = "gelu_tanh"
    title = Text(en="GELU (tanh form)", fa="GELU (شکل tanh)")
    formula = r"f(x) = \frac{x}{2}\Bigl(1 + \tanh\bigl(\sqrt{2/\pi}\,(x + 0.044715\,x^3)\bigr)\Bigr)"
    derivative_formula = (
        r"f'(x) = \sigma(2u) + 2x\,u'\,\sigma(2u)\,\bigl(1 - \sigma(2u)\bigr), "
        r"\qquad u = \sqrt{2/\pi}\,(x + 0.044715\,x^3)"
    )
    source = GELU.source

    range = Interval(low=-0.17004075057125405, low_closed=True)
    monotonic = False

    def _parts(self, x: Doubles) -> tuple[Doubles, Doubles, Doubles, Doubles]:
        """Return x cut to where the function still bends, z = 2u, dz/dx, and r = e^(−|z|/2)."""
        x = np.clip(x, -_CUT, _CUT)
        z = _SCALE * x * (1 + _CUBIC * x * x)
        return x, z, _SCALE * (1 + 3 * _CUBIC * x * x), np.exp(-np.abs(z) / 2)

    def _value(self, x: Doubles) -> Doubles:
        cut, _, _, r = self._parts(x)
        return np.where(x < 0, cut * r * r, x) / (1 + r * r)

    def _derivative(self, x: Doubles) -> Doubles:
        x, _, slope, r = self._parts(x)
        e = r * r
        return np.where(x < 0, r * (1 + e + x * slope) * r, 1 + e + x * slope * e) / (1 + e) ** 2

    def _second_derivative(self, x: Doubles) -> Doubles:
        x, z, slope, r = self._parts(x)
        bend = 6 * _SCALE * _CUBIC * x
        inner = 2 * slope + x * bend - x * slope**2 * np.tanh(z / 2)
        return r * inner * r / (1 + r * r) ** 2

    def _antiderivative(self, x: Doubles) -> Doubles:
        raise NotImplementedError(
            Text(
                en="The tanh form of GELU has no antiderivative in closed form; GELU itself has one.",
                fa="شکل tanh تابع GELU پادمشتقی به صورت بسته ندارد؛ خود GELU دارد.",
            )
        )
