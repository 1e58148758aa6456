"""The figures of lesson 07: ELU beside a logarithm, means by layer, and the variances of SELU networks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from course_lib import activations
from course_lib.activations.palette import colour
from course_lib.claims import Interval
from course_lib.figures.charts import Name, curves, intervals
from course_lib.figures.picture import Picture
from course_lib.language import Text, digits

_VARIANCE = Text(en="variance", fa="واریانس")


def negative_side(data: Mapping[str, Any]) -> Picture:
    """Draw what ``elu_selu.negative_side`` measured."""
    lines: dict[Name, ArrayLike] = {
        Text(en="best logarithm", fa="بهترین لگاریتم"): data["logarithm"],
        Text(en="best exponential", fa="بهترین نمایی"): data["exponential"],
        "elu": data["elu"],
    }
    return curves(
        data["x"],
        lines,
        title=Text(en="The negative side of ELU", fa="بخش منفی ELU"),
        x_title=Text(en="input x", fa="ورودی x"),
        y_title=Text(en="output", fa="خروجی"),
        alt=Text(
            en="ELU for negative inputs, an exponential that covers it, and the best logarithm, which crosses it and "
            "goes on falling where ELU is flat.",
            fa="تابع ELU برای ورودی‌های منفی، نمایی‌ای که بر آن می‌افتد، و بهترین لگاریتم که آن را قطع می‌کند و جایی که "
            "ELU تخت است همچنان پایین می‌رود.",
        ),
    )


def means(data: Mapping[str, Any]) -> Picture:
    """Draw what ``elu_selu.means`` measured."""
    moments = {"new": Text(en="new", fa="تازه"), "trained": Text(en="trained", fa="آموزش‌دیده")}
    rows: dict[Name, Interval] = {}
    for when, title in moments.items():
        for layer in range(np.asarray(data[when]["relu"]).shape[1]):
            for name, values in data[when].items():
                function = activations.get(name).title
                rows[
                    Text(
                        en=f"{title.en}, layer {layer + 1}, {function.en}",
                        fa=f"{title.fa}، لایهٔ {digits(str(layer + 1))}، {function.fa}",
                    )
                ] = Interval.of(np.asarray(values)[:, layer])
    return intervals(
        rows,
        title=Text(en="Mean activation by layer", fa="میانگین فعال‌سازی در هر لایه"),
        x_title=Text(en="mean over units and inputs", fa="میانگین روی نورون‌ها و ورودی‌ها"),
        alt=Text(
            en="Mean activation of each hidden layer, in ReLU and in ELU networks, new and trained.",
            fa="میانگین فعال‌سازی هر لایهٔ پنهان در شبکه‌های ReLU و ELU، تازه و آموزش‌دیده.",
        ),
        reference=0.0,
        tints=(colour("relu"), colour("elu")),
    )


def moments(data: Mapping[str, Any]) -> Picture:
    """Draw what ``elu_selu.moments`` measured."""
    names = {
        "right": Text(en="LeCun", fa="لوکان"),
        "far": Text(en="input far off", fa="ورودیِ دور"),
        "default": Text(en="default", fa="پیش‌فرض"),
        "he": Text(en="He", fa="هی"),
        "alpha": Text(en="alpha dropout", fa="حذف تصادفی آلفا"),
        "dropout": Text(en="dropout", fa="حذف تصادفی"),
    }
    variances = {name: np.asarray(values) for name, values in data["variances"].items()}
    lines: dict[Name, ArrayLike] = {names[name]: values for name, values in variances.items()}
    return curves(
        np.arange(1, len(variances["right"]) + 1),
        lines,
        title=Text(en="Variance through a deep SELU network", fa="واریانس در گذر از شبکهٔ عمیق SELU"),
        x_title=Text(en="layer", fa="لایه"),
        y_title=_VARIANCE,
        alt=Text(
            en="Variance of the activations by layer: about 1 with LeCun initialisation and with alpha dropout, also "
            "from inputs far off; far below with the default initialisation, growing with He’s, and too large with "
            "ordinary dropout.",
            fa="واریانس فعال‌سازی‌ها در هر لایه: با مقداردهی لوکان و با حذف تصادفی آلفا نزدیک ۱، حتی با ورودی‌های دور؛ "
            "با مقداردهی پیش‌فرض بسیار کمتر، با مقداردهی هی رو به افزایش، و با حذف تصادفی معمولی بیش از اندازه.",
        ),
        log=True,
        threshold=1.0,
    )


def constants(data: Mapping[str, Any]) -> Picture:
    """Draw what ``elu_selu.constants`` measured."""
    lines: dict[Name, ArrayLike] = {
        "selu": data["after"],
        Text(en="unchanged", fa="بدون تغییر"): data["before"],
    }
    return curves(
        data["before"],
        lines,
        title=Text(en="What SELU makes of a variance", fa="تابع SELU با واریانس چه می‌کند"),
        x_title=Text(en="variance before", fa="واریانس پیش از تابع"),
        y_title=Text(en="variance after", fa="واریانس پس از تابع"),
        alt=Text(
            en="Variance after SELU against the variance before: the curve crosses the diagonal at 1, less steeply.",
            fa="واریانس پس از SELU بر حسب واریانس پیش از آن: منحنی در ۱ قطر را قطع می‌کند، با شیبی کمتر.",
        ),
        threshold=1.0,
    )
