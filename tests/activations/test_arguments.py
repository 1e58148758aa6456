"""What goes in and what comes out: shapes, dtypes, infinities, NaN, and what is refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from cases import each_activation, each_elementwise

from course_lib import activations
from course_lib.activations import Activation

INF = np.inf
LIMITS = {
    # name: value at −∞ and ∞, derivative at −∞ and ∞
    "step": (0, 1, 0, 0),
    "sigmoid": (0, 1, 0, 0),
    "tanh": (-1, 1, 0, 0),
    "relu": (0, INF, 0, 1),
    "selu": (-1.0507009873554805 * 1.6732632423543772, INF, 0, 1.0507009873554805),
    "gelu": (0, INF, 0, 1),
    "gelu_tanh": (0, INF, 0, 1),
}


def limits(function: Activation) -> tuple[float, float, float, float]:
    match function.name, function.values:
        case "linear", {"slope": slope}:
            return (-slope * INF, slope * INF, slope, slope) if slope else (0, 0, 0, 0)
        case "leaky_relu", {"negative_slope": slope}:
            return (-slope * INF if slope else 0, INF, slope, 1)
        case "prelu", {"slope": slope}:
            return (-slope * INF, INF, slope, 1)
        case "elu", {"alpha": alpha}:
            return (-alpha, INF, 0, 1)
        case "swish", {"beta": beta}:
            return (0, INF, 0, 1) if beta else (-INF, INF, 0.5, 0.5)
        case name, _:
            return LIMITS[name]


@each_elementwise
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_limits_and_nan(function: Activation, dtype: Any) -> None:
    x = np.array([-INF, INF, np.nan], dtype)
    low, high, slope_low, slope_high = limits(function)
    np.testing.assert_array_equal(function(x), np.array([low, high, np.nan], dtype))
    np.testing.assert_array_equal(function.derivative(x), np.array([slope_low, slope_high, np.nan], dtype))
    assert np.isnan(function.second_derivative(x[2]))
    assert not np.isnan(function.second_derivative(x[:2])).any()


@each_activation
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
@pytest.mark.parametrize("shape", [(5,), (0, 3), (2, 3, 4)])
def test_shape_and_dtype_are_kept(function: Activation, dtype: Any, shape: tuple[int, ...]) -> None:
    x = np.random.default_rng(0).normal(size=shape).astype(dtype)
    before = x.copy()
    jacobian = () if function.elementwise else (shape[-1],)
    assert function(x).shape == shape
    assert function(x).dtype == dtype
    assert function.derivative(x).shape == shape + jacobian
    assert function.derivative(x).dtype == dtype
    np.testing.assert_array_equal(x, before)


@each_elementwise
def test_scalars(function: Activation) -> None:
    assert isinstance(function(0.5), np.float64)
    assert isinstance(function(np.float32(0.5)), np.float32)
    assert function.derivative(0.5) == function.derivative(np.array([0.5]))[0]
    no_axes = function(np.array(0.5))
    assert isinstance(no_axes, np.ndarray)
    assert no_axes.shape == ()
    assert function([0.5, 1.5]).shape == (2,)


@each_elementwise
def test_layout_in_memory_does_not_matter(function: Activation) -> None:
    x = np.random.default_rng(0).normal(size=(6, 8))
    np.testing.assert_array_equal(function(x[::2, ::-3].T), function(x)[::2, ::-3].T)
    np.testing.assert_array_equal(function(x.astype(">f8")), function(x))


@each_activation
def test_no_warning_even_where_numpy_is_told_to_raise(function: Activation) -> None:
    every_float16 = np.arange(2**16, dtype=np.uint16).view(np.float16)
    with np.errstate(all="raise"):
        for x in (every_float16, np.array([1e308, -1e308, 5e-324, -745.0, 720.0, INF, -INF, np.nan])):
            function(x)
            if function.elementwise:
                function.derivative(x)
                function.second_derivative(x)
                if function.name != "gelu_tanh":
                    function.antiderivative(x)


@each_activation
@pytest.mark.parametrize(
    "x",
    [3, [1, 2], True, np.array([1, 2]), np.array([True]), np.array([1j]), np.array([1.0], dtype=object), "1.0"],
    ids=repr,
)
def test_only_real_floats_are_accepted(function: Activation, x: Any) -> None:
    for call in (function, function.derivative):
        with pytest.raises(TypeError, match=r"Convert first: np\.asarray\(x, dtype=float\).*\n.*تبدیل کنید"):
            call(x)


def test_a_torch_tensor_is_sent_to_the_module() -> None:
    with pytest.raises(TypeError, match="module"):
        activations.get("relu")(torch.ones(3))


def test_softmax_along_another_axis() -> None:
    logits = np.random.default_rng(0).normal(size=(4, 3, 2))
    first, last = activations.get("softmax", axis=0), activations.get("softmax")
    np.testing.assert_array_equal(first(logits), np.moveaxis(last(np.moveaxis(logits, 0, -1)), -1, 0))
    assert first.derivative(logits).shape == (3, 2, 4, 4)


def test_softmax_at_infinity() -> None:
    softmax = activations.get("softmax")
    np.testing.assert_array_equal(softmax(np.array([INF, 0.0, -INF])), [1, 0, 0])
    np.testing.assert_array_equal(softmax(np.array([0.0, -INF, 0.0])), [0.5, 0, 0.5])
    np.testing.assert_array_equal(softmax(np.array([1e308, -1e308])), [1, 0])
    for no_limit in ([INF, INF, 0.0], [-INF, -INF], [0.0, np.nan]):
        assert np.isnan(softmax(np.array(no_limit))).all()


def test_softmax_needs_its_axis() -> None:
    with pytest.raises(ValueError, match="axis -1"):
        activations.get("softmax")(1.0)
    with pytest.raises(ValueError, match="axis 2"):
        activations.get("softmax", axis=2).derivative(np.ones((2, 2)))
    with pytest.raises(TypeError, match="axis must be an integer"):
        activations.get("softmax", axis=0.5)


def test_softmax_has_no_second_derivative_and_no_antiderivative() -> None:
    softmax = activations.get("softmax")
    for call in (softmax.second_derivative, softmax.antiderivative):
        with pytest.raises(NotImplementedError, match="Jacobian"):
            call(np.ones(3))
