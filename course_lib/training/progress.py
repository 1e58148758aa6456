"""How far a training run has come, and how long it will still take."""

from __future__ import annotations

import sys
import time
from types import TracebackType


class Progress:
    """A line in a terminal that says how far a run has come.

    Args:
        steps: number of steps.
        shown: whether to show anything.
    """

    _PATIENCE = 0.5
    INTERVAL = 0.2

    def __init__(self, steps: int, *, shown: bool) -> None:
        self._steps, self._shown = steps, shown
        self._started = self._last = time.monotonic()
        self._drawn = False

    def __enter__(self) -> Progress:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._drawn:
            sys.stderr.write("\r\x1b[K")

    def update(self, step: float) -> None:
        """Say that a step has been taken."""
        now = time.monotonic()
        if self._shown and now - self._started > self._PATIENCE and now - self._last > self.INTERVAL:
            self._last = now

    def say_interrupted(self, step: int) -> None:
        """Say that the run was interrupted after the given probes."""
