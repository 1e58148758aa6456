"""What must not be in the repository: one machine's paths, registries' hosts, and large files."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
LARGEST = 3_000_000
# In pieces, so that this file does not find itself.
MACHINE_PATHS = re.compile(
    "|".join([*(rf"(?<![\w.~])/{folder}/\w" for folder in ("root", "Users", "work")), re.escape(f"{REPOSITORY}/")])
)
REGISTRIES = re.compile(
    "|".join([r"pypi\.(?:org)", r"python(?:hosted)\.org", r"download\.py(?:torch)", r"ana(?:conda)\.org"])
)


@pytest.fixture(scope="module")
def files() -> list[Path]:
    if not (REPOSITORY / ".git").exists():
        pytest.skip("not a git checkout")
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=REPOSITORY, capture_output=True, text=True, check=True)
    return [REPOSITORY / name for name in listed.stdout.split("\0") if name and (REPOSITORY / name).is_file()]


def places(pattern: re.Pattern[str], files: list[Path]) -> list[str]:
    """Return the places where a pattern occurs in the text files."""
    found = []
    for file in files:
        content = file.read_bytes()
        if b"\0" in content:
            continue
        for number, line in enumerate(content.decode("utf-8").splitlines(), start=1):
            found += [f"{file.relative_to(REPOSITORY)}:{number}: {match[0]}" for match in pattern.finditer(line)]
    return found


def test_no_machine_paths(files: list[Path]) -> None:
    assert places(MACHINE_PATHS, files) == []


def test_no_registry_hosts(files: list[Path]) -> None:
    assert places(REGISTRIES, files) == []


def test_no_large_files(files: list[Path]) -> None:
    assert [file.name for file in files if file.stat().st_size > LARGEST] == []
