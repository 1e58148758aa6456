"""The activations as functions from tensor to tensor."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, cast

import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor

from course_lib.activations import Activation, get
from course_lib.activations.exponential import ELU, SELU
from course_lib.activations.gelu import GELU, GELUTanh
from course_lib.activations.linear import Linear
from course_lib.activations.rectified import LeakyReLU, PReLU, ReLU
from course_lib.activations.sigmoidal import Sigmoid, Tanh
from course_lib.activations.softmax import Softmax
from course_lib.activations.swish import Swish
from course_lib.activations.threshold import Step


def _identity(x: Tensor) -> Tensor:
    return x


def _scale(x: Tensor, slope: float) -> Tensor:
    return slope * x


def _swish(x: Tensor, beta: float) -> Tensor:
    return x * torch.sigmoid(beta * x)


def _step(x: Tensor) -> Tensor:
    # torch.heaviside has no derivative; that of floor is zero everywhere, and NaN stays NaN.
    return F.hardtanh(torch.floor(x), -1.0, 0.0) + 1


class _FromNumpy(torch.autograd.Function):
    """An elementwise activation that torch lacks, computed by NumPy with its own derivative."""

    @staticmethod
    def forward(x: Tensor, activation: Activation) -> Tensor:
        return _compute(activation, x)

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Tensor, Activation], output: Tensor) -> None:
        x, ctx.activation = inputs
        ctx.save_for_backward(x)

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, None]:
        (x,) = ctx.saved_tensors
        return gradient * _compute(ctx.activation.derivative, x), None

    @staticmethod
    def vmap(info: Any, in_dims: tuple[int, None], x: Tensor, activation: Activation) -> tuple[Tensor, int]:
        return _from_numpy(x, activation), in_dims[0]


def _compute(numpy_function: Callable[[Any], Any], x: Tensor) -> Tensor:
    if x.is_meta:
        return torch.empty_like(x)
    known = x.detach().cpu()
    known = known.float() if known.dtype == torch.bfloat16 else known
    return torch.from_numpy(numpy_function(known.numpy())).to(x)


def _from_numpy(x: Tensor, activation: Activation) -> Tensor:
    return cast(Tensor, _FromNumpy.apply(x, activation))  # type: ignore[no-untyped-call]


def function(activation: Activation | str) -> Callable[[Tensor], Tensor]:
    """Return an activation as a differentiable function from tensor to tensor.

    It is torch's own function where torch has one, works on any device (``meta`` included) and under ``torch.vmap``,
    and can be pickled. PReLU's slope is a constant here; its `module` learns it. An elementwise activation that torch
    lacks is computed by NumPy, which is right but slow.

    Args:
        activation: An activation, or the name of one.

    Returns:
        A function that keeps shape, dtype and device.
    """
    activation = get(activation)
    match activation:
        case Step():
            return _step
        case Linear(slope=1.0):
            return _identity
        case Linear(slope=slope):
            return partial(_scale, slope=slope)
        case Sigmoid():
            return torch.sigmoid
        case Tanh():
            return torch.tanh
        case ReLU():
            return torch.relu
        case LeakyReLU(negative_slope=slope) | PReLU(slope=slope):
            return partial(F.leaky_relu, negative_slope=slope)
        case ELU(alpha=alpha):
            return partial(F.elu, alpha=alpha)
        case SELU():
            return torch.selu
        case Softmax(axis=axis):
            return partial(torch.softmax, dim=axis)
        case Swish(beta=1.0):
            return F.silu
        case Swish(beta=beta):
            return partial(_swish, beta=beta)
        case GELU():
            return F.gelu
        case GELUTanh():
            return partial(F.gelu, approximate="tanh")
        case _:
            return partial(_from_numpy, activation=activation)
