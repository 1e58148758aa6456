"""The set-up's modules, and environments to try them on."""

from __future__ import annotations

import sys
import venv
from collections.abc import Callable
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
sys.path.insert(0, str(REPOSITORY / "setup"))


@pytest.fixture
def make_environment(tmp_path: Path) -> Callable[..., Path]:
    """Return a function that makes a real environment whose pip and torch are names only."""

    def make(name: str, *, torch: str | None = None, pip: bool = True) -> Path:
        folder = tmp_path / name
        venv.create(folder, symlinks=True)
        packages = next(folder.glob("[Ll]ib/**/site-packages"))
        if pip:
            (packages / "pip").mkdir()
            (packages / "pip" / "__init__.py").touch()
        if torch:
            metadata = packages / f"torch-{torch}.dist-info" / "METADATA"
            metadata.parent.mkdir()
            metadata.write_text(f"Metadata-Version: 2.1\nName: torch\nVersion: {torch}\n")
        return folder

    return make
