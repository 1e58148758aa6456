"""Tables of curves: where to sample an axis that has kinks, and at which values of a parameter."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Doubles = NDArray[np.float64]


@dataclass(frozen=True)
class Nodes:
    """The inputs at which curves are sampled.

    A kink or jump is three nodes: seen from the left, at the place itself, and from the right. So nothing is ever
    interpolated across it, and the value that a function takes there by convention is in the table.

    Attributes:
        positions: What the browser draws and interpolates on; the three nodes of a break are equal.
        arguments: What the function is called with; beside a break, its neighbours in floating point.
    """

    positions: Doubles
    arguments: Doubles


def nodes(low: float, high: float, *, step: float, margin: float, breaks: Sequence[float] = ()) -> Nodes:
    """Return nodes for an axis from ``low`` to ``high``.

    Args:
        low: Left end of the axis.
        high: Right end of the axis.
        step: Distance of neighbouring nodes in sight.
        margin: How far to sample beyond both ends, for inputs out of sight; five times coarser.
        breaks: Kinks and jumps.
    """
    count = round((high - low) / step)
    beyond = np.linspace(0.0, margin, round(margin / (5 * step)) + 1)[1:]
    regular = np.concatenate([low - beyond[::-1], np.linspace(low, high, count + 1), high + beyond])
    around = np.array([(np.nextafter(at, -np.inf), at, np.nextafter(at, np.inf)) for at in sorted(breaks)])
    # A regular node may be a rounding error away from a break: the break replaces it.
    clear = np.all(np.abs(regular[:, None] - np.array(breaks)[None, :]) > 1e-9, axis=1)
    positions = np.concatenate([regular[clear], np.repeat(np.sort(np.array(breaks)), 3)])
    arguments = np.concatenate([regular[clear], around.ravel()])
    order = np.argsort(arguments)
    return Nodes(positions[order], arguments[order])


def parameter_grid(curves: Callable[[float], Doubles], low: float, high: float, count: int = 33) -> tuple[float, ...]:
    """Return the values of a parameter at which to sample.

    Curves that are linear in their parameter need its two ends only. For the others the values lie closer together
    near the lower end, as curves change fastest there.

    Args:
        curves: The samples at one value of the parameter.
        low: The smallest value.
        high: The largest value.
        count: How many values, if two are not enough.
    """
    middle = (curves(low) + curves(high)) / 2
    if np.allclose(curves((low + high) / 2), middle, rtol=1e-12, atol=1e-12):
        return (low, high)
    return tuple((low + (high - low) * np.linspace(0, 1, count) ** 2).tolist())


def label_positions(x: Doubles, curves: Sequence[Doubles], *, apart: float) -> list[float]:
    """Return for each curve the x at which its name is least likely to be taken for another curve's.

    Args:
        x: Candidates.
        curves: Each curve's values at the candidates.
        apart: The smallest distance between two names along x.
    """
    chosen: list[float] = []
    for i, curve in enumerate(curves):
        others = [np.abs(curve - other) for j, other in enumerate(curves) if j != i]
        distance = np.min(others, axis=0)
        for taken in chosen:
            distance = np.where(np.abs(x - taken) < apart, -1.0, distance)
        chosen.append(float(x[np.argmax(distance)]))
    return chosen
