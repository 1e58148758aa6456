"""Many experiments at once: what runs, how often, where, and what is kept of it."""

import multiprocessing
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from course_lib.claims import Claim, Evidence, Interval, Result, Task, ledger
from course_lib.claims import experiment as experiments
from course_lib.claims.archive import recall
from course_lib.claims.campaign import Campaign, Outcome, Remaining, Request
from course_lib.claims.codec import encode
from course_lib.claims.experiment import timed
from course_lib.claims.schedule import Cluster, Performed, Processes, Scheduler, SchedulerError, ThisProcess, perform
from course_lib.claims.store import Store
from course_lib.language import Text

TOY_SWEEP = {
    "activations": ["sigmoid", "tanh", "relu", "swish"],
    "depths": [2, 3],
    "width": 4,
    "sgd_rates": [0.1],
    "adam_rates": [0.01],
    "seeds": 2,
    "steps": 10,
}


def result(value: float) -> Result:
    return Result({"share": Interval.exact(value)}, Text(en="Conditions.", fa="شرایط."), {"value": value})


class Laboratory:
    """Stands in for the experiments: those of a test, with a record of the tasks that ran."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.ran: list[tuple[str, dict[str, Any]]] = []
        self._functions: dict[str, Callable[..., Any]] = {}
        monkeypatch.setattr(experiments, "find", self._functions.__getitem__)

    def add(self, name: str, function: Callable[..., Any]) -> None:
        self._functions[f"relu.{name}"] = function

    def add_task(self, name: str, function: Callable[..., Any], *, is_timed: bool = False) -> None:
        def recorded(*, device: str | None, **arguments: Any) -> Any:
            self.ran.append((name, arguments))
            return function(**arguments)

        self.add(name, timed(recorded) if is_timed else recorded)


@pytest.fixture
def laboratory(monkeypatch: pytest.MonkeyPatch) -> Laboratory:
    laboratory = Laboratory(monkeypatch)
    laboratory.add_task("square", lambda n: n * n)
    laboratory.add_task("time", lambda n: n, is_timed=True)

    def total(*, upto: int) -> Any:
        squares = yield [Task("relu.square", {"n": n}) for n in range(upto)]
        (last,) = yield [Task("relu.square", {"n": squares[-1]})]
        return result(sum(squares) + last)

    laboratory.add("total", total)
    laboratory.add_task("firing", lambda **arguments: result(1.0))
    return laboratory


def claim(name: str, experiment: str, **arguments: Any) -> Claim:
    measures = {"share": next(iter(ledger()["relu-sparse"].measures.values()))}
    return replace(
        ledger()["relu-sparse"],
        id=name,
        experiment=f"relu.{experiment}",
        measures=measures,
        rules=(),
        profiles={"quick": arguments, "full": arguments},
    )


def carry_out(
    claims: list[Claim], store: Store, scheduler: Scheduler | None = None, **options: Any
) -> dict[str, Outcome]:
    requests = [Request(claim, "quick") for claim in claims]
    outcomes = list(Campaign(requests, store, scheduler or ThisProcess(), "cpu", **options).run())
    found = {outcome.request.claim.id: outcome for outcome in outcomes}
    assert len(found) == len(outcomes) == len(claims)
    return found


def evidence_of(outcome: Outcome) -> Evidence:
    assert outcome.evidence is not None, outcome.error
    return outcome.evidence


def test_equal_tasks_of_several_claims_run_once(laboratory: Laboratory, tmp_path: Path) -> None:
    found = carry_out([claim("a", "total", upto=3), claim("b", "total", upto=4)], Store(tmp_path))
    assert sorted(arguments["n"] for _, arguments in laboratory.ran) == [0, 1, 2, 3, 4, 9]
    assert evidence_of(found["a"]).result == result(0 + 1 + 4 + 16)
    assert evidence_of(found["b"]).result == result(0 + 1 + 4 + 9 + 81)


def test_what_is_stored_does_not_run_again(laboratory: Laboratory, tmp_path: Path) -> None:
    first = carry_out([claim("a", "total", upto=3), claim("b", "firing")], Store(tmp_path))
    laboratory.ran.clear()
    again = carry_out([claim("a", "total", upto=3), claim("b", "firing")], Store(tmp_path))
    assert laboratory.ran == []
    for name in first:
        assert evidence_of(again[name]).result == evidence_of(first[name]).result
        assert evidence_of(again[name]).provenance is not None


def test_timed_tasks_run_last(laboratory: Laboratory, tmp_path: Path) -> None:
    def steps() -> Any:
        yield [Task("relu.time", {"n": 1}), Task("relu.square", {"n": 7})]
        return result(0)

    laboratory.add("timing", steps)
    carry_out([claim("a", "timing"), claim("b", "total", upto=3)], Store(tmp_path))
    assert [name for name, _ in laboratory.ran].index("time") == len(laboratory.ran) - 1


def test_a_failing_claim_is_reported_and_the_others_go_on(laboratory: Laboratory, tmp_path: Path) -> None:
    def bad_task(n: int) -> Any:
        raise ValueError("bad task")

    def bad_steps() -> Any:
        yield [Task("relu.square", {"n": 1})]
        raise ValueError("bad steps")

    def needs_bad_task() -> Any:
        yield [Task("relu.bad", {"n": 1}), Task("relu.square", {"n": 50})]
        return result(0)

    laboratory.add_task("bad", bad_task)
    laboratory.add_task("odd", lambda: {1, 2})
    laboratory.add("steps", bad_steps)
    laboratory.add("needs", needs_bad_task)
    laboratory.add("nothing", lambda: None)
    laboratory.add_task("number", lambda: 5)
    names = ["needs", "steps", "odd", "number", "absent"]
    store = Store(tmp_path)
    found = carry_out([*(claim(name, name) for name in names), claim("good", "total", upto=2)], store)
    assert {name: type(outcome.error) for name, outcome in found.items()} == {
        "needs": ValueError,
        "steps": ValueError,
        "odd": TypeError,
        "number": TypeError,
        "absent": KeyError,
        "good": type(None),
    }
    assert evidence_of(found["good"]).result == result(0 + 1 + 1)
    assert ("square", {"n": 50}) not in laboratory.ran  # nobody needed it any more


def test_a_scheduler_that_goes_away_fails_the_claims_that_need_it(laboratory: Laboratory, tmp_path: Path) -> None:
    class Leaving(ThisProcess):
        def submit(self, task: Task, device: str | None) -> Future[Performed]:
            if task.arguments["n"] < 2:
                return super().submit(task, device)
            future: Future[Performed] = Future()
            future.cancel()
            future.set_running_or_notify_cancel()
            return future

    found = carry_out([claim("a", "total", upto=3), claim("b", "total", upto=2)], Store(tmp_path), Leaving())
    assert isinstance(found["a"].error, SchedulerError)
    assert evidence_of(found["b"]).result == result(0 + 1 + 1)


def test_an_interrupt_keeps_what_is_complete(laboratory: Laboratory, tmp_path: Path) -> None:
    def interrupted(n: int) -> int:
        if n == 3:
            raise KeyboardInterrupt
        return n

    laboratory.add_task("square", interrupted)
    with pytest.raises(KeyboardInterrupt):
        carry_out([claim("a", "total", upto=5)], Store(tmp_path))
    laboratory.add_task("square", lambda n: n)
    laboratory.ran.clear()
    carry_out([claim("a", "total", upto=5)], Store(tmp_path))
    assert [arguments["n"] for _, arguments in laboratory.ran] == [3, 4]


def test_evidence_is_stale_once_code_or_arguments_change(
    laboratory: Laboratory, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, entry = Store(tmp_path), claim("a", "total", upto=2)
    assert recall(store, entry) is None
    carry_out([entry], store)

    def status(of: Claim) -> str:
        found = recall(store, of)
        assert found is not None
        assert found.provenance is not None
        return found.provenance.status

    assert status(entry) == "fresh"
    assert status(claim("a", "total", upto=3)) == "stale"
    assert recall(store, entry, "full") is None
    other_rules = replace(entry, rules=ledger()["relu-sparse"].rules)
    assert status(other_rules) == "fresh"
    monkeypatch.setattr("course_lib.claims.archive.fingerprint", lambda function: "other code")
    assert status(entry) == "stale"
    laboratory.ran.clear()
    carry_out([entry], store)
    assert len(laboratory.ran) == 2
    assert status(entry) == "fresh"


def test_evidence_without_a_measure_that_the_rules_need_is_missing(laboratory: Laboratory, tmp_path: Path) -> None:
    store, entry = Store(tmp_path), claim("a", "total", upto=2)
    carry_out([entry], store)
    assert recall(store, replace(entry, measures={**entry.measures, "more": entry.measures["share"]})) is None


def test_progress_counts_all_tasks_down(laboratory: Laboratory, tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []

    def watch(remaining: Remaining, task: Task | None, seconds: float) -> None:
        seen.append((remaining.done, len(remaining.tasks)))

    carry_out([claim("a", "total", upto=3)], Store(tmp_path), watch=watch)
    assert seen[0] == (0, 3)
    assert seen[-1] == (4, 0)
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)


def test_a_worker_with_other_code_refuses() -> None:
    with pytest.raises(SchedulerError, match=r"(?s)other code.*کد"):
        perform("relu.firing", {}, "cpu", "another hash")


def test_there_is_at_least_one_worker() -> None:
    with pytest.raises(ValueError, match=r"(?s)at least one worker, not 0.*کارگر"):
        Processes(0)


def sweep() -> Claim:
    entry = ledger()["swish-deep"]
    return replace(entry, profiles={"quick": {**entry.profiles["quick"], **TOY_SWEEP}, "full": {}})


def sparse() -> Claim:
    entry = ledger()["relu-sparse"]
    return replace(entry, profiles={"quick": {"seeds": 2, "first_seed": 0, "steps": 5}, "full": {}})


Kept = dict[str, bytes]


def kept_in(store: Store, found: dict[str, Outcome]) -> Kept:
    """Return what is stored, and the results, byte for byte."""
    tasks = {name: encode(entry.value) for name, _ in store.labels("tasks") if (entry := store.read(name))}
    return tasks | {name: encode(evidence_of(outcome).result) for name, outcome in found.items()}


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> Kept:
    """What this process finds, undisturbed."""
    store = Store(tmp_path_factory.mktemp("expected"))
    return kept_in(store, carry_out([sweep(), sparse()], store))


def check_with_a_kill(scheduler: Scheduler, workers: Callable[[], list[int]], store: Store, expected: Kept) -> None:
    """Kill a worker when the first task is done, and see that nothing is lost, doubled or different."""
    killed = []

    def watch(remaining: Remaining, task: Task | None, seconds: float) -> None:
        if task is not None and not killed:
            assert remaining.tasks
            killed.append(workers()[0])
            os.kill(killed[0], signal.SIGKILL)

    found = carry_out([sweep(), sparse()], store, scheduler, watch=watch)
    assert kept_in(store, found) == expected
    assert killed
    assert killed[0] not in workers()


@pytest.mark.slow
def test_processes_find_the_same_when_one_is_killed(tmp_path: Path, expected: Kept) -> None:
    others = set(children())
    processes = Processes(2)
    try:
        check_with_a_kill(processes, lambda: sorted(set(children()) - others), Store(tmp_path), expected)
    finally:
        processes.close()


def children() -> list[int]:
    return [child.pid for child in multiprocessing.active_children() if child.pid]


@pytest.fixture
def cluster() -> Iterator[Any]:
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(
        n_workers=2, processes=True, threads_per_worker=1, host="127.0.0.1", dashboard_address=None
    ) as cluster:
        yield cluster


@pytest.mark.slow
@pytest.mark.filterwarnings("default")  # of the cluster, which loses a worker
def test_a_cluster_finds_the_same_when_a_worker_is_killed(cluster: Any, tmp_path: Path, expected: Kept) -> None:
    scheduler = Cluster(cluster.scheduler_address)
    try:
        check_with_a_kill(
            scheduler, lambda: [worker.pid for worker in cluster.workers.values()], Store(tmp_path), expected
        )
    finally:
        scheduler.close()


def test_a_scheduler_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("distributed")
    monkeypatch.setattr("course_lib.claims.schedule._SECONDS_TO_CONNECT", 0.5)
    with pytest.raises(SchedulerError, match=r"(?s)No scheduler answers at tcp://127.0.0.1:9.*زمان‌بند"):
        Cluster("tcp://127.0.0.1:9")


def test_a_cluster_without_its_package_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(SchedulerError, match=r"(?s)pip install 'distributed.*زمان‌بند"):
        Cluster("tcp://127.0.0.1:9")


ORPHANS = """
import os, signal, sys, time
from course_lib.claims.experiment import Task
from course_lib.claims.schedule import Processes
if __name__ == "__main__":
    import multiprocessing
    processes = Processes(1)
    processes.submit(Task("relu.firing", {"seeds": 2, "first_seed": 0, "steps": 2}), "cpu").result()
    processes.submit(Task("relu.firing", {"seeds": 50, "first_seed": 0, "steps": 100000}), "cpu")
    print(*(child.pid for child in multiprocessing.active_children()), flush=True)
    time.sleep(0.5)
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_workers_end_with_a_program_that_is_killed(tmp_path: Path) -> None:
    script = tmp_path / "orphans.py"
    script.write_text(ORPHANS)
    done = subprocess.run([sys.executable, str(script)], stdout=subprocess.PIPE, text=True, timeout=120, check=False)
    pids = [int(pid) for pid in done.stdout.split()]
    assert pids
    deadline = 50
    while deadline and any(is_running(pid) for pid in pids):
        deadline -= 1
        subprocess.run(["sleep", "0.1"], check=True)
    assert not any(is_running(pid) for pid in pids)


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    state = Path(f"/proc/{pid}/stat")
    return not state.exists() or state.read_text().rpartition(")")[2].split()[0] != "Z"
