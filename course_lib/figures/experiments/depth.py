"""The figure of the depth sweep, which several claims share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from course_lib import activations
from course_lib.figures.charts import Name, shares
from course_lib.figures.picture import Picture
from course_lib.language import Text, digits

_SETTINGS = {
    ("mlp", "default"): Text(en="plain, default init.", fa="ساده، مقداردهی پیش‌فرض"),
    ("mlp", "matched"): Text(en="plain, matched init.", fa="ساده، مقداردهی سازگار"),
    ("residual", "default"): Text(en="residual, default init.", fa="باقی‌مانده‌ای، پیش‌فرض"),
    ("residual", "matched"): Text(en="residual, matched init.", fa="باقی‌مانده‌ای، سازگار"),
}
_OPTIMISERS = {"sgd": "SGD", "adam": "Adam"}


def _accuracies(data: Mapping[str, Any]) -> Picture:
    panels: dict[Name, ArrayLike] = {
        title: np.stack([data["accuracy"][*setting, optimiser] for optimiser in _OPTIMISERS], axis=1).reshape(
            -1, len(data["depths"])
        )
        for setting, title in _SETTINGS.items()
    }
    titles = [activations.get(name).title for name in data["activations"]]
    return shares(
        panels,
        rows=[
            Text(en=f"{title.en}, {optimiser}", fa=f"{title.fa}، {optimiser}")
            for title in titles
            for optimiser in _OPTIMISERS.values()
        ],
        columns=[Text(en=str(depth), fa=digits(str(depth))) for depth in data["depths"]],
        row_title=Text(en="test accuracy (%)", fa="دقت آزمون (٪)"),
        column_title=Text(en="hidden layers", fa="لایه‌های پنهان"),
        alt=Text(
            en="Test accuracy by activation, optimiser and depth, for plain and residual networks with default and "
            "matched initialisation.",
            fa="دقت آزمون بر حسب تابع فعال‌سازی، بهینه‌ساز و عمق، برای شبکه‌های ساده و باقی‌مانده‌ای با مقداردهی "
            "پیش‌فرض و سازگار.",
        ),
    )


def swish(data: Mapping[str, Any]) -> Picture:
    """Draw what ``depth.swish`` measured."""
    return _accuracies(data)


def saturating(data: Mapping[str, Any]) -> Picture:
    """Draw what ``depth.saturating`` measured."""
    return _accuracies(data)
