"""The first gradient of a network, against torch's autograd, and its bound."""

from itertools import pairwise

import numpy as np
import pytest
import torch

from course_lib import activations, data, nn
from course_lib.claims.experiments.untrained import first_gradient


@pytest.mark.parametrize(("name", "initialisation"), [("sigmoid", "default"), ("tanh", "glorot"), ("relu", "he")])
def test_the_gradient_is_that_of_autograd(name: str, initialisation: str) -> None:
    digits = data.load("digits")
    function = activations.get(name)
    found = first_gradient(
        function, function.derivative, digits, depth=3, width=7, initialisation=initialisation, seed=4, examples=10,
        scale=1.5,
    )  # fmt: skip

    generator = torch.Generator().manual_seed(4)
    widths = [64, 7, 7, 7, 10]
    layers = [nn.initialise(initialisation, *pair, generator) for pair in pairwise(widths)]
    weights = [weight.double() * (1.5 if place < 3 else 1) for place, (weight, _) in enumerate(layers)]
    x = torch.tensor(digits.x_train[:10]).double()
    leaves = [weight.requires_grad_() for weight in weights[:3]]
    for weight, (_, bias) in zip(leaves, layers, strict=False):
        x = nn.function(name)(x @ weight.T + bias.double())
    outputs = x @ weights[3].T + layers[3][1].double()
    loss = torch.nn.functional.cross_entropy(outputs, torch.tensor(digits.y_train[:10]))
    for mine, theirs in zip(found.gradients, torch.autograd.grad(loss, leaves), strict=True):
        assert mine == pytest.approx(theirs.numpy(), rel=1e-9, abs=1e-14)


def test_no_gradient_exceeds_its_bound() -> None:
    digits = data.load("digits")
    for name, steepest in (("sigmoid", 0.25), ("tanh", 1.0)):
        function = activations.get(name)
        network = first_gradient(
            function, function.derivative, digits, depth=6, width=16, initialisation="glorot", seed=1
        )
        assert network.left[-1] == network.bound(steepest)[-1] == 1
        assert (network.left <= network.bound(steepest) * (1 + 1e-12)).all()


def test_the_bound_is_reached_by_a_network_of_one_unit_in_its_steepest_point() -> None:
    """With one unit per layer and the identity, norms multiply exactly."""
    digits = data.load("digits")
    linear = activations.get("linear")
    network = first_gradient(linear, linear.derivative, digits, depth=4, width=1, initialisation="he", seed=0)
    assert network.left == pytest.approx(network.bound(1.0), rel=1e-12)
    assert np.ptp(network.left) > 0
