"""Which training examples a step sees: for each seed its own order, the same for all models of that seed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import torch
from torch import Tensor


def order(seed: int, examples: int, batch_size: int) -> Iterator[Tensor]:
    """Yield the rows of one mini-batch after the other, ``(batch_size,)`` int64 on the CPU, without end.

    Each epoch visits the examples in a fresh random order; what is left at its end and is too few for a batch is left
    out. A batch size above the number of examples means all of them at every step.
    """
    size = min(batch_size, examples)
    generator = np.random.default_rng([seed, examples])
    while True:
        epoch = torch.from_numpy(generator.permutation(examples))
        yield from torch.split(epoch[: examples - examples % size], size)


def orders(seeds: Sequence[int], examples: int, batch_size: int) -> Iterator[Tensor]:
    """Yield the mini-batches of several seeds together, ``(len(seeds), batch_size)``."""
    yield from (torch.stack(rows) for rows in zip(*(order(s, examples, batch_size) for s in seeds), strict=True))
