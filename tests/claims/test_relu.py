"""The experiments of lesson 05 at toy size, and their pieces against what is known."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from course_lib import activations, data, training
from course_lib.claims import ledger, run
from course_lib.claims.experiments import comparison, relu

TOY = {
    "relu-sparse": {"seeds": 2, "steps": 20},
    "relu-cheap": {"elements": 1000, "accelerator_elements": 1000, "width": 8, "batch": 4, "repeats": 20},
    "relu-fast": {
        "seeds": 2,
        "steps": 20,
        "learning_rates": [0.1, 0.4],
        "target_loss": 2.0,
        "teachers": 1,
        "students": 3,
        "student_steps": 20,
    },
    "relu-dying": {"seeds": 2, "steps": 20, "depths": [1, 3], "learning_rates": [0.05, 0.4]},
    "relu-one-negative": {"seeds": 2, "steps": 20},
}


@pytest.mark.parametrize("claim", TOY)
@pytest.mark.parametrize("profile", ["quick", "full"])
def test_each_experiment_measures_what_the_ledger_declares(claim: str, profile: str) -> None:
    entry = ledger()[claim]
    evidence = run(claim, profile, device="cpu", **TOY[claim])
    assert list(evidence.result.measures) == list(entry.measures)
    for interval in evidence.result.measures.values():
        assert interval.low <= interval.mean <= interval.high


def test_the_cost_experiment_makes_no_tensor_on_the_wrong_device() -> None:
    run("relu-cheap", device="meta", **TOY["relu-cheap"])


def test_the_cost_experiment_times_every_elementwise_activation_against_copying() -> None:
    timed = run("relu-cheap", device="cpu", **TOY["relu-cheap"]).result.data
    elementwise = {name for name in activations.names(beyond=True) if activations.get(name).elementwise}
    assert set(timed["forward_ns"]) == elementwise | {"copy"}
    assert set(timed["both_ns"]) == set(timed["step_ms"]) == set(timed["step_share"]) == elementwise
    assert timed["step_share"]["linear"].mean == 0  # what the others are compared with


def test_every_claim_of_the_lesson_is_run_here() -> None:
    assert set(TOY) == {name for name, claim in ledger().items() if claim.experiment.startswith("relu.")}


def test_a_stopped_experiment_gives_no_verdict(monkeypatch: pytest.MonkeyPatch) -> None:
    train = training.train

    def stopped(*arguments: Any, **options: Any) -> training.History:
        return replace(train(*arguments, **options), interrupted=True)

    monkeypatch.setattr(relu.training, "train", stopped)
    for claim in set(TOY) - {"relu-cheap"}:
        with pytest.raises(KeyboardInterrupt) as stop:
            run(claim, device="cpu", **TOY[claim])
        assert "no verdict" in str(stop.value)
        assert "آزمایش" in str(stop.value)


@pytest.mark.parametrize(
    ("claim", "changes", "message"),
    [
        ("relu-fast", {"target_loss": 1e-9}, "give it more steps"),
        ("relu-dying", {"depths": [1]}, "depth of 2 or more"),
        ("relu-cheap", {"repeats": 3}, "at least 10"),
    ],
)
def test_an_experiment_that_cannot_decide_says_what_it_needs(claim: str, changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        run(claim, device="cpu", **{**TOY[claim], **changes})


def test_the_same_seeds_give_the_same_numbers() -> None:
    first, again = (run("relu-dying", device="cpu", **TOY["relu-dying"]).result.measures for _ in range(2))
    assert first == again


def test_other_seeds_give_other_numbers() -> None:
    first = run("relu-sparse", device="cpu", seeds=2, steps=20, first_seed=0).result.measures
    other = run("relu-sparse", device="cpu", seeds=2, steps=20, first_seed=100).result.measures
    assert first != other


def test_deaths_and_revivals_are_counted_per_unit() -> None:
    lives = np.array(
        [
            [0.5, 0.5, 0.0, 0.5],
            [0.4, 0.0, 0.0, 0.0],
            [0.3, 0.2, 0.0, 0.0],
        ]
    )  # rows: probes; columns: never dead, revived, dead from the start, died
    dead, ever, revived = relu._lives(lives)
    assert dead.tolist() == [False, False, True, True]
    assert ever.tolist() == [False, True, True, True]
    assert revived.tolist() == [False, True, False, False]


def test_steps_to_a_loss_counts_the_last_step_where_it_is_never_reached() -> None:
    steps = np.array([0, 5, 10])
    loss = np.array([[1.0, 1.0], [0.05, 0.5], [0.2, 0.4]])
    assert comparison.steps_to(loss, steps, 0.1).tolist() == [5.0, 10.0]


def test_the_teachers_task_has_a_global_minimum_of_zero() -> None:
    """A student with the teacher's own weights, undoing the standardisation, reproduces the targets."""
    task = relu.teacher(4, seed=3, examples=500)
    generator = np.random.default_rng(3)
    weights, _ = np.linalg.qr(generator.standard_normal((4, 4)))
    hidden = np.maximum(task.x_train @ weights, 0)
    design = np.column_stack([hidden, np.ones(len(hidden))])
    output, *_ = np.linalg.lstsq(design, task.y_train, rcond=None)
    assert np.abs(design @ output - task.y_train).max() < 1e-5
    assert np.var(task.y_train) == pytest.approx(1.0, rel=1e-3)


@pytest.mark.parametrize("claim", TOY)
def test_the_networks_of_each_demo_step_on_any_device(claim: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every call of the trainer is rehearsed on the meta device, where a tensor made on the CPU does not fit in."""
    calls = []

    def listen(models: list[training.Model], dataset: data.Dataset, **options: Any) -> training.History:
        calls.append((models, dataset, options))
        return train(models, dataset, **options)

    train = training.train
    monkeypatch.setattr(relu.training, "train", listen)
    run(claim, device="cpu", **TOY[claim])
    assert calls or claim == "relu-cheap"  # which times functions, without a trainer
    for models, dataset, options in calls:
        training.rehearse(models, dataset, momentum=options.get("momentum", 0.0))
        assert options["device"] == "cpu"
