import numpy as np
import pytest

from course_lib.data.splits import grouped, official, stratified

CLASSES = np.repeat(np.arange(10), 70)
TESTS = 100


def every(splits):
    return np.sort(np.concatenate(splits))


@pytest.mark.parametrize(
    "split",
    [
        lambda generator: stratified(CLASSES, generator),
        lambda generator: grouped(np.arange(len(CLASSES)) // 7, generator),
        lambda generator: official(CLASSES, TESTS, generator),
    ],
)
def test_every_example_is_in_one_split_and_the_generator_decides_which(split):
    first, again, other = (split(np.random.default_rng(seed)) for seed in (0, 0, 1))
    np.testing.assert_array_equal(every(first), np.arange(len(CLASSES)))
    for one, two in zip(first, again, strict=True):
        np.testing.assert_array_equal(one, two)
    assert not np.array_equal(first[0], other[0])


def test_every_class_has_the_same_share_in_every_split():
    splits = stratified(CLASSES, np.random.default_rng(0), validation=0.1, test=0.3)
    for part, each in zip(splits, (42, 7, 21), strict=True):
        np.testing.assert_array_equal(np.bincount(CLASSES[part]), each)


def test_groups_of_different_sizes_stay_whole():
    groups = np.repeat(np.arange(50), np.random.default_rng(3).integers(1, 9, 50))
    splits = grouped(groups, np.random.default_rng(0))
    members = [set(groups[part]) for part in splits]
    assert [len(group) for group in members] == [30, 10, 10]
    assert len(set().union(*members)) == 50


def test_published_test_examples_stay_the_test_split_and_as_many_validate():
    classes = np.tile(np.arange(10), 70)
    train, validation, test = official(classes, TESTS, np.random.default_rng(0))
    np.testing.assert_array_equal(test, np.arange(600, 700))
    np.testing.assert_array_equal(np.bincount(classes[validation]), 10)
    np.testing.assert_array_equal(np.bincount(classes[train]), 50)
