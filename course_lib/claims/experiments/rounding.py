"""How far a computed number is from the right one, measured in what rounding can be blamed for."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray


def ulps(found: ArrayLike, expected: ArrayLike) -> float:
    """Return the largest distance between two arrays, in units of the last place of the expected numbers.

    One unit is the distance from a number to the next larger one of its dtype, so a correctly rounded result is at most
    half a unit away from the real number, and at most one from another correct rounding.

    Args:
        found: floats of any shape.
        expected: floats of the same shape and dtype.

    Raises:
        TypeError: if the dtypes differ: a unit of the last place is another length in each.
    """
    left, right = _floats(found), _floats(expected)
    if left.dtype != right.dtype:
        raise TypeError(f"cannot count units of the last place between {left.dtype} and {right.dtype}")
    distance = np.abs(left.astype(np.longdouble) - right.astype(np.longdouble))
    return float(np.max(distance / np.spacing(np.abs(right)).astype(np.longdouble)))


def _floats(values: ArrayLike) -> NDArray[np.floating[Any]]:
    return np.asarray(values)
