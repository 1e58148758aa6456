"""Data that ship with packages of the course, and sets generated on the spot."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial

import numpy as np

from course_lib.data.source import Source
from course_lib.data.splits import stratified
from course_lib.language import Text

# Which digits have a trait. A 4 is written open here, so its loop does not count.
_TRAITS = {
    "even": (0, 2, 4, 6, 8),
    "prime": (2, 3, 5, 7),
    "greater than four": (5, 6, 7, 8, 9),
    "with a closed loop": (0, 6, 8, 9),
}


def digits(_: int) -> Source:
    """Return images of handwritten digits."""
    from sklearn.datasets import load_digits

    bunch = load_digits()
    return Source(
        title=Text("Handwritten digits, 8 × 8 pixels", "رقم‌های دست‌نویس، ۸ × ۸ پیکسل"),
        task="multiclass",
        x=bunch.data,
        y=bunch.target,
        split=partial(stratified, bunch.target),
        origin="E. Alpaydin and C. Kaynak (1998), Optical Recognition of Handwritten Digits, UCI; "
        "ships with scikit-learn",
        classes=tuple(str(name) for name in bunch.target_names),
        features=tuple(bunch.feature_names),
        shape=(1, 8, 8),
    )


def digit_traits(seed: int) -> Source:
    """Return the same images, each with four labels that hold or do not, in the same splits."""
    images = digits(seed)
    return replace(
        images,
        title=Text(
            "Traits of handwritten digits: even, prime, greater than four, with a closed loop",
            "صفت‌های رقم‌های دست‌نویس: زوج بودن، اول بودن، بزرگ‌تر بودن از چهار، داشتن حلقهٔ بسته",
        ),
        task="multilabel",
        y=np.column_stack([np.isin(images.y, having) for having in _TRAITS.values()]).astype(np.float64),
        classes=tuple(_TRAITS),
    )


def breast_cancer(_: int) -> Source:
    """Return measurements of cell nuclei, malignant or benign."""
    from sklearn.datasets import load_breast_cancer

    bunch = load_breast_cancer()
    return Source(
        title=Text("Breast cancer, Wisconsin", "سرطان پستان، ویسکانسین"),
        task="binary",
        x=bunch.data,
        y=bunch.target,
        split=partial(stratified, bunch.target),
        origin="W. Wolberg, W. N. Street and O. Mangasarian (1995), Breast Cancer Wisconsin (Diagnostic), UCI; "
        "ships with scikit-learn",
        classes=tuple(str(name) for name in bunch.target_names),
        features=tuple(str(name) for name in bunch.feature_names),
    )


def diabetes(_: int) -> Source:
    """Return measurements of patients, and how far their diabetes had progressed a year later."""
    from sklearn.datasets import load_diabetes

    bunch = load_diabetes()
    return Source(
        title=Text("Progression of diabetes after one year", "پیشرفت دیابت پس از یک سال"),
        task="regression",
        x=bunch.data,
        y=bunch.target,
        split=partial(stratified, np.zeros(len(bunch.target), np.int64)),
        origin="B. Efron, T. Hastie, I. Johnstone and R. Tibshirani (2004), Least Angle Regression; "
        "ships with scikit-learn",
        features=tuple(bunch.feature_names),
    )


def moons(seed: int) -> Source:
    """Return points on two moons that reach into one another."""
    from sklearn.datasets import make_moons

    x, y = make_moons(1000, noise=0.15, random_state=seed)
    return Source(
        title=Text("Two moons", "دو هلال"),
        task="binary",
        x=x,
        y=y,
        split=partial(stratified, y),
        origin="generated with sklearn.datasets.make_moons: 1000 points, noise 0.15",
        classes=("upper", "lower"),
        features=("x", "y"),
    )


def spirals(seed: int) -> Source:
    """Return points on the two arms of a spiral."""
    generator = np.random.default_rng(seed)
    each, turns, noise = 500, 1.75, 0.02
    y = np.repeat([0, 1], each)
    radius = np.sqrt(generator.uniform(0.01, 1.0, 2 * each))  # the root spreads the points evenly along the arms
    angle = 2 * np.pi * turns * radius + np.pi * y
    x = radius[:, None] * np.column_stack([np.cos(angle), np.sin(angle)])
    x += generator.normal(0.0, noise, x.shape)
    return Source(
        title=Text("Two spirals", "دو مارپیچ"),
        task="binary",
        x=x,
        y=y,
        split=partial(stratified, y),
        origin=f"generated: {2 * each} points on two arms of {turns} turns, noise {noise}; "
        "after K. Lang and M. Witbrock (1988)",
        classes=("first", "second"),
        features=("x", "y"),
    )


def mnist1d(_: int) -> Source:
    """Return ten shapes along a line, stretched, shifted and noisy."""
    with _random_state_kept():
        import mnist1d.data as source

        generated = source.make_dataset()
    y = np.concatenate([generated["y"], generated["y_test"]])
    return Source(
        title=Text("MNIST-1D, ten shapes along a line", "MNIST-1D، ده شکل روی خط"),
        task="multiclass",
        x=np.concatenate([generated["x"], generated["x_test"]]),
        y=y,
        split=partial(stratified, y),
        origin="S. Greydanus and D. Kobak (2024), Scaling Down Deep Learning with MNIST-1D; "
        "generated with the package mnist1d",
        classes=tuple(str(digit) for digit in range(10)),
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
