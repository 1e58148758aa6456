"""What a sum or a product loses by rounding, exactly.

The exponential multiplies an error in its argument by the argument: e^z with z = −700 loses nine bits if z was rounded
once. With the rounding error r of z known, e^(z + r) = e^z·(1 + r) to the last digit.

Knuth (1969), *The Art of Computer Programming*, volume 2 (sum); Dekker (1971), *A floating-point technique for
extending the available precision* (product).
"""

from __future__ import annotations

from course_lib.activations.floats import Doubles

_SPLITTER = 2.0**27 + 1


def sum_error(a: Doubles, b: Doubles) -> Doubles:
    """Return a + b (exactly) − fl(a + b), provided that the sum does not overflow."""
    total = a + b
    part = total - a
    return (a - (total - part)) + (b - part)


def product_error(a: Doubles, b: Doubles) -> Doubles:
    """Return a·b (exactly) − fl(a·b), provided that neither factor nor product is near overflow or underflow."""
    product = a * b
    a_high, b_high = _high(a), _high(b)
    a_low, b_low = a - a_high, b - b_high
    return ((a_high * b_high - product) + a_high * b_low + a_low * b_high) + a_low * b_low


def _high(a: Doubles) -> Doubles:
    """Return the upper half of the digits of ``a``."""
    scaled = _SPLITTER * a
    return scaled - (scaled - a)
