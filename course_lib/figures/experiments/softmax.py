"""The figures of lesson 08: softmax beside a sigmoid, where its formula breaks, and what applying it twice does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from course_lib.figures.charts import Name, curves, dots, reliability
from course_lib.figures.picture import Picture
from course_lib.language import Text, digits


def sigmoids(data: Mapping[str, Any]) -> Picture:
    """Draw what ``softmax.sigmoids`` measured."""
    lines: dict[Name, ArrayLike] = {
        Text(
            en=f"softmax, others at {others:g}".replace("-", "−"),
            fa=f"تابع Softmax، بقیه در {digits(f'{others:g}')}",
        ): shares
        for others, shares in data["shares"].items()
    }
    return curves(
        data["own"],
        {**lines, "sigmoid": data["sigmoid"]},
        title=Text(en="One of three outputs, by its own logit", fa="یکی از سه خروجی بر حسب لاجیت خودش"),
        x_title=Text(en="own logit", fa="لاجیت خودش"),
        y_title=Text(en="output", fa="خروجی"),
        alt=Text(
            en="An output of softmax against its own logit, for three values of the other logits: three curves, and "
            "the sigmoid, which is always the same one.",
            fa="یک خروجی Softmax بر حسب لاجیت خودش برای سه مقدار لاجیت‌های دیگر: سه منحنی، و در کنارشان سیگموئید که "
            "همیشه همان یکی است.",
        ),
    )


def formula(data: Mapping[str, Any]) -> Picture:
    """Draw what ``softmax.formula`` measured."""
    return dots(
        {
            Text(en="One logit at z: its exponential overflows", fa="یک لاجیت برابر z: سرریز نمایی آن"): data["above"],
            Text(en="All at −z: every exponential vanishes", fa="همه برابر ‎−z‎: صفر شدن همهٔ نمایی‌ها"): data["below"],
        },
        x_title=Text(en="first z at which the formula as written breaks", fa="نخستین z که فرمول خام در آن می‌شکند"),
        alt=Text(
            en="For each number format, the first logit at which the formula as written gives no number.",
            fa="برای هر نوع عدد، نخستین لاجیتی که فرمول خام در آن عددی به دست نمی‌دهد.",
        ),
    )


def last(data: Mapping[str, Any]) -> Picture:
    """Draw what ``softmax.last`` measured."""
    datasets = {"digits": Text(en="digits", fa="رقم‌ها"), "mnist1d": Text(en="MNIST-1D", fa="MNIST-1D")}
    kinds = {"logits": Text(en="once", fa="یک بار"), "twice": Text(en="twice", fa="دو بار")}
    panels: dict[Name, tuple[ArrayLike, ArrayLike, ArrayLike]] = {}
    remarks: dict[Name, Text] = {}
    for name, answered in data.items():
        for kind, scored in answered.items():
            title = Text(en=f"{datasets[name].en}, {kinds[kind].en}", fa=f"{kinds[kind].fa}، {datasets[name].fa}")
            panels[title] = scored["bins"]
            share = f"{np.mean(scored['accuracy']):.1%}"
            remarks[title] = Text(en=f"{share} right", fa=f"{digits(share)} درست")
    return reliability(
        panels,
        x_title=Text(en="confidence, with softmax applied once or twice", fa="اطمینان، با یک یا دو بار اعمال Softmax"),
        y_title=Text(en="share that is right", fa="سهم پاسخ‌های درست"),
        remarks=remarks,
        alt=Text(
            en="How often the most probable class is the right one, by its probability, for softmax applied once and "
            "twice, on both data sets.",
            fa="محتمل‌ترین کلاس چند بار درست است، بر حسب احتمالش، برای یک بار و دو بار Softmax در هر دو مجموعه‌داده.",
        ),
    )
