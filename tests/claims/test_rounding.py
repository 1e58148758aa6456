"""Distances in units of the last place, against neighbours of known numbers."""

import numpy as np
import pytest

from course_lib.claims.experiments.rounding import ulps


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_the_next_number_is_one_unit_away(dtype: type[np.floating]) -> None:
    x = np.array([1e-3, 1.0, 3.5, 1e4], dtype)
    assert ulps(np.nextafter(x, dtype(np.inf)), x) == 1
    assert ulps(x, x) == 0


def test_the_worst_of_all_counts() -> None:
    eps = np.finfo(np.float64).eps
    assert ulps(np.array([1.0, 1 + 5 * eps, -2.0]), np.array([1.0, 1.0, -2.0])) == 5


def test_at_zero_the_unit_is_the_smallest_number() -> None:
    assert ulps(np.float32(3e-45), np.float32(0)) == 2


def test_units_of_two_dtypes_do_not_compare() -> None:
    with pytest.raises(TypeError, match="float32 and float64"):
        ulps(np.float32(1), np.float64(1))
