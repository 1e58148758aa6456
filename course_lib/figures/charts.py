"""The handful of charts that lessons measure with: curves, intervals, grids of shares, lives of units, maps.

Each takes numbers and texts, and returns a :class:`~course_lib.figures.Picture`. A line or a row that is named after an
activation gets that activation's title and colour; labels stand beside what they name, not in a legend.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap, ListedColormap
from matplotlib.ticker import FixedLocator, MaxNLocator, NullLocator
from numpy.typing import ArrayLike, NDArray

from course_lib import activations
from course_lib.activations.palette import colour
from course_lib.claims.interval import Interval
from course_lib.figures.picture import INK, Canvas, Picture
from course_lib.language import Text, digits

_SEQUENCE = ("#0072b2", "#d55e00", "#009e73", "#aa4499", "#a5780b", "#808080")
_SHARE_COLOURS = LinearSegmentedColormap.from_list("share", ["#f4f6f8", "#9fb9d0", "#31688e", "#2b1f4d"])
_ACTIVITY_COLOURS = LinearSegmentedColormap.from_list("activity", ["#fff3e8", "#f6b57f", "#d55e00"])
_SILENT = "#26262e"
_CLASS_COLOURS = ("#0072b2", "#d55e00")
_ANSWER_COLOURS = LinearSegmentedColormap.from_list("answers", ["#9ecae8", "#ffffff", "#f6b57f"])
_STRENGTH_COLOURS = LinearSegmentedColormap.from_list("strengths", ["#26262e", "#7d5a5a", "#d55e00", "#fff3e8"])

Name = str | Text


def _title(name: Name) -> Text:
    if isinstance(name, Text):
        return name
    if name in activations.names(beyond=True):
        return activations.get(name).title
    return Text(en=name, fa=digits(name))


def _colour(name: Name, place: int, tints: Sequence[str] = _SEQUENCE) -> str:
    if isinstance(name, str) and name in activations.names(beyond=True):
        return colour(name)
    return tints[place % len(tints)]


def _spread(values: list[float], gap: float) -> list[float]:
    """Return positions at least ``gap`` apart, as near to ``values`` as their order allows."""
    order = sorted(range(len(values)), key=values.__getitem__)
    placed = list(values)
    for lower, upper in pairwise(order):
        placed[upper] = max(placed[upper], placed[lower] + gap)
    excess = sum(placed[i] - values[i] for i in order) / max(len(order), 1)
    return [position - excess for position in placed]


def _label_ends(canvas: Canvas, axes: Axes, ends: list[tuple[float, float, Name, str]]) -> None:
    """Write each line's name beside its last point, moved apart where they would touch."""
    canvas.figure.draw_without_rendering()
    height = axes.get_window_extent().height
    to_share = axes.transScale.transform
    low, high = (to_share((1.0, y))[1] for y in axes.get_ylim())
    shares = [(to_share((1.0, y))[1] - low) / (high - low) for _, y, _, _ in ends]
    gap = 15.0 * canvas.figure.dpi / 72 / height
    for place, (_, _, name, tint) in zip(_spread(shares, gap), ends, strict=True):
        axes.annotate(
            canvas.say(_title(name)), (1.0, place), xycoords="axes fraction", xytext=(6, 0),
            textcoords="offset points", va="center", ha="left", color=tint, annotation_clip=False,
        )  # fmt: skip


def curves(
    x: ArrayLike,
    lines: Mapping[Name, ArrayLike],
    *,
    title: Text,
    x_title: Text,
    y_title: Text,
    alt: Text,
    log: bool = False,
    threshold: float | None = None,
) -> Picture:
    """Draw one line per name with the 95 % interval of its mean over the seeds.

    Args:
        x: shared by all lines, shape ``(P,)``.
        lines: name → values of shape ``(P, seeds)``, or ``(P,)`` for a line without an interval. With ``log`` the
            geometric mean is drawn.
        title: of the figure.
        x_title: of the horizontal axis.
        y_title: of the vertical axis.
        alt: what is to be seen, in words.
        log: whether the vertical axis is logarithmic; the values are positive then.
        threshold: a level to mark with a thin line.
    """
    steps = np.asarray(x, dtype=np.float64)

    def draw(canvas: Canvas) -> None:
        (axes,) = canvas.axes()
        if log:
            axes.set_yscale("log")
        ends: list[tuple[float, float, Name, str]] = []
        for place, (name, values) in enumerate(lines.items()):
            of = Interval.of_ratios if log else Interval.of
            points = np.asarray(values, dtype=np.float64)
            intervals = [of(row) if points.ndim == 2 else Interval.exact(row) for row in points]
            tint = _colour(name, place)
            axes.fill_between(
                steps, [i.low for i in intervals], [i.high for i in intervals], color=tint, alpha=0.18, lw=0
            )
            axes.plot(steps, [i.mean for i in intervals], color=tint)
            ends.append((steps[-1], intervals[-1].mean, name, tint))
        if threshold is not None:
            axes.axhline(threshold, color=INK, lw=0.8, ls=(0, (4, 3)))
        axes.margins(x=0)
        if (steps == np.round(steps)).all():  # steps, layers: no such thing as layer 1.5
            axes.xaxis.set_major_locator(MaxNLocator("auto", integer=True))
        canvas.label(axes, title=title, x=x_title, y=y_title)
        _label_ends(canvas, axes, ends)

    return Picture(draw, alt, width=8.4, height=3.6)


def intervals(
    rows: Mapping[Name, Interval],
    *,
    title: Text,
    x_title: Text,
    alt: Text,
    reference: float | None = None,
    spec: str = ".2f",
    tints: Sequence[str] = _SEQUENCE,
) -> Picture:
    """Draw one dot with its 95 % interval per row, and the number beside it.

    Args:
        rows: name → interval, drawn from top to bottom.
        title: of the figure.
        x_title: what is measured, with its unit.
        alt: what is to be seen, in words.
        reference: a value to compare with, marked by a thin line.
        spec: how the numbers are formatted.
        tints: colours of rows that are not named after an activation, taken in turn.
    """

    def draw(canvas: Canvas) -> None:
        (axes,) = canvas.axes()
        for place, (name, interval) in enumerate(rows.items()):
            tint = _colour(name, place, tints)
            axes.plot([interval.low, interval.high], [place, place], color=tint, lw=5, alpha=0.35)
            axes.plot(interval.mean, place, "o", color=tint, ms=7)
            axes.annotate(
                canvas.number(interval.mean, spec), (interval.high, place), xytext=(8, 0),
                textcoords="offset points", va="center", color=tint,
            )  # fmt: skip
        if reference is not None:
            axes.axvline(reference, color=INK, lw=0.8, ls=(0, (4, 3)))
        axes.set_yticks(range(len(rows)), [canvas.say(_title(name)) for name in rows])
        axes.tick_params(axis="y", length=0)
        axes.spines["left"].set_visible(False)
        axes.set_ylim(len(rows) - 0.4, -0.6)
        axes.margins(x=0.12)
        canvas.label(axes, title=title, x=x_title)

    return Picture(draw, alt, width=8.0, height=1.3 + 0.42 * len(rows))


def dots(
    panels: Mapping[Text, Mapping[Name, float]],
    *,
    x_title: Text | Sequence[Text],
    alt: Text,
    reference: float | Sequence[float | None] | None = None,
    spec: str | Sequence[str] = ".1f",
) -> Picture:
    """Draw one row of dots per name, in panels that share their rows, and their scale if they measure the same.

    Args:
        panels: title → name → value; the names of the first panel are the rows, from top to bottom.
        x_title: what is measured, with its unit; or a list of one such title per panel, each with a scale of its own.
        alt: what is to be seen, in words.
        reference: a value to compare with, marked by a thin line; or one per panel.
        spec: how the numbers are formatted; or one per panel.
    """
    names = list(next(iter(panels.values())))
    shared = isinstance(x_title, Text)
    x_titles = [x_title] * len(panels) if isinstance(x_title, Text) else x_title
    references = reference if isinstance(reference, Sequence) else [reference] * len(panels)
    specs = [spec] * len(panels) if isinstance(spec, str) else spec
    ends = [max(values.values()) for values in panels.values()]

    def draw(canvas: Canvas) -> None:
        panes = canvas.axes(1, len(panels), sharex=shared, sharey=True)
        for place, (axes, (title, values)) in enumerate(zip(panes, panels.items(), strict=True)):
            for row, name in enumerate(names):
                tint = _colour(name, row)
                axes.plot([0, values[name]], [row, row], color=tint, lw=2, alpha=0.5)
                axes.plot(values[name], row, "o", color=tint, ms=7, clip_on=False)
                axes.annotate(
                    canvas.number(values[name], specs[place]), (values[name], row), xytext=(9, 0),
                    textcoords="offset points", va="center", color=tint,
                )  # fmt: skip
            mark = references[place]
            if mark is not None:
                axes.axvline(mark, color=INK, lw=0.8, ls=(0, (4, 3)))
            axes.tick_params(axis="y", length=0)
            axes.spines["left"].set_visible(False)
            axes.set_xlim(0, 1.25 * (max(ends) if shared else ends[place]))
            canvas.label(axes, title=title, x=x_titles[place])
        panes[0].set_yticks(range(len(names)), [canvas.say(_title(name)) for name in names])
        panes[0].set_ylim(len(names) - 0.4, -0.6)

    return Picture(draw, alt, width=9.0, height=1.3 + 0.36 * len(names))


def shares(
    panels: Mapping[Name, ArrayLike],
    *,
    rows: Sequence[Name],
    columns: Sequence[Name],
    row_title: Text,
    column_title: Text,
    alt: Text,
    remarks: Mapping[Name, Sequence[Sequence[Text | None]]] | None = None,
) -> Picture:
    """Draw one grid of shares per panel, each cell with its number in per cent.

    Args:
        panels: name → shares between 0 and 1, shape ``(rows, columns)``; NaN where nothing was measured.
        rows: names of the rows, from top to bottom.
        columns: names of the columns.
        row_title: what the rows vary.
        column_title: what the columns vary.
        alt: what is to be seen, in words.
        remarks: for some panels, a small text under the number of a cell, or None.
    """

    def draw(canvas: Canvas) -> None:
        panes = canvas.axes(1, len(panels), sharey=True)
        for axes, (name, values) in zip(panes, panels.items(), strict=True):
            grid: NDArray[np.float64] = np.asarray(values, dtype=np.float64)
            axes.imshow(grid, cmap=_SHARE_COLOURS, vmin=0, vmax=1, aspect="auto")
            for (row, column), share in np.ndenumerate(grid):
                label = "–" if np.isnan(share) else canvas.number(100 * share, ".0f")
                ink = "white" if share > 0.45 else INK
                axes.text(column, row, label, ha="center", va="center", color=ink)
                remark = remarks[name][row][column] if remarks and name in remarks else None
                if remark:
                    axes.annotate(
                        canvas.say(remark), (column, row), xytext=(0, -13), textcoords="offset points",
                        ha="center", va="center", fontsize=8, color=ink,
                    )  # fmt: skip
            axes.set_xticks(range(len(columns)), [canvas.say(_title(c)) for c in columns])
            axes.set_yticks(range(len(rows)), [canvas.say(_title(r)) for r in rows])
            axes.tick_params(length=0)
            axes.spines[:].set_visible(False)
            canvas.label(axes, title=_title(name), x=column_title)
        canvas.label(panes[0], y=row_title)

    return Picture(draw, alt, width=9.0, height=1.5 + 0.55 * len(rows))


def lives(steps: ArrayLike, activity: ArrayLike, *, title: Text, alt: Text) -> Picture:
    """Draw the life of each unit: one row a unit, one column a moment, coloured by how much of the data it fires on.

    Black moments are those in which the unit fires on nothing; units that have such moments stand on top.

    Args:
        steps: the moments, shape ``(P,)``.
        activity: share of the inputs on which each unit is active, shape ``(P, units)``.
        title: of the figure.
        alt: what is to be seen, in words.
    """
    moments = np.asarray(steps, dtype=np.float64)
    share = np.asarray(activity, dtype=np.float64).T
    silent = share == 0
    order = np.lexsort((-np.nan_to_num(share).mean(axis=1), -silent.mean(axis=1)))
    share, silent = share[order], silent[order]

    def draw(canvas: Canvas) -> None:
        (axes,) = canvas.axes()
        edges = np.append(moments, 2 * moments[-1] - moments[-2])
        # Moments of which nothing is known (the network had diverged) stay white.
        axes.pcolormesh(
            edges, np.arange(len(share) + 1), np.ma.masked_where(~silent, share), cmap=ListedColormap([_SILENT])
        )
        shown = np.ma.masked_where(silent | np.isnan(share), share)
        mesh = axes.pcolormesh(edges, np.arange(len(share) + 1), shown, cmap=_ACTIVITY_COLOURS, vmin=0, vmax=1)
        axes.invert_yaxis()
        axes.yaxis.set_major_locator(FixedLocator([]))
        axes.yaxis.set_minor_locator(NullLocator())
        bar = canvas.figure.colorbar(mesh, ax=axes, pad=0.02, aspect=30)
        bar.outline.set_visible(False)
        bar.set_label(canvas.say(Text(en="share of inputs it fires on", fa="سهم ورودی‌های فعال‌کننده")))
        canvas.label(axes, title=title, x=Text(en="training step", fa="گام آموزش"), y=Text(en="units", fa="نورون‌ها"))

    return Picture(draw, alt, width=8.4, height=3.8)


def reliability(
    panels: Mapping[Name, tuple[ArrayLike, ArrayLike, ArrayLike]],
    *,
    x_title: Text,
    y_title: Text,
    alt: Text,
    remarks: Mapping[Name, Text] | None = None,
    columns: int = 4,
) -> Picture:
    """Draw one reliability diagram per panel: how often an event happened, by how probable it was said to be.

    Args:
        panels: name → mean forecasts, frequencies and sizes of the bins, each ``(bins,)``; the area of a dot grows with
            the size of its bin. Dots on the diagonal are calibrated.
        x_title: what was forecast.
        y_title: what happened.
        alt: what is to be seen, in words.
        remarks: for some panels, a few words to stand below it.
        columns: how many panels stand side by side.
    """
    rows = -(-len(panels) // columns)

    def draw(canvas: Canvas) -> None:
        panes = canvas.axes(rows, columns, sharex=True, sharey=True)
        for place, (axes, (name, bins)) in enumerate(zip(panes, panels.items(), strict=False)):
            forecast, frequency, size = (np.asarray(values, dtype=np.float64) for values in bins)
            tint = _colour(name, place % columns)
            axes.plot([0, 1], [0, 1], color=INK, lw=0.8, ls=(0, (4, 3)))
            axes.plot(forecast, frequency, color=tint, lw=1.2, alpha=0.6)
            areas = 12 + 160 * size / size.sum()
            axes.scatter(forecast, frequency, s=areas, color=tint, clip_on=False, zorder=3)
            axes.set(xlim=(0, 1), ylim=(0, 1), xticks=(0, 0.5, 1), yticks=(0, 0.5, 1), aspect="equal")
            canvas.label(axes, title=_title(name), x=remarks.get(name) if remarks else None)
            axes.xaxis.label.set_fontsize(9)
        for axes in panes[len(panels) :]:
            axes.set_visible(False)
        canvas.figure.supxlabel(canvas.say(x_title), fontsize=11)
        canvas.figure.supylabel(canvas.say(y_title), fontsize=11)

    return Picture(draw, alt, width=9.0, height=0.7 + 2.7 * rows)


def maps(
    panels: Mapping[Name, ArrayLike],
    x: ArrayLike,
    y: ArrayLike,
    *,
    remarks: Mapping[Name, float],
    remark_title: Text,
    alt: Text,
    points: ArrayLike | None = None,
    classes: ArrayLike | None = None,
    columns: int = 5,
) -> Picture:
    """Draw one map per panel, with a number in per cent below each.

    Args:
        panels: name → numbers between 0 and 1, ``(len(y), len(x))``.
        x: the horizontal axis of the grid.
        y: the vertical axis.
        remarks: name → the share that is written below the panel.
        remark_title: what these shares are, written below the first panel.
        alt: what is to be seen, in words.
        points: examples to draw on every map, ``(examples, 2)``. Maps with points show the answers of a classifier,
            those without the strength with which a unit fires.
        classes: of the points, 0 and 1.
        columns: panels in a row.
    """
    across, up = np.asarray(x, np.float64), np.asarray(y, np.float64)
    rows = math.ceil(len(panels) / columns)
    names = list(panels)

    def draw(canvas: Canvas) -> None:
        panes: Sequence[Axes] = canvas.axes(rows, columns)
        for axes in panes[len(panels) :]:
            axes.set_axis_off()
        for axes, name in zip(panes, names, strict=False):
            grid: NDArray[np.float64] = np.asarray(panels[name], np.float64)
            axes.pcolormesh(
                across,
                up,
                grid,
                vmin=0,
                vmax=1,
                cmap=_STRENGTH_COLOURS if points is None else _ANSWER_COLOURS,
                rasterized=True,
            )
            if points is not None:
                dots = np.asarray(points, np.float64)
                for number, tint in enumerate(_CLASS_COLOURS):
                    mine = dots[np.asarray(classes) == number]
                    axes.plot(mine[:, 0], mine[:, 1], "o", color=tint, ms=1.6)
            axes.set_xticks([])
            axes.set_yticks([])
            axes.set_aspect("equal")
            axes.spines[:].set_visible(False)
            share = canvas.number(remarks[name], ".0%")
            label = f"{canvas.say(remark_title)}: {share}" if name == names[0] else share
            canvas.label(axes, title=canvas.say(_title(name)), x=label)

    return Picture(draw, alt, width=9.0, height=0.3 + 2.3 * rows)
