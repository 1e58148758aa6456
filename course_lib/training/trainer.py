"""Trains many multilayer perceptrons together and records how they fare."""

from __future__ import annotations

import math
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from itertools import pairwise
from threading import Event
from typing import Any

import numpy as np
import torch
from torch import Tensor

from course_lib.data import Dataset
from course_lib.language import Text
from course_lib.nn import device as find_device
from course_lib.nn.device import is_host
from course_lib.training import optimisers, probes
from course_lib.training.history import History
from course_lib.training.model import Model
from course_lib.training.optimisers import OptimiserName
from course_lib.training.progress import Progress, say_interrupted
from course_lib.training.shard import Shard

_MOST_WORKERS = 4
"""Beyond this many, threads wait for the interpreter more than they gain."""

_CACHED = 2**17
"""Activations of one layer that a shard holds at a time: 512 KiB, so that a step stays within a core's cache."""


def train(
    models: Iterable[Model] | Model,
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

    Models of one shape are one batched network, and the result equals that of training them one after another
    (`course_lib.training.one_by_one`). An interrupt (Ctrl-C, or the stop button) ends the training and keeps every
    probe taken so far; before the training has begun, it is passed on.

    Args:
        models: what to train, one or several; widths, activations, initialisations, learning rates and seeds may all
            differ.
        dataset: what to train on.
        steps: number of optimiser steps.
        batch_size: examples per step; the whole training split if it has no more.
        optimiser: ``"sgd"`` or ``"adam"``.
        momentum: of SGD.
        probe_every: steps between probes; there is one before the first step and one after the last in any case.
        record_units: whether to record each unit's share of training examples that make it fire.
        device: where to compute, see `course_lib.nn.device`.
        progress: whether to show the time left.

    Raises:
        ValueError: if an argument makes no sense; the message says which and what would.
        KeyboardInterrupt: if the interrupt comes while the networks are being built.
    """
    models = check(models)
    if not isinstance(dataset, Dataset):
        raise ValueError(
            Text(
                en=f'{dataset!r} is no data set: give one, such as data.load("digits").',
                fa=f'{dataset!r} مجموعه‌داده نیست: یکی بدهید، مانند data.load("digits").',
            )
        )
    for name, count in {"steps": steps, "batch_size": batch_size, "probe_every": probe_every}.items():
        check_count(name, count)
    optimisers.check(optimiser, momentum)
    place = find_device(device)
    if place.type == "meta":
        raise ValueError(
            Text(
                en="The meta device holds no numbers: use training.rehearse to check a run there.",
                fa="دستگاه meta عددی نگه نمی‌دارد: برای آزمودن اجرا روی آن training.rehearse را به کار ببرید.",
            )
        )
    started = time.perf_counter()
    workers = min(torch.get_num_threads(), _MOST_WORKERS) if is_host(place) else 1
    portion = max(1, _CACHED // batch_size) if is_host(place) else sys.maxsize
    try:
        shards = [
            Shard(
                [models[position] for position in positions],
                positions,
                dataset=dataset,
                batch_size=batch_size,
                optimiser=optimiser,
                momentum=momentum,
                device=place,
            )
            for positions in _deal(models, workers, portion)
        ]
    except KeyboardInterrupt:
        raise KeyboardInterrupt(
            Text(
                en="Stopped while the networks were being built: nothing has been measured yet, so there is nothing "
                "to keep. Call train again to start anew.",
                fa="آموزش هنگام ساختن شبکه‌ها متوقف شد: هنوز چیزی اندازه‌گیری نشده است و نتیجه‌ای برای نگه‌داشتن نیست. "
                "برای شروع دوباره، train را دوباره فرابخوانید.",
            )
        ) from None
    stop = Event()

    def to_next_probe(shard: Shard, steps: int) -> dict[str, Tensor]:
        shard.advance(steps, stop)
        return {} if stop.is_set() else shard.measure(record_units=record_units)

    probed: list[tuple[int, list[dict[str, Tensor]]]] = []
    interrupted = False
    with _workers(workers) as pool, Progress(steps, shown=progress) as bar:
        try:
            for last, step in pairwise([0, *range(0, steps, probe_every), steps]):
                futures = [pool.submit(to_next_probe, shard, step - last) for shard in shards]
                while wait(futures, timeout=bar.INTERVAL).not_done:
                    bar.update(sum(shard.steps for shard in shards) / len(shards))
                probed.append((step, [future.result() for future in futures]))
        except KeyboardInterrupt:
            interrupted = True
        finally:
            stop.set()
    if interrupted:
        say_interrupted(probed[-1][0] if probed else 0, steps)
    return History(
        models=models,
        dataset=dataset,
        steps=np.array([step for step, _ in probed], np.int64),
        **_arrays(models, shards, [measured for _, measured in probed], record_units),
        interrupted=interrupted,
        seconds=time.perf_counter() - started,
    )


def _deal(models: Sequence[Model], workers: int, units: int) -> list[list[int]]:
    """Return the positions of the models of each shard: one shape each, equal activations next to each other.

    Every worker gets the same number of shards of a shape, with no more than so many units in a layer (but one model
    at least).
    """
    dealt: list[list[int]] = []
    for hidden in dict.fromkeys(model.hidden for model in models):
        positions = [position for position, model in enumerate(models) if model.hidden == hidden]
        functions = list(dict.fromkeys(models[position].function for position in positions))
        order = {function: (number % workers, number) for number, function in enumerate(functions)}
        places = {position: order[models[position].function] for position in positions}
        positions.sort(key=places.__getitem__)
        rounds = math.ceil(len(positions) * max(hidden, default=1) / (workers * units))
        parts = min(rounds * workers, len(positions))
        dealt += [part.tolist() for part in np.array_split(positions, parts)]
    return dealt


@contextmanager
def _workers(number: int) -> Iterator[ThreadPoolExecutor]:
    """Give each worker its share of torch's threads: many small operations side by side beat splitting each one."""
    before = torch.get_num_threads()
    share = max(1, before // number)
    try:
        with ThreadPoolExecutor(number, initializer=torch.set_num_threads, initargs=(share,)) as pool:
            yield pool
    finally:
        torch.set_num_threads(before)


def _arrays(
    models: Sequence[Model],
    shards: Sequence[Shard],
    measured: Sequence[Sequence[dict[str, Tensor]]],
    record_units: bool,
) -> dict[str, Any]:
    """Put the shards' measurements together in the order of the models, NaN where a model has no such layer or unit."""
    layers = max(len(model.hidden) for model in models)
    widest = max((width for model in models for width in model.hidden), default=0)
    shapes: dict[str, tuple[int, ...]] = dict.fromkeys(probes.SCORES, ())
    shapes |= dict.fromkeys(probes.LAYERED, (layers,))
    if record_units:
        shapes["units"] = (layers, widest)
    arrays = {name: np.full((len(measured), len(models), *shape), np.nan, np.float32) for name, shape in shapes.items()}
    at_end = {name: np.full(len(models), np.nan, np.float32) for name in ("test_loss", "test_accuracy")}
    for number, shard in enumerate(shards):
        for name, array in arrays.items():
            for probe, parts in enumerate(measured):
                values = parts[number][name].cpu().numpy()
                where: tuple[Any, ...] = (probe, shard.positions, *(slice(size) for size in values.shape[1:]))
                array[where] = values
        for array, score in zip(at_end.values(), shard.test(), strict=True):
            array[shard.positions] = score.cpu().numpy()
    # Of a network whose loss is no number there is nothing to say about its layers.
    lost = ~np.isfinite(arrays["train_loss"])
    for name in arrays.keys() - set(probes.SCORES):
        arrays[name][lost] = np.nan
    finite = np.isfinite(arrays["train_loss"]).all(0) & np.isfinite(at_end["test_loss"])
    return {"units": None} | arrays | at_end | {"diverged": ~finite}


def check(models: Iterable[Model] | Model) -> tuple[Model, ...]:
    """Return the models, one or several, as a tuple; raise a ``ValueError`` if there is none or something else."""
    several: Iterable[Model] = (models,) if isinstance(models, Model) else models
    found = tuple(several) if isinstance(several, Iterable) else ()
    if not found or not all(isinstance(model, Model) for model in found):
        raise ValueError(
            Text(
                en="There is nothing to train: give a list of one or more training.Model.",
                fa="چیزی برای آموزش نیست: فهرستی از یک یا چند training.Model بدهید.",
            )
        )
    return found


def check_count(name: str, count: object) -> None:
    """Raise a ``ValueError`` unless the count is a whole number of at least 1."""
    if isinstance(count, bool) or not isinstance(count, int | np.integer) or count < 1:
        raise ValueError(
            Text(
                en=f"{name} must be a whole number of at least 1, not {count!r}.",
                fa=f"{name} باید عدد صحیح و دست‌کم ۱ باشد، نه {count!r}.",
            )
        )
