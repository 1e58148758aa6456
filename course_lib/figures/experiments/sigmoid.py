"""The figures of lesson 03: the sigmoid as a probability, its slope in floats, its centre and its gradients."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from course_lib.claims import Interval
from course_lib.figures.charts import Name, curves, dots, reliability
from course_lib.figures.picture import Picture
from course_lib.language import Text, digits


def smooth(data: Mapping[str, Any]) -> Picture:
    """Draw what ``sigmoid.smooth`` measured."""
    return dots(
        {
            Text(en="Slope rounded once", fa="شیبی که یک بار گرد شده"): data["rounded"],
            Text(en="Slope in backpropagation", fa="شیب در پس‌انتشار"): data["autograd"],
        },
        x_title=[Text(en="first x with slope 0", fa="نخستین x با شیب ۰")] * 2,
        alt=Text(
            en="The first input at which the sigmoid’s slope is exactly 0, for each floating-point type: far out if "
            "the slope is rounded once, much nearer in backpropagation.",
            fa="نخستین ورودی‌ای که شیب سیگموئید در آن دقیقاً ۰ است، برای هر نوع عدد اعشاری: اگر شیب یک بار گرد شود بسیار "
            "دور، و در پس‌انتشار بسیار نزدیک‌تر.",
        ),
    )


def three(data: Mapping[str, Any]) -> Picture:
    """Draw what ``sigmoid.three`` measured."""
    return curves(
        data["x"],
        {"sigmoid": data["share"]},
        title=Text(en="The sigmoid’s slope (dashed: 5 %)", fa="شیب سیگموئید (خط‌چین: ۵٪)"),
        x_title=Text(en="input x", fa="ورودی x"),
        y_title=Text(en="share of the steepest", fa="نسبت به بیشترین شیب"),
        alt=Text(
            en="The sigmoid’s slope relative to its steepest: nearly a fifth at ±3, below 5 % beyond about ±4.4.",
            fa="شیب سیگموئید نسبت به بیشترین شیبش: در ‎±۳ نزدیک به یک‌پنجم، و از حدود ‎±۴٫۴ به بعد کمتر از ۵٪.",
        ),
        threshold=data["flat"],
    )


def positive_grad(data: Mapping[str, Any]) -> Picture:
    """Draw what ``sigmoid.positive_grad`` measured."""
    left = {name: shares[::-1] for name, shares in data["left"].items()}
    lines: dict[Name, ArrayLike] = {
        "leaky_relu": left["leaky_relu"],
        Text(en="bound of sigmoid", fa="کران سیگموئید"): data["bound"][::-1],
        "sigmoid": left["sigmoid"],
        Text(en="mirrored sigmoid", fa="قرینهٔ سیگموئید"): left["mirrored"],
    }
    return curves(
        np.arange(len(left["sigmoid"])),
        lines,
        title=Text(en="What is left of the gradient on its way back", fa="از گرادیان در راه بازگشت چه می‌ماند"),
        x_title=Text(en="layers below the last hidden one", fa="چند لایه پایین‌تر از آخرین لایهٔ پنهان"),
        y_title=Text(en="relative to the last", fa="نسبت به لایهٔ آخر"),
        alt=Text(
            en="Norm of the gradient by layer, relative to the last: it falls by orders of magnitude for the sigmoid "
            "and for its mirror image, and stays the same for Leaky ReLU.",
            fa="اندازهٔ گرادیان در هر لایه نسبت به لایهٔ آخر: برای سیگموئید و قرینه‌اش چندین مرتبهٔ بزرگی کم می‌شود و برای "
            "Leaky ReLU همان می‌ماند.",
        ),
        log=True,
    )


def vanish(data: Mapping[str, Any]) -> Picture:
    """Draw what ``sigmoid.vanish`` measured."""
    lines: dict[Name, ArrayLike] = {
        Text(en="weights × 4", fa="وزن‌ها × ۴"): data["shrink"]["scaled"],
        Text(en="Glorot", fa="گلوروت"): data["shrink"]["usual"],
    }
    return curves(
        data["depths"],
        lines,
        title=Text(en="The gradient at the first layer of a new network", fa="گرادیان در لایهٔ نخستِ شبکهٔ تازه"),
        x_title=Text(en="hidden layers", fa="شمار لایه‌های پنهان"),
        y_title=Text(en="relative to the last", fa="نسبت به لایهٔ آخر"),
        alt=Text(
            en="Weight gradient of the first hidden layer relative to the last: it shrinks exponentially with depth, "
            "more slowly if the weights are larger.",
            fa="گرادیان وزن‌های لایهٔ پنهان نخست نسبت به لایهٔ آخر: با عمق به شکل نمایی کم می‌شود، و با وزن‌های بزرگ‌تر "
            "کندتر.",
        ),
        log=True,
    )


def centre(data: Mapping[str, Any]) -> Picture:
    """Draw what ``sigmoid.centre`` measured."""
    return curves(
        data["steps"],
        data["losses"],
        title=Text(
            en="What the centre is worth, each at its best learning rate",
            fa="ارزش صفرمرکز بودن، هر یک با بهترین نرخ یادگیری",
        ),
        x_title=Text(en="training step", fa="گام آموزش"),
        y_title=Text(en="training loss", fa="زیان آموزش"),
        alt=Text(
            en="Training loss of the sigmoid, two centred sigmoids and tanh, each at its best learning rate.",
            fa="زیان آموزش سیگموئید، دو سیگموئید صفرمرکز و tanh، هر یک با بهترین نرخ یادگیری خودش.",
        ),
        log=True,
        threshold=data["target_loss"],
    )


def prob(data: Mapping[str, Any]) -> Picture:
    """Draw what ``sigmoid.prob`` measured."""
    titles = {
        "log-loss": Text(en="Log-loss", fa="آنتروپی متقاطع"),
        "squared": Text(en="Squared error", fa="مربع خطا"),
        "hinge": Text(en="Hinge loss", fa="زیان هینج"),
    }
    panels: dict[Name, tuple[ArrayLike, ArrayLike, ArrayLike]] = {
        titles[name]: points for name, points in data["reliability"].items()
    }

    def remark(error: Interval) -> Text:
        number = f"{error.mean:.1%}"
        return Text(en=f"off by {number}", fa=f"خطا: {digits(number)}")

    return reliability(
        panels,
        x_title=Text(en="forecast", fa="پیش‌بینی"),
        y_title=Text(en="frequency", fa="فراوانی"),
        alt=Text(
            en="How often the event happened, by how probable it was said to be: one diagram per loss.",
            fa="پیشامد چند بار رخ داده است، بر حسب احتمالی که برایش گفته شده: برای هر زیان یک نمودار.",
        ),
        remarks={titles[name]: remark(error) for name, error in data["error"].items()},
    )
