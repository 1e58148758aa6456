"""The course's own tasks, each with a network that suits it: where several claims compare activations.

Every kind of network is a task of its own, so claims that compare the same kinds share their runs.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from course_lib.claims.experiment import Task
from course_lib.claims.experiments.comparison import Doubles, Kinds
from course_lib.language import Text, digits

SWIGLU: Mapping[str, Any] = {"activation": "swish", "initialisation": "matched", "gated": True}
"""Swish in a gated feed-forward layer (Shazeer, 2020)."""


def kinds(names: Iterable[str]) -> Kinds:
    """Return one kind of network per activation, each with first weights that suit the activation."""
    return {name: {"activation": name, "initialisation": "matched"} for name in names}


def tasks(
    kinds: Kinds, *, architecture: str, dataset: str, network: Mapping[str, Any], seeds: int, first_seed: int
) -> list[Task]:
    """Return one task per kind of network.

    Args:
        kinds: what distinguishes them, by name: keyword arguments of ``training.Model``.
        architecture: of all of them, as in ``training.Model``.
        dataset: what ``data.load`` knows.
        network: what else they share: ``hidden``, ``learning_rates``, ``optimiser`` and ``steps``.
        seeds: number of networks per kind and learning rate.
        first_seed: of their seeds.
    """
    return [
        Task(
            "comparison.scores",
            {
                "kinds": {name: {**kind, "architecture": architecture, "hidden": list(network["hidden"])}},
                "dataset": dataset,
                "learning_rates": list(network["learning_rates"]),
                "optimiser": network["optimiser"],
                "steps": network["steps"],
                "probe_every": network["steps"],
                "seeds": seeds,
                "first_seed": first_seed,
            },
        )
        for name, kind in kinds.items()
    ]


def together(found: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Return what such tasks returned, in one dictionary by the names of the kinds."""
    return {name: scores for part in found for name, scores in part.items()}


def best(found: Mapping[str, Any], among: Iterable[str]) -> str:
    """Return the kind with the lowest mean validation loss; a network that diverged counts as infinitely bad."""

    def loss(name: str) -> float:
        return float(np.where(found[name]["diverged"], np.inf, found[name]["validation_loss"]).mean())

    return min(among, key=loss)


def score(kind: Mapping[str, Any]) -> Doubles:
    """Return the test accuracies ``(seeds,)``; for a regression the explained share of the variance.

    The targets of a regression have variance 1, so that share is 1 minus the squared error.
    """
    accuracy = np.asarray(kind["test_accuracy"], np.float64)
    return np.where(np.isnan(accuracy), 1 - np.asarray(kind["test_loss"], np.float64), accuracy)


_NETWORKS = {
    "mlp": Text(en="perceptron with hidden layers of {} units", fa="پرسپترون با لایه‌های پنهانِ {} نورونی"),
    "cnn": Text(en="CNN with blocks of {} channels", fa="شبکهٔ پیچشی با بلوک‌های {} کاناله"),
    "rnn": Text(en="recurrent network of {} units", fa="شبکهٔ بازگشتی با {} نورون"),
    "transformer": Text(en="transformer with blocks of width {}", fa="ترنسفورمر با بلوک‌هایی به پهنای {}"),
}
_OPTIMISERS = {"adam": "Adam", "sgd": "SGD"}


def in_words(architecture: str, network: Mapping[str, Any]) -> Text:
    """Return a network's size, its optimiser, the grid of learning rates, and the number of steps."""

    def listed(values: Sequence[float]) -> Text:
        numbers = [f"{value:g}" for value in values]
        return Text(en=", ".join(numbers), fa="، ".join(map(digits, numbers)))

    kind, hidden, rates = _NETWORKS[architecture], listed(network["hidden"]), listed(network["learning_rates"])
    optimiser = _OPTIMISERS[network["optimiser"]]
    return Text(
        en=f"{kind.en.format(hidden.en)}, {optimiser} with the best of the learning rates {rates.en}, "
        f"{network['steps']} steps",
        fa=f"{kind.fa.format(hidden.fa)}، {optimiser} با بهترینِ نرخ‌های یادگیری {rates.fa}، "
        f"{digits(str(network['steps']))} گام",
    )


def common_conditions(seeds: int) -> Text:
    """Return what holds for all such comparisons."""
    return Text(
        en="First weights that suit the activation (He, LeCun or Glorot); batch 64; the learning rate of each kind by "
        f"its validation loss; {seeds} seeds, paired; Student’s t intervals; float32.",
        fa="وزن‌های آغازینِ مناسب هر تابع (هی، لوکان یا گلوروت)؛ دستهٔ ۶۴ تایی؛ نرخ یادگیری هر نوع بر پایهٔ زیان "
        f"اعتبارسنجی‌اش؛ {digits(str(seeds))} بذر، جفت‌شده؛ بازه‌های تی استیودنت؛ float32.",
    )
