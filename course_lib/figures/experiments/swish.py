"""The exact figures of lesson 09: Swish's family, what it lets through, its turning point and its bounds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from numpy.typing import ArrayLike

from course_lib.figures.charts import Name, curves
from course_lib.figures.picture import Picture
from course_lib.language import Text, digits

_INPUT = Text(en="input x", fa="ورودی x")
_OUTPUT = Text(en="output", fa="خروجی")


def formula(data: Mapping[str, Any]) -> Picture:
    """Draw what ``swish.formula`` measured."""
    lines: dict[Name, ArrayLike] = {
        Text(en=f"β = {beta:g}", fa=f"β = {digits(f'{beta:g}')}"): values for beta, values in data["family"].items()
    }
    return curves(
        data["x"],
        lines,
        title=Text(en="x·σ(βx) goes from a line to ReLU", fa="گذر x·σ(βx) از خط راست به ReLU"),
        x_title=_INPUT,
        y_title=_OUTPUT,
        alt=Text(
            en="Swish for several β: nearly the line x/2 for the smallest, nearly ReLU for the largest.",
            fa="Swish با چند β: با کوچک‌ترین β کمابیش خط x/2 و با بزرگ‌ترین β کمابیش ReLU.",
        ),
    )


def negatives(data: Mapping[str, Any]) -> Picture:
    """Draw what ``swish.negatives`` measured."""
    return curves(
        data["x"],
        data["kept"],
        title=Text(en="What is left of a negative input", fa="از ورودی منفی چه می‌ماند"),
        x_title=_INPUT,
        y_title=Text(en="share that is left", fa="سهم باقی‌مانده"),
        alt=Text(
            en="Share of a negative input that is left: the linear function keeps all, ReLU nothing; Swish nearly half "
            "of a small one and hardly anything of a large one.",
            fa="سهمی از ورودی منفی که می‌ماند: تابع خطی همه را نگه می‌دارد و ReLU هیچ را؛ Swish از ورودی کوچک نزدیک به "
            "نیمی را نگه می‌دارد و از ورودی بزرگ تقریباً هیچ.",
        ),
    )


def monotone(data: Mapping[str, Any]) -> Picture:
    """Draw what ``swish.monotone`` measured."""
    return curves(
        data["x"],
        {"swish": data["y"]},
        title=Text(en="Swish falls before it rises", fa="تابع Swish پیش از خیز افت می‌کند"),
        x_title=_INPUT,
        y_title=_OUTPUT,
        alt=Text(
            en="Swish from the left: it falls to its lowest value, marked by a dashed line, and rises from there.",
            fa="Swish از چپ: تا کمترین مقدارش، که با خط‌چین نشان داده شده، پایین می‌آید و از آنجا بالا می‌رود.",
        ),
        threshold=data["lowest"],
    )


def bounds(data: Mapping[str, Any]) -> Picture:
    """Draw what ``swish.bounds`` measured."""
    return curves(
        data["x"],
        data["lines"],
        title=Text(en="Only the linear function goes down without end", fa="تنها تابع خطی بی‌پایان پایین می‌رود"),
        x_title=_INPUT,
        y_title=_OUTPUT,
        alt=Text(
            en="Swish, ReLU and the linear function: all rise without end; to the left only the linear one falls.",
            fa="Swish و ReLU و تابع خطی: هر سه بی‌پایان بالا می‌روند؛ در سمت چپ تنها تابع خطی پایین می‌رود.",
        ),
    )
