"""The exact experiments of lesson 09, against many digits and against functions that are not Swish."""

from collections.abc import Mapping
from typing import Any

import mpmath
import numpy as np
import pytest

from course_lib.claims import Interval, ledger, run
from course_lib.claims.experiments import swish
from course_lib.figures.evidence import evidence

TOY: dict[str, dict[str, Any]] = {
    "swish-formula": {"points": 801},
    "swish-negatives": {},
    "swish-monotone": {},
    "swish-bounds": {"points": 101},
}


@pytest.mark.parametrize("claim", TOY)
@pytest.mark.parametrize("profile", ["quick", "full"])
def test_each_experiment_measures_what_the_ledger_declares(claim: str, profile: str) -> None:
    found = run(claim, profile, device="cpu", **TOY[claim])
    assert list(found.result.measures) == list(ledger()[claim].measures)
    assert all(interval.n == 0 for interval in found.result.measures.values())  # nothing is sampled
    for language in ("en", "fa"):
        assert evidence(found).png(language)


def test_the_turning_point_is_that_of_many_digits() -> None:
    measures = run("swish-monotone", device="cpu").result.measures
    with mpmath.workdps(40):
        place = mpmath.findroot(lambda x: mpmath.diff(lambda z: z / (1 + mpmath.exp(-z)), x), -1.3)
        value = place / (1 + mpmath.exp(-place))
    assert measures["turning_point"].mean == pytest.approx(float(place), rel=1e-15)
    assert measures["lowest"].mean == pytest.approx(float(value), rel=1e-15)


def test_what_is_kept_of_negative_inputs_is_the_integral_of_many_digits() -> None:
    measures = run("swish-negatives", device="cpu").result.measures

    def kept(low: float, high: float) -> float:
        def density(x: mpmath.mpf) -> mpmath.mpf:
            return -x * mpmath.exp(-x * x / 2)

        passed = mpmath.quad(lambda x: density(x) / (1 + mpmath.exp(-x)), [low, high])
        return float(passed / mpmath.quad(density, [low, high]))

    with mpmath.workdps(30):
        expected = {"kept_small": kept(-1, 0), "kept": kept(-12, 0), "kept_large": kept(-12, -6)}
    for name, share in expected.items():
        assert measures[name].mean == pytest.approx(share, rel=1e-9), name


def test_relu_would_keep_nothing_and_the_identity_all(monkeypatch: pytest.MonkeyPatch) -> None:
    get = swish.activations.get
    for name, share in {"relu": 0.0, "linear": 1.0}.items():
        monkeypatch.setattr(swish.activations, "get", lambda _, name=name: get(name))
        assert swish._kept(-1.0, 0.0) == pytest.approx(share)


def test_the_family_ends_at_the_distances_that_can_be_worked_out() -> None:
    """|x|·σ(−βx) is largest at W(1/e) + 1 over β, where it is W(1/e)/β; near the line it is 8·(σ(8β) − 1/2)."""
    measures = run("swish-formula", device="cpu", points=160001, betas=[0.001, 2.0]).result.measures
    assert measures["to_relu"].mean == pytest.approx(float(mpmath.lambertw(mpmath.exp(-1))) / 2, rel=1e-6)
    assert measures["to_line"].mean == pytest.approx(8 * float(1 / (1 + mpmath.exp(-0.008)) - 0.5), rel=1e-9)


JUDGED: list[tuple[str, Mapping[str, float], str | None]] = [
    ("swish-formula", {"identity": 2, "bare_sigmoid": 7, "to_line": 0.001, "to_relu": 0.001}, "holds"),
    ("swish-formula", {"identity": 2, "bare_sigmoid": 7, "to_line": 0.001, "to_relu": 0.1}, "holds-if"),
    ("swish-formula", {"identity": 1e9, "bare_sigmoid": 0, "to_line": 0.001, "to_relu": 0.001}, "wrong"),
    ("swish-negatives", {"kept_small": 0.4, "kept_large": 0.001, "kept": 0.3}, "holds"),
    ("swish-negatives", {"kept_small": 1, "kept_large": 1, "kept": 1}, "holds-if"),
    ("swish-negatives", {"kept_small": 0, "kept_large": 0, "kept": 0}, "wrong"),
    (
        "swish-monotone",
        {"turning_point": -1.3, "lowest": -0.3, "root_error": 1, "fall": 0.3, "rise": 20},
        "holds",
    ),
    ("swish-monotone", {"turning_point": 0, "lowest": 0, "root_error": 1, "fall": 0, "rise": 20}, "wrong"),
    ("swish-monotone", {"turning_point": 0, "lowest": -1, "root_error": 1e6, "fall": 1, "rise": 20}, None),
    ("swish-bounds", {"lowest": -1e300, "lowest_half": -6e4, "highest": 1e300}, "holds"),
    ("swish-bounds", {"lowest": -0.3, "lowest_half": -0.3, "highest": 1e300}, "wrong"),
    ("swish-bounds", {"lowest": -1, "lowest_half": -1, "highest": 1}, "wrong"),
]


@pytest.mark.parametrize(("claim", "measures", "verdict"), JUDGED)
def test_the_rules_give_each_verdict(claim: str, measures: Mapping[str, float], verdict: str | None) -> None:
    rule = ledger()[claim].judge({name: Interval.exact(value) for name, value in measures.items()})
    assert (rule.verdict if rule else None) == verdict


def test_every_finite_half_is_visited() -> None:
    halves = np.arange(2**16, dtype=np.uint16).view(np.float16)
    lowest = run("swish-bounds", device="cpu", points=101).result.measures["lowest_half"].mean
    x = halves[np.isfinite(halves)].astype(np.float64)
    with np.errstate(over="ignore"):
        assert lowest == float((x / (1 + np.exp(-x))).min().astype(np.float16))
