import numpy as np
import pytest
import torch

from course_lib import activations, data, training
from course_lib.training import one_by_one

LAYERED = ("gradient_norm", "activation_mean", "activation_variance", "dead_fraction", "firing_fraction", "saturation")


@pytest.fixture(scope="module")
def history():
    models = [training.Model(name, (8, 6), "he", seed=seed) for name in activations.names() for seed in range(2)]
    models.insert(1, training.Model("relu", (5,), "default", 0.3, seed=1))
    return training.train(models, data.load("digits"), steps=25, probe_every=10, record_units=True, progress=False)


def test_shapes_and_padding(history):
    models = 2 * len(activations.names()) + 1
    assert history.steps.tolist() == [0, 10, 20, 25]
    for name in ("train_loss", "train_accuracy", "validation_loss", "validation_accuracy"):
        assert getattr(history, name).shape == (4, models)
        assert np.isfinite(getattr(history, name)).all()
    for name in LAYERED:
        array = getattr(history, name)
        assert array.shape == (4, models, 2)
        assert np.isnan(array[:, 1, 1]).all()
        assert np.isfinite(np.delete(array, 1, axis=1)).all(), name
    assert history.units.shape == (4, models, 2, 8)
    assert np.isnan(history.units[:, 0, 1, 6:]).all()
    assert np.isfinite(history.units[:, 0, 1, :6]).all()
    assert np.isnan(history.units[:, 1, 0, 5:]).all()
    assert history.test_loss.shape == history.test_accuracy.shape == history.diverged.shape == (models,)
    assert not history.diverged.any()
    assert not history.interrupted


@pytest.mark.parametrize("name", activations.names())
def test_probes_at_the_start_are_what_their_definitions_say(name, history):
    """Recomputed in float64 with the numpy catalogue, from the first weights."""
    digits = history.dataset
    part = history.where(activation=name, hidden=(8, 6), seed=0)
    (model,) = part.models
    network = one_by_one.build(model, digits).double()
    function = model.function
    x = digits.x_train.astype(np.float64)
    for layer in range(2):
        linear = network[2 * layer]
        z = x @ linear.weight.detach().numpy().T + linear.bias.detach().numpy()
        y = function(z)
        slope = y * (1 - y) if name == "softmax" else function.derivative(z)
        everywhere = np.linspace(-30, 30, 60001)
        steepest = 0.25 if name == "softmax" else np.abs(function.derivative(everywhere)).max()
        found = {key: getattr(part, key)[0, 0, layer] for key in LAYERED}
        np.testing.assert_allclose(found["activation_mean"], y.mean(), rtol=1e-4, atol=1e-6)
        np.testing.assert_allclose(found["activation_variance"], y.var(), rtol=1e-4)
        np.testing.assert_allclose(found["dead_fraction"], (slope == 0).all(axis=0).mean())
        np.testing.assert_allclose(found["firing_fraction"], (z > 0).mean(), atol=2e-3)
        np.testing.assert_allclose(found["saturation"], (np.abs(slope) <= 0.05 * steepest).mean(), atol=2e-3)
        np.testing.assert_allclose(part.units[0, 0, layer, : z.shape[1]], (z > 0).mean(axis=0), atol=2e-3)
        x = y


def test_gradient_norm_is_that_of_the_first_mini_batch(history):
    from course_lib.training import batches

    digits = history.dataset
    part = history.where(activation="tanh", seed=1)
    network = one_by_one.build(part.models[0], digits)
    rows = next(batches.order(1, len(digits.x_train), 64))
    loss = torch.nn.functional.cross_entropy(
        network(torch.tensor(digits.x_train)[rows]), torch.tensor(digits.y_train)[rows]
    )
    loss.backward()
    norms = [network[0].weight.grad.norm().item(), network[2].weight.grad.norm().item()]
    np.testing.assert_allclose(part.gradient_norm[0, 0], norms, rtol=1e-4)


def test_dead_units_are_those_that_fire_on_no_example():
    models = [training.Model("relu", (32, 32), "he", seed=seed, bias=-4.0) for seed in range(3)]
    history = training.train(models, data.load("digits"), steps=20, probe_every=5, record_units=True, progress=False)
    silent = (history.units == 0).mean(axis=-1)
    np.testing.assert_allclose(history.dead_fraction, silent)
    assert 0 < silent.mean() < 1


def test_a_unit_that_leaks_is_never_dead():
    model = training.Model("leaky_relu", (32,), "he", bias=-50.0)
    history = training.train([model], data.load("digits"), steps=2, record_units=True, progress=False)
    assert (history.units[0] == 0).all()
    assert (history.dead_fraction == 0).all()


def test_slopes_are_recorded_where_they_are_learned(history):
    slopes = history.where(activation="prelu").slope
    np.testing.assert_allclose(slopes[0], 0.25)
    assert (slopes[-1] != 0.25).all()
    assert np.isnan(history.where(activation="leaky_relu").slope).all()
    start = training.Model(activations.get("prelu", slope=0.5), (4,))
    assert training.train([start], data.load("moons"), steps=1, progress=False).slope[0].item() == 0.5


def test_where_selects_models_and_keeps_their_numbers(history):
    part = history.where(activation="relu", initialisation="he")
    places = [i for i, m in enumerate(history.models) if m.function.name == "relu" and m.initialisation == "he"]
    assert part.models == tuple(history.models[i] for i in places)
    np.testing.assert_array_equal(part.train_loss, history.train_loss[:, places])
    np.testing.assert_array_equal(part.units, history.units[:, places])
    np.testing.assert_array_equal(part.test_accuracy, history.test_accuracy[places])
    assert part.steps is history.steps
    assert part.where(hidden=(8, 6)).models == part.models
    assert history.where(activation=activations.get("relu")).models == history.where(activation="relu").models


def test_where_explains_what_it_cannot_find(history):
    with pytest.raises(ValueError, match="no attribute 'colour'"):
        history.where(colour="red")
    with pytest.raises(ValueError, match="No model of this run has seed=9"):
        history.where(seed=9)


def test_a_model_that_blows_up_is_marked_and_hurts_no_other():
    good = training.Model("relu", (8,), "he", 0.01)
    bad = training.Model("linear", (8,), "he", 1e6)
    digits = data.load("diabetes")
    together = training.train([good, bad], digits, steps=60, progress=False)
    assert together.diverged.tolist() == [False, True]
    alone = training.train([good], digits, steps=60, progress=False)
    np.testing.assert_allclose(together.train_loss[:, 0], alone.train_loss[:, 0], rtol=1e-5)


def test_regression_has_no_accuracy():
    history = training.train([training.Model(hidden=4)], data.load("diabetes"), steps=2, progress=False)
    assert np.isnan(history.train_accuracy).all()
    assert np.isnan(history.test_accuracy).all()
    assert np.isfinite(history.test_loss).all()


def test_a_linear_model_has_no_hidden_layers():
    history = training.train([training.Model(hidden=())], data.load("digits"), steps=50, progress=False)
    assert history.dead_fraction.shape == (3 + 1, 1, 0)
    assert history.test_accuracy[0] > 0.8


def test_one_model_and_one_step_are_singular():
    pair = [training.Model(hidden=(4,), seed=seed) for seed in range(2)]
    for given, steps, title in [(pair[:1], 1, "1 model, 1 step"), (pair, 2, "2 models, 2 steps")]:
        history = training.train(given, data.load("moons"), steps=steps, progress=False)
        assert repr(history).splitlines()[0] == f"Two moons: {title}"


def test_prints_in_both_languages(history):
    text, page = repr(history), history._repr_html_()
    assert "gelu" in text
    assert 'lang="en"' in page
    assert 'lang="fa"' in page
    assert "۲۵" in page
