"""The rules of Persian typography that a machine can check, on prose from which code and formulas are taken out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from course_lib.language.finding import Finding
from course_lib.language.markdown import ATOM, DIRECTION_MARKS, parse
from course_lib.language.terms import glossary

LETTER = "\u0621-\u063a\u0641-\u064a\u0654\u0670-\u06d3\u06d5"
ZWNJ = "\u200c"
PERSIAN_DIGIT = "۰-۹"
# The letters that join the one after them: only behind these does a missing half-space change the look of a word.
JOINING = "بپتثجچحخسشصضطظعغفقکگلمنهی"

# Words that end in the letters of the plural without being one.
WHOLE_WORDS = frozenset(
    (
        "تنها",
        "تنهای",
        "تنهایی",
        "انتها",
        "انتهای",
        "انتهایی",
        "منتها",
        "منتهای",
        "اشتها",
        "بها",
        "بهای",
        "نهایی",
        "منهای",
    )
)
VERBS = (
    "شو|شد|کن|کرد|گیر|گرفت|توان|خواه|گذار|گذاشت|دهد|دهند|دهیم|دهید|داد|رسد|رسند|رسید|ماند|بیند|بینیم|بینید|"
    "سازد|سازند|یابد|یابند|رود|روند|آید|آیند|گوید|گوییم|نویس|شناس|آموز"
)
ADJECTIVES = "بزرگ|کوچک|سریع|آسان|دقیق|عمیق|ضعیف|مهم|نزدیک|طولانی|پهن|باریک|سنگین|سبک|روشن|قدیمی|پایین|قوی|جدی"


class Rule(NamedTuple):
    """A pattern that must not occur in Persian prose."""

    name: str
    pattern: re.Pattern[str]
    advice: str
    unless: Callable[[re.Match[str]], bool] = lambda match: False


def _rule(name: str, pattern: str, advice: str, unless: Callable[[re.Match[str]], bool] = lambda match: False) -> Rule:
    return Rule(name, re.compile(pattern), advice, unless)


def _is_reading_aid(match: re.Match[str]) -> bool:
    """Tell whether the match is a single word between guillemets, which may carry vowels: «رِلو»."""
    line = match.string
    return re.search(r"«[^«»\s]*$", line[: match.start()]) is not None and re.match(
        r"[^«»\s]*»", line[match.end() :]
    ) is not None  # fmt: skip


def _is_in_latin_name(match: re.Match[str]) -> bool:
    """Tell whether the digits belong to a name, as in MNIST-1D or GPT-2."""
    before = re.search(r"\S*$", match.string[: match.start()])
    after = re.match(r"\S*", match.string[match.end() :])
    return re.search("[A-Za-z]", (before[0] if before else "") + (after[0] if after else "")) is not None


RULES = (
    _rule("letters", "[يكةى]", "Write ی (U+06CC), ک (U+06A9), ه."),
    _rule("letters", "ۀ", "Write ه with a hamza above (U+0647 U+0654): هٔ."),
    _rule("kashida", "ـ", "Take the kashida out."),
    _rule(
        "diacritics",
        rf"[\u064c-\u064f\u0651-\u0653]|\u0650(?=[{LETTER}])|(?<!ا)\u064b",
        "Take the diacritic out (only اً, an ezafe at the end of a word, or a reading aid between « and » keeps it).",
        _is_reading_aid,
    ),
    _rule("half-space", f"{ZWNJ}{{2,}}", "One half-space is enough."),
    _rule(
        "half-space",
        rf"{ZWNJ}(?=[\s،؛؟«»!:.()\[\]]|$)|(?:^|(?<=[\s،؛؟«»!:.(\[])){ZWNJ}",
        "Take out the half-space beside the space or punctuation mark.",
    ),
    _rule("half-space", rf"(?<![{LETTER}{ZWNJ}])ن?می +(?=[{LETTER}])", "Join with a half-space: می‌شود."),
    _rule("half-space", rf"(?<![{LETTER}{ZWNJ}])ن?می(?:{VERBS})[{LETTER}]*", "Put a half-space after می: می‌شود."),
    _rule(
        "half-space",
        rf"[{LETTER}A-Za-z{ATOM}] +(?:ها|های|هایی|هایش|هایشان|تر|ترین)(?![{LETTER}{ZWNJ}])",
        "Join with a half-space: لایه‌ها، بزرگ‌تر.",
    ),
    _rule("half-space", rf"ه +(?:ای|اند|ام)(?![{LETTER}{ZWNJ}])", "Join with a half-space: شبکه‌ای، شده‌اند."),
    _rule(
        "half-space",
        rf"(?<![{LETTER}{ZWNJ}])[{LETTER}{ZWNJ}]*[{JOINING}](?:ها|های|هایی|هایش|هایشان)(?![{LETTER}])",
        "Put a half-space before ها: نورون‌ها.",
        lambda match: match[0].rpartition(ZWNJ)[2] in WHOLE_WORDS,
    ),
    _rule(
        "half-space",
        rf"(?<![{LETTER}])(?:{ADJECTIVES})تر(?:ین)?(?![{LETTER}])",
        "Put a half-space before تر: بزرگ‌تر.",
    ),
    _rule("ezafe", rf"ه[{ZWNJ} ]ی(?![{LETTER}{ZWNJ}])", "Write the ezafe after a silent he as هٔ: شبکهٔ عصبی."),
    _rule(
        "punctuation",
        rf"(?<=[{LETTER}{PERSIAN_DIGIT}A-Za-z{ATOM})»]) +(?:[،؛؟!»)]|[.:](?=\s|$))",
        "Take out the space before the punctuation mark.",
    ),
    _rule("punctuation", r"[«(] +", "Take out the space after the opening mark."),
    _rule("punctuation", rf"[،؛؟](?=[{LETTER}{PERSIAN_DIGIT}A-Za-z{ATOM}])", "Put a space after the punctuation mark."),
    _rule("punctuation", r"(?<!\d),|,(?!\d)", "Write the Persian comma ،."),
    _rule("punctuation", ";", "Write the Persian semicolon ؛."),
    _rule("punctuation", r"\?", "Write the Persian question mark ؟."),
    _rule("punctuation", "[\"“”„‘’]", "Write Persian quotation marks « »."),
    _rule("digits", "[٠-٩]", "Write Persian digits (U+06F0 to U+06F9)."),
    _rule(
        "digits",
        rf"[{PERSIAN_DIGIT}][{PERSIAN_DIGIT}٫٬.,/]*\d|\d[\d.,]*[{PERSIAN_DIGIT}]|[{PERSIAN_DIGIT}][eE×x^]",
        "One number is written in one kind of digits; powers of ten belong in a formula.",
        lambda match: re.fullmatch(rf"[{PERSIAN_DIGIT}٫٬./]+", match[0]) is not None,
    ),
    _rule("digits", rf"[{PERSIAN_DIGIT}][.,](?=[{PERSIAN_DIGIT}])", "The decimal separator is ٫, of thousands ٬."),
    _rule("digits", rf"[{PERSIAN_DIGIT}{ATOM}] ?%", "Write the Persian percent sign ٪."),
    _rule(
        "digits",
        r"(?<![\w.])[-−+]?[0-9][0-9.,]*[0-9]?(?![\w])",
        "Write Persian digits in prose; what is code stands in backticks, with ASCII digits.",
        _is_in_latin_name,
    ),
    _rule(
        "latin",
        rf"[A-Za-z][{LETTER}]|[{LETTER}][A-Za-z]",
        "Put a space, or a half-space before a suffix, between Latin and Persian letters.",
    ),
)  # fmt: skip


# Latin in brackets, in quotation marks or set in italics is quoted as it is: (He et al., 2015).
LATIN_QUOTATION = re.compile(
    r"[(\[][^()\[\]\u0600-\u06ff]*[A-Za-z][^()\[\]\u0600-\u06ff]*[)\]]"
    r"|«[^«»\u0600-\u06ff]*[A-Za-z][^«»\u0600-\u06ff]*»"
    r"|(?<!\*)\*[^*\u0600-\u06ff]*[A-Za-z][^*\u0600-\u06ff]*\*(?!\*)"
)
ITEM_NUMBER = re.compile(r"^\s*\d+[.)]\s")
# Marks of emphasis and of direction.
INVISIBLE = str.maketrans("", "", f"*{DIRECTION_MARKS}")
CONTEXT = 24


def check(source: str, *, other_names: bool = False) -> Iterator[Finding]:
    """Yield what breaks the rules of Persian typography in a Markdown text.

    Args:
        source: The Markdown text. Lines without a Persian letter are not looked at.
        other_names: Whether the text may use terms that the glossary tells the course to avoid (the first lesson
            introduces the names that other books use).
    """
    for line in parse(source).prose.splitlines():
        if not re.search(f"[{LETTER}]", line):
            continue
        text = ITEM_NUMBER.sub("", LATIN_QUOTATION.sub(ATOM, line)).translate(INVISIBLE).strip()
        for rule in RULES:
            for match in rule.pattern.finditer(text):
                if not rule.unless(match):
                    yield Finding(rule.name, _excerpt(text, match), rule.advice)
        if not other_names:
            yield from _avoided_terms(text)


def _avoided_terms(text: str) -> Iterator[Finding]:
    for term in glossary:
        for avoided in term.avoid:
            for match in re.finditer(rf"(?<![{LETTER}{ZWNJ}]){avoided}(?![{LETTER}])", text):
                yield Finding("term", _excerpt(text, match), f"The glossary's term for “{term.en}” is «{term.fa}».")


def _excerpt(text: str, match: re.Match[str]) -> str:
    start, end = max(0, match.start() - CONTEXT), match.end() + CONTEXT
    return f"…{text[start:end]}…".replace(ATOM, "▯")
