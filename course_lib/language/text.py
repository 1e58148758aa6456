"""A text in the two languages of the course, and how outputs carry both."""

from __future__ import annotations

from typing import NamedTuple

PERSIAN_DIGITS = str.maketrans("0123456789.", "۰۱۲۳۴۵۶۷۸۹٫")


class Text(NamedTuple):
    """The same text in English and in Persian.

    ``str(text)`` is both, one line each, so that an exception raised with a ``Text`` speaks both languages:
    ``raise ValueError(Text(en="…", fa="…"))``.
    """

    en: str
    fa: str

    def __str__(self) -> str:
        return f"{self.en}\n{self.fa}"


def digits(number: str) -> str:
    """Return a formatted number with Persian digits and decimal separator: ``"0.25"`` → ``"۰٫۲۵"``."""
    return number.replace("-", "−").translate(PERSIAN_DIGITS)


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
