"""The experiments of lesson 06: whether a leak keeps neurons alive and helps, and whether PReLU learns its slope."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from typing import Any

import numpy as np

from course_lib import activations, data, training
from course_lib.claims.experiment import Result
from course_lib.claims.experiments.comparison import (
    Doubles,
    paired_difference,
    rates_in_words,
    scores,
    seeds_from,
    train,
)
from course_lib.claims.interval import Interval
from course_lib.language import Text, digits


def fix(
    *,
    depth: int,
    width: int,
    slopes: Sequence[float],
    gentle_rate: float,
    harsh_rate: float,
    steps: int,
    seeds: int,
    first_seed: int,
    device: str | None,
) -> Result:
    """Compare Leaky ReLU of several slopes with ReLU, where ReLU's neurons die and where they live.

    The harsh conditions are torch's default initialisation and a large learning rate; the gentle ones He initialisation
    and a small rate. Both functions get the same rate: the question is what happens in these conditions.

    Measures:
        dead_relu: share of dead units at the end, ReLU, harsh.
        dead_leaky: the same, Leaky ReLU of the smallest slope; dead means a slope of zero on every training input.
        sunk_leaky: share of Leaky ReLU's units, smallest slope, that are negative on every training input at the end:
            there they are straight lines.
        gain_small: test accuracy, Leaky ReLU of the smallest slope − ReLU, harsh. A network whose loss became infinite
            counts with the accuracy it ended with.
        gain_large: the same with the largest slope.
        gain_gentle: the same with the smallest slope, gentle.
    """
    functions = {"relu": activations.get("relu")} | {
        f"{slope:g}": activations.get("leaky_relu", negative_slope=slope) for slope in sorted(slopes)
    }
    conditions = {"harsh": ("default", harsh_rate), "gentle": ("he", gentle_rate)}
    cells = list(product(conditions, functions))
    history = train(
        [
            training.Model(
                functions[name],
                hidden=(width,) * depth,
                initialisation=conditions[condition][0],
                learning_rate=conditions[condition][1],
                seed=seed,
            )
            for condition, name in cells
            for seed in seeds_from(first_seed, seeds)
        ],
        data.load("digits"),
        steps=steps,
        probe_every=steps,
        record_units=True,
        device=device,
    )
    assert history.units is not None
    accuracy, dead, sunk = {}, {}, {}
    for number, cell in enumerate(cells):
        mine = slice(number * seeds, (number + 1) * seeds)
        usable = ~history.diverged[mine]
        accuracy[cell] = history.test_accuracy[mine].astype(np.float64)
        dead[cell] = _share(history.dead_fraction[-1, mine].mean(axis=-1)[usable], depth * width)
        sunk[cell] = _share((history.units[-1, mine] == 0).mean(axis=(1, 2))[usable], depth * width)
    small, large = f"{min(slopes):g}", f"{max(slopes):g}"

    def gain(condition: str, name: str) -> Interval:
        return Interval.of(accuracy[condition, name] - accuracy[condition, "relu"])

    diverged = int(history.diverged.sum())
    return Result(
        {
            "dead_relu": dead["harsh", "relu"],
            "dead_leaky": dead["harsh", small],
            "sunk_leaky": sunk["harsh", small],
            "gain_small": gain("harsh", small),
            "gain_large": gain("harsh", large),
            "gain_gentle": gain("gentle", small),
        },
        Text(
            en=f"Digits; {depth} hidden layers of {width} units, SGD, batch 64, {steps} steps. Harsh: default "
            f"initialisation, learning rate {harsh_rate:g}; gentle: He initialisation, {gentle_rate:g}. Slopes "
            f"{', '.join(f'{slope:g}' for slope in sorted(slopes))}. {seeds} seeds, paired; Student’s t intervals, "
            f"those of shares at least as wide as the score interval; {diverged} networks whose loss became infinite "
            "are left out of the shares.",
            fa=f"رقم‌های دست‌نویس؛ {digits(str(depth))} لایهٔ پنهان با {digits(str(width))} نورون، SGD، دستهٔ ۶۴ تایی، "
            f"{digits(str(steps))} گام. شرایط سخت: مقداردهی پیش‌فرض، نرخ یادگیری {digits(f'{harsh_rate:g}')}؛ شرایط "
            f"ملایم: مقداردهی هی، {digits(f'{gentle_rate:g}')}. شیب‌ها: "
            f"{'، '.join(digits(f'{slope:g}') for slope in sorted(slopes))}. {digits(str(seeds))} بذر، جفت‌شده؛ بازه‌های "
            f"تی استیودنت، و برای سهم‌ها دست‌کم به پهنای بازهٔ ویلسون؛ {digits(str(diverged))} شبکه که زیانشان بی‌نهایت "
            "شد در سهم‌ها به حساب نیامده‌اند.",
        ),
        {
            "dead": {name: dead["harsh", name].mean for name in functions},
            "accuracy": {
                condition: {name: float(accuracy[condition, name].mean()) for name in functions}
                for condition in conditions
            },
        },
    )


def _share(shares: Doubles, units: int) -> Interval:
    """Return the interval of shares of so many units each."""
    return Interval.of_counts(np.rint(shares * units), np.full(len(shares), units))


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
    """Follow PReLU's slopes, one per hidden layer, from several starts.

    Measures:
        moved_low: root mean square change of the slopes over the layers, from the smallest start.
        moved_high: the same, from the largest start.
        nearer: mean distance between the slopes of the two, at the end over at the start: below 1 they approach each
            other.
        early_minus_late: slope of the first hidden layer − slope of the last, mean over the starts.
        gain: test accuracy, PReLU − Leaky ReLU that keeps the smallest start's slope.
    """
    ordered = sorted(starts)
    shape = {"hidden": (width,) * depth, "initialisation": "he"}
    kinds: dict[str, dict[str, Any]] = {
        f"PReLU {start:g}": {"activation": activations.get("prelu", slope=start), **shape} for start in ordered
    }
    fixed = {"activation": activations.get("leaky_relu", negative_slope=ordered[0]), **shape}
    found = scores(
        kinds={**kinds, "Leaky ReLU": fixed},
        dataset="digits",
        learning_rates=learning_rates,
        seeds=seeds,
        first_seed=first_seed,
        steps=steps,
        probe_every=steps,
        device=device,
    )
    learned = {
        start: found[name]["slope"][-1].astype(np.float64) for start, name in zip(ordered, kinds, strict=True)
    }  # (seeds, layers) each
    low, high = ordered[0], ordered[-1]

    def moved(start: float) -> Interval:
        return Interval.of(np.sqrt(np.square(learned[start] - start).mean(axis=-1)))

    everywhere = np.mean(list(learned.values()), axis=0)
    rates = rates_in_words(found)
    return Result(
        {
            "moved_low": moved(low),
            "moved_high": moved(high),
            "nearer": Interval.of(np.abs(learned[high] - learned[low]).mean(axis=-1) / (high - low)),
            "early_minus_late": Interval.of(everywhere[:, 0] - everywhere[:, -1]),
            "gain": paired_difference(found[f"PReLU {low:g}"], found["Leaky ReLU"]),
        },
        Text(
            en=f"Digits; {depth} hidden layers of {width} units, one slope per layer, starts "
            f"{', '.join(f'{start:g}' for start in ordered)}; He initialisation, SGD, batch 64, {steps} steps; "
            f"learning rates by validation loss: {rates.en}; {seeds} seeds, paired; Student’s t intervals.",
            fa=f"رقم‌های دست‌نویس؛ {digits(str(depth))} لایهٔ پنهان با {digits(str(width))} نورون، هر لایه یک شیب، "
            f"مقدارهای آغازین {'، '.join(digits(f'{start:g}') for start in ordered)}؛ مقداردهی هی، SGD، دستهٔ ۶۴ تایی، "
            f"{digits(str(steps))} گام؛ نرخ یادگیری به کمک زیان اعتبارسنجی: {rates.fa}؛ {digits(str(seeds))} بذر، "
            "جفت‌شده؛ بازه‌های تی استیودنت.",
        ),
        {"slopes": learned},
    )
