"""What a network is trained to lower, per task, for many models at once.

Outputs are logits for the two kinds of classification; softmax and sigmoid belong to the loss.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

from course_lib.data.dataset import Task


def loss(task: Task, outputs: Tensor, targets: Tensor) -> Tensor:
    """Return the mean loss of each model: cross-entropy, or the mean squared error for regression.

    Args:
        task: the kind of task.
        outputs: ``(models, examples, outputs)``.
        targets: ``(models, examples)``: int64 class numbers, or float32 for ``"binary"`` and ``"regression"``.

    Returns:
        ``(models,)``.
    """
    if task == "multiclass":
        # Classes before examples: torch's softmax over a short last dimension is several times slower.
        each = functional.cross_entropy(outputs.transpose(1, 2), targets, reduction="none")
    elif task == "binary":
        each = functional.binary_cross_entropy_with_logits(outputs.squeeze(2), targets, reduction="none")
    else:
        each = (outputs.squeeze(2) - targets).square()
    return each.mean(1)


def gradient(task: Task, outputs: Tensor, targets: Tensor) -> Tensor:
    """Return the derivative of each model's `loss` with respect to its outputs: what it says minus what is right.

    For cross-entropy that is softmax(outputs) − one-hot(target), for binary cross-entropy sigmoid(output) − target,
    for the squared error 2·(output − target), each divided by the number of examples. Arguments as for `loss`.

    Returns:
        ``(models, examples, outputs)``.
    """
    if task == "multiclass":
        # Classes before examples, as in `loss`.
        delta = torch.softmax(outputs.transpose(1, 2).contiguous(), 1).transpose(1, 2)
        delta.scatter_add_(2, targets.unsqueeze(2), delta.new_full((), -1).expand(*targets.shape, 1))
    elif task == "binary":
        delta = torch.sigmoid(outputs) - targets.unsqueeze(2)
    else:
        delta = 2 * (outputs - targets.unsqueeze(2))
    return delta.div(outputs.shape[1]).contiguous()


def accuracy(task: Task, outputs: Tensor, targets: Tensor) -> Tensor:
    """Return the share of right answers of each model ``(models,)``; NaN for regression. Arguments as for `loss`."""
    if task == "regression":
        return torch.full(outputs.shape[:1], torch.nan, device=outputs.device)
    answers = outputs.argmax(2) if task == "multiclass" else (outputs.squeeze(2) > 0).to(targets.dtype)
    return (answers == targets).float().mean(1)
