import tomllib
from importlib import resources

import pytest

from course_lib.claims import Interval, LedgerError, ledger
from course_lib.claims.ledger import Condition, parse

SOURCE = """
[small]
lesson = "05_relu"
experiment = "relu.firing"
references = ["book"]
en = "A claim."
fa = "ادعا."
quick = { seeds = 2 }
full = { seeds = 3 }

[small.measures.share]
en = "a share"
fa = "سهم"
format = ".2f"

[[small.rules]]
verdict = "holds"
when = ["share > 0.5"]
en = "Much."
fa = "بسیار."

[[small.rules]]
verdict = "wrong"
when = ["share < 0.5"]
en = "Little."
fa = "اندک."

[references.book]
authors = "Author"
year = 2000
title = "Title"
url = "https://example.org"
"""


def interval(low: float, high: float) -> Interval:
    return Interval((low + high) / 2, low, high, 5)


@pytest.mark.parametrize(
    ("low", "high", "verdict"),
    [(0.6, 0.9, "holds"), (0.1, 0.4, "wrong"), (0.4, 0.6, None), (0.5, 0.9, None), (0.1, 0.5, None)],
)
def test_a_verdict_needs_the_whole_interval(low: float, high: float, verdict: str | None) -> None:
    rule = parse(SOURCE)["small"].judge({"share": interval(low, high)})
    assert (rule.verdict if rule else None) == verdict


def test_the_first_rule_that_applies_wins() -> None:
    both = SOURCE.replace('"share < 0.5"', '"share > 0.1"')
    rule = parse(both)["small"].judge({"share": interval(0.6, 0.9)})
    assert rule is not None
    assert rule.verdict == "holds"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('verdict = "holds"', 'verdict = "right"', "verdict 'right'"),
        ('verdict = "holds"', 'verdict = "inconclusive"', "verdict 'inconclusive'"),
        ('["share > 0.5"]', '["share >= 0.5"]', "cannot read the condition"),
        ('["share > 0.5"]', '["shore > 0.5"]', "declared measures, not {'shore'}"),
        ('["share > 0.5"]', "[]", "needs conditions"),
        ('references = ["book"]', 'references = ["film"]', r"without an entry in \[references\]: \['film'\]"),
        ('lesson = "05_relu"', "", "the entry 'lesson' is missing"),
        ('fa = "ادعا."', "", "the entry 'fa' is missing"),
        ("quick = { seeds = 2 }", "", "the entry 'quick' is missing"),
        ("[small]", "[small", "not valid TOML"),
    ],
)
def test_a_mistake_in_the_ledger_is_named(old: str, new: str, message: str) -> None:
    assert old in SOURCE
    with pytest.raises(LedgerError, match=message):
        parse(SOURCE.replace(old, new, 1))


def test_an_unknown_claim_names_the_close_ones_in_both_languages() -> None:
    with pytest.raises(KeyError, match=r"(?s)Close to it: relu-dying.*نزدیک"):
        ledger()["relu-diing"]


def test_the_ledger_holds_the_claims_of_lesson_05() -> None:
    wanted = {"relu-sparse", "relu-cheap", "relu-fast", "relu-dying", "relu-one-negative"}
    assert wanted == {name for name, claim in ledger().items() if claim.lesson == "05_relu"}


def test_no_key_of_the_ledger_is_ignored() -> None:
    known = {"lesson", "experiment", "references", "en", "fa", "quick", "full", "measures", "rules"}
    source = resources.files("course_lib.claims").joinpath("claims.toml").read_text("utf-8")
    tables = tomllib.loads(source)
    tables.pop("references")
    for name, table in tables.items():
        assert set(table) == known, name


def test_every_rule_of_a_claim_can_apply() -> None:
    """A rule is dead if an earlier one asks for no more than it does."""
    for claim in ledger().values():
        for place, rule in enumerate(claim.rules):
            for earlier in claim.rules[:place]:
                assert not set(earlier.conditions) <= set(rule.conditions), (claim.id, place)


def test_conditions_read_negative_numbers() -> None:
    assert Condition.parse("gap < -0.25") == Condition("gap", above=False, threshold=-0.25)
