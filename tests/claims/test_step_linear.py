"""The experiments of lesson 02 at toy size, and their pieces against what is known."""

import importlib
from typing import Any

import numpy as np
import pytest
import torch

from course_lib import data, training
from course_lib.activations import get
from course_lib.claims import Interval, ledger, run
from course_lib.claims.experiments import perceptron, step_linear
from course_lib.figures import Picture

TOY: dict[str, dict[str, Any]] = {
    "step-def": {"dtypes": ["float32"]},
    "step-two-classes": {"units": 12, "epochs": 1, "seeds": 2},
    "step-grad": {"hidden": [4], "learning_rates": [0.1, 1.0], "seeds": 2, "steps": 5},
    "step-use": {"features": 2, "examples": 20, "epochs": 3, "steps": 3, "seeds": 2},
    "linear-const": {"slopes": [0.5], "reach": 2},
    "linear-update": {"steps": 5, "whole_steps": 5, "seeds": 2},
    "linear-simple": {"hidden": [4], "learning_rates": [0.01, 0.1], "steps": 5, "splits": 2},
}


@pytest.mark.parametrize("claim", TOY)
def test_each_experiment_measures_what_the_ledger_declares_and_is_drawn(claim: str) -> None:
    entry = ledger()[claim]
    evidence = run(claim, device="cpu", **TOY[claim])
    assert list(evidence.result.measures) == list(entry.measures)
    for interval in evidence.result.measures.values():
        assert interval.low <= interval.mean <= interval.high
    module, function = entry.experiment.split(".")
    picture = getattr(importlib.import_module(f"course_lib.figures.experiments.{module}"), function)
    drawn = picture(evidence.result.data)
    assert isinstance(drawn, Picture)
    assert drawn.png("fa") != drawn.png("en")


def test_every_claim_of_the_lesson_is_run_here() -> None:
    assert set(TOY) == {name for name, claim in ledger().items() if claim.lesson == "02_step_and_linear"}


def test_the_networks_of_the_tabular_comparison_step_on_any_device(monkeypatch: pytest.MonkeyPatch) -> None:
    calls = []

    def listen(models: list[training.Model], dataset: data.Dataset, **options: Any) -> training.History:
        calls.append((models, dataset, options))
        return train(models, dataset, **options)

    train = training.train
    monkeypatch.setattr(training, "train", listen)
    run("linear-simple", device="cpu", **TOY["linear-simple"])
    assert {dataset.seed for _, dataset, _ in calls} == {0, 1}  # every repetition has a split of its own
    for models, dataset, options in calls:
        training.rehearse(models, dataset, optimiser=options["optimiser"])
        assert options["device"] == "cpu"


@pytest.mark.parametrize("activation", [step_linear._step, step_linear._straight_through])
def test_networks_of_steps_make_no_tensor_on_the_wrong_device(activation: Any) -> None:
    trained = step_linear.train_steps(
        activation,
        data.load("digits"),
        hidden=[4, 3],
        rates=[0.1, 1.0],
        seeds=[0, 1],
        steps=2,
        probe_every=1,
        device="meta",
    )
    assert trained.losses.shape == (3, 4)
    assert trained.test_accuracy.is_meta


def test_the_straight_through_slope_is_one_between_minus_one_and_one() -> None:
    z = torch.tensor([-2.0, -0.5, 0.0, 0.5, 2.0], requires_grad=True)
    y = step_linear._straight_through(z)
    assert y.tolist() == [0.0, 0.0, 1.0, 1.0, 1.0]
    (slope,) = torch.autograd.grad(y.sum(), z)
    assert slope.tolist() == [0.0, 1.0, 1.0, 1.0, 0.0]


def test_networks_of_steps_learn_as_one_network_of_modules_does() -> None:
    """One of the batched networks, trained again as an ordinary module with torch's own SGD."""
    task = data.load("digits")
    batched = step_linear.train_steps(
        torch.tanh, task, hidden=[5], rates=[0.1, 0.5], seeds=[3, 4], steps=4, probe_every=4, device="cpu"
    )
    model = training.Model("tanh", (5,), "glorot", learning_rate=0.5, seed=4)
    alone, _ = training.one_by_one.train(model, task, steps=4)
    for mine, theirs in zip(batched.last, alone.parameters(), strict=True):
        torch.testing.assert_close(mine[3], theirs.detach())


def test_moved_weights_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(step_linear, "_step", torch.tanh)  # a function that has a slope
    assert run("step-grad", device="cpu", **TOY["step-grad"]).result.measures["moved_below"].mean > 100


def test_the_perceptron_rule_learns_and_rejects_what_it_should() -> None:
    """It learns "or" and "and" together; "xor", which no line separates, never."""
    x = perceptron.with_constant(np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]))
    answers = np.array([[0.0, 0.0, 0.0], [1.0, 0.0, 1.0], [1.0, 0.0, 1.0], [1.0, 1.0, 0.0]])
    weights = perceptron.learn(x, answers, epochs=50, generator=np.random.default_rng(0))
    assert weights.shape == (50, 3, 3)
    assert (perceptron.outputs(weights[-1], x) == answers).all(axis=0).tolist() == [True, True, False]
    np.testing.assert_array_equal(weights[-1, :2], weights[-2, :2])  # what is learned stays


def test_a_separable_cloud_is_separable_and_an_overlapping_one_is_as_hard_as_stated() -> None:
    generator = np.random.default_rng(1)
    x, y = step_linear._clouds(generator, 300, 3, separable=True)
    assert x.shape == (300, 4)
    weights = perceptron.learn(x, y, epochs=300, generator=generator)[-1]
    assert step_linear._right(weights, x, y) == 1.0
    x, y = step_linear._clouds(generator, 20000, 3, separable=False)
    best = np.array([[1.0, 0.0, 0.0, 0.0]])  # the first feature decides, by symmetry
    assert step_linear._right(best, x, y) == pytest.approx(0.8413, abs=0.01)  # Φ(1)


def test_gradient_descent_goes_nowhere_through_a_step_and_somewhere_through_a_sigmoid() -> None:
    generator = np.random.default_rng(2)
    x, y = step_linear._clouds(generator, 100, 2, separable=False)
    first = generator.standard_normal((1, 3))
    np.testing.assert_array_equal(step_linear._descend(x, y, first, get("step"), 10), first)
    assert np.abs(step_linear._descend(x, y, first, get("sigmoid"), 10) - first).max() > 0.01


def test_an_answer_counts_only_if_its_own_word_alone_is_nearest() -> None:
    words = np.eye(3)
    fired = np.array([[1.0, 0.0, 0.0], [0.0, 0.0, 0.0], [1.0, 1.0, 0.0], [0.0, 1.0, 0.0]])
    assert step_linear._decoded(fired, words, np.array([0, 0, 0, 2])) == 0.25


def test_random_words_differ() -> None:
    words = step_linear._codes(8, 4, np.random.default_rng(0))
    assert len({tuple(word) for word in words}) == 8


def test_only_the_effects_against_the_mean_effect_are_counted() -> None:
    slopes = np.array([[1.0, 2.0], [1.0, 2.0], [-1.0, 2.0]])
    assert step_linear.contradiction(slopes) == pytest.approx(1 / 9)
    assert step_linear.contradiction(np.full((5, 3), -0.3)) == 0


def test_updates_follow_the_formula_and_vary() -> None:
    found = step_linear._updates(data.load("diabetes"), batch_size=1, rate=0.01, seeds=[0, 1], steps=20)
    assert found.sizes.shape == (20, 2)
    assert found.error < 1e-12
    assert np.ptp(found.sizes, axis=0).min() > 0


def exact(**values: float) -> dict[str, Interval]:
    return {name: Interval.exact(value) for name, value in values.items()}


@pytest.mark.parametrize(
    ("claim", "measures", "verdict"),
    [
        ("step-def", exact(below=0, at_zero=1, above=1, spread=1, nan_lost=1, wrong_and=0.25), "convention"),
        ("step-def", exact(below=0, at_zero=1, above=1, spread=0, nan_lost=0, wrong_and=0), "holds"),
        ("step-def", exact(below=0, at_zero=0, above=1, spread=1, nan_lost=0, wrong_and=0), "wrong"),
        ("step-two-classes", exact(one_unit=0.2, fewest=0.7, one_per_class=0.8, code=0.9), "holds-if"),
        ("step-two-classes", exact(one_unit=0.2, fewest=0.1, one_per_class=0.1, code=0.1), "holds"),
        ("step-two-classes", exact(one_unit=0.9, fewest=0.9, one_per_class=0.9, code=0.9), "wrong"),
        ("step-grad", exact(moved_below=0, moved_above=1, straight_through=0.5), "holds"),
        ("step-grad", exact(moved_below=7, moved_above=1, straight_through=0.5), "wrong"),
        ("step-use", exact(perceptron=1, gradient=0, sigmoid=0.07), "holds-if"),
        ("step-use", exact(perceptron=1, gradient=0, sigmoid=-0.07), "holds-if"),
        ("step-use", exact(perceptron=1, gradient=0.3, sigmoid=0), "holds"),
        ("step-use", exact(perceptron=0.6, gradient=0, sigmoid=0), "wrong"),
        ("linear-const", exact(spread=0, error=0, spread_elsewhere=0.25), "holds"),
        ("linear-const", exact(spread=0.1, error=0, spread_elsewhere=0.25), "wrong"),
        ("linear-const", exact(spread=0, error=0.1, spread_elsewhere=0.25), "wrong"),
        ("linear-update", exact(variation=1, shrinkage=0.01, error=1e-14), "wrong"),
        ("linear-update", exact(variation=0, shrinkage=1, error=1e-14), "holds"),
        (
            "linear-simple",
            exact(diabetes=-0.1, breast_cancer=0, moons=0.1, linear_against=0, network_against=0.2),
            "holds",
        ),
        (
            "linear-simple",
            exact(diabetes=0.2, breast_cancer=0, moons=0.1, linear_against=0, network_against=0.2),
            "wrong",
        ),
        (
            "linear-simple",
            exact(diabetes=0, breast_cancer=0, moons=0.1, linear_against=0, network_against=0),
            "holds-if",
        ),
    ],
)
def test_the_rules_give_each_verdict(claim: str, measures: dict[str, Interval], verdict: str) -> None:
    rule = ledger()[claim].judge(measures)
    assert rule is not None
    assert rule.verdict == verdict


@pytest.mark.parametrize("claim", TOY)
def test_no_rule_is_met_by_intervals_that_cover_everything(claim: str) -> None:
    entry = ledger()[claim]
    assert entry.judge({name: Interval(0.0, -1e30, 1e30, 5) for name in entry.measures}) is None
