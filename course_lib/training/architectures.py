"""Which network computes which architecture, and which data it is for."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

import torch

from course_lib.data import Dataset
from course_lib.language import Text
from course_lib.training.convolutional import Convolutional
from course_lib.training.losses import Objective
from course_lib.training.model import Model
from course_lib.training.modules import RecurrentLayer
from course_lib.training.network import Network
from course_lib.training.perceptrons import Perceptrons
from course_lib.training.recurrent import Recurrent
from course_lib.training.transformer import Transformer

_CACHED = 2**17
"""512 KiB, so that a step of perceptrons stays within a core's cache."""

_HELD = 2**22
"""16 MiB: the other architectures keep some dozens of such tensors for the backward pass."""


def build(models: Sequence[Model], dataset: Dataset, device: torch.device) -> Network:
    """Return the models, all of one shape, as one network with its first weights."""
    match models[0].architecture:
        case "mlp" | "residual":
            return Perceptrons(models, dataset.inputs, dataset.outputs, device)
        case "cnn":
            return Convolutional(models, dataset, device)
        case "transformer":
            return Transformer(models, dataset, device)
        case _:
            return Recurrent(models, dataset, device)


def breadth(model: Model, dataset: Dataset) -> int:
    """Return how many numbers the widest layer of a model computes for one example, at all of its places."""
    if model.architecture == "cnn":
        return max(model.hidden) * prod(dataset.shape[1:])
    if model.architecture in ("mlp", "residual"):
        return max(model.hidden, default=1)
    return max(model.units) * RecurrentLayer.GATES.get(model.architecture, 1) * dataset.inputs


def portion(model: Model) -> int:
    """Return how many numbers of one layer, all models and examples taken together, a shard should hold at a time."""
    return _CACHED if model.architecture in ("mlp", "residual") else _HELD


def check(model: Model, dataset: Dataset) -> None:
    """Raise a ``ValueError`` unless the model's architecture, output and loss fit the data."""
    Objective.of(model, dataset.task)
    recurrent = model.architecture in ("rnn", "lstm", "gru", "transformer")
    if recurrent != (dataset.task == "sequence"):
        raise ValueError(
            Text(
                en="For a task of the kind 'sequence' the architecture is 'rnn', 'lstm', 'gru' or 'transformer', and "
                f"for no other task: {model!r} does not fit the data set {dataset.name!r}.",
                fa="معماری تکلیفی از نوع 'sequence' یکی از 'rnn'، 'lstm'، 'gru' و 'transformer' است و این‌ها برای تکلیف "
                f"دیگری نیستند: {model!r} با مجموعه‌دادهٔ «{dataset.name}» سازگار نیست.",
            )
        )
    if model.architecture == "cnn" and len(dataset.shape) not in (2, 3):
        raise ValueError(
            Text(
                en=f"A convolutional network needs images or signals, such as 'digits' or 'mnist1d'; an example of "
                f"{dataset.name!r} has the shape {dataset.shape}.",
                fa=f"شبکهٔ پیچشی تصویر یا سیگنال می‌خواهد، مانند 'digits' یا 'mnist1d'؛ شکل هر نمونه از «{dataset.name}» "
                f"{dataset.shape} است.",
            )
        )
