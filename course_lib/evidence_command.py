"""The ``course evidence`` command: test the claims, keep what was found, show it."""

from __future__ import annotations

import argparse
import sys
import tomllib
import traceback
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from course_lib.language import Text, UnknownNameError, digits, isolate

if TYPE_CHECKING:
    from course_lib.claims.campaign import Outcome, Request
    from course_lib.claims.ledger import Claim
    from course_lib.claims.schedule import Scheduler

_STORE = Path(".evidence")
_REPORT = Path("evidence")
_INTERRUPTED = 130


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add ``evidence`` to the commands of a parser."""
    parser = commands.add_parser(
        "evidence",
        help="test the claims, keep what was found, show it",
        description="Test the claims of the course by their experiments. What has been computed is kept and not "
        "computed again, until code, versions or arguments change.",
    )
    actions = parser.add_subparsers(title="actions", required=True, metavar="ACTION")
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument(
        "--store", type=Path, default=_STORE, metavar="DIR", help="where results are (default: %(default)s)"
    )
    shared.add_argument("--language", choices=("en", "fa"), help="speak one language only (default: both)")
    chosen = argparse.ArgumentParser(add_help=False)
    chosen.add_argument("--profile", choices=("quick", "full"), help="evidence of this profile only (default: either)")

    listing = actions.add_parser("list", parents=[shared, chosen], help="every claim with its status and verdict")
    listing.set_defaults(run=_list)

    showing = actions.add_parser("show", parents=[shared, chosen], help="the evidence for some claims, as text")
    showing.add_argument("claims", nargs="+", metavar="ID", help="a claim")
    showing.set_defaults(run=_show)

    reporting = actions.add_parser(
        "report", parents=[shared, chosen], help="write pages with all evidence: HTML and Markdown, in both languages"
    )
    reporting.add_argument("--output", type=Path, default=_REPORT, metavar="DIR", help="folder (default: %(default)s)")
    reporting.set_defaults(run=_report)

    running = actions.add_parser("run", parents=[shared], help="test claims")
    running.add_argument("claims", nargs="*", metavar="ID", help="a claim")
    running.add_argument("--all", action="store_true", help="all claims")
    running.add_argument("--profile", choices=("quick", "full"), default="quick", help="size (default: %(default)s)")
    running.add_argument("--device", help="where to compute: cpu, cuda, mps … (default: the best there is)")
    place = running.add_mutually_exclusive_group()
    place.add_argument("--workers", type=int, metavar="N", help="compute in so many processes of this machine")
    place.add_argument("--scheduler", metavar="ADDRESS", help="compute on a Dask cluster, such as tcp://10.0.0.1:8786")
    running.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        dest="changes",
        help="change an argument, such as seeds=20; of several claims, those that have it",
    )
    running.add_argument(
        "--report", nargs="?", type=Path, const=_REPORT, metavar="DIR", help="write the report afterwards"
    )
    running.set_defaults(run=_run)


def _list(options: argparse.Namespace) -> int:
    from course_lib.claims.archive import recall
    from course_lib.claims.ledger import VERDICTS, ledger
    from course_lib.claims.provenance import STATUS
    from course_lib.claims.store import Store

    store = Store(options.store)
    claims = ledger()
    width, lesson_width = max(map(len, claims)), max(len(claim.lesson) for claim in claims.values())
    counts: Counter[str] = Counter()
    for claim in claims.values():
        evidence = recall(store, claim, options.profile)
        status = evidence.provenance.status if evidence and evidence.provenance else "missing"
        counts[status] += 1
        words = [STATUS[status], *([VERDICTS[evidence.verdict]] if evidence else [])]
        columns = {"en": "  ".join(f"{word.en:7}" for word in words), "fa": "، ".join(word.fa for word in words)}
        shown = [columns[options.language]] if options.language else [f"{columns['en']:32}", columns["fa"]]
        print(f"{claim.id:{width}}  {claim.lesson:{lesson_width}}  {'  '.join(shown)}".rstrip())
    total = Text(
        en=f"{len(claims)} claims: " + ", ".join(f"{number} {STATUS[status].en}" for status, number in counts.items()),
        fa=f"{digits(str(len(claims)))} ادعا: "
        + "، ".join(f"{digits(str(number))} {STATUS[status].fa}" for status, number in counts.items()),
    )
    print(_in(total, options.language))
    return 0


def _show(options: argparse.Namespace) -> int:
    from course_lib.claims.archive import recall
    from course_lib.claims.card import Card
    from course_lib.claims.ledger import ledger
    from course_lib.claims.store import Store

    store = Store(options.store)
    try:
        claims = [ledger()[name] for name in options.claims]
    except UnknownNameError as error:
        return _refuse(error)
    missing = 0
    for claim in claims:
        evidence = recall(store, claim, options.profile)
        if evidence is None:
            missing += 1
            print(_in(_nothing(claim), options.language), file=sys.stderr)
            continue
        for language in [options.language] if options.language else ["en", "fa"]:
            print(Card.of(evidence, language).plain(), end="\n\n")
    return int(missing > 0)


def _nothing(claim: Claim) -> Text:
    command = f"course evidence run {claim.id}"
    return Text(
        en=f"There is no evidence for {claim.id} yet. To compute it: {command}",
        fa=f"برای ادعای {claim.id} هنوز شواهدی نیست. برای محاسبهٔ آن: {isolate(command)}",
    )


def _report(options: argparse.Namespace) -> int:
    return int(not _write_report(options.store, options.profile, options.output, options.language))


def _write_report(store: Path, profile: str | None, output: Path, language: str | None) -> bool:
    """Write the report, say where it is, and return whether that worked."""
    from course_lib.claims.archive import recall
    from course_lib.claims.ledger import ledger
    from course_lib.claims.store import Store
    from course_lib.publish.report import write

    kept = Store(store)
    try:
        pages = write([(claim, recall(kept, claim, profile)) for claim in ledger().values()], output)
    except OSError as error:
        unwritten = Text(en=f"The report could not be written: {error}.", fa=f"گزارش نوشته نشد: {isolate(str(error))}.")
        print(f"course evidence: {unwritten}", file=sys.stderr)
        return False
    print(_in(Text(en="The report:", fa="گزارش:"), language))
    for page in pages:
        print(f"    {page}")
    return True


def _run(options: argparse.Namespace) -> int:
    from course_lib.claims.schedule import SchedulerError
    from course_lib.claims.store import StoreError

    try:
        requests = _requests(options)
        scheduler = _scheduler(options)
        device = _device(options)
    except (UnknownNameError, TypeError, ValueError) as error:
        return _refuse(error)
    except SchedulerError as error:
        return _refuse(error, status=1)
    try:
        failed = _carry_out(requests, scheduler, device, options)
        if options.report:
            failed |= not _write_report(options.store, options.profile, options.report, options.language)
    except KeyboardInterrupt:
        stopped = Text(
            en="Stopped. What was complete is kept; the same command goes on from there.",
            fa="متوقف شد. آنچه کامل شده بود محفوظ است؛ همین فرمان از همان‌جا ادامه می‌دهد.",
        )
        print(f"\n{_in(stopped, options.language)}", file=sys.stderr)
        return _INTERRUPTED
    except StoreError as error:
        return _refuse(error, status=1)
    finally:
        scheduler.close()
    return int(failed)


def _carry_out(requests: Sequence[Request], scheduler: Scheduler, device: str, options: argparse.Namespace) -> bool:
    """Run the campaign, say how each claim comes out, and return whether any failed."""
    from course_lib.claims.campaign import Campaign
    from course_lib.claims.ledger import VERDICTS
    from course_lib.claims.progress import Durations, Progress
    from course_lib.claims.store import Store

    store = Store(options.store)
    counts: Counter[str] = Counter()
    with Progress(Durations(store), lambda: scheduler.parallel) as progress:
        for outcome in Campaign(requests, store, scheduler, device, progress.update).run():
            progress.clear()
            _tell(outcome, options.language)
            counts[outcome.evidence.verdict if outcome.evidence else "failed"] += 1
    names = {**VERDICTS, "failed": Text(en="failed", fa="ناموفق")}
    parts = [(names[name], number) for name, number in counts.items()]
    total = Text(
        en=f"{len(requests)} claims: " + ", ".join(f"{name.en} {number}" for name, number in parts),
        fa=f"{digits(str(len(requests)))} ادعا: "
        + "، ".join(f"{name.fa}: {digits(str(number))}" for name, number in parts),
    )
    print(_in(total, options.language))
    return counts["failed"] > 0


def _tell(outcome: Outcome, language: str | None) -> None:
    from course_lib.claims.card import TINTS
    from course_lib.claims.ledger import VERDICTS

    claim = outcome.request.claim.id
    if outcome.evidence is not None:
        _, sign = TINTS[outcome.evidence.verdict]
        print(f"{sign} {claim}: {_in(VERDICTS[outcome.evidence.verdict], language)}", flush=True)
        return
    error = outcome.error
    assert error is not None
    print(f"! {claim}: {_in(Text(en='failed', fa='ناموفق'), language)}", file=sys.stderr)
    if error.args and isinstance(error.args[0], Text):
        print(f"    {_in(error.args[0], language, between=chr(10) + '    ')}", file=sys.stderr)
    else:
        traceback.print_exception(error, file=sys.stderr)


def _requests(options: argparse.Namespace) -> list[Request]:
    """Return what the command line asks for.

    Raises:
        UnknownNameError: if there is no such claim.
        TypeError: if a changed argument is of another kind, or none of the experiments takes it.
        ValueError: if no claim is named.
    """
    from course_lib.claims.campaign import Request
    from course_lib.claims.evidence import arguments_of
    from course_lib.claims.ledger import ledger

    if bool(options.claims) == options.all:
        raise ValueError(
            Text(
                en="Say which claims to test: their ids, or --all for all of them.",
                fa="بگویید کدام ادعاها آزموده شوند: شناسه‌هایشان، یا \u2066--all\u2069 برای همه.",
            )
        )
    changes = dict(map(_change, options.changes))
    claims = list(ledger().values()) if options.all else [ledger()[name] for name in dict.fromkeys(options.claims)]
    requests = []
    for claim in claims:
        taken = set(claim.profiles[options.profile])
        # What one claim does not take may be meant for another, but not if there is no other that takes it.
        mine = {
            name: value
            for name, value in changes.items()
            if name in taken or not any(name in other.profiles[options.profile] for other in claims)
        }
        arguments_of(claim, options.profile, mine)
        requests.append(Request(claim, options.profile, mine))
    return requests


def _change(written: str) -> tuple[str, Any]:
    """Return name and value of ``name=value``; the value is written as in the ledger, and a word needs no quotes."""
    name, sign, value = written.partition("=")
    if not (sign and name):
        raise ValueError(
            Text(
                en=f"Write --set name=value, such as --set seeds=20, not {written!r}.",
                fa=f"بنویسید \u2066--set name=value\u2069، مانند \u2066--set seeds=20\u2069، نه {isolate(written)}.",
            )
        )
    try:
        return name.strip(), tomllib.loads(f"value = {value}")["value"]
    except tomllib.TOMLDecodeError:
        return name.strip(), value.strip()


def _scheduler(options: argparse.Namespace) -> Scheduler:
    from course_lib.claims.schedule import Cluster, Processes, ThisProcess

    if options.scheduler:
        return Cluster(options.scheduler)
    return Processes(options.workers) if options.workers is not None else ThisProcess()


def _device(options: argparse.Namespace) -> str:
    """Return the device to compute on; a cluster's workers may have one that this machine has not."""
    if options.scheduler and options.device:
        return str(options.device)
    from course_lib.nn.device import device

    return str(device(options.device))


def _in(text: Text, language: str | None, between: str = " · ") -> str:
    return between.join(text) if language is None else getattr(text, language)


def _refuse(error: Exception, status: int = 2) -> int:
    print(f"course evidence: {error}", file=sys.stderr)
    return status
