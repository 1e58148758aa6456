import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from matplotlib.figure import Figure
from PIL import Image

from course_lib import activations, figures
from course_lib.activations.palette import colour
from course_lib.claims import Interval
from course_lib.figures.picture import Canvas, Picture
from course_lib.language import Text

STEPS = np.array([0.0, 10.0, 20.0])
LOSS = np.array([[1.0, 1.1], [0.5, 0.6], [0.2, 0.3]])


def words(figure: Figure) -> list[str]:
    """Every text that is drawn."""
    figure.draw_without_rendering()
    return [text.get_text() for text in figure.findobj(match=lambda a: hasattr(a, "get_text")) if text.get_text()]


def anything(canvas: Canvas) -> None:
    (axes,) = canvas.axes()
    axes.plot([-1, 1], [0.001, 1000])
    axes.set_yscale("log")
    canvas.label(axes, title=Text(en="slope", fa="شیب"), x=Text(en="input", fa="ورودی"))


CHARTS: dict[str, Callable[[], Picture]] = {
    "activation": lambda: figures.activation("relu"),
    "curves": lambda: figures.curves(
        STEPS,
        {"relu": LOSS, "tanh": LOSS * 1.1},
        title=Text(en="Loss", fa="زیان"),
        x_title=Text(en="step", fa="گام"),
        y_title=Text(en="loss", fa="زیان"),
        alt=Text(en="Loss.", fa="زیان."),
        log=True,
    ),
    "intervals": lambda: figures.intervals(
        {"relu": Interval(0.5, 0.4, 0.6, 5), Text(en="other", fa="دیگری"): Interval(0.1, 0.0, 0.2, 5)},
        title=Text(en="Shares", fa="سهم‌ها"),
        x_title=Text(en="share", fa="سهم"),
        alt=Text(en="Shares.", fa="سهم‌ها."),
    ),
    "dots": lambda: figures.dots(
        {Text(en="alone", fa="به‌تنهایی"): {"relu": 1.0, "gelu": 2.5}},
        x_title=Text(en="time", fa="زمان"),
        alt=Text(en="Times.", fa="زمان‌ها."),
    ),
    "dots on two scales": lambda: figures.dots(
        {Text(en="alone", fa="به‌تنهایی"): {"relu": 1.0}, Text(en="in a step", fa="در گام"): {"relu": 0.04}},
        x_title=[Text(en="time", fa="زمان"), Text(en="share", fa="سهم")],
        alt=Text(en="Times.", fa="زمان‌ها."),
        reference=[0.5, None],
        spec=[".1f", ".0%"],
    ),
    "reliability": lambda: figures.reliability(
        {"sigmoid": ([0.1, 0.9], [0.2, 1.0], [30, 50]), "tanh": ([0.0], [0.4], [80])},
        x_title=Text(en="forecast", fa="پیش‌بینی"),
        y_title=Text(en="frequency", fa="فراوانی"),
        alt=Text(en="Forecasts.", fa="پیش‌بینی‌ها."),
        remarks={"tanh": Text(en="all too low", fa="همه کمتر از اندازه")},
    ),
    "shares": lambda: figures.shares(
        {Text(en="deep", fa="عمیق"): [[0.1, 0.9], [np.nan, 0.5]]},
        rows=["a", "b"],
        columns=["0.1", "0.2"],
        row_title=Text(en="row", fa="سطر"),
        column_title=Text(en="column", fa="ستون"),
        alt=Text(en="Shares.", fa="سهم‌ها."),
    ),
    "maps": lambda: figures.maps(
        {"linear": [[0.0, 0.5], [0.5, 1.0]], "relu": [[0.0, 1.0], [1.0, 0.0]]},
        [0.0, 1.0],
        [0.0, 1.0],
        remarks={"linear": 0.6, "relu": 1.0},
        remark_title=Text(en="accuracy", fa="دقت"),
        points=[[0.2, 0.2], [0.8, 0.8]],
        classes=[0, 1],
        alt=Text(en="Borders.", fa="مرزها."),
        columns=3,
    ),
    "lives": lambda: figures.lives(
        STEPS,
        np.array([[0.5, 0.0], [0.4, 0.0], [0.0, 0.0]]),
        title=Text(en="Lives", fa="زندگی‌ها"),
        alt=Text(en="Lives.", fa="زندگی‌ها."),
    ),
}


@pytest.mark.parametrize("chart", CHARTS)
def test_each_language_is_drawn_in_its_own_letters_and_digits(chart: str) -> None:
    picture = CHARTS[chart]()
    english, persian = " ".join(words(picture.figure("en"))), " ".join(words(picture.figure("fa")))
    assert not any("\u0600" <= letter <= "\u06ff" for letter in english)
    assert any("\u06f0" <= letter <= "\u06f9" for letter in persian)
    outside_math = "".join(persian.split("$")[::2])
    assert not any(letter in "0123456789" for letter in outside_math), persian


@pytest.mark.parametrize("name", activations.names(beyond=True))
def test_every_activation_has_a_figure_in_its_colour(name: str) -> None:
    figure = figures.activation(name).figure("fa")
    lines = [line for axes in figure.axes for line in axes.lines if line.get_color() == colour(name)]
    assert len(lines) >= 2


def test_colours_differ_between_activations() -> None:
    names = activations.names(beyond=True)
    assert len({colour(name) for name in names}) == len(names)


def test_the_line_of_the_value_is_the_function_and_jumps_stay_open() -> None:
    value, derivative = figures.activation("relu", low=-2, high=2).figure().axes
    for axes, function in ((value, activations.get("relu")), (derivative, activations.get("relu").derivative)):
        pieces = [line for line in axes.lines if len(line.get_xdata()) > 2]
        assert len(pieces) == 2
        for piece in pieces:
            x, y = np.asarray(piece.get_xdata()), np.asarray(piece.get_ydata())
            assert not (x.min() < 0 < x.max())
            np.testing.assert_allclose(y, function(x))


def test_dead_and_saturated_zones_are_shaded() -> None:
    def shaded(name: str) -> list[tuple[float, float]]:
        patches = figures.activation(name).figure().axes[0].patches
        return [(patch.get_x(), patch.get_x() + patch.get_width()) for patch in patches]  # type: ignore[attr-defined]

    ((low, high),) = shaded("relu")
    assert (low, high) == (-5.0, pytest.approx(0.0, abs=0.01))
    (_, left), (right, _) = sorted(shaded("tanh"))
    slope = activations.get("tanh").derivative
    assert slope(left) < 0.05 < slope(left + 0.02)
    assert slope(right) < 0.05 < slope(right - 0.02)
    assert shaded("linear") == []


def test_png_and_svg_are_files_of_the_right_kind(tmp_path: Path) -> None:
    picture = Picture(anything, Text(en="A line.", fa="خطی."))
    with Image.open(picture.save(tmp_path / "line.png", "fa")) as image:
        assert image.format == "PNG"
        assert image.width == 9.0 * 160
    svg = picture.save(tmp_path / "line.svg", "fa").read_text()
    assert svg.lstrip().startswith("<?xml")
    assert "<text" not in svg


def test_the_same_picture_gives_the_same_bytes() -> None:
    picture = Picture(anything, Text(en="A line.", fa="خطی."))
    assert picture.png("fa") == picture.png("fa")
    assert picture.svg("fa") == picture.svg("fa")


def test_a_notebook_gets_both_languages_with_words_for_those_who_cannot_see() -> None:
    shown = Picture(anything, Text(en='A "line".', fa="خطی."))._repr_html_()
    assert shown.count("data:image/png;base64,") == 2
    assert 'alt="A &quot;line&quot;."' in shown
    assert 'alt="خطی."' in shown


def test_persian_letters_are_in_the_font() -> None:
    """A letter that the font lacks would be drawn as a box, and matplotlib would warn, which is an error here."""
    sample = Text(en="σ α", fa="پژوهش گچ کیهان، لایهٔ می‌شود ۰۱۲۳۴۵۶۷۸۹٫٬٪ σ α")

    def draw(canvas: Canvas) -> None:
        (axes,) = canvas.axes()
        canvas.label(axes, title=sample)

    assert Image.open(io.BytesIO(Picture(draw, sample).png("fa"))).format == "PNG"


def test_wrong_arguments_are_refused_in_both_languages(tmp_path: Path) -> None:
    picture = Picture(anything, Text(en="A line.", fa="خطی."))
    with pytest.raises(ValueError, match=r"(?s)'en' or 'fa'.*زبان"):
        picture.figure("de")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=r"(?s)\.png or \.svg.*فایل"):
        picture.save(tmp_path / "line.jpg")
    with pytest.raises(ValueError, match=r"(?s)smaller to a larger.*محور"):
        figures.activation("relu", low=3, high=-3)
    with pytest.raises(ValueError, match="finite number"):
        figures.activation("relu", low="a")  # type: ignore[arg-type]
    assert figures.activation("softmax", axis=0).png() == figures.activation("softmax").png()
    with pytest.raises(ValueError, match="relu"):
        figures.activation("rleu")
