import random
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from course_lib import data
from course_lib.data.catalogue import _load as cached_load

NAMES = data.names()
SPLITS = ("train", "validation", "test")


def uncached(name, seed=0):
    return cached_load.__wrapped__(name, seed)


@pytest.mark.parametrize("seed", [-1, 1.5, None, True, 2**32])
def test_a_seed_is_a_whole_number(seed):
    with pytest.raises(ValueError, match=r"(?s)whole number from 0.*بذر"):
        data.load("moons", seed=seed)


def test_a_name_is_a_string():
    with pytest.raises(ValueError, match=r"(?s)is a string, such as 'digits'.*choose one of digits.*رشته"):
        data.load(["digits"])


@pytest.mark.parametrize("name", NAMES)
def test_shapes_types_and_splits(name):
    dataset = data.load(name)
    sizes = np.array(dataset.sizes)
    np.testing.assert_allclose(sizes / sizes.sum(), [0.6, 0.2, 0.2], atol=0.005)
    for split in SPLITS:
        x, y = getattr(dataset, f"x_{split}"), getattr(dataset, f"y_{split}")
        assert x.dtype == np.float32
        assert y.dtype == (np.float32 if dataset.task == "regression" else np.int64)
        assert x.shape == (len(y), dataset.inputs)
        assert not x.flags.writeable
    assert len(dataset.features) in (0, dataset.inputs)
    assert dataset.source


@pytest.mark.parametrize("name", NAMES)
def test_the_training_split_is_standardised_and_the_others_by_its_numbers(name):
    dataset = data.load(name)
    varying = dataset.x_train.std(axis=0) > 0
    np.testing.assert_allclose(dataset.x_train.mean(axis=0), 0, atol=1e-5)
    np.testing.assert_allclose(dataset.x_train.std(axis=0)[varying], 1, rtol=1e-4)
    assert abs(dataset.x_test.mean(axis=0)).max() > 1e-3
    if dataset.task == "regression":
        assert abs(dataset.y_train.mean()) < 1e-5
        assert dataset.y_train.std() == pytest.approx(1, rel=1e-4)


def test_pixels_that_never_vary_become_zero():
    digits = data.load("digits")
    corner = digits.features.index("pixel_0_0")
    assert not digits.x_train[:, corner].any()
    assert np.isfinite(digits.x_test).all()


@pytest.mark.parametrize("name", ["digits", "breast_cancer", "moons", "mnist1d"])
def test_classes_keep_their_shares(name):
    dataset = data.load(name)
    count = len(dataset.classes)
    shares = [
        np.bincount(getattr(dataset, f"y_{s}"), minlength=count) / len(getattr(dataset, f"y_{s}")) for s in SPLITS
    ]
    np.testing.assert_allclose(shares[1], shares[0], atol=0.01)
    np.testing.assert_allclose(shares[2], shares[0], atol=0.01)


def test_no_example_is_in_two_splits():
    dataset = data.load("diabetes")
    rows = np.concatenate([getattr(dataset, f"x_{split}") for split in SPLITS])
    assert len(np.unique(rows, axis=0)) == len(rows) == 442


@pytest.mark.parametrize("name", NAMES)
def test_same_seed_same_data_other_seed_other_split(name):
    first, again, other = data.load(name), uncached(name), data.load(name, seed=1)
    for split in SPLITS:
        np.testing.assert_array_equal(getattr(first, f"x_{split}"), getattr(again, f"x_{split}"))
        np.testing.assert_array_equal(getattr(first, f"y_{split}"), getattr(again, f"y_{split}"))
    assert not np.array_equal(first.x_train, other.x_train)
    assert data.load(name) is first


@pytest.mark.parametrize("name", NAMES)
def test_global_random_state_is_left_alone(name):
    np.random.seed(3)  # noqa: NPY002
    random.seed(3)
    before = np.random.get_state()[1].copy(), random.getstate()  # noqa: NPY002
    uncached(name)
    np.testing.assert_array_equal(before[0], np.random.get_state()[1])  # noqa: NPY002
    assert before[1] == random.getstate()


def test_importing_data_is_light():
    program = (
        "import sys; from course_lib import data; data.load('spirals');"
        "print([m for m in ('torch', 'matplotlib', 'sklearn', 'mnist1d', 'scipy') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_spirals_need_a_curved_boundary():
    spirals = data.load("spirals")
    x, y = spirals.x_train.astype(float), 2.0 * spirals.y_train - 1
    weights, *_ = np.linalg.lstsq(np.column_stack([x, np.ones(len(x))]), y, rcond=None)
    straight = np.sign(np.column_stack([x, np.ones(len(x))]) @ weights) == y
    nearest = ((spirals.x_test[:, None] - spirals.x_train) ** 2).sum(axis=2).argmin(axis=1)
    assert straight.mean() < 0.75
    assert (spirals.y_train[nearest] == spirals.y_test).mean() > 0.97


def test_prints_in_both_languages():
    dataset = data.load("digits")
    assert "1079 training" in repr(dataset)
    page = dataset._repr_html_()
    assert "۱۰۷۹ نمونهٔ آموزش" in page
    assert "1079 training" in page


def test_unknown_names_and_bad_values_are_explained():
    with pytest.raises(ValueError, match=r"No data set 'mnist'.*digits") as error:
        data.load("mnist")
    assert "مجموعه‌داده" in str(error.value)
    moons = data.load("moons")
    spoilt = moons.x_train.copy()
    spoilt[3, 1] = np.nan
    with pytest.raises(ValueError, match="NaN or infinity"):
        replace(moons, x_train=spoilt)
    with pytest.raises(ValueError, match="shape"):
        replace(moons, y_train=moons.y_train[:-1])
