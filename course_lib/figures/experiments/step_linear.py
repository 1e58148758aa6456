"""The figures of lesson 02: the step at 0, in a classifier and in a network, and the constant slope of a line."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from course_lib.claims import Interval
from course_lib.figures.charts import Name, curves, intervals, shares
from course_lib.figures.picture import Picture
from course_lib.language import Text, digits

_TEST_ACCURACY = Text(en="test accuracy", fa="دقت آزمون")
_STEP = Text(en="training step", fa="گام آموزش")


def definition(data: Mapping[str, Any]) -> Picture:
    """Draw what ``step_linear.definition`` measured."""
    names = {
        "course": Text(en="this course", fa="این دوره"),
        "half": Text(en="0.5 at 0 (NumPy)", fa="مقدار ۰٫۵ در ۰ (NumPy)"),
        "zero": Text(en="0 at 0 (NumPy)", fa="مقدار ۰ در ۰ (NumPy)"),
        "sign": Text(en="by the sign", fa="به کمک علامت"),
        "torch": Text(en="1 at 0 (torch)", fa="مقدار ۱ در ۰ (torch)"),
    }
    places = [
        Text(en="−1", fa=digits("-1")),
        Text(en="next below", fa="کنار صفر (−)"),
        Text(en="zero (−)", fa="صفر (−)"),
        Text(en="zero (+)", fa="صفر (+)"),
        Text(en="next above", fa="کنار صفر (+)"),
        Text(en="1", fa=digits("1")),
        Text(en="NaN", fa="NaN"),
    ]
    return shares(
        {
            Text(en="Value of the step (100: on; –: NaN)", fa="مقدار تابع پله‌ای (۱۰۰: فعال؛ –: NaN)"): [
                data["values"][name] for name in names
            ]
        },
        rows=list(names.values()),
        columns=places,
        row_title=Text(en="definition", fa="تعریف"),
        column_title=Text(en="input", fa="ورودی"),
        alt=Text(
            en="The value of the step next to 0, at both zeros and at NaN, by several definitions: they differ at the "
            "zeros only.",
            fa="مقدار تابع پله‌ای کنار ۰، در هر دو صفر و در NaN، با چند تعریف: تنها در صفرها فرق دارند.",
        ),
    )


def several_classes(data: Mapping[str, Any]) -> Picture:
    """Draw what ``step_linear.several_classes`` measured."""
    units = data["units"]
    words = {
        "one_unit": Text(en="at most", fa="دست بالا"),
        "fewest": Text(en="number in binary", fa="شمارهٔ دودویی"),
        "one_per_class": Text(en="one per class", fa="هر کلاس یکی"),
        "code": Text(en="random code", fa="کد تصادفی"),
    }

    def name(kind: str) -> Text:
        plural = "" if units[kind] == 1 else "s"
        return Text(
            en=f"{units[kind]} neuron{plural}, {words[kind].en}",
            fa=f"{digits(str(units[kind]))} نورون، {words[kind].fa}",
        )

    rows: dict[Name, Interval] = {name(kind): data["accuracy"][kind] for kind in words}
    return intervals(
        rows,
        title=Text(en="Ten digits, told apart by step neurons", fa="ده رقم که نورون‌های پله‌ای از هم جدا می‌کنند"),
        x_title=_TEST_ACCURACY,
        alt=Text(
            en="Test accuracy on ten digits by the number of step neurons; one neuron can be right about two classes.",
            fa="دقت آزمون روی ده رقم بر حسب شمار نورون‌های پله‌ای؛ تک‌نورون تنها دربارهٔ دو کلاس می‌تواند درست بگوید.",
        ),
        spec=".0%",
    )


def gradient(data: Mapping[str, Any]) -> Picture:
    """Draw what ``step_linear.gradient`` measured."""
    names = {
        "true": Text(en="true slope", fa="شیب واقعی"),
        "straight-through": Text(en="straight-through", fa="گذر مستقیم"),
    }
    return curves(
        data["steps"],
        {names[name]: losses for name, losses in data["losses"].items()},
        title=Text(
            en="Networks of step neurons, at their best learning rates",
            fa="شبکه‌هایی از نورون‌های پله‌ای، با بهترین نرخ یادگیری",
        ),
        x_title=_STEP,
        y_title=Text(en="training loss", fa="زیان آموزش"),
        alt=Text(
            en="Training loss of networks of step neurons over the steps: with the true slope only the last layer "
            "learns, with the straight-through slope the loss goes on falling.",
            fa="زیان آموزش شبکه‌های نورون‌های پله‌ای در طول گام‌ها: با شیب واقعی تنها لایهٔ آخر یاد می‌گیرد، با شیب "
            "گذر "
            "مستقیم زیان همچنان پایین می‌رود.",
        ),
        log=True,
    )


def use(data: Mapping[str, Any]) -> Picture:
    """Draw what ``step_linear.use`` measured."""
    names = {
        "separable": Text(en="separable", fa="جداپذیر"),
        "overlapping": Text(en="overlapping", fa="هم‌پوشان"),
    }
    return curves(
        data["epochs"],
        {names[name]: accuracy for name, accuracy in data["accuracy"].items()},
        title=Text(en="The perceptron rule, epoch by epoch", fa="قاعدهٔ پرسپترون، دور به دور"),
        x_title=Text(en="epoch", fa="دور"),
        y_title=Text(en="accuracy", fa="دقت"),
        alt=Text(
            en="Accuracy of a step neuron over the epochs: on separable classes it reaches 1 and stays; on overlapping "
            "ones it goes up and down without end.",
            fa="دقت نورون پله‌ای در طول دورها: روی کلاس‌های جداپذیر به ۱ می‌رسد و می‌ماند؛ روی کلاس‌های هم‌پوشان "
            "بی‌پایان "
            "بالا و پایین می‌رود.",
        ),
    )


def constant(data: Mapping[str, Any]) -> Picture:
    """Draw what ``step_linear.constant`` computed."""
    return curves(
        data["x"],
        data["derivatives"],
        title=Text(en="Derivatives", fa="مشتق‌ها"),
        x_title=Text(en="input", fa="ورودی"),
        y_title=Text(en="derivative", fa="مشتق"),
        alt=Text(
            en="The derivative of the linear function is a horizontal line; those of sigmoid, tanh and Swish are "
            "curves.",
            fa="مشتق تابع خطی خطی افقی است؛ مشتق‌های سیگموئید، tanh و Swish خمیده‌اند.",
        ),
    )


def updates(data: Mapping[str, Any]) -> Picture:
    """Draw what ``step_linear.updates`` measured."""
    sizes = np.asarray(data["sizes"])
    return curves(
        data["steps"],
        {
            Text(en="as claimed", fa="آنچه ادعا شد"): np.ones(len(sizes)),
            Text(en="measured", fa="اندازه‌گیری"): sizes,
        },
        title=Text(en="Size of the updates of a linear neuron", fa="اندازهٔ به‌روزرسانی‌های نورون خطی"),
        x_title=_STEP,
        y_title=Text(en="relative to the first", fa="نسبت به نخستین"),
        alt=Text(
            en="The updates of a linear neuron shrink from step to step, although its slope is constant.",
            fa="به‌روزرسانی‌های نورون خطی گام به گام کوچک می‌شوند، با آن که شیبش ثابت است.",
        ),
        log=True,
    )


def simple(data: Mapping[str, Any]) -> Picture:
    """Draw what ``step_linear.simple`` measured."""
    names = {"linear": Text(en="linear model", fa="مدل خطی"), "network": Text(en="network", fa="شبکه")}
    rows: dict[Name, Interval] = {}
    for place, feature in enumerate(data["features"]):
        for kind, name in names.items():
            slopes = np.asarray(data["slopes"][kind])[:, place]
            low, high = np.quantile(slopes, (0.05, 0.95))
            rows[Text(en=f"{feature}, {name.en}", fa=f"{name.fa}، {feature}")] = Interval(
                float(slopes.mean()), float(low), float(high), len(slopes)
            )
    return intervals(
        rows,
        title=Text(
            en="What a feature does to the forecast: mean, and 90 % of the patients",
            fa="اثر هر ویژگی بر پیش‌بینی: میانگین، و ۹۰٪ بیماران",
        ),
        x_title=Text(en="slope", fa="شیب"),
        alt=Text(
            en="Effect of each feature of the diabetes data on the forecast: one number in the linear model, in the "
            "network a range that often includes both signs.",
            fa="اثر هر ویژگیِ دادهٔ دیابت بر پیش‌بینی: در مدل خطی تنها یک عدد، در شبکه بازه‌ای که بسیاری وقت‌ها هر دو "
            "علامت "
            "را در بر دارد.",
        ),
        reference=0.0,
        tints=("#0072b2", "#d55e00"),
    )
