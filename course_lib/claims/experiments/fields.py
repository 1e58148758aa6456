"""One function against ReLU in three fields: vision, signals in time, and language."""

from __future__ import annotations

from typing import Any

from course_lib.claims.experiment import Result, Steps
from course_lib.claims.experiments import architectures
from course_lib.claims.experiments.comparison import paired_difference
from course_lib.language import Text

_FIELDS = {"vision": ("cnn", "digits"), "signal": ("cnn", "mnist1d"), "language": ("transformer", "hafez")}


def _against_relu(activation: str, *, seeds: int, first_seed: int, **sizes: Any) -> Steps:
    """Compare a function with ReLU on images, on a signal in time (in place of speech), and on verse.

    Args:
        activation: the function.
        seeds: networks of each kind and learning rate.
        first_seed: of their seeds.
        **sizes: the networks, see ``architectures.tasks``: ``cnn_hidden`` … for vision and signal,
            ``transformer_hidden`` … for language.

    Measures (the function − ReLU, test accuracy):
        vision: handwritten digits.
        signal: MNIST-1D.
        language: the next letter of verse.
    """
    networks = {name: architectures.network(name, sizes) for name in ("cnn", "transformer")}
    found = iter(
        (
            yield [
                task
                for architecture, dataset in _FIELDS.values()
                for task in architectures.tasks(
                    architectures.kinds([activation, "relu"]),
                    architecture=architecture,
                    dataset=dataset,
                    network=networks[architecture],
                    seeds=seeds,
                    first_seed=first_seed,
                )
            ]
        )
    )
    scores = {field: architectures.together([next(found), next(found)]) for field in _FIELDS}
    image, text = (architectures.in_words(name, network) for name, network in networks.items())
    common = architectures.common_conditions(seeds)
    gains = {field: paired_difference(kinds[activation], kinds["relu"]) for field, kinds in scores.items()}
    return Result(
        gains,
        Text(
            en=f"Digits and MNIST-1D: {image.en}. Verse by Hafez: {text.en}. {architectures.SUITED.en} {common.en}",
            fa=f"رقم‌های دست‌نویس و MNIST-1D: {image.fa}. شعر حافظ: {text.fa}. {architectures.SUITED.fa} {common.fa}",
        ),
        {"gains": gains},
    )


def gelu(**arguments: Any) -> Steps:
    """Compare GELU with ReLU, see above."""
    return (yield from _against_relu("gelu", **arguments))


def swish(**arguments: Any) -> Steps:
    """Compare Swish with ReLU, see above."""
    return (yield from _against_relu("swish", **arguments))
