"""The experiments of lesson 01 at toy size, and their pieces against what is known."""

import importlib
from typing import Any

import numpy as np
import pytest

from course_lib import activations, data, training
from course_lib.claims import Interval, ledger, run
from course_lib.claims.experiments import why
from course_lib.figures import Picture

TOY: dict[str, dict[str, Any]] = {
    "why-separate": {
        "activations": ["relu", "tanh"],
        "hidden": [4],
        "learning_rates": [0.01, 0.1],
        "seeds": 2,
        "steps": 5,
    },
    "why-fire": {"width": 3, "steps": 3, "seeds": 2},
    "why-same-hidden": {
        "activations": ["relu", "tanh"],
        "width": 4,
        "learning_rates": [0.01, 0.1],
        "seeds": 2,
        "steps": 5,
    },
    "why-collapse": {"depths": [2, 3], "width": 4, "examples": 20, "seeds": 2},
    "why-depth": {"layers": 2, "width": 4, "learning_rates": [0.01, 0.1], "seeds": 2, "steps": 5},
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
    assert set(TOY) == {name for name, claim in ledger().items() if claim.lesson == "01_why_nonlinearity"}


@pytest.mark.parametrize("claim", ["why-separate", "why-same-hidden", "why-depth"])
def test_the_networks_of_each_experiment_step_on_any_device(claim: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every call of the trainer is rehearsed on the meta device, where a tensor made on the CPU does not fit in."""
    calls = []

    def listen(models: list[training.Model], dataset: data.Dataset, **options: Any) -> training.History:
        calls.append((models, dataset, options))
        return train(models, dataset, **options)

    train = training.train
    monkeypatch.setattr(training, "train", listen)
    run(claim, device="cpu", **TOY[claim])
    assert calls
    for models, dataset, options in calls:
        training.rehearse(models, dataset, optimiser=options.get("optimiser", "sgd"))
        assert options["device"] == "cpu"


def test_other_seeds_give_other_numbers() -> None:
    first, other = (
        run("why-depth", device="cpu", **TOY["why-depth"], first_seed=seed).result.measures for seed in (0, 100)
    )
    assert first != other


def test_the_layer_that_others_collapse_to_multiplies_out() -> None:
    layers = [
        (np.array([[1.0, 2.0], [0.0, 1.0]]), np.array([1.0, -1.0])),
        (np.array([[3.0, 0.0], [1.0, 1.0]]), np.array([0.5, 0.0])),
    ]
    weight, bias = why._collapsed(layers)
    assert weight.tolist() == [[3.0, 6.0], [1.0, 3.0]]
    assert bias.tolist() == [3.5, 0.0]
    x = np.array([[1.0, 1.0], [2.0, -1.0]])
    np.testing.assert_array_equal(why._through(layers, x, activations.get("linear")), x @ weight.T + bias)


def test_a_curved_activation_is_not_taken_for_a_layer() -> None:
    toy = TOY["why-collapse"] | {"examples": 200}
    assert run("why-collapse", device="cpu", **toy).result.measures["bent"].low > 1000


def test_a_unit_between_off_and_on_is_neither_near_its_least_nor_near_its_greatest_output() -> None:
    outputs = np.array([[0.0, -1.0, 2.0], [0.0, 0.0, 2.0], [5.0, 1.0, 2.0], [10.0, 0.96, 2.0]])
    assert why._between(outputs) == pytest.approx(2 / 12)  # 5 in the first unit, 0 in the second; the third is constant


def test_the_least_loss_of_a_linear_function_is_that_of_the_normal_equations() -> None:
    task = data.load("diabetes")
    x = np.column_stack([task.x_train.astype(np.float64), np.ones(len(task.x_train))])
    y = task.y_train.astype(np.float64)
    solved = np.linalg.solve(x.T @ x, x.T @ y)
    assert why._least_squares(task) == pytest.approx(np.mean((y - x @ solved) ** 2), rel=1e-9)


def exact(**values: float) -> dict[str, Interval]:
    return {name: Interval.exact(value) for name, value in values.items()}


@pytest.mark.parametrize(
    ("claim", "measures", "verdict"),
    [
        ("why-separate", exact(spirals_gain=0.4, moons_gain=0.1, straight_gain=0.01), "holds-if"),
        ("why-separate", exact(spirals_gain=0.4, moons_gain=0.1, straight_gain=0.2), "holds"),
        ("why-separate", exact(spirals_gain=0.0, moons_gain=0.1, straight_gain=0.0), "wrong"),
        (
            "why-fire",
            exact(step_between=0, relu_off=0.5, relu_between=0.4, smooth_between=0.6, smooth_off=0.0),
            "holds-if",
        ),
        ("why-fire", exact(step_between=0, relu_off=0.5, relu_between=0, smooth_between=0, smooth_off=0), "holds"),
        ("why-fire", exact(step_between=0.5, relu_off=0, relu_between=0, smooth_between=0, smooth_off=0), "wrong"),
        ("why-same-hidden", exact(digits=0.0, mnist1d=0.01), "convention"),
        ("why-same-hidden", exact(digits=-0.1, mnist1d=-0.1), "holds"),
        ("why-same-hidden", exact(digits=0.1, mnist1d=0.1), "wrong"),
        ("why-collapse", exact(float32=0.8, float64=0.9, bent=1e11), "holds"),
        ("why-collapse", exact(float32=0.8, float64=1e9, bent=1e11), "wrong"),
        ("why-collapse", exact(float32=50, float64=0.9, bent=1e11), "holds-if"),
        ("why-depth", exact(function_gain=0, relu_gain=0.4, same_rate=0.3, best_rates=1), "holds-if"),
        ("why-depth", exact(function_gain=0, relu_gain=0.4, same_rate=3, best_rates=1), "holds-if"),
        ("why-depth", exact(function_gain=0, relu_gain=0.4, same_rate=1, best_rates=1), "holds"),
        ("why-depth", exact(function_gain=0.2, relu_gain=0.4, same_rate=1, best_rates=1), "wrong"),
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
