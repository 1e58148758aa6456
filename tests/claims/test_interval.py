import math

import numpy as np
import pytest
from scipy import stats

from course_lib.claims import Interval


def test_of_is_students_interval() -> None:
    sample = [1.0, 2.0, 4.0, 8.0]
    low, high = stats.t.interval(0.95, df=3, loc=np.mean(sample), scale=stats.sem(sample))
    interval = Interval.of(sample)
    assert (interval.mean, interval.n) == (3.75, 4)
    assert interval.low == pytest.approx(low)
    assert interval.high == pytest.approx(high)


def test_of_covers_the_true_mean_in_95_of_100_cases() -> None:
    generator = np.random.default_rng(0)
    trials = [Interval.of(generator.normal(3.0, 2.0, size=5)) for _ in range(2000)]
    covered = np.mean([trial.low <= 3.0 <= trial.high for trial in trials])
    assert 0.935 < covered < 0.965


def test_of_ratios_is_symmetric_under_inversion() -> None:
    ratios = np.array([1.5, 2.0, 3.0])
    forwards, backwards = Interval.of_ratios(ratios), Interval.of_ratios(1 / ratios)
    assert forwards.mean == pytest.approx(1 / backwards.mean)
    assert forwards.low == pytest.approx(1 / backwards.high)


@pytest.mark.parametrize(("hits", "n"), [(0, 12), (3, 12), (12, 12), (1, 1)])
def test_of_share_is_wilsons_interval(hits: int, n: int) -> None:
    expected = stats.binomtest(hits, n).proportion_ci(0.95, method="wilson")
    interval = Interval.of_share(hits, n)
    assert interval.low == pytest.approx(expected.low, abs=1e-12)
    assert interval.high == pytest.approx(expected.high, abs=1e-12)


@pytest.mark.parametrize("values", [[], [1.0], [1.0, math.nan], [1.0, math.inf]])
def test_of_refuses_what_has_no_interval_in_both_languages(values: list[float]) -> None:
    with pytest.raises(ValueError, match=r"(?s)more seeds.*بذر"):
        Interval.of(values)


@pytest.mark.parametrize("ratios", [[1.0, 0.0], [1.0, -2.0]])
def test_of_ratios_refuses_ratios_that_are_not_positive(ratios: list[float]) -> None:
    with pytest.raises(ValueError, match="finite repetitions"):
        Interval.of_ratios(ratios)


@pytest.mark.parametrize(("hits", "n"), [(-1, 5), (6, 5), (0, 0)])
def test_of_share_refuses_impossible_counts(hits: int, n: int) -> None:
    with pytest.raises(ValueError, match="out of n"):
        Interval.of_share(hits, n)


def test_text_has_the_digits_of_each_language() -> None:
    text = Interval(-0.5, -1.0, 0.0, 5).text(".1f")
    assert text.en == "−0.5 [−1.0, 0.0]"
    assert text.fa.replace("\u200e", "") == "−۰٫۵ [−۱٫۰، ۰٫۰]"
