"""The ``course`` command."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from course_lib import evidence_command
from course_lib.language.finding import Finding


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the ``course`` command and return its exit status."""
    parser = argparse.ArgumentParser(prog="course", description="Look after the course.")
    commands = parser.add_subparsers(title="commands", required=True)
    _add_check(commands)
    _add_run(commands)
    evidence_command.add(commands)
    options = parser.parse_args(arguments)
    try:
        status: int = options.run(options)
        sys.stdout.flush()
    except BrokenPipeError:  # whoever read the output has seen enough, as in `course evidence list | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # what is still to be written goes nowhere
        return 0
    return status


def _add_check(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser(
        "check",
        help="check the texts: pairs of languages, Persian typography, stored outputs",
        description="Check that both languages say the same, that Persian is well set, and that stored outputs are "
        "fit to publish. Exits with 1 if there is something to mend.",
    )
    parser.add_argument(
        "paths",
        nargs="*",
        type=Path,
        metavar="PATH",
        help="notebooks, or folders that hold some (default: notebooks, and the texts of the library)",
    )
    parser.set_defaults(run=_check)


def _check(options: argparse.Namespace) -> int:
    from course_lib.language.check import NotANotebookError, check_library, check_notebooks

    try:
        findings = list(check_notebooks(options.paths or [Path("notebooks")]))
    except FileNotFoundError as error:
        print(f"course check: no such file: {error.filename}", file=sys.stderr)
        return 2
    except NotANotebookError as error:
        print(f"course check: {error}", file=sys.stderr)
        return 2
    if not options.paths:
        findings += check_library(Path(__file__).parent)
        findings += _check_ledger()
    for finding in findings:
        print(finding)
    print(f"{len(findings)} findings" if findings else "Nothing to mend.")
    return 1 if findings else 0


def _check_ledger() -> Iterator[Finding]:
    """Yield what is wrong with the ledger of claims."""
    from course_lib.claims.ledger import LedgerError, ledger
    from course_lib.claims.schema import experiment_problems

    try:
        problems = list(experiment_problems(ledger()))
    except LedgerError as error:
        problems = str(error).splitlines()
    for problem in problems:
        yield Finding("ledger", problem, "Mend the entry; ledger.py says how the ledger is written.", "claims.toml")


def _add_run(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser(
        "run",
        help="run notebooks and store their outputs",
        description="Run notebooks from top to bottom, each in a new kernel, and store their outputs in them. "
        "A notebook in which a cell fails is left as it was.",
    )
    parser.add_argument("paths", nargs="*", type=Path, metavar="PATH", help="as for check (default: notebooks)")
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    from nbclient.exceptions import CellExecutionError

    from course_lib.language.check import NotANotebookError, notebooks_in, read_cells
    from course_lib.publish import store

    try:
        paths = notebooks_in(options.paths or [Path("notebooks")])
        for path in paths:  # before the first is run, which takes long
            read_cells(path)
    except FileNotFoundError as error:
        print(f"course run: no such file: {error.filename}", file=sys.stderr)
        return 2
    except NotANotebookError as error:
        print(f"course run: {error}", file=sys.stderr)
        return 2
    failed = 0
    for path in paths:
        print(f"{path} …", flush=True)
        try:
            store(path)
        except ValueError as error:
            print(f"course run: {error}", file=sys.stderr)
            failed += 1
        except CellExecutionError as error:
            print(f"course run: {path} is left as it was, because a cell failed:\n{error}", file=sys.stderr)
            failed += 1
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
