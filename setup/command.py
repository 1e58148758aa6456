"""The commands: each prepares the environment with what it needs, then does its work in it."""

from __future__ import annotations

import errno
import io
import os
import subprocess
import sys
import time
from collections.abc import Sequence

from environment import ROOT, Environment, choose
from install import prepare
from messages import SetupError, message

FIRST_NOTEBOOK = "notebooks/00_start_here.ipynb"
FAST = "not slow and not notebooks and not browser"
CHECKS = {
    "ruff check": ["-m", "ruff", "check"],
    "ruff format": ["-m", "ruff", "format", "--check"],
    "mypy": ["-m", "mypy"],
    "lint-imports": ["-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"],
    "course check": ["-m", "course_lib", "check"],
}

STORED_OUTPUTS = ["-m", "pytest", "--nbval", "--nbval-sanitize-with=tests/notebooks/sanitise.cfg", "notebooks"]


def lab(environment: Environment, options: list[str]) -> int:
    """Open the course in JupyterLab, on this machine only and with a token."""
    variables = {**os.environ}
    # No news and no look for updates: both need a network.
    settings = [str(ROOT / "setup" / "jupyter"), variables.get("JUPYTER_CONFIG_PATH", "")]
    variables["JUPYTER_CONFIG_PATH"] = os.pathsep.join(filter(None, settings))
    server = {
        "ServerApp.ip": "127.0.0.1",
        "ServerApp.root_dir": ROOT,
        "LabApp.default_url": f"/lab/tree/{FIRST_NOTEBOOK}",
        "ServerApp.answer_yes": True,  # Ctrl-C ends it without a question
        "Application.log_level": "WARN",
    }
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        server["ServerApp.allow_root"] = True
    print(
        message(
            "JupyterLab opens in the browser; if it does not, open the address below. Ctrl-C here ends it.",
            "برنامهٔ JupyterLab در مرورگر باز می‌شود؛ اگر نشد، نشانی زیر را باز کنید. Ctrl-C در اینجا آن را می‌بندد.",
        )
    )
    # The lessons come with outputs, explorers among them; JupyterLab shows those of notebooks it trusts only.
    lessons = sorted(str(path) for path in (ROOT / "notebooks").glob("*.ipynb"))
    subprocess.run([str(environment.python), "-m", "nbformat.sign", *lessons], stdout=subprocess.DEVNULL, check=False)
    arguments = [f"--{name}={value}" for name, value in server.items()]
    return _run(environment, ["-m", "jupyterlab", *arguments, *options], variables)


def evidence(environment: Environment, options: list[str]) -> int:
    """Test every claim at the size that lessons use, and write the report."""
    arguments = ["run", "--all", "--profile", "quick", "--report", *options]
    return _run(environment, ["-m", "course_lib", "evidence", *arguments], {**os.environ})


def test(environment: Environment, options: list[str]) -> int:
    """Run every check, every test, and every notebook against the outputs that are stored in it."""
    return _steps(environment, {**CHECKS, "tests": ["-m", "pytest", *options], "stored outputs": STORED_OUTPUTS})


def check(environment: Environment, options: list[str]) -> int:
    """Run every check and the fast tests."""
    return _steps(environment, {**CHECKS, "fast tests": ["-m", "pytest", "-m", FAST, *options]})


def notebooks(environment: Environment, options: list[str]) -> int:
    """Run the notebooks and store their outputs in them."""
    return _steps(environment, {"notebooks": ["-m", "course_lib", "run", *options]})


def bench(environment: Environment, options: list[str]) -> int:
    """Run the benchmarks one after another."""
    benchmarks = sorted((ROOT / "benchmarks").glob("*.py"))
    return _steps(environment, {file.stem: [str(file), *options] for file in benchmarks})


TO_STUDY = ("lab", "verse", "images")
EVERYTHING = (*TO_STUDY, "cluster", "test")
COMMANDS = {
    "lab": (lab, TO_STUDY),
    "evidence": (evidence, TO_STUDY),
    "test": (test, EVERYTHING),
    "check": (check, EVERYTHING),
    "notebooks": (notebooks, EVERYTHING),
    "bench": (bench, EVERYTHING),
}


def main(arguments: list[str]) -> int:
    """Run a command.

    Args:
        arguments: The command's name; what follows goes to JupyterLab, to pytest or to each benchmark.

    Returns:
        The exit status: 0 if all went well, 1 if something failed, 2 for an unknown command, 130 if the
        keyboard interrupted.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace", line_buffering=True)
    if not arguments or arguments[0] not in COMMANDS:
        print("python setup", " | ".join(COMMANDS), file=sys.stderr)
        return 2
    command, extras = COMMANDS[arguments[0]]
    # The path of the course's folder may have Persian letters; the environment keeps it in UTF-8.
    os.environ["PYTHONUTF8"] = "1"
    try:
        os.chdir(ROOT)
        environment = choose(os.environ)
        prepare(environment, extras)
        return command(environment, arguments[1:])
    except SetupError as error:
        print(error, file=sys.stderr)
    except KeyboardInterrupt:
        print(message("\nStopped.", "متوقف شد."), file=sys.stderr)
        return 130
    except OSError as error:
        print(_explain(error), file=sys.stderr)
    return 1


def _run(environment: Environment, arguments: Sequence[str], variables: dict[str, str]) -> int:
    command = [str(environment.python), *arguments]
    if os.name == "posix":
        # It takes this process's place, so that Ctrl-C reaches it alone.
        os.execve(command[0], command, variables)
    return subprocess.run(command, env=variables, check=False).returncode


def _steps(environment: Environment, steps: dict[str, list[str]]) -> int:
    """Run every step, also after one that failed, and say at the end how each went."""
    outcomes = []
    for name, arguments in steps.items():
        print(f"── {name}")
        start = time.perf_counter()
        status = subprocess.run([str(environment.python), *arguments], check=False).returncode
        outcomes.append((name, status, time.perf_counter() - start))
    print()
    for name, status, seconds in outcomes:
        print(f"{'passed' if status == 0 else 'FAILED'}  {name}  {seconds:.1f} s")
    return int(any(status for _, status, _ in outcomes))


def _explain(error: OSError) -> str:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return message(
            "The disk is full. Make room and repeat the command.",
            "دیسک پر است. جا باز کنید و فرمان را دوباره بزنید.",
            ROOT,
        )
    return message(
        "A file cannot be read or written:",
        "فایلی خواندنی یا نوشتنی نیست:",
        error,
    )
