"""Run a notebook and keep its outputs in it, without anything that belongs to the machine that ran it."""

from __future__ import annotations

import base64
import io
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from PIL import Image

from course_lib import figures
from course_lib.figures import Picture

_SECONDS_PER_CELL = 600


def store(path: Path) -> None:
    """Execute a notebook from top to bottom in a new kernel and write its outputs into the file.

    The states of its widgets are stored, too, so that they are alive when the notebook is opened before it is run; and
    beside each explorer stands its figure, for programs that know no widgets. Nothing is written if a cell fails. Times
    of execution and the versions of kernel and Python are left out: they would change the file on every run and every
    machine.

    Args:
        path: of the notebook.

    Raises:
        ValueError: if the file is no notebook.
        nbclient.exceptions.CellExecutionError: if a cell fails.
    """
    notebook = _read(path)
    notebook.metadata.pop("widgets", None)
    client = NotebookClient(
        notebook,
        timeout=_SECONDS_PER_CELL,
        kernel_name="python3",
        resources={"metadata": {"path": str(path.parent)}},
        record_timing=False,
    )
    client.execute()
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        # A progress bar that has gone leaves an empty output, if it was there for long enough to be shown at all.
        cell.outputs = [output for output in cell.outputs if output.get("data") != {}]
        for output in cell.outputs:
            called = output.get("metadata", {}).get("course_figure")
            if called is not None:
                picture = getattr(figures, called["function"])(**called["arguments"])
                output.data["image/png"] = base64.b64encode(_both_languages(picture)).decode("ascii")
    notebook.metadata["language_info"] = {"name": "python"}
    notebook.metadata["kernelspec"] = {"display_name": "Python 3", "language": "python", "name": "python3"}
    nbformat.validate(notebook)
    path.write_text(nbformat.writes(notebook) + "\n", encoding="utf-8")


def _read(path: Path) -> nbformat.NotebookNode:
    try:
        notebook: nbformat.NotebookNode = nbformat.read(path, as_version=4)
        nbformat.validate(notebook)
    except (nbformat.reader.NotJSONError, nbformat.ValidationError, AttributeError, KeyError) as error:
        raise ValueError(f"{path} is no notebook") from error
    return notebook


def _both_languages(picture: Picture) -> bytes:
    """Return the two drawings of a picture, one under the other, in one PNG file: a plain image cannot be switched."""
    drawings = [Image.open(io.BytesIO(picture.png(language))) for language in ("en", "fa")]
    both = Image.new("RGB", (drawings[0].width, sum(drawing.height for drawing in drawings)))
    for place, drawing in enumerate(drawings):
        both.paste(drawing, (0, place * drawing.height))
    file = io.BytesIO()
    both.quantize(colors=96, dither=Image.Dither.NONE).save(file, "png", optimize=True)
    return file.getvalue()
