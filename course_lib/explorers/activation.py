"""The activation explorer: a function, its derivative, and what becomes of normal inputs."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

import numpy as np

from course_lib import activations
from course_lib.activations import FLAT, Activation
from course_lib.activations.palette import colour
from course_lib.explorers.explorer import Explorer
from course_lib.explorers.sampling import Doubles, Nodes, label_positions, nodes, parameter_grid
from course_lib.explorers.spec import Curve, Panel, Population, Slider, Spec
from course_lib.language import Text, digits

LOW, HIGH = -6.0, 6.0
_STEP = 0.05
# Inputs reach five standard deviations beyond the most distant mean: 3 + 5·2 = 13.
_MARGIN = 7.0
_UNICODE = {r"\alpha": "α", r"\beta": "β"}
_OTHER_LOGIT = Slider(
    label=Text(en="other logit", fa="لاجیت دیگر"), symbol="a", minimum=-4.0, maximum=4.0, step=0.1, value=0.0
)

_INPUT = Slider(label=Text(en="input", fa="ورودی"), symbol="x", minimum=LOW, maximum=HIGH, step=0.01, value=1.0)
_MEAN = Slider(
    label=Text(en="mean of the inputs", fa="میانگین ورودی‌ها"), minimum=-3.0, maximum=3.0, step=0.05, value=0.0
)
_DEVIATION = Slider(
    label=Text(en="standard deviation", fa="انحراف معیار"), minimum=0.1, maximum=2.0, step=0.05, value=1.0
)

_WORDS = {
    "value": Text(en="f(x)", fa="f(x)"),
    "slope": Text(en="f′(x)", fa="f′(x)"),
    "point": Text(en="point on the curve", fa="نقطهٔ روی منحنی"),
    "convention": Text(en="value by convention", fa="مقدار قراردادی"),
    "inputs": Text(en="inputs", fa="ورودی‌ها"),
    "outputs": Text(en="outputs", fa="خروجی‌ها"),
    "mean": Text(en="mean", fa="میانگین"),
    "variance": Text(en="variance", fa="واریانس"),
    "exactly": Text(en="exactly", fa="دقیقاً"),
    "flat": Text(en="flat", fa="تخت"),
    "flat_share": Text(
        en=f"flat: slope < {FLAT:.0%} of peak", fa=f"تخت: شیب زیر {digits(f'{100 * FLAT:.0f}')}٪ بیشینه"
    ),
    "reset": Text(en="reset", fa="از نو"),
}


def activation(
    name: str | Activation,
    *,
    compare: Iterable[str | Activation] = (),
    **parameters: Any,
) -> Explorer:
    """Return the explorer of an activation: the last expression of a cell shows it.

    It shows the curve and its derivative with a point to drag, the tangent there, a slider per parameter, and a normal
    population of inputs pushed through the function, with mean and variance before and after and the share of inputs
    in the flat region (slope below 5 % of the largest).

    Softmax is not elementwise: its slice ``softmax([x, a, 0])[0]`` is shown, with the other logit ``a`` as a slider.

    Args:
        name: One of `activations.names`, or an activation.
        compare: Others to draw beside it, with their parameters fixed.
        **parameters: Where the sliders start, e.g. ``negative_slope=0.2``.

    Raises:
        ValueError: If an activation is unknown, or a parameter's value is outside its domain.
        TypeError: If there is no such parameter, or its value isn't a number.
    """
    shown = activations.get(name, **parameters)
    if not shown.elementwise:
        shown = activations.get(shown, axis=-1)  # the slice along which its logits stand here
    fixed = [activations.get(other) for other in ([compare] if isinstance(compare, str | Activation) else compare)]
    slider = _parameter(shown)
    settings = () if slider is None else slider.grid
    family = [_curves(shown, setting) for setting in settings] or [_curves(shown, None)]

    kinks = {kink for function in [shown, *fixed] for kink in function.kinks}
    if slider is not None and shown.parameters:
        kinks |= {kink for setting in settings for kink in _at(shown, setting).kinks}
    axis = nodes(LOW, HIGH, step=_STEP, margin=_MARGIN, breaks=sorted(kinks))
    constant = [curves(axis.arguments) for curves in (_curves(other, None) for other in fixed)]
    table = np.stack([np.concatenate([curves(axis.arguments), *constant]) for curves in family])
    start = np.concatenate([_curves(shown, None if slider is None else slider.value)(axis.arguments), *constant])

    values, unit = _range(axis, table[:, 0::2], start[0::2])
    slopes, _ = _range(axis, table[:, 1::2], np.array([0.0, 1.25]))
    cells = math.ceil(100 * unit / (values[1] - values[0]))
    title = _title(shown)
    twin = ("activation", {"name": shown.name, "low": LOW, "high": HIGH, **shown.values})
    spec = Spec(
        title=title,
        description=Text(
            en=f"{title.en}: the curve, its derivative, and normally distributed inputs pushed through it. "
            "Drag the point, or move it with the arrow keys.",
            fa=f"{title.fa}: منحنی، مشتق آن و ورودی‌هایی با توزیع نرمال که از آن می‌گذرند. "
            "نقطه را بکشید یا با کلیدهای جهت جابه‌جا کنید.",
        ),
        words=_WORDS,
        x=_INPUT,
        breaks=tuple(sorted(kinks)),
        panels=(
            Panel(label=Text(en="value", fa="مقدار"), symbol="f(x)", minimum=values[0], maximum=values[1], height=236),
            Panel(label=Text(en="slope", fa="شیب"), symbol="f′(x)", minimum=slopes[0], maximum=slopes[1], height=112),
        ),
        curves=_named([shown, *fixed], axis, start),
        value=0,
        slope=1,
        parameters=() if slider is None else (slider,),
        population=Population(
            value=0,
            slope=1,
            flat=FLAT,
            bin=unit / cells,
            mean=_MEAN,
            deviation=_DEVIATION,
        ),
    )
    return Explorer(spec, axis.positions, table if slider else table[0], twin=twin)


def _title(function: Activation) -> Text:
    if function.elementwise:
        return function.title
    return Text(en=f"{function.title.en}([x, a, 0])₁", fa=f"{function.title.fa}([x, a, 0])₁")


def _at(function: Activation, setting: float) -> Activation:
    return replace(function, **{function.parameters[0].name: setting})


def _curves(function: Activation, setting: float | None) -> Callable[[Doubles], Doubles]:
    """Return what computes value and slope, shape ``(2, samples)``, at a setting of the slider."""
    if function.elementwise:
        chosen = function if setting is None else _at(function, setting)
        return lambda x: np.stack([chosen(x), chosen.derivative(x)])

    def first_of_three(x: Doubles) -> Doubles:
        other = _OTHER_LOGIT.value if setting is None else setting
        logits = np.stack([x, np.full_like(x, other), np.zeros_like(x)], axis=-1)
        return np.stack([function(logits)[..., 0], function.derivative(logits)[..., 0, 0]])

    return first_of_three


def _parameter(function: Activation) -> Slider | None:
    """Return the slider of the function's parameter, with the grid to sample."""
    if function.elementwise and not function.parameters:
        return None
    slider = _OTHER_LOGIT
    if function.elementwise:
        parameter = function.parameters[0]
        value = function.values[parameter.name]
        low, high = min(parameter.low, value), max(parameter.high, value)
        slider = Slider(
            label=parameter.title,
            symbol=_UNICODE.get(parameter.symbol, parameter.symbol),
            minimum=low,
            maximum=high,
            step=0.01 if high - low <= 1 else 0.05,
            value=value,
        )
    x = np.arange(LOW, HIGH, 0.5)
    grid = parameter_grid(lambda setting: _curves(function, setting)(x), slider.minimum, slider.maximum)
    return replace(slider, grid=grid)


def _range(axis: Nodes, samples: Doubles, start: Doubles) -> tuple[tuple[float, float], float]:
    """Return the ends of a panel's y axis, and the unit that both are multiples of.

    What is there at the start is all in sight; what the slider can do beyond, by a third of that at most.
    """
    seen = samples[..., (axis.positions >= LOW) & (axis.positions <= HIGH)]
    begun = start[..., (axis.positions >= LOW) & (axis.positions <= HIGH)] if start.ndim > 1 else start
    beyond = (begun.max() - begun.min()) / 3
    low = min(begun.min(), max(seen.min(), begun.min() - beyond))
    high = max(begun.max(), min(seen.max(), begun.max() + beyond))
    unit = _round(max(high - low, 1.0) / 20)
    pad = 0.08 * (high - low) or unit
    return (unit * math.floor((low - pad) / unit), unit * math.ceil((high + pad) / unit)), unit


def _round(number: float) -> float:
    """Return the next 1, 2 or 5 times a power of ten."""
    power = 10.0 ** math.floor(math.log10(number))
    return next(factor * power for factor in (1, 2, 5, 10) if factor * power >= number * (1 - 1e-9))


def _named(functions: list[Activation], axis: Nodes, start: Doubles) -> tuple[Curve, ...]:
    """Return value and slope of each function as curves, named where they differ most if there are several."""
    several = len(functions) > 1
    inside = (np.abs(axis.positions) < 5.2) & (np.abs(axis.positions) > 0.2)
    x = axis.positions[inside]
    places: list[list[float] | list[None]] = [
        label_positions(x, list(start[kind::2, inside]), apart=min(2.0, 9.0 / len(functions))) if several else [None]
        for kind in (0, 1)
    ]
    return tuple(
        Curve(label=_title(function), label_at=places[kind][i], colour=colour(function.name), panel=kind, main=i == 0)
        for i, function in enumerate(functions)
        for kind in (0, 1)
    )
