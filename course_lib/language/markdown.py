"""The parts of a Markdown text: its structure, and the prose that is left without code, formulas and addresses.

This is not a Markdown parser: it knows the constructs that the course's notebooks use.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from decimal import Decimal

# Stands in the prose for something that is not prose, so that its neighbours stay apart.
ATOM = "\ufffc"

_FENCE = re.compile(r"^(?P<fence>`{3,}|~{3,})(?P<code>.*?)^(?P=fence)`*~*[ \t]*$", re.MULTILINE | re.DOTALL)
_INLINE_CODE = re.compile(r"(?<!`)(`+)(?!`)(?P<code>.+?)(?<!`)\1(?!`)", re.DOTALL)
_FORMULA = re.compile(r"\$\$(?P<display>.+?)\$\$|(?<![\\$])\$(?P<inline>[^$\n]+?)\$(?![\d$])", re.DOTALL)
_LINK = re.compile(r"(?P<text>!?\[[^\]]*\])\((?P<target>[^()\s]*(?:\([^()]*\)[^()\s]*)*)(?:\s+\"[^\"]*\")?\)")
_ADDRESS = re.compile(r"<?(?P<target>(?:https?://|doi:|arXiv:)[^\s<>()،؛«»]*[^\s<>()،؛«».,;:?!])>?")
_TAG = re.compile(r"</?(?P<name>[A-Za-z][A-Za-z0-9]*)(?P<attributes>\s[^<>]*)?/?>|<!--.*?-->", re.DOTALL)
_ATTRIBUTE_TARGET = re.compile(r"""\b(?:src|href)=["'](?P<target>[^"']+)["']""")
_HEADING = re.compile(r"^(?P<level>#{1,6})\s+(?P<text>.*)$", re.MULTILINE)
_ITEM = re.compile(r"^(?P<indent>[ \t]*)(?P<marker>[-*+]|\d+[.)])[ \t]+(?=\S)", re.MULTILINE)
_TABLE = re.compile(r"^[ \t]*\|.*\n[ \t]*\|[-:| \t]+\|[ \t]*$(?P<rows>(?:\n[ \t]*\|.*)*)", re.MULTILINE)
_QUOTE = re.compile(r"(?:^>.*(?:\n|\Z))+", re.MULTILINE)
_TEXT_IN_FORMULA = re.compile(r"\\(?:text|textrm|mbox)\{[^{}]*\}")
_NUMBER = re.compile(
    r"""(?<![\w.]) (?<![A-Za-z][-‑]) (?P<sign>[-−]?) (?P<size>(?:\d+(?:,\d{3})+|\d+)(?:\.\d+)?(?:[eE][-+−]?\d+)?)
        (?![A-Za-z_\d]|\.\d)""",
    re.VERBOSE,
)
# Marks that set directions and nothing else.
DIRECTION_MARKS = "\u200e\u200f\u2066\u2067\u2068\u2069"
_TO_ASCII = str.maketrans("۰۱۲۳۴۵۶۷۸۹٫٬", "0123456789.,", DIRECTION_MARKS)
_LANGUAGE_OF_TARGET = re.compile(r"[-.](?:en|fa)(?=$|[.#])")


@dataclass(frozen=True)
class Markdown:
    r"""A Markdown text, taken apart.

    Attributes:
        prose: The text with formulas, code, addresses and tags replaced by ``ATOM`` or removed; lines are kept.
        headings: The level of each heading, in order.
        formulas_in_headings: The headings that hold a formula.
        items: The kind (``"-"`` or ``"1."``) and the depth of each list item, in order.
        tables: Rows and columns of each table, in order.
        quotes: The number of block quotes.
        fences: The code blocks, in order.
        code: The pieces of inline code.
        formulas: The formulas, without white space and without the words in ``\text{…}``.
        targets: Where links and images point, without the language in their names.
        tags: The names of HTML tags.
        numbers: The numbers in the prose.
    """

    prose: str
    headings: tuple[int, ...]
    formulas_in_headings: tuple[str, ...]
    items: tuple[tuple[str, int], ...]
    tables: tuple[tuple[int, int], ...]
    quotes: int
    fences: tuple[str, ...]
    code: Counter[str]
    formulas: Counter[str]
    targets: Counter[str]
    tags: Counter[str]
    numbers: Counter[Decimal]


def parse(source: str) -> Markdown:
    """Take a Markdown text apart."""
    fences: list[str] = []
    code: Counter[str] = Counter()
    formulas: Counter[str] = Counter()
    targets: Counter[str] = Counter()
    tags: Counter[str] = Counter()

    def fence(match: re.Match[str]) -> str:
        fences.append(match["code"])
        return ATOM

    def inline_code(match: re.Match[str]) -> str:
        code[match["code"].strip()] += 1
        return ATOM

    def formula(match: re.Match[str]) -> str:
        latex = _TEXT_IN_FORMULA.sub(r"\\text{}", match["display"] or match["inline"])
        formulas["".join(latex.split())] += 1
        return ATOM

    def link(match: re.Match[str]) -> str:
        targets[_LANGUAGE_OF_TARGET.sub("", match["target"])] += 1
        return match["text"].lstrip("!")[1:-1]

    def address(match: re.Match[str]) -> str:
        targets[_LANGUAGE_OF_TARGET.sub("", match["target"])] += 1
        return ATOM

    def tag(match: re.Match[str]) -> str:
        if match["name"]:
            tags[match["name"].lower()] += 1
            for found in _ATTRIBUTE_TARGET.finditer(match["attributes"] or ""):
                targets[_LANGUAGE_OF_TARGET.sub("", found["target"])] += 1
        return ""

    text = _FENCE.sub(fence, source)
    text = _INLINE_CODE.sub(inline_code, text)
    formulas_in_headings = tuple(
        heading["text"] for heading in _HEADING.finditer(text) if _FORMULA.search(heading["text"])
    )
    text = _FORMULA.sub(formula, text)
    text = _LINK.sub(link, text)
    text = _TAG.sub(tag, text)
    text = _ADDRESS.sub(address, text)
    return Markdown(
        prose=text,
        headings=tuple(len(heading["level"]) for heading in _HEADING.finditer(text)),
        formulas_in_headings=formulas_in_headings,
        items=tuple(_item(match) for match in _ITEM.finditer(text)),
        tables=tuple(_shape(match) for match in _TABLE.finditer(text)),
        quotes=len(_QUOTE.findall(text)),
        fences=tuple(fences),
        code=code,
        formulas=formulas,
        targets=targets,
        tags=tags,
        numbers=_numbers(text),
    )


def _item(match: re.Match[str]) -> tuple[str, int]:
    kind = "1." if match["marker"][0].isdigit() else "-"
    # Two spaces are the least, four the most, that one level of nesting takes.
    depth = (len(match["indent"].expandtabs(4)) + 2) // 4
    return kind, depth


def _shape(match: re.Match[str]) -> tuple[int, int]:
    header = match[0].splitlines()[0].strip().strip("|")
    return match["rows"].count("\n"), header.count("|") + 1


def _numbers(prose: str) -> Counter[Decimal]:
    numbers: Counter[Decimal] = Counter()
    text = _ITEM.sub(" ", prose.translate(_TO_ASCII))
    for match in _NUMBER.finditer(text):
        size = Decimal(match["size"].replace(",", "").replace("−", "-"))
        numbers[(-size if match["sign"] else size).normalize()] += 1
    return numbers
