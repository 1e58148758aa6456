"""A training step without numbers, which shows on any machine whether the step would run on another device."""

from __future__ import annotations

from collections.abc import Iterable
from threading import Event

from course_lib.data import Dataset
from course_lib.nn import device
from course_lib.training import architectures
from course_lib.training.model import Model
from course_lib.training.optimisers import OptimiserName
from course_lib.training.shard import Shard
from course_lib.training.trainer import check


def rehearse(
    models: Iterable[Model] | Model, dataset: Dataset, *, optimiser: OptimiserName = "sgd", momentum: float = 0.0
) -> None:
    """Take one training step and one probe with every tensor on torch's ``meta`` device.

    A meta tensor has a shape and a device but no values. Where a tensor has been created on the CPU and meets one that
    follows the chosen device, torch refuses, as it would on a GPU.

    Args:
        models: what would be trained.
        dataset: what it would be trained on.
        optimiser: ``"sgd"`` or ``"adam"``.
        momentum: of SGD.

    Raises:
        RuntimeError: from torch, if tensors of two devices meet.
        ValueError: if there is no model, or one does not fit the data.
    """
    models = check(models)
    for model in models:
        architectures.check(model, dataset)
    for shape in dict.fromkeys(model.shape for model in models):
        shard = Shard(
            [model for model in models if model.shape == shape],
            [],
            dataset=dataset,
            batch_size=8,
            optimiser=optimiser,
            momentum=momentum,
            device=device("meta"),
        )
        shard.advance(1, Event())
        shard.measure(record_units=True)
        shard.test(record_outputs=True)
