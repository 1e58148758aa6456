"""The catalogue: every activation of the course, in the order of the lessons."""

from __future__ import annotations

from dataclasses import fields
from difflib import get_close_matches
from typing import Any

from course_lib.activations.activation import Activation
from course_lib.activations.exponential import ELU, SELU
from course_lib.activations.gelu import GELU, GELUTanh
from course_lib.activations.linear import Linear
from course_lib.activations.rectified import LeakyReLU, PReLU, ReLU
from course_lib.activations.sigmoidal import Sigmoid, Tanh
from course_lib.activations.softmax import Softmax
from course_lib.activations.swish import Swish
from course_lib.activations.threshold import Step
from course_lib.language import Text

_NOTES: tuple[type[Activation], ...] = (
    Step,
    Linear,
    Sigmoid,
    Tanh,
    ReLU,
    LeakyReLU,
    PReLU,
    ELU,
    SELU,
    Softmax,
    Swish,
    GELU,
)
_BEYOND: tuple[type[Activation], ...] = (GELUTanh,)
_BY_NAME = {kind.name: kind for kind in _NOTES + _BEYOND}


def names(*, beyond: bool = False) -> tuple[str, ...]:
    """Return the names of the twelve activations in lesson order.

    Args:
        beyond: Whether to add those that the course has beyond the twelve.
    """
    return tuple(kind.name for kind in (_NOTES + _BEYOND if beyond else _NOTES))


def get(name: str | Activation, **parameters: Any) -> Activation:
    """Return an activation by its name.

    Args:
        name: One of `names`; an `Activation` is returned as it is.
        **parameters: Values for its parameters, e.g. ``negative_slope=0.2``; the others keep their defaults.

    Raises:
        ValueError: If there is no such activation, or a parameter's value is outside its domain.
        TypeError: If the activation has no such parameter, or its value isn't a number.
    """
    if isinstance(name, Activation):
        return name
    kind = _BY_NAME[name]
    return kind(**parameters)
