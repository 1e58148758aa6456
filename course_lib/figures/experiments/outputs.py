"""The figures about output layers: what matched and mismatched ones answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from course_lib.claims import Interval
from course_lib.figures.charts import Name, curves, reliability, shares
from course_lib.figures.picture import Picture
from course_lib.language import Text, digits

_RIGHT_TO_LEFT = "\u200f"  # a mark before a Persian text that begins with a Latin name
_TWO_CLASSES: Mapping[str, Text] = {
    "sigmoid": Text(en="Sigmoid, log-loss", fa="سیگموئید، زیان لگاریتمی"),
    "squared": Text(en="Sigmoid, squared error", fa="سیگموئید، زیان مربعی"),
    "linear": Text(en="Linear, squared error", fa="خطی، زیان مربعی"),
    "tanh": Text(en="Tanh, hinge loss", fa=f"{_RIGHT_TO_LEFT}tanh، زیان لولایی"),
}
_CLASSES: Mapping[str, Text] = {
    "softmax": Text(en="Softmax", fa="Softmax"),
    "sigmoids": Text(en="Sigmoids", fa="سیگموئیدها"),
    "linear": Text(en="Linear", fa="خطی"),
    "bug": Text(en="Softmax twice", fa="دو بار Softmax"),
}
_SHORT: Mapping[str, Text] = {"digits": Text(en="digits", fa="رقم‌ها"), "mnist1d": Text(en="MNIST-1D", fa="MNIST-1D")}
_LABELS: Mapping[str, Text] = {
    "sigmoids": Text(en="sigmoids", fa="سیگموئیدها"),
    "softmax": Text(en="softmax, threshold ½", fa=f"{_RIGHT_TO_LEFT}Softmax، آستانه یک‌دوم"),
    "softmax_best": Text(en="softmax, its best threshold", fa=f"{_RIGHT_TO_LEFT}Softmax، بهترین آستانه"),
}


def _remark(kind: Mapping[str, Any]) -> Text:
    right = f"{Interval.of(kind['accuracy']).mean:.1%}"
    gap = f"{kind['calibration_error']:.1%}"
    return Text(
        en=f"{right} right\ncalibration error {gap}", fa=f"{digits(right)} درست\nخطای کالیبراسیون {digits(gap)}"
    )


def regression(data: Mapping[str, Any]) -> Picture:
    """Draw what ``outputs.regression`` measured."""
    names: dict[str, Name] = {"squeezed": Text(en="Sigmoid, squeezed", fa="سیگموئید، فشرده")}
    return curves(
        data["target"],
        {names.get(name, name): residuals for name, residuals in data["residuals"].items()},
        title=Text(en="How far the answers lie above the targets", fa="پاسخ‌ها چقدر بالاتر از هدف‌ها هستند"),
        x_title=Text(en="target (standard deviations from the mean)", fa="هدف (انحراف معیار از میانگین)"),
        y_title=Text(en="answer − target", fa="پاسخ منهای هدف"),
        alt=Text(
            en="Mean of answer minus target, from low to high targets, for five output layers.",
            fa="میانگین پاسخ منهای هدف، از هدف‌های کوچک تا بزرگ، برای پنج لایهٔ خروجی.",
        ),
        threshold=0.0,
    )


def binary(data: Mapping[str, Any]) -> Picture:
    """Draw what ``outputs.binary`` measured."""
    return reliability(
        {_TWO_CLASSES[name]: kind["reliability"] for name, kind in data.items()},
        remarks={_TWO_CLASSES[name]: _remark(kind) for name, kind in data.items()},
        x_title=Text(
            en="output, read as the probability that it is benign", fa="خروجی، اگر احتمال خوش‌خیم بودن خوانده شود"
        ),
        y_title=Text(en="share that is benign", fa="سهم خوش‌خیم‌ها"),
        alt=Text(
            en="For four output layers, the share of benign tumours by what the output says.",
            fa="برای چهار لایهٔ خروجی، سهم توده‌های خوش‌خیم بر حسب آنچه خروجی می‌گوید.",
        ),
    )


def multiclass(data: Mapping[str, Any]) -> Picture:
    """Draw what ``outputs.multiclass`` measured."""
    panels: dict[Name, Any] = {}
    remarks: dict[Name, Text] = {}
    for dataset, kinds in data.items():
        for name, kind in kinds.items():
            of = _SHORT.get(dataset, Text(en=dataset, fa=dataset))
            title = Text(en=f"{_CLASSES[name].en}\n{of.en}", fa=f"{_CLASSES[name].fa}\n{of.fa}")
            panels[title], remarks[title] = kind["reliability"], _remark(kind)
    return reliability(
        panels,
        remarks=remarks,
        x_title=Text(en="confidence in the most probable class", fa="اطمینان به محتمل‌ترین کلاس"),
        y_title=Text(en="share that is right", fa="سهم پاسخ‌های درست"),
        alt=Text(
            en="For four output layers and each data set, the share of right answers by confidence.",
            fa="برای چهار لایهٔ خروجی و هر مجموعه‌داده، سهم پاسخ‌های درست بر حسب اطمینان.",
        ),
    )


def multilabel(data: Mapping[str, Any]) -> Picture:
    """Draw what ``outputs.multilabel`` measured."""
    return shares(
        {
            Text(en="All labels right (%)", fa="همهٔ برچسب‌ها درست (٪)"): np.array(
                [data["matches"][name] for name in _LABELS]
            )
        },
        rows=list(_LABELS.values()),
        columns=[str(count) for count in data["labels"]],
        row_title=Text(en="output layer", fa="لایهٔ خروجی"),
        column_title=Text(en="number of labels that an image has", fa="شمار برچسب‌های تصویر"),
        alt=Text(
            en="Share of the images whose labels are all right, by output layer and number of labels.",
            fa="سهم تصویرهایی که همهٔ برچسب‌هایشان درست است، بر حسب لایهٔ خروجی و شمار برچسب‌ها.",
        ),
    )
