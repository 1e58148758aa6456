"""The figures of lesson 04: centred outputs, tanh from the sigmoid in floats, and tanh as an output."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from course_lib.claims import Interval
from course_lib.figures.charts import Name, curves, intervals
from course_lib.figures.picture import Picture
from course_lib.language import Text


def centre(data: Mapping[str, Any]) -> Picture:
    """Draw what ``tanh.centre`` measured."""
    trained = {name: means[-1].T for name, means in data["means"].items()}  # (layers, seeds) each
    return curves(
        np.arange(1, len(trained["tanh"]) + 1),
        trained,
        title=Text(en="Mean output of each layer after training", fa="میانگین خروجی هر لایه پس از آموزش"),
        x_title=Text(en="hidden layer", fa="لایهٔ پنهان"),
        y_title=Text(en="mean output", fa="میانگین خروجی"),
        alt=Text(
            en="Mean output of tanh and sigmoid networks by hidden layer, with intervals.",
            fa="میانگین خروجی هر لایهٔ پنهان در شبکه‌های tanh و سیگموئید، با بازه‌ها.",
        ),
        threshold=0.0,
    )


def scaled(data: Mapping[str, Any]) -> Picture:
    """Draw what ``tanh.scaled`` measured."""
    lines: dict[Name, ArrayLike] = {name: np.maximum(worst, 0.1) for name, worst in data["ulps"].items()}
    return curves(
        data["size"],
        lines,
        title=Text(en="Error of tanh computed from the sigmoid", fa="خطای محاسبهٔ tanh از روی سیگموئید"),
        x_title=Text(en="size of x, as a power of ten", fa="اندازهٔ x، توانی از ده"),
        y_title=Text(en="units of the last place", fa="واحد رقم آخر"),
        alt=Text(
            en="Largest error by size of the input: about a unit for inputs near 1, and ten times more for each power "
            "of ten that the input is smaller, until no digit is right.",
            fa="بیشترین خطا بر حسب اندازهٔ ورودی: نزدیک ۱ حدود یک واحد، و با هر بار ده برابر کوچک‌تر شدن ورودی ده برابر "
            "بیشتر، تا جایی که هیچ رقمی درست نیست.",
        ),
        log=True,
    )


def binary(data: Mapping[str, Any]) -> Picture:
    """Draw what ``tanh.binary`` measured."""
    losses = {
        "squared": Text(en="tanh, squared error", fa="مربع خطا با tanh"),
        "hinge": Text(en="tanh, hinge loss", fa="زیان هینج با tanh"),
        "mismatched": Text(en="tanh as a logit", fa="لاجیت از tanh"),
    }
    sets = {
        "breast_cancer": Text(en="breast cancer", fa="سرطان پستان"),
        "moons": Text(en="two moons", fa="دو ماه"),
    }
    rows: dict[Name, Interval] = {
        Text(en=f"{losses[loss].en}; {sets[dataset].en}", fa=f"{losses[loss].fa}؛ {sets[dataset].fa}"): gain
        for (loss, dataset), gain in data["gains"].items()
    }
    return intervals(
        rows,
        title=Text(en="Accuracy relative to sigmoid and log-loss", fa="دقت نسبت به سیگموئید با آنتروپی متقاطع"),
        x_title=Text(en="difference of the test accuracies", fa="تفاوت دقت‌های آزمون"),
        alt=Text(
            en="Test accuracy of tanh outputs minus that of the sigmoid with the log-loss, on two data sets.",
            fa="دقت آزمون خروجی‌های tanh منهای دقت سیگموئید با آنتروپی متقاطع، روی دو مجموعه‌داده.",
        ),
        reference=0.0,
        spec="+.1%",
    )
