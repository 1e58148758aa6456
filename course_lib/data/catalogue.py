"""The data sets of the course, by name."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from course_lib.data import packaged
from course_lib.data.dataset import Dataset, Features, Targets
from course_lib.data.fashion import fashion_mnist
from course_lib.data.source import Source
from course_lib.data.splits import Indices
from course_lib.data.verse import hafez, is_installed
from course_lib.language import Text

_SOURCES: dict[str, Callable[[int], Source]] = {
    "digits": packaged.digits,
    "breast_cancer": packaged.breast_cancer,
    "diabetes": packaged.diabetes,
    "moons": packaged.moons,
    "spirals": packaged.spirals,
    "mnist1d": packaged.mnist1d,
    "digit_traits": packaged.digit_traits,
    "hafez": hafez,
    "fashion_mnist": fashion_mnist,
}
_ON_REQUEST = {"fashion_mnist"}


def names(*, on_request: bool = False) -> tuple[str, ...]:
    """Return the names of the data sets that :func:`load` loads here, without a network.

    All of them come with the course's own dependencies, except ``hafez``, which is listed where the optional package
    of that name is installed (extra ``verse``).

    Args:
        on_request: also name what is not installed or has to be downloaded: ``fashion_mnist`` needs the optional
            package pooch (extra ``images``), and the first time a network.
    """
    if on_request:
        return tuple(_SOURCES)
    return tuple(name for name in _SOURCES if name not in _ON_REQUEST and (name != "hafez" or is_installed()))


def load(name: str, seed: int = 0) -> Dataset:
    """Return a data set, split and standardised.

    The splits are 60 : 20 : 20. Classes keep their shares in every split; all of a poem is in one. ``fashion_mnist``
    has its published 10 000 test images, and as many of the others for validation.

    Every feature (and a regression target) has mean 0 and variance 1 on the training split; the other splits are
    shifted and scaled by the same numbers. A feature that never varies in the training split becomes 0. The pixels of
    ``fashion_mnist`` are standardised all together. Labels and characters stay as they are.

    Args:
        name: one of ``names(on_request=True)``.
        seed: fixes the splits, and the points of ``moons`` and ``spirals``; a whole number from 0.

    Raises:
        ValueError: if the name is unknown, the seed is not such a number, or a downloaded file is not the published
            one.
        ModuleNotFoundError: if the data set needs an optional package that is not installed.
        ConnectionError: if the data set has to be downloaded and cannot be.
    """
    if not isinstance(seed, int | np.integer) or isinstance(seed, bool) or not 0 <= seed < 2**32:
        raise ValueError(
            Text(
                en=f"The seed must be a whole number from 0 to 2³² − 1, not {seed!r}.",
                fa=f"بذر تصادفی باید عددی صحیح از ۰ تا ۲³² − ۱ باشد، نه {seed!r}.",
            )
        )
    if not isinstance(name, str):
        raise ValueError(
            Text(
                en=f"The name of a data set is a string, such as 'digits', not {name!r}: "
                f"choose one of {', '.join(_SOURCES)}.",
                fa=f"نام مجموعه‌داده رشته است، مانند 'digits'، نه {name!r}: "
                f"یکی از این‌ها را انتخاب کنید: {'، '.join(_SOURCES)}.",
            )
        )
    if name not in _SOURCES:
        raise ValueError(
            Text(
                en=f"No data set {name!r}: choose one of {', '.join(_SOURCES)}.",
                fa=f"مجموعه‌دادهٔ «{name}» وجود ندارد: یکی از این‌ها را انتخاب کنید: {'، '.join(_SOURCES)}.",
            )
        )
    return _load(name, int(seed))


# Fashion-MNIST takes 220 MB, so not every set that was ever loaded is kept.
@lru_cache(maxsize=4)
def _load(name: str, seed: int) -> Dataset:
    source = _SOURCES[name](seed)
    train, validation, test = source.split(np.random.default_rng([seed, len(source.x)]))
    x, y = _inputs(source, train), _targets(source, train)
    return Dataset(
        name=name,
        title=source.title,
        task=source.task,
        classes=source.classes,
        x_train=x[train],
        y_train=y[train],
        x_validation=x[validation],
        y_validation=y[validation],
        x_test=x[test],
        y_test=y[test],
        features=source.features,
        source=source.origin,
        seed=seed,
        shape=source.shape,
    )


def _inputs(source: Source, train: Indices) -> Features:
    if source.standardised == "not":
        return source.x.astype(np.int64)
    return _standardise(source.x, train, axis=0 if source.standardised == "each" else None).astype(np.float32)


def _targets(source: Source, train: Indices) -> Targets:
    if source.task == "regression":
        return _standardise(source.y.astype(np.float64), train, axis=0).astype(np.float32)
    return source.y.astype(np.float32) if source.task == "multilabel" else source.y.astype(np.int64)


def _standardise(values: NDArray[Any], train: Indices, axis: int | None) -> NDArray[np.floating]:
    mean, deviation = values[train].mean(axis=axis), values[train].std(axis=axis)
    varies = deviation > 0
    return np.where(varies, (values - mean) / np.where(varies, deviation, 1.0), 0.0)
