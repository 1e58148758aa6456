"""A data set as the whole course sees it: three fixed splits, in one form for every kind of task."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from course_lib.language import Text, digits, html

Task = Literal["multiclass", "binary", "multilabel", "regression", "sequence"]
Features = NDArray[np.float32] | NDArray[np.int64]
Targets = NDArray[np.int64] | NDArray[np.float32]

TASKS: dict[Task, Text] = {
    "multiclass": Text("multi-class classification", "دسته‌بندی چندکلاسه"),
    "binary": Text("binary classification", "دسته‌بندی دودویی"),
    "multilabel": Text("multi-label classification", "دسته‌بندی چندبرچسبی"),
    "regression": Text("regression", "رگرسیون"),
    "sequence": Text("prediction of every next character", "پیش‌بینی نویسهٔ بعدی در هر جایگاه"),
}


@dataclass(frozen=True, repr=False, eq=False)
class Dataset:
    """Training, validation and test examples of one task.

    Attributes:
        name: the name that ``data.load`` knows it by.
        title: its title in both languages.
        task: ``"multiclass"``, ``"binary"``, ``"multilabel"``, ``"regression"`` or ``"sequence"``.
        classes: the names of the classes (for multi-label of the labels, for a sequence the characters) in the order
            of their numbers; empty for regression.
        x_train: inputs ``(examples, features)``, float32, standardised with the training split's mean and deviation;
            for a sequence the numbers of the characters ``(examples, length)``, int64.
        y_train: targets. ``(examples,)``: class numbers (int64), or for regression float32 values standardised with the
            training split's mean and deviation. Multi-label: ``(examples, labels)``, float32, 1 where the label holds
            and 0 where not. Sequence: ``(examples, length)``, int64, the number of the character that follows.
        x_validation: inputs for choosing, in the form of the training split's.
        y_validation: targets for choosing.
        x_test: inputs for the final score, in the form of the training split's.
        y_test: targets for the final score.
        features: the names of the features, or empty where they have none.
        source: where the data come from.
        seed: the seed that fixed the splits.
        shape: the shape of one example before it was laid out flat: ``(channels, height, width)`` for an image,
            ``(channels, length)`` for a signal, otherwise ``(features,)``, which is what leaving it out means.
    """

    name: str
    title: Text
    task: Task
    classes: tuple[str, ...]
    x_train: Features
    y_train: Targets
    x_validation: Features
    y_validation: Targets
    x_test: Features
    y_test: Targets
    features: tuple[str, ...]
    source: str
    seed: int
    shape: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        for split in ("train", "validation", "test"):
            x, y = getattr(self, f"x_{split}"), getattr(self, f"y_{split}")
            self._check_axes(split, x, y)
            self._check_values(split, x, y)
            x.flags.writeable = y.flags.writeable = False
        if not self.shape:
            object.__setattr__(self, "shape", (self.inputs,))
        if prod(self.shape) != self.inputs:
            raise ValueError(
                Text(
                    en=f"An example of shape {self.shape} has {prod(self.shape)} numbers, but {self.name!r} has "
                    f"{self.inputs} features: give the shape that its rows were laid out from.",
                    fa=f"نمونه‌ای با شکل {self.shape} شامل {digits(str(prod(self.shape)))} عدد است، ولی «{self.name}» "
                    f"{digits(str(self.inputs))} ویژگی دارد: همان شکلی را بدهید که هر سطر از آن ساخته شده است.",
                )
            )

    def _check_axes(self, split: str, x: Features, y: Targets) -> None:
        inputs = "(examples, length)" if self.task == "sequence" else "(examples, features)"
        outputs, expected = "(examples,)", x.shape[:1]
        if self.task == "multilabel":
            outputs, expected = "(examples, labels)", (len(x), len(self.classes))
        elif self.task == "sequence":
            outputs, expected = inputs, x.shape
        if x.ndim != 2 or y.shape != expected or not x.size:
            raise ValueError(
                Text(
                    en=f"The {split} split has inputs of shape {x.shape} and targets of shape {y.shape}: "
                    f"give {inputs} and {outputs}, with at least one example.",
                    fa=f"در بخش «{split}» شکل ورودی‌ها {x.shape} و شکل هدف‌ها {y.shape} است: "
                    f"باید {inputs} و {outputs} باشند و دست‌کم شامل یک نمونه.",
                )
            )

    def _check_values(self, split: str, x: Features, y: Targets) -> None:
        if not (np.isfinite(x).all() and np.isfinite(y).all()):
            raise ValueError(
                Text(
                    en=f"The {split} split of {self.name!r} holds NaN or infinity: remove or replace those values.",
                    fa=f"در بخش «{split}» از دادهٔ «{self.name}» مقدار NaN یا بی‌نهایت هست: آن‌ها را حذف یا جایگزین کنید.",
                )
            )
        if self.task == "regression":
            return
        count = 2 if self.task in ("binary", "multilabel") else len(self.classes)
        for numbers in (x, y) if self.task == "sequence" else (y,):
            if not np.isin(numbers, np.arange(count)).all():
                raise ValueError(
                    Text(
                        en=f"The {split} split of {self.name!r} holds a number of a class other than 0 to {count - 1}: "
                        "correct it, or name every class in `classes`.",
                        fa=f"در بخش «{split}» از دادهٔ «{self.name}» شمارهٔ کلاسی جز ۰ تا {digits(str(count - 1))} هست: "
                        "آن را درست کنید یا نام همهٔ کلاس‌ها را در `classes` بیاورید.",
                    )
                )

    @property
    def inputs(self) -> int:
        """Number of features, or the length of a sequence."""
        return int(self.x_train.shape[1])

    @property
    def outputs(self) -> int:
        """Number of outputs of a network for this task: one per class, label or character (at every place), or one."""
        return 1 if self.task in ("binary", "regression") else len(self.classes)

    @property
    def sizes(self) -> tuple[int, int, int]:
        """Number of training, validation and test examples."""
        return len(self.x_train), len(self.x_validation), len(self.x_test)

    def __repr__(self) -> str:
        train, validation, test = self.sizes
        return (
            f"{self.title.en} ({self.name}): {TASKS[self.task].en}, {self._contents().en}; "
            f"{train} training, {validation} validation and {test} test examples"
        )

    def _repr_html_(self) -> str:
        train, validation, test = self.sizes
        contents = self._contents()
        return html(
            f"<p><b>{self.title.en}</b> (<code>{self.name}</code>): {TASKS[self.task].en}, {contents.en}; "
            f"{train} training, {validation} validation and {test} test examples.<br><small>{self.source}</small></p>",
            f"<p><b>{self.title.fa}</b> (<code>{self.name}</code>): {TASKS[self.task].fa}، {contents.fa}؛ "
            f"{digits(str(train))} نمونهٔ آموزش، "
            f"{digits(str(validation))} نمونهٔ اعتبارسنجی و {digits(str(test))} نمونهٔ آزمون."
            f'<br><small dir="ltr">{self.source}</small></p>',
        )

    def _contents(self) -> Text:
        inputs, count = self.inputs, len(self.classes)
        if self.task == "sequence":
            return Text(
                f"{inputs} characters in a row, {count} different ones",
                f"{digits(str(inputs))} نویسهٔ پیاپی، {digits(str(count))} نویسهٔ گوناگون",
            )
        features = Text(f"{inputs} features", f"{digits(str(inputs))} ویژگی")
        if not count:
            return features
        kind = Text("labels", "برچسب") if self.task == "multilabel" else Text("classes", "کلاس")
        return Text(f"{features.en}, {count} {kind.en}", f"{features.fa}، {digits(str(count))} {kind.fa}")
