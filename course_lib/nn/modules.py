"""The activations as torch modules."""

from __future__ import annotations

from torch import Tensor, nn

from course_lib.activations import Activation, get
from course_lib.activations.exponential import ELU, SELU
from course_lib.activations.gelu import GELU, GELUTanh
from course_lib.activations.linear import Linear
from course_lib.activations.rectified import LeakyReLU, PReLU, ReLU
from course_lib.activations.sigmoidal import Sigmoid, Tanh
from course_lib.activations.softmax import Softmax
from course_lib.activations.swish import Swish
from course_lib.nn.functions import function


class Elementwise(nn.Module):
    """An activation that torch has no module for."""

    def __init__(self, activation: Activation) -> None:
        super().__init__()
        self.activation = activation
        self._function = function(activation)

    def forward(self, x: Tensor) -> Tensor:
        """Apply the activation."""
        return self._function(x)

    def extra_repr(self) -> str:
        """Name the activation and its parameters."""
        return repr(self.activation)


def module(activation: Activation | str) -> nn.Module:
    """Return an activation as a torch module: torch's own where it has one.

    Args:
        activation: An activation, or the name of one.

    Returns:
        A module without parameters, but for PReLU, whose one slope is learned and starts at the activation's slope.
    """
    activation = get(activation)
    match activation:
        case Linear(slope=1.0):
            return nn.Identity()
        case Sigmoid():
            return nn.Sigmoid()
        case Tanh():
            return nn.Tanh()
        case ReLU():
            return nn.ReLU()
        case LeakyReLU(negative_slope=slope):
            return nn.LeakyReLU(slope)
        case PReLU(slope=slope):
            return nn.PReLU(init=slope)
        case ELU(alpha=alpha):
            return nn.ELU(alpha)
        case SELU():
            return nn.SELU()
        case Softmax(axis=axis):
            return nn.Softmax(dim=axis)
        case Swish(beta=1.0):
            return nn.SiLU()
        case GELU():
            return nn.GELU()
        case GELUTanh():
            return nn.GELU(approximate="tanh")
        case _:
            return Elementwise(activation)
