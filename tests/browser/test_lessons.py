"""The lessons as a learner meets them: run in JupyterLab, dragged, switched, and looked at."""

from __future__ import annotations

import re
from pathlib import Path

import nbformat
import pytest

from course_lib.claims import VERDICTS

NOTEBOOKS = sorted((Path(__file__).parents[2] / "notebooks").glob("*.ipynb"))
PANEL = ".jp-NotebookPanel:visible"
PERSIAN_LETTERS = re.compile("[آ-ی]")


@pytest.fixture(scope="module")
def lab(serve, tmp_path_factory):
    """JupyterLab on the lessons as they are before anybody has run them."""
    folder = tmp_path_factory.mktemp("lessons")
    for path in NOTEBOOKS:
        notebook = nbformat.read(path, as_version=4)
        notebook.metadata.pop("widgets", None)
        for cell in notebook.cells:
            if cell.cell_type == "code":
                cell.outputs, cell.execution_count = [], None
        nbformat.write(notebook, folder / path.name)
    return serve(folder)


def choose(page, language: str) -> None:
    page.locator(PANEL).get_by_role("radio", name=language).click()


def run_all(page, name: str) -> None:
    """Run every cell of a lesson and wait until the last one is done.

    JupyterLab attaches the cells of a long notebook little by little, so all of them have to be there first; and an
    earlier page may have saved its outputs by itself, so that the cells look done before they have begun.
    """
    cells = nbformat.read(NOTEBOOKS[0].parent / name, as_version=4).cells
    count = sum(cell.cell_type == "code" for cell in cells)
    page.wait_for_function(
        "count => document.querySelectorAll('.jp-CodeCell .jp-InputPrompt').length === count", arg=count
    )
    page.get_by_text("Python 3 (ipykernel) | Idle").wait_for()
    page.get_by_role("menubar").get_by_text("Edit", exact=True).click()
    page.get_by_role("menuitem", name="Clear Outputs of All Cells", exact=True).click()
    page.wait_for_function(
        """() => [...document.querySelectorAll(".jp-CodeCell .jp-InputPrompt")]
          .every(prompt => !/\\d/.test(prompt.innerText))"""
    )
    page.get_by_role("menubar").get_by_text("Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    page.wait_for_function(
        """count => {
          const prompts = [...document.querySelectorAll(".jp-CodeCell .jp-InputPrompt")];
          return prompts.filter(prompt => /^\\[\\d+\\]:$/.test(prompt.innerText.trim())).length === count;
        }""",
        arg=count,
        timeout=240_000,
    )


def visible_text(page, selector: str) -> str:
    return "\n".join(page.locator(f"{PANEL} {selector}:visible").all_inner_texts())


@pytest.mark.parametrize("name", [path.name for path in NOTEBOOKS])
def test_a_lesson_runs_moves_and_switches(new_page, lab, name: str) -> None:
    # High enough that all cells are laid out at once.
    page = new_page(viewport={"width": 1300, "height": 14_000})
    lab.open(page, name)
    choose(page, "English")
    run_all(page, name)
    assert page.locator(f"{PANEL} [data-mime-type='application/vnd.jupyter.error']").count() == 0
    assert page.locator(f"{PANEL} [data-mime-type='application/vnd.jupyter.stderr']").count() == 0

    explorer = page.locator(".course-explorer").first
    slider = explorer.locator("input[type=range]").first
    before = explorer.locator(".number.inputMean").inner_text()
    slider.focus()
    for _ in range(10):
        page.keyboard.press("ArrowLeft")
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    assert explorer.locator(".number.inputMean").inner_text() != before
    by_keys = explorer.locator(".number.inputMean").inner_text()
    box = slider.bounding_box()
    page.mouse.move(box["x"] + box["width"] * 0.4, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.8, box["y"] + box["height"] / 2, steps=8)
    page.mouse.up()
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    assert explorer.locator(".number.inputMean").inner_text() != by_keys
    assert "NaN" not in explorer.inner_text()

    english = visible_text(page, ".jp-MarkdownCell")
    assert not PERSIAN_LETTERS.search(re.sub("فارسی", "", english))
    headings = page.locator(f"{PANEL} .jp-MarkdownCell h2:visible").count()

    choose(page, "فارسی")
    page.locator(f"{PANEL} .jp-MarkdownCell h1:visible").first.wait_for()
    assert page.locator(f"{PANEL} .jp-MarkdownCell h2:visible").count() == headings
    paragraphs = page.locator(f"{PANEL} .jp-MarkdownCell p:visible")
    for direction, align in paragraphs.evaluate_all(
        "all => all.map(p => [getComputedStyle(p).direction, getComputedStyle(p).textAlign])"
    ):
        assert (direction, align) == ("rtl", "start")
    # What the lesson computed is in Persian now, without having been run again.
    assert page.locator(f"{PANEL} .course-block[lang=en]:visible").count() == 0
    assert page.locator(f"{PANEL} .course-block[lang=fa]:visible").count() > 0
    assert PERSIAN_LETTERS.search(explorer.inner_text())
    for picture in page.locator(f"{PANEL} img.course-figure:visible").all():
        assert PERSIAN_LETTERS.search(picture.get_attribute("alt"))

    choose(page, "هر دو")
    page.locator(f"{PANEL} .course-block[lang=en]:visible").first.wait_for()
    assert page.locator(f"{PANEL} .course-block[lang=fa]:visible").count() > 0


def test_the_cards_of_the_relu_lesson_carry_their_verdicts(new_page, lab) -> None:
    page = new_page(viewport={"width": 1300, "height": 14_000}, locale="fa-IR")
    lab.open(page, "05_relu.ipynb")
    run_all(page, "05_relu.ipynb")
    choose(page, "فارسی")
    cards = page.locator(f"{PANEL} .course-block[lang=fa]:visible", has_text="نتیجهٔ اندازه‌گیری:")
    cards.nth(4).wait_for()  # an output may arrive a moment after its cell's number
    assert cards.count() == 5
    given = [VERDICTS[verdict].fa for verdict in ("holds", "holds-if", "wrong")]
    for text in cards.all_inner_texts():
        assert any(verdict in text for verdict in given)
        assert re.search(r"[۰-۹]\s*٪|[۰-۹]٫[۰-۹]", text)
        assert "&" not in text
