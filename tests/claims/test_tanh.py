"""The experiments of lesson 04 at toy size, and their pieces against what is known."""

from typing import Any

import mpmath
import numpy as np
import pytest

from course_lib import activations, data, training
from course_lib.claims import ledger, run
from course_lib.claims.interval import Interval
from course_lib.figures.experiments import tanh as figures

TOY: dict[str, dict[str, Any]] = {
    "tanh-centre": {"points": 101, "depth": 2, "width": 6, "learning_rates": [0.2, 0.8], "steps": 10, "seeds": 2},
    "tanh-scaled": {"points": 1001},
    "tanh-binary": {"width": 4, "learning_rates": [0.1, 1.0], "steps": 10, "seeds": 2},
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
    assert set(TOY) == {name for name, claim in ledger().items() if claim.experiment.startswith("tanh.")}


@pytest.mark.parametrize("claim", TOY)
def test_the_networks_of_each_experiment_step_on_any_device(claim: str, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = []
    train = training.train

    def listen(models: list[training.Model], dataset: data.Dataset, **options: Any) -> training.History:
        calls.append((models, dataset, options))
        return train(models, dataset, **options)

    monkeypatch.setattr(training, "train", listen)
    run(claim, device="cpu", **TOY[claim])
    assert bool(calls) == (claim != "tanh-scaled")
    for models, dataset, options in calls:
        training.rehearse(models, dataset)
        assert options["device"] == "cpu"


def test_the_identity_loses_its_digits_as_predicted() -> None:
    """Near 0 the error of 2σ(2x) − 1 is about one unit of the precision at 1, and tanh(x) about x."""
    measured = run("tanh-scaled").result
    for name in ("float32", "float64"):
        worst = measured.data["ulps"][name]
        place = list(measured.data["size"]).index(-5)
        expected = np.finfo(name).eps / 2 / np.spacing(np.dtype(name).type(1e-5))
        assert expected / 4 < worst[place] < expected * 4
        assert measured.measures[f"ulps_{name}"].mean == worst.max()


def test_the_two_sides_of_the_identity_are_equal_in_high_precision() -> None:
    tanh, sigmoid = activations.get("tanh"), activations.get("sigmoid")
    with mpmath.workdps(60):
        for x in (1e-9, 0.3, 2.0, 18.5):
            exact = 2 / (1 + mpmath.exp(-2 * mpmath.mpf(x))) - 1
            assert abs(exact - mpmath.tanh(x)) < mpmath.mpf(10) ** -55
            assert float(abs(exact - mpmath.mpf(float(tanh(x))))) <= 2e-16 * abs(float(exact))
            assert float(abs(exact - mpmath.mpf(float(2 * sigmoid(2 * x) - 1)))) < 4e-16


def test_new_sigmoid_layers_are_off_centre_and_new_tanh_layers_are_not() -> None:
    measures = run("tanh-centre", device="cpu", **{**TOY["tanh-centre"], "width": 64}).result.measures
    assert measures["asymmetry"] == Interval.exact(0.0)
    assert measures["largest"] == Interval.exact(1.0)
    assert measures["new_sigmoid"].mean > 10 * measures["new_tanh"].mean


@pytest.mark.parametrize(
    ("claim", "verdict", "values"),
    [
        ("tanh-centre", "wrong", {"asymmetry": 0.1}),
        ("tanh-centre", "holds", {"largest": 1, "new_sigmoid": 0.5, "new_tanh": 0.01, "trained_tanh": 0.01}),
        ("tanh-centre", "holds-if", {"largest": 1, "new_sigmoid": 0.5, "new_tanh": 0.01, "trained_tanh": 0.3}),
        ("tanh-centre", "holds-if", {"largest": 1, "new_sigmoid": 0.5, "new_tanh": 0.3, "trained_tanh": 0.3}),
        ("tanh-scaled", "wrong", {"distance_float64": 9}),
        ("tanh-scaled", "holds", {"ulps_float32": 2, "ulps_float64": 2}),
        ("tanh-scaled", "holds-if", {"ulps_float32": 1e7, "ulps_float64": 1e7}),
        ("tanh-binary", "holds", {}),
        ("tanh-binary", "holds-if", {"mismatched_loss": 0.3}),
        ("tanh-binary", "wrong", {"squared_breast": -0.1, "hinge_breast": -0.1}),
        ("tanh-binary", "wrong", {"squared_moons": -0.1, "hinge_moons": -0.1}),
    ],
)
def test_the_rules_give_each_verdict(claim: str, verdict: str, values: dict[str, float]) -> None:
    entry = ledger()[claim]
    rule = entry.judge({name: Interval.exact(values.get(name, 0.0)) for name in entry.measures})
    assert rule is not None
    assert rule.verdict == verdict
