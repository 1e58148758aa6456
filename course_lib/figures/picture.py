"""A picture is drawn once per language; an output carries both, and the language switch shows one.

Figures are made without pyplot: nothing is registered globally, so nothing has to be closed, and importing is quicker.
Persian is shaped and ordered by matplotlib itself (3.11 and later).
"""

from __future__ import annotations

import base64
import html as markup
import io
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, Literal

import matplotlib as mpl
import numpy as np
from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import Formatter, ScalarFormatter
from PIL import Image

from course_lib.language import Text, digits, html

Language = Literal["en", "fa"]
LANGUAGES: tuple[Language, Language] = ("en", "fa")

INK = "#333333"
_DPI = 160
_COLOURS_IN_PNG = 96  # line art needs few; a palette keeps notebooks small

_STYLE: Any = {  # Any: rcParams' own type lists every key by hand
    "font.family": ["Vazirmatn", "DejaVu Sans"],  # Vazirmatn has no Greek
    "font.size": 11,
    "mathtext.fontset": "dejavusans",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": "#888888",
    "axes.labelcolor": INK,
    "axes.titlesize": 12,
    "axes.titlepad": 8,
    "axes.unicode_minus": True,
    "xtick.color": INK,
    "ytick.color": INK,
    "text.color": INK,
    "lines.linewidth": 2.2,
    "lines.solid_capstyle": "round",
    "svg.fonttype": "path",  # readable wherever the file goes, with no font installed
    "svg.hashsalt": "course",  # the same picture gives the same file
}


@cache
def _fonts() -> None:
    for path in sorted((Path(__file__).parent / "fonts").glob("*.ttf")):
        font_manager.fontManager.addfont(path)


class _PersianTicks(Formatter):
    """Writes another formatter's tick labels with Persian digits."""

    def __init__(self, latin: Formatter) -> None:
        self._latin = latin

    def set_axis(self, axis: Any) -> None:
        self._latin.set_axis(axis)

    def set_locs(self, locs: Any) -> None:
        self._latin.set_locs(locs)

    def __call__(self, x: float, pos: int | None = None) -> str:
        return digits(self._latin(x, pos))


class Canvas:
    """One language's drawing of a picture: what a drawing function receives.

    Attributes:
        language: ``"en"`` or ``"fa"``.
        figure: the matplotlib figure to draw on.
    """

    def __init__(self, language: Language, width: float, height: float) -> None:
        self.language = language
        self.figure = Figure(figsize=(width, height), layout="constrained")
        FigureCanvasAgg(self.figure)

    def say(self, text: Text | str) -> str:
        """Return a text in this drawing's language."""
        if isinstance(text, Text):
            return text.fa if self.language == "fa" else text.en
        return text

    def number(self, value: float, spec: str = "g") -> str:
        """Return a formatted number in this drawing's digits."""
        latin = format(value, spec)
        return digits(latin) if self.language == "fa" else latin.replace("-", "−")

    def axes(self, rows: int = 1, columns: int = 1, **options: Any) -> list[Axes]:
        """Return ``rows × columns`` axes, row by row; x grows to the right in both languages."""
        return list(self.figure.subplots(rows, columns, squeeze=False, **options).flat)

    def label(
        self,
        axes: Axes,
        *,
        title: Text | str | None = None,
        x: Text | str | None = None,
        y: Text | str | None = None,
    ) -> None:
        """Write the title and the axis labels of one axes in this drawing's language."""
        if title is not None:
            axes.set_title(self.say(title), loc="right" if self.language == "fa" else "left", weight="bold")
        if x is not None:
            axes.set_xlabel(self.say(x))
        if y is not None:
            axes.set_ylabel(self.say(y))

    def finish(self) -> None:
        """Turn the tick labels of every axes into this drawing's digits."""
        if self.language == "fa":
            for axes in self.figure.axes:
                for axis in (axes.xaxis, axes.yaxis):
                    for place in ("major", "minor"):
                        latin = getattr(axis, f"get_{place}_formatter")()
                        if isinstance(latin, ScalarFormatter):
                            latin.set_useMathText(False)
                        getattr(axis, f"set_{place}_formatter")(_PersianTicks(latin))


class Picture:
    """A figure in Persian and in English.

    In a notebook it shows itself in both languages, and the language switch chooses. ``picture.figure("fa")`` is the
    matplotlib figure of one language; ``picture.save("relu.svg", "fa")`` writes a file.

    Args:
        draw: draws the picture on a :class:`Canvas`; called once per language.
        alt: what the picture shows, in words, for those who cannot see it.
        width: in inches.
        height: in inches.
    """

    def __init__(self, draw: Callable[[Canvas], None], alt: Text, *, width: float = 9.0, height: float = 3.4) -> None:
        self._draw = draw
        self._size = (width, height)
        self.alt = alt

    def figure(self, language: Language = "en") -> Figure:
        """Return the matplotlib figure in one language.

        Raises:
            ValueError: if the language is neither ``"en"`` nor ``"fa"``.
        """
        if language not in LANGUAGES:
            raise ValueError(
                Text(
                    en=f"No language {language!r}: choose 'en' or 'fa'.",
                    fa=f"زبان {language!r} وجود ندارد: «en» یا «fa» را انتخاب کنید.",
                )
            )
        _fonts()
        with mpl.rc_context(_STYLE):
            canvas = Canvas(language, *self._size)
            self._draw(canvas)
            canvas.finish()
            canvas.figure.draw_without_rendering()  # fixes fonts and layout while the style holds
        return canvas.figure

    def png(self, language: Language = "en") -> bytes:
        """Return the picture as a PNG file with a colour palette."""
        with mpl.rc_context(_STYLE):
            figure = self.figure(language)
            figure.set_dpi(_DPI)
            canvas = FigureCanvasAgg(figure)
            canvas.draw()
        image = Image.fromarray(np.asarray(canvas.buffer_rgba())).convert("RGB")
        small = image.quantize(colors=_COLOURS_IN_PNG, dither=Image.Dither.NONE)
        file = io.BytesIO()
        small.save(file, "png", optimize=True)
        return file.getvalue()

    def svg(self, language: Language = "en") -> bytes:
        """Return the picture as an SVG file whose text is drawn as outlines."""
        file = io.BytesIO()
        with mpl.rc_context(_STYLE):
            self.figure(language).savefig(file, format="svg", metadata={"Date": None})
        return file.getvalue()

    def save(self, path: str | Path, language: Language = "en") -> Path:
        """Write the picture to a ``.png`` or ``.svg`` file and return its path.

        Raises:
            ValueError: if the file name ends in something else.
        """
        path = Path(path)
        formats = {".png": self.png, ".svg": self.svg}
        if path.suffix.lower() not in formats:
            raise ValueError(
                Text(
                    en=f"Cannot write {path.name!r}: give a file name that ends in .png or .svg.",
                    fa=f"نوشتن {path.name!r} ممکن نیست: نام فایل باید به ‎.png یا ‎.svg ختم شود.",
                )
            )
        path.write_bytes(formats[path.suffix.lower()](language))
        return path

    def __repr__(self) -> str:
        return f"<Picture: {self.alt.en}>"

    def _repr_html_(self) -> str:
        blocks = []
        for language in LANGUAGES:
            data = base64.b64encode(self.png(language)).decode()
            alt = markup.escape(self.alt.fa if language == "fa" else self.alt.en, quote=True)
            width = round(self._size[0] * 96)
            blocks.append(
                f'<img class="course-figure" alt="{alt}" src="data:image/png;base64,{data}"'
                f' style="width: {width}px; max-width: 100%">'
            )
        return html(*blocks)
