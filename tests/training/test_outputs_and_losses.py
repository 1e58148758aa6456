"""Output activations and losses other than the task's own pair: they equal the one-by-one loop, or are refused."""

import numpy as np
import pytest
import torch

from course_lib import data, training
from course_lib.training import one_by_one
from course_lib.training.losses import Objective

DATA = {"multiclass": "digits", "binary": "breast_cancer", "multilabel": "digit_traits", "regression": "diabetes"}
PAIRS = {
    "multiclass": [
        (None, None),
        ("softmax", "nll"),
        ("softmax", "cross_entropy"),
        ("sigmoid", "nll"),
        ("linear", "bce_with_logits"),
        ("softmax", "squared_error"),
        ("tanh", "squared_error"),
        ("relu", None),
    ],
    "binary": [
        (None, None),
        ("sigmoid", None),
        ("sigmoid", "bce_with_logits"),
        ("sigmoid", "squared_error"),
        ("tanh", None),
        ("tanh", "hinge"),
        (None, "hinge"),
        (None, "squared_error"),
    ],
    "multilabel": [(None, None), ("softmax", None), ("sigmoid", "squared_error"), ("tanh", None)],
    "regression": [(None, None), ("sigmoid", None), ("tanh", None), ("relu", "squared_error")],
}


@pytest.mark.parametrize("task", PAIRS)
def test_all_pairs_train_in_one_pass_as_they_do_one_by_one(task):
    dataset = data.load(DATA[task])
    models = [training.Model("tanh", (12,), "glorot", 0.05, output=out, loss=loss) for out, loss in PAIRS[task]]
    history = training.train(models, dataset, steps=20, batch_size=50, record_outputs=True, progress=False)
    x, y = torch.tensor(dataset.x_test), torch.tensor(dataset.y_test)
    for position, model in enumerate(models):
        network, losses = one_by_one.train(model, dataset, steps=20, batch_size=50)
        with torch.no_grad():
            outputs = network(x)
            expected = one_by_one.loss(model, task, outputs, y if task == "multiclass" else y.float())
        assert losses[-1] != losses[0]
        np.testing.assert_allclose(history.test_loss[position], expected, rtol=1e-4, err_msg=repr(model))
        said = history.test_outputs[position]
        assert said.shape == (len(x), dataset.outputs)
        if model.output is None and model.loss is None:
            means = {"multiclass": "softmax", "regression": "linear"}.get(task, "sigmoid")
        else:
            means = Objective.of(model, task).output
        function = {"softmax": lambda z: z.softmax(1), "linear": lambda z: z}.get(means, getattr(torch, means, None))
        np.testing.assert_allclose(said, function(outputs), rtol=1e-3, atol=1e-5, err_msg=repr(model))


@pytest.mark.parametrize("task", PAIRS)
def test_gradients_are_those_of_autograd(task):
    generator = torch.Generator().manual_seed(1)
    outputs = torch.randn(2, 5, 4 if task in ("multiclass", "multilabel") else 1, generator=generator)
    targets = torch.randint(0, 2, (2, 5, 4) if task == "multilabel" else (2, 5), generator=generator)
    targets = targets if task == "multiclass" else targets.float()
    for output, loss in PAIRS[task]:
        objective = Objective.of(training.Model(output=output, loss=loss), task)
        leaf = outputs.clone().requires_grad_()
        objective.value(leaf, targets).sum().backward()
        torch.testing.assert_close(objective.gradient(outputs, targets), leaf.grad)


@pytest.mark.parametrize(
    ("output", "loss", "answers"),
    [
        (None, None, [0, 1, 1]),
        ("sigmoid", None, [0, 1, 1]),
        ("tanh", None, [0, 1, 1]),
        (None, "hinge", [0, 1, 1]),
        (None, "squared_error", [0, 0, 1]),
        ("relu", "squared_error", [0, 0, 1]),
    ],
)
def test_a_yes_is_above_the_middle_of_what_the_output_gives(output, loss, answers):
    objective = Objective.of(training.Model(output=output, loss=loss), "binary")
    outputs = torch.tensor([-0.3, 0.3, 0.8]).view(1, 3, 1)
    assert objective.accuracy(outputs, torch.tensor([answers], dtype=torch.float32)).item() == 1
    assert objective.accuracy(outputs, 1 - torch.tensor([answers], dtype=torch.float32)).item() == 0


def test_accuracy_over_several_labels_is_the_share_of_right_ones():
    objective = Objective.of(training.Model(), "multilabel")
    outputs = torch.tensor([[[1.0, -1.0], [1.0, 1.0]]])
    targets = torch.tensor([[[1.0, 0.0], [0.0, 1.0]]])
    assert objective.accuracy(outputs, targets).item() == 0.75


def test_certainty_that_is_wrong_costs_a_finite_amount():
    objective = Objective.of(training.Model(output="softmax"), "multiclass")
    lost = objective.value(torch.tensor([[[0.0, 1000.0]]]), torch.tensor([[0]]))
    assert lost.item() == pytest.approx(-np.log(1e-7), rel=1e-5)


@pytest.mark.parametrize(
    ("name", "output", "loss"),
    [
        ("digits", None, "hinge"),
        ("digits", "linear", "nll"),
        ("breast_cancer", "softmax", None),
        ("breast_cancer", None, "cross_entropy"),
        ("breast_cancer", "sigmoid", "hinge"),
        ("diabetes", "softmax", None),
        ("diabetes", None, "nll"),
        ("digit_traits", None, "cross_entropy"),
    ],
)
def test_pairs_that_make_no_sense_are_refused(name, output, loss):
    with pytest.raises(ValueError, match=r"(?s)makes no sense.*معنا ندارد"):
        training.train(training.Model(output=output, loss=loss), data.load(name), progress=False)


def test_outputs_are_kept_only_if_asked_for_and_follow_the_models():
    models = [training.Model(name, (6,), output=output) for name in ("relu", "tanh") for output in (None, "sigmoid")]
    moons = data.load("moons")
    assert training.train(models, moons, steps=2, progress=False).test_outputs is None
    history = training.train(models, moons, steps=2, record_outputs=True, progress=False)
    part = history.where(activation="tanh", output="sigmoid")
    (said,) = part.test_outputs
    np.testing.assert_array_equal(said, history.test_outputs[3])
    right = (said[:, 0] > 0.5) == moons.y_test
    np.testing.assert_allclose(part.test_accuracy, right.mean(), atol=1e-6)
