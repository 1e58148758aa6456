"""The catalogue: every activation of the course, in the order of the lessons."""

from __future__ import annotations

from dataclasses import fields, replace
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
_OTHER_NAMES = {"silu": "swish", "identity": "linear", "heaviside": "step", "logistic": "sigmoid"}
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
        name: One of `names`; or an `Activation`, returned as it is or with the parameters changed.
        **parameters: Values for its parameters, e.g. ``negative_slope=0.2``; the others keep their defaults.

    Raises:
        ValueError: If there is no such activation, or a parameter's value is outside its domain.
        TypeError: If the activation has no such parameter, or its value isn't a number.
    """
    kind = type(name) if isinstance(name, Activation) else _BY_NAME.get(str(name))
    if kind is None:
        raise ValueError(_unknown_name(str(name)))
    known = [field.name for field in fields(kind)]
    for parameter in parameters:
        if parameter not in known:
            raise TypeError(_unknown_parameter(kind.name, parameter, known))
    return replace(name, **parameters) if isinstance(name, Activation) else kind(**parameters)


def _unknown_name(name: str) -> Text:
    plain = name.strip().lower().replace(" ", "_").replace("-", "_")
    plain = _OTHER_NAMES.get(plain, plain)
    close = [plain] if plain in _BY_NAME else get_close_matches(plain, _BY_NAME)
    return Text(
        en=f"There is no activation {name!r}."
        + (f" Did you mean {' or '.join(map(repr, close))}?" if close else "")
        + f" The course knows: {', '.join(_BY_NAME)}.",
        fa=f"تابع فعال‌سازی «{name}» وجود ندارد."
        + (f" آیا منظورتان «{'» یا «'.join(close)}» بود؟" if close else "")
        + f" تابع‌های این دوره: {'، '.join(_BY_NAME)}.",
    )


def _unknown_parameter(activation: str, parameter: str, known: list[str]) -> Text:
    if not known:
        return Text(
            en=f"{activation} has no parameters, so {parameter!r} cannot be set.",
            fa=f"تابع {activation} پارامتری ندارد؛ پس «{parameter}» را نمی‌توان تعیین کرد.",
        )
    close = get_close_matches(parameter, known)
    return Text(
        en=f"{activation} has no parameter {parameter!r}."
        + (f" Did you mean {close[0]!r}?" if close else "")
        + f" It takes: {', '.join(known)}.",
        fa=f"تابع {activation} پارامتر «{parameter}» ندارد."
        + (f" آیا منظورتان «{close[0]}» بود؟" if close else "")
        + f" پارامترهایش: {'، '.join(known)}.",
    )
