"""The report: all evidence on one page per language, as HTML and as Markdown, which need nothing from elsewhere."""

from __future__ import annotations

import base64
import html as markup
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from importlib import resources
from pathlib import Path

from course_lib import figures
from course_lib.claims import VERDICTS, Claim, Evidence
from course_lib.claims.card import TINTS, Card, escape
from course_lib.claims.ledger import LESSONS
from course_lib.claims.provenance import STATUS
from course_lib.figures.picture import LANGUAGES, Language, Picture
from course_lib.language import Text, digits

Found = Sequence[tuple[Claim, Evidence | None]]

_TITLE = Text(en="The evidence", fa="شواهد")
_INTRODUCTION = Text(
    en="Every claim of the course with the verdict that its rule computed from a measurement. The rules were fixed "
    "before the experiments were run. Numbers in brackets are 95 % confidence intervals; a number alone is exact.",
    fa="همهٔ ادعاهای دوره با نتیجه‌ای که قاعدهٔ هر یک از اندازه‌گیری به دست آورده است. قاعده‌ها پیش از اجرای آزمایش‌ها "
    "نوشته شده‌اند. عددهای درون کروشه بازهٔ اطمینان ۹۵٪ هستند؛ عددی که تنها آمده دقیق است.",
)
_CONTENTS = Text(en="Contents", fa="فهرست")
_MISSING = Text(
    en="This claim has not been tested on this machine yet.", fa="این ادعا هنوز روی این رایانه آزموده نشده است."
)
_GREY = "#6b6b6b"


def write(found: Found, folder: Path) -> list[Path]:
    """Write the report: a page per language in HTML and in Markdown, and the figures beside them.

    Args:
        found: the evidence for each claim that the report is about, or None where there is none.
        folder: where to write; made if it does not exist.

    Returns:
        The paths of the pages.
    """
    (folder / "figures").mkdir(parents=True, exist_ok=True)
    pictures = {
        claim.id: figures.evidence(evidence) for claim, evidence in found if evidence and not _is_stale(evidence)
    }
    paths = []
    for language in LANGUAGES:
        for claim, picture in pictures.items():
            picture.save(folder / _figure_file(claim, language), language)
        page = _Page(found, pictures, language)
        for ending, content in (("html", page.html()), ("md", page.markdown())):
            path = folder / f"evidence.{language}.{ending}"
            path.write_text(content, encoding="utf-8")
            paths.append(path)
    return paths


def _is_stale(evidence: Evidence) -> bool:
    """Tell whether other code has measured this, whose data today's figure may not fit."""
    return evidence.provenance is not None and evidence.provenance.stale


def _figure_file(claim: str, language: Language) -> str:
    return f"figures/{claim}.{language}.png"


class _Page:
    """The report in one language."""

    def __init__(self, found: Found, pictures: Mapping[str, Picture], language: Language) -> None:
        self._found = found
        self._pictures = pictures
        self._language = language

    def _say(self, text: Text) -> str:
        return text.fa if self._language == "fa" else text.en

    def _number(self, number: int) -> str:
        return digits(str(number)) if self._language == "fa" else str(number)

    def _lessons(self) -> Iterator[tuple[str, list[tuple[Claim, Evidence | None]]]]:
        """Yield the title of each lesson that has claims, and these with their evidence."""
        for lesson, title in LESSONS.items():
            claims = [(claim, evidence) for claim, evidence in self._found if claim.lesson == lesson]
            if claims:
                yield f"{self._number_of(lesson)} · {self._say(title)}", claims

    def _number_of(self, lesson: str) -> str:
        number = lesson[:2]
        return digits(number) if self._language == "fa" else number

    def _outcome(self, evidence: Evidence | None) -> tuple[str, str, str]:
        """Return colour, sign and words for what is known about a claim."""
        if evidence is None:
            return _GREY, "–", self._say(STATUS["missing"])
        tint, sign = TINTS[evidence.verdict]
        words = self._say(VERDICTS[evidence.verdict])
        if _is_stale(evidence):
            words += f" ({self._say(STATUS['stale'])})"
        return tint, sign, words

    def _counts(self) -> list[tuple[tuple[str, str, str], int]]:
        return Counter(self._outcome(evidence) for _, evidence in self._found).most_common()

    def html(self) -> str:
        """Return the page as HTML."""
        say = markup.escape
        direction = "rtl" if self._language == "fa" else "ltr"
        other = "en" if self._language == "fa" else "fa"
        other_name = {"en": "English", "fa": "فارسی"}[other]
        counts = "".join(f"<li>{_badge(outcome)} {self._number(number)}</li>" for outcome, number in self._counts())
        contents, sections = [], []
        for title, claims in self._lessons():
            contents.append(f'<tr><th colspan="2" scope="colgroup">{say(title)}</th></tr>')
            sections.append(f"<h2>{say(title)}</h2>")
            for claim, evidence in claims:
                contents.append(
                    f'<tr><td><a href="#{claim.id}">{say(self._say(claim.text))}</a></td>'
                    f"<td>{_badge(self._outcome(evidence))}</td></tr>"
                )
                sections.append(self._section(claim, evidence))
        return (
            f'<!DOCTYPE html>\n<html lang="{self._language}" dir="{direction}">\n<head>\n<meta charset="utf-8">\n'
            f'<meta name="viewport" content="width=device-width, initial-scale=1">\n'
            f"<title>{say(self._say(_TITLE))}</title>\n<style>\n{_font() if self._language == 'fa' else ''}"
            f"{_style_sheet()}</style>\n</head>\n<body>\n<h1>{say(self._say(_TITLE))}</h1>\n"
            f'<p><a href="evidence.{other}.html" lang="{other}">{other_name}</a></p>\n'
            f'<p>{say(self._say(_INTRODUCTION))}</p>\n<ul class="counts">{counts}</ul>\n'
            f'<nav aria-label="{say(self._say(_CONTENTS))}"><table class="contents">'
            f"<caption hidden>{say(self._say(_CONTENTS))}</caption>{''.join(contents)}</table></nav>\n"
            + "\n".join(sections)
            + "\n</body>\n</html>\n"
        )

    def _section(self, claim: Claim, evidence: Evidence | None) -> str:
        if evidence is None:
            body = (
                f'<div class="missing"><div>{markup.escape(self._say(claim.text))}</div>'
                f"<div>{markup.escape(self._say(_MISSING))}</div></div>"
            )
        else:
            figure = ""
            if claim.id in self._pictures:
                alt = markup.escape(self._say(self._pictures[claim.id].alt), quote=True)
                figure = f'<img class="figure" src="{_figure_file(claim.id, self._language)}" alt="{alt}">'
            body = Card.of(evidence, self._language).html(figure=figure, complete=True)
        return f'<section class="claim" id="{claim.id}">{body}</section>'

    def markdown(self) -> str:
        """Return the page as Markdown."""
        parts = [f"# {self._say(_TITLE)}", self._say(_INTRODUCTION)]
        parts.append(
            "\n".join(f"- {sign} {words}: {self._number(number)}" for (_, sign, words), number in self._counts())
        )
        sections = []
        for title, claims in self._lessons():
            rows = []
            sections.append(f"## {title}")
            for claim, evidence in claims:
                _, sign, words = self._outcome(evidence)
                rows.append(f"- [{escape(self._say(claim.text))}](#{claim.id}) **{sign} {words}**")
                sections += [f"### {claim.id}", self._entry(claim, evidence)]
            parts += [f"**{title}**", "\n".join(rows)]
        page = "\n\n".join([*parts, *sections])
        return f'<div dir="rtl" lang="fa">\n\n{page}\n\n</div>\n' if self._language == "fa" else f"{page}\n"

    def _entry(self, claim: Claim, evidence: Evidence | None) -> str:
        if evidence is None:
            return f"{escape(self._say(claim.text))}\n\n{self._say(_MISSING)}"
        figure = ""
        if claim.id in self._pictures:
            alt = escape(self._say(self._pictures[claim.id].alt))
            figure = f"![{alt}]({_figure_file(claim.id, self._language)})"
        return Card.of(evidence, self._language).markdown(figure=figure)


def _badge(outcome: tuple[str, str, str]) -> str:
    tint, sign, words = outcome
    return f'<span class="badge" style="color: {tint}">{sign} {markup.escape(words)}</span>'


def _style_sheet() -> str:
    return resources.files("course_lib.publish").joinpath("report.css").read_text("utf-8")


def _font() -> str:
    """Return the rule that brings the Persian font with the page."""
    font = resources.files("course_lib.language").joinpath("labextension", "static", "fonts", "Vazirmatn.woff2")
    data = base64.b64encode(font.read_bytes()).decode()
    return (
        "@font-face { font-family: Vazirmatn; font-weight: 100 900; "
        f"src: url(data:font/woff2;base64,{data}) format('woff2'); }}\n"
    )
