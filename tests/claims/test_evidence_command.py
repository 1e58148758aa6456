"""The ``course evidence`` command, as somebody types it."""

import os
import random
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from course_lib.__main__ import main
from course_lib.claims import ledger, run
from course_lib.claims.archive import recall
from course_lib.claims.codec import encode
from course_lib.claims.progress import Durations, Progress
from course_lib.claims.store import Store
from course_lib.language import Text

TINY = ["--set", "seeds=2", "--set", "steps=5", "--device", "cpu"]


def course(*arguments: object) -> int:
    return main(["evidence", *map(str, arguments)])


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("evidence")
    assert course("run", "relu-sparse", "relu-one-negative", *TINY, "--store", folder) == 0
    return folder


def test_run_says_each_verdict_in_both_languages(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert course("run", "relu-sparse", *TINY, "--store", tmp_path) == 0
    out = capsys.readouterr().out
    assert re.search(r"relu-sparse: (.+) · ([^\n]+)\n1 claims: \1 1 · ۱ ادعا: \2: ۱", out)
    assert course("run", "relu-sparse", *TINY, "--store", tmp_path, "--language", "fa") == 0
    assert "claims" not in capsys.readouterr().out


def test_what_run_kept_is_what_the_notebook_would_compute(store: Path) -> None:
    kept = recall(Store(store), ledger()["relu-sparse"])
    assert kept is not None
    assert encode(kept.result) == encode(run("relu-sparse", device="cpu", seeds=2, steps=5).result)
    assert kept.provenance is not None
    assert kept.provenance.changes == {"seeds": 2, "steps": 5}


def test_list_has_every_claim_with_status_and_verdict(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert course("list", "--store", store) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines[:-1]] == list(ledger())
    fresh = {line.split()[0] for line in lines if "fresh" in line and "تازه" in line}
    assert fresh == {"relu-sparse", "relu-one-negative", str(len(ledger()))}
    assert sum("missing" in line and "ناموجود" in line for line in lines[:-1]) == len(ledger()) - 2


def test_list_starts_without_torch(tmp_path: Path) -> None:
    script = (
        f"import sys; from course_lib.__main__ import main; main(['evidence', 'list', '--store', {str(tmp_path)!r}])"
    )
    script += "; sys.exit(bool({'torch', 'matplotlib'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", script], stdout=subprocess.DEVNULL, check=False).returncode == 0


def test_stale_evidence_is_called_stale(
    store: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("course_lib.claims.archive.fingerprint", lambda function: "other code")
    assert course("list", "--store", store) == 0
    assert "2 stale" in capsys.readouterr().out
    assert course("show", "relu-sparse", "--store", store) == 0
    out = capsys.readouterr().out
    assert "This evidence is stale" in out
    assert "این شواهد کهنه است" in out


def test_show_prints_the_card_in_the_language_asked_for(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert course("show", "relu-sparse", "--store", store, "--language", "en") == 0
    english = capsys.readouterr().out
    assert "Claim relu-sparse" in english
    assert "quick profile with seeds=2, steps=5" in english
    assert "Glorot" in english
    assert not re.search("[آ-ی]", english)
    assert course("show", "relu-sparse", "--store", store) == 0
    assert capsys.readouterr().out.startswith(english)


def test_show_says_what_is_missing_and_how_to_get_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert course("show", "relu-fast", "--store", tmp_path) == 1
    error = capsys.readouterr().err
    assert "course evidence run relu-fast" in error
    assert "شواهدی نیست" in error


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["relu-dyin"], r"(?s)Close to it: relu-dying.*نزدیک"),
        ([], r"(?s)their ids, or --all.*شناسه"),
        (["relu-sparse", "--all"], r"(?s)their ids, or --all.*شناسه"),
        (["relu-sparse", "--set", "seeds"], r"(?s)--set seeds=20, not 'seeds'.*بنویسید"),
        (["relu-sparse", "--set", "seed=3"], r"(?s)no argument seed\. It takes: seeds.*آرگومان"),
        (["relu-sparse", "--set", "seeds=many"], r"(?s)must be a positive number.*مثبت"),
        (["relu-sparse", "--set", "seeds=[1, 2]"], r"(?s)must be a positive number.*مثبت"),
        (["relu-dying", "--set", "depths=2"], r"(?s)must be a list of positive numbers.*مثبت"),
        (["--all", "--set", "no_such=2"], r"(?s)no argument no_such.*آرگومان"),
        (["relu-sparse", "--workers", "0"], r"(?s)at least one worker.*کارگر"),
        (["relu-sparse", "--device", "abacus"], r"(?s)no device 'abacus'.*پردازنده"),
    ],
)
def test_wrong_calls_are_refused_in_both_languages(
    arguments: list[str], message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert course("run", *arguments, "--store", tmp_path) == 2
    assert re.search(message, capsys.readouterr().err)
    assert list(tmp_path.iterdir()) == []


def test_a_change_applies_to_the_claims_that_take_it(tmp_path: Path) -> None:
    changes = [*TINY, "--set", "steps=20", "--set", "depths=[1, 3]", "--set", "learning_rates=[0.05, 0.4]"]
    assert course("run", "relu-sparse", "relu-dying", *changes, "--store", tmp_path) == 0
    kept = [recall(Store(tmp_path), ledger()[name]) for name in ("relu-sparse", "relu-dying")]
    assert [sorted(each.provenance.changes) for each in kept if each and each.provenance] == [
        ["seeds", "steps"],
        ["depths", "learning_rates", "seeds", "steps"],
    ]


def test_a_failing_experiment_gives_status_1_and_its_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    impossible = [*TINY, "--set", "depths=[1]", "--set", "learning_rates=[0.05]"]
    assert course("run", "relu-dying", "relu-sparse", *impossible, "--store", tmp_path) == 1
    captured = capsys.readouterr()
    assert "! relu-dying: failed · ناموفق" in captured.err
    assert "at least one depth of 2 or more" in captured.err
    assert "دست‌کم یک عمق" in captured.err
    assert "relu-sparse" in captured.out


def test_an_interrupt_says_how_to_go_on(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*given: object, **options: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("course_lib.training.train", interrupted)
    assert course("run", "relu-sparse", *TINY, "--store", tmp_path) == 130
    error = capsys.readouterr().err
    assert "the same command goes on" in error
    assert "ادامه می‌دهد" in error


def test_a_full_disk_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*given: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    assert course("run", "relu-sparse", *TINY, "--store", tmp_path) == 1
    assert re.search(r"(?s)could not be kept: .*No space left.*ذخیره نشد", capsys.readouterr().err)


def test_a_store_or_a_report_that_cannot_be_written_is_named(
    store: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "file"
    file.touch()
    assert course("list", "--store", file) == 0
    assert course("run", "relu-sparse", *TINY, "--store", file) == 1
    assert re.search(r"(?s)could not be kept: .*ذخیره نشد", capsys.readouterr().err)
    assert course("report", "--store", store, "--output", file) == 1
    assert re.search(r"(?s)report could not be written: .*نوشته نشد", capsys.readouterr().err)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_a_run_killed_again_and_again_comes_to_the_same_end(tmp_path: Path) -> None:
    """Each time it is killed at a random moment; what is stored is never damaged and never computed again."""
    moments = random.Random(1)
    sizes = ["--set", "seeds=2", "--set", "steps=300", "--device", "cpu", "--store", str(tmp_path)]
    command = [sys.executable, "-m", "course_lib", "evidence", "run", "relu-sparse", "relu-one-negative", *sizes]
    told: list[Text] = []
    kept: set[str] = set()
    for _ in range(3):
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as running:
            time.sleep(moments.uniform(1.5, 4))
            running.send_signal(signal.SIGKILL)
        store = Store(tmp_path, told.append)
        names = {name for name, _ in store.labels("")}
        assert kept <= names
        assert all(store.read(name) for name in names)
        kept = names
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
    for name in ("relu-sparse", "relu-one-negative"):
        found = recall(Store(tmp_path, told.append), ledger()[name])
        assert found is not None
        assert encode(found.result) == encode(run(name, device="cpu", seeds=2, steps=300).result)
    assert told == []


class Clock:
    now = 0.0

    def monotonic(self) -> float:
        return self.now


def test_the_time_left_comes_from_what_the_store_remembers(
    store: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from course_lib.claims import Task
    from course_lib.claims import progress as shown
    from course_lib.claims.campaign import Remaining

    clock = Clock()
    monkeypatch.setattr(shown, "time", clock)
    durations = Durations(Store(store / "none"))
    tasks = [Task("relu.firing", {"steps": steps}) for steps in range(4)]
    assert durations.expected(tasks[0]) is None
    with Progress(durations, lambda: 2) as progress:
        clock.now = 20.0
        progress.update(Remaining(0, tasks), None, 0.0)
        assert capsys.readouterr().err == "0/4 tasks · ۰ کار از ۴\n"
        clock.now = 40.0
        progress.update(Remaining(1, tasks[1:]), tasks[0], 30.0)
        assert capsys.readouterr().err == "1/4 tasks · 45 s left · ۱ کار از ۴ · ۴۵ ثانیه مانده\n"
    assert durations.expected(Task("relu.firing", {"steps": 0})) == 30.0
    assert durations.expected(Task("relu.dying", {})) == 30.0
    remembered = Durations(Store(store))
    assert remembered.expected(Task("relu.firing", {"seeds": 2, "first_seed": 0, "steps": 5})) is not None
