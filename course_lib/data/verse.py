"""The Divan of Hafez, letter by letter, from the optional package ``hafez``.

Hafez of Shiraz wrote in the 14th century: his poems are in the public domain. The package is under the MIT licence. It
also holds modern interpretations of the poems, which are not read here.
"""

from __future__ import annotations

import json
import re
import unicodedata
from functools import partial
from importlib import metadata
from pathlib import Path

import numpy as np

from course_lib.data.source import Source, not_installed
from course_lib.data.splits import grouped
from course_lib.language import Text

REQUIREMENT = "hafez==0.4.2"
LENGTH = 48

_PERSIAN_LETTERS = str.maketrans({"ي": "ی", "ى": "ی", "ك": "ک", "ة": "ه", "ۀ": "ه", "ـ": None, "\u200c": " "})


def is_installed() -> bool:
    """Return whether the package with the poems is installed."""
    try:
        metadata.distribution("hafez")
    except metadata.PackageNotFoundError:
        return False
    return True


def hafez(_: int) -> Source:
    """Return windows of `LENGTH` characters of the poems, each with the characters that follow.

    A poem's hemistichs stand one per line. Its windows follow one another without overlap; what is left at its end and
    does not fill a window is not used. All windows of a poem are in one split.

    Raises:
        ModuleNotFoundError: if the package is not installed.
    """
    poems, version = _poems()
    characters = sorted(set("".join(poems)))
    number = {character: index for index, character in enumerate(characters)}
    windows, poem_of_window = [], []
    for poem, text in enumerate(poems):
        codes = [number[character] for character in text]
        for start in range(0, len(codes) - LENGTH, LENGTH):
            windows.append(codes[start : start + LENGTH + 1])
            poem_of_window.append(poem)
    codes_and_next = np.array(windows, np.int64)
    return Source(
        title=Text("The Divan of Hafez, letter by letter", "دیوان حافظ، حرف به حرف"),
        task="sequence",
        x=codes_and_next[:, :-1],
        y=codes_and_next[:, 1:],
        split=partial(grouped, np.array(poem_of_window)),
        origin=f"Hafez of Shiraz (14th century), {len(poems)} poems; "
        f"K. Bakhtiyari, package hafez {version} (MIT licence)",
        classes=tuple(characters),
        standardised="not",
    )


def normalise(text: str) -> str:
    """Return a line of verse in one spelling.

    Persian ye and kaf stand for the Arabic ones and he for he with hamza and te marbuta. Vowel signs and kashida go. A
    half-space becomes a space, because editions set it differently; spaces do not repeat, nor stand at an end.

    Args:
        text: a line.
    """
    letters = unicodedata.normalize("NFC", text).translate(_PERSIAN_LETTERS)
    return re.sub(r"\s+", " ", "".join(each for each in letters if unicodedata.category(each) != "Mn")).strip()


def _poems() -> tuple[list[str], str]:
    # The file is read without importing the package, which would import pandas and requests without asking for them.
    try:
        package = metadata.distribution("hafez")
        stored = json.loads(Path(str(package.locate_file("hafez/data/hafez.json"))).read_bytes())
    except (metadata.PackageNotFoundError, FileNotFoundError) as error:
        raise not_installed("hafez", REQUIREMENT) from error
    poems = ["".join(f"{normalise(hemistich)}\n" for hemistich in poem["poem"]) for poem in stored]
    return poems, package.version
