"""Calibration measures against cases that can be worked out by hand, and against scikit-learn."""

import numpy as np
import pytest
from sklearn.calibration import calibration_curve
from sklearn.metrics import brier_score_loss
from sklearn.metrics import log_loss as reference_log_loss

from course_lib.claims.experiments.calibration import (
    brier_score,
    calibration_error,
    log_loss,
    reliability,
    top_class,
)


@pytest.fixture
def forecasts() -> tuple[np.ndarray, np.ndarray]:
    generator = np.random.default_rng(7)
    given = generator.uniform(0.001, 0.999, 400)
    return given, generator.random(400) < given**2


def test_a_forecast_that_is_too_sure_is_off_by_its_excess() -> None:
    """Eight of ten events happen; the forecaster says 95 %."""
    error = calibration_error(np.full(10, 0.95), np.arange(10) < 8)
    assert error == pytest.approx(0.15)


def test_errors_of_two_bins_are_averaged_by_their_sizes() -> None:
    given = np.array([0.1, 0.1, 0.1, 0.9])
    happened = np.array([0, 0, 1, 1])
    assert calibration_error(given, happened, bins=2) == pytest.approx(0.75 * (1 / 3 - 0.1) + 0.25 * 0.1)


@pytest.mark.parametrize("equal_mass", [False, True])
def test_the_diagram_equals_scikit_learns(forecasts: tuple[np.ndarray, np.ndarray], equal_mass: bool) -> None:
    given, happened = forecasts
    frequency, forecast = calibration_curve(
        happened, given, n_bins=10, strategy="quantile" if equal_mass else "uniform"
    )
    found = reliability(given, happened, bins=10, equal_mass=equal_mass)
    assert found.size.sum() == len(given)
    np.testing.assert_allclose(found.forecast, forecast, atol=0.005)  # quantiles are defined a little differently
    np.testing.assert_allclose(found.frequency, frequency, atol=0.02)


def test_equally_filled_bins_are_equally_filled_and_keep_equal_forecasts_together() -> None:
    spread = reliability(np.linspace(0, 1, 100), np.zeros(100), bins=4, equal_mass=True)
    assert spread.size.tolist() == [25, 25, 25, 25]
    tied = reliability(np.array([0.2] * 9 + [0.7]), np.zeros(10), bins=5, equal_mass=True)
    assert tied.size.tolist() == [9, 1]


def test_the_ends_of_the_range_fall_into_the_outer_bins() -> None:
    assert reliability([0.0, 1.0], [0, 1], bins=10).forecast.tolist() == [0.0, 1.0]


def test_one_bin_compares_the_mean_forecast_with_the_base_rate(forecasts: tuple[np.ndarray, np.ndarray]) -> None:
    given, happened = forecasts
    assert calibration_error(given, happened, bins=1) == pytest.approx(abs(given.mean() - happened.mean()))


def test_scores_of_one_event_equal_scikit_learns(forecasts: tuple[np.ndarray, np.ndarray]) -> None:
    given, happened = forecasts
    assert brier_score(given, happened) == pytest.approx(brier_score_loss(happened, given))
    assert log_loss(given, happened) == pytest.approx(reference_log_loss(happened, given))


def test_scores_of_classes_sum_over_them() -> None:
    given = np.array([[0.7, 0.2, 0.1], [0.1, 0.1, 0.8]])
    assert brier_score(given, [0, 1]) == pytest.approx((0.09 + 0.04 + 0.01 + 0.01 + 0.81 + 0.64) / 2)
    assert log_loss(given, [0, 1]) == pytest.approx(-(np.log(0.7) + np.log(0.1)) / 2)


def test_two_classes_score_twice_as_much_as_the_event_of_one_of_them(forecasts: tuple[np.ndarray, np.ndarray]) -> None:
    given, happened = forecasts
    both = np.column_stack([1 - given, given])
    assert brier_score(both, happened.astype(int)) == pytest.approx(2 * brier_score(given, happened))


def test_a_wrong_certainty_costs_much_but_not_infinitely_much() -> None:
    assert log_loss([1.0], [0]) == pytest.approx(-np.log(1e-7))


def test_the_top_class_is_right_or_not() -> None:
    confidence, right = top_class([[0.7, 0.3], [0.4, 0.6]], [0, 0])
    assert confidence.tolist() == [0.7, 0.6]
    assert right.tolist() == [True, False]


@pytest.mark.parametrize(
    ("forecasts", "outcomes", "bins", "message"),
    [
        ([], [], 10, "one outcome"),
        ([0.5, 0.5], [1], 10, "one outcome"),
        ([1.5], [1], 10, "between 0 and 1"),
        ([float("nan")], [1], 10, "between 0 and 1"),
        ([0.5], [1], 0, "at least 1"),
    ],
)
def test_what_is_no_forecast_is_refused(forecasts: list[float], outcomes: list[int], bins: int, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        calibration_error(forecasts, outcomes, bins=bins)
