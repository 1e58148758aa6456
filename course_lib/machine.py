"""Is this machine ready for the course? One line per thing that matters, with the way out where it is not."""

from __future__ import annotations

import html as markup
import os
import platform
import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement

from course_lib.language import Text, digits, html

_SIGNS = {True: ("✓", "#1b7f4d"), False: ("✗", "#b3261e")}


@dataclass(frozen=True)
class Item:
    """One line of the check: what was looked at, what was found, and what to do if that is not enough."""

    title: Text
    ready: bool
    found: Text
    advice: Text | None = None


def _as_is(words: str) -> Text:
    """Return names and versions, which read the same in both languages."""
    return Text(en=words, fa=words)


def _python() -> Item:
    return Item(
        Text(en="Python 3.11 or later", fa="پایتون ۳٫۱۱ یا جدیدتر"),
        sys.version_info >= (3, 11),
        _as_is(platform.python_version()),
        Text(
            en="Install a newer Python and run “make lab” again.",
            fa="پایتون جدیدتری نصب کنید و «make lab» را دوباره اجرا کنید.",
        ),
    )


def _packages() -> Item:
    known = map(Requirement, metadata.requires("course-lib") or [])
    wanted = [each for each in known if each.marker is None or each.marker.evaluate({"extra": "lab"})]
    versions = {}
    wrong = []
    for requirement in wanted:
        try:
            versions[requirement.name] = metadata.version(requirement.name)
        except metadata.PackageNotFoundError:
            wrong.append(f"{requirement.name} –")
            continue
        if not requirement.specifier.contains(versions[requirement.name], prereleases=True):
            wrong.append(f"{requirement.name} {versions[requirement.name]} ({requirement.specifier})")
    return Item(
        Text(en="Packages in their tested ranges", fa="بسته‌ها در بازهٔ نسخه‌های آزموده"),
        not wrong,
        _as_is(", ".join(wrong or [f"{name} {version}" for name, version in versions.items()])),
        Text(
            en="Run “make lab” again; it installs what is missing.",
            fa="«make lab» را دوباره اجرا کنید تا کمبودها نصب شود.",
        ),
    )


def _cores() -> Item:
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return Item(Text(en="Processor cores", fa="هسته‌های پردازنده"), True, Text(en=str(cores), fa=digits(str(cores))))


def _device() -> Item:
    from course_lib.nn.device import describe

    title = Text(en="Device that trains the networks", fa="دستگاهی که شبکه‌ها را آموزش می‌دهد")
    try:
        return Item(title, True, describe())
    except ValueError as error:
        return Item(title, False, _as_is(os.environ.get("COURSE_DEVICE", "–")), error.args[0])


def _fonts() -> Item:
    names = sorted(path.stem for path in (Path(__file__).parent / "figures" / "fonts").glob("*.ttf"))
    return Item(
        Text(en="Persian font for figures", fa="قلم فارسی برای نمودارها"),
        bool(names),
        _as_is(", ".join(names) or "–"),
        Text(en="The package is incomplete; install it again.", fa="بسته ناقص است؛ دوباره نصبش کنید."),
    )


def _switch() -> Item:
    from jupyter_core.paths import jupyter_path

    places = [Path(folder, "course-language", "package.json") for folder in jupyter_path("labextensions")]
    present = any(place.is_file() for place in places)
    return Item(
        Text(en="Language switch in JupyterLab", fa="کلید زبان در JupyterLab"),
        present,
        _as_is("course-language" if present else "–"),
        Text(
            en="Run “make lab” again. Without the switch both languages show, one under the other.",
            fa="«make lab» را دوباره اجرا کنید. بدون این کلید، هر دو زبان زیر هم دیده می‌شوند.",
        ),
    )


_CHECKS: tuple[Callable[[], Item], ...] = (_python, _packages, _cores, _device, _fonts, _switch)


class Report(tuple[Item, ...]):
    """The lines of the check; shows itself as a table in both languages."""

    __slots__ = ()

    @property
    def ready(self) -> bool:
        """Whether every line is in order."""
        return all(item.ready for item in self)

    def __repr__(self) -> str:
        lines = []
        for item in self:
            for language in range(2):
                advice = f" {item.advice[language]}" if item.advice and not item.ready else ""
                lines.append(f"{_SIGNS[item.ready][0]} {item.title[language]}: {item.found[language]}{advice}")
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        return html(self._table(0), self._table(1))

    def _table(self, language: int) -> str:
        rows = []
        for item in self:
            sign, tint = _SIGNS[item.ready]
            advice = ""
            if item.advice and not item.ready:
                advice = f"<br>{markup.escape(item.advice[language])}"
            found = markup.escape(item.found[language])
            if item.found.en == item.found.fa:
                found = f"<bdi>{found}</bdi>"
            rows.append(
                f'<tr><td style="color: {tint}; font-weight: bold">{sign}</td>'
                f'<td style="text-align: start">{markup.escape(item.title[language])}</td>'
                f'<td style="text-align: start">{found}{advice}</td></tr>'
            )
        return f'<table style="text-align: start"><tbody>{"".join(rows)}</tbody></table>'


def check() -> Report:
    """Look at this machine and return one line per thing that the course needs."""
    return Report(item() for item in _CHECKS)
