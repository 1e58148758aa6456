"""One colour per activation, the same in every figure and explorer of the course.

Related functions have related hues. The colours are those of Okabe and Ito (2008) and of Paul Tol's "muted" scheme,
which stay apart for colour-blind readers, darkened or lightened where needed to stand out on white and on black.
"""

from __future__ import annotations

_COLOURS = {
    "step": "#808080",
    "linear": "#9a8866",
    "sigmoid": "#c8629c",
    "tanh": "#aa4499",
    "relu": "#d55e00",
    "leaky_relu": "#c98500",
    "prelu": "#a5780b",
    "elu": "#009e73",
    "selu": "#2f9c8c",
    "softmax": "#8a6fdf",
    "swish": "#0072b2",
    "gelu": "#3f9bd8",
    "gelu_tanh": "#6aa6c8",
}


def colour(name: str) -> str:
    """Return the colour of an activation as ``#rrggbb``; grey for one that the course does not know."""
    return _COLOURS.get(name, "#808080")
