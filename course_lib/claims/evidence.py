"""Running a claim's experiment, judging what comes out, and the card that shows it."""

from __future__ import annotations

import html as markup
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from course_lib.claims.card import TINTS, Card
from course_lib.claims.experiment import Result, carry_out, start
from course_lib.claims.interval import Interval
from course_lib.claims.ledger import PROFILES, VERDICTS, Claim, Measure, Rule, ledger
from course_lib.claims.provenance import Provenance
from course_lib.language import Text, UnknownNameError, digits, html, isolate

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

    Attributes:
        claim: the ledger's entry.
        result: what the experiment returned.
        provenance: where it comes from, if it has not been computed just now.
    """

    claim: Claim
    result: Result
    provenance: Provenance | None = None

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
        return html(*(Card.of(self, language).html() for language in ("en", "fa")))


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
            tint, sign = TINTS[found.verdict]
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
    steps = start(entry.experiment, arguments_of(entry, profile, changes))
    return Evidence(entry, carry_out(steps, lambda tasks: [task.run(device) for task in tasks]))


def arguments_of(claim: Claim, profile: str, changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return the arguments that a claim's experiment is called with.

    Args:
        claim: the ledger's entry.
        profile: ``"quick"`` or ``"full"``.
        changes: arguments that are to differ from the profile's.

    Raises:
        ValueError: if there is no such profile.
        TypeError: if the experiment takes no argument of that name, or one of another kind.
    """
    if profile not in PROFILES:
        raise ValueError(
            Text(
                en=f"No profile {profile!r}: choose 'quick' or 'full'.",
                fa=f"نمایهٔ {profile!r} وجود ندارد: «quick» یا «full» را انتخاب کنید.",
            )
        )
    usual = claim.profiles[profile]
    unknown = sorted(set(changes) - set(usual))
    if unknown:
        raise TypeError(
            Text(
                en=f"The experiment of {claim.id!r} has no argument {', '.join(unknown)}. "
                f"It takes: {', '.join(usual)}.",
                fa=f"آزمایش {claim.id!r} آرگومانی به نام {', '.join(unknown)} ندارد. آرگومان‌های آن: "
                f"{', '.join(usual)}.",
            )
        )
    for name, value in changes.items():
        _check_kind(name, value, usual[name])
    return {**usual, **changes}
