"""Trains many multilayer perceptrons together and records how they fare."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from numbers import Integral

import numpy as np
import torch
from torch import Tensor

from course_lib.data import Dataset
from course_lib.language import Text
from course_lib.nn.device import device as find_device
from course_lib.training import batches, losses, optimisers, probes
from course_lib.training.history import History
from course_lib.training.model import Model
from course_lib.training.network import Network
from course_lib.training.optimisers import Optimiser, OptimiserName
from course_lib.training.probes import Split
from course_lib.training.progress import Progress


@dataclass
class _Group:
    """Models of one shape: their network, its optimiser, and where they and their seeds stand in the given lists."""

    network: Network
    optimiser: Optimiser
    positions: list[int]
    seeds: Tensor

    def gradient(self, dataset: Dataset, train: Split, rows: Tensor) -> None:
        """Fill the network's gradient for one mini-batch per seed: ``rows`` is ``(seeds, examples)``."""
        own = rows.index_select(0, self.seeds)
        x = train.x.index_select(0, own.flatten()).view(*own.shape, -1)
        y = train.y.index_select(0, own.flatten()).view(own.shape)
        outputs = self.network.forward(x).requires_grad_()
        with torch.enable_grad():
            total = losses.loss(dataset.task, outputs, y).sum()
        self.network.backward(torch.autograd.grad(total, outputs)[0])

    def step(self) -> None:
        self.optimiser.step(self.network.gradient.flat)


def _groups(
    models: Sequence[Model],
    dataset: Dataset,
    seeds: Sequence[int],
    optimiser: str,
    momentum: float,
    device: torch.device,
) -> list[_Group]:
    by_shape: dict[tuple[int, ...], list[int]] = {}
    for position, model in enumerate(models):
        by_shape.setdefault(model.hidden, []).append(position)
    groups = []
    for positions in by_shape.values():
        functions = list(dict.fromkeys(models[p].function for p in positions))
        positions.sort(key=lambda p: functions.index(models[p].function))
        chosen = [models[p] for p in positions]
        network = Network(chosen, dataset.inputs, dataset.outputs, device)
        rates = network.parameters.filled(torch.tensor([model.learning_rate for model in chosen]))
        stepper = optimisers.optimiser(optimiser, network.parameters.flat, rates, momentum)
        own = torch.tensor([seeds.index(model.seed) for model in chosen])
        groups.append(_Group(network, stepper, positions, own.to(device)))
    return groups


@torch.no_grad()
def train(
    models: Iterable[Model],
    dataset: Dataset,
    *,
    steps: int = 300,
    batch_size: int = 64,
    optimiser: OptimiserName = "sgd",
    momentum: float = 0.0,
    probe_every: int = 20,
    record_units: bool = False,
    device: str | torch.device | None = None,
    progress: bool = True,
) -> History:
    """Train all models together on one data set and return what was measured.

    Models of one shape are one batched network; the result equals training them one after another
    (`course_lib.training.one_by_one`). An interrupt (Ctrl-C, or the stop button) ends the training and keeps every
    probe taken so far.

    Args:
        models: what to train.
        dataset: what to train on.
        steps: number of optimiser steps.
        batch_size: examples per step; at most the whole training split is used.
        optimiser: ``"sgd"`` or ``"adam"``.
        momentum: of SGD.
        probe_every: steps between probes; the first is before the first step, the last after the last.
        record_units: whether to record each unit's share of training examples that make it fire.
        device: where to compute; chosen automatically by default.
        progress: whether to show the time left.

    Raises:
        ValueError: if an argument makes no sense; the message says which and what would.
    """
    models = tuple(models)
    check(models, steps=steps, batch_size=batch_size, probe_every=probe_every)
    optimisers.check(optimiser, momentum)
    place = find_device(device)
    started = time.perf_counter()
    splits = {name: Split.of(dataset, name, place) for name in ("train", "validation", "test")}
    seeds = list(dict.fromkeys(model.seed for model in models))
    groups = _groups(models, dataset, seeds, optimiser, momentum, place)
    rows = batches.orders(seeds, len(splits["train"].x), batch_size)
    taken: list[int] = []
    measured: list[list[dict[str, Tensor]]] = []
    interrupted = False
    with Progress(steps, shown=progress) as bar:
        try:
            for step in range(steps + 1):
                batch = next(rows).to(place)
                for group in groups:
                    group.gradient(dataset, splits["train"], batch)
                if step % probe_every == 0 or step == steps:
                    measured.append(
                        [
                            probes.measure(
                                group.network, dataset.task, splits["train"], splits["validation"], record_units
                            )
                            for group in groups
                        ]
                    )
                    taken.append(step)
                if step < steps:
                    for group in groups:
                        group.step()
                bar.update(step)
        except KeyboardInterrupt:
            interrupted = True
            bar.interrupted(taken)
    return _history(models, dataset, groups, splits["test"], taken, measured, record_units, interrupted, started)


def _history(
    models: tuple[Model, ...],
    dataset: Dataset,
    groups: Sequence[_Group],
    test: Split,
    taken: list[int],
    measured: list[list[dict[str, Tensor]]],
    record_units: bool,
    interrupted: bool,
    started: float,
) -> History:
    taken = taken[: len(measured)]
    layers = max(len(model.hidden) for model in models)
    units = max((width for model in models for width in model.hidden), default=0)
    shapes: dict[str, tuple[int, ...]] = dict.fromkeys(probes.SCORES, ()) | dict.fromkeys(probes.LAYERED, (layers,))
    if record_units:
        shapes["units"] = (layers, units)
    arrays = {name: np.full((len(taken), len(models), *shape), np.nan, np.float32) for name, shape in shapes.items()}
    at_end = {name: np.full(len(models), np.nan, np.float32) for name in ("test_loss", "test_accuracy")}
    for number, group in enumerate(groups):
        for name, array in arrays.items():
            if taken:
                values = torch.stack([probe[number][name] for probe in measured[: len(taken)]]).cpu().numpy()
                where = (slice(None), group.positions, *(slice(size) for size in values.shape[2:]))
                array[where] = values
        for array, values in zip(at_end.values(), probes.score(group.network, dataset.task, test), strict=True):
            array[group.positions] = values.cpu().numpy()
    finite = np.isfinite(arrays["train_loss"]).all(0) & np.isfinite(at_end["test_loss"])
    return History(
        models=models,
        dataset=dataset,
        steps=np.array(taken, np.int64),
        units=arrays.pop("units", None),
        **arrays,
        **at_end,
        diverged=~finite,
        interrupted=interrupted,
        seconds=time.perf_counter() - started,
    )


def check(models: Sequence[Model], **counts: int) -> None:
    """Raise a ``ValueError`` if there is no model, or if one of the named counts is not a positive whole number."""
    if not models:
        raise ValueError(
            Text(
                en="There is no model to train: give at least one training.Model.",
                fa="مدلی برای آموزش نیست: دست‌کم یک training.Model بدهید.",
            )
        )
    for name, value in counts.items():
        if not isinstance(value, Integral) or value < 1:
            raise ValueError(
                Text(
                    en=f"{name} must be a whole number of at least 1, not {value!r}.",
                    fa=f"{name} باید عدد صحیح و دست‌کم ۱ باشد، نه {value!r}.",
                )
            )
