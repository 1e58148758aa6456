"""How the weights of a fully connected layer start.

Every scheme draws from a generator that belongs to one model, so that a model's first weights depend on its seed and
shape alone, never on the models trained beside it or on the device.

A weight has the shape ``(fan_out, fan_in)`` of ``torch.nn.Linear``. With variance ``gain / fan_in`` the size of the
signals stays the same from layer to layer; which gain that takes depends on the activation.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import torch
from torch import Tensor

from course_lib.activations import Activation
from course_lib.language import Text

Layer = tuple[Tensor, Tensor]


def _uniform(shape: tuple[int, ...], bound: float, generator: torch.Generator) -> Tensor:
    return torch.empty(shape).uniform_(-bound, bound, generator=generator)


def _normal(fan_in: int, fan_out: int, deviation: float, generator: torch.Generator) -> Layer:
    weight = torch.empty(fan_out, fan_in).normal_(0.0, deviation, generator=generator)
    return weight, torch.zeros(fan_out)


def default(fan_in: int, fan_out: int, generator: torch.Generator) -> Layer:
    """Draw ``torch.nn.Linear``'s own: weight and bias uniform on ±1/√fan_in.

    torch writes it as ``kaiming_uniform_(a=√5)``, which is the same bound and has variance 1/(3·fan_in): a third of
    LeCun's. With a generator of the same seed the numbers equal those of ``torch.nn.Linear``, bit for bit.
    """
    bound = 1 / math.sqrt(fan_in)
    return _uniform((fan_out, fan_in), bound, generator), _uniform((fan_out,), bound, generator)


def lecun(fan_in: int, fan_out: int, generator: torch.Generator) -> Layer:
    """Draw from a normal of variance 1/fan_in, zero bias (LeCun, Bottou, Orr and Müller 1998, "Efficient BackProp").

    Keeps the variance of the signal where the activation is close to the identity; SELU is made for it
    (Klambauer et al. 2017).
    """
    return _normal(fan_in, fan_out, math.sqrt(1 / fan_in), generator)


def glorot(fan_in: int, fan_out: int, generator: torch.Generator) -> Layer:
    """Draw uniformly on ±√(6/(fan_in + fan_out)), zero bias (Glorot and Bengio 2010); also called Xavier.

    Its variance 2/(fan_in + fan_out) balances the signal going forward with the gradient going back.
    """
    bound = math.sqrt(6 / (fan_in + fan_out))
    return _uniform((fan_out, fan_in), bound, generator), torch.zeros(fan_out)


def he(fan_in: int, fan_out: int, generator: torch.Generator) -> Layer:
    """Draw from a normal of variance 2/fan_in, zero bias (He, Zhang, Ren and Sun 2015); also called Kaiming.

    The 2 makes up for ReLU, which silences half of a centred signal.
    """
    return _normal(fan_in, fan_out, math.sqrt(2 / fan_in), generator)


SCHEMES: dict[str, Callable[[int, int, torch.Generator], Layer]] = {
    "default": default,
    "lecun": lecun,
    "glorot": glorot,
    "he": he,
}


MATCHED = {
    "relu": "he",
    "leaky_relu": "he",
    "prelu": "he",
    "elu": "he",
    "swish": "he",
    "gelu": "he",
    "gelu_tanh": "he",
    "selu": "lecun",
    "sigmoid": "glorot",
    "tanh": "glorot",
    "linear": "glorot",
    "softmax": "glorot",
    "step": "glorot",
}
"""The usual scheme for each activation: He for those that let about half of a centred signal through (He et al. 2015;
Clevert et al. 2015 use it for ELU), LeCun for SELU, whose fixed point needs it (Klambauer et al. 2017), Glorot for the
symmetric and the bounded ones (Glorot and Bengio 2010)."""


def matched(activation: Activation) -> str:
    """Return the name of the scheme that is usual for an activation, see `MATCHED`.

    Raises:
        ValueError: if the activation is none of the catalogue.
    """
    if activation.name not in MATCHED:
        raise ValueError(
            Text(
                en=f"No initialisation is known to match {activation.name!r}: name one of {', '.join(SCHEMES)}.",
                fa=f"مقداردهی اولیهٔ سازگار با «{activation.name}» شناخته نیست: یکی از این‌ها را نام ببرید: "
                f"{'، '.join(SCHEMES)}.",
            )
        )
    return MATCHED[activation.name]


def initialise(name: str, fan_in: int, fan_out: int, generator: torch.Generator) -> Layer:
    """Return the first weight ``(fan_out, fan_in)`` and bias ``(fan_out,)`` of a layer, float32 on the CPU.

    Args:
        name: one of ``"default"``, ``"lecun"``, ``"glorot"``, ``"he"``.
        fan_in: number of inputs of the layer.
        fan_out: number of its outputs.
        generator: the model's own source of random numbers.

    Raises:
        ValueError: if the name is unknown.
    """
    check(name)
    return SCHEMES[name](fan_in, fan_out, generator)


def check(name: str) -> None:
    """Raise a ``ValueError`` if there is no initialisation of that name."""
    if name not in SCHEMES:
        raise ValueError(
            Text(
                en=f"No initialisation {name!r}: choose one of {', '.join(SCHEMES)}.",
                fa=f"مقداردهی اولیهٔ «{name}» وجود ندارد: یکی از این‌ها را انتخاب کنید: {'، '.join(SCHEMES)}.",
            )
        )
