"""Lessons bear being run again, and what is stored in them is complete and current."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

REPOSITORY = Path(__file__).parents[2]
NOTEBOOKS = sorted((REPOSITORY / "notebooks").glob("*.ipynb"))
EXPLORERS = REPOSITORY / "course_lib" / "explorers"

pytestmark = pytest.mark.notebooks


def texts(cell: nbformat.NotebookNode) -> list[str]:
    """The readable outputs of a cell; a progress bar that was shown leaves an empty one."""
    found = []
    for output in cell.get("outputs", []):
        if output.output_type == "stream":
            found.append(output.text)
        elif "data" in output:
            found.append(output.data.get("text/plain", ""))
    return [text for text in found if text]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_every_cell_can_be_run_again_with_the_same_result(path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)
    cells = [number for number, cell in enumerate(notebook.cells) if cell.cell_type == "code"]
    client = NotebookClient(
        notebook, timeout=300, kernel_name="python3", resources={"metadata": {"path": str(path.parent)}}
    )
    with client.setup_kernel():
        for number in cells:
            client.execute_cell(notebook.cells[number], number)
        first = {number: texts(notebook.cells[number]) for number in cells}
        for number in reversed(cells):
            client.execute_cell(notebook.cells[number], number)
    for number in cells:
        cell = notebook.cells[number]
        if "nbval-ignore-output" not in cell.metadata.get("tags", []):
            assert texts(cell) == first[number], cell.source


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_stored_outputs_are_complete(path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            assert cell.execution_count, f"never run: {cell.id}"
            assert not any(output.output_type == "error" for output in cell.outputs), cell.id


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_stored_explorers_are_drawn_by_the_present_code(path: Path) -> None:
    """A notebook keeps the drawing code of its widgets; `make notebooks` renews it."""
    states = nbformat.read(path, as_version=4).metadata.widgets["application/vnd.jupyter.widget-state+json"]["state"]
    drawn = [entry["state"] for entry in states.values() if "_esm" in entry["state"]]
    assert drawn
    for state in drawn:
        assert state["_esm"] == (EXPLORERS / "explorer.js").read_text("utf-8")
        assert state["_css"] == (EXPLORERS / "explorer.css").read_text("utf-8")
