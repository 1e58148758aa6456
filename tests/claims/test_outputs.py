"""The experiments about output layers at toy size, and what they make of answers that are known."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pytest

from course_lib import data, training
from course_lib.claims import Interval, ledger, run
from course_lib.claims.experiment import Result, Task, carry_out
from course_lib.claims.experiments import comparison, outputs
from course_lib.claims.ledger import Rule
from course_lib.figures.experiments import outputs as figures

SMALL = {"hidden": [4], "learning_rates": [0.003, 0.03], "seeds": 2, "steps": 10}
TOY: dict[str, dict[str, Any]] = {
    "choose-out-regression": SMALL,
    "choose-out-binary": SMALL,
    "choose-out-multiclass": {**SMALL, "datasets": ["digits"]},
    "choose-out-multilabel": SMALL,
}
RATES = [0.1, 0.2]


def worked_out(experiment: Callable[..., Any], answer: Callable[[Task], dict[str, Any]], **arguments: Any) -> Result:
    """Return the result of an experiment whose networks answer what a function says."""

    def perform(tasks: Sequence[Task]) -> list[Any]:
        return [answer(task) for task in tasks]

    steps = experiment(hidden=[4], learning_rates=RATES, seeds=3, first_seed=0, steps=1, **arguments)
    return carry_out(steps, perform)


def told(targets: np.ndarray, good: Mapping[str, np.ndarray]) -> dict[str, Any]:
    """Return what a task returns if every kind answers well at the second learning rate, and rubbish at the first."""
    return {
        "targets": targets,
        **{
            kind: {"validation_loss": np.array([2.0, 1.0]), "answers": np.stack([np.full_like(each, 0.123), each])}
            for kind, each in good.items()
        },
    }


@pytest.mark.parametrize("claim", TOY)
def test_each_experiment_measures_what_the_ledger_declares_and_draws_it(claim: str) -> None:
    entry = ledger()[claim]
    evidence = run(claim, device="cpu", **TOY[claim])
    assert list(evidence.result.measures) == list(entry.measures)
    for interval in evidence.result.measures.values():
        assert interval.low <= interval.mean <= interval.high
    picture = getattr(figures, entry.experiment.split(".")[1])(evidence.result.data)
    assert picture.figure("en").axes
    assert picture.figure("fa").axes


def test_every_claim_about_outputs_is_run_here() -> None:
    assert set(TOY) == {name for name, claim in ledger().items() if claim.experiment.startswith("outputs.")}


@pytest.mark.parametrize("claim", TOY)
def test_its_networks_step_on_any_device(claim: str, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = []
    train = training.train

    def listen(models: list[training.Model], dataset: data.Dataset, **options: Any) -> training.History:
        calls.append((models, dataset, options))
        return train(models, dataset, **options)

    monkeypatch.setattr(comparison.training, "train", listen)
    run(claim, device="cpu", **{**TOY[claim], "steps": 2})
    assert calls
    for models, dataset, options in calls:
        training.rehearse(models, dataset, optimiser=options["optimiser"])
        assert options["device"] == "cpu"


def test_every_seed_has_a_split_of_its_own() -> None:
    first, other = (
        outputs.answers(
            kinds={"linear": {}}, dataset="diabetes", hidden=[2], learning_rates=[0.01], seed=seed, steps=1,
            device="cpu",
        )
        for seed in (0, 1)
    )  # fmt: skip
    assert not np.array_equal(first["targets"], other["targets"])
    np.testing.assert_array_equal(first["targets"], data.load("diabetes", 0).y_test)


def test_squeezed_targets_reach_the_network_and_answers_come_back_on_the_old_scale(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen = []
    train = training.train

    def listen(models: list[training.Model], dataset: data.Dataset, **options: Any) -> training.History:
        seen.append(dataset)
        return train(models, dataset, **options)

    monkeypatch.setattr(comparison.training, "train", listen)
    found = outputs.answers(
        kinds={"squeezed": {"output": "sigmoid", "loss": "squared_error"}}, dataset="diabetes", hidden=[2],
        learning_rates=[0.01], seed=0, steps=1, targets_between=[0.1, 0.9], device="cpu",
    )  # fmt: skip
    whole = data.load("diabetes", 0)
    assert seen[0].y_train.min() == pytest.approx(0.1)
    assert seen[0].y_train.max() == pytest.approx(0.9)
    np.testing.assert_allclose(found["targets"], whole.y_test)
    # A sigmoid's 0 and 1 lie an eighth of the targets' range beyond the smallest and the largest of them.
    margin = (whole.y_train.max() - whole.y_train.min()) / 8
    answers = found["squeezed"]["answers"]
    assert answers.min() > whole.y_train.min() - margin - 1e-3
    assert answers.max() < whole.y_train.max() + margin + 1e-3


def test_errors_of_regression_are_mean_squares_over_the_linear_outputs() -> None:
    def answer(task: Task) -> dict[str, Any]:
        targets = np.random.default_rng(task.arguments["seed"]).standard_normal(40)
        off = {"linear": 0.0, "sigmoid": 1.0, "tanh": 0.5, "relu": -2.0, "squeezed": 0.1}
        return told(targets, {kind: (targets + off[kind])[:, None] for kind in task.arguments["kinds"]})

    measures = worked_out(outputs.regression, answer).measures
    means = {name: interval.mean for name, interval in measures.items()}
    assert means == pytest.approx(
        {"sigmoid_excess": 1.0, "tanh_excess": 0.25, "relu_excess": 4.0, "squeezed_excess": 0.01}
    )


def test_residuals_are_grouped_from_low_to_high_targets() -> None:
    values, targets = np.arange(16.0), np.arange(16.0)[::-1]
    assert outputs._by_target(values, targets).tolist() == [14.5, 12.5, 10.5, 8.5, 6.5, 4.5, 2.5, 0.5]


def test_outputs_for_two_classes_are_scored_as_labels_and_as_probabilities() -> None:
    targets = np.array([0, 0, 0, 1, 1, 1, 1, 1])

    def answer(_: Task) -> dict[str, Any]:
        return told(
            targets,
            {
                "sigmoid": np.where(targets, 0.8, 0.2)[:, None],
                "squared": np.where(targets, 0.8, 0.2)[:, None],
                "linear": np.where(targets, 0.75, 0.25)[:, None],
                "tanh": np.where(targets, 0.0, -1.0)[:, None],  # the ones are given one half, which is no yes
            },
        )

    measures = worked_out(outputs.binary, answer).measures
    means = {name: interval.mean for name, interval in measures.items()}
    assert means == pytest.approx(
        {
            "accuracy_linear": 0.0,
            "accuracy_tanh": 5 / 8,
            "log_loss_linear": np.log(0.75) / np.log(0.8),
            "log_loss_tanh": 5 / 8 * np.log(2) / -np.log(0.8),
            "log_loss_squared": 1.0,
        }
    )


def test_outputs_for_classes_are_cut_off_and_divided_by_their_sum() -> None:
    given = np.array([[0.2, 0.3, 0.5], [2.0, -1.0, 0.5], [-1.0, -2.0, -3.0]])
    np.testing.assert_allclose(
        outputs._distribution(given), [[0.2, 0.3, 0.5], [2 / 3, 0, 1 / 3], [1 / 3, 1 / 3, 1 / 3]]
    )


def test_scores_of_several_sets_are_averaged_seed_by_seed() -> None:
    targets = np.array([0, 1])
    right = np.array([[0.9, 0.1], [0.1, 0.9]])

    def answer(task: Task) -> dict[str, Any]:
        easy = task.arguments["dataset"] == "digits"
        flat = dict.fromkeys(("softmax", "sigmoids", "linear"), right)
        return told(targets, {**flat, "bug": right if easy else right[::-1]})

    found = worked_out(outputs.multiclass, answer, datasets=["digits", "breast_cancer"])
    assert found.measures["accuracy_bug"].mean == pytest.approx(0.5)
    assert found.measures["accuracy_linear"].mean == 0
    assert found.measures["log_loss_bug"].mean == pytest.approx(np.sqrt(np.log(0.1) / np.log(0.9)))
    assert found.data["breast_cancer"]["bug"]["calibration_error"] == pytest.approx(0.9)


def test_a_softmax_that_shares_out_one_whole_needs_a_lower_threshold() -> None:
    targets = np.array([[1.0, 1.0, 0.0, 0.0], [1.0, 0.0, 0.0, 0.0], [0.0, 0.0, 0.0, 0.0], [1.0, 1.0, 1.0, 0.0]])
    shared = np.array([[0.49, 0.49, 0.01, 0.01], [0.97, 0.01, 0.01, 0.01], [0.25] * 4, [0.33, 0.33, 0.33, 0.01]])

    def answer(_: Task) -> dict[str, Any]:
        return told(targets, {"sigmoids": targets, "softmax": shared})

    found = worked_out(outputs.multilabel, answer)
    assert found.measures["match_half"].mean == pytest.approx(1 - 2 / 4)  # right with one label and with none
    assert found.measures["match_best"].mean == 0
    assert all(0.25 <= threshold < 0.33 for threshold in found.data["thresholds"])
    labels = np.concatenate(
        [getattr(data.load("digit_traits"), f"y_{part}") for part in ("train", "validation", "test")]
    )
    assert found.measures["several_labels"] == Interval.exact(np.mean(labels.sum(axis=1) > 1))


@pytest.mark.parametrize(
    ("claim", "means", "verdict"),
    [
        ("choose-out-regression", (0.5, 0.1, 0.3, 0.1), "holds"),
        ("choose-out-regression", (0.5, 0.0, 0.3, 0.0), "holds-if"),
        ("choose-out-regression", (0.0, 0.0, 0.0, 0.0), "wrong"),
        ("choose-out-binary", (0.05, 0.05, 2.0, 2.0, 2.0), "holds"),
        ("choose-out-binary", (0.0, 0.0, 2.0, 2.0, 2.0), "holds-if"),
        ("choose-out-binary", (0.0, 0.0, 2.0, 2.0, 1.0), "holds-if"),
        ("choose-out-binary", (-0.05, 0.0, 2.0, 2.0, 2.0), "wrong"),
        ("choose-out-binary", (0.0, -0.05, 2.0, 2.0, 2.0), "wrong"),
        ("choose-out-binary", (0.0, 0.0, 1.0, 1.0, 1.0), "convention"),
        ("choose-out-multiclass", (0.05, 0.05, 0.0, 1.0, 1.0, 1.0), "holds"),
        ("choose-out-multiclass", (0.0, 0.05, 0.0, 1.0, 2.0, 2.0), "holds-if"),
        ("choose-out-multiclass", (0.0, 0.05, 0.0, 1.0, 2.0, 1.0), "holds-if"),
        ("choose-out-multiclass", (-0.05, 0.0, 0.0, 1.0, 2.0, 2.0), "wrong"),
        ("choose-out-multiclass", (0.0, -0.05, 0.0, 1.0, 2.0, 2.0), "wrong"),
        ("choose-out-multiclass", (0.0, 0.0, 0.0, 1.0, 1.0, 1.0), "convention"),
        ("choose-out-multilabel", (0.7, 0.5, 0.1), "holds"),
        ("choose-out-multilabel", (0.7, 0.5, 0.0), "holds-if"),
        ("choose-out-multilabel", (0.7, 0.0, 0.0), "wrong"),
    ],
)
def test_rules_give_each_verdict(claim: str, means: Sequence[float], verdict: str) -> None:
    assert judged(claim, means, 0.005).verdict == verdict


@pytest.mark.parametrize("claim", TOY)
def test_wide_intervals_decide_nothing(claim: str) -> None:
    entry = ledger()[claim]
    assert entry.judge({name: Interval(0.0, -9.0, 9.0, 5) for name in entry.measures}) is None


def judged(claim: str, means: Sequence[float], half: float) -> Rule:
    entry = ledger()[claim]
    rule = entry.judge(
        {name: Interval(mean, mean - half, mean + half, 5) for name, mean in zip(entry.measures, means, strict=True)}
    )
    assert rule is not None
    return rule
