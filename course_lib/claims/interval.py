"""A mean with its 95 % confidence interval, which is the only form in which the course states a measurement."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtri, stdtrit

from course_lib.language import Text, digits

LEVEL = 0.95


@dataclass(frozen=True)
class Interval:
    """A mean, its two-sided 95 % confidence interval, and the number of independent repetitions behind it.

    Attributes:
        mean: the estimate.
        low: lower end of the interval.
        high: upper end of the interval.
        n: number of repetitions, usually seeds; 0 for a number that was computed exactly.
    """

    mean: float
    low: float
    high: float
    n: int

    @classmethod
    def of(cls, values: ArrayLike) -> Interval:
        """Return Student's t interval of independent repetitions.

        ``mean ± t(0.975; n−1) · s / √n`` with the sample standard deviation ``s`` (Student, 1908). Repetitions that do
        not differ at all give an interval of width zero.

        Args:
            values: one number per repetition, shape ``(n,)``, n ≥ 2.

        Raises:
            ValueError: if there are fewer than two values, or one of them is not finite.
        """
        sample = np.asarray(values, dtype=np.float64).ravel()
        if sample.size < 2 or not np.isfinite(sample).all():
            raise ValueError(
                Text(
                    en=f"An interval needs at least two finite repetitions, not {sample.tolist()}: use more seeds.",
                    fa=f"بازهٔ اطمینان دست‌کم دو تکرار متناهی می‌خواهد، نه {sample.tolist()}: بذرهای بیشتری به کار ببرید.",
                )
            )
        mean = float(sample.mean())
        half = float(stdtrit(sample.size - 1, (1 + LEVEL) / 2) * sample.std(ddof=1) / np.sqrt(sample.size))
        return cls(mean, mean - half, mean + half, sample.size)

    @classmethod
    def exact(cls, value: float) -> Interval:
        """Return a number that was computed, not sampled: an interval of width zero with no repetitions.

        Raises:
            ValueError: if the number is not finite.
        """
        if not math.isfinite(value):
            raise ValueError(
                Text(en=f"A computed number is finite, not {value!r}.", fa=f"عدد محاسبه‌شده متناهی است، نه {value!r}.")
            )
        return cls(float(value), float(value), float(value), 0)

    @classmethod
    def of_share(cls, hits: int, n: int) -> Interval:
        """Return the share ``hits / n`` with the score interval (Wilson, 1927), which stays inside [0, 1].

        Args:
            hits: how many of the repetitions count.
            n: how many repetitions there are, at least one.

        Raises:
            ValueError: unless ``0 ≤ hits ≤ n`` and ``n ≥ 1``.
        """
        if not (n >= 1 and 0 <= hits <= n):
            raise ValueError(
                Text(
                    en=f"A share counts some out of n, from none to all of them, not {hits} out of {n}.",
                    fa=f"سهم یعنی شماری از n، از هیچ تا همه، نه {hits} از {n}.",
                )
            )
        z = float(ndtri((1 + LEVEL) / 2))
        share, weight = hits / n, z * z / n
        centre = (share + weight / 2) / (1 + weight)
        half = z * math.sqrt(share * (1 - share) / n + weight / (4 * n)) / (1 + weight)
        low = centre - half if hits else 0.0  # exactly, not but for rounding
        high = centre + half if hits < n else 1.0
        return cls(share, low, high, n)

    @classmethod
    def of_ratios(cls, ratios: ArrayLike) -> Interval:
        """Return the geometric mean of ratios with its interval, worked out on their logarithms.

        Args:
            ratios: one positive ratio per repetition, shape ``(n,)``, n ≥ 2.

        Raises:
            ValueError: as :meth:`of`, and for a ratio that is not positive.
        """
        with np.errstate(divide="ignore", invalid="ignore"):
            logs = cls.of(np.log(np.asarray(ratios, dtype=np.float64)))
        return cls(math.exp(logs.mean), math.exp(logs.low), math.exp(logs.high), logs.n)

    @classmethod
    def of_counts(cls, hits: ArrayLike, totals: ArrayLike) -> Interval:
        """Return the share of hits among things that were counted in several runs.

        Things of one run share its fate, so the runs are the repetitions: Student's interval of their shares, kept
        inside [0, 1]. But five runs without a single hit do not prove that there is none. So the interval is at least
        as wide as the score interval of all counts together.

        Args:
            hits: how many count in each run, shape ``(n,)``, n ≥ 2.
            totals: how many there are in each run, shape ``(n,)``; runs with none are left out.

        Raises:
            ValueError: as :meth:`of` and :meth:`of_share`.
        """
        counted, of = np.asarray(hits, dtype=np.int64), np.asarray(totals, dtype=np.int64)
        counted, of = counted[of > 0], of[of > 0]
        runs = cls.of(counted / of)
        pooled = cls.of_share(int(counted.sum()), int(of.sum()))
        low, high = min(runs.low, pooled.low), max(runs.high, pooled.high)
        return cls(runs.mean, max(0.0, min(low, runs.mean)), min(1.0, max(high, runs.mean)), runs.n)

    def text(self, spec: str = ".2f") -> Text:
        """Return ``mean [low, high]`` in both languages, each number formatted by ``spec``; an exact number alone."""
        if not self.n:
            number = format(self.mean, spec)
            return Text(en=number.replace("-", "−"), fa=digits(number))
        mean, low, high = (format(value, spec) for value in (self.mean, self.low, self.high))
        return Text(
            en=f"{mean} [{low}, {high}]".replace("-", "−"),
            fa=f"{digits(mean)} [{digits(low)}، {digits(high)}]",
        )

    def __str__(self) -> str:
        return self.text(".3g").en
