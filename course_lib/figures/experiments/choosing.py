"""The figures of lesson 11's claims about kinds of networks: what each activation scores there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from course_lib import activations
from course_lib.activations.palette import colour
from course_lib.claims import Interval
from course_lib.figures.charts import Name, intervals
from course_lib.figures.picture import Picture
from course_lib.language import Text

_PLACES = {"image": Text(en="images", fa="تصویر"), "signal": Text(en="signals", fa="سیگنال")}


def convolutional(data: Mapping[str, Any]) -> Picture:
    """Draw what ``choosing.convolutional`` measured."""
    rows: dict[Name, Interval] = {}
    for place, title in _PLACES.items():
        for name, accuracy in data[place].items():
            shown = activations.get(name).title
            rows[Text(en=f"{shown.en}, {title.en}", fa=f"{title.fa}، {shown.fa}")] = Interval.of(accuracy)
    return intervals(
        rows,
        title=Text(en="Test accuracy of convolutional networks", fa="دقت آزمون شبکه‌های پیچشی"),
        x_title=Text(en="test accuracy", fa="دقت آزمون"),
        alt=Text(
            en="Test accuracy of each activation in a convolutional network, on images and on signals, with intervals.",
            fa="دقت آزمون هر تابع در شبکهٔ پیچشی، روی تصویر و سیگنال، با بازه‌ها.",
        ),
        spec=".1%",
        tints=[colour(name) for name in data["image"]],
    )


_RECURRENT = {
    "tanh": Text(en="tanh", fa="با tanh"),
    "tanh_clipped": Text(en="tanh, clipped", fa="با tanh، گرادیان بریده"),
    "relu": Text(en="ReLU", fa="با ReLU"),
    "relu_clipped": Text(en="ReLU, clipped", fa="با ReLU، گرادیان بریده"),
    "relu_identity": Text(en="ReLU from the identity", fa="با ReLU از ماتریس همانی"),
    "relu_identity_clipped": Text(en="ReLU from the identity, clipped", fa="با ReLU از ماتریس همانی، بریده"),
    "lstm_tanh": Text(en="LSTM with tanh, clipped", fa="شبکهٔ LSTM با tanh، بریده"),
    "lstm_relu": Text(en="LSTM with ReLU, clipped", fa="شبکهٔ LSTM با ReLU، بریده"),
}


def recurrent(data: Mapping[str, Any]) -> Picture:
    """Draw what ``choosing.recurrent`` measured."""
    return intervals(
        {title: Interval.of(data["test_loss"][name]) for name, title in _RECURRENT.items()},
        title=Text(en="Test loss of recurrent networks on verse", fa="زیان آزمون شبکه‌های بازگشتی روی شعر"),
        x_title=Text(en="nats per letter (less is better)", fa="نات برای هر حرف (کمتر بهتر است)"),
        alt=Text(
            en="Test loss of recurrent networks with tanh and with ReLU, with and without clipped gradients.",
            fa="زیان آزمون شبکه‌های بازگشتی با tanh و با ReLU، با گرادیان بریده و نبریده.",
        ),
        spec=".3f",
        tints=[colour("relu" if "relu" in name else "tanh") for name in _RECURRENT],
    )


_TASKS = {
    "digits_mlp": Text(en="digits, perceptron", fa="رقم‌ها، پرسپترون"),
    "cancer": Text(en="breast cancer, perceptron", fa="سرطان پستان، پرسپترون"),
    "diabetes": Text(en="diabetes, perceptron", fa="دیابت، پرسپترون"),
    "digits_cnn": Text(en="digits, CNN", fa="رقم‌ها، شبکهٔ پیچشی"),
    "mnist1d": Text(en="signals, CNN", fa="سیگنال‌ها، شبکهٔ پیچشی"),
    "verse_rnn": Text(en="verse, RNN", fa="شعر، شبکهٔ بازگشتی"),
}


def first_try(data: Mapping[str, Any]) -> Picture:
    """Draw what ``choosing.first_try`` measured."""
    best = {task: activations.get(name).title for task, name in data["best"].items()}
    rows: dict[Name, Interval] = {
        Text(
            en=f"{title.en}; best: {best[task].en}",
            fa=f"{title.fa}؛ بهترین: {best[task].fa}",
        ): Interval.of(data["gaps"][task])
        for task, title in _TASKS.items()
    }
    return intervals(
        rows,
        title=Text(en="How far ReLU is from the best function of each task", fa="فاصلهٔ ReLU از بهترین تابع در هر کار"),
        x_title=Text(en="test score, ReLU − best", fa="امتیاز آزمون، تفاضل ReLU و بهترین"),
        alt=Text(
            en="Test score of ReLU minus that of the function with the lowest validation loss, task by task.",
            fa="تفاضل امتیاز آزمونِ ReLU و تابعی که کمترین زیان اعتبارسنجی را دارد، در هر کار.",
        ),
        reference=0,
        spec="+.3f",
        tints=[colour("relu")],
    )
