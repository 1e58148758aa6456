"""The parts of a training run on one device: data, networks, optimisers, mini-batches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from course_lib.data import Dataset
from course_lib.training import batches, losses, optimisers, probes
from course_lib.training.model import Model
from course_lib.training.network import Network
from course_lib.training.optimisers import Optimiser
from course_lib.training.split import Split


@dataclass(frozen=True)
class Group:
    """Models of one shape, which train as one network.

    Attributes:
        network: the models; those of one activation stand together.
        optimiser: changes the network's parameters.
        positions: where the network's models stand in the list that the run was given.
        seeds: ``(models,)`` int64: which of the run's seeds each model has.
    """

    network: Network
    optimiser: Optimiser
    positions: list[int]
    seeds: Tensor


class Run:
    """Models on their way through the training.

    Args:
        models: what to train.
        dataset: what to train on.
        batch_size: examples per step.
        optimiser: ``"sgd"`` or ``"adam"``.
        momentum: of SGD.
        device: where everything lives.

    Attributes:
        groups: the models by shape.
    """

    def __init__(
        self,
        models: Sequence[Model],
        dataset: Dataset,
        *,
        batch_size: int,
        optimiser: str,
        momentum: float,
        device: torch.device,
    ) -> None:
        self._task = dataset.task
        self._device = device
        self._train, self._validation, self._test = (
            Split.of(dataset, name, device) for name in ("train", "validation", "test")
        )
        seeds = list(dict.fromkeys(model.seed for model in models))
        self._batches = batches.orders(seeds, len(self._train.x), batch_size)
        self.groups: list[Group] = []
        for hidden in dict.fromkeys(model.hidden for model in models):
            positions = _side_by_side(models, hidden)
            chosen = [models[position] for position in positions]
            network = Network(chosen, dataset.inputs, dataset.outputs, device)
            rates = network.parameters.filled(torch.tensor([model.learning_rate for model in chosen]))
            own = torch.tensor([seeds.index(model.seed) for model in chosen], device=device)
            self.groups.append(
                Group(
                    network,
                    optimisers.optimiser(optimiser, network.parameters.flat, rates, momentum),
                    positions,
                    own,
                )
            )

    @torch.no_grad()
    def gradient(self) -> None:
        """Take the next mini-batch and find the gradient of every model's loss."""
        batch = next(self._batches).to(self._device)
        for group in self.groups:
            rows = batch.index_select(0, group.seeds)
            x = self._train.x.index_select(0, rows.flatten()).view(*rows.shape, -1)
            y = self._train.y.index_select(0, rows.flatten()).view(rows.shape)
            outputs = group.network.forward(x).requires_grad_()
            with torch.enable_grad():
                total = losses.loss(self._task, outputs, y).sum()
            group.network.backward(torch.autograd.grad(total, outputs)[0])

    @torch.no_grad()
    def step(self) -> None:
        """Let every optimiser take a step along the gradient."""
        for group in self.groups:
            group.optimiser.step(group.network.gradient.flat)

    @torch.no_grad()
    def measure(self, *, record_units: bool) -> list[dict[str, Tensor]]:
        """Return the probes of each group, see `probes.measure`."""
        return [
            probes.measure(group.network, self._task, self._train, self._validation, record_units)
            for group in self.groups
        ]

    @torch.no_grad()
    def test(self) -> list[tuple[Tensor, Tensor]]:
        """Return loss and accuracy on the test split for each group."""
        return [probes.score(group.network, self._task, self._test) for group in self.groups]


def _side_by_side(models: Sequence[Model], hidden: tuple[int, ...]) -> list[int]:
    """Return the positions of the models of one shape, those with the same activation next to each other."""
    positions = [position for position, model in enumerate(models) if model.hidden == hidden]
    functions = list(dict.fromkeys(models[position].function for position in positions))
    return sorted(positions, key=lambda position: functions.index(models[position].function))
