"""The experiments of lesson 06 at toy size, and their pieces against what is known."""

from typing import Any

import numpy as np
import pytest

from course_lib import data, training
from course_lib.claims import ledger, run
from course_lib.claims.experiments import leaky
from course_lib.claims.interval import Interval
from course_lib.figures.experiments import leaky as figures

TOY: dict[str, dict[str, Any]] = {
    "leaky-fix": {
        "depth": 3,
        "width": 8,
        "slopes": [0.01, 0.3],
        "learning_rates": [0.001, 0.01],
        "steps": 10,
        "seeds": 3,
    },
    "prelu-learn": {
        "depth": 2,
        "width": 6,
        "starts": [0.01, 0.5],
        "learning_rates": [0.05, 0.1],
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
    assert set(TOY) == {name for name, claim in ledger().items() if claim.experiment.startswith("leaky.")}


@pytest.mark.parametrize("claim", TOY)
def test_the_networks_of_each_experiment_step_on_any_device(claim: str, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = []
    train = training.train

    def listen(models: list[training.Model], dataset: data.Dataset, **options: Any) -> training.History:
        calls.append((models, dataset, options))
        return train(models, dataset, **options)

    monkeypatch.setattr(training, "train", listen)
    run(claim, device="cpu", **TOY[claim])
    assert calls
    for models, dataset, options in calls:
        training.rehearse(models, dataset, optimiser=options.get("optimiser", "sgd"))
        assert options["device"] == "cpu"


def test_silent_units_are_dead_in_relu_and_sunk_in_leaky_relu(monkeypatch: pytest.MonkeyPatch) -> None:
    """Units that start with biases of −50 are negative on every input; only a slope of exactly 0 makes them dead."""
    model = training.Model

    def drowned(*arguments: Any, **options: Any) -> training.Model:
        return model(*arguments, **options, bias=-50.0)

    monkeypatch.setattr(leaky.training, "Model", drowned)
    measures = run("leaky-fix", device="cpu", **{**TOY["leaky-fix"], "steps": 1, "learning_rates": [1e-6]})
    found = measures.result.measures
    assert found["dead_relu"].mean == 1
    assert found["dead_leaky"].mean == 0
    assert found["sunk_leaky"].mean == 1


def test_slopes_that_do_not_learn_stay_where_they_were() -> None:
    still = {**TOY["prelu-learn"], "learning_rates": [1e-12]}
    found = run("prelu-learn", device="cpu", **still).result
    assert found.measures["moved_low"].high < 1e-6
    assert found.measures["nearer"].mean == pytest.approx(1, abs=1e-6)
    assert found.data["slopes"][0.5] == pytest.approx(np.full((2, 2), 0.5))
    # Leaky ReLU with the same slope is then the same network.
    assert found.measures["gain"] == Interval.of([0.0, 0.0])


def test_slopes_that_learn_move() -> None:
    found = run("prelu-learn", device="cpu", **{**TOY["prelu-learn"], "learning_rates": [0.2], "steps": 60}).result
    assert found.measures["moved_low"].low > 1e-3


@pytest.mark.parametrize(
    ("claim", "verdict", "values"),
    [
        ("leaky-fix", "wrong", {"dead_relu": 0.2, "dead_leaky": 0.2}),
        ("leaky-fix", "holds", {"dead_relu": 0.2, "gain_small": 0.05}),
        ("leaky-fix", "holds-if", {"dead_relu": 0.2, "gain_large": 0.05}),
        ("leaky-fix", "holds-if", {"dead_relu": 0.2}),
        ("prelu-learn", "wrong", {}),
        ("prelu-learn", "holds", {"moved_low": 0.1, "moved_high": 0.1, "nearer": 0.5, "early_minus_late": 0.1}),
        ("prelu-learn", "holds", {"moved_low": 0.1, "moved_high": 0.1, "nearer": 0.5, "early_minus_late": -0.1}),
        ("prelu-learn", "holds-if", {"moved_low": 0.1, "moved_high": 0.1, "nearer": 1.5}),
    ],
)
def test_the_rules_give_each_verdict(claim: str, verdict: str, values: dict[str, float]) -> None:
    entry = ledger()[claim]
    rule = entry.judge({name: Interval.exact(values.get(name, 0.0)) for name in entry.measures})
    assert rule is not None
    assert rule.verdict == verdict
