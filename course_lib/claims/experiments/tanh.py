"""The experiments of lesson 04: tanh's symmetry, its relation to the sigmoid, and tanh as an output."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from course_lib import activations
from course_lib.claims.experiment import Result, Steps, Task
from course_lib.claims.experiments.comparison import paired_difference, rates_in_words, scores
from course_lib.claims.experiments.rounding import ulps
from course_lib.claims.interval import Interval
from course_lib.language import Text, digits


def centre(
    *,
    points: int,
    depth: int,
    width: int,
    learning_rates: Sequence[float],
    steps: int,
    seeds: int,
    first_seed: int,
    device: str | None,
) -> Result:
    """Check that tanh is odd and stays within ±1, and compare the mean outputs of tanh and sigmoid layers.

    Measures:
        asymmetry: largest |tanh(−x) + tanh(x)|: all float16 numbers, and numbers of every size in float32 and float64.
        largest: largest |tanh(x)| of all these.
        new_sigmoid: mean output of the sigmoid networks' hidden layers, before training: average size over the layers.
        new_tanh: the same of the tanh networks.
        trained_tanh: the same after training.
    """
    tanh = activations.get("tanh")
    every_half = np.arange(2**15, dtype=np.uint16).view(np.float16)
    arrays = [every_half[np.isfinite(every_half)]] + [
        np.exp2(np.linspace(np.finfo(dtype).minexp, np.finfo(dtype).maxexp - 0.01, points)).astype(dtype)
        for dtype in (np.float32, np.float64)
    ]
    found = scores(
        kinds={
            name: {"activation": name, "hidden": (width,) * depth, "initialisation": "glorot"}
            for name in ("sigmoid", "tanh")
        },
        dataset="digits",
        learning_rates=learning_rates,
        seeds=seeds,
        first_seed=first_seed,
        steps=steps,
        probe_every=steps,
        device=device,
    )
    means = {name: kind["activation_mean"][[0, -1]].astype(np.float64) for name, kind in found.items()}
    sizes = {name: Interval.of(np.abs(mean[0]).mean(axis=-1)) for name, mean in means.items()}
    rates = rates_in_words(found)
    return Result(
        {
            "asymmetry": Interval.exact(max(float(np.abs(tanh(-x) + tanh(x)).max()) for x in arrays)),
            "largest": Interval.exact(max(float(np.abs(tanh(x)).max()) for x in arrays)),
            "new_sigmoid": sizes["sigmoid"],
            "new_tanh": sizes["tanh"],
            "trained_tanh": Interval.of(np.abs(means["tanh"][1]).mean(axis=-1)),
        },
        Text(
            en=f"Symmetry: all positive float16 numbers and {points:,} of every size in float32 and float64. Means: "
            f"digits; {depth} hidden layers of {width} units, Glorot initialisation, SGD, batch 64, {steps} steps; "
            f"learning rates by validation loss: {rates.en}; {seeds} seeds; Student’s t intervals.",
            fa=f"تقارن: همهٔ عددهای مثبت float16 و {digits(f'{points:,}')} عدد از هر اندازه در float32 و float64. "
            f"میانگین‌ها: رقم‌های دست‌نویس؛ {digits(str(depth))} لایهٔ پنهان با {digits(str(width))} نورون، مقداردهی "
            f"گلوروت، SGD، دستهٔ ۶۴ تایی، {digits(str(steps))} گام؛ نرخ یادگیری به کمک زیان اعتبارسنجی: {rates.fa}؛ "
            f"{digits(str(seeds))} بذر؛ بازه‌های تی استیودنت.",
        ),
        {"means": means},
    )


def scaled(*, points: int, device: str | None) -> Result:
    """Compare tanh(x) with 2·σ(2x) − 1 as it is computed in floats, over inputs of every size.

    Measures:
        distance_float32, distance_float64: largest distance of the two, in units of the type's precision at 1 (its
            ``eps``).
        ulps_float32, ulps_float64: largest distance in units of the last place of tanh(x).
    """
    tanh, sigmoid = activations.get("tanh"), activations.get("sigmoid")
    sizes = np.geomspace(1e-12, 20, points)
    distance, last_place, lines = {}, {}, {}
    edges = np.arange(-12, 2)
    for dtype in (np.float32, np.float64):
        x = sizes.astype(dtype)
        formula, right = 2 * sigmoid(2 * x) - 1, tanh(x)
        name = np.dtype(dtype).name
        distance[name] = float(
            np.abs(formula.astype(np.float64) - right.astype(np.float64)).max() / np.finfo(dtype).eps
        )
        last_place[name] = ulps(formula, right)
        decade = np.floor(np.log10(sizes)).astype(int)
        lines[name] = np.array([ulps(formula[decade == e], right[decade == e]) for e in edges])
    return Result(
        {
            **{f"distance_{name}": Interval.exact(value) for name, value in distance.items()},
            **{f"ulps_{name}": Interval.exact(value) for name, value in last_place.items()},
        },
        Text(
            en=f"Computed, not sampled: {points:,} numbers from 10 to the power −12 to 20, evenly spread over "
            "the sizes; the formula in the type’s own arithmetic, tanh correct to the last digit or the one before.",
            fa=f"محاسبه، نه نمونه‌گیری: {digits(f'{points:,}')} عدد از ۱۰ به توان \u200e−۱۲ تا ۲۰ که یکنواخت در "
            "اندازه‌ها پخش شده‌اند؛ فرمول با حساب خودِ همان نوع عدد، و tanh درست تا رقم آخر یا یکی پیش از آن.",
        ),
        {"size": edges, "ulps": lines},
    )


OUTPUTS: Mapping[str, Mapping[str, Any]] = {
    "sigmoid": {},
    "squared": {"output": "tanh", "loss": "squared_error"},
    "hinge": {"output": "tanh", "loss": "hinge"},
    "mismatched": {"output": "tanh", "loss": "bce_with_logits"},
}
_SETS = ("breast_cancer", "moons")


def binary(
    *,
    width: int,
    learning_rates: Sequence[float],
    steps: int,
    seeds: int,
    first_seed: int,
) -> Steps:
    """Compare a tanh output with the sigmoid and its log-loss in binary classification.

    Tanh with targets ±1 under the squared error and the hinge loss; and, as a mistake, tanh given to a log-loss that
    expects logits.

    Measures (differences of test accuracy to the sigmoid with the log-loss):
        squared_breast: squared error, breast cancer.
        squared_moons: squared error, two moons.
        hinge_breast: hinge loss, breast cancer.
        hinge_moons: hinge loss, two moons.
        mismatched_loss: log-loss on the test split of breast cancer, tanh taken for a logit − the sigmoid's.
    """
    found = dict(
        zip(
            _SETS,
            (
                yield [
                    Task(
                        "comparison.scores",
                        {
                            "kinds": {
                                name: {"activation": "relu", "hidden": [width], "initialisation": "he", **output}
                                for name, output in OUTPUTS.items()
                            },
                            "dataset": dataset,
                            "learning_rates": list(learning_rates),
                            "seeds": seeds,
                            "first_seed": first_seed,
                            "steps": steps,
                            "probe_every": steps,
                        },
                    )
                    for dataset in _SETS
                ]
            ),
            strict=True,
        )
    )
    gains = {
        (loss, dataset): paired_difference(found[dataset][loss], found[dataset]["sigmoid"])
        for loss in ("squared", "hinge", "mismatched")
        for dataset in _SETS
    }
    rates = {dataset: rates_in_words(found[dataset]) for dataset in _SETS}
    return Result(
        {
            "squared_breast": gains["squared", "breast_cancer"],
            "squared_moons": gains["squared", "moons"],
            "hinge_breast": gains["hinge", "breast_cancer"],
            "hinge_moons": gains["hinge", "moons"],
            "mismatched_loss": paired_difference(
                found["breast_cancer"]["mismatched"], found["breast_cancer"]["sigmoid"], "test_loss"
            ),
        },
        Text(
            en=f"Breast cancer and two moons; one hidden layer of {width} ReLU units, He initialisation, SGD, batch "
            f"64, {steps} steps; learning rates by validation loss, breast cancer: {rates['breast_cancer'].en}; moons: "
            f"{rates['moons'].en}; {seeds} seeds, paired; Student’s t intervals.",
            fa=f"سرطان پستان و دو ماه؛ یک لایهٔ پنهان با {digits(str(width))} نورون ReLU، مقداردهی هی، SGD، دستهٔ ۶۴ "
            f"تایی، {digits(str(steps))} گام؛ نرخ یادگیری به کمک زیان اعتبارسنجی، سرطان پستان: "
            f"{rates['breast_cancer'].fa}؛ دو ماه: {rates['moons'].fa}؛ {digits(str(seeds))} بذر، جفت‌شده؛ "
            "بازه‌های تی استیودنت.",
        ),
        {"gains": gains},
    )
