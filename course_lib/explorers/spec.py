"""What an explorer shows besides its table: axes, panels, curves, sliders, words. Sent to the browser as JSON."""

from __future__ import annotations

from dataclasses import dataclass, fields, is_dataclass
from typing import Any

from course_lib.language import Text


@dataclass(frozen=True, kw_only=True)
class Slider:
    """A number that the reader moves.

    Attributes:
        label: What it is called.
        symbol: How formulas write it, in Unicode; may be empty.
        minimum: Its left end.
        maximum: Its right end.
        step: The smallest move.
        value: Where it starts.
        grid: The values at which the table was sampled, ascending; empty if the table does not depend on it.
    """

    label: Text
    symbol: str = ""
    minimum: float
    maximum: float
    step: float
    value: float
    grid: tuple[float, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Panel:
    """A pair of axes; all panels of an explorer stand below each other on one x axis.

    Attributes:
        label: What its curves show.
        symbol: How formulas write that, in Unicode.
        minimum: Lower end of its y axis.
        maximum: Upper end of its y axis.
        height: In CSS pixels.
    """

    label: Text
    symbol: str
    minimum: float
    maximum: float
    height: int


@dataclass(frozen=True, kw_only=True)
class Curve:
    """One curve of the table.

    Attributes:
        label: Its name, written beside it.
        label_at: The x at which the name stands; ``None`` leaves it out.
        colour: As ``#rrggbb``.
        panel: Index of the panel that it is drawn in.
        main: Whether the explorer is about this curve; others are drawn thinner.
    """

    label: Text
    label_at: float | None
    colour: str
    panel: int
    main: bool


@dataclass(frozen=True, kw_only=True)
class Population:
    """Normal inputs that are pushed through a curve.

    Attributes:
        value: Index of the curve that they are pushed through.
        slope: Index of its derivative.
        flat: Where |slope| is below this share of the largest slope in sight, the curve counts as flat.
        bin: Width of the cells in which outputs are counted; divides the range of the value's panel.
        mean: Moves the mean of the inputs.
        deviation: Moves their standard deviation.
    """

    value: int
    slope: int
    flat: float
    bin: float
    mean: Slider
    deviation: Slider


@dataclass(frozen=True, kw_only=True)
class Spec:
    """All that the renderer has to know besides the table.

    Attributes:
        title: The heading.
        description: A sentence for those who do not see the picture.
        words: The fixed words of the page, by the keys that ``explorer.js`` asks for.
        x: The x axis, and where the point starts on it.
        breaks: The x at which curves have kinks or jumps.
        panels: From top to bottom.
        curves: In the order of the table.
        value: Index of the curve that the point moves on.
        slope: Index of its derivative.
        parameters: One per dimension of the table's grid.
        population: The inputs to push through, if any.
    """

    title: Text
    description: Text
    words: dict[str, Text]
    x: Slider
    breaks: tuple[float, ...]
    panels: tuple[Panel, ...]
    curves: tuple[Curve, ...]
    value: int
    slope: int
    parameters: tuple[Slider, ...] = ()
    population: Population | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the spec as dictionaries, lists, strings and numbers."""
        plain: dict[str, Any] = _plain(self)
        return plain


def _plain(value: Any) -> Any:
    if isinstance(value, Text):
        return value._asdict()
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return value
