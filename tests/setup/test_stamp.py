"""The stamp notices everything that an installation depends on, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from stamp import SOURCES, Stamp, digest, read_stamp

STAMP = Stamp(root="/کتاب ها/course", digest="abc", extras=("lab", "test"), finished=True)
EXTENSION = "course_lib/language/labextension"


@pytest.fixture
def course(tmp_path: Path) -> Path:
    (tmp_path / EXTENSION / "static").mkdir(parents=True)
    for name in ("pyproject.toml", "constraints.txt", f"{EXTENSION}/package.json", f"{EXTENSION}/static/switch.js"):
        (tmp_path / name).write_text(name)
    return tmp_path


def test_an_environment_serves_what_it_was_made_for_and_less() -> None:
    assert STAMP.serves(STAMP)
    assert STAMP.serves(replace(STAMP, extras=("lab",)))


@pytest.mark.parametrize(
    "wanted",
    [
        replace(STAMP, root="/elsewhere"),
        replace(STAMP, digest="abd"),
        replace(STAMP, extras=("lab", "publish")),
    ],
)
def test_it_serves_nothing_else(wanted: Stamp) -> None:
    assert not STAMP.serves(wanted)


def test_an_unfinished_installation_serves_nothing() -> None:
    assert not replace(STAMP, finished=False).serves(STAMP)


def test_a_stamp_survives_its_file(tmp_path: Path) -> None:
    STAMP.write(tmp_path / "stamp")
    assert read_stamp(tmp_path / "stamp") == STAMP


@pytest.mark.parametrize("content", ["", "{}", "[]", "3", '{"root": "/x", "digest": "', b"\xff\xfe".decode("latin-1")])
def test_a_broken_stamp_is_none(tmp_path: Path, content: str) -> None:
    (tmp_path / "stamp").write_text(content)
    assert read_stamp(tmp_path / "stamp") is None


def test_no_stamp_is_none(tmp_path: Path) -> None:
    assert read_stamp(tmp_path / "stamp") is None


@pytest.mark.parametrize(
    "change",
    [
        lambda root: (root / "pyproject.toml").write_text("other"),
        lambda root: (root / "constraints.txt").write_text("other"),
        lambda root: (root / EXTENSION / "static" / "switch.js").write_text("other"),
        lambda root: (root / EXTENSION / "static" / "switch.js").rename(root / EXTENSION / "switch.js"),
        lambda root: (root / EXTENSION / "static" / "more.css").touch(),
        lambda root: (root / EXTENSION / "package.json").unlink(),
    ],
)
def test_the_digest_notices_a_change(course: Path, change: Callable[[Path], object]) -> None:
    before = digest(course)
    change(course)
    assert digest(course) != before


def test_the_digest_leaves_the_rest_out(course: Path) -> None:
    before = digest(course)
    (course / "course_lib" / "machine.py").touch()
    (course / "README.md").touch()
    assert digest(course) == before


def test_the_sources_exist() -> None:
    root = Path(__file__).parents[2]
    assert all((root / source).exists() for source in SOURCES)
