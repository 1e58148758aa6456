"""The experiments of lesson 08 at toy size, and their pieces against what is known."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
import torch

from course_lib import data, training
from course_lib.claims import Interval, ledger, run
from course_lib.claims.experiments import comparison, softmax
from course_lib.figures.evidence import evidence

TOY: dict[str, dict[str, Any]] = {
    "softmax-sigmoids": {"reach": 3},
    "softmax-formula": {"classes": 4},
    "softmax-last": {"width": 8, "learning_rates": [0.01, 0.03], "seeds": 2, "steps": 10},
}


@pytest.mark.parametrize("claim", TOY)
@pytest.mark.parametrize("profile", ["quick", "full"])
def test_each_experiment_measures_what_the_ledger_declares(claim: str, profile: str) -> None:
    found = run(claim, profile, device="cpu", **TOY[claim])
    assert list(found.result.measures) == list(ledger()[claim].measures)
    for interval in found.result.measures.values():
        assert interval.low <= interval.mean <= interval.high
        assert interval.n == (2 if claim == "softmax-last" else 0)
    for language in ("en", "fa"):
        assert evidence(found).png(language)


def test_no_function_of_the_own_logit_can_do_better_than_half_the_range() -> None:
    """With the own logit at 0 and the others from −3 to 3 the output goes from 1/(1 + 2e³) to 1/(1 + 2e⁻³)."""
    measures = run("softmax-sigmoids", device="cpu", reach=3).result.measures
    at_zero = (1 / (1 + 2 * np.exp(-3)) - 1 / (1 + 2 * np.exp(3))) / 2
    assert at_zero <= measures["least_error"].mean < 0.5
    assert measures["sum_error"].mean == pytest.approx(3 / (1 + np.exp(-3)) - 1)
    assert measures["shift_sigmoids"].mean == pytest.approx(1 / (1 + np.exp(-1)) - 0.5)


@pytest.mark.parametrize("name", ["float16", "bfloat16"])
def test_the_first_failure_is_the_first_of_all_halves(name: str) -> None:
    """Sixteen bits are few enough to try every positive number."""
    dtype = softmax._DTYPES[name]
    every = torch.arange(2**15, dtype=torch.int32).to(torch.int16).view(dtype)
    every = every[torch.isfinite(every)]
    for pattern in (torch.tensor([1.0, 0.0], dtype=dtype), torch.tensor([-1.0, -1.0], dtype=dtype)):
        shares = softmax._as_written(every.unsqueeze(1) * pattern)
        broken = every[~torch.isfinite(shares).all(dim=1)]
        assert softmax._first_failure(pattern) == float(broken.min())


@pytest.mark.parametrize("name", ["float32", "float64"])
def test_the_first_failure_lies_where_the_exponential_overflows(name: str) -> None:
    dtype = softmax._DTYPES[name]
    found = softmax._first_failure(torch.tensor([1.0, 0.0], dtype=dtype))
    assert found == pytest.approx(float(np.log(np.float64(torch.finfo(dtype).max))), rel=1e-6)


def test_many_equal_classes_do_not_disturb_the_shifted_formula() -> None:
    logits = torch.full((1000,), -1e300, dtype=torch.float64)
    assert torch.isnan(softmax._as_written(logits)).all()
    torch.testing.assert_close(softmax._shifted(logits), torch.full_like(logits, 1e-3))


def test_answers_are_kept_for_the_best_rate_only_when_asked() -> None:
    arguments: dict[str, Any] = {
        "kinds": {"one": {"hidden": [4]}, "two": {"hidden": [6]}},
        "dataset": "digits",
        "learning_rates": [0.01, 0.1],
        "seeds": 3,
        "first_seed": 0,
        "steps": 5,
        "device": "cpu",
    }
    kept = comparison.scores(**arguments, record_outputs=True)
    digits = data.load("digits")
    for found in kept.values():
        assert found["test_outputs"].shape == (3, len(digits.y_test), 10)
        right = (found["test_outputs"].argmax(axis=2) == digits.y_test).mean(axis=1)
        np.testing.assert_allclose(right, found["test_accuracy"], atol=1e-6)
    assert "test_outputs" not in comparison.scores(**arguments)["one"]


def test_the_networks_of_the_comparison_step_on_any_device(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every call of the trainer is rehearsed on the meta device, where a tensor made on the CPU does not fit in."""
    calls = []

    def listen(models: list[training.Model], dataset: data.Dataset, **options: Any) -> training.History:
        calls.append((models, dataset, options))
        return train(models, dataset, **options)

    train = training.train
    monkeypatch.setattr(comparison.training, "train", listen)
    run("softmax-last", device="cpu", **TOY["softmax-last"])
    assert len(calls) == 2
    for models, dataset, options in calls:
        training.rehearse(models, dataset, optimiser=options["optimiser"])
        assert options["device"] == "cpu"


SIGMOIDS = {"sum_error": 2, "shift_sigmoids": 0.2}
BROKEN = {"agreement": 3, "break_float16": 11, "break_bfloat16": 89, "break_float32": 89, "break_float64": 710}
UNBROKEN = {"break_float16": 6e4, "break_bfloat16": 1e38, "break_float32": 1e38, "break_float64": 1e308}
HARMLESS = {
    "accuracy_digits": 0,
    "accuracy_mnist1d": 0,
    "log_loss_digits": 0,
    "log_loss_mnist1d": 0,
    "calibration_digits": 0,
    "calibration_mnist1d": 0,
    "probabilities": 0,
}
JUDGED: list[tuple[str, Mapping[str, float], str | None]] = [
    ("softmax-sigmoids", {**SIGMOIDS, "two_classes": 1, "coupled": 1, "least_error": 0, "shift_softmax": 0}, "holds"),
    (
        "softmax-sigmoids",
        {**SIGMOIDS, "two_classes": 1, "coupled": 9, "least_error": 0.4, "shift_softmax": 0},
        "holds-if",
    ),
    ("softmax-sigmoids", {**SIGMOIDS, "two_classes": 99, "coupled": 9, "least_error": 0, "shift_softmax": 0}, "wrong"),
    ("softmax-formula", {**BROKEN, "shifted_failures": 0}, "holds-if"),
    ("softmax-formula", {**BROKEN, "shifted_failures": 1}, None),
    ("softmax-formula", {**UNBROKEN, "agreement": 3, "shifted_failures": 0}, "holds"),
    ("softmax-formula", {**BROKEN, "agreement": 1e6, "shifted_failures": 0}, "wrong"),
    ("softmax-last", HARMLESS, "holds"),
    ("softmax-last", {**HARMLESS, "log_loss_digits": 1, "log_loss_mnist1d": 1}, "holds-if"),
    ("softmax-last", {**HARMLESS, "log_loss_digits": 1}, "holds-if"),
    ("softmax-last", {**HARMLESS, "log_loss_mnist1d": 1}, "holds-if"),
    ("softmax-last", {**HARMLESS, "log_loss_digits": 1, "probabilities": 1}, None),
]


@pytest.mark.parametrize(("claim", "measures", "verdict"), JUDGED)
def test_the_rules_give_each_verdict(claim: str, measures: Mapping[str, float], verdict: str | None) -> None:
    rule = ledger()[claim].judge({name: Interval.exact(value) for name, value in measures.items()})
    assert (rule.verdict if rule else None) == verdict
