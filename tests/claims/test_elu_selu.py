"""The experiments of lesson 07 at toy size, and their pieces against what is known."""

from collections.abc import Mapping
from typing import Any

import mpmath
import numpy as np
import pytest
import torch

from course_lib import data, training
from course_lib.claims import Interval, ledger, run
from course_lib.claims.experiments import comparison, elu_selu
from course_lib.figures.evidence import evidence

TOY: dict[str, dict[str, Any]] = {
    "elu-log": {"points": 101},
    "elu-mean": {"depth": 2, "width": 8, "learning_rates": [0.05, 0.2], "seeds": 2, "steps": 10},
    "selu-preserve": {"depth": 3, "width": 16, "examples": 8, "seeds": 2},
    "selu-constants": {"points": 3},
}


@pytest.mark.parametrize("claim", TOY)
@pytest.mark.parametrize("profile", ["quick", "full"])
def test_each_experiment_measures_what_the_ledger_declares(claim: str, profile: str) -> None:
    found = run(claim, profile, device="cpu", **TOY[claim])
    assert list(found.result.measures) == list(ledger()[claim].measures)
    for interval in found.result.measures.values():
        assert interval.low <= interval.mean <= interval.high
        assert interval.n == (2 if claim in ("elu-mean", "selu-preserve") else 0)
    for language in ("en", "fa"):
        assert evidence(found).png(language)


def test_a_logarithm_would_be_recognised() -> None:
    x = np.linspace(-5, 0, 501)
    y = -0.7 * np.log1p(-3 * x)
    logarithm = elu_selu._best_fit(lambda z: -np.log1p(-z), x, y)
    exponential = elu_selu._best_fit(np.expm1, x, y)
    assert np.abs(logarithm - y).max() < 1e-6
    assert np.abs(exponential - y).max() > 0.05


def test_the_constants_are_those_of_many_digits() -> None:
    """The two equations solved with integrals of forty digits, from a start that is not the solution."""
    with mpmath.workdps(40):

        def moment(power: int, alpha: mpmath.mpf, scale: mpmath.mpf) -> mpmath.mpf:
            def density(z: mpmath.mpf) -> mpmath.mpf:
                value = z if z > 0 else alpha * mpmath.expm1(z)
                return (scale * value) ** power * mpmath.npdf(z)

            return mpmath.quad(density, [-20, -4, 0, 4, 20])

        alpha, scale = mpmath.findroot(lambda a, s: [moment(1, a, s), moment(2, a, s) - 1], (1.5, 1.1), tol=1e-25)
    measures = run("selu-constants", device="cpu", **TOY["selu-constants"]).result.measures
    assert measures["alpha"].mean == pytest.approx(float(alpha), rel=1e-15)
    assert measures["scale"].mean == pytest.approx(float(scale), rel=1e-15)


def test_the_pull_is_the_derivative_that_can_be_worked_out() -> None:
    """dE[f(√v·z)²]/dv at v = 1 is E[z·f(z)·f′(z)], and the mean's share of the variance vanishes with the mean."""
    with mpmath.workdps(20):
        scale, alpha = mpmath.mpf(elu_selu.SELU_SCALE), mpmath.mpf(elu_selu.SELU_ALPHA)
        below = mpmath.quad(lambda z: z * mpmath.expm1(z) * mpmath.exp(z) * mpmath.npdf(z), [-20, -4, 0])
        expected = float(scale**2 * (mpmath.mpf(1) / 2 + alpha**2 * below))
    measures = run("selu-constants", device="cpu", **TOY["selu-constants"]).result.measures
    assert measures["pull"].mean == pytest.approx(expected, rel=1e-5)


def test_a_wide_layer_gives_the_moments_of_the_integral() -> None:
    """One layer of LeCun's weights makes normal pre-activations of the inputs' mean square."""
    generator = torch.Generator().manual_seed(1)
    inputs = 1.5 * torch.randn(1, 400, 1000, generator=generator)
    found = elu_selu._propagate(inputs, initialisation="lecun", depth=1, seeds=[0], dropout=torch.nn.Identity())
    mean, variance = elu_selu._output_moments(1.5**2)
    assert found[0, 0, 0].item() == pytest.approx(mean, abs=0.02)
    assert found[1, 0, 0].item() == pytest.approx(variance, rel=0.03)


def test_dropout_draws_the_same_every_time_and_leaves_torch_alone() -> None:
    inputs = torch.randn(2, 8, 16, generator=torch.Generator().manual_seed(0))
    before = torch.random.get_rng_state()
    first, again = (
        elu_selu._propagate(inputs, initialisation="lecun", depth=3, seeds=[0, 1], dropout=torch.nn.AlphaDropout(0.3))
        for _ in range(2)
    )
    assert torch.equal(first, again)
    assert torch.equal(before, torch.random.get_rng_state())


@pytest.mark.parametrize("dropout", [torch.nn.Identity(), torch.nn.Dropout(0.2), torch.nn.AlphaDropout(0.2)])
def test_no_tensor_is_made_on_the_wrong_device(dropout: torch.nn.Module) -> None:
    """On the meta device a tensor made on the CPU does not fit in."""
    inputs = torch.empty(2, 8, 16, device="meta")
    found = elu_selu._propagate(inputs, initialisation="he", depth=2, seeds=[0, 1], dropout=dropout)
    assert found.shape == (2, 2, 2)
    assert found.device.type == "meta"


def test_the_networks_of_the_comparison_step_on_any_device(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every call of the trainer is rehearsed on the meta device, where a tensor made on the CPU does not fit in."""
    calls = []

    def listen(models: list[training.Model], dataset: data.Dataset, **options: Any) -> training.History:
        calls.append((models, dataset, options))
        return train(models, dataset, **options)

    train = training.train
    monkeypatch.setattr(comparison.training, "train", listen)
    run("elu-mean", device="cpu", **TOY["elu-mean"])
    assert len(calls) == 1
    for models, dataset, options in calls:
        training.rehearse(models, dataset)
        assert options["device"] == "cpu"


def test_the_offset_is_measured_in_standard_deviations() -> None:
    """Made-up networks: ELU's means are a quarter of ReLU's at the same spread, and its variances closer to 1."""

    def kind(mean: float, variance: float) -> dict[str, Any]:
        return {
            "learning_rate": 0.1,
            "activation_mean": np.full((2, 2, 3), mean),
            "activation_variance": np.full((2, 2, 3), variance),
        }

    arguments: dict[str, Any] = {
        "depth": 3,
        "width": 4,
        "learning_rates": [0.1],
        "seeds": 2,
        "first_seed": 0,
        "steps": 5,
    }
    steps = elu_selu.means(**arguments)
    next(steps)
    with pytest.raises(StopIteration) as end:
        steps.send([{"relu": kind(1.0, 4.0), "elu": kind(-0.25, 0.5)}])
    measures = end.value.value.measures
    assert measures["offset_new"].mean == pytest.approx(0.25 / np.sqrt(0.5) / 0.5)
    assert measures["variance_trained"].mean == pytest.approx(2 / 4)


RIGHT = {"right_mean": 0, "right_variance": 1, "far_first": 3, "far_last": 1, "alpha_variance": 1}
SOLVED = {"alpha": 1.67, "scale": 1.05, "mean": 0, "variance_error": 0}
JUDGED: list[tuple[str, Mapping[str, float], str | None]] = [
    ("elu-log", {"exponential_misfit": 0.1, "logarithm_misfit": 0, "still_falling": 9}, "holds"),
    ("elu-log", {"exponential_misfit": 0, "logarithm_misfit": 0.1, "still_falling": 0}, "wrong"),
    ("elu-log", {"exponential_misfit": 0.1, "logarithm_misfit": 0.1, "still_falling": 1}, "wrong"),
    ("elu-log", {"exponential_misfit": 0, "logarithm_misfit": 0, "still_falling": 0}, None),
    ("elu-mean", {"offset_new": 0.5, "offset_trained": 0.5, "variance_trained": 0.8}, "holds"),
    ("elu-mean", {"offset_new": 0.5, "offset_trained": 0.5, "variance_trained": 1.2}, "holds-if"),
    ("elu-mean", {"offset_new": 0.5, "offset_trained": 1.0, "variance_trained": 0.8}, "holds-if"),
    ("elu-mean", {"offset_new": 1.0, "offset_trained": 1.0, "variance_trained": 0.8}, "wrong"),
    ("elu-mean", {"offset_new": 1.0, "offset_trained": 0.5, "variance_trained": 0.8}, None),
    ("selu-preserve", {**RIGHT, "default_variance": 1, "he_variance": 1, "dropout_variance": 1}, "holds"),
    ("selu-preserve", {**RIGHT, "default_variance": 0, "he_variance": 9, "dropout_variance": 2}, "holds-if"),
    ("selu-preserve", {**RIGHT, "default_variance": 0, "he_variance": 9, "dropout_variance": 1}, "holds-if"),
    (
        "selu-preserve",
        {**RIGHT, "right_variance": 0.1, "default_variance": 0, "he_variance": 9, "dropout_variance": 2},
        "wrong",
    ),
    (
        "selu-preserve",
        {**RIGHT, "right_variance": 9, "default_variance": 0, "he_variance": 9, "dropout_variance": 2},
        "wrong",
    ),
    ("selu-constants", {**SOLVED, "alpha_error": 1, "scale_error": 1, "pull": 0.8}, "holds"),
    ("selu-constants", {**SOLVED, "alpha_error": 1, "scale_error": 1, "pull": 1.2}, "holds-if"),
    ("selu-constants", {**SOLVED, "alpha_error": 99, "scale_error": 1, "pull": 0.8}, "wrong"),
    ("selu-constants", {**SOLVED, "alpha_error": 1, "scale_error": 99, "pull": 0.8}, "wrong"),
]


@pytest.mark.parametrize(("claim", "measures", "verdict"), JUDGED)
def test_the_rules_give_each_verdict(claim: str, measures: Mapping[str, float], verdict: str | None) -> None:
    rule = ledger()[claim].judge({name: Interval.exact(value) for name, value in measures.items()})
    assert (rule.verdict if rule else None) == verdict
