"""Experiments of lesson 11: which activation for which kind of network."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice
from typing import Any

import numpy as np

from course_lib.claims.experiment import Result, Steps
from course_lib.claims.experiments import architectures
from course_lib.claims.experiments.comparison import paired_difference, rates_in_words
from course_lib.claims.interval import Interval
from course_lib.language import Text, digits, isolate

HIDDEN = ("sigmoid", "tanh", "relu", "leaky_relu", "prelu", "elu", "selu", "swish", "gelu")
"""The activations of the course that a hidden layer can learn with."""

SATURATING = ("sigmoid", "tanh")


def convolutional(*, image: str, signal: str, cnn: Mapping[str, Any], seeds: int, first_seed: int) -> Steps:
    """Compare all activations in a convolutional network, on images and on signals.

    Args:
        image: a data set of images.
        signal: a data set of signals.
        cnn: the network, see ``architectures.tasks``.
        seeds: networks of each kind and learning rate.
        first_seed: of their seeds.

    Measures (test accuracy; "best" is the one with the lowest validation loss, so that the test split chooses nothing):
        image_lead: ReLU − best of the others, on images.
        signal_lead: the same on signals.
        image_saturating: ReLU − better one of sigmoid and tanh, on images.
        signal_saturating: the same on signals.
    """
    datasets = {"image": image, "signal": signal}
    found = iter(
        (
            yield [
                task
                for dataset in datasets.values()
                for task in architectures.tasks(
                    architectures.kinds(HIDDEN),
                    architecture="cnn",
                    dataset=dataset,
                    network=cnn,
                    seeds=seeds,
                    first_seed=first_seed,
                )
            ]
        )
    )
    scores = {place: architectures.together(islice(found, len(HIDDEN))) for place in datasets}
    others = [name for name in HIDDEN if name != "relu"]
    leads, saturating = (
        {
            place: paired_difference(kinds["relu"], kinds[architectures.best(kinds, among)])
            for place, kinds in scores.items()
        }
        for among in (others, SATURATING)
    )
    network, common = architectures.in_words("cnn", cnn), architectures.common_conditions(seeds)
    rates = {place: rates_in_words(kinds) for place, kinds in scores.items()}
    return Result(
        {
            **{f"{place}_lead": lead for place, lead in leads.items()},
            **{f"{place}_saturating": lead for place, lead in saturating.items()},
        },
        Text(
            en=f"Images: {image}; signals: {signal}; {network.en}. {common.en} "
            f"Chosen: images {rates['image'].en}; signals {rates['signal'].en}.",
            fa=f"تصویر: {isolate(image)}؛ سیگنال: {isolate(signal)}؛ {network.fa}. {common.fa} "
            f"نرخ‌های برگزیده: تصویر {rates['image'].fa}؛ سیگنال {rates['signal'].fa}.",
        ),
        {place: {name: kind["test_accuracy"] for name, kind in kinds.items()} for place, kinds in scores.items()},
    )


TASKS: Mapping[str, tuple[str, str]] = {
    "digits_mlp": ("mlp", "digits"),
    "cancer": ("mlp", "breast_cancer"),
    "diabetes": ("mlp", "diabetes"),
    "digits_cnn": ("cnn", "digits"),
    "mnist1d": ("cnn", "mnist1d"),
    "verse_rnn": ("rnn", "hafez"),
    "verse_transformer": ("transformer", "hafez"),
}
"""The course's own tasks: architecture and data set."""

CANDIDATES = ("tanh", "relu", "elu", "swish", "gelu")
NEAR = 0.02


def first_try(*, networks: Mapping[str, Mapping[str, Any]], seeds: int, first_seed: int) -> Steps:
    """Count on how many of the course's own tasks one would have done well to start with ReLU.

    Args:
        networks: by architecture, see ``architectures.tasks``.
        seeds: networks of each kind and learning rate.
        first_seed: of their seeds.

    Measures (test scores: accuracy, or the explained share of the variance; "best" by validation loss, ReLU included):
        near: share of tasks, seed by seed, on which ReLU is less than 0.02 behind the best activation of the task.
        wins: share of tasks, seed by seed, on which ReLU has the lowest validation loss of all activations.
        chance: what the latter would be if they were all alike.
        loss: ReLU − best, averaged over the tasks.
        worst: the same on the task on which it is lowest.
    """
    found = iter(
        (
            yield [
                task
                for architecture, dataset in TASKS.values()
                for task in architectures.tasks(
                    architectures.kinds(CANDIDATES),
                    architecture=architecture,
                    dataset=dataset,
                    network=networks[architecture],
                    seeds=seeds,
                    first_seed=first_seed,
                )
            ]
        )
    )
    scores = {task: architectures.together(islice(found, len(CANDIDATES))) for task in TASKS}
    best = {task: architectures.best(kinds, CANDIDATES) for task, kinds in scores.items()}
    gaps = np.array(
        [architectures.score(kinds["relu"]) - architectures.score(kinds[best[task]]) for task, kinds in scores.items()]
    )
    validation = np.array(
        [
            [np.where(kinds[name]["diverged"], np.inf, kinds[name]["validation_loss"]) for name in CANDIDATES]
            for kinds in scores.values()
        ]
    )  # (tasks, candidates, seeds)
    wins = validation.argmin(axis=1) == CANDIDATES.index("relu")
    everything = np.full(seeds, len(TASKS))
    worst = int(gaps.mean(axis=1).argmin())
    words = [architectures.in_words(name, network) for name, network in networks.items()]
    common = architectures.common_conditions(seeds)
    return Result(
        {
            "near": Interval.of_counts((gaps > -NEAR).sum(axis=0), everything),
            "wins": Interval.of_counts(wins.sum(axis=0), everything),
            "chance": Interval.exact(1 / len(CANDIDATES)),
            "loss": Interval.of(gaps.mean(axis=0)),
            "worst": Interval.of(gaps[worst]),
        },
        Text(
            en=f"{len(TASKS)} tasks with {len(CANDIDATES)} activations each. {'; '.join(text.en for text in words)}. "
            f"{common.en}",
            fa=f"{digits(str(len(TASKS)))} کار، هر کدام با {digits(str(len(CANDIDATES)))} تابع فعال‌سازی. "
            f"{'؛ '.join(text.fa for text in words)}. {common.fa}",
        ),
        {"gaps": dict(zip(TASKS, gaps, strict=True)), "best": best},
    )
