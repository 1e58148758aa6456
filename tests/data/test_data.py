import random
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from course_lib import data
from course_lib.data.catalogue import _load as cached_load
from course_lib.language import Text

NAMES = data.names()
MEASURED = [name for name in NAMES if name != "hafez"]
SHAPES = {"digits": (1, 8, 8), "digit_traits": (1, 8, 8), "mnist1d": (1, 40), "hafez": (48,)}
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
    np.testing.assert_allclose(sizes / sizes.sum(), [0.6, 0.2, 0.2], atol=0.02 if name == "hafez" else 0.005)
    assert dataset.shape == SHAPES.get(name, (dataset.inputs,))
    assert np.prod(dataset.shape) == dataset.inputs
    for split in SPLITS:
        x, y = getattr(dataset, f"x_{split}"), getattr(dataset, f"y_{split}")
        assert x.dtype == (np.int64 if dataset.task == "sequence" else np.float32)
        assert y.dtype == (np.float32 if dataset.task in ("regression", "multilabel") else np.int64)
        assert x.shape == (len(y), dataset.inputs)
        assert not x.flags.writeable
    assert len(dataset.features) in (0, dataset.inputs)
    assert dataset.source


@pytest.mark.parametrize("name", MEASURED)
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


@pytest.mark.parametrize(("name", "examples"), [("diabetes", 442), ("digits", 1797), ("digit_traits", 1797)])
def test_every_example_is_in_one_split(name, examples):
    dataset = data.load(name)
    rows = np.concatenate([getattr(dataset, f"x_{split}") for split in SPLITS])
    assert len(np.unique(rows, axis=0)) == len(rows) == examples


def test_digit_traits_are_those_of_the_digit_in_the_picture():
    pictures, traits = data.load("digits", seed=2), data.load("digit_traits", seed=2)
    even, prime, large, loop = range(4)
    for split in SPLITS:
        digit, holds = getattr(pictures, f"y_{split}"), getattr(traits, f"y_{split}")
        np.testing.assert_array_equal(getattr(pictures, f"x_{split}"), getattr(traits, f"x_{split}"))
        np.testing.assert_array_equal(holds[:, even], digit % 2 == 0)
        np.testing.assert_array_equal(holds[:, large], digit > 4)
        for number in range(2, 10):
            assert (holds[digit == number, prime] == all(number % factor for factor in range(2, number))).all()
        assert not holds[digit < 2, prime].any()
        assert set(digit[holds[:, loop] == 1]) == {0, 6, 8, 9}
    assert traits.outputs == len(traits.classes) == 4
    assert set(traits.y_train.sum(axis=1)) == {0, 1, 2, 3}, "no number of labels is right for every picture"


def test_what_has_to_be_downloaded_is_named_on_request_only():
    assert "fashion_mnist" not in data.names()
    assert set(data.names(on_request=True)) == {*data.names(), "hafez", "fashion_mnist"}


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
        "heavy = 'torch', 'matplotlib', 'sklearn', 'mnist1d', 'scipy', 'pooch', 'requests', 'hafez', 'pandas';"
        "print([m for m in heavy if m in sys.modules])"
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
    with pytest.raises(ValueError, match=r"(?s)shape \(1, 3\) has 3 numbers, but 'moons' has 2 features.*۳ عدد"):
        replace(moons, shape=(1, 3))


@pytest.mark.parametrize("name", ["digits", "moons"])
def test_classes_are_numbered_from_zero_to_the_last(name):
    dataset = data.load(name)
    beyond = dataset.y_test.copy()
    beyond[0] = len(dataset.classes)
    with pytest.raises(ValueError, match=rf"(?s)other than 0 to {len(dataset.classes) - 1}:.*شمارهٔ کلاسی"):
        replace(dataset, y_test=beyond)


def test_labels_hold_or_do_not():
    traits = data.load("digit_traits")
    with pytest.raises(ValueError, match="other than 0 to 1"):
        replace(traits, y_train=traits.y_train / 2)
    with pytest.raises(ValueError, match=r"give \(examples, features\) and \(examples, labels\)"):
        replace(traits, y_train=traits.y_train[:, 0])


def test_several_labels_and_sequences_print_in_both_languages():
    traits = data.load("digit_traits")
    assert "multi-label classification, 64 features, 4 labels;" in repr(traits)
    assert "دسته‌بندی چندبرچسبی، ۶۴ ویژگی، ۴ برچسب؛" in traits._repr_html_()
    steps = np.arange(12).reshape(3, 4) % 2
    waves = data.Dataset(
        name="waves",
        title=Text("Up and down", "بالا و پایین"),
        task="sequence",
        classes=("u", "d"),
        **{f"{part}_{split}": steps.copy() for part in "xy" for split in SPLITS},
        features=(),
        source="made here",
        seed=0,
    )
    assert (waves.inputs, waves.outputs, waves.shape) == (4, 2, (4,))
    assert "prediction of every next character, 4 characters in a row, 2 different ones; 3 training" in repr(waves)
    assert "۴ نویسهٔ پیاپی، ۲ نویسهٔ گوناگون؛ ۳ نمونهٔ آموزش" in waves._repr_html_()
    with pytest.raises(ValueError, match=r"give \(examples, length\) and \(examples, length\)"):
        replace(waves, y_test=steps[:, :-1])
    with pytest.raises(ValueError, match="other than 0 to 1"):
        replace(waves, x_test=steps + 1)
