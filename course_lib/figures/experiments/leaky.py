"""The figures of lesson 06: what a leak is worth, and the slopes that PReLU learns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from course_lib.activations.palette import colour
from course_lib.claims import Interval
from course_lib.figures.charts import Name, curves, intervals
from course_lib.figures.picture import Picture
from course_lib.language import Text, digits


def fix(data: Mapping[str, Any]) -> Picture:
    """Draw what ``leaky.fix`` measured."""
    rows: dict[Name, Interval] = {
        name if name == "relu" else Text(en=f"slope {name}", fa=f"شیب {digits(name)}"): accuracy
        for name, accuracy in data["accuracy"].items()
    }
    return intervals(
        rows,
        title=Text(
            en="Where many of ReLU’s neurons die, each at its best rate",
            fa="آن‌جا که بسیاری از نورون‌های ReLU می‌میرند، هر یک با بهترین نرخ",
        ),
        x_title=Text(en="test accuracy", fa="دقت آزمون"),
        alt=Text(
            en="Test accuracy of ReLU and of Leaky ReLU with several slopes in deep networks with torch’s default "
            "initialisation.",
            fa="دقت آزمون ReLU و Leaky ReLU با چند شیب در شبکه‌های عمیق با مقداردهی پیش‌فرض torch.",
        ),
        spec=".1%",
        tints=(colour("leaky_relu"),),
    )


def learn(data: Mapping[str, Any]) -> Picture:
    """Draw what ``leaky.learn`` measured."""
    lines: dict[Name, ArrayLike] = {
        Text(en=f"from {start:g}", fa=f"از {digits(f'{start:g}')}"): slopes.T
        for start, slopes in data["slopes"].items()
    }
    _, layers = next(iter(data["slopes"].values())).shape
    return curves(
        np.arange(1, layers + 1),
        lines,
        title=Text(en="Slopes that PReLU learned", fa="شیب‌هایی که PReLU یاد گرفت"),
        x_title=Text(en="hidden layer", fa="لایهٔ پنهان"),
        y_title=Text(en="slope of the negative side", fa="شیب سمت منفی"),
        alt=Text(
            en="Learned slope by hidden layer, one line for each start, with intervals.",
            fa="شیب یادگرفته‌شده در هر لایهٔ پنهان، برای هر مقدار آغازین یک خط، با بازه‌ها.",
        ),
    )
