import io
import sys

import pytest

from course_lib.training import progress
from course_lib.training.progress import Progress, say_interrupted


class Terminal(io.StringIO):
    def isatty(self):
        return True


class Clock:
    now = 0.0

    def monotonic(self):
        return self.now


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(progress, "time", clock)
    return clock


@pytest.fixture
def notebook(monkeypatch):
    """Stands in for IPython's display: records every bundle that would be shown."""
    shown = []

    class Handle:
        def update(self, bundle, raw):
            assert raw
            shown.append(bundle)

    def display(bundle, raw, display_id=False):
        assert raw
        shown.append(bundle)
        return Handle() if display_id else None

    monkeypatch.setattr(progress, "_in_notebook", lambda: True)
    monkeypatch.setattr(progress, "_display", display)
    return shown


def test_a_terminal_shows_share_and_time_left_and_is_clean_afterwards(monkeypatch, clock):
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    with Progress(200, shown=True) as bar:
        clock.now = 30.0
        bar.update(50)
        line = terminal.getvalue()
        assert "25%" in line
        assert "1 min 30 s left" in line
        assert "۱ دقیقه و ۳۰ ثانیه مانده" in line
    assert terminal.getvalue().endswith("\r\x1b[K")
    assert "\n" not in terminal.getvalue()


def test_a_notebook_shows_both_languages_and_keeps_no_trace(notebook, clock):
    with Progress(100, shown=True) as bar:
        for clock.now in (1.0, 2.0):
            bar.update(clock.now * 10)
    assert notebook[0] == notebook[-1] == {}
    first = notebook[1]["text/html"]
    assert "10% · 9 s left" in first
    assert "۱۰٪ · ۹ ثانیه مانده" in first
    assert len(notebook) == 4


@pytest.mark.parametrize(("shown", "seconds"), [(True, 0.4), (False, 60.0)])
def test_what_is_quick_or_unwanted_shows_nothing(notebook, clock, shown, seconds):
    with Progress(100, shown=shown) as bar:
        clock.now = seconds
        bar.update(50)
    assert notebook == []


def test_a_log_file_stays_empty(monkeypatch, clock):
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    with Progress(100, shown=True) as bar:
        clock.now = 10.0
        bar.update(50)
    assert stream.getvalue() == ""


def test_an_interrupt_says_what_is_kept(notebook, monkeypatch, capsys):
    say_interrupted(40, 300)
    assert "step 40 of 300" in notebook[0]["text/html"]
    assert "گام ۴۰ از ۳۰۰" in notebook[0]["text/html"]
    monkeypatch.setattr(progress, "_in_notebook", lambda: False)
    say_interrupted(40, 300)
    assert "step 40 of 300" in capsys.readouterr().err


def test_quiet_runs_show_nothing_and_do_not_say_that_they_stopped(monkeypatch, clock):
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    with progress.quiet():
        with Progress(200, shown=True) as bar:
            clock.now = 30.0
            bar.update(50)
        say_interrupted(50, 200)
    assert terminal.getvalue() == ""
    say_interrupted(50, 200)
    assert "step 50 of 200" in terminal.getvalue()
