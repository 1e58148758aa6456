"""A history in a few lines: one row per kind of model, its seeds taken together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

import numpy as np
from scipy import stats

from course_lib.activations import Activation
from course_lib.language import Text, digits, html
from course_lib.training.model import Model

if TYPE_CHECKING:
    from course_lib.training.history import History

_ATTRIBUTES = {
    "activation": Text("activation", "تابع فعال‌سازی"),
    "hidden": Text("hidden layers", "لایه‌های پنهان"),
    "initialisation": Text("initialisation", "مقداردهی اولیه"),
    "learning_rate": Text("learning rate", "نرخ یادگیری"),
    "bias": Text("first bias", "بایاس آغازین"),
    "architecture": Text("architecture", "معماری"),
    "gated": Text("gated", "دروازه‌دار"),
    "batch_norm": Text("batch normalisation", "نرمال‌سازی دسته‌ای"),
    "clip": Text("largest gradient norm", "بیشینهٔ اندازهٔ گرادیان"),
    "output": Text("output", "خروجی"),
    "loss": Text("loss", "زیان"),
}


@dataclass(frozen=True)
class Summary:
    """The table that a `History` prints.

    Attributes:
        title: what was run.
        header: the names of the columns.
        rows: the cells, numbers with Latin digits.
    """

    title: Text
    header: tuple[Text, ...]
    rows: tuple[tuple[str, ...], ...]

    def text(self) -> str:
        """Return the table as plain text."""
        cells = [tuple(name.en for name in self.header), *self.rows]
        widths = [max(len(row[column]) for row in cells) for column in range(len(self.header))]
        lines = [
            "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in cells
        ]
        return "\n".join([*self.title, *lines])

    def page(self) -> str:
        """Return the table as HTML in both languages."""
        return html(
            _table(self.title.en, [name.en for name in self.header], self.rows),
            _table(
                self.title.fa,
                [name.fa for name in self.header],
                [[_persian(cell) for cell in row] for row in self.rows],
            ),
        )


def _persian(cell: str) -> str:
    return cell if any(letter.isalpha() for letter in cell) else digits(cell).replace("%", "٪")


def _table(title: str, header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    head = "".join(f"<th>{escape(name)}</th>" for name in header)
    body = "".join(f"<tr>{''.join(f'<td><bdi>{escape(c)}</bdi></td>' for c in row)}</tr>" for row in rows)
    return f"<p>{escape(title)}</p><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _label(model: Model, attribute: str) -> str:
    if attribute == "activation":
        shared = model.functions if isinstance(model.activation, tuple) else (model.function,)
        return " + ".join(map(_with_parameters, shared))
    if attribute == "hidden":
        return "-".join(map(str, model.hidden)) or "0"
    value = getattr(model, attribute)
    if value is None:
        return "–"
    return f"{value:g}" if isinstance(value, float) else str(value)


def _with_parameters(function: Activation) -> str:
    values = ", ".join(f"{name}={value:g}" for name, value in function.values.items())
    return f"{function.name} ({values})" if values else function.name


def interval(values: Sequence[float]) -> str:
    """Return mean ± half the width of its 95 % interval (Student's t), or the value alone where there is one."""
    array = np.asarray(values, float)
    if len(array) < 2 or not np.isfinite(array).all():
        return f"{array.mean():.3f}"
    half = stats.t.ppf(0.975, len(array) - 1) * array.std(ddof=1) / np.sqrt(len(array))
    return f"{array.mean():.3f} ± {half:.3f}"


def summarise(history: History) -> Summary:
    """Return the table of a history, a column for every attribute in which the models differ."""
    models = history.models
    varying = [name for name in _ATTRIBUTES if len({_label(model, name) for model in models}) > 1] or ["activation"]
    kinds: dict[tuple[str, ...], list[int]] = {}
    for position, model in enumerate(models):
        kinds.setdefault(tuple(_label(model, name) for name in varying), []).append(position)
    regression = history.dataset.task == "regression"
    scores = history.test_loss if regression else history.test_accuracy
    header = [_ATTRIBUTES[name] for name in varying]
    header += [
        Text("models", "شمار مدل‌ها"),
        Text("test loss", "زیان آزمون") if regression else Text("test accuracy", "دقت آزمون"),
        Text("dead units", "نورون‌های مرده"),
        Text("diverged", "واگرا"),
    ]
    rows = [
        (
            *kind,
            str(len(where)),
            interval(scores[where].tolist()),
            _dead(history, where),
            str(int(history.diverged[where].sum())),
        )
        for kind, where in kinds.items()
    ]
    return Summary(_title(history), tuple(header), tuple(rows))


def _dead(history: History, where: list[int]) -> str:
    last = history.dead_fraction[-1:, where]
    found = last[np.isfinite(last)]
    return f"{100 * found.mean():.1f}%" if found.size else "–"


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _title(history: History) -> Text:
    steps = int(history.steps[-1]) if len(history.steps) else 0
    count, name = len(history.models), history.dataset.title
    stopped = Text(", interrupted", "، متوقف‌شده") if history.interrupted else Text("", "")
    return Text(
        en=f"{name.en}: {_count(count, 'model')}, {_count(steps, 'step')}{stopped.en}",
        fa=f"{name.fa}: {digits(str(count))} مدل، {digits(str(steps))} گام{stopped.fa}",
    )
