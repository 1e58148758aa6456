"""A learner runs cells twice, and out of order. Lessons must bear that."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

NOTEBOOKS = sorted((Path(__file__).parents[2] / "notebooks").glob("*.ipynb"))

pytestmark = pytest.mark.notebooks


def texts(cell: nbformat.NotebookNode) -> list[str]:
    """The readable outputs of a cell."""
    found = []
    for output in cell.get("outputs", []):
        if output.output_type == "stream":
            found.append(output.text)
        elif "data" in output:
            found.append(output.data.get("text/plain", ""))
    return found


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
