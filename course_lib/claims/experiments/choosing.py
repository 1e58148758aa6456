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


def convolutional(*, image: str, signal: str, seeds: int, first_seed: int, **cnn: Any) -> Steps:
    """Compare all activations in a convolutional network, on images and on signals.

    Args:
        image: a data set of images.
        signal: a data set of signals.
        seeds: networks of each kind and learning rate.
        first_seed: of their seeds.
        **cnn: the network, see ``architectures.tasks``.

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
            en=f"Images: {image}; signals: {signal}; {network.en}. {architectures.SUITED.en} {common.en} "
            f"Chosen: images {rates['image'].en}; signals {rates['signal'].en}.",
            fa=f"تصویر: {isolate(image)}؛ سیگنال: {isolate(signal)}؛ {network.fa}. {architectures.SUITED.fa} "
            f"{common.fa} نرخ‌های برگزیده: تصویر {rates['image'].fa}؛ سیگنال {rates['signal'].fa}.",
        ),
        {place: {name: kind["test_accuracy"] for name, kind in kinds.items()} for place, kinds in scores.items()},
    )


RECURRENT: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "tanh": ("rnn", {"activation": "tanh", "initialisation": "default"}),
    "relu": ("rnn", {"activation": "relu", "initialisation": "default"}),
    "relu_identity": ("rnn", {"activation": "relu", "initialisation": "identity"}),
    "tanh_clipped": ("rnn", {"activation": "tanh", "initialisation": "default", "clip": 1.0}),
    "relu_clipped": ("rnn", {"activation": "relu", "initialisation": "default", "clip": 1.0}),
    "relu_identity_clipped": ("rnn", {"activation": "relu", "initialisation": "identity", "clip": 1.0}),
    "lstm_tanh": ("lstm", {"activation": "tanh", "initialisation": "default", "clip": 1.0}),
    "lstm_relu": ("lstm", {"activation": "relu", "initialisation": "default", "clip": 1.0}),
}
"""Kinds of recurrent networks. Le, Jaitly and Hinton (2015) start ReLU's recurrent weights as the identity."""


def recurrent(*, seeds: int, first_seed: int, **rnn: Any) -> Steps:
    """Compare tanh with ReLU as the state of recurrent networks that continue verse.

    Args:
        seeds: networks of each kind and learning rate.
        first_seed: of their seeds.
        **rnn: the network, see ``architectures.tasks``.

    Measures (test loss in nats per character; above 0 tanh is better):
        relu: ReLU − tanh, default initialisation.
        relu_identity: ReLU with recurrent weights that start as the identity − tanh.
        relu_clipped: ReLU − tanh, both with clipped gradients.
        relu_identity_clipped: as the second, both with clipped gradients.
        lstm_relu: ReLU − tanh as the state function of an LSTM, whose gates are sigmoids in any case; both clipped.
        gates: plain network − LSTM, both with tanh and clipped: what the sigmoid gates are worth.
        state: root mean square of the ReLU network's state after training, over that of the tanh network, which cannot
            exceed 1.
    """
    found = architectures.together(
        (
            yield [
                task
                for name, (architecture, kind) in RECURRENT.items()
                for task in architectures.tasks(
                    {name: kind},
                    architecture=architecture,
                    dataset="hafez",
                    network=rnn,
                    seeds=seeds,
                    first_seed=first_seed,
                )
            ]
        )
    )

    def behind(name: str, other: str) -> Interval:
        return paired_difference(found[name], found[other], "test_loss")

    size = {
        name: np.sqrt(found[name]["activation_mean"][-1] ** 2 + found[name]["activation_variance"][-1]).mean(axis=-1)
        for name in ("relu", "tanh")
    }
    network, common = architectures.in_words("rnn", rnn), architectures.common_conditions(seeds)
    rates = rates_in_words(found)
    return Result(
        {
            "relu": behind("relu", "tanh"),
            "relu_identity": behind("relu_identity", "tanh"),
            "relu_clipped": behind("relu_clipped", "tanh_clipped"),
            "relu_identity_clipped": behind("relu_identity_clipped", "tanh_clipped"),
            "lstm_relu": behind("lstm_relu", "lstm_tanh"),
            "gates": behind("tanh_clipped", "lstm_tanh"),
            "state": Interval.of_ratios(size["relu"] / size["tanh"]),
        },
        Text(
            en=f"Verse by Hafez, letter by letter: {network.en}. torch’s default initialisation unless said otherwise; "
            f"clipping: norm of the gradient at most 1. {common.en} Chosen: {rates.en}.",
            fa=f"شعر حافظ، حرف به حرف: {network.fa}. مقداردهی پیش‌فرض torch، مگر آنکه چیز دیگری گفته شده باشد؛ بریدن: "
            f"نرم گرادیان حداکثر ۱. {common.fa} نرخ‌های برگزیده: {rates.fa}.",
        ),
        {"test_loss": {name: kind["test_loss"] for name, kind in found.items()}},
    )


TASKS: Mapping[str, tuple[str, str, str]] = {
    "digits_mlp": ("mlp", "digits", "matched"),
    "cancer": ("mlp", "breast_cancer", "matched"),
    "diabetes": ("mlp", "diabetes", "matched"),
    "digits_cnn": ("cnn", "digits", "matched"),
    "mnist1d": ("cnn", "mnist1d", "matched"),
    "verse_rnn": ("rnn", "hafez", "default"),
}
"""The course's own tasks: architecture, data set and initialisation."""

CANDIDATES = ("tanh", "relu", "elu", "swish", "gelu")
NEAR = 0.02


def first_try(*, seeds: int, first_seed: int, **sizes: Any) -> Steps:
    """Count on how many of the course's own tasks one would have done well to start with ReLU.

    Args:
        seeds: networks of each kind and learning rate.
        first_seed: of their seeds.
        **sizes: the networks, see ``architectures.tasks``: ``mlp_hidden`` … ``rnn_steps``.

    Measures (test scores: accuracy, or the explained share of the variance; "best" by validation loss, ReLU included):
        near: share of tasks, seed by seed, on which ReLU is less than 0.02 behind the best activation of the task.
        wins: share of tasks, seed by seed, on which ReLU has the lowest validation loss of all activations.
        chance: what the latter would be if they were all alike.
        loss: ReLU − best, averaged over the tasks.
        worst: the same on the task on which it is lowest.
    """
    networks = {name: architectures.network(name, sizes) for name in ("mlp", "cnn", "rnn")}
    found = iter(
        (
            yield [
                task
                for architecture, dataset, initialisation in TASKS.values()
                for task in architectures.tasks(
                    architectures.kinds(CANDIDATES, initialisation),
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
            en=f"{len(TASKS)} tasks with {len(CANDIDATES)} activations each: {'; '.join(text.en for text in words)}. "
            f"{architectures.SUITED.en} Recurrent networks start with torch’s default weights. {common.en}",
            fa=f"{digits(str(len(TASKS)))} کار، هر کدام با {digits(str(len(CANDIDATES)))} تابع فعال‌سازی: "
            f"{'؛ '.join(text.fa for text in words)}. {architectures.SUITED.fa} شبکه‌های بازگشتی با وزن‌های "
            f"پیش‌فرض torch آغاز می‌کنند. {common.fa}",
        ),
        {"gaps": dict(zip(TASKS, gaps, strict=True)), "best": best},
    )
