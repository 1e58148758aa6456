"""How far a training run has come, and how long it will still take."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from types import TracebackType
from typing import Any

from course_lib.language import Text, digits, html

_PATIENCE = 0.5
"""Seconds before anything is shown: what is over sooner needs no bar."""

_QUIET = ContextVar("_QUIET", default=False)


@contextmanager
def quiet() -> Iterator[None]:
    """Keep training runs from showing anything, where something larger shows how far it has come."""
    token = _QUIET.set(True)
    try:
        yield
    finally:
        _QUIET.reset(token)


class Progress:
    """A bar in a notebook, a line in a terminal, nothing where nobody looks; gone when the run is over.

    Args:
        steps: number of steps of the run.
        shown: whether to show anything.
    """

    INTERVAL = 0.2
    """Seconds between two updates."""

    def __init__(self, steps: int, *, shown: bool) -> None:
        self._steps = steps
        self._place = _place() if shown and not _QUIET.get() else None
        self._started = time.monotonic()

    def __enter__(self) -> Progress:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._place is not None:
            self._place.clear()

    def update(self, done: float) -> None:
        """Show that so many steps are done."""
        elapsed = time.monotonic() - self._started
        if self._place is not None and elapsed >= _PATIENCE and done > 0:
            share = min(done / self._steps, 1.0)
            self._place.show(share, time_left(elapsed * (1 - share) / share))


def say_interrupted(step: int, steps: int) -> None:
    """Say that a run was stopped and that nothing is lost, unless it is to be quiet."""
    if _QUIET.get():
        return
    text = Text(
        en=f"Stopped: step {step} of {steps} was the last one measured, and everything up to it is kept.",
        fa=f"آموزش متوقف شد: آخرین اندازه‌گیری در گام {digits(str(step))} از {digits(str(steps))} بود "
        "و هر چه تا آنجا به دست آمده محفوظ است.",
    )
    if _in_notebook():
        page = html(f"<p>{text.en}</p>", f"<p>{text.fa}</p>")
        _display({"text/html": page, "text/plain": str(text)}, raw=True)
    else:
        print(text, file=sys.stderr)


def time_left(seconds: float) -> Text:
    """Return how long something still takes, in words."""
    minutes, rest = divmod(max(1, round(seconds)), 60)
    en, fa = f"{rest} s", f"{digits(str(rest))} ثانیه"
    if minutes:
        en, fa = f"{minutes} min {en}", f"{digits(str(minutes))} دقیقه و {fa}"
    return Text(en=f"{en} left", fa=f"{fa} مانده")


class _Notebook:
    """An output of a notebook cell.

    It starts and ends without any data, so that a stored notebook and a comparison of its outputs hold no trace.
    """

    def __init__(self) -> None:
        self._handle: Any = None

    def show(self, share: float, left: Text) -> None:
        if self._handle is None:
            self._handle = _display({}, raw=True, display_id=True)
        bar = f'<progress max="1" value="{share:.3f}" style="width: 16em; vertical-align: middle"></progress>'
        percent = f"{share:.0%}"
        page = html(
            f"<p>{bar} {percent} · {left.en}</p>",
            f"<p>{bar} {digits(percent.rstrip('%'))}٪ · {left.fa}</p>",
        )
        self._handle.update({"text/html": page, "text/plain": f"{percent} · {left.en}"}, raw=True)

    def clear(self) -> None:
        if self._handle is not None:
            self._handle.update({}, raw=True)


class _Terminal:
    """One line on the standard error stream, written over again and again."""

    def __init__(self) -> None:
        self._drawn = False

    def show(self, share: float, left: Text) -> None:
        filled = round(24 * share)
        bar = "█" * filled + "░" * (24 - filled)
        percent = f"{share:.0%}"
        sys.stderr.write(f"\r\x1b[K{bar} {percent} · {left.en} · {left.fa}")
        sys.stderr.flush()
        self._drawn = True

    def clear(self) -> None:
        if self._drawn:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()


def _display(*given: Any, **options: Any) -> Any:
    from IPython import display

    show: Any = display.display
    return show(*given, **options)


def _in_notebook() -> bool:
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    return getattr(shell, "kernel", None) is not None


def _place() -> _Notebook | _Terminal | None:
    if _in_notebook():
        return _Notebook()
    return _Terminal() if sys.stderr.isatty() else None
