"""The ledger: what is claimed, and the rule that decides about it, written down before anything is measured.

``claims.toml`` holds one table per claim. Its ``rules`` are tried from the top; the first whose conditions all hold
gives the verdict. A condition such as ``"dead > 0.05"`` holds if the whole 95 % interval of the measure ``dead`` lies
above 0.05. Where no rule applies the verdict is *inconclusive*.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from course_lib.claims.interval import Interval
from course_lib.claims.schema import problems
from course_lib.language import Text, UnknownNameError

VERDICTS: Mapping[str, Text] = {
    "holds": Text(en="holds", fa="درست است"),
    "holds-if": Text(en="holds under a condition", fa="با شرط درست است"),
    "wrong": Text(en="wrong", fa="نادرست است"),
    "convention": Text(en="a convention", fa="قراردادی است"),
    "inconclusive": Text(en="inconclusive", fa="نامعلوم است"),
}
PROFILES = ("quick", "full")
LESSONS: Mapping[str, Text] = {
    "01_why_nonlinearity": Text(en="Why non-linearity", fa="چرا غیرخطی"),
    "02_step_and_linear": Text(en="Step and linear", fa="پله‌ای و خطی"),
    "03_sigmoid": Text(en="Sigmoid", fa="سیگموئید"),
    "04_tanh": Text(en="Tanh", fa="تانژانت هذلولوی"),
    "05_relu": Text(en="ReLU", fa="ReLU"),
    "06_leaky_and_parametric_relu": Text(en="Leaky ReLU and PReLU", fa="Leaky ReLU و PReLU"),
    "07_elu_and_selu": Text(en="ELU and SELU", fa="ELU و SELU"),
    "08_softmax": Text(en="Softmax", fa="Softmax"),
    "09_swish": Text(en="Swish", fa="Swish"),
    "10_gelu": Text(en="GELU", fa="GELU"),
    "11_choosing": Text(en="Choosing", fa="انتخاب"),
}
"""The lessons that test claims, by the names of their notebooks."""

_CONDITION = re.compile(r"(\w+) ([<>]) (-?\d+(?:\.\d+)?(?:e-?\d+)?)")


class LedgerError(ValueError):
    """The ledger's own text is wrong; the message says where and how."""


@dataclass(frozen=True)
class Condition:
    """``measure > threshold`` or ``measure < threshold``, for a whole interval."""

    measure: str
    above: bool
    threshold: float

    @classmethod
    def parse(cls, text: str) -> Condition:
        """Return the condition written as ``"name > number"`` or ``"name < number"``.

        Raises:
            LedgerError: if the text has another form.
        """
        match = _CONDITION.fullmatch(text)
        if match is None:
            raise LedgerError(f"cannot read the condition {text!r}: write 'measure > number' or 'measure < number'")
        return cls(match[1], match[2] == ">", float(match[3]))

    def met_by(self, interval: Interval) -> bool:
        """Return whether the whole interval lies on the wanted side of the threshold."""
        return interval.low > self.threshold if self.above else interval.high < self.threshold


@dataclass(frozen=True)
class Rule:
    """A verdict, the conditions under which it is given, and what it means in words."""

    verdict: str
    conditions: tuple[Condition, ...]
    meaning: Text

    def met_by(self, measures: Mapping[str, Interval]) -> bool:
        """Return whether all conditions are met."""
        return all(condition.met_by(measures[condition.measure]) for condition in self.conditions)


@dataclass(frozen=True)
class Measure:
    """Something that an experiment measures: its title, and how its numbers are written."""

    title: Text
    spec: str


@dataclass(frozen=True)
class Reference:
    """A published source: authors, year, title, and where to find it."""

    authors: str
    year: int
    title: str
    url: str

    def __str__(self) -> str:
        return f"{self.authors} ({self.year}). {self.title}. {self.url}"


@dataclass(frozen=True)
class Claim:
    """One claim with everything that was fixed about it before a measurement.

    Attributes:
        id: the name under which lessons refer to it, such as ``"relu-dying"``.
        lesson: the notebook that tests it, such as ``"05_relu"``.
        text: the claim in the course's own words.
        experiment: ``"module.function"`` below :mod:`course_lib.claims.experiments`.
        measures: what the experiment measures, in the order in which it is reported.
        rules: tried from the top.
        references: what is known about the claim.
        profiles: ``"quick"`` and ``"full"``, each the keyword arguments of the experiment.
    """

    id: str
    lesson: str
    text: Text
    experiment: str
    measures: Mapping[str, Measure]
    rules: tuple[Rule, ...]
    references: tuple[Reference, ...]
    profiles: Mapping[str, Mapping[str, Any]]

    def judge(self, measures: Mapping[str, Interval]) -> Rule | None:
        """Return the first rule that the measurements meet, or None if they decide nothing."""
        return next((rule for rule in self.rules if rule.met_by(measures)), None)


class Ledger(Mapping[str, Claim]):
    """All claims by their ids."""

    def __init__(self, claims: Mapping[str, Claim]) -> None:
        self._claims = dict(claims)

    def __getitem__(self, claim: str) -> Claim:
        try:
            return self._claims[claim]
        except (KeyError, TypeError):
            close = difflib.get_close_matches(str(claim), self._claims, n=3, cutoff=0.4) or list(self._claims)
            names = ", ".join(close)
            raise UnknownNameError(
                Text(
                    en=f"No claim {claim!r} in the ledger. Close to it: {names}.",
                    fa=f"ادعای {claim!r} در دفتر ادعاها نیست. نزدیک به آن: {names}.",
                )
            ) from None

    def __iter__(self) -> Iterator[str]:
        return iter(self._claims)

    def __len__(self) -> int:
        return len(self._claims)

    def __repr__(self) -> str:
        return "\n".join(f"{claim.id}: {claim.text.en}" for claim in self._claims.values())


def _text(table: Mapping[str, Any]) -> Text:
    return Text(en=" ".join(table["en"].split()), fa=" ".join(table["fa"].split()))


def _claim(name: str, table: Mapping[str, Any], references: Mapping[str, Reference]) -> Claim:
    measures = {key: Measure(_text(value), value["format"]) for key, value in table["measures"].items()}
    rules = tuple(
        Rule(rule["verdict"], tuple(map(Condition.parse, rule["when"])), _text(rule)) for rule in table["rules"]
    )
    for rule in rules:
        if rule.verdict not in VERDICTS or rule.verdict == "inconclusive":
            raise LedgerError(f"a rule cannot give the verdict {rule.verdict!r}")
        unknown = {condition.measure for condition in rule.conditions} - set(measures)
        if unknown:
            raise LedgerError(f"the rule for {rule.verdict!r} needs conditions on declared measures, not {unknown}")
    return Claim(
        id=name,
        lesson=table["lesson"],
        text=_text(table),
        experiment=table["experiment"],
        measures=measures,
        rules=rules,
        references=tuple(references[key] for key in table["references"]),
        profiles={profile: table[profile] for profile in PROFILES},
    )


def parse(source: str) -> Ledger:
    """Return the ledger written in TOML.

    Raises:
        LedgerError: with the names of the claims and references, and what is missing or wrong in them.
    """
    try:
        tables = tomllib.loads(source)
    except tomllib.TOMLDecodeError as error:
        raise LedgerError(f"the ledger is not valid TOML: {error}") from error
    if found := list(problems(tables, LESSONS)):
        raise LedgerError("\n".join(found))
    references = {key: Reference(**value) for key, value in tables.pop("references", {}).items()}
    claims = {}
    for name, table in tables.items():
        try:
            claims[name] = _claim(name, table, references)
        except LedgerError as error:
            raise LedgerError(f"claim {name!r}: {error}") from error
    return Ledger(claims)


@cache
def ledger() -> Ledger:
    """Return the course's own ledger."""
    return parse(resources.files("course_lib.claims").joinpath("claims.toml").read_text("utf-8"))
