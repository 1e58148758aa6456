import math

import pytest
import torch

from course_lib import nn
from course_lib.nn.initialise import SCHEMES


def generator(seed=0):
    return torch.Generator().manual_seed(seed)


def test_default_is_torchs_own_bit_for_bit():
    weight, bias = nn.initialise("default", 37, 11, generator(4))
    with torch.random.fork_rng():
        torch.manual_seed(4)
        linear = torch.nn.Linear(37, 11)
    assert torch.equal(weight, linear.weight)
    assert torch.equal(bias, linear.bias)


@pytest.mark.parametrize(
    ("name", "variance"),
    [("default", 1 / (3 * 400)), ("lecun", 1 / 400), ("glorot", 2 / (400 + 900)), ("he", 2 / 400)],
)
def test_variance_and_mean(name, variance):
    """400 · 900 draws: the relative standard error of the variance is at most √(2/360 000) = 0.24 %."""
    weight, _ = nn.initialise(name, 400, 900, generator())
    assert weight.var().item() == pytest.approx(variance, rel=0.012)
    assert abs(weight.mean().item()) < 5 * math.sqrt(variance / weight.numel())


@pytest.mark.parametrize("name", ["lecun", "glorot", "he"])
def test_the_bias_starts_at_zero(name):
    assert not nn.initialise(name, 5, 7, generator())[1].any()


@pytest.mark.parametrize(("name", "bound"), [("default", 1 / 20), ("glorot", math.sqrt(6 / 1300))])
def test_uniform_schemes_stay_within_their_bound_and_reach_it(name, bound):
    weight, _ = nn.initialise(name, 400, 900, generator())
    assert 0.999 * bound < weight.abs().max().item() <= bound * (1 + 1e-6)


@pytest.mark.parametrize("name", SCHEMES)
def test_shape_seed_and_independence_of_the_global_generator(name):
    weight, bias = nn.initialise(name, 6, 4, generator(1))
    assert weight.shape == (4, 6)
    assert bias.shape == (4,)
    assert weight.dtype == bias.dtype == torch.float32
    state = torch.get_rng_state()
    again, _ = nn.initialise(name, 6, 4, generator(1))
    other, _ = nn.initialise(name, 6, 4, generator(2))
    assert torch.equal(weight, again)
    assert not torch.equal(weight, other)
    assert torch.equal(state, torch.get_rng_state())


def test_he_keeps_the_signal_of_relu_alive_through_twenty_layers():
    x = torch.randn(500, 512, generator=generator(9))
    start, source = x.square().mean(), generator(3)
    for _ in range(20):
        weight, _ = nn.initialise("he", 512, 512, source)
        x = torch.relu(x @ weight.T)
    assert 0.3 < x.square().mean() / start < 3


def test_an_unknown_scheme_is_explained():
    with pytest.raises(ValueError, match="'xavier': choose one of default, lecun, glorot, he") as error:
        nn.initialise("xavier", 2, 2, generator())
    assert "مقداردهی" in str(error.value)
