"""What every function does with its argument: check it, compute in float64, round once, give the shape back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from course_lib.language import Text, isolate

Doubles = NDArray[np.float64]


def as_floats(x: ArrayLike) -> NDArray[np.floating[Any]]:
    """Return ``x`` as an array of float16, float32 or float64.

    Raises:
        TypeError: If ``x`` is a torch tensor, or its numbers are of any other kind (integers, booleans, complex, …).
    """
    if hasattr(x, "__torch_function__"):
        raise TypeError(
            Text(
                en="This function works on NumPy arrays. For a torch tensor use its module: "
                "activation.module()(tensor).",
                fa="این تابع با آرایه‌های NumPy کار می‌کند. برای تنسورهای torch ماژول آن را به کار ببرید: "
                f"{isolate('activation.module()(tensor)')}.",
            )
        )
    array = np.asarray(x)
    if array.dtype.kind != "f" or array.dtype.itemsize > 8:
        raise TypeError(
            Text(
                en=f"An activation works on real floats (float16, float32, float64), not on {array.dtype}. "
                "Convert first: np.asarray(x, dtype=float), or write the decimal point of a single number.",
                fa=f"تابع فعال‌سازی روی عددهای اعشاری (float16، float32، float64) کار می‌کند، نه روی «{array.dtype}». "
                f"نخست تبدیل کنید: {isolate('np.asarray(x, dtype=float)')}، "
                "یا ممیز عدد را بنویسید.",
            )
        )
    return array


def evaluate(kernel: Callable[[Doubles], Doubles], x: ArrayLike) -> Any:
    """Evaluate ``kernel`` at ``x`` in float64 and round the result once to the dtype of ``x``.

    So float16 and float32 results are correctly rounded but for rare ties, and no overflow or underflow on the way
    is worth a warning.

    Args:
        kernel: Maps a float64 array to a float64 array; need not care about NaN.
        x: Floats of any shape.

    Returns:
        An array of the dtype of ``x``, or a NumPy scalar if ``x`` is a scalar.
    """
    array = as_floats(x)
    with np.errstate(all="ignore"):
        result = kernel(array.astype(np.float64)).astype(array.dtype)
    return result if isinstance(x, np.ndarray) else result[()]


def evaluate_elementwise(kernel: Callable[[Doubles], Doubles], x: ArrayLike) -> Any:
    """Like `evaluate`, for a kernel that maps each number by itself; NaN maps to NaN."""
    return evaluate(lambda z: np.where(np.isnan(z), z, kernel(z)), x)
