"""The experiments of lesson 10 at toy size, and their pieces against independent computations."""

from typing import Any

import mpmath
import numpy as np
import pytest
import torch
from scipy import stats

from course_lib import activations, data, training
from course_lib.claims import Interval, ledger, run
from course_lib.claims.experiments import gelu
from course_lib.training import one_by_one

TOY: dict[str, dict[str, Any]] = {
    "gelu-formula": {"points": 801},
    "gelu-dropout": {"draws": 50, "repetitions": 5},
    "gelu-normal": {"widths": [4, 16], "steps": 20, "seeds": 2},
}


@pytest.mark.parametrize("claim", TOY)
@pytest.mark.parametrize("profile", ["quick", "full"])
def test_each_experiment_measures_what_the_ledger_declares(claim: str, profile: str) -> None:
    evidence = run(claim, profile, device="cpu", **TOY[claim])
    assert list(evidence.result.measures) == list(ledger()[claim].measures)
    for interval in evidence.result.measures.values():
        assert interval.low <= interval.mean <= interval.high


def test_the_largest_difference_of_the_two_formulas_is_that_of_many_digits() -> None:
    def difference(x: mpmath.mpf) -> mpmath.mpf:
        form = x / 2 * (1 + mpmath.tanh(mpmath.sqrt(2 / mpmath.pi) * (x + mpmath.mpf("0.044715") * x**3)))
        return form - x * mpmath.ncdf(x)

    found = run("gelu-formula", device="cpu", **TOY["gelu-formula"]).result.measures["difference"]
    with mpmath.workdps(30):
        tops = [mpmath.findroot(lambda x: mpmath.diff(difference, x), start) for start in (1.3, 2.7)]
        largest = max(abs(difference(top)) for top in tops)
    assert found.mean == pytest.approx(float(largest), rel=1e-9)
    assert found.n == 0


def _all_floats(kind: type[np.floating[Any]], whole: type[np.integer[Any]], low: float, high: float) -> Any:
    first, last = (int(np.array(size, kind).view(whole)) for size in (low, high))
    return -np.arange(first, last + 1, dtype=whole).view(kind)


def test_no_float_is_farther_off_than_those_visited() -> None:
    """The search visits one float per binade of results; here all float32 numbers of an interval are visited."""
    visited = gelu._first_below_each_power("float32")
    inside = visited[(visited < -10.0) & (visited > -10.5)]
    assert inside.size >= 2
    everything = _all_floats(np.float32, np.int32, 10.0, 10.5)
    assert np.isin(inside, everything).all()
    assert gelu._units_apart(everything).max() <= gelu._units_apart(visited).max()


def test_the_visited_floats_are_the_first_below_their_powers() -> None:
    function = activations.get("gelu")
    visited = gelu._first_below_each_power("float16")
    size = np.abs(function(visited)).astype(np.float64)
    nearer_zero = np.nextafter(visited, np.float16(0))
    tail = nearer_zero < -1
    before = np.abs(function(nearer_zero)).astype(np.float64)
    powers = np.float64(2) ** np.arange(-24, -2)
    assert (size < powers).all()
    assert (before[tail] >= powers[tail]).all()
    assert tail.sum() > 10


def test_no_function_is_apart_from_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    get = activations.get
    monkeypatch.setattr(gelu.activations, "get", lambda name: get("gelu" if name == "gelu_tanh" else name))
    same = run("gelu-formula", device="cpu", **TOY["gelu-formula"])
    assert all(interval.mean == 0 for interval in same.result.measures.values())
    assert same.verdict == "holds"


def test_shares_of_the_normal_distribution_fall_to_the_nearest_number() -> None:
    numbers = np.array([-2.0, 0.0, 1.0])
    shares = [gelu._normal_share(numbers, np.arange(3) == place) for place in range(3)]
    assert sum(shares) == pytest.approx(1)
    assert shares[0] == pytest.approx(float(mpmath.ncdf(-1)))
    assert shares[2] == pytest.approx(float(1 - mpmath.ncdf(0.5)))


def test_the_noise_of_the_draws_does_not_count_as_distance() -> None:
    """With so few draws the averages are far from GELU, but the product of two halves is not biased."""
    found = run("gelu-dropout", device="cpu", draws=5, repetitions=400).result
    assert found.measures["gate_distance"].low < 0 < found.measures["gate_distance"].high
    noise = (found.data["gate"] - found.data["gelu"][:, None]).var()
    assert noise > 10 * found.measures["gate_distance"].high


def test_the_fixed_distance_is_that_of_the_averages() -> None:
    found = run("gelu-dropout", device="cpu", draws=2000, repetitions=10).result
    x, keep = found.data["x"], found.data["keep"]
    exact = np.square(keep * np.maximum(x, 0) - found.data["gelu"]).mean()
    distance = found.measures["fixed_distance"]
    assert distance.mean == pytest.approx(exact, rel=0.02)
    for other in (keep - 0.1, keep + 0.1):
        assert np.square(other * np.maximum(x, 0) - found.data["gelu"]).mean() > exact


def test_the_distance_to_normal_is_scipys() -> None:
    generator = np.random.default_rng(0)
    columns = np.stack([generator.standard_normal(300), generator.random(300)], axis=1)
    expected = [stats.kstest(column, "norm").statistic for column in columns.T]
    assert gelu._distance_to_normal(columns) == pytest.approx(expected, rel=1e-12)


def test_a_mirrored_shape_is_the_same_shape() -> None:
    skewed = np.random.default_rng(0).exponential(size=(500, 1)) - 1
    assert gelu._mean_shape(-skewed) == pytest.approx(gelu._mean_shape(skewed))
    assert gelu._mean_shape(np.hstack([skewed, -skewed])) == pytest.approx(gelu._mean_shape(skewed))


@pytest.mark.parametrize("batch_norm", [False, True])
def test_pre_activations_are_what_enters_the_activations(batch_norm: bool) -> None:
    model = training.Model("gelu", hidden=(5, 3), batch_norm=batch_norm)
    network = one_by_one.build(model, data.load("digits"))
    x = torch.randn(20, 64, generator=torch.Generator().manual_seed(0))
    first, second = gelu._pre_activations(network, x)
    assert first.shape == (20, 5)
    assert second.shape == (20, 3)
    modules = list(network.children())
    places = [place for place, module in enumerate(modules) if isinstance(module, type(model.function.module()))]
    with torch.no_grad():
        assert first == pytest.approx(torch.nn.Sequential(*modules[: places[0]])(x).numpy())
        assert second == pytest.approx(torch.nn.Sequential(*modules[: places[1]])(x).numpy())


def test_the_networks_whose_pre_activations_are_looked_at_step_on_any_device() -> None:
    models = [training.Model("gelu", hidden=(8, 8), initialisation="he", batch_norm=norm) for norm in (False, True)]
    training.rehearse(models, data.load("digits"))


def _exactly(**values: float) -> dict[str, Interval]:
    return {name: Interval.exact(value) for name, value in values.items()}


@pytest.mark.parametrize(
    ("claim", "measures", "verdict"),
    [
        ("gelu-formula", {"bits_float16": 0, "bits_float32": 0, "bits_float64": 1}, "holds"),
        ("gelu-formula", {"bits_float16": 1, "bits_float32": 5, "bits_float64": 30}, "holds-if"),
        ("gelu-formula", {"bits_float16": 3, "bits_float32": 5, "bits_float64": 30, "difference": 1e-3}, "wrong"),
        ("gelu-dropout", {"gate_distance": 0, "fixed_distance": 0, "spread": 0.2}, "holds"),
        ("gelu-dropout", {"gate_distance": 0, "fixed_distance": 0.01, "spread": 0.2}, "holds-if"),
        ("gelu-dropout", {"gate_distance": 0.01, "fixed_distance": 0.01, "spread": 0.2}, "wrong"),
        ("gelu-normal", {"gain": 0.01}, "holds"),
        ("gelu-normal", {"wide_start": 0.05, "wide_trained": 0.05, "gain": 0.01}, "holds-if"),
        ("gelu-normal", {"wide_start": 0.05, "wide_trained": 0.05, "scale_gain": 0.1}, "holds-if"),
        ("gelu-normal", {"wide_start": 0.05, "wide_trained": 0.06}, "holds-if"),
        ("gelu-normal", {"wide_start": 0.05, "wide_trained": 0.06, "normalised_trained": 0.06}, "holds-if"),
        ("gelu-normal", {"wide_start": 0.06}, "wrong"),
    ],
)
def test_the_rules_give_each_verdict(claim: str, measures: dict[str, float], verdict: str) -> None:
    entry = ledger()[claim]
    found = _exactly(**{**dict.fromkeys(entry.measures, 0.0), **measures})
    rule = entry.judge(found)
    assert rule is not None
    assert rule.verdict == verdict
