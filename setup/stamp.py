"""What an environment was last installed from, so that the next run knows whether anything changed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

# hatch copies the extension into the environment when the package is installed, so its files count as well.
SOURCES = ("pyproject.toml", "constraints.txt", "course_lib/language/labextension")


@dataclass(frozen=True)
class Stamp:
    """The mark of an installation.

    Attributes:
        root: The course's folder at that time; an environment cannot be moved.
        digest: The hash of everything that the installation depended on.
        extras: The optional groups of dependencies that were installed.
        finished: False while pip is at work, and so for ever after if it was broken off.
    """

    root: str
    digest: str
    extras: tuple[str, ...]
    finished: bool

    def serves(self, wanted: Stamp) -> bool:
        """Say whether an environment with this stamp has all that is wanted."""
        return (
            self.finished
            and (self.root, self.digest) == (wanted.root, wanted.digest)
            and set(wanted.extras) <= set(self.extras)
        )

    def write(self, file: Path) -> None:
        """Keep the stamp in a file."""
        file.write_text(json.dumps(asdict(self), indent=2, ensure_ascii=False), encoding="utf-8")


def read_stamp(file: Path) -> Stamp | None:
    """Return the stamp in a file; None if there is none, or none that can be read."""
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
        return Stamp(content["root"], content["digest"], tuple(content["extras"]), content["finished"])
    except (OSError, ValueError, TypeError, KeyError):
        return None


def digest(root: Path) -> str:
    """Return a hash of the names and contents of all that an installation depends on."""
    total = hashlib.sha256()
    for file in _source_files(root):
        content = file.read_bytes()
        total.update(f"{file.relative_to(root).as_posix()} {len(content)}\n".encode())
        total.update(content)
    return total.hexdigest()


def _source_files(root: Path) -> Iterator[Path]:
    for source in SOURCES:
        path = root / source
        yield from [path] if path.is_file() else sorted(file for file in path.rglob("*") if file.is_file())
