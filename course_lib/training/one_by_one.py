"""The same training as everyone writes it: one network, one loop. The reference that `train` has to equal."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from course_lib.data import Dataset
from course_lib.data.dataset import Task
from course_lib.nn import module
from course_lib.training import batches
from course_lib.training.losses import Objective
from course_lib.training.model import Model
from course_lib.training.modules import build
from course_lib.training.optimisers import OptimiserName
from course_lib.training.split import Split

__all__ = ["build", "loss", "train"]


def loss(model: Model, task: Task, outputs: Tensor, targets: Tensor) -> Tensor:
    """Return the mean loss of one network, a scalar.

    Args:
        model: says which output activation and loss.
        task: the kind of task.
        outputs: ``(examples, outputs)``, or ``(examples, length, outputs)`` for a sequence.
        targets: as in the data set.
    """
    objective = Objective.of(model, task)
    given = module(objective.output)(outputs)
    one_answer = task in ("multiclass", "sequence")
    if one_answer:
        given, targets = given.flatten(0, -2), targets.flatten()
        if objective.loss == "cross_entropy":
            return functional.cross_entropy(given, targets)
        if objective.loss == "nll" and objective.output == "softmax":
            return functional.nll_loss(given.clamp_min(1e-7).log(), targets)
        targets = functional.one_hot(targets, given.shape[-1]).float()
    targets = targets.view_as(given)
    if objective.loss == "bce_with_logits":
        return functional.binary_cross_entropy_with_logits(given, targets)
    if objective.loss == "nll":
        return functional.binary_cross_entropy(given.clamp(1e-7, 1 - 1e-7), targets)
    if objective.loss == "hinge":
        return functional.relu(1 - (2 * targets - 1) * given).mean()
    signed = objective.output == "tanh" and task != "regression"
    return functional.mse_loss(given, 2 * targets - 1 if signed else targets)


def train(
    model: Model,
    dataset: Dataset,
    *,
    steps: int = 300,
    batch_size: int = 64,
    optimiser: OptimiserName = "sgd",
    momentum: float = 0.0,
) -> tuple[nn.Module, list[float]]:
    """Train one model on the CPU; the arguments are those of `course_lib.training.train`.

    Returns:
        The trained network, in evaluation mode, and the mini-batch loss of every step.
    """
    network = build(model, dataset)
    data = Split.of(dataset, "train")
    step_taker = (
        torch.optim.SGD(network.parameters(), lr=model.learning_rate, momentum=momentum)
        if optimiser == "sgd"
        else torch.optim.Adam(network.parameters(), lr=model.learning_rate)
    )
    history = []
    rows = batches.order(model.seed, len(data.x), batch_size)
    for _ in range(steps):
        chosen = next(rows)
        lost = loss(model, dataset.task, network(data.x[chosen]), data.y[chosen])
        step_taker.zero_grad()
        lost.backward()  # type: ignore[no-untyped-call]
        if model.clip is not None:
            nn.utils.clip_grad_norm_(network.parameters(), model.clip)
        step_taker.step()
        history.append(lost.item())
    return network.eval(), history
