"""A data set as its source gives it, before it is divided and standardised."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from course_lib.data.dataset import Task
from course_lib.data.splits import Splits
from course_lib.language import Text


@dataclass(frozen=True)
class Source:
    """All examples of a data set, and how they are to be divided and standardised.

    Attributes:
        title: the title in both languages.
        task: the kind of task.
        x: inputs ``(examples, features)``.
        y: targets, see `Dataset`.
        split: divides the examples, given a random generator.
        origin: where the data come from.
        classes: the names of the classes, labels or characters; empty for regression.
        features: the names of the features, or empty where they have none.
        shape: the shape of one example, or empty for ``(features,)``.
        standardised: ``"each"`` feature by itself, all of them ``"together"`` (large images, where the pixels at the
            rim that hardly ever vary would be blown up), or ``"not"`` at all.
    """

    title: Text
    task: Task
    x: NDArray[np.floating] | NDArray[np.int64]
    y: NDArray[np.floating] | NDArray[np.int64]
    split: Callable[[np.random.Generator], Splits]
    origin: str
    classes: tuple[str, ...] = ()
    features: tuple[str, ...] = ()
    shape: tuple[int, ...] = ()
    standardised: Literal["each", "together", "not"] = "each"


def not_installed(name: str, requirement: str) -> ModuleNotFoundError:
    """Return the error that says which optional package a data set needs, and how to get it.

    Args:
        name: the data set.
        requirement: the package with its versions, as pip understands it.
    """
    package = requirement.partition("=")[0].rstrip("<>=!~")
    command = f'python -m pip install "{requirement}"'
    return ModuleNotFoundError(
        Text(
            en=f"The data set {name!r} needs the package {package}, which is not installed. "
            f"Install it (this needs a network once), then load again: {command}",
            fa=f"مجموعه‌دادهٔ «{name}» به بستهٔ {package} نیاز دارد که نصب نیست. "
            f"آن را نصب کنید (فقط همین یک بار به شبکه نیاز دارد) و دوباره بارگذاری کنید: {command}",
        )
    )
