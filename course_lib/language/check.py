"""The check of the course's texts: pairs that agree, Persian that is well set, outputs that are fit to publish."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from course_lib.language import parity, typography
from course_lib.language.finding import Finding
from course_lib.language.sources import texts_in

LANGUAGES = ("en", "fa")
OPENING = '<div dir="rtl" lang="fa">\n\n'
CLOSING = "\n\n</div>"
LARGEST_NOTEBOOK = 1_000_000
# The lesson that introduces the names which other books use.
LESSON_OF_NAMES = "01"
MACHINE_PATH = re.compile(r"(?:/home/|/root/|/Users/|/tmp/|/work/|/mnt/|[A-Z]:\\Users\\)[\w.\-/\\]*")
EMBEDDED_DATA = re.compile(r"base64,[A-Za-z0-9+/=\s]+")
HTML_HEADING = re.compile(r"<h[1-6][\s>].{0,40}", re.IGNORECASE)

Cell = dict[str, Any]


class NotANotebookError(ValueError):
    """A file that should be a notebook is none, or a folder that should hold some holds none."""


def notebooks_in(paths: Iterable[Path]) -> list[Path]:
    """Return the notebooks themselves and those in the folders, each folder's in alphabetical order.

    Raises:
        NotANotebookError: A folder holds no notebooks.
    """
    found: list[Path] = []
    for path in paths:
        inside = sorted(path.glob("*.ipynb")) if path.is_dir() else [path]
        if not inside:
            raise NotANotebookError(f"{path} is no notebook, and no folder that holds some")
        found += inside
    return found


def read_cells(path: Path) -> list[Cell]:
    """Return the cells of a notebook.

    Raises:
        FileNotFoundError: The path does not exist.
        NotANotebookError: The file is no notebook.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise NotANotebookError(f"{path} is no notebook: it is not valid JSON ({error})") from error
    cells = content.get("cells") if isinstance(content, dict) else None
    if not isinstance(cells, list) or not all(map(_is_cell, cells)):
        raise NotANotebookError(f"{path} is no notebook: it is JSON without a notebook's cells")
    return cells


def _is_cell(cell: object) -> bool:
    needed = {"cell_type", "metadata", "source"}
    return isinstance(cell, dict) and cell.keys() >= needed and (cell["cell_type"] != "code" or "outputs" in cell)


def check_notebooks(paths: Iterable[Path]) -> Iterator[Finding]:
    """Yield the findings in notebooks.

    Args:
        paths: Notebooks, and folders that hold some.

    Raises:
        FileNotFoundError: A path does not exist.
        NotANotebookError: A file is no notebook, or a folder holds none.
    """
    for path in notebooks_in(paths):
        yield from check_notebook(path)


def check_notebook(path: Path) -> Iterator[Finding]:
    """Yield the findings in one notebook."""
    cells = read_cells(path)
    size = path.stat().st_size
    if size > LARGEST_NOTEBOOK:
        advice = "A notebook stays under 1 MB: store smaller figures, or fewer."
        yield Finding("outputs", f"{size:,} bytes", advice, str(path), "the file")
    yield from _check_pairs(cells, str(path))
    for cell in cells:
        for finding in _check_cell(cell, other_names=path.name.startswith(LESSON_OF_NAMES)):
            yield finding.at(str(path), _id(cell))


def check_library(package: Path) -> Iterator[Finding]:
    """Yield the findings in the texts of a package, in its Python and TOML files.

    Args:
        package: The folder of the package.
    """
    for path in sorted([*package.rglob("*.py"), *package.rglob("*.toml")]):
        for name, text in texts_in(path):
            for finding in (*parity.check(text.en, text.fa), *typography.check(text.fa)):
                yield finding.at(str(path.relative_to(package.parent)), name)


def _check_pairs(cells: list[Cell], place: str) -> Iterator[Finding]:
    followers = [*cells[1:], None]
    partners = {id(cell) for cell, follower in zip(cells, followers, strict=True) if _are_pair(cell, follower)}
    partners |= {id(follower) for cell, follower in zip(cells, followers, strict=True) if _are_pair(cell, follower)}
    for cell, follower in zip(cells, followers, strict=True):
        if follower is not None and _are_pair(cell, follower):
            english, persian = _source(cell), _without_block(_source(follower))
            for finding in parity.check(english, persian):
                yield finding.at(place, _id(cell))
            other, same = _tags(follower) - {"lang-fa"}, _tags(cell) - {"lang-en"}
            if other != same:
                advice = "The two cells of a pair have the same tags, apart from the language."
                yield Finding("pairs", f"tags {sorted(same)} and {sorted(other)}", advice, place, _id(cell))
        if _is_of_a_pair(cell) and id(cell) not in partners:
            advice = (
                "A Markdown cell is one of a pair: …-en, tagged lang-en, directly followed by …-fa, tagged lang-fa "
                "(a cell for readers of both is tagged both)."
            )
            yield Finding("pairs", _beginning(cell), advice, place, _id(cell))


def _check_cell(cell: Cell, *, other_names: bool) -> Iterator[Finding]:
    if cell["cell_type"] == "code":
        yield from _check_outputs(cell["outputs"])
    elif "lang-fa" in _tags(cell):
        source = _source(cell)
        if not (source.startswith(OPENING) and source.rstrip().endswith(CLOSING)):
            advice = f"A Persian cell stands in {OPENING.strip()}, a blank line, …, a blank line, {CLOSING.strip()}."
            yield Finding("direction", _beginning(cell), advice)
        yield from typography.check(source, other_names=other_names)


def _check_outputs(outputs: list[dict[str, Any]]) -> Iterator[Finding]:
    for output in outputs:
        if output["output_type"] == "error":
            yield Finding("outputs", f"{output['ename']}: {output['evalue']}", "Run the notebook without errors.")
            continue
        contents = {"text": output["text"]} if "text" in output else output["data"]
        for kind, content in contents.items():
            text = EMBEDDED_DATA.sub("", _joined(content)) if kind.startswith("text") else ""
            for match in MACHINE_PATH.finditer(text):
                yield Finding("outputs", match[0], "An output says nothing about the machine it was made on.")
            for match in HTML_HEADING.finditer(text) if kind == "text/html" else ():
                advice = "A heading in an output shows in the table of contents, in both languages: use a paragraph."
                yield Finding("outputs", match[0], advice)


def _are_pair(cell: Cell, follower: Cell | None) -> bool:
    return (
        follower is not None
        and (cell["cell_type"], follower["cell_type"]) == ("markdown", "markdown")
        and "lang-en" in _tags(cell)
        and "lang-fa" in _tags(follower)
        and _id(cell).endswith("-en")
        and _id(follower) == _id(cell).removesuffix("-en") + "-fa"
    )


def _is_of_a_pair(cell: Cell) -> bool:
    tagged = any(f"lang-{language}" in _tags(cell) for language in LANGUAGES)
    return tagged or (cell["cell_type"] == "markdown" and "both" not in _tags(cell))


def _tags(cell: Cell) -> set[str]:
    return set(cell["metadata"].get("tags", ()))


def _id(cell: Cell) -> str:
    return str(cell.get("id", "(no id)"))


def _source(cell: Cell) -> str:
    return _joined(cell["source"])


def _joined(content: Any) -> str:
    return "".join(content) if isinstance(content, list) else str(content)


def _without_block(source: str) -> str:
    return source.strip().removeprefix(OPENING.strip()).removesuffix(CLOSING.strip())


def _beginning(cell: Cell) -> str:
    lines = [line for line in _source(cell).splitlines() if line.strip()]
    return lines[0][:60] if lines else "(empty)"
