"""What a learner gets wrong in a call of the trainer, and networks that come to nothing."""

import numpy as np
import pytest

from course_lib import data, training

DIGITS = data.load("digits")
MODEL = training.Model("relu", hidden=(8,))


def test_one_model_needs_no_list():
    history = training.train(MODEL, DIGITS, steps=2, progress=False)
    assert history.models == (MODEL,)


@pytest.mark.parametrize(
    ("arguments", "options", "message"),
    [
        (([MODEL], "digits"), {}, r"(?s)data\.load.*مجموعه‌داده"),
        (([MODEL], DIGITS), {"device": "meta"}, r"(?s)rehearse.*meta"),
        (([MODEL], DIGITS), {"momentum": "a"}, r"(?s)momentum must be.*تکانه"),
        (([MODEL], DIGITS), {"momentum": True}, r"(?s)momentum must be.*تکانه"),
    ],
)
def test_wrong_arguments_are_refused_in_both_languages(arguments, options, message):
    with pytest.raises(ValueError, match=message):
        training.train(*arguments, **options)


def test_a_momentum_of_numpy_is_a_number():
    half = np.float32(0.5)
    history = training.train([MODEL], DIGITS, steps=3, momentum=half, progress=False)
    plain = training.train([MODEL], DIGITS, steps=3, momentum=0.5, progress=False)
    np.testing.assert_array_equal(history.train_loss, plain.train_loss)


def test_nothing_is_said_about_the_layers_of_a_network_that_diverged():
    models = [training.Model("relu", (32, 32), "he", rate) for rate in (0.1, 1e6)]
    history = training.train(models, DIGITS, steps=20, probe_every=10, record_units=True, progress=False)
    assert history.diverged.tolist() == [False, True]
    lost = ~np.isfinite(history.train_loss[:, 1])
    assert lost[-1]
    layered = ("gradient_norm", "activation_mean", "activation_variance", "dead_fraction", "firing_fraction")
    for name in (*layered, "saturation", "units"):
        assert np.isnan(getattr(history, name)[lost, 1]).all(), name
        assert np.isfinite(getattr(history, name)[:, 0]).all(), name
