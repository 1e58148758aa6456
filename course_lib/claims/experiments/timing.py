"""How long something takes, on machines that do other things as well."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

import numpy as np
import torch
from numpy.typing import NDArray

from course_lib.language import Text, digits

Doubles = NDArray[np.float64]
Work = Callable[[], object]

BLOCKS = 10


def fastest(works: Mapping[str, Work], repeats: int) -> dict[str, Doubles]:
    """Time each piece of work in turn, again and again, and return the shortest time in each of several blocks.

    Taking turns lets a change of the machine's speed meet all of them alike; the shortest of many times is the one
    that nothing interrupted.

    Args:
        works: what is timed, by name.
        repeats: how often.

    Returns:
        By name, seconds on one thread, ``(BLOCKS,)``.

    Raises:
        ValueError: if there are fewer repeats than blocks.
    """
    if repeats < BLOCKS:
        raise ValueError(
            Text(
                en=f"Times are compared in {BLOCKS} blocks: repeats must be at least {BLOCKS}, not {repeats}.",
                fa=f"زمان‌ها در {digits(str(BLOCKS))} بلوک مقایسه می‌شوند: repeats باید دست‌کم {digits(str(BLOCKS))} "
                f"باشد، نه {digits(str(repeats))}.",
            )
        )
    threads = torch.get_num_threads()
    torch.set_num_threads(1)  # threads that wait for each other on a busy machine would drown the difference
    try:
        for work in works.values():
            work()
        times: dict[str, list[float]] = {name: [] for name in works}
        for _ in range(repeats):
            for name, work in works.items():
                times[name].append(_seconds(work))
    finally:
        torch.set_num_threads(threads)
    return {name: np.array([min(values[start::BLOCKS]) for start in range(BLOCKS)]) for name, values in times.items()}


def _seconds(work: Work) -> float:
    """Return how long one call takes, with whatever an accelerator still had in its queue."""
    start = time.perf_counter()
    work()
    if torch.accelerator.is_available():
        torch.accelerator.synchronize()
    return time.perf_counter() - start
