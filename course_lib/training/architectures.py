"""Which network computes which architecture, and which data it is for."""

from __future__ import annotations

from collections.abc import Sequence

import torch

from course_lib.data import Dataset
from course_lib.language import Text
from course_lib.training.losses import Objective
from course_lib.training.model import Model
from course_lib.training.network import Network
from course_lib.training.perceptrons import Perceptrons


def build(models: Sequence[Model], dataset: Dataset, device: torch.device) -> Network:
    """Return the models, all of one shape, as one network with its first weights."""
    return Perceptrons(models, dataset.inputs, dataset.outputs, device)


def breadth(model: Model, dataset: Dataset) -> int:
    """Return how many activations the widest layer of a model computes for one example."""
    return max(model.hidden, default=1)


def check(model: Model, dataset: Dataset) -> None:
    """Raise a ``ValueError`` unless the model's architecture, output and loss fit the data."""
    Objective.of(model, dataset.task)
    if dataset.task == "sequence":
        raise ValueError(
            Text(
                en=f"architecture={model.architecture!r} does not read sequences.",
                fa=f"معماری {model.architecture!r} دنباله نمی‌خواند.",
            )
        )
