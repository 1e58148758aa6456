"""The experiments of lesson 06: whether a leak keeps neurons alive and helps, and whether PReLU learns its slope."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from course_lib import activations, data, training
from course_lib.claims.experiment import Result
from course_lib.claims.experiments.comparison import seeds_from, train
from course_lib.claims.interval import Interval
from course_lib.language import Text, digits


def fix(
    *,
    depth: int,
    width: int,
    slopes: Sequence[float],
    learning_rates: Sequence[float],
    steps: int,
    seeds: int,
    first_seed: int,
    device: str | None,
) -> Result:
    """Compare Leaky ReLU of several slopes with ReLU, where ReLU's neurons die and where they live.

    They die in deep networks with torch's default initialisation, the more so the larger the learning rate; with He
    initialisation they live. Deaths are counted at the largest rate; accuracies are compared at each one's best rate.

    Measures:
        dead_relu: share of dead units at the end, ReLU, default initialisation, largest rate.
        dead_leaky: the same, Leaky ReLU of the smallest slope; dead means a slope of zero on every training input.
        sunk_leaky: share of Leaky ReLU's units, smallest slope, that are negative on every training input at the end:
            there they are straight lines.
        gain_small: test accuracy, Leaky ReLU of the smallest slope − ReLU, default initialisation, best rates.
        gain_large: the same with the largest slope.
        gain_he: the same with the smallest slope, He initialisation.
        gain_harsh: the same with the smallest slope, default initialisation, both at the largest rate. A network whose
            loss became infinite counts with the accuracy it ended with.
    """
    functions = {"relu": activations.get("relu")} | {
        f"{slope:g}": activations.get("leaky_relu", negative_slope=slope) for slope in sorted(slopes)
    }
    small, large = f"{min(slopes):g}", f"{max(slopes):g}"
    kinds = [("default", name) for name in functions] + [("he", "relu"), ("he", small)]
    history = train(
        [
            training.Model(
                functions[name], hidden=(width,) * depth, initialisation=initialisation, learning_rate=rate, seed=seed
            )
            for initialisation, name in kinds
            for rate in sorted(learning_rates)
            for seed in seeds_from(first_seed, seeds)
        ],
        data.load("digits"),
        steps=steps,
        optimiser="adam",
        probe_every=steps,
        record_units=True,
        device=device,
    )
    assert history.units is not None
    shape = (len(kinds), len(learning_rates), seeds)
    accuracy = history.test_accuracy.reshape(shape).astype(np.float64)
    final = np.where(history.diverged, np.inf, history.validation_loss[-1]).reshape(shape)
    best = dict(zip(kinds, final.mean(axis=-1).argmin(axis=-1), strict=True))
    harsh = {kind: ~history.diverged.reshape(shape)[place, -1] for place, kind in enumerate(kinds)}

    def share(of_units: NDArray[np.floating[Any]], name: str) -> Interval:
        """Return the share of units in the networks with the largest rate, those that have a finite loss."""
        kind = ("default", name)
        shares = of_units.reshape(shape)[kinds.index(kind), -1][harsh[kind]]
        units = depth * width
        return Interval.of_counts(np.rint(shares * units), np.full(len(shares), units))

    def gain(initialisation: str, name: str, *, largest: bool = False) -> Interval:
        leaky, relu = (
            accuracy[kinds.index(kind), -1 if largest else best[kind]]
            for kind in ((initialisation, name), (initialisation, "relu"))
        )
        return Interval.of(leaky - relu)

    rates = [f"{rate:g}" for rate in sorted(learning_rates)]
    lost = sum(int((~harsh["default", name]).sum()) for name in ("relu", small))
    dead, silent = history.dead_fraction[-1].mean(axis=-1), (history.units[-1] == 0).mean(axis=(1, 2))
    return Result(
        {
            "dead_relu": share(dead, "relu"),
            "dead_leaky": share(dead, small),
            "sunk_leaky": share(silent, small),
            "gain_small": gain("default", small),
            "gain_large": gain("default", large),
            "gain_he": gain("he", small),
            "gain_harsh": gain("default", small, largest=True),
        },
        Text(
            en=f"Digits; {depth} hidden layers of {width} units, default and He initialisation, Adam, batch 64, "
            f"{steps} steps; learning rate of each by validation loss from {', '.join(rates)}, deaths at the largest; "
            f"slopes {', '.join(list(functions)[1:])}; {seeds} seeds, paired; Student’s t intervals, those of shares "
            f"at least as wide as the score interval; {lost} networks whose loss became infinite are "
            "left out of the shares.",
            fa=f"رقم‌های دست‌نویس؛ {digits(str(depth))} لایهٔ پنهان با {digits(str(width))} نورون، مقداردهی پیش‌فرض و هی، "
            f"Adam، دستهٔ ۶۴ تایی، {digits(str(steps))} گام؛ نرخ یادگیری هر یک به کمک زیان اعتبارسنجی از میان "
            f"{'، '.join(map(digits, rates))}، مرگ‌ها با بزرگ‌ترین آن‌ها؛ شیب‌ها: "
            f"{'، '.join(map(digits, list(functions)[1:]))}؛ {digits(str(seeds))} بذر، جفت‌شده؛ بازه‌های تی استیودنت، و "
            f"برای سهم‌ها دست‌کم به پهنای بازهٔ ویلسون؛ {digits(str(lost))} شبکه که زیانشان بی‌نهایت شد در سهم‌ها به حساب "
            "نیامده‌اند.",
        ),
        {
            "accuracy": {
                name: Interval.of(accuracy[kinds.index(("default", name)), best["default", name]]) for name in functions
            }
        },
    )


def learn(
    *,
    depth: int,
    width: int,
    starts: Sequence[float],
    learning_rates: Sequence[float],
    steps: int,
    seeds: int,
    first_seed: int,
    device: str | None,
) -> Result:
    """Follow PReLU's slopes, one per hidden layer, from several starts and at one learning rate.

    Measures:
        moved_low: root mean square change of the slopes over the layers, from the smallest start.
        moved_high: the same, from the largest start.
        nearer: mean distance between the slopes of the two, at the end over at the start: below 1 they approach each
            other.
        early_minus_late: slope of the first hidden layer − slope of the last, mean over the starts.
        gain: test accuracy, PReLU − Leaky ReLU that keeps the smallest start's slope.
    """
    ordered = sorted(starts)
    functions = [activations.get("prelu", slope=start) for start in ordered]
    functions.append(activations.get("leaky_relu", negative_slope=ordered[0]))
    history = train(
        [
            training.Model(function, hidden=(width,) * depth, initialisation="he", learning_rate=rate, seed=seed)
            for rate in learning_rates
            for function in functions
            for seed in seeds_from(first_seed, seeds)
        ],
        data.load("digits"),
        steps=steps,
        probe_every=steps,
        device=device,
    )
    shape = (len(learning_rates), len(functions), seeds)
    final = np.where(history.diverged, np.inf, history.validation_loss[-1]).reshape(shape)
    best = int(final.mean(axis=(1, 2)).argmin())
    accuracy = history.test_accuracy.reshape(shape)[best].astype(np.float64)
    slopes = history.slope[-1].reshape(*shape, depth)[best].astype(np.float64)
    learned = dict(zip(ordered, slopes, strict=False))  # (seeds, layers) each; Leaky ReLU's, the last, is not learned
    low, high = ordered[0], ordered[-1]

    def moved(start: float) -> Interval:
        return Interval.of(np.sqrt(np.square(learned[start] - start).mean(axis=-1)))

    everywhere = np.mean(list(learned.values()), axis=0)
    rate = f"{learning_rates[best]:g}"
    return Result(
        {
            "moved_low": moved(low),
            "moved_high": moved(high),
            "nearer": Interval.of(np.abs(learned[high] - learned[low]).mean(axis=-1) / (high - low)),
            "early_minus_late": Interval.of(everywhere[:, 0] - everywhere[:, -1]),
            "gain": Interval.of(accuracy[0] - accuracy[-1]),
        },
        Text(
            en=f"Digits; {depth} hidden layers of {width} units, one slope per layer, starts "
            f"{', '.join(f'{start:g}' for start in ordered)}; He initialisation, SGD, batch 64, {steps} steps; "
            f"one learning rate for all, by their mean validation loss: {rate}; {seeds} seeds, paired; "
            "Student’s t intervals.",
            fa=f"رقم‌های دست‌نویس؛ {digits(str(depth))} لایهٔ پنهان با {digits(str(width))} نورون، هر لایه یک شیب، "
            f"مقدارهای آغازین {'، '.join(digits(f'{start:g}') for start in ordered)}؛ مقداردهی هی، SGD، "
            f"دستهٔ ۶۴ تایی، {digits(str(steps))} گام؛ یک نرخ یادگیری برای همه به کمک میانگین زیان اعتبارسنجی‌شان: "
            f"{digits(rate)}؛ {digits(str(seeds))} بذر، جفت‌شده؛ بازه‌های تی استیودنت.",
        ),
        {"slopes": learned},
    )
