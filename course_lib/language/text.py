"""A text in the two languages of the course, and how outputs carry both."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import NamedTuple

PERSIAN_DIGITS = str.maketrans("0123456789.,%", "۰۱۲۳۴۵۶۷۸۹٫٬٪")
LEFT_TO_RIGHT_MARK = "\u200e"
# A number that stands for itself: neither part of a name (float32, MNIST-1D) nor of a version (2.13.0).
NUMBER = re.compile(
    r"""(?<![\w.]) (?<![A-Za-z][-‑]) (?P<sign>[-−+]?)
        (?P<mantissa> \d+ (?:,\d{3})* (?:\.\d+)? | \.\d+ ) (?:[eE](?P<exponent>[-+−]?\d+))?
        (?P<percent>\s?%)? (?!\w|\.\d)""",
    re.VERBOSE,
)
LARGEST_PLAIN_EXPONENT = 6


class Text(NamedTuple):
    """The same text in English and in Persian.

    ``str(text)`` is both, one line each, so that an exception raised with a ``Text`` speaks both languages:
    ``raise ValueError(Text(en="…", fa="…"))``.
    """

    en: str
    fa: str

    def __str__(self) -> str:
        return f"{self.en}\n{self.fa}"


class UnknownNameError(KeyError):
    """A name that a catalogue does not hold. Other than a plain ``KeyError``, it prints its message as it is."""

    def __str__(self) -> str:
        return str(self.args[0])


def digits(text: str) -> str:
    """Write the numbers of a text as Persian does: ``"-0.25"`` → ``"−۰٫۲۵"``, ``"12,000"`` → ``"۱۲٬۰۰۰"``.

    A left-to-right mark stands before a sign, which would otherwise move to the right of its number in
    right-to-left text. There are no Persian superscripts, so a power of ten is written out while that is short
    (``"1e-3"`` → ``"۰٫۰۰۱"``) and put in words beyond (``"2.5e-8"`` → ``"۲٫۵ × ۱۰ به توان −۸"``). Digits inside a
    name or a version (``float32``, ``2.13.0``) stay as they are.

    Args:
        text: A formatted number, or a text that holds some.
    """
    return NUMBER.sub(_persian_number, text)


def _persian_number(match: re.Match[str]) -> str:
    mantissa, exponent = match["mantissa"], match["exponent"]
    power = ""
    if exponent:
        size = int(exponent.replace("−", "-"))
        if abs(size) <= LARGEST_PLAIN_EXPONENT:
            mantissa = f"{Decimal(mantissa.replace(',', '')).scaleb(size):f}"
        else:
            power = f" × ۱۰ به توان {digits(str(size))}"
    if mantissa.startswith("."):
        mantissa = f"0{mantissa}"
    sign = LEFT_TO_RIGHT_MARK + match["sign"].replace("-", "−") if match["sign"] else ""
    percent = "٪" if match["percent"] else ""
    return sign + mantissa.translate(PERSIAN_DIGITS) + power + percent


def isolate(text: str) -> str:
    """Return a left-to-right piece (an interval, a formula) kept in one piece inside right-to-left text.

    Wrapped in the Unicode characters LEFT-TO-RIGHT ISOLATE and POP DIRECTIONAL ISOLATE, which need no HTML.
    """
    return f"\u2066{text}\u2069"


def html(en: str, fa: str) -> str:
    """Return HTML that holds a piece of output in both languages.

    The language switch shows one of the two blocks (or both) by CSS alone, so an output follows the switch without
    a kernel, after a reload and on a static page. Where no switch is present both show, one under the other.

    Args:
        en: HTML of the English block.
        fa: HTML of the Persian block.
    """
    return (
        '<div class="course-output">'
        f'<div class="course-block" lang="en" dir="ltr">{en}</div>'
        f'<div class="course-block" lang="fa" dir="rtl" style="text-align: start">{fa}</div>'
        "</div>"
    )
