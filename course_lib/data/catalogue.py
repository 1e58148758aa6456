"""The data sets of the course: all of them ship with a package or are generated on the spot; nothing is downloaded."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from course_lib.data.dataset import Dataset, Task
from course_lib.language import Text

_VALIDATION = 0.2
_TEST = 0.2


@dataclass(frozen=True)
class _Raw:
    title: Text
    task: Task
    x: NDArray[np.float64]
    y: NDArray[np.float64] | NDArray[np.int64]
    source: str
    classes: tuple[str, ...] = ()
    features: tuple[str, ...] = ()
    shape: tuple[int, ...] = ()


def names() -> tuple[str, ...]:
    """Return the names that :func:`load` knows."""
    return tuple(_SOURCES)


def load(name: str, seed: int = 0) -> Dataset:
    """Return a data set, split 60 : 20 : 20 and standardised.

    Classes keep their shares in every split. Every feature (and a regression target) has mean 0 and variance 1 on the
    training split; the other splits are shifted and scaled by the same numbers. A feature that never varies in the
    training split becomes 0.

    Args:
        name: one of :func:`names`.
        seed: fixes the splits, and the points of ``moons`` and ``spirals``; a whole number from 0.

    Raises:
        ValueError: if the name is unknown, or the seed is not such a number.
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


@cache
def _load(name: str, seed: int) -> Dataset:
    raw = _SOURCES[name](seed)
    train, validation, test = _split(raw.y, raw.task, np.random.default_rng([seed, len(raw.x)]))
    x = _standardise(raw.x, train).astype(np.float32)
    y = (
        _standardise(raw.y.astype(np.float64), train).astype(np.float32)
        if raw.task == "regression"
        else raw.y.astype(np.int64)
    )
    return Dataset(
        name=name,
        title=raw.title,
        task=raw.task,
        classes=raw.classes,
        x_train=x[train],
        y_train=y[train],
        x_validation=x[validation],
        y_validation=y[validation],
        x_test=x[test],
        y_test=y[test],
        features=raw.features,
        source=raw.source,
        seed=seed,
        shape=raw.shape,
    )


def _split(
    y: NDArray[np.float64] | NDArray[np.int64], task: Task, generator: np.random.Generator
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    strata = np.zeros(len(y), int) if task == "regression" else y
    parts: tuple[list[NDArray[np.int64]], ...] = ([], [], [])
    for stratum in np.unique(strata):
        members = generator.permutation(np.flatnonzero(strata == stratum))
        test, validation = round(_TEST * len(members)), round(_VALIDATION * len(members))
        for part, chosen in zip(
            parts, np.split(members, [len(members) - validation - test, len(members) - test]), strict=True
        ):
            part.append(chosen)
    train, held_out, last = (generator.permutation(np.concatenate(part)) for part in parts)
    return train, held_out, last


def _standardise(values: NDArray[np.float64], train: NDArray[np.int64]) -> NDArray[np.float64]:
    mean, deviation = values[train].mean(axis=0), values[train].std(axis=0)
    varies = deviation > 0
    return np.where(varies, (values - mean) / np.where(varies, deviation, 1.0), 0.0)


def _digits(_: int) -> _Raw:
    from sklearn.datasets import load_digits

    bunch = load_digits()
    return _Raw(
        Text("Handwritten digits, 8 × 8 pixels", "رقم‌های دست‌نویس، ۸ × ۸ پیکسل"),
        "multiclass",
        bunch.data,
        bunch.target,
        "E. Alpaydin and C. Kaynak (1998), Optical Recognition of Handwritten Digits, UCI; ships with scikit-learn",
        tuple(str(name) for name in bunch.target_names),
        tuple(bunch.feature_names),
        shape=(1, 8, 8),
    )


def _breast_cancer(_: int) -> _Raw:
    from sklearn.datasets import load_breast_cancer

    bunch = load_breast_cancer()
    return _Raw(
        Text("Breast cancer, Wisconsin", "سرطان پستان، ویسکانسین"),
        "binary",
        bunch.data,
        bunch.target,
        "W. Wolberg, W. N. Street and O. Mangasarian (1995), Breast Cancer Wisconsin (Diagnostic), UCI; "
        "ships with scikit-learn",
        tuple(str(name) for name in bunch.target_names),
        tuple(str(name) for name in bunch.feature_names),
    )


def _diabetes(_: int) -> _Raw:
    from sklearn.datasets import load_diabetes

    bunch = load_diabetes()
    return _Raw(
        Text("Progression of diabetes after one year", "پیشرفت دیابت پس از یک سال"),
        "regression",
        bunch.data,
        bunch.target,
        "B. Efron, T. Hastie, I. Johnstone and R. Tibshirani (2004), Least Angle Regression; ships with scikit-learn",
        features=tuple(bunch.feature_names),
    )


def _moons(seed: int) -> _Raw:
    from sklearn.datasets import make_moons

    x, y = make_moons(1000, noise=0.15, random_state=seed)
    return _Raw(
        Text("Two moons", "دو هلال"),
        "binary",
        x,
        y,
        "generated with sklearn.datasets.make_moons: 1000 points, noise 0.15",
        ("upper", "lower"),
        ("x", "y"),
    )


def _spirals(seed: int) -> _Raw:
    generator = np.random.default_rng(seed)
    each, turns, noise = 500, 1.75, 0.02
    y = np.repeat([0, 1], each)
    radius = np.sqrt(generator.uniform(0.01, 1.0, 2 * each))  # the root spreads the points evenly along the arms
    angle = 2 * np.pi * turns * radius + np.pi * y
    x = radius[:, None] * np.column_stack([np.cos(angle), np.sin(angle)])
    x += generator.normal(0.0, noise, x.shape)
    return _Raw(
        Text("Two spirals", "دو مارپیچ"),
        "binary",
        x,
        y,
        f"generated: {2 * each} points on two arms of {turns} turns, noise {noise}; "
        "after K. Lang and M. Witbrock (1988)",
        ("first", "second"),
        ("x", "y"),
    )


def _mnist1d(_: int) -> _Raw:
    with _random_state_kept():
        import mnist1d.data as source

        generated = source.make_dataset()
    return _Raw(
        Text("MNIST-1D, ten shapes along a line", "MNIST-1D، ده شکل روی خط"),
        "multiclass",
        np.concatenate([generated["x"], generated["x_test"]]),
        np.concatenate([generated["y"], generated["y_test"]]),
        "S. Greydanus and D. Kobak (2024), Scaling Down Deep Learning with MNIST-1D; "
        "generated with the package mnist1d",
        tuple(str(digit) for digit in range(10)),
        shape=(1, 40),
    )


@contextmanager
def _random_state_kept() -> Iterator[None]:
    """mnist1d seeds the global generators of numpy and random; give the caller's back."""
    of_numpy, of_random = np.random.get_state(), random.getstate()  # noqa: NPY002
    try:
        yield
    finally:
        np.random.set_state(of_numpy)  # noqa: NPY002
        random.setstate(of_random)


_SOURCES: dict[str, Callable[[int], _Raw]] = {
    "digits": _digits,
    "breast_cancer": _breast_cancer,
    "diabetes": _diabetes,
    "moons": _moons,
    "spirals": _spirals,
    "mnist1d": _mnist1d,
}
