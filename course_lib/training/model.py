"""The description of one network to be trained: what differs between the competitors of a comparison."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from numbers import Integral, Real

import numpy as np

from course_lib import activations
from course_lib.activations import Activation
from course_lib.language import Text, digits
from course_lib.nn.initialise import SCHEMES, matched

ARCHITECTURES = {
    "mlp": Text("multilayer perceptron", "پرسپترون چندلایه"),
    "residual": Text("residual perceptron", "پرسپترون باقی‌مانده‌ای"),
    "cnn": Text("convolutional network", "شبکهٔ پیچشی"),
    "rnn": Text("recurrent network", "شبکهٔ بازگشتی"),
    "lstm": Text("LSTM", "LSTM"),
    "gru": Text("GRU", "GRU"),
    "transformer": Text("transformer", "ترنسفورمر"),
}
INITIALISATIONS = (*SCHEMES, "matched", "identity")
OUTPUTS = ("linear", "sigmoid", "tanh", "softmax", "relu")
LOSSES = ("cross_entropy", "nll", "bce_with_logits", "squared_error", "hinge")


@dataclass(frozen=True)
class Model:
    """A network, described.

    Attributes:
        activation: of the hidden layers: a name of the catalogue or an ``Activation``, or one of them per hidden layer;
            names are kept as an ``Activation``.
        hidden: the width of each hidden layer; empty for a linear model. In a CNN the channels of each block, in a
            recurrent network the units of each stacked layer, in a transformer the width of each block.
        initialisation: of the weights: ``"default"`` (torch's), ``"lecun"``, ``"glorot"``, ``"he"``, or ``"matched"``,
            which takes what is usual for each layer's activation (``nn.initialise.MATCHED``), the output layer going
            with the last hidden one. For an RNN also ``"identity"`` (Le, Jaitly and Hinton 2015).
        learning_rate: the size of the optimiser's steps.
        seed: decides the first weights and the order of the examples; models of equal seed share both (the weights if
            their shape and initialisation agree, too), which makes comparisons paired.
        bias: added to the first biases of the hidden layers; a negative one silences units from the start. Where layers
            are batch-normalised it is the first shift.
        architecture: ``"mlp"``; ``"residual"``, an MLP whose hidden layers add their input to their output where the
            widths agree, y = x + f(Wx + b) (He, Zhang, Ren and Sun 2016); ``"cnn"``, ``"rnn"``, ``"lstm"``, ``"gru"``
            or ``"transformer"``.
        gated: whether a transformer's feed-forward layers are gated linear units, f(xW)·(xV) (Shazeer 2020), of two
            thirds of the inner width, so that the number of parameters stays the same.
        batch_norm: whether the pre-activations of an MLP are batch-normalised (Ioffe and Szegedy 2015).
        clip: the largest norm of the whole gradient; a longer one is shortened to it (Pascanu, Mikolov and Bengio
            2013). ``None`` lets every gradient pass.
        output: the activation of the output layer: ``"linear"``, ``"sigmoid"``, ``"tanh"``, ``"softmax"`` or
            ``"relu"``. ``None`` takes what goes with the loss.
        loss: ``"cross_entropy"`` or ``"bce_with_logits"`` (of what the output layer gives, taken as logits), ``"nll"``
            (of what it gives, taken as probabilities), ``"squared_error"`` or ``"hinge"``. ``None`` takes what goes
            with the output; with neither given, they are the pair that goes with the task: softmax with cross-entropy,
            sigmoid with binary cross-entropy, or linear with the squared error.

    Raises:
        ValueError: if a value makes no sense; the message says which and what would.
    """

    activation: Activation | str | tuple[Activation | str, ...] = "relu"
    hidden: tuple[int, ...] = (64, 64)
    initialisation: str = "default"
    learning_rate: float = 0.1
    seed: int = 0
    bias: float = 0.0
    architecture: str = "mlp"
    gated: bool = False
    batch_norm: bool = False
    clip: float | None = None
    output: str | None = None
    loss: str | None = None

    def __post_init__(self) -> None:
        widths = np.atleast_1d(np.asarray(self.hidden, dtype=object)).tolist()  # a bare number is one layer
        if not all(_whole(width, 1) for width in widths):
            raise ValueError(
                Text(
                    en=f"Hidden widths must be positive whole numbers, such as `(64, 64)`, not {self.hidden!r}.",
                    fa=f"پهنای لایه‌های پنهان باید عدد صحیح مثبت باشد، مانند `(64, 64)`، نه {self.hidden!r}.",
                )
            )
        object.__setattr__(self, "hidden", tuple(int(width) for width in widths))
        if isinstance(self.activation, list | tuple):
            object.__setattr__(self, "activation", tuple(_activation(each) for each in self.activation))
            _check_count(self.functions, self.hidden)
        else:
            object.__setattr__(self, "activation", _activation(self.activation))
        _check_choice("initialisation", self.initialisation, INITIALISATIONS)
        _check_choice("architecture", self.architecture, tuple(ARCHITECTURES))
        if self.output is not None:
            _check_choice("output", self.output, OUTPUTS)
        if self.loss is not None:
            _check_choice("loss", self.loss, LOSSES)
        self._check_numbers()
        self._check_options()
        assert len(self.schemes) == len(self.hidden) + 1  # and each of them is known

    def _check_numbers(self) -> None:
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
        if self.clip is not None and not (_finite(self.clip) and self.clip > 0):
            raise ValueError(
                Text(
                    en=f"The gradient can be clipped to a positive norm, or None for no clipping, not {self.clip!r}.",
                    fa=f"بیشینهٔ اندازهٔ گرادیان (clip) باید عددی مثبت باشد، یا None برای بی‌حد بودن، نه {self.clip!r}.",
                )
            )

    def _check_options(self) -> None:
        if not isinstance(self.gated, bool) or not isinstance(self.batch_norm, bool):
            raise ValueError(
                Text(
                    en="gated and batch_norm are True or False.",
                    fa="مقدار gated و batch_norm باید True یا False باشد.",
                )
            )
        for option, given, needed in (
            ("gated", self.gated, "transformer"),
            ("batch_norm", self.batch_norm, "mlp"),
            ("initialisation='identity'", self.initialisation == "identity", "rnn"),
        ):
            if given and self.architecture != needed:
                raise ValueError(
                    Text(
                        en=f"{option} is for architecture={needed!r} alone, not for {self.architecture!r}.",
                        fa=f"گزینهٔ {option} تنها برای architecture={needed!r} است، نه برای {self.architecture!r}.",
                    )
                )
        if not self.hidden and self.architecture not in ("mlp", "residual"):
            kind = ARCHITECTURES[self.architecture]
            raise ValueError(
                Text(
                    en=f"A {kind.en} needs at least one hidden layer: give its width, such as `hidden=(32,)`.",
                    fa=f"معماری «{kind.fa}» دست‌کم یک لایهٔ پنهان می‌خواهد: پهنای آن را بدهید، مانند `hidden=(32,)`.",
                )
            )
        if self.architecture == "transformer" and len(set(self.hidden)) > 1:
            raise ValueError(
                Text(
                    en=f"All blocks of a transformer have one width, such as `hidden=(32, 32)`, not {self.hidden!r}.",
                    fa=f"همهٔ بلوک‌های ترنسفورمر یک پهنا دارند، مانند `hidden=(32, 32)`، نه {self.hidden!r}.",
                )
            )

    @property
    def functions(self) -> tuple[Activation, ...]:
        """The activation of each hidden layer."""
        each = self.activation if isinstance(self.activation, tuple) else (self.activation,) * len(self.hidden)
        return tuple(function for function in each if isinstance(function, Activation))

    @property
    def function(self) -> Activation:
        """The activation that all hidden layers share.

        Raises:
            ValueError: if they differ.
        """
        if isinstance(self.activation, Activation):
            return self.activation
        kinds = dict.fromkeys(self.functions)
        if len(kinds) != 1:
            raise ValueError(
                Text(
                    en=f"{self!r} has no single activation: look at its `functions`, one per hidden layer.",
                    fa=f"مدل {self!r} تابع فعال‌سازی یگانه‌ای ندارد: `functions` را ببینید، برای هر لایهٔ پنهان یکی.",
                )
            )
        return next(iter(kinds))

    @property
    def schemes(self) -> tuple[str, ...]:
        """The initialisation of each hidden layer and of the output layer, ``"matched"`` replaced by what it means."""
        if self.initialisation != "matched":
            return (self.initialisation,) * (len(self.hidden) + 1)
        found = [matched(function) for function in self.functions or (self.function,)]
        return (*found, found[-1]) if self.hidden else tuple(found)

    @property
    def units(self) -> tuple[int, ...]:
        """How many units each hidden layer's activation has: its width, in a transformer the inner width of a block."""
        if self.architecture != "transformer":
            return self.hidden
        return tuple(round(8 * width / 3) if self.gated else 4 * width for width in self.hidden)

    @property
    def label(self) -> str:
        """The names of its activations, with their parameters."""
        kinds = (self.activation,) if isinstance(self.activation, Activation) else self.functions
        return " + ".join(_describe(function) for function in kinds)

    @property
    def shape(self) -> tuple[object, ...]:
        """What two models must have in common to be trained as one batched network.

        Perceptrons of one shape may have different activations.
        """
        mixable = self.architecture in ("mlp", "residual")
        kinds = () if mixable else tuple(kind(function) for function in self.functions)
        return self.architecture, self.hidden, self.gated, self.batch_norm, kinds

    def __repr__(self) -> str:
        layers = "-".join(map(str, self.hidden)) or "linear"
        kind = "" if self.architecture == "mlp" else f"{self.architecture} "
        options = [f"bias={self.bias:g}"] if self.bias else []
        options += [name for name in ("gated", "batch_norm") if getattr(self, name)]
        options += [f"clip={self.clip:g}"] if self.clip is not None else []
        options += [f"{name}={value}" for name in ("output", "loss") if (value := getattr(self, name)) is not None]
        return (
            f"Model({self.label}, {kind}{layers}, {self.initialisation}, "
            f"learning_rate={self.learning_rate:g}, seed={self.seed}{''.join(f', {option}' for option in options)})"
        )


def learns(function: Activation) -> bool:
    """Return whether an activation itself learns: PReLU's slope, one per hidden layer."""
    return function.name == "prelu"


def kind(function: Activation) -> object:
    """Return what equal activations share; learnable ones keep their slopes apart anyway."""
    return function.name if learns(function) else function


def _describe(function: Activation) -> str:
    return ", ".join([function.name, *(f"{name}={value:g}" for name, value in function.values.items())])


def _activation(given: object) -> Activation:
    if isinstance(given, str):
        return activations.get(given)
    if isinstance(given, Activation):
        return given
    raise ValueError(
        Text(
            en=f"{given!r} is no activation: give a name such as 'relu' or activations.get('relu').",
            fa=f"{given!r} تابع فعال‌سازی نیست: نامی مانند 'relu' یا activations.get('relu') بدهید.",
        )
    )


def _check_count(functions: Sequence[Activation], hidden: Sequence[int]) -> None:
    if not functions or len(functions) != len(hidden):
        raise ValueError(
            Text(
                en=f"{len(functions)} activations for {len(hidden)} hidden layers: give one for all, or one per layer.",
                fa=f"{digits(str(len(functions)))} تابع فعال‌سازی برای {digits(str(len(hidden)))} لایهٔ پنهان: "
                "یکی برای همه بدهید، یا برای هر لایه یکی.",
            )
        )


def _check_choice(attribute: str, given: object, choices: Sequence[str]) -> None:
    if given not in choices:
        raise ValueError(
            Text(
                en=f"No {attribute} {given!r}: choose one of {', '.join(choices)}.",
                fa=f"برای {attribute} گزینهٔ «{given}» وجود ندارد: یکی از این‌ها را انتخاب کنید: {'، '.join(choices)}.",
            )
        )


def _whole(value: object, least: int) -> bool:
    return not isinstance(value, bool) and isinstance(value, Integral) and int(value) >= least


def _finite(value: object) -> bool:
    return not isinstance(value, bool) and isinstance(value, Real) and math.isfinite(value)
