"""A data set as the whole course sees it: three fixed splits, standardised in one way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from course_lib.language import Text, digits, html

Task = Literal["multiclass", "binary", "regression"]
Features = NDArray[np.float32]
Targets = NDArray[np.int64] | NDArray[np.float32]

TASKS: dict[Task, Text] = {
    "multiclass": Text("multi-class classification", "دسته‌بندی چندکلاسه"),
    "binary": Text("binary classification", "دسته‌بندی دودویی"),
    "regression": Text("regression", "رگرسیون"),
}


@dataclass(frozen=True, repr=False, eq=False)
class Dataset:
    """Training, validation and test examples of one task.

    Attributes:
        name: the name that ``data.load`` knows it by.
        title: its title in both languages.
        task: ``"multiclass"``, ``"binary"`` or ``"regression"``.
        classes: the names of the classes in the order of their numbers; empty for regression.
        x_train: inputs ``(examples, features)``, float32, standardised with the training split's mean and deviation.
        y_train: targets ``(examples,)``: class numbers (int64), or for regression float32 values standardised with the
            training split's mean and deviation.
        x_validation: inputs for choosing, standardised with the training split's mean and deviation.
        y_validation: targets for choosing.
        x_test: inputs for the final score, standardised with the training split's mean and deviation.
        y_test: targets for the final score.
        features: the names of the features, or empty where they have none.
        source: where the data come from.
        seed: the seed that fixed the splits.
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

    def __post_init__(self) -> None:
        for split in ("train", "validation", "test"):
            x, y = getattr(self, f"x_{split}"), getattr(self, f"y_{split}")
            if x.ndim != 2 or y.shape != x.shape[:1] or not x.size:
                raise ValueError(
                    Text(
                        en=f"The {split} split has inputs of shape {x.shape} and targets of shape {y.shape}: "
                        "give (examples, features) and (examples,), with at least one example.",
                        fa=f"در بخش «{split}» شکل ورودی‌ها {x.shape} و شکل هدف‌ها {y.shape} است: "
                        "باید (examples, features) و (examples,) باشند و دست‌کم شامل یک نمونه.",
                    )
                )
            if not (np.isfinite(x).all() and np.isfinite(y).all()):
                raise ValueError(
                    Text(
                        en=f"The {split} split of {self.name!r} holds NaN or infinity: remove or replace those values.",
                        fa=f"در بخش «{split}» از دادهٔ «{self.name}» مقدار NaN یا بی‌نهایت هست: "
                        "آن‌ها را حذف یا جایگزین کنید.",
                    )
                )
            x.flags.writeable = y.flags.writeable = False

    @property
    def inputs(self) -> int:
        """Number of features."""
        return int(self.x_train.shape[1])

    @property
    def outputs(self) -> int:
        """Number of outputs of a network for this task: one per class, or one."""
        return len(self.classes) if self.task == "multiclass" else 1

    @property
    def sizes(self) -> tuple[int, int, int]:
        """Number of training, validation and test examples."""
        return len(self.x_train), len(self.x_validation), len(self.x_test)

    def __repr__(self) -> str:
        train, validation, test = self.sizes
        classes = f", {len(self.classes)} classes" if self.classes else ""
        return (
            f"{self.title.en} ({self.name}): {TASKS[self.task].en}, {self.inputs} features{classes}; "
            f"{train} training, {validation} validation and {test} test examples"
        )

    def _repr_html_(self) -> str:
        train, validation, test = self.sizes
        classes = f"، {digits(str(len(self.classes)))} کلاس" if self.classes else ""
        return html(
            f"<p><b>{self.title.en}</b> (<code>{self.name}</code>): {TASKS[self.task].en}, {self.inputs} features"
            f"{f', {len(self.classes)} classes' if self.classes else ''}; {train} training, {validation} validation "
            f"and {test} test examples.<br><small>{self.source}</small></p>",
            f"<p><b>{self.title.fa}</b> (<code>{self.name}</code>): {TASKS[self.task].fa}، "
            f"{digits(str(self.inputs))} ویژگی{classes}؛ {digits(str(train))} نمونهٔ آموزش، "
            f"{digits(str(validation))} نمونهٔ اعتبارسنجی و {digits(str(test))} نمونهٔ آزمون."
            f'<br><small dir="ltr">{self.source}</small></p>',
        )
