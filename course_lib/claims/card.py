"""A claim with its evidence in one language: as the card of a notebook, as part of a page, as Markdown, as text."""

from __future__ import annotations

import html as markup
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from course_lib.claims.ledger import VERDICTS, Condition, Reference
from course_lib.claims.provenance import OUTDATED
from course_lib.language import Text, digits, isolate

if TYPE_CHECKING:
    from course_lib.claims.evidence import Evidence

TINTS: Mapping[str, tuple[str, str]] = {
    "holds": ("#1b7f4d", "✓"),
    "holds-if": ("#9a6a00", "◐"),
    "wrong": ("#b3261e", "✗"),
    "convention": ("#5b5f97", "≡"),
    "inconclusive": ("#6b6b6b", "?"),
}
"""The colour and the sign of each verdict."""

_LABELS = {
    "claim": Text(en="Claim", fa="ادعا"),
    "verdict": Text(en="Measured:", fa="نتیجهٔ اندازه‌گیری:"),
    "rule": Text(
        en="The rule, fixed before the run, and references",
        fa="قاعده‌ای که پیش از اجرا نوشته شده است، و منابع",
    ),
    "interval": Text(
        en="Rules are tried from the top. A bound counts as met if the whole 95 % interval lies beyond it.",
        fa="قاعده‌ها از بالا آزموده می‌شوند. شرط وقتی برقرار است که همهٔ بازهٔ اطمینان ۹۵٪ آن سوی کران باشد.",
    ),
}
_WIDTH = 100


@dataclass(frozen=True)
class Card:
    """What there is to say about a claim and its evidence, in one language.

    Attributes:
        claim: its id.
        text: the claim in words.
        verdict: the verdict's name.
        verdict_in_words: what the verdict is called.
        meaning: what the verdict says about the claim.
        measures: title and number of each measure.
        conditions: what held during the run.
        rules: the verdict that each rule gives, and its conditions: measure, sign and threshold.
        references: the sources.
        provenance: how and where it was computed; empty if it has just been computed here.
        warning: that the evidence is stale; empty if it is not.
        language: ``"en"`` or ``"fa"``.
    """

    claim: str
    text: str
    verdict: str
    verdict_in_words: str
    meaning: str
    measures: tuple[tuple[str, str], ...]
    conditions: str
    rules: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]
    references: tuple[Reference, ...]
    provenance: str
    warning: str
    language: str

    @classmethod
    def of(cls, evidence: Evidence, language: str) -> Card:
        """Return the card of a piece of evidence."""
        claim, result, provenance = evidence.claim, evidence.result, evidence.provenance

        def say(text: Text) -> str:
            return text.fa if language == "fa" else text.en

        def bound(condition: Condition) -> tuple[str, str]:
            number = f"{condition.threshold:g}"
            return (
                say(claim.measures[condition.measure].title),
                f"{'>' if condition.above else '<'} {digits(number) if language == 'fa' else number}",
            )

        return cls(
            claim=claim.id,
            text=say(claim.text),
            verdict=evidence.verdict,
            verdict_in_words=say(VERDICTS[evidence.verdict]),
            meaning=say(evidence.meaning),
            measures=tuple(
                (say(measure.title), say(result.measures[name].text(measure.spec)))
                for name, measure in claim.measures.items()
            ),
            conditions=say(result.conditions),
            rules=tuple((say(VERDICTS[rule.verdict]), tuple(map(bound, rule.conditions))) for rule in claim.rules),
            references=claim.references,
            provenance=say(provenance.text) if provenance else "",
            warning=say(OUTDATED) if provenance and provenance.stale else "",
            language=language,
        )

    def label(self, name: str) -> str:
        """Return one of the card's headings."""
        text = _LABELS[name]
        return text.fa if self.language == "fa" else text.en

    @property
    def _separator(self) -> str:
        return "؛ " if self.language == "fa" else "; "

    def html(self, *, figure: str = "", complete: bool = False) -> str:
        """Return the card as HTML that needs no style sheet.

        Args:
            figure: HTML of the figure that belongs to it.
            complete: whether everything is to be seen at once, on a page that may be printed, with links.
        """
        say = markup.escape
        tint, sign = TINTS[self.verdict]
        rows = "".join(
            f'<tr><td style="text-align: start; padding-inline-end: 1.5em">{say(title)}</td>'
            f'<td style="text-align: start; white-space: nowrap"><bdi dir="ltr">{say(number)}</bdi></td></tr>'
            for title, number in self.measures
        )
        rules = "".join(
            f'<li style="text-align: start">{say(verdict)}: '
            + self._separator.join(
                f'{say(title)} <bdi dir="ltr">{say(_unbroken(bound) if complete else bound)}</bdi>'
                for title, bound in bounds
            )
            + "</li>"
            for verdict, bounds in self.rules
        )
        references = "".join(
            f'<li style="text-align: start"><bdi>{_linked(reference) if complete else say(str(reference))}</bdi></li>'
            for reference in self.references
        )
        warning = f'<div style="color: #b3261e; font-weight: bold">{say(self.warning)}</div>' if self.warning else ""
        provenance = f'<div style="opacity: 0.8">{say(self.provenance)}</div>' if complete else ""
        return (
            f'<div style="border: 1px solid {tint}; border-inline-start-width: 6px; border-radius: 6px;'
            f' padding: 0.6em 1em; margin: 0.4em 0; max-width: 52em; text-align: start">'
            f'<div><b>{say(self.label("claim"))}</b> <code dir="ltr">{self.claim}</code></div>'
            f'<div style="font-size: 1.08em; margin: 0.2em 0 0.5em">{say(self.text)}</div>'
            f'<div style="color: {tint}; font-weight: bold; font-size: 1.08em">'
            f"{sign} {say(self.label('verdict'))} {say(self.verdict_in_words)}</div>{warning}"
            f'<div style="margin: 0.2em 0 0.5em">{say(self.meaning)}</div>'
            f'<table style="margin: 0; text-align: start"><tbody>{rows}</tbody></table>{figure}'
            f'<div style="opacity: 0.8; margin-top: 0.4em">{say(self.conditions)}</div>{provenance}'
            f'<details{" open" if complete else ""} style="margin-top: 0.3em">'
            f"<summary>{say(self.label('rule'))}</summary>"
            f"<ul>{rules}</ul><div>{say(self.label('interval'))}</div>"
            f"<ul>{references}</ul></details></div>"
        )

    def markdown(self, *, figure: str = "") -> str:
        """Return the card as Markdown without a heading.

        Args:
            figure: Markdown of the figure that belongs to it.
        """
        say = escape
        _, sign = TINTS[self.verdict]
        paragraphs = [
            f"**{say(self.label('claim'))}** `{self.claim}`: {say(self.text)}",
            f"**{sign} {say(self.label('verdict'))} {say(self.verdict_in_words)}.** {say(self.meaning)}",
            f"**{say(self.warning)}**" if self.warning else "",
            "\n".join(
                [
                    "| | |",
                    "|:--|:--|",
                    *(f"| {say(title)} | {isolate(say(number))} |" for title, number in self.measures),
                ]
            ),
            figure,
            say(self.conditions),
            say(self.provenance),
            f"{say(self.label('rule'))}:",
            "\n".join(f"{place}. {self._rule(number)}" for place, number in enumerate(range(len(self.rules)), 1)),
            say(self.label("interval")),
            "\n".join(f"- {_linked_in_markdown(reference)}" for reference in self.references),
        ]
        return "\n\n".join(filter(None, paragraphs))

    def _rule(self, number: int) -> str:
        verdict, bounds = self.rules[number]
        return f"{escape(verdict)}: " + self._separator.join(
            f"{escape(title)} {isolate(escape(bound))}" for title, bound in bounds
        )

    def plain(self) -> str:
        """Return the card as text for a terminal."""
        _, sign = TINTS[self.verdict]
        rules = [
            f"{verdict}: " + self._separator.join(f"{title} {isolate(_unbroken(bound))}" for title, bound in bounds)
            for verdict, bounds in self.rules
        ]
        lines = [
            f"{self.label('claim')} {self.claim}: {self.text}",
            f"{sign} {self.label('verdict')} {self.verdict_in_words}. {self.meaning}",
            self.warning,
            *(f"  {title}: {isolate(_unbroken(number))}" for title, number in self.measures),
            self.conditions,
            self.provenance,
            f"{self.label('rule')}:",
            *(f"  {rule}" for rule in rules),
            self.label("interval"),
            *(f"  {reference}" for reference in self.references),
        ]
        return "\n".join(_fold(line) for line in lines if line)


def _fold(line: str) -> str:
    indent = " " * (len(line) - len(line.lstrip()))
    return textwrap.fill(line, _WIDTH, subsequent_indent=f"{indent}  ", break_long_words=False, break_on_hyphens=False)


def _unbroken(number: str) -> str:
    return number.replace(" ", "\u00a0")


def _linked(reference: Reference) -> str:
    words = f"{reference.authors} ({reference.year}). {reference.title}."
    url = markup.escape(reference.url)
    return f'{markup.escape(words)} <a href="{url}">{url}</a>'


def _linked_in_markdown(reference: Reference) -> str:
    return isolate(f"{escape(f'{reference.authors} ({reference.year}). {reference.title}.')} <{reference.url}>")


def escape(text: str) -> str:
    """Return words in which Markdown finds no marks of its own."""
    for mark in "\\`*_[]<>|#":
        text = text.replace(mark, f"\\{mark}")
    return text
