"""The functions in exact arithmetic: the formulas of the papers, evaluated by mpmath with many digits."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import mpmath
import numpy as np
from mpmath import mp, mpf

PRECISION = 160
_STEP = mpf(2) ** -4000


def _sigmoid(z: Any) -> Any:
    return 1 / (1 + mp.exp(-z))


def _gelu_tanh(z: Any) -> Any:
    """(1 + tanh u) / 2 written as σ(2u), which does not cancel."""
    return z * _sigmoid(2 * mp.sqrt(2 / mp.pi) * (z + mpf("0.044715") * z * z * z))


def _selu(z: Any) -> Any:
    alpha = mpf("1.6732632423543772848170429916717")
    scale = mpf("1.0507009873554804934193349852946")
    return scale * _piece(z, z, lambda: alpha * mp.expm1(z))


def _piece(z: Any, positive: Any, negative: Callable[[], Any]) -> Any:
    return positive if mp.re(z) > 0 else negative()


def _normal_cdf(z: Any) -> Any:
    """Φ(z); beyond ±1000 it is e^−500000 away from its limit, and mpmath's own erfc gives up at some point."""
    return mp.ncdf(min(max(z, mpf(-1000)), mpf(1000)))


VALUES: dict[str, Callable[..., Any]] = {
    "step": lambda z: mpf(1 if mp.re(z) >= 0 else 0),
    "linear": lambda z, slope: mpf(slope) * z,
    "sigmoid": _sigmoid,
    "tanh": mp.tanh,
    "relu": lambda z: _piece(z, z, lambda: mpf(0)),
    "leaky_relu": lambda z, negative_slope: _piece(z, z, lambda: mpf(negative_slope) * z),
    "prelu": lambda z, slope: _piece(z, z, lambda: mpf(slope) * z),
    "elu": lambda z, alpha: _piece(z, z, lambda: mpf(alpha) * mp.expm1(z)),
    "selu": _selu,
    "swish": lambda z, beta: z * _sigmoid(mpf(beta) * z),
    "gelu": lambda z: z * _normal_cdf(z),
    "gelu_tanh": _gelu_tanh,
}


def value(name: str, x: float, **parameters: float) -> Any:
    """Return the function at the float ``x``."""
    with mp.workprec(PRECISION):
        return mp.re(VALUES[name](mpf(x), **parameters))


def derivative(name: str, x: float, **parameters: float) -> Any:
    """Return the derivative at the float ``x``: the complex step, which does not cancel; GELU's by its formula.

    mpmath's complex error function has no relative accuracy in a tiny imaginary part.
    """
    with mp.workprec(PRECISION):
        if name == "gelu":
            return _normal_cdf(mpf(x)) + mpf(x) * mp.npdf(mpf(x))
        return mp.im(VALUES[name](mp.mpc(x, _STEP), **parameters)) / _STEP


def to_floats(numbers: Iterable[Any], dtype: Any) -> np.ndarray:
    """Round exact numbers to ``dtype``, once, subnormals included."""
    with np.errstate(over="ignore"):
        return np.array([_rounded(number, np.finfo(dtype)) for number in numbers]).astype(dtype)


def _rounded(number: Any, info: Any) -> float:
    if not mp.isfinite(number) or number == 0:
        return float(number)
    exponent = max(mpmath.frexp(number)[1], info.minexp + 1) - (info.nmant + 1)
    with mp.workprec(info.nmant + 100):
        rounded = int(mp.nint(mp.ldexp(number, -exponent)))
    try:
        return float(mp.ldexp(mpf(rounded), exponent))
    except OverflowError:
        return float("inf") if rounded > 0 else float("-inf")
