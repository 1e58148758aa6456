"""The lives of the units of one layer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from course_lib.figures.charts import lives
from course_lib.figures.picture import Picture
from course_lib.language import Text, digits

if TYPE_CHECKING:  # importing it at run time would load torch before anybody trains
    from course_lib.training import History


def unit_lives(history: History, layer: int = -1, model: int = 0) -> Picture:
    """Draw the lives of all units of one layer of one trained network.

    Args:
        history: of a run with ``record_units=True``.
        layer: which hidden layer; negative numbers count from the last.
        model: which of the run's models.

    Raises:
        ValueError: if the run did not record its units, or has no such layer or model.
    """
    if history.units is None:
        raise ValueError(
            Text(
                en="The run did not record its units: train with record_units=True.",
                fa="نورون‌ها در این اجرا ثبت نشده‌اند: با record_units=True آموزش دهید.",
            )
        )
    models = len(history.models)
    widths = np.atleast_1d(history.models[model].hidden) if -models <= model < models else np.array([])
    layers = len(widths)
    if not (-models <= model < models and -layers <= layer < layers):
        raise ValueError(
            Text(
                en=f"No layer {layer} in model {model}: there are {models} models, "
                f"and this one has {layers} hidden layers.",
                fa=f"لایهٔ {digits(str(layer))} در مدل {digits(str(model))} وجود ندارد: "
                f"{digits(str(models))} مدل هست و این یکی {digits(str(layers))} لایهٔ پنهان دارد.",
            )
        )
    chosen = layer % layers
    units = history.units[:, model, chosen, : widths[chosen]]
    return lives(
        history.steps,
        units,
        title=Text(
            en=f"The neurons of hidden layer {chosen + 1} (black: fires on nothing)",
            fa=f"نورون‌های لایهٔ پنهان {digits(str(chosen + 1))} (سیاه: روی هیچ ورودی فعال نمی‌شود)",
        ),
        alt=Text(
            en="For each neuron of the layer, the share of inputs it fires on at each step.",
            fa="برای هر نورون لایه، سهم ورودی‌هایی که در هر گام فعالش می‌کنند.",
        ),
    )
