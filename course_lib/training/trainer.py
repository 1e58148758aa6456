"""Trains many networks together and records how they fare."""

from __future__ import annotations

import math
import time
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from itertools import pairwise
from threading import Event
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from course_lib.data import Dataset
from course_lib.language import Text
from course_lib.nn import device as find_device
from course_lib.nn.device import is_host
from course_lib.training import architectures, optimisers, probes
from course_lib.training.history import History
from course_lib.training.model import Model
from course_lib.training.optimisers import OptimiserName
from course_lib.training.progress import Progress, say_interrupted
from course_lib.training.shard import Shard

_MOST_WORKERS = 4
"""Beyond this many, threads wait for the interpreter more than they gain. The work is dealt for so many, however many
there are: which models share a shard, and so the last bits of a result, must not depend on the machine's threads."""


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
    record_outputs: bool = False,
    device: str | torch.device | None = None,
    progress: bool = True,
) -> History:
    """Train all models together on one data set and return what was measured.

    Models of one shape are one batched network, and the result equals that of training them one after another
    (`course_lib.training.one_by_one`). On a CPU several threads train different models side by side, each operation on
    one thread, so that the result is the same, bit for bit, however many threads there are. An interrupt (Ctrl-C, or
    the stop button) ends the training and keeps every probe taken so far; before the training has begun, it is passed
    on.

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
        record_outputs: whether to record what each model's output layer says of the test examples.
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
    for model in models:
        architectures.check(model, dataset)
    if batch_size == 1 and any(model.batch_norm for model in models):
        raise ValueError(
            Text(
                en="Batch normalisation needs at least 2 examples per step: give a larger batch_size.",
                fa="نرمال‌سازی دسته‌ای در هر گام دست‌کم ۲ نمونه می‌خواهد: batch_size بزرگ‌تری بدهید.",
            )
        )
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
    workers, parts = (min(torch.get_num_threads(), _MOST_WORKERS), _MOST_WORKERS) if is_host(place) else (1, 1)
    examples = batch_size if is_host(place) else 0
    stop = Event()

    def to_next_probe(shard: Shard, steps: int) -> dict[str, Tensor]:
        shard.advance(steps, stop)
        return {} if stop.is_set() else shard.measure(record_units=record_units)

    probed: list[tuple[int, list[dict[str, NDArray[np.float32]]]]] = []
    interrupted = False
    with _one_thread_each(workers) as pool:
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
                for positions in _deal(models, dataset, parts, examples)
            ]
        except KeyboardInterrupt:
            raise KeyboardInterrupt(
                Text(
                    en="Stopped while the networks were being built: nothing has been measured yet, so there is "
                    "nothing to keep. Call train again to start anew.",
                    fa="آموزش هنگام ساختن شبکه‌ها متوقف شد: هنوز چیزی اندازه‌گیری نشده است و نتیجه‌ای برای نگه‌داشتن "
                    "نیست. برای شروع دوباره، train را دوباره فرابخوانید.",
                )
            ) from None
        with Progress(steps, shown=progress) as bar:
            try:
                for last, step in pairwise([0, *range(0, steps, probe_every), steps]):
                    futures = [pool.submit(to_next_probe, shard, step - last) for shard in shards]
                    while wait(futures, timeout=bar.INTERVAL).not_done:
                        bar.update(sum(shard.steps for shard in shards) / len(shards))
                    probed.append((step, [_kept(future.result()) for future in futures]))
            except KeyboardInterrupt:
                interrupted = True
            finally:
                stop.set()
        tested = list(pool.map(lambda shard: shard.test(record_outputs=record_outputs), shards))
    if interrupted:
        say_interrupted(probed[-1][0] if probed else 0, steps)
    places = [shard.positions for shard in shards]
    said = {
        place: outputs.cpu().numpy()
        for positions, (_, recorded) in zip(places, tested, strict=True)
        for place, outputs in zip(positions, recorded, strict=False)
    }
    return History(
        models=models,
        dataset=dataset,
        steps=np.array([step for step, _ in probed], np.int64),
        **_arrays(models, places, [measured for _, measured in probed], [scores for scores, _ in tested], record_units),
        test_outputs=tuple(said[place] for place in range(len(models))) if record_outputs else None,
        interrupted=interrupted,
        seconds=time.perf_counter() - started,
    )


def _deal(models: Sequence[Model], dataset: Dataset, workers: int, examples: int) -> list[list[int]]:
    """Return the positions of the models of each shard: one shape each, equal kinds next to each other.

    There are enough shards for so many workers, and none holds more than `architectures.portion` for so many examples
    (but one model at least).
    """
    dealt: list[list[int]] = []
    shapes = list(dict.fromkeys(model.shape for model in models))
    each = math.ceil(workers / len(shapes))
    for shape in shapes:
        positions = [position for position, model in enumerate(models) if model.shape == shape]
        kinds = {position: _kind(models[position]) for position in positions}
        order = {kind: (number % workers, number) for number, kind in enumerate(dict.fromkeys(kinds.values()))}
        positions.sort(key=lambda position: order[kinds[position]])
        first = models[positions[0]]
        total = len(positions) * architectures.breadth(first, dataset) * examples
        rounds = max(1, math.ceil(total / (each * architectures.portion(first))))
        dealt += [part.tolist() for part in np.array_split(positions, min(each * rounds, len(positions)))]
    return dealt


def _kind(model: Model) -> tuple[object, ...]:
    return model.functions, model.output, model.loss


@contextmanager
def _one_thread_each(number: int) -> Iterator[ThreadPoolExecutor]:
    """Yield so many workers, and keep every operation of torch on one thread meanwhile.

    Many small operations side by side beat splitting each one; and a split sum has other last bits.
    """
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        with ThreadPoolExecutor(number, initializer=torch.set_num_threads, initargs=(1,)) as pool:
            yield pool
    finally:
        torch.set_num_threads(before)


def _kept(measured: dict[str, Tensor]) -> dict[str, NDArray[np.float32]]:
    """Return a probe's numbers in memory of their own.

    As they are, they lie between the worker's large temporary tensors, and after hundreds of probes what is free around
    them would be of no use to anybody.
    """
    return {name: values.cpu().numpy().copy() for name, values in measured.items()}


def _arrays(
    models: Sequence[Model],
    places: Sequence[Sequence[int]],
    measured: Sequence[Sequence[dict[str, NDArray[np.float32]]]],
    tested: Sequence[dict[str, Tensor]],
    record_units: bool,
) -> dict[str, Any]:
    """Put the shards' measurements together in the order of the models, NaN where a model has no such layer or unit.

    Args:
        models: all models.
        places: per shard the positions of its models.
        measured: per probe and shard what was measured.
        tested: per shard the scores at the end.
        record_units: whether units were recorded.
    """
    layers = max(len(model.hidden) for model in models)
    shapes: dict[str, tuple[int, ...]] = dict.fromkeys(probes.SCORES, ())
    shapes |= dict.fromkeys(probes.LAYERED, (layers,))
    if record_units:
        shapes["units"] = (layers, max((units for model in models for units in model.units), default=0))
    arrays = {name: np.full((len(measured), len(models), *shape), np.nan, np.float32) for name, shape in shapes.items()}
    at_end = {name: np.full(len(models), np.nan, np.float32) for name in ("test_loss", "test_accuracy")}
    for number, positions in enumerate(places):
        for name, array in arrays.items():
            for probe, parts in enumerate(measured):
                values = parts[number][name]
                where: tuple[Any, ...] = (probe, positions, *(slice(size) for size in values.shape[1:]))
                array[where] = values
        for name, array in at_end.items():
            array[positions] = tested[number][name].cpu().numpy()
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
