"""The torch side of the catalogue: equal to the NumPy side, and to torch wherever torch itself is right."""

from __future__ import annotations

import copy
import pickle
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from course_lib import activations
from course_lib.activations import Activation, Interval
from course_lib.language import Text
from course_lib.nn import function, module

PARAMETERS: dict[str, list[dict[str, Any]]] = {
    "linear": [{"slope": -0.3}],
    "leaky_relu": [{"negative_slope": 0.3}],
    "prelu": [{"slope": -0.75}],
    "elu": [{"alpha": 2.3}],
    "softmax": [{"axis": 0}],
    "swish": [{"beta": 0.0}, {"beta": 1.7}],
}
EVERY = [
    activations.get(name, **values)
    for name in activations.names(beyond=True)
    for values in [{}, *PARAMETERS.get(name, [])]
]


def label(activation: Activation) -> str:
    return "-".join([activation.name, *(f"{value:g}" for value in activation.values.values())])


each_activation = pytest.mark.parametrize("activation", EVERY, ids=label)
each_elementwise = pytest.mark.parametrize("activation", [one for one in EVERY if one.elementwise], ids=label)
each_dtype = pytest.mark.parametrize("dtype", [torch.float32, torch.float64])


def value_and_gradient(call: Any, x: Tensor) -> tuple[np.ndarray, np.ndarray]:
    x = x.clone().requires_grad_()
    value = call(x)
    (gradient,) = torch.autograd.grad(value.sum(), x)
    return value.detach().numpy(), gradient.numpy()


def where_torch_is_right(dtype: torch.dtype) -> Tensor:
    """Return points away from the far tails, kinks at ±0 included."""
    return torch.cat([torch.linspace(-5, 30, 701), torch.tensor([0.0, -0.0]), torch.logspace(-30, 0, 50)]).to(dtype)


@each_elementwise
@each_dtype
@pytest.mark.parametrize("build", [function, module])
def test_value_and_gradient_equal_the_catalogue(activation: Activation, dtype: torch.dtype, build: Any) -> None:
    x = where_torch_is_right(dtype)
    call = build(activation)
    value, gradient = value_and_gradient(call.to(dtype) if isinstance(call, nn.Module) else call, x)
    eps = torch.finfo(dtype).eps
    # Torch rounds Φ(x), or 1 − σ(x), before it multiplies by x: an absolute error of about |x| eps.
    size = eps * np.maximum(np.abs(x.numpy()), 1)
    assert (np.abs(value - activation(x.numpy())) <= 4 * size).all()
    assert (np.abs(gradient - activation.derivative(x.numpy())) <= 8 * size).all()


@each_elementwise
def test_at_a_kink_the_derivative_is_torchs(activation: Activation) -> None:
    for zero in (0.0, -0.0):
        _, gradient = value_and_gradient(function(activation), torch.tensor([zero], dtype=torch.float64))
        assert activation.derivative(zero) == gradient[0]


@pytest.mark.parametrize("axis", [0, -1])
def test_softmax_jacobian_equals_torchs(axis: int) -> None:
    logits = torch.randn(5, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    softmax = activations.get("softmax", axis=axis)
    jacobian = torch.func.jacrev(function(softmax))(logits)
    np.testing.assert_allclose(function(softmax)(logits), softmax(logits.numpy()), rtol=1e-15)
    np.testing.assert_allclose(jacobian, softmax.derivative(logits.numpy()), atol=1e-16)


@each_activation
@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float32, torch.float64])
@pytest.mark.parametrize("device", ["cpu", "meta"])
def test_shape_dtype_and_device_are_kept(activation: Activation, dtype: torch.dtype, device: str) -> None:
    x = torch.ones(2, 3, 4, dtype=dtype, device=device, requires_grad=True)
    for call in (function(activation), module(activation).to(device, dtype)):
        value = call(x)
        (gradient,) = torch.autograd.grad(value.sum(), x)
        for result in (value, gradient):
            assert (result.shape, result.dtype, result.device) == (x.shape, x.dtype, x.device)


@each_activation
def test_works_under_vmap_with_gradient(activation: Activation) -> None:
    x = torch.randn(3, 4, 5, generator=torch.Generator().manual_seed(0))
    call = function(activation)
    torch.testing.assert_close(torch.func.vmap(call)(x), torch.stack([call(one) for one in x]))
    slopes = torch.func.vmap(torch.func.grad(lambda one: call(one).square().sum()))(x)
    each = torch.stack([torch.func.grad(lambda one: call(one).square().sum())(one) for one in x])
    torch.testing.assert_close(slopes, each)


@each_activation
def test_can_be_pickled_and_copied(activation: Activation) -> None:
    x = torch.linspace(-2, 2, 6).reshape(2, 3)
    want = function(activation)(x)
    for call in (pickle.loads(pickle.dumps(function(activation))), copy.deepcopy(module(activation))):
        torch.testing.assert_close(call(x), want)


def test_torchs_own_modules_are_used() -> None:
    kinds = {name: type(activations.get(name).module()) for name in activations.names(beyond=True)}
    assert kinds["relu"] is nn.ReLU
    assert kinds["gelu"] is nn.GELU
    assert kinds["swish"] is nn.SiLU
    assert kinds["linear"] is nn.Identity
    own = {name for name, kind in kinds.items() if not kind.__module__.startswith("torch.")}
    assert own == {"step"}


def test_only_prelu_learns() -> None:
    for activation in EVERY:
        assert len(list(module(activation).parameters())) == (activation.name == "prelu")
    prelu = activations.get("prelu", slope=0.1).module()
    assert isinstance(prelu, nn.PReLU)
    assert prelu.weight.item() == pytest.approx(0.1)
    prelu(torch.tensor([-3.0, 2.0, -1.0])).sum().backward()
    assert prelu.weight.grad is not None
    assert prelu.weight.grad.item() == -4


def test_step_passes_no_gradient_but_does_not_cut_the_graph() -> None:
    x = torch.linspace(-1, 1, 5, requires_grad=True)
    value = activations.get("step").module()(x)
    assert value.tolist() == [0, 0, 1, 1, 1]
    assert function("step")(torch.tensor(torch.nan)).isnan()
    value.sum().backward()
    assert x.grad is not None
    assert x.grad.tolist() == [0] * 5


def test_names_are_accepted() -> None:
    assert function("relu") is torch.relu
    assert isinstance(module("gelu"), nn.GELU)
    with pytest.raises(ValueError, match="no activation 'rellu'"):
        module("rellu")


def test_module_prints_the_activation() -> None:
    assert "swish, beta=1.7" in repr(activations.get("swish", beta=1.7).module())


@dataclass(frozen=True, repr=False)
class _Softsign(Activation):
    """x / (1 + |x|): an activation that neither the course nor this test's subject has heard of."""

    name = "softsign"
    title = Text(en="Softsign", fa="Softsign")
    formula = r"\frac{x}{1 + |x|}"
    derivative_formula = r"\frac{1}{(1 + |x|)^2}"
    source = activations.get("tanh").source
    range = Interval(-1.0, 1.0)

    def _value(self, x: Any) -> Any:
        return x / (1 + np.abs(x))

    def _derivative(self, x: Any) -> Any:
        return 1 / (1 + np.abs(x)) ** 2

    def _second_derivative(self, x: Any) -> Any:
        return -2 * np.sign(x) / (1 + np.abs(x)) ** 3

    def _antiderivative(self, x: Any) -> Any:
        return np.abs(x) - np.log1p(np.abs(x))


@pytest.mark.parametrize("build", [function, module])
def test_an_activation_that_torch_lacks_works_from_its_formulas(build: Any) -> None:
    softsign = build(_Softsign())
    x = torch.linspace(-4, 4, 31, dtype=torch.float64)
    for got, want in zip(value_and_gradient(softsign, x), value_and_gradient(nn.functional.softsign, x), strict=True):
        np.testing.assert_allclose(got, want, rtol=1e-15)
    assert softsign(x.bfloat16()).dtype == torch.bfloat16
    assert softsign(x.to("meta")).is_meta
    batch = x.reshape(1, 31).expand(3, 31)
    torch.testing.assert_close(torch.func.vmap(softsign)(batch), softsign(batch))
    assert torch.autograd.gradcheck(softsign, x[:9].clone().requires_grad_())


class TestWhereTorchIsNotRight:
    """Torch's formulas lose the tails; the catalogue keeps them. If torch improves, these tests say so by failing."""

    @staticmethod
    def compare(name: str, x: float, dtype: torch.dtype = torch.float64) -> list[tuple[float, float]]:
        """Return (torch's, ours) for value and gradient."""
        number = torch.tensor([x], dtype=dtype)
        activation = activations.get(name)
        theirs = value_and_gradient(function(activation), number)
        ours = (activation(number.numpy()), activation.derivative(number.numpy()))
        return [(float(a[0]), float(b[0])) for a, b in zip(theirs, ours, strict=True)]

    def test_gelu_in_the_far_tail(self) -> None:
        """1 + erf(x/√2) cancels: at −8 one digit is left, at −9 none; in float32 none at −6."""
        (value, ours), _ = self.compare("gelu", -8.0)
        assert ours == pytest.approx(-4.976768e-15, rel=1e-6)
        assert 0.01 < abs(value / ours - 1) < 0.1
        (value, ours), (gradient, our_gradient) = self.compare("gelu", -9.0)
        assert value == 0
        assert ours == pytest.approx(-1.0157297e-18, rel=1e-6)
        assert abs(gradient / our_gradient - 1) > 0.01
        (value, ours), _ = self.compare("gelu", -6.0, torch.float32)
        assert value == 0
        assert ours == pytest.approx(-5.9195258e-09, rel=1e-6)

    def test_tanh_form_of_gelu_in_the_far_tail(self) -> None:
        (value, ours), _ = self.compare("gelu_tanh", -8.0)
        assert value == 0
        assert -1e-20 < ours < 0

    def test_sigmoid_and_swish_flush_to_zero_early(self) -> None:
        """1 / (1 + e⁻ˣ) is 0 as soon as e⁻ˣ overflows, at −710 (−89 in float32), not where eˣ underflows, at −745."""
        for name in ("sigmoid", "swish"):
            for x, dtype in ((-710.0, torch.float64), (-89.0, torch.float32)):
                for theirs, ours in self.compare(name, x, dtype):
                    assert theirs == 0
                    assert ours != 0

    def test_gradients_of_saturating_functions_vanish_early(self) -> None:
        """σ(1 − σ) and 1 − tanh² are 0 once the value has been rounded to 1."""
        for name, x in (("sigmoid", 37.0), ("tanh", 20.0)):
            _, (theirs, ours) = self.compare(name, x)
            assert theirs == 0
            assert 0 < ours < 1e-16

    @pytest.mark.parametrize("name", ["swish", "gelu", "gelu_tanh"])
    def test_gated_functions_at_minus_infinity(self, name: str) -> None:
        """−∞ · 0 is NaN; the limit is 0."""
        for theirs, ours in self.compare(name, -np.inf):
            assert np.isnan(theirs)
            assert ours == 0

    def test_softmax_with_an_infinite_logit(self) -> None:
        logits = torch.tensor([torch.inf, 0.0])
        assert torch.softmax(logits, 0).isnan().all()
        assert activations.get("softmax")(logits.numpy()).tolist() == [1, 0]

    def test_heaviside_has_no_gradient(self) -> None:
        x = torch.ones(3, requires_grad=True)
        with pytest.raises(RuntimeError, match="heaviside is not implemented"):
            torch.heaviside(x, torch.ones(())).sum().backward()
