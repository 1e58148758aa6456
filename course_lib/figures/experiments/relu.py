"""The figures of lesson 05: silence, cost, speed and death of ReLU units."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from course_lib.activations.palette import colour
from course_lib.claims import Interval
from course_lib.figures.charts import Name, curves, dots, intervals, lives, shares
from course_lib.figures.picture import Picture
from course_lib.language import Text, digits

_STEP = Text(en="training step", fa="گام آموزش")


def _layer(number: int) -> Text:
    return Text(en=f"layer {number}", fa=f"لایهٔ {digits(str(number))}")


def firing(data: Mapping[str, Any]) -> Picture:
    """Draw what ``relu.firing`` measured."""
    silent = np.asarray(data["silent"])  # (before and after, seeds, layers)
    rows: dict[Name, Interval] = {
        Text(en=f"{_layer(layer + 1).en}, {when.en}", fa=f"{_layer(layer + 1).fa}، {when.fa}"): Interval.of(
            silent[place, :, layer]
        )
        for layer in range(silent.shape[2])
        for place, when in enumerate((Text(en="new", fa="تازه"), Text(en="trained", fa="آموزش‌دیده")))
    }
    return intervals(
        rows,
        title=Text(en="How much of a layer is silent", fa="چه سهمی از هر لایه خاموش است"),
        x_title=Text(en="silent (neuron, input) pairs", fa="جفت‌های خاموش (نورون، ورودی)"),
        alt=Text(
            en="Share of silent pairs by layer, in new and in trained networks.",
            fa="سهم جفت‌های خاموش در هر لایه، در شبکه‌های تازه و آموزش‌دیده.",
        ),
        reference=0.5,
        spec=".0%",
        tints=("#808080", colour("relu")),
    )


def cost(data: Mapping[str, Any]) -> Picture:
    """Draw what ``relu.cost`` measured."""
    forward, both, share = data["forward_ns"], data["both_ns"], data["step_share"]
    names = sorted(both, key=both.__getitem__)
    nanoseconds = Text(en="ns per number\n(dashed: copying)", fa="نانوثانیه برای هر عدد\n(خط‌چین: رونوشت)")
    return dots(
        {
            Text(en="Forward pass", fa="گذر رو به جلو"): {name: forward[name] for name in names},
            Text(en="With backpropagation", fa="همراه با پس‌انتشار"): {name: both[name] for name in names},
            Text(en="In a training step", fa="در گام آموزش"): {name: share[name].mean for name in names},
        },
        x_title=[nanoseconds, nanoseconds, Text(en="share of the step’s time", fa="سهم از زمان گام")],
        alt=Text(
            en="Time of each function per number, forward and with backpropagation, each beside the time of copying "
            "the numbers; and its share of the time of a training step.",
            fa="زمان هر تابع برای هر عدد، رو به جلو و همراه با پس‌انتشار، هر دو در کنار زمان رونوشت عددها؛ "
            "و سهم آن از زمان یک گام آموزش.",
        ),
        reference=[forward["copy"], 2 * forward["copy"], None],
        spec=[".2f", ".2f", ".0%"],
    )


def speed(data: Mapping[str, Any]) -> Picture:
    """Draw what ``relu.speed`` measured."""
    return curves(
        data["steps"],
        data["losses"],
        title=Text(
            en="Training loss at each function’s best learning rate", fa="زیان آموزش با بهترین نرخ یادگیری هر تابع"
        ),
        x_title=_STEP,
        y_title=Text(en="training loss", fa="زیان آموزش"),
        alt=Text(
            en="Training loss of ReLU, tanh and sigmoid networks over the steps, with intervals.",
            fa="زیان آموزش شبکه‌های ReLU و tanh و سیگموئید در طول گام‌ها، با بازه‌ها.",
        ),
        log=True,
        threshold=data["target_loss"],
    )


def dying(data: Mapping[str, Any]) -> Picture:
    """Draw what ``relu.dying`` measured."""
    names = {"default": Text(en="default", fa="پیش‌فرض"), "he": Text(en="He", fa="هی")}
    titles = {
        depth: Text(
            en=f"Dead at the end (%), {depth} hidden layers", fa=f"مرده در پایان (٪)، {digits(str(depth))} لایهٔ پنهان"
        )
        for depth in data["dead"]
    }
    panels: dict[Name, ArrayLike] = {titles[depth]: grid for depth, grid in data["dead"].items()}

    def remark(networks: int) -> Text | None:
        if networks == data["seeds"]:
            return None
        return Text(
            en=f"{networks} of {data['seeds']} networks",
            fa=f"{digits(str(networks))} شبکه از {digits(str(data['seeds']))}",
        )

    remarks: dict[Name, list[list[Text | None]]] = {
        titles[depth]: [[remark(networks) for networks in row] for row in grid]
        for depth, grid in data["networks"].items()
    }
    return shares(
        panels,
        rows=[names[name] for name in data["initialisations"]],
        columns=[f"{rate:g}" for rate in data["learning_rates"]],
        row_title=Text(en="initialisation", fa="مقداردهی اولیه"),
        column_title=Text(en="learning rate", fa="نرخ یادگیری"),
        remarks=remarks,
        alt=Text(
            en="Share of dead neurons by learning rate and initialisation, for shallow and deep networks.",
            fa="سهم نورون‌های مرده بر حسب نرخ یادگیری و مقداردهی اولیه، برای شبکه‌های کم‌عمق و عمیق.",
        ),
    )


def one_negative(data: Mapping[str, Any]) -> Picture:
    """Draw what ``relu.one_negative`` measured."""
    return lives(
        data["steps"],
        data["units"],
        title=Text(
            en="The neurons of one layer through training (black: fires on nothing)",
            fa="نورون‌های یک لایه در طول آموزش (سیاه: روی هیچ ورودی فعال نمی‌شود)",
        ),
        alt=Text(
            en="For each neuron of the last hidden layer, the share of inputs it fires on at each step.",
            fa="برای هر نورون آخرین لایهٔ پنهان، سهم ورودی‌هایی که در هر گام فعالش می‌کنند.",
        ),
    )
