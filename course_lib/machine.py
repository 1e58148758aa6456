"""Is this machine ready for the course? One line per thing that matters, with the way out where it is not."""

from __future__ import annotations

import html as markup
import os
import platform
import sys
from collections.abc import Callable, Iterator
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
    found: str
    advice: Text | None = None


def _python() -> Item:
    return Item(
        Text(en="Python 3.11 or later", fa="پایتون ۳٫۱۱ یا جدیدتر"),
        sys.version_info >= (3, 11),
        platform.python_version(),
        Text(
            en="Install a newer Python and run “make lab” again.",
            fa="پایتون جدیدتری نصب کنید و «make lab» را دوباره اجرا کنید.",
        ),
    )


def _packages() -> Item:
    wanted = [Requirement(line) for line in metadata.requires("course-lib") or [] if "extra ==" not in line]
    wrong = []
    for requirement in wanted:
        try:
            version = metadata.version(requirement.name)
        except metadata.PackageNotFoundError:
            wrong.append(f"{requirement.name} –")
            continue
        if not requirement.specifier.contains(version, prereleases=True):
            wrong.append(f"{requirement.name} {version} ({requirement.specifier})")
    return Item(
        Text(en="Packages in their tested ranges", fa="بسته‌ها در بازهٔ نسخه‌های آزموده"),
        not wrong,
        ", ".join(wrong) or ", ".join(f"{r.name} {metadata.version(r.name)}" for r in wanted),
        Text(
            en="Run “make lab” again; it installs what is missing.",
            fa="«make lab» را دوباره اجرا کنید تا کمبودها نصب شود.",
        ),
    )


def _cores() -> Item:
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return Item(Text(en="Processor cores", fa="هسته‌های پردازنده"), True, str(cores))


def _device() -> Item:
    from course_lib.nn import device

    return Item(
        Text(en="Device that trains the networks", fa="دستگاهی که شبکه‌ها را آموزش می‌دهد"),
        True,
        device.describe(),
    )


def _fonts() -> Item:
    fonts = Path(__file__).parent / "figures" / "fonts"
    names = sorted(path.stem for path in fonts.glob("*.ttf"))
    return Item(
        Text(en="Persian font for figures", fa="قلم فارسی برای نمودارها"),
        bool(names),
        ", ".join(names) or "–",
        Text(en="The package is incomplete; install it again.", fa="بسته ناقص است؛ دوباره نصبش کنید."),
    )


def _switch() -> Item:
    from jupyter_core.paths import jupyter_path

    places = [Path(folder, "course-language", "package.json") for folder in jupyter_path("labextensions")]
    present = any(place.is_file() for place in places)
    return Item(
        Text(en="Language switch in JupyterLab", fa="کلید زبان در JupyterLab"),
        present,
        "course-language" if present else "–",
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
        lines = [f"{_SIGNS[item.ready][0]} {item.title.en}: {item.found}" for item in self]
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        return html(self._table("en"), self._table("fa"))

    def _table(self, language: str) -> str:
        return f'<table style="text-align: start"><tbody>{"".join(self._rows(language))}</tbody></table>'

    def _rows(self, language: str) -> Iterator[str]:
        for item in self:
            sign, tint = _SIGNS[item.ready]
            title = item.title.fa if language == "fa" else item.title.en
            found = digits(item.found) if language == "fa" and item.found.isdigit() else item.found
            advice = ""
            if item.advice and not item.ready:
                advice = f"<br>{markup.escape(item.advice.fa if language == 'fa' else item.advice.en)}"
            yield (
                f'<tr><td style="color: {tint}; font-weight: bold">{sign}</td>'
                f'<td style="text-align: start">{markup.escape(title)}</td>'
                f'<td style="text-align: start"><bdi>{markup.escape(found)}</bdi>{advice}</td></tr>'
            )


def check() -> Report:
    """Look at this machine and return one line per thing that the course needs."""
    return Report(item() for item in _CHECKS)
