import sys

import pytest

from course_lib.__main__ import main
from course_lib.claims import Interval, LedgerError, ledger
from course_lib.claims.ledger import LESSONS, Condition, parse
from course_lib.claims.schema import experiment_problems

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
        ('["share > 0.5"]', "[]", "rule 1: the entry 'when' is empty"),
        ('["share > 0.5"]', "[0.5]", "rule 1: its conditions are not all texts"),
        ('references = ["book"]', 'references = ["film"]', r"without an entry in \[references\]: \['film'\]"),
        ('lesson = "05_relu"', "", "the entry 'lesson' is missing"),
        ('fa = "ادعا."', "", "the entry 'fa' is missing"),
        ("quick = { seeds = 2 }", "", "the entry 'quick' is missing"),
        ("[small]", "[small", "not valid TOML"),
        ("[references.book]", "[small]", "not valid TOML"),
        (
            'lesson = "05_relu"',
            'lesson = "05_rely"',
            "claim 'small': there is no lesson '05_rely': it is one of 01_why",
        ),
        ('lesson = "05_relu"', "lesson = 5", "claim 'small': the entry 'lesson' must be a text, not 5"),
        ('"relu.firing"', '"firing"', "the experiment 'firing' is not 'module.function'"),
        ('en = "A claim."', 'en = ""', "the entry 'en' is empty"),
        ('en = "A claim."', 'en = "A claim."\nde = "Satz."', "claim 'small': the entry 'de' is unknown"),
        ('references = ["book"]', "references = []", "the entry 'references' is empty"),
        ('references = ["book"]', "references = [1]", "its references are not all names"),
        ("full = { seeds = 3 }", "full = { seed = 3 }", "do not have the same arguments: seed, seeds"),
        ("full = { seeds = 3 }", "full = { seeds = true }", "full: the argument 'seeds' must be a number"),
        ('format = ".2f"', "", "measure 'share': the entry 'format' is missing"),
        ('format = ".2f"', 'format = ".2q"', "measure 'share': '.2q' formats no number"),
        ('fa = "بسیار."', "", "rule 1: the entry 'fa' is missing"),
        ('fa = "اندک."', 'fa = "اندک."\nif = 1', "rule 2: the entry 'if' is unknown"),
        ('title = "Title"', "", "reference 'book': the entry 'title' is missing"),
        ("year = 2000", 'year = "2000"', "reference 'book': the entry 'year' must be a whole number"),
        ("https://example.org", "arXiv 1502.01852", "'arXiv 1502.01852' is neither a DOI's, nor arXiv's"),
        ("[references.book]", "[references.film]", "reference 'film': no claim refers to it"),
    ],
)
def test_a_mistake_in_the_ledger_is_named(old: str, new: str, message: str) -> None:
    assert old in SOURCE
    with pytest.raises(LedgerError, match=message):
        parse(SOURCE.replace(old, new, 1))


def test_an_unknown_claim_names_the_close_ones_in_both_languages() -> None:
    with pytest.raises(KeyError, match=r"(?s)Close to it: relu-dying.*نزدیک"):
        ledger()["relu-diing"]


def test_all_problems_are_named_at_once() -> None:
    twice = SOURCE.replace('lesson = "05_relu"', "").replace('title = "Title"', "")
    with pytest.raises(LedgerError, match=r"(?s)claim 'small': .*'lesson'.*\nreference 'book': .*'title'"):
        parse(twice)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("relu.firing", "relu.fire", "there is no experiment 'relu.fire'"),
        ("relu.firing", "rely.firing", "there is no experiment 'rely.firing'"),
        ("relu.firing", "relu.dying", "relu.dying does not take the arguments of quick: missing"),
    ],
)
def test_experiments_that_cannot_be_called_are_named(old: str, new: str, message: str) -> None:
    takes_all = SOURCE.replace("seeds = 2", "seeds = 2, first_seed = 0, steps = 9")
    takes_all = takes_all.replace("seeds = 3", "seeds = 3, first_seed = 0, steps = 9")
    assert list(experiment_problems(parse(takes_all))) == []
    found = list(experiment_problems(parse(takes_all.replace(old, new))))
    assert found
    assert message in found[0]


def test_every_experiment_of_the_ledger_takes_its_arguments() -> None:
    assert list(experiment_problems(ledger())) == []


# The statements of the lecture notes, by lesson.
NOTES = {
    "01_why_nonlinearity": "why-separate why-fire why-same-hidden why-collapse why-depth",
    "02_step_and_linear": "step-def step-two-classes step-grad step-use linear-const linear-update linear-simple",
    "03_sigmoid": "sigmoid-prob sigmoid-smooth sigmoid-centre sigmoid-positive-grad sigmoid-three sigmoid-vanish",
    "04_tanh": "tanh-centre tanh-scaled tanh-binary",
    "05_relu": "relu-sparse relu-cheap relu-fast relu-dying relu-one-negative",
    "06_leaky_and_parametric_relu": "leaky-fix prelu-learn",
    "07_elu_and_selu": "elu-log elu-mean selu-preserve selu-constants",
    "08_softmax": "softmax-sigmoids softmax-last softmax-formula",
    "09_swish": "swish-formula swish-better swish-negatives swish-monotone swish-bounds swish-deep",
    "10_gelu": "gelu-nlp gelu-dropout gelu-formula gelu-normal gelu-use",
    "11_choosing": "choose-relu-first choose-no-sigmoid-tanh choose-cnn-relu choose-rnn-tanh choose-out-regression "
    "choose-out-binary choose-out-multiclass choose-out-multilabel",
}


@pytest.mark.parametrize("lesson", LESSONS)
def test_the_ledger_holds_every_statement_of_the_notes(lesson: str) -> None:
    assert set(NOTES[lesson].split()) == {name for name, claim in ledger().items() if claim.lesson == lesson}


def test_every_rule_of_a_claim_can_apply() -> None:
    """A rule is dead if an earlier one asks for no more than it does."""
    for claim in ledger().values():
        for place, rule in enumerate(claim.rules):
            for earlier in claim.rules[:place]:
                assert not set(earlier.conditions) <= set(rule.conditions), (claim.id, place)


def test_conditions_read_negative_numbers() -> None:
    assert Condition.parse("gap < -0.25") == Condition("gap", above=False, threshold=-0.25)


def test_the_check_names_what_is_wrong_with_the_ledger(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    module = sys.modules["course_lib.claims.ledger"]  # whose name in the package is that of its function
    monkeypatch.setattr("course_lib.language.check.check_notebooks", lambda paths: [])
    monkeypatch.setattr("course_lib.language.check.check_library", lambda package: [])
    monkeypatch.setattr(module, "ledger", lambda: parse(SOURCE.replace('lesson = "05_relu"', "")))
    assert main(["check"]) == 1
    assert "claims.toml: : [ledger] claim 'small': the entry 'lesson' is missing" in capsys.readouterr().out
    monkeypatch.setattr(module, "ledger", lambda: parse(SOURCE.replace("relu.firing", "relu.fire")))
    assert main(["check"]) == 1
    assert "[ledger] claim 'small': there is no experiment 'relu.fire'" in capsys.readouterr().out
