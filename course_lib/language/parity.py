"""The English and the Persian text of a pair say the same: what a machine can see of that."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterator
from typing import TypeVar

from course_lib.language.finding import Finding
from course_lib.language.markdown import parse

Item = TypeVar("Item", bound=Hashable)

MEND = "Make the two languages agree."


def check(en: str, fa: str) -> Iterator[Finding]:
    """Yield the differences in structure between a Markdown text and its translation.

    Args:
        en: The English text.
        fa: The Persian text.
    """
    english, persian = parse(en), parse(fa)
    for rule, here, there in (
        ("headings", english.headings, persian.headings),
        ("lists", english.items, persian.items),
        ("tables", english.tables, persian.tables),
        ("quotes", english.quotes, persian.quotes),
        ("code", english.fences, persian.fences),
    ):
        if here != there:
            yield Finding(rule, f"English {here}, Persian {there}", MEND)
    yield from _compare("code", english.code, persian.code)
    yield from _compare("formulas", english.formulas, persian.formulas)
    yield from _compare("links", english.targets, persian.targets)
    yield from _compare("tags", english.tags, persian.tags)
    yield from _compare("numbers", english.numbers, persian.numbers)
    for heading in english.formulas_in_headings + persian.formulas_in_headings:
        yield Finding("headings", heading, "A formula shows as raw LaTeX in the table of contents: say it in words.")


def _compare(rule: str, english: Counter[Item], persian: Counter[Item]) -> Iterator[Finding]:
    for language, missing in (("Persian", english - persian), ("English", persian - english)):
        if missing:
            excerpt = ", ".join(str(item) for item in missing.elements())
            yield Finding(rule, excerpt, f"The {language} text lacks this. {MEND}")
