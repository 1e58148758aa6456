"""An activation and its derivative side by side, with the places shaded where it passes little or nothing back."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from course_lib import activations
from course_lib.activations import FLAT, Activation
from course_lib.activations.palette import colour
from course_lib.figures.picture import INK, Canvas, Picture
from course_lib.language import Text

_DEAD_SHADE, _SATURATED_SHADE = "#d9d9e0", "#eeeef2"
_DEAD = Text(en="slope zero", fa="شیب صفر")
_SATURATED = Text(en="slope near zero", fa="شیب نزدیک صفر")

Doubles = NDArray[np.float64]


def _slice(function: Activation, x: Doubles) -> tuple[Doubles, Doubles]:
    """Return value and slope along x; of softmax the first output while the first of two logits moves."""
    if function.elementwise:
        return function(x), function.derivative(x)
    logits = np.stack([x, np.zeros_like(x)], axis=-1)
    return function(logits)[..., 0], function.derivative(logits)[..., 0, 0]


def _pieces(x: Doubles, kinks: tuple[float, ...]) -> list[Doubles]:
    """Split x at the kinks, so that no line is drawn across a jump."""
    edges = [-np.inf, *kinks, np.inf]
    pieces = []
    for low, high in pairwise(edges):
        inside = x[(x > low) & (x < high)]
        ends = [np.nextafter(low, np.inf)] if np.isfinite(low) else []
        starts = [np.nextafter(high, -np.inf)] if np.isfinite(high) else []
        pieces.append(np.concatenate([ends, inside, starts]))
    return pieces


def _shade(canvas: Canvas, axes: Axes, x: Doubles, zone: NDArray[np.bool_], tint: str, label: Text) -> None:
    """Shade every stretch of x that lies in the zone and name it, upright where it is narrow."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], zone, [False]]).astype(int)))
    for start, stop in zip(edges[::2], edges[1::2], strict=True):
        low, high = x[start], x[stop - 1]
        axes.axvspan(low, high, color=tint, lw=0, zorder=0)
        share = (high - low) / (x[-1] - x[0])
        if share > 0.05:
            axes.text(
                (low + high) / 2, 0.96, canvas.say(label), transform=axes.get_xaxis_transform(),
                ha="center", va="top", fontsize=9, color=INK, alpha=0.8, rotation=0 if share > 0.28 else 90,
            )  # fmt: skip


def activation(name: str | Activation, *, low: float = -5.0, high: float = 5.0, **parameters: Any) -> Picture:
    """Draw an activation and its derivative side by side.

    Dark shading marks inputs whose slope is exactly zero, light shading those whose slope is below 5 % of the largest
    one. Of softmax, which is not elementwise, the first of two outputs is drawn while the first logit moves.

    Args:
        name: of the activation, or the activation itself.
        low: left end of the x axis.
        high: right end of the x axis.
        **parameters: of the activation, such as ``negative_slope=0.2``.

    Raises:
        ValueError: for an unknown activation or parameter; or unless ``low < high``, both finite.
    """
    numbers = all(isinstance(end, int | float | np.number) for end in (low, high))
    if not (numbers and np.isfinite(low) and np.isfinite(high) and low < high):
        raise ValueError(
            Text(
                en=f"The axis must run from a smaller to a larger finite number, not from {low} to {high}.",
                fa=f"محور باید از عددی کوچک‌تر تا عددی بزرگ‌تر و هر دو متناهی باشد، نه از {low} تا {high}.",
            )
        )
    function = activations.get(name, **parameters)
    if not function.elementwise:
        function = activations.get(function, axis=-1)  # along which its logits stand here
    x = np.linspace(low, high, 1201)
    slopes = np.abs(_slice(function, x)[1])
    dead = slopes == 0
    saturated = (slopes < FLAT * slopes.max()) & ~dead
    tint = colour(function.name)

    def draw(canvas: Canvas) -> None:
        panes = canvas.axes(1, 2)
        titles = (Text(en="value", fa="مقدار"), Text(en="derivative", fa="مشتق"))
        for place, (axes, title) in enumerate(zip(panes, titles, strict=True)):
            _shade(canvas, axes, x, saturated, _SATURATED_SHADE, _SATURATED)
            _shade(canvas, axes, x, dead, _DEAD_SHADE, _DEAD)
            axes.axhline(0, color="#aaaaaa", lw=0.8, zorder=1)
            axes.axvline(0, color="#aaaaaa", lw=0.8, zorder=1)
            for piece in _pieces(x, function.kinks):
                axes.plot(piece, _slice(function, piece)[place], color=tint, lw=2.6)
            for kink in (k for k in function.kinks if low < k < high):
                level = _slice(function, np.array([kink]))[place]
                axes.plot([kink], level, "o", color=tint, ms=5.5)
            bottom, top = axes.get_ylim()
            axes.set_ylim(min(bottom, -0.1), max(top, 0.1) + 0.12 * (top - bottom))
            axes.set_xlim(low, high)
            subject = Text(en=f"{function.title.en}: {title.en}", fa=f"{title.fa} تابع {function.title.fa}")
            canvas.label(axes, title=subject, x=Text(en="input", fa="ورودی"))

    alt = Text(
        en=f"{function.title.en} and its derivative from {low:g} to {high:g}; shaded where the slope is zero or small.",
        fa=f"تابع {function.title.fa} و مشتقش؛ جاهایی که شیب صفر یا کوچک است سایه دارد.",
    )
    return Picture(draw, alt)
