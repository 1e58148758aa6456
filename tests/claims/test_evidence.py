import math
import re
from typing import Any

import pytest

from course_lib import claims
from course_lib.claims import Evidence, Interval, Result, ledger
from course_lib.claims.evidence import run
from course_lib.language import Text


def found(silent_at_start: Interval, silent_after: Interval) -> Evidence:
    measures = {"silent_at_start": silent_at_start, "silent_after": silent_after}
    return Evidence(ledger()["relu-sparse"], Result(measures, Text(en="Conditions.", fa="شرایط.")))


HALF = Interval(0.5, 0.45, 0.55, 5)
NONE = Interval(0.01, 0.0, 0.02, 5)
WIDE = Interval(0.1, 0.0, 0.2, 5)


@pytest.mark.parametrize(
    ("start", "after", "verdict"),
    [(HALF, HALF, "holds"), (HALF, NONE, "holds-if"), (NONE, HALF, "wrong"), (WIDE, HALF, "inconclusive")],
)
def test_the_verdict_follows_from_the_measures(start: Interval, after: Interval, verdict: str) -> None:
    assert found(start, after).verdict == verdict


def test_the_card_shows_the_measures_in_both_languages() -> None:
    card = found(HALF, NONE)._repr_html_()
    english, persian = card.split('lang="fa"')
    assert "50.0% [45.0%, 55.0%]" in english
    assert "۵۰٫۰٪ [۴۵٫۰٪، ۵۵٫۰٪]" in persian
    assert claims.VERDICTS["holds-if"].en in english
    assert claims.VERDICTS["holds-if"].fa in persian
    assert not re.search("[ء-ی]", english.replace("ء", ""))


@pytest.mark.parametrize(
    ("prediction", "words"),
    [(0.5, "inside the interval"), (0.1, "too low"), (0.9, "too high"), (None, "no prediction"), (math.nan, "no pred")],
)
def test_a_prediction_is_set_beside_the_measurement(prediction: float | None, words: str) -> None:
    comparison = found(HALF, HALF).compare("silent_at_start", prediction)
    assert words in repr(comparison)
    assert "۵۰٫۰٪" in comparison._repr_html_()


@pytest.mark.parametrize("prediction", ["a half", True, [0.5]])
def test_a_prediction_must_be_a_number(prediction: Any) -> None:
    with pytest.raises(TypeError, match=r"(?s)such as 0\.5.*پیش‌بینی"):
        found(HALF, HALF).compare("silent_at_start", prediction)


def test_an_unknown_measure_names_those_there_are() -> None:
    with pytest.raises(KeyError, match="silent_at_start, silent_after"):
        found(HALF, HALF).compare("silence", 0.5)


def test_run_refuses_unknown_profiles_and_arguments() -> None:
    with pytest.raises(ValueError, match=r"(?s)'quick' or 'full'.*نمایه"):
        run("relu-sparse", "huge")
    with pytest.raises(TypeError, match=r"(?s)no argument seed\. It takes: seeds.*آرگومان"):
        run("relu-sparse", seed=3)


@pytest.mark.parametrize(
    ("claim", "changes"),
    [
        ("relu-sparse", {"seeds": "3"}),
        ("relu-sparse", {"seeds": 0}),
        ("relu-sparse", {"seeds": 2.5}),
        ("relu-sparse", {"seeds": True}),
        ("relu-dying", {"depths": 2}),
        ("relu-dying", {"learning_rates": []}),
        ("relu-dying", {"learning_rates": [0.1, -0.1]}),
        ("relu-fast", {"target_loss": math.nan}),
    ],
)
def test_run_refuses_arguments_of_another_kind(claim: str, changes: dict[str, Any]) -> None:
    with pytest.raises(TypeError, match=r"(?s)must be a .*positive number.*مثبت"):
        run(claim, **changes)


def test_messages_about_unknown_names_can_be_read() -> None:
    for act in (lambda: run("relu-dyin"), lambda: run(3), lambda: found(HALF, HALF).compare("silence", 0.5)):  # type: ignore[arg-type]
        with pytest.raises(KeyError) as error:
            act()
        english, persian = str(error.value).split("\n")
        assert "Text(" not in english
        assert "\\u200c" not in persian


def test_verdicts_wants_evidence() -> None:
    with pytest.raises(TypeError, match=r"(?s)one after the other.*یکی پس از دیگری"):
        claims.verdicts([found(HALF, HALF)])  # type: ignore[arg-type]


def test_a_table_of_verdicts_has_one_row_per_claim() -> None:
    table = claims.verdicts(found(HALF, HALF), found(WIDE, HALF))
    assert repr(table) == "relu-sparse: holds\nrelu-sparse: inconclusive"
    assert table._repr_html_().count("<tr>") == 4
