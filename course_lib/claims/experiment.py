"""What an experiment is: independent tasks that can run anywhere, and a result drawn from their numbers.

An experiment is a function of its arguments. A small one computes everything in one go: it takes a ``device`` too and
returns its `Result`. A larger one is a generator: it yields lists of tasks, is sent what they returned in the same
order, and returns the `Result` in the end.

>>> def experiment(*, depths, seeds):
...     found = yield [Task("depth.train", {"depth": depth, "seeds": seeds}) for depth in depths]
...     return Result(...)

Equal tasks of several experiments are one task, so they need to be run only once.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any, TypeVar, cast

from course_lib.claims.interval import Interval
from course_lib.language import Text

Function = TypeVar("Function", bound=Callable[..., Any])


@dataclass(frozen=True)
class Result:
    """What an experiment returns.

    Attributes:
        measures: the numbers, by the names that the ledger declares.
        conditions: what held during the run (data, network, seeds …), in words.
        data: whatever a figure of this experiment needs.
    """

    measures: Mapping[str, Interval]
    conditions: Text
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Task:
    """A piece of work that depends on nothing but its arguments.

    Attributes:
        function: ``"module.function"`` below :mod:`course_lib.claims.experiments`: a pure function of its keyword
            arguments and a ``device``. It returns numbers, strings and arrays, in lists, tuples and dictionaries.
        arguments: its keyword arguments: numbers, strings, and lists and dictionaries of them.
    """

    function: str
    arguments: Mapping[str, Any]

    def run(self, device: str | None = None) -> Any:
        """Return what the function returns on a device, which is chosen automatically if none is given."""
        return find(self.function)(device=device, **self.arguments)

    @property
    def is_timed(self) -> bool:
        """Whether it measures time, so that nothing else may run beside it."""
        return find(self.function) in _TIMED


Steps = Generator[Sequence[Task], Sequence[Any], Result]

_TIMED: set[Callable[..., Any]] = set()


def timed(function: Function) -> Function:
    """Mark a task's function as one that measures time: nothing else may run beside it."""
    _TIMED.add(function)
    return function


def find(name: str) -> Callable[..., Any]:
    """Return the function called ``"module.function"`` below :mod:`course_lib.claims.experiments`."""
    module, function = name.split(".")
    return cast(Callable[..., Any], getattr(import_module(f"course_lib.claims.experiments.{module}"), function))


def start(experiment: str, arguments: Mapping[str, Any]) -> Steps:
    """Return the steps of an experiment; one that yields no tasks is a single task itself."""
    function = find(experiment)
    if inspect.isgeneratorfunction(function):
        return cast(Steps, function(**arguments))
    return _alone(Task(experiment, arguments))


def _alone(task: Task) -> Steps:
    (result,) = yield [task]
    return cast(Result, result)


class UnderWay:
    """An experiment that has begun: it waits for the results of its tasks, or has a result of its own.

    Args:
        steps: the experiment's steps, not yet begun.

    Attributes:
        tasks: the tasks whose results it waits for.
        result: what it returned, once it has ended.
    """

    def __init__(self, steps: Steps) -> None:
        self._steps = steps
        self.tasks: Sequence[Task] = ()
        self.result: Result | None = None
        self._go(lambda: next(steps))

    def go_on(self, results: Sequence[Any]) -> None:
        """Hand over what the tasks returned, in their order; an exception of the experiment passes through."""
        self._go(lambda: self._steps.send(results))

    def _go(self, step: Callable[[], Sequence[Task]]) -> None:
        try:
            self.tasks = step()
        except StopIteration as end:
            if not isinstance(end.value, Result):
                raise TypeError(f"an experiment returns a Result, not {end.value!r}") from None
            self.tasks, self.result = (), end.value


def carry_out(steps: Steps, perform: Callable[[Sequence[Task]], Sequence[Any]]) -> Result:
    """Return the result of an experiment whose tasks are performed by the given function."""
    under_way = UnderWay(steps)
    while under_way.result is None:
        under_way.go_on(perform(under_way.tasks))
    return under_way.result
