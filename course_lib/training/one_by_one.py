"""The same training as everyone writes it: one network, one loop. The reference that `train` has to equal."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.nn import functional

from course_lib.data import Dataset
from course_lib.data.dataset import Task
from course_lib.nn.initialise import initialise
from course_lib.training import batches
from course_lib.training.model import Model
from course_lib.training.optimisers import OptimiserName
from course_lib.training.split import Split

LOSSES: dict[Task, Callable[[Tensor, Tensor], Tensor]] = {
    "multiclass": functional.cross_entropy,
    "binary": functional.binary_cross_entropy_with_logits,
    "regression": functional.mse_loss,
}


def build(model: Model, dataset: Dataset) -> nn.Sequential:
    """Return the network that a model describes, with its first weights."""
    generator = torch.Generator().manual_seed(model.seed)
    layers: list[nn.Module] = []
    fan_in = dataset.inputs
    for width in model.hidden:
        layers += [_linear(model, fan_in, width, generator, model.bias), model.function.module()]
        fan_in = width
    return nn.Sequential(*layers, _linear(model, fan_in, dataset.outputs, generator, 0.0))


def _linear(model: Model, fan_in: int, fan_out: int, generator: torch.Generator, shift: float) -> nn.Linear:
    layer: nn.Linear = nn.utils.skip_init(nn.Linear, fan_in, fan_out)  # type: ignore[no-untyped-call]
    weight, bias = initialise(model.initialisation, fan_in, fan_out, generator)
    layer.load_state_dict({"weight": weight, "bias": bias + shift})
    return layer


def train(
    model: Model,
    dataset: Dataset,
    *,
    steps: int = 300,
    batch_size: int = 64,
    optimiser: OptimiserName = "sgd",
    momentum: float = 0.0,
) -> tuple[nn.Sequential, list[float]]:
    """Train one model on the CPU; the arguments are those of `course_lib.training.train`.

    Returns:
        The trained network and the mini-batch loss of every step.
    """
    network = build(model, dataset)
    data = Split.of(dataset, "train")
    loss_of = LOSSES[dataset.task]
    step_taker = (
        torch.optim.SGD(network.parameters(), lr=model.learning_rate, momentum=momentum)
        if optimiser == "sgd"
        else torch.optim.Adam(network.parameters(), lr=model.learning_rate)
    )
    history = []
    rows = batches.order(model.seed, len(data.x), batch_size)
    for _ in range(steps):
        chosen = next(rows)
        outputs = network(data.x[chosen])
        loss = loss_of(outputs if dataset.task == "multiclass" else outputs.squeeze(1), data.y[chosen])
        step_taker.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        step_taker.step()
        history.append(loss.item())
    return network, history
