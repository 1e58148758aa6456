"""The exact experiments of lesson 09: what Swish's formula is, lets through, how low it goes and how high."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from scipy.integrate import quad
from scipy.optimize import brentq
from scipy.special import lambertw

from course_lib import activations
from course_lib.claims.experiment import Result
from course_lib.claims.experiments.comparison import Doubles
from course_lib.claims.experiments.rounding import ulps
from course_lib.claims.interval import Interval
from course_lib.language import Text, digits

_REACH = 8.0
"""Within ±8 the sigmoid's values are normal numbers even in float16, so a product with them is as exact as they are."""


def _distance(first: Doubles, second: Doubles) -> float:
    return float(np.abs(first - second).max())


def formula(*, points: int, betas: Sequence[float], device: str | None) -> Result:
    """Compare Swish with the product x·σ(x) and with the bare σ(x), and follow x·σ(βx) from one extreme to the other.

    Measures:
        identity: largest distance between Swish and x·σ(x), in units of the last place; float16, float32 and float64.
        bare_sigmoid: largest distance between Swish and σ(x) for |x| ≤ 8.
        to_line: largest distance between x·σ(βx) and x/2 for |x| ≤ 8 and the smallest β.
        to_relu: largest distance between x·σ(βx) and ReLU for |x| ≤ 8 and the largest β.
    """
    swish, sigmoid, relu = (activations.get(name) for name in ("swish", "sigmoid", "relu"))
    x = np.linspace(-_REACH, _REACH, points)
    family = {beta: activations.get("swish", beta=beta) for beta in sorted(betas)}
    flattest, steepest = min(betas), max(betas)
    shown = np.linspace(-4, 4, 321)
    rounded = [x.astype(dtype) for dtype in (np.float16, np.float32, np.float64)]
    return Result(
        {
            "identity": Interval.exact(max(ulps(swish(z), z * sigmoid(z)) for z in rounded)),
            "bare_sigmoid": Interval.exact(_distance(swish(x), sigmoid(x))),
            "to_line": Interval.exact(_distance(family[flattest](x), x / 2)),
            "to_relu": Interval.exact(_distance(family[steepest](x), relu(x))),
        },
        Text(
            en=f"Computed, not sampled: {points:,} numbers from −8 to 8; the identity in float16, float32 and float64, "
            f"the rest in float64; β from {flattest:g} to {steepest:g}.",
            fa=f"محاسبه، نه نمونه‌گیری: {digits(f'{points:,}')} عدد از \u200e−۸ تا ۸؛ خودِ اتحاد با float16 و float32 و "
            f"float64 و بقیه با float64؛ β از {digits(f'{flattest:g}')} تا {digits(f'{steepest:g}')}.",
        ),
        {"x": shown, "family": {beta: function(shown) for beta, function in family.items()}},
    )


def _kept(low: float, high: float) -> float:
    """Return the share of the inputs between two numbers that Swish passes on, for a standard normal input.

    ``∫ |f(x)| φ(x) dx / ∫ |x| φ(x) dx``; below 0 the second integral is φ(high) − φ(low).
    """
    swish = activations.get("swish")
    passed, _ = quad(lambda x: abs(float(swish(x))) * _normal(x), low, high, epsabs=0)
    return float(passed / (_normal(high) - _normal(low)))


def _normal(x: float) -> float:
    return math.exp(-x * x / 2) / math.sqrt(2 * math.pi)


def negatives(*, small: float, large: float, device: str | None) -> Result:
    """Work out how much of a negative input Swish passes on, if the inputs are standard normal.

    Measures:
        kept_small: share that is left of the inputs between −small and 0.
        kept_large: share that is left of the inputs below −large.
        kept: share that is left of all negative inputs.
    """
    x = np.linspace(-large - 2, -0.02, 400)
    functions = {name: activations.get(name) for name in ("linear", "swish", "relu")}
    return Result(
        {
            "kept_small": Interval.exact(_kept(-small, 0.0)),
            "kept_large": Interval.exact(_kept(-large - 30, -large)),
            "kept": Interval.exact(_kept(-30.0, 0.0)),
        },
        Text(
            en=f"Integrals in float64 for inputs of mean 0 and variance 1, normally distributed; small means between "
            f"−{small:g} and 0, large means below −{large:g}.",
            fa=f"انتگرال با float64 برای ورودی‌های نرمال با میانگین ۰ و واریانس ۱؛ کوچک یعنی از {digits(f'-{small:g}')} "
            f"تا ۰ و بزرگ یعنی کمتر از {digits(f'-{large:g}')}.",
        ),
        {"x": x, "kept": {name: function(x) / x for name, function in functions.items()}},
    )


def _lowest_point() -> float:
    """Return where Swish is lowest, found as the root of its derivative."""
    return float(brentq(activations.get("swish").derivative, -3.0, 0.0, xtol=1e-15, rtol=1e-15))


def monotone(*, reach: float, device: str | None) -> Result:
    """Look for a place where Swish turns round.

    The slope is 0 where (−x − 1)·e^(−x − 1) = 1/e, so at x = −1 − W(1/e) with Lambert's function W. There the function
    is −W(1/e).

    Measures:
        turning_point: the root of the derivative.
        lowest: the value of the function there.
        root_error: distance of the root from −1 − W(1/e), in units of the last place.
        fall: how far the function falls from −reach to the turning point.
        rise: how far it rises from there to reach.
    """
    swish = activations.get("swish")
    place = _lowest_point()
    lowest = float(swish(place))
    return Result(
        {
            "turning_point": Interval.exact(place),
            "lowest": Interval.exact(lowest),
            "root_error": Interval.exact(ulps(place, -1 - float(lambertw(math.exp(-1)).real))),
            "fall": Interval.exact(float(swish(-reach)) - lowest),
            "rise": Interval.exact(float(swish(reach)) - lowest),
        },
        Text(
            en=f"Root of the derivative in float64, compared with Lambert’s W; fall and rise from −{reach:g} and "
            f"to {reach:g}.",
            fa=f"ریشهٔ مشتق با float64، در مقایسه با تابع W لامبرت؛ افت از {digits(f'-{reach:g}')} و "
            f"خیز تا {digits(f'{reach:g}')}.",
        ),
        {
            "x": np.linspace(-6, 2, 321),
            "y": swish(np.linspace(-6, 2, 321)),
            "lowest": lowest,
        },
    )


def bounds(*, points: int, device: str | None) -> Result:
    """Look for the lowest and the highest value of Swish over the floats.

    Measures:
        lowest: the lowest value in float64: at the root of the derivative, and at numbers of every size below 0.
        lowest_half: the lowest value of all finite float16 numbers.
        highest: the value at the largest float64.
    """
    swish = activations.get("swish")
    largest = np.finfo(np.float64).max
    sizes = np.logspace(-307, 308, points)
    every_half = np.arange(2**16, dtype=np.uint16).view(np.float16)
    finite = every_half[np.isfinite(every_half)]
    x = np.linspace(-8, 4, 241)
    return Result(
        {
            "lowest": Interval.exact(min(float(swish(_lowest_point())), float(swish(-sizes).min()))),
            "lowest_half": Interval.exact(float(swish(finite).min())),
            "highest": Interval.exact(float(swish(largest))),
        },
        Text(
            en=f"Computed: all {finite.size:,} finite numbers of float16; in float64 the turning point, {points:,} "
            "negative numbers from the smallest size to the largest, and the largest number.",
            fa=f"محاسبه: همهٔ {digits(f'{finite.size:,}')} عدد متناهی float16؛ با float64 نقطهٔ بازگشت، "
            f"{digits(f'{points:,}')} عدد منفی از کوچک‌ترین اندازه تا بزرگ‌ترین، و بزرگ‌ترین عدد.",
        ),
        {"x": x, "lines": {name: activations.get(name)(x) for name in ("swish", "relu", "linear")}},
    )
