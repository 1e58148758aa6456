"""The activation explorer in JupyterLab: moved with mouse and keyboard, read off, and compared with NumPy."""

from __future__ import annotations

import shutil
from pathlib import Path

import nbformat
import numpy as np
import pytest
from nbformat.sign import NotebookNotary
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from course_lib import activations
from course_lib.publish import store

EXPLORER = ".course-explorer"
PERSIAN = str.maketrans("۰۱۲۳۴۵۶۷۸۹٫٪", "0123456789.%")


def number(text: str) -> float:
    return float(text.translate(PERSIAN).replace("−", "-").rstrip("%"))


@pytest.fixture(scope="module")
def lab(serve, tmp_path_factory):
    """JupyterLab on notebooks with one explorer each; two of them have been run before."""
    folder = tmp_path_factory.mktemp("explorers")
    for name in ("relu", "swish"):
        source = f'from course_lib import explorers\nexplorers.activation("{name}")'
        cells = [new_markdown_cell("# Explorer"), new_code_cell(source), new_code_cell("1 + 1")]
        notebook = new_notebook(cells=cells)
        notebook.metadata.kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
        nbformat.write(notebook, folder / f"{name}.ipynb")
    stored = Path(shutil.copy(folder / "relu.ipynb", folder / "stored.ipynb"))
    store(stored)
    notebook = nbformat.read(stored, as_version=4)
    for name in ("trusted", "untrusted"):
        # Trust goes by content, so the two have to differ.
        notebook.metadata.title = name
        nbformat.write(notebook, folder / f"{name}.ipynb")
    return serve(folder)


def run_first_cell(page, lab, notebook: str):
    lab.open(page, notebook)
    page.get_by_text("Python 3 (ipykernel) | Idle").wait_for()
    page.locator(".jp-CodeCell .cm-content").first.click()
    page.keyboard.press("Shift+Enter")
    explorer = page.locator(EXPLORER)
    explorer.locator(".curve.main").first.wait_for()
    return explorer


def readouts(explorer) -> dict[str, float]:
    return {
        name: number(explorer.locator(f".number.{name}").inner_text())
        for name in ("x", "value", "slope", "inputMean", "outputMean", "inputVariance", "outputVariance", "flat")
    }


def centre(locator) -> tuple[float, float]:
    box = locator.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def drag(page, locator, dx: float, dy: float = 0.0) -> None:
    x, y = centre(locator)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + dx, y + dy, steps=12)
    page.mouse.up()
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")


def set_slider(explorer, index: int, value: float) -> None:
    explorer.locator("input[type=range]").nth(index).fill(str(value))
    explorer.page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")


def test_drag_and_sliders_agree_with_numpy_and_need_no_kernel(page, lab):
    frames = []

    def listen(socket):
        if "/channels" in socket.url:
            socket.on("framesent", lambda _: frames.append("sent"))
            socket.on("framereceived", lambda _: frames.append("received"))

    page.on("websocket", listen)
    explorer = run_first_cell(page, lab, "swish.ipynb")
    page.get_by_text("Python 3 (ipykernel) | Idle").wait_for()
    assert frames, "the kernel's socket was not seen"
    page.wait_for_timeout(500)
    frames.clear()

    point = explorer.get_by_role("slider", name="point")
    before = readouts(explorer)
    drag(page, point, -150, 30)
    after = readouts(explorer)
    assert after["x"] < before["x"] - 1
    for beta in (1.0, 2.35):
        set_slider(explorer, 0, beta)
        shown = readouts(explorer)
        swish = activations.get("swish", beta=beta)
        assert shown["value"] == pytest.approx(float(swish(shown["x"])), abs=6e-4)
        assert shown["slope"] == pytest.approx(float(swish.derivative(shown["x"])), abs=1e-3)

    for mean, deviation in ((-1.5, 0.5), (0.5, 1.5)):
        set_slider(explorer, 1, mean)
        set_slider(explorer, 2, deviation)
        outputs = swish(mean + deviation * np.random.default_rng(0).standard_normal(400_000))
        shown = readouts(explorer)
        assert shown["inputMean"] == mean
        assert shown["inputVariance"] == pytest.approx(deviation**2)
        assert shown["outputMean"] == pytest.approx(outputs.mean(), abs=0.01 * outputs.std())
        assert shown["outputVariance"] == pytest.approx(outputs.var(), rel=0.01, abs=6e-4)
    assert frames == []


def test_a_population_below_zero_is_killed_by_relu(page, lab):
    explorer = run_first_cell(page, lab, "relu.ipynb")
    shown = readouts(explorer)
    assert shown["flat"] == 50.0
    assert shown["outputMean"] == pytest.approx(1 / np.sqrt(2 * np.pi), abs=6e-4)
    assert shown["outputVariance"] == pytest.approx(0.5 - 0.5 / np.pi, abs=6e-4)
    assert "50.0%" in explorer.locator("svg").text_content()

    drag(page, explorer.locator(".input-mean"), -1000)
    shown = readouts(explorer)
    assert shown["inputMean"] == -3
    assert number(explorer.locator("input[type=range]").first.input_value()) == -3
    assert shown["flat"] == pytest.approx(99.9, abs=0.051)
    assert shown["outputMean"] < 0.001
    explorer.get_by_role("button", name="reset").click()
    page.wait_for_function("() => document.querySelector('.course-explorer .number.flat').textContent === '50.0%'")


def test_sliders_keep_the_keyboard_while_another_cell_is_active(page, lab):
    explorer = run_first_cell(page, lab, "relu.ipynb")
    page.locator(".jp-CodeCell .cm-content").last.click()
    page.keyboard.press("Escape")
    mean = explorer.locator("input[type=range]").first
    mean.focus()
    for _ in range(4):
        page.keyboard.press("ArrowLeft")
    page.wait_for_function("() => document.activeElement.type === 'range'")
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    assert readouts(explorer)["inputMean"] == pytest.approx(-0.2)


def test_keyboard_moves_the_point_and_not_the_notebook(page, lab):
    explorer = run_first_cell(page, lab, "relu.ipynb")
    point = explorer.get_by_role("slider", name="point")
    point.focus()
    active = page.locator(".jp-Cell").evaluate_all("cells => cells.map(c => c.classList.contains('jp-mod-active'))")
    expected = 1.0
    for key, move in (
        ("ArrowLeft", -0.1),
        ("ArrowDown", -0.1),
        ("ArrowRight", 0.1),
        ("ArrowUp", 0.1),
        ("PageDown", -1),
    ):
        page.keyboard.press(key)
        expected += move
        page.wait_for_function(
            "x => Math.abs(Number(document.querySelector('.course-explorer [role=slider]').ariaValueNow) - x) < 1e-6",
            arg=expected,
        )
    # The kink, where the derivative is what convention says.
    assert readouts(explorer)["x"] == 0
    assert readouts(explorer)["slope"] == 0
    assert "value by convention" in point.get_attribute("aria-valuetext")
    for key, value in (("Home", -6.0), ("End", 6.0)):
        page.keyboard.press(key)
        page.wait_for_function(
            "x => Number(document.querySelector('.course-explorer [role=slider]').ariaValueNow) === x", arg=value
        )
    assert readouts(explorer)["value"] == 6
    page.keyboard.press("Tab")
    focused = page.evaluate("() => [document.activeElement.type, document.activeElement.closest('label').innerText]")
    assert focused[0] == "range"
    assert "mean of the inputs" in focused[1]
    now = page.locator(".jp-Cell").evaluate_all("cells => cells.map(c => c.classList.contains('jp-mod-active'))")
    assert now == active


def test_language_follows_the_page(page, lab):
    explorer = run_first_cell(page, lab, "relu.ipynb")
    seen = {}
    for language in ("en", "fa", "both"):
        page.evaluate("language => { document.body.dataset.courseLanguage = language }", language)
        page.wait_for_selector(f"{EXPLORER}[data-language={language}]")
        seen[language] = explorer.inner_text() + "\n".join(explorer.locator("svg text").all_text_contents())
        assert "NaN" not in seen[language]
        assert "undefined" not in seen[language]
        assert readouts(explorer)["flat"] == 50.0
    arabic = {language: any("\u0600" <= letter <= "\u06ff" for letter in text) for language, text in seen.items()}
    assert arabic == {"en": False, "fa": True, "both": True}
    assert "۵۰٫۰٪" in seen["fa"]
    assert "inputs" not in seen["fa"]
    assert "inputs" in seen["both"]
    assert "ورودی‌ها" in seen["both"]

    page.evaluate("() => { document.body.dataset.courseLanguage = 'fa' }")
    page.wait_for_selector(f"{EXPLORER}[data-language=fa]")
    # Labels run from right to left, the axis does not.
    assert explorer.locator(".head").evaluate("e => getComputedStyle(e).direction") == "rtl"
    point = explorer.locator(".point")
    left = centre(point)[0]
    point.press("ArrowRight")
    page.wait_for_function("() => document.querySelector('.number.x').textContent === '۱٫۱۰'")
    assert centre(point)[0] > left
    assert "x = ۱٫۱۰" in point.get_attribute("aria-valuetext")


def test_finger_drags_the_point(new_page, lab):
    page = new_page(has_touch=True)
    explorer = run_first_cell(page, lab, "relu.ipynb")
    session = page.context.new_cdp_session(page)

    def touch(kind: str, *points: tuple[float, float]) -> None:
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y} for x, y in points]})

    x, y = centre(explorer.locator(".point"))
    plot = explorer.locator(".drag").first.bounding_box()
    touch("touchStart", (x, y))
    for step in range(1, 31):
        touch("touchMove", (x - 5 * step, y + step / 3))
    touch("touchEnd")
    # Taken for a scroll, the movement would have ended after the first few pixels.
    expected = 1 - 150 * 12 / plot["width"]
    page.wait_for_function(
        "x => Math.abs(Number(document.querySelector('.course-explorer .point').ariaValueNow) - x) < 0.05",
        arg=expected,
    )


@pytest.mark.parametrize("width", [360, 900])
def test_fits_its_column(page, lab, width):
    explorer = run_first_cell(page, lab, "swish.ipynb")
    page.locator(EXPLORER).evaluate("(e, width) => { e.parentElement.style.width = width + 'px' }", width)
    page.evaluate("() => { document.body.dataset.courseLanguage = 'both' }")
    page.wait_for_function(
        "width => document.querySelector('.course-explorer .picture').viewBox.baseVal.width === width", arg=width
    )
    overflow = explorer.evaluate("e => e.scrollWidth - e.clientWidth")
    assert overflow <= 1
    height = explorer.bounding_box()["height"]
    for x in (-6, 0.5, 6):
        explorer.locator("input[type=range]").nth(1).fill(str(x / 2))
        page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
        assert explorer.bounding_box()["height"] == height


def test_stored_notebook_is_live_before_any_cell_has_run(page, lab):
    # As `jupyter trust` does.
    trusted = nbformat.read(lab.folder / "trusted.ipynb", as_version=4)
    NotebookNotary(data_dir=str(lab.folder.parent / "data")).sign(trusted)
    lab.open(page, "trusted.ipynb")
    explorer = page.locator(EXPLORER)
    explorer.locator(".curve.main").first.wait_for()
    assert readouts(explorer)["flat"] == 50.0
    drag(page, explorer.locator(".point"), -200)
    assert readouts(explorer)["x"] < 0
    # No mark that says that the widget has lost its kernel: it needs none.
    assert explorer.evaluate("e => getComputedStyle(e.parentElement, '::before').content") in ("none", "normal")


def test_untrusted_notebook_shows_the_static_picture(page, lab):
    lab.open(page, "untrusted.ipynb")
    page.locator(".jp-OutputArea img").first.wait_for()
    assert page.locator(EXPLORER).count() == 0


def test_closed_views_leave_nothing_behind(page, lab):
    explorer = run_first_cell(page, lab, "relu.ipynb")
    page.evaluate(
        """() => {
          window.drawn = 0;
          const all = { subtree: true, childList: true, attributes: true };
          const watch = new MutationObserver((changes) => { window.drawn += changes.length; });
          watch.observe(document.querySelector(".course-explorer"), all);
        }"""
    )
    old = explorer.element_handle()
    for language in ("en", "fa"):
        page.evaluate("language => { document.body.dataset.courseLanguage = language }", language)
        page.wait_for_selector(f"{EXPLORER}[data-language={language}]")
    assert page.evaluate("() => window.drawn") > 0
    page.locator(".jp-CodeCell .cm-content").first.click()
    page.keyboard.press("Shift+Enter")
    page.wait_for_function("old => !old.isConnected", arg=old)
    page.locator(EXPLORER).locator(".curve.main").first.wait_for()
    page.evaluate("() => { window.drawn = 0; document.body.dataset.courseLanguage = 'both' }")
    page.wait_for_selector(f"{EXPLORER}[data-language=both]")
    assert page.locator(EXPLORER).count() == 1
    assert page.evaluate("() => window.drawn") == 0
