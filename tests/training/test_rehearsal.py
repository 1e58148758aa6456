import pytest
import torch

from course_lib import activations, data, training
from course_lib.training import losses, slices


@pytest.mark.parametrize("name", ["digits", "breast_cancer", "diabetes"])
@pytest.mark.parametrize("optimiser", ["sgd", "adam"])
def test_every_activation_keeps_to_one_device(name, optimiser):
    models = [training.Model(activation, (6, 5)) for activation in activations.names(beyond=True)]
    training.rehearse([*models, training.Model(hidden=())], data.load(name), optimiser=optimiser)


def test_a_cpu_tensor_in_an_activation_is_found(monkeypatch):
    monkeypatch.setattr(slices.nn, "function", lambda activation: lambda z: z + torch.ones(z.shape[-1]))
    with pytest.raises(RuntimeError, match="device"):
        training.rehearse([training.Model("tanh", (6,))], data.load("moons"))


def test_a_cpu_tensor_in_the_loss_is_found(monkeypatch):
    plain = losses.Objective.value
    monkeypatch.setattr(losses.Objective, "value", lambda *given: plain(*given) + torch.ones(1))
    with pytest.raises(RuntimeError, match="device"):
        training.rehearse([training.Model("tanh", (6,))], data.load("moons"))


def test_nothing_to_rehearse_is_explained():
    with pytest.raises(ValueError, match="nothing to train"):
        training.rehearse([], data.load("moons"))
