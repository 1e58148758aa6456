"""Where tasks run: in this process, in several processes of this machine, or on a cluster of Dask workers.

All three take a task's name and arguments and return a future, so what is computed cannot depend on where.
"""

from __future__ import annotations

import ctypes
import multiprocessing
import os
import signal
import sys
import threading
import time
from collections.abc import Mapping
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from typing import Any, NamedTuple, Protocol

from course_lib.claims.experiment import Task
from course_lib.claims.fingerprint import fingerprint
from course_lib.language import Text, digits, isolate

_SECONDS_TO_CONNECT = 10
_MANY = 10_000


class SchedulerError(RuntimeError):
    """The place where tasks should run cannot be used; the message says what to do."""


class Performed(NamedTuple):
    """What a task returned, how many seconds it took, and the machine and device that it ran on, in words."""

    value: Any
    seconds: float
    machine: Text


def perform(function: str, arguments: Mapping[str, Any], device: str | None, code: str) -> Performed:
    """Run a task, in whatever process this is.

    Args:
        function: the task's.
        arguments: the task's.
        device: where to compute.
        code: the hash of the code that is meant to run.

    Raises:
        SchedulerError: if the code in this process is another.
    """
    if fingerprint(function) != code:
        raise SchedulerError(
            Text(
                en="A worker has other code or other versions of packages than the program that called it: install "
                "the same on both and start the workers again.",
                fa="کد یا نسخهٔ بسته‌های کارگر با برنامهٔ فراخواننده یکی نیست: هر دو را یکسان نصب کنید و کارگرها را "
                "دوباره راه بیندازید.",
            )
        )
    from course_lib.nn.device import describe
    from course_lib.training.progress import quiet

    start = time.perf_counter()
    with quiet():
        value = Task(function, arguments).run(device)
    seconds = time.perf_counter() - start
    _give_back_memory()
    return Performed(value, seconds, describe(device))


def _give_back_memory() -> None:
    """Hand what is free to the system: glibc keeps it for each thread that ever was, which adds up over many tasks."""
    if sys.platform == "linux" and (trim := getattr(ctypes.CDLL(None), "malloc_trim", None)):  # musl has none
        trim(0)


class Scheduler(Protocol):
    """Where tasks run."""

    @property
    def capacity(self) -> int:
        """How many tasks may wait or run at a time."""

    @property
    def parallel(self) -> int:
        """How many tasks run at a time."""

    @property
    def lost(self) -> tuple[type[BaseException], ...]:
        """The exceptions which say that a worker is gone, and that its task may run elsewhere."""

    def submit(self, task: Task, device: str | None) -> Future[Performed]:
        """Have a task run."""

    def close(self) -> None:
        """Stop whatever still runs."""


class ThisProcess:
    """Runs a task at once and returns when it is done."""

    capacity = 1
    parallel = 1
    lost: tuple[type[BaseException], ...] = ()

    def submit(self, task: Task, device: str | None) -> Future[Performed]:
        """Run a task; the future is done."""
        future: Future[Performed] = Future()
        try:
            future.set_result(perform(task.function, task.arguments, device, fingerprint(task.function)))
        except Exception as error:
            future.set_exception(error)
        return future

    def close(self) -> None:
        """Do nothing: nothing runs."""


class Processes:
    """Runs tasks in several processes of this machine, which share its cores.

    Args:
        workers: how many processes.

    Raises:
        ValueError: if there are fewer than one.
    """

    lost: tuple[type[BaseException], ...] = (BrokenProcessPool,)

    def __init__(self, workers: int) -> None:
        if workers < 1:
            raise ValueError(
                Text(
                    en=f"There must be at least one worker, not {workers}.",
                    fa=f"دست‌کم یک کارگر لازم است، نه {digits(str(workers))}.",
                )
            )
        self.capacity = self.parallel = workers
        self._others = multiprocessing.active_children()
        self._pool = self._new()

    def _new(self) -> ProcessPoolExecutor:
        threads = max(1, _cores() // self.parallel)
        context = multiprocessing.get_context("spawn")  # a fork would inherit torch's threads in an unusable state
        return ProcessPoolExecutor(self.parallel, context, initializer=_prepare, initargs=(threads,))

    def submit(self, task: Task, device: str | None) -> Future[Performed]:
        """Have a task run in one of the processes; when one was killed, which ends the others, too, in new ones."""
        work = partial(perform, task.function, task.arguments, device, fingerprint(task.function))
        try:
            return self._pool.submit(work)
        except BrokenProcessPool:
            self._pool = self._new()
            return self._pool.submit(work)

    def close(self) -> None:
        """Stop the processes, whatever they are doing."""
        self._pool.shutdown(wait=False, cancel_futures=True)
        for process in set(multiprocessing.active_children()) - set(self._others):
            process.terminate()


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _prepare(threads: int) -> None:
    """Make a new process ready: its share of the cores, and an end when the main program ends, however that ends."""
    import torch

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the keyboard's interrupt is for the main program
    threading.Thread(target=_end_with_parent, daemon=True).start()
    torch.set_num_threads(threads)


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)


class Cluster:
    """Runs tasks on the workers of a Dask cluster.

    Args:
        address: of the scheduler, such as ``"tcp://10.0.0.1:8786"``.

    Raises:
        SchedulerError: if ``distributed`` is not installed, or no scheduler answers.
    """

    capacity = _MANY

    def __init__(self, address: str) -> None:
        try:
            import distributed
        except ImportError:
            raise SchedulerError(
                Text(
                    en="A scheduler needs the package “distributed”: pip install 'distributed>=2026.1'",
                    fa="برای زمان‌بند، بستهٔ distributed لازم است: \u2066pip install 'distributed>=2026.1'\u2069",
                )
            ) from None
        connect: Any = distributed.Client  # Any: Dask's methods carry no types
        self.lost: tuple[type[BaseException], ...] = (distributed.KilledWorker,)
        try:
            self._client = connect(address, timeout=_SECONDS_TO_CONNECT, set_as_default=False)
        except (OSError, TimeoutError, ValueError) as error:
            raise SchedulerError(
                Text(
                    en=f"No scheduler answers at {address}: start one with “dask scheduler” and give the address that "
                    "it prints.",
                    fa=f"زمان‌بندی در {isolate(address)} پاسخ نمی‌دهد: با فرمان «dask scheduler» یکی راه بیندازید و "
                    "نشانی‌ای را که چاپ می‌کند بدهید.",
                )
            ) from error
        self._executor = self._client.get_executor(pure=False)

    @property
    def parallel(self) -> int:
        """How many tasks the workers run at a time; workers may come and go."""
        threads: dict[str, int] = self._client.nthreads()
        return max(1, sum(threads.values()))

    def submit(self, task: Task, device: str | None) -> Future[Performed]:
        """Have a task run on one of the workers; if the worker is lost, another one takes it over."""
        future: Future[Performed] = self._executor.submit(
            perform, task.function, task.arguments, device, fingerprint(task.function)
        )
        return future

    def close(self) -> None:
        """Take back the tasks that still run, and leave the cluster as it is."""
        self._executor.shutdown(wait=False)
        self._client.close()
