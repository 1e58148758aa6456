"""The commands, and the shell script that finds Python for them."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import sys
from pathlib import Path

import command
import pytest
from environment import ROOT, Environment

NEWER = 'case "$1" in -c) exit 0 ;; *) echo "started $0 $2" ;; esac'
OLDER = 'case "$2" in *exit*) exit 1 ;; *) echo 3.9.18 ;; esac'
BROKEN = "echo 'command not found' >&2; exit 127"

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the shell script and its stand-ins are for a POSIX shell")


@pytest.fixture
def here() -> Environment:
    return Environment(Path(sys.prefix), ours=False)


def run_course(folder: Path, pythons: dict[str, str], **variables: str) -> subprocess.CompletedProcess[str]:
    """Run the shell script where only the given stand-ins for Python are found."""
    for tool in ("dirname", "cat"):
        (folder / tool).symlink_to(shutil.which(tool) or tool)
    for name, script in pythons.items():
        (folder / name).write_text(f"#!/bin/sh\n{script}\n")
        (folder / name).chmod(0o755)
    return subprocess.run(
        ["/bin/sh", ROOT / "setup" / "course.sh", "lab"],
        env={"PATH": str(folder), **variables},
        check=False,
        capture_output=True,
        text=True,
        encoding="utf-8",
    )


def test_the_newest_python_that_works_is_started(tmp_path: Path) -> None:
    done = run_course(tmp_path, {"python3.13": BROKEN, "python3.12": NEWER, "python3.11": NEWER, "python3": OLDER})
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.split() == ["started", str(tmp_path / "python3.12"), "lab"]


def test_a_named_python_comes_first(tmp_path: Path) -> None:
    other = tmp_path / "my python"
    other.mkdir()
    run_course(other, {"python3": NEWER})
    done = run_course(tmp_path, {"python3.13": NEWER}, PYTHON=str(other / "python3"))
    assert str(other / "python3") in done.stdout


@pytest.mark.parametrize(
    ("pythons", "variables", "words"),
    [
        ({}, {}, ["Python was not found", "پایتون پیدا نشد"]),
        ({"python3": BROKEN}, {}, ["Python was not found", "پایتون پیدا نشد"]),
        ({"python3": OLDER}, {}, ["needs Python 3.11", "پایتون ۳٫۱۱", "python3: Python 3.9.18"]),
        ({"python3.13": NEWER}, {"PYTHON": "/no/python"}, ["not found at /no/python", "پایتون پیدا نشد"]),
    ],
)
def test_no_suitable_python_is_told_in_both_languages(
    tmp_path: Path, pythons: dict[str, str], variables: dict[str, str], words: list[str]
) -> None:
    done = run_course(tmp_path, pythons, **variables)
    assert done.returncode == 1
    assert done.stdout == ""
    assert all(word in done.stderr for word in words)


def test_an_unknown_command_names_the_known_ones(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["lag"]) == 2
    said = capsys.readouterr().err
    assert all(name in said for name in command.COMMANDS)


def test_jupyterlab_listens_to_this_machine_and_keeps_its_token(
    here: Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[list[str]] = []
    monkeypatch.setattr(command, "_run", lambda environment, arguments, variables: started.append(arguments) or 0)
    command.lab(here, [])
    (arguments,) = started
    assert "--ServerApp.ip=127.0.0.1" in arguments
    assert f"--LabApp.default_url=/lab/tree/{command.FIRST_NOTEBOOK}" in arguments
    assert not [argument for argument in arguments if "token" in argument or "password" in argument]
    assert (ROOT / command.FIRST_NOTEBOOK).is_file()


def test_jupyterlab_looks_for_no_news(here: Environment) -> None:
    shown = subprocess.run(
        [here.python, "-m", "jupyterlab", "--show-config-json"],
        env={**os.environ, "JUPYTER_CONFIG_PATH": str(ROOT / "setup" / "jupyter")},
        capture_output=True,
        text=True,
        check=True,
    )
    assert "NeverCheckForUpdate" in shown.stdout


def test_a_step_that_failed_does_not_hide_the_next(here: Environment, capfd: pytest.CaptureFixture[str]) -> None:
    status = command._steps(here, {"bad": ["-c", "raise SystemExit(3)"], "good": ["-c", "print('ran')"]})
    said = capfd.readouterr().out
    assert status == 1
    assert "ran" in said
    assert "FAILED  bad" in said
    assert "passed  good" in said


def test_steps_that_pass_pass(here: Environment) -> None:
    assert command._steps(here, {"good": ["-c", "pass"]}) == 0


def test_a_full_disk_is_told_apart_from_other_errors() -> None:
    assert "disk is full" in command._explain(OSError(errno.ENOSPC, "No space left on device"))
    assert "secret.txt" in command._explain(PermissionError(errno.EACCES, "Permission denied", "secret.txt"))
