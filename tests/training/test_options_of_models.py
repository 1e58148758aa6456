"""Residual layers, mixed activations, matched initialisation, clipping: as in the one-by-one loop."""

from threading import Event

import numpy as np
import pytest
import torch

from course_lib import activations, data, training
from course_lib.nn.initialise import MATCHED
from course_lib.training import one_by_one
from course_lib.training.optimisers import clip_
from course_lib.training.parameters import Values

MODELS = {
    "residual": [
        training.Model(name, (24, 24, 16, 16), "matched", 0.05, architecture="residual") for name in ("relu", "linear")
    ],
    "residual all through": [training.Model("prelu", (64, 64, 64), "glorot", 0.05, architecture="residual", bias=0.1)],
    "mixed": [
        training.Model(("relu", "tanh"), (12, 10), "he", 0.1),
        training.Model(("prelu", "prelu"), (12, 10), "matched", 0.1),
        training.Model(("relu", activations.get("prelu", slope=0.1)), (12, 10), "matched", 0.1, seed=2),
        training.Model("relu", (12, 10), "he", 0.1),
    ],
    "clip": [
        training.Model("relu", (12, 10), "he", 1.0, clip=0.3),
        training.Model("relu", (12, 10), "he", 1.0, clip=0.01),
        training.Model("relu", (12, 10), "he", 0.1),
    ],
}


def agree(models, dataset, **options):
    history = training.train(models, dataset, batch_size=40, record_outputs=True, progress=False, **options)
    for position, model in enumerate(models):
        network, _ = one_by_one.train(model, dataset, batch_size=40, **options)
        with torch.no_grad():
            outputs = network(torch.tensor(dataset.x_test)).softmax(-1)
        np.testing.assert_allclose(history.test_outputs[position], outputs, rtol=1e-3, atol=2e-5, err_msg=repr(model))
    return history


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("optimiser", ["sgd", "adam"])
def test_outputs_agree(name, optimiser):
    models = MODELS[name]
    if optimiser == "adam":
        models = [training.Model(**{**vars(model), "learning_rate": 0.003}) for model in models]
    agree(models, data.load("digits"), steps=20, optimiser=optimiser)


def test_a_residual_layer_adds_its_input_only_where_the_widths_agree():
    dataset = data.load("digits")
    plain, residual = (
        training.Model("tanh", (16, 16, 8), "glorot", 1e-9, architecture=architecture)
        for architecture in ("mlp", "residual")
    )
    seen = training.train([plain, residual], dataset, steps=1, progress=False).activation_variance[0]
    np.testing.assert_array_equal(seen[0, :2], seen[1, :2])
    assert seen[1, 2] > 1.2 * seen[0, 2]


def test_the_gradient_reaches_the_first_of_sixty_residual_layers():
    models = [training.Model("sigmoid", (16,) * 60, "glorot", architecture=name) for name in ("mlp", "residual")]
    norms = training.train(models, data.load("digits"), steps=1, progress=False).gradient_norm[0]
    assert norms[0, 0] < 1e-12
    assert norms[1, 0] > 1e-3


def test_clipping_is_that_of_torch():
    values = Values.zeros(3, [(4, 2), (1, 5)])
    values.flat.normal_(generator=torch.Generator().manual_seed(0))
    expected = []
    for model, longest in enumerate((0.5, 100.0)):
        own = [torch.zeros_like(each[model]).requires_grad_() for each in values.tensors]
        for tensor, each in zip(own, values.tensors, strict=True):
            tensor.grad = each[model].clone()
        torch.nn.utils.clip_grad_norm_(own, longest)
        expected.append([tensor.grad for tensor in own])
    untouched = [each[2].clone() for each in values.tensors]
    clip_(values, torch.tensor([0.5, 100.0, torch.inf]))
    for model, tensors in enumerate([*expected, untouched]):
        for tensor, each in zip(tensors, values.tensors, strict=True):
            torch.testing.assert_close(each[model], tensor, rtol=1e-6, atol=0)
    assert values.norm()[0].item() == pytest.approx(0.5, rel=1e-5)


def test_the_gradient_that_a_probe_shows_is_not_clipped():
    models = [training.Model("relu", (8,), "he", 0.1, clip=clip) for clip in (None, 1e-3)]
    history = training.train(models, data.load("digits"), steps=1, progress=False)
    np.testing.assert_array_equal(history.gradient_norm[0, 0], history.gradient_norm[0, 1])
    moved = history.train_loss[1] - history.train_loss[0]
    assert abs(moved[1]) < abs(moved[0]) / 100


@pytest.mark.parametrize("name", activations.names(beyond=True))
def test_matched_is_the_scheme_of_the_table(name):
    matched, named = (training.Model(name, (8, 6), scheme, 0.1) for scheme in ("matched", MATCHED[name]))
    history = training.train([matched, named], data.load("moons"), steps=3, progress=False)
    np.testing.assert_array_equal(history.train_loss[:, 0], history.train_loss[:, 1])
    assert matched.schemes == (MATCHED[name],) * 3


def test_matched_follows_the_activation_of_each_layer():
    assert training.Model(("selu", "relu"), (4, 4), "matched").schemes == ("lecun", "he", "he")
    assert training.Model("tanh", (), "matched").schemes == ("glorot",)


THREADED = [
    training.Model(name, hidden, "matched", 0.1, seed, architecture=architecture)
    for name in ("relu", "prelu", "gelu")
    for hidden in ((96, 96), (8, 8))
    for architecture in ("mlp", "residual")
    for seed in range(3)
]


def test_the_bits_do_not_depend_on_the_number_of_threads():
    threads = torch.get_num_threads()
    found = []
    try:
        for number in (1, 2, 3):
            torch.set_num_threads(number)
            found.append(training.train(THREADED, data.load("digits"), steps=8, progress=False, record_outputs=True))
            assert torch.get_num_threads() == number
    finally:
        torch.set_num_threads(threads)
    for other in found[1:]:
        np.testing.assert_array_equal(found[0].train_loss, other.train_loss)
        np.testing.assert_array_equal(found[0].gradient_norm, other.gradient_norm)
        for first, second in zip(found[0].test_outputs, other.test_outputs, strict=True):
            np.testing.assert_array_equal(first, second)


def test_every_operation_of_a_run_has_one_thread(monkeypatch):
    seen = set()
    advance = training.shard.Shard.advance

    def look(self, steps: int, stop: Event):
        seen.add(torch.get_num_threads())
        advance(self, steps, stop)

    monkeypatch.setattr(training.shard.Shard, "advance", look)
    training.train(THREADED[:2], data.load("moons"), steps=2, progress=False)
    assert seen == {1}


def test_where_finds_mixed_activations():
    models = [
        training.Model(("relu", "tanh"), (4, 4)),
        training.Model("relu", (4, 4)),
        training.Model(("relu", "relu"), (4, 4)),
    ]
    history = training.train(models, data.load("moons"), steps=1, progress=False)
    assert history.where(activation=("relu", "tanh")).models == (models[0],)
    assert history.where(activation="relu").models == (models[1], models[2])
    assert "relu + tanh" in repr(history)
    assert models[2].function == activations.get("relu")
    with pytest.raises(ValueError, match=r"(?s)no single activation.*یگانه‌ای ندارد"):
        _ = models[0].function


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"activation": ("relu",)}, "1 activations for 2 hidden layers"),
        ({"activation": ("relu", 3)}, "is no activation"),
        ({"activation": (), "hidden": ()}, "0 activations"),
        ({"architecture": "perceptron"}, "No architecture 'perceptron'"),
        ({"output": "step"}, "No output 'step'"),
        ({"loss": "mse"}, "No loss 'mse'"),
        ({"clip": 0}, "positive norm"),
        ({"clip": float("nan")}, "positive norm"),
        ({"gated": 1}, "True or False"),
        ({"gated": True}, "gated is for architecture='transformer'"),
        ({"batch_norm": True, "architecture": "residual"}, "batch_norm is for architecture='mlp'"),
        ({"initialisation": "identity"}, "'identity' is for architecture='rnn'"),
        ({"architecture": "cnn", "hidden": ()}, "needs at least one hidden layer"),
        ({"architecture": "transformer", "hidden": (8, 16)}, "one width"),
    ],
)
def test_senseless_options_are_refused(change, says):
    with pytest.raises(ValueError, match=says) as error:
        training.Model(**change)
    assert any("\u0600" <= letter <= "\u06ff" for letter in str(error.value))


def test_a_model_prints_its_options():
    model = training.Model(
        ("relu", "tanh"), (8, 8), "matched", architecture="residual", clip=0.5, output="tanh", loss="squared_error"
    )
    assert repr(model) == (
        "Model(relu + tanh, residual 8-8, matched, learning_rate=0.1, seed=0, clip=0.5, output=tanh, "
        "loss=squared_error)"
    )


@pytest.mark.parametrize("optimiser", ["sgd", "adam"])
def test_batch_normalisation_agrees_in_training_and_in_evaluation(optimiser):
    rate = 0.1 if optimiser == "sgd" else 0.003
    models = [
        training.Model(name, (12, 10), "matched", rate, seed, bias=0.1 * seed, batch_norm=True)
        for name in ("relu", "prelu", "tanh")
        for seed in range(2)
    ]
    # Not the digits: the gradient at a pixel that does not change within a batch is 0 but for rounding, and Adam makes
    # a whole step of any rounding error.
    agree([*models, training.Model("relu", (12, 10), "he", rate)], data.load("mnist1d"), steps=25, optimiser=optimiser)


def test_running_statistics_start_where_torchs_do():
    model = training.Model("gelu", (8,), "glorot", batch_norm=True)
    dataset = data.load("digits")
    history = training.train(model, dataset, steps=1, progress=False)
    network = one_by_one.build(model, dataset).eval()
    with torch.no_grad():
        loss = torch.nn.functional.cross_entropy(network(torch.tensor(dataset.x_train)), torch.tensor(dataset.y_train))
    np.testing.assert_allclose(history.train_loss[0, 0], loss, rtol=1e-5)


def test_batch_normalisation_needs_more_than_one_example():
    with pytest.raises(ValueError, match=r"(?s)at least 2 examples.*دست‌کم ۲ نمونه"):
        training.train(training.Model(batch_norm=True), data.load("moons"), batch_size=1, progress=False)


@pytest.mark.parametrize("activation", ["relu", "prelu"])
def test_options_keep_to_one_device(activation):
    models = [
        training.Model(activation, (6, 6), clip=1.0),
        training.Model((activation, "tanh"), (6, 6), architecture="residual"),
        training.Model(activation, (6, 6), batch_norm=True, output="sigmoid"),
        training.Model(activation, (6, 6), output="tanh", loss="hinge"),
        training.Model(activation, (6, 6), loss="squared_error"),
    ]
    training.rehearse(models, data.load("moons"))
