"""The experiments of lesson 10: GELU's formula, its random gate, what it takes for granted, and where it is used."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from scipy.special import ndtr, ndtri
from torch import Tensor
from torch.nn import BatchNorm1d, Linear, Module

from course_lib import activations, data, training
from course_lib.claims.experiment import Result, Steps
from course_lib.claims.experiments import architectures
from course_lib.claims.experiments.comparison import Doubles, paired_difference, rates_in_words, seeds_from
from course_lib.claims.interval import Interval
from course_lib.language import Text, digits
from course_lib.training import one_by_one

Floats = NDArray[np.floating[Any]]

_FORMATS: dict[str, tuple[type[np.floating[Any]], type[np.signedinteger[Any]]]] = {
    "float16": (np.float16, np.int16),
    "float32": (np.float32, np.int32),
    "float64": (np.float64, np.int64),
}


def _first_below_each_power(name: str) -> Floats:
    """Return, for every power of two, the negative number nearest 0 at which GELU is smaller in size than that.

    Only the tail below −1 is searched, where GELU shrinks steadily. A float's bits, read as a whole number, grow with
    its size, so halving an interval of such numbers searches all floats.
    """
    kind, whole = _FORMATS[name]
    gelu = activations.get("gelu")
    smallest = np.finfo(kind).smallest_subnormal
    powers = np.float64(2) ** np.arange(np.log2(np.float64(smallest)), -2)
    low = np.full(powers.size, np.array(1, kind).view(whole))  # not below the power yet, or no power of the tail's
    high = np.full(powers.size, np.array(64, kind).view(whole))  # below it: GELU(−64) is 0 in every format
    while (high - low).max() > 1:
        middle = low + (high - low) // 2
        below = np.abs(gelu(-middle.view(kind))) < powers
        low, high = np.where(below, low, middle), np.where(below, middle, high)
    return np.asarray(-high.view(kind))


def _units_apart(x: Floats) -> Doubles:
    """Return the distance between GELU and its tanh form at each number, in units of GELU's last place."""
    exact, form = activations.get("gelu")(x), activations.get("gelu_tanh")(x)
    with np.errstate(over="ignore"):  # beyond the largest number of all there is none to be apart from
        unit = np.spacing(np.abs(exact)).astype(np.float64)
    return np.asarray(np.abs(form.astype(np.float64) - exact.astype(np.float64)) / unit)


def _normal_share(x: Floats, chosen: NDArray[np.bool_]) -> float:
    """Return the share of standard normal numbers whose nearest neighbour in ``x`` (ascending) is a chosen one."""
    numbers = x.astype(np.float64)
    below = ndtr(np.concatenate([[-np.inf], (numbers[1:] + numbers[:-1]) / 2, [np.inf]]))
    return float(np.diff(below)[chosen].sum())


def formula(*, points: int, device: str | None) -> Result:
    """Compare GELU with its tanh form, over the real line and over the floats of three formats.

    Both are computed in float64 and rounded once, so what is compared are the two formulas, not ways to compute them.
    The difference is even, so positive numbers suffice for the largest one. In units of the last place the error is
    largest in the negative tail, where GELU and with it that unit go to 0. As the error shrinks there, too, it is
    largest at the first float of every binade of results, and no other float need be visited.

    Args:
        points: how many points of [0, 8] are searched for the largest difference before the best is refined.
        device: no matter, as there is nothing to train.

    Measures:
        difference: the largest absolute difference over the real line.
        unequal_float16: share of standard normal inputs, rounded to float16, for which the two give different numbers.
        bits_float16: binary logarithm of the largest error in units of the last place: as many bits are wrong.
        bits_float32: the same in float32.
        bits_float64: the same in float64.
    """
    gelu, form = activations.get("gelu"), activations.get("gelu_tanh")
    x = np.linspace(0, 8, points)
    peak = int(np.abs(form(x) - gelu(x)).argmax())
    refined = minimize_scalar(
        lambda at: -abs(form(at) - gelu(at)),
        bounds=(x[max(peak - 1, 0)], x[min(peak + 1, points - 1)]),
        method="bounded",
    )
    halves = np.arange(2**16, dtype=np.uint16).view(np.float16)
    halves = np.unique(halves[np.isfinite(halves)])
    visited = {"float16": halves, **{name: _first_below_each_power(name) for name in ("float32", "float64")}}
    shown = np.linspace(-6, -0.05, 239)
    return Result(
        {
            "difference": Interval.exact(-float(refined.fun)),
            "unequal_float16": Interval.exact(_normal_share(halves, gelu(halves) != form(halves))),
            **{
                f"bits_{name}": Interval.exact(float(np.log2(max(1.0, _units_apart(floats).max()))))
                for name, floats in visited.items()
            },
        },
        Text(
            en="No sampling: in float16 all 63,488 finite numbers; in float32 and float64 the first number of every "
            "binade of results in the negative tail, where the error is largest; the largest difference by bounded "
            "minimisation. Both formulas are computed in float64 and rounded once.",
            fa="بی هیچ نمونه‌گیری: در float16 همهٔ ۶۳٬۴۸۸ عدد متناهی؛ در float32 و float64 نخستین عدد هر بازهٔ دوبرابری "
            "از مقدارها در دنبالهٔ منفی، که خطا آنجا بیشترین است؛ بزرگ‌ترین اختلاف با کمینه‌سازی کران‌دار. هر دو فرمول "
            "در float64 محاسبه و یک بار گرد شده‌اند.",
        ),
        {
            "x": shown,
            "difference": np.abs(form(shown) - gelu(shown)),
            "spacing": {
                name: np.spacing(np.abs(gelu(shown)).astype(_FORMATS[name][0])).astype(np.float64)
                for name in ("float16", "float32")
            },
        },
    )


def dropout(*, draws: int, repetitions: int, first_seed: int, device: str | None) -> Result:
    """Average random gates over many draws, and set the averages beside GELU.

    The gate of GELU keeps x with probability Φ(x): whenever a standard normal number falls below x. Ordinary dropout
    keeps ReLU(x) with a probability that does not depend on x; here it is the one that brings the average nearest to
    GELU.

    A squared distance of averages would contain the noise of the draws. The product of the deviations of two
    independent averages does not: its expectation is the squared distance itself.

    Args:
        draws: how many go into an average, at each of 81 points of [−4, 4].
        repetitions: independent repetitions of it all.
        first_seed: of the repetitions.
        device: no matter, as there is nothing to train.

    Measures:
        gate_distance: mean squared distance between the average of GELU's gate and x·Φ(x), without the noise.
        fixed_distance: the same for ReLU with ordinary dropout.
        spread: standard deviation of a single output of GELU's gate, averaged over the points.
    """
    x = np.linspace(-4, 4, 81)
    gelu, relu = activations.get("gelu")(x), activations.get("relu")(x)
    keep = float(relu @ gelu / (relu @ relu))
    gate_means, fixed_means, spreads = [], [], []
    for seed in seeds_from(first_seed, repetitions):
        generator = np.random.default_rng(seed)
        shape = (2, draws, x.size)  # two independent halves
        gated = np.where(generator.standard_normal(shape) < x, x, 0.0)
        fixed = np.where(generator.random(shape) < keep, relu, 0.0)
        gate_means.append(gated.mean(axis=1))
        fixed_means.append(fixed.mean(axis=1))
        spreads.append(gated.std(axis=1).mean())

    def distances(means: list[Doubles]) -> Interval:
        return Interval.of([((half - gelu) * (other - gelu)).mean() for half, other in means])

    return Result(
        {
            "gate_distance": distances(gate_means),
            "fixed_distance": distances(fixed_means),
            "spread": Interval.of(spreads),
        },
        Text(
            en=f"81 points from −4 to 4; {repetitions} independent repetitions, each with twice {draws:,} draws per "
            f"point; float64. Ordinary dropout keeps with probability {keep:.2f}, which brings it nearest to GELU. "
            "Student’s t intervals.",
            fa=f"۸۱ نقطه از ‎−۴ تا ۴؛ {digits(str(repetitions))} تکرار مستقل، هر یک با دو بار {digits(f'{draws:,}')} "
            f"قرعه در هر نقطه؛ float64. حذف تصادفیِ معمولی با احتمال {digits(f'{keep:.2f}')} نگه می‌دارد، که از هر "
            "احتمال دیگری به GELU نزدیک‌ترش می‌کند. بازه‌های تی استیودنت.",
        ),
        {
            "x": x,
            "gate": np.stack([means.mean(axis=0) for means in gate_means], axis=1),
            "fixed": np.stack([means.mean(axis=0) for means in fixed_means], axis=1),
            "gelu": gelu,
            "keep": keep,
        },
    )


_QUANTILES = ndtr(np.linspace(-2.75, 2.75, 45))


def _pre_activations(network: Module, x: Tensor) -> list[Doubles]:
    """Return what enters each activation of a network in evaluation, one array ``(examples, units)`` per layer."""
    network.eval()
    found = []
    with torch.no_grad():
        for layer in network.children():
            if not isinstance(layer, Linear | BatchNorm1d):
                found.append(x.numpy().astype(np.float64))
            x = layer(x)
    return found


def _standardised(z: Doubles) -> Doubles:
    return np.asarray((z - z.mean(axis=0)) / z.std(axis=0))


def _distance_to_normal(z: Doubles) -> Doubles:
    """Return the Kolmogorov–Smirnov distance of each column to the standard normal distribution ``(columns,)``."""
    n = len(z)
    probability = ndtr(np.sort(z, axis=0))
    steps = np.arange(n + 1)[:, None] / n
    return np.asarray(np.maximum(steps[1:] - probability, probability - steps[:-1]).max(axis=0))


def _mean_shape(z: Doubles) -> Doubles:
    """Return the quantiles of standardised columns, turned so that all are skewed to the right, and averaged."""
    turned = z * np.where((z**3).mean(axis=0) < 0, -1, 1)
    return np.asarray(np.quantile(turned, _QUANTILES, axis=0).mean(axis=1))


def normal(*, widths: Sequence[int], steps: int, seeds: int, first_seed: int, device: str | None) -> Result:
    """Measure how normal the pre-activations of GELU networks are, before and after training.

    The networks are trained one by one, because pre-activations are looked at that are too many to be recorded; on the
    CPU, wherever the course computes.

    Args:
        widths: of the two hidden layers of a narrow network and of a wide one.
        steps: of training.
        seeds: networks of each kind.
        first_seed: of their seeds.
        device: no matter.

    Measures (means over the units of both hidden layers of the Kolmogorov–Smirnov distance, over the training inputs):
        narrow_start: of the standardised pre-activations to the normal distribution, narrow network, before training.
        wide_start: the same, wide network.
        wide_trained: the same, wide network after training.
        normalised_trained: the same, wide network with batch normalisation after training.
        gain: wide_trained − normalised_trained, paired by seed.
        scale_gain: the same difference for pre-activations that are not standardised: how much nearer they are to the
            *standard* normal distribution, whose Φ is GELU's.
        floor: of as many numbers that are truly normal.
    """
    dataset = data.load("digits")
    x = torch.from_numpy(np.array(dataset.x_train))
    narrow, wide = widths
    kinds = {
        "narrow_start": (narrow, False, False),
        "wide_start": (wide, False, False),
        "wide_trained": (wide, False, True),
        "normalised_trained": (wide, True, True),
    }
    distances: dict[str, list[float]] = {name: [] for name in kinds}
    from_standard: dict[str, list[float]] = {name: [] for name in kinds}
    shapes: dict[str, list[Doubles]] = {name: [] for name in kinds}
    floor = []
    for seed in seeds_from(first_seed, seeds):
        for name, (width, batch_norm, trained) in kinds.items():
            model = training.Model(
                "gelu", hidden=(width, width), initialisation="he", learning_rate=0.1, seed=seed, batch_norm=batch_norm
            )
            network = one_by_one.train(model, dataset, steps=steps)[0] if trained else one_by_one.build(model, dataset)
            layers = _pre_activations(network, x)
            standardised = np.hstack([_standardised(z) for z in layers])
            distances[name].append(float(_distance_to_normal(standardised).mean()))
            from_standard[name].append(float(_distance_to_normal(np.hstack(layers)).mean()))
            shapes[name].append(_mean_shape(standardised))
        sample = np.random.default_rng(seed).standard_normal((len(x), 2 * wide))
        floor.append(float(_distance_to_normal(_standardised(sample)).mean()))

    def gain(of: Mapping[str, Sequence[float]]) -> Interval:
        return Interval.of(np.subtract(of["wide_trained"], of["normalised_trained"]))

    return Result(
        {
            **{name: Interval.of(values) for name, values in distances.items()},
            "gain": gain(distances),
            "scale_gain": gain(from_standard),
            "floor": Interval.of(floor),
        },
        Text(
            en=f"Digits; two hidden layers of {narrow} or {wide} GELU units, He initialisation, SGD with learning rate "
            f"0.1, batch 64, {steps} steps; {len(x)} training inputs; {seeds} seeds, paired; Student’s t intervals; "
            "trained in float32, distances in float64.",
            fa=f"رقم‌های دست‌نویس؛ دو لایهٔ پنهان با {digits(str(narrow))} یا {digits(str(wide))} نورون GELU، مقداردهی "
            f"هی، SGD با نرخ یادگیری ۰٫۱، دستهٔ ۶۴ تایی، {digits(str(steps))} گام؛ {digits(str(len(x)))} ورودی آموزش؛ "
            f"{digits(str(seeds))} بذر، جفت‌شده؛ بازه‌های تی استیودنت؛ آموزش در float32 و محاسبهٔ فاصله‌ها در float64.",
        ),
        {
            "normal": ndtri(_QUANTILES),
            "shapes": {name: np.stack(values, axis=1) for name, values in shapes.items()},
        },
    )


def language(*, seeds: int, first_seed: int, **transformer: Any) -> Steps:
    """Compare GELU, ReLU and SwiGLU in the feed-forward layers of transformers of equal size that continue verse.

    Args:
        seeds: networks of each kind and learning rate.
        first_seed: of their seeds.
        **transformer: the network, see ``architectures.tasks``.

    Measures (test losses in nats per character):
        loss: with GELU.
        relu: ReLU − GELU; above 0 GELU is better.
        swiglu: SwiGLU − GELU.
    """
    compared = {**architectures.kinds(["gelu", "relu"]), "swiglu": architectures.SWIGLU}
    found = architectures.together(
        (
            yield architectures.tasks(
                compared,
                architecture="transformer",
                dataset="hafez",
                network=transformer,
                seeds=seeds,
                first_seed=first_seed,
            )
        )
    )
    network, common = architectures.in_words("transformer", transformer), architectures.common_conditions(seeds)
    rates = rates_in_words(found)
    return Result(
        {
            "loss": Interval.of(found["gelu"]["test_loss"]),
            "relu": paired_difference(found["relu"], found["gelu"], "test_loss"),
            "swiglu": paired_difference(found["swiglu"], found["gelu"], "test_loss"),
        },
        Text(
            en=f"Verse by Hafez, letter by letter: {network.en}. SwiGLU has two thirds of the inner width, and so "
            f"as many parameters. {architectures.SUITED.en} {common.en} Chosen: {rates.en}.",
            fa=f"شعر حافظ، حرف به حرف: {network.fa}. پهنای درونی SwiGLU دو سوم است تا شمار پارامترها برابر بماند. "
            f"{architectures.SUITED.fa} {common.fa} نرخ‌های برگزیده: {rates.fa}.",
        ),
        {"test_loss": {name: kind["test_loss"] for name, kind in found.items()}},
    )
