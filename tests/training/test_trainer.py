import signal
import threading
import time
from dataclasses import fields

import numpy as np
import pytest
import torch

from course_lib import activations, data, training
from course_lib.training import batches
from course_lib.training.shard import Shard


def models(count=2, **options):
    return [training.Model("relu", (8,), "he", seed=seed, **options) for seed in range(count)]


def assert_equal(first, second, steps=slice(None)):
    for field in fields(training.History):
        a, b = getattr(first, field.name), getattr(second, field.name)
        if isinstance(a, np.ndarray) and a.dtype.kind == "f" and a.ndim > 1:
            np.testing.assert_array_equal(a, b[steps], err_msg=field.name)


def test_two_runs_give_the_same_bits():
    mixed = [training.Model(name, (8, 8), seed=seed) for name in activations.names() for seed in (0, 7)]
    first, second = (
        training.train(mixed, data.load("digits"), steps=15, probe_every=5, record_units=True, progress=False)
        for _ in range(2)
    )
    assert_equal(first, second)
    np.testing.assert_array_equal(first.test_loss, second.test_loss)


def test_training_leaves_the_global_state_alone():
    torch.manual_seed(5)
    before, threads = torch.get_rng_state(), torch.get_num_threads()
    training.train(models(), data.load("moons"), steps=3, progress=False)
    assert torch.equal(before, torch.get_rng_state())
    assert torch.get_num_threads() == threads
    assert torch.is_grad_enabled()


def test_equal_seeds_share_weights_and_batches():
    pair = [training.Model("relu", (8,), seed=3), training.Model("leaky_relu", (8,), seed=3)]
    shard = Shard(
        pair,
        [0, 1],
        dataset=data.load("digits"),
        batch_size=16,
        optimiser="sgd",
        momentum=0.0,
        device=torch.device("cpu"),
    )
    for weight in shard.network.weights:
        assert torch.equal(weight[0], weight[1])
    same, other = ([next(rows) for _ in range(3)] for rows in (batches.orders([3, 3, 4], 100, 16),) * 2)
    for rows in same + other:
        assert torch.equal(rows[0], rows[1])
        assert not torch.equal(rows[0], rows[2])


def test_an_epoch_visits_no_example_twice():
    order = batches.order(0, 100, 16)
    seen = torch.cat([next(order) for _ in range(6)])
    assert len(seen.unique()) == 96
    assert len(next(batches.order(0, 10, 64)).unique()) == 10


def test_an_interrupt_keeps_every_probe(monkeypatch):
    """A real SIGINT; what is returned equals the beginning of a run that nobody stopped."""
    options = {"probe_every": 5, "record_units": True, "progress": False}
    measure, timers = Shard.measure, []

    def start_timer_and_measure(self, **options):
        if not timers:
            timers.append(threading.Timer(0.4, signal.raise_signal, [signal.SIGINT]))
            timers[0].start()
        return measure(self, **options)

    monkeypatch.setattr(Shard, "measure", start_timer_and_measure)
    stopped = training.train(models(4), data.load("digits"), steps=10**6, **options)
    monkeypatch.undo()
    timers[0].join()
    assert stopped.interrupted
    assert 0 < len(stopped.steps) < 10**6
    assert stopped.steps[-1] == 5 * (len(stopped.steps) - 1)
    steps = min(stopped.steps[-1], 20)
    whole = training.train(models(4), data.load("digits"), steps=max(steps, 1), **options)
    shared = min(len(stopped.steps), len(whole.steps))
    np.testing.assert_array_equal(stopped.train_loss[:shared], whole.train_loss[:shared])
    np.testing.assert_array_equal(stopped.units[:shared], whole.units[:shared])


def test_an_interrupted_run_has_the_test_scores_of_its_last_probe(monkeypatch):
    taken = 0
    measure = Shard.measure

    def third_time(self, **options):
        nonlocal taken
        taken += 1
        if taken == 3:
            raise KeyboardInterrupt
        return measure(self, **options)

    monkeypatch.setattr(Shard, "measure", third_time)
    torch_threads = torch.get_num_threads()
    stopped = training.train(models(1), data.load("digits"), steps=30, probe_every=10, progress=False)
    monkeypatch.undo()
    assert torch.get_num_threads() == torch_threads
    whole = training.train(models(1), data.load("digits"), steps=10, probe_every=10, progress=False)
    assert stopped.interrupted
    assert stopped.steps.tolist() == [0, 10]
    assert_equal(stopped, whole)
    np.testing.assert_array_equal(stopped.test_loss, whole.test_loss)


def test_an_interrupt_before_the_first_probe_returns_an_empty_history(monkeypatch):
    def at_once(self, **options):
        raise KeyboardInterrupt

    monkeypatch.setattr(Shard, "measure", at_once)
    history = training.train(models(), data.load("moons"), steps=5, progress=False)
    assert history.interrupted
    assert history.train_loss.shape == (0, 2)
    assert history.dead_fraction.shape == (0, 2, 1)
    assert "interrupted" in repr(history)


def test_an_interrupt_while_networks_are_built_is_passed_on_with_a_reason(monkeypatch):
    built = 0

    class Slow(Shard):
        def __init__(self, *arguments, **options):
            nonlocal built
            built += 1
            if built == 2:
                raise KeyboardInterrupt
            super().__init__(*arguments, **options)

    monkeypatch.setattr(training.trainer, "Shard", Slow)
    state, torch_threads, threads = torch.get_rng_state(), torch.get_num_threads(), threading.active_count()
    with pytest.raises(KeyboardInterrupt, match=r"(?s)nothing has been measured yet.*هنوز چیزی اندازه‌گیری نشده"):
        training.train([*models(1), training.Model(hidden=(4, 4))], data.load("moons"), steps=5, progress=False)
    assert built == 2
    assert torch.get_num_threads() == torch_threads
    assert threading.active_count() == threads
    assert torch.equal(torch.get_rng_state(), state)
    assert torch.is_grad_enabled()


def test_an_error_in_a_worker_reaches_the_caller(monkeypatch):
    def fails(self, **options):
        raise RuntimeError("out of memory")

    monkeypatch.setattr(Shard, "measure", fails)
    began = time.monotonic()
    with pytest.raises(RuntimeError, match="out of memory"):
        training.train(models(), data.load("moons"), steps=10**6, progress=False)
    assert time.monotonic() - began < 30


def test_learning_happens():
    history = training.train(models(3), data.load("digits"), steps=150, progress=False)
    assert (history.train_loss[-1] < history.train_loss[0] / 3).all()
    assert (history.test_accuracy > 0.8).all()


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"steps": 0}, "steps must be a whole number"),
        ({"steps": 2.5}, "steps must be a whole number"),
        ({"steps": True}, "steps must be a whole number"),
        ({"batch_size": 0}, "batch_size must be"),
        ({"probe_every": -1}, "probe_every must be"),
        ({"optimiser": "rmsprop"}, "No optimiser 'rmsprop'"),
        ({"momentum": 1.0}, "momentum must be"),
        ({"momentum": float("nan")}, "momentum must be"),
        ({"momentum": 0.5, "optimiser": "adam"}, "Adam has a momentum of its own"),
        ({"device": "toaster"}, "no device 'toaster'"),
    ],
)
def test_wrong_arguments_are_explained_in_both_languages(change, says):
    with pytest.raises(ValueError, match=says) as error:
        training.train(models(), data.load("moons"), progress=False, **change)
    assert any("\u0600" <= letter <= "\u06ff" for letter in str(error.value))


@pytest.mark.parametrize("nothing", [[], ["relu"], "relu", None, 3, data.load("moons")])
def test_something_else_than_models_is_explained(nothing):
    with pytest.raises(ValueError, match="nothing to train"):
        training.train(nothing, data.load("moons"))


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"activation": "reluu"}, "relu"),
        ({"activation": 3}, "is no activation"),
        ({"hidden": (8, 0)}, "Hidden widths"),
        ({"hidden": (8, 2.5)}, "Hidden widths"),
        ({"hidden": True}, "Hidden widths"),
        ({"hidden": (8, True)}, "Hidden widths"),
        ({"initialisation": "xavier"}, "No initialisation 'xavier': choose one of default"),
        ({"learning_rate": 0.0}, "learning rate"),
        ({"learning_rate": -0.1}, "learning rate"),
        ({"learning_rate": float("nan")}, "learning rate"),
        ({"learning_rate": float("inf")}, "learning rate"),
        ({"learning_rate": "fast"}, "learning rate"),
        ({"learning_rate": True}, "learning rate"),
        ({"seed": -1}, "seed"),
        ({"seed": 2**32}, "seed"),
        ({"seed": 0.5}, "seed"),
        ({"seed": True}, "seed"),
        ({"bias": float("nan")}, "bias"),
        ({"bias": True}, "bias"),
    ],
)
def test_a_senseless_model_is_refused(change, says):
    with pytest.raises(ValueError, match=says) as error:
        training.Model(**change)
    assert any("\u0600" <= letter <= "\u06ff" for letter in str(error.value))


def test_a_model_prints_what_it_is():
    model = training.Model(activations.get("leaky_relu", negative_slope=0.2), 32, "he", 0.05, seed=4, bias=-1)
    assert repr(model) == ("Model(leaky_relu, negative_slope=0.2, 32, he, learning_rate=0.05, seed=4, bias=-1)")
    assert model == training.Model(activations.get("leaky_relu", negative_slope=0.2), (32,), "he", 0.05, 4, -1.0)
