"""A data set's splits as tensors."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from course_lib.data import Dataset


@dataclass(frozen=True)
class Split:
    """One split of a data set on a device.

    Attributes:
        x: inputs ``(examples, features)``, float32; characters ``(examples, length)``, int64, for a sequence.
        y: targets: class numbers ``(examples,)``, int64; 0 and 1 or the numbers of a regression, ``(examples,)``,
            float32; ``(examples, labels)``, float32, for several labels; ``(examples, length)``, int64, for a sequence.
    """

    x: Tensor
    y: Tensor

    @classmethod
    def of(cls, dataset: Dataset, name: str, device: torch.device | None = None) -> Split:
        """Return the split ``"train"``, ``"validation"`` or ``"test"`` of a data set, in main memory by default."""
        x, y = torch.tensor(getattr(dataset, f"x_{name}")), torch.tensor(getattr(dataset, f"y_{name}"))
        return cls(x.to(device), (y.float() if dataset.task == "binary" else y).to(device))
