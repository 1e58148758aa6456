"""Which code made a number: a hash of every source that can change what an experiment returns.

The sources are those that the experiment's module imports, directly or through others, from the packages that compute:
activations, modules, data, training, experiments and intervals. How results are worded, judged, drawn or stored does
not change them. The imports are read, not carried out, so this needs neither torch nor time.
"""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Iterator
from functools import cache
from importlib import metadata
from pathlib import Path

import course_lib

_EXPERIMENTS = "course_lib.claims.experiments"
_COMPUTING = (
    "course_lib.activations",
    "course_lib.nn",
    "course_lib.data",
    "course_lib.training",
    "course_lib.claims.interval",
    _EXPERIMENTS,
)
_PACKAGES = ("numpy", "scikit-learn", "scipy", "torch")


@cache
def versions() -> dict[str, str]:
    """Return the versions of the packages whose numbers the course rests on."""
    return {name: metadata.version(name) for name in _PACKAGES}


@cache
def fingerprint(function: str) -> str:
    """Return the hash of the code behind ``"module.function"`` below :mod:`course_lib.claims.experiments`."""
    found = hashlib.sha256(repr(sorted(versions().items())).encode())
    for module in sorted(modules_behind(function)):
        found.update(f"\n{module}\n".encode() + _sources()[module].encode())
    return found.hexdigest()


def modules_behind(function: str) -> set[str]:
    """Return the modules of the course that can change what an experiment's function returns."""
    found: set[str] = set()
    waiting = {f"{_EXPERIMENTS}.{function.partition('.')[0]}"}
    while waiting:
        module = waiting.pop()
        found.add(module)
        waiting |= {name for name in _imports(module) if name.startswith(_COMPUTING)} - found
    return found


@cache
def _sources() -> dict[str, str]:
    """Return the sources of the course by the names of their modules, all as they are at the same moment."""
    package = Path(course_lib.__file__).parent
    names = {}
    for path in package.rglob("*.py"):
        parts = path.relative_to(package.parent).with_suffix("").parts
        names[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path.read_text("utf-8")
    return names


@cache
def _imports(module: str) -> frozenset[str]:
    """Return the modules of the course that this one imports, in its functions, too, or names in its tasks."""
    return frozenset(
        ".".join(parts[:length])  # importing a module imports the packages it stands in
        for name in _named(module)
        for parts in [name.split(".")]
        for length in range(1, len(parts) + 1)
        if ".".join(parts[:length]) in _sources()
    )


def _named(module: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(_sources()[module])):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Task":
            match node.args:
                case [ast.Constant(str(function)), *_]:
                    yield f"{_EXPERIMENTS}.{function}"
