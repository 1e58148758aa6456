"""The store: what was computed once stays, whatever happens to the program that computed it.

Every entry is a file of its own: a line with the checksum of all that follows, a line with its label in JSON, and the
value as :mod:`course_lib.claims.codec` writes it. A file is written beside its place and moved there when it is
complete, so a program that is killed leaves either the whole entry or none; what a disk has damaged does not match
its checksum and counts as missing.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from course_lib.claims.codec import DamagedError, decode, encode
from course_lib.language import Text, isolate

_ENDING = ".evidence"
_UNFINISHED = ".unfinished"
_HOUR = 3600.0

Label = Mapping[str, Any]


def digest(*parts: Any) -> str:
    """Return the hash of plain data: numbers, strings, lists and dictionaries, whose order does not matter."""
    text = json.dumps(parts, sort_keys=True, ensure_ascii=False, default=lambda number: number.item())
    return hashlib.sha256(text.encode()).hexdigest()


class StoreError(OSError):
    """Something could not be kept; the message says why, and that the rest is in order."""


class Entry(NamedTuple):
    """What the store holds under one name: a label, which is plain JSON, and the value."""

    label: Label
    value: Any


def _say(message: Text) -> None:
    print(message, file=sys.stderr)


class Store:
    """A folder of finished computations.

    Args:
        folder: where they are; made when the first is written.
        say: called with what the person at the keyboard should know, such as that an entry is damaged.
    """

    def __init__(self, folder: str | Path, say: Callable[[Text], None] = _say) -> None:
        self.folder = Path(folder)
        self._say = say
        now = time.time()
        for left in self.folder.rglob(f"*{_UNFINISHED}"):  # by a program that was killed; a running one is younger
            try:
                if now - left.stat().st_mtime > _HOUR:
                    left.unlink()
            except FileNotFoundError:
                continue  # another program was quicker

    def read(self, name: str) -> Entry | None:
        """Return the entry of this name, or None if there is none or it is damaged."""
        path = self._path(name)
        try:
            content = path.read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            return None
        try:
            return _parse(content)
        except DamagedError:
            self._say(
                Text(
                    en=f"The stored file {path} is damaged and counts as missing.",
                    fa=f"فایل ذخیره‌شدهٔ {isolate(str(path))} آسیب دیده است و نبوده به شمار می‌آید.",
                )
            )
            return None

    def write(self, name: str, label: Label, value: Any) -> None:
        """Keep a value: afterwards the whole entry is on the disk.

        Args:
            name: letters, digits and hyphens, in folders separated by ``/``.
            label: what can be read without the value; plain JSON.
            value: what :func:`course_lib.claims.codec.encode` takes.

        Raises:
            TypeError: if the value cannot be stored.
            StoreError: if the disk is full or cannot be written to.
        """
        rest = json.dumps(label, ensure_ascii=False).encode() + b"\n" + encode(value)
        content = hashlib.sha256(rest).hexdigest().encode() + b"\n" + rest
        try:
            _write_whole(self._path(name), content)
        except OSError as error:
            raise StoreError(
                Text(
                    en=f"A result could not be kept: {error}. What was kept before is in order.",
                    fa=f"نتیجه‌ای ذخیره نشد: {isolate(str(error))}. آنچه پیش‌تر ذخیره شده سالم است.",
                )
            ) from error

    def labels(self, folder: str) -> Iterator[tuple[str, Label]]:
        """Yield name and label of every entry in a folder and below, in the order of the names; values are not read."""
        for path in sorted((self.folder / folder).rglob(f"*{_ENDING}")):
            try:
                with path.open("rb") as file:
                    file.readline()
                    label = json.loads(file.readline())
            except (FileNotFoundError, ValueError):
                continue  # damaged, as read() says when somebody needs it
            if isinstance(label, dict):
                yield path.relative_to(self.folder).as_posix().removesuffix(_ENDING), label

    def _path(self, name: str) -> Path:
        return self.folder / f"{name}{_ENDING}"


def _parse(content: bytes) -> Entry:
    checksum, _, rest = content.partition(b"\n")
    if hashlib.sha256(rest).hexdigest().encode() != checksum:
        raise DamagedError("the checksum differs")
    label, _, value = rest.partition(b"\n")
    return Entry(json.loads(label), decode(value))


def _write_whole(path: Path, content: bytes) -> None:
    """Write a file so that it is either there with all its content or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, unfinished = tempfile.mkstemp(suffix=_UNFINISHED, dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(unfinished, path)
    except BaseException:
        Path(unfinished).unlink(missing_ok=True)
        raise
    _settle(path.parent)


def _settle(folder: Path) -> None:
    """Make the move itself survive a power failure, where a folder can be synchronised (not on Windows)."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
