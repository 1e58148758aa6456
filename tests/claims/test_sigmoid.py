"""The experiments of lesson 03 at toy size, and their pieces against what is known."""

from collections.abc import Mapping
from typing import Any

import mpmath
import numpy as np
import pytest
import torch

from course_lib import activations, data, training
from course_lib.claims import ledger, run
from course_lib.claims.experiments import sigmoid
from course_lib.claims.experiments.untrained import Untrained
from course_lib.claims.interval import Interval
from course_lib.figures.experiments import sigmoid as figures

TOY: dict[str, dict[str, Any]] = {
    "sigmoid-prob": {"examples": 60, "width": 4, "learning_rates": [0.1, 0.4], "steps": 20, "bins": 4, "seeds": 2},
    "sigmoid-smooth": {"points": 101},
    "sigmoid-centre": {
        "shallow": 1,
        "deep": 2,
        "width": 6,
        "learning_rates": [1.0, 2.0],
        "steps": 10,
        "target_loss": 2.0,
        "seeds": 2,
    },
    "sigmoid-positive-grad": {"depth": 3, "width": 6, "seeds": 2},
    "sigmoid-three": {"points": 101},
    "sigmoid-vanish": {
        "depths": [2, 4],
        "width": 6,
        "shallow": 1,
        "deep": 2,
        "deepest": 3,
        "sgd_rates": [0.4, 1.6],
        "adam_rates": [0.01, 0.03],
        "steps": 10,
        "seeds": 2,
    },
}


@pytest.mark.parametrize("claim", TOY)
def test_each_experiment_measures_what_the_ledger_declares(claim: str) -> None:
    evidence = run(claim, "full", device="cpu", **TOY[claim])
    assert list(evidence.result.measures) == list(ledger()[claim].measures)
    for interval in evidence.result.measures.values():
        assert interval.low <= interval.mean <= interval.high


@pytest.mark.parametrize("claim", TOY)
def test_its_figure_is_drawn_in_both_languages(claim: str) -> None:
    evidence = run(claim, device="cpu", **TOY[claim])
    _, name = evidence.claim.experiment.split(".")
    picture = getattr(figures, name)(evidence.result.data)
    for language in ("en", "fa"):
        assert picture.figure(language).axes


def test_every_claim_of_the_lesson_is_run_here() -> None:
    assert set(TOY) == {name for name, claim in ledger().items() if claim.experiment.startswith("sigmoid.")}


@pytest.mark.parametrize("claim", TOY)
def test_the_networks_of_each_experiment_step_on_any_device(claim: str, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = []
    train = training.train

    def listen(models: list[training.Model], dataset: data.Dataset, **options: Any) -> training.History:
        calls.append((models, dataset, options))
        return train(models, dataset, **options)

    monkeypatch.setattr(training, "train", listen)
    run(claim, device="cpu", **TOY[claim])
    assert bool(calls) == (claim in ("sigmoid-prob", "sigmoid-centre", "sigmoid-vanish"))
    for models, dataset, options in calls:
        training.rehearse(models, dataset, optimiser=options.get("optimiser", "sgd"))
        assert options["device"] == "cpu"


def test_the_first_zero_is_found_among_all_numbers_of_half_precision() -> None:
    every = torch.arange(0x7C00, dtype=torch.int16).view(torch.float16)
    expected = float(every[sigmoid._slope(every) == 0][0])
    assert sigmoid.first_zero(sigmoid._slope, torch.float16, torch.int16) == expected


@pytest.mark.parametrize("name", ["float32", "float64"])
def test_the_slope_rounds_to_zero_where_half_of_the_smallest_number_is_undercut(name: str) -> None:
    """σ′ ≈ e⁻ˣ rounds to 0 once it is no more than half of the smallest positive number of the type."""
    dtype, integer = sigmoid._FLOATS[name]
    x = sigmoid.first_zero(sigmoid._slope, dtype, integer)
    smallest = mpmath.mpf(2) ** {"float32": -149, "float64": -1074}[name]
    edge = -mpmath.log(smallest / 2)
    below = float(np.nextafter(np.dtype(name).type(x), np.dtype(name).type(0)))
    assert below <= edge <= x


def test_a_slope_that_never_falls_to_zero_ends_at_the_largest_number() -> None:
    found = sigmoid.first_zero(torch.ones_like, torch.float16, torch.int16)
    assert found == torch.finfo(torch.float16).max


def test_the_point_of_five_per_cent_has_a_closed_form() -> None:
    """4·s·(1 − s) = 0.05 for s = (1 + √0.95)/2, and σ⁻¹(s) = ln(s/(1 − s))."""
    s = (1 + np.sqrt(0.95)) / 2
    measured = run("sigmoid-three").result.measures
    assert measured["flat_from"].mean == pytest.approx(np.log(s / (1 - s)), rel=1e-12)
    assert measured["at_three"].mean == pytest.approx(1 / np.cosh(1.5) ** 2, rel=1e-12)


def test_the_centred_sigmoid_is_the_sigmoid_moved_and_stretched() -> None:
    x = np.linspace(-9, 9, 101)
    plain = activations.get("sigmoid")
    for height in (1.0, 2.0):
        moved = sigmoid.CentredSigmoid(height)
        assert moved(x) == pytest.approx(height * (plain(x) - 0.5), abs=1e-15)
        assert moved(x) == pytest.approx(height / 2 * np.tanh(x / 2), abs=1e-15)
        step = 1e-5
        assert moved.derivative(x) == pytest.approx((moved(x + step) - moved(x - step)) / (2 * step), abs=1e-9)
        slope = moved.derivative
        assert moved.second_derivative(x) == pytest.approx((slope(x + step) - slope(x - step)) / (2 * step), abs=1e-9)
        area = moved.antiderivative
        assert moved(x) == pytest.approx((area(x + step) - area(x - step)) / (2 * step), abs=1e-9)
        assert moved.antiderivative(0.0) == pytest.approx(0, abs=1e-15)
        assert np.abs(moved(x)).max() <= moved.range.high


def test_signs_agree_for_positive_inputs_and_not_for_mixed_ones() -> None:
    deltas = (np.array([[1.0, -1.0], [-2.0, 0.5]]),)
    weights = (np.ones((2, 3)),)
    positive = Untrained((np.array([[1.0, 2.0, 3.0], [0.1, 0.2, 0.3]]),), deltas, weights)
    mixed = Untrained((np.array([[1.0, -2.0, 3.0], [0.1, 0.2, -0.3]]),), deltas, weights)
    assert sigmoid.one_sign(positive, 0) == (1.0, 1.0)
    assert sigmoid.one_sign(mixed, 0) == (0.0, pytest.approx(2 / 3))


def test_coin_tosses_fall_as_often_as_they_should() -> None:
    dataset, truth = sigmoid.coin_tosses(5, 5000)
    assert len(truth) == len(dataset.y_test) == 20000
    for low, high in ((0.0, 0.2), (0.4, 0.6), (0.8, 1.0)):
        chosen = (truth >= low) & (truth < high)
        assert dataset.y_test[chosen].mean() == pytest.approx(truth[chosen].mean(), abs=0.03)


def _exact(**values: float) -> Mapping[str, Interval]:
    return {name: Interval.exact(value) for name, value in values.items()}


@pytest.mark.parametrize(
    ("claim", "verdict", "values"),
    [
        ("sigmoid-prob", "holds", {"log_loss_error": 0.01, "squared_error": 0.01, "hinge_error": 0.01}),
        ("sigmoid-prob", "holds-if", {"log_loss_error": 0.01, "squared_error": 0.01, "hinge_error": 0.2}),
        ("sigmoid-prob", "holds-if", {"log_loss_error": 0.01, "squared_error": 0.1, "hinge_error": 0.2}),
        ("sigmoid-prob", "wrong", {"log_loss_error": 0.1, "squared_error": 0.1, "hinge_error": 0.2}),
        ("sigmoid-smooth", "wrong", {"quotient_gap": 0.5}),
        ("sigmoid-smooth", "holds", {"quotient_gap": 0.0, **dict.fromkeys(
            ("zero_float16", "autograd_float16", "zero_float32", "autograd_float32"), 6e4)}),
        ("sigmoid-smooth", "holds-if", {"quotient_gap": 0.0, "zero_float16": 10, "autograd_float32": 20}),
        ("sigmoid-centre", "holds", {"agreement_sigmoid": 1, "agreement_tanh": 0, "speedup_shallow": 2,
                                     "speedup_deep": 2}),
        ("sigmoid-centre", "holds-if", {"agreement_sigmoid": 1, "agreement_tanh": 0, "speedup_shallow": 1,
                                        "speedup_deep": 2}),
        ("sigmoid-centre", "wrong", {"agreement_sigmoid": 1, "agreement_tanh": 0, "speedup_shallow": 1,
                                     "speedup_deep": 1}),
        ("sigmoid-positive-grad", "wrong", {"sigmoid_left": 1e-5, "mirrored_left": 1e-5, "leaky_left": 1,
                                            "bound_used": 0.5}),
        ("sigmoid-positive-grad", "holds", {"sigmoid_left": 1e-5, "mirrored_left": 1, "leaky_left": 1e-5,
                                            "bound_used": 0.5}),
        ("sigmoid-positive-grad", "wrong", {"sigmoid_left": 0.5, "mirrored_left": 1, "leaky_left": 1e-5,
                                            "bound_used": 0.5}),
        ("sigmoid-three", "holds", {"outside": 0.01, "at_six": 0.01}),
        ("sigmoid-three", "wrong", {"outside": 0.2, "at_six": 0.01}),
        ("sigmoid-three", "wrong", {"outside": 0.2, "at_six": 0.1}),
        ("sigmoid-vanish", "holds", {"shallow_sgd": 0.1, "deep_sgd": 0.1, "deep_adam": 0.1, "deepest_adam": 0.1}),
        ("sigmoid-vanish", "holds-if", {"shallow_sgd": 0.9, "deep_sgd": 0.1, "deep_adam": 0.9, "deepest_adam": 0.1}),
        ("sigmoid-vanish", "holds-if", {"shallow_sgd": 0.9, "deep_sgd": 0.1, "deep_adam": 0.9, "deepest_adam": 0.9}),
        ("sigmoid-vanish", "holds-if", {"shallow_sgd": 0.9, "deep_sgd": 0.1, "deep_adam": 0.1, "deepest_adam": 0.1}),
        ("sigmoid-vanish", "wrong", {"shallow_sgd": 0.9, "deep_sgd": 0.9, "deep_adam": 0.9, "deepest_adam": 0.9}),
    ],
)  # fmt: skip
def test_the_rules_give_each_verdict(claim: str, verdict: str, values: dict[str, float]) -> None:
    entry = ledger()[claim]
    rule = entry.judge(_exact(**dict.fromkeys(entry.measures, 0.0) | values))
    assert rule is not None
    assert rule.verdict == verdict
