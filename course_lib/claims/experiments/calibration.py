"""How far a number between 0 and 1 may be taken as a probability: calibration error, Brier score and log-loss.

A forecast is calibrated if, among all examples that were given 70 %, the event happens to 70 %. Calibration alone is
not enough: who always forecasts the base rate is calibrated, too. The Brier score and the log-loss reward both
calibration and sharpness; both are proper, so nothing scores better on average than the true probability.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from course_lib.language import Text, digits

Doubles = NDArray[np.float64]


class Reliability(NamedTuple):
    """Forecasts in bins: the points of a reliability diagram. Empty bins are left out.

    Attributes:
        forecast: the mean forecast of each bin, ``(bins,)``.
        frequency: the share of its examples for which the event happened, ``(bins,)``.
        size: the number of its examples, ``(bins,)``.
    """

    forecast: Doubles
    frequency: Doubles
    size: NDArray[np.int64]


def top_class(probabilities: ArrayLike, classes: ArrayLike) -> tuple[Doubles, NDArray[np.bool_]]:
    """Return the confidence in the most probable class, and whether it is the right one.

    This turns a forecast over several classes into one for a single event, as Guo et al. (2017) do.

    Args:
        probabilities: ``(examples, classes)``.
        classes: the right classes' numbers, ``(examples,)``.

    Returns:
        The confidence and the rightness, each ``(examples,)``.
    """
    given = np.asarray(probabilities, np.float64)
    return given.max(axis=-1), given.argmax(axis=-1) == np.asarray(classes)


def reliability(forecasts: ArrayLike, outcomes: ArrayLike, *, bins: int = 10, equal_mass: bool = False) -> Reliability:
    """Sort forecasts of an event into bins, and compare them there with how often it happened.

    Args:
        forecasts: probabilities between 0 and 1, ``(examples,)``.
        outcomes: whether the event happened (0 and 1, or truth values), ``(examples,)``.
        bins: how many.
        equal_mass: equally filled bins, between quantiles of the forecasts, instead of equally wide ones. Equal width
            is what Guo et al. (2017) use; equal mass has no nearly empty bins, whose frequencies are noise (Nguyen &
            O'Connor, 2015). Equal forecasts always share a bin.

    Raises:
        ValueError: if there are no forecasts, not as many outcomes, no bin, or if a forecast lies outside [0, 1].
    """
    given, happened = _checked(forecasts, outcomes)
    if bins < 1:
        raise ValueError(
            Text(
                en=f"Forecasts are compared in bins: bins must be at least 1, not {bins}.",
                fa=f"پیش‌بینی‌ها در بازه‌ها مقایسه می‌شوند: bins باید دست‌کم ۱ باشد، نه {digits(str(bins))}.",
            )
        )
    inner = np.arange(1, bins) / bins
    edges = np.unique(np.quantile(given, inner, method="lower")) if equal_mass else inner
    place = np.searchsorted(edges, given, side="left")  # a forecast on an edge belongs to the bin below it
    size = np.bincount(place, minlength=bins)
    filled = size > 0
    sums = (np.bincount(place, weights, minlength=bins)[filled] for weights in (given, happened))
    forecast, frequency = (total / size[filled] for total in sums)
    return Reliability(forecast, frequency, size[filled])


def calibration_error(forecasts: ArrayLike, outcomes: ArrayLike, *, bins: int = 10, equal_mass: bool = False) -> float:
    """Return the expected calibration error: the mean gap between forecast and frequency over the bins.

    ``Σ size/n · |frequency − forecast|`` (Naeini, Cooper & Hauskrecht, 2015; Guo et al., 2017). With few examples per
    bin it is biased upwards: chance alone gives a gap. Compare it at equal bins and equal numbers of examples only.
    Arguments and errors as for :func:`reliability`.
    """
    forecast, frequency, size = reliability(forecasts, outcomes, bins=bins, equal_mass=equal_mass)
    return float(np.average(np.abs(frequency - forecast), weights=size))


def brier_score(probabilities: ArrayLike, targets: ArrayLike) -> float:
    """Return the mean squared distance between forecast and outcome (Brier, 1950); 0 is best.

    Args:
        probabilities: of one event, ``(examples,)``; or of several classes, ``(examples, classes)``.
        targets: whether the event happened, ``(examples,)``; or the right classes' numbers, ``(examples,)``.

    Returns:
        For one event the mean of ``(p − y)²``, at most 1. For classes the mean over the examples of the sum over the
        classes, which is Brier's own definition, at most 2: with two classes it is twice the score of one event.
    """
    given = np.asarray(probabilities, np.float64)
    if given.ndim == 1:
        return float(np.square(given - np.asarray(targets, np.float64)).mean())
    right = np.asarray(targets)[:, None] == np.arange(given.shape[1])
    return float(np.square(given - right).sum(axis=1).mean())


def log_loss(probabilities: ArrayLike, targets: ArrayLike, *, least: float = 1e-7) -> float:
    """Return the mean of −log of the probability that was given to what happened, in nats.

    Args:
        probabilities: as for :func:`brier_score`.
        targets: as for :func:`brier_score`.
        least: probabilities count as at least this, or one wrong certainty would make the whole score infinite; 10⁻⁷
            is about the distance from 1 to its neighbours in float32.
    """
    given = np.asarray(probabilities, np.float64)
    happened = np.asarray(targets)
    if given.ndim == 1:
        told = np.where(happened.astype(bool), given, 1 - given)
    else:
        told = np.take_along_axis(given, happened[:, None].astype(np.int64), axis=1)
    return float(-np.log(np.maximum(told, least)).mean())


def _checked(forecasts: ArrayLike, outcomes: ArrayLike) -> tuple[Doubles, Doubles]:
    given, happened = np.asarray(forecasts, np.float64), np.asarray(outcomes, np.float64)
    if given.ndim != 1 or given.shape != happened.shape or not given.size:
        raise ValueError(
            Text(
                en=f"Each forecast needs one outcome, in arrays of one dimension, not {given.shape} "
                f"and {happened.shape}.",
                fa=f"هر پیش‌بینی در آرایهٔ یک‌بعدی پیامد خودش را می‌خواهد، نه شکل‌های {given.shape} و {happened.shape}.",
            )
        )
    if not ((given >= 0) & (given <= 1)).all():
        raise ValueError(
            Text(
                en="A forecast is a probability between 0 and 1: apply the sigmoid or softmax to the logits first.",
                fa="پیش‌بینی احتمالی میان ۰ و ۱ است: نخست سیگموئید یا Softmax را روی لاجیت‌ها اعمال کنید.",
            )
        )
    return given, happened
