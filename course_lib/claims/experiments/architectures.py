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


def kinds(names: Iterable[str], initialisation: str = "matched") -> Kinds:
    """Return one kind of network per activation; if nothing is said, with the first weights that suit it."""
    return {name: {"activation": name, "initialisation": initialisation} for name in names}


def tasks(
    kinds: Kinds, *, architecture: str, dataset: str, network: Mapping[str, Any], seeds: int, first_seed: int
) -> list[Task]:
    """Return one task per kind of network.

    Args:
        kinds: what distinguishes them, by name: keyword arguments of ``training.Model``.
        architecture: of all of them, as in ``training.Model``.
        dataset: what ``data.load`` knows.
        network: what else they share: ``hidden``, ``learning_rates``, ``batch_size`` and ``steps``, with Adam.
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
                "optimiser": "adam",
                "batch_size": network["batch_size"],
                "steps": network["steps"],
                "probe_every": network["steps"],
                "seeds": seeds,
                "first_seed": first_seed,
            },
        )
        for name, kind in kinds.items()
    ]


def network(architecture: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Return the arguments that begin with the name of an architecture, such as ``cnn_hidden``, without it."""
    start = f"{architecture}_"
    return {name.removeprefix(start): value for name, value in arguments.items() if name.startswith(start)}


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


def in_words(architecture: str, network: Mapping[str, Any]) -> Text:
    """Return a network's size, how its learning rate is chosen, and how long it learns."""

    def listed(values: Sequence[float]) -> Text:
        numbers = [f"{value:g}" for value in values]
        return Text(en=", ".join(numbers), fa="، ".join(map(digits, numbers)))

    kind, hidden, rates = _NETWORKS[architecture], listed(network["hidden"]), listed(network["learning_rates"])
    batch, steps = network["batch_size"], network["steps"]
    return Text(
        en=f"{kind.en.format(hidden.en)}, Adam with the best of the learning rates {rates.en}, {steps} steps of "
        f"{batch} examples",
        fa=f"{kind.fa.format(hidden.fa)}، Adam با بهترینِ نرخ‌های یادگیری {rates.fa}، {digits(str(steps))} گام با "
        f"{digits(str(batch))} نمونه",
    )


def common_conditions(seeds: int) -> Text:
    """Return what holds for all such comparisons."""
    return Text(
        en="The learning rate of each kind of network is chosen by its validation loss, averaged over the seeds; "
        f"{seeds} seeds, paired; Student’s t intervals; float32.",
        fa="نرخ یادگیریِ هر نوع شبکه با زیان اعتبارسنجی‌اش، میانگین روی بذرها، برگزیده می‌شود؛ "
        f"{digits(str(seeds))} بذر، جفت‌شده؛ بازه‌های تی استیودنت؛ float32.",
    )


SUITED = Text(
    en="First weights that suit each activation (He, LeCun or Glorot).",
    fa="وزن‌های آغازین مناسب هر تابع است (هی، لوکان یا گلوروت).",
)
"""What ``"matched"`` initialisation is called."""
