"""How far a campaign has come, and how long it will still take."""

from __future__ import annotations

import sys
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from statistics import fmean
from types import TracebackType
from typing import TextIO

from course_lib.claims.archive import TASKS
from course_lib.claims.campaign import Remaining
from course_lib.claims.experiment import Task
from course_lib.claims.store import Store, digest
from course_lib.language import Text, digits

_TERMINAL_INTERVAL = 1.0
_PLAIN_INTERVAL = 10.0
_BAR = 24


class Durations:
    """How long tasks take: from equal tasks that the store remembers, else from others of the same function.

    What is in the store of an older version of the code counts, too: it is the best guess there is.

    Args:
        store: whose labels are read, once.
    """

    def __init__(self, store: Store) -> None:
        self._equal: dict[str, float] = {}
        self._similar: dict[str, list[float]] = defaultdict(list)
        for _, label in store.labels(TASKS):
            try:
                self._note(label["task"], label["function"], float(label["seconds"]))
            except (KeyError, TypeError, ValueError):
                continue  # written by another version of the course

    def _note(self, task: str, function: str, seconds: float) -> None:
        self._equal[task] = seconds
        self._similar[function].append(seconds)

    def note(self, task: Task, seconds: float) -> None:
        """Remember how long a task took."""
        self._note(digest(task.function, task.arguments), task.function, seconds)

    def expected(self, task: Task) -> float | None:
        """Return how many seconds a task should take, or None as long as nothing at all is known."""
        equal = self._equal.get(digest(task.function, task.arguments))
        if equal is not None:
            return equal
        similar = self._similar.get(task.function) or [each for known in self._similar.values() for each in known]
        return fmean(similar) if similar else None


class Progress:
    """A line in a terminal, which is written over every second; elsewhere a new line now and then.

    Args:
        durations: how long tasks take.
        parallel: returns how many tasks run at a time.
        stream: where to write; the standard error stream if not given.
    """

    def __init__(self, durations: Durations, parallel: Callable[[], int], stream: TextIO | None = None) -> None:
        self._durations = durations
        self._parallel = parallel
        self._stream = stream if stream is not None else sys.stderr
        self._terminal = self._stream.isatty()
        self._lock = threading.Lock()
        self._over = threading.Event()
        self._done, self._all = 0, 0
        self._end: float | None = None
        self._shown = time.monotonic()

    def __enter__(self) -> Progress:
        if self._terminal:  # time goes on while a long task runs
            threading.Thread(target=self._tick, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self.clear()

    def update(self, remaining: Remaining, task: Task | None, seconds: float) -> None:
        """Take note of what is left, and of a task that has ended."""
        if task is not None:
            self._durations.note(task, seconds)
        expected = {True: 0.0, False: 0.0}
        known = True
        for left in remaining.tasks:
            guess = self._durations.expected(left)
            known = known and guess is not None
            expected[left.is_timed] += guess or 0.0
        with self._lock:
            self._done, self._all = remaining.done, remaining.done + len(remaining.tasks)
            left_seconds = expected[False] / max(1, self._parallel()) + expected[True]
            self._end = time.monotonic() + left_seconds if known else None
        if self._terminal or time.monotonic() - self._shown >= _PLAIN_INTERVAL:
            self._show()

    def clear(self) -> None:
        """Take the line away, so that something else can be written in its place."""
        if self._terminal:
            with self._lock:
                self._stream.write("\r\x1b[K")
                self._stream.flush()

    def _tick(self) -> None:
        while not self._over.wait(_TERMINAL_INTERVAL):
            self._show()

    def _show(self) -> None:
        from course_lib.training.progress import time_left

        with self._lock:
            if not self._all or self._over.is_set():
                return
            left = time_left(self._end - time.monotonic()) if self._end is not None else Text(en="", fa="")
            count = f"{self._done}/{self._all}"
            words = [f"{count} tasks", left.en, f"{digits(f'{self._done}')} کار از {digits(f'{self._all}')}", left.fa]
            line = " · ".join(filter(None, words))
            if self._terminal:
                filled = round(_BAR * self._done / self._all)
                self._stream.write(f"\r\x1b[K{'█' * filled}{'░' * (_BAR - filled)} {line}")
            else:
                self._stream.write(f"{line}\n")
            self._stream.flush()
            self._shown = time.monotonic()
