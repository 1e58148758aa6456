"""Run a notebook and keep its outputs in it, without anything that belongs to the machine that ran it."""

from __future__ import annotations

from pathlib import Path

import nbformat
from nbclient import NotebookClient

_SECONDS_PER_CELL = 600


def store(path: Path) -> None:
    """Execute a notebook from top to bottom in a new kernel and write its outputs into the file.

    The states of its widgets are stored, too, so that they are alive when the notebook is opened before it is run.
    Nothing is written if a cell fails. Times of execution and the versions of kernel and Python are left out: they
    would change the file on every run and every machine.

    Args:
        path: of the notebook.

    Raises:
        nbclient.exceptions.CellExecutionError: if a cell fails.
    """
    notebook = nbformat.read(path, as_version=4)
    notebook.metadata.pop("widgets", None)
    client = NotebookClient(
        notebook,
        timeout=_SECONDS_PER_CELL,
        kernel_name="python3",
        resources={"metadata": {"path": str(path.parent)}},
        record_timing=False,
    )
    client.execute()
    notebook.metadata["language_info"] = {"name": "python"}
    notebook.metadata["kernelspec"] = {"display_name": "Python 3", "language": "python", "name": "python3"}
    nbformat.validate(notebook)
    path.write_text(nbformat.writes(notebook) + "\n", encoding="utf-8")
