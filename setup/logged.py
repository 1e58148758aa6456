"""Runs a program quietly: all that it prints goes to the log, and a terminal shows the latest line."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Sequence

from environment import ROOT

LOG = ROOT / ".out" / "setup.log"


def run_logged(command: Sequence[str]) -> tuple[int, str]:
    """Run a program and wait for it, also when the keyboard interrupts.

    Returns:
        Its exit status, and what it printed.
    """
    LOG.parent.mkdir(exist_ok=True)
    lines = []
    with (
        LOG.open("a", encoding="utf-8") as log,
        subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, encoding="utf-8", errors="replace"
        ) as program,
    ):
        assert program.stdout is not None
        print("$", *command, file=log, flush=True)
        try:
            for line in program.stdout:
                lines.append(line)
                log.write(line)
                log.flush()
                _show(line.strip())
        finally:
            _show("")
    return program.returncode, "".join(lines)


def _show(line: str) -> None:
    if sys.stdout.isatty():
        width = shutil.get_terminal_size().columns - 1
        print("\r" + line[:width].ljust(width) + "\r", end="", flush=True)
