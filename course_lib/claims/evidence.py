"""Running a claim's experiment, judging what comes out, and the card that shows it."""

from __future__ import annotations

import html as markup
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from course_lib.claims.experiment import Result, carry_out, start
from course_lib.claims.interval import Interval
from course_lib.claims.ledger import PROFILES, VERDICTS, Claim, Condition, Measure, Rule, ledger
from course_lib.language import Text, UnknownNameError, digits, html, isolate

_TINTS = {
    "holds": ("#1b7f4d", "✓"),
    "holds-if": ("#9a6a00", "◐"),
    "wrong": ("#b3261e", "✗"),
    "convention": ("#5b5f97", "≡"),
    "inconclusive": ("#6b6b6b", "?"),
}
_UNDECIDED = Text(
    en="The intervals cover the thresholds, so nothing is decided. More seeds make them narrower: four times as many, "
    "about half as wide.",
    fa="بازه‌ها آستانه‌ها را در بر می‌گیرند، پس چیزی روشن نشده است. بذرهای بیشتر بازه‌ها را باریک‌تر می‌کند: "
    "با چهار برابر بذر، پهنا نزدیک به نصف می‌شود.",
)


@dataclass(frozen=True)
class Comparison:
    """A prediction beside a measurement; shows itself in both languages."""

    measure: Measure
    interval: Interval
    prediction: float | None

    @property
    def text(self) -> Text:
        """The comparison in words."""
        measured = self.interval.text(self.measure.spec)
        if self.prediction is None or not math.isfinite(self.prediction):
            return Text(
                en=f"You have made no prediction. Measured: {measured.en}.",
                fa=f"هنوز پیش‌بینی نکرده‌اید. اندازه‌گیری: {isolate(measured.fa)}.",
            )
        shown = format(self.prediction, self.measure.spec)
        if self.interval.low <= self.prediction <= self.interval.high:
            en, fa = "Your prediction lies inside the interval.", "پیش‌بینی شما درون بازه است."
        elif self.prediction < self.interval.low:
            en, fa = "Your prediction was too low.", "پیش‌بینی شما کمتر از مقدار اندازه‌گیری‌شده بود."
        else:
            en, fa = "Your prediction was too high.", "پیش‌بینی شما بیشتر از مقدار اندازه‌گیری‌شده بود."
        return Text(
            en=f"Predicted: {shown}. Measured: {measured.en}. {en}",
            fa=f"پیش‌بینی: {isolate(digits(shown))}. اندازه‌گیری: {isolate(measured.fa)}. {fa}",
        )

    def __repr__(self) -> str:
        return str(self.text)

    def _repr_html_(self) -> str:
        en, fa = (f'<p style="text-align: start; margin: 0">{markup.escape(words)}</p>' for words in self.text)
        return html(en, fa)


@dataclass(frozen=True)
class Evidence:
    """A claim, what its experiment measured, and the verdict that its rule computed from that.

    Shows itself as a card in both languages.
    """

    claim: Claim
    result: Result

    @property
    def rule(self) -> Rule | None:
        """The rule that applied, or None."""
        return self.claim.judge(self.result.measures)

    @property
    def verdict(self) -> str:
        """``"holds"``, ``"holds-if"``, ``"wrong"``, ``"convention"`` or ``"inconclusive"``."""
        return self.rule.verdict if self.rule else "inconclusive"

    @property
    def meaning(self) -> Text:
        """What the verdict says about the claim, in words."""
        return self.rule.meaning if self.rule else _UNDECIDED

    def compare(self, measure: str, prediction: float | None) -> Comparison:
        """Set a learner's prediction beside what was measured.

        Args:
            measure: the name of one of the claim's measures.
            prediction: the learner's number, or None if there is none yet.

        Raises:
            UnknownNameError: if the claim has no such measure; the message lists those it has.
            TypeError: if the prediction is not a number.
        """
        if measure not in self.claim.measures:
            names = ", ".join(self.claim.measures)
            raise UnknownNameError(
                Text(
                    en=f"{self.claim.id!r} measures nothing called {measure!r}. It measures: {names}.",
                    fa=f"ادعای {self.claim.id!r} اندازه‌ای به نام {measure!r} ندارد. اندازه‌های آن: {names}.",
                )
            )
        numbers = int | float | np.integer | np.floating
        if prediction is not None and (isinstance(prediction, bool) or not isinstance(prediction, numbers)):
            raise TypeError(
                Text(
                    en=f"A prediction is a number such as 0.5, not {prediction!r}.",
                    fa=f"پیش‌بینی باید عددی مانند ۰٫۵ باشد، نه {prediction!r}.",
                )
            )
        return Comparison(self.claim.measures[measure], self.result.measures[measure], prediction)

    def __repr__(self) -> str:
        measures = ", ".join(f"{name} {interval}" for name, interval in self.result.measures.items())
        return f"<{self.claim.id}: {self.verdict} ({measures})>"

    def _repr_html_(self) -> str:
        return html(self._card("en"), self._card("fa"))

    def _card(self, language: str) -> str:
        def say(text: Text) -> str:
            return markup.escape(text.fa if language == "fa" else text.en)

        tint, sign = _TINTS[self.verdict]
        rows = "".join(
            f'<tr><td style="text-align: start; padding-inline-end: 1.5em">{say(measure.title)}</td>'
            f'<td style="text-align: start; white-space: nowrap"><bdi dir="ltr">'
            f"{say(self.result.measures[name].text(measure.spec))}</bdi></td></tr>"
            for name, measure in self.claim.measures.items()
        )
        references = "".join(
            f'<li style="text-align: start"><bdi>{markup.escape(str(reference))}</bdi></li>'
            for reference in self.claim.references
        )
        names = {name: say(measure.title) for name, measure in self.claim.measures.items()}
        rules = "".join(
            f'<li style="text-align: start">{say(VERDICTS[rule.verdict])}: '
            + ("؛ " if language == "fa" else "; ").join(
                _condition(condition, names, language) for condition in rule.conditions
            )
            + "</li>"
            for rule in self.claim.rules
        )
        return (
            f'<div style="border: 1px solid {tint}; border-inline-start-width: 6px; border-radius: 6px;'
            f' padding: 0.6em 1em; margin: 0.4em 0; max-width: 52em; text-align: start">'
            f'<div><b>{say(_LABELS["claim"])}</b> <code dir="ltr">{self.claim.id}</code></div>'
            f'<div style="font-size: 1.08em; margin: 0.2em 0 0.5em">{say(self.claim.text)}</div>'
            f'<div style="color: {tint}; font-weight: bold; font-size: 1.08em">'
            f"{sign} {say(_LABELS['verdict'])} {say(VERDICTS[self.verdict])}</div>"
            f'<div style="margin: 0.2em 0 0.5em">{say(self.meaning)}</div>'
            f'<table style="margin: 0; text-align: start"><tbody>{rows}</tbody></table>'
            f'<div style="opacity: 0.8; margin-top: 0.4em">{say(self.result.conditions)}</div>'
            f'<details style="margin-top: 0.3em"><summary>{say(_LABELS["rule"])}</summary>'
            f"<ul>{rules}</ul><div>{say(_LABELS['interval'])}</div>"
            f"<ul>{references}</ul></details></div>"
        )


class Verdicts(tuple[Evidence, ...]):
    """Several claims with their verdicts; shows itself as a table in both languages."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "\n".join(f"{found.claim.id}: {found.verdict}" for found in self)

    def _repr_html_(self) -> str:
        return html(*(self._table(language) for language in ("en", "fa")))

    def _table(self, language: str) -> str:
        rows = []
        for found in self:
            tint, sign = _TINTS[found.verdict]
            text, verdict = (t.fa if language == "fa" else t.en for t in (found.claim.text, VERDICTS[found.verdict]))
            rows.append(
                f'<tr><td style="text-align: start">{markup.escape(text)}</td>'
                f'<td style="text-align: start; white-space: nowrap; color: {tint}; font-weight: bold">'
                f"{sign} {markup.escape(verdict)}</td></tr>"
            )
        return f'<table style="text-align: start; font-size: 1em"><tbody>{"".join(rows)}</tbody></table>'


def verdicts(*found: Evidence) -> Verdicts:
    """Put the verdicts of several claims into one table.

    Raises:
        TypeError: if something else than evidence is given.
    """
    if not all(isinstance(each, Evidence) for each in found):
        raise TypeError(
            Text(
                en="Give what claims.run returned, one after the other: claims.verdicts(first, second).",
                fa="آنچه را claims.run برگردانده است یکی پس از دیگری بدهید: claims.verdicts(first, second).",
            )
        )
    return Verdicts(found)


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


def _condition(condition: Condition, names: Mapping[str, str], language: str) -> str:
    sign = ">" if condition.above else "<"
    number = f"{condition.threshold:g}"
    shown = f"{sign} {digits(number) if language == 'fa' else number}"
    return f'{names[condition.measure]} <bdi dir="ltr">{markup.escape(shown)}</bdi>'


def _check_kind(name: str, value: Any, usual: Any) -> None:
    """Raise a ``TypeError`` unless a changed argument is of the kind that the ledger has in its place.

    Numbers are positive, except for seeds, which begin at 0.
    """
    several = isinstance(usual, list)
    items = value if several and isinstance(value, list | tuple) else [value]
    like = usual[0] if several else usual
    right = len(items) > 0 and isinstance(value, list | tuple) == several and all(_is_like(i, like) for i in items)
    if not (right or (name == "first_seed" and value == 0 and not isinstance(value, bool))):
        kind = _KINDS[several, isinstance(like, str)]
        raise TypeError(
            Text(
                en=f"{name} must be {kind.en} such as {usual}, not {value!r}.",
                fa=f"مقدار {name} باید {kind.fa} مانند {isolate(str(usual))} باشد، نه {isolate(repr(value))}.",
            )
        )


_KINDS = {
    (False, False): Text(en="a positive number", fa="عددی مثبت"),
    (True, False): Text(en="a list of positive numbers", fa="فهرستی از عددهای مثبت"),
    (False, True): Text(en="a name", fa="نام"),
    (True, True): Text(en="a list of names", fa="فهرستی از نام‌ها"),
}


def _is_like(value: Any, usual: Any) -> bool:
    if isinstance(usual, str):
        return isinstance(value, str) and bool(value)
    whole = isinstance(value, int | np.integer) and not isinstance(value, bool)
    return (whole or (isinstance(usual, float) and isinstance(value, float))) and 0 < value < math.inf


def run(claim: str, profile: str = "quick", *, device: str | None = None, **changes: Any) -> Evidence:
    """Run a claim's experiment on this machine and judge it.

    Args:
        claim: its id, such as ``"relu-dying"``.
        profile: ``"quick"`` (seconds) or ``"full"`` (minutes; a GPU helps).
        device: where to compute; chosen automatically if not given.
        **changes: arguments of the experiment to run it with other values, such as ``seeds=20``.

    Raises:
        UnknownNameError: if the ledger holds no such claim; the message lists the close ones.
        ValueError: if there is no such profile.
        TypeError: if the experiment takes no argument of that name, or one of another kind.
        KeyboardInterrupt: if it is stopped; half an experiment gives no verdict.
    """
    entry = ledger()[claim]
    if profile not in PROFILES:
        raise ValueError(
            Text(
                en=f"No profile {profile!r}: choose 'quick' or 'full'.",
                fa=f"نمایهٔ {profile!r} وجود ندارد: «quick» یا «full» را انتخاب کنید.",
            )
        )
    arguments = {**entry.profiles[profile], **changes}
    unknown = sorted(set(changes) - set(entry.profiles[profile]))
    if unknown:
        known = ", ".join(entry.profiles[profile])
        raise TypeError(
            Text(
                en=f"The experiment of {claim!r} has no argument {', '.join(unknown)}. It takes: {known}.",
                fa=f"آزمایش {claim!r} آرگومانی به نام {', '.join(unknown)} ندارد. آرگومان‌های آن: {known}.",
            )
        )
    for name, value in changes.items():
        _check_kind(name, value, entry.profiles[profile][name])
    steps = start(entry.experiment, arguments)
    return Evidence(entry, carry_out(steps, lambda tasks: [task.run(device) for task in tasks]))
