"""The experiments about output layers: what suits which task, beside what does not suit it.

Every network is trained with the loss of its own kind, so kinds are compared by what they answer, not by their losses.
The data sets are small: every seed has a split of its own, so that the intervals cover the choice of the examples, too.
Adam trains all kinds; its steps do not depend on the scale of a loss, which differs from one loss to another.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from course_lib import data, training
from course_lib.claims.experiment import Result, Steps, Task
from course_lib.claims.experiments.calibration import calibration_error, log_loss, reliability, top_class
from course_lib.claims.experiments.comparison import Doubles, Kinds, rates_in_words, seeds_from, train
from course_lib.claims.interval import Interval
from course_lib.language import Text, digits

_BINS = 10
_SQUEEZED = (0.1, 0.9)  # well inside (0, 1): a sigmoid reaches its ends nowhere
_GROUPS = 8

_OF_REGRESSION: Kinds = {
    "linear": {},
    "sigmoid": {"output": "sigmoid", "loss": "squared_error"},
    "tanh": {"output": "tanh", "loss": "squared_error"},
    "relu": {"output": "relu", "loss": "squared_error"},
}
_OF_TWO_CLASSES: Kinds = {
    "sigmoid": {},
    "squared": {"output": "sigmoid", "loss": "squared_error"},
    "linear": {"output": "linear", "loss": "squared_error"},
    "tanh": {"output": "tanh", "loss": "hinge"},
}
_OF_CLASSES: Kinds = {
    "softmax": {},
    "sigmoids": {"output": "sigmoid", "loss": "nll"},
    "linear": {"output": "linear", "loss": "squared_error"},
    "bug": {"output": "softmax", "loss": "cross_entropy"},
}
_OF_LABELS: Kinds = {"sigmoids": {}, "softmax": {"output": "softmax", "loss": "nll"}}


def answers(
    *,
    kinds: Kinds,
    dataset: str,
    hidden: Sequence[int],
    learning_rates: Sequence[float],
    seed: int,
    steps: int,
    targets_between: Sequence[float] | None = None,
    device: str | None,
) -> dict[str, Any]:
    """Train one network of every kind with every learning rate, and return what they answer on the test split.

    Args:
        kinds: outputs and losses by name: keyword arguments of ``training.Model``.
        dataset: what ``data.load`` knows.
        hidden: widths of the hidden layers, which are ReLU layers with He initialisation.
        learning_rates: of Adam.
        seed: of the split, the first weights and the order of the examples.
        steps: number of training steps.
        targets_between: where the smallest and the largest training target of a regression are moved to before
            training; the answers are moved back.
        device: where to compute.

    Returns:
        ``targets`` of the test split; and by the name of the kind ``validation_loss`` ``(rates,)``, infinite for a
        network that diverged, and ``answers`` ``(rates, examples, outputs)``.
    """
    split = data.load(dataset, seed)
    shift, scale = 0.0, 1.0
    if targets_between is not None:
        low, high = float(split.y_train.min()), float(split.y_train.max())
        scale = (targets_between[1] - targets_between[0]) / (high - low)
        shift = targets_between[0] - low * scale
    history = train(
        [
            training.Model("relu", hidden=tuple(hidden), initialisation="he", learning_rate=rate, seed=seed, **kind)
            for kind in kinds.values()
            for rate in learning_rates
        ],
        split if targets_between is None else _moved(split, shift, scale),
        steps=steps,
        probe_every=steps,
        optimiser="adam",
        record_outputs=True,
        device=device,
    )
    assert history.test_outputs is not None
    losses = np.where(history.diverged, np.inf, history.validation_loss[-1]).reshape(len(kinds), -1)
    answered = (np.stack(history.test_outputs).astype(np.float64) - shift) / scale
    answered = answered.reshape(len(kinds), len(learning_rates), *answered.shape[1:])
    return {
        "targets": split.y_test,
        **{name: {"validation_loss": losses[place], "answers": answered[place]} for place, name in enumerate(kinds)},
    }


def _moved(split: data.Dataset, shift: float, scale: float) -> data.Dataset:
    parts = ("y_train", "y_validation", "y_test")
    return replace(split, **{part: (getattr(split, part) * scale + shift).astype(np.float32) for part in parts})


def _tasks(seeds: Sequence[int], **arguments: Any) -> list[Task]:
    return [Task("outputs.answers", {**arguments, "seed": seed}) for seed in seeds]


def _at_best_rates(
    found: Sequence[Mapping[str, Any]], kinds: Kinds, learning_rates: Sequence[float]
) -> dict[str, dict[str, Any]]:
    """Return the ``learning_rate`` with the lowest mean validation loss of each kind, and its ``answers`` by seed."""
    chosen = {}
    for name in kinds:
        best = int(np.mean([seed[name]["validation_loss"] for seed in found], axis=0).argmin())
        chosen[name] = {
            "learning_rate": float(learning_rates[best]),
            "answers": [seed[name]["answers"][best] for seed in found],
        }
    return chosen


def _conditions(
    what: Text, chosen: Mapping[str, Mapping[str, Any]], hidden: Sequence[int], steps: int, seeds: int
) -> Text:
    layers = " and ".join(map(str, hidden)), digits(" و ".join(map(str, hidden)))
    rates = rates_in_words(chosen)
    return Text(
        en=f"{what.en} ReLU layers of {layers[0]} units, He initialisation, Adam, batch 64, {steps} steps; learning "
        f"rates chosen by validation loss ({rates.en}); {seeds} seeds, each with a split, weights and an order of the "
        "examples of its own, shared by all kinds; Student’s t intervals, paired by seed.",
        fa=f"{what.fa} لایه‌های ReLU با {layers[1]} نورون، مقداردهی هی، Adam، دستهٔ ۶۴ تایی، {digits(str(steps))} گام؛ "
        f"نرخ‌های یادگیری به کمک زیان اعتبارسنجی ({rates.fa})؛ {digits(str(seeds))} بذر، هر کدام با تقسیم داده، وزن‌ها و "
        "ترتیب نمونه‌های خودش که برای همهٔ نوع‌ها یکی است؛ بازه‌های تی استیودنت، جفت‌شده بر حسب بذر.",
    )


def regression(
    *, hidden: Sequence[int], learning_rates: Sequence[float], seeds: int, first_seed: int, steps: int
) -> Steps:
    """Compare linear, sigmoid, tanh and ReLU outputs on standardised targets; and sigmoids on targets in their range.

    Measures (test errors are mean squares in units of the targets' variance):
        sigmoid_excess: error with a sigmoid output − error with a linear one.
        tanh_excess: the same for tanh.
        relu_excess: the same for ReLU.
        squeezed_excess: the same for a sigmoid whose targets were squeezed into its range for training.
    """
    run_seeds = seeds_from(first_seed, seeds)
    common = {"dataset": "diabetes", "hidden": list(hidden), "learning_rates": list(learning_rates), "steps": steps}
    squeezed: Kinds = {"squeezed": _OF_REGRESSION["sigmoid"]}
    found = yield [
        *_tasks(run_seeds, kinds=_OF_REGRESSION, **common),
        *_tasks(run_seeds, kinds=squeezed, targets_between=list(_SQUEEZED), **common),
    ]
    targets = [np.asarray(seed["targets"], np.float64) for seed in found[:seeds]]
    chosen = {
        **_at_best_rates(found[:seeds], _OF_REGRESSION, learning_rates),
        **_at_best_rates(found[seeds:], squeezed, learning_rates),
    }
    residuals = {
        name: [answer[:, 0] - target for answer, target in zip(kind["answers"], targets, strict=True)]
        for name, kind in chosen.items()
    }
    errors = {name: np.array([np.square(seed).mean() for seed in each]) for name, each in residuals.items()}
    return Result(
        {
            f"{name}_excess": Interval.of(errors[name] - errors["linear"])
            for name in ("sigmoid", "tanh", "relu", "squeezed")
        },
        _conditions(
            Text(
                en="Progression of diabetes, targets of mean 0 and variance 1, squared error; squeezed means into 0.1 "
                "to 0.9.",
                fa="پیشرفت دیابت، هدف‌ها با میانگین ۰ و واریانس ۱، زیان مربعی؛ فشرده یعنی در بازهٔ ۰٫۱ تا ۰٫۹.",
            ),
            chosen, hidden, steps, seeds,
        ),
        {
            "errors": {name: Interval.of(error) for name, error in errors.items()},
            "target": np.mean([_by_target(target, target) for target in targets], axis=0),
            "residuals": {
                name: np.stack([_by_target(r, target) for r, target in zip(each, targets, strict=True)], axis=1)
                for name, each in residuals.items()
            },
        },
    )  # fmt: skip


def _by_target(values: Doubles, targets: Doubles) -> Doubles:
    """Return the means of values in groups of equal size, from the lowest targets to the highest ``(groups,)``."""
    return np.array([group.mean() for group in np.array_split(values[np.argsort(targets, kind="stable")], _GROUPS)])


def binary(*, hidden: Sequence[int], learning_rates: Sequence[float], seeds: int, first_seed: int, steps: int) -> Steps:
    """Compare a sigmoid trained with log-loss with a linear output, tanh, and a sigmoid trained on the squared error.

    Measures:
        accuracy_linear: test accuracy of the sigmoid with log-loss − that of the linear output with squared error.
        accuracy_tanh: the same against tanh with hinge loss.
        log_loss_linear: log-loss of the linear output, cut off at 0 and 1, over that of the sigmoid with log-loss.
        log_loss_tanh: the same for tanh, read as (1 + tanh)/2.
        log_loss_squared: the same for the sigmoid trained on the squared error.
    """
    found = yield _tasks(
        seeds_from(first_seed, seeds), kinds=_OF_TWO_CLASSES, dataset="breast_cancer", hidden=list(hidden),
        learning_rates=list(learning_rates), steps=steps,
    )  # fmt: skip
    targets = [np.asarray(seed["targets"], np.int64) for seed in found]
    chosen = _at_best_rates(found, _OF_TWO_CLASSES, learning_rates)
    shown = {name: _of_two_classes(name, kind["answers"], targets) for name, kind in chosen.items()}

    return Result(
        {
            **{f"accuracy_{name}": _advantage("sigmoid", name, [shown]) for name in ("linear", "tanh")},
            **{f"log_loss_{name}": _dearness(name, "sigmoid", [shown]) for name in ("linear", "tanh", "squared")},
        },
        _conditions(Text(en="Breast cancer.", fa="سرطان پستان."), chosen, hidden, steps, seeds),
        shown,
    )


def _of_two_classes(kind: str, answers: Sequence[Doubles], targets: Sequence[NDArray[np.int64]]) -> dict[str, Any]:
    """Return the scores of an output for two classes, given by seed."""
    forecasts = [_forecast(kind, each[:, 0]) for each in answers]
    return _scores(
        np.concatenate(forecasts),
        np.concatenate(targets),
        accuracy=[np.mean((given > 0.5) == right) for given, right in zip(forecasts, targets, strict=True)],
        loss=[log_loss(given, right) for given, right in zip(forecasts, targets, strict=True)],
    )


def _forecast(kind: str, answers: Doubles) -> Doubles:
    """Return what a kind of output for two classes says, read as the probability of the second class."""
    return np.clip((1 + answers) / 2 if kind == "tanh" else answers, 0, 1)


def _scores(
    forecasts: Doubles, happened: NDArray[Any], *, accuracy: Sequence[Any], loss: Sequence[float]
) -> dict[str, Any]:
    """Return what is to be known of one kind: scores by seed, and the forecasts of all seeds against the facts."""
    return {
        "accuracy": np.array(accuracy),
        "log_loss": np.array(loss),
        "calibration_error": calibration_error(forecasts, happened, bins=_BINS),
        "reliability": tuple(reliability(forecasts, happened, bins=_BINS)),
    }


def _advantage(first: str, second: str, sets: Iterable[Mapping[str, Any]]) -> Interval:
    """Return how much more accurate the first kind is than the second, on average over data sets."""
    return Interval.of(np.mean([kinds[first]["accuracy"] - kinds[second]["accuracy"] for kinds in sets], axis=0))


def _dearness(first: str, second: str, sets: Iterable[Mapping[str, Any]]) -> Interval:
    """Return the log-loss of the first kind over that of the second, on geometric average over data sets."""
    logs = [np.log(kinds[first]["log_loss"] / kinds[second]["log_loss"]) for kinds in sets]
    return Interval.of_ratios(np.exp(np.mean(logs, axis=0)))


def multiclass(
    *,
    datasets: Sequence[str],
    hidden: Sequence[int],
    learning_rates: Sequence[float],
    seeds: int,
    first_seed: int,
    steps: int,
) -> Steps:
    """Compare softmax with cross-entropy, one sigmoid per class, linear outputs, and a softmax that is applied twice.

    All measures are means over the data sets, geometric ones of ratios. Outputs are read as probabilities by cutting
    them off at 0 and 1 and dividing them by their sum, which leaves a softmax as it is.

    Measures:
        accuracy_sigmoids: test accuracy of softmax with cross-entropy − that of one sigmoid per class with log-loss.
        accuracy_linear: the same against linear outputs with squared error.
        accuracy_bug: the same against a softmax in front of a cross-entropy that applies softmax itself.
        log_loss_sigmoids: log-loss of one sigmoid per class over that of softmax with cross-entropy.
        log_loss_linear: the same for linear outputs.
        log_loss_bug: the same for the softmax applied twice.
    """
    run_seeds = seeds_from(first_seed, seeds)
    found = yield [
        task
        for name in datasets
        for task in _tasks(
            run_seeds, kinds=_OF_CLASSES, dataset=name, hidden=list(hidden), learning_rates=list(learning_rates),
            steps=steps,
        )
    ]  # fmt: skip
    groups = [found[start : start + seeds] for start in range(0, len(found), seeds)]
    chosen = {
        name: _at_best_rates(mine, _OF_CLASSES, learning_rates) for name, mine in zip(datasets, groups, strict=True)
    }
    shown = {
        name: {
            kind: _of_classes(answered["answers"], [np.asarray(seed["targets"], np.int64) for seed in mine])
            for kind, answered in chosen[name].items()
        }
        for name, mine in zip(datasets, groups, strict=True)
    }

    others = ("sigmoids", "linear", "bug")
    titles = [data.load(name).title for name in datasets]
    return Result(
        {
            **{f"accuracy_{name}": _advantage("softmax", name, shown.values()) for name in others},
            **{f"log_loss_{name}": _dearness(name, "softmax", shown.values()) for name in others},
        },
        _conditions(
            Text(en="; ".join(title.en for title in titles) + ".", fa="؛ ".join(title.fa for title in titles) + "."),
            {f"{name} {kind}": best for name, kinds in chosen.items() for kind, best in kinds.items()},
            hidden, steps, seeds,
        ),
        shown,
    )  # fmt: skip


def _of_classes(answers: Sequence[Doubles], targets: Sequence[NDArray[np.int64]]) -> dict[str, Any]:
    """Return the scores of outputs for several classes, given by seed."""
    forecasts = [_distribution(each) for each in answers]
    tops = [top_class(given, right) for given, right in zip(forecasts, targets, strict=True)]
    return _scores(
        np.concatenate([confidence for confidence, _ in tops]),
        np.concatenate([right for _, right in tops]),
        accuracy=[np.mean(each.argmax(axis=1) == right) for each, right in zip(answers, targets, strict=True)],
        loss=[log_loss(given, right) for given, right in zip(forecasts, targets, strict=True)],
    )


def _distribution(answers: Doubles) -> Doubles:
    """Return outputs as a probability of each class: cut off at 0 and 1, and divided by their sum."""
    cut = np.clip(answers, 0, 1)
    total = cut.sum(axis=1, keepdims=True)
    return np.where(total > 0, cut / np.where(total > 0, total, 1), 1 / cut.shape[1])


def multilabel(
    *, hidden: Sequence[int], learning_rates: Sequence[float], seeds: int, first_seed: int, steps: int
) -> Steps:
    """Compare one sigmoid per label with a softmax over the labels, on images that have none to three labels.

    Measures:
        several_labels: share of the images with two or more labels.
        match_half: share of the test images whose labels are all right, sigmoids − softmax; a label counts as given
            if its output is above one half.
        match_best: the same if the softmax has the threshold that suits it best on the test images themselves.
    """
    found = yield _tasks(
        seeds_from(first_seed, seeds), kinds=_OF_LABELS, dataset="digit_traits", hidden=list(hidden),
        learning_rates=list(learning_rates), steps=steps,
    )  # fmt: skip
    targets = [np.asarray(seed["targets"]) > 0.5 for seed in found]
    chosen = _at_best_rates(found, _OF_LABELS, learning_rates)
    softmax = chosen["softmax"]["answers"]
    thresholds = [_best_threshold(given, target) for given, target in zip(softmax, targets, strict=True)]
    matches = {
        "sigmoids": [_match(given, t, 0.5) for given, t in zip(chosen["sigmoids"]["answers"], targets, strict=True)],
        "softmax": [_match(given, t, 0.5) for given, t in zip(softmax, targets, strict=True)],
        "softmax_best": [_match(given, t, least) for given, t, least in zip(softmax, targets, thresholds, strict=True)],
    }
    mean = {name: np.array([each.mean() for each in by_seed]) for name, by_seed in matches.items()}
    whole = data.load("digit_traits")
    labels = np.concatenate([whole.y_train, whole.y_validation, whole.y_test]).sum(axis=1)
    per_image = np.concatenate(targets).sum(axis=1)
    counts = np.unique(per_image)
    return Result(
        {
            "several_labels": Interval.exact(float((labels >= 2).mean())),
            "match_half": Interval.of(mean["sigmoids"] - mean["softmax"]),
            "match_best": Interval.of(mean["sigmoids"] - mean["softmax_best"]),
        },
        _conditions(
            Text(
                en="Traits of handwritten digits: even, prime, greater than four, with a closed loop.",
                fa="صفت‌های رقم‌های دست‌نویس: زوج بودن، اول بودن، بزرگ‌تر بودن از چهار، داشتن حلقهٔ بسته.",
            ),
            chosen, hidden, steps, seeds,
        ),
        {
            "labels": tuple(int(count) for count in counts),
            "matches": {
                name: [float(np.concatenate(by_seed)[per_image == count].mean()) for count in counts]
                for name, by_seed in matches.items()
            },
            "thresholds": thresholds,
        },
    )  # fmt: skip


def _match(answers: Doubles, targets: NDArray[np.bool_], threshold: float) -> NDArray[np.bool_]:
    """Return whether all labels of each example are right ``(examples,)``."""
    return np.asarray(((answers > threshold) == targets).all(axis=1))


def _best_threshold(answers: Doubles, targets: NDArray[np.bool_]) -> float:
    """Return the threshold, in steps of 1 %, with which most examples have all their labels right."""
    grid = np.linspace(0, 1, 101)
    return float(grid[np.argmax([_match(answers, targets, threshold).mean() for threshold in grid])])
