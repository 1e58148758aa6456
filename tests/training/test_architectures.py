"""Convolutional and recurrent networks and transformers: as one by one, and that equals torch's own modules."""

import numpy as np
import pytest
import torch

from course_lib import activations, data, training
from course_lib.data import Dataset
from course_lib.language import Text
from course_lib.training import one_by_one
from course_lib.training.modules import RecurrentLayer

SEQUENTIAL = ("rnn", "lstm", "gru")


def verse():
    """A made-up language of 7 characters, in which the next one depends on the last two."""
    generator = np.random.default_rng(0)
    text = list(generator.integers(0, 7, 2))
    while len(text) < 160 * 12 + 1:
        text.append((text[-1] + 2 * text[-2] + generator.integers(0, 2)) % 7)
    x, y = (np.array(text[start : start + 160 * 12], np.int64).reshape(160, 12) for start in (0, 1))
    parts = [part for start, stop in ((0, 100), (100, 130), (130, 160)) for part in (x[start:stop], y[start:stop])]
    return Dataset("verse", Text("verse", "شعر"), "sequence", tuple("abcdefg"), *parts, (), "made up", 0)


def agree(models, dataset, **options):
    history = training.train(models, dataset, batch_size=20, record_outputs=True, progress=False, **options)
    for position, model in enumerate(models):
        network, _ = one_by_one.train(model, dataset, batch_size=20, **options)
        with torch.no_grad():
            outputs = network(torch.tensor(dataset.x_test)).softmax(-1)
        np.testing.assert_allclose(history.test_outputs[position], outputs, rtol=2e-3, atol=5e-5, err_msg=repr(model))
    return history


@pytest.mark.parametrize("name", activations.names(beyond=True))
@pytest.mark.parametrize("dataset", ["digits", "mnist1d"])
def test_a_cnn_agrees(name, dataset):
    models = [training.Model(name, (4, 6), "matched", 0.05, seed, 0.1, "cnn") for seed in range(2)]
    agree(models, data.load(dataset), steps=5)


@pytest.mark.parametrize("name", activations.names(beyond=True))
@pytest.mark.parametrize("architecture", SEQUENTIAL)
def test_a_recurrent_network_agrees(name, architecture):
    models = [training.Model(name, (6, 5), "matched", 0.1, seed, 0.1, architecture, clip=1.0) for seed in range(2)]
    agree(models, verse(), steps=4)


@pytest.mark.parametrize("architecture", ["cnn", *SEQUENTIAL, "transformer"])
def test_adam_default_initialisation_and_other_losses_agree(architecture):
    dataset = data.load("mnist1d") if architecture == "cnn" else verse()
    models = [
        training.Model("tanh", (6,), "default", 0.003, seed, 0.0, architecture, output=output)
        for seed, output in enumerate((None, "softmax"))
    ]
    models.append(training.Model(("tanh", "relu"), (6, 6), "default", 0.003, 4, 0.0, architecture))
    agree(models, dataset, steps=10, optimiser="adam")


@pytest.mark.parametrize("kind", ["tanh", "relu", *SEQUENTIAL[1:]])
def test_the_reference_is_torchs_own_recurrent_layer(kind):
    name = "rnn" if kind in ("tanh", "relu") else kind
    ours = RecurrentLayer(name, 5, 4, activations.get("relu" if kind == "relu" else "tanh").module())
    ours.start("default", torch.Generator().manual_seed(1), 0.0)
    options = {"nonlinearity": kind} if name == "rnn" else {}
    theirs = {"rnn": torch.nn.RNN, "lstm": torch.nn.LSTM, "gru": torch.nn.GRU}[name](5, 4, batch_first=True, **options)
    theirs.load_state_dict({f"{key}_l0": value for key, value in ours.state_dict().items()})
    x = torch.randn(3, 9, 5, generator=torch.Generator().manual_seed(2))
    torch.testing.assert_close(ours(x), theirs(x)[0])


def test_default_of_a_recurrent_layer_is_bounded_as_torchs():
    layer = RecurrentLayer("lstm", 90, 25, torch.nn.Tanh())
    layer.start("default", torch.Generator().manual_seed(1), 0.0)
    for parameter in layer.parameters():
        assert 0.9 * 0.2 < parameter.abs().max().item() <= 0.2 * (1 + 1e-6)


def test_identity_keeps_the_state_of_a_relu_network():
    model = training.Model("relu", (6,), "identity", architecture="rnn")
    layer = one_by_one.build(model, verse())[1]
    assert torch.equal(layer.weight_hh, torch.eye(6))
    assert not layer.bias_ih.any()
    assert not layer.bias_hh.any()
    assert 0 < layer.weight_ih.std().item() < 0.002
    agree([model], verse(), steps=5)


@pytest.mark.parametrize("architecture", ["cnn", *SEQUENTIAL, "transformer"])
def test_probes_look_at_every_place(architecture):
    """Mean, variance and firing of the first hidden layer, recomputed from the reference's own pre-activations."""
    dataset = data.load("mnist1d") if architecture == "cnn" else verse()
    model = training.Model("relu", (5,), "glorot", 1e-9, 0, 0.05, architecture)
    history = training.train(model, dataset, steps=1, record_units=True, progress=False)
    network, seen = one_by_one.build(model, dataset), []
    for module in network.modules():
        if isinstance(module, torch.nn.ReLU):
            module.register_forward_hook(lambda _, given, __: seen.append(given[0].detach()))
    with torch.no_grad():
        network(torch.tensor(dataset.x_train))
    # LSTM's activation is at work twice: on the candidate, which the probes show, and on the cell.
    seen = seen[::2] if architecture == "lstm" else seen
    z = seen[0].movedim(1, -1) if architecture == "cnn" else torch.cat(seen)
    z = z.reshape(-1, z.shape[-1])
    y = z.relu()
    np.testing.assert_allclose(history.activation_mean[0, 0, 0], y.mean(), rtol=1e-4)
    np.testing.assert_allclose(history.activation_variance[0, 0, 0], y.var(correction=0), rtol=1e-4)
    np.testing.assert_allclose(history.units[0, 0, 0], (z > 0).float().mean(0), atol=1e-3)
    np.testing.assert_allclose(history.firing_fraction[0, 0, 0], (z > 0).float().mean(), atol=1e-3)
    np.testing.assert_allclose(history.dead_fraction[0, 0, 0], (z <= 0).all(0).float().mean())
    assert history.gradient_norm[0, 0, 0] > 0


def test_the_gradient_norm_of_a_recurrent_layer_is_that_of_its_recurrent_weights():
    dataset = verse()
    model = training.Model("tanh", (5,), "glorot", architecture="gru")
    history = training.train(model, dataset, steps=1, batch_size=100, progress=False)
    network = one_by_one.build(model, dataset)
    x, y = torch.tensor(dataset.x_train), torch.tensor(dataset.y_train)
    one_by_one.loss(model, "sequence", network(x), y).backward()
    np.testing.assert_allclose(history.gradient_norm[0, 0, 0], network[1].weight_hh.grad.norm(), rtol=1e-4)


@pytest.mark.parametrize("architecture", ["cnn", *SEQUENTIAL, "transformer"])
def test_they_keep_to_one_device(architecture):
    dataset = data.load("digits") if architecture == "cnn" else verse()
    training.rehearse(
        [training.Model(name, (4, 4), architecture=architecture, clip=1.0) for name in activations.names(beyond=True)],
        dataset,
        optimiser="adam",
    )


def test_a_recurrent_network_learns_the_rule():
    dataset = verse()
    model = training.Model("tanh", (32,), "default", 0.01, architecture="gru")
    history = training.train(model, dataset, steps=150, optimiser="adam", progress=False)
    assert history.test_accuracy[0] > 0.35
    assert history.train_accuracy[0, 0] < 0.3


@pytest.mark.parametrize(("architecture", "name"), [("rnn", "digits"), ("cnn", "moons"), ("mlp", None), ("cnn", None)])
def test_data_that_do_not_fit_are_refused_in_both_languages(architecture, name):
    dataset = verse() if name is None else data.load(name)
    with pytest.raises(ValueError, match=r"(?s)needs images|'sequence' the architecture") as error:
        training.train(training.Model("relu", (4,), architecture=architecture), dataset, progress=False)
    assert any("\u0600" <= letter <= "\u06ff" for letter in str(error.value))


@pytest.mark.parametrize("name", activations.names(beyond=True))
@pytest.mark.parametrize("gated", [False, True])
def test_a_transformer_agrees(name, gated):
    models = [
        training.Model(name, (8, 8), "matched", 0.01, seed, 0.1, "transformer", gated=gated, clip=1.0)
        for seed in range(2)
    ]
    agree(models, verse(), steps=4)


def test_gating_leaves_the_number_of_parameters_as_it_is():
    plain, gated = (
        sum(p.numel() for p in one_by_one.build(model, verse()).parameters())
        for model in (
            training.Model("swish", (48,), architecture="transformer", gated=gated) for gated in (False, True)
        )
    )
    assert gated == pytest.approx(plain, rel=0.01)


def test_a_transformer_does_not_see_what_follows():
    network = one_by_one.build(training.Model("gelu", (8,), architecture="transformer"), verse()).eval()
    x = torch.tensor(verse().x_train[:1])
    changed = x.clone()
    changed[0, 7] = (changed[0, 7] + 1) % 7
    with torch.no_grad():
        before, after = network(x)[0], network(changed)[0]
    torch.testing.assert_close(before[:7], after[:7])
    assert not torch.allclose(before[7:], after[7:])


@pytest.mark.parametrize("architecture", ["cnn", "lstm", "transformer"])
def test_the_bits_do_not_depend_on_the_number_of_threads(architecture):
    dataset = data.load("digits") if architecture == "cnn" else verse()
    models = [
        training.Model(name, (8,), "matched", 0.1, seed, architecture=architecture)
        for name in ("relu", "gelu")
        for seed in range(5)
    ]
    threads, found = torch.get_num_threads(), []
    try:
        for number in (1, 2):
            torch.set_num_threads(number)
            found.append(training.train(models, dataset, steps=4, batch_size=20, progress=False))
    finally:
        torch.set_num_threads(threads)
    np.testing.assert_array_equal(found[0].train_loss, found[1].train_loss)
    np.testing.assert_array_equal(found[0].gradient_norm, found[1].gradient_norm)


def test_a_split_looked_at_in_parts_gives_the_same_numbers(monkeypatch):
    models = [training.Model("gelu", (6,), architecture="lstm", seed=seed) for seed in range(2)]
    options = {"steps": 2, "record_units": True, "record_outputs": True, "progress": False}
    whole = training.train(models, verse(), **options)
    monkeypatch.setattr(training.probes, "_MOST", 6 * 12 * 4 * 7)
    parts = training.train(models, verse(), **options)
    for name in ("train_loss", "train_accuracy", "activation_mean", "activation_variance", "firing_fraction", "units"):
        np.testing.assert_allclose(getattr(whole, name), getattr(parts, name), rtol=1e-4, atol=1e-6, err_msg=name)
    np.testing.assert_allclose(whole.test_outputs[1], parts.test_outputs[1], rtol=1e-5, atol=1e-6)
