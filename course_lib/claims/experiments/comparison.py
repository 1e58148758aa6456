"""Fair comparisons: every kind of network at its own best learning rate, on the same seeds.

The rules are the same in all lessons. The learning rate of each kind is chosen on the validation split, from one grid
for all; kinds are paired by seed; the test split is looked at once, at the end.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from course_lib import data, training
from course_lib.claims.interval import Interval
from course_lib.language import Text, digits, isolate

Doubles = NDArray[np.float64]
Kinds = Mapping[str, Mapping[str, Any]]


def seeds_from(first: int, count: int) -> range:
    """Return so many seeds from the first one on."""
    return range(first, first + count)


def train(models: Sequence[training.Model], dataset: data.Dataset, **options: Any) -> training.History:
    """Train as ``training.train`` does, but pass an interrupt on: half an experiment gives no verdict."""
    history = training.train(models, dataset, **options)
    if history.interrupted:
        raise KeyboardInterrupt(
            Text(
                en="The experiment was stopped, so there is no verdict. Run the cell again.",
                fa="آزمایش متوقف شد، پس نتیجه‌ای در کار نیست. خانه را دوباره اجرا کنید.",
            )
        )
    return history


def scores(
    *,
    kinds: Kinds,
    dataset: str | data.Dataset,
    learning_rates: Sequence[float],
    seeds: int,
    first_seed: int,
    device: str | None,
    data_seed: int = 0,
    **options: Any,
) -> dict[str, dict[str, Any]]:
    """Train networks of several kinds with every learning rate, and return how each kind does at its best one.

    Best is the lowest final validation loss, averaged over the seeds; a network whose loss became infinite counts as
    infinitely bad.

    Args:
        kinds: what distinguishes them, by name: keyword arguments of ``training.Model``.
        dataset: what ``data.load`` knows, or a data set of one's own.
        learning_rates: the grid, the same for all kinds.
        seeds: number of networks per kind and learning rate.
        first_seed: the first of their seeds.
        device: where to compute.
        data_seed: fixes the splits of the data set.
        **options: of ``training.train``: ``steps``, ``batch_size``, ``optimiser`` …

    Returns:
        By the name of the kind: ``learning_rate``; ``test_loss``, ``test_accuracy``, ``validation_loss`` and
        ``diverged``, each ``(seeds,)``; ``steps`` ``(probes,)``; ``train_loss`` ``(probes, seeds)``; and
        ``gradient_norm``, ``dead_fraction``, ``activation_mean``, ``activation_variance`` and ``slope``, each
        ``(probes, seeds, layers)``; with ``record_outputs`` also ``test_outputs`` ``(seeds, examples, outputs)``.
    """
    models = [
        training.Model(**{name: _plain(value) for name, value in kind.items()}, learning_rate=rate, seed=seed)
        for kind in kinds.values()
        for rate in learning_rates
        for seed in seeds_from(first_seed, seeds)
    ]
    known = data.load(dataset, data_seed) if isinstance(dataset, str) else dataset
    history = train(models, known, device=device, **options)
    final = np.where(history.diverged, np.inf, history.validation_loss[-1])
    best = final.reshape(len(kinds), len(learning_rates), seeds).mean(axis=-1).argmin(axis=-1)
    found = {}
    for number, name in enumerate(kinds):
        start = (number * len(learning_rates) + int(best[number])) * seeds
        mine = slice(start, start + seeds)
        found[name] = {
            "learning_rate": float(learning_rates[best[number]]),
            "test_loss": history.test_loss[mine],
            "test_accuracy": history.test_accuracy[mine],
            "validation_loss": history.validation_loss[-1, mine],
            "diverged": history.diverged[mine],
            "steps": history.steps,
            "train_loss": history.train_loss[:, mine],
            **{
                probe: getattr(history, probe)[:, mine]
                for probe in (
                    "gradient_norm",
                    "dead_fraction",
                    "activation_mean",
                    "activation_variance",
                    "slope",
                )
            },
        }
        if history.test_outputs is not None:
            found[name]["test_outputs"] = np.stack(history.test_outputs[mine])
    return found


def _plain(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def paired_difference(first: Mapping[str, Any], second: Mapping[str, Any], score: str = "test_accuracy") -> Interval:
    """Return the interval of first − second, seed by seed, of two kinds that :func:`scores` returned."""
    return Interval.of(np.asarray(first[score], np.float64) - np.asarray(second[score], np.float64))


def steps_to(loss: NDArray[Any], steps: NDArray[np.int64], target: float) -> Doubles:
    """Return the step at which each network's loss is first seen below the target ``(networks,)``.

    Args:
        loss: ``(probes, networks)``.
        steps: of the probes.
        target: what to come down to; a network that never does counts with the last step.
    """
    below = loss < target
    first = np.where(below.any(axis=0), below.argmax(axis=0), len(steps) - 1)
    return steps[first].astype(np.float64)


def rates_in_words(found: Mapping[str, Mapping[str, Any]]) -> Text:
    """Return the learning rate that was chosen for each kind, such as ``relu 0.1, tanh 0.3``."""
    rates = {name: f"{kind['learning_rate']:g}" for name, kind in found.items()}
    return Text(
        en=", ".join(f"{name} {rate}" for name, rate in rates.items()),
        fa="، ".join(f"{isolate(name)} {digits(rate)}" for name, rate in rates.items()),
    )
