"""The figures of lesson 01: borders, units, mixtures, and networks without activations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from course_lib import activations
from course_lib.figures.charts import Name, curves, maps, shares
from course_lib.figures.picture import Picture
from course_lib.language import Text, digits


def separate(data: Mapping[str, Any]) -> Picture:
    """Draw what ``why.separate`` measured."""
    return maps(
        data["maps"],
        data["x"],
        data["y"],
        points=data["points"],
        classes=data["classes"],
        remarks=data["accuracy"],
        remark_title=Text(en="accuracy", fa="دقت"),
        alt=Text(
            en="How networks with each activation colour the plane of two spirals: with the identity, one straight "
            "border; with the others, borders that follow the arms.",
            fa="شبکه‌ها با هر تابع فعال‌سازی صفحهٔ دو مارپیچ را چگونه رنگ می‌کنند: با همانی، تنها مرزی راست؛ با بقیه، "
            "مرزهایی که بازوها را دنبال می‌کنند.",
        ),
    )


def fire(data: Mapping[str, Any]) -> Picture:
    """Draw what ``why.fire`` measured."""
    return maps(
        data["maps"],
        data["x"],
        data["y"],
        remarks=data["between"],
        remark_title=Text(en="neither off nor on", fa="نه خاموش و نه کامل"),
        alt=Text(
            en="How strongly one hidden neuron answers all over the plane, for each function: the step in two colours, "
            "ReLU dark on one side and rising on the other, the smooth functions in every shade.",
            fa="یک نورون پنهان در جاهای گوناگون صفحه با چه شدتی پاسخ می‌دهد، برای هر تابع: پله‌ای با دو رنگ، ReLU در "
            "یک سو تیره و در سوی دیگر فزاینده، تابع‌های هموار با همهٔ سایه‌ها.",
        ),
        columns=3,
    )


def same_hidden(data: Mapping[str, Any]) -> Picture:
    """Draw what ``why.same_hidden`` measured."""
    names = [activations.get(name).title for name in data["activations"]]
    titles = {
        "digits": Text(en="Digits: test accuracy (%)", fa="دقت آزمون (٪)، رقم‌های دست‌نویس"),
        "mnist1d": Text(en="MNIST-1D: test accuracy (%)", fa="دقت آزمون (٪)، MNIST-1D"),
    }
    panels: dict[Name, ArrayLike] = {titles[name]: grid for name, grid in data["accuracy"].items()}
    return shares(
        panels,
        rows=names,
        columns=names,
        row_title=Text(en="first hidden layer", fa="لایهٔ پنهان نخست"),
        column_title=Text(en="second hidden layer", fa="لایهٔ پنهان دوم"),
        alt=Text(
            en="Test accuracy for every pair of functions in the two hidden layers; shared functions on the diagonal.",
            fa="دقت آزمون برای هر جفت تابع در دو لایهٔ پنهان؛ تابع‌های یکسان روی قطر.",
        ),
    )


def collapse(data: Mapping[str, Any]) -> Picture:
    """Draw what ``why.collapse`` measured."""
    names = {
        "float32": Text(en="linear, float32", fa="خطی، float32"),
        "float64": Text(en="linear, float64", fa="خطی، float64"),
        "tanh": Text(en="tanh, best layer", fa="بهترین تک‌لایه، tanh"),
    }
    return curves(
        data["depths"],
        {names[name]: values for name, values in data["distances"].items()},
        title=Text(en="Distance of a deep network from one single layer", fa="فاصلهٔ شبکهٔ عمیق از تنها یک لایه"),
        x_title=Text(en="layers", fa="لایه‌ها"),
        y_title=Text(en="relative distance", fa="فاصلهٔ نسبی"),
        alt=Text(
            en="Relative distance of deep networks from a single layer: rounding errors without activations, many "
            "orders "
            "of magnitude more with tanh.",
            fa="فاصلهٔ نسبی شبکه‌های عمیق از تک‌لایه: بدون تابع فعال‌سازی تنها خطای گرد کردن، و با tanh چندین مرتبهٔ "
            "بزرگی بیشتر.",
        ),
        log=True,
    )


def depth(data: Mapping[str, Any]) -> Picture:
    """Draw what ``why.depth`` measured."""
    layers = data["layers"]
    names = {
        "single": Text(en="linear model", fa="مدل خطی"),
        "deep": Text(en=f"{layers} layers, linear", fa=f"{digits(str(layers))} لایه، خطی"),
        "relu": Text(en=f"{layers} layers, ReLU", fa=f"{digits(str(layers))} لایه، ReLU"),
    }
    steps = np.asarray(data["steps"])
    return curves(
        steps,
        {names[name]: losses for name, losses in data["losses"].items()},
        title=Text(
            en="Linear ones at the same learning rate, ReLU at its best (dashed: best linear function)",
            fa="خطی‌ها با یک نرخ یادگیری، ReLU با بهترین نرخ خودش (خط‌چین: بهترین تابع خطی)",
        ),
        x_title=Text(en="training step", fa="گام آموزش"),
        y_title=Text(en="training loss", fa="زیان آموزش"),
        alt=Text(
            en="Training loss over the steps: linear model and deep linear network come down to the same level along "
            "different paths; the ReLU network goes below it.",
            fa="زیان آموزش در طول گام‌ها: مدل خطی و شبکهٔ خطی عمیق از راه‌های متفاوت به یک سطح می‌رسند؛ شبکهٔ ReLU از "
            "آن "
            "پایین‌تر می‌رود.",
        ),
        log=True,
        threshold=data["least"],
    )
