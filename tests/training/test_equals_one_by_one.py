"""Training together equals training one after another: first weights, mini-batches, losses, last weights."""

from threading import Event

import numpy as np
import pytest
import torch

from course_lib import activations, data, training
from course_lib.training import one_by_one
from course_lib.training.shard import Shard

CPU = torch.device("cpu")
OPTIMISERS = pytest.mark.parametrize(
    ("optimiser", "momentum", "rate"),
    [("sgd", 0.0, 0.2), ("sgd", 0.9, 0.02), ("adam", 0.0, 0.005)],
    ids=["sgd", "momentum", "adam"],
)


def parameters(shard, position):
    """One model's parameters out of a shard, in the order of ``torch.nn.Module.parameters``."""
    network = shard.network
    model = network.models[position]
    for layer, (weight, bias) in enumerate(zip(network.weights, network.biases, strict=True)):
        yield weight[position]
        yield bias[position, 0]
        if layer < len(model.hidden) and model.functions[layer].name == "prelu":
            yield network.slopes[layer][position, 0]


def competitors(rate, hidden=(16, 12)):
    return [
        training.Model(name, hidden, "he", factor * rate, seed, bias=0.1)
        for name in activations.names(beyond=True)
        for seed, factor in ((0, 1.0), (3, 0.5))
    ]


@OPTIMISERS
def test_weights_agree_for_every_activation(optimiser, momentum, rate):
    digits = data.load("digits")
    models = competitors(rate)
    shard = Shard(
        models,
        range(len(models)),
        dataset=digits,
        batch_size=32,
        optimiser=optimiser,
        momentum=momentum,
        device=CPU,
    )
    for position, model in enumerate(models):
        for ours, theirs in zip(parameters(shard, position), one_by_one.build(model, digits).parameters(), strict=True):
            assert torch.equal(ours, theirs)
    before = shard.network.parameters.flat.clone()
    shard.advance(30, Event())
    assert not torch.equal(before, shard.network.parameters.flat)
    for position, model in enumerate(models):
        network, _ = one_by_one.train(model, digits, steps=30, batch_size=32, optimiser=optimiser, momentum=momentum)
        for ours, theirs in zip(parameters(shard, position), network.parameters(), strict=True):
            torch.testing.assert_close(
                ours, theirs.detach(), rtol=1e-3, atol=1e-5, msg=lambda text, model=model: f"{model}\n{text}"
            )


@OPTIMISERS
@pytest.mark.parametrize("name", ["digits", "breast_cancer", "diabetes"])
def test_test_scores_agree_for_every_task(name, optimiser, momentum, rate):
    dataset = data.load(name)
    models = [
        training.Model("prelu", (12,), "glorot", rate / 4, seed=2),
        training.Model("gelu", (10, 8), "default", rate / 2, seed=1),
        training.Model("tanh", (), "lecun", rate / 4, seed=1),
    ]
    history = training.train(
        models, dataset, steps=25, batch_size=50, optimiser=optimiser, momentum=momentum, progress=False
    )
    for position, model in enumerate(models):
        network, _ = one_by_one.train(model, dataset, steps=25, batch_size=50, optimiser=optimiser, momentum=momentum)
        with torch.no_grad():
            outputs = network(torch.tensor(dataset.x_test))
        y = torch.tensor(dataset.y_test)
        if name == "digits":
            loss = torch.nn.functional.cross_entropy(outputs, y)
            accuracy = (outputs.argmax(1) == y).float().mean()
        elif name == "breast_cancer":
            loss = torch.nn.functional.binary_cross_entropy_with_logits(outputs[:, 0], y.float())
            accuracy = ((outputs[:, 0] > 0) == y.bool()).float().mean()
        else:
            loss, accuracy = torch.nn.functional.mse_loss(outputs[:, 0], y), np.nan
        np.testing.assert_allclose(history.test_loss[position], loss, rtol=1e-4)
        np.testing.assert_allclose(history.test_accuracy[position], accuracy, atol=2e-3)


def test_a_wrong_learning_rate_would_be_noticed():
    digits = data.load("digits")
    model = training.Model("relu", (16,), "he", 0.1)
    _, losses = one_by_one.train(model, digits, steps=30)
    _, other = one_by_one.train(training.Model("relu", (16,), "he", 0.101), digits, steps=30)
    assert not np.allclose(losses, other, rtol=1e-3)
