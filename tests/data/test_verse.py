import json
import tomllib
from importlib import metadata
from pathlib import Path

import numpy as np
import pytest

from course_lib import data
from course_lib.data import fashion, verse

REPOSITORY = Path(__file__).parents[2]
SPLITS = ("train", "validation", "test")


@pytest.fixture(scope="module")
def divan():
    return data.load("hafez")


@pytest.fixture(scope="module")
def poem_of():
    """Which poem holds a piece of a window's length, read from the package's file."""
    stored = json.loads(Path(metadata.distribution("hafez").locate_file("hafez/data/hafez.json")).read_bytes())
    found = {}
    for poem in stored:
        text = "\n".join(" ".join(line.split()) for line in poem["poem"]) + "\n"
        for start in range(len(text) - verse.LENGTH + 1):
            found.setdefault(text[start : start + verse.LENGTH], set()).add(poem["id"])
    return found


def written(dataset, codes):
    return "".join(dataset.classes[code] for code in codes)


def test_windows_are_verse_and_no_poem_is_in_two_splits(divan, poem_of):
    poems = []
    for split in SPLITS:
        holding = [poem_of[written(divan, window)] for window in getattr(divan, f"x_{split}")]
        assert all(len(each) == 1 for each in holding)
        poems.append(set().union(*holding))
    assert [len(each) for each in poems] == [297, 99, 99]
    assert len(set().union(*poems)) == 495


def test_targets_are_the_characters_that_follow(divan, poem_of):
    np.testing.assert_array_equal(divan.x_train[:, 1:], divan.y_train[:, :-1])
    assert all(written(divan, window) in poem_of for window in divan.y_train)


def test_no_window_is_there_twice(divan):
    windows = np.concatenate([getattr(divan, f"x_{split}") for split in SPLITS])
    assert len(np.unique(windows, axis=0)) == len(windows)


def test_the_vocabulary_is_small_and_written_in_persian_letters(divan):
    used = np.unique(np.concatenate([getattr(divan, f"{part}_{split}").ravel() for part in "xy" for split in SPLITS]))
    assert set(used) <= set(range(divan.outputs))
    assert divan.outputs == len(divan.classes) == len(set(divan.classes)) <= 40
    assert set("یکگچپژ \n") <= set(divan.classes)
    assert not set("يكۀةـ\u200c\u064e") & set(divan.classes)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("عَلَيك  سلام\n", "علیک سلام"),
        ("خانۀ ما و خانهٔ دوست", "خانه ما و خانه دوست"),
        ("می\u200cخورد", "می خورد"),
        ("آ\u0627\u0653ن", "آآن"),  # alef with madda is a letter, in one character or in two
        ("مسـأله", "مسأله"),
    ],
)
def test_one_spelling(given, expected):
    assert verse.normalise(given) == expected
    assert verse.normalise(expected) == expected


def test_without_the_package_the_way_to_get_it_is_told(monkeypatch):
    def missing(name):
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(metadata, "distribution", missing)
    assert "hafez" not in data.names()
    with pytest.raises(ModuleNotFoundError) as error:
        data.load("hafez", seed=7)
    english, persian = str(error.value).split("\n")
    assert "the package hafez, which is not installed" in english
    assert "بستهٔ hafez" in persian
    for line in (english, persian):
        assert line.endswith(f'python -m pip install "{verse.REQUIREMENT}"')


def test_the_errors_name_the_versions_that_the_course_asks_for():
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["optional-dependencies"]["verse"] == [verse.REQUIREMENT]
    assert project["optional-dependencies"]["images"] == [fashion.REQUIREMENT]
