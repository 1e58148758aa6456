"""The bilingual texts in a source file, found without running it."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from course_lib.language.markdown import ATOM
from course_lib.language.text import Text

# The calls that take an English and a Persian text: Text(en=…, fa=…) and html(…, …).
BILINGUAL_CALLS = ("Text", "html")


def texts_in(path: Path) -> Iterator[tuple[str, Text]]:
    """Yield the texts in a Python or TOML file, each with its line or its table.

    In Python these are the calls of ``Text`` and ``html`` with literal strings; what an f-string fills in is unknown
    and stands as a placeholder. In TOML they are the tables with the keys ``en`` and ``fa``.

    Args:
        path: A file whose name ends in ``.py`` or ``.toml``.
    """
    source = path.read_text(encoding="utf-8")
    yield from _texts_in_tables(tomllib.loads(source), "") if path.suffix == ".toml" else _texts_in_calls(source)


def _texts_in_tables(table: Any, name: str) -> Iterator[tuple[str, Text]]:
    if isinstance(table, list):
        for index, entry in enumerate(table, 1):
            yield from _texts_in_tables(entry, f"{name} {index}")
    elif isinstance(table, dict):
        if isinstance(table.get("en"), str) and isinstance(table.get("fa"), str):
            yield name, Text(table["en"], table["fa"])
        for key, entry in table.items():
            yield from _texts_in_tables(entry, f"{name}.{key}".lstrip("."))


def _texts_in_calls(source: str) -> Iterator[tuple[str, Text]]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and _name(node.func) in BILINGUAL_CALLS:
            named = {keyword.arg: keyword.value for keyword in node.keywords}
            named |= dict(zip(("en", "fa"), node.args, strict=False))
            if {"en", "fa"} <= named.keys():
                en, fa = _literal(named["en"]), _literal(named["fa"])
                if en is not None and fa is not None:
                    yield f"line {node.lineno}", Text(en, fa)


def _name(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _literal(node: ast.expr) -> str | None:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(_literal(part) or ATOM for part in node.values)
    return None
