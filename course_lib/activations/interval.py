"""Intervals of real numbers: the range of a function, the values that a parameter may take."""

from __future__ import annotations

import math
from dataclasses import dataclass


def _plain(bound: float) -> str:
    return ("−" if bound < 0 else "") + ("∞" if math.isinf(bound) else f"{abs(bound):.4g}")


@dataclass(frozen=True)
class Interval:
    """An interval of the real line that knows which of its ends belong to it.

    ``str(interval)`` is the usual notation, ``[−0.2785, ∞)``; ``y in interval`` tests a number.

    Attributes:
        low: Lower end, ``-inf`` if there is none.
        high: Upper end, ``inf`` if there is none.
        low_closed: Whether ``low`` itself belongs to the interval.
        high_closed: Whether ``high`` itself belongs to the interval.
    """

    low: float = -math.inf
    high: float = math.inf
    low_closed: bool = False
    high_closed: bool = False

    def __contains__(self, number: float) -> bool:
        above = number >= self.low if self.low_closed else number > self.low
        below = number <= self.high if self.high_closed else number < self.high
        return above and below

    def __str__(self) -> str:
        opening, closing = "[" if self.low_closed else "(", "]" if self.high_closed else ")"
        return f"{opening}{_plain(self.low)}, {_plain(self.high)}{closing}"

    @property
    def latex(self) -> str:
        """The same notation as LaTeX, without dollar signs."""
        return str(self).replace("−", "-").replace("∞", r"\infty")


REALS = Interval()
