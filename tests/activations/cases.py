"""What the tests of activations iterate over: the catalogue with several parameter values, and points to look at."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from course_lib import activations
from course_lib.activations import Activation

PARAMETERS: dict[str, list[dict[str, float]]] = {
    "linear": [{"slope": -0.3}, {"slope": 0.0}],
    "leaky_relu": [{"negative_slope": 0.3}, {"negative_slope": 0.0}, {"negative_slope": 1.0}],
    "prelu": [{"slope": -0.7}],
    "elu": [{"alpha": 2.3}, {"alpha": 1e-3}, {"alpha": 1e3}],
    "swish": [{"beta": beta} for beta in (0.0, 0.1, 1.7, 5.0, 1e-300, 3e200)],
}


def _label(function: Activation) -> str:
    return "-".join([function.name, *(f"{name}={value:g}" for name, value in function.values.items())])


EVERY = [
    activations.get(name, **values)
    for name in activations.names(beyond=True)
    for values in [{}, *PARAMETERS.get(name, [])]
]
ELEMENTWISE = [function for function in EVERY if function.elementwise]

each_activation = pytest.mark.parametrize("function", EVERY, ids=_label)
each_elementwise = pytest.mark.parametrize("function", ELEMENTWISE, ids=_label)


def sign_change(function: Activation) -> float | None:
    """Return where the derivative changes its sign without a jump."""
    match function.name, function.values:
        case "swish", {"beta": beta}:
            return -1.2784645427610738 / beta if beta else None
        case "gelu", _:
            return -0.7517915246935645
        case "gelu_tanh", _:
            return -0.7524614220710163
        case _:
            return None


def points(function: Activation, dtype: Any, count: int = 80) -> np.ndarray:
    """Return floats of all kinds: random bits, all magnitudes, the bends, the tails, and next to kinks.

    Args:
        function: Whose sign change and kinks are looked at closely.
        dtype: float16, float32 or float64.
        count: How many of each kind.
    """
    draw = np.random.default_rng(20)
    info = np.finfo(dtype)
    bits = {2: np.uint16, 4: np.uint32, 8: np.uint64}[np.dtype(dtype).itemsize]
    random_bits = draw.integers(0, np.iinfo(bits).max, count, dtype=bits).view(dtype)
    smallest = float(info.smallest_subnormal)
    magnitude = 2.0 ** draw.uniform(np.log2(smallest), np.log2(float(info.max)) - 0.01, count)
    moderate = 2.0 ** draw.uniform(-30, 6, count)
    tails = [draw.uniform(low, high, count) for low, high in ((-30, 30), (15, 40), (80, 110), (700, 760))]
    kink = np.array([0.0, smallest, float(info.tiny), float(info.eps), float(info.max)])
    close = sign_change(function)
    near = (
        [] if close is None else [close * (1 + draw.uniform(-0.3, 0.3, count)), close * (1 + np.arange(-9, 9) * 1e-15)]
    )
    parts = [magnitude, moderate, *tails, kink]
    with np.errstate(over="ignore"):
        x = np.concatenate([*parts, *(-part for part in parts), *near]).astype(dtype)
    x = np.concatenate([x, random_bits])
    return x[np.isfinite(x)]
