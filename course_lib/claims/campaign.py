"""Many experiments in one go: equal tasks run once, what is in the store does not run at all.

The experiments advance side by side, each as soon as its tasks have returned. Tasks that measure time come last, one
after another in this process, while nothing else runs.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from course_lib.claims.archive import keep, task_name
from course_lib.claims.evidence import Evidence
from course_lib.claims.experiment import Task, UnderWay, start
from course_lib.claims.ledger import Claim
from course_lib.claims.provenance import Provenance
from course_lib.claims.schedule import Performed, Scheduler, SchedulerError, ThisProcess
from course_lib.claims.store import Store, digest
from course_lib.language import Text

_GONE = SchedulerError(
    Text(
        en="The scheduler has taken the task back or is gone: see that it runs, and give the same command again.",
        fa="زمان‌بند کار را پس گرفته یا از کار افتاده است: مطمئن شوید که در حال اجراست و همین فرمان را دوباره بدهید.",
    )
)
_ATTEMPTS = 3
"""How often a task is tried whose worker is lost: the worker may be to blame, or the task's hunger for memory."""


@dataclass(frozen=True)
class Request:
    """A claim that is to be tested.

    Attributes:
        claim: the ledger's entry.
        profile: ``"quick"`` or ``"full"``.
        changes: arguments of the experiment that differ from the profile's.
    """

    claim: Claim
    profile: str
    changes: Mapping[str, Any] = field(default_factory=dict)

    @property
    def arguments(self) -> dict[str, Any]:
        """What the experiment is called with."""
        return {**self.claim.profiles[self.profile], **self.changes}


@dataclass(frozen=True)
class Outcome:
    """What came of a request: evidence, or the error that ended it.

    Attributes:
        request: what was asked for.
        evidence: what was found, if all went well.
        error: what went wrong otherwise.
    """

    request: Request
    evidence: Evidence | None = None
    error: Exception | None = None


class Experiment:
    """A request whose experiment has begun, with the results that its tasks have returned so far."""

    def __init__(self, request: Request, steps: UnderWay) -> None:
        self.request = request
        self.steps = steps
        self.seconds = 0.0
        self.machines: list[Text] = []
        self._results: dict[str, Any] = {}

    def take(self, name: str, performed: Performed) -> None:
        """Take what a task has returned."""
        self._results[name] = performed.value
        self.seconds += performed.seconds
        if performed.machine not in self.machines:
            self.machines.append(performed.machine)

    def missing(self, names: Sequence[str]) -> list[str]:
        """Return the tasks that have not returned yet, each once."""
        return [name for name in dict.fromkeys(names) if name not in self._results]

    def go_on(self, names: Sequence[str]) -> None:
        """Let the experiment continue with the results of these tasks."""
        results, self._results = [self._results[name] for name in names], {}
        self.steps.go_on(results)


@dataclass(frozen=True)
class Remaining:
    """How much of a campaign is left, as far as it is known; experiments may still ask for more.

    Attributes:
        done: number of tasks that have run.
        tasks: those that have not.
    """

    done: int
    tasks: Sequence[Task]


class Campaign:
    """Tests many claims.

    Args:
        requests: what to test.
        store: where finished tasks and evidence are.
        scheduler: where tasks run.
        device: on what they compute; the hash of a task holds its kind.
        watch: called with what is left whenever that changes, and with the seconds that a task took if one has ended.
    """

    def __init__(
        self,
        requests: Sequence[Request],
        store: Store,
        scheduler: Scheduler,
        device: str,
        watch: Callable[[Remaining, Task | None, float], None] = lambda remaining, task, seconds: None,
    ) -> None:
        self._requests = requests
        self._store = store
        self._scheduler = scheduler
        self._device = device
        self._watch = watch
        self._tasks: dict[str, Task] = {}  # that somebody waits for and that are not running
        self._running: dict[Future[Performed], str] = {}
        self._waiting: dict[str, list[Experiment]] = defaultdict(list)
        self._known: dict[str, Task] = {}
        self._attempts: dict[str, int] = defaultdict(int)
        self._done = 0

    def run(self) -> Iterator[Outcome]:
        """Yield the outcome of each request, in the order in which they end; all tasks are stored as they end."""
        for request in self._requests:
            yield from self._begin(request)
        alone = ThisProcess()
        while self._tasks or self._running:
            self._tell()
            free = [name for name in self._tasks if not self._tasks[name].is_timed]
            for name in free[: self._scheduler.capacity - len(self._running)]:
                self._submit(name, self._scheduler)
            if not self._running:
                self._submit(next(iter(self._tasks)), alone)
            ended, _ = wait(self._running, return_when=FIRST_COMPLETED)
            for future in ended:
                yield from self._end(self._running.pop(future), future)

    def _begin(self, request: Request) -> Iterator[Outcome]:
        try:
            steps = UnderWay(start(request.claim.experiment, request.arguments))
        except Exception as error:
            yield Outcome(request, error=error)
        else:
            yield from self._advance(Experiment(request, steps))

    def _advance(self, experiment: Experiment) -> Iterator[Outcome]:
        """Carry an experiment on until it waits for tasks that have to run, or ends."""
        try:
            while experiment.steps.result is None:
                tasks = {task_name(task, self._device): task for task in experiment.steps.tasks}
                names = [task_name(task, self._device) for task in experiment.steps.tasks]
                for name in experiment.missing(names):
                    if (stored := self._store.read(name)) is not None:
                        machine = Text(*stored.label["machine"])
                        experiment.take(name, Performed(stored.value, stored.label["seconds"], machine))
                missing = experiment.missing(names)
                for name in missing:
                    if name not in self._waiting:
                        self._tasks[name] = self._known[name] = tasks[name]
                    self._waiting[name].append(experiment)
                if missing:
                    return
                experiment.go_on(names)
        except Exception as error:
            yield self._fail(experiment, error)
        else:
            yield self._succeed(experiment)

    def _submit(self, name: str, scheduler: Scheduler) -> None:
        future = scheduler.submit(self._tasks.pop(name), self._device)
        self._running[future] = name

    def _end(self, name: str, future: Future[Performed]) -> Iterator[Outcome]:
        task = self._known[name]
        error = _GONE if future.cancelled() else future.exception()
        if isinstance(error, self._scheduler.lost) and self._attempts[name] + 1 < _ATTEMPTS:
            self._attempts[name] += 1
            self._tasks[name] = task
            return
        experiments = self._waiting.pop(name, [])
        if isinstance(error, Exception):
            for experiment in experiments:
                yield self._fail(experiment, error)
            return
        performed = future.result()
        self._done += 1
        try:
            self._store.write(name, self._label(task, performed), performed.value)
        except TypeError as error:
            for experiment in experiments:
                yield self._fail(experiment, error)
            return
        self._tell(task, performed.seconds)
        for experiment in experiments:
            experiment.take(name, performed)
            if not any(experiment in waiting for waiting in self._waiting.values()):
                yield from self._advance(experiment)

    def _label(self, task: Task, performed: Performed) -> dict[str, Any]:
        return {
            "function": task.function,
            "task": digest(task.function, task.arguments),
            "seconds": performed.seconds,
            "machine": list(performed.machine),
        }

    def _succeed(self, experiment: Experiment) -> Outcome:
        request, result = experiment.request, experiment.steps.result
        assert result is not None
        provenance = Provenance(
            profile=request.profile,
            changes=request.changes,
            device=self._device.partition(":")[0],
            when=datetime.now(UTC).isoformat(timespec="seconds"),
            seconds=experiment.seconds,
            machine=Text(*("; ".join(words) for words in zip(*experiment.machines, strict=True))),
        )
        evidence = Evidence(request.claim, result, provenance)
        keep(self._store, evidence)
        return Outcome(request, evidence=evidence)

    def _fail(self, experiment: Experiment, error: Exception) -> Outcome:
        for name, waiting in list(self._waiting.items()):
            if experiment in waiting:
                waiting.remove(experiment)
            if not waiting and name in self._tasks:  # nobody needs it any more
                del self._tasks[name], self._waiting[name]
        return Outcome(experiment.request, error=error)

    def _tell(self, task: Task | None = None, seconds: float = 0.0) -> None:
        left = [*(self._known[name] for name in self._running.values()), *self._tasks.values()]
        self._watch(Remaining(self._done, left), task, seconds)
