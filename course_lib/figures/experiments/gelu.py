"""The figures of lesson 10: how GELU's formulas differ, its random gate, normality, and where it is used."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from course_lib.activations.palette import colour
from course_lib.claims import Interval
from course_lib.figures.charts import curves, intervals
from course_lib.figures.picture import Picture
from course_lib.language import Text

_INPUT = Text(en="x", fa="x")


def formula(data: Mapping[str, Any]) -> Picture:
    """Draw what ``gelu.formula`` measured."""
    return curves(
        data["x"],
        {
            Text(en="tanh form − GELU", fa="شکل tanh منهای GELU"): data["difference"],
            Text(en="one unit of float16", fa="یک واحد float16"): data["spacing"]["float16"],
            Text(en="one unit of float32", fa="یک واحد float32"): data["spacing"]["float32"],
        },
        title=Text(
            en="How far the tanh form is from GELU, and the last place of the result",
            fa="فاصلهٔ شکل tanh از GELU، و واحدِ رقم آخرِ مقدار",
        ),
        x_title=_INPUT,
        y_title=Text(en="absolute difference", fa="اختلاف مطلق"),
        alt=Text(
            en="For negative x the difference of the two formulas is above one unit of float32 nearly everywhere, and "
            "for most x above one unit of float16.",
            fa="برای x منفی، اختلاف دو فرمول کمابیش همه‌جا از یک واحد float32 بیشتر است و در بیشتر جاها از یک واحد "
            "float16 هم.",
        ),
        log=True,
    )


def dropout(data: Mapping[str, Any]) -> Picture:
    """Draw what ``gelu.dropout`` measured."""
    return curves(
        data["x"],
        {
            Text(en="GELU’s gate", fa="دروازهٔ GELU"): data["gate"] - data["gelu"][:, None],
            Text(en="ReLU with dropout", fa="ReLU با حذف تصادفی"): data["fixed"] - data["gelu"][:, None],
        },
        title=Text(en="How far random gates are from GELU on average", fa="فاصلهٔ میانگینِ دروازه‌های تصادفی از GELU"),
        x_title=_INPUT,
        y_title=Text(en="average output − GELU", fa="میانگین خروجی منهای GELU"),
        alt=Text(
            en="The average of the input kept with probability Φ(x) differs from GELU nowhere; that of ReLU with "
            "dropout does around zero.",
            fa="میانگینِ ورودی‌ای که با احتمال Φ(x) نگه داشته شود هیچ‌جا با GELU فرق ندارد؛ میانگین ReLU با حذف تصادفی "
            "در نزدیکی صفر فرق دارد.",
        ),
    )


_NETWORKS = {
    "narrow_start": Text(en="narrow, new", fa="کم‌پهنا، تازه"),
    "wide_start": Text(en="wide, new", fa="پهن، تازه"),
    "wide_trained": Text(en="wide, trained", fa="پهن، آموزش‌دیده"),
    "normalised_trained": Text(en="trained with batch norm.", fa="با نرمال‌سازی دسته‌ای"),
}


def normal(data: Mapping[str, Any]) -> Picture:
    """Draw what ``gelu.normal`` measured."""
    return curves(
        data["normal"],
        {title: data["shapes"][name] - data["normal"][:, None] for name, title in _NETWORKS.items()},
        title=Text(
            en="Quantiles of pre-activations, minus those of the normal distribution",
            fa="چندک‌های پیش‌فعال‌سازی‌ها منهای چندک‌های توزیع نرمال",
        ),
        x_title=Text(en="quantile of the normal distribution", fa="چندک توزیع نرمال"),
        y_title=Text(en="difference (deviations)", fa="اختلاف (انحراف معیار)"),
        alt=Text(
            en="Quantiles of the standardised pre-activations, averaged over the units of a network, minus those of "
            "the normal distribution, which would be the line at zero. All lie above it at both ends: skewed shapes.",
            fa="چندک‌های پیش‌فعال‌سازی‌های استانداردشده، میانگین روی نورون‌های شبکه، منهای چندک‌های توزیع نرمال که خط "
            "صفر است. همه در دو سر بالای آن‌اند: شکل‌هایی چوله.",
        ),
        threshold=0,
    )


_FEED_FORWARD = {
    "gelu": Text(en="GELU", fa="GELU"),
    "relu": Text(en="ReLU", fa="ReLU"),
    "swiglu": Text(en="SwiGLU", fa="SwiGLU"),
}


def language(data: Mapping[str, Any]) -> Picture:
    """Draw what ``gelu.language`` measured."""
    losses = data["test_loss"]
    return intervals(
        {
            Text(en=f"{title.en} − GELU", fa=f"تفاضل {title.fa} و GELU"): Interval.of(losses[name] - losses["gelu"])
            for name, title in _FEED_FORWARD.items()
            if name != "gelu"
        },
        title=Text(en="Transformers that continue verse", fa="ترنسفورمرهایی که شعر را ادامه می‌دهند"),
        x_title=Text(
            en="test loss, nats per letter (above 0 GELU is better)",
            fa="زیان آزمون، نات برای هر حرف (بالای ۰ یعنی GELU بهتر است)",
        ),
        alt=Text(
            en="Test loss of transformers with ReLU and with SwiGLU, minus that with GELU, paired by seed.",
            fa="زیان آزمون ترنسفورمر با ReLU و با SwiGLU منهای زیان آن با GELU، جفت‌شده بر پایهٔ بذر.",
        ),
        reference=0,
        spec="+.3f",
        tints=(colour("relu"), colour("swish")),
    )
