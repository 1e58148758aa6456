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


def accuracy(task: Task, outputs: Tensor, targets: Tensor) -> Tensor:
    """Return the share of right answers of each model ``(models,)``; NaN for regression. Arguments as for `loss`."""
    if task == "regression":
        return torch.full(outputs.shape[:1], torch.nan, device=outputs.device)
    answers = outputs.argmax(2) if task == "multiclass" else (outputs.squeeze(2) > 0).to(targets.dtype)
    return (answers == targets).float().mean(1)
