"""The figures of one function against ReLU in three fields."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from course_lib import activations
from course_lib.activations.palette import colour
from course_lib.figures.charts import intervals
from course_lib.figures.picture import Picture
from course_lib.language import Text

_FIELDS = {
    "vision": Text(en="vision: digits", fa="بینایی: رقم‌ها"),
    "signal": Text(en="signal in time: MNIST-1D", fa="سیگنال زمانی: MNIST-1D"),
    "language": Text(en="language: verse", fa="زبان: شعر"),
}


def _against_relu(name: str, data: Mapping[str, Any]) -> Picture:
    title = activations.get(name).title
    return intervals(
        {field: data["gains"][key] for key, field in _FIELDS.items()},
        title=Text(en=f"{title.en} in three fields", fa=f"تابع {title.fa} در سه زمینه"),
        x_title=Text(en=f"test accuracy, {title.en} − ReLU", fa=f"دقت آزمون، تفاضل {title.fa} و ReLU"),
        alt=Text(
            en=f"Difference of test accuracy between {title.en} and ReLU on digits, on signals and on verse.",
            fa=f"تفاضل دقت آزمونِ {title.fa} و ReLU روی رقم‌ها، سیگنال‌ها و شعر.",
        ),
        reference=0,
        spec="+.1%",
        tints=(colour(name),),
    )


def gelu(data: Mapping[str, Any]) -> Picture:
    """Draw what ``fields.gelu`` measured."""
    return _against_relu("gelu", data)


def swish(data: Mapping[str, Any]) -> Picture:
    """Draw what ``fields.swish`` measured."""
    return _against_relu("swish", data)
