"""What is installed, when, and what an installation that failed leaves behind."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import install
import pytest
from environment import ROOT, Environment
from install import INSTALLING, PINS, constraints_for, pip_runs, prepare
from messages import SetupError
from stamp import read_stamp

MakeEnvironment = Callable[..., Path]


class Pip:
    """Stands in for the programs that the set-up runs: keeps their commands and ends as it is told."""

    def __init__(self, make_environment: MakeEnvironment) -> None:
        self.make_environment = make_environment
        self.installed: list[list[str]] = []
        self.output = ""
        self.interrupts = False

    def __call__(self, command: Sequence[str]) -> tuple[int, str]:
        if "venv" in command:
            self.make_environment(Path(command[-1]).name)
            return 0, ""
        self.installed.append(list(command))
        if self.interrupts:
            raise KeyboardInterrupt
        return int(bool(self.output)), self.output


@pytest.fixture
def pip(make_environment: MakeEnvironment, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Pip:
    stand_in = Pip(make_environment)
    monkeypatch.setattr(install, "run_logged", stand_in)
    monkeypatch.setattr(install, "LOG", tmp_path / "log" / "setup.log")
    return stand_in


@pytest.fixture
def own(tmp_path: Path) -> Environment:
    return Environment(tmp_path / "own", ours=True)


def test_torch_comes_in_one_run_with_what_depends_on_it() -> None:
    tools, course = pip_runs(("lab", "test"), PINS)
    assert tools[-2:] == ["hatchling", "editables"]
    assert course[-2:] == ["--editable", f"{ROOT}[lab,test]"]
    assert "--no-build-isolation" in course
    for run in (tools, course):
        assert run[run.index("--constraint") + 1] == str(PINS)


def test_the_first_run_installs_and_the_second_does_nothing(pip: Pip, own: Environment) -> None:
    prepare(own, ("lab",))
    assert len(pip.installed) == 2
    prepare(own, ("lab",))
    assert len(pip.installed) == 2


def test_more_extras_are_added_to_those_that_are_there(pip: Pip, own: Environment) -> None:
    prepare(own, ("test",))
    prepare(own, ("lab",))
    assert pip.installed[-1][-1].endswith("[lab,test]")
    prepare(own, ("lab", "test"))
    assert len(pip.installed) == 4


def test_a_change_installs_again_in_the_same_environment(
    pip: Pip, own: Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepare(own, ("lab",))
    kept = own.folder / "kept"
    kept.touch()
    monkeypatch.setattr(install, "digest", lambda root: "changed")
    prepare(own, ("lab",))
    assert len(pip.installed) == 4
    assert kept.exists()


def test_after_an_interruption_the_environment_is_made_anew(pip: Pip, own: Environment) -> None:
    pip.interrupts = True
    with pytest.raises(KeyboardInterrupt):
        prepare(own, ("lab",))
    interrupted = read_stamp(own.stamp_file)
    assert interrupted
    assert not interrupted.finished
    half_installed = own.folder / "half"
    half_installed.touch()
    pip.interrupts = False
    prepare(own, ("lab",))
    assert not half_installed.exists()
    complete = read_stamp(own.stamp_file)
    assert complete
    assert complete.finished


def test_an_environment_that_was_moved_is_made_anew(pip: Pip, own: Environment) -> None:
    prepare(own, ("lab",))
    stamp = read_stamp(own.stamp_file)
    assert stamp
    replace(stamp, root="/elsewhere").write(own.stamp_file)
    (own.folder / "old").touch()
    prepare(own, ("lab",))
    assert not (own.folder / "old").exists()


def test_an_environment_whose_python_is_gone_is_made_anew(pip: Pip, own: Environment) -> None:
    prepare(own, ("lab",))
    own.python.unlink()
    prepare(own, ("lab",))
    assert own.state() is not None
    assert len(pip.installed) == 4


@pytest.mark.parametrize(("output", "keeps"), [("Connection refused", True), (f"{INSTALLING}: torch", False)])
def test_a_failure_keeps_the_environment_only_if_nothing_was_touched(
    pip: Pip, own: Environment, monkeypatch: pytest.MonkeyPatch, output: str, keeps: bool
) -> None:
    prepare(own, ("lab",))
    monkeypatch.setattr(install, "digest", lambda root: "changed")
    pip.output = output
    with pytest.raises(SetupError):
        prepare(own, ("lab",))
    stamp = read_stamp(own.stamp_file)
    assert stamp
    assert stamp.finished is keeps


def test_somebodys_own_torch_is_the_only_thing_pinned(
    pip: Pip, make_environment: MakeEnvironment, capsys: pytest.CaptureFixture[str]
) -> None:
    mine = Environment(make_environment("mine", torch="2.9.1+cu999"), ours=False)
    prepare(mine, ("lab",))
    for command in pip.installed:
        constraints = Path(command[command.index("--constraint") + 1])
        assert constraints.read_text(encoding="utf-8") == "torch==2.9.1+cu999\n"
    assert "2.9.1+cu999" in capsys.readouterr().out


def test_an_environment_without_torch_gets_the_pins(make_environment: MakeEnvironment) -> None:
    named = Environment(make_environment("named"), ours=False)
    state = named.state()
    assert state
    assert constraints_for(named, state) == PINS


def test_somebodys_own_environment_is_never_deleted(pip: Pip, make_environment: MakeEnvironment) -> None:
    mine = Environment(make_environment("mine", pip=False), ours=False)
    with pytest.raises(SetupError, match="Name another"):
        prepare(mine, ("lab",))
    assert mine.python.exists()
    assert pip.installed == []


def test_too_little_disk_is_told_before_anything_is_written(
    pip: Pip, own: Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(install.shutil, "disk_usage", lambda folder: SimpleNamespace(free=4e8))
    with pytest.raises(SetupError, match=r"0\.4 GB") as error:
        prepare(own, ("lab",))
    assert "۰٫۴ گیگابایت" in str(error.value)
    assert not own.folder.exists()


def test_a_python_without_venv_is_told_so(pip: Pip, own: Environment, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(install.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(SetupError, match="apt install python3"):
        prepare(own, ("lab",))
