"""The unit of work: some models of one shape, with their data, their optimiser and their place in the whole."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from threading import Event

import torch
from torch import Tensor

from course_lib.data import Dataset
from course_lib.training import batches, losses, optimisers, probes
from course_lib.training.model import Model
from course_lib.training.network import Network
from course_lib.training.split import Split

_STEPS_AHEAD = 32
"""So many mini-batches are drawn at once: few enough for little memory, many enough to hide the cost of drawing."""


class Shard:
    """Models of one shape on their way through the training.

    The gradient for the next step is always ready, so that a probe can look at it.

    Args:
        models: what to train, those with the same activation next to each other.
        positions: where they stand in the list that `train` was given.
        dataset: what to train on.
        batch_size: examples per step.
        optimiser: ``"sgd"`` or ``"adam"``.
        momentum: of SGD.
        device: where everything lives.

    Attributes:
        positions: as given.
        network: the models as one.
        steps: number of optimiser steps taken.
    """

    def __init__(
        self,
        models: Sequence[Model],
        positions: Sequence[int],
        *,
        dataset: Dataset,
        batch_size: int,
        optimiser: str,
        momentum: float,
        device: torch.device,
    ) -> None:
        self.positions = list(positions)
        self.steps = 0
        self._task = dataset.task
        self._train, self._validation, self._test = (
            Split.of(dataset, name, device) for name in ("train", "validation", "test")
        )
        self.network = Network(models, dataset.inputs, dataset.outputs, device)
        values = self.network.parameters
        rates = values.filled(torch.tensor([model.learning_rate for model in models]))
        self._optimiser = optimisers.optimiser(optimiser, values.flat, rates, momentum)
        seeds = list(dict.fromkeys(model.seed for model in models))
        self._seeds = torch.tensor([seeds.index(model.seed) for model in models], device=device)
        self._batches = batches.orders(seeds, len(self._train.x), batch_size)
        self._drawn = self._draw()
        self._batch = self._train.x.new_empty(0)
        self._measured = values.flat.clone()
        self._find_gradient()

    @torch.no_grad()
    def _find_gradient(self) -> None:
        rows, y = next(self._drawn)
        torch.index_select(self._train.x, 0, rows, out=self._batch)
        outputs = self.network.forward(self._batch.view(*y.shape, -1))
        self.network.backward(losses.gradient(self._task, outputs, y))

    def _draw(self) -> Iterator[tuple[Tensor, Tensor]]:
        """Yield each step's rows ``(models · examples,)`` and targets ``(models, examples)``, drawn many at a time."""
        while True:
            ahead = torch.stack([next(self._batches) for _ in range(_STEPS_AHEAD)])
            own = ahead.to(self._seeds.device).index_select(1, self._seeds)
            yield from zip(own.flatten(1), self._train.y[own], strict=True)

    @torch.no_grad()
    def advance(self, steps: int, stop: Event) -> None:
        """Take that many steps, or fewer if `stop` is set meanwhile."""
        for _ in range(steps):
            if stop.is_set():
                return
            self._optimiser.step(self.network.gradient.flat)
            self._find_gradient()
            self.steps += 1

    @torch.no_grad()
    def measure(self, *, record_units: bool) -> dict[str, Tensor]:
        """Return the probes, see `probes.measure`."""
        self._measured.copy_(self.network.parameters.flat)
        return probes.measure(self.network, self._task, self._train, self._validation, record_units)

    @torch.no_grad()
    def test(self) -> tuple[Tensor, Tensor]:
        """Return loss and accuracy on the test split, ``(models,)`` each, as of the last probe."""
        self.network.parameters.flat.copy_(self._measured)
        return probes.score(self.network, self._task, self._test)
