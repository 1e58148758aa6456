"""Brings an environment up to date, and does nothing if it already is."""

from __future__ import annotations

import importlib.util
import shutil
import sys
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from environment import ROOT, Environment, State
from logged import LOG, run_logged
from messages import SetupError, gigabytes, message
from pip_failure import explain
from stamp import Stamp, digest, read_stamp

PINS = ROOT / "constraints.txt"
# What a fresh environment and pip's downloads take together, with torch for the CPU.
SPACE_NEEDED = 2.5e9
# pip says this when it has everything it needs; before that it has changed nothing.
INSTALLING = "Installing collected packages"


def prepare(environment: Environment, extras: Iterable[str]) -> None:
    """Install the course in an environment, unless that was done and nothing has changed since.

    Args:
        environment: Where to install; made if it does not exist.
        extras: Optional groups of dependencies that are needed this time.

    Raises:
        SetupError: Something that the person at the keyboard can mend.
    """
    stamp, state = read_stamp(environment.stamp_file), environment.state()
    wanted = Stamp(str(ROOT), digest(ROOT), tuple(sorted(extras)), finished=True)
    if stamp and stamp.serves(wanted) and state and state.is_suitable:
        return
    broken_off_or_moved = stamp is not None and not (stamp.finished and stamp.root == wanted.root)
    if environment.ours and (broken_off_or_moved or not (state and state.is_suitable)):
        shutil.rmtree(environment.folder, ignore_errors=True)
    elif stamp:
        wanted = replace(wanted, extras=tuple(sorted({*wanted.extras, *stamp.extras})))
    if not environment.folder.exists():
        _create(environment)
    state = environment.state()
    if not (state and state.is_suitable):
        raise _unsuitable(environment, state)
    _install(environment, state, wanted)


def pip_runs(extras: Iterable[str], constraints: Path) -> list[list[str]]:
    """Return the arguments of the pip runs that install the course, in order.

    The build tools come first and stay, so that the package can be installed again without a network. torch
    comes in one run with everything that depends on it.

    Args:
        extras: Optional groups of dependencies from ``pyproject.toml``.
        constraints: The file that pins versions.
    """
    install = ["-m", "pip", "install", "--progress-bar", "off", "--constraint", str(constraints)]
    course = f"{ROOT}[{','.join(extras)}]"
    return [[*install, "hatchling", "editables"], [*install, "--no-build-isolation", "--editable", course]]


def constraints_for(environment: Environment, state: State) -> Path:
    """Return the file that pins versions in an environment.

    Somebody's own environment with a torch of its own keeps that torch, and whatever else it has that the
    course can work with; any other gets the versions that the course was tested with.
    """
    if environment.ours or state.torch is None:
        return PINS
    own_torch = LOG.with_name("own-torch.txt")
    own_torch.parent.mkdir(exist_ok=True)
    own_torch.write_text(f"torch=={state.torch}\n", encoding="utf-8")
    return own_torch


def _create(environment: Environment) -> None:
    if importlib.util.find_spec("venv") is None or importlib.util.find_spec("ensurepip") is None:
        raise SetupError(
            "This Python lacks its venv module, which environments are made with. Install it, then repeat the command.",
            "این پایتون ماژول venv را ندارد که محیط با آن ساخته می‌شود. آن را نصب کنید و فرمان را دوباره بزنید.",
            f"sudo apt install python{sys.version_info.major}.{sys.version_info.minor}-venv      (Debian, Ubuntu)",
        )
    disk = next(filter(Path.exists, environment.folder.parents))
    free = shutil.disk_usage(disk).free
    if free < SPACE_NEEDED:
        (needed_en, needed_fa), (free_en, free_fa) = gigabytes(SPACE_NEEDED), gigabytes(free)
        raise SetupError(
            f"The disk has too little room: {needed_en} GB are needed, {free_en} GB are free.",
            f"دیسک جای کافی ندارد: {needed_fa} گیگابایت لازم است و {free_fa} گیگابایت آزاد.",
            disk,
        )
    print(
        message(
            "Preparing the course. This takes some minutes the first time.",
            "دوره آماده می‌شود. بار نخست چند دقیقه زمان می‌برد.",
            environment.folder,
        )
    )
    # The stamp comes first: if the rest is broken off, the next run finds it unfinished and begins anew.
    environment.folder.mkdir(parents=True)
    Stamp(str(ROOT), "", (), finished=False).write(environment.stamp_file)
    status, _ = run_logged([sys.executable, "-m", "venv", str(environment.folder)])
    if status != 0:
        raise SetupError("The environment could not be made.", "محیط ساخته نشد.", environment.folder, f"log: {LOG}")


def _unsuitable(environment: Environment, state: State | None) -> SetupError:
    if state and state.has_pip:
        version = _version(state)
        return SetupError(
            f"The course needs Python 3.11 or newer; this environment has Python {version}."
            " Leave it (deactivate) or name another.",
            "این دوره به پایتون ۳٫۱۱ یا تازه‌تر نیاز دارد؛ پایتون این محیط قدیمی است."
            " از آن بیرون بیایید (deactivate) یا محیط دیگری نام ببرید.",
            environment.folder,
            "make lab VENV=.venv",
        )
    return SetupError(
        "This environment has no working Python with pip. Name another:",
        "این محیط پایتونی ندارد که با pip کار کند. محیط دیگری نام ببرید:",
        environment.folder,
        "make lab VENV=.venv",
    )


def _install(environment: Environment, state: State, wanted: Stamp) -> None:
    constraints = constraints_for(environment, state)
    if not environment.ours and state.torch:
        print(
            message(
                f"Using this environment with its own torch {state.torch}; only what is missing is added.",
                f"همین محیط با torch خودش ({state.torch}) به کار می‌رود؛ تنها آنچه ندارد افزوده می‌شود.",
                environment.folder,
            )
        )
    previous = read_stamp(environment.stamp_file)
    replace(wanted, finished=False).write(environment.stamp_file)
    for arguments in pip_runs(wanted.extras, constraints):
        status, output = run_logged([str(environment.python), *arguments])
        if status != 0:
            if previous and INSTALLING not in output:
                previous.write(environment.stamp_file)
            raise SetupError(*explain(output, pinned=constraints == PINS, python=_version(state)), f"log: {LOG}")
    wanted.write(environment.stamp_file)
    print(message("Ready.", "آماده است."))


def _version(state: State) -> str:
    return "{}.{}".format(*state.python)
