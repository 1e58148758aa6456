"""The description of one network to be trained: what differs between the competitors of a comparison."""

from __future__ import annotations

import math
from dataclasses import dataclass
from numbers import Integral, Real

import numpy as np

from course_lib import activations
from course_lib.activations import Activation
from course_lib.language import Text
from course_lib.nn.initialise import check as check_initialisation


@dataclass(frozen=True)
class Model:
    """A multilayer perceptron, described.

    Attributes:
        activation: of the hidden layers: a name of the catalogue or an ``Activation``; it is kept as an ``Activation``.
        hidden: the width of each hidden layer; empty for a linear model.
        initialisation: of the weights: ``"default"`` (torch's), ``"lecun"``, ``"glorot"`` or ``"he"``.
        learning_rate: the size of the optimiser's steps.
        seed: decides the first weights and the order of the examples; models of equal seed share both (the weights if
            their shape and initialisation agree, too), which makes comparisons paired.
        bias: added to the first biases of the hidden layers; a negative one silences units from the start.

    Raises:
        ValueError: if a value makes no sense; the message says which and what would.
    """

    activation: Activation | str = "relu"
    hidden: tuple[int, ...] = (64, 64)
    initialisation: str = "default"
    learning_rate: float = 0.1
    seed: int = 0
    bias: float = 0.0

    def __post_init__(self) -> None:
        if isinstance(self.activation, str):
            object.__setattr__(self, "activation", activations.get(self.activation))
        elif not isinstance(self.activation, Activation):
            raise ValueError(
                Text(
                    en=f"{self.activation!r} is no activation: give a name such as 'relu' or activations.get('relu').",
                    fa=f"{self.activation!r} تابع فعال‌سازی نیست: نامی مانند 'relu' یا activations.get('relu') بدهید.",
                )
            )
        widths = np.atleast_1d(np.asarray(self.hidden, dtype=object)).tolist()  # a bare number is one layer
        if not all(_whole(width, 1) for width in widths):
            raise ValueError(
                Text(
                    en=f"Hidden widths must be positive whole numbers, such as `(64, 64)`, not {self.hidden!r}.",
                    fa=f"پهنای لایه‌های پنهان باید عدد صحیح مثبت باشد، مانند `(64, 64)`، نه {self.hidden!r}.",
                )
            )
        object.__setattr__(self, "hidden", tuple(int(width) for width in widths))
        check_initialisation(self.initialisation)
        if not (_finite(self.learning_rate) and self.learning_rate > 0):
            raise ValueError(
                Text(
                    en=f"The learning rate must be a positive number, not {self.learning_rate!r}.",
                    fa=f"نرخ یادگیری باید عددی مثبت باشد، نه {self.learning_rate!r}.",
                )
            )
        if not (_whole(self.seed, 0) and self.seed < 2**32):
            raise ValueError(
                Text(
                    en=f"The seed must be a whole number from 0 to 2³² − 1, not {self.seed!r}.",
                    fa=f"بذر تصادفی باید عددی صحیح از ۰ تا ۲³² − ۱ باشد، نه {self.seed!r}.",
                )
            )
        if not _finite(self.bias):
            raise ValueError(
                Text(
                    en=f"The bias must be a finite number, not {self.bias!r}.",
                    fa=f"بایاس باید عددی متناهی باشد، نه {self.bias!r}.",
                )
            )

    @property
    def function(self) -> Activation:
        """The activation of the hidden layers."""
        assert isinstance(self.activation, Activation)
        return self.activation

    @property
    def learnable(self) -> bool:
        """Whether the activation itself learns: PReLU's slope, one per hidden layer."""
        return self.function.name == "prelu"

    def __repr__(self) -> str:
        function = self.function
        values = "".join(f", {name}={value:g}" for name, value in function.values.items())
        bias = f", bias={self.bias:g}" if self.bias else ""
        shape = "-".join(map(str, self.hidden)) or "linear"
        return (
            f"Model({function.name}{values}, {shape}, {self.initialisation}, "
            f"learning_rate={self.learning_rate:g}, seed={self.seed}{bias})"
        )


def _whole(value: object, least: int) -> bool:
    return not isinstance(value, bool) and isinstance(value, Integral) and int(value) >= least


def _finite(value: object) -> bool:
    return not isinstance(value, bool) and isinstance(value, Real) and math.isfinite(value)
