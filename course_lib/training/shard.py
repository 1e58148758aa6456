"""The unit of work: some models of one shape, with their data, their optimiser and their place in the whole."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from threading import Event

import torch
from torch import Tensor

from course_lib.data import Dataset
from course_lib.training import architectures, batches, optimisers, probes
from course_lib.training.losses import Objective, Objectives
from course_lib.training.model import Model
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
        self._train, self._validation, self._test = (
            Split.of(dataset, name, device) for name in ("train", "validation", "test")
        )
        self.network = architectures.build(models, dataset, device)
        objectives = [Objective.of(model, dataset.task) for model in models]
        self._objectives = Objectives(objectives)
        self._view = probes.View(self.network, objectives, architectures.breadth(models[0], dataset))
        values = self.network.parameters
        rates = values.filled(torch.tensor([model.learning_rate for model in models]))
        self._optimiser = optimisers.optimiser(optimiser, values.flat, rates, momentum)
        seeds = list(dict.fromkeys(model.seed for model in models))
        self._seeds = torch.tensor([seeds.index(model.seed) for model in models], device=device)
        self._batches = batches.orders(seeds, len(self._train.x), batch_size)
        self._drawn = self._draw()
        self._batch = self._train.x.new_empty(0)
        self._clips = any(model.clip is not None for model in models)
        longest = [math.inf if model.clip is None else model.clip for model in models]
        self._longest = torch.tensor(longest, device=device)
        self._measured = [tensor.clone() for tensor in self.network.state()]
        self._find_gradient()
        self.network.release()  # until its turn comes

    @torch.no_grad()
    def _find_gradient(self) -> None:
        rows, y = next(self._drawn)
        torch.index_select(self._train.x, 0, rows, out=self._batch)
        outputs = self.network.forward(self._batch.view(*y.shape[:2], -1))
        self.network.backward(self._objectives.gradient(outputs, y))

    def _draw(self) -> Iterator[tuple[Tensor, Tensor]]:
        """Yield each step's rows ``(models · examples,)`` and targets ``(models, examples, …)``, drawn in advance."""
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
            if self._clips:
                optimisers.clip_(self.network.gradient, self._longest)
            self._optimiser.step(self.network.gradient.flat)
            self.network.accept()
            self._find_gradient()
            self.steps += 1

    @torch.no_grad()
    def measure(self, *, record_units: bool) -> dict[str, Tensor]:
        """Return the probes, see `probes.measure`."""
        self.network.release()
        for kept, tensor in zip(self._measured, self.network.state(), strict=True):
            kept.copy_(tensor)
        return probes.measure(self._view, self._train, self._validation, record_units)

    @torch.no_grad()
    def test(self, *, record_outputs: bool) -> tuple[dict[str, Tensor], list[Tensor]]:
        """Return what the test split says as of the last probe.

        Returns:
            ``test_loss`` and ``test_accuracy``, ``(models,)`` each, and what each model's output layer says of every
            example if that is to be recorded.
        """
        for kept, tensor in zip(self._measured, self.network.state(), strict=True):
            tensor.copy_(kept)
        loss, accuracy = probes.score(self._view, self._test)
        said = probes.answers(self._view, self._test) if record_outputs else []
        return {"test_loss": loss, "test_accuracy": accuracy}, said
