"""The experiments about kinds of networks at toy size, their shared runs, and their rules."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pytest

from course_lib import data, training
from course_lib.claims import Interval, Result, Task, ledger
from course_lib.claims.experiment import carry_out, start
from course_lib.claims.experiments import architectures, choosing

TOY: dict[str, int | list[int] | list[float]] = {
    "hidden": [2],
    "learning_rates": [0.01, 0.1],
    "batch_size": 4,
    "steps": 2,
}


def _toy(*networks: str) -> dict[str, Any]:
    sizes = {f"{name}_{key}": value for name in networks for key, value in TOY.items()}
    return {"seeds": 2, "first_seed": 0, **(sizes or TOY)}


ARGUMENTS: dict[str, dict[str, Any]] = {
    "gelu-nlp": _toy(),
    "gelu-use": _toy("cnn", "transformer"),
    "choose-cnn-relu": {"image": "digits", "signal": "mnist1d", **_toy()},
    "choose-rnn-tanh": _toy(),
    "choose-relu-first": _toy("mlp", "cnn", "rnn"),
}


def _made_up(task: Task) -> dict[str, Any]:
    """Return scores of the right form that tell the kinds apart."""
    (name,) = task.arguments["kinds"]
    seeds = task.arguments["seeds"]
    level = sum(map(ord, name + task.arguments["dataset"])) % 50 / 100
    noise = np.linspace(0, 0.01, seeds)
    layers = np.full((2, seeds, 1), 0.5)
    regression = task.arguments["dataset"] == "diabetes"
    return {
        name: {
            "learning_rate": 0.01,
            "test_loss": level + noise,
            "test_accuracy": np.full(seeds, np.nan) if regression else 1 - level - noise,
            "validation_loss": level + noise,
            "diverged": np.zeros(seeds, bool),
            "activation_mean": layers,
            "activation_variance": layers,
        }
    }


def _run(claim: str) -> tuple[list[Task], Result]:
    asked: list[Task] = []

    def perform(tasks: Sequence[Task]) -> list[Any]:
        asked.extend(tasks)
        return [_made_up(task) for task in tasks]

    return asked, carry_out(start(ledger()[claim].experiment, ARGUMENTS[claim]), perform)


@pytest.mark.parametrize("claim", ARGUMENTS)
def test_each_experiment_measures_what_the_ledger_declares(claim: str) -> None:
    _, result = _run(claim)
    assert list(result.measures) == list(ledger()[claim].measures)
    for interval in result.measures.values():
        assert interval.low <= interval.mean <= interval.high


@pytest.mark.parametrize("claim", ARGUMENTS)
@pytest.mark.parametrize("profile", ["quick", "full"])
def test_the_profiles_give_every_network_its_size(claim: str, profile: str) -> None:
    wanted = set(ARGUMENTS[claim])
    assert set(ledger()[claim].profiles[profile]) == wanted


@pytest.mark.parametrize("claim", ARGUMENTS)
def test_every_network_steps_on_any_device(claim: str) -> None:
    if claim != "choose-cnn-relu" and "hafez" not in data.names():
        pytest.skip("needs the package hafez")
    models: dict[str, list[training.Model]] = {}
    for task in _run(claim)[0]:
        (kind,) = task.arguments["kinds"].values()
        model = training.Model(**{**kind, "hidden": tuple(kind["hidden"])})
        models.setdefault(task.arguments["dataset"], []).append(model)
    for dataset, several in models.items():
        training.rehearse(several, data.load(dataset), optimiser="adam")


@pytest.mark.parametrize("claim", ["choose-cnn-relu", "choose-rnn-tanh"])
def test_a_task_returns_what_the_experiment_reads(claim: str) -> None:
    if claim == "choose-rnn-tanh" and "hafez" not in data.names():
        pytest.skip("needs the package hafez")
    task = _run(claim)[0][0]
    (made_up,), (found,) = _made_up(task).values(), task.run("cpu").values()
    assert set(made_up) <= set(found)
    for key in set(made_up) - {"learning_rate"}:
        assert np.shape(found[key])[-2:] == np.shape(made_up[key])[-2:]


def _quick(claim: str) -> list[Task]:
    entry = ledger()[claim]
    asked: list[Task] = []

    def perform(tasks: Sequence[Task]) -> list[Any]:
        asked.extend(tasks)
        return [_made_up(task) for task in tasks]

    carry_out(start(entry.experiment, entry.profiles["quick"]), perform)
    return asked


def test_claims_share_the_runs_of_equal_networks() -> None:
    everything = {claim: _quick(claim) for claim in ARGUMENTS}
    assert all(task in everything["gelu-nlp"] + everything["choose-cnn-relu"] for task in everything["gelu-use"])
    first = everything["choose-relu-first"]
    shared = everything["choose-cnn-relu"] + everything["choose-rnn-tanh"]
    assert sum(task in shared for task in first) == 2 * len(choosing.CANDIDATES) + 2


def test_the_best_kind_has_the_lowest_validation_loss_and_did_not_diverge() -> None:
    def kind(loss: float, diverged: bool = False) -> Mapping[str, Any]:
        return {"validation_loss": np.array([loss, loss]), "diverged": np.array([False, diverged])}

    found = {"a": kind(0.3), "b": kind(0.2), "c": kind(0.1, diverged=True)}
    assert architectures.best(found, found) == "b"
    assert architectures.best(found, ["a", "c"]) == "a"


def test_the_score_of_a_regression_is_the_explained_share_of_the_variance() -> None:
    regression = {"test_accuracy": np.array([np.nan]), "test_loss": np.array([0.4])}
    classes = {"test_accuracy": np.array([0.9]), "test_loss": np.array([0.4])}
    assert architectures.score(regression) == pytest.approx(0.6)
    assert architectures.score(classes) == pytest.approx(0.9)


def test_first_tries_are_counted_task_by_task() -> None:
    """Made-up scores in which ReLU is the best of all on three tasks and 0.1 behind on the others."""
    tasks = list(choosing.TASKS)
    behind = set(tasks[3:])

    def perform(asked: Sequence[Task]) -> list[Any]:
        found = []
        for number, task in enumerate(asked):
            name = choosing.CANDIDATES[number % len(choosing.CANDIDATES)]
            place = tasks[number // len(choosing.CANDIDATES)]
            loss = {"relu": 0.2, "gelu": 0.1 if place in behind else 0.3}.get(name, 0.5)
            (scores,) = _made_up(task).values()
            same = np.full(2, loss)
            accuracy = np.full(2, np.nan) if place == "diabetes" else 1 - same
            found.append({name: {**scores, "validation_loss": same, "test_loss": same, "test_accuracy": accuracy}})
        return found

    result = carry_out(start("choosing.first_try", ARGUMENTS["choose-relu-first"]), perform)
    assert result.measures["near"].mean == pytest.approx(0.5)
    assert result.measures["wins"].mean == pytest.approx(0.5)
    assert result.measures["loss"].mean == pytest.approx(-0.05)
    assert result.measures["worst"].mean == pytest.approx(-0.1)
    assert set(result.data["best"].values()) == {"relu", "gelu"}


@pytest.mark.parametrize(
    ("claim", "measures", "verdict"),
    [
        ("gelu-nlp", {"relu": 0.1, "swiglu": 0.1}, "holds"),
        ("gelu-nlp", {"relu": 0.1, "swiglu": -0.1}, "holds-if"),
        ("gelu-nlp", {"relu": -0.1}, "wrong"),
        ("gelu-nlp", {"swiglu": -0.1}, "convention"),
        ("gelu-nlp", {}, "convention"),
        ("gelu-use", {"vision": 0.03, "signal": 0.03, "language": 0.03}, "holds"),
        ("gelu-use", {"vision": -0.03, "signal": -0.03, "language": -0.03}, "wrong"),
        ("gelu-use", {"signal": 0.03}, "holds-if"),
        ("gelu-use", {}, "convention"),
        ("choose-cnn-relu", {"image_lead": 0.02, "signal_lead": 0.02}, "holds"),
        ("choose-cnn-relu", {"image_lead": -0.03, "signal_lead": -0.03}, "wrong"),
        ("choose-cnn-relu", {"signal_lead": -0.03}, "holds-if"),
        ("choose-cnn-relu", {"image_lead": -0.03}, "holds-if"),
        ("choose-cnn-relu", {}, "convention"),
        ("choose-rnn-tanh", dict.fromkeys(choosing.RECURRENT, 0.1), "holds"),
        ("choose-rnn-tanh", {"relu_clipped": -0.1, "lstm_relu": -0.1}, "wrong"),
        ("choose-rnn-tanh", {"lstm_relu": 0.1}, "holds-if"),
        ("choose-rnn-tanh", {"relu_clipped": 0.1}, "holds-if"),
        ("choose-rnn-tanh", {"relu": 0.1}, "holds-if"),
        ("choose-rnn-tanh", {}, "convention"),
        ("choose-relu-first", {"wins": 0.6, "loss": -0.01}, "holds"),
        ("choose-relu-first", {"wins": 0.2, "loss": -0.05}, "convention"),
        ("choose-relu-first", {"wins": 0.2}, "convention"),
        ("choose-relu-first", {"loss": -0.2}, "wrong"),
    ],
)
def test_the_rules_give_each_verdict(claim: str, measures: dict[str, float], verdict: str) -> None:
    entry = ledger()[claim]
    values = {**dict.fromkeys(entry.measures, 0.0), **measures}
    rule = entry.judge({name: Interval.exact(value) for name, value in values.items()})
    assert rule is not None
    assert rule.verdict == verdict
