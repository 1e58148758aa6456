"""Values and derivatives against mpmath, over the whole range of each float type."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import exact
import numpy as np
import pytest
from cases import ELEMENTWISE, each_elementwise, points, sign_change
from hypothesis import given, settings
from hypothesis import strategies as st
from mpmath import mp

from course_lib import activations
from course_lib.activations import Activation

each_dtype = pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])


def wanted(reference: Callable[..., Any], function: Activation, x: np.ndarray) -> np.ndarray:
    return exact.to_floats((reference(function.name, float(number), **function.values) for number in x), x.dtype)


def errors(got: np.ndarray, want: np.ndarray) -> np.ndarray:
    """Return the distance in units in the last place of ``want``."""
    with np.errstate(all="ignore"):
        distance = np.abs(got.astype(np.longdouble) - want) / np.spacing(np.abs(want))
    return np.where(got == want, 0, distance)


def assert_no_early_underflow(got: np.ndarray, want: np.ndarray) -> None:
    lost = (got == 0) & (np.abs(want) > np.finfo(want.dtype).smallest_subnormal)
    assert not lost.any()


def worst(x: np.ndarray, bad: np.ndarray, got: np.ndarray, want: np.ndarray) -> str:
    return "\n".join(f"x={a!r}: {b!r}, exact {c!r}" for a, b, c in zip(x[bad][:5], got[bad], want[bad], strict=False))


def value_is_accurate(function: Activation, x: np.ndarray, got: np.ndarray, want: np.ndarray) -> np.ndarray:
    distance = errors(got, want)
    accurate = distance <= 8
    if x.dtype == np.float64:
        accurate |= gelu_is_accurate(function, x, distance)
    return accurate


def derivative_is_accurate(function: Activation, x: np.ndarray, got: np.ndarray, want: np.ndarray) -> np.ndarray:
    distance = errors(got, want)
    accurate = distance <= 16
    change = sign_change(function)
    if change is not None:
        with np.errstate(over="ignore"):
            near = np.abs(x.astype(float) / change - 1) <= 0.3
        accurate |= near & (np.abs(got - want) <= np.finfo(x.dtype).eps)
    if x.dtype == np.float64:
        accurate |= gelu_is_accurate(function, x, distance)
    return accurate


def gelu_is_accurate(function: Activation, x: np.ndarray, distance: np.ndarray) -> np.ndarray:
    """Left of 0 GELU may be 16 units off (scipy's erfcx alone is 8 off), its tanh form 1e-12 relative."""
    allowed = {"gelu": 16, "gelu_tanh": 1e-12 / np.finfo(float).eps}.get(function.name, 0)
    return (x < 0) & (distance <= allowed)


@each_dtype
@each_elementwise
def test_value(function: Activation, dtype: Any) -> None:
    x = points(function, dtype)
    got, want = function(x), wanted(exact.value, function, x)
    bad = ~value_is_accurate(function, x, got, want)
    assert not bad.any(), worst(x, bad, got, want)
    assert_no_early_underflow(got, want)


@each_dtype
@each_elementwise
def test_derivative(function: Activation, dtype: Any) -> None:
    x = points(function, dtype)
    got, want = function.derivative(x), wanted(exact.derivative, function, x)
    bad = ~derivative_is_accurate(function, x, got, want)
    assert not bad.any(), worst(x, bad, got, want)
    assert_no_early_underflow(got, want)


def any_activation() -> st.SearchStrategy[Activation]:
    def with_values(name: str) -> st.SearchStrategy[Activation]:
        parameters = activations.get(name).parameters
        values = {parameter.name: st.floats(parameter.low, parameter.high) for parameter in parameters}
        return st.fixed_dictionaries(values).map(lambda chosen: activations.get(name, **chosen))

    return st.sampled_from(sorted({function.name for function in ELEMENTWISE})).flatmap(with_values)


@settings(max_examples=300, deadline=None)
@given(any_activation(), st.floats(allow_nan=False, allow_infinity=False) | st.floats(-50, 50))
def test_value_and_derivative_at_any_parameter(function: Activation, number: float) -> None:
    x = np.array([number])
    assert value_is_accurate(function, x, function(x), wanted(exact.value, function, x)).all()
    assert derivative_is_accurate(function, x, function.derivative(x), wanted(exact.derivative, function, x)).all()


def scale(function: Activation) -> float:
    """Return the width of the bend."""
    return 1 / function.values["beta"] if function.values.get("beta") else 1.0


@each_elementwise
def test_second_derivative(function: Activation) -> None:
    size = scale(function)
    x = size * np.random.default_rng(3).uniform(-20, 20, 30)
    with mp.workprec(600):

        def scaled(u: Any) -> Any:
            return exact.VALUES[function.name](size * u, **function.values) / size

        want = [mp.diff(scaled, mp.mpf(number) / size, 2) for number in x]
    got = function.second_derivative(x) * size
    np.testing.assert_allclose(got, np.array(want, dtype=float), rtol=1e-12, atol=1e-15)


def test_second_derivative_at_a_kink_is_the_one_from_the_left() -> None:
    for alpha in (1.0, 2.0):
        assert activations.get("elu", alpha=alpha).second_derivative(0.0) == alpha


@each_elementwise
def test_antiderivative(function: Activation) -> None:
    if function.name == "gelu_tanh":
        with pytest.raises(NotImplementedError, match="closed form"):
            function.antiderivative(1.0)
        return
    size = scale(function) if 1e-100 < scale(function) < 1e100 else 1.0  # its square must be a float
    x = size * np.array([-30.0, -3.0, -1.0, -0.2, -0.09, -0.01, 0.0, 0.01, 0.09, 0.2, 1.0, 3.0, 30.0])
    with mp.workprec(100):
        want = [
            mp.quad(lambda z: exact.value(function.name, z, **function.values), mp.linspace(0, mp.mpf(number), 9))
            for number in x
        ]
    near_zero = 0 if function.name == "swish" else 1e-15
    np.testing.assert_allclose(function.antiderivative(x), np.array(want, dtype=float), rtol=2e-13, atol=near_zero)


@pytest.mark.parametrize("axis", [0, 1])
def test_softmax_over_many_classes(axis: int) -> None:
    logits = np.random.default_rng(6).normal(size=(20_000, 3))
    shares = activations.get("softmax", axis=0)(logits)
    if axis == 1:
        shares = activations.get("softmax", axis=1)(np.asfortranarray(logits.T)).T
    with mp.workprec(120):
        for column in range(3):
            powers = [mp.exp(mp.mpf(float(logit))) for logit in logits[:, column]]
            total = mp.fsum(powers)
            want = exact.to_floats([power / total for power in powers[:2000]], float)
            assert (errors(shares[:2000, column], want) <= 8).all()


@each_dtype
def test_softmax(dtype: Any) -> None:
    draw = np.random.default_rng(5)
    spread = np.array([1.0, 10.0, 100.0, 300.0, 1000.0])
    logits = (draw.normal(size=(40, 5, 7)) * spread[:, None]).astype(dtype)
    softmax = activations.get("softmax")
    got, jacobian = softmax(logits), softmax.derivative(logits)
    assert jacobian.shape == (40, 5, 7, 7)
    for index in np.ndindex(40, 5):
        with mp.workprec(200):
            powers = [mp.exp(mp.mpf(float(logit))) for logit in logits[index]]
            shares = [power / sum(powers) for power in powers]
            rest = [sum(powers[:i] + powers[i + 1 :]) / sum(powers) for i in range(7)]
            slopes = [[p * (rest[i] if i == j else -shares[j]) for j in range(7)] for i, p in enumerate(shares)]
        want = exact.to_floats(shares, dtype)
        assert (errors(got[index], want) <= 8).all()
        assert_no_early_underflow(got[index], want)
        for i in range(7):
            want = exact.to_floats(slopes[i], dtype)
            assert (errors(jacobian[index][i], want) <= 16).all()
