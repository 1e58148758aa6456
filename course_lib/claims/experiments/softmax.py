"""The experiments of lesson 08: softmax beside sigmoids, its formula in floats, and where it belongs in a network."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch
from scipy.special import logsumexp
from torch import Tensor

from course_lib import activations, data
from course_lib.claims.experiment import Result, Steps, Task
from course_lib.claims.experiments.calibration import calibration_error, log_loss, reliability, top_class
from course_lib.claims.experiments.comparison import Doubles, rates_in_words
from course_lib.claims.experiments.rounding import ulps
from course_lib.claims.interval import Interval
from course_lib.language import Text, digits

_DTYPES = {
    "float16": torch.float16,
    "bfloat16": torch.bfloat16,
    "float32": torch.float32,
    "float64": torch.float64,
}
_FINENESS = 8
"""Logits that are multiples of an eighth have differences without rounding, so that only softmax itself is judged."""


def _logits(reach: int, classes: int, *, fineness: int) -> Doubles:
    """Return every combination of logits from −reach to reach in steps of 1/fineness, ``(combinations, classes)``."""
    values: Doubles = np.linspace(-reach, reach, 2 * reach * fineness + 1)
    return np.stack(np.meshgrid(*[values] * classes, indexing="ij"), axis=-1).reshape(-1, classes)


def sigmoids(*, reach: int, device: str | None) -> Result:
    """Compare softmax with sigmoids: of the difference of two logits, and of three logits each by itself.

    For K classes pᵢ = σ(zᵢ − log Σⱼ≠ᵢ e^zⱼ). With two classes this is σ(z₁ − z₂); with more, no output depends on its
    own logit alone. Whatever function of its own logit stands in for p₁, it is off by half the range that p₁ goes
    through while the other logits vary.

    Measures:
        two_classes: largest distance between softmax and σ(z₁ − z₂) in units of the last place; float16, float32 and
            float64.
        coupled: the same for three classes and the formula above; float64.
        least_error: three classes; the error that any function of the own logit makes somewhere, at least.
        sum_error: three classes; how far the sum of three sigmoids of the logits is from 1, at most.
        shift_softmax: how much an output of softmax changes, at most, if 1 is added to every logit.
        shift_sigmoids: the same for the sigmoids of the logits.
    """
    softmax, sigmoid = activations.get("softmax"), activations.get("sigmoid")
    pairs = _logits(reach, 2, fineness=_FINENESS)
    two = [
        ulps(softmax(z)[:, 0], sigmoid(np.subtract(*z.T)))
        for z in (pairs.astype(dtype) for dtype in (np.float16, np.float32, np.float64))
    ]
    triples = _logits(reach, 3, fineness=1)
    shares = softmax(triples)
    by_own_logit = shares[:, 0].reshape(2 * reach + 1, -1)
    own = np.linspace(-4, 4, 161)
    return Result(
        {
            "two_classes": Interval.exact(max(two)),
            "coupled": Interval.exact(ulps(shares[:, 0], sigmoid(triples[:, 0] - logsumexp(triples[:, 1:], axis=1)))),
            "least_error": Interval.exact(float(np.ptp(by_own_logit, axis=1).max()) / 2),
            "sum_error": Interval.exact(float(np.abs(sigmoid(triples).sum(axis=1) - 1).max())),
            "shift_softmax": Interval.exact(float(np.abs(softmax(triples + 1) - shares).max())),
            "shift_sigmoids": Interval.exact(float(np.abs(sigmoid(triples + 1) - sigmoid(triples)).max())),
        },
        Text(
            en=f"Computed, not sampled: all pairs of logits from −{reach} to {reach} in steps of {1 / _FINENESS}, all "
            "triples in steps of 1; float64 if nothing else is said.",
            fa=f"محاسبه، نه نمونه‌گیری: همهٔ جفت‌های لاجیت از {digits(str(-reach))} تا {digits(str(reach))} با گام "
            f"{digits(str(1 / _FINENESS))} و همهٔ سه‌تایی‌ها با گام ۱؛ هر جا چیزی گفته نشده، float64.",
        ),
        {
            "own": own,
            "shares": {
                others: softmax(np.stack([own, *2 * [np.full_like(own, others)]], axis=-1))[:, 0]
                for others in (-3.0, 0.0, 3.0)
            },
            "sigmoid": sigmoid(own),
        },
    )


def _as_written(logits: Tensor) -> Tensor:
    """Return e^zᵢ / Σⱼ e^zⱼ, every step rounded to the dtype of the logits."""
    powers = torch.exp(logits)
    return powers / powers.sum(dim=-1, keepdim=True)


def _shifted(logits: Tensor) -> Tensor:
    """Return the same with the largest logit subtracted first."""
    return _as_written(logits - logits.max(dim=-1, keepdim=True).values)


def _first_failure(pattern: Tensor) -> float:
    """Return the smallest z for which softmax as written fails on z times a pattern, if it works for all smaller ones.

    Bisection, down to two neighbouring numbers of the pattern's dtype.
    """
    low, high = pattern.new_zeros(()), pattern.new_tensor(torch.finfo(pattern.dtype).max)
    while True:
        middle = low / 2 + high / 2
        if middle in (low, high):
            return float(high)
        low, high = (middle, high) if _finite(_as_written(middle * pattern)) else (low, middle)


def formula(*, classes: int, device: str | None) -> Result:
    """Compute softmax as its formula is written, in every dtype, and look for the first logit where it breaks.

    It breaks above where one e^z (beside logits of 0) overflows, and below where all e^z underflow together. Rounding
    is a matter of the number format, so this runs on the processor whatever the device.

    Measures:
        agreement: largest distance, where both work, between the formula as written and with the largest logit
            subtracted, in units of the last place; float64.
        break_float16: the smallest logit at which the formula as written gives no number; float16.
        break_bfloat16: the same; bfloat16.
        break_float32: the same; float32.
        break_float64: the same; float64.
        shifted_failures: how often the formula fails with the largest logit subtracted: at all these places, and with
            the largest and the smallest number of each dtype.
    """
    above, below, failures = {}, {}, 0
    for name, dtype in _DTYPES.items():
        all_alike, largest = torch.ones(classes, dtype=dtype), torch.finfo(dtype).max
        one_ahead = torch.zeros(classes, dtype=dtype)
        one_ahead[0] = 1
        above[name], below[name] = _first_failure(one_ahead), _first_failure(-all_alike)
        extremes = [largest * pattern for pattern in (one_ahead, all_alike, -all_alike, 2 * one_ahead - all_alike)]
        breaking = [above[name] * one_ahead, -below[name] * all_alike]
        failures += sum(not _finite(_shifted(logits)) for logits in breaking + extremes)
    triples = torch.from_numpy(_logits(16, 3, fineness=1))
    return Result(
        {
            "agreement": Interval.exact(ulps(_as_written(triples).numpy(), _shifted(triples).numpy())),
            **{f"break_{name}": Interval.exact(value) for name, value in above.items()},
            "shifted_failures": Interval.exact(failures),
        },
        Text(
            en=f"Computed: {classes:,} classes, one logit at z and the others at 0, or all at −z; every step "
            "rounded to the dtype; bisection down to neighbouring numbers.",
            fa=f"محاسبه: {digits(f'{classes:,}')} کلاس، یک لاجیت برابر z و بقیه ۰، یا همه برابر ‎−z‎؛ هر گام به همان نوع "
            "عدد گرد شده؛ دونیم‌سازی تا رسیدن به دو عدد همسایه.",
        ),
        {"above": above, "below": below},
    )


def _finite(shares: Tensor) -> bool:
    return bool(torch.isfinite(shares).all())


_DATASETS = ("digits", "mnist1d")
_KINDS: Mapping[str, Mapping[str, str]] = {
    "logits": {},
    "once": {"output": "softmax", "loss": "nll"},
    "twice": {"output": "softmax", "loss": "cross_entropy"},
}


def last(
    *, width: int, learning_rates: Sequence[float], seeds: int, first_seed: int, steps: int, batch_size: int
) -> Steps:
    """Train classifiers whose cross-entropy takes logits, takes softmax's probabilities, or takes them for logits.

    A cross-entropy that takes logits (torch's ``CrossEntropyLoss``) applies softmax itself. If the network ends in a
    softmax, it is applied twice, and what the loss takes for a probability is never above e/(e + K − 1).

    Measures (differences are paired by seed; each for the digits and for MNIST-1D):
        accuracy_digits, accuracy_mnist1d: test accuracy, softmax once − softmax twice.
        log_loss_digits, log_loss_mnist1d: log-loss of the probabilities on the test split in nats, twice − once.
        calibration_digits, calibration_mnist1d: calibration error of the top class on the test split, twice − once.
        probabilities: log-loss of a softmax layer with the loss that takes probabilities − of logits with the loss that
            takes logits, mean of both data sets: two ways to write the same.
    """
    found = yield [
        Task(
            "comparison.scores",
            {
                "kinds": {
                    name: {"activation": "relu", "hidden": [width], "initialisation": "he", **kind}
                    for name, kind in _KINDS.items()
                },
                "dataset": name,
                "learning_rates": list(learning_rates),
                "seeds": seeds,
                "first_seed": first_seed,
                "steps": steps,
                "batch_size": batch_size,
                "probe_every": steps,
                "optimiser": "adam",
                "record_outputs": True,
            },
        )
        for name in _DATASETS
    ]
    scored = {
        name: {kind: _scores(answered, data.load(name)) for kind, answered in kinds.items()}
        for name, kinds in zip(_DATASETS, found, strict=True)
    }

    def differences(score: str, first: str, second: str) -> list[Doubles]:
        return [kinds[first][score] - kinds[second][score] for kinds in scored.values()]

    def by_dataset(score: str, first: str, second: str) -> dict[str, Interval]:
        each = zip(_DATASETS, differences(score, first, second), strict=True)
        return {f"{score}_{name}": Interval.of(values) for name, values in each}

    rates = [rates_in_words(kinds) for kinds in found]
    return Result(
        {
            **by_dataset("accuracy", "logits", "twice"),
            **by_dataset("log_loss", "twice", "logits"),
            **by_dataset("calibration", "twice", "logits"),
            "probabilities": Interval.of(np.mean(differences("log_loss", "once", "logits"), axis=0)),
        },
        Text(
            en=f"Digits and MNIST-1D; one hidden layer of {width} ReLU units, He initialisation, Adam, batch "
            f"{batch_size}, {steps} steps; learning rates chosen by each kind’s validation loss from "
            f"{len(learning_rates)} values (digits: {rates[0].en}; MNIST-1D: {rates[1].en}); float32; {seeds} seeds "
            "for weights and order, paired; Student’s t intervals; calibration error in ten bins.",
            fa=f"رقم‌های دست‌نویس و MNIST-1D؛ یک لایهٔ پنهان با {digits(str(width))} نورون ReLU، مقداردهی هی، Adam، "
            f"دستهٔ {digits(str(batch_size))} تایی، {digits(str(steps))} گام؛ نرخ یادگیری به کمک زیان اعتبارسنجیِ خود هر "
            f"نوع از میان {digits(str(len(learning_rates)))} مقدار (رقم‌ها: {rates[0].fa}؛ MNIST-1D: {rates[1].fa})؛ "
            f"float32؛ {digits(str(seeds))} بذر برای وزن‌ها و ترتیب نمونه‌ها، جفت‌شده؛ بازه‌های تی استیودنت؛ خطای "
            "کالیبراسیون در ده بازه.",
        ),
        {
            name: {
                kind: {"bins": kinds[kind]["bins"], "accuracy": kinds[kind]["accuracy"]} for kind in ("logits", "twice")
            }
            for name, kinds in scored.items()
        },
    )


def _scores(answered: Mapping[str, Any], dataset: data.Dataset) -> dict[str, Any]:
    """Return how good the test probabilities of one kind are, seed by seed, and the bins of all seeds together."""
    tops = [top_class(shares, dataset.y_test) for shares in answered["test_outputs"]]
    return {
        "accuracy": np.asarray(answered["test_accuracy"], np.float64),
        "log_loss": np.array([log_loss(shares, dataset.y_test) for shares in answered["test_outputs"]]),
        "calibration": np.array([calibration_error(confidence, right) for confidence, right in tops]),
        "bins": tuple(
            reliability(
                np.concatenate([confidence for confidence, _ in tops]), np.concatenate([right for _, right in tops])
            )
        ),
    }
