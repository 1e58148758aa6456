"""What the catalogue says about each function, checked against the function; and identities between functions."""

from __future__ import annotations

import math

import exact
import numpy as np
import pytest
from cases import each_elementwise
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from course_lib import activations
from course_lib.activations import Activation, Interval

EPS = np.finfo(float).eps
FINITE = st.floats(-1e300, 1e300)


def grid(function: Activation) -> np.ndarray:
    """Return points over ±50 times the width of the bend."""
    return np.linspace(-50, 50, 4001) / (function.values.get("beta") or 1.0)


def bend(function: Activation) -> np.ndarray:
    return grid(function)[1] - grid(function)[0]


@each_elementwise
def test_range_holds_all_values(function: Activation) -> None:
    values = function(np.concatenate([grid(function), np.array([-1e308, 1e308])]))
    low, high = function.range.low, function.range.high
    assert values.min() >= low - 4 * EPS * abs(low)
    assert values.max() <= high + 4 * EPS * abs(high)


@each_elementwise
def test_range_is_not_wider_than_needed(function: Activation) -> None:
    x = np.concatenate([grid(function), np.array([-1e305, 1e305])])
    values = function(x)
    size = 1 / (function.values.get("beta") or 1.0)
    for bound, reached in ((function.range.low, values.min()), (function.range.high, values.max())):
        assert abs(reached) > 1e300 if math.isinf(bound) else abs(reached - bound) < 1e-4 * size


@each_elementwise
def test_only_closed_ends_are_reached(function: Activation) -> None:
    where = [-30.0, -8.0, -1.0, 0.0, 1.0, 8.0, 30.0]
    values = [exact.value(function.name, x, **function.values) for x in where]
    low, high = function.range.low, function.range.high
    if math.isfinite(low) and not function.range.low_closed:
        assert all(value - exact.mpf(low) > -EPS * abs(low) for value in values)
        assert all(value != low for value in values)
    if math.isfinite(high) and not function.range.high_closed:
        assert all(value < high for value in values)


@pytest.mark.parametrize(("name", "beta"), [("swish", 1.0), ("swish", 2.5), ("gelu", None), ("gelu_tanh", None)])
def test_minimum(name: str, beta: float | None) -> None:
    values = {} if beta is None else {"beta": beta}
    with exact.mp.workprec(120):
        start = exact.mpf(-1) / (beta or 1)
        lowest = exact.mp.findroot(lambda z: exact.mp.diff(lambda t: exact.VALUES[name](t, **values), z), start)
        minimum = exact.VALUES[name](lowest, **values)
    assert activations.get(name, **values).range.low == pytest.approx(float(minimum), rel=2 * EPS, abs=0)


@each_elementwise
def test_monotonic(function: Activation) -> None:
    steps = np.diff(function(grid(function)))
    slack = 2 * EPS / (function.values.get("beta") or 1.0)
    never_turns = (steps >= -slack).all() or (steps <= slack).all()
    assert never_turns == function.monotonic


@each_elementwise
def test_zero_centred(function: Activation) -> None:
    x = grid(function)
    odd = np.allclose(function(-x), -function(x), rtol=1e-14, atol=0)
    assert odd == function.zero_centred


@each_elementwise
def test_kinks_are_where_value_or_slope_jumps(function: Activation) -> None:
    x = np.concatenate([[0.0], grid(function)])
    h = 1e-7 * bend(function)
    value_jumps = np.abs(function(x + h) - function(x - h)) > 1e-3 * bend(function)
    slope_jumps = np.abs(function.derivative(x + h) - function.derivative(x - h)) > 1e-4
    assert set(x[value_jumps | slope_jumps]) == set(function.kinks)
    assert function.smooth == (not function.kinks)


def test_intervals() -> None:
    half_open = Interval(-1.0, 2.0, high_closed=True)
    assert str(half_open) == "(−1, 2]"
    assert [number in half_open for number in (-1.0, 0.0, 2.0, 2.5, math.nan)] == [False, True, True, False, False]
    assert Interval().latex == r"(-\infty, \infty)"
    assert str(activations.get("swish").range) == "[−0.2785, ∞)"


sigmoid, tanh, relu, step, gelu = (activations.get(name) for name in ("sigmoid", "tanh", "relu", "step", "gelu"))
softmax = activations.get("softmax")


@given(FINITE | st.floats(-20, 20))
def test_tanh_is_a_scaled_sigmoid(x: float) -> None:
    assert abs(tanh(x) - (2 * sigmoid(2 * x) - 1)) <= 4 * EPS
    assert tanh.derivative(x) == pytest.approx(4 * sigmoid.derivative(2 * x), rel=16 * EPS, abs=1e-322)


@given(FINITE | st.floats(-20, 20))
def test_sigmoid_is_symmetric_about_one_half(x: float) -> None:
    assert abs(sigmoid(-x) + sigmoid(x) - 1) <= 2 * EPS
    assert sigmoid.derivative(-x) == sigmoid.derivative(x)
    assert sigmoid.derivative(x) == pytest.approx(sigmoid(x) * sigmoid(-x), rel=16 * EPS, abs=1e-322)


@given(FINITE | st.floats(-20, 20), st.floats(0, 5))
def test_a_gate_lets_through_what_the_opposite_gate_keeps(x: float, beta: float) -> None:
    swish = activations.get("swish", beta=beta)
    for function in (swish, gelu):
        assert function(x) - function(-x) == pytest.approx(x, rel=8 * EPS, abs=5e-324)


@given(FINITE, st.floats(0, 1))
def test_rectified_functions_are_built_from_relu(x: float, slope: float) -> None:
    assert relu(x) == x * step(x)
    leaky = activations.get("leaky_relu", negative_slope=slope)
    assert leaky(x) == relu(x) - slope * relu(-x)
    assert leaky(x) == activations.get("prelu", slope=slope)(x)


@given(st.floats(-800, 50), st.floats(0.1, 3))
def test_elu_slope_is_value_plus_alpha(x: float, alpha: float) -> None:
    elu = activations.get("elu", alpha=alpha)
    if x <= 0:
        assert elu.derivative(x) == pytest.approx(elu(x) + alpha, abs=4 * EPS * alpha)


@given(FINITE, FINITE)
def test_monotonic_functions_keep_order(a: float, b: float) -> None:
    low, high = min(a, b), max(a, b)
    for name in activations.names():
        function = activations.get(name)
        if function.elementwise and function.monotonic:
            assert function(low) <= function(high)


LOGITS = arrays(float, st.integers(1, 8), elements=st.integers(-5000, 5000).map(lambda n: n / 16))


@given(LOGITS, st.integers(-5000, 5000))
def test_softmax_does_not_see_a_common_shift(logits: np.ndarray, shift: int) -> None:
    np.testing.assert_array_equal(softmax(logits + shift / 16), softmax(logits))


@given(LOGITS)
def test_softmax_sums_to_one_and_its_jacobian_rows_to_zero(logits: np.ndarray) -> None:
    shares, jacobian = softmax(logits), softmax.derivative(logits)
    assert shares.sum() == pytest.approx(1, abs=8 * EPS)
    assert (shares >= 0).all()
    assert (np.argsort(shares[np.argsort(logits, kind="stable")], kind="stable") == np.arange(len(logits))).all()
    assert np.abs(jacobian.sum(axis=-1)).max() <= 4 * EPS
    np.testing.assert_array_equal(jacobian, jacobian.T)
    assert (np.diag(jacobian) >= 0).all()


@given(st.floats(-700, 700), st.floats(-700, 700))
def test_softmax_of_two_is_a_sigmoid(a: float, b: float) -> None:
    first = softmax(np.array([a, b]))[0]
    assert first == pytest.approx(sigmoid(a - b), rel=1e-12, abs=1e-300)
